"""What the log says of an employee's credit points and allowance, and what the policy of the purpose makes of it.

Everything is read in one snapshot of the log up to a position, so that a replay gathers the same.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from neraca.domain import careers, roster, streams
from neraca.domain.agency import Agency, is_working_day
from neraca.domain.appraisal.events import (
    ActivityReported,
    Cancelled,
    Cut,
    Finalised,
    Joined,
    ProgressReported,
    Reopened,
    ReportReturned,
)
from neraca.domain.appraisal.state import Appraisal, Stage, evolve
from neraca.domain.assignments import Tenure, assignments_owed, class_on, last_served, level_on, title_on
from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded
from neraca.domain.careers import EmployeeCorrected, PositionChanged
from neraca.domain.case import MICRO, Fact, micro
from neraca.domain.contexts import CreditOfLevel, Part, ScoringResult
from neraca.domain.exemptions import EmployeeExempted, ExemptionEnded, ExemptionWithdrawn
from neraca.domain.facts import FROM_THE_LEDGER, REQUIRED_DAYS, Facts
from neraca.domain.period import Period, meeting, of_months, parse
from neraca.domain.remuneration import ceilings, credit
from neraca.domain.remuneration.credit import points_before
from neraca.domain.remuneration.later_events import LaterEvents
from neraca.domain.remuneration.told_facts import (
    CEILING,
    CEILING_PARTS,
    LEVEL,
    MONTHS,
    OF_A_NODE,
    POINTS_BEFORE,
    PREDICATE,
    REPORTS_DUE,
    REPORTS_IN_TIME,
    SCORE,
    ReportRule,
    ToldFacts,
    level_word,
    told,
)
from neraca.domain.remuneration.unpaid_days import UnpaidDays, unpaid_days
from neraca.domain.reporting_rhythms import stretches
from neraca.domain.roster import (
    EmployeeRegistered,
    EmployeeRehired,
    EmployeeRetired,
    EmployeeSanctioned,
    EmployeeTransferred,
    SanctionLifted,
    SanctionRevised,
)
from neraca.policy.published import PublishedPolicy
from neraca.service.event_reader import EventReader, RecordedEvent, StreamReader
from neraca.service.scoring import gather, judged

FULL = "baik"
"""The predicate that is credited with 100 % (BKN Regulation 3/2023)."""


FoundFacts: TypeAlias = dict[str, tuple[Fact | None, Sequence[int]]]
"""Fact -> its value, None where there is none, and the log positions that it came from."""


class Snapshot(Struct, frozen=True):
    """Streams of an agency up to `position`."""

    position: int
    past: Sequence[RecordedEvent]

    def of(self, stream: UUID) -> list[RecordedEvent]:
        return [one for one in self.past if one.stream == stream]


class AppraisalFound(Struct, frozen=True):
    """An appraisal as the log has it: `result` is what fixed it, None where it is not final."""

    part: Part
    result: Finalised | Joined | None


def appraisal_of(period: str, past: Iterable[RecordedEvent]) -> AppraisalFound:
    """Folds the events of one appraisal's stream."""
    state, result, position = Appraisal(), None, 0
    for one in past:
        state = evolve(state, one.event)
        if isinstance(one.event, Finalised | Joined):
            result, position = one.event, one.position
        elif isinstance(one.event, Reopened | Cancelled):
            result, position = None, 0
    return AppraisalFound(Part(period, state, position), result)


def appraisal_found(reader: EventReader, agency: str, employee: str, period: str) -> AppraisalFound:
    """The appraisal as it is now."""
    return appraisal_of(period, reader.stream(agency, streams.appraisal(agency, employee, period)))


