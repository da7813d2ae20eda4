"""Every word of an explanation: the whole steps of each method, combiner, cap, band, matrix and modifier.

A step is told on one line, with nothing left out, as explanations.yaml has it; what a step does not have is not told.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Fact, Item, SurveyElement
from neraca.domain.facts import SANCTION
from neraca.policy import model
from neraca.policy.compiled.compilation import compile_policy
from neraca.policy.compiled.result import Explanation, Input, Step
from neraca.policy.engine.evaluation import evaluate, explain
from neraca.policy.findings import Origin

SAID: dict[str, list[str]] = yaml.load(Path(__file__).with_name("explanations.yaml").read_text(), yaml.CSafeLoader)
"""The lines of each case."""

LABEL = {"id": "Contoh"}
LEVELS = {"low": Decimal(1), "mid": Decimal(2), "top": Decimal(3)}
SCALES = {
    "three": model.Scale(min=Decimal(1), max=Decimal(3), levels=LEVELS),
    "four": model.Scale(min=Decimal(1), max=Decimal(4)),
    "seven": model.Scale(min=Decimal(1), max=Decimal(7), step=Decimal(3)),
    "wide": model.Scale(min=Decimal(0), max=Decimal(120), step=Decimal("0.01")),
    "far": model.Scale(min=Decimal(1), max=Decimal(331), step=Decimal(3)),
    "same": model.Scale(min=Decimal(1), max=Decimal(3), step=Decimal("0.5")),
}
BANDS = {"top": model.Band(from_=Decimal(50)), "low": model.Band(from_="min")}


def policy(**parts: Any) -> model.Policy:
    """Indicator x, node `node` of it alone, judged top from 50; every part may be another."""
    nodes = {"node": model.Node(label=LABEL, of={name: Decimal(100) for name in parts.get("indicators", {})})}
    rest: dict[str, Any] = {
        "precision": model.Precision(final=2, rounding="half_up"),
        "panels": {},
        "nodes": nodes,
        "classify": {"predicate": model.Bands(node="node", bands=BANDS)},
        "outcome": "predicate",
        "predicates": {name: model.Predicate(rank=rank, label=LABEL) for rank, name in enumerate(LEVELS)},
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
        workflow=model.Workflow(steps={}, objection=model.ObjectionRule(within="P14D", to="atasan")),
        **{**rest, **parts},
    )


def explained(case: Case, **parts: Any) -> Explanation:
    plan = compile_policy(policy(**parts), {}, "", "")
    explanation = explain(plan, case)
    assert explanation.sheet == evaluate(plan, case)
    return explanation


def told(step: Step) -> str:
    assert (step.origin, step.ref, step.ref_title) == (None, None, None)
    outcome = "missing" if step.value is None else step.value
    before = "" if step.before is None else f"{step.before} "
    note = "" if step.note is None else f" ({step.note})"
    return f"{step.kind} {step.path}: {step.formula} [{'; '.join(map(shown, step.inputs))}] {before}-> {outcome}{note}"


def shown(given: Input) -> str:
    parts = [
        f"{given.name}={given.value}",
        None if given.source is None else f"<{given.source}>",
        None if given.weight is None else f"x{given.weight}",
        None if given.note is None else f"({given.note})",
    ]
    return " ".join(part for part in parts if part is not None)


def number(value: str) -> int:
    return int(Decimal(value) * MICRO)


def facts(**given: str) -> dict[str, Fact]:
    """Numbers as written, and words."""
    return {name: number(value) if value.lstrip("-")[:1].isdigit() else value for name, value in given.items()}


def index(name: str, missing: Any = "renormalise", cap: model.Cap | None = None) -> model.Indicator:
    return model.Indicator(
        label=LABEL, unit="x", measure=model.Index(fact=name), missing=missing, cap=cap or model.Cap()
    )


# The measures.


def measured(
    measure: model.Measure, case: Case, *, panel: model.Panel | None = None, cap: model.Cap | None = None
) -> list[str]:
    """The steps of one indicator, and the reason where it blocks."""
    indicator = model.Indicator(label=LABEL, unit="x", measure=measure, cap=cap or model.Cap())
    explanation = explained(case, indicators={"x": indicator}, panels={} if panel is None else {"panel": panel})
    steps = [told(step) for step in explanation.steps if step.path.split("/")[0] == "indicators"]
    blocked = any(step.kind == "node" and step.inputs[0].note == "blocked" for step in explanation.steps)
    return [*steps, f"blocked {explanation.sheet.path}: {explanation.sheet.reason}"] if blocked else steps


RATIO = model.Ratio(actual="a", target="t")
LINEAR = model.Inverse(form="linear", actual="a", target="t")
RECIPROCAL = model.Inverse(form="reciprocal", actual="a", target="t")
BANDED = model.Banded(
    fact="a",
    bands=[
        model.ScoreBand(from_=Decimal("2.5"), score=Decimal(120)),
        model.ScoreBand(from_=Decimal(1), score=Decimal("60.5")),
    ],
)
DEDUCTION = model.Deduction(
    start=Decimal(100),
    events={
        "late": model.CountedEvent(fact="a", points=Decimal("0.5")),
        "gone": model.CountedEvent(fact="t", points=Decimal(5)),
    },
)
TABLE = model.Table(fact="a", values={"muda": Decimal("12.5"), "madya": Decimal(37)})

BY_FACTS: dict[str, tuple[model.Measure, dict[str, Fact]]] = {
    "ratio": (RATIO, facts(a="57", t="61")),
    "ratio of a target in the policy": (model.Ratio(actual="a", target=Decimal("12.5")), facts(a="10")),
    "ratio without actual": (RATIO, facts(t="61")),
    "ratio without target": (RATIO, facts(a="61")),
    "ratio of a word": (RATIO, facts(a="banyak", t="61")),
    "ratio to a word": (RATIO, facts(a="5", t="banyak")),
    "ratio to nothing": (RATIO, facts(a="57", t="0")),
    "ratio to nothing in the policy": (model.Ratio(actual="a", target=Decimal(0)), facts(a="57")),
    "linear inverse": (LINEAR, facts(a="18", t="15")),
    "linear inverse without target": (LINEAR, facts(a="18")),
    "linear inverse to nothing": (LINEAR, facts(a="18", t="0")),
    "reciprocal inverse": (RECIPROCAL, facts(a="18", t="15")),
    "reciprocal inverse of nothing": (RECIPROCAL, facts(a="0", t="15")),
    "reciprocal inverse of a flag": (RECIPROCAL, {"a": True, **facts(t="15")}),
    "banded at the edge": (BANDED, facts(a="2.5")),
    "banded between": (BANDED, facts(a="2.499999")),
    "banded below": (BANDED, facts(a="-1")),
    "banded without": (BANDED, {}),
    "index": (model.Index(fact="a"), facts(a="96.4")),
    "index without": (model.Index(fact="a"), {}),
    "index of a word": (model.Index(fact="a"), facts(a="banyak")),
    "deduction": (DEDUCTION, facts(a="3", t="1")),
    "deduction without a count": (DEDUCTION, facts(a="3")),
    "deduction of a word": (DEDUCTION, {"a": False, **facts(t="1")}),
    "table": (TABLE, facts(a="madya")),
    "table of another word": (TABLE, facts(a="utama")),
    "table without": (TABLE, {}),
    "table of a number": (TABLE, facts(a="2.5")),
    "table of a flag": (TABLE, {"a": True}),
    "table of the sanction": (model.Table(fact=SANCTION, values={"tidak_ada": Decimal(100), "berat": Decimal(50)}), {}),
    "table of the sanction given": (
        model.Table(fact=SANCTION, values={"tidak_ada": Decimal(100), "berat": Decimal(50)}),
        {SANCTION: "berat"},
    ),
    "table of the sanction without the word": (model.Table(fact=SANCTION, values={"berat": Decimal(50)}), {}),
}


@pytest.mark.parametrize("which", BY_FACTS)
def test_the_steps_of_a_measure_of_facts(which: str) -> None:
    measure, given = BY_FACTS[which]

    assert measured(measure, Case(facts=given)) == SAID[which]


SURVEY = model.SurveyIndex(survey="s", elements=["u1", "u2"], factor=Decimal(25), min_respondents=3)
SURVEYS: dict[str, dict[str, tuple[str, int]]] = {
    "survey": {"u1": ("10", 3), "u2": ("14", 4)},
    "survey of too few": {"u1": ("10", 3), "u2": ("6", 2)},
    "survey without an element": {"u2": ("14", 4)},
    "survey of nothing": {},
}


@pytest.mark.parametrize("which", SURVEYS)
def test_the_steps_of_a_survey(which: str) -> None:
    answers = {name: SurveyElement(number(total), n) for name, (total, n) in SURVEYS[which].items()}

    assert measured(SURVEY, Case(surveys={"s": answers})) == SAID[which]


def test_a_survey_never_asked() -> None:
    assert measured(SURVEY, Case()) == SAID["survey of nothing"]


@pytest.mark.parametrize(("fewest", "n", "value"), [(0, 0, None), (0, 1, "87.5"), (1, 1, "87.5"), (2, 1, None)])
def test_a_survey_takes_one_respondent_at_least(fewest: int, n: int, value: str | None) -> None:
    measure = model.SurveyIndex(survey="s", elements=["u1"], factor=Decimal(25), min_respondents=fewest)
    (step,) = measured(measure, Case(surveys={"s": {"u1": SurveyElement(number("3.5"), n)}}))

    assert step.endswith("-> missing (missing)" if value is None else f"-> {value}")


def planned(target: str | None, actual: str | None, weight: str | None = None, polarity: Any = "max") -> Item:
    given = [None if value is None else number(value) for value in (target, actual, weight)]
    return Item(target=given[0], actual=given[1], weight=given[2], polarity=polarity)


EQUAL = model.Items(source="skp", item="ratio", min_items=2)
WEIGHED = model.Items(
    source="skp", item="ratio", weights="declared", item_cap=model.Cap(min=Decimal(10), max=Decimal(120))
)
LEVEL = model.Items(source="skp", item="level", scale="three")
STANDARD = model.Items(
    source="skp",
    item="ratio",
    standards={
        "lebih": model.Standard(from_=Decimal(110), score=Decimal(120)),
        "cukup": model.Standard(from_=Decimal(80), score=Decimal(70), to=Decimal(99), to_score=Decimal(89)),
        "kurang": model.Standard(from_="min", score=Decimal(0), to=Decimal(79), to_score=Decimal(69)),
    },
)
MOST = model.Majority(source="skp", scale="three", min_items=2)
ITEMS: dict[str, tuple[model.Items | model.Majority, list[Item]]] = {
    "items": (EQUAL, [planned("10", "8"), planned("20", "25", polarity="min")]),
    "items with weights and a cap": (WEIGHED, [planned("10", "15", "30"), planned("10", "0.5", "70.5")]),
    "items by standards": (STANDARD, [planned("10", "15"), planned("10", "9.8"), planned("20", "25", polarity="min")]),
    "items without a weight": (WEIGHED, [planned("10", "15", "30"), planned("10", "9")]),
    "items of weights that come to nothing": (WEIGHED, [planned("10", "15", "0")]),
    "items too few": (EQUAL, [planned("10", "8")]),
    "items none": (EQUAL, []),
    "items without an actual": (EQUAL, [planned("10", "8"), planned("10", None)]),
    "items without a target": (EQUAL, [planned(None, "8"), planned("10", "10")]),
    "items against nothing": (EQUAL, [planned("10", "8"), planned("0", "8")]),
    "levels": (LEVEL, [Item(level="top"), Item(level="mid")]),
    "levels without one": (LEVEL, [Item(level="top"), Item()]),
    "levels have no polarity": (LEVEL, [Item(level="top", polarity="min")]),
    "levels weighed": (
        model.Items(source="skp", item="level", scale="three", weights="declared"),
        [Item(level="top", weight=MICRO), Item(level="low", weight=3 * MICRO)],
    ),
    "levels weighed without a weight": (
        model.Items(source="skp", item="level", scale="three", weights="declared"),
        [Item(level="top", weight=MICRO), Item(level="low")],
    ),
    "items against nothing after one that is missing": (EQUAL, [planned("10", None), planned("0", "8")]),
    "levels of another word": (LEVEL, [Item(level="top"), Item(level="best")]),
    "majority": (MOST, [Item(level="top"), Item(level="top"), Item(level="low", priority="tambahan")]),
    "majority with a main one below": (MOST, [Item(level="top"), Item(level="low"), Item(level="top")]),
    "majority of all together": (
        MOST,
        [Item(level="top"), Item(level="low"), Item(level="low", priority="tambahan")],
    ),
    "majority of nothing": (MOST, [Item(level="top"), Item(level="low")]),
    "majority too few": (MOST, [Item(level="top")]),
    "majority without one": (MOST, [Item(level="top"), Item(priority="tambahan")]),
    "majority of another word": (MOST, [Item(), Item(level="best")]),
}


@pytest.mark.parametrize("which", ITEMS)
def test_the_steps_of_items(which: str) -> None:
    measure, given = ITEMS[which]

    assert measured(measure, Case(items={"skp": given})) == SAID[which]


def raters(trim: int = 0, aggregate: Any = "mean", **groups: Mapping[str, Any]) -> model.Panel:
    return model.Panel(
        raters={
            name: model.RaterGroup(**{"weight": Decimal(50), "anonymous": False, **rules})
            for name, rules in groups.items()
        },
        trim_each_end=trim,
        aggregate=aggregate,
    )


HIDDEN = {"anonymous": True, "min": 3}
PANELS: dict[str, tuple[model.Panel, str, dict[str, list[str]]]] = {
    "panel": (
        raters(atasan={"weight": Decimal(60)}, rekan={"weight": Decimal(40)}),
        "three",
        {"atasan": ["3"], "rekan": ["2", "1", "1"]},
    ),
    "panel trimmed by one": (raters(1, rekan={"min": 3}), "three", {"rekan": ["1", "1", "2", "3", "3"]}),
    "panel trimmed by two": (
        raters(2, rekan={"min": 2}),
        "wide",
        {"rekan": ["10", "20.5", "30", "70", "71", "80", "120"]},
    ),
    "panel too small to trim by two": (
        raters(2, rekan={"min": 2}),
        "wide",
        {"rekan": ["10", "20.5", "30", "70", "80"]},
    ),
    "panel with just enough to trim by two": (
        raters(2, rekan={"min": 1}),
        "wide",
        {"rekan": ["10", "20", "30", "70", "80"]},
    ),
    "median": (raters(0, "median", rekan={}), "three", {"rekan": ["1", "3", "3", "2"]}),
    "median of an odd number": (raters(0, "median", rekan={}), "three", {"rekan": ["1", "3", "3"]}),
    "median trimmed by two": (raters(2, "median", rekan={}), "wide", {"rekan": ["10", "20", "30", "41", "80", "120"]}),
    "median too small to trim by two": (
        raters(2, "median", rekan={}),
        "wide",
        {"rekan": ["10", "30", "20"]},
    ),
    "on a long scale whose step does not divide its minimum": (raters(rekan={}), "far", {"rekan": ["4", "331"]}),
    "off a long scale whose step does not divide its minimum": (raters(rekan={}), "far", {"rekan": ["4", "6"]}),
    "mapped": (raters(warga={"scale": "four"}), "three", {"warga": ["4", "3", "1"]}),
    "mapped and trimmed": (raters(1, warga={"scale": "four"}), "three", {"warga": ["4", "3", "1"]}),
    "mapped from a scale of the same ends": (raters(warga={"scale": "same"}), "three", {"warga": ["2.5"]}),
    "steps that do not divide their minimum": (raters(warga={"scale": "seven"}), "three", {"warga": ["7", "4", "1"]}),
    "off a step that does not divide its minimum": (raters(warga={"scale": "seven"}), "three", {"warga": ["3"]}),
    "a silent group is left out": (raters(atasan={}, rekan={"missing": "renormalise"}), "three", {"atasan": ["3"]}),
    "a silent group counts as nothing": (raters(atasan={}, rekan={"missing": "zero"}), "three", {"atasan": ["3"]}),
    "a silent group blocks": (
        raters(atasan={}, rekan={"missing": "block", "min": 2}),
        "three",
        {"atasan": ["3"], "rekan": ["1"]},
    ),
    "a silent group gives its weight": (
        raters(
            atasan={"weight": Decimal(25)},
            rekan={"weight": Decimal("37.5")},
            warga={"weight": Decimal("37.5"), "missing": "reassign:rekan"},
        ),
        "three",
        {"atasan": ["3"], "rekan": ["1"]},
    ),
    "a silent group has a table": (
        replace(
            raters(atasan={"weight": Decimal(60)}, rekan={"weight": Decimal(15)}, warga={"weight": Decimal(25)}),
            when_missing={
                "tanpa_rekan": model.WeightsWithout(
                    groups=["rekan"], weights={"atasan": Decimal(70), "warga": Decimal(30)}
                )
            },
        ),
        "three",
        {"atasan": ["3"], "warga": ["1"]},
    ),
    "nobody": (raters(atasan={}, rekan={"missing": "zero"}), "three", {}),
    "nobody who weighs": (raters(atasan={}, rekan={"weight": Decimal(0)}), "three", {"rekan": ["2"]}),
    "anonymous and enough": (raters(atasan={}, rekan=HIDDEN), "three", {"atasan": ["3"], "rekan": ["1", "2", "2"]}),
    "anonymous and too few": (raters(atasan={}, rekan=HIDDEN), "three", {"atasan": ["3"], "rekan": ["1", "2"]}),
    "anonymous and too few but used": (
        raters(atasan={}, rekan={**HIDDEN, "below_min": "use_anyway"}),
        "three",
        {"atasan": ["3"], "rekan": ["1", "2"]},
    ),
    "named and too few but used": (
        raters(atasan={}, rekan={"min": 3, "below_min": "use_anyway"}),
        "three",
        {"atasan": ["3"], "rekan": ["1", "2"]},
    ),
    "one who is used though three are asked for": (
        raters(atasan={}, rekan={"min": 3, "below_min": "use_anyway"}),
        "three",
        {"atasan": ["3"], "rekan": ["1"]},
    ),
    "none where three are asked for but fewer used": (
        raters(atasan={}, rekan={"min": 3, "below_min": "use_anyway"}),
        "three",
        {"atasan": ["3"], "rekan": []},
    ),
    "off the scale": (raters(atasan={}, rekan={}), "three", {"atasan": ["3"], "rekan": ["1", "2.5"]}),
    "off a wide scale": (raters(atasan={}), "wide", {"atasan": ["80", "80.005"]}),
    "one on a wide scale beyond it": (raters(atasan={}), "wide", {"atasan": ["80", "120.01"]}),
}


def rated(which: str, given: str) -> list[str]:
    panel, scale, ratings = PANELS[which]
    numbers = {group: [number(value) for value in values] for group, values in ratings.items()}
    return measured(model.Rated(panel="panel", scale=scale), Case(ratings={given: numbers}), panel=panel)


@pytest.mark.parametrize("which", PANELS)
def test_the_steps_of_a_panel(which: str) -> None:
    assert rated(which, "x") == SAID[which]


def test_the_steps_of_ratings_for_all_indicators_say_so() -> None:
    assert rated("panel", "*") == [line.replace("<ratings/x/", "<ratings/*/") for line in SAID["panel"]]


def test_nobody_rated_at_all() -> None:
    steps = measured(model.Rated(panel="panel", scale="three"), Case(), panel=PANELS["nobody"][0])

    assert steps == [line.replace("<ratings/x/", "<ratings/*/") for line in SAID["nobody"]]


# Caps.

CAPS: dict[str, tuple[model.Cap, str]] = {
    "a cap that changes nothing": (model.Cap(min=Decimal(0), max=Decimal(120)), "120"),
    "a cap from above": (model.Cap(min=Decimal(0), max=Decimal("110.5")), "110.500001"),
    "a cap from below": (model.Cap(min=Decimal(0), max=Decimal(120)), "-0.000001"),
    "a cap from below alone": (model.Cap(min=Decimal(10)), "9"),
    "a cap from above alone": (model.Cap(max=Decimal(90)), "91"),
}


@pytest.mark.parametrize("which", CAPS)
def test_the_steps_of_a_cap(which: str) -> None:
    cap, given = CAPS[which]

    assert measured(model.Index(fact="a"), Case(facts=facts(a=given)), cap=cap) == SAID[which]


def test_nothing_is_capped_where_nothing_is_there() -> None:
    assert measured(model.Index(fact="a"), Case(), cap=model.Cap(min=Decimal(10))) == SAID["index without"]


# Nodes.


def combined(combine: Any, given: Mapping[str, Fact], missing: Any = "renormalise", **more: Any) -> list[str]:
    """The steps of a node of a, b and c, and why it blocks; `missing` is the rule of a."""
    indicators = {"a": index("a", missing), "b": index("b"), "c": index("c")}
    of = {"a": Decimal(50), "b": Decimal("30.5"), "c": Decimal("19.5")}
    nodes = {"node": model.Node(label=LABEL, of=of, combine=combine, **more)}
    explanation = explained(
        Case(facts=dict(given)), indicators=indicators, nodes=nodes, classify={}, outcome=None, score="node"
    )
    steps = [told(step) for step in explanation.steps if step.path.startswith("nodes/")]
    sheet = explanation.sheet
    return [*steps, f"blocked {sheet.path}: {sheet.reason}" if sheet.status == "blocked" else f"score {sheet.score}"]


ALL = facts(a="80", b="50", c="40.25")
WITHOUT_A = facts(b="50", c="40.25")
NODES: dict[str, tuple[Any, Mapping[str, Fact], dict[str, Any]]] = {
    **{combine: (combine, ALL, {}) for combine in ("weighted_mean", "mean", "sum", "min", "max", "product")},
    **{
        f"{combine}, a missing child {missing}": (combine, WITHOUT_A, {"missing": missing})
        for combine in ("weighted_mean", "sum", "min", "max", "product")
        for missing in ("renormalise", "zero", "block")
    },
    **{
        f"{combine} of a blocked child": (combine, facts(a="80", b="banyak", c="40.25"), {})
        for combine in ("weighted_mean", "min", "product")
    },
    **{f"{combine} of nothing": (combine, {}, {}) for combine in ("mean", "max", "product")},
    "too little weight": ("weighted_mean", WITHOUT_A, {"min_weight_present": Decimal("50.000001")}),
    "just enough weight": ("weighted_mean", WITHOUT_A, {"min_weight_present": Decimal(50)}),
    "a clamp": ("sum", ALL, {"clamp": model.Cap(max=Decimal(120))}),
    "a clamp from below": ("min", ALL, {"clamp": model.Cap(min=Decimal("40.5"), max=Decimal(120))}),
    "a clamp that changes nothing": ("max", ALL, {"clamp": model.Cap(min=Decimal(0), max=Decimal(80))}),
    "a clamp of nothing": ("max", {}, {"clamp": model.Cap(min=Decimal(0))}),
}


@pytest.mark.parametrize("which", NODES)
def test_the_steps_of_a_node(which: str) -> None:
    combine, given, more = NODES[which]

    assert combined(combine, given, **more) == SAID[which]


LEVELS_OF: dict[str, tuple[list[str | None], Any]] = {
    "most above": (["top", "top", "mid"], "renormalise"),
    "most above beside one below": (["top", "top", "top", "low"], "renormalise"),
    "most below": (["low", "low", "top"], "renormalise"),
    "no level of most": (["top", "low", "mid"], "renormalise"),
    "most above of those that are there": (["top", None], "renormalise"),
    "most of nothing": ([None, None], "renormalise"),
    "most where one is missing that blocks": (["top", None, "top"], "block"),
    "most where one is blocked": (["top", "best"], "renormalise"),
}


def majority_of(words: list[str | None], missing: Any) -> list[str]:
    """The step of a node of as many values, each at its level, and what comes of it."""
    indicators = {
        name: model.Indicator(
            label=LABEL, unit="x", measure=model.Majority(source=f"of_{name}", scale="three"), missing=missing
        )
        for name in "abcd"[: len(words)]
    }
    items = {f"of_{name}": [Item(level=word)] for name, word in zip("abcd", words, strict=False) if word is not None}
    node = model.Node(label=LABEL, of=dict.fromkeys(indicators, Decimal(1)), combine="majority")

    explanation = explained(
        Case(items=items), indicators=indicators, nodes={"node": node}, classify={}, outcome=None, score="node"
    )
    steps = [told(step) for step in explanation.steps if step.path == "nodes/node"]
    sheet = explanation.sheet
    return [*steps, f"blocked {sheet.path}: {sheet.reason}" if sheet.status == "blocked" else f"score {sheet.score}"]


@pytest.mark.parametrize("which", LEVELS_OF)
def test_the_steps_of_a_majority_of_nodes(which: str) -> None:
    assert majority_of(*LEVELS_OF[which]) == SAID[which]


def test_a_missing_child_that_blocks_says_what_it_reads() -> None:
    """A node reads nothing itself; a rated indicator is not said to read everybody's ratings."""
    indicators = {
        "ratio": model.Indicator(label=LABEL, unit="x", measure=RATIO, missing="block"),
        "rated": model.Indicator(
            label=LABEL, unit="x", measure=model.Rated(panel="panel", scale="three"), missing="block"
        ),
        "index": index("a"),
    }

    def reason(child: str, missing: Any = "block") -> str | None:
        nodes = {
            "inner": model.Node(label=LABEL, of={"index": Decimal(100)}, missing=missing),
            "node": model.Node(label=LABEL, of={child: Decimal(100)}),
        }
        parts = {"indicators": indicators, "panels": {"panel": raters(atasan={})}, "nodes": nodes}
        return explained(Case(), classify={}, outcome=None, score="node", **parts).sheet.reason

    assert reason("ratio") == (
        "indicators/ratio is missing and nodes/node can't do without it (it reads facts/a, facts/t)"
    )
    assert reason("rated") == (
        "indicators/rated is missing and nodes/node can't do without it (it reads ratings/rated)"
    )
    assert reason("inner") == "nodes/inner is missing and nodes/node can't do without it"
    assert reason("inner", "zero") is None


