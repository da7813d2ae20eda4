"""What each way to measure answers beside a score: the facts it reads, how far it goes, its sentence, the numbers that
may be moved, what it makes up for a person, and why int64 holds it.

The answers of each are told in measure_answers.yaml, whole.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from neraca.domain.case import MICRO, Case, Fact, Item, Micro, SurveyElement
from neraca.domain.facts import SANCTION
from neraca.policy import model
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy
from neraca.policy.compiled.methods.method import FactRead, Tunable
from neraca.policy.engine.vectorised import Proof, proof
from neraca.policy.interval import Interval
from neraca.policy.numbers import text

ANSWERS: dict[str, dict[str, Any]] = yaml.load(
    Path(__file__).with_name("measure_answers.yaml").read_text(), yaml.CSafeLoader
)

T = TypeVar("T")

LABEL = {"id": "Contoh"}
LEVELS = {"low": Decimal(1), "mid": Decimal(2), "top": Decimal(3)}
SCALES = {
    "three": model.Scale(min=Decimal(1), max=Decimal(3), levels=LEVELS),
    "halves": model.Scale(min=Decimal(-2), max=Decimal(10), step=Decimal("0.5")),
    "vast": model.Scale(min=Decimal(0), max=Decimal(10**12)),
    "below": model.Scale(min=Decimal(-10), max=Decimal(-5)),
    "bare": model.Scale(min=Decimal(5), max=Decimal(5)),
}
PANELS = {
    "panel": model.Panel(
        raters={
            "atasan": model.RaterGroup(weight=Decimal(60), missing="block"),
            "rekan": model.RaterGroup(weight=Decimal(30), min=3, max=5, anonymous=True, missing="reassign:atasan"),
            "warga": model.RaterGroup(weight=Decimal(10), min=2, scale="halves"),
        },
        trim_each_end=1,
    ),
    "zeroed": model.Panel(raters={"atasan": model.RaterGroup(weight=Decimal(100), missing="zero")}, aggregate="median"),
    "open": model.Panel(raters={"atasan": model.RaterGroup(weight=Decimal(100), missing="renormalise")}),
    "moved": model.Panel(
        raters={
            "atasan": model.RaterGroup(weight=Decimal(50)),
            "rekan": model.RaterGroup(weight=Decimal(50), missing="reassign:atasan"),
        }
    ),
}
CAP = model.Cap(min=Decimal(10), max=Decimal("119.5"))
MEASURES: dict[str, tuple[model.Measure, model.Cap]] = {
    "rated, of whom one blocks": (model.Rated(panel="panel", scale="three"), model.Cap()),
    "rated, of whom one counts as zero": (model.Rated(panel="zeroed", scale="halves"), model.Cap()),
    "rated, of whom one counts as zero on a scale above it": (model.Rated(panel="zeroed", scale="three"), model.Cap()),
    "rated, of whom one counts as zero on a scale below it": (model.Rated(panel="zeroed", scale="below"), model.Cap()),
    "rated, left out": (model.Rated(panel="open", scale="three"), model.Cap()),
    "rated, given away": (model.Rated(panel="moved", scale="three"), model.Cap()),
    "rated on a scale of nothing": (model.Rated(panel="open", scale="bare"), model.Cap()),
    "rated on a vast scale": (model.Rated(panel="open", scale="vast"), model.Cap()),
    "ratio of facts": (model.Ratio(actual="a", target="t"), model.Cap()),
    "ratio to a number": (model.Ratio(actual="a", target=Decimal("250.5")), CAP),
    "ratio to a small number": (model.Ratio(actual="a", target=Decimal("0.5")), model.Cap(max=Decimal(120))),
    "linear inverse": (model.Inverse(form="linear", actual="a", target="t"), model.Cap(min=Decimal(0))),
    "linear inverse of a number": (model.Inverse(form="linear", actual="a", target=Decimal(15)), model.Cap()),
    "reciprocal inverse": (model.Inverse(form="reciprocal", actual="a", target="t"), CAP),
    "reciprocal inverse of a number": (model.Inverse(form="reciprocal", actual="a", target=Decimal(15)), CAP),
    "banded": (
        model.Banded(
            fact="a",
            bands=[
                model.ScoreBand(from_=Decimal("2.50"), score=Decimal(60)),
                model.ScoreBand(from_=Decimal(1), score=Decimal("120.0")),
                model.ScoreBand(from_="min", score=Decimal(-5)),
            ],
        ),
        model.Cap(),
    ),
    "banded of one": (model.Banded(fact="a", bands=[model.ScoreBand(from_="min", score=Decimal(1))]), model.Cap()),
    "index": (model.Index(fact="a"), model.Cap()),
    "index within bounds": (model.Index(fact="a"), CAP),
    "survey": (
        model.SurveyIndex(survey="s", elements=["u1", "u2"], factor=Decimal("25.0"), min_respondents=30),
        model.Cap(),
    ),
    "survey of a factor that the checks refuse": (
        model.SurveyIndex(survey="s", elements=["u1"], factor=Decimal(-2)),
        model.Cap(),
    ),
    "deduction": (
        model.Deduction(
            start=Decimal(100),
            events={
                "late": model.CountedEvent(fact="a", points=Decimal("0.50")),
                "gone": model.CountedEvent(fact="t", points=Decimal(5)),
            },
        ),
        model.Cap(),
    ),
    "items by ratio": (model.Items(source="skp", item="ratio"), model.Cap()),
    "items by ratio, weighed and bounded": (
        model.Items(source="skp", item="ratio", weights="declared", min_items=3, item_cap=CAP),
        model.Cap(),
    ),
    "items by ratio, bounded from above": (
        model.Items(source="skp", item="ratio", item_cap=model.Cap(max=Decimal(120))),
        model.Cap(),
    ),
    "items by standards": (
        model.Items(
            source="skp",
            item="ratio",
            standards={
                "lebih": model.Standard(from_=Decimal(110), score=Decimal(120)),
                "cukup": model.Standard(from_=Decimal(80), score=Decimal(70), to=Decimal(99), to_score=Decimal(89)),
                "kurang": model.Standard(from_="min", score=Decimal(5)),
            },
        ),
        model.Cap(),
    ),
    "items by level": (model.Items(source="sikap", item="level", scale="three", min_items=2), model.Cap()),
    "items by level, weighed and bounded": (
        model.Items(
            source="sikap", item="level", scale="three", weights="declared", item_cap=model.Cap(min=Decimal(2))
        ),
        model.Cap(),
    ),
    "majority": (model.Majority(source="sikap", scale="three", min_items=2), model.Cap()),
    "table": (model.Table(fact="w", values={"muda": Decimal("12.50"), "madya": Decimal(-37)}), model.Cap()),
    "table of the sanction": (model.Table(fact=SANCTION, values={"tidak_ada": Decimal(100)}), model.Cap()),
}


def compiled(measure: model.Measure, cap: model.Cap) -> tuple[model.Policy, CompiledPolicy]:
    policy = model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=1,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        period=model.Period(cycle="year", start="01-01", policy_date="period_end"),
        precision=model.Precision(final=2, rounding="half_up"),
        scales=SCALES,
        panels=PANELS,
        indicators={"x": model.Indicator(label=LABEL, unit="x", measure=measure, cap=cap)},
        nodes={"node": model.Node(label=LABEL, of={"x": Decimal(100)})},
        score="node",
    )
    return policy, compile_policy(policy, {}, "", "")


class Someone:
    """A person who takes the next of what is offered, and remembers what was: `number` is what they begin at."""

    def __init__(self, parts: model.Policy, number: int, *, complete: bool) -> None:
        self.parts: Any = parts
        self.number = number
        self.complete = complete
        self.turn = number
        self.offered: list[str] = []
        self.facts: dict[str, Fact] = {}
        self.ratings: dict[str, dict[str, list[Micro]]] = {}
        self.items: dict[str, list[Item]] = {}
        self.surveys: dict[str, dict[str, SurveyElement]] = {}

    def pick(self, several: Sequence[T]) -> T:
        said = " ".join(text(one) if type(one) is int else str(one) for one in several)
        if said not in self.offered:
            self.offered.append(said)
        self.turn += 1
        return several[self.turn % len(several)]


PEOPLE = ((0, True), (1, True), (2, False), (3, False), (4, False), (9, True))
"""Number, and whether nothing is lacking."""


def told_fact(read: FactRead) -> str:
    bounds = [f"least {read.least}"] * (read.least is not None) + [f"above {read.above}"] * (read.above is not None)
    return ", ".join([f"{read.at}: {read.fact} as {read.kind}", *bounds, *read.words])


def told_number(number: Tunable) -> str:
    return f"{'/'.join(map(str, number.path))} {number.value} by {number.step}"


def told_proof(one: Proof) -> str:
    return f"{one.kind}: {one.why}; limit {None if one.limit is None else text(one.limit)}, {one.rows} rows"


def told_item(item: Item) -> str:
    numbers = [None if one is None else text(one) for one in (item.actual, item.target, item.weight)]
    rank = "" if item.priority == "utama" else f" {item.priority}"
    return f"{numbers[0]}/{numbers[1]} x{numbers[2]} {item.polarity} {item.level}{rank}"


def told_case(case: Case) -> str:
    parts: list[str] = [
        *(f"{name}={text(fact) if type(fact) is int else fact}" for name, fact in case.facts.items()),
        *(
            f"{indicator}/{group}: {' '.join(map(text, ratings))}"
            for indicator, groups in case.ratings.items()
            for group, ratings in groups.items()
        ),
        *(f"{source}: {'; '.join(map(told_item, items))}" for source, items in case.items.items()),
        *(
            f"{survey}/{name}: {text(element.sum)} of {element.n}"
            for survey, elements in case.surveys.items()
            for name, element in elements.items()
        ),
    ]
    return ", ".join(parts)


def invented(policy: model.Policy, measure: model.Measure, cap: model.Cap) -> tuple[list[str], list[str]]:
    """What the people are offered, and what they come to have."""
    offered: dict[str, None] = {}
    had: list[str] = []
    for number, complete in PEOPLE:
        someone = Someone(policy, number, complete=complete)
        measure.invent(someone, "x", cap)
        offered |= dict.fromkeys(someone.offered)
        had.append(told_case(Case(someone.facts, someone.ratings, someone.items, someone.surveys)))
    return list(offered), had


def answers(measure: model.Measure, cap: model.Cap) -> dict[str, Any]:
    policy, plan = compiled(measure, cap)
    sentence = measure.sentence(policy)
    offered, had = invented(policy, measure, cap)
    span = measure.interval(policy)
    return {
        "reads": list(plan.indicators[0].measuring.reads),
        "facts": list(map(told_fact, measure.facts())),
        "words": sorted(plan.indicators[0].words),
        "interval": span.words() + ("" if span.lacking else ", never missing"),
        "id": sentence.id,
        "en": sentence.en,
        "tunables": list(map(told_number, measure.tunables())),
        "offered": offered,
        "invented": had,
        "proofs": list(map(told_proof, proof(plan))),
    }


@pytest.mark.parametrize("which", MEASURES)
def test_the_answers_of_a_measure(which: str) -> None:
    assert answers(*MEASURES[which]) == ANSWERS[which]


def test_no_answers_are_kept_of_a_measure_that_is_not_asked() -> None:
    assert ANSWERS.keys() == MEASURES.keys()


@pytest.mark.parametrize("which", MEASURES)
def test_what_is_known_of_a_person_is_not_made_up(which: str) -> None:
    """Ratings alone are made anew; they are of one indicator, which no other measure fills."""
    measure, cap = MEASURES[which]
    policy, _ = compiled(measure, cap)
    someone = Someone(policy, 1, complete=True)
    someone.facts = {"a": "diketahui", "t": 7 * MICRO, "w": "diketahui", SANCTION: "diketahui"}
    someone.items = {"skp": [], "sikap": []}
    someone.surveys = {"s": {"u1": SurveyElement(1, 1), "u2": SurveyElement(2, 2)}}
    measure.invent(someone, "x", cap)

    assert someone.facts == {"a": "diketahui", "t": 7 * MICRO, "w": "diketahui", SANCTION: "diketahui"}
    assert someone.items == {"skp": [], "sikap": []}
    assert someone.surveys == {"s": {"u1": SurveyElement(1, 1), "u2": SurveyElement(2, 2)}}


@pytest.mark.parametrize(
    "measure",
    [
        model.Items(source="sikap", item="level", scale="bare"),
        model.Items(source="sikap", item="level", scale="unknown"),
        model.Items(source="sikap", item="level"),
        model.Majority(source="sikap", scale="bare"),
        model.Majority(source="sikap", scale="unknown"),
        model.Rated(panel="panel", scale="unknown"),
        model.Rated(panel="unknown", scale="three"),
    ],
)
def test_a_measure_of_what_the_policy_does_not_have_may_go_anywhere(measure: model.Measure) -> None:
    """The checks ask for intervals of policies that have mistakes."""
    policy, _ = compiled(model.Index(fact="a"), model.Cap())

    assert measure.interval(policy) == Interval(None, None, lacking=True)
