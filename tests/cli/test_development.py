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

from neraca.api.problems import Problem
from neraca.composition import explained
from neraca.domain.errors import NotAllowed
from neraca.domain.headship import AppointHead
from neraca.domain.policy_register import PublishPolicy, SchedulePolicy
from neraca.policy.library import Library
from neraca.service import PreconditionFailed

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


@pytest.fixture
def personnel(
    neraca: Neraca, paying_agency: Any, shipped: Library, root_of: Callable[[Any], Path], tmp_path: Path
) -> Callable[..., Any]:
    """Runs a verb for Uji, where Fitri has a result of 2025 and one may be promoted: by whom, and the words."""
    begin, january = date(2025, 1, 1), date(2026, 1, 5)
    found = shipped.get("id.jateng.kota-semarang.gajahmungkur.promosi")
    publish = PublishPolicy(file=found.file, texts=dict(found.sources), reason="uji")
    paying_agency.tell("policy", publish, SchedulePolicy(id=found.policy.id, version=1, since=begin))
    paying_agency.tell("hr", AppointHead(unit="dinkes", employee="agus", since=begin, decree="SK 1"))
    paying_agency.judge("2025", 115, january)
    (tmp_path / "home").mkdir(exist_ok=True)
    tokens = {
        name: {"id": name, "roles": roles, "agency": "uji"}
        for name, roles in (
            ("hr", ["hr"]),
            ("official", ["official"]),
            ("fitri", ["hr", "employee"]),
            ("auditor", ["auditor"]),
        )
    }
    (tmp_path / "home" / "tokens.json").write_bytes(msgspec.json.encode(tokens))
    known = {"DATABASE_URL": paying_agency.house.url, "ROOT": str(root_of(paying_agency.house))}

    def run(by: str, *words: str, told: str | None = None) -> Any:
        return neraca(*words, "--agency", "uji", told=told, TOKEN=by, **known)

    return run


def test_all_with_a_result_are_considered_once_and_nobody_considers_themselves(personnel: Any) -> None:
    of = ("--for", "promotion", "--period", "2025")

    def consider(by: str) -> tuple[int, str]:
        said = personnel(by, "consider", *of)
        return said.code, said.out.splitlines()[-1]

    assert consider("fitri") == (1, "uji 2025: 0 listed, 0 unchanged, 0 nominated, 1 refused")
    assert consider("hr") == (0, "uji 2025: 1 listed, 0 unchanged, 0 nominated, 0 refused")
    assert consider("hr") == (0, "uji 2025: 0 listed, 1 unchanged, 0 nominated, 0 refused")
    [[one]] = personnel("auditor", "report", "candidates", *of, "--json").lines
    assert (one["employee"], one["stage"], one["outcome"], one["eligible"]) == (
        "fitri",
        "listed",
        "memenuhi_syarat",
        True,
    )


def test_a_candidate_is_nominated_decided_on_and_decided_on_otherwise(personnel: Any) -> None:
    of = ("fitri", "--for", "promotion", "--period", "2025", "--reason")

    def told() -> tuple[str, str | None]:
        [[one]] = personnel("auditor", "report", "candidates", *of[1:5], "--json").lines
        return one["stage"], one["decree"]

    with pytest.raises(NotAllowed, match="nobody lists, nominates or decides on themselves"):
        personnel("fitri", "candidacy", "nominate", *of, "Saya layak")
    assert personnel("hr", "candidacy", "nominate", *of, "Hasil baik").code == 0
    assert personnel("hr", "candidacy", "withdraw", *of, "Keliru").code == 0
    said = personnel("hr", "candidacy", "nominate", *of, "Hasil baik")
    assert [line.split()[0] for line in said.out.splitlines()] == ["candidacy.nominated", "1"]
    assert told() == ("nominated", None)
    decide = ("candidacy", "decide", *of)
    assert "give --grant or --refuse" in personnel("official", *decide, "Tanpa keputusan").err
    with pytest.raises(NotAllowed, match="decide-candidacy needs the role official"):
        personnel("hr", *decide, "Layak", "--grant")
    answer = {"command": "answer-candidacy", "employee": "fitri", "kind": "PROMOTION", "period": "2025"}
    told_in = msgspec.json.encode({**answer, "accepted": True}).decode()
    assert personnel("fitri", "send", "-", "--seen", "3", told=told_in).code == 0
    assert personnel("official", *decide, "Layak", "--grant", "--decree", "SK 9").code == 0
    assert told() == ("granted", "SK 9")
    assert personnel("official", "candidacy", "revise", *of, "Formasi habis", "--refuse").code == 0
    assert told() == ("refused", None)