def test_the_least_weight_is_written_plainly() -> None:
    assert combined("weighted_mean", facts(c="40"), min_weight_present=Decimal("5E+1"))[-1] == (
        "blocked nodes/node: nodes/node: less than 50% of its weight is present"
    )


# Bands, the matrix and modifiers.

CONDITIONS: dict[str, tuple[dict[str, Any], Fact | None]] = {
    "true as a matter of course": ({"fact": "f"}, True),
    "false where true is wanted": ({"fact": "f"}, False),
    "equals a flag": ({"fact": "f", "equals": False}, False),
    "equals a number": ({"fact": "f", "equals": Decimal("2.5")}, number("2.5")),
    "a number is not a flag": ({"fact": "f", "equals": True}, MICRO),
    "equals a word": ({"fact": "f", "equals": "ya"}, "ya"),
    "equals another word": ({"fact": "f", "equals": "ya"}, "tidak"),
    "in words": ({"fact": "f", "in_": ["sedang", "berat"]}, "sedang"),
    "not in words": ({"fact": "f", "in_": ["sedang", "berat"]}, "ringan"),
    "at least": ({"fact": "f", "at_least": Decimal(2)}, 2 * MICRO),
    "less": ({"fact": "f", "at_least": Decimal(2)}, 2 * MICRO - 1),
    "at least a word": ({"fact": "f", "at_least": Decimal(2)}, "dua"),
    "a flag is not a number": ({"fact": "f", "equals": Decimal("0.000001")}, True),
    "a millionth is not a flag": ({"fact": "f", "equals": True}, 1),
    "nothing is not a flag that is not set": ({"fact": "f", "equals": False}, 0),
    "a flag is not at least nothing": ({"fact": "f", "at_least": Decimal(0)}, True),
    "at least and equals another": ({"fact": "f", "equals": Decimal(3), "at_least": Decimal(2)}, 4 * MICRO),
    "equals and less": ({"fact": "f", "equals": Decimal(1), "at_least": Decimal(2)}, MICRO),
    "in words and equals another": ({"fact": "f", "equals": "berat", "in_": ["sedang", "berat"]}, "sedang"),
    "at least and equals": ({"fact": "f", "equals": Decimal(3), "at_least": Decimal(2)}, 3 * MICRO),
    "absent": ({"fact": "f", "at_least": Decimal(-1)}, None),
    "the sanction absent": ({"fact": SANCTION, "in_": ["tidak_ada", "ringan"]}, None),
    "the sanction absent where one is wanted": ({"fact": SANCTION, "equals": "berat"}, None),
    "the sanction": ({"fact": SANCTION, "equals": "berat"}, "berat"),
}


