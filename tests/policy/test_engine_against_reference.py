"""The engine against a second reading of the rules, in fractions rounded at the named points, over random policies."""

from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Item, SurveyElement
from neraca.policy import model
from neraca.policy.compiled.compilation import compile_policy
from neraca.policy.compiled.result import Block
from neraca.policy.engine.evaluation import Scoring, computed, evaluate, explain
from neraca.policy.library import Library
from neraca.policy.numbers import Rounding
from neraca.policy.testing.cases import refusals

T = TypeVar("T")

SAMPLES = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "samples").glob("*.yaml"))}
BLOCKED = "blocked"
THOROUGH = settings(
    max_examples=70, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


# The reference: one function per paragraph of the rules, values as fractions, None for missing.


class Reference:
    def __init__(self, policy: model.Policy, case: Case) -> None:
        self.policy = policy
        self.case = case

    def round(self, x: Fraction, places: int = 6) -> Fraction:
        scaled = x * 10**places
        low = floor(scaled)
        rest = scaled - low
        match self.policy.precision.rounding:
            case "floor":
                whole = low
            case "ceil":
                whole = ceil(scaled)
            case "half_even":
                whole = low + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1))
            case "half_up":
                up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and scaled > 0)
                whole = low + up
        return Fraction(whole, 10**places)

    def fact(self, name: str | Decimal) -> Any:
        if isinstance(name, Decimal):
            return Fraction(name)
        value = self.case.facts.get(name)
        if value is None:
            return None
        return Fraction(value, MICRO) if type(value) is int else BLOCKED

    def group(self, panel: model.Panel, rule: model.RaterGroup, scale: str, xs: list[Fraction]) -> Any:
        own, onto = self.policy.scales[rule.scale or scale], self.policy.scales[scale]
        allowed = Fraction(own.step)
        for x in xs:
            if not Fraction(own.min) <= x <= Fraction(own.max) or ((x - Fraction(own.min)) / allowed).denominator != 1:
                return BLOCKED
        xs = sorted(xs)
        n, k = len(xs), panel.trim_each_end
        if n == 0 or (n < rule.min and rule.below_min == "treat_as_missing"):
            return None
        if k and n - 2 * k >= rule.min:
            xs = xs[k:-k]
            n = len(xs)
        if panel.aggregate == "mean":
            value = self.round(sum(xs, Fraction(0)) / n)
        elif n % 2:
            value = xs[n // 2]
        else:
            value = self.round((xs[n // 2 - 1] + xs[n // 2]) / 2)
        span, own_span = Fraction(onto.max - onto.min), Fraction(own.max - own.min)
        if rule.scale is not None:
            value = Fraction(onto.min) + self.round((value - Fraction(own.min)) * span / own_span)
        return value

    def rated(self, name: str, measure: model.Rated) -> Any:
        panel = self.policy.panels[measure.panel]
        given = self.case.ratings.get(name, self.case.ratings.get("*", {}))
        values: dict[str, Any] = {}
        for group, rule in panel.raters.items():
            xs = [Fraction(x, MICRO) for x in given.get(group, [])]
            values[group] = self.group(panel, rule, measure.scale, xs)
        if BLOCKED in values.values():
            return BLOCKED
        weights = {group: Fraction(rule.weight) for group, rule in panel.raters.items()}
        rules = {group: rule.missing for group, rule in panel.raters.items()}
        for group, rule in panel.raters.items():
            if values[group] is None and rule.missing.startswith("reassign:"):
                weights[rule.missing[9:]] += Fraction(rule.weight)
                weights[group] = Fraction(0)
                rules[group] = "renormalise"
        if any(values[group] is None and rules[group] == "block" for group in values):
            return BLOCKED
        silent = {group for group in values if values[group] is None}
        for table in panel.when_missing.values():
            if silent and silent == set(table.groups):
                there = sum((Fraction(w) * values[group] for group, w in table.weights.items()), Fraction(0))
                return self.round(there / sum(map(Fraction, table.weights.values())))
        counted = [group for group in values if values[group] is not None or rules[group] == "zero"]
        total = sum((weights[group] for group in counted), Fraction(0))
        return self.round(sum((weights[g] * (values[g] or 0) for g in counted), Fraction(0)) / total) if total else None

    def against_target(self, actual: Any, target: Any, form: str, best: Decimal | None = None) -> Any:
        if BLOCKED in (actual, target):
            return BLOCKED
        if actual is None or target is None:
            return None
        if target == 0:
            return BLOCKED
        if form == "ratio":
            return self.round(100 * actual / target)
        if form == "linear":
            return self.round(max(2 * target - actual, Fraction(0)) * 100 / target)
        if actual == 0:
            return BLOCKED if best is None else Fraction(best)
        return self.round(100 * target / actual)

    def items(self, measure: model.Items) -> Any:
        items = self.case.items.get(measure.source, [])
        if len(items) < measure.min_items:
            return None
        values: list[Any] = []
        for item in items:
            if measure.item == "level":
                levels = self.policy.scales[measure.scale or ""].levels
                x = None if item.level is None else Fraction(levels[item.level]) if item.level in levels else BLOCKED
            else:
                form = "ratio" if item.polarity == "max" else "linear"
                given = [None if v is None else Fraction(v, MICRO) for v in (item.actual, item.target)]
                actual, target = given
                x = None if actual is None else self.against_target(actual, target, form)
                if actual is not None and target == 0 and item.polarity == "min":
                    x = Fraction(100) if actual <= 0 else Fraction(0)
                x = x if x in (None, BLOCKED) else self.standard(measure, x)
            values.append(capped(x, measure.item_cap))
        if BLOCKED in values:
            return BLOCKED
        weights = [1 if measure.weights == "equal" else item.weight for item in items]
        if None in values or None in weights or not sum(w or 0 for w in weights):
            return None
        exact = [Fraction(w or 0) for w in weights]
        return self.round(sum((w * x for w, x in zip(exact, values, strict=True)), Fraction(0)) / sum(exact))

    def standard(self, measure: model.Items, achieved: Fraction) -> Fraction:
        """The first category from the top whose lower bound is reached, and how far along its line."""
        for one in measure.standards.values():
            low = Fraction(0) if one.from_ == "min" else Fraction(one.from_)
            if one.from_ != "min" and achieved < low:
                continue
            if one.to is None or one.to_score is None:
                return Fraction(one.score)
            share = (max(achieved, low) - low) / (Fraction(one.to) - low)
            return Fraction(one.score) + self.round(share * (Fraction(one.to_score) - Fraction(one.score)))
        return achieved

    def majority(self, measure: model.Majority) -> Any:
        """The guide of the annex as it is worded: what is above, what is below, and all else as expected."""
        items = self.case.items.get(measure.source, [])
        levels = self.policy.scales[measure.scale].levels
        if len(items) < measure.min_items:
            return None
        if any(item.level is not None and item.level not in levels for item in items):
            return BLOCKED
        if any(item.level is None for item in items):
            return None
        low, mid, top = sorted(levels, key=levels.__getitem__)
        main = [item.level for item in items if item.priority == "utama"]
        every = [item.level for item in items]

        def most(level: str) -> bool:
            """Of the main results; of all where no level has most of the main ones."""
            told = main if any(main.count(one) > len(main) - main.count(one) for one in levels) else every
            return told.count(level) > len(told) - told.count(level)

        if most(top) and low not in main:
            return Fraction(levels[top])
        return Fraction(levels[low] if most(low) else levels[mid])

    def measure(self, name: str, indicator: model.Indicator) -> Any:
        match indicator.measure:
            case model.Rated() as m:
                return self.rated(name, m)
            case model.Ratio() as m:
                return self.against_target(self.fact(m.actual), self.fact(m.target), "ratio")
            case model.Inverse() as m:
                return self.against_target(self.fact(m.actual), self.fact(m.target), m.form, indicator.cap.max)
            case model.Banded() as m:
                x = self.fact(m.fact)
                if x is None or x == BLOCKED:
                    return x
                return Fraction(next(b.score for b in m.bands if b.from_ == "min" or x >= Fraction(b.from_)))
            case model.Index() as m:
                return self.fact(m.fact)
            case model.SurveyIndex() as m:
                survey = self.case.surveys.get(m.survey, {})
                if any(e not in survey or survey[e].n < m.min_respondents for e in m.elements):
                    return None
                means = [self.round(Fraction(survey[e].sum, MICRO) / survey[e].n) for e in m.elements]
                return self.round(sum(means, Fraction(0)) * Fraction(m.factor) / len(means))
            case model.Deduction() as m:
                counts = [(self.fact(e.fact), Fraction(e.points)) for e in m.events.values()]
                if any(n == BLOCKED for n, _ in counts):
                    return BLOCKED
                if any(n is None for n, _ in counts):
                    return None
                return Fraction(m.start) - sum((self.round(n * p) for n, p in counts), Fraction(0))
            case model.Items() as m:
                return self.items(m)
            case model.Majority() as m:
                return self.majority(m)

    def node(self, node: model.Node, values: dict[str, Any]) -> Any:
        children = [(values[child], w, self.missing(child)) for child, w in node.of.items()]
        if node.combine == "first":
            for x, _, m in sorted(children, key=lambda one: one[1]):
                if x is not None or m != "renormalise":
                    asked = {"zero": Fraction(0), "block": BLOCKED}.get(m) if x is None else x
                    return asked if asked == BLOCKED else capped(asked, node.clamp)
            return None
        if any(x == BLOCKED for x, _, _ in children) or any(x is None and m == "block" for x, _, m in children):
            return BLOCKED
        present = [(x or Fraction(0), Fraction(w)) for x, w, m in children if x is not None or m == "zero"]
        numbers = [x for x, _ in present]
        if node.combine == "majority":
            return capped(self.prevailing(node, numbers), node.clamp)
        if node.combine in ("sum", "min", "max"):
            if not numbers:
                return None
            value = {"sum": lambda: sum(numbers, Fraction(0)), "min": lambda: min(numbers), "max": lambda: max(numbers)}
            return capped(value[node.combine](), node.clamp)
        there, total = sum((w for _, w in present), Fraction(0)), sum(map(Fraction, node.of.values()), Fraction(0))
        if there * 100 < Fraction(node.min_weight_present) * total:
            return BLOCKED
        if not there:
            return None
        return capped(self.round(sum((w * x for x, w in present), Fraction(0)) / there), node.clamp)

    def prevailing(self, node: model.Node, numbers: list[Fraction]) -> Any:
        """Above where most are and none is below, below where most are, and all else as expected."""
        measures = [self.policy.indicators[child].measure for child in node.of]
        (scale,) = {m.scale for m in measures if isinstance(m, model.Rated | model.Majority)}
        low, mid, top = sorted(map(Fraction, self.policy.scales[scale].levels.values()))
        if not numbers:
            return None
        if numbers.count(top) * 2 > len(numbers) and low not in numbers:
            return top
        return low if numbers.count(low) * 2 > len(numbers) else mid

    def missing(self, name: str) -> str:
        return (self.policy.indicators.get(name) or self.policy.nodes[name]).missing

    def holds(self, condition: model.Condition) -> bool:
        fact = self.case.facts.get(condition.fact, "tidak_ada" if condition.fact == "hukuman_disiplin" else None)
        number = Fraction(fact, MICRO) if type(fact) is int else None
        if fact is None:
            return False
        if condition.equals is not None:
            if isinstance(condition.equals, Decimal):
                if number != Fraction(condition.equals):
                    return False
            elif type(condition.equals) is not type(fact) or condition.equals != fact:
                return False
        if condition.in_ is not None and fact not in condition.in_:
            return False
        return condition.at_least is None or (number is not None and number >= Fraction(condition.at_least))

    def result(self) -> tuple[str, Any, Any, dict[str, Any], dict[str, Any]]:
        values: dict[str, Any] = {}
        for name, indicator in self.policy.indicators.items():
            values[name] = capped(self.measure(name, indicator), indicator.cap)
        while missing := [name for name in self.policy.nodes if name not in values]:
            for name in missing:
                if all(child in values for child in self.policy.nodes[name].of):
                    values[name] = self.node(self.policy.nodes[name], values)
        places = self.policy.precision.final
        finals = {k: None if v is None or v == BLOCKED else self.round(v, places) for k, v in values.items()}
        levels: dict[str, Any] = {}
        for name, one in self.policy.classify.items():
            if isinstance(one, model.Bands):
                x = finals[one.node]
                levels[name] = x is None or next(
                    level
                    for level, band in one.bands.items()
                    if (band.from_ == "min" or x >= Fraction(band.from_)) and all(map(self.holds, band.requires))
                )
        for name, one in self.policy.classify.items():
            if isinstance(one, model.Matrix):
                row, col = levels[one.rows], levels[one.cols]
                levels[name] = True if True in (row, col) else one.table[row][col]
        applied = [m.then for m in self.policy.modifiers.values() if self.holds(m.when)]
        if other := next((then.replace for then in applied if then.replace is not None), None):
            return self.by_one(other, values, finals, levels, applied)
        scoreless = self.policy.score is not None and finals[self.policy.score] is None
        if BLOCKED in values.values() or True in levels.values() or scoreless:
            return "blocked", None, None, finals, {}
        assert self.policy.outcome is not None
        predicate = self.bounded(levels[self.policy.outcome], applied)
        score = None if self.policy.score is None else finals[self.policy.score]
        return "final", score, predicate, finals, levels

    def by_one(
        self,
        other: model.Replacement,
        values: dict[str, Any],
        finals: dict[str, Any],
        levels: dict[str, Any],
        applied: list[model.Then],
    ) -> tuple[str, Any, Any, dict[str, Any], dict[str, Any]]:
        """One classifier alone: only what is below its node can stop it, and the score is told where it is there."""
        judge = self.policy.classify[other.by]
        assert isinstance(judge, model.Bands)
        if levels[other.by] is True or self.stopped(judge.node, values):
            return "blocked", None, None, finals, {}
        found = {name: level for name, level in levels.items() if level is not True}
        predicate = self.bounded(other.predicates[levels[other.by]], applied)
        score = None if self.policy.score is None else finals[self.policy.score]
        return "final", score, predicate, finals, found

    def stopped(self, name: str, values: dict[str, Any]) -> bool:
        below = self.policy.nodes[name].of if name in self.policy.nodes else {}
        return values[name] == BLOCKED or any(self.stopped(child, values) for child in below)

    def bounded(self, predicate: str, applied: list[model.Then]) -> str:
        ranks = {name: one.rank for name, one in self.policy.predicates.items()}
        for low in (t.min_predicate for t in applied if t.min_predicate):
            predicate = max(predicate, low, key=ranks.__getitem__)
        for high in (t.max_predicate for t in applied if t.max_predicate):
            predicate = min(predicate, high, key=ranks.__getitem__)
        return predicate


def capped(x: Any, cap: model.Cap) -> Any:
    if x is None or x == BLOCKED:
        return x
    if cap.min is not None:
        x = max(x, Fraction(cap.min))
    return x if cap.max is None else min(x, Fraction(cap.max))


READ_TWICE = (
    model.Rated, model.Ratio, model.Inverse, model.Banded, model.Index, model.SurveyIndex, model.Deduction, model.Items,
    model.Majority,
)  # fmt: skip
"""The methods that the reference knows; of others a kernel is the second reading (test_vectorised.py)."""


# Random policies: every method that is read twice, combiner, missing rule and rounding.


def tenths(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low * 10, high * 10).map(lambda n: Decimal(n) / 10)


LABEL = {"id": "Contoh"}
MISSING: st.SearchStrategy[model.Missing] = st.sampled_from(["renormalise", "zero", "block"])
BELOW: st.SearchStrategy[Literal["treat_as_missing", "use_anyway"]] = st.sampled_from(
    ["treat_as_missing", "use_anyway"]
)
AGGREGATE: st.SearchStrategy[Literal["mean", "median"]] = st.sampled_from(["mean", "median"])
FORM: st.SearchStrategy[Literal["linear", "reciprocal"]] = st.sampled_from(["linear", "reciprocal"])
ITEM: st.SearchStrategy[Literal["ratio", "level"]] = st.sampled_from(["ratio", "level"])
WEIGHTS: st.SearchStrategy[Literal["equal", "declared"]] = st.sampled_from(["equal", "declared"])
ROUNDING: st.SearchStrategy[Rounding] = st.sampled_from(["half_up", "half_even", "floor", "ceil"])
COMBINE: st.SearchStrategy[Literal["weighted_mean", "mean", "sum", "min", "max"]] = st.sampled_from(
    ["weighted_mean", "weighted_mean", "mean", "sum", "min", "max"]
)
CAPS = st.sampled_from(
    [
        model.Cap(),
        model.Cap(max=Decimal(120)),
        model.Cap(min=Decimal(10), max=Decimal("99.5")),
        model.Cap(min=Decimal(0)),
    ]
)
FACTS = st.sampled_from(["f1", "f2", "f3", "f4"])
TARGETS = st.one_of(FACTS, tenths(1, 50).filter(bool))
LEVELS = {"low": Decimal(1), "mid": Decimal(2), "top": Decimal(3)}
SCALES = {
    "three": model.Scale(
        min=Decimal(1), max=Decimal(3), levels={"low": Decimal(1), "mid": Decimal(2), "top": Decimal(3)}
    ),
    "four": model.Scale(min=Decimal(1), max=Decimal(4)),
    "wide": model.Scale(min=Decimal(0), max=Decimal(120), step=Decimal("0.01")),
}
ASKED: list[dict[str, Any]] = [
    {"equals": True},
    {"equals": Decimal(1)},
    {"equals": "berat"},
    {"equals": "tidak_ada"},
    {"in_": ["tidak_ada", "ringan"]},
    {"in_": ["berat", "sedang"]},
    {"at_least": Decimal(2)},
]
CONDITIONS = st.builds(
    lambda fact, asked: model.Condition(fact=fact, **asked),
    st.sampled_from(["c1", "c2", "f1", "hukuman_disiplin"]),
    st.sampled_from(ASKED),
)


@st.composite
def standards(draw: st.DrawFn) -> dict[str, model.Standard]:
    """Categories from the top, some with a line; the highest has none."""
    lows = sorted(draw(st.sets(tenths(1, 130), max_size=3)), reverse=True)
    found: dict[str, model.Standard] = {}
    bounds: list[Decimal | Literal["min"]] = [*lows, "min"]
    for place, low in enumerate(bounds if lows else []):
        to = None if place == 0 else draw(st.none() | tenths(1, 40).map(lambda more, low=low: _above(low, more)))
        reach = None if to is None else draw(tenths(0, 120))
        found[f"s{place}"] = model.Standard(from_=low, score=draw(tenths(0, 120)), to=to, to_score=reach)
    return found


def _above(low: Any, more: Decimal) -> Decimal:
    return more if low == "min" else low + more


@st.composite
def panels(draw: st.DrawFn) -> model.Panel:
    raters: dict[str, model.RaterGroup] = {}
    for name in ("atasan", "rekan", "warga"):
        own = (
            ["renormalise", "zero", "block"]
            if name == "atasan"
            else ["renormalise", "zero", "block", "reassign:atasan"]
        )
        raters[name] = model.RaterGroup(
            weight=draw(tenths(0, 100)),
            min=draw(st.integers(1, 3)),
            anonymous=draw(st.booleans()),
            scale=draw(st.sampled_from([None, None, "four"])),
            missing=draw(st.sampled_from(own)),
            below_min=draw(BELOW),
        )
    tables: dict[str, model.WeightsWithout] = {}
    for groups in draw(st.lists(st.sampled_from([("rekan",), ("warga",), ("rekan", "warga")]), unique=True)):
        others = [group for group in raters if group not in groups]
        share = draw(tenths(1, 99))
        weights = dict(zip(others, [share, 100 - share] if len(others) == 2 else [Decimal(100)], strict=True))
        tables["_".join(groups)] = model.WeightsWithout(groups=list(groups), weights=weights)
    return model.Panel(
        raters=raters, aggregate=draw(AGGREGATE), trim_each_end=draw(st.integers(0, 2)), when_missing=tables
    )


@st.composite
def measures(draw: st.DrawFn) -> tuple[model.Measure, model.Cap]:
    cap = draw(CAPS)
    match draw(
        st.sampled_from(["rated", "ratio", "inverse", "banded", "index", "survey", "deduction", "majority", "items"])
    ):
        case "rated":
            return model.Rated(panel="panel", scale=draw(st.sampled_from(["three", "wide"]))), cap
        case "ratio":
            return model.Ratio(actual=draw(FACTS), target=draw(TARGETS)), cap
        case "inverse":
            form = draw(FORM)
            return model.Inverse(form=form, actual=draw(FACTS), target=draw(TARGETS)), cap
        case "banded":
            froms = sorted(draw(st.sets(tenths(-10, 90), max_size=3)), reverse=True)
            bands = [model.ScoreBand(from_=x, score=draw(tenths(0, 120))) for x in [*froms, "min"]]
            return model.Banded(fact=draw(FACTS), bands=bands), cap
        case "index":
            return model.Index(fact=draw(FACTS)), cap
        case "survey":
            least = draw(st.integers(1, 30))
            elements = draw(st.sampled_from([["u1"], ["u1", "u2", "u3"]]))
            factor = draw(tenths(1, 30))
            return model.SurveyIndex(survey="s", elements=elements, factor=factor, min_respondents=least), cap
        case "deduction":
            names = draw(st.lists(FACTS, min_size=1, max_size=3, unique=True))
            events = {name: model.CountedEvent(fact=name, points=draw(tenths(0, 9))) for name in names}
            return model.Deduction(start=draw(tenths(0, 100)), events=events), cap
        case "majority":
            return model.Majority(source="levels", scale="three", min_items=draw(st.integers(1, 2))), cap
        case _:
            item = draw(ITEM)
            return model.Items(
                source="skp" if item == "ratio" else "levels",
                item=item,
                item_cap=draw(CAPS),
                scale="three",
                weights=draw(WEIGHTS),
                min_items=draw(st.integers(1, 2)),
                standards=draw(standards()) if item == "ratio" else {},
            ), cap


@st.composite
def policies(draw: st.DrawFn) -> model.Policy:
    indicators: dict[str, model.Indicator] = {}
    for i in range(draw(st.integers(2, 4))):
        measure, cap = draw(measures())
        indicators[f"i{i}"] = model.Indicator(label=LABEL, unit="x", measure=measure, cap=cap, missing=draw(MISSING))
    nodes: dict[str, model.Node] = {"top": draw(nodes_of([*list(indicators)[1:], "below"]))}
    nodes["below"] = draw(nodes_of(list(indicators)[:2]))
    bands = {"a": model.Band(from_=Decimal(90), requires=draw(st.lists(CONDITIONS, max_size=2)))}
    bands |= {"b": model.Band(from_=draw(tenths(50, 89))), "c": model.Band(from_="min")}
    predicates = {name: model.Predicate(rank=rank, label=LABEL) for name, rank in (("a", 3), ("b", 2), ("c", 1))}
    table = {row: {col: draw(st.sampled_from("abc")) for col in "abc"} for row in "abc"}
    matrix: model.Classifier = model.Matrix(rows="one", cols="two", table=table)
    one: model.Classifier = model.Bands(node="top", bands=bands)
    two: model.Classifier = model.Bands(node="below", bands=bands)
    thens = st.builds(
        model.Then, max_predicate=st.sampled_from([None, *"abc"]), min_predicate=st.sampled_from([None, *"abc"])
    )
    bounds = st.lists(st.builds(model.Modifier, when=CONDITIONS, then=thens), max_size=3)
    cells = st.fixed_dictionaries({level: st.sampled_from("abc") for level in "abc"})
    replaced = st.builds(model.Replacement, by=st.sampled_from(["one", "two"]), predicates=cells)
    replacing = st.builds(model.Modifier, when=CONDITIONS, then=st.builds(model.Then, replace=replaced))
    modifiers = draw(bounds) + draw(st.lists(replacing, max_size=1))
    return model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=1,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        period=model.Period(cycle="year", start="01-01", policy_date="period_end"),
        precision=model.Precision(final=draw(st.integers(0, 4)), rounding=draw(ROUNDING)),
        scales=SCALES,
        predicates=predicates,
        panels={"panel": draw(panels())},
        indicators=indicators,
        nodes=nodes,
        classify={"predicate": matrix, "one": one, "two": two},
        outcome="predicate",
        score=draw(st.sampled_from([None, "top"])),
        modifiers={f"m{i}": one for i, one in enumerate(modifiers)},
        workflow=model.Workflow(steps={}, objection=model.ObjectionRule(within="P14D", to="atasan")),
    )


@st.composite
def nodes_of(draw: st.DrawFn, children: list[str]) -> model.Node:
    return model.Node(
        label=LABEL,
        of={child: draw(tenths(0, 60)) for child in children},
        combine=draw(COMBINE),
        clamp=draw(CAPS),
        missing=draw(MISSING),
        min_weight_present=draw(st.sampled_from([Decimal(0), Decimal(50), Decimal(100)])),
    )


# Random cases for a policy: mostly sound, at times short of something, now and then wrong.


class Draw(Protocol):
    def __call__(self, strategy: st.SearchStrategy[T]) -> T: ...


def seldom(draw: Draw, often: int = 12) -> bool:
    return draw(st.integers(1, often)) == often


def numbers() -> st.SearchStrategy[int]:
    return st.one_of(
        st.integers(0, 130).map(lambda n: n * MICRO), st.integers(0, 130 * MICRO), st.integers(-5 * MICRO, 5 * MICRO)
    )


def ratings_of(draw: Draw, policy: model.Policy, measure: model.Rated) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for group, rule in policy.panels[measure.panel].raters.items():
        if seldom(draw):
            continue
        scale = policy.scales[rule.scale or measure.scale]
        steps = int((scale.max - scale.min) / scale.step)
        size = draw(st.integers(0, 5)) if seldom(draw, 3) else draw(st.integers(rule.min, rule.min + 3))
        xs = [scale.min + draw(st.integers(0, steps)) * scale.step for _ in range(size)]
        found[group] = [int(x * MICRO) for x in xs]
        if xs and seldom(draw, 60):
            found[group][0] += draw(st.sampled_from([1, 500 * MICRO, -500 * MICRO]))
    return found


def item_of(draw: Draw, policy: model.Policy, measure: model.Items | model.Majority) -> Item:
    weight = None if seldom(draw, 40) else draw(st.integers(0, 100)) * MICRO
    if measure.item == "level":
        levels = list(policy.scales[measure.scale or ""].levels)
        level = None if seldom(draw, 30) else draw(st.sampled_from(levels))
        return Item(level=level, weight=weight, priority="tambahan" if seldom(draw, 3) else "utama")
    target = 0 if seldom(draw, 40) else draw(st.integers(1, 120 * MICRO))
    actual = None if seldom(draw, 40) else draw(st.integers(0, 150 * MICRO))
    return Item(target=target, actual=actual, weight=weight, polarity=draw(st.sampled_from(["max", "max", "min"])))


def part_of(draw: Draw, policy: model.Policy, path: str, case: Case) -> None:
    """Draws the input at this path again."""
    kind, name = path.split("/")
    measures = {name: one.measure for name, one in policy.indicators.items()}
    match kind:
        case "facts":
            words = st.sampled_from([True, False, "berat", "sedang", "tidak_ada", MICRO, 2 * MICRO])
            asked = {c.fact for c in conditions_of(policy)}
            case.facts.pop(name, None)
            if not seldom(draw, 8):
                case.facts[name] = draw(words) if name in asked and not seldom(draw, 3) else draw(numbers())
        case "ratings":
            case.ratings.pop(name, None)
            measure = measures.get(name) or next(m for m in measures.values() if isinstance(m, model.Rated))
            assert isinstance(measure, model.Rated)
            if not seldom(draw) and (name != "*" or seldom(draw, 3)):
                case.ratings[name] = ratings_of(draw, policy, measure)
        case "items":
            measure = next(
                m for m in measures.values() if isinstance(m, model.Items | model.Majority) and m.source == name
            )
            case.items[name] = [item_of(draw, policy, measure) for _ in range(draw(st.integers(0, 4)))]
        case _:
            elements = dict.fromkeys(
                e
                for m in measures.values()
                if isinstance(m, model.SurveyIndex) and m.survey == name
                for e in m.elements
            )
            few = seldom(draw, 6)
            case.surveys[name] = {
                e: SurveyElement(draw(st.integers(0, 400 * MICRO)), draw(st.integers(0 if few else 30, 100)))
                for e in elements
                if not seldom(draw, 60)
            }


def conditions_of(policy: model.Policy) -> list[model.Condition]:
    bands = [b for one in policy.classify.values() if isinstance(one, model.Bands) for b in one.bands.values()]
    return [*(c for band in bands for c in band.requires), *(m.when for m in policy.modifiers.values())]


def inputs_of(policy: model.Policy) -> list[str]:
    plan = compile_policy(policy, {}, "", "")
    return sorted({*plan.readers, *plan.judges})


@st.composite
def cases(draw: st.DrawFn, policy: model.Policy) -> Case:
    case = Case()
    for path in inputs_of(policy):
        part_of(draw, policy, path, case)
    return case


# The comparisons.


def agree(policy: model.Policy, case: Case) -> None:
    sheet = evaluate(compile_policy(policy, {}, "", ""), case)
    status, score, predicate, finals, levels = Reference(policy, case).result()

    assert (sheet.status, sheet.predicate) == (status, predicate)
    assert {k: None if v is None else Fraction(v, MICRO) for k, v in sheet.nodes.items()} == finals
    assert (None if sheet.score is None else Fraction(sheet.score, MICRO)) == score
    assert (sheet.reason is None) == (status == "final")
    if status == "final":
        assert sheet.levels == levels


LIBRARY = Library.read(SAMPLES)[0]
DRAFTS = {
    file: policy
    for file in SAMPLES
    for policy in [LIBRARY.by_file(file).policy]
    if all(isinstance(one.measure, READ_TWICE) for one in policy.indicators.values())
}


@pytest.mark.parametrize("file", DRAFTS)
@given(data=st.data())
@settings(THOROUGH, max_examples=40)
def test_a_draft_scores_as_the_reference_does(file: str, data: st.DataObject) -> None:
    policy = DRAFTS[file]
    agree(policy, data.draw(cases(policy)))


@given(policies(), st.data())
@THOROUGH
def test_any_policy_scores_as_the_reference_does(policy: model.Policy, data: st.DataObject) -> None:
    agree(policy, data.draw(cases(policy)))


@st.composite
def judged_by_most(draw: st.DrawFn) -> tuple[model.Policy, Case]:
    """A policy whose lower node is the level that most of up to seven rated values have, and what was rated."""
    names = [f"v{i}" for i in range(draw(st.integers(1, 7)))]
    panel = model.Panel(raters={"atasan": model.RaterGroup(weight=Decimal(100), max=1)})
    missing: st.SearchStrategy[model.Missing] = st.sampled_from(["renormalise", "block"])
    indicators = {
        name: model.Indicator(
            label=LABEL, unit="x", measure=model.Rated(panel="one", scale="three"), missing=draw(missing)
        )
        for name in names
    }
    nodes = {
        "top": model.Node(label=LABEL, of={"below": Decimal(1)}, combine="max"),
        "below": model.Node(label=LABEL, of=dict.fromkeys(names, Decimal(1)), combine="majority", clamp=draw(CAPS)),
    }
    ratings = st.sampled_from([MICRO, 2 * MICRO, 3 * MICRO, 3 * MICRO])
    given = {name: {"atasan": [draw(ratings)]} for name in names if not seldom(draw)}
    policy = replace(draw(policies()), panels={"one": panel}, indicators=indicators, nodes=nodes)
    return policy, Case(ratings=given)


@given(judged_by_most())
@THOROUGH
def test_a_majority_of_values_scores_as_the_reference_does(drawn: tuple[model.Policy, Case]) -> None:
    agree(*drawn)


@st.composite
def asked_in_turn(draw: st.DrawFn) -> tuple[model.Policy, Case]:
    """A policy whose lower node is the first there is of up to five facts, asked in any turn, and some of the facts."""
    names = [f"v{i}" for i in range(draw(st.integers(1, 5)))]
    missing: st.SearchStrategy[model.Missing] = st.sampled_from(["renormalise", "renormalise", "zero", "block"])
    indicators = {
        name: model.Indicator(label=LABEL, unit="x", measure=model.Index(fact=name), missing=draw(missing))
        for name in names
    }
    turns = draw(st.permutations(range(1, len(names) + 1)))
    of = {name: Decimal(turn) for name, turn in zip(names, turns, strict=True)}
    nodes = {
        "top": model.Node(label=LABEL, of={"below": Decimal(1)}, combine="max"),
        "below": model.Node(label=LABEL, of=of, combine="first", clamp=draw(CAPS)),
    }
    said = st.sampled_from([None, None, MICRO, 2 * MICRO, "kata"])
    facts = {name: fact for name in names if (fact := draw(said)) is not None}
    return replace(draw(policies()), indicators=indicators, nodes=nodes), Case(facts=facts)


@given(asked_in_turn())
@THOROUGH
def test_the_first_there_is_scores_as_the_reference_does(drawn: tuple[model.Policy, Case]) -> None:
    agree(*drawn)


@given(policies(), st.data())
@THOROUGH
def test_the_trace_changes_nothing(policy: model.Policy, data: st.DataObject) -> None:
    plan = compile_policy(policy, {}, "", "")
    case = data.draw(cases(policy))

    explained = explain(plan, case)

    assert explained.sheet == evaluate(plan, case)
    assert len({step.path for step in explained.steps if step.kind in ("measure", "node")}) == len(plan.steps)


@given(policies(), st.data())
@THOROUGH
def test_a_warm_score_equals_a_full_one(policy: model.Policy, data: st.DataObject) -> None:
    plan = compile_policy(policy, {}, "", "")
    inputs = inputs_of(policy)
    case = data.draw(cases(policy))
    scoring = Scoring(plan, case)
    scoring.result()

    for moved in data.draw(st.lists(st.lists(st.sampled_from(inputs), max_size=3), max_size=6)):
        for path in moved:
            part_of(data.draw, policy, path, case)
        scoring.touch(moved)

        assert scoring.result() == evaluate(plan, case)


@given(policies(), st.data())
@THOROUGH
def test_what_blocks_is_known_without_the_rest_and_leaves_the_rest_as_it_would_be(
    policy: model.Policy, data: st.DataObject
) -> None:
    """Whether the reason alone was asked for in between, or the whole result, or neither."""
    plan = compile_policy(policy, {}, "", "")
    inputs = inputs_of(policy)
    case = data.draw(cases(policy))
    scoring = Scoring(plan, case)
    reference = Reference(policy, case)

    for moved in data.draw(st.lists(st.lists(st.sampled_from(inputs), max_size=3), max_size=6)):
        for path in moved:
            part_of(data.draw, policy, path, case)
        scoring.touch(moved)
        if scoring.still_blocked():
            assert evaluate(plan, case).status == "blocked"
        if data.draw(st.booleans()):
            blocks = [value for value in computed(plan, case, None) if isinstance(value, Block)]
            alone = any(one.then.replace is not None and reference.holds(one.when) for one in policy.modifiers.values())
            assert scoring.blocked() == (blocks[0] if blocks and not alone else None)
        if data.draw(st.booleans()):
            assert scoring.result() == evaluate(plan, case)
    assert scoring.result() == evaluate(plan, case)


@given(policies(), st.data())
@THOROUGH
def test_the_order_of_raters_items_and_facts_is_nothing(policy: model.Policy, data: st.DataObject) -> None:
    plan = compile_policy(policy, {}, "", "")
    case = data.draw(cases(policy))
    other = deepcopy(case)
    other.facts = dict(reversed(case.facts.items()))
    other.items = {k: data.draw(st.permutations(v)) for k, v in case.items.items()}
    for groups in other.ratings.values():
        for group, values in groups.items():
            groups[group] = data.draw(st.permutations(values))

    ours, theirs = evaluate(plan, case), evaluate(plan, other)

    assert (ours.status, ours.score, ours.predicate, ours.nodes) == (
        theirs.status,
        theirs.score,
        theirs.predicate,
        theirs.nodes,
    )


@given(policies(), st.data())
@THOROUGH
def test_what_is_refused_at_the_door_never_becomes_a_final_score_unread(
    policy: model.Policy, data: st.DataObject
) -> None:
    plan = compile_policy(policy, {}, "", "")
    case = data.draw(cases(policy))

    refused = refusals(plan, case)

    if any("is not on the scale" in one for one in refused):
        assert evaluate(plan, case).status == "blocked"
