"""What the allowances of a closed year would have cost under another rule, to the rupiah, beside what was fixed.

Each month that was fixed is reckoned again by what reckoned it: from the log up to where it was read then, by the same
functions as pay. So under the rule that paid it comes to what was paid. The rule may be one for allowances, or one for
appraisals: then results are judged anew from what may be known of their facts, and paid by what paid them. Nobody's
appraiser moves a predicate in a cohort anew for a question, so a result judged anew is what the policy itself gives.

Nothing is written. Who cannot be counted is in no sum, but named with why.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import NamedTuple, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from neraca.domain import roster, streams
from neraca.domain.agency import Agency, in_rhythm
from neraca.domain.appraisal.events import Finalised
from neraca.domain.assignments import Tenure, assignments_between, class_on, last_served
from neraca.domain.case import Case, Fact, micro
from neraca.domain.contexts import ScoringResult
from neraca.domain.errors import Invalid, NotFound, NotOneInForce, TooEarly
from neraca.domain.period import Period, containing, meeting, of_year, parse
from neraca.domain.remuneration.allowance import AllowanceFixed, AllowanceRevised
from neraca.domain.remuneration.told_facts import OF_A_NODE, PREDICATE, REPORTS_DUE, REPORTS_IN_TIME, SCORE, ReportRule
from neraca.domain.remuneration.unpaid_days import paid_part
from neraca.domain.text_kinds import shown
from neraca.domain.validation import suggestion
from neraca.policy.published import PublishedPolicy
from neraca.service.event_reader import EventReader, StreamsAtHand
from neraca.service.policies import PolicyRepository
from neraca.service.remuneration import AllowanceGathered, appraisal_of, gather_allowance, report_rule, reporting_months
from neraca.service.remuneration_replay import ALLOWANCE
from neraca.service.scoring import gather, judged, score_under

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many people are done, of how many."""

_AT_ONCE = 200
"""People whose streams are read together."""

NOT_FIXED = "nothing was fixed for the month"
JOINED = "the result was joined from parts or taken over, and has no facts of its own to judge anew"


class BudgetRequest(Struct, frozen=True, kw_only=True):
    """Without a `candidate` each month is reckoned by the rule that paid it. `until` is a log position; None: now."""

    agency: str
    year: int
    candidate: PublishedPolicy | None = None
    until: int | None = None


class BudgetLine(Struct, frozen=True):
    """One month of one person in rupiah: what was `paid`, None where nothing was fixed, and what the rule would have
    come to, None with `why`. The predicates are those that each rests on. `event` fixed what was paid, 0 where nothing
    was; `events` are all that the other amount rests on, by their positions in the log.
    """

    month: str
    employee_number: str
    unit: str
    position_class: str
    predicate: str
    predicate_after: str
    paid: Decimal | None
    counterfactual: Decimal | None
    difference: Decimal | None
    why: str
    event: int
    events: tuple[int, ...]


class BudgetSum(Struct, frozen=True):
    """Of the lines that are counted: how many people and months, and what they come to in rupiah both ways."""

    name: str
    people: int
    months: int
    paid: Decimal
    counterfactual: Decimal
    difference: Decimal


class Uncounted(Struct, frozen=True):
    """Lines that are in no sum, by why; `paid` is what was fixed for them."""

    why: str
    people: int
    months: int
    paid: Decimal


class Budget(Struct, frozen=True):
    """`position` is the log position up to which it is told; `candidate` is `id@version`, None where each month was
    reckoned by the rule that paid it. `by_predicate_after` is by what each result would have been.
    """

    agency: str
    year: int
    candidate: str | None
    candidate_hash: str | None
    purpose: str
    position: int
    total: BudgetSum
    by_month: tuple[BudgetSum, ...]
    by_unit: tuple[BudgetSum, ...]
    by_predicate: tuple[BudgetSum, ...]
    by_predicate_after: tuple[BudgetSum, ...]
    uncounted: tuple[Uncounted, ...]
    lines: tuple[BudgetLine, ...]


class _Fixed(Struct, frozen=True):
    """What counts of the allowances of one person's month."""

    position: int
    event: AllowanceFixed | AllowanceRevised


