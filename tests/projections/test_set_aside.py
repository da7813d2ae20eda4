"""Events that the read models cannot hold, in the log already: the city goes on, and no number lacks one in silence."""

import random
import string
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal import events as happened
from neraca.domain.appraisal.events import Evidence
from neraca.domain.attendance import AttendanceCorrected
from neraca.domain.command_rules import PolicyRef
from neraca.domain.envelope import Envelope
from neraca.domain.policy_register import PolicyScheduleWithdrawn
from neraca.domain.registry import Event
from neraca.domain.roster import EmployeeRegistered
from neraca.domain.vocabulary import EmploymentType, PositionClass
from neraca.projecting.projection import Missed
from neraca.projecting.rebuild import rebuild
from neraca.store.ledger import Append, Ledger
from neraca.store.pool import open_pool
from projections import ALL
from projections.scores import withheld

PERIOD = "2025-Q1"
LETTERS = "".join(random.Random(1).choices(string.ascii_letters, k=3_000))


@pytest.fixture
def past_the_doors(fixture_agency: Any) -> Callable[..., int]:
    """Appends one event of a stream as it is, whatever the doors would say; `instead` is put into its bytes."""

    def append(stream: UUID, body: Event, **instead: str) -> int:
        tag, data = fixture_agency.house.mapper.encode(
            Envelope(at=datetime(2025, 3, 3, tzinfo=UTC), by="x", correlation="c", body=body)
        )
        for word, json in instead.items():
            assert word.encode() in data
            data = data.replace(word.encode(), json.encode())
        version = len(fixture_agency.house.log.read_stream(fixture_agency.id, stream)) + 1
        with open_pool(fixture_agency.house.url) as pool:
            return Ledger(pool).append(fixture_agency.id, Append([StoredEvent(stream, version, tag, data)])).last

    return append


def activity(report: str, words: str) -> happened.ActivityReported:
    return happened.ActivityReported(report=report, day=date(2025, 3, 3), activity=words, evidence=[])


def corrected(employee: str) -> AttendanceCorrected:
    return AttendanceCorrected(employee=employee, month="2025-01", required_days=21, late=7, reason="NUL")


@pytest.fixture
def shown(fixture_agency: Any) -> Callable[[], dict[str, tuple[str, str | None]]]:
    def shown() -> dict[str, tuple[str, str | None]]:
        query = "select employee, status, predicate from read_scores.appraisal where agency = %s and period = %s"
        with psycopg.connect(fixture_agency.house.url) as connection:
            return {row[0]: row[1:] for row in connection.execute(query, (fixture_agency.id, PERIOD)).fetchall()}

    return shown


@pytest.fixture
def at_fault(fixture_agency: Any) -> Callable[[], dict[str, set[int]]]:
    def at_fault() -> dict[str, set[int]]:
        query = "select projection, array_agg(position) from read.set_aside where waits_for is null group by projection"
        with psycopg.connect(fixture_agency.house.url) as connection:
            return {name: set(positions) for name, positions in connection.execute(query).fetchall()}

    return at_fault


