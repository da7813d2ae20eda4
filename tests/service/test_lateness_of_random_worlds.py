"""Whose reports came in time, in random worlds: what is read for all at once, beside each report looked at by itself.

What people did is appended as events and followed; what is owed and came is then counted day by day from what was made
up, by plain sets of days, and must be the same in whatever zone, rhythm and calendar it is asked for.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from msgspec import Struct, field
from msgspec.structs import replace
from psycopg import Connection

from neraca.domain import streams
from neraca.domain.agency import WEEK, Agency, Reporting
from neraca.domain.appraisal import events as appraisal
from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded
from neraca.domain.command_rules import ReportingRule
from neraca.domain.envelope import Envelope
from neraca.domain.exemptions import EmployeeExempted, ExemptionEnded, ExemptionWithdrawn
from neraca.domain.period import of_year, parse
from neraca.domain.registry import EVENTS, Event
from neraca.domain.roster import EmployeeAssigned, EmployeeRegistered, EmployeeRehired, EmployeeRetired
from neraca.domain.vocabulary import EmploymentType, ExemptionKind
from neraca.projecting.event_pages import decoder
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import ensure, rebuild
from neraca.service import lateness, owed_reports, report_deadlines
from neraca.service.statements import statement
from neraca.store.ledger import Append, Ledger
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import fetch, open_pool
from projections import attendance, dossier, roster, scores

READ = (scores.PROJECTION, dossier.PROJECTION, roster.PROJECTION, attendance.PROJECTION)
CADENCES = ("daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly")
RULES = {f"h-{cadence}": ReportingRule(cadence=cadence) for cadence in CADENCES}
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC", "Asia/Kathmandu", "America/New_York")
YEAR = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]
SCHEMES = (
    ("2025",),
    ("2025-S1", "2025-S2"),
    ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"),
    ("2025", "2025-S1"),
    ("2025", "2025-01..05", "2025-06..12"),
    ("2025-03", "2025-04"),
)
MONTHS_OF = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}


class Reported(Struct):
    id: str
    kind: str
    day: date
    at: datetime


class Appraised(Struct):
    period: str
    unit: str
    policy: str | None
    running: bool = False
    cancelled: bool = False
    reports: list[Reported] = field(default_factory=list[Reported])

    @property
    def starts(self) -> date:
        return parse(self.period).starts

    @property
    def ends(self) -> date:
        return parse(self.period).ends


class Person(Struct):
    """`away` are the days on which they do not serve, as far as they are known of."""

    nip: str
    since: date
    away: set[date] = field(default_factory=set[date])
    required: dict[str, int] = field(default_factory=dict[str, int])
    appraised: list[Appraised] = field(default_factory=list[Appraised])


class World:
    """People made up by chance, with what they did as events in the order of the log."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.events: list[tuple[UUID, Event, datetime]] = []
        self.people = [self._person(n) for n in range(20)]

    def happens(self, stream: UUID, event: Event, at: datetime = datetime(2025, 1, 1, tzinfo=UTC)) -> None:
        self.events.append((stream, event, at))

    def maybe(self, of_ten: int) -> bool:
        return self.chance.random() * 10 < of_ten

    def days(self) -> tuple[date, date]:
        """A stretch of the year, most of them short."""
        first = self.chance.choice(YEAR)
        return first, first + timedelta(days=self.chance.randrange(60))

    def _person(self, n: int) -> Person:
        nip = f"{197501011995031000 + n}"
        since = self.chance.choice(YEAR) if self.maybe(3) else date(2020, 1, 1)
        person, stream = Person(nip, since), streams.employee("solo", nip)
        self.happens(stream, _registered(nip, since))
        self.happens(stream, EmployeeAssigned(unit="u1", since=since))
        if self.maybe(4):
            self._attends(person)
        for period in self.chance.choice(SCHEMES):
            self._appraise(person, period)
        self._leave(person, stream)
        for decree in "abc":
            if self.maybe(3):
                self._exempt(person, stream, decree)
        if self.maybe(6):
            self._attends(person)
        return person

    def _leave(self, person: Person, stream: UUID) -> None:
        """They may retire, be taken in again, and retire for good."""
        if not self.maybe(4):
            return
        last = max(person.since, self.chance.choice(YEAR))
        if self.maybe(3):
            self.happens(stream, EmployeeRetired(on=max(person.since, self.chance.choice(YEAR))))
        self.happens(stream, EmployeeRetired(on=last))
        if self.maybe(5):
            again = last + timedelta(days=1 + self.chance.randrange(50))
            self.happens(stream, EmployeeRehired(unit="u1", since=again, decree="SK"))
            person.away |= {day for day in YEAR if last < day < again}
            if self.maybe(7):
                return
            last = again + timedelta(days=self.chance.randrange(90))
            self.happens(stream, EmployeeRetired(on=last))
        person.away |= {day for day in YEAR if day > last}

    def _exempt(self, person: Person, stream: UUID, decree: str) -> None:
        first, last = self.days()
        kind, known = ExemptionKind.SUSPENDED, None if self.maybe(4) else last
        self.happens(stream, EmployeeExempted(kind=kind, since=first, until=known, decree=decree))
        if self.maybe(2):
            self.happens(stream, ExemptionWithdrawn(decree=decree, reason="salah"))
            return
        if known is None and self.maybe(6):
            known = last
            self.happens(stream, ExemptionEnded(decree=decree, until=last, reason="selesai"))
        person.away |= {day for day in YEAR if first <= day and (known is None or day <= known)}

    def _attends(self, person: Person) -> None:
        stream = streams.attendance("solo", person.nip, 2025)
        for month in of_year(2025, "month"):
            if not self.maybe(5):
                continue
            days = self.chance.randrange(12, 24)
            counted: dict[str, Any] = {"employee": person.nip, "month": month.label, "required_days": days}
            fresh = month.label not in person.required
            self.happens(stream, AttendanceRecorded(**counted) if fresh else AttendanceCorrected(**counted, reason="r"))
            person.required[month.label] = days

    def _appraise(self, person: Person, period: str) -> None:
        stream = streams.appraisal("solo", person.nip, period)
        policy = self.chance.choice([None, *RULES])
        one = Appraised(period, self.chance.choice(("u1", "u2")), policy)
        self._open(person, stream, one)
        if self.maybe(2):
            self.happens(stream, appraisal.Cancelled(reason="salah"))
            one.cancelled, one.running, one.reports = True, False, []
            if self.maybe(6):
                one.cancelled = False
                self._open(person, stream, one)
        person.appraised.append(one)

    def _open(self, person: Person, stream: UUID, one: Appraised) -> None:
        of = {"employee": person.nip, "period": one.period, "starts": one.starts, "ends": one.ends}
        self.happens(stream, appraisal.Opened(**of, unit=one.unit, appraiser="sri"))
        if self.maybe(8):
            self.happens(stream, appraisal.PlanDrafted(results=[]))
            self.happens(stream, appraisal.PlanApproved())
            one.running = True
        self._report(stream, one)

    def _report(self, stream: UUID, one: Appraised) -> None:
        """By the day, now and then or hardly; twice of a day; in any order; some of it is sent back."""
        often = {kind: self.chance.choice((0, 0.005, 0.03, 0.15, 0.8)) for kind in ("activity", "progress")}
        days = [day for day in YEAR if one.starts <= day <= one.ends for _ in range(2)]
        sent = [(kind, day) for kind in often for day in days if self.chance.random() < often[kind] * 0.7]
        self.chance.shuffle(sent)
        for n, (kind, day) in enumerate(sent):
            hours = self.chance.choice((5, 20, 100, 300, 20_000))
            at = datetime.combine(day, time(), UTC) + timedelta(minutes=self.chance.randrange(-420, 60 * hours))
            self._sent(stream, one, Reported(f"{kind}{n}", kind, day, at))

    def _sent(self, stream: UUID, one: Appraised, sent: Reported) -> None:
        if sent.kind == "activity":
            self.happens(stream, appraisal.ActivityReported(report=sent.id, day=sent.day, activity="kerja"), sent.at)
        else:
            said = {"report": sent.id, "result": "r1", "target": "t1", "until": sent.day, "actual": Decimal(1)}
            self.happens(stream, appraisal.ProgressReported(**said), sent.at)
        if self.maybe(2):
            self.happens(stream, appraisal.ReportReturned(report=sent.id, feedback="lengkapi"))
            return
        if self.maybe(4):
            self.happens(stream, appraisal.ReportAccepted(report=sent.id))
        one.reports.append(sent)

    def lived(self, url: str) -> None:
        """In the log and its read models."""
        versions: dict[UUID, int] = {}
        mapper, stored = EventMapper(EVENTS), list[StoredEvent]()
        for stream, event, at in self.events:
            versions[stream] = versions.get(stream, 0) + 1
            envelope = Envelope(at=at, by="hr", correlation="c", body=event)
            stored.append(StoredEvent(stream, versions[stream], *mapper.encode(envelope)))
        with open_pool(url, largest=1) as pool:
            for at in range(0, len(stored), 5_000):
                Ledger(pool).append("solo", Append(stored[at : at + 5_000]))
        assert {one.failure for one in Follower(url, READ, decoder()).catch_up()} == {None}
        with psycopg.connect(url) as connection:
            for person in self.people:
                for one in person.appraised:
                    connection.execute(
                        "update read_scores.appraisal set policy_hash = %s where employee = %s and period = %s",
                        (one.policy, person.nip, one.period),
                    )

    def agency(self, like: Agency) -> Agency:
        """The same people by another calendar, in another zone and rhythm."""
        return replace(
            like,
            id="solo",
            time_zone=self.chance.choice(ZONES),
            working_week=tuple(day for day in WEEK if day != "sun" and (day != "sat" or self.maybe(3))),
            holidays=dict.fromkeys(self.chance.sample(YEAR, 20), "libur"),
            reporting=Reporting(
                cadence=self.chance.choice(CADENCES),
                daily=self.maybe(2),
                in_time_days=self.chance.choice((0, 3, 10, None)),
            ),
        )


