"""What a leader says in the course of the period: special expectations, coaching and counselling."""

from datetime import date

from neraca.domain.appraisal.events.stages import OfAppraisal
from neraca.domain.event_facets import ReadableWhole, WithoutDossier, WithoutFacts, WithoutPlan, WithoutState
from neraca.domain.vocabulary import GuidanceKind


class SpecialExpectationAdded(
    OfAppraisal,
    WithoutState,
    WithoutFacts,
    WithoutPlan,
    ReadableWhole,
    frozen=True,
    tag="appraisal.special-expectation-added",
):
    """What the leader expects of the employee besides in one value (PermenPANRB 6/2022 ps 10(4)), in the place of what
    was expected in it before. Whoever judges the value sees it; it weighs nothing.
    """

    indicator: str
    expectation: str


class GuidanceRecorded(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.guidance-recorded"
):
    """Coaching or counselling that was held `on` a day `by` the appraiser (PermenPANRB 6/2022 ps 20-21), about a
    planned `result`, about a value, which `indicator` names, or about the work as a whole. It weighs nothing.
    """

    guidance: str
    kind: GuidanceKind
    on: date
    by: str
    note: str
    result: str | None = None
    indicator: str | None = None


class GuidanceAnswered(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.guidance-answered"
):
    """What the employee says to it."""

    guidance: str
    answer: str
