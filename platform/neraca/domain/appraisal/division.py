"""An open whole that is cut into two parts, because somebody moved: what was done in it stays with the part it is of.

The whole is as if it had not been opened, until its parts are joined. Each part is opened for itself, and has from the
start what belongs to it: reports by their day, judgements and ratings by the day on which they were given, and the
first part the plan, whose targets the appraiser revises before the cut to what the part can bring, as what was promised
is fixed before a period ends; a share of the year's plan is taken anew. Hidden ratings and feedback are given again: to
carry them over would tell whoever opens the part how many there were.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.appraisal.commands import CutAppraisal
from neraca.domain.appraisal.events import (
    ActivityReported,
    AlignmentCounted,
    AppraisalEvent,
    Cancelled,
    CompetenciesAssessed,
    Cut,
    FactEstablished,
    FactWithdrawn,
    FeedbackGiven,
    FeedbackWithdrawn,
    GuidanceAnswered,
    GuidanceRecorded,
    LevelJudged,
    OfRaterAssignment,
    Opened,
    PlanApproved,
    PlanChangeAgreed,
    PlanDrafted,
    PlanReturned,
    PlanSubmitted,
    PlanTaken,
    ProgressReported,
    Rated,
    RatingRevised,
    RatingWithdrawn,
    ReportAccepted,
    ReportReturned,
    ResultTakenOver,
    SpecialExpectationAdded,
    TakeOverRevised,
    TargetRevised,
    TermsRevised,
)
from neraca.domain.appraisal.relations import not_the_employee, rules
from neraca.domain.appraisal.stages import unfinished
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.contexts import AppraisalContext
from neraca.domain.errors import Conflict, Invalid
from neraca.domain.event_facets import WithoutFacts
from neraca.domain.period import Period, cut, parse
from neraca.domain.record_uses import appraises, is_over_its_periods

NameT = TypeVar("NameT")


class Happened(Struct, frozen=True):
    """An event of the whole, and the legal day on which it was recorded."""

    event: AppraisalEvent
    day: date


def divide(command: CutAppraisal, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    unfinished(state)
    not_the_employee(state, context, "cut what was opened")
    if state.closed_early:
        raise Conflict(
            f"the anonymous ratings of {command.employee} for {command.period} are closed, and it can't be cut: its "
            "parts would have them given twice; finalise it as a whole"
        )
    if state.closed:
        raise Conflict(
            f"the appraisal of {command.employee} for {command.period} was final once and can't be cut; where the "
            "result is wrong, let the employee file an objection: decided as amended, it is finalised again"
        )
    validation.written(command.reason, "/reason", "the reason")
    if command.since.day != 1 or not state.starts < command.since <= state.ends:
        raise Invalid(
            f"/since: {command.since} is not the first of a month after {state.starts} and by {state.ends}; parts are "
            "of whole months",
            field="/since",
        )
    first, second = cut(parse(command.period), [command.since])
    rulebook = rules(context)
    if is_over_its_periods(rulebook, parse(command.period)):
        raise Conflict(
            f"{rulebook.policy.name} judges the year over its periods, and as a whole; hand it over by "
            "reassign-appraisal, and cut the period in which the post changes"
        )
    if not (appraises(rulebook, first) and appraises(rulebook, second)):
        raise Conflict(
            f"{rulebook.policy.name} doesn't say how parts are joined; it needs period.segments, or the period is "
            "appraised as a whole and handed over by reassign-appraisal"
        )
    return [Cut(reason=command.reason, parts=(first.label, second.label), since=command.since)]


def belonging(part: Period, happened: Sequence[Happened], *, of_year: bool) -> list[AppraisalEvent]:
    """What a part takes over of the events of the whole that was cut, in order. `of_year` where the plan is a share of
    the year's.
    """
    is_first = any(isinstance(one.event, Cut) and one.event.parts[0] == part.label for one in happened)
    cut_on = next(one.event.since for one in happened if isinstance(one.event, Cut))
    kept = Kept()
    return [
        one.event
        for one in happened
        if _belongs(one, part, kept, is_first=is_first, plans=is_first and not of_year, cut_on=cut_on)
    ]


class Kept(Struct):
    """What a part has so far taken over: reports, raters, guidance, facts, and feedback by its giver and their id; and
    which of its results the leader took over.
    """

    reports: set[str] = field(default_factory=set[str])
    raters: set[str] = field(default_factory=set[str])
    guided: set[str] = field(default_factory=set[str])
    facts: set[str] = field(default_factory=set[str])
    taken_over: set[str] = field(default_factory=set[str])
    feedback: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])


def _belongs(one: Happened, part: Period, kept: Kept, *, is_first: bool, plans: bool, cut_on: date) -> bool:
    event = one.event
    # By the day it was given; what came late, when the second part had begun, is of that.
    in_time = (one.day < cut_on) is is_first
    match event:
        case PlanDrafted() | PlanSubmitted() | PlanReturned() | PlanApproved() | TargetRevised() | TermsRevised():
            return plans
        case ResultTakenOver():
            # When the second part had begun nothing was left to be taken over of the first, which was promised whole.
            return _kept(event.taken.result, kept.taken_over, belongs=plans and in_time)
        case TakeOverRevised():
            # Whenever it was said: what was taken over in time may be given back late.
            return event.taken.result in kept.taken_over
        case PlanChangeAgreed():
            return plans and in_time
        case ActivityReported():
            return _kept(event.report, kept.reports, belongs=part.holds(event.day))
        case ProgressReported():
            # It counts from the start of the whole, which is that of the first part only.
            return _kept(event.report, kept.reports, belongs=is_first and part.holds(event.until))
        case ReportAccepted() | ReportReturned():
            return event.report in kept.reports
        case GuidanceRecorded():
            # A part may not have the planned result any more that it was about: the words stand for themselves.
            return _kept(event.guidance, kept.guided, belongs=part.holds(event.on))
        case GuidanceAnswered():
            return event.guidance in kept.guided
        case Rated():
            return _kept(event.rater, kept.raters, belongs=in_time and not (event.hidden or event.sealed))
        case RatingRevised():
            return event.rater in kept.raters
        case RatingWithdrawn():
            return event.rater in kept.raters
        case FeedbackGiven():
            # The results of the second part are of its own plan.
            belongs = in_time and not event.hidden and (is_first or event.result is None)
            return _kept((event.giver, event.feedback), kept.feedback, belongs=belongs)
        case FeedbackWithdrawn():
            return (event.giver, event.feedback) in kept.feedback
        case LevelJudged() | SpecialExpectationAdded():
            return in_time and is_first
        case CompetenciesAssessed():
            return in_time
        case FactEstablished():
            if in_time:
                kept.facts.add(event.fact)
            return in_time
        case FactWithdrawn():
            # Whenever it was: what is withdrawn of the whole counts in no part.
            return event.fact in kept.facts
        # Who is to rate a part is assigned anew.
        case WithoutFacts() | PlanTaken() | AlignmentCounted() | OfRaterAssignment():
            return False
        case _:
            assert_never(event)


def _kept(name: NameT, kept: set[NameT], *, belongs: bool) -> bool:
    if belongs:
        kept.add(name)
    else:
        kept.discard(name)
    return belongs


def since_opened(happened: Iterable[Happened]) -> list[Happened]:
    """Those from the last opening up to the cut that ended it; nothing where it was not cut."""
    last: list[Happened] = []
    found: list[Happened] = []
    for one in happened:
        if isinstance(one.event, Opened):
            last = []
        last.append(one)
        if isinstance(one.event, Cancelled):
            found = last if isinstance(one.event, Cut) else []
    return found