def classified(given: Mapping[str, Fact], kind: str, **parts: Any) -> list[str]:
    explanation = explained(Case(facts=dict(given)), **{"indicators": {"a": index("a")}, **parts})
    sheet = explanation.sheet
    steps = [told(step) for step in explanation.steps if step.kind == kind]
    return [
        *steps,
        f"blocked {sheet.path}: {sheet.reason}" if sheet.status == "blocked" else f"predicate {sheet.predicate}",
    ]


@pytest.mark.parametrize("which", CONDITIONS)
def test_the_steps_of_a_band_with_a_condition(which: str) -> None:
    condition, fact = CONDITIONS[which]
    bands = {
        "top": model.Band(from_=Decimal(50), requires=[model.Condition(**condition)]),
        "low": model.Band(from_="min"),
    }
    given = facts(a="50") | ({} if fact is None else {condition["fact"]: fact})

    assert classified(given, "band", classify={"predicate": model.Bands(node="node", bands=bands)}) == SAID[which]


@pytest.mark.parametrize(
    ("given", "predicate"),
    [({"f": True, "g": True}, "top"), ({"f": True}, "low"), ({"g": True}, "low"), ({}, "low")],
)
def test_a_band_takes_only_who_meets_all_its_conditions(given: dict[str, Fact], predicate: str) -> None:
    requires = [model.Condition(fact="f"), model.Condition(fact="g")]
    bands = {"top": model.Band(from_=Decimal(50), requires=requires), "low": model.Band(from_="min")}
    parts = {"classify": {"predicate": model.Bands(node="node", bands=bands)}}

    assert classified({**facts(a="50"), **given}, "band", **parts)[-1] == f"predicate {predicate}"


