"""What a policy's tests find and what would stand in their place: every word and number on one worked policy."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from msgspec.structs import replace

from neraca.policy.compiled.compilation import compile_resolved
from neraca.policy.compiled.result import Input, Step
from neraca.policy.library import Library
from neraca.policy.model import Expectation, PolicyTest
from neraca.policy.model import TestItem as Given
from neraca.policy.source.inheritance import Resolved
from neraca.policy.testing.expectations import Proposed, _calculation, proposals, rewritten
from neraca.policy.testing.runner import TestOutcome as Outcome
from neraca.policy.testing.runner import run, tried

FILE = "b-nasional-pp-30-2019.yaml"

# 0.7 x 112 + 0.3 x 115 = 112.9 is the score of the first, without a rating there is none of the second.
TESTS = """tests:
  - name: semua salah
    facts: {ide_baru_bermanfaat: false}
    ratings: {"*": {atasan: [115]}}
    items: {skp: [{target: 10, actual: 13, weight: 60}, {target: 5, actual: 5, weight: 40}]}
    expect:
      predicate: 'sangat_baik'
      score: 112.91               # a comment stays
      nodes: {skp: 111, "perilaku": null, komitmen: 115}
      levels: {predikat: "kurang"}
  - name: terhenti
    items: {skp: [{target: 10, actual: 13, weight: 100}]}
    expect:
      {status: final, predicate: baik, score: 1,
      nodes: {skp: 119, perilaku: 1, nilai_kinerja: null},
      levels: {predikat: baik}}
  - name: tak terhenti
    ratings: {"*": {atasan: [115]}}
    items: {skp: [{target: 10, actual: 13, weight: 60}, {target: 5, actual: 5, weight: 40}]}
    expect: {status: blocked}
  - name: benar
    ratings: {"*": {atasan: [115]}}
    items: {skp: [{target: 10, actual: 13, weight: 60}, {target: 5, actual: 5, weight: 40}]}
    expect: {status: final, predicate: baik, score: 112.9, nodes: {skp: 112}, levels: {predikat: baik}}
"""


def with_tests(samples: Mapping[str, str], tests: str) -> Resolved:
    text, found, _ = samples[FILE].partition("tests:\n")
    assert found
    return Library.read({FILE: text + tests})[0].by_file(FILE)


@pytest.fixture
def wrong(samples: Mapping[str, str]) -> Resolved:
    return with_tests(samples, TESTS)


WHY = " (indicators/orientasi_pelayanan: 0 of at least 1 ratings from atasan (ratings/*/atasan))"


def test_each_difference_is_told_with_what_came_out(wrong: Resolved) -> None:
    assert run(wrong) == [
        Outcome(
            "semua salah",
            False,
            (
                "predicate: expected sangat_baik, got baik",
                "score: expected 112.91, got 112.90",
                "nodes/skp: expected 111, got 112.00",
                "nodes/perilaku: expected missing, got 115.00",
                "levels/predikat: expected kurang, got baik",
            ),
        ),
        Outcome(
            "terhenti",
            False,
            (
                f"status: expected final, got blocked{WHY}",
                f"predicate: expected baik, got none{WHY}",
                f"score: expected 1, got missing{WHY}",
                "nodes/skp: expected 119, got 120.00",
                "nodes/perilaku: expected 1, got missing",
                f"levels/predikat: expected baik, got none{WHY}",
            ),
        ),
        Outcome("tak terhenti", False, ("status: expected blocked, got final",)),
        Outcome("benar", True, ()),
    ]


def test_what_can_never_be_met_is_told_too(wrong: Resolved) -> None:
    test = wrong.policy.tests[-1]
    plan = compile_resolved(wrong)

    def differences(expect: Expectation) -> tuple[str, ...]:
        return tried(plan, replace(test, expect=expect)).differences

    assert differences(Expectation(nodes={"skpp": None, "komitmen": Decimal("115.0000001")})) == (
        "nodes/skpp: no such node or indicator - did you mean 'skp'?",
        "nodes/komitmen: expected 115.0000001, got 115.00",
    )
    assert differences(Expectation(score=Decimal("112.9000001"))) == ("score: expected 112.9000001, got 112.90",)
    # Nobody writes 1E-7.
    tiny = Decimal("0.0000001")
    assert differences(Expectation(score=tiny, nodes={"komitmen": tiny})) == (
        "score: expected 0.0000001, got 112.90",
        "nodes/komitmen: expected 0.0000001, got 115.00",
    )
    assert differences(Expectation(levels={"lain": "baik"})) == ("levels/lain: expected baik, got none",)
    assert differences(Expectation()) == ()


def test_a_case_that_cannot_be_judged_is_told_and_nothing_proposed_for_it(wrong: Resolved) -> None:
    first = wrong.policy.tests[0]

    def rated(rating: str, **ratings: str) -> PolicyTest:
        given = {indicator: {"atasan": [Decimal(x)]} for indicator, x in (("*", rating), *ratings.items())}
        return replace(first, name=rating, ratings=given)

    tests = [
        rated("115.0000001"),
        rated("121", komitmen="-1"),
        replace(first, items={"skp": [Given(target=Decimal(1), actual=Decimal(1))]}),
    ]
    broken = replace(wrong, policy=replace(wrong.policy, tests=tests))

    assert run(broken) == [
        Outcome(
            "115.0000001",
            False,
            ("ratings/*/atasan/0: 115.0000001 has more than 6 decimals; round it where it is recorded",),
        ),
        Outcome(
            "121",
            False,
            (
                "ratings/*/atasan/0: 121 is not on the scale nilai_120 (0 to 120 in steps of 0.01)",
                "ratings/komitmen/atasan/0: -1 is not on the scale nilai_120 (0 to 120 in steps of 0.01)",
            ),
        ),
        Outcome("semua salah", False, ("items/skp/0/weight: this policy wants a weight declared for each, 0 or more",)),
    ]
    assert list(proposals(broken)) == []


SKP = "skp: items: weighted mean: 60 x 120, 40 x 100 = 112; bounds: min 0, max 120 = 112"
STOPPED = "skp: items: weighted mean: 100 x 120 = 120; bounds: min 0, max 120 = 120"
BEHAVIOUR = "perilaku: weighted_mean: 25 x 115, 25 x 115, 25 x 115, 25 x 115 = 115"
MISSING = "perilaku: weighted_mean: 25 x missing, 25 x missing, 25 x missing, 25 x missing = missing"
SCORE = "nilai_kinerja: weighted_mean: 70 x 112, 30 x 115 = 112.9; bounds: min 0, max 120 = 112.9"


def test_what_came_out_is_proposed_where_the_other_stands_with_the_sum(wrong: Resolved) -> None:
    """Where nothing came out, no number can be proposed: of a blocked case only the status is, and what is missing."""
    first = wrong.sources[FILE].split("\n").index("  - name: semua salah") + 1

    assert [replace(one, line=one.line - first) for one in proposals(wrong)] == [
        Proposed("semua salah", "predicate", 5, 18, "'sangat_baik'", "baik", ""),
        Proposed("semua salah", "score", 6, 14, "112.91", "112.90", SCORE),
        Proposed("semua salah", "nodes/skp", 7, 20, "111", "112.00", SKP),
        Proposed("semua salah", "nodes/perilaku", 7, 37, "null", "115.00", BEHAVIOUR),
        Proposed("semua salah", "levels/predikat", 8, 26, '"kurang"', "baik", ""),
        Proposed("terhenti", "status", 12, 16, "final", "blocked", ""),
        Proposed("terhenti", "nodes/skp", 13, 20, "119", "120.00", STOPPED),
        Proposed("terhenti", "nodes/perilaku", 13, 35, "1", "null", MISSING),
        Proposed("tak terhenti", "status", 18, 22, "blocked", "final", ""),
    ]


REWRITTEN = f"""\
  - name: semua salah
    facts: {{ide_baru_bermanfaat: false}}
    ratings: {{"*": {{atasan: [115]}}}}
    items: {{skp: [{{target: 10, actual: 13, weight: 60}}, {{target: 5, actual: 5, weight: 40}}]}}
    expect:
      predicate: baik
      # {SCORE}
      score: 112.90               # a comment stays
      # {SKP}
      # {BEHAVIOUR}
      nodes: {{skp: 112.00, "perilaku": 115.00, komitmen: 115}}
      levels: {{predikat: baik}}
  - name: terhenti
    items: {{skp: [{{target: 10, actual: 13, weight: 100}}]}}
    expect:
      {{status: blocked, predicate: baik, score: 1,
      # {STOPPED}
      # {MISSING}
      nodes: {{skp: 120.00, perilaku: null, nilai_kinerja: null}},
      levels: {{predikat: baik}}}}
