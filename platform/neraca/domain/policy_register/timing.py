"""When a rule may begin: not backwards without a legal basis, and not in the middle of a period it would judge."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from neraca.domain.contexts import Draft
from neraca.domain.errors import Conflict, Invalid, TooLate
from neraca.domain.period import Period, containing, cut, following
from neraca.domain.policy_register.events import Classes
from neraca.domain.policy_register.validity import ValidityPeriod, members


def within_its_dates(draft: Draft, since: date, until: date | None) -> None:
    """A schedule keeps within the `effective` dates that the text itself gives."""
    if since < draft.since:
        raise Invalid(
            f"/since: {since} is before {draft.since}, from which the text holds; begin then or later", field="/since"
        )
    if draft.until is not None and (until is None or until > draft.until):
        raise Invalid(f"/until: the text holds to {draft.until} only; end by then", field="/until")


def not_backwards(
    draft: Draft,
    since: date,
    today: date,
    legal_basis: str | None,
    classes: Classes | None,
    spans: Iterable[ValidityPeriod],
) -> None:
    """A rule for days gone by, or for a period that people already work in, needs a law that says so.

    Where it can cut the period, it judges only the part that begins with it; `not_mid_period` asks whether it may.
    """
    if legal_basis is not None:
        return
    if since <= today:
        raise TooLate(
            f"/since: {since} is not after {today}; begin later, or name the legal basis for ruling backwards",
            field="/since",
        )
    # By the first day of a period it judges none but those that begin with it or later.
    if draft.policy_date != "period_end":
        return
    first = _first_judged(draft, since, _before(since, classes, spans))
    # People work by the expectations that were agreed at the start (PermenPANRB 6/2022 ps 14).
    if first.starts <= today:
        raise TooLate(
            f"/since: from {since} on it would judge {first.label}, which began on {first.starts}; begin on "
            f"{following(first).starts}, or name the legal basis for changing a period that runs",
            field="/since",
        )


def not_mid_period(
    draft: Draft, since: date, classes: Classes | None, spans: Iterable[ValidityPeriod], *, in_parts: bool
) -> tuple[str, ...]:
    """The facts of an appraisal are of its whole period and can't be told apart by a day within it: two rules in one
    period each judge a part only where both say how parts are joined, and of whole months.

    A cut blocks whoever works in the period until its parts are appraised, so it is asked for by a word of its own,
    `in_parts`. What is cut is said.
    """
    said: list[str] = []
    for label, parts in _cut(draft, since, classes, spans, in_parts=in_parts):
        said.append(f"{since} cuts {label}: appraise {parts} each by itself, then join-parts")
    if in_parts and not said:
        raise Invalid(f"/in_parts: {since} cuts no period; leave in_parts (--in-parts) out", field="/in_parts")
    return tuple(dict.fromkeys(said))


def in_whole_periods(draft: Draft, since: date, classes: Classes | None, spans: Iterable[ValidityPeriod]) -> None:
    """For whoever did not say `in_parts`: raises Conflict where the rule would cut a period that both rules join."""
    if draft.policy_date != "period_end":
        return
    for span in _before(since, classes, spans):
        period = containing(since, draft.cycles.get(span.hash, draft.cycle))
        if period.starts < since and _joins(draft, since, span):
            raise Conflict(
                f"/since: {since} cuts {period.label}, and {span.words()}. Begin on {period.starts} or "
                f"{following(period).starts}{_or_in_parts(period, since)}",
                field="/since",
            )


def _parts(period: Period, since: date) -> str:
    return " and ".join(part.label for part in cut(period, [since]))


def _or_in_parts(period: Period, since: date) -> str:
    return (
        f"; or say in_parts (--in-parts): {_parts(period, since)} are then appraised each by itself and joined, and "
        f"whoever has {period.label} open is blocked until then"
    )


def _cut(
    draft: Draft, since: date, classes: Classes | None, spans: Iterable[ValidityPeriod], *, in_parts: bool
) -> Iterator[tuple[str, str]]:
    if draft.policy_date != "period_end":
        return
    for span in _before(since, classes, spans):
        period = containing(since, draft.cycles.get(span.hash, draft.cycle))
        if period.starts < since and span.calc_hash != draft.policy.calc_hash:
            parts = _parts(period, since) if _joins(draft, since, span) else None
            if parts is not None and in_parts:
                yield period.label, parts
                continue
            other = (
                "; both rules join parts only from the first of a month, where both have period.segments"
                if parts is None
                else _or_in_parts(period, since)
            )
            raise Conflict(
                f"/since: {since} cuts {period.label}, and {span.words()}. Begin on {following(period).starts}, or on "
                f"{period.starts} with the legal basis for judging all of it by this rule{other}",
                field="/since",
            )


def _before(since: date, classes: Classes | None, spans: Iterable[ValidityPeriod]) -> list[ValidityPeriod]:
    """What rules on the day before, for any of the same people."""
    day_before = since - timedelta(days=1)
    return [span for span in spans if span.holds(day_before) and members(span.classes) & members(classes)]


def _joins(draft: Draft, since: date, before: ValidityPeriod) -> bool:
    moves = before.calc_hash != draft.policy.calc_hash
    return moves and since.day == 1 and draft.segments and before.hash in draft.joining


def _first_judged(draft: Draft, since: date, before: list[ValidityPeriod]) -> Period:
    """The first period, or part of one, that ends under the rule."""
    period = containing(since, draft.cycle)
    if before and all(_joins(draft, since, span) for span in before):
        return cut(period, [since])[-1]
    return period
