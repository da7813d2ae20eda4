"""Credit points of BKN Regulation 3/2023: the forty cells, parts of a year, and what stops a conversion."""

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from neraca.domain.case import MICRO
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.compiled.rulebook import rulebook
from neraca.policy.engine.evaluation import evaluate, explain
from neraca.policy.findings import errors
from neraca.policy.library import Library
from neraca.policy.testing.cases import read

FOLDER = Path(__file__).parents[2] / "policies" / "nasional"
FILES = {name: (FOLDER / name).read_text() for name in ("angka-kredit.yaml", "angka-kredit-akumulasi.yaml")}
YEARLY, GATHERED = "id.nasional.angka-kredit", "id.nasional.angka-kredit.akumulasi"

SHARES = {"sangat_baik": 150, "baik": 100, "butuh_perbaikan": 75, "kurang": 50, "sangat_kurang": 25}
COEFFICIENTS = {
    "pemula": "3.75",
    "terampil": "5",
    "mahir": "12.5",
    "penyelia": "25",
    "ahli_pertama": "12.5",
    "ahli_muda": "25",
    "ahli_madya": "37.5",
    "ahli_utama": "50",
}
CELLS = {
    "pemula": ("5.63", "3.75", "2.81", "1.88", "0.94"),
    "terampil": ("7.50", "5.00", "3.75", "2.50", "1.25"),
    "mahir": ("18.75", "12.50", "9.38", "6.25", "3.13"),
    "penyelia": ("37.50", "25.00", "18.75", "12.50", "6.25"),
    "ahli_pertama": ("18.75", "12.50", "9.38", "6.25", "3.13"),
    "ahli_muda": ("37.50", "25.00", "18.75", "12.50", "6.25"),
    "ahli_madya": ("56.25", "37.50", "28.13", "18.75", "9.38"),
    "ahli_utama": ("75.00", "50.00", "37.50", "25.00", "12.50"),
}


@cache
def library() -> Library:
    return Library.read(FILES)[0]


@cache
def plan(id_: str) -> CompiledPolicy:
    return compile_resolved(library().get(id_))


def credited(level: str, predicate: str, months: int, id_: str = YEARLY, **more: str) -> EvaluationResult:
    facts = {"jenjang": level, "predikat_kinerja": predicate}
    numbers = {"bulan": str(months), **more}
    written = ", ".join(
        [*(f'"{k}": {json.dumps(v)}' for k, v in facts.items()), *(f'"{k}": {v}' for k, v in numbers.items())]
    )
    return evaluate(plan(id_), read(f'{{"facts": {{{written}}}}}'))


@pytest.mark.parametrize("level", CELLS)
def test_40_ak_cells(level: str) -> None:
    assert tuple(credited(level, predicate, 12).to_builtins()["score"] for predicate in SHARES) == CELLS[level]


@pytest.mark.parametrize("level", COEFFICIENTS)
def test_a_part_of_a_year_is_rounded_once_half_up(level: str) -> None:
    for predicate, percent in SHARES.items():
        for months in range(1, 13):
            exact = Fraction(percent, 100) * Fraction(COEFFICIENTS[level]) * Fraction(months, 12)
            cents = Fraction(exact * 100) + Fraction(1, 2)

            score = credited(level, predicate, months).score

            assert score == (cents.numerator // cents.denominator) * MICRO // 100
            whole = Decimal(exact.numerator) / Decimal(exact.denominator)
            assert score == int(whole.quantize(Decimal("0.01"), ROUND_HALF_UP) * MICRO)


def test_ak_2_08_and_20_83() -> None:
    year, months = credited("ahli_pertama", "sangat_baik", 12), credited("ahli_pertama", "baik", 2)
    both = credited("ahli_pertama", "baik", 2, GATHERED, angka_kredit_sebelumnya="18.75")

    assert [one.to_builtins()["score"] for one in (year, months, both)] == ["18.75", "2.08", "20.83"]


def test_it_gives_points_and_no_predicate() -> None:
    sheet = credited("mahir", "butuh_perbaikan", 12)

    assert (sheet.status, sheet.predicate, sheet.levels) == ("final", None, {})


def test_an_unknown_predicate_or_level_stops_it_and_says_which_there_are() -> None:
    unknown = credited("ahli_muda", "istimewa", 12)
    explained = explain(plan(YEARLY), read('{"facts": {"jenjang": "ahli", "predikat_kinerja": "baik", "bulan": 12}}'))
    note = next(step.note for step in explained.steps if step.path == "indicators/koefisien_tahunan")

    assert (unknown.status, unknown.score, unknown.path) == ("blocked", None, "indicators/persentase_predikat")
    assert "it reads facts/predikat_kinerja" in (unknown.reason or "")
    assert note == (
        "missing: no word 'ahli'; there are pemula, terampil, mahir, penyelia, ahli_pertama, ahli_muda, "
        "ahli_madya, ahli_utama"
    )


def test_the_trace_shows_each_factor_over_its_divisor_and_the_law() -> None:
    explained = explain(plan(YEARLY), read('{"facts": {"jenjang": "pemula", "predikat_kinerja": "baik", "bulan": 2}}'))
    step = explained.steps[-1]

    assert (step.kind, step.path, step.formula, step.value) == ("node", "nodes/angka_kredit", "product", "0.625")
    assert [(one.name, one.value, one.weight) for one in step.inputs] == [
        ("persentase_predikat", "100", "100"),
        ("koefisien_tahunan", "3.75", "1"),
        ("bulan", "2", "12"),
    ]
    assert step.ref == "per_bkn_3_2023_konversi"


def test_its_rulebook_knows_the_facts_and_has_no_workflow() -> None:
    rules = rulebook(plan(YEARLY), library().get(YEARLY).policy)

    assert rules.facts == {"predikat_kinerja", "jenjang", "bulan"}
    assert (rules.objection, rules.steps) == (None, {})


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("\nindicators:\n", "/indicators/persentase_predikat"),
        ("\nnodes:\n", "/nodes/angka_kredit"),
        ("\nnodes:\n", "/precision"),
    ],
)
def test_an_agency_may_not_credit_otherwise(written: str, where: str) -> None:
    mine = {
        "/indicators/persentase_predikat": "  persentase_predikat: {measure: {method: table, fact: predikat_kinerja, "
        "values: {sangat_baik: 200, baik: 100, butuh_perbaikan: 75, kurang: 50, sangat_kurang: 25}}}\n",
        "/nodes/angka_kredit": "  angka_kredit: {of: {persentase_predikat: 100, koefisien_tahunan: 1, bulan: 6}}\n",
        "/precision": "",
    }
    text = FILES["angka-kredit-akumulasi.yaml"].replace(written, f"{written}{mine[where]}")
    if where == "/precision":
        text = text.replace("\nscore:", "\nprecision: {rounding: ceil}\nscore:")

    _, found = Library.read({**FILES, "angka-kredit-akumulasi.yaml": text})

    assert where in [one.path for one in errors(found)]


def test_what_each_level_asks_for(shipped: Library) -> None:
    """For the next rank, and for the next level (BKN Regulation 3/2023, by one deck of slides)."""
    thresholds = shipped.get("id.nasional.angka-kredit.akumulasi").policy.thresholds

    assert {name: (need.rank, need.level) for name, need in thresholds.items()} == {
        "pemula": (15, 15),
        "terampil": (20, 60),
        "mahir": (50, 100),
        "penyelia": (100, None),
        "ahli_pertama": (50, 100),
        "ahli_muda": (100, 200),
        "ahli_madya": (150, 450),
        "ahli_utama": (200, None),
    }
