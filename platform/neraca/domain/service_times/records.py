"""One measured service or several counted together, and what many of them come to: all of it in whole microseconds.

The mean and the share are rounded once, half to even, to six decimals: of a percent, and of a minute
or of the unit of time that a fact is wanted in. That rule is ours.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Literal, TypeAlias, assert_never
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.json import Encoder
from msgspec.structs import replace

from neraca.domain.case import MICRO
from neraca.domain.period import Period, parse
from neraca.domain.text_kinds import Key, MonthLabel

SECONDS = 60
LONGEST = timedelta(days=366)
"""Of one service: what took longer was not measured but mistyped."""

_CANONICAL = Encoder(order="sorted")

Measure: TypeAlias = Literal["mean", "median", "total", "standard", "share", "count", "within"]
"""How long a service takes on average or in the middle, all of them took together, and one may take; percent within
that; how many there were, and how many within it, for policies that divide them.
"""

TimeUnit: TypeAlias = Literal["minutes", "hours", "days"]
"""Of how long; a day has 24 hours, whether the office is open or not."""

_MINUTES_OF: dict[TimeUnit, int] = {"minutes": 1, "hours": 60, "days": 24 * 60}


class TimeRecord(Struct, frozen=True, omit_defaults=True):
    """Either one service from `started` to `finished`; or, of a `day` or a `month`, `count` of them that took `minutes`
    together. `within` is how many of them kept the standard, where the system tells.
    """

    service: Key
    started: datetime | None = None
    finished: datetime | None = None
    day: date | None = None
    month: MonthLabel | None = None
    count: int | None = None
    minutes: Decimal | None = None
    within: int | None = None


class Tally(Struct):
    """Of one service. `spread` is how many of those measured one by one took how long, and `told` and `kept` how many
    of them say whether they kept the standard, and did; the rest is of those counted together. Changes in place.
    """

    count: int = 0
    span: int = 0
    spread: dict[int, int] = field(default_factory=dict[int, int])
    told: int = 0
    kept: int = 0
    together: int = 0
    together_told: int = 0
    together_kept: int = 0


class ServiceFigures(Struct, frozen=True, omit_defaults=True):
    """What a service came to in a period, in minutes; `share` in percent. `standard` are the minutes it may take.

    `median` is None where some were counted together, `within` and `share` where it is not known of all.
    """

    service: str
    count: int
    seconds: Decimal
    mean: Decimal
    median: Decimal | None = None
    standard: Decimal | None = None
    within: int | None = None
    share: Decimal | None = None


def faults(record: TimeRecord, period: Period, zone: ZoneInfo, today: date) -> list[tuple[str, str]]:
    """Returns the field and what is wrong with it, of a record that is to be of a period; nothing where all is well."""
    single = record.started is not None or record.finished is not None
    found = _single(record, period, zone) if single else _together(record, period)
    found = found or _still_to_come(record, zone, today)
    number = record.count if not single and record.count is not None else 1
    if record.within is not None and not 0 <= record.within <= number:
        found.append(("within", f"{record.within} of {number} can't have kept the standard; count from 0 to all"))
    return found


def _single(record: TimeRecord, period: Period, zone: ZoneInfo) -> list[tuple[str, str]]:
    found = [
        (name, "one service has a start and an end; leave this to those counted together")
        for name in ("day", "month", "count", "minutes")
        if getattr(record, name) is not None
    ]
    if record.started is None or record.finished is None:
        lacks = "started" if record.started is None else "finished"
        return [*found, (lacks, "one service has a start and an end; send both")]
    for name, instant in (("started", record.started), ("finished", record.finished)):
        if instant.tzinfo is None:
            found.append((name, f"{instant.isoformat()} says no time zone; write it, such as +07:00"))
    if found:
        return found
    # By when it was asked for: who waits over the end of a period waits in the one in which they came.
    if not period.holds(record.started.astimezone(zone).date()):
        found.append(("started", f"{record.started.isoformat()} is not within {period.starts} to {period.ends}"))
    if record.finished < record.started:
        found.append(("finished", f"{record.finished.isoformat()} is before the start; send when it was done"))
    elif record.finished - record.started > LONGEST:
        found.append(("finished", f"{record.finished.isoformat()} is more than {LONGEST.days} days after the start"))
    return found


def _together(record: TimeRecord, period: Period) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if (record.day is None) == (record.month is None):
        found.append(("day", "say of which day or month they are, and only one of these; or send start and end"))
    if record.day is not None and not period.holds(record.day):
        found.append(("day", f"{record.day} is not within {period.starts} to {period.ends}"))
    if record.month is not None and not _within(record.month, period):
        found.append(("month", f"{record.month} is not within {period.starts} to {period.ends}"))
    if record.count is None or record.count < 1:
        found.append(("count", "say how many there were, from 1 on; leave out a day without any"))
    if record.minutes is None:
        found.append(("minutes", "say how many minutes they took together"))
    elif record.minutes < 0 or record.minutes >= 10**12 or record.minutes * MICRO % 1:
        found.append(("minutes", f"{record.minutes:f} are no minutes; send from 0 on, with six decimals at most"))
    elif record.count and record.minutes > record.count * (LONGEST // timedelta(minutes=1)):
        found.append(("minutes", f"{record.minutes:f} are more than {LONGEST.days} days for each"))
    return found


def _still_to_come(record: TimeRecord, zone: ZoneInfo, today: date) -> list[tuple[str, str]]:
    """By the day: clocks of other systems may be a little ahead."""
    finished = None if record.finished is None else record.finished.astimezone(zone).date()
    month = None if record.month is None else parse(record.month).starts
    days = (("finished", finished), ("day", record.day), ("month", month))
    return [
        (name, f"{day} is still to come; send what was measured by {today}")
        for name, day in days
        if day is not None and day > today
    ]


def _within(label: str, period: Period) -> bool:
    try:
        month = parse(label)
    except ValueError:
        return False
    return period.holds(month.starts) and period.holds(month.ends)


def digest(records: Sequence[TimeRecord]) -> str:
    """Returns the hex sha256 of records in canonical JSON, with instants in UTC: the same records are the same batch,
    whoever brings them and however they wrote them.
    """
    return sha256(_CANONICAL.encode([_in_utc(record) for record in records])).hexdigest()


def _in_utc(record: TimeRecord) -> TimeRecord:
    if record.started is None or record.finished is None or record.started.tzinfo is record.finished.tzinfo is UTC:
        return record
    return replace(record, started=record.started.astimezone(UTC), finished=record.finished.astimezone(UTC))


def tallied(records: Iterable[TimeRecord]) -> dict[str, Tally]:
    """Returns what the records come to, by service. They have no faults."""
    found: dict[str, Tally] = {}
    for record in records:
        tally = found.setdefault(record.service, Tally())
        span = spanned(record)
        number = 1 if record.count is None else record.count
        tally.count += number
        tally.span += span
        if record.count is None:
            tally.spread[span] = tally.spread.get(span, 0) + 1
            if record.within is not None:
                tally.told += 1
                tally.kept += record.within
            continue
        tally.together += number
        if record.within is not None:
            tally.together_told += number
            tally.together_kept += record.within
    return found


def spanned(record: TimeRecord) -> int:
    """Returns how long what a record tells of took together, in microseconds."""
    if record.started is not None and record.finished is not None:
        return (record.finished - record.started) // timedelta(microseconds=1)
    # Whole: a record without faults has six decimals of a minute at most.
    return int((record.minutes or Decimal(0)) * MICRO) * SECONDS


def joined(tallies: Iterable[dict[str, Tally]]) -> dict[str, Tally]:
    """Returns what several batches come to together, by service."""
    found: dict[str, Tally] = {}
    for batch in tallies:
        for service, one in batch.items():
            whole = found.setdefault(service, Tally())
            for name in ("count", "span", "told", "kept", "together", "together_told", "together_kept"):
                setattr(whole, name, getattr(whole, name) + getattr(one, name))
            for span, number in one.spread.items():
                whole.spread[span] = whole.spread.get(span, 0) + number
    return found


def figures(service: str, tally: Tally, standard: Decimal | None) -> ServiceFigures:
    """Returns what a tally comes to. By the `standard`, in minutes, those measured one by one are judged; what was
    counted together says itself how many kept it.
    """
    within = _kept(tally, standard)
    return ServiceFigures(
        service=service,
        count=tally.count,
        seconds=Decimal(tally.span) / MICRO,
        mean=_lasting(tally.span, tally.count),
        median=None if tally.together else _lasting(_middle(tally), 2),
        standard=standard,
        within=within,
        share=None if within is None else _micro(100 * within * MICRO, tally.count),
    )


def measured(one: ServiceFigures, tally: Tally, measure: Measure, unit: TimeUnit) -> Decimal | None:
    """Returns one measure of a service; None where it is not known. What is divided is rounded once, in its unit."""
    minutes = _MINUTES_OF[unit]
    match measure:
        case "mean":
            return _lasting(tally.span, tally.count * minutes)
        case "median":
            return None if tally.together else _lasting(_middle(tally), 2 * minutes)
        case "total":
            return _lasting(tally.span, minutes)
        case "standard":
            return None if one.standard is None else _lasting(int(one.standard * MICRO) * SECONDS, minutes)
        case "share":
            return one.share
        case "count":
            return Decimal(one.count)
        case "within":
            return None if one.within is None else Decimal(one.within)
        case _:
            assert_never(measure)


def _kept(tally: Tally, standard: Decimal | None) -> int | None:
    if tally.together_told < tally.together:
        return None
    if standard is not None:
        most = int(standard * MICRO) * SECONDS
        return tally.together_kept + sum(number for span, number in tally.spread.items() if span <= most)
    if tally.told < tally.count - tally.together:
        return None
    return tally.together_kept + tally.kept


def _middle(tally: Tally) -> int:
    """Returns twice the one in the middle, or the two there together."""
    low, high = (tally.count - 1) // 2, tally.count // 2
    found = passed = 0
    for span in sorted(tally.spread):
        before, passed = passed, passed + tally.spread[span]
        found += span * sum(before <= place < passed for place in (low, high))
    return found


def _lasting(span: int, among: int) -> Decimal:
    """Returns the minutes of microseconds that are divided among so many."""
    return _micro(span, SECONDS * among)


def _micro(above: int, below: int) -> Decimal:
    """Returns a quotient of whole numbers, which is of a millionth, rounded half to even."""
    whole, left = divmod(above, below)
    whole += 2 * left > below or (2 * left == below and whole % 2 == 1)
    found = (Decimal(whole) / MICRO).normalize()
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found
