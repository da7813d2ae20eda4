"""A city of 5,000 people and the four quarters of a year, told to the log and kept for the next run.

The events are what the commands would have left of a year of plan, reports and result, so the read models are made of
them as of any others, of whatever shape they are in this build, and what the log said before is there to be asked for.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from uuid import UUID
from zoneinfo import available_timezones

import psycopg
from eventsourcing.persistence import StoredEvent

from neraca.domain import streams
from neraca.domain.appraisal import events as appraisal
from neraca.domain.command_rules import PolicyRef
from neraca.domain.envelope import Envelope
from neraca.domain.period import Period, parse
from neraca.domain.registry import EVENTS, Event
from neraca.domain.roster import EmployeeAssigned, EmployeeRegistered
from neraca.domain.vocabulary import EmploymentType, PositionClass
from neraca.policy.library import Library
from neraca.projecting.rebuild import ensure
from neraca.service import CommandHandler
from neraca.service.adoption import adopt
from neraca.store.ledger import Append, Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import ALL

TREE = Path(__file__).resolve().parents[3]
AGENCY = "surabaya"
PERIODS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
PARTLY_JUDGED = "2025-Q3"
"""Of which some people have their result at the position that is asked for as the past, and others do not yet."""

RESULTS = (("r1", 2), ("r2", 1), ("r3", 1))
"""Planned results of everybody, and how many targets each has."""

PREDICATES = ("sangat_baik", "baik", "baik", "butuh_perbaikan")
_LAST = 9
"""Events of an appraisal, of which the last is the result."""

_TOGETHER = 400
"""People whose events are stored at a time."""

Placed = tuple[UUID, int, Event]


class Names(NamedTuple):
    """What the city's own file and policy call things."""

    units: tuple[str, ...]
    policy: PolicyRef


def number(n: int) -> str:
    return f"1985{n % 12 + 1:02}01201001{n:04}"


def build(url: str, people: int) -> None:
    """The log where the database has none yet, and read models of this build."""
    migrate(url, _library().agencies)
    if _place(url, people - 1, PERIODS[-1]) is None:
        if _place(url, 0, PERIODS[0], 1) is not None:
            raise SystemExit("the city was told to the log in part: remove its folder, and run this again")
        _tell(url, people)
    ensure(url, ALL, workers=os.cpu_count() or 1)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def past(url: str, people: int) -> int:
    """The position of the result that came in the middle of those of `PARTLY_JUDGED`."""
    position = _place(url, people // 2, PARTLY_JUDGED)
    assert position is not None
    return position


def _place(url: str, n: int, period: str, version: int = _LAST) -> int | None:
    """Where in the log that event of a person's appraisal is, the result if no other."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select position from ledger.events where agency = %s and stream = %s and version = %s",
            (AGENCY, streams.appraisal(AGENCY, number(n), period), version),
        ).fetchone()
    return None if row is None else row[0]


def _tell(url: str, people: int) -> None:
    known, at = _library(), datetime(2025, 1, 1, tzinfo=UTC)
    with open_pool(url) as pool:
        ledger, mapper = Ledger(pool), EventMapper(EVENTS)
        service = CommandHandler(ledger, Log(pool), mapper, known.agencies)
        adopt(service, known.agencies[AGENCY], known, at)
        rules = service.policies.latest(AGENCY, known.agencies[AGENCY].policies[0].id)
        assert rules is not None
        names = Names(tuple(known.agencies[AGENCY].units), rules.ref)

        def tell(told: Iterator[Placed], at: datetime) -> int:
            batch = [
                StoredEvent(stream, version, *mapper.encode(Envelope(at=at, by="hr-1", correlation="city", body=body)))
                for stream, version, body in told
            ]
            return ledger.append(AGENCY, Append(batch)).last

        for some in _groups(range(people)):
            tell((event for n in some for event in _person(n, names)), at)
        position = 0
        for label in PERIODS:
            period = parse(label)
            first = datetime.combine(period.starts, datetime.min.time(), UTC)
            for some in _groups(range(people)):
                tell((event for n in some for event in _quarter(n, period, names)), first + timedelta(days=60))
            for some in _groups(range(people)):
                position = tell((_result(n, period, names, position) for n in some), first + timedelta(days=100))


def _groups(people: range) -> Iterator[range]:
    return (people[first : first + _TOGETHER] for first in range(0, len(people), _TOGETHER))


def _person(n: int, names: Names) -> Iterator[Placed]:
    person = streams.employee(AGENCY, number(n))
    registered = EmployeeRegistered(
        employee=number(n),
        name=f"Pegawai {n}",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis Kebijakan",
        position_class=PositionClass.FUNCTIONAL,
        since=date(2020, 1, 1),
        career_level="Ahli Muda",
    )
    yield person, 1, registered
    superior = None if n == 0 else number(n // 12)
    yield person, 2, EmployeeAssigned(unit=_unit(n, names), since=date(2025, 1, 1), supervisor=superior)


def _quarter(n: int, period: Period, names: Names) -> Iterator[Placed]:
    """All but the result."""
    opened = appraisal.Opened(
        employee=number(n),
        period=period.label,
        starts=period.starts,
        ends=period.ends,
        unit=_unit(n, names),
        appraiser=number(n // 12),
        position_class=PositionClass.FUNCTIONAL,
        since=period.starts,
    )
    plan = [
        appraisal.PlannedResult(
            id=result,
            title=f"Layanan {k} selesai sesuai standar",
            targets=[
                appraisal.Target(
                    id=f"t{t}",
                    indicator=f"Dokumen {k}.{t} yang selesai",
                    unit="dokumen",
                    target=Decimal(12 + (n + k) % 7),
                    weight=Decimal(25),
                )
                for t in range(1, targets + 1)
            ],
        )
        for k, (result, targets) in enumerate(RESULTS, 1)
    ]
    reports = [
        event
        for k in (1, 2)
        for event in (
            appraisal.ProgressReported(
                report=f"l{k}",
                result=f"r{k}",
                target="t1",
                until=period.ends - timedelta(days=30),
                actual=Decimal(6 + (n * k) % 11) + Decimal("0.5"),
            ),
            appraisal.ReportAccepted(report=f"l{k}"),
        )
    ]
    stream = streams.appraisal(AGENCY, number(n), period.label)
    told = [
        opened,
        appraisal.PlanDrafted(results=plan),
        appraisal.PlanSubmitted(),
        appraisal.PlanApproved(),
        *reports,
    ]
    return ((stream, version, event) for version, event in enumerate(told, 1))


def _result(n: int, period: Period, names: Names, position: int) -> Placed:
    score = Decimal(70 + (n * 7919 + period.starts.month) % 5001 * Decimal("0.01")).quantize(Decimal("0.01"))
    result = appraisal.Finalised(
        predicate=PREDICATES[(n + period.starts.month) % len(PREDICATES)],
        on=period.ends + timedelta(days=10),
        policy=names.policy,
        position=position,
        facts_digest="2" * 64,
        engine="columns/1",
        score=score,
        nodes={"hasil": score, "perilaku": score},
    )
    return streams.appraisal(AGENCY, number(n), period.label), _LAST, result


def _unit(n: int, names: Names) -> str:
    return names.units[n % len(names.units)]


def _library() -> Library:
    files = [file for folder in ("policies", "agencies") for file in (TREE / folder).rglob("*.yaml")]
    return Library.read({str(f.relative_to(TREE)): f.read_text("utf-8") for f in files}, available_timezones())[0]