JUDGED: dict[str, Mapping[str, Fact]] = {
    "the band at its edge": facts(a="49.995"),
    "the band below": facts(a="49.994"),
    "no value to judge": {},
}


@pytest.mark.parametrize("which", JUDGED)
def test_the_steps_of_bands(which: str) -> None:
    assert classified(JUDGED[which], "band") == SAID[which]


def test_the_steps_of_bands_of_which_none_is_reached() -> None:
    bands = {"top": model.Band(from_=Decimal(50)), "low": model.Band(from_=Decimal(0))}
    parts = {"classify": {"predicate": model.Bands(node="node", bands=bands)}}

    assert classified(facts(a="-1"), "band", **parts) == SAID["no band reached"]


TABLE_OF_TWO = {"top": {"top": "top", "low": "mid"}, "low": {"top": "low"}}
MATRICES: dict[str, Mapping[str, Fact]] = {
    "the matrix": facts(a="80", b="20"),
    "the matrix without a row": facts(b="20"),
    "the matrix without a column": facts(a="80"),
    "the matrix without a cell": facts(a="20", b="20"),
}


@pytest.mark.parametrize("which", MATRICES)
def test_the_steps_of_a_matrix(which: str) -> None:
    parts = {
        "indicators": {"a": index("a"), "b": index("b")},
        "nodes": {name: model.Node(label=LABEL, of={name[0]: Decimal(100)}) for name in ("a1", "b1")},
        "classify": {
            "predicate": model.Matrix(rows="one", cols="two", table=TABLE_OF_TWO),
            "one": model.Bands(node="a1", bands=BANDS),
            "two": model.Bands(node="b1", bands=BANDS),
        },
    }

    assert classified(MATRICES[which], "matrix", **parts) == SAID[which]