def report_rule(
    agency: Agency, policy: PublishedPolicy, month: Period, tenure: Tenure | None, appraised: Period
) -> ReportRule | None:
    """When the agency calls a report of the month in time, where the policy asks for that. Of a week or longer stretch
    without a day of work in service, as before somebody came, none is due. `appraised` is the period in which the
    month's work is appraised: its weeks are those of its appraisal.
    """
    within = agency.reporting.in_time_days
    if within is None or not {REPORTS_DUE, REPORTS_IN_TIME} & policy.rules.facts:
        return None
    if agency.reporting.cadence in ("daily", "monthly"):
        return ReportRule(agency.reporting.daily, within)
    # A stretch is of the month in which it ends: a week no earlier than its appraisal, a longer one than the year.
    weekly = agency.reporting.cadence == "weekly"
    first = appraised.starts if weekly else date(month.starts.year, 1, 1)
    last = appraised.ends if weekly else month.ends
    owed = [(since, until) for since, until, _ in assignments_owed(tenure, first, last)]

    def works(day: date) -> bool:
        return is_working_day(agency, day) and any(since <= day <= until for since, until in owed)

    every = stretches(agency.reporting.cadence, first, last, works)
    return ReportRule(daily=False, days=within, stretches=tuple(one for one in every if month.holds(one.last)))


def reporting_months(month: Period, whole: Period, appraised: Iterable[Part]) -> Period:
    """The months whose appraisal takes the reports of a month, of those that meet the `whole` in which it is appraised:
    those of the shortest that is open, or where none is the whole without what others take before and after.
    """
    gone = {part.period for part in appraised if part.state.stage is Stage.UNOPENED or part.state.joined}
    there = [one for one in meeting(whole) if one.label not in gone]
    own = min((one for one in there if one.meets(month)), key=lambda one: one.months, default=whole)
    first = max([own.starts.month, *(one.ends.month + 1 for one in there if one.ends < month.starts)])
    last = min([own.ends.month, *(one.starts.month - 1 for one in there if one.starts > month.ends)])
    return of_months(month.starts.year, first, last)


class CreditGathered(Struct, frozen=True):
    """`shares` are level, months and facts; `touched` is the last position of what changes months or levels."""

    position: int
    appraisal: AppraisalFound
    shares: tuple[tuple[str, int, ToldFacts], ...]
    before: dict[str, Decimal]
    touched: int = 0


def gather_credit(
    reader: EventReader, agency: str, employee: str, period: str, reads: frozenset[str], until: int | None
) -> CreditGathered:
    """What is to be told of each career level that the employee had in the period; `reads` are the policy's facts.

    A level that points were fixed in before and that is no longer held has no month of it.
    """
    own, of_them = streams.appraisal(agency, employee, period), streams.employee(agency, employee)
    points = streams.credit(agency, employee)
    snapshot = Snapshot(*reader.streams(agency, [own, of_them, points], until))
    found = appraisal_of(period, snapshot.of(own))
    tenure, named_at, served_at = employee_of(snapshot.of(of_them))
    state, credited_at = credit.State(), dict[str, int]()
    for one in snapshot.of(points):
        state = credit.evolve(state, one.event)
        credited_at[_credited(one.event)] = one.position
    whole = parse(period)
    held = levels_held(tenure, whole)
    gone = [level for label, level in state.counted if label == period and level not in dict(held)]
    shares: list[tuple[str, int, ToldFacts]] = []
    before: dict[str, Decimal] = {}
    for level, months in [*held, *((level, 0) for level in gone)]:
        before[level] = points_before(state, level, whole)
        sources = [credited_at[_credited(one)] for one in credit.behind(state, level, whole)]
        facts: FoundFacts = {
            **_of_result(found, reads),
            LEVEL: (level, named_at),
            MONTHS: (months * MICRO, sorted({*named_at, *served_at})),
            POINTS_BEFORE: (micro(before[level]) if sources and POINTS_BEFORE in reads else None, sources),
        }
        shares.append((level, months, told({name: facts[name] for name in facts if name in reads})))
    touched = _later(snapshot.of(of_them)).credit(whole)
    return CreditGathered(snapshot.position, found, tuple(shares), before, touched)


