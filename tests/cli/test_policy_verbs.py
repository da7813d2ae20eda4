"""What staff do with policy files, as they type it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neraca.domain.text_kinds import counted

Neraca = Callable[..., Any]
SURABAYA = "id.jatim.kota-surabaya"
GOOD = {
    "ratings": {"layanan": {"atasan": [80]}, "disiplin": {"atasan": [80]}},
    "items": {"skp": [{"target": 10, "actual": 9, "weight": 100}]},
}


@pytest.fixture
def folder(tmp_path: Path, policy: str) -> Path:
    """A folder of policy files, with one in it."""
    made = tmp_path / "files"
    made.mkdir()
    (made / "kota-uji.yaml").write_text(policy)
    return made


def test_what_is_delivered_has_no_mistake(neraca: Neraca) -> None:
    said = neraca("check")

    assert (said.code, said.err) == (0, "no database is at hand: not compared with what rules in a log\n")
    assert said.out.endswith(" policies, 5 agencies, 0 mistakes\n")


def test_every_mistake_is_told_with_its_place_and_remedy(neraca: Neraca, folder: Path, policy: str) -> None:
    broken = policy.replace("kehadiran: 10}", "kehadiran: 11}").replace("factor: 25", "faktor: 25")
    (folder / "kota-uji.yaml").write_text(broken)
    (folder / "lain.yaml").write_text("schema: asn-policy/1\nid: lain\nextends: {id: kota-ujii, version: 1}\n")

    said = neraca("check", "--root", str(folder))

    assert said.code == 1
    lines = said.out.splitlines()
    mistakes = [one for one in lines[:-1] if ": warning:" not in one]
    assert lines[-1] == f"1 policy, 0 agencies, {counted(len(mistakes), 'mistake')}"
    line = broken.splitlines().index("    of: {hasil: 60, sikap: 30, kehadiran: 11}") + 1
    assert f"kota-uji.yaml:{line}:5: nodes/nilai/of: weights sum to 101, must be 100 - lower them by 1" in lines
    assert any("unknown key 'faktor' - did you mean 'factor'?" in one for one in lines)
    assert any(one.startswith("lain.yaml:3:") and "kota-ujii" in one for one in lines)


def test_mistakes_may_be_read_by_a_program(neraca: Neraca, folder: Path, policy: str) -> None:
    (folder / "kota-uji.yaml").write_text(policy.replace("kehadiran: 10}", "kehadiran: 11}"))

    said = neraca("check", "--root", str(folder), "--json")

    assert said.code == 1
    (found,) = [one for one in said.lines[0] if one["severity"] == "error"]
    assert "weights sum to 101" in msgspec.json.encode(found).decode()


def test_further_paths_are_checked_along(neraca: Neraca, folder: Path, policy: str, tmp_path: Path) -> None:
    beside = tmp_path / "usulan.yaml"
    beside.write_text(policy.replace("id: kota-uji", "id: usulan").replace("rank: 2", "rank: 3"))

    assert neraca("check", "--root", str(folder)).code == 0
    said = neraca("check", "--root", str(folder), str(beside))
    assert said.code == 1
    assert str(beside) in said.out
    assert neraca("check", str(tmp_path / "nowhere")).code == 2


def test_the_tests_inside_policies_are_run(neraca: Neraca, folder: Path, policy: str) -> None:
    said = neraca("policy", "test", "--root", str(folder))
    assert (said.code, said.out) == (0, "1 policy, 1 test, 0 failed\n")

    (folder / "kota-uji.yaml").write_text(policy.replace("score: 86.67}", "score: 86.66}"))
    said = neraca("policy", "test", "--root", str(folder))
    assert said.code == 1
    assert said.out.splitlines() == [
        "kota-uji.yaml: «cukup untuk nilai» failed",
        "    score: expected 86.66, got 86.67",
        "1 policy, 1 test, 1 failed",
    ]

    said = neraca("policy", "test", "kota-uji", "--root", str(folder), "--json")
    assert said.lines == [
        [
            {
                "policy": "kota-uji@1",
                "test": "cukup untuk nilai",
                "passed": False,
                "differences": ["score: expected 86.66, got 86.67"],
            }
        ]
    ]


def test_a_policy_with_mistakes_is_not_silently_untested(neraca: Neraca, folder: Path, policy: str) -> None:
    (folder / "lain.yaml").write_text(policy.replace("id: kota-uji", "id: lain").replace("rank: 2", "rank: 3"))

    said = neraca("policy", "test", "--root", str(folder))

    assert said.code == 1
    assert "run neraca check" in said.err


def test_a_case_a_line_in_and_an_answer_a_line_out(neraca: Neraca, folder: Path) -> None:
    blocked: dict[str, object] = {"facts": {}}
    lines = "\n".join(msgspec.json.encode(case).decode() for case in (GOOD, blocked, GOOD | {"name": "diberi nama"}))

    said = neraca("policy", "evaluate", "kota-uji", "--root", str(folder), told=lines + "\n\n")

    assert (said.code, said.err) == (0, "")
    first, second, third = said.lines
    assert first == third
    assert [*first] == ["status", "score", "predicate", "levels", "nodes", "reason"]
    assert (first["status"], first["score"], first["predicate"]) == ("final", "86.67", "baik")
    assert first["levels"] == {"predikat": "baik"}
    assert first["reason"] is None
    assert first["nodes"]["skp"] == "90.00"
    assert first["nodes"]["tim"] is None
    assert set(first["nodes"]) == {
        *("skp", "layanan", "disiplin", "tim", "harian", "kehadiran", "kepuasan", "unit"),
        *("sikap", "hasil", "nilai"),
    }
    assert (second["status"], second["score"], second["predicate"]) == ("blocked", None, None)
    assert second["reason"].startswith("indicators/layanan: 0 of at least 1 ratings from atasan")


def test_cases_may_come_from_a_file_and_policies_by_any_of_their_names(
    neraca: Neraca, folder: Path, tmp_path: Path
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_bytes(msgspec.json.encode(GOOD))
    answers = [
        neraca("policy", "evaluate", name, "--cases", str(cases), "--root", str(folder)).out
        for name in ("kota-uji", "kota-uji@1", str(folder / "kota-uji.yaml"), "kota-uji.yaml")
    ]

    assert len(set(answers)) == 1
    assert '"score":"86.67"' in answers[0]


def test_refused_cases_keep_their_place_among_the_answers(neraca: Neraca, folder: Path) -> None:
    off_scale = {**GOOD, "ratings": {"layanan": {"atasan": ["80,5"]}, "disiplin": {"atasan": [101]}}}
    told = "\n".join(
        ["{", '{"fakta": {}}', msgspec.json.encode(off_scale).decode(), msgspec.json.encode(GOOD).decode()]
    )

    said = neraca("policy", "evaluate", "kota-uji", "--root", str(folder), told=told)

    assert said.code == 1
    assert said.err == "3 cases were refused; each answer says why\n"
    assert [one["status"] for one in said.lines] == ["refused", "refused", "refused", "final"]
    assert said.lines[0]["reason"].startswith("line 1: not JSON")
    assert said.lines[1]["reason"] == "line 2: fakta: unknown key - did you mean 'facts'?"
    assert said.lines[2]["reason"] == (
        "line 3: ratings/layanan/atasan/0: '80,5' is not a number; write digits with a point, such as 96.5"
    )
    assert {name for one in said.lines for name in one} == {*said.lines[3]}
    assert said.lines[0]["score"] is said.lines[0]["predicate"] is None


def test_six_decimals_are_exact_and_a_seventh_is_refused(neraca: Neraca, folder: Path) -> None:
    def case(actual: str) -> str:
        return msgspec.json.encode(GOOD).decode().replace('"actual":9', f'"actual":{actual}')

    told = "\n".join(map(case, ["8.999999", "8.9999999"]))

    said = neraca("policy", "evaluate", "kota-uji", "--root", str(folder), told=told)

    assert said.lines[0]["nodes"]["skp"] == "90.00"
    assert "more than 6 decimals" in said.lines[1]["reason"]


@pytest.mark.parametrize("engine", ["explain", "columns"])
@pytest.mark.parametrize("name", ["id.jatim.kota-surabaya", "id.jabar.kota-bandung", "id.kaltim.kota-samarinda"])
def test_decimals_as_strings_are_judged_like_numbers(neraca: Neraca, shipped: Any, name: str, engine: str) -> None:
    tests = shipped.get(name).policy.tests
    fields = ("facts", "ratings", "items", "surveys")
    answers: dict[str, str] = {}
    for form in ("string", "number"):
        encoder = msgspec.json.Encoder(decimal_format=form)  # pyright: ignore[reportArgumentType]
        told = "".join(f"{encoder.encode({f: getattr(one, f) for f in fields}).decode()}\n" for one in tests)
        assert ('":"9' in told) == (form == "string")
        answers[form] = neraca("policy", "evaluate", name, "--engine", engine, told=told).out

    assert answers["string"] == answers["number"]
    assert answers["string"].count('"status":"refused"') == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["evaluate", "kota-ujii"], "no policy 'kota-ujii' - did you mean 'kota-uji'?"),
        (["evaluate", "kota-uji@4"], "policy 'kota-uji' has no version 4 - there is 1"),
        (["evaluate", "tak-ada.yaml"], "no policy in 'tak-ada.yaml'"),
        (["explain", "kota-uji", "--test", "lain"], "no such test in kota-uji.yaml; there are «cukup untuk nilai»"),
    ],
)
def test_a_policy_that_is_not_there_is_named_with_those_that_are(
    neraca: Neraca, folder: Path, words: list[str], complaint: str
) -> None:
    said = neraca("policy", *words, "--root", str(folder), told="")

    assert said.code in (1, 2)
    assert complaint in said.err
    assert said.out == ""


def test_a_policy_with_mistakes_is_refused_with_them(neraca: Neraca, folder: Path, policy: str) -> None:
    (folder / "kota-uji.yaml").write_text(policy.replace("kehadiran: 10}", "kehadiran: 11}"))

    said = neraca("policy", "evaluate", "kota-uji", "--root", str(folder), told="{}")

    assert said.code == 1
    assert "weights sum to 101" in said.err


def test_an_explanation_names_formula_line_and_reference(neraca: Neraca, folder: Path, policy: str) -> None:
    said = neraca("policy", "explain", "kota-uji", "--root", str(folder))

    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "# cukup untuk nilai"
    assert lines[-1 if lines[-1] else -2].startswith("= final: baik  score 86.67")
    (node,) = [line for line in lines if line.startswith("  nodes/nilai:")]
    at = policy.splitlines().index("  nilai:", policy.splitlines().index("nodes:")) + 1
    assert f"kota-uji.yaml:{at}" in node
    assert "(hasil=90 x60, sikap=80 x30, kehadiran=? x10) -> 86.666667" in node
    assert "[Contoh: semua angka]" in node

    (told,) = neraca("policy", "explain", "kota-uji", "--root", str(folder), "--json").lines
    assert (told["case"], told["status"], told["score"]) == ("cukup untuk nilai", "final", "86.67")
    assert {step["path"] for step in told["steps"]} >= {"indicators/skp", "nodes/nilai"}


def test_policies_are_listed_with_their_dates(neraca: Neraca, folder: Path, policy: str) -> None:
    (folder / "lain.yaml").write_text(policy.replace("id: kota-uji", "id: lain").replace("rank: 2", "rank: 3"))

    assert neraca("policy", "list", "--root", str(folder)).out.splitlines() == [
        "kota-uji@1  2025-01-01 to ...  kota-uji.yaml",
        "lain@1  has mistakes: neraca check",
    ]
    (rows,) = neraca("policy", "list", "--root", str(folder), "--json").lines
    assert rows[0]["file"] == "kota-uji.yaml"
    assert rows[1] == {"id": "lain", "version": 1, "sound": False, "mistakes": 1}


def test_a_folder_stands_for_the_policies_in_it(neraca: Neraca, folder: Path, tmp_path: Path) -> None:
    every = neraca("policy", "test", "--root", str(folder))
    assert neraca("policy", "test", str(folder), "--root", str(folder)) == every

    (tmp_path / "kosong").mkdir()
    nothing = neraca("policy", "test", str(tmp_path / "kosong"), "--root", str(folder))
    assert nothing.code == 2
    assert f"no policy files in {tmp_path / 'kosong'}" in nothing.err


def test_our_policies_answer_their_own_tests(neraca: Neraca) -> None:
    said = neraca("policy", "test", SURABAYA)

    assert said.code == 0
    assert said.out.startswith("1 policy, ")
    assert said.out.endswith(" 0 failed\n")


def test_new_numbers_of_failing_tests_are_confirmed_one_by_one(neraca: Neraca, folder: Path, policy: str) -> None:
    file = folder / "kota-uji.yaml"
    wrong = policy.replace("predicate: baik, score: 86.67", "predicate: cukup, score: 86")
    file.write_text(wrong)

    refused = neraca("policy", "test", "--write", "--root", str(folder), told="n\nn\n")
    assert (refused.code, file.read_text()) == (1, wrong)
    assert "score: 86 -> 86.67" in refused.out
    assert "predicate: cukup -> baik" in refused.out

    one = neraca("policy", "test", "--write", "--root", str(folder), told="n\ny\n")
    assert (one.code, "predicate: cukup, score: 86.67" in file.read_text()) == (1, True)
    (comment,) = [line.strip() for line in file.read_text().splitlines() if line.strip().startswith("# nilai")]
    assert comment.endswith("= 86.666667")

    both = neraca("policy", "test", "--write", "--root", str(folder), told="y\n")
    assert (both.code, "predicate: baik, score: 86.67" in file.read_text()) == (0, True)
