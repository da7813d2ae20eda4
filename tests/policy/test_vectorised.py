"""The columnar engine against the explaining one, digit for digit and reason for reason: random policies, random data,
every draft and every policy of the project, and numbers of every size.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from typing import Any, Literal, cast, get_args

import numpy as np
import pytest
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Item, SurveyElement
from neraca.domain.facts import SANCTION
from neraca.policy import model
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy, compile_resolved
from neraca.policy.compiled.methods.rated import EVERY, RatedStep
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.engine.evaluation import evaluate as explained
from neraca.policy.engine.vectorised import Columns, EvaluationResults, Proof, arithmetic, evaluate, load, proof
from neraca.policy.engine.vectorised.arithmetic import PERCENT, Fallback, divided
from neraca.policy.library import Library
from neraca.policy.numbers import DIVIDE, Rounding
from neraca.policy.testing.cases import of_test

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SAMPLES = {path.name: path.read_text() for path in sorted((HERE / "samples").glob("*.yaml"))}
OURS = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "policies").rglob("*.yaml"))}
FAMILIES, POLICIES, PEOPLE = 8, 40, 160
"""8 x 40 policies x 160 people are 51,200 cases."""

LABEL = {"id": "Contoh"}
LEVELS = {"low": Decimal(1), "mid": Decimal(2), "top": Decimal(3)}
SCALES = {
    "three": model.Scale(min=Decimal(1), max=Decimal(3), levels=LEVELS),
    "four": model.Scale(min=Decimal(1), max=Decimal(4)),
    "wide": model.Scale(min=Decimal(0), max=Decimal(120), step=Decimal("0.01")),
    "around": model.Scale(min=Decimal(-5), max=Decimal(5), step=Decimal("0.5")),
}
CAPS = (
    model.Cap(),
    model.Cap(),
    model.Cap(max=Decimal(120)),
    model.Cap(min=Decimal(10), max=Decimal("99.5")),
    model.Cap(min=Decimal(0)),
    model.Cap(max=Decimal(-1)),
)
FACTS = ("f1", "f2", "f3", "f4")
WORDS = ("berat", "sedang", "tidak_ada", "low")
MISSING: tuple[model.Missing, ...] = ("renormalise", "zero", "block")
DRAWN = 11
"""Measures that are drawn here in all their forms, and the number of the last."""

INSIDE = (
    model.Rated, model.Ratio, model.Inverse, model.Banded, model.Index, model.SurveyIndex, model.Deduction, model.Table,
    model.Items, model.Majority,
)  # fmt: skip
DRAFTS = Library.read(SAMPLES)[0]
OTHERS = [
    indicator.measure
    for file in SAMPLES
    for indicator in DRAFTS.by_file(file).policy.indicators.values()
    if not isinstance(indicator.measure, INSIDE)
]
"""Of any other method, those of the samples: a new one is drawn as the sample that uses it has it."""


# Random policies: every measure, combiner, missing rule, panel form and rounding.


class Policies:
    """Draws policies; numbers are tenths, so that ties are common."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.one = chance.choice

    def tenths(self, low: int, high: int) -> Decimal:
        return Decimal(self.chance.randint(low * 10, high * 10)) / 10

    def policy(self) -> model.Policy:
        names = [f"i{n}" for n in range(self.chance.randint(2, 5))]
        nodes = {"top": self.node([*names[1:], "below", "last"]), "last": self.node([*names[:1], "below"])}
        nodes["below"] = self.node(names[:3])
        bands = {
            "a": model.Band(from_=self.tenths(60, 99), requires=self.some(self.condition, 2)),
            "b": model.Band(from_=self.tenths(1, 59), requires=self.some(self.condition, 1)),
            "c": model.Band(from_=self.one(("min", "min", "min", Decimal(1)))),
        }
        table = {row: {col: self.one("abc") for col in "abc"} for row in "abc"}
        if self.chance.random() < 0.1:
            del table["b"]["c"]
        matrix: model.Classifier = model.Matrix(rows="one", cols="two", table=table)
        one: model.Classifier = model.Bands(node="top", bands=bands)
        two: model.Classifier = model.Bands(node="below", bands=bands)
        rounding: tuple[Literal["half_up", "half_even", "floor", "ceil"], ...] = (
            "half_up", "half_even", "floor", "ceil",
        )  # fmt: skip
        return model.Policy(
            schema="asn-policy/1",
            id="id.contoh",
            version=1,
            scope=model.Scope(level="city", code="0000"),
            title=LABEL,
            effective=model.Effective(from_="2025-01-01"),
            period=model.Period(cycle="year", start="01-01", policy_date="period_end"),
            precision=model.Precision(final=self.chance.randint(0, 4), rounding=self.one(rounding)),
            scales=SCALES,
            predicates={name: model.Predicate(rank=rank, label=LABEL) for name, rank in (("a", 3), ("b", 2), ("c", 1))},
            panels={name: self.panel() for name in ("panel", "other")},
            indicators={name: self.indicator() for name in names},
            nodes=nodes,
            classify={"predicate": matrix, "one": one, "two": two},
            outcome=self.one(("predicate", "predicate", "one", None)),
            score=self.one((None, "top", "last", names[0])),
            modifiers={
                f"m{i}": one for i, one in enumerate(self.some(self.modifier, 3) + self.some(self.replacement, 1))
            },
            workflow=model.Workflow(steps={}, objection=model.ObjectionRule(within="P14D", to="atasan")),
        )

    def some(self, draw: Callable[[], Any], most: int) -> list[Any]:
        return [draw() for _ in range(self.chance.randint(0, most))]

    def node(self, children: list[str]) -> model.Node:
        combine: tuple[Literal["weighted_mean", "mean", "sum", "min", "max", "product"], ...] = (
            "weighted_mean", "weighted_mean", "mean", "sum", "min", "max", "product",
        )  # fmt: skip
        how = self.one(combine)
        return model.Node(
            label=LABEL,
            of={child: self.tenths(1 if how == "product" else 0, 60) for child in children},
            combine=how,
            clamp=self.one(CAPS),
            missing=self.one(MISSING),
            min_weight_present=self.one((Decimal(0), Decimal(0), Decimal("33.3"), Decimal(50), Decimal(100))),
        )

    def panel(self) -> model.Panel:
        raters: dict[str, model.RaterGroup] = {}
        below: tuple[Literal["treat_as_missing", "use_anyway"], ...] = ("treat_as_missing", "use_anyway")
        for name in ("atasan", "rekan", "warga", "bawahan"):
            rules = [*MISSING, "reassign:atasan", "reassign:rekan"] if name in ("warga", "bawahan") else [*MISSING]
            raters[name] = model.RaterGroup(
                weight=self.one((Decimal(0), self.tenths(0, 100), self.tenths(0, 100))),
                min=self.chance.randint(1, 3),
                anonymous=self.one((True, False)),
                scale=self.one((None, None, "four", "around")),
                missing=self.one(rules),
                below_min=self.one(below),
            )
        aggregate: tuple[Literal["mean", "median"], ...] = ("mean", "mean", "median")
        return model.Panel(
            raters=raters,
            aggregate=self.one(aggregate),
            trim_each_end=self.chance.randint(0, 2),
            when_missing=self.tables([*raters]),
        )

    def tables(self, groups: list[str]) -> dict[str, model.WeightsWithout]:
        """For some sets of missing groups, what the others weigh; where a group weighs nothing, that is nothing too."""
        found: dict[str, model.WeightsWithout] = {}
        for number in range(self.chance.randint(0, 3)):
            gone = self.chance.sample(groups, self.chance.randint(1, 3))
            weights = {group: self.one((Decimal(0), self.tenths(1, 60))) for group in groups if group not in gone}
            if not any(set(one.groups) == set(gone) for one in found.values()):
                found[f"t{number}"] = model.WeightsWithout(groups=gone, weights=weights)
        return found

    def indicator(self) -> model.Indicator:
        return model.Indicator(
            label=LABEL, unit="x", measure=self.measure(), cap=self.one(CAPS), missing=self.one(MISSING)
        )

    def measure(self) -> model.Measure:
        one, chance = self.one, self.chance
        target: str | Decimal = one((*FACTS, self.tenths(1, 50), self.tenths(-50, -1)))
        match chance.randint(0, DRAWN + len(OTHERS)):
            case 0 | 1:
                return model.Rated(panel=one(("panel", "other")), scale=one(("three", "wide", "around")))
            case 2:
                return model.Ratio(actual=one(FACTS), target=target)
            case 3:
                return model.Inverse(form="linear", actual=one(FACTS), target=target)
            case 4:
                return model.Inverse(form="reciprocal", actual=one(FACTS), target=target)
            case 5:
                froms = sorted({self.tenths(-10, 90) for _ in range(chance.randint(0, 3))}, reverse=True)
                last: Decimal | Literal["min"] = one(("min", "min", Decimal(-20)))
                return model.Banded(
                    fact=one(FACTS),
                    bands=[model.ScoreBand(from_=x, score=self.tenths(-9, 120)) for x in [*froms, last]],
                )
            case 6:
                return model.Index(fact=one(FACTS))
            case 7:
                return model.SurveyIndex(
                    survey="s",
                    elements=one((["u1"], ["u1", "u2", "u3"])),
                    factor=self.tenths(1, 30),
                    min_respondents=chance.randint(1, 30),
                )
            case 8:
                names = chance.sample(FACTS, chance.randint(1, 3))
                return model.Deduction(
                    start=self.tenths(0, 100),
                    events={name: model.CountedEvent(fact=name, points=self.tenths(-2, 9)) for name in names},
                )
            case 9:
                return model.Table(
                    fact=one(("c1", "c2", SANCTION, "f1")), values={word: self.tenths(-5, 120) for word in WORDS[1:]}
                )
            case 10:
                return model.Majority(source="levels", scale="three", min_items=chance.randint(1, 2))
            case number if number > DRAWN:
                return OTHERS[number - DRAWN - 1]
            case _:
                item: Literal["ratio", "level"] = one(("ratio", "level"))
                return model.Items(
                    source="skp" if item == "ratio" else "levels",
                    item=item,
                    item_cap=one(CAPS),
                    scale="three",
                    weights=one(("equal", "declared")),
                    min_items=chance.randint(1, 2),
                    standards=self.standards() if item == "ratio" else {},
                )

    def standards(self) -> dict[str, model.Standard]:
        """None, or three categories of which the lower two have a line or not."""
        if self.chance.random() < 0.5:
            return {}
        high, low = sorted({self.tenths(60, 130), self.tenths(1, 59)}, reverse=True)
        found = {"high": model.Standard(from_=high, score=self.tenths(0, 120))}
        lower: tuple[tuple[str, Decimal | Literal["min"]], ...] = (("mid", low), ("low", "min"))
        for name, since in lower:
            lined = self.chance.random() < 0.7
            to = (Decimal(0) if since == "min" else low) + self.tenths(1, 40) if lined else None
            found[name] = model.Standard(
                from_=since, score=self.tenths(0, 120), to=to, to_score=self.tenths(0, 120) if lined else None
            )
        return found

    def condition(self) -> model.Condition:
        asked: tuple[dict[str, Any], ...] = (
            {}, {"equals": True}, {"equals": False}, {"equals": Decimal(1)}, {"equals": "berat"},
            {"in_": ["berat", "sedang"]}, {"at_least": Decimal(2)},
        )  # fmt: skip
        return model.Condition(fact=self.one(("c1", "c2", SANCTION, "f1")), **self.one(asked))

    def modifier(self) -> model.Modifier:
        then = model.Then(max_predicate=self.one((None, *"abc")), min_predicate=self.one((None, *"abc")))
        return model.Modifier(when=self.condition(), then=then)

    def replacement(self) -> model.Modifier:
        other = model.Replacement(by=self.one(("one", "two")), predicates={level: self.one("abc") for level in "abc"})
        return model.Modifier(when=self.condition(), then=model.Then(replace=other))