def test_a_ledger_with_events_that_cannot_be_held_comes_back_to_life_by_upgrading(
    fixture_agency: Any,
    fixture_agencies: Any,
    past_the_doors: Callable[..., int],
    shown: Callable[[], dict[str, Any]],
    at_fault: Callable[[], dict[str, set[int]]],
) -> None:
    for employee in ("budi", "ani", "cici", "dedi", "eko"):
        fixture_agency.score(employee)
    fixture_agency.house.follow()
    stream = {nip: streams.appraisal(fixture_agency.id, nip, PERIOD) for nip in ("budi", "ani", "cici", "dedi", "eko")}

    long = past_the_doors(stream["budi"], activity(LETTERS, "loket"))
    nul = past_the_doors(stream["ani"], activity("a1", "NUL"), NUL="a\\u0000b")
    huge = past_the_doors(
        stream["cici"],
        happened.ProgressReported(
            report="l9",
            result="layanan",
            target="berkas",
            until=date(2025, 3, 2),
            actual=Decimal("1E+200000"),
            evidence=[Evidence("Rekap", "arsip:rekap")],
        ),
    )
    period = past_the_doors(
        streams.appraisal(fixture_agency.id, "dedi", "9999-Q9"),
        happened.Opened(
            employee="dedi",
            period="9999-Q9",
            starts=date(9999, 1, 1),
            ends=date(9999, 12, 31),
            unit="dinkes",
            appraiser="sri",
            reviewer=None,
            position_class=None,
        ),
    )
    name = past_the_doors(
        streams.employee(fixture_agency.id, "baru"),
        EmployeeRegistered(
            employee="baru",
            name="NUL",
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=PositionClass.FUNCTIONAL,
            since=date(2025, 1, 1),
        ),
        NUL="\\u0000",
    )
    late = past_the_doors(
        streams.attendance(fixture_agency.id, "eko", 2025),
        corrected("eko"),
        NUL="\\u0000",
    )
    fixture_agency.tell(
        "budi", ask.ReportActivity(employee="budi", period=PERIOD, report="b2", day=date(2025, 3, 3), activity="x")
    )
    fixture_agency.rate("dedi", 85, by="budi")
    fixture_agencies["coba"].score("budi")
    _as_the_former_program_left_it(fixture_agency.house.url)

    fixture_agency.house.follow(1_000)

    assert at_fault() == {
        "dossier": {long, nul, huge},
        "timeline": {nul},
        "roster": {name},
        "scores": {huge, period, name, late},
    }
    assert shown()["budi"][0] == shown()["dedi"][0] == "provisional"
    assert shown()["eko"] == shown()["cici"] == ("blocked", None)
    with psycopg.connect(fixture_agency.house.url) as connection:
        assert connection.execute(
            "select reason from read_scores.appraisal where agency = 'uji' and employee = 'eko'"
        ).fetchone() == (
            "the score is withheld: an event it rests on is set aside; `neraca doctor` says which and why",
        )
        waits = connection.execute("select projection, waits_for from read.set_aside where waits_for is not null")
        assert set(waits.fetchall()) == {("dossier", long)}
        assert connection.execute("select count(*) from read.set_aside where agency <> 'uji'").fetchone() == (0,)

    assert [(one.equal, one.set_aside > 0) for one in (rebuild(fixture_agency.house.url, p) for p in ALL[:4])] == [
        (True, True)
    ] * 4


def _as_the_former_program_left_it(url: str) -> None:
    """It knew of nothing that is set aside, its tables were of another version, and it stood before the events."""
    with psycopg.connect(url) as connection:
        connection.execute("drop table read.set_aside, read.failures")
        connection.execute("update read.projections set digest = 'former'")
        connection.execute("update read.positions set digest = 'former'")


def test_what_comes_later_lacks_the_event_too(
    fixture_agency: Any, past_the_doors: Callable[..., int], shown: Callable[[], dict[str, Any]]
) -> None:
    """Attendance is known before the appraisal is opened, and a fixed result is not touched by what comes after it."""
    past_the_doors(
        streams.attendance(fixture_agency.id, "budi", 2025),
        corrected("budi"),
        NUL="\\u0000",
    )
    fixture_agency.score("budi")
    fixture_agency.score("ani")
    fixture_agency.finalise("ani")
    past_the_doors(
        streams.attendance(fixture_agency.id, "ani", 2025),
        corrected("ani"),
        NUL="\\u0000",
    )

    fixture_agency.house.follow()

    assert shown()["budi"] == ("blocked", None)
    assert shown()["ani"][0] == "final"
    assert rebuild(fixture_agency.house.url, ALL[0]).equal


def test_no_score_is_shown_by_a_rule_whose_withdrawal_could_not_be_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    withdrawn = PolicyScheduleWithdrawn(
        policy=PolicyRef("aturan", 1, "h", "c"), since=date(2025, 1, 1), reason="keliru", restored=()
    )
    at = datetime(2025, 3, 3, tzinfo=UTC)
    missed = Missed("uji", 7, UUID(int=1), "policy.schedule-withdrawn", at, at, "x", None, withdrawn)
    doubted: list[Missed] = []
    monkeypatch.setattr(withheld, "_doubt_all", lambda _work, missed: doubted.append(missed))
    empty: Any = SimpleNamespace(get=lambda *_: None)

    withheld.missed(empty, missed)

    assert doubted == [missed]