class _Reckoned(Struct, frozen=True):
    """What a month comes to under the rule; `amount` is None with `why`."""

    amount: Decimal | None
    predicate: str
    events: tuple[int, ...]
    why: str = ""


class _AtHand(NamedTuple):
    """What is read once for a whole count."""

    held: StreamsAtHand
    by_hash: Callable[[str], PublishedPolicy]


class BudgetCounter:
    """Counts from the log alone. Safe to share between threads."""

    def __init__(self, reader: EventReader, policies: PolicyRepository, agency: Agency) -> None:
        self._reader = reader
        self._policies = policies
        self._agency = agency

    def count(self, asked: BudgetRequest, today: date, say: Progress | None = None) -> Budget:
        """`today` is the legal day of the agency. Raises TooEarly for a year that has not ended, and Invalid for a rule
        that is for credit points.
        """
        if not date.min.year < asked.year <= today.year - 1:
            raise TooEarly(
                f"/year: {asked.year} is no year that has ended; name one up to {today.year - 1}", field="/year"
            )
        candidate = asked.candidate
        if candidate is not None and candidate.resolved.policy.purpose == "credit":
            raise Invalid(
                f"/candidate: {candidate.ref.name} is a policy for credit; name one for allowance or for predicate",
                field="/candidate",
            )
        position, _ = self._reader.streams(self._agency.id, [streams.ceilings(self._agency.id)], asked.until)
        fixed = self._fixed(asked.year, position)
        people = sorted({*self._registered(position), *fixed})
        held = StreamsAtHand(self._reader, position, [streams.ceilings(self._agency.id)])
        # A hash names the same text for ever, and the register is asked for each month of everybody.
        by_hash = lru_cache(maxsize=None)(partial(self._policies.by_hash, self._agency.id))
        at_hand = _AtHand(held, by_hash)
        lines: list[BudgetLine] = []
        for first in range(0, len(people), _AT_ONCE):
            some = people[first : first + _AT_ONCE]
            held.hold(self._agency.id, [one for employee in some for one in self._own(employee, asked.year, fixed)])
            for employee in some:
                lines += self._of_employee(at_hand, employee, asked.year, fixed.get(employee, {}), candidate)
            held.forget()
            if say is not None:
                say(first + len(some), len(people))
        return _budget(asked, candidate, position, sorted(lines, key=lambda one: (one.month, one.employee_number)))

    def _fixed(self, year: int, until: int) -> dict[str, dict[str, _Fixed]]:
        """By employee and month what counts: the last that was fixed or revised."""
        found: dict[str, dict[str, _Fixed]] = {}
        for past in self._reader.of_types(self._agency.id, ALLOWANCE):
            if past.position <= until and parse(past.event.month).starts.year == year:
                found.setdefault(past.event.employee, {})[past.event.month] = _Fixed(past.position, past.event)
        return found

    def _registered(self, until: int) -> list[str]:
        return [past.event.employee for past in self._reader.of_type(self._agency.id, "employee.registered", until)]

    def _own(self, employee: str, year: int, fixed: Mapping[str, Mapping[str, _Fixed]]) -> list[UUID]:
        """What is read of somebody in any case."""
        agency = self._agency.id
        labels = {one.event.appraisal for one in fixed.get(employee, {}).values()}
        own = [streams.appraisal(agency, employee, label) for label in labels]
        return [streams.employee(agency, employee), streams.attendance(agency, employee, year), *own]

    def _of_employee(
        self,
        at_hand: _AtHand,
        employee: str,
        year: int,
        fixed: dict[str, _Fixed],
        candidate: PublishedPolicy | None,
    ) -> Iterator[BudgetLine]:
        agency = self._agency.id
        tenure = roster.State()
        for one in at_hand.held.streams(agency, [streams.employee(agency, employee)])[1]:
            tenure = roster.evolve(tenure, one.event)
        for month in of_year(year, "month"):
            there = fixed.get(month.label)
            day = last_served(tenure, month.starts, month.ends)
            if there is None and (day is None or tenure.state_official or not _placed(tenure, month)):
                continue
            unit, position_class = _place(tenure, month, day or month.ends)
            if there is None:
                nothing = _Reckoned(None, "", (), NOT_FIXED)
                yield _line(month.label, employee, unit, position_class, None, nothing)
            else:
                reckoned = self._reckoned(at_hand, there, month, candidate)
                yield _line(month.label, employee, unit, position_class, there, reckoned)

    def _reckoned(self, at_hand: _AtHand, fixed: _Fixed, month: Period, candidate: PublishedPolicy | None) -> _Reckoned:
        recorded, held = fixed.event, at_hand.held
        judging = candidate if candidate is not None and candidate.resolved.policy.purpose == "predicate" else None
        paying = at_hand.by_hash(recorded.policy.hash) if candidate is None or judging is not None else candidate
        gathered = gather_allowance(
            held,
            self._agency.id,
            recorded.employee,
            recorded.month,
            recorded.appraisal,
            paying.rules.facts,
            recorded.reports or self._report_rule(held, fixed, month, paying),
            None if recorded.unpaid is None else recorded.unpaid.days,
            ZoneInfo(self._agency.time_zone),
            recorded.position,
        )
        events = tuple(sorted({*gathered.facts.positions, *(gathered.unpaid.events if gathered.unpaid else ())}))
        case, predicate = gathered.facts.case, recorded.predicate
        if judging is not None:
            anew = self._judged_anew(at_hand, fixed, gathered, judging)
            if isinstance(anew, str):
                return _Reckoned(None, "", events, anew)
            if anew is not None:
                case, predicate = _with_result(case, anew, paying.rules.facts), anew.predicate or ""
        scored = judged(case, paying, gathered.position)
        if scored.blocked is not None or scored.score is None:
            return _Reckoned(None, predicate, events, scored.blocked or "the policy gives no score")
        return _Reckoned(paid_part(scored.score, gathered.unpaid), predicate, events)

    def _judged_anew(
        self, at_hand: _AtHand, fixed: _Fixed, gathered: AllowanceGathered, judging: PublishedPolicy
    ) -> ScoringResult | str | None:
        """The result under another rule; why there is none; None where that rule can move no digit of it."""
        result, agency = gathered.appraisal.result, self._agency.id
        if not isinstance(result, Finalised):
            return JOINED
        if result.policy.calc_hash == judging.ref.calc_hash:
            return None
        closing = result.closed_by or result.policy
        facts = gather(
            at_hand.held,
            agency,
            fixed.event.employee,
            fixed.event.appraisal,
            tuple(judging.rules.surveys),
            result.position,
        )
        anew = score_under(facts, at_hand.by_hash(closing.hash), judging)
        return anew if anew.blocked is None else f"the appraisal would be blocked: {anew.blocked}"

    def _report_rule(
        self, held: StreamsAtHand, fixed: _Fixed, month: Period, paying: PublishedPolicy
    ) -> ReportRule | None:
        """When a report was in time, by the calendar of today: for a rule that asks where the one that paid did not."""
        if not {REPORTS_DUE, REPORTS_IN_TIME} & paying.rules.facts:
            return None
        agency, employee = self._agency.id, fixed.event.employee
        tenure = roster.State()
        for past in held.streams(agency, [streams.employee(agency, employee)], fixed.event.position)[1]:
            tenure = roster.evolve(tenure, past.event)
        appraised, judging = month, self._appraising(month, tenure)
        reporting = self._agency if judging is None else in_rhythm(self._agency, judging.rules.reporting)
        if reporting.reporting.cadence == "weekly":
            whole = month if judging is None else containing(month.starts, judging.rules.cycle)
            of = {streams.appraisal(agency, employee, one.label): one.label for one in meeting(whole)}
            past = held.streams(agency, of, fixed.event.position)[1]
            found = (appraisal_of(label, (one for one in past if one.stream == at)) for at, label in of.items())
            appraised = reporting_months(month, whole, [one.part for one in found])
        return report_rule(reporting, paying, month, tenure, appraised)

    def _appraising(self, month: Period, tenure: Tenure) -> PublishedPolicy | None:
        try:
            return self._policies.in_force(self._agency.id, month.ends, "predicate", class_on(tenure, month.ends))
        except NotOneInForce:
            return None


