"""What the law's own tables say, case by case, of the policies as they are shipped: each test is named after its row.

Beside these: the 40 cells of credit points and 2.08 and 20.83 in test_credit.py, 2021 half and half in
service/test_year_2021.py, and what is about people and days with the rules of people and days.
"""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from neraca.domain.case import MICRO, Case
from neraca.policy.compiled.classification import Bands
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.impact.distribution import limits
from neraca.policy.library import Library
from neraca.policy.numbers import micro, printed
from neraca.policy.source.inheritance import Resolved
from neraca.policy.testing.cases import read

SAMPLES = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "samples").glob("*.yaml"))}
SHIPPED = {
    path.name: path.read_text() for path in sorted((Path(__file__).parents[2] / "policies/nasional").glob("*.yaml"))
}
NATIONAL = "a-nasional-permenpanrb-6-2022.yaml"
LAW, GUIDE, DAILY = (f"permenpanrb-6-2022{form}.yaml" for form in ("", "-pedoman", "-harian"))
PP_30, PP_30_360, PP_30_STAFF = (f"pp-30-2019{form}.yaml" for form in ("", "-360", "-360-staf"))


@cache
def resolved(file: str) -> Resolved:
    """Of the shipped policies, or of the drafts among the samples."""
    return (shipped() if file in SHIPPED else samples()).by_file(file)


@cache
def shipped() -> Library:
    return Library.read(SHIPPED)[0]


@cache
def samples() -> Library:
    return Library.read(SAMPLES)[0]


def plan_of(file: str) -> CompiledPolicy:
    return compile_resolved(resolved(file))


def judged(file: str, case: object) -> EvaluationResult:
    return evaluate(plan_of(file), read(json.dumps(case)))


@pytest.mark.parametrize("file", [LAW, GUIDE, DAILY])
@pytest.mark.parametrize(
    ("result", "behaviour", "predicate"),
    [
        ("di_atas", 1, "kurang"),
        ("di_atas", 2, "baik"),
        ("di_atas", 3, "sangat_baik"),
        ("sesuai", 1, "kurang"),
        ("sesuai", 2, "baik"),
        ("sesuai", 3, "baik"),
        ("di_bawah", 1, "sangat_kurang"),
        ("di_bawah", 2, "butuh_perbaikan"),
        ("di_bawah", 3, "butuh_perbaikan"),
    ],
)
def test_9_quadrant_cells(file: str, result: str, behaviour: int, predicate: str) -> None:
    case = {"ratings": {"*": {"atasan": [behaviour]}}, "items": {"skp": [{"level": result}]}}

    assert judged(file, case).predicate == predicate


BROKEN_OFF = {"putus_tugas_belajar": True}
BY_BEHAVIOUR = [(1, "sangat_kurang"), (2, "kurang"), (3, "kurang")]


@pytest.mark.parametrize("file", [LAW, GUIDE, DAILY])
@pytest.mark.parametrize("result", ["di_bawah", "sesuai", "di_atas"])
@pytest.mark.parametrize(("behaviour", "predicate"), BY_BEHAVIOUR)
def test_drop_out_with_plan(file: str, result: str, behaviour: int, predicate: str) -> None:
    ratings = {"*": {"atasan": [behaviour]}}
    case = {"facts": BROKEN_OFF, "ratings": ratings, "items": {"skp": [{"level": result}]}}

    assert judged(file, case).predicate == predicate


@pytest.mark.parametrize("file", [LAW, GUIDE, DAILY])
@pytest.mark.parametrize(("behaviour", "predicate"), BY_BEHAVIOUR)
def test_drop_out_without_plan(file: str, behaviour: int, predicate: str) -> None:
    """Nothing but the behaviour is known; who finished the study is not judged at all without results."""
    ratings = {"*": {"atasan": [behaviour]}}
    sheet = judged(file, {"facts": BROKEN_OFF, "ratings": ratings})

    assert (sheet.status, sheet.predicate, sheet.score) == ("final", predicate, None)
    assert judged(file, {"facts": {"putus_tugas_belajar": False}, "ratings": ratings}).status == "blocked"
    assert judged(file, {"facts": BROKEN_OFF}).status == "blocked"


def scored(points: str, new_idea: bool | None) -> EvaluationResult:
    number = '{"ratings": {"*": {"atasan": [%s]}}, "items": {"skp": [{"target": 100, "actual": %s, "weight": 100}]}'
    facts = "" if new_idea is None else f', "facts": {{"ide_baru_bermanfaat": {json.dumps(new_idea)}}}'
    return evaluate(plan_of(PP_30), read(number % (points, points) + facts + "}"))


@pytest.mark.parametrize(
    ("points", "new_idea", "predicate"),
    [
        ("49.99", None, "sangat_kurang"),
        ("50", None, "kurang"),
        ("69.99", None, "kurang"),
        ("70", None, "cukup"),
        ("89.99", True, "cukup"),
        ("90", True, "baik"),
        ("90", False, "baik"),
        ("109.99", True, "baik"),
        ("110", True, "sangat_baik"),
        ("110", False, "baik"),
        ("110", None, "baik"),
        ("120", True, "sangat_baik"),
        ("120", False, "baik"),
    ],
)
def test_pp_30_bands_with_and_without_innovation(points: str, new_idea: bool | None, predicate: str) -> None:
    sheet = scored(points, new_idea)

    assert (sheet.predicate, sheet.score) == (predicate, micro(Decimal(points)))


def test_cap_120() -> None:
    case = {
        "ratings": {"*": {"atasan": [120]}},
        "items": {"skp": [{"target": 100, "actual": 500, "weight": 100}]},
    }

    sheet = judged(PP_30, case)

    assert (sheet.nodes["skp"], sheet.score) == (120 * MICRO, 120 * MICRO)


