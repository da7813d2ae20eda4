"""What an appraisal has become: folded from its events, and all that a decision about it looks at.

The state belongs to its fold alone and changes in place: a year holds hundreds of daily reports, and a copy for each
would cost more than all the rest.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from neraca.domain.appraisal.events import (
    ActivityReported,
    AlignmentCounted,
    AppraisalEvent,
    Cancelled,
    Cut,
    DeadlinePassed,
    DeadlineReminded,
    DocumentDelivered,
    DocumentIssued,
    DocumentReceived,
    DocumentRefused,
    DocumentReported,
    DocumentReturned,
    FactEstablished,
    FactWithdrawn,
    FeedbackDeclined,
    FeedbackGiven,
    FeedbackRequested,
    FeedbackWithdrawn,
    Finalised,
    GuidanceAnswered,
    GuidanceRecorded,
    InCohort,
    Joined,
    LevelJudged,
    ObjectionDecided,
    ObjectionFiled,
    Opened,
    PlanApproved,
    PlanChangeAgreed,
    PlanChangeDeclined,
    PlanChangeProposed,
    PlanDrafted,
    PlannedResult,
    PlanReturned,
    PlanSubmitted,
    PlanTaken,
    PlanTerms,
    ProgressReported,
    Rated,
    RaterDeclined,
    RaterNamed,
    RaterReplaced,
    RatersAssigned,
    RatingRevised,
    RatingsClosed,
    RatingWithdrawn,
    Reassigned,
    Reopened,
    ReportAccepted,
    ReportReturned,
    ResultTakenOver,
    ReuseProposed,
    TakeOverRevised,
    Target,
    TargetRevised,
    TermsRevised,
    WindowOpened,
)
from neraca.domain.command_rules import PolicyRef
from neraca.domain.event_facets import WithoutState
from neraca.domain.vocabulary import (
    AssignmentStanding,
    DeadlineKind,
    FeedbackSource,
    ObjectionOutcome,
    PositionClass,
    Relation,
)

Telling: TypeAlias = Literal["opened", "near", "passed"]


class Stage(Enum):
    """How far it has come. Drafting and submission are about the plan; the rest about the appraisal."""

    UNOPENED = auto()
    DRAFTING = auto()
    SUBMITTED = auto()
    RUNNING = auto()
    FINAL = auto()


class ReportFate(Enum):
    PENDING = "waits for the appraiser"
    ACCEPTED = "was accepted"
    RETURNED = "was returned"


class TimedReport(Struct, frozen=True):
    """How long the work of a day took that is reported and not returned."""

    day: date
    minutes: int


class Rating(Struct):
    """`hidden` where nobody may know who gave it: see rater_privacy."""

    relation: Relation
    scores: dict[str, Decimal]
    hidden: bool = False


class Asked(Struct, frozen=True):
    """Who asked whom for feedback, about which planned result or value; about the whole where neither is named."""

    asker: str
    asked: str
    result: str | None
    indicator: str | None


class Feedback(Struct):
    """What was given and asked of feedback: each by its giver and their id for it, with how they stand to the employee,
    None once it is withdrawn; on which day each leader gave what stands; and each request, with whether it waits for an
    answer. `open` are those of which whoever asked knows no answer: what was answered under no name, or declined, stays
    among them.
    """

    given: dict[tuple[str, str], FeedbackSource | None] = field(
        default_factory=dict[tuple[str, str], FeedbackSource | None]
    )
    leaders: dict[str, dict[str, date]] = field(default_factory=dict[str, dict[str, date]])
    asked: dict[Asked, bool] = field(default_factory=dict[Asked, bool])
    open: set[Asked] = field(default_factory=set[Asked])


class AssignedRater(Struct, frozen=True):
    relation: Relation
    standing: AssignmentStanding = AssignmentStanding.ASSIGNED


class Assignments(Struct):
    """Who was assigned to rate, each in one relation; `drawn` is how, None as long as nobody was."""

    drawn: RatersAssigned | None = None
    raters: dict[str, AssignedRater] = field(default_factory=dict[str, AssignedRater])

    def put(
        self, rater: str | None, relation: Relation, standing: AssignmentStanding = AssignmentStanding.ASSIGNED
    ) -> None:
        if rater is not None:
            self.raters[rater] = AssignedRater(relation, standing)


class IssuedDocument(Struct):
    """The evaluation document of the present result, and the days on which things were done with it.

    When it was received stands with the appraisal: it may be without any document being issued.
    """

    number: str
    issued: date
    delivered: date | None = None
    returned: date | None = None
    refused: date | None = None
    reported: date | None = None


class Appraisal(Struct):
    """`finalised`, `received` and `objection` are of the last finalisation and go with it when it is reopened.

    `joined` stands in the place of `finalised` where the result was joined from parts or taken over. `moved` tells
    whether the appraisal went to another appraiser, `reuse` what that one proposed to take over. `objections`
    counts those decided over the appraisal's life. `timed` are the reports of a day's work that say how long it
    took, unless they were returned. `planned` tells whether the plan was ever approved; `closed` whether
    its anonymous groups closed for good, with the first finalisation or before, and `closed_by` by which policy;
    `closed_early` that it was not finalised since. `calibration` is the predicate to which the appraiser moved the last
    result in a cohort, and that cohort. `named_since`
    is the day whose roster named unit, appraiser and reviewer, where the log says it. `document` is that of the
    present result; `amended` tells that an objection led to another result than the first. `taken` is of which work
    plan of the year, and of which version of it, the plan is the share; None where it is the appraisal's own. `agreed`
    is the plan as it would be had nothing been taken over, kept since something was, and of the year's plan with what
    an earlier share had of that; `taken_over` what was, and when.
    `changes` are those of the plan that were proposed, by their ids; None of one that was agreed to or declined.
    `alignment` is how many results led to a goal of the region, how many were planned, and by which links, as it was
    counted last.
    `amending` is the day of a decision on an objection that is not enacted yet; `judges` are who judged a planned
    result, where the log says it; `barred` are superiors other than the appraiser whose own judgement was objected to.
    `vouched` are the facts that an official vouched for. `cut` are the parts that an open whole was made into.
    `told` are the time limits of which the log says already that they opened, come near or passed, each with its
    last day.
    """

    stage: Stage = Stage.UNOPENED
    employee: str = ""
    unit: str = ""
    appraiser: str = ""
    reviewer: str | None = None
    named_since: date | None = None
    acting_for: str | None = None
    starts: date = date.min
    ends: date = date.min
    position_class: PositionClass | None = None
    planned: bool = False
    taken: tuple[str, int] | None = None
    cut: tuple[str, ...] | None = None
    closed: bool = False
    closed_by: PolicyRef | None = None
    closed_early: bool = False
    calibration: tuple[str, InCohort] | None = None
    results: dict[str, PlannedResult] = field(default_factory=dict[str, PlannedResult])
    terms: PlanTerms | None = None
    agreed: dict[str, PlannedResult] = field(default_factory=dict[str, PlannedResult])
    changes: dict[str, PlanChangeProposed | None] = field(default_factory=dict[str, PlanChangeProposed | None])
    alignment: tuple[int, int, tuple[int, ...]] | None = None
    taken_over: dict[str, date] = field(default_factory=dict[str, date])
    reports: dict[str, ReportFate] = field(default_factory=dict[str, ReportFate])
    timed: dict[str, TimedReport] = field(default_factory=dict[str, TimedReport])
    guidance: dict[str, bool] = field(default_factory=dict[str, bool])
    ratings: dict[str, Rating] = field(default_factory=dict[str, Rating])
    feedback: Feedback = field(default_factory=Feedback)
    assigned: Assignments = field(default_factory=Assignments)
    finalised: Finalised | None = None
    joined: Joined | None = None
    moved: bool = False
    reuse: ReuseProposed | None = None
    received: date | None = None
    objection: ObjectionFiled | None = None
    objection_decided: bool = False
    objections: int = 0
    document: IssuedDocument | None = None
    amended: bool = False
    amending: date | None = None
    judges: set[str] = field(default_factory=set[str])
    barred: set[str] = field(default_factory=set[str])
    vouched: set[str] = field(default_factory=set[str])
    told: set[tuple[Telling, DeadlineKind, date]] = field(default_factory=set[tuple[Telling, DeadlineKind, date]])


def evolve(state: Appraisal, event: AppraisalEvent) -> Appraisal:
    """Changes the state it is given, and returns it. The most frequent events come first."""
    match event:
        case ActivityReported():
            state.reports[event.report] = ReportFate.PENDING
            if event.minutes is not None:
                state.timed[event.report] = TimedReport(event.day, event.minutes)
        case ProgressReported():
            state.reports[event.report] = ReportFate.PENDING
        case ReportAccepted():
            state.reports[event.report] = ReportFate.ACCEPTED
        case ReportReturned():
            state.reports[event.report] = ReportFate.RETURNED
            state.timed.pop(event.report, None)
        case Rated():
            state.ratings[event.rater] = Rating(event.relation, dict(event.scores), event.hidden)
        case RatingRevised():
            state.ratings[event.rater].scores.update(event.scores)
        case LevelJudged():
            if event.by is not None:
                state.judges.add(event.by)
        case RatingWithdrawn():
            del state.ratings[event.rater]
        case FeedbackGiven():
            state.feedback.given[event.giver, event.feedback] = event.source
            if event.source is FeedbackSource.LEADER:
                state.feedback.leaders.setdefault(event.giver, {})[event.feedback] = event.on
            for one in answered(state.feedback, event):
                state.feedback.asked[one] = False
            if not event.hidden:
                state.feedback.open -= {one for one in state.feedback.open if _answers(event, one)}
        case FeedbackWithdrawn():
            state.feedback.given[event.giver, event.feedback] = None
            state.feedback.leaders.get(event.giver, {}).pop(event.feedback, None)
        case FeedbackRequested():
            one = Asked(event.asker, event.asked, event.result, event.indicator)
            state.feedback.asked[one] = True
            state.feedback.open.add(one)
        case FeedbackDeclined():
            for one in waiting(state.feedback, event.asked):
                state.feedback.asked[one] = False
        case RatersAssigned():
            state.assigned.drawn = event
            for group in event.groups:
                for rater in group.raters:
                    state.assigned.put(rater, group.relation)
        case RaterNamed():
            state.assigned.put(event.rater, event.relation)
        case RaterDeclined():
            state.assigned.put(event.rater, event.relation, AssignmentStanding.DECLINED)
            state.assigned.put(event.instead, event.relation)
        case RaterReplaced():
            state.assigned.put(event.rater, event.relation, AssignmentStanding.REPLACED)
            state.assigned.put(event.instead, event.relation)
        case RatingsClosed():
            state.closed, state.closed_by, state.closed_early = True, event.policy, True
        case Opened():
            _open(state, event)
        case PlanDrafted():
            _plan(state, event)
        case PlanSubmitted():
            state.stage = Stage.SUBMITTED
        case PlanReturned():
            state.stage = Stage.DRAFTING
        case PlanApproved():
            state.stage, state.planned = Stage.RUNNING, True
        case PlanTaken():
            state.stage, state.planned, state.taken = Stage.RUNNING, True, (event.plan, event.version)
            before = state.agreed or state.results
            _plan(state, event)
            _keep_taken_over(state, event, before)
        case AlignmentCounted():
            state.alignment = (event.aligned, event.planned, tuple(event.links))
        case PlanChangeProposed():
            state.changes[event.change] = event
        case PlanChangeDeclined():
            state.changes[event.change] = None
        case PlanChangeAgreed():
            _change_plan(state, event)
        case TermsRevised():
            state.terms = event.terms
        case ResultTakenOver():
            state.agreed = state.agreed or dict(state.results)
            state.results = without_taken_over(state.results, event)
            state.taken_over[event.taken.result] = event.taken.on
        case TakeOverRevised():
            state.results = with_revised(state.results, event)
            if event.given_back:
                state.taken_over.pop(event.taken.result, None)
        case TargetRevised():
            state.results[event.result] = revised(state.results[event.result], event)
            if event.result in state.agreed:
                # Of one taken over, the value is of what counts; a weight is that of the target, however much counts.
                agreed = replace(event, value=None) if event.result in state.taken_over else event
                state.agreed[event.result] = revised(state.agreed[event.result], agreed)
        case GuidanceRecorded():
            state.guidance[event.guidance] = False
        case GuidanceAnswered():
            state.guidance[event.guidance] = True
        case Reassigned():
            state.unit, state.appraiser, state.reviewer = event.unit, event.appraiser, event.reviewer
            state.named_since, state.acting_for = event.since, None
            # Whom it was proposed by is not asked any more.
            state.moved, state.reuse = True, None
        case ReuseProposed():
            state.reuse = event
        case Finalised():
            state.stage, state.finalised, state.closed = Stage.FINAL, event, True
            state.amending, state.closed_early = None, False
            moved = event.cohort is not None and event.cohort.calibrated is not None
            state.calibration = (event.predicate, event.cohort) if moved and event.cohort else None
            # That of the first: groups close once, whatever rule fixes the result later.
            state.closed_by = state.closed_by or event.policy
            state.received, state.objection, state.objection_decided = None, None, False
            state.document = None
        case Joined():
            state.stage, state.joined = Stage.FINAL, event
            state.finalised, state.received, state.objection, state.objection_decided = None, None, None, False
            state.document = None
        case DocumentIssued():
            # Who said so before there was any has not received this one: no days to object are lost by it.
            state.document, state.received = IssuedDocument(event.number, event.on), None
        case DocumentDelivered():
            _document(state).delivered = event.on
        case DocumentReturned():
            _document(state).returned = event.on
        case DocumentRefused():
            _document(state).refused = event.on
        case DocumentReported():
            _document(state).reported = event.on
        case DocumentReceived():
            state.received = event.on
        case ObjectionFiled():
            state.objection = event
            state.barred |= superiors_who_judged(state) - {state.appraiser}
        case ObjectionDecided():
            state.objection_decided = True
            state.objections += 1
            if event.outcome is ObjectionOutcome.AMENDED:
                state.amending = event.decided
        case Reopened():
            # A policy may judge without a plan; then there may still be none when it is reopened.
            state.stage = Stage.RUNNING if state.planned else Stage.DRAFTING
            state.finalised, state.received, state.objection, state.objection_decided = None, None, None, False
            state.document, state.amended = None, True
        case Cut():
            _forget(state)
            state.cut = event.parts
        case WindowOpened():
            state.told.add(("opened", DeadlineKind.EVALUATION, event.last))
        case DeadlineReminded():
            state.told.add(("near", event.kind, event.last))
        case DeadlinePassed():
            state.told.add(("passed", event.kind, event.last))
        case FactEstablished():
            state.vouched.add(event.fact)
        case FactWithdrawn():
            state.vouched.discard(event.fact)
        case Cancelled():
            _forget(state)
        case WithoutState():
            pass
        case _:
            assert_never(event)
    return state


def waiting(feedback: Feedback, asked: str) -> list[Asked]:
    """The requests to somebody that wait for an answer."""
    return [one for one, waits in feedback.asked.items() if waits and one.asked == asked]


def answered(feedback: Feedback, event: FeedbackGiven) -> list[Asked]:
    """The requests that feedback answers: all to its giver where it is on the whole, else those about the same."""
    return [one for one, waits in feedback.asked.items() if waits and _answers(event, one)]


def _answers(event: FeedbackGiven, one: Asked) -> bool:
    whole, same = (None, None), (event.result, event.indicator)
    return one.asked == event.giver and (same == whole or (one.result, one.indicator) in (whole, same))


def revised(result: PlannedResult, event: TargetRevised) -> PlannedResult:
    return replace(
        result, targets=[_revise(target, event) if target.id == event.target else target for target in result.targets]
    )


def _plan(state: Appraisal, event: PlanDrafted | PlanTaken) -> None:
    state.results, state.terms = {result.id: result for result in event.results}, event.terms
    state.agreed = {}


def _keep_taken_over(state: Appraisal, event: PlanTaken, before: dict[str, PlannedResult]) -> None:
    """What an earlier share had of a result that this one has not, as the leader took it over, is still what was agreed
    of it.
    """
    state.taken_over = {one.result: one.on for one in event.taken_over if one.result not in state.results}
    known = before | state.results
    order = with_taken_over(list(state.results), list(before), state.taken_over)
    state.agreed = {name: known[name] for name in order} if len(order) > len(state.results) else {}


def _change_plan(state: Appraisal, event: PlanChangeAgreed) -> None:
    """What was taken over is none of a change, and stays what was agreed of it, in its place."""
    state.changes[event.change] = None
    state.results = {result.id: result for result in event.results}
    if state.agreed:
        known = state.results | {name: state.agreed[name] for name in state.taken_over if name in state.agreed}
        order = with_taken_over(list(state.results), list(state.agreed), state.taken_over)
        state.agreed = {name: known[name] for name in order}


def with_taken_over(planned: Sequence[str], before: Sequence[str], taken_over: Collection[str]) -> list[str]:
    """The names of a plan's results with those of the plan before it that were taken over, each in its place there."""
    order = list(planned)
    for at, name in enumerate(before):
        if name in taken_over and name not in order:
            order.insert(sum(other in order for other in before[:at]), name)
    return order


