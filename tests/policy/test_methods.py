"""Each measure, combiner and rule of a panel, one at a time, at its edges."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Item, SurveyElement
from neraca.policy import model
from neraca.policy.compiled.compilation import compile_policy
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.engine.evaluation import evaluate

LABEL = {"id": "Contoh"}
LEVELS = {"low": Decimal(1), "mid": Decimal(2), "top": Decimal(3)}
SCALES = {
    "three": model.Scale(min=Decimal(1), max=Decimal(3), levels=LEVELS),
    "four": model.Scale(min=Decimal(1), max=Decimal(4)),
    "half": model.Scale(min=Decimal(0), max=Decimal(10), step=Decimal("0.5")),
}


def policy(
    indicators: Mapping[str, model.Indicator],
    node: model.Node,
    panel: model.Panel | None = None,
    more: Mapping[str, Any] | None = None,
) -> model.Policy:
    """Judges `node`: top from 50."""
    bands = {"top": model.Band(from_=Decimal(50)), "low": model.Band(from_="min")}
    rest = {
        "precision": model.Precision(final=2, rounding="half_up"),
        "classify": {"predicate": model.Bands(node="node", bands=bands)},
        "predicates": {name: model.Predicate(rank=rank, label=LABEL) for rank, name in enumerate(LEVELS)},
        "outcome": "predicate",
        "score": "node",
    }
    return model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=1,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        period=model.Period(cycle="year", start="01-01", policy_date="period_end"),
        scales=SCALES,
        panels={} if panel is None else {"panel": panel},
        indicators=dict(indicators),
        nodes={"node": node},
        workflow=model.Workflow(steps={}, objection=model.ObjectionRule(within="P14D", to="atasan")),
        **{**rest, **(more or {})},
    )


def judged(policy: model.Policy, case: Case) -> EvaluationResult:
    return evaluate(compile_policy(policy, {}, "", ""), case)


def measured(measure: model.Measure, case: Case, cap: model.Cap | None = None, panel: model.Panel | None = None) -> Any:
    """The printed value of one measure, None where missing, or the reason why it blocks."""
    indicator = model.Indicator(label=LABEL, unit="x", measure=measure, cap=cap or model.Cap())
    node = model.Node(label=LABEL, of={"x": Decimal(100)})
    sheet = judged(policy({"x": indicator}, node, panel, {"score": None}), case)
    if sheet.reason is not None and "no band can be read" not in sheet.reason:
        return sheet.reason
    return None if sheet.nodes["x"] is None else Decimal(sheet.nodes["x"]) / MICRO


def facts(**given: str) -> Case:
    return Case(facts={name: int(Decimal(value) * MICRO) for name, value in given.items()})


@pytest.mark.parametrize(
    ("actual", "target", "value"),
    [("47", "50", "94"), ("57", "61", "93.44"), ("0", "50", "0"), ("1", "8", "12.5"), ("1150", "1000", "115")],
)
def test_ratio_is_percent_of_target(actual: str, target: str, value: str) -> None:
    measure = model.Ratio(actual="a", target="t")

    assert measured(measure, facts(a=actual, t=target)) == Decimal(value)
    assert measured(model.Ratio(actual="a", target=Decimal(target)), facts(a=actual)) == Decimal(value)


def test_rupiah_lose_nothing() -> None:
    case = facts(a="999999999999999", t="1000000000000000")

    assert measured(model.Ratio(actual="a", target="t"), case) == 100


INVERSE = [model.Inverse(form=form, actual="a", target="t") for form in ("linear", "reciprocal")]


@pytest.mark.parametrize("measure", [model.Ratio(actual="a", target="t"), *INVERSE])
def test_a_target_of_zero_blocks_and_an_absent_fact_is_missing(measure: model.Measure) -> None:
    assert (
        measured(measure, facts(a="5", t="0"))
        == "indicators/x: the target t is 0, so nothing can be measured against it"
    )
    assert measured(measure, facts(a="5")) is None
    assert measured(measure, facts(t="0")) is None


@pytest.mark.parametrize(("actual", "value"), [("12", "120"), ("15", "100"), ("30", "0"), ("40", "0"), ("0", "200")])
def test_linear_inverse_never_goes_below_zero(actual: str, value: str) -> None:
    measure = model.Inverse(form="linear", actual="a", target=Decimal(15))

    assert measured(measure, facts(a=actual)) == Decimal(value)


@pytest.mark.parametrize(("actual", "value"), [("12", "125"), ("15", "100"), ("30", "50"), ("0", "150")])
def test_reciprocal_inverse_of_zero_is_the_cap(actual: str, value: str) -> None:
    measure = model.Inverse(form="reciprocal", actual="a", target=Decimal(15))

    assert measured(measure, facts(a=actual), model.Cap(max=Decimal(150))) == Decimal(value)
    assert "no cap/max says" in measured(measure, facts(a="0"))


BANDED = [("2", "120"), ("1.999999", "100"), ("1", "100"), ("0.999999", "60"), ("-5", "60")]


@pytest.mark.parametrize(("given", "value"), BANDED)
def test_banded_takes_the_first_band_reached(given: str, value: str) -> None:
    bands = [
        model.ScoreBand(from_=Decimal(2), score=Decimal(120)),
        model.ScoreBand(from_=Decimal(1), score=Decimal(100)),
        model.ScoreBand(from_="min", score=Decimal(60)),
    ]

    assert measured(model.Banded(fact="f", bands=bands), facts(f=given)) == Decimal(value)


def test_index_is_taken_as_given_and_capped() -> None:
    assert measured(model.Index(fact="f"), facts(f="96.4")) == Decimal("96.4")
    assert measured(model.Index(fact="f"), facts(f="196.4"), model.Cap(max=Decimal(120))) == 120
    assert measured(model.Index(fact="f"), facts(f="-1"), model.Cap(min=Decimal(0))) == 0
    assert measured(model.Index(fact="f"), facts()) is None


def test_a_word_or_a_flag_is_no_number() -> None:
    assert measured(model.Index(fact="f"), Case(facts={"f": "banyak"})) == "facts/f: 'banyak' is not a number"
    assert measured(model.Index(fact="f"), Case(facts={"f": True})) == "facts/f: True is not a number"


def test_survey_index_is_the_mean_of_element_means_times_the_factor() -> None:
    measure = model.SurveyIndex(survey="s", elements=["u1", "u2"], factor=Decimal(25), min_respondents=3)

    def asked(*elements: tuple[int, int]) -> Any:
        answers = {f"u{i}": SurveyElement(total * MICRO, n) for i, (total, n) in enumerate(elements, 1)}
        return measured(measure, Case(surveys={"s": answers}))

    assert asked((10, 3), (12, 3)) == Decimal("91.67")
    assert asked((10, 3), (12, 2)) is None
    assert asked((10, 3)) is None


def test_deduction_takes_points_for_each_event() -> None:
    events = {fact: model.CountedEvent(fact=fact, points=Decimal(p)) for fact, p in (("late", "0.5"), ("gone", "5"))}
    measure = model.Deduction(start=Decimal(100), events=events)

    assert measured(measure, facts(late="3", gone="1")) == Decimal("93.5")
    assert measured(measure, facts(late="0", gone="30"), model.Cap(min=Decimal(0))) == 0
    assert measured(measure, facts(late="3")) is None


def items(*given: tuple[str, str, str] | tuple[str, str, str, str]) -> Case:
    found: list[Item] = []
    for target, actual, weight, *polarity in given:
        numbers = [int(Decimal(x) * MICRO) for x in (target, actual, weight)]
        found.append(Item(numbers[0], numbers[1], None, numbers[2], "min" if polarity else "max"))
    return Case(items={"skp": found})


def test_items_are_weighed_capped_one_by_one_and_may_want_less() -> None:
    cap = model.Cap(max=Decimal(120))
    measure = model.Items(source="skp", item="ratio", weights="declared", min_items=2, item_cap=cap)

    assert measured(measure, items(("10", "20", "50"), ("20", "10", "50", "min"))) == 120
    assert measured(measure, items(("10", "5", "75"), ("10", "10", "25"))) == Decimal("62.5")
    assert measured(measure, items(("10", "5", "75"))) is None
    assert measured(measure, items(("10", "5", "0"), ("10", "5", "0"))) is None
    assert "items/skp/1: the target is 0" in measured(measure, items(("10", "5", "1"), ("0", "5", "1")))


def test_a_target_of_zero_where_less_is_better_is_met_by_nothing_and_missed_by_all_else() -> None:
    measure = model.Items(source="skp", item="ratio", weights="declared", min_items=1)

    assert measured(measure, items(("0", "0", "50", "min"))) == 100
    assert measured(measure, items(("0", "0.5", "50", "min"))) == 0
    assert measured(measure, items(("0", "7", "50", "min"), ("0", "0", "50", "min"))) == 50


def test_a_result_not_yet_given_leaves_the_whole_list_missing() -> None:
    measure = model.Items(source="skp", item="ratio")
    done, open_ = Item(target=MICRO, actual=MICRO), Item(target=MICRO)

    assert measured(measure, Case(items={"skp": [done]})) == 100
    assert measured(measure, Case(items={"skp": [done, open_]})) is None


def test_level_items_are_the_numbers_of_their_words() -> None:
    measure = model.Items(source="skp", item="level", scale="three")

    assert measured(measure, Case(items={"skp": [Item(level="top"), Item(level="mid")]})) == Decimal("2.5")
    assert "no level 'best'" in measured(measure, Case(items={"skp": [Item(level="best")]}))


@pytest.mark.parametrize(
    ("main", "additional", "value"),
    [
        ("top top top", "", 3),
        ("top top mid", "", 3),
        ("top top mid mid", "", 2),  # just half is not most
        ("top top top low", "", 2),  # a main result below
        ("top top top", "low", 3),  # an additional one below does not bar it
        ("low low top", "", 1),
        ("low mid", "", 2),
        ("low mid top", "", 2),  # no level has most
        ("mid", "top top top", 2),  # the main ones decide alone
        ("top mid", "top", 3),  # together where they do not
        ("top low", "top top", 2),
        ("top low", "low", 1),
        ("", "top", 3),
        ("", "top top low", 3),
        ("", "low low top", 1),
    ],
)
def test_the_level_of_most_prevails_main_results_first(main: str, additional: str, value: int) -> None:
    measure = model.Majority(source="skp", scale="three")
    given = [Item(level=word) for word in main.split()]
    given += [Item(level=word, priority="tambahan") for word in additional.split()]

    assert measured(measure, Case(items={"skp": given})) == value
    assert measured(measure, Case(items={"skp": given[::-1]})) == value


def test_a_majority_is_told_of_whole_lists_only() -> None:
    measure = model.Majority(source="skp", scale="three", min_items=2)

    assert measured(measure, Case()) is None
    assert measured(measure, Case(items={"skp": [Item(level="top")]})) is None
    assert measured(measure, Case(items={"skp": [Item(level="top"), Item(level="top"), Item()]})) is None
    assert "items/skp/2: no level 'best'" in measured(
        measure, Case(items={"skp": [Item(level="top"), Item(), Item(level="best")]})
    )


def panel(trim: int = 0, aggregate: Any = "mean", **raters: Mapping[str, Any]) -> model.Panel:
    groups = {name: model.RaterGroup(**{"weight": Decimal(50), **rules}) for name, rules in raters.items()}
    return model.Panel(raters=groups, trim_each_end=trim, aggregate=aggregate)


def rated(by: model.Panel, scale: str = "three", **ratings: list[Any]) -> Any:
    given = {group: [int(Decimal(str(x)) * MICRO) for x in xs] for group, xs in ratings.items()}
    return measured(model.Rated(panel="panel", scale=scale), Case(ratings={"x": given}), None, by)


@pytest.mark.parametrize(
    ("trim", "quorum", "ratings", "value"),
    [
        (0, 1, [1, 1, 2], "1.33"),
        (1, 2, [1, 1, 2], "1.33"),  # dropping two of three would leave fewer than the quorum
        (1, 1, [1, 1, 3], "1"),
        (1, 3, [1, 2, 2, 2, 3], "2"),
        (2, 1, [3, 1, 2, 3, 3], "3"),
        (2, 2, [3, 1, 2, 3, 3], "2.4"),
    ],
)
def test_trimming_stops_at_the_quorum(trim: int, quorum: int, ratings: list[int], value: str) -> None:
    assert rated(panel(trim, rekan={"min": quorum}), rekan=ratings) == Decimal(value)


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    assert rated(panel(0, "median", rekan={}), rekan=[3, 1, 2, 3]) == Decimal("2.5")
    assert rated(panel(0, "median", rekan={}), rekan=[3, 1, 1]) == 1
    assert rated(panel(1, "median", rekan={}), rekan=[3, 3, 1, 1, 1]) == 1


def test_a_group_below_its_quorum_is_missing_unless_it_is_used_anyway() -> None:
    assert rated(panel(atasan={}, rekan={"min": 3}), atasan=[3], rekan=[1, 1]) == 3
    assert rated(panel(atasan={}, rekan={"min": 3, "below_min": "use_anyway"}), atasan=[3], rekan=[1, 1]) == 2
    assert rated(panel(atasan={}, rekan={"min": 3, "below_min": "use_anyway"}), atasan=[3], rekan=[]) == 3


@pytest.mark.parametrize(
    ("missing", "value"),
    [("renormalise", "2.5"), ("zero", "1.25"), ("reassign:atasan", "2.75"), ("reassign:bawahan", "2.25")],
)
def test_the_weight_of_a_silent_group(missing: str, value: str) -> None:
    by = panel(atasan={"weight": Decimal(25)}, bawahan={"weight": Decimal(25)}, rekan={"missing": missing})

    assert rated(by, atasan=[3], bawahan=[2]) == Decimal(value)


@pytest.mark.parametrize(
    ("weights", "counted"),
    [
        ({"atasan": 60, "rekan": 15, "bawahan": 25}, {"atasan": 60, "rekan": 15, "bawahan": 25}),
        ({"atasan": 60, "rekan": 15, "bawahan": 25}, {"atasan": 80, "rekan": 20}),
        ({"atasan": 50, "rekan": 30, "bawahan": 20}, {"atasan": 50, "rekan": 30, "bawahan": 20}),
    ],
    ids=["a leader with all groups", "a leader whom nobody below rated", "a section head elsewhere"],
)
def test_weights_that_agencies_really_use(weights: dict[str, int], counted: dict[str, int]) -> None:
    """A rating of 3 in one group and of 1 in the others comes to 1 and twice the share that the group has."""
    atasan, rekan, bawahan = ({"weight": Decimal(weights[group])} for group in ("atasan", "rekan", "bawahan"))
    by = panel(atasan=atasan, rekan=rekan, bawahan=bawahan)

    for group, share in counted.items():
        given = {other: [3 if other == group else 1] for other in counted}
        assert rated(by, "three", **given) == 1 + Decimal(2 * share) / 100


def without(*groups: str, **weights: int) -> model.WeightsWithout:
    return model.WeightsWithout(
        groups=list(groups), weights={name: Decimal(weight) for name, weight in weights.items()}
    )


TABLES = {
    "tanpa_atasan": without("atasan", rekan=40, bawahan=60),
    "tanpa_rekan": without("rekan", atasan=70, bawahan=30),
    "tanpa_bawahan": without("bawahan", atasan=80, rekan=20),
}


@pytest.mark.parametrize(
    "counted",
    [
        {"atasan": 60, "rekan": 15, "bawahan": 25},
        {"rekan": 40, "bawahan": 60},
        {"atasan": 70, "bawahan": 30},
        {"atasan": 80, "rekan": 20},
        {"atasan": 100},
    ],
    ids=["all present", "no supervisor", "no peers", "no subordinates", "nobody else, as the groups themselves say"],
)
def test_weights_of_a_leader_by_who_is_missing(counted: dict[str, int]) -> None:
    weights = {"atasan": 60, "rekan": 15, "bawahan": 25}
    atasan, rekan, bawahan = ({"weight": Decimal(weights[group])} for group in ("atasan", "rekan", "bawahan"))
    by = replace(panel(atasan=atasan, rekan=rekan, bawahan=bawahan), when_missing=TABLES)

    for group, share in counted.items():
        given = {other: [3 if other == group else 1] for other in counted}
        assert rated(by, "three", **given) == 1 + Decimal(2 * share) / 100


def test_a_group_that_blocks_does_so_whatever_a_table_says() -> None:
    by = replace(panel(atasan={"missing": "block"}, rekan={}, bawahan={}), when_missing=TABLES)

    assert rated(by, rekan=[2], bawahan=[2]) == "indicators/x: 0 of at least 1 ratings from atasan (ratings/x/atasan)"


def test_a_silent_group_may_block_and_so_may_one_that_took_its_weight() -> None:
    reason = "indicators/x: 0 of at least 1 ratings from atasan (ratings/x/atasan)"

    assert rated(panel(atasan={"missing": "block"}, rekan={}), rekan=[2]) == reason
    assert rated(panel(atasan={"missing": "block"}, rekan={"missing": "reassign:atasan"})) == reason
    assert rated(panel(atasan={"missing": "renormalise"}, rekan={"missing": "reassign:atasan"})) is None
    assert rated(panel(atasan={"missing": "zero"}, rekan={"missing": "reassign:atasan"})) == 0


def test_a_group_on_another_scale_is_mapped() -> None:
    by = panel(warga={"scale": "four"})

    assert [rated(by, warga=[x]) for x in (1, 2, 3, 4)] == [1, Decimal("1.67"), Decimal("2.33"), 3]


@pytest.mark.parametrize("wrong", [0, 4, "2.5"])
def test_a_rating_off_its_scale_or_step_blocks_without_telling_it(wrong: Any) -> None:
    said = rated(panel(rekan={}), rekan=[2, wrong])

    assert said == "ratings/x/rekan: a rating is not on the scale three (1 to 3 in steps of 1)"


def test_a_half_step_is_on_a_scale_of_halves() -> None:
    assert rated(panel(rekan={}), "half", rekan=["2.5"]) == Decimal("2.5")


def index(fact: str, missing: Any = "renormalise") -> model.Indicator:
    return model.Indicator(label=LABEL, unit="x", measure=model.Index(fact=fact), missing=missing)


def combined(combine: Any, missing: Any = "renormalise", least: int = 0, **given: str) -> EvaluationResult:
    indicators = {"a": index("a", missing), "b": index("b"), "c": index("c")}
    of = {"a": Decimal(50), "b": Decimal(30), "c": Decimal(20)}
    node = model.Node(label=LABEL, of=of, combine=combine, min_weight_present=Decimal(least))
    return judged(policy(indicators, node), facts(**given))


@pytest.mark.parametrize(
    ("combine", "value"),
    [("weighted_mean", "63"), ("mean", "63"), ("sum", "170"), ("min", "40"), ("max", "80")],
)
def test_the_five_combiners(combine: str, value: str) -> None:
    assert combined(combine, a="80", b="50", c="40").to_builtins()["score"] == f"{value}.00"


@pytest.mark.parametrize(
    ("combine", "renormalised", "zeroed"),
    [
        ("weighted_mean", "46.00", "23.00"),
        ("mean", "46.00", "23.00"),
        ("sum", "90.00", "90.00"),
        ("min", "40.00", "0.00"),
        ("max", "50.00", "50.00"),
    ],
)
def test_the_three_rules_for_a_missing_child(combine: str, renormalised: str, zeroed: str) -> None:
    blocked = combined(combine, "block", b="50", c="40")

    assert combined(combine, "renormalise", b="50", c="40").to_builtins()["score"] == renormalised
    assert combined(combine, "zero", b="50", c="40").to_builtins()["score"] == zeroed
    assert blocked.reason == "indicators/a is missing and nodes/node can't do without it (it reads facts/a)"
    assert blocked.path == "indicators/a"


@pytest.mark.parametrize(("least", "status"), [(50, "final"), (51, "blocked")])
def test_too_little_weight_present_blocks(least: int, status: str) -> None:
    sheet = combined("weighted_mean", "renormalise", least, b="50", c="40")

    assert sheet.status == status


def test_a_zero_in_place_of_a_missing_value_counts_as_present() -> None:
    assert combined("weighted_mean", "zero", 100, b="50", c="40").status == "final"


def test_nothing_present_is_missing_and_a_missing_score_is_never_zero() -> None:
    sheet = combined("weighted_mean")

    assert (sheet.status, sheet.score, sheet.nodes["node"]) == ("blocked", None, None)


def test_a_zero_is_not_capped_and_a_value_is() -> None:
    cap = model.Cap(min=Decimal(10))
    low = model.Indicator(label=LABEL, unit="x", measure=model.Index(fact="a"), cap=cap, missing="zero")
    node = model.Node(label=LABEL, of={"a": Decimal(100)})

    assert judged(policy({"a": low}, node), facts(a="5")).score == 10 * MICRO
    assert judged(policy({"a": low}, node), facts()).score == 0


def held(modifiers: Mapping[str, model.Modifier], case: Case) -> str | None:
    node = model.Node(label=LABEL, of={"a": Decimal(100)})
    bands = {"top": model.Band(from_=Decimal(80)), "mid": model.Band(from_=Decimal(50)), "low": model.Band(from_="min")}
    more = {"modifiers": modifiers, "classify": {"predicate": model.Bands(node="node", bands=bands)}}
    return judged(policy({"a": index("a")}, node, None, more), case).predicate


def modifier(fact: str, low: str | None = None, high: str | None = None) -> model.Modifier:
    then = model.Then(min_predicate=low, max_predicate=high)
    return model.Modifier(when=model.Condition(fact=fact, equals=True), then=then)


def test_modifiers_hold_up_and_down_and_a_maximum_wins() -> None:
    held_by = {
        "up": modifier("up", low="mid"),
        "down": modifier("down", high="mid"),
        "sink": modifier("sink", high="low"),
    }

    def outcome(score: int, *flags: str) -> str | None:
        return held(held_by, Case(facts={"a": score * MICRO, **dict.fromkeys(flags, True)}))

    assert [outcome(score) for score in (10, 60, 90)] == ["low", "mid", "top"]
    assert [outcome(score, "up") for score in (10, 60, 90)] == ["mid", "mid", "top"]
    assert [outcome(score, "down") for score in (10, 60, 90)] == ["low", "mid", "mid"]
    assert [outcome(score, "up", "sink") for score in (10, 60, 90)] == ["low", "low", "low"]
    assert [outcome(score, "down", "sink") for score in (10, 60, 90)] == ["low", "low", "low"]


@pytest.mark.parametrize(
    ("condition", "true", "false"),
    [
        ({"equals": True}, [True], [False, MICRO, 1, "ya"]),
        ({"equals": False}, [False], [True, 0]),
        ({"equals": Decimal(1)}, [MICRO], [True, 1, 2 * MICRO]),
        ({"equals": "berat"}, ["berat"], ["ringan", True]),
        ({"in_": ["berat", "sedang"]}, ["berat", "sedang"], ["ringan", True, MICRO]),
        ({"at_least": Decimal(2)}, [2 * MICRO, 3 * MICRO], [2 * MICRO - 1, True, "3"]),
    ],
)
def test_conditions(condition: Any, true: list[Any], false: list[Any]) -> None:
    when = model.Condition(fact="f", **condition)
    sinks = {"m": model.Modifier(when=when, then=model.Then(max_predicate="low"))}

    def outcome(**fact: Any) -> str | None:
        return held(sinks, Case(facts={"a": 90 * MICRO, **fact}))

    assert {outcome(f=value) for value in true} == {"low"}
    assert {outcome(f=value) for value in false} | {outcome()} == {"top"}


def test_bands_read_what_is_printed() -> None:
    node = model.Node(label=LABEL, of={"a": Decimal(100)})

    sheets = [judged(policy({"a": index("a")}, node), facts(a=x)) for x in ("49.995", "49.994999")]

    assert [(s.to_builtins()["score"], s.predicate) for s in sheets] == [("50.00", "top"), ("49.99", "low")]
