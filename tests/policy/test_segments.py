"""A period in parts: final values are weighed by months, and the rule at its end says what they are called."""

from decimal import Decimal

import pytest

from neraca.domain.case import Case
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.engine.segments import Segment, joined
from neraca.policy.library import Library
from neraca.policy.numbers import micro, printed

HEAD = """
schema: asn-policy/1
id: {id}
version: 1
purpose: predicate
scope: {{level: city, code: "9999"}}
title: {{id: Uji}}
effective: {{from: "2021-01-01", to: null}}
references:
  contoh: {{title: Contoh, status: illustrative}}
period: {{cycle: year, start: "01-01", policy_date: period_end, segments: {{combine: time_weighted, unit: month}}}}
precision: {{intermediate: 6, final: {places}, rounding: half_up, classify_on: final}}
scales: {{}}
panels: {{}}
predicates:
  baik: {{rank: 3, label: {{id: Baik}}}}
  cukup: {{rank: 2, label: {{id: Cukup}}}}
  kurang: {{rank: 1, label: {{id: Kurang}}}}
workflow:
  steps: {{nilai: {{role: pejabat_penilai, within: P14D, distinct_from: [pegawai]}}}}
  objection: {{within: P14D, to: atasan_pejabat_penilai, grounds_required: true, final: true, ref: contoh}}
indicators:
  hasil: {{label: {{id: Hasil}}, unit: nilai, ref: contoh, measure: {{method: index, fact: hasil}}, missing: block}}
  perilaku:
    {{label: {{id: Sikap}}, unit: nilai, ref: contoh, measure: {{method: index, fact: perilaku}}, missing: {missing}}}
"""
SCORED = """
nodes:
  {node}: {{label: {{id: Nilai}}, combine: weighted_mean, of: {{hasil: {hasil}, perilaku: {perilaku}}}, ref: contoh}}
classify:
  predikat: {{kind: bands, node: {node}, bands: {{baik: {{from: {baik}}}, cukup: {{from: 60}}, kurang: {{from: min}}}}}}
outcome: predikat
score: {node}
modifiers:
  hukuman: {{when: {{fact: hukuman_disiplin, in: [berat]}}, then: {{max_predicate: kurang}}, ref: contoh}}
"""
MATRIX = """
nodes:
  kerja: {{label: {{id: Kerja}}, combine: mean, of: {{hasil: 1}}, ref: contoh}}
  {sikap}: {{label: {{id: Sikap}}, combine: mean, of: {{perilaku: 1}}, ref: contoh}}
classify:
  tingkat_kerja: {{kind: bands, node: kerja, bands: {{atas: {{from: 80}}, bawah: {{from: min}}}}}}
  tingkat_sikap: {{kind: bands, node: {sikap}, bands: {{atas: {{from: 80}}, bawah: {{from: min}}}}}}
  predikat:
    kind: matrix
    rows: tingkat_kerja
    cols: tingkat_sikap
    table:
      atas: {{atas: baik, bawah: kurang}}
      bawah: {{atas: cukup, bawah: kurang}}
outcome: predikat
"""


def policy(text: str, **words: object) -> CompiledPolicy:
    written = (HEAD + text).format_map({"id": "uji", "places": 2, "missing": "block", **words})
    library, _ = Library.read({"uji.yaml": written})
    return compile_resolved(library.by_file("uji.yaml"))


OLD = policy(SCORED, id="pp-46-2011", node="nilai_prestasi", hasil=60, perilaku=40, baik=76)
NEW = policy(SCORED, id="permen-8-2021", node="nilai_kinerja", hasil=70, perilaku=30, baik=90)


def facts(hasil: str, perilaku: str | None, **more: str) -> Case:
    numbers = {"hasil": hasil} | ({} if perilaku is None else {"perilaku": perilaku})
    return Case(facts={name: micro(Decimal(value)) for name, value in numbers.items()} | more)


def segment(months: int, plan: CompiledPolicy, case: Case) -> Segment:
    return Segment(months, plan, evaluate(plan, case))


def test_2021_is_half_under_each_of_two_rules() -> None:
    first = segment(6, OLD, facts("80", "90"))
    second = segment(6, NEW, facts("95", "92.17"))

    whole = joined([first, second], Case())

    # 0.6 x 80 + 0.4 x 90 = 84.00 (Baik under the first); 0.7 x 95 + 0.3 x 92.17 = 94.151 -> 94.15 (Baik)
    # (6 x 84.00 + 6 x 94.15) / 12 = 89.075 -> 89.08, below the 90 of the rule at the end
    assert [printed(one.sheet.score or 0, 2) for one in (first, second)] == ["84.00", "94.15"]
    assert [one.sheet.predicate for one in (first, second)] == ["baik", "baik"]
    assert (whole.status, printed(whole.score or 0, 2), whole.predicate) == ("final", "89.08", "cukup")
    assert whole.to_builtins()["nodes"] == {"hasil": "87.50", "perilaku": "91.09", "nilai_kinerja": "89.08"}


@pytest.mark.parametrize(
    ("months", "score", "predicate"),
    [((5, 7), "90.83", "baik"), ((7, 5), "89.17", "cukup"), ((1, 11), "94.17", "baik"), ((11, 1), "85.83", "cukup")],
)
def test_a_new_post_weighs_by_its_months(months: tuple[int, int], score: str, predicate: str) -> None:
    # (5 x 85 + 7 x 95) / 12 = 90.8333...; (7 x 85 + 5 x 95) / 12 = 89.1666...
    cases = (facts("85", "85"), facts("95", "95"))

    whole = joined([segment(n, NEW, case) for n, case in zip(months, cases, strict=True)], cases[-1])

    assert (printed(whole.score or 0, 2), whole.predicate) == (score, predicate)


