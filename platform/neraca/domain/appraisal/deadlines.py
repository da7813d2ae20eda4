"""Last days of an appraisal's time limits: what is due, from whom, since when, until when.

Each is a function of the appraisal, the rules that apply to it and the agency's calendar, and None where nothing of its
kind runs. Whoever must know whether one has passed compares its last day with the day that it is.
"""

from calendar import monthrange
from datetime import date, timedelta

from msgspec import Struct

from neraca.domain.agency import Agency, days_before, deadline
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.command_rules import (
    APPRAISER,
    EMPLOYEE,
    EVALUATION_STEP,
    RATER,
    REVIEWER,
    AssigningRule,
    Rulebook,
    TimeLimit,
)
from neraca.domain.vocabulary import DeadlineKind, Finality, Relation

YEAR = "year"


DELIVERY_STEP, RETURN_STEP, REPORT_STEP = "serahkan_dokumen", "kembalikan_dokumen", "laporkan_dokumen"
"""Steps of a policy's workflow by which it sets a term for the document itself, instead of the law's."""

_FORTNIGHT, _WEEK, _REPORTING = TimeLimit(14, True), TimeLimit(7, True), TimeLimit(30, True)
"""Working days to deliver and to sign and return, on the superior's route, and to report (annex p. 114-119)."""


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


def rating_window(ends: date, rule: AssigningRule, agency: Agency) -> tuple[date, date]:
    """First and last day on which those who are assigned rate, of a period that ends so."""
    return days_before(agency, ends, rule.opens), deadline(agency, ends, rule.within)


def rating(ends: date, rulebook: Rulebook, agency: Agency) -> Deadline | None:
    """Until when those who are assigned rate; None where nobody is."""
    if rulebook.assigning is None:
        return None
    first, last = rating_window(ends, rulebook.assigning, agency)
    return Deadline(DeadlineKind.RATING, RATER, first, last)


def reminder(due: Deadline, rulebook: Rulebook, agency: Agency) -> date:
    """The day from which whoever has to act is reminded: as long before the last one as the policy says."""
    return max(due.since, days_before(agency, due.last, rulebook.reminders))


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
    """From the day on which the employee got the document; None while nobody gave it to them.

    That is the day of the receipt, but no later than the last day to sign and return what was delivered: who puts off
    the receipt gains nothing by it, and who never got the document loses nothing. A result from before deliveries were
    recorded counts from the day it was fixed for as long as nobody received it.
    """
    limits, since = rulebook.objection, _told(state, rulebook, agency)
    if limits is None or state.finalised is None or since is None:
        return None
    return Deadline(DeadlineKind.OBJECTION, EMPLOYEE, since, deadline(agency, since, limits.within))


def _told(state: Appraisal, rulebook: Rulebook, agency: Agency) -> date | None:
    days = [] if state.received is None else [state.received]
    if state.document is not None and state.document.delivered is not None:
        days.append(last_to_return(state, state.document.delivered, rulebook, agency))
    if days:
        return min(days)
    fixed = state.finalised
    if fixed is None or state.document is not None or fixed.objection_from == "document":
        return None
    return fixed.on


def decision(state: Appraisal, rulebook: Rulebook, agency: Agency) -> Deadline | None:
    """From the day on which the objection was filed; None where there is none, or no term to decide it."""
    limits, filed = rulebook.objection, state.objection
    if limits is None or limits.decide_within is None or filed is None:
        return None
    return Deadline(DeadlineKind.DECISION, REVIEWER, filed.filed, deadline(agency, filed.filed, limits.decide_within))


def report(state: Appraisal, rulebook: Rulebook, agency: Agency, *, annual: bool | None = None) -> Deadline | None:
    """Until when the document is to be reported, from the end of the window to evaluate; None where there is none, or
    it was reported.
    """
    window = evaluation(state, rulebook, agency, annual=annual)
    if window is None or state.document is None or state.document.reported is not None:
        return None
    return Deadline(DeadlineKind.REPORT, _signer(state), window.last, report_term(window.last, rulebook, agency))


def last_to_deliver(state: Appraisal, issued: date, rulebook: Rulebook, agency: Agency) -> date:
    return document_term(DELIVERY_STEP, issued, is_superiors(state), rulebook, agency)


def last_to_return(state: Appraisal, since: date, rulebook: Rulebook, agency: Agency) -> date:
    return document_term(RETURN_STEP, since, is_superiors(state), rulebook, agency)


def document_term(step: str, since: date, superiors: bool, rulebook: Rulebook, agency: Agency) -> date:
    """Last day to deliver, or to sign and return; on the superior's route they are shorter."""
    return deadline(agency, since, _span(rulebook, step, _WEEK if superiors else _FORTNIGHT))


def report_term(window_ends: date, rulebook: Rulebook, agency: Agency) -> date:
    return deadline(agency, window_ends, _span(rulebook, REPORT_STEP, _REPORTING))


def is_superiors(state: Appraisal) -> bool:
    """Whether the document is the reviewer's: after an objection, or where they evaluated for a silent appraiser."""
    if state.amended:
        return True
    if state.reviewer is None or state.finalised is None or not state.finalised.final:
        return False
    if state.finalised.finality is not None:
        return state.finalised.finality is Finality.SUPERIOR
    judged = {rater for rater, one in state.ratings.items() if one.relation is Relation.SUPERVISOR}
    # In a log that does not say why it is final: else because the head of the region appraised, who signs as such.
    return state.reviewer in judged or state.appraiser not in judged


def _signer(state: Appraisal) -> str:
    return REVIEWER if is_superiors(state) else APPRAISER


def _span(rulebook: Rulebook, step: str, otherwise: TimeLimit) -> TimeLimit:
    named = rulebook.steps.get(step)
    return otherwise if named is None else named.within


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _next(day: tuple[int, int], after: date) -> date:
    """The first such month and day that comes after."""
    here = date(after.year, *day)
    return here if here > after else date(after.year + 1, *day)