# Random people: mostly sound, at times short of something, now and then wrong or absurdly large.


class People:
    def __init__(self, chance: Random, plan: CompiledPolicy) -> None:
        self.chance = chance
        self.one = chance.choice
        self.plan = plan
        self.rated = [step.measuring for step in plan.indicators if isinstance(step.measuring, RatedStep)]
        self.facts = sorted({path[6:] for path in (*plan.readers, *plan.judges) if path.startswith("facts/")})
        self.sources = sorted({path[6:] for path in plan.readers if path.startswith("items/")})
        self.surveys = sorted({path[8:] for path in plan.readers if path.startswith("surveys/")})
        self.large = chance.random() < 0.25

    def seldom(self, often: int) -> bool:
        return self.chance.randrange(often) == 0

    def number(self) -> int:
        chance = self.chance
        if self.large and self.seldom(6):
            rupiah = chance.randint(1, 10**13) * MICRO
            return self.one((rupiah, rupiah, 10**17 * MICRO + chance.randint(0, 9), 2**62, -(2**63), 2**63 - 1, 10**23))
        return self.one(
            (chance.randint(0, 130) * MICRO, chance.randint(0, 130 * MICRO), chance.randint(-5, 5) * MICRO // 2)
        )

    def case(self) -> Case:
        return Case(
            facts={name: self.fact(name) for name in self.facts if not self.seldom(9)},
            ratings={
                name: self.groups(step)
                for step in self.rated
                for name in [step.indicator, *([EVERY] if self.seldom(2) else [])]
                if not self.seldom(6)
            },
            items={
                name: [self.item() for _ in range(self.chance.randint(0, 4))]
                for name in self.sources
                if not self.seldom(20)
            },
            surveys={name: self.survey() for name in self.surveys if not self.seldom(20)},
        )

    def fact(self, name: str) -> bool | int | str:
        if name.startswith("c") or name == SANCTION or self.seldom(30):
            return self.one((True, False, *WORDS, "asing", 0, MICRO, 2 * MICRO, self.number()))
        return self.number()

    def groups(self, step: RatedStep) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for group in step.panel.groups:
            if self.seldom(9):
                continue
            steps = (group.scale.high - group.scale.low) // group.scale.step
            size = self.chance.randint(0, 6)
            found[group.name] = [group.scale.low + self.chance.randint(0, steps) * group.scale.step] * self.one((0, 1))
            found[group.name] += [
                group.scale.low + self.chance.randint(0, steps) * group.scale.step for _ in range(size)
            ]
            if found[group.name] and self.seldom(60):
                found[group.name][0] += self.one((1, 500 * MICRO, -500 * MICRO, 10**20 if self.large else 1))
        return found

    def item(self) -> Item:
        return Item(
            target=self.one((None, 0, self.number())) if self.seldom(15) else self.number() or MICRO,
            actual=None if self.seldom(30) else self.number(),
            level=self.one((None, "asing")) if self.seldom(25) else self.one(list(LEVELS)),
            weight=self.one((None, 0, -MICRO, self.number()))
            if self.seldom(20)
            else self.chance.randint(0, 100) * MICRO,
            polarity=self.one(("max", "max", "min")),
            priority=self.one(("utama", "utama", "tambahan")),
        )

    def survey(self) -> dict[str, SurveyElement]:
        return {
            name: SurveyElement(
                self.number() if self.seldom(20) else self.chance.randint(0, 400 * MICRO),
                self.chance.randint(-1, 3) if self.seldom(9) else self.chance.randint(30, 100),
            )
            for name in ("u1", "u2", "u3", "u9")
            if not self.seldom(30)
        }


# The comparisons.


def same(plan: CompiledPolicy, cases: list[Case], columns: Columns | None = None) -> EvaluationResults:
    """Both engines agree on every case, sheet by sheet and array by array."""
    sheets = evaluate(plan, load(cases) if columns is None else columns)
    for i, case in enumerate(cases):
        wanted = explained(plan, case)
        found = sheets.result(i)
        assert found == wanted, difference(found, wanted, i)
        assert list(found.levels) == list(wanted.levels)
        assert list(found.nodes) == list(wanted.nodes)
        arrays(sheets, i, wanted)
    return sheets


def arrays(sheets: EvaluationResults, i: int, wanted: EvaluationResult) -> None:
    assert bool(sheets.blocked[i]) == (wanted.status == "blocked")
    assert sheets.predicate.at(i) == wanted.predicate
    assert {name: word for name, one in sheets.levels.items() if (word := one.at(i)) is not None} == wanted.levels
    for name, value in wanted.nodes.items():
        if value is None or abs(value) < 2**63:
            assert sheets.nodes[name].at(i) == value
    if wanted.score is not None and sheets.score is not None and abs(wanted.score) < 2**63:
        assert sheets.score.at(i) == wanted.score


def difference(found: EvaluationResult, wanted: EvaluationResult, i: int) -> str:
    pairs = ((name, getattr(found, name), getattr(wanted, name)) for name in wanted.__struct_fields__)
    return f"case {i}: " + "; ".join(
        f"{name}: {ours!r} is not {theirs!r}" for name, ours, theirs in pairs if ours != theirs
    )


def people(seed: str, plan: CompiledPolicy, n: int) -> list[Case]:
    draw = People(Random(seed), plan)
    return [draw.case() for _ in range(n)]


@pytest.mark.parametrize("family", range(FAMILIES))
def test_any_policy_over_any_people_is_the_same_in_both_engines(family: int) -> None:
    draw = Policies(Random(f"policies {family}"))
    by_python = 0
    for n in range(POLICIES):
        plan = compile_policy(draw.policy(), {}, "", "")
        sheets = same(plan, people(f"people {family} {n}", plan, PEOPLE))
        by_python += len(sheets.exact)
    assert 0 < by_python < POLICIES * PEOPLE // 5


# Drafts and the project's own policies, over their tests and over drawn people.


@cache
def library(ours: bool) -> Library:
    return Library.read(OURS)[0] if ours else DRAFTS


@pytest.mark.parametrize(("ours", "file"), [*((False, file) for file in SAMPLES), *((True, file) for file in OURS)])
def test_a_policy_is_the_same_in_both_engines(ours: bool, file: str) -> None:
    resolved = library(ours).by_file(file)
    plan = compile_resolved(resolved)

    same(plan, [of_test(test) for test in resolved.policy.tests])
    same(plan, people(file, plan, 300))


def test_every_measure_has_a_kernel() -> None:
    kinds = set(get_args(model.Measure))
    drawn = {type(one.measure) for n in range(60) for one in Policies(Random(n)).policy().indicators.values()}

    assert drawn == kinds
    for n in range(60):
        plan = compile_policy(Policies(Random(n)).policy(), {}, "", "")
        assert {one.kind for one in proof(plan)} <= {"int64", "reduced"}


# Numbers of every size.


def small(measure: model.Measure, **changed: Any) -> CompiledPolicy:
    """A policy of one indicator, its score."""
    indicator = model.Indicator(label=LABEL, unit="x", measure=measure, cap=changed.pop("cap", model.Cap()))
    policy = replace(
        Policies(Random(1)).policy(),
        indicators={"one": indicator},
        nodes={"top": model.Node(label=LABEL, of={"one": Decimal(100)})},
        classify={"predicate": model.Bands(node="top", bands={"a": model.Band(from_="min")})},
        panels={},
        outcome="predicate",
        score="top",
        modifiers={},
        precision=model.Precision(final=2, rounding="half_up"),
    )
    return compile_policy(replace(policy, **changed), {}, "", "")


def ratios(*pairs: tuple[int, int]) -> list[Case]:
    return [Case(facts={"done": done, "planned": planned}) for done, planned in pairs]


RATIO = small(model.Ratio(actual="done", target="planned"))
TRILLION = 10**12 * MICRO


def test_rupiah_stay_in_int64_by_their_common_factor() -> None:
    """A city's budget is 11 trillion rupiah: 1.1 x 10^19 micro, times 10^8, is far beyond int64."""
    budget = 11 * TRILLION
    cases = ratios((budget, budget), (budget - 7 * MICRO, budget), (3_333_333 * MICRO, 4_567_891 * MICRO))

    sheets = same(RATIO, cases)

    assert not sheets.exact
    first = sheets.proof[0]
    assert (first.path, first.kind, first.rows) == ("indicators/one", "reduced", 0)
    assert sheets.result(0).score == 100 * MICRO


@pytest.mark.parametrize("edge", ["5", "5.000001", "4.999999", "0", "-5", "-4.5"])
def test_a_column_in_whole_rupiah_is_compared_exactly(edge: str) -> None:
    low = Decimal(edge)
    bands = [model.ScoreBand(from_=low, score=Decimal(2)), model.ScoreBand(from_="min", score=Decimal(1))]
    asked = (model.Condition(fact="x", at_least=low), model.Condition(fact="x", equals=low))
    modifiers = {
        f"m{i}": model.Modifier(when=when, then=model.Then(max_predicate=held))
        for i, (when, held) in enumerate(zip(asked, "bc", strict=True))
    }
    plan = small(model.Banded(fact="x", bands=bands), modifiers=modifiers)
    cases = [Case(facts={"x": x * MICRO}) for x in (4, 5, 6, -4, -5, -6, 0, 10**16 // MICRO * 10**6)]

    sheets = same(plan, cases)

    assert load(cases).facts["x"].numbers.unit == MICRO
    assert not sheets.exact


def test_one_number_beyond_int64_takes_its_own_row_and_no_other() -> None:
    cases = ratios(*((95 * MICRO, 100 * MICRO) for _ in range(50)))
    cases[17] = ratios((95 * 10**15 * MICRO + 1, 10**17 * MICRO))[0]

    sheets = same(RATIO, cases)

    assert list(sheets.exact) == [17]
    assert sheets.nodes["one"].at(17) == 95 * MICRO
    assert sheets.proof[0] == Proof(
        "indicators/one", "python ints", "rows with a number too large for int64", (2**63 - 1) // 10, 1
    )


def test_a_value_beyond_int64_is_exact_on_its_sheet_and_the_nearest_in_the_array() -> None:
    plan = small(model.Index(fact="x"))
    sheets = same(plan, [Case(facts={"x": 10**17 * MICRO}), Case(facts={"x": MICRO})])

    assert sheets.result(0).score == 10**17 * MICRO
    assert sheets.nodes["one"].x.tolist() == [2**63 - 1, MICRO]


@pytest.mark.parametrize(
    "facts",
    [
        {"done": 2**62, "planned": 2**62 - 1},
        {"done": 2**63 - 1, "planned": 1},
        {"done": -(2**63), "planned": 3},
        {"done": 10**18 - 1, "planned": 10**18 + 1},
        {"done": 1, "planned": -(2**62)},
        {"done": 10**23, "planned": 10**23 - 1},
        {"done": -(2**62), "planned": 2**62},
        {"done": -(2**61), "planned": 2**62 - 1},
        {"done": 2**62, "planned": -(2**62)},
        {"done": -(2**62), "planned": 2**61},
    ],
)
@pytest.mark.parametrize(
    "measure",
    [
        model.Ratio(actual="done", target="planned"),
        model.Inverse(form="linear", actual="done", target="planned"),
        model.Inverse(form="reciprocal", actual="done", target="planned"),
        model.Deduction(start=Decimal(100), events={"e": model.CountedEvent(fact="done", points=Decimal("0.3"))}),
        model.Banded(fact="done", bands=[model.ScoreBand(from_=Decimal(1), score=Decimal(2))]),
        model.Index(fact="planned"),
        model.Items(source="skp", item="ratio", weights="declared"),
        model.Items(source="less", item="ratio"),
        model.SurveyIndex(survey="s", elements=["u"], factor=Decimal(25)),
    ],
)
def test_the_edges_of_int64(measure: model.Measure, facts: dict[str, int]) -> None:
    done, planned = facts["done"], facts["planned"]
    items = [Item(target=planned, actual=done, weight=abs(done)), Item(target=MICRO, actual=MICRO, weight=MICRO)]
    less = [Item(target=planned, actual=done, polarity="min")]
    edge = Case({**facts}, {}, {"skp": items, "less": less}, {"s": {"u": SurveyElement(done, abs(planned))}})
    plain = Case(
        {"done": MICRO, "planned": MICRO},
        {},
        {"skp": items[1:], "less": items[1:]},
        {"s": {"u": SurveyElement(3 * MICRO, 2)}},
    )

    sheets = same(small(measure), [plain, edge, plain])

    assert set(sheets.exact) <= {1}


def test_a_number_in_the_policy_that_is_too_large_takes_python_ints_for_all() -> None:
    plan = small(model.Index(fact="x"), cap=model.Cap(min=Decimal(10**16)))
    cases = [Case(facts={"x": 5 * MICRO}), Case()]

    assert proof(plan)[0].kind == "python ints"
    assert len(same(plan, cases).exact) == 2


def test_products_of_rupiah_take_python_ints_for_their_step_only() -> None:
    indicators = {name: small(model.Index(fact=name)) for name in ("basis", "share")}
    policy = replace(
        Policies(Random(1)).policy(),
        indicators={
            name: model.Indicator(label=LABEL, unit="x", measure=model.Index(fact=name)) for name in indicators
        },
        nodes={"top": model.Node(label=LABEL, of={"basis": Decimal(1), "share": Decimal(100)}, combine="product")},
        classify={},
        panels={},
        outcome=None,
        score="top",
        modifiers={},
        precision=model.Precision(final=0, rounding="floor"),
    )
    plan = compile_policy(policy, {}, "", "")
    cases = [
        Case(facts={"basis": 7_250_000 * MICRO, "share": 95_430_000}),
        Case(facts={"basis": 7_250_000_000_001, "share": 95_430_001}),
    ]

    sheets = same(plan, cases)

    assert (sheets.exact, [sheet.score for sheet in sheets]) == ({}, [6_918_675 * MICRO, 6_918_675 * MICRO])
    assert sheets.proof[-1].rows == 1


def test_weights_and_ratings_that_do_not_fit() -> None:
    plan = small(
        model.Rated(panel="panel", scale="vast"),
        scales={"vast": model.Scale(min=Decimal(0), max=Decimal(10**12))},
        panels={"panel": model.Panel(raters={"atasan": model.RaterGroup(weight=Decimal(100))})},
    )
    cases = [Case(ratings={"one": {"atasan": xs}}) for xs in ([MICRO, 2 * MICRO], [TRILLION] * 9, [10**30], [TRILLION])]

    assert list(same(plan, cases).exact) == [1, 2, 3]
    assert proof(plan)[0].limit == (2**63 - 1) // 10**8


FINE = 3_500_001  # 3.500001
VAST = 18_446_744_073_710 * MICRO
"""Whole rupiah that would wrap to 0.448384 in int64, where no later guard could see it."""


def planned(target: int | None, actual: int | None, weight: int = MICRO, polarity: Any = "max") -> Item:
    return Item(target=target, actual=actual, weight=weight, polarity=polarity)


@pytest.mark.parametrize("polarity", ["max", "min"])
@pytest.mark.parametrize(
    ("target", "actual"), [(VAST, FINE), (FINE, VAST), (-VAST, FINE), (FINE, -VAST), (VAST, -FINE), (VAST, VAST)]
)
def test_items_in_trillions_of_rupiah_beside_finer_ones(target: int, actual: int, polarity: Any) -> None:
    """A column of whole rupiah is kept by the million, one with millionths is not: side by side they must not wrap."""
    cases = [
        Case(items={"skp": [planned(2 * MICRO, MICRO), planned(target, actual, polarity=polarity)]}),
        Case(items={"skp": [planned(VAST, VAST)]}),
        Case(items={"skp": [planned(2 * MICRO, FINE if abs(target) == VAST else MICRO)]}),
        Case(items={"skp": [planned(FINE if target == FINE else 2 * MICRO, MICRO, polarity=polarity)]}),
    ]
    columns = load(cases).items["skp"]
    if FINE in (abs(target), abs(actual)):
        assert {columns.target.unit, columns.actual.unit} <= {1, MICRO}

    for weights in ("equal", "declared"):
        sheets = same(small(model.Items(source="skp", item="ratio", weights=weights)), cases)
        assert set(sheets.exact) <= {0, 1}


@pytest.mark.parametrize("facts", [{"done": FINE, "planned": VAST}, {"done": VAST, "planned": FINE}])
@pytest.mark.parametrize(
    "measure",
    [
        model.Ratio(actual="done", target="planned"),
        model.Inverse(form="linear", actual="done", target="planned"),
        model.Inverse(form="reciprocal", actual="done", target="planned"),
        model.Index(fact="done"),
        model.Deduction(start=Decimal(100), events={"e": model.CountedEvent(fact="done", points=Decimal(1))}),
        model.SurveyIndex(survey="s", elements=["u"], factor=Decimal(1)),
    ],
)
def test_facts_in_trillions_of_rupiah_beside_finer_ones(measure: model.Measure, facts: dict[str, int]) -> None:
    answers = {"s": {"u": SurveyElement(facts["done"], 1)}}
    sheets = same(small(measure), [Case({**facts}, surveys=answers), *ratios((MICRO, 2 * MICRO))])

    assert set(sheets.exact) <= {0}


def test_item_targets_of_whole_rupiah_are_brought_to_the_unit_of_finer_actuals_row_by_row() -> None:
    """The row that would wrap goes to Python ints, and it alone."""
    lists = [
        [planned(VAST, FINE)],
        [planned(2 * MICRO, FINE)],
        [planned(2 * MICRO, MICRO), planned(TRILLION // 2, FINE, polarity="min")],
        [planned(TRILLION // 2, TRILLION // 2 - 1)],
    ]
    cases = [Case(items={"skp": items}) for items in lists]
    columns = load(cases).items["skp"]
    assert (columns.target.unit, columns.actual.unit) == (MICRO, 1)

    sheets = same(
        small(model.Items(source="skp", item="ratio"), precision=model.Precision(final=4, rounding="floor")), cases
    )

    assert set(sheets.exact) == {0}
    assert sheets.result(0).score == 0
    assert [sheets.result(row).score for row in (2, 3)] == [124_999_900, 99_999_900]


def test_item_weights_in_trillions_are_kept_by_the_million_and_leave_only_rows_that_would_wrap() -> None:
    cases = [
        Case(items={"skp": [planned(MICRO, MICRO, VAST), planned(MICRO, 0, 3 * MICRO)]}),
        Case(items={"skp": [planned(MICRO, MICRO, 3 * MICRO), planned(MICRO, 0, MICRO)]}),
        Case(items={"skp": [planned(MICRO, MICRO, 20_000 * MICRO), planned(MICRO, 0, 60_000 * MICRO)]}),
    ]
    assert load(cases).items["skp"].weight.unit == MICRO

    sheets = same(small(model.Items(source="skp", item="ratio", weights="declared")), cases)

    assert [sheet.score for sheet in sheets] == [100 * MICRO, 75 * MICRO, 25 * MICRO]
    assert 1 not in sheets.exact


LARGE = Decimal(10**16)
"""In millionths 10^22: beyond int64, and allowed in a policy."""
BEYOND: dict[str, Callable[[Decimal], CompiledPolicy]] = {
    "cap/min": lambda x: small(model.Index(fact="x"), cap=model.Cap(min=x)),
    "cap/max": lambda x: small(model.Index(fact="x"), cap=model.Cap(max=x)),
    "clamp/min": lambda x: small(model.Index(fact="x"), nodes=top(clamp=model.Cap(min=x))),
    "clamp/max": lambda x: small(model.Index(fact="x"), nodes=top(clamp=model.Cap(max=x))),
    "weight of a sum": lambda x: small(model.Index(fact="x"), nodes=top(combine="sum", of={"one": x})),
    "weight of a mean": lambda x: small(model.Index(fact="x"), nodes=top(of={"one": x})),
    "divisor of a product": lambda x: small(model.Index(fact="x"), nodes=top(combine="product", of={"one": x})),
    "band": lambda x: small(
        model.Index(fact="x"),
        classify={"predicate": model.Bands(node="top", bands={"a": model.Band(from_=x), "b": model.Band(from_="min")})},
    ),
    "band that requires": lambda x: small(
        model.Index(fact="x"),
        classify={
            "predicate": model.Bands(
                node="top",
                bands={
                    "a": model.Band(from_=Decimal(1), requires=[model.Condition(fact="c", at_least=x)]),
                    "b": model.Band(from_="min"),
                },
            )
        },
    ),
    "modifier at least": lambda x: small(
        model.Index(fact="x"),
        modifiers={"m": model.Modifier(when=model.Condition(fact="c", at_least=x), then=model.Then(max_predicate="c"))},
    ),
    "modifier equals": lambda x: small(
        model.Index(fact="x"),
        modifiers={"m": model.Modifier(when=model.Condition(fact="c", equals=x), then=model.Then(max_predicate="c"))},
    ),
    "target of a ratio": lambda x: small(model.Ratio(actual="x", target=x)),
    "target of an inverse": lambda x: small(model.Inverse(form="linear", actual="x", target=x)),
    "best of an inverse": lambda x: small(
        model.Inverse(form="reciprocal", actual="x", target=Decimal(1)), cap=model.Cap(max=x)
    ),
    "banded from": lambda x: small(
        model.Banded(
            fact="x", bands=[model.ScoreBand(from_=x, score=Decimal(2)), model.ScoreBand(from_="min", score=Decimal(1))]
        )
    ),
    "banded score": lambda x: small(
        model.Banded(
            fact="x", bands=[model.ScoreBand(from_=Decimal(1), score=x), model.ScoreBand(from_="min", score=Decimal(1))]
        )
    ),
    "start of a deduction": lambda x: small(
        model.Deduction(start=x, events={"e": model.CountedEvent(fact="x", points=Decimal("0.3"))})
    ),
    "points of a deduction": lambda x: small(
        model.Deduction(start=Decimal(100), events={"e": model.CountedEvent(fact="x", points=x)})
    ),
    "value of a table": lambda x: small(model.Table(fact="w", values={"berat": x, "sedang": Decimal(1)})),
    "factor of a survey": lambda x: small(model.SurveyIndex(survey="s", elements=["u"], factor=x)),
    "cap of an item": lambda x: small(model.Items(source="skp", item="ratio", item_cap=model.Cap(min=x))),
    "level of an item": lambda x: small(
        model.Items(source="skp", item="level", scale="three"),
        scales={"three": model.Scale(min=Decimal(1), max=Decimal(3), levels={"mid": x, "low": Decimal(1)})},
    ),
    "weight of a group": lambda x: small(
        model.Rated(panel="panel", scale="three"),
        panels={"panel": model.Panel(raters={"atasan": model.RaterGroup(weight=x)})},
    ),
}


def top(**changed: Any) -> dict[str, model.Node]:
    return {"top": model.Node(**{"label": LABEL, "of": {"one": Decimal(100)}, **changed})}


@pytest.mark.parametrize("number", [LARGE, -LARGE], ids=["above", "below"])
@pytest.mark.parametrize("place", BEYOND)
def test_a_bound_beyond_int64_is_kept_wherever_a_policy_may_say_it(place: str, number: Decimal) -> None:
    """Every row is the explaining engine's, exact to the last digit on both sides of the bound."""
    plan = BEYOND[place](number)
    edge = int(number) * MICRO
    cases = [
        Case(
            facts={"x": x, "c": x, "w": word},
            ratings={"one": {"atasan": [2 * MICRO]}},
            items={"skp": [Item(target=2 * MICRO, actual=x, level="mid", weight=MICRO)]},
            surveys={"s": {"u": SurveyElement(x, 30)}},
        )
        for x, word in ((MICRO, "berat"), (edge, "sedang"), (edge - 1, "asing"), (edge + 1, "berat"), (0, "berat"))
    ]

    sheets = same(plan, cases)

    assert list(sheets.exact) == list(range(len(cases)))
    assert "python ints" in {one.kind for one in sheets.proof}


def test_a_value_below_int64_is_the_nearest_in_the_array_too() -> None:
    plan = small(model.Index(fact="x"))
    sheets = same(plan, [Case(facts={"x": -(10**17) * MICRO}), Case(), Case(facts={"x": -MICRO})])

    assert sheets.result(0).score == -(10**17) * MICRO
    assert sheets.nodes["one"].x.tolist() == [-(2**63 - 1), 0, -MICRO]
    assert sheets.nodes["one"].there.tolist() == [True, False, True]


# The arithmetic itself.


@pytest.mark.parametrize("mode", DIVIDE)
def test_a_division_of_columns_rounds_as_python_does(mode: Rounding) -> None:
    chance = Random(f"division {mode}")
    tops = [chance.randint(-(10**e), 10**e) for e in range(1, 19) for _ in range(200)] + [2**63 - 1, -(2**63 - 1)]
    lows = [chance.randint(1, 10 ** chance.randint(1, 18)) * chance.choice((1, 1, -1)) for _ in tops]
    lows[:400] = [chance.choice((2, 4, 10, -2)) for _ in range(400)]
    divide = DIVIDE[mode]

    found = divided(np.array(tops, np.int64), np.array(lows, np.int64), divide)

    assert found.tolist() == [divide(a, b) for a, b in zip(tops, lows, strict=True)]
    for low in (1, 2, 7, 10**6, -3):
        assert divided(np.array(tops, np.int64), low, divide).tolist() == [divide(a, low) for a in tops]


@pytest.mark.parametrize("mode", DIVIDE)
def test_a_percentage_is_exact_or_left(mode: Rounding) -> None:
    chance = Random(f"percentage {mode}")
    tops = [chance.randint(-(10**e), 10**e) for e in range(1, 19) for _ in range(300)]
    lows = [chance.randint(1, 10 ** chance.randint(1, 18)) for _ in tops]
    left = Fallback(len(tops))

    found = left.percent(np.array(tops, np.int64), np.array(lows, np.int64), DIVIDE[mode], "here").tolist()

    wanted = [DIVIDE[mode](PERCENT * a, b) for a, b in zip(tops, lows, strict=True)]
    kept = [i for i, gone in enumerate(left.rows.tolist()) if not gone]
    assert len(kept) > len(tops) // 2
    assert [found[i] for i in kept] == [wanted[i] for i in kept]
    assert all(abs(wanted[i]) > 2**62 or lows[i] > 2**59 for i in range(len(tops)) if left.rows[i])


# Columns.


def test_a_case_comes_back_from_its_columns() -> None:
    plan = compile_policy(Policies(Random(5)).policy(), {}, "", "")
    cases = people("back", plan, 5000)
    cases[4500].facts["only_late"] = "kata"
    cases[4700].facts["only_late"] = 10**30
    columns = load(iter(cases))

    assert columns.size == 5000
    for i, case in enumerate(cases):
        back = columns.case(i)
        ratings = {name: {g: sorted(xs) for g, xs in groups.items() if xs} for name, groups in case.ratings.items()}
        assert (back.facts, back.ratings) == (case.facts, ratings)
        assert back.items == {name: items for name, items in case.items.items() if items}
        assert back.surveys == {name: answers for name, answers in case.surveys.items() if answers}


def test_the_same_columns_serve_any_number_of_policies() -> None:
    plans = [compile_policy(Policies(Random(f"many {n}")).policy(), {}, "", "") for n in range(12)]
    cases = [case for n, plan in enumerate(plans) for case in people(f"many {n}", plan, 40)]
    columns = load(cases)

    for plan in plans:
        same(plan, cases, columns)


def test_columns_can_not_be_written() -> None:
    columns = load([Case(facts={"x": MICRO})])

    with pytest.raises(ValueError, match="read-only"):
        columns.facts["x"].numbers.x[0] = 0


def test_nobody_is_nothing() -> None:
    for n in range(20):
        plan = compile_policy(Policies(Random(n)).policy(), {}, "", "")
        assert list(evaluate(plan, load([]))) == []


@pytest.mark.parametrize("file", SAMPLES)
def test_an_empty_case_is_the_same(file: str) -> None:
    same(compile_resolved(library(False).by_file(file)), [Case(), Case(ratings={EVERY: {}})])


def test_the_proof_of_a_draft() -> None:
    plan = compile_resolved(library(False).by_file("d-kota-bandung.yaml"))

    kinds = {one.path.split("/")[1]: (one.kind, one.limit) for one in proof(plan)}
    uncapped = next(
        one
        for one in proof(compile_resolved(library(False).by_file("f-kota-samarinda.yaml")))
        if one.path == "nodes/hasil_kerja"
    )

    assert kinds["loyal"] == kinds["perilaku"] == kinds["hasil_kerja"] == ("int64", None)
    assert kinds["rencana_hasil_kerja"] == ("reduced", (2**63 - 1) // 10)
    assert kinds["inovasi"] == ("int64", 2**62)
    assert (uncapped.kind, uncapped.limit) == ("int64", (2**63 - 1) // 10**8)
    assert uncapped.why == "as long as survei_warga stay within 92233.720368"


def test_a_rounding_mode_it_does_not_know_stops_the_program_at_load(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = spec_from_file_location("loaded_again", str(arithmetic.__file__))
    assert spec is not None
    assert spec.loader is not None
    load_again = spec.loader.exec_module

    def at_load() -> None:
        load_again(module_from_spec(spec))

    at_load()
    for mode in ("half_down", "up"):
        monkeypatch.setitem(cast("dict[str, object]", DIVIDE), mode, lambda a, b: a // b)

    with pytest.raises(ImportError, match="does not know how to round half_down, up: add them to _GOES_UP"):
        at_load()
    with pytest.raises(KeyError):
        divided(np.array([3, 5]), 2, lambda a, b: a // b)
