"""What the calendar makes of an appraisal: windows that open, time limits that come near and that pass.

Nothing that anybody may do hangs on it: rights follow from days, and who asks computes them. What is told here is for
those who follow the log: who is reminded, what was missed and when.
"""

from neraca.domain.appraisal import clocks, deadlines, ratings
from neraca.domain.appraisal.commands import ObserveDeadlines
from neraca.domain.appraisal.deadlines import Deadline
from neraca.domain.appraisal.events import AppraisalEvent, DeadlinePassed, DeadlineReminded, WindowOpened
from neraca.domain.appraisal.relations import rules
from neraca.domain.appraisal.stages import opened
from neraca.domain.appraisal.state import Appraisal, Stage, Telling
from neraca.domain.assignments import is_exempt
from neraca.domain.contexts import AppraisalContext
from neraca.domain.errors import AlreadyDone
from neraca.domain.vocabulary import DeadlineKind


def observe(command: ObserveDeadlines, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Raises AlreadyDone where nothing is to be told that the log does not say already.

    Each is told once for its last day, however often and late one looks; one that has passed is not reminded of.
    """
    opened(state)
    news = [*_windows(state, context), *_closing(state, context), *_limits(state, context)]
    if not news:
        raise AlreadyDone(f"nothing new is due of the appraisal of {state.employee}")
    return news


def _windows(state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    window = deadlines.evaluation(state, rules(context), context.agency)
    first, _ = deadlines.window_of_moves(state.ends)
    if window is None or not first <= context.today <= window.last or state.stage is Stage.FINAL or state.amending:
        return []
    if _told("opened", window, state) or _told("passed", window, state):
        return []
    return [WindowOpened(first=first, last=window.last)]


def _closing(state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """When the time to rate of those who are assigned is over, what they gave closes, whoever looks first."""
    due = deadlines.rating(state.ends, rules(context), context.agency)
    if due is None or state.assigned.drawn is None or state.closed or state.stage is Stage.FINAL:
        return []
    return [ratings.closing(state, context)] if context.today > due.last else []


def _limits(state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    news: list[AppraisalEvent] = []
    rulebook, agency = rules(context), context.agency
    exempt = is_exempt(context.people(state.employee), context.today)
    for due in clocks.of(state, rulebook, agency):
        # Who is exempt on the day owes no plan (annex p. 65-66), and is owed no feedback, which is ours.
        if exempt and due.kind in (DeadlineKind.PLAN, DeadlineKind.FEEDBACK):
            continue
        # Also where a server whose clock is behind, or who looks at a former day, comes after one that told.
        # That the time to rate is over is told by the closing.
        if _told("passed", due, state) or (due.kind is DeadlineKind.RATING and context.today > due.last):
            continue
        if context.today > due.last:
            news.append(DeadlinePassed(kind=due.kind, role=due.role, since=due.since, last=due.last))
        elif deadlines.reminder(due, rulebook, agency) <= context.today and not _told("near", due, state):
            news.append(DeadlineReminded(kind=due.kind, role=due.role, since=due.since, last=due.last))
    return news


def _told(how: Telling, due: Deadline, state: Appraisal) -> bool:
    return (how, due.kind, due.last) in state.told
