"""What the law's own tables say, case by case: the nine quadrants, the bands at their edges, 70/30 and 60/40."""

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
from neraca.policy.library import Library
from neraca.policy.numbers import micro, printed
from neraca.policy.testing.cases import read

SAMPLES = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "samples").glob("*.yaml"))}
NATIONAL = "a-nasional-permenpanrb-6-2022.yaml"


@cache
def samples() -> Library:
    return Library.read(SAMPLES)[0]


PP_30 = "b-nasional-pp-30-2019.yaml"
PP_30_360 = "b2-instansi-pp-30-2019-360.yaml"


def plan_of(file: str) -> CompiledPolicy:
    return compile_resolved(samples().by_file(file))


def judged(file: str, case: object) -> EvaluationResult:
    return evaluate(plan_of(file), read(json.dumps(case)))


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
def test_the_quadrant_of_permenpanrb_6_2022(result: str, behaviour: int, predicate: str) -> None:
    case = {"ratings": {"*": {"atasan": [behaviour]}}, "items": {"skp": [{"level": result}]}}

    assert judged(NATIONAL, case).predicate == predicate


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
def test_the_bands_of_pp_30_2019(points: str, new_idea: bool | None, predicate: str) -> None:
    sheet = scored(points, new_idea)

    assert (sheet.predicate, sheet.score) == (predicate, micro(Decimal(points)))


def test_an_achievement_counts_at_most_120() -> None:
    case = {
        "ratings": {"*": {"atasan": [120]}},
        "items": {"skp": [{"target": 100, "actual": 500, "weight": 100}]},
    }

    sheet = judged(PP_30, case)

    assert (sheet.nodes["skp"], sheet.score) == (120 * MICRO, 120 * MICRO)


def test_70_30_alone_and_60_40_with_peers_and_subordinates() -> None:
    items = {"skp": [{"target": 100, "actual": 100, "weight": 100}]}
    alone = judged(PP_30, {"ratings": {"*": {"atasan": [50]}}, "items": items})
    groups = {"atasan": [50], "rekan": [50, 50, 50], "bawahan": [50, 50, 50]}
    heard = judged(PP_30_360, {"ratings": {"*": groups}, "items": items})

    assert (alone.to_builtins()["score"], heard.to_builtins()["score"]) == ("85.00", "80.00")


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
