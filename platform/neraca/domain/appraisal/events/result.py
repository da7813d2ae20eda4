"""The result as it was fixed, joined from parts, or proposed to be taken over."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.command_rules import DistributionMode, PolicyRef
from neraca.domain.event_facets import ReadableWhole, WithoutDossier, WithoutFacts, WithoutPlan
from neraca.domain.vocabulary import Finality


class CalibratedPredicate(Struct, frozen=True):
    """What the policy `computed`, and who moved it and why, by the event at log `position`."""

    computed: str
    by: str
    reason: str
    position: int


class InCohort(Struct, frozen=True, omit_defaults=True):
    """The appraiser's cohort with which the result was fixed, as closed by the event at log `position`.

    `organisation` is the predicate of the unit that the appraiser leads, that of `last_year` where it says so; `kept`
    whether the curve for it was, None where it was not asked.
    """

    appraiser: str
    position: int
    mode: DistributionMode
    kept: bool | None = None
    organisation: str | None = None
    last_year: bool = False
    calibrated: CalibratedPredicate | None = None


class MoveReviewed(Struct, frozen=True):
    """What became of the appraiser's move in a cohort when the result was amended, and why."""

    kept: bool
    reason: str


class Finalised(OfAppraisal, WithoutFacts, WithoutPlan, frozen=True, tag="appraisal.finalised"):
    """Enough to recompute it for ever: the facts up to log `position`, their digest, the policy, and what came out.

    `score` and `nodes` are at the policy's final precision. The days to object run from when the employee got the
    document; in an event from before deliveries were recorded (`objection_from` is `fixing`) from the day `on` for as
    long as nobody received it. No objection lies against a result marked `final`; `finality` tells why, where the log
    says so. `amends` is the day of the decision on an objection that this result enacts.

    `facts_digest` and `salt` (hex) are for the auditor alone: small scales are soon tried. `sealed_digest` may be
    shown: it is over the same facts with ratings sorted, under the salt. An event that has it counted no anonymous
    group below its floor, and tells which groups `closed` with it: how many raters each had, None below the floor.
    Where they closed with an earlier one, `closed_by` is the policy of that: what they came to under it is what counts.

    `predicate` is what the employee has. Where the appraiser moved it in their `cohort`, that tells what was computed.
    Of a result that amends one that was moved, `move` says what became of that: kept, the `cohort` is that of the
    result before, with what is computed now, and who kept it and why.
    """

    on: date
    predicate: str
    policy: PolicyRef
    position: int
    facts_digest: str
    engine: str
    score: Decimal | None = None
    nodes: dict[str, Decimal | None] = {}
    final: bool = False
    sealed_digest: str | None = None
    salt: str | None = None
    closed: dict[str, int | None] = {}
    closed_by: PolicyRef | None = None
    objection_from: Literal["fixing", "document"] = "fixing"
    cohort: InCohort | None = None
    finality: Finality | None = None
    amends: date | None = None
    move: MoveReviewed | None = None

    @property
    def computed(self) -> str:
        """What the policy made of the facts."""
        moved = self.cohort.calibrated if self.cohort else None
        return self.predicate if moved is None else moved.computed


class JoinedPart(Struct, frozen=True):
    """What was recorded when the part was finalised, by the event at log `position`."""

    period: str
    months: int
    position: int
    predicate: str
    policy: PolicyRef
    score: Decimal | None = None
    nodes: dict[str, Decimal | None] = {}


class Joined(OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.joined"):
    """The result of a period out of those of its parts, in order of time: final values weighed by months.

    `policy` is that of the last part; it classifies, with the facts of the whole period up to log `position`, whose
    digest is kept. `replaces` names the parts that were finalised again since an earlier joining. `reused` where it is
    no whole, but the result of the one part, the period before, taken over by agreement. `documented` where its
    document is to be signed and delivered from the day `on`; in an event from before that was asked of what is joined
    nobody is late with it.
    """

    on: date
    parts: list[JoinedPart]
    predicate: str
    policy: PolicyRef
    position: int
    facts_digest: str
    engine: str
    score: Decimal | None = None
    nodes: dict[str, Decimal | None] = {}
    replaces: tuple[str, ...] = ()
    reused: bool = False
    documented: bool = False


class ReuseProposed(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.reuse-proposed"
):
    """The new appraiser of an employee who moved would take over the result of the period `of`, as it was finalised at
    `position` (PermenPANRB 6/2022, annex p. 91); the employee agrees to it or not.
    """

    of: str
    position: int
    reason: str
