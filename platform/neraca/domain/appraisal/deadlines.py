"""Last days of an appraisal's time limits: what is due, from whom, since when, until when.

Each is a function of the appraisal, the rules that apply to it and the agency's calendar, and None where nothing of its
kind runs. Whoever must know whether one has passed compares its last day with the day that it is.
"""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from neraca.domain.agency import Agency, deadline
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.command_rules import APPRAISER, EMPLOYEE, EVALUATION_STEP, REVIEWER, Rulebook

YEAR = "year"


class DeadlineKind(StrEnum):
    EVALUATION = "evaluation"
    EVALUATION_BY_SUPERIOR = "evaluation-by-superior"
    OBJECTION = "objection"
    DECISION = "decision"


class Deadline(Struct, frozen=True):
    """`role` is who has to act, by the policy's word for them: who that is today, the relations tell. The day `since`
    does not count; `last` is the last one in time.
    """

    kind: DeadlineKind
    role: str
    since: date
    last: date


def evaluation(state: Appraisal, rulebook: Rulebook, agency: Agency, *, annual: bool | None = None) -> Deadline | None:
    """The window in which the appraiser evaluates; None where the policy has none, as nobody is then passed over.

    `annual` tells whether it is the year that is evaluated, which else the policy's cycle tells: a year is evaluated
    until a day of the year that follows (PermenPANRB 6/2022, annex p. 90), a shorter period within some days.
    """
    step = rulebook.steps.get(EVALUATION_STEP)
    if step is None or state.stage is Stage.UNOPENED:
        return None
    yearly = rulebook.cycle == YEAR if annual is None else annual
    last = _next(step.until, state.ends) if yearly and step.until else deadline(agency, state.ends, step.within)
    return Deadline(DeadlineKind.EVALUATION, APPRAISER, state.ends, last)


def window_of_moves(ends: date) -> tuple[date, date]:
    """First and last day on which who moves to another unit does so within the evaluation of the period that ends so.

    The law has the year evaluated from the end of December to the end of January (annex p. 90) and counts 25 September
    as within the evaluation of the third quarter, but not 25 August (annex p. 91-92); it names no first day. That the
    end of a month begins with its last third, the 21st, and that each window closes with the month that follows, is
    ours.
    """
    return ends.replace(day=21), _last_of_month(ends + timedelta(days=1))


def evaluation_by_superior(
    state: Appraisal, rulebook: Rulebook, agency: Agency, *, annual: bool | None = None
) -> Deadline | None:
    """What the appraiser's superior has after the window (annex p. 115-116); None where the policy gives no time."""
    window = evaluation(state, rulebook, agency, annual=annual)
    step = rulebook.steps.get(EVALUATION_STEP)
    if window is None or step is None or step.superior_within is None:
        return None
    last = deadline(agency, window.last, step.superior_within)
    return Deadline(DeadlineKind.EVALUATION_BY_SUPERIOR, REVIEWER, window.last, last)


def objection(state: Appraisal, rulebook: Rulebook, agency: Agency) -> Deadline | None:
    """From receipt of the document, or from finalisation as long as nobody received it."""
    limits, final = rulebook.objection, state.finalised
    if limits is None or final is None:
        return None
    since = state.received or final.on
    return Deadline(DeadlineKind.OBJECTION, EMPLOYEE, since, deadline(agency, since, limits.within))


def decision(state: Appraisal, rulebook: Rulebook, agency: Agency) -> Deadline | None:
    """From the day on which the objection was filed; None where there is none, or no term to decide it."""
    limits, filed = rulebook.objection, state.objection
    if limits is None or limits.decide_within is None or filed is None:
        return None
    return Deadline(DeadlineKind.DECISION, REVIEWER, filed.filed, deadline(agency, filed.filed, limits.decide_within))


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _next(day: tuple[int, int], after: date) -> date:
    """The first such month and day that comes after."""
    here = date(after.year, *day)
    return here if here > after else date(after.year + 1, *day)