def without_taken_over(results: dict[str, PlannedResult], event: ResultTakenOver) -> dict[str, PlannedResult]:
    """The plan without the result that the leader took over, or with what counts of it in its place."""
    taken = results[event.taken.result]
    kept = counting(taken, event.counts)
    if kept is not None:
        return results | {taken.id: kept}
    return {name: result for name, result in results.items() if name != taken.id}


def counting(agreed: PlannedResult, counts: Mapping[str, Decimal | None]) -> PlannedResult | None:
    """What counts of a result: the targets that are named, each measured against what is said of it; None of none."""
    kept = [
        target if (amount := counts[target.id]) is None else replace(target, target=amount)
        for target in agreed.targets
        if target.id in counts
    ]
    return replace(agreed, targets=kept) if kept else None


def with_revised(results: dict[str, PlannedResult], event: TakeOverRevised) -> dict[str, PlannedResult]:
    """The plan with what there is from now on of a result that was taken over, in its place."""
    left = [result for name, result in results.items() if name != event.taken.result]
    if event.planned is not None:
        left.insert(event.at, event.planned)
    return {result.id: result for result in left}


def _revise(target: Target, event: TargetRevised) -> Target:
    return replace(
        target,
        target=target.target if event.value is None else event.value,
        weight=target.weight if event.weight is None else event.weight,
    )


def superiors_who_judged(state: Appraisal) -> set[str]:
    """Who rated as a superior, or judged a planned result."""
    return {name for name, one in state.ratings.items() if one.relation is Relation.SUPERVISOR} | state.judges


def _document(state: Appraisal) -> IssuedDocument:
    if state.document is None:
        raise LookupError("no appraisal.document-issued before what was done with the document")
    return state.document


def _forget(state: Appraisal) -> None:
    """As before the opening: what is opened again starts afresh."""
    initial = Appraisal()
    for name in Appraisal.__struct_fields__:
        setattr(state, name, getattr(initial, name))


def _open(state: Appraisal, event: Opened) -> None:
    state.stage, state.cut = Stage.DRAFTING, None
    state.employee, state.unit = event.employee, event.unit
    state.appraiser, state.reviewer, state.named_since = event.appraiser, event.reviewer, event.since
    state.acting_for = event.acting_for
    state.starts, state.ends = event.starts, event.ends
    state.position_class = event.position_class