def _registered(nip: str, since: date) -> EmployeeRegistered:
    return EmployeeRegistered(
        employee=nip,
        name=f"Pegawai {nip[-2:]}",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis",
        since=since,
    )


def cadence_of(one: Appraised, agency: Agency) -> str:
    if one.policy is not None:
        return one.policy.removeprefix("h-")
    return "daily" if agency.reporting.daily else agency.reporting.cadence


def works(agency: Agency, day: date) -> bool:
    return WEEK[day.weekday()] in agency.working_week and day not in agency.holidays


def days_of(one: Appraised) -> list[date]:
    return [day for day in YEAR if one.starts <= day <= one.ends]


def worked(person: Person, one: Appraised, agency: Agency) -> set[date]:
    """The days on which they owe something."""
    served = {day for day in days_of(one) if day >= person.since} - person.away
    return {day for day in served if works(agency, day)}


def stretches_of(one: Appraised, cadence: str) -> list[list[date]]:
    """The days of the weeks, months and longer that end within the appraisal; the last week ends with it."""
    found: dict[Any, list[date]] = {}
    for day in days_of(one):
        week = cadence == "weekly"
        found.setdefault(day.isocalendar()[:2] if week else (day.month - 1) // MONTHS_OF[cadence], []).append(day)
    if cadence == "weekly":
        return list(found.values())
    return [days for days in found.values() if _turns(days[-1], MONTHS_OF[cadence])]


def _turns(day: date, months: int) -> bool:
    after = day + timedelta(days=1)
    return after.day == 1 and (after.month - 1) % months == 0


def came_on(agency: Agency, reports: list[Reported]) -> date | None:
    """When the first of them came, as the agency's zone has it."""
    return min((one.at.astimezone(ZoneInfo(agency.time_zone)).date() for one in reports), default=None)


def expected(person: Person, one: Appraised, agency: Agency, period: str, today: date) -> tuple[int, int, int, int]:
    """What is owed, in time, late and missing."""
    within, days = agency.reporting.in_time_days, worked(person, one, agency)
    asked = {day for day in YEAR if parse(period).holds(day) and day < today - timedelta(days=within or 0)}

    def late(came: date | None, last: date) -> bool:
        return within is not None and came is not None and came > last + timedelta(days=within)

    if cadence_of(one, agency) == "daily":
        owed = 0
        for month in of_year(2025, "month"):
            whole = {day for day in YEAR if month.holds(day)}
            due, known = len(days & asked & whole), person.required.get(month.label)
            cut = known is not None and whole <= asked and one.starts <= month.starts <= one.ends
            owed += min(due, known) if cut and known is not None else due
        came = {
            day: came_on(agency, [each for each in one.reports if each.kind == "activity" and each.day == day])
            for day in asked
            if works(agency, day)
        }
        told = min(sum(on is not None for on in came.values()), owed)
        tardy = min(sum(late(on, day) for day, on in came.items()), told)
    else:
        due = [each for each in stretches_of(one, cadence_of(one, agency)) if each[-1] in asked and days & set(each)]
        progress = [each for each in one.reports if each.kind == "progress"]
        firsts = [(each[-1], came_on(agency, [sent for sent in progress if sent.day in each])) for each in due]
        owed, told = len(due), sum(on is not None for _, on in firsts)
        tardy = sum(late(on, last) for last, on in firsts)
    return owed, told - tardy, tardy, owed - told


def asked_of(person: Person, period: str, agency: Agency, today: date, unit: str | None) -> list[Appraised]:
    """The appraisals that are told of: not a year beside appraisals within it."""
    asked = parse(period)
    last = min(asked.ends, today - timedelta(days=1 + (agency.reporting.in_time_days or 0)))
    found = [
        one
        for one in person.appraised
        if not one.cancelled and one.starts <= last and one.ends >= asked.starts and unit in (None, one.unit)
    ]
    return [
        one
        for one in found
        if not any(each is not one and one.starts <= each.starts and each.ends <= one.ends for each in found)
    ]


def owed_first(person: Person, one: Appraised, agency: Agency, today: date) -> tuple[date, date] | None:
    """The first day of what is owed first, and the last on which it comes in time."""
    days, cadence = worked(person, one, agency), cadence_of(one, agency)
    if cadence == "daily":
        month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        begun = [[day] for day in sorted(days) if month <= day <= today]
        kind = "activity"
    else:
        begun = [each for each in stretches_of(one, cadence) if each[0] <= today and days & set(each)]
        kind = "progress"
    reported = {each.day for each in one.reports if each.kind == kind}
    within = timedelta(days=agency.reporting.in_time_days or 0)
    return next(((each[0], each[-1] + within) for each in begun if not reported & set(each)), None)


@pytest.fixture(params=range(3))
def world(request: Any, database: str) -> Iterator[tuple[World, Connection]]:
    migrate(database, ["solo"])
    for one in READ:
        ensure(database, [one])
    made = World(request.param)
    made.lived(database)
    with open_pool(database, largest=1) as pool, pool.connection() as connection:
        yield made, connection
    for one in READ[1:]:
        assert rebuild(database, one).equal


def read(connection: Connection, name: str, params: dict[str, Any]) -> owed_reports.Appraisals:
    of_all = {"agency": "solo", "reader": None, "below": [], "headed": [], "person": None}
    return owed_reports.read(fetch(connection, "solo", statement(name), of_all | params))


def test_what_is_read_for_all_is_what_each_report_says(world: tuple[World, Connection], invented: Any) -> None:
    _compare_lateness(*world, invented("uji"))
    _compare_what_is_owed_first(*world, invented("uji"))


def _compare_lateness(made: World, connection: Connection, like: Agency) -> None:
    for _ in range(30):
        agency = made.agency(like)
        cycle = made.chance.choice(("year", "semester", "quarter", "month"))
        period, unit = made.chance.choice(of_year(2025, cycle)).label, made.chance.choice((None, "u1"))
        today = made.chance.choice(YEAR) + timedelta(days=made.chance.randrange(40))

        def found_with(
            *, entries: bool, of: Agency = agency, period: str = period, day: date = today, unit: str | None = unit
        ) -> lateness.Found:
            known = lateness.params(of, parse(period), day, unit, named=True, entries=entries)
            told = read(connection, lateness.STATEMENT, known)
            return lateness.told(told, of, parse(period), day, RULES.__getitem__)

        found = found_with(entries=True)
        # Where nobody reports by the day, no entries are asked for.
        assert _not_daily(found_with(entries=False)) == _not_daily(found)

        people = [(person, one) for person in made.people for one in asked_of(person, period, agency, today, unit)]
        told = {
            (person.nip, one.period): (one.unit, cadence_of(one, agency), expected(person, one, agency, period, today))
            for person, one in people
        }
        assert {
            (one.employee, one.period): (one.unit, one.cadence, (one.owed, one.in_time, one.late, one.missing))
            for one in lateness.by_name(found)
        } == told, (period, today, agency.reporting, agency.time_zone)
        of_units = [unit for unit, _, _ in told.values()]
        assert [(one.unit, one.people, one.owed, one.missing) for one in lateness.by_unit(found)] == [
            (
                unit,
                of_units.count(unit),
                sum(counts[0] for of, _, counts in told.values() if of == unit),
                sum(counts[3] for of, _, counts in told.values() if of == unit),
            )
            for unit in sorted(set(of_units))
        ]


def _not_daily(found: lateness.Found) -> list[lateness.Lateness]:
    return [one for one in lateness.by_name(found) if one.cadence != "daily"]


def _compare_what_is_owed_first(made: World, connection: Connection, like: Agency) -> None:
    for _ in range(15):
        agency = made.agency(like)
        if agency.reporting.in_time_days is None:
            continue
        today = made.chance.choice(YEAR) + timedelta(days=made.chance.randrange(40))
        known = read(connection, report_deadlines.STATEMENT, report_deadlines.params(today, entries=True))

        found = report_deadlines.owed(known, agency, today, RULES.__getitem__)

        told = {
            (person.nip, one.period): owed_first(person, one, agency, today)
            for person in made.people
            for one in person.appraised
            if one.running and one.starts <= today
        }
        assert {(one.employee, one.period): (one.since, one.last) for one in found} == {
            key: first for key, first in told.items() if first is not None
        }
