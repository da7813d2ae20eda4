"""Which time limits of an appraisal run, told without any policy or calendar; and their last days, told with both.

So what runs can be kept and looked up by dates alone, in a read model, and what is due on a day follows from it. The
clock of a plan of the year is the person's (workplan.clock).
"""

from datetime import date
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from neraca.domain.agency import Agency, deadline, is_working_day
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.deadlines import Deadline
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.command_rules import APPRAISER, EMPLOYEE, REVIEWER, FeedbackRhythm, Rulebook
from neraca.domain.period import Period
from neraca.domain.plan_deadline import fixed_by
from neraca.domain.reporting_rhythms import Stretch, stretches
from neraca.domain.vocabulary import DeadlineKind

Since: TypeAlias = Literal["period", "result", "signing", "delivery", "receipt", "objection", "feedback"]
"""What happened on the day from which a clock runs."""


class Clock(Struct, frozen=True):
    """`since` is when it began, by what `began`; `superiors` is whether the superior evaluated, who has shorter limits;
    `submitted` whether a plan waits for the appraiser; `delivered` when what was received was delivered.
    """

    kind: DeadlineKind
    since: date
    began: Since
    superiors: bool = False
    submitted: bool = False
    delivered: date | None = None


def running(state: Appraisal) -> list[Clock]:
    """All that is due of an appraisal and was not done, whether its last day has passed or not."""
    if state.stage is Stage.UNOPENED:
        return []
    return _of_result(state) if state.stage is Stage.FINAL else _before_result(state)


def _before_result(state: Appraisal) -> list[Clock]:
    # What an objection came to is enacted by whoever decided it, for which no text names a term.
    if state.amending is not None:
        return []
    submitted = state.stage is Stage.SUBMITTED
    # Who came or moved within the period has a plan from then on.
    begun = min(max(state.starts, state.named_since or state.starts), state.ends)
    plan = [] if state.planned else [Clock(DeadlineKind.PLAN, begun, "period", submitted=submitted)]
    kinds = (DeadlineKind.EVALUATION, DeadlineKind.EVALUATION_BY_SUPERIOR)
    evaluated = [Clock(kind, state.ends, "period") for kind in kinds]
    return [*plan, *_of_ratings(state), _of_feedback(state, begun), *evaluated]


def _of_ratings(state: Appraisal) -> list[Clock]:
    drawn = state.assigned.drawn
    return [] if drawn is None or state.closed else [Clock(DeadlineKind.RATING, drawn.by_roster_of, "period")]


def _of_feedback(state: Appraisal, begun: date) -> Clock:
    """From what a leader said last, or from the beginning: who came as appraiser owes theirs anew."""
    said = max((day for given in state.feedback.leaders.values() for day in given.values()), default=None)
    if said is not None and said >= begun:
        return Clock(DeadlineKind.FEEDBACK, said, "feedback")
    return Clock(DeadlineKind.FEEDBACK, begun, "period")


def _of_result(state: Appraisal) -> list[Clock]:
    found: list[Clock] = []
    document, fixed, superiors = state.document, state.finalised, deadlines.is_superiors(state)
    delivered = None if document is None else document.delivered
    if delivered is None and state.received is None:
        if document is not None:
            found.append(Clock(DeadlineKind.DELIVERY, document.issued, "signing", superiors))
        elif fixed is not None and fixed.objection_from == "document":
            # Whoever does not sign gains no time by it, which no text says and is ours.
            found.append(Clock(DeadlineKind.DELIVERY, fixed.on, "result", superiors))
        elif state.joined is not None and state.joined.documented:
            found.append(Clock(DeadlineKind.DELIVERY, state.joined.on, "result", superiors))
    if document is not None:
        if document.returned is None and document.refused is None:
            if delivered is not None:
                found.append(Clock(DeadlineKind.RETURN, delivered, "delivery", superiors))
            elif state.received is not None:
                found.append(Clock(DeadlineKind.RETURN, state.received, "receipt", superiors))
        if document.reported is None:
            found.append(Clock(DeadlineKind.REPORT, state.ends, "period", superiors))
    if state.objection is not None:
        if not state.objection_decided:
            found.append(Clock(DeadlineKind.DECISION, state.objection.filed, "objection"))
    elif fixed is not None and not fixed.final:
        if state.received is not None:
            found.append(Clock(DeadlineKind.OBJECTION, state.received, "receipt", superiors, delivered=delivered))
        elif delivered is not None:
            found.append(Clock(DeadlineKind.OBJECTION, delivered, "delivery", superiors))
        elif document is None and fixed.objection_from == "fixing":
            found.append(Clock(DeadlineKind.OBJECTION, fixed.on, "result", superiors))
    return found


