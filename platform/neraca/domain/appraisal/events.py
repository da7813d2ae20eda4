"""What can have happened to an appraisal.

A tag or field is never renamed or removed; a field may be added with a default.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.domain.command_rules import DistributionMode, PolicyRef, RaterSource
from neraca.domain.event_facets import ReadableWhole, WithoutDossier, WithoutFacts, WithoutState
from neraca.domain.text_kinds import Key, Name, Prose, Title, Uri
from neraca.domain.vocabulary import (
    ANONYMOUS,
    Aspect,
    DeadlineKind,
    DocumentForm,
    FeedbackSource,
    FeedbackTone,
    Finality,
    FollowUpKind,
    GuidanceKind,
    ObjectionOutcome,
    Perspective,
    PositionClass,
    Priority,
    Relation,
)


class Feeds(Struct, frozen=True):
    """The facts of the policy that a target's actual and target values become, instead of an item."""

    actual: Key
    target: Key | None = None


class Expectations(Struct, frozen=True, omit_defaults=True):
    """What is expected in words, where a number does not say it (PermenPANRB 6/2022 ps 9(3)): what would be above it,
    what meets it, and what would be below.
    """

    meets: Prose
    above: Prose | None = None
    below: Prose | None = None


class Target(Struct, frozen=True, omit_defaults=True):
    """One indicator of a planned result.

    `weight` is percent of the list the result belongs to; polarity `min` means lower is better.
    """

    id: Key
    indicator: Title
    unit: Name
    target: Decimal | None = None
    weight: Decimal | None = None
    aspect: Aspect = Aspect.QUANTITY
    polarity: Literal["max", "min"] = "max"
    feeds: Feeds | None = None
    expectations: Expectations | None = None


class PlannedResult(Struct, frozen=True, omit_defaults=True):
    """Rencana hasil kerja with its indicators; `source` is the item list of the policy it belongs to."""

    id: Key
    title: Title
    targets: list[Target]
    priority: Priority = Priority.PRIMARY
    source: Key = "skp"
    perspective: Perspective | None = None


class PlanTerms(Struct, frozen=True, omit_defaults=True):
    """What a plan says beside results (PermenPANRB 6/2022 ps 7(3)): the resources there are for it, how the employee
    accounts for it (skema pertanggungjawaban), and what follows from it.
    """

    resources: Prose | None = None
    accountability: Prose | None = None
    consequences: Prose | None = None


class Evidence(Struct, frozen=True, omit_defaults=True):
    """A reference to evidence kept elsewhere; `sha256` (hex) fixes what was seen."""

    title: Title
    uri: Uri
    sha256: Key | None = None


class Competency(Struct, frozen=True):
    """Level required by the position and level reached."""

    name: Title
    required: Decimal
    reached: Decimal


class StandardOfPost(Struct, frozen=True):
    """That which was set by the event at log `position`, for a post or a class of posts, which `of` names."""

    of: str
    since: date
    decree: str
    position: int


class TakenOver(Struct, frozen=True):
    """A planned result that the appraiser took over `by` themselves, `on` a day and with a `note`
    (PermenPANRB 6/2022 ps 20).
    """

    result: Key
    title: Title
    on: date
    by: str
    note: str


