"""Cases from outside are read exactly or refused, every mistake with its path."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from neraca.domain.case import MICRO, Case, Item, SurveyElement
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.library import Library
from neraca.policy.testing.cases import CaseRefused, read, refusals

SAMPLES = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "samples").glob("*.yaml"))}


@cache
def samples() -> Library:
    return Library.read(SAMPLES)[0]


def plan_of(file: str) -> CompiledPolicy:
    return compile_resolved(samples().by_file(file))


def faults(text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(CaseRefused) as refused:
        read(text)
    return refused.value.faults


def test_a_whole_case() -> None:
    text = """{"name": "contoh",
      "facts": {"a": 60.10, "b": true, "c": "berat", "d": 1e2, "e": -0.000001},
      "ratings": {"*": {"atasan": [3]}, "akuntabel": {}},
      "items": {"skp": [{"target": 12, "actual": 12.5, "weight": 40}, {"level": "sesuai", "polarity": "min"}]},
      "surveys": {"skm": {"u1": {"sum": 130, "n": 40}}}}"""

    assert read(text) == Case(
        facts={"a": 60_100_000, "b": True, "c": "berat", "d": 100 * MICRO, "e": -1},
        ratings={"*": {"atasan": [3 * MICRO]}, "akuntabel": {}},
        items={"skp": [Item(12 * MICRO, 12_500_000, None, 40 * MICRO), Item(level="sesuai", polarity="min")]},
        surveys={"skm": {"u1": SurveyElement(130 * MICRO, 40)}},
    )
    assert read(text.encode()) == read(text)
    assert read("{}") == Case()


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("0.1", 100_000),
        ("1.000000", MICRO),
        ("1.0000000", MICRO),
        ("-0", 0),
        ("0.0000000", 0),
        ("999999999999999999", 10**24 - MICRO),
    ],
)
def test_numbers_are_exact(number: str, value: int) -> None:
    assert read(f'{{"facts": {{"a": {number}}}}}').facts == {"a": value}


STRINGS = """{"facts": {"a": "60.10", "c": "berat", "d": "-0.000001", "e": "007"},
  "ratings": {"*": {"atasan": ["3", 3]}},
  "items": {"skp": [{"target": "12", "actual": "12.5", "weight": "40"}]},
  "surveys": {"skm": {"u1": {"sum": "130.25", "n": "40"}}}}"""


def test_a_number_may_be_a_string_of_digits_as_graphql_gives_it() -> None:
    assert read(STRINGS) == Case(
        facts={"a": 60_100_000, "c": "berat", "d": -1, "e": "007"},
        ratings={"*": {"atasan": [3 * MICRO, 3 * MICRO]}},
        items={"skp": [Item(12 * MICRO, 12_500_000, None, 40 * MICRO)]},
        surveys={"skm": {"u1": SurveyElement(130_250_000, 40)}},
    )


@pytest.mark.parametrize(
    "written", ["", " 3", "3 ", "+3", "3.", ".5", "1e2", "0x3", "03", "3,5", "1_000", "NaN", "\u0663", "3\u0000"]
)
def test_a_string_that_is_no_plain_number_is_refused_where_it_stands(written: str) -> None:
    found = faults(json.dumps({"ratings": {"x": {"atasan": [1, written]}}, "surveys": {"s": {"u": {"n": written}}}}))

    assert found[0].startswith("ratings/x/atasan/1: ")
    assert found[0].endswith(" is not a number; write digits with a point, such as 96.5")
    assert found[1] == "surveys/s/u/n: write how many respondents answered, a whole number"


@pytest.mark.parametrize("written", ["0.0000001", "1" + "0" * 5000])
def test_a_string_is_held_to_the_bounds_of_a_number(written: str) -> None:
    assert faults(f'{{"facts": {{"a": "{written}"}}}}') == faults(f'{{"facts": {{"a": {written}}}}}')


def test_a_word_that_a_policy_asks_for_stays_a_word_even_of_digits() -> None:
    file = "b-nasional-pp-30-2019.yaml"
    text = SAMPLES[file].replace("equals: true}", 'equals: "3"}')
    text = re.sub("{ide_baru_bermanfaat: (true|false)}", '{ide_baru_bermanfaat: "3"}', text)
    plan = compile_resolved(Library.read({file: text})[0].by_file(file))

    found = read('{"facts": {"ide_baru_bermanfaat": "3", "lain": "3"}}', plan).facts

    assert found == {"ide_baru_bermanfaat": "3", "lain": 3 * MICRO}
    assert read('{"facts": {"ide_baru_bermanfaat": "4"}}', plan).facts == {"ide_baru_bermanfaat": 4 * MICRO}


@pytest.mark.parametrize("number", ["0.0000001", "1.1234567", "1e-7", "1e-999999", "0." + "0" * 5000 + "1"])
def test_more_than_six_decimals_are_refused_not_rounded(number: str) -> None:
    (fault,) = faults(f'{{"ratings": {{"akuntabel": {{"atasan": [3, {number}]}}}}}}')

    assert fault.startswith("ratings/akuntabel/atasan/1: ")
    assert fault.endswith("has more than 6 decimals; round it where it is recorded")


@pytest.mark.parametrize("number", ["1e18", "1e999999", "1" + "0" * 5000, "-1e18"])
def test_a_number_of_absurd_size_is_refused(number: str) -> None:
    (fault,) = faults(f'{{"facts": {{"a": {number}}}}}')

    assert fault.startswith("facts/a: ")
    assert fault.endswith("is too large; numbers stay below 10^18")


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"facts": {"a": NaN}}', '{"facts": {"a": Infinity}}', b"\xff{}"]
)
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    (fault,) = faults(text)

    assert fault.startswith("not JSON: ")


def test_every_mistake_is_named_at_once() -> None:
    text = """{"fact": {}, "facts": {"a": null, "b": [1], "b": 2},
      "ratings": {"x": [3], "y": {"atasan": 3}, "z": {"atasan": ["3,5", true]}},
      "items": {"skp": {"target": 1}, "k": [{"target": "1e2", "level": 3, "polarity": "less", "wieght": 1}]},
      "surveys": {"s": {"u1": {"sum": 1, "n": 1.5}, "u2": {"n": -1}}}}"""

    assert faults(text) == (
        "fact: unknown key - did you mean 'facts'?",
        "facts/b: the key is there twice; keep one",
        "facts/a: nothing where a number, a word, true or false is wanted; leave out what is not known",
        "ratings/x: a list where an object is wanted",
        "ratings/y/atasan: a number where a list is wanted",
        "ratings/z/atasan/0: '3,5' is not a number; write digits with a point, such as 96.5",
        "ratings/z/atasan/1: true or false where a number is wanted",
        "items/skp: an object where a list is wanted",
        "items/k/0/wieght: unknown key - did you mean 'weight'?",
        "items/k/0/level: a number where a word is wanted",
        "items/k/0/polarity: write max (more is better) or min (less is better)",
        "items/k/0/target: '1e2' is not a number; write digits with a point, such as 96.5",
        "surveys/s/u1/n: write how many respondents answered, a whole number",
        "surveys/s/u2/n: write how many respondents answered, a whole number",
        "surveys/s/u2/sum: nothing where a number is wanted",
    )


@pytest.mark.parametrize("text", ["[]", "3", '"x"', "null"])
def test_a_case_is_an_object(text: str) -> None:
    assert faults(text)[0].startswith("case: ")


def refused(file: str, **case: object) -> list[str]:
    return refusals(plan_of(file), read(json.dumps(case)))


def test_a_policy_refuses_what_it_does_not_know() -> None:
    assert refused("a-nasional-permenpanrb-6-2022.yaml", ratings={"akuntable": {"atasan": [3]}}) == [
        "ratings/akuntable: no rated indicator of this name - did you mean 'akuntabel'?"
    ]
    assert refused("c-kota-surabaya.yaml", ratings={"akuntabel": {"atasn": [3]}, "*": {"rekn": [2]}}) == [
        "ratings/akuntabel/atasn: no such rater group here - did you mean 'atasan'?",
        "ratings/*/rekn: no such rater group here - did you mean 'rekan'?",
    ]
    assert refused("a-nasional-permenpanrb-6-2022.yaml", items={"skp": [{"level": "diatas"}]}) == [
        "items/skp/0/level: no level 'diatas' - did you mean 'di_atas'?"
    ]


def test_a_policy_refuses_ratings_off_its_scales() -> None:
    assert refusals(
        plan_of("c-kota-surabaya.yaml"), read('{"ratings": {"akuntabel": {"atasan": [4], "rekan": [1, 2.5]}}}')
    ) == [
        "ratings/akuntabel/atasan/0: 4 is not on the scale ekspektasi (1 to 3 in steps of 1)",
        "ratings/akuntabel/rekan/1: 2.5 is not on the scale ekspektasi (1 to 3 in steps of 1)",
    ]
    assert refused("e-gajahmungkur.yaml", ratings={"*": {"warga": [4], "atasan": [4]}}) == [
        "ratings/*/atasan/0: 4 is not on the scale ekspektasi (1 to 3 in steps of 1)"
    ]


def test_a_policy_refuses_a_word_where_it_measures_and_a_weight_left_out() -> None:
    assert refused("d-kota-bandung.yaml", facts={"target_tim": "banyak"}, items={"skp": [{"target": 1}]}) == [
        "items/skp/0/weight: this policy wants a weight declared for each, 0 or more",
        "facts/target_tim: 'banyak' is not a number, and the policy measures with it;"
        " write digits with a point, such as 96.5",
    ]


def test_what_a_policy_does_not_read_is_left_alone() -> None:
    facts = {"hukuman_disiplin": "berat", "apa_saja": 1}

    assert refused("a-nasional-permenpanrb-6-2022.yaml", facts=facts, items={"x": []}, surveys={"s": {}}) == []