MODIFIERS: dict[str, tuple[str, list[tuple[str, dict[str, Any]]], str | None]] = {
    "no modifier applies": ("80", [("f", {"max_predicate": "low"})], None),
    "one holds down": ("80", [("f", {"max_predicate": "mid"})], "f"),
    "one lifts": ("20", [("f", {"min_predicate": "mid"})], "f"),
    "one that changes nothing": ("20", [("f", {"max_predicate": "mid"})], "f"),
    "one from both sides": ("20", [("f", {"min_predicate": "mid", "max_predicate": "top"})], "f"),
    "the higher least and the lower most": (
        "20",
        [
            ("f", {"min_predicate": "top"}),
            ("f", {"min_predicate": "mid"}),
            ("f", {"max_predicate": "top"}),
            ("f", {"max_predicate": "mid"}),
            ("g", {"max_predicate": "low"}),
        ],
        "f",
    ),
}


@pytest.mark.parametrize("which", MODIFIERS)
def test_the_steps_of_modifiers(which: str) -> None:
    value, written, true = MODIFIERS[which]
    modifiers = {
        f"m{i}": model.Modifier(when=model.Condition(fact=fact), then=model.Then(**then))
        for i, (fact, then) in enumerate(written, 1)
    }
    given: dict[str, Fact] = {**facts(a=value), **({} if true is None else {true: True})}

    assert classified(given, "modifier", modifiers=modifiers) == SAID[which]


