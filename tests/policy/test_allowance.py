"""Policies that say what is paid or credited: rupiah to the last one, and no predicate, classes or workflow needed."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neraca.domain.case import MICRO, Case
from neraca.policy.compiled.compilation import compile_resolved
from neraca.policy.compiled.rulebook import rulebook
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.findings import errors
from neraca.policy.library import Library
from neraca.policy.source.hashes import calc_hash, policy_hash
from neraca.policy.testing.runner import run

ROOT = Path(__file__).parents[2] / "policies"
FILES = {
    path: (ROOT / path).read_text()
    for path in (
        "surabaya/tpp-surabaya.yaml",
        "bandung/tpp-bandung.yaml",
        "nasional/angka-kredit.yaml",
        "nasional/angka-kredit-akumulasi.yaml",
    )
}
SURABAYA, BANDUNG = "id.jatim.kota-surabaya.tpp", "id.jabar.kota-bandung.tpp"
SHARES = {"sangat_baik": 100, "baik": 100, "butuh_perbaikan": 75, "kurang": 50, "sangat_kurang": 25}

HASHES = {
    "a-nasional-permenpanrb-6-2022.yaml": ("1d6c2f7830918bbc", "6be7f81b8e8ca3e3"),
    "b-nasional-pp-30-2019.yaml": ("f39970079e4fd61d", "ca8c83d3696c2dcf"),
    "b2-instansi-pp-30-2019-360.yaml": ("451a73d4278fac0a", "07669bfd0c93e8f4"),
    "c-kota-surabaya.yaml": ("98078d2a0b7eb96b", "67c9c0646ea006d8"),
    "d-kota-bandung.yaml": ("5e136b7b207f7fd4", "63d108d10be13086"),
    "e-gajahmungkur.yaml": ("ecb99b57b6b21fb3", "68f03c1012f139a8"),
    "e0-kota-semarang.yaml": ("e0f08c27bba60934", "420e27cb896b2543"),
    "f-kota-samarinda.yaml": ("1e587644aeed726f", "fcfc56ba98f372ee"),
    "g-kota-surakarta.yaml": ("28e883a807d3a15a", "32fd2018b50a79e9"),
}
"""The beginnings of each draft's policy and calculation hash: recorded results name them, so they never move."""


@cache
def library() -> Library:
    return Library.read(FILES)[0]


def found(changed: Mapping[str, str]) -> list[tuple[str, str]]:
    _, findings = Library.read({**FILES, **changed})
    return [(one.path, one.what) for one in findings]


