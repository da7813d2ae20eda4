"""What a decision may know besides the state of its own stream.

Time, actor, calendar, the policy in force, and what the service looked up.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from msgspec import Struct

from neraca.domain.agency import Agency
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.assignments import People
from neraca.domain.command_rules import PolicyRef, Rulebook
from neraca.domain.vocabulary import PositionClass, Purpose, Role, Scope


class Actor(Struct, frozen=True):
    """Who asks. `agency` None is the operator of the deployment, who may act in every agency.

    `scopes` are for the role integrator; None is what it may without any being named.
    """

    id: str
    roles: frozenset[Role]
    agency: str | None = None
    scopes: frozenset[Scope] | None = None


class Service(Struct, frozen=True):
    """An employee's days of service, both included; `last` None while it goes on."""

    first: date
    last: date | None

    def within(self, starts: date, ends: date) -> tuple[date, date] | None:
        """The first and last day served from `starts` to `ends`; None where there is none."""
        first, last = max(starts, self.first), ends if self.last is None else min(ends, self.last)
        return (first, last) if first <= last else None


class ScoringResult(Struct, frozen=True):
    """What the policy in force makes of the facts up to log `position`. `blocked` says why there is no result.

    `sealed_digest` and `salt` are those of `Finalised`, and so are the groups that would be `closed`, or what
    they were `closed_by` before.
    """

    policy: PolicyRef
    position: int
    facts_digest: str
    engine: str
    predicate: str | None
    score: Decimal | None
    nodes: dict[str, Decimal | None]
    blocked: str | None
    sealed_digest: str | None = None
    salt: str | None = None
    closed: dict[str, int | None] = {}
    closed_by: PolicyRef | None = None


class Part(Struct, frozen=True):
    """An appraisal of a part of a period. `position` is the log position of its last finalisation, 0 without one."""

    period: str
    state: Appraisal
    position: int


class Draft(Struct, frozen=True):
    """A policy text as the service read and checked it; `since` and `until` are its own `effective` dates.

    `cycles` are those of the policies that rule before it, by hash; `segments` tells whether it joins parts of a
    period, `joining` are the hashes of those before it that do;
    `doubtful` are its unverified and illustrative references; `locked` the paths it moves within a parent's lock;
    `tests` how many it has, all passed, and `tests_before` those of the version published before.
    """

    policy: PolicyRef
    purpose: Purpose
    abstract: bool
    since: date
    until: date | None
    cycle: str
    policy_date: str
    cycles: Mapping[str, str] = MappingProxyType({})
    segments: bool = False
    joining: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    tests: int = 0
    tests_before: int = 0


class Measured(Struct, frozen=True):
    """An impact report that the service computed from the facts up to log `position`: `report` is the hex sha256 of
    `text`.
    """

    report: str
    text: str
    period: str
    summary: str
    position: int


class Given(Struct, frozen=True, kw_only=True):
    """`today` is the legal day in the agency's time zone. The optional parts are there when the command needs them:

    `rules` for plans, reports, ratings and steps; `position_class` to open an appraisal, and `overlapping`, the labels
    of others that share days with it; `scored` to finalise, or to join `parts` in order, and `cut`, whether a rule
    begins within the whole; `policy` and `purpose`, or all of a `draft`, resolved from the texts, for the policy book,
    `impact`, to attach, and `resting`, what is final by a policy whose schedule is taken back. Where there are no
    `rules`, `unruled` says why. `service` are the days of the employee whose attendance is recorded, None for somebody
    who was never registered; `judging` are the policies by which people are appraised in the period of a survey or an
    achievement.

    `people` is the roster, each looked up when a rule asks; without one everybody is taken as named. Who acts is the
    actor; where another acts in their place, with their relations, that is the `deputy`.
    """

    now: datetime
    today: date
    actor: Actor
    agency: Agency
    people: People | None = None
    deputy: str | None = None
    rules: Rulebook | None = None
    unruled: str | None = None
    position_class: PositionClass | None = None
    overlapping: tuple[str, ...] = ()
    scored: ScoringResult | None = None
    parts: tuple[Part, ...] = ()
    cut: bool = False
    policy: PolicyRef | None = None
    purpose: Purpose = "predicate"
    draft: Draft | None = None
    service: Service | None = None
    impact: Measured | None = None
    judging: tuple[Rulebook, ...] = ()
    resting: tuple[str, ...] = ()
