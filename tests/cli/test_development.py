"""What follows from results for people, by the verbs that tell it: training, needs, low results, candidates, boxes."""

from collections.abc import Callable
from csv import DictReader
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neraca.domain.headship import AppointHead
from neraca.domain.policy_register import PublishPolicy, SchedulePolicy
from neraca.policy.library import Library

Neraca = Callable[..., Any]
PERIODS = {
    "surabaya": "2025-Q4",
    "bandung": "2025-S2",
    "samarinda": "2025",
    "surakarta": "2025-Q4",
    "gajahmungkur": "2025",
}


@pytest.fixture
def told(neraca: Neraca, seeded_year: Any) -> Callable[..., list[dict[str, Any]]]:
    """The rows of a report, which are the same in CSV."""

    def told(verb: str, agency: str, *more: str) -> list[dict[str, Any]]:
        words = ("report", verb, "--agency", agency, "--period", PERIODS[agency], *more)
        json, csv, table = (neraca(*words, *how, DATABASE_URL=seeded_year.url) for how in (("--json",), ("--csv",), ()))
        assert (json.code, csv.code, table.code) == (0, 0, 0)
        [rows] = json.lines
        in_csv = list(DictReader(StringIO(csv.out)))
        assert len(in_csv) == len(rows)
        assert all(line.keys() == row.keys() for line, row in zip(in_csv, rows, strict=True))
        assert table.out.splitlines()[-1] == f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
        return rows

    return told


@pytest.mark.parametrize("agency", PERIODS)
def test_a_training_is_told_from_its_proposal_to_its_proof(told: Any, agency: str) -> None:
    done, cancelled = told("training", agency)

    assert (done["status"], cancelled["status"]) == ("completed", "cancelled")
    assert (done["item"], done["unit"], done["addresses"]) == (
        cancelled["item"],
        cancelled["unit"],
        cancelled["addresses"],
    )
    assert done["certificate"]
    assert done["hours"] > 0
    assert cancelled["hours"] is None
    assert min(done["event"], cancelled["event"]) > 0
    assert told("training", agency, "--unit", done["unit"]) == [done, cancelled]


def test_what_results_ask_for_is_told_of_each_person_beside_their_class(told: Any) -> None:
    found = [row for agency in PERIODS for row in told("needs", agency)]

    assert found
    for row in found:
        assert Decimal(row["value"]) < Decimal(row["below"])
        assert (row["median"] is None) == (row["people"] is None)
        assert row["people"] is None or row["people"] >= 5
        assert row["event"] > 0


def test_who_was_rated_low_is_told_with_their_training_or_as_without(told: Any) -> None:
    for agency in PERIODS:
        rows = told("low-rated", agency)
        trained = {row["employee"]: row["item"] for row in told("training", agency) if row["status"] != "cancelled"}
        assert told("low-rated", agency, "--without") == [row for row in rows if not row["trainings"]]
        for row in rows:
            if row["employee"] in trained:
                assert trained[row["employee"]] in row["trainings"]
    assert any(told("low-rated", agency, "--without") for agency in PERIODS)


@pytest.mark.parametrize(
    ("agency", "kind", "stages"),
    [
        ("gajahmungkur", "promotion", {"granted", "refused"}),
        ("surakarta", "reward", {"granted"}),
        ("samarinda", "discipline", {"listed"}),
    ],
)
def test_who_is_considered_is_told_with_what_people_decided(
    told: Any, agency: str, kind: str, stages: set[str]
) -> None:
    rows = told("candidates", agency, "--for", kind)

    assert stages <= {row["stage"] for row in rows}
    scores = [Decimal(row["score"]) for row in rows if row["score"] is not None]
    assert scores == sorted(scores, reverse=True)
    assert all(row["nominated_by"] for row in rows if row["stage"] in ("granted", "refused"))
    kept = [row for row in rows if row["eligible"] or row["stage"] != "listed"]
    assert told("candidates", agency, "--for", kind, "--eligible") == kept


def test_boxes_count_everybody_who_is_considered_once(told: Any) -> None:
    of_each = [row["outcome"] for row in told("candidates", "gajahmungkur", "--for", "talent")]

    assert of_each
    assert {row["outcome"]: row["people"] for row in told("boxes", "gajahmungkur")} == {
        outcome: of_each.count(outcome) for outcome in of_each
    }
    [none] = told("boxes", "samarinda", "--for", "discipline")
    assert none["outcome"] == "tidak_ada"


def test_all_with_a_result_are_considered_once_and_nobody_considers_themselves(
    neraca: Neraca, paying_agency: Any, shipped: Library, root_of: Callable[[Any], Path], tmp_path: Path
) -> None:
    begin, january = date(2025, 1, 1), date(2026, 1, 5)
    found = shipped.get("id.jateng.kota-semarang.gajahmungkur.promosi")
    publish = PublishPolicy(file=found.file, texts=dict(found.sources), reason="uji")
    paying_agency.tell("policy", publish, SchedulePolicy(id=found.policy.id, version=1, since=begin))
    paying_agency.tell("hr", AppointHead(unit="dinkes", employee="agus", since=begin, decree="SK 1"))
    paying_agency.judge("2025", 115, january)
    (tmp_path / "home").mkdir(exist_ok=True)
    tokens = {
        name: {"id": who, "roles": roles, "agency": "uji"}
        for name, who, roles in (("kunci", "hr", ["hr"]), ("sendiri", "fitri", ["hr"]), ("biasa", "sri", ["employee"]))
    }
    (tmp_path / "home" / "tokens.json").write_bytes(msgspec.json.encode(tokens))
    known = {"DATABASE_URL": paying_agency.house.url, "ROOT": str(root_of(paying_agency.house))}

    def consider(token: str) -> tuple[int, str]:
        of = ("--agency", "uji", "--for", "promotion", "--period", "2025")
        said = neraca("consider", *of, TOKEN=token, **known)
        return said.code, said.out.splitlines()[-1]

    assert consider("sendiri") == (1, "uji 2025: 0 listed, 0 unchanged, 0 nominated, 1 refused")
    assert consider("kunci") == (0, "uji 2025: 1 listed, 0 unchanged, 0 nominated, 0 refused")
    assert consider("kunci") == (0, "uji 2025: 0 listed, 1 unchanged, 0 nominated, 0 refused")
    listed = neraca(
        "report", "candidates", "--agency", "uji", "--for", "promotion", "--period", "2025", "--json", **known
    )
    [[one]] = listed.lines
    assert (one["employee"], one["stage"], one["outcome"], one["eligible"]) == (
        "fitri",
        "listed",
        "memenuhi_syarat",
        True,
    )