def surabaya(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    name = "surabaya/tpp-surabaya.yaml"
    text = FILES[name]
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return found({name: text})


def test_the_hashes_of_the_drafts_stay(samples: Mapping[str, str]) -> None:
    there = Library.read(samples)[0]

    for name, (policy, calculation) in HASHES.items():
        resolved = there.by_file(name)
        assert policy_hash(resolved).startswith(policy), name
        assert calc_hash(resolved).startswith(calculation), name


@pytest.mark.parametrize("file", FILES)
def test_they_load_with_nothing_to_say_and_pass_their_own_tests(file: str) -> None:
    resolved = library().by_file(file)

    assert found({}) == []
    assert [one.differences for one in run(resolved) if not one.passed] == []
    assert resolved.policy.purpose in ("allowance", "credit")
    assert (resolved.policy.outcome, resolved.policy.workflow, resolved.policy.classify) == (None, None, {})


@given(
    st.integers(0, 6_000_000),
    st.sampled_from(sorted(SHARES)),
    st.integers(0, 120 * 100),
    st.none() | st.tuples(*[st.integers(0, 30)] * 3),
)
@settings(max_examples=150, deadline=None)
def test_surabaya_pays_to_the_rupiah(
    ceiling: int, predicate: str, score: int, absences: tuple[int, ...] | None
) -> None:
    case = Case(
        facts={"pagu_tpp": ceiling * MICRO, "predikat_kinerja": predicate, "nilai_kinerja": score * MICRO // 100}
    )
    productivity = min(Fraction(score, 100), Fraction(100))
    achieved = productivity
    if absences is not None:
        names = ("hari_tanpa_keterangan", "kali_terlambat", "kali_pulang_awal")
        case.facts |= {name: n * MICRO for name, n in zip(names, absences, strict=True)}
        discipline = max(100 - 5 * absences[0] - absences[1] - absences[2], 0)
        achieved = (60 * productivity + 40 * discipline) / 100
    rupiah = ceiling * Fraction(SHARES[predicate], 100) * achieved / 100

    sheet = evaluate(compile_resolved(library().get(SURABAYA)), case)

    assert sheet.score == int(rupiah + Fraction(1, 2)) * MICRO


def test_a_sum_larger_than_any_machine_number_loses_no_rupiah() -> None:
    facts = {"pagu_tpp": 999_999_999_999_999 * MICRO, "nilai_kinerja": 100 * MICRO, "nilai_perilaku": 100 * MICRO}

    sheet = evaluate(compile_resolved(library().get(BANDUNG)), Case(facts={**facts, "predikat_kinerja": "baik"}))

    assert sheet.score == 999_999_999_999_999 * MICRO


def test_the_facts_of_the_appraisal_reach_an_allowance_by_name() -> None:
    for id_ in (SURABAYA, BANDUNG):
        resolved = library().get(id_)
        rules = rulebook(compile_resolved(resolved), resolved.policy)
        assert {"predikat_kinerja", "nilai_kinerja"} <= rules.facts
        assert rules.objection is None


# What such a policy must and may not say.


def test_what_is_paid_needs_a_score() -> None:
    assert surabaya(("\nscore: tpp\n", "\n")) == [("", "missing key 'score'")]


def test_what_gives_a_predicate_still_needs_the_way_to_it() -> None:
    assert surabaya(("\npurpose: allowance ", "\n#")) == [
        ("", f"missing key '{key}'") for key in ("classify", "outcome", "scales", "workflow")
    ]


def test_what_is_paid_has_no_annual_evaluation() -> None:
    annual = ("policy_date: period_end}", "policy_date: period_end, annual: {combine: time_weighted}}")
    assert surabaya(annual) == [
        ("/period/annual", "a policy for allowance is no appraisal, and has no annual evaluation (silent no-effect)")
    ]


def test_an_unknown_purpose_is_the_only_mistake_told() -> None:
    assert [path for path, _ in surabaya(("purpose: allowance", "purpose: honour"))] == ["/purpose"]


def test_what_works_on_a_predicate_that_is_not_given_is_told() -> None:
    modifier = "modifiers:\n  sanksi: {when: {fact: sanksi, equals: true}, then: {max_predicate: kurang}}\n"
    distribution = (
        "distribution: {mode: advisory, cohort: unit, select_by: x, rounding: {max: floor, min: ceil}, "
        "curves: {a: {none_of: [kurang]}}}\n"
    )
    paths = [path for path, _ in surabaya(("\nscore: tpp\n", f"\nscore: tpp\n{modifier}{distribution}"))]

    assert {"/modifiers", "/distribution"} <= set(paths)


def test_a_test_can_expect_no_predicate_of_it() -> None:
    wrong = surabaya(("expect: {score: 2500001}", "expect: {score: 2500001, predicate: kurang}"))

    assert ("/tests/3/expect/predicate", "the policy gives no predicate") in wrong


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        (", kurang: 50, sangat", ", sangat", "/values", "no number for 'kurang', a predicate"),
        ("kurang: 50", "kurng: 50", "/values/kurng", "'kurng' is no predicate"),
        (
            "{sangat_baik: 100, baik: 100, butuh_perbaikan: 75, kurang: 50, sangat_kurang: 25}",
            "{}",
            "/values",
            "no words",
        ),
        (
            "baik: 100, butuh_perbaikan: 75, kurang: 50, sangat_kurang: 25",
            "baik: 100, butuh_perbaikan: 100, kurang: 100, sangat_kurang: 100",
            "/values",
            "every word is 100, so the fact counts for nothing",
        ),
    ],
)
def test_a_table_that_makes_no_sense_is_told(old: str, new: str, path: str, what: str) -> None:
    assert (f"/indicators/bagian_predikat/measure{path}", what) in surabaya((old, new))


def test_a_table_by_predicate_is_held_to_the_predicates_or_said_to_be_loose() -> None:
    text = FILES["surabaya/tpp-surabaya.yaml"]
    start, end = text.index("predicates: "), text.index("\nindicators:")

    what = "nobody can tell whether every predicate is in this table"
    assert found({"surabaya/tpp-surabaya.yaml": text[:start] + text[end:]}) == [
        ("/indicators/bagian_predikat/measure/values", what)
    ]


def test_a_fact_is_a_word_or_a_number_but_not_both() -> None:
    wrong = surabaya(("fact: predikat_kinerja", "fact: nilai_kinerja"))

    assert any("'nilai_kinerja' is a number here, but a word in" in what for _, what in wrong)


def test_two_tables_by_one_fact_know_the_same_words() -> None:
    second = (
        "  tunjangan_jenjang:\n    label: {id: Tunjangan jenjang}\n    unit: rupiah\n"
        "    measure: {method: table, fact: jenjang, values: {ahli_muda: 2, ahli_madya: 3}}\n"
    )
    text = FILES["nasional/angka-kredit.yaml"].replace("\nnodes:\n", f"\n{second}nodes:\n")
    text = text.replace("bulan: 12}\n    ref", "bulan: 12, tunjangan_jenjang: 1}\n    ref")

    whats = [what for path, what in found({"nasional/angka-kredit.yaml": text}) if "tunjangan_jenjang" in path]

    assert "no number for 'pemula', a word of 'jenjang' in indicator 'koefisien_tahunan'" in whats


@pytest.mark.parametrize("divisor", ["0", "-100"])
def test_no_factor_is_divided_by_zero_or_less(divisor: str) -> None:
    wrong = surabaya(("bagian_predikat: 100,", f"bagian_predikat: {divisor},"))

    assert ("/nodes/tpp/of/bagian_predikat", f"divisor is {divisor}") in wrong


def test_a_product_has_no_weights() -> None:
    wrong = surabaya(("combine: product\n", "combine: product\n    min_weight_present: 50\n"))

    assert [path for path, _ in wrong if path.startswith("/nodes")] == ["/nodes/tpp/min_weight_present"]


def test_divisors_need_not_sum_to_100() -> None:
    assert errors(Library.read(FILES)[1]) == []
