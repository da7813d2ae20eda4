"""Who reported of each day or stretch of the rhythm that their policy or else their agency picks, in time, late or not.

Of what may still come in time nothing is said. Nobody owes a report of days on which the agency does not work, on which
they did not serve, or which an exemption takes out; what leave takes out of a month's daily entries is told beside.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.json import Decoder

from neraca.domain.agency import Agency, in_rhythm, is_working_day, working_days
from neraca.domain.command_rules import ReportingRule
from neraca.domain.period import Period, containing, following
from neraca.domain.reporting_rhythms import Cadence, Stretch, stretches
from neraca.service.report_source import ReportSource

STATEMENT = "lateness"

Standing: TypeAlias = Literal["in_time", "late", "missing", "nothing_due"]
"""Of a person: all in time; some late, and none missing; some missing; nothing owed yet."""

STANDINGS: tuple[Standing, ...] = ("in_time", "late", "missing", "nothing_due")


class Lateness(Struct, frozen=True):
    """Of one person: how many reports are `owed`, and of these came in time, came late and did not come."""

    employee: str
    name: str
    unit: str
    appraiser: str
    period: str
    cadence: Cadence
    owed: int
    in_time: int
    late: int
    missing: int

    @property
    def standing(self) -> Standing:
        if not self.owed:
            return "nothing_due"
        return "missing" if self.missing else "late" if self.late else "in_time"


class UnitLateness(Struct, frozen=True):
    """How many people of a unit stand so, and how many reports came so."""

    unit: str
    people: int
    all_in_time: int
    some_late: int
    some_missing: int
    nothing_due: int
    owed: int
    in_time: int
    late: int
    missing: int


class _Row(Struct, frozen=True):
    employee: str
    name: str
    period: str
    starts: date
    ends: date
    unit: str
    appraiser: str
    policy_hash: str | None
    since: date
    retired: date | None
    exemptions: str
    breaks: str
    required: str
    days: int
    late: int
    progress: str


_DAYS = Decoder(list[tuple[date, date | None]])
_REQUIRED = Decoder(dict[str, int])
_REPORTED = Decoder(list[tuple[date, date]])


def latenesses(source: ReportSource, period: Period, unit: str | None) -> list[Lateness]:
    """Of everybody, or of a unit; by unit and employee number."""
    known = params(source.agency, period, source.today, unit)
    rows = source.rows(STATEMENT, known | {"reader": None, "below": [], "headed": []})
    return told(rows, source.agency, period, source.today, lambda hash_: _reporting(source, hash_))


def _reporting(source: ReportSource, policy_hash: str) -> ReportingRule:
    return source.policies.by_hash(source.agency.id, policy_hash).rules.reporting


def params(agency: Agency, period: Period, today: date, unit: str | None) -> dict[str, Any]:
    """The parameters of the statement, beside those of who reads."""
    last = _last(agency, period, today)
    days = (period.starts + timedelta(days=n) for n in range((last - period.starts).days + 1))
    return {
        "first": period.starts,
        "last": last,
        # A stretch that ends in the period may have begun long before it.
        "reach": date(period.starts.year, 1, 1),
        "working": [day for day in days if is_working_day(agency, day)],
        "within": agency.reporting.in_time_days,
        "zone": agency.time_zone,
        "unit": unit,
    }


def cadence_of(rule: ReportingRule, agency: Agency) -> Cadence:
    """The rhythm that counts for somebody: the policy's that appraises them, or else their agency's."""
    reporting = in_rhythm(agency, rule).reporting
    return "daily" if reporting.daily else reporting.cadence


def _last(agency: Agency, period: Period, today: date) -> date:
    """The last day of which a report can be missed by now: what may still come in time is not looked at."""
    return min(period.ends, today - timedelta(days=1 + (agency.reporting.in_time_days or 0)))


def told(
    rows: Iterable[Sequence[Any]],
    agency: Agency,
    period: Period,
    today: date,
    reporting: Callable[[str], ReportingRule],
) -> list[Lateness]:
    """What the rows of the statement come to. Of a year that has appraisals within it, those alone count."""
    last = _last(agency, period, today)
    found = [_Row(*row) for row in rows]
    calendar = _Calendar(agency, period.starts, last, reporting)
    spans: dict[str, list[tuple[date, date]]] = {}
    for row in found:
        spans.setdefault(row.employee, []).append((row.starts, row.ends))
    return [
        _lateness(row, calendar)
        for row in found
        if len(spans[row.employee]) == 1 or not any(_within(one, (row.starts, row.ends)) for one in spans[row.employee])
    ]


def _within(one: tuple[date, date], whole: tuple[date, date]) -> bool:
    return one != whole and whole[0] <= one[0] and one[1] <= whole[1]


class _Calendar:
    """The days that are looked at; most people owe the same of them, which is counted once."""

    def __init__(self, agency: Agency, first: date, last: date, reporting: Callable[[str], ReportingRule]) -> None:
        self.agency, self.first, self.last, self._reporting = agency, first, last, reporting
        self.within = agency.reporting.in_time_days
        self._months: dict[tuple[tuple[date, date], ...], list[tuple[str, int, bool]]] = {}
        self._stretches: dict[tuple[date, date, Cadence, tuple[tuple[date, date], ...]], list[Stretch]] = {}
        self._cadences: dict[str | None, Cadence] = {}
        self._served: dict[tuple[date, date, str, str], tuple[tuple[date, date], ...]] = {}

    def cadence(self, policy_hash: str | None) -> Cadence:
        found = self._cadences.get(policy_hash)
        if found is None:
            rule = ReportingRule() if policy_hash is None else self._reporting(policy_hash)
            found = self._cadences[policy_hash] = cadence_of(rule, self.agency)
        return found

    def served(self, row: _Row) -> tuple[tuple[date, date], ...]:
        """The spans of days on which whoever is appraised serves: of most the same, from the first day to the last."""
        since, last = max(row.since, row.starts), min(row.retired or date.max, row.ends)
        key = (since, last, row.exemptions, row.breaks)
        found = self._served.get(key)
        if found is None:
            taken = (*_DAYS.decode(row.exemptions), *_DAYS.decode(row.breaks))
            found = self._served[key] = tuple(served(since, last, since, None, taken))
        return found

    def months(self, served: tuple[tuple[date, date], ...]) -> list[tuple[str, int, bool]]:
        """Each month with its working days in service, and whether all of it is looked at."""
        found = self._months.get(served)
        if found is None:
            found = self._months[served] = [*self._counted(served)]
        return found

    def _counted(self, served: tuple[tuple[date, date], ...]) -> Iterable[tuple[str, int, bool]]:
        month = containing(self.first, "month")
        while month.starts <= self.last:
            first, last = max(self.first, month.starts), min(self.last, month.ends)
            days = sum(working_days(self.agency, max(since, first), min(until, last)) for since, until in served)
            yield month.label, days, (first, last) == (month.starts, month.ends)
            month = following(month)

    def stretches(self, row: _Row, cadence: Cadence, served: tuple[tuple[date, date], ...]) -> list[Stretch]:
        """Those that end in the days looked at, and have a day of work in service."""
        key = (row.starts, row.ends, cadence, served)
        if key not in self._stretches:

            def works(day: date) -> bool:
                return is_working_day(self.agency, day) and any(since <= day <= until for since, until in served)

            every = stretches(cadence, row.starts, row.ends, works)
            self._stretches[key] = [one for one in every if self.first <= one.last <= self.last]
        return self._stretches[key]


def _lateness(row: _Row, calendar: _Calendar) -> Lateness:
    cadence = calendar.cadence(row.policy_hash)
    days = calendar.served(row)
    if cadence == "daily":
        owed, in_time, late = _daily(row, calendar.months(days))
    else:
        owed, in_time, late = _by_stretch(row, calendar.stretches(row, cadence, days), calendar.within)
    return Lateness(
        employee=row.employee,
        name=row.name,
        unit=row.unit,
        appraiser=row.appraiser,
        period=row.period,
        cadence=cadence,
        owed=owed,
        in_time=in_time,
        late=late,
        missing=owed - in_time - late,
    )


def served(
    starts: date, ends: date, since: date, retired: date | None, taken: Iterable[tuple[date, date | None]]
) -> Iterable[tuple[date, date]]:
    """The spans of days of an appraisal on which whoever it is of serves, without those that are `taken` out of it."""
    day, last = max(since, starts), min(ends, retired or date.max)
    for first, until in sorted((one, other or date.max) for one, other in taken):
        if first > last or until < day:
            continue
        if first > day:
            yield day, first - timedelta(days=1)
        if until >= last:
            return
        day = until + timedelta(days=1)
    if day <= last:
        yield day, last


def _daily(row: _Row, months: Iterable[tuple[str, int, bool]]) -> tuple[int, int, int]:
    """How many daily entries are owed, in time and late. Of a month whose attendance is known no more are owed than
    the days on which work was required, for the others were leave.
    """
    required = _REQUIRED.decode(row.required)
    # What is not over yet is not cut: on which of its days the leave was is not known.
    owed = sum(min(days, required.get(label, days)) if whole else days for label, days, whole in months)
    told = min(row.days, owed)
    late = min(row.late, told)
    return owed, told - late, late


def _by_stretch(row: _Row, owed: Sequence[Stretch], within: int | None) -> tuple[int, int, int]:
    """How many stretches are owed a report of progress up to a day in them, and how it came."""
    reported = _REPORTED.decode(row.progress)
    came = [min((on for until, on in reported if one.since <= until <= one.last), default=None) for one in owed]
    late = sum(
        within is not None and on is not None and on > one.last + timedelta(days=within)
        for one, on in zip(owed, came, strict=True)
    )
    return len(owed), sum(on is not None for on in came) - late, late


def by_unit(people: Iterable[Lateness]) -> list[UnitLateness]:
    """The same counted for each unit, by its id."""
    units: dict[str, list[Lateness]] = {}
    for one in people:
        units.setdefault(one.unit, []).append(one)
    return [_counted(unit, several) for unit, several in sorted(units.items())]


def _counted(unit: str, people: Sequence[Lateness]) -> UnitLateness:
    standing = Counter(one.standing for one in people)
    return UnitLateness(
        unit=unit,
        people=len(people),
        all_in_time=standing["in_time"],
        some_late=standing["late"],
        some_missing=standing["missing"],
        nothing_due=standing["nothing_due"],
        owed=sum(one.owed for one in people),
        in_time=sum(one.in_time for one in people),
        late=sum(one.late for one in people),
        missing=sum(one.missing for one in people),
    )