def due(clock: Clock, months: Period, rulebook: Rulebook, agency: Agency) -> Deadline | None:
    """When the clock runs out; None where the policy gives no term."""
    match clock.kind:
        case DeadlineKind.PLAN:
            # That of the year is asked of the person (workplan.clock), whatever appraisal is opened when.
            last = None if rulebook.plan.of_year else fixed_by(months, rulebook.plan)
            role = APPRAISER if clock.submitted else EMPLOYEE
            return None if last is None else Deadline(clock.kind, role, clock.since, last)
        case DeadlineKind.EVALUATION:
            return deadlines.evaluation(_bare(months), rulebook, agency)
        case DeadlineKind.EVALUATION_BY_SUPERIOR:
            return deadlines.evaluation_by_superior(_bare(months), rulebook, agency)
        case DeadlineKind.DELIVERY:
            last = deadlines.document_term(deadlines.DELIVERY_STEP, clock.since, clock.superiors, rulebook, agency)
            return Deadline(clock.kind, _signer(clock), clock.since, last)
        case DeadlineKind.RETURN:
            return Deadline(clock.kind, EMPLOYEE, clock.since, _returned_by(clock, clock.since, rulebook, agency))
        case DeadlineKind.REPORT:
            # Of a year that was joined of shorter periods the window is that of the year.
            window = deadlines.evaluation(_bare(months), rulebook, agency, annual=months.months == 12 or None)
            if window is None:
                return None
            return Deadline(
                clock.kind, _signer(clock), window.last, deadlines.report_term(window.last, rulebook, agency)
            )
        case DeadlineKind.OBJECTION:
            limits = rulebook.objection
            if limits is None:
                return None
            since = _told(clock, rulebook, agency)
            return Deadline(clock.kind, EMPLOYEE, since, deadline(agency, since, limits.within))
        case DeadlineKind.DECISION:
            term = None if rulebook.objection is None else rulebook.objection.decide_within
            if term is None:
                return None
            return Deadline(clock.kind, REVIEWER, clock.since, deadline(agency, clock.since, term))
        case DeadlineKind.FEEDBACK:
            stretch = None if rulebook.feedback is None else _silent(clock, months, rulebook.feedback, agency)
            if stretch is None:
                return None
            return Deadline(clock.kind, APPRAISER, max(clock.since, stretch.since), stretch.last)
        case DeadlineKind.PROGRESS:
            return None  # no clock is kept of it: it is reckoned from the reports when it is asked for
        case DeadlineKind.RATING:
            return deadlines.rating(months.ends, rulebook, agency)
        case _:
            assert_never(clock.kind)


def _silent(clock: Clock, months: Period, rhythm: FeedbackRhythm, agency: Agency) -> Stretch | None:
    """The first in which no leader said anything: after the one in which they did last, or from the beginning."""
    if rhythm == "period":
        every = [Stretch(months.starts, months.ends)]
    else:
        every = stretches(rhythm, months.starts, months.ends, lambda day: is_working_day(agency, day))
    if clock.began == "feedback":
        return next((one for one in every if one.since > clock.since), None)
    return next((one for one in every if one.last >= clock.since), None)


def _told(clock: Clock, rulebook: Rulebook, agency: Agency) -> date:
    """When the employee got the document: no later than the last day to sign and return what was delivered."""
    if clock.began == "delivery":
        return _returned_by(clock, clock.since, rulebook, agency)
    if clock.delivered is None:
        return clock.since
    return min(clock.since, _returned_by(clock, clock.delivered, rulebook, agency))


def _returned_by(clock: Clock, since: date, rulebook: Rulebook, agency: Agency) -> date:
    return deadlines.document_term(deadlines.RETURN_STEP, since, clock.superiors, rulebook, agency)


def _signer(clock: Clock) -> str:
    return REVIEWER if clock.superiors else APPRAISER


def _bare(months: Period) -> Appraisal:
    return Appraisal(stage=Stage.RUNNING, starts=months.starts, ends=months.ends)


def of(state: Appraisal, rulebook: Rulebook, agency: Agency) -> list[Deadline]:
    """Every time limit that runs, with its last day."""
    months = Period("", state.starts, state.ends, rulebook.cycle)
    found = [due(clock, months, rulebook, agency) for clock in running(state) if _may(clock, state, rulebook)]
    return [one for one in found if one is not None]


def _may(clock: Clock, state: Appraisal, rulebook: Rulebook) -> bool:
    """Whether the policy lets anybody act still: one decision on an objection may be the last."""
    limits = rulebook.objection
    return clock.kind is not DeadlineKind.OBJECTION or limits is None or not (limits.final and state.objections)
