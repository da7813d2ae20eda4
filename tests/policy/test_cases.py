"""Cases from outside are read exactly or refused, every mistake with its path."""

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from neraca.domain.case import MICRO, Case, Item, SurveyElement
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.library import Library
from neraca.policy.model import Expectation, PolicyTest
from neraca.policy.model import TestElement as Element
from neraca.policy.model import TestItem as Given
from neraca.policy.testing.cases import CaseRefused, of_test, read, refusals

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


def test_an_item_is_a_main_result_unless_it_says_otherwise() -> None:
    text = '{"items": {"skp": [{}, {"priority": "utama"}, {"level": "sesuai", "priority": "tambahan"}]}}'

    assert read(text) == Case(items={"skp": [Item(), Item(), Item(level="sesuai", priority="tambahan")]})
    assert faults('{"items": {"skp": [{"priority": "penting"}, {"priority": null}]}}') == tuple(
        f"items/skp/{at}/priority: write utama (a main result) or tambahan (an additional one)" for at in range(2)
    )
    test = PolicyTest(name="x", items={"skp": [Given(level="sesuai", priority="tambahan")]}, expect=Expectation())
    assert of_test(test) == Case(items={"skp": [Item(level="sesuai", priority="tambahan")]})


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


def test_an_item_may_say_a_level_where_it_is_measured_by_a_ratio_and_a_ratio_where_by_a_level() -> None:
    ratio = [{"target": 1, "actual": 1, "weight": 100, "level": "apa saja"}]

    assert refused("d-kota-bandung.yaml", items={"skp": ratio}) == []
    assert refused("a-nasional-permenpanrb-6-2022.yaml", items={"skp": [{"target": 1, "actual": 2}]}) == []


def test_a_level_is_refused_that_is_on_no_scale_of_a_majority() -> None:
    file = "a-nasional-permenpanrb-6-2022.yaml"
    mean = "method: items, source: skp, item: level, scale: ekspektasi, weights: equal, min_items: 1"
    text = SAMPLES[file].replace(mean, "method: majority, source: skp, scale: ekspektasi")
    plan = compile_resolved(Library.read({file: text})[0].by_file(file))

    assert refusals(plan, read('{"items": {"skp": [{"level": "sangat"}, {"level": "sesuai"}, {}]}}')) == [
        "items/skp/0/level: no level 'sangat' - write one of: di_bawah, sesuai, di_atas"
    ]


def test_what_a_policy_does_not_read_is_left_alone() -> None:
    facts = {"hukuman_disiplin": "berat", "apa_saja": 1}

    assert refused("a-nasional-permenpanrb-6-2022.yaml", facts=facts, items={"x": []}, surveys={"s": {}}) == []


def test_a_test_of_a_policy_is_read_as_exactly() -> None:
    fine, much = Decimal("0.000001"), Decimal("0.0000001")

    def a_test(number: Decimal) -> PolicyTest:
        return PolicyTest(
            name="x",
            expect=Expectation(),
            facts={"a": number, "b": True, "c": "berat", "d": "96.5"},
            ratings={"*": {"atasan": [Decimal(1), number]}, "akuntabel": {}},
            items={
                "skp": [Given(), Given(target=number, actual=number, weight=number, level="sesuai", polarity="min")]
            },
            surveys={"skm": {"u1": Element(sum=number, n=40)}},
        )

    assert of_test(a_test(fine)) == Case(
        facts={"a": 1, "b": True, "c": "berat", "d": 96_500_000},
        ratings={"*": {"atasan": [MICRO, 1]}, "akuntabel": {}},
        items={"skp": [Item(), Item(target=1, actual=1, level="sesuai", weight=1, polarity="min")]},
        surveys={"skm": {"u1": SurveyElement(1, 40)}},
    )
    with pytest.raises(CaseRefused) as refused:
        of_test(a_test(much))
    what = f"{much} has more than 6 decimals; round it where it is recorded"
    paths = ("facts/a", "ratings/*/atasan/1", "items/skp/1/target", "items/skp/1/actual", "items/skp/1/weight")
    assert refused.value.faults == tuple(f"{path}: {what}" for path in (*paths, "surveys/skm/u1/sum"))
    assert str(refused.value) == "\n".join(refused.value.faults)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("null", "nothing"),
        ("false", "true or false"),
        ("[]", "a list"),
        ("{}", "an object"),
    ],
)
def test_what_stands_where_a_number_is_wanted_is_named(given: str, kind: str) -> None:
    assert faults(f'{{"ratings": {{"x": {{"atasan": [{given}]}}}}}}') == (
        f"ratings/x/atasan/0: {kind} where a number is wanted",
    )