def named(policies: PolicyRepository, agency: str, ref: str) -> PublishedPolicy:
    """The rule that a proposal or something published is. Raises NotFound."""
    with suppress(KeyError):
        return policies.proposed(agency, ref)[0]
    found = policies.find(agency, ref)
    if found is None:
        raise NotFound(
            f"no policy {shown(ref)} is published; {suggestion(ref, policies.refs(agency))}", field="/candidate"
        )
    return found


def _placed(tenure: Tenure, month: Period) -> bool:
    return any(assignments_between(tenure, month.starts, month.ends))


def _place(tenure: Tenure, month: Period, day: date) -> tuple[str, str]:
    """The last unit of the month, and the class on the last day of service in it."""
    places = list(assignments_between(tenure, month.starts, month.ends))
    return places[-1][2].unit if places else "", class_on(tenure, day) or ""


def _line(
    month: str, employee: str, unit: str, position_class: str, fixed: _Fixed | None, reckoned: _Reckoned
) -> BudgetLine:
    paid, amount = None if fixed is None else fixed.event.amount, reckoned.amount
    return BudgetLine(
        month=month,
        employee_number=employee,
        unit=unit,
        position_class=position_class,
        predicate="" if fixed is None else fixed.event.predicate,
        predicate_after=reckoned.predicate,
        paid=paid,
        counterfactual=amount,
        difference=None if paid is None or amount is None else amount - paid,
        why=reckoned.why,
        event=0 if fixed is None else fixed.position,
        events=reckoned.events,
    )