BY_ONE: dict[str, Mapping[str, Fact]] = {
    "one classifier alone": {**facts(a="80", b="20"), "f": True},
    "one classifier alone, though the other lacks its value": {**facts(b="20"), "f": True},
    "one classifier alone, though the other is blocked": {**facts(b="80"), "a": "banyak", "f": True},
    "one classifier alone, which lacks its own value": {**facts(a="80"), "f": True},
    "one classifier alone, which is blocked": {**facts(a="80"), "b": "banyak", "f": True},
    "one classifier alone, and a bound": {**facts(a="80", b="80"), "f": True, "g": True},
    "no classifier alone": facts(a="80", b="80"),
}


@pytest.mark.parametrize("which", BY_ONE)
def test_the_steps_of_a_modifier_that_replaces(which: str) -> None:
    alone = model.Replacement(by="two", predicates={"top": "mid", "low": "low"})
    parts = {
        "indicators": {"a": index("a"), "b": index("b")},
        "nodes": {name: model.Node(label=LABEL, of={name[0]: Decimal(100)}) for name in ("a1", "b1")},
        "classify": {
            "predicate": model.Matrix(
                rows="one", cols="two", table={**TABLE_OF_TWO, "low": {"top": "low", "low": "low"}}
            ),
            "one": model.Bands(node="a1", bands=BANDS),
            "two": model.Bands(node="b1", bands=BANDS),
        },
        "modifiers": {
            "alone": model.Modifier(when=model.Condition(fact="f"), then=model.Then(replace=alone)),
            "bound": model.Modifier(when=model.Condition(fact="g"), then=model.Then(max_predicate="low")),
        },
    }

    assert classified(BY_ONE[which], "modifier", **parts) == SAID[which]


