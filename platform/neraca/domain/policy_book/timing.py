"""When a rule may begin: not backwards without a legal basis, and not in the middle of a period it would judge."""

from collections.abc import Iterable
from datetime import date, timedelta

from neraca.domain.errors import Conflict, Invalid, TooLate
from neraca.domain.given import Draft
from neraca.domain.period import Period, containing, following
from neraca.domain.policy_book.events import Classes
from neraca.domain.policy_book.spans import Span, members


def within_its_dates(draft: Draft, since: date, until: date | None) -> None:
    """A schedule keeps within the `effective` dates that the text itself gives."""
    if since < draft.since:
        raise Invalid(f"/since: {since} is before {draft.since}, from which the text holds", field="/since")
    if draft.until is not None and (until is None or until > draft.until):
        raise Invalid(f"/until: the text holds to {draft.until} only; end by then", field="/until")


def not_backwards(draft: Draft, since: date, today: date, legal_basis: str | None) -> None:
    """A rule for days gone by, or for a period that people already work in, needs a law that says so."""
    if legal_basis is not None:
        return
    if since <= today:
        raise TooLate(
            f"/since: {since} is not after {today}; begin later, or name the legal basis for ruling backwards",
            field="/since",
        )
    first = _first_judged(draft, since)
    if first.starts <= today:
        raise TooLate(
            f"/since: from {since} on it would judge {first.label}, which began on {first.starts}; begin on "
            f"{following(first).starts}, or name the legal basis for changing a period that runs",
            field="/since",
        )


def not_mid_period(draft: Draft, since: date, classes: Classes | None, spans: Iterable[Span]) -> None:
    """The facts of an appraisal are of its whole period and can't be told apart by a day within it, so two rules in
    one period could not each judge its part, whatever `period.segments` says.
    """
    if draft.policy_date != "period_end":
        return
    eve = since - timedelta(days=1)
    for span in spans:
        period = containing(since, draft.cycles.get(span.hash, draft.cycle))
        ends = span.holds(eve) and members(span.classes) & members(classes)
        if ends and period.starts < since and span.calc_hash != draft.policy.calc_hash:
            raise Conflict(
                f"/since: {since} cuts {period.label}, and {span.words()}. Begin on {following(period).starts}, or on "
                f"{period.starts} with the legal basis for judging all of it by this rule",
                field="/since",
            )


def _first_judged(draft: Draft, since: date) -> Period:
    period = containing(since, draft.cycle)
    if draft.policy_date == "period_end" or period.starts == since:
        return period
    return following(period)