def test_70_30_and_60_40() -> None:
    items = {"skp": [{"target": 100, "actual": 100, "weight": 100}]}
    alone = judged(PP_30, {"ratings": {"*": {"atasan": [50]}}, "items": items})
    groups = {"atasan": [50], "rekan": [50, 50, 50], "bawahan": [50, 50, 50]}
    heard = judged(PP_30_360, {"ratings": {"*": groups}, "items": items})

    staff = judged(PP_30_STAFF, {"ratings": {"*": {"atasan": [50], "rekan": [50, 50, 50]}}, "items": items})

    assert [one.to_builtins()["score"] for one in (alone, heard, staff)] == ["85.00", "80.00", "80.00"]


SHARES = {
    "istimewa": ((3, "sangat_baik <= 2"), (10, "sangat_baik <= 7"), (100, "sangat_baik <= 70")),
    "baik": (
        (3, "baik <= 2, butuh_perbaikan + kurang >= 1"),
        (10, "baik <= 7, butuh_perbaikan + kurang >= 1"),
        (100, "baik <= 70, butuh_perbaikan + kurang >= 1"),
    ),
    "butuh_perbaikan": (
        (3, "butuh_perbaikan >= 2, sangat_baik <= 0"),
        (10, "butuh_perbaikan >= 6, sangat_baik <= 1"),
        (100, "butuh_perbaikan >= 60, sangat_baik <= 10"),
    ),
    "kurang": (
        (3, "kurang >= 2, butuh_perbaikan >= 1, sangat_baik <= 0"),
        (10, "kurang >= 6, butuh_perbaikan >= 1, sangat_baik <= 1"),
        (100, "kurang >= 60, butuh_perbaikan >= 10, sangat_baik <= 10"),
    ),
    "sangat_kurang": (
        (3, "sangat_kurang >= 2, kurang + butuh_perbaikan >= 1, sangat_baik <= 0"),
        (10, "sangat_kurang >= 6, kurang + butuh_perbaikan >= 1, sangat_baik <= 0"),
        (100, "sangat_kurang >= 60, kurang + butuh_perbaikan >= 10, sangat_baik <= 0"),
    ),
}
"""SE MenPANRB 3/2023, as people: shares at most are rounded down, shares at least are rounded up."""


@pytest.mark.parametrize("curve", SHARES)
def test_distribution_table_at_3_10_and_100(curve: str) -> None:
    rule = resolved(LAW).policy.distribution
    assert rule is not None

    for people, asked in SHARES[curve]:
        found = limits(rule, rule.curves[curve], people, {})
        told = [
            (" + ".join(one.predicates), "<=" if one.kind in ("max", "none_of") else ">=", one.limit) for one in found
        ]
        assert ", ".join(f"{names} {sign} {limit}" for names, sign, limit in told) == asked


@pytest.mark.parametrize(
    ("file", "written", "instead", "said"),
    [
        pytest.param(
            PP_30, "of: {skp: 70, perilaku: 30}", "of: {skp: 60, perilaku: 60}", "weights sum to 120", id="60+60"
        ),
        pytest.param(
            LAW,
            "sesuai: {di_atas: baik, sesuai",
            "sesuai: {sesuai",
            "no cell for 'sesuai' x 'di_atas'",
            id="missing cell",
        ),
    ],
)
def test_lints(file: str, written: str, instead: str, said: str) -> None:
    assert SHIPPED[file].count(written) == 1

    found = Library.read({**SHIPPED, file: SHIPPED[file].replace(written, instead)})[1]

    assert any(said in one.what for one in found if one.severity == "error"), [str(one) for one in found]


def test_a_tie_at_the_last_printed_place_goes_up_and_is_judged_as_printed() -> None:
    def mean_of(above: int) -> EvaluationResult:
        levels = ["di_atas"] * above + ["sesuai"] * (1000 - above)
        return judged(NATIONAL, {"ratings": {"*": {"atasan": [2]}}, "items": {"skp": [{"level": x} for x in levels]}})

    at, under = mean_of(495), mean_of(494)

    assert (at.to_builtins()["nodes"]["hasil_kerja"], at.levels["hasil_kerja"]) == ("2.50", "di_atas")  # type: ignore[index]
    assert (under.to_builtins()["nodes"]["hasil_kerja"], under.levels["hasil_kerja"]) == ("2.49", "sesuai")  # type: ignore[index]


def test_four_thirds_of_peers_is_exactly_at_the_line() -> None:
    case = {
        "ratings": {"*": {"atasan": [3], "rekan": [1, 1, 2]}},
        "items": {"skp": [{"target": 1, "actual": 1, "weight": 50}, {"target": 1, "actual": 1, "weight": 50}]},
    }

    sheet = judged("c-kota-surabaya.yaml", case)

    assert (sheet.nodes["perilaku"], sheet.levels["perilaku"]) == (2_500_000, "di_atas")


@pytest.mark.parametrize("file", SAMPLES)
def test_every_band_of_every_draft_begins_exactly_where_it_says(file: str) -> None:
    plan = plan_of(file)
    facts = Case(facts={path.removeprefix("facts/"): True for path in plan.judges})
    for one in plan.classifiers:
        if not isinstance(one, Bands):
            continue
        for band, below in zip(one.bands, one.bands[1:], strict=False):
            assert band.low is not None
            finals: list[int | None] = [None] * len(plan.steps)
            for nudge, level in ((-10_000, below.level), (0, band.level), (10_000, band.level)):
                finals[one.at] = band.low + nudge
                assert one.level(facts, finals, {}) == level, printed(band.low + nudge, 2)