def test_modifiers_go_by_rank_and_not_by_name() -> None:
    names = {"zebra": 1, "mid": 2, "alpha": 3}
    parts = {
        "predicates": {name: model.Predicate(rank=rank, label=LABEL) for name, rank in names.items()},
        "classify": {"predicate": model.Bands(node="node", bands={"mid": model.Band(from_="min")})},
    }

    def held(**then: Any) -> str:
        modifiers = {"m": model.Modifier(when=model.Condition(fact="f"), then=model.Then(**then))}
        return classified({**facts(a="50"), "f": True}, "modifier", modifiers=modifiers, **parts)[-1]

    assert held(min_predicate="alpha") == "predicate alpha"
    assert held(min_predicate="zebra") == "predicate mid"
    assert held(max_predicate="zebra") == "predicate zebra"
    assert held(max_predicate="alpha") == "predicate mid"


def test_a_modifier_of_the_sanction_says_that_none_is_recorded() -> None:
    when = model.Condition(fact=SANCTION, in_=["berat"])
    modifiers = {"hukuman": model.Modifier(when=when, then=model.Then(max_predicate="low"))}

    assert classified(facts(a="80"), "modifier", modifiers=modifiers) == SAID["no sanction"]


def test_the_order_of_the_steps_is_that_of_the_plan() -> None:
    panel = raters(atasan={})
    explanation = explained(
        Case(facts=facts(a="80"), ratings={"x": {"atasan": [3 * MICRO]}}),
        indicators={
            "x": model.Indicator(label=LABEL, unit="x", measure=model.Rated(panel="panel", scale="three")),
            "a": index("a", cap=model.Cap(max=Decimal(70))),
        },
        panels={"panel": panel},
        nodes={
            "node": model.Node(label=LABEL, of={"x": Decimal(50), "a": Decimal(50)}, clamp=model.Cap(max=Decimal(30)))
        },
        modifiers={"m": model.Modifier(when=model.Condition(fact="f"), then=model.Then(max_predicate="low"))},
    )

    assert [(step.kind, step.path) for step in explanation.steps] == [
        ("group", "indicators/x/atasan"),
        ("panel", "indicators/x"),
        ("measure", "indicators/x"),
        ("measure", "indicators/a"),
        ("cap", "indicators/a"),
        ("node", "nodes/node"),
        ("cap", "nodes/node"),
        ("band", "classify/predicate"),
        ("modifier", "modifiers/m"),
    ]