class OfAppraisal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Opened(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.opened"):
    """`reviewer` is the superior of the appraiser, who decides objections (PermenPANRB 6/2022 ps 29).

    `position_class` is the employee's at the opening; with the period it says which policy judges. `since` is the day
    whose roster named unit, appraiser and reviewer. `acting_for` is who held the vacant post in which the appraiser
    acts (Plt).
    """

    employee: str
    period: str
    starts: date
    ends: date
    unit: str
    appraiser: str
    reviewer: str | None = None
    position_class: PositionClass | None = None
    since: date | None = None
    acting_for: str | None = None


class PlanDrafted(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.plan-drafted"):
    """The whole plan; a later draft replaces an earlier one."""

    results: list[PlannedResult]
    terms: PlanTerms | None = None


class PlanSubmitted(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.plan-submitted"):
    pass


class PlanReturned(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.plan-returned"):
    feedback: str


class PlanApproved(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.plan-approved"):
    """`due` is the last day on which it should have been approved, where it came later and the policy marks that."""

    due: date | None = None


class PlanTaken(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.plan-taken"):
    """The share of the period in a work plan of the year, in the place of what was taken before; what was reported and
    judged of a target or result that is still there stays.

    `plan` is the label of the work plan, `version` the event of its stream, counted from 1, by which it was fixed as it
    was taken, and `reason` that of its revision. `due` is the last day of the period where the plan came after it.
    `taken_over` is what had left the plan by the end of the period because the leader took it over.
    """

    results: list[PlannedResult]
    plan: str
    version: int
    due: date | None = None
    reason: str | None = None
    terms: PlanTerms | None = None
    taken_over: tuple[TakenOver, ...] = ()


class PlanChangeProposed(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.plan-change-proposed"
):
    """What `by`, who is the employee or the appraiser, would have of the approved plan: `results` that are new, or as
    they would be in the place of those of the same id, and the ids of those that would be dropped.
    """

    change: str
    by: str
    reason: str
    results: list[PlannedResult] = []
    drop: list[str] = []


class PlanChangeAgreed(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.plan-change-agreed"):
    """The other of the two agreed, and so the whole plan is `results` from now on. What was reported and judged of what
    is still there stays; of what was dropped nothing counts any more.
    """

    change: str
    by: str
    proposed_by: str
    on: date
    results: list[PlannedResult]
    reason: str
    dropped: list[str] = []


class PlanChangeDeclined(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.plan-change-declined"
):
    """One of the two wants it no more: the other who was asked, or who proposed it."""

    change: str
    by: str
    reason: str


class AlignmentCounted(OfAppraisal, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.alignment-counted"):
    """Of the results `planned` so many are `aligned`: what they serve leads to a goal of the region. `links` are the
    log positions at which those were linked.
    """

    aligned: int
    planned: int
    links: list[int]


class ResultTakenOver(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.result-taken-over"):
    """The planned result `taken` leaves the plan, but for the targets that `counts` names: each counts with the target
    that is there for what was done until then, or as it was planned where there is none. Weights stay as they were.
    """

    taken: TakenOver
    counts: dict[Key, Decimal | None] = {}


class TakeOverRevised(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.take-over-revised"):
    """What counts of a result that was taken over is said anew, or the result is `given_back` as it was agreed.

    `planned` is what there is of it from now on, as the `at`-th of the plan, counted from 0, and None where nothing is;
    `taken` names who says so, and why.
    """

    taken: TakenOver
    planned: PlannedResult | None = None
    at: int = 0
    given_back: bool = False


class TermsRevised(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.terms-revised"
):
    """The leader adjusts what the plan says beside results, such as the resources (PermenPANRB 6/2022 ps 20): all of
    it, as it is from now on.
    """

    terms: PlanTerms
    reason: str


class SpecialExpectationAdded(
    OfAppraisal, WithoutState, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.special-expectation-added"
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


class TargetRevised(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.target-revised"):
    """None leaves a value as it was."""

    result: str
    target: str
    reason: str
    value: Decimal | None = None
    weight: Decimal | None = None


class ProgressReported(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.progress-reported"):
    """`actual` is cumulative from the start of the period up to and including `until`."""

    report: str
    result: str
    target: str
    until: date
    actual: Decimal
    evidence: list[Evidence] = []
    note: str | None = None


class ActivityReported(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.activity-reported"):
    """A day's work (aktivitas harian); `result` names the planned result it served.

    `working_day` is as the agency's calendar had it when it was reported: what is done on other days is welcome, but
    does not count among the days on which a report is due. `minutes` is how long it took, where that was said.
    """

    report: str
    day: date
    activity: str
    result: str | None = None
    evidence: list[Evidence] = []
    working_day: bool = True
    minutes: int | None = None


class ReportAccepted(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.report-accepted"):
    report: str
    feedback: str | None = None


class ReportReturned(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.report-returned"):
    report: str
    feedback: str


class Rated(OfAppraisal, frozen=True, tag="appraisal.rated"):
    """`scores` is indicator -> value on the group's scale. `rater` is an employee number, or a citizen's token, which
    begins with `warga:` since tokens are a name space of their own.

    `anonymous` where the policy promised it to a relation that is not anonymous by itself; `sealed` where nobody reads
    it, by name or not, before the time to rate is over.
    """

    rater: str
    relation: Relation
    scores: dict[str, Decimal]
    note: str | None = None
    anonymous: bool = False
    sealed: bool = False

    @property
    def hidden(self) -> bool:
        """Whether nobody may know of it until its group has closed, and never of it alone."""
        return self.anonymous or self.relation in ANONYMOUS


class RatingRevised(OfAppraisal, frozen=True, tag="appraisal.rating-revised"):
    """`scores` replaces the values of the indicators it names."""

    rater: str
    scores: dict[str, Decimal]
    reason: str


class RatingWithdrawn(OfAppraisal, frozen=True, tag="appraisal.rating-withdrawn"):
    rater: str
    reason: str


class OfFeedback(OfAppraisal, WithoutFacts, WithoutDossier, frozen=True):
    """Feedback is input to whoever judges, and no fact: no number rests on it (PermenPANRB 6/2022 ps 18-19).

    `source` is how its giver, or whoever is asked, stands to the employee.
    """

    source: FeedbackSource

    @property
    def hidden(self) -> bool:
        """Whether nobody may know of it as an event: a leader alone speaks under their name."""
        return self.source is not FeedbackSource.LEADER


class FeedbackGiven(OfFeedback, frozen=True, tag="appraisal.feedback-given"):
    """`feedback` is an id of the giver's own choosing. It is about one planned `result`, or one value that the policy
    rates (`indicator`), or the whole where neither is named.
    """

    feedback: str
    giver: str
    tone: FeedbackTone
    words: str
    on: date
    result: str | None = None
    indicator: str | None = None


class FeedbackWithdrawn(OfFeedback, frozen=True, tag="appraisal.feedback-withdrawn"):
    """The words are not shown any more to anybody; the log alone keeps them."""

    feedback: str
    giver: str
    reason: str


class FeedbackRequested(OfFeedback, frozen=True, tag="appraisal.feedback-requested"):
    """The employee or the appraiser (`asker`) asked somebody (`asked`) for feedback."""

    asker: str
    asked: str
    on: date
    result: str | None = None
    indicator: str | None = None
    question: str | None = None


class FeedbackDeclined(OfFeedback, frozen=True, tag="appraisal.feedback-declined"):
    """Whoever was asked gives none; every request to them ends with it. Those who asked are not told."""

    asked: str


class OfRaterAssignment(OfAppraisal, WithoutDossier, frozen=True):
    """Who is to rate is known to those who assign and to each of them: of anonymous groups it would tell of a small one
    who is in it, and when it changed, who rated after.
    """


class AssignedRaters(Struct, frozen=True, omit_defaults=True):
    """The raters of a relation. Of `candidates`, whose numbers in order, one a line, have this hex sha256, as many as
    `count` says were taken in the order that the `seed` gives, or all where it says none; where nobody was drawn there
    is no seed.
    """

    relation: Relation
    source: RaterSource
    raters: tuple[str, ...]
    count: int | None = None
    candidates: int = 0
    candidates_sha256: str | None = None
    seed: str | None = None


class RatersAssigned(OfRaterAssignment, frozen=True, tag="appraisal.raters-assigned"):
    """As the policy takes them, of the roster of the day `by_roster_of` as the log has it up to `position`; the draw
    rests on the salt of the event at log position `salt`.
    """

    on: date
    by_roster_of: date
    policy: PolicyRef
    position: int
    groups: list[AssignedRaters]
    salt: int | None = None


class RaterNamed(OfRaterAssignment, frozen=True, tag="appraisal.rater-named"):
    on: date
    rater: str
    relation: Relation
    by: str
    reason: str


class RaterDeclined(OfRaterAssignment, frozen=True, tag="appraisal.rater-declined"):
    """`instead` is the next of the draw, None where nobody is left."""

    on: date
    rater: str
    relation: Relation
    reason: str
    instead: str | None = None


class RaterReplaced(OfRaterAssignment, frozen=True, tag="appraisal.rater-replaced"):
    """By HR. What the rater gave before, if they did, stands."""

    on: date
    rater: str
    relation: Relation
    by: str
    reason: str
    instead: str | None = None


class RatingsClosed(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.ratings-closed"):
    """The anonymous groups closed before there was a result, so that a cohort can be judged: they count as what they
    came to by then under `policy`. `closed` has how many raters each had, None below its floor.
    """

    on: date
    policy: PolicyRef
    closed: dict[str, int | None] = {}


class LevelJudged(OfAppraisal, ReadableWhole, frozen=True, tag="appraisal.level-judged"):
    """The appraiser's judgement of a planned result as a level of the policy's scale (di_atas, sesuai, di_bawah).

    `by` is who judged, which logs from before do not say: the reviewer may, for an appraiser who is silent.
    """

    result: str
    level: str
    note: str | None = None
    by: str | None = None


class CompetenciesAssessed(
    OfAppraisal, WithoutState, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.competencies-assessed"
):
    """`standard` is what the levels required are of, where a standard of the post stands; `evidence` is what shows the
    level reached, by competency.
    """

    competencies: list[Competency]
    basis: str
    standard: StandardOfPost | None = None
    evidence: dict[str, list[Evidence]] = {}


class FactEstablished(OfAppraisal, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.fact-established"):
    """An authorised official vouches for a fact of the policy: exactly one of number, flag and word.

    A later one replaces it.
    """

    fact: str
    basis: str
    number: Decimal | None = None
    flag: bool | None = None
    word: str | None = None


class FactWithdrawn(OfAppraisal, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.fact-withdrawn"):
    """What was vouched for of a fact counts no more, and nothing that was vouched for before it in its place."""

    fact: str
    reason: str


class Reassigned(OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.reassigned"):
    """The employee moved: a new unit and appraiser take the appraisal over (PermenPANRB 6/2022, annex p. 91)."""

    unit: str
    appraiser: str
    since: date
    reason: str
    reviewer: str | None = None


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


class Finalised(OfAppraisal, WithoutFacts, frozen=True, tag="appraisal.finalised"):
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


class DocumentReceived(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-received"
):
    """The employee has the evaluation document: the objection window runs from this day."""

    on: date


class DocumentIssued(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-issued"
):
    """The evaluation document of the result that the event at log position `result` fixed: signed `on` a day `by` the
    appraiser or reviewer, or by a `deputy` in their place. There is one for each result.

    It is printed again from the log up to `position` by its `template`, in the words for agency and units that are kept
    here, and has then the hex `sha256`: that of its HTML. It is to be delivered until `deliver_by`, by the calendar of
    that day. `digest` is that of the facts as it may be shown, None for a
    result from before there was one. `code` is printed on it, to find it by.
    """

    on: date
    by: str
    form: DocumentForm
    number: str
    code: str
    template: str
    sha256: str
    result: int
    position: int
    policy: PolicyRef
    agency: str
    units: dict[str, str]
    deliver_by: date
    digest: str | None = None
    deputy: str | None = None
    recommendation: str | None = None


class DocumentDelivered(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-delivered"
):
    """The document was handed to the employee, who is to sign and return it until `return_by`."""

    on: date
    return_by: date


class DocumentReturned(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-returned"
):
    """The employee has signed the document and given it back."""

    on: date


class DocumentRefused(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-refused"
):
    """The employee has the document and does not sign it; it stands without."""

    on: date
    reason: str


class DocumentReported(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.document-reported"
):
    """The document went to the authorised official (PyB; PermenPANRB 6/2022, annex p. 114-119), in time until
    `report_by`, which is None where the policy names no window that it would run from.
    """

    on: date
    by: str
    report_by: date | None = None


class ObjectionFiled(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.objection-filed"):
    grounds: str
    filed: date


class ObjectionExplained(
    OfAppraisal, WithoutState, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.objection-explained"
):
    """What the appraiser or the employee answered when the reviewer asked."""

    by: str
    explanation: str


class ObjectionDecided(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.objection-decided"):
    """`due` is the last day there was to decide, by the policy and the calendar of the day of the decision: one that
    came later is late, and stands.
    """

    outcome: ObjectionOutcome
    reason: str
    decided: date
    due: date | None = None


class Reopened(OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.reopened"):
    """Only a decided objection reopens an appraisal."""

    reason: str


class Cancelled(OfAppraisal, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.cancelled"):
    """It was opened wrongly: nothing from its opening on counts any more. It may be opened again, and starts afresh."""

    reason: str


class Cut(Cancelled, frozen=True, tag="appraisal.cut"):
    """The open whole became two parts, the second of which begins on `since`. Nothing of it counts in the whole, until
    its parts are joined; what belongs to a part goes into that as it is opened.
    """

    parts: tuple[str, ...]
    since: date


class WindowOpened(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.window-opened"
):
    """The time to evaluate has begun, and ends with `last`."""

    first: date
    last: date


class DeadlineReminded(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.deadline-reminded"
):
    """A time limit comes near: for others to send on. `role` is the policy's word for whoever has to act."""

    kind: DeadlineKind
    role: str
    since: date
    last: date


class DeadlinePassed(
    OfAppraisal, WithoutFacts, WithoutDossier, ReadableWhole, frozen=True, tag="appraisal.deadline-passed"
):
    """The last day went by without what was due. It tells and changes nothing: rights follow from days alone."""

    kind: DeadlineKind
    role: str
    since: date
    last: date


class FollowUpRecorded(
    OfAppraisal, WithoutState, WithoutFacts, ReadableWhole, frozen=True, tag="appraisal.follow-up-recorded"
):
    kind: FollowUpKind
    note: str
    due: date | None = None


AppraisalEvent: TypeAlias = (
    Opened
    | PlanDrafted
    | PlanSubmitted
    | PlanReturned
    | PlanApproved
    | PlanTaken
    | TargetRevised
    | TermsRevised
    | PlanChangeProposed
    | PlanChangeAgreed
    | PlanChangeDeclined
    | AlignmentCounted
    | ResultTakenOver
    | TakeOverRevised
    | SpecialExpectationAdded
    | GuidanceRecorded
    | GuidanceAnswered
    | ProgressReported
    | ActivityReported
    | ReportAccepted
    | ReportReturned
    | Rated
    | RatingRevised
    | RatingWithdrawn
    | FeedbackGiven
    | FeedbackWithdrawn
    | FeedbackRequested
    | FeedbackDeclined
    | RatersAssigned
    | RaterNamed
    | RaterDeclined
    | RaterReplaced
    | RatingsClosed
    | LevelJudged
    | CompetenciesAssessed
    | FactEstablished
    | FactWithdrawn
    | Reassigned
    | Finalised
    | Joined
    | ReuseProposed
    | DocumentReceived
    | DocumentIssued
    | DocumentDelivered
    | DocumentReturned
    | DocumentRefused
    | DocumentReported
    | ObjectionFiled
    | ObjectionExplained
    | ObjectionDecided
    | Reopened
    | WindowOpened
    | DeadlineReminded
    | DeadlinePassed
    | FollowUpRecorded
    | Cancelled
    | Cut
)