"""


def test_proposals_are_put_in_where_they_stand(wrong: Resolved) -> None:
    text = wrong.sources[FILE]

    assert rewritten(text, proposals(wrong)).partition("tests:\n")[2].startswith(REWRITTEN.removesuffix("\n"))
    assert rewritten(text, []) == text
    assert rewritten(text, reversed([*proposals(wrong)])) == rewritten(text, proposals(wrong))


def test_the_sum_stands_above_its_line_and_as_far_in() -> None:
    text = "tests:\n  - expect:\n      nodes: {a: 1}\n  - name: b\n"
    (nodes,) = (Proposed("x", "nodes/a", 3, 18, "1", "2.00", "a: 1 + 1"),)

    assert rewritten(text, [nodes]) == ("tests:\n  - expect:\n      # a: 1 + 1\n      nodes: {a: 2.00}\n  - name: b\n")


def test_a_policy_rewritten_passes_its_tests(samples: Mapping[str, str]) -> None:
    met = TESTS.replace("predicate: baik, score: 1,", "").replace(
        "nilai_kinerja: null},\n      levels: {predikat: baik}}", "nilai_kinerja: null}}"
    )
    wrong = with_tests(samples, met)

    mended = Library.read({FILE: rewritten(wrong.sources[FILE], proposals(wrong))})[0].by_file(FILE)

    assert [(one.name, one.passed) for one in run(mended)] == [
        ("semua salah", True),
        ("terhenti", True),
        ("tak terhenti", True),
        ("benar", True),
    ]
    assert list(proposals(mended)) == []


def test_where_nothing_is_written_nothing_can_be_put(samples: Mapping[str, str]) -> None:
    """A null may be written as nothing at all; then there is no word in whose place another could stand."""
    left = TESTS.replace('"perilaku": null', '"perilaku": ')

    assert [one.path for one in proposals(with_tests(samples, left)) if one.test == "semua salah"] == [
        "predicate",
        "score",
        "nodes/skp",
        "levels/predikat",
    ]


def test_a_calculation_shows_what_was_missing_in_it() -> None:
    there, missing = Input("a", "1", weight="60"), Input("b", weight="40")
    weighted = Step("node", "nodes/x", "mean", (there, missing), None)
    plain = Step("node", "nodes/x", "sum", (Input("a", "1"), Input("b")), "1")

    assert [_calculation(step) for step in (weighted, plain)] == [
        "mean: 60 x 1, 40 x missing = missing",
        "sum: a 1, b missing = 1",
    ]