def test_a_step_names_the_place_of_its_own_block_and_the_law_it_rests_on() -> None:
    panel = raters(atasan={})
    plain = policy(
        indicators={
            "x": model.Indicator(label=LABEL, unit="x", measure=model.Rated(panel="panel", scale="three"), ref="law"),
            "a": replace(index("a", cap=model.Cap(max=Decimal(70))), ref="other"),
        },
        panels={"panel": panel},
        nodes={
            "node": model.Node(
                label=LABEL, of={"x": Decimal(50), "a": Decimal(50)}, clamp=model.Cap(max=Decimal(30)), ref="law"
            )
        },
        modifiers={
            "m": model.Modifier(when=model.Condition(fact="f"), then=model.Then(max_predicate="low"), ref="unknown")
        },
        references={
            "law": model.Reference(title="Perwal 1", status="illustrative", article="Pasal 2"),
            "other": model.Reference(title="Perwal 3", status="illustrative"),
        },
    )
    blocks = (
        "panels/panel/raters/atasan", "panels/panel", "indicators/x", "indicators/a", "nodes/node",
        "classify/predicate", "modifiers/m",
    )  # fmt: skip
    origins = {f"/{block}": Origin(block, 3, 7) for block in blocks}
    case = Case(facts=facts(a="80"), ratings={"x": {"atasan": [3 * MICRO]}})

    def places(origins: Mapping[str, Origin]) -> list[tuple[str, str | None, str | None, str | None]]:
        steps = explain(compile_policy(plain, origins, "", ""), case).steps
        return [(step.kind, step.origin, step.ref, step.ref_title) for step in steps]

    law, other = ("law", "Perwal 1, Pasal 2"), ("other", "Perwal 3")
    assert places(origins) == [
        ("group", "panels/panel/raters/atasan:3:7", *law),
        ("panel", "panels/panel:3:7", *law),
        ("measure", "indicators/x:3:7", *law),
        ("measure", "indicators/a:3:7", *other),
        ("cap", "indicators/a:3:7", *other),
        ("node", "nodes/node:3:7", *law),
        ("cap", "nodes/node:3:7", *law),
        ("band", "classify/predicate:3:7", None, None),
        ("modifier", "modifiers/m:3:7", "unknown", None),
    ]
    assert {origin for _, origin, _, _ in places({})} == {None}


def test_no_line_is_kept_that_nothing_says() -> None:
    single = {"no band reached", "no sanction"}

    assert SAID.keys() == {
        *BY_FACTS,
        *SURVEYS,
        *ITEMS,
        *PANELS,
        *CAPS,
        *NODES,
        *LEVELS_OF,
        *CONDITIONS,
        *JUDGED,
        *MATRICES,
        *BY_ONE,
        *MODIFIERS,
        *single,
    }
