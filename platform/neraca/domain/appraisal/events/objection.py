"""An objection, what was answered, and the decision."""

from datetime import date

from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.event_facets import ReadableWhole, WithoutFacts, WithoutPlan, WithoutState
from neraca.domain.vocabulary import ObjectionOutcome


class ObjectionFiled(
    OfAppraisal, WithoutFacts, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.objection-filed"
):
    grounds: str
    filed: date


class ObjectionExplained(
    OfAppraisal,
    WithoutState,
    WithoutFacts,
    WithoutPlan,
    ReadableWhole,
    frozen=True,
    tag="appraisal.objection-explained",
):
    """What the appraiser or the employee answered when the reviewer asked."""

    by: str
    explanation: str


class ObjectionDecided(
    OfAppraisal, WithoutFacts, WithoutPlan, ReadableWhole, frozen=True, tag="appraisal.objection-decided"
):
    """`due` is the last day there was to decide, by the policy and the calendar of the day of the decision: one that
    came later is late, and stands.
    """

    outcome: ObjectionOutcome
    reason: str
    decided: date
    due: date | None = None
