"""Service times from an outside system become facts of the unit's people, and a result that rests on them replays."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Finalised
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from neraca.domain.service_times.commands import ConfirmServiceTimes, ImportServiceTimes, MeasureAs
from neraca.domain.service_times.records import TimeRecord
from neraca.domain.service_times.source import RegisterTimeSource, ReviseTimeSource
from neraca.service.replay import replay
from neraca.service.scoring import gather

PERIOD = "2025-Q1"
AFTER = date(2025, 4, 8)
NINE = datetime(2025, 2, 3, 2, tzinfo=UTC)
SOURCE = RegisterTimeSource(source="antrean", system="Sistem antrean", importers=["integrator"])


def taken(minutes: int, unit: str = "dinkes", batch: str = "2025-02", **more: Any) -> ImportServiceTimes:
    records = [TimeRecord("ktp", started=NINE, finished=NINE + timedelta(minutes=one)) for one in (minutes, 8)]
    return ImportServiceTimes(unit=unit, period=PERIOD, source="antrean", batch=batch, records=records, **more)


def confirmed(unit: str = "dinkes") -> ConfirmServiceTimes:
    return ConfirmServiceTimes(unit=unit, period=PERIOD, facts=[MeasureAs("realisasi_tim", "ktp", "mean")])


def fact_of(fixture_agency: Any, employee: str = "budi") -> Any:
    gathered = gather(fixture_agency.service.reader, fixture_agency.id, employee, PERIOD, ("skm",), None)
    return gathered.facts.case.facts.get("realisasi_tim")


def row(fixture_agency: Any, employee: str = "budi") -> tuple[Any, ...]:
    fixture_agency.house.follow()
    with psycopg.connect(fixture_agency.house.url) as db:
        found = db.execute(
            "select status, score, nodes ->> 'tim' from read_scores.appraisal where agency = %s and employee = %s",
            (fixture_agency.id, employee),
        ).fetchone()
    assert found is not None
    return found


def test_a_result_that_rests_on_imported_times_is_replayed_and_a_later_correction_leaves_it(
    fixture_agency: Any,
) -> None:
    fixture_agency.tell("official", SOURCE)
    fixture_agency.score("budi")
    fixture_agency.tell("integrator", taken(16))
    assert row(fixture_agency)[2] is None
    fixture_agency.tell("official", confirmed())

    # (16 + 8) / 2 = 12 minutes, of the 20 that the plan's target feeds
    assert fact_of(fixture_agency) == 12_000_000
    assert row(fixture_agency)[2] == "60.00"
    fixture_agency.finalise("budi")
    own = fixture_agency.service.reader.stream(fixture_agency.id, streams.appraisal(fixture_agency.id, "budi", PERIOD))
    final = next(one.event for one in own if isinstance(one.event, Finalised))
    assert row(fixture_agency) == ("final", final.score, "60.00")

    fixture_agency.tell("integrator", taken(24, reason="Jam mesin salah"), on=AFTER)
    fixture_agency.tell("official", confirmed(), on=AFTER)
    assert fact_of(fixture_agency) == 16_000_000
    assert row(fixture_agency) == ("final", final.score, "60.00")
    assert [one.differences for one in replay(fixture_agency.service, fixture_agency.id)] == [()]


def test_a_correction_before_the_result_counts_from_its_confirmation_on(fixture_agency: Any) -> None:
    fixture_agency.tell("official", SOURCE)
    fixture_agency.score("budi")
    fixture_agency.tell("integrator", taken(16))
    fixture_agency.tell("official", confirmed())

    fixture_agency.tell("integrator", taken(24, reason="Jam mesin salah"))
    assert row(fixture_agency)[2] == "60.00"
    fixture_agency.tell("official", confirmed())
    assert row(fixture_agency)[2] == "80.00"


def test_who_moves_takes_the_times_of_the_new_unit_and_what_was_told_by_hand_where_there_are_none(
    fixture_agency: Any,
) -> None:
    fixture_agency.tell("official", SOURCE)
    fixture_agency.score("budi")
    by_hand = ask.EstablishFact(
        employee="budi", period=PERIOD, fact="realisasi_tim", basis="berita acara", number=Decimal(1)
    )
    fixture_agency.tell("official", by_hand)
    for unit, minutes in (("dinkes", 16), ("disdik", 4)):
        fixture_agency.tell("integrator", taken(minutes, unit))
        fixture_agency.tell("official", confirmed(unit))
    with pytest.raises(Invalid, match="'realisasi_tim' is measured in dinkes for 2025-Q1"):
        fixture_agency.tell("official", by_hand)
    assert row(fixture_agency)[2] == "60.00"

    since = date(2025, 3, 1)
    fixture_agency.tell(
        "hr",
        ask.ReassignAppraisal(
            employee="budi", period=PERIOD, unit="disdik", appraiser="tono", since=since, reason="mutasi"
        ),
    )

    assert fact_of(fixture_agency) == 6_000_000
    assert row(fixture_agency)[2] == "30.00"


def test_only_a_registered_source_is_imported_from_by_whom_it_names(fixture_agency: Any) -> None:
    with pytest.raises(NotFound, match="there is no source 'antrean'"):
        fixture_agency.tell("integrator", taken(16))
    fixture_agency.tell("official", SOURCE)
    fixture_agency.tell("integrator", taken(16))
    with pytest.raises(AlreadyDone, match="is taken already"):
        fixture_agency.tell("integrator", taken(16))
    revise = ReviseTimeSource(source="antrean", system="Sistem antrean", importers=[], reason="Diganti")
    fixture_agency.tell("official", revise)
    with pytest.raises(NotAllowed, match="integrator does not import from 'antrean'"):
        fixture_agency.tell("integrator", taken(16, batch="2025-03"))
