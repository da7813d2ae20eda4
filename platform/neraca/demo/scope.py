"""Which part of the year an agency can live, by its own file: from the day it has an office and a rule, or none."""

from collections.abc import Callable, Iterator
from datetime import date

from msgspec import Struct

from neraca.domain.agency import Adoption, Agency, PostClass
from neraca.domain.period import Period, of_year
from neraca.policy.model import Policy

YEAR = 2025

_LEADING: tuple[PostClass, ...] = ("SENIOR_EXECUTIVE",)
_LIVING: frozenset[PostClass] = frozenset({"ADMINISTRATOR", "SUPERVISOR", "OPERATIONAL", "FUNCTIONAL"})
"""Of which classes the people of an agency are; its head, who is above them, is appraised by nobody in it."""


class Part(Struct, frozen=True):
    """An agency with the policy it appraises by and the periods that lie within the days of both.

    `purposes` are those of all its policies in force on the last of these days; `of_leaders` is the policy of high
    officials where they have one of their own.
    """

    agency: Agency
    policy: Policy
    periods: list[Period]
    purposes: frozenset[str] = frozenset()
    of_leaders: Policy | None = None

    @property
    def since(self) -> date:
        return self.periods[0].starts


class Absent(Struct, frozen=True):
    """`why` is a sentence's end: «Kota X: {why}»."""

    agency: Agency
    why: str


def part(agency: Agency, policy_of: Callable[[Adoption], Policy]) -> Part | Absent:
    if agency.stage == "production":
        return Absent(agency, "in production, and a demo's people are invented")
    opened = [unit.activated for unit in agency.units.values() if unit.activated is not None]
    if not opened or min(opened) > date(YEAR, 12, 31):
        return Absent(agency, f"none of its units takes part in {YEAR}; the earliest: {_day(opened)}")
    for policy, periods in _ruled(agency, policy_of):
        if begun := [period for period in periods if period.starts >= min(opened)]:
            day = begun[-1].ends
            return Part(agency, policy, begun, _purposes(agency, policy_of, day), _of_leaders(agency, policy_of, day))
    return Absent(agency, f"none of its policies appraises a whole period of {YEAR} in which a unit takes part")


def _ruled(agency: Agency, policy_of: Callable[[Adoption], Policy]) -> Iterator[tuple[Policy, list[Period]]]:
    """Each policy that appraises all whom the year is about, with the periods of the year that it rules from the first
    day to the last.
    """
    for adoption in agency.policies:
        policy = policy_of(adoption)
        if policy.purpose == "predicate" and adoption.members >= _LIVING:
            last = adoption.to or date.max
            periods = of_year(YEAR, policy.period.cycle)
            yield policy, [one for one in periods if adoption.from_ <= one.starts and one.ends <= last]


def _purposes(agency: Agency, policy_of: Callable[[Adoption], Policy], day: date) -> frozenset[str]:
    ruling = [one for one in agency.policies if one.holds(day)]
    return frozenset(policy_of(one).decides for one in ruling)


def _of_leaders(agency: Agency, policy_of: Callable[[Adoption], Policy], day: date) -> Policy | None:
    ruling = [one for one in agency.policies if one.holds(day) and one.classes == _LEADING]
    return next((policy for one in ruling if (policy := policy_of(one)).purpose == "predicate"), None)


def _day(opened: list[date]) -> str:
    return min(opened).isoformat() if opened else "none has a day yet"