def _with_result(case: Case, anew: ScoringResult, reads: frozenset[str]) -> Case:
    """The facts of a month with another result in the place of the one that paid."""
    kept = {name: fact for name, fact in case.facts.items() if name not in (PREDICATE, SCORE)}
    told: dict[str, Fact | None] = {PREDICATE: anew.predicate, SCORE: None if anew.score is None else micro(anew.score)}
    for name in reads:
        if name.startswith(OF_A_NODE) and name != SCORE and name.removeprefix(OF_A_NODE) in anew.nodes:
            value = anew.nodes[name.removeprefix(OF_A_NODE)]
            kept.pop(name, None)
            told[name] = None if value is None else micro(value)
    facts = kept | {name: fact for name, fact in told.items() if fact is not None and name in reads}
    return structs.replace(case, facts=facts)


def _budget(
    asked: BudgetRequest, candidate: PublishedPolicy | None, position: int, lines: Sequence[BudgetLine]
) -> Budget:
    counted = [one for one in lines if one.difference is not None]
    left_out = [one for one in lines if one.difference is None]
    return Budget(
        agency=asked.agency,
        year=asked.year,
        candidate=None if candidate is None else candidate.ref.name,
        candidate_hash=None if candidate is None else candidate.ref.hash,
        purpose="allowance" if candidate is None else candidate.resolved.policy.purpose,
        position=position,
        total=_sum("", counted),
        by_month=_sums(counted, lambda one: one.month),
        by_unit=_sums(counted, lambda one: one.unit),
        by_predicate=_sums(counted, lambda one: one.predicate),
        by_predicate_after=_sums(counted, lambda one: one.predicate_after),
        uncounted=_uncounted(left_out),
        lines=tuple(lines),
    )


def _sums(lines: Iterable[BudgetLine], by: Callable[[BudgetLine], str]) -> tuple[BudgetSum, ...]:
    grouped: dict[str, list[BudgetLine]] = {}
    for one in lines:
        grouped.setdefault(by(one), []).append(one)
    return tuple(_sum(name, some) for name, some in sorted(grouped.items()))


def _sum(name: str, lines: Sequence[BudgetLine]) -> BudgetSum:
    paid = sum((one.paid or Decimal(0) for one in lines), Decimal(0))
    amount = sum((one.counterfactual or Decimal(0) for one in lines), Decimal(0))
    return BudgetSum(name, len({one.employee_number for one in lines}), len(lines), paid, amount, amount - paid)


def _uncounted(lines: Iterable[BudgetLine]) -> tuple[Uncounted, ...]:
    """Most months first."""
    grouped: dict[str, list[BudgetLine]] = {}
    for one in lines:
        grouped.setdefault(one.why, []).append(one)
    found = [
        Uncounted(
            why,
            len({one.employee_number for one in some}),
            len(some),
            sum((one.paid or Decimal(0) for one in some), Decimal(0)),
        )
        for why, some in grouped.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.months, one.why)))