def levels_held(tenure: roster.State, period: Period) -> list[tuple[str, int]]:
    """Each career level that an employee had in a period, as a policy writes it, with the months in it."""
    levels = careers.levels_by_month(tenure, period.starts, period.ends)
    return [(level_word(level), len(months)) for level, months in levels]


def _credited(event: credit.CreditEvent) -> str:
    if isinstance(event, credit.CreditBroughtForward):
        return f"brought/{event.level}/{event.on}"
    return f"{event.period}/{event.level}"


def credit_of(gathered: CreditGathered, policy: PublishedPolicy) -> tuple[CreditOfLevel, ...]:
    """What the policy makes of it, level by level.

    One that is told the points from before gives all of them together; any other those of the period.
    """
    result = gathered.appraisal.result
    found: list[CreditOfLevel] = []
    for level, months, facts in gathered.shares:
        scored = judged(facts.case, policy, gathered.position)
        before = gathered.before[level]
        given = Decimal(0) if scored.score is None else scored.score
        told_before = facts.numbers.get(POINTS_BEFORE, Decimal(0))
        need = policy.resolved.policy.thresholds.get(level)
        found.append(
            CreditOfLevel(
                level=level,
                months=months,
                predicate="" if result is None else result.predicate,
                before=before,
                points=given - told_before,
                facts=facts,
                scored=scored,
                rank_need=None if need is None else need.rank,
                level_need=None if need is None else need.level,
            )
        )
    return tuple(found)


def yearly_points(policy: PublishedPolicy, level: str) -> ScoringResult:
    """What a whole year of the full predicate comes to in a level."""
    facts = told({LEVEL: (level_word(level), ()), MONTHS: (12 * MICRO, ()), PREDICATE: (FULL, ())})
    return judged(facts.case, policy, 0)


class AllowanceGathered(Struct, frozen=True):
    position: int
    appraisal: AppraisalFound
    facts: ToldFacts
    lacking: tuple[str, ...] = ()
    unpaid: UnpaidDays | None = None
    touched: int = 0


def gather_allowance(
    reader: StreamReader,
    agency: str,
    employee: str,
    month: str,
    appraisal: str,
    reads: frozenset[str],
    rule: ReportRule | None,
    days: Sequence[date] | None,
    zone: ZoneInfo,
    until: int | None,
) -> AllowanceGathered:
    """What is to be told of a month: `reads` are the policy's facts, `rule` says when a report is in time,
    and `days` by which days pay is reckoned where some go unpaid; None: none do, as before that was asked.

    Whoever served for a part of the month has the ceiling of their last day in it.
    """
    paid = parse(month)
    own, of_them = streams.appraisal(agency, employee, appraisal), streams.employee(agency, employee)
    attended, scale = streams.attendance(agency, employee, paid.starts.year), streams.ceilings(agency)
    reporting = {REPORTS_DUE, REPORTS_IN_TIME} & reads
    asked = {one.label for one in _meeting(paid, rule)} if reporting else set[str]()
    reports = [streams.appraisal(agency, employee, label) for label in sorted(asked)]
    snapshot = Snapshot(*reader.streams(agency, {own, of_them, attended, scale, *reports}, until))
    found = appraisal_of(appraisal, snapshot.of(own))
    tenure, named_at, _ = employee_of(snapshot.of(of_them))
    counted = Facts(starts=paid.starts, ends=paid.ends)
    for one in snapshot.past:
        if isinstance(
            one.event, AttendanceRecorded | AttendanceCorrected | EmployeeSanctioned | SanctionRevised | SanctionLifted
        ):
            counted.apply(one.event, one.position)
    facts: FoundFacts = {}
    if isinstance(found.result, Finalised) and (lacking := _established(reads)):
        own_facts = gather(reader, agency, employee, appraisal, (), found.part.position).facts
        facts |= {name: _told_of(own_facts, name) for name in lacking}
    facts |= _of_result(found, reads)
    facts |= {name: _told_of(counted, name) for name in FROM_THE_LEDGER & reads}
    level = level_on(tenure, paid.ends)
    facts |= {LEVEL: (level and level_word(level), named_at), MONTHS: (MICRO, named_at)}
    facts |= _ceiling(snapshot.of(scale), tenure, paid, named_at)
    if rule is not None and reporting:
        filed = [one for one in snapshot.past if one.stream in reports]
        facts |= _reports(filed, counted, paid, rule, zone)
    wanted = reads | (frozenset(CEILING_PARTS.values()) if CEILING in reads else frozenset[str]())
    told_facts = told({name: facts[name] for name in facts if name in wanted})
    return AllowanceGathered(
        snapshot.position,
        found,
        told_facts,
        lacking=tuple(sorted(reads - told_facts.sources.keys())),
        unpaid=None if days is None else unpaid_days(tenure, days, _decreed_at(snapshot.of(of_them))),
        touched=max(
            _later([*snapshot.of(of_them), *snapshot.of(attended)]).pay(paid, reads),
            _last_reported([one for one in snapshot.past if one.stream in reports], paid),
        ),
    )


