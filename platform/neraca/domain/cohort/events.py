"""What can have happened to a cohort."""

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.command_rules import DistributionMode, PolicyRef
from neraca.domain.event_facets import ReadableWhole

Leading: TypeAlias = Literal["head", "acting", "served"]
"""How the appraiser comes to a unit: its head, acting as such, or serving there where they head none."""


class Organisation(Struct, frozen=True, omit_defaults=True):
    """What the unit that the appraiser leads achieved, by the event at log `position`.

    `period` is another than the cohort's where `last_year` says so: the annual predicate came after January.
    """

    unit: str
    leading: Leading
    period: str
    predicate: str
    position: int
    last_year: bool = False


class CohortMember(Struct, frozen=True):
    """An appraisal that the appraiser has, by the event at log `position`: its opening, or its last reassignment."""

    employee: str
    position: int


class Judged(Struct, frozen=True, omit_defaults=True):
    """What the policy makes of a member's facts up to log `position`, or what their `final` result is.

    `allowed` are the predicates that a modifier leaves them, where it does not leave all. There is no `score` where
    raters whom nobody may know count in it, and their groups have not closed.
    """

    predicate: str
    position: int
    score: Decimal | None = None
    final: bool = False
    allowed: tuple[str, ...] = ()


class CurveBreach(Struct, frozen=True):
    """`limit` people at most (`max`, `none_of`) or at least (`min`, `some_of`) have these predicates together; `found`
    is how many do.
    """

    kind: Literal["max", "min", "some_of", "none_of"]
    predicates: tuple[str, ...]
    limit: int
    found: int


class OfCohort(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class CohortOpened(OfCohort, ReadableWhole, frozen=True, tag="cohort.opened"):
    """Its members as they are on the day, and the rule they are held to. Opened again, it starts afresh.

    `predicates` are those of the policy from the best down. Without `organisation` no curve can be picked, and `unit`
    alone says whose would be asked.
    """

    appraiser: str
    period: str
    unit: str
    members: list[CohortMember]
    policy: PolicyRef
    mode: DistributionMode
    predicates: list[str]
    on: date
    organisation: Organisation | None = None


class CohortJudged(OfCohort, ReadableWhole, frozen=True, tag="cohort.judged"):
    """Preliminary predicates, employee -> what was judged."""

    outcomes: dict[str, Judged]


class PredicateCalibrated(OfCohort, ReadableWhole, frozen=True, tag="cohort.predicate-calibrated"):
    """The appraiser, or who acts in their place, judges a member anew; `before` is what held until then."""

    employee: str
    before: str
    after: str
    by: str
    reason: str


class CohortClosed(OfCohort, ReadableWhole, frozen=True, tag="cohort.closed"):
    """How many have each predicate, and what the curve finds wrong; `unchecked` says why it was not asked."""

    on: date
    counts: dict[str, int]
    breaches: list[CurveBreach] = []
    unchecked: str | None = None


class CohortReopened(OfCohort, ReadableWhole, frozen=True, tag="cohort.reopened"):
    """It is to be judged again: somebody came later, or the facts of a member changed."""

    reason: str


CohortEvent: TypeAlias = CohortOpened | CohortJudged | PredicateCalibrated | CohortClosed | CohortReopened