ITEM = {
    "id": "layanan",
    "kind": "CLASSROOM",
    "title": "Pelayanan prima",
    "addresses": ["hasil"],
    "people": ["fitri", "budi"],
    "provider": "BKPSDM",
    "hours": 24,
    "since": "2026-01-12",
    "until": "2099-12-31",
    "cost": "4000000",
}


def test_a_training_is_proposed_decided_done_and_cancelled_for_the_rest(personnel: Any) -> None:
    of = ("dinkes", "--period", "2025")
    why = ("--reason", "Hasil 2025")

    def propose(*items: Any) -> Any:
        told = msgspec.json.encode(items).decode()
        return personnel("hr", "training", "propose", *of, "--items", "-", *why, told=told)

    def status() -> list[tuple[str, str, int | None]]:
        [rows] = personnel("auditor", "report", "training", *of[1:], "--json").lines
        return [(row["employee"], row["status"], row["hours"]) for row in rows]

    assert propose({**ITEM, "hours": 20}).code == 0
    assert personnel("official", "training", "return", *of, "--reason", "Terlalu singkat").code == 0
    said = propose(ITEM)
    assert said.out.splitlines() == [f"training.plan-proposed  uji:{_position(said)}  version 3", "1 event recorded"]
    with pytest.raises(PreconditionFailed, match="you saw v1, now v3"):
        personnel("official", "training", "approve", *of, *why, "--seen", "1")
    assert personnel("official", "training", "approve", *of, *why, "--seen", "3").code == 0
    assert sorted(status()) == [("budi", "planned", None), ("fitri", "planned", None)]
    done = ("--item", "layanan", "--employee", "fitri", "--on", "2026-01-13", "--hours", "22")
    proof = ("--certificate", "https://contoh.invalid/1")
    assert personnel("hr", "training", "complete", *of, *done, *proof, "--json").lines[0]["events"][0]["version"] == 5
    assert personnel("hr", "training", "cancel", *of, "--item", "layanan", "--reason", "Anggaran habis").code == 0
    assert sorted(status()) == [("budi", "cancelled", None), ("fitri", "completed", 22)]


def _position(said: Any) -> str:
    return said.out.split("uji:")[1].split()[0]


def test_all_that_is_wrong_in_a_file_of_commands_is_told_and_nothing_is_done(personnel: Any) -> None:
    items = [{**ITEM, "hours": "banyak"}, {name: value for name, value in ITEM.items() if name != "title"}]
    told = msgspec.json.encode(items).decode()

    with pytest.raises(Problem) as refused:
        personnel("hr", "training", "propose", "dinkes", "--period", "2025", "--items", "-", "--reason", "x", told=told)

    sentences = explained(refused.value)
    assert [sentence.partition(": ")[0] for sentence in sentences] == ["/items/0/hours", "/items/1/title"]
    assert personnel("auditor", "report", "training", "--period", "2025", "--json").lines == [[]]


def test_any_command_is_sent_from_a_file_and_what_is_changed_must_have_been_seen(
    personnel: Any, tmp_path: Path
) -> None:
    file = tmp_path / "perintah.json"
    standard = {"command": "set-competency-standard", "position": "Analis Kepegawaian", "since": "2026-02-01"}
    levels = [{"name": "Integritas", "level": 3}]
    withdraw = {**standard, "command": "withdraw-competency-standard", "reason": "Keliru"}

    def send(*more: str, **command: Any) -> Any:
        file.write_bytes(msgspec.json.encode([command]))
        return personnel("hr", "send", str(file), *more)

    assert send(**standard, levels=levels, decree="SK 3").out.startswith("competency-standard.set  uji:")
    assert send(**withdraw).err == (
        "Error: command 0 (withdraw-competency-standard) changes what is there, which is now v1; if that is what you "
        "have read, add --seen 1\n"
    )
    with pytest.raises(PreconditionFailed):
        send("--seen", "2", **withdraw)
    assert "version 2" in send("--seen", "1", **withdraw).out