def _last_reported(past: Iterable[RecordedEvent], month: Period) -> int:
    """The last position at which a report of a day up to the month's end was filed or sent back; 0 where none was.

    Whatever marks a month of pay as outdated is among these, in any rhythm of reports.
    """
    named: set[tuple[UUID, str]] = set()
    last = 0
    for one in past:
        if isinstance(one.event, ActivityReported | ProgressReported):
            day = one.event.day if isinstance(one.event, ActivityReported) else one.event.until
            if day > month.ends:
                continue
            named.add((one.stream, one.event.report))
        elif not isinstance(one.event, ReportReturned) or (one.stream, one.event.report) not in named:
            continue
        last = one.position
    return last


def _decreed_at(past: Iterable[RecordedEvent]) -> dict[str, list[int]]:
    """The events of each exemption, by its decree."""
    found: dict[str, list[int]] = {}
    for one in past:
        if isinstance(one.event, EmployeeExempted | ExemptionEnded | ExemptionWithdrawn):
            found.setdefault(one.event.decree, []).append(one.position)
    return found


def _later(past: Iterable[RecordedEvent]) -> LaterEvents:
    later = LaterEvents()
    for one in past:
        later.apply(one.event, one.position)
    return later


def _established(reads: frozenset[str]) -> frozenset[str]:
    """What only an official may have said in the appraisal."""
    known = {PREDICATE, SCORE, LEVEL, MONTHS, CEILING, *CEILING_PARTS.values(), REPORTS_DUE, REPORTS_IN_TIME}
    return reads - known - FROM_THE_LEDGER


def _of_result(found: AppraisalFound, reads: Collection[str]) -> FoundFacts:
    """Predicate, score, and the nodes that are asked for by name."""
    result = found.result
    if result is None:
        return {}
    at = [found.part.position]
    score = None if result.score is None else micro(result.score)
    facts: FoundFacts = {PREDICATE: (result.predicate, at), SCORE: (score, at)}
    for name, value in result.nodes.items():
        if f"{OF_A_NODE}{name}" in reads and value is not None:
            facts[f"{OF_A_NODE}{name}"] = (micro(value), at)
    return facts


_NAMING = (EmployeeRegistered, PositionChanged, EmployeeCorrected)
_SERVING = (
    EmployeeRegistered,
    EmployeeRetired,
    EmployeeRehired,
    EmployeeExempted,
    ExemptionEnded,
    ExemptionWithdrawn,
)
"""Events that say what post and level somebody has, and in which months they serve."""


def employee_of(past: Iterable[RecordedEvent]) -> tuple[roster.State, list[int], list[int]]:
    """Their service, the events that say what post and level they have, and those that say when they serve."""
    state, named, served = roster.State(), list[int](), list[int]()
    for one in past:
        state = roster.evolve(state, one.event)
        moved = isinstance(one.event, EmployeeTransferred) and one.event.position is not None
        back = isinstance(one.event, EmployeeRehired) and one.event.drops_posts
        if moved or back or isinstance(one.event, _NAMING):
            named.append(one.position)
        if isinstance(one.event, _SERVING):
            served.append(one.position)
    return state, named, served


