"""Which part of the year an agency can live, by its own file: from the day it has an office and a rule, or none."""

from collections.abc import Callable, Iterator
from datetime import date

from msgspec import Struct

from neraca.domain.agency import Adoption, Agency
from neraca.domain.period import Period, of_year
from neraca.policy.model import Policy

YEAR = 2025


class Part(Struct, frozen=True):
    """An agency with the policy it appraises by and the periods that lie within the days of both.

    `purposes` are those of all its policies in force on the last of these days.
    """

    agency: Agency
    policy: Policy
    periods: list[Period]
    purposes: frozenset[str] = frozenset()

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
            return Part(agency, policy, begun, _purposes(agency, policy_of, begun[-1].ends))
    return Absent(agency, f"none of its policies appraises a whole period of {YEAR} in which a unit takes part")


def _ruled(agency: Agency, policy_of: Callable[[Adoption], Policy]) -> Iterator[tuple[Policy, list[Period]]]:
    """Each policy that appraises everybody, with the periods of the year that it rules from the first day to the last:
    the people of a demo are of all classes.
    """
    for adoption in agency.policies:
        policy = policy_of(adoption)
        if policy.purpose == "predicate" and adoption.classes is None:
            last = adoption.to or date.max
            periods = of_year(YEAR, policy.period.cycle)
            yield policy, [one for one in periods if adoption.from_ <= one.starts and one.ends <= last]


def _purposes(agency: Agency, policy_of: Callable[[Adoption], Policy], day: date) -> frozenset[str]:
    ruling = [one for one in agency.policies if one.from_ <= day <= (one.to or date.max)]
    return frozenset(policy_of(one).purpose for one in ruling)


def _day(opened: list[date]) -> str:
    return min(opened).isoformat() if opened else "none has a day yet"
