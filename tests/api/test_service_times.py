"""Service times over HTTP: brought by an integrator, confirmed by an official, read and explained over GraphQL."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from neraca.domain.service_times.commands import ConfirmServiceTimes, ImportServiceTimes, MeasureAs
from neraca.domain.service_times.records import TimeRecord, digest
from neraca.domain.service_times.source import RegisterTimeSource

ANI = "198501012010011001"
PERIOD = "2025-Q1"
NINE = datetime(2025, 2, 3, 2, tzinfo=UTC)
HERE: dict[str, Any] = {"unit": "disdukcapil", "period": PERIOD}
RECORDS = [TimeRecord("ktp", started=NINE, finished=NINE + timedelta(minutes=one)) for one in (10, 14, 27)]
IMPORT = ImportServiceTimes(**HERE, source="antrean", batch="2025-02", records=RECORDS, file="ab" * 32)
FACTS = [MeasureAs("rata_menit_layanan", "ktp", "mean"), MeasureAs("standar_menit_layanan", "ktp", "standard")]
TIMES = """{ agency(id: "surabaya"%s) { timeSources { source system importers } units(first: 5) { id
    serviceTimes(first: 4) {
    period outdated confirmedBy event
    facts { fact service measure number timeUnit }
    services { service count seconds mean median standard within share }
    batches(first: 20) { source batch part records digest file by event withdrawn } } } } }"""


def times(world: Any, who: str = "ani", as_of: str = "") -> Any:
    agency = world.data(who, TIMES % as_of)["agency"]
    return next(unit["serviceTimes"] for unit in agency["units"] if unit["id"] == "disdukcapil")


@pytest.fixture(scope="module")
def confirmed(world: Any) -> int:
    """The position at which the times of the quarter were confirmed."""
    register = RegisterTimeSource(source="antrean", system="Sistem antrean", importers=["integrator-1"])
    world.tell("official", register)
    sent = msgspec.json.encode(IMPORT)
    for status, title in ((201, None), (409, "already-done")):
        answer = world.client.post(
            "/agencies/surabaya/commands",
            content=sent,
            headers={"Authorization": "Bearer integrator-token", "Idempotency-Key": f"times-{status}"},
        )
        assert (answer.status_code, title is None or title in answer.text) == (status, True), answer.text
    confirm = ConfirmServiceTimes(**HERE, facts=FACTS, standards={"ktp": Decimal(20)})
    position: int = world.tell("official", confirm).position
    world.follow()
    return position


def test_the_times_of_a_unit_are_read_with_their_batches_and_source(world: Any, confirmed: int) -> None:
    (quarter,) = times(world)

    assert quarter == {
        "period": PERIOD,
        "outdated": False,
        "confirmedBy": "official-1",
        "event": f"surabaya:{confirmed}",
        "facts": [
            {
                "fact": "rata_menit_layanan",
                "service": "ktp",
                "measure": "MEAN",
                "number": "17",
                "timeUnit": "MINUTES",
            },
            {
                "fact": "standar_menit_layanan",
                "service": "ktp",
                "measure": "STANDARD",
                "number": "20",
                "timeUnit": "MINUTES",
            },
        ],
        "services": [
            {
                "service": "ktp",
                "count": 3,
                "seconds": "3060",
                "mean": "17",
                "median": "14",
                "standard": "20",
                "within": 2,
                "share": "66.666667",
            }
        ],
        "batches": [
            {
                "source": "antrean",
                "batch": "2025-02",
                "part": 1,
                "records": 3,
                "digest": digest(RECORDS),
                "file": "ab" * 32,
                "by": "integrator-1",
                "event": f"surabaya:{confirmed - 1}",
                "withdrawn": None,
            }
        ],
    }
    # Before it was confirmed there was the batch, and nothing that counts.
    (before,) = times(world, as_of=f', asOf: {{ position: "{confirmed - 1}" }}')
    assert (before["services"], before["event"], len(before["batches"])) == ([], None, 1)
    assert times(world, as_of=f', asOf: {{ position: "{confirmed - 2}" }}') == []


def test_an_explanation_leads_to_the_confirmation(world: Any, confirmed: int) -> None:
    query = f"""{{ agency(id: "surabaya") {{ appraisal(employee: "{ANI}", period: "{PERIOD}") {{
        explain {{ path value inputs {{ name value events }} }} }} }} }}"""
    steps = world.data("ani", query)["agency"]["appraisal"]["explain"]

    step = next(one for one in steps if one["path"].endswith("kecepatan_layanan") and one["inputs"])
    # 200 - 100 x 17 / 20
    assert step["value"] == "115"
    assert {one["value"]: one["events"] for one in step["inputs"]} == {
        "17": [f"surabaya:{confirmed}"],
        "20": [f"surabaya:{confirmed}"],
    }


def test_a_corrected_batch_is_told_and_what_was_confirmed_waits_for_its_confirmation(
    world: Any, confirmed: int
) -> None:
    corrected = ImportServiceTimes(**HERE, source="antrean", batch="2025-02", records=RECORDS[:2], reason="Dua saja")
    world.tell("integrator", corrected)
    world.follow()

    (quarter,) = times(world, "hr")
    assert (quarter["outdated"], quarter["services"][0]["count"]) == (True, 3)
    assert [(one["records"], one["withdrawn"]) for one in quarter["batches"]] == [(3, "Dua saja"), (2, None)]
    agency = world.data("ani", TIMES % "")["agency"]
    assert agency["timeSources"] == [{"source": "antrean", "system": "Sistem antrean", "importers": ["integrator-1"]}]
    assert confirmed