def _ceiling(past: Iterable[RecordedEvent], tenure: roster.State, month: Period, named_at: Sequence[int]) -> FoundFacts:
    state = ceilings.State()
    for one in past:
        state = ceilings.evolve(state, one.event, one.position)
    day = last_served(tenure, month.starts, month.ends)
    if day is None:
        return {}
    post = title_on(tenure, day)
    ceiling = ceilings.ceiling_on(state, day, post, class_on(tenure, day), level_on(tenure, day))
    if ceiling is None:
        return {}
    at = [ceiling.at, *named_at]
    facts: FoundFacts = {CEILING: (micro(ceiling.amount), at)}
    for name, part in zip(CEILING_PARTS.values(), ceiling.parts, strict=True):
        facts[name] = (micro(part), at)
    return facts


def _reports(
    past: Sequence[RecordedEvent], counted: Facts, month: Period, rule: ReportRule, zone: ZoneInfo
) -> FoundFacts:
    """How many were due, and of how many days or months one came in time that was not sent back."""
    returned = {(one.stream, one.event.report) for one in past if isinstance(one.event, ReportReturned)}
    in_time: dict[date, int] = {}
    for one in _standing(past):
        if (one.stream, one.event.report) in returned:
            continue
        of = _day_of(one.event, month, rule)
        filed = (one.at or one.recorded_at).astimezone(zone).date()
        if of is not None and filed <= of + timedelta(days=rule.days):
            in_time.setdefault(of, one.position)
    wanted = MICRO if rule.stretches is None else len(rule.stretches) * MICRO
    required = counted.case.facts.get(REQUIRED_DAYS) if rule.daily else wanted
    at = counted.sources.get(f"facts/{REQUIRED_DAYS}", []) if rule.daily else []
    if not required:
        return {}
    most = int(required) // MICRO
    return {
        REPORTS_DUE: (required, at),
        REPORTS_IN_TIME: (min(len(in_time), most) * MICRO, sorted(in_time.values())),
    }


def _standing(past: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Reports of appraisals that were not cancelled since, in order of the log.

    Those of a whole that was cut stand: its parts have them as of the day of the cut, and they came before.
    """
    standing: list[RecordedEvent] = []
    running: dict[UUID, list[RecordedEvent]] = {}
    for one in past:
        if isinstance(one.event, ActivityReported | ProgressReported):
            running.setdefault(one.stream, []).append(one)
        elif isinstance(one.event, Cancelled):
            ended = running.pop(one.stream, [])
            standing += ended if isinstance(one.event, Cut) else []
    return sorted([*standing, *(one for own in running.values() for one in own)], key=lambda one: one.position)


def _meeting(month: Period, rule: ReportRule | None) -> Iterator[Period]:
    """All periods whose appraisals may have reports that were due in the month."""
    since = min((one.since for one in (rule and rule.stretches) or ()), default=month.starts)
    # Stretches are of one year, as months are.
    yield from meeting(of_months(month.starts.year, since.month, month.ends.month))


def _day_of(event: ActivityReported | ProgressReported, month: Period, rule: ReportRule) -> date | None:
    """The day, or the last day of the stretch, that a report is of; None where it is no report that was due."""
    if rule.daily:
        if isinstance(event, ActivityReported) and event.working_day and month.holds(event.day):
            return event.day
        return None
    # A day's work is no report of a month: how far its targets have come is.
    if not isinstance(event, ProgressReported):
        return None
    if rule.stretches is not None:
        return next((one.last for one in rule.stretches if one.since <= event.until <= one.last), None)
    return month.ends if month.holds(event.until) else None


def _told_of(facts: Facts, name: str) -> tuple[Fact | None, Sequence[int]]:
    return facts.case.facts.get(name), facts.sources.get(f"facts/{name}", [])