def test_one_segment_is_the_period_itself() -> None:
    case = facts("91.5", "88.25")

    assert joined([segment(12, NEW, case)], case) == evaluate(NEW, case)


def test_a_value_is_rounded_once_to_the_places_of_the_rule_at_the_end() -> None:
    whole_numbers = policy(SCORED, node="nilai_kinerja", hasil=70, perilaku=30, baik=90, places=0)

    whole = joined([segment(6, NEW, facts("89.99", "89.99")), segment(6, whole_numbers, facts("90", "90"))], Case())

    # (89.99 + 90) / 2 = 89.995: to 0 places 90, in one step
    assert (printed(whole.score or 0, whole.places), whole.predicate) == ("90", "baik")


def test_final_values_are_joined_not_what_is_behind_them() -> None:
    # 84.445 prints as 84.45 (half up); joined with 84.44 it is 84.445 again, so 84.45
    first = segment(6, NEW, facts("84.445", "84.445"))

    whole = joined([first, segment(6, NEW, facts("84.44", "84.44"))], Case())

    assert printed(whole.score or 0, 2) == "84.45"


def test_a_sanction_still_bounds_the_predicate_of_the_whole() -> None:
    case = facts("99", "99", hukuman_disiplin="berat")

    whole = joined([segment(6, NEW, facts("99", "99")), segment(6, NEW, facts("99", "99"))], case)

    assert (printed(whole.score or 0, 2), whole.predicate) == ("99.00", "kurang")


def test_a_blocked_segment_blocks_the_whole_and_says_which() -> None:
    whole = joined([segment(5, OLD, facts("80", None)), segment(7, NEW, facts("90", "90"))], Case())

    assert (whole.status, whole.score, whole.predicate) == ("blocked", None, None)
    assert (whole.reason or "").startswith("segment 1, 5 months under pp-46-2011@1: indicators/perilaku is missing")


def test_what_one_segment_lacks_the_whole_lacks() -> None:
    lenient = policy(SCORED, node="nilai_kinerja", hasil=70, perilaku=30, baik=90, missing="renormalise")

    whole = joined([segment(6, lenient, facts("90", None)), segment(6, lenient, facts("92", "80"))], Case())

    # 90.00 and 0.7 x 92 + 0.3 x 80 = 88.40
    assert whole.to_builtins()["nodes"] == {"hasil": "91.00", "perilaku": None, "nilai_kinerja": "89.20"}
    assert whole.status == "final"


def test_a_matrix_judges_the_joined_rows_and_columns() -> None:
    plan = policy(MATRIX, sikap="sikap")
    first, second = segment(3, plan, facts("70", "90")), segment(9, plan, facts("90", "74"))

    whole = joined([first, second], Case())

    # hasil (3 x 70 + 9 x 90) / 12 = 85.00 is above, sikap (3 x 90 + 9 x 74) / 12 = 78.00 below
    assert (first.sheet.predicate, second.sheet.predicate) == ("cukup", "kurang")
    assert whole.levels == {"tingkat_kerja": "atas", "tingkat_sikap": "bawah", "predikat": "kurang"}
    assert (whole.status, whole.score, whole.predicate) == ("final", None, "kurang")


def test_a_matrix_cannot_judge_what_the_rule_before_did_not_have() -> None:
    before, after = policy(MATRIX, sikap="budaya"), policy(MATRIX, sikap="sikap")

    whole = joined([segment(6, before, facts("90", "90")), segment(6, after, facts("90", "90"))], Case())

    assert whole.status == "blocked"
    assert whole.path == "classify/tingkat_sikap"
    assert whole.reason == "segment 1, 6 months under uji@1: it has no 'sikap', by which uji@1 judges"


def test_a_score_cannot_be_joined_with_none() -> None:
    whole = joined(
        [segment(6, policy(MATRIX, sikap="sikap"), facts("90", "90")), segment(6, NEW, facts("90", "90"))], Case()
    )

    assert (whole.status, whole.path) == ("blocked", "score")
    assert whole.reason == "segment 1, 6 months under uji@1: it has no score to join"


def test_a_whole_that_one_segment_blocks_shows_its_levels_but_not_that_of_the_outcome() -> None:
    """The rule before judged something more, which is missing; all that the rule at the end judges is there."""
    more = MATRIX.replace(
        "classify:", "  rapat: {{label: {{id: Rapat}}, combine: mean, of: {{hadir: 1}}, ref: contoh}}\nclassify:"
    )
    present = """
  hadir: {{label: {{id: Hadir}}, unit: nilai, ref: contoh, measure: {{method: index, fact: hadir}}, missing: block}}
"""
    before, after = policy(present + more + "score: rapat\n", sikap="sikap"), policy(MATRIX, sikap="sikap")

    whole = joined([segment(6, before, facts("90", "90")), segment(6, after, facts("80", "60"))], Case())

    assert (whole.status, whole.score, whole.predicate, whole.path) == ("blocked", None, None, "indicators/hadir")
    assert whole.reason is not None
    assert whole.reason.startswith("segment 1, 6 months under uji@1: indicators/hadir is missing")
    assert whole.levels == {"tingkat_kerja": "atas", "tingkat_sikap": "bawah"}
    assert whole.to_builtins()["nodes"] == {"hasil": "85.00", "perilaku": "75.00", "kerja": "85.00", "sikap": "75.00"}


@pytest.mark.parametrize("months", [(), (0,), (6, 0)])
def test_segments_are_of_whole_months(months: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least one month"):
        joined([segment(n, NEW, facts("90", "90")) for n in months], Case())