def test_what_stands_where_something_else_is_wanted_is_named() -> None:
    assert faults('{"facts": 3, "ratings": "x", "items": {"s": null, "t": [true]}, "surveys": []}') == (
        "facts: a number where an object is wanted",
        "ratings: text where an object is wanted",
        "items/s: nothing where a list is wanted",
        "items/t/0: true or false where an object is wanted",
        "surveys: a list where an object is wanted",
    )
    assert faults("[]") == ("case: a list where an object is wanted",)
    assert faults('{"facts": {"a": {}}}') == (
        "facts/a: an object where a number, a word, true or false is wanted; leave out what is not known",
    )


def test_a_key_that_is_there_twice_is_told_once_at_any_depth() -> None:
    assert faults(
        '{"name": 1, "name": 2, "items": {"s": [{"target": 1, "target": 2, "target": 3, "level": "a"}]}}'
    ) == (
        "name: the key is there twice; keep one",
        "items/s/0/target: the key is there twice; keep one",
        "items/s/0/target: the key is there twice; keep one",
    )


def test_keys_that_nobody_reads_are_refused_where_they_stand() -> None:
    assert faults('{"surveys": {"s": {"u": {"sum": 1, "n": 1, "m": 1}}}, "itmes": {}}') == (
        "itmes: unknown key - did you mean 'items'?",
        "surveys/s/u/m: unknown key - write one of: sum, n",
    )


@pytest.mark.parametrize(("n", "read_as"), [("0", 0), ('"40"', 40), ("4e1", 40), ("9999999999999", 9_999_999_999_999)])
def test_respondents_are_a_whole_number(n: str, read_as: int) -> None:
    assert read(f'{{"surveys": {{"s": {{"u": {{"sum": 1, "n": {n}}}}}}}}}').surveys["s"]["u"].n == read_as


@pytest.mark.parametrize("n", ["10000000000000", "-1", "0.5", "1e999999", '"x"', "null", "true", "[]"])
def test_other_respondents_are_refused(n: str) -> None:
    assert faults(f'{{"surveys": {{"s": {{"u": {{"sum": 1, "n": {n}}}}}}}}}') == (
        "surveys/s/u/n: write how many respondents answered, a whole number",
    )


@pytest.mark.parametrize(
    ("word", "shown"),
    [("x" * 38, f"'{'x' * 38}'"), ("x" * 39, f"'{'x' * 36}..."), ("x" * 5000, f"'{'x' * 36}...")],
)
def test_a_long_word_is_shown_in_short(word: str, shown: str) -> None:
    assert faults(json.dumps({"ratings": {"x": {"atasan": [word]}}})) == (
        f"ratings/x/atasan/0: {shown} is not a number; write digits with a point, such as 96.5",
    )


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_json_cannot_say_is_no_number(word: str) -> None:
    assert faults(f'{{"facts": {{"a": {word}}}}}') == (f"not JSON: {word} is not a number",)


def test_ratings_for_all_are_told_of_once_and_ratings_of_its_own_come_before_them() -> None:
    """Seven indicators read what is given for all."""
    file = "a-nasional-permenpanrb-6-2022.yaml"

    assert refused(file, ratings={"*": {"atasan": [4, 3]}, "loyal": {"atasan": [3, 0]}}) == [
        "ratings/*/atasan/0: 4 is not on the scale ekspektasi (1 to 3 in steps of 1)",
        "ratings/loyal/atasan/1: 0 is not on the scale ekspektasi (1 to 3 in steps of 1)",
    ]
    assert refused(file, ratings={"*": {"rekan": [3]}, "loyal": {"atasan": [1], "rekan": []}}) == [
        "ratings/*/rekan: no such rater group here - write one of: atasan",
        "ratings/loyal/rekan: no such rater group here - write one of: atasan",
    ]


def test_a_declared_weight_is_0_or_more() -> None:
    items = [{"target": 1, "actual": 1, "weight": weight} for weight in (0, 100, -0.000001, None)]

    assert refused("d-kota-bandung.yaml", items={"skp": items}) == [
        "items/skp/2/weight: this policy wants a weight declared for each, 0 or more",
        "items/skp/3/weight: this policy wants a weight declared for each, 0 or more",
    ]


def test_a_fact_is_what_the_policy_takes_it_for(shipped: Library) -> None:
    plan = compile_resolved(shipped.get("id.jabar.kota-bandung.tpp"))

    def found(**facts: object) -> list[str]:
        return refusals(plan, read(json.dumps({"facts": facts})))

    assert found(predikat_kinerja="baik", pagu_tpp=1, nilai_kinerja="96.5", apa_saja=True) == []
    assert found(predikat_kinerja=3, pagu_tpp=True, nilai_kinerja="banyak sekali") == [
        "facts/predikat_kinerja: 3 is not a word; the policy looks it up",
        "facts/pagu_tpp: yes is not a number, and the policy measures with it; write digits with a point, such as 96.5",
        "facts/nilai_kinerja: 'banyak sekali' is not a number, and the policy measures with it;"
        " write digits with a point, such as 96.5",
    ]
    assert found(predikat_kinerja=False) == ["facts/predikat_kinerja: no is not a word; the policy looks it up"]
