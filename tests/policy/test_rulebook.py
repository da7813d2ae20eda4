"""The whole rulebook of a policy: what commands must know of it, of every measure and every kind of fact."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.case import MICRO
from neraca.domain.command_rules import (
    AssignedGroup,
    AssigningRule,
    FactRule,
    ItemRule,
    ObjectionLimits,
    PolicyRef,
    RatingRule,
    Rulebook,
    StepRule,
    TimeLimit,
)
from neraca.domain.vocabulary import Relation
from neraca.policy import model
from neraca.policy.compiled.compilation import compile_policy
from neraca.policy.compiled.rulebook import ratings, rulebook

LABEL = {"id": "Contoh"}
SCALES = {
    "three": model.Scale(min=Decimal(1), max=Decimal(3), levels={"low": Decimal(1), "top": Decimal(3)}),
    "four": model.Scale(min=Decimal(0), max=Decimal(4), step=Decimal("0.5")),
}
PANEL = model.Panel(
    raters={
        "atasan": model.RaterGroup(weight=Decimal(60), min=1, max=1, anonymous=False),
        "warga": model.RaterGroup(weight=Decimal(40), min=12, anonymous=True, scale="four", below_min="use_anyway"),
    },
    trim_each_end=2,
    aggregate="median",
)
MEASURES: dict[str, model.Measure] = {
    "rated": model.Rated(panel="panel", scale="three"),
    "ratio": model.Ratio(actual="done", target="planned"),
    "fixed": model.Ratio(actual="done_too", target=Decimal(5)),
    "inverse": model.Inverse(form="reciprocal", actual="minutes", target="promised"),
    "banded": model.Banded(fact="count", bands=[model.ScoreBand(from_="min", score=Decimal(1))]),
    "index": model.Index(fact="mark"),
    "survey": model.SurveyIndex(survey="s", elements=["u2", "u1"], factor=Decimal(25)),
    "survey_too": model.SurveyIndex(survey="s", elements=["u1", "u3"], factor=Decimal(25)),
    "survey_else": model.SurveyIndex(survey="t", elements=["v"], factor=Decimal(25)),
    "deduction": model.Deduction(
        start=Decimal(100), events={"e": model.CountedEvent(fact="absences", points=Decimal(1))}
    ),
    "ratios": model.Items(source="skp", item="ratio", weights="declared", min_items=2),
    "levels": model.Items(source="sikap", item="level", scale="three"),
    "most": model.Majority(source="utama", scale="three", min_items=2),
    "table": model.Table(fact="grade", values={"muda": Decimal(1), "madya": Decimal(2)}),
    "table_too": model.Table(fact="grade", values={"utama": Decimal(3), "muda": Decimal(1)}),
}
ASKED = (
    model.Condition(fact="grade", in_=["ahli", "madya"]),
    model.Condition(fact="grade", equals="pemula"),
    model.Condition(fact="other", in_=["lain"]),
    model.Condition(fact="flag", equals=False),
    model.Condition(fact="bare"),
    model.Condition(fact="amount", at_least=Decimal(3)),
)


def policy(**parts: Any) -> model.Policy:
    indicators = {name: model.Indicator(label=LABEL, unit="x", measure=measure) for name, measure in MEASURES.items()}
    rest: dict[str, Any] = {
        "period": model.Period(
            cycle="semester",
            start="01-01",
            policy_date="period_start",
            segments=model.Segments(combine="time_weighted", unit="month"),
            annual=model.Annual(combine="time_weighted"),
        ),
        "workflow": model.Workflow(
            steps={
                "nilai": model.WorkflowStep(
                    role="penilai",
                    within="7 working_days",
                    until="02-28",
                    superior_within="P9D",
                    distinct_from=["pegawai", "atasan"],
                ),
                "tetapkan": model.WorkflowStep(role="atasan", within="P3D"),
            },
            objection=model.ObjectionRule(
                within="P14D", to="atasan", decide_within="5 working_days", grounds_required=False, final=False
            ),
            reminders="3 working_days",
            feedback=model.FeedbackRule(by_appraiser="monthly"),
            raters=model.AssigningRule(
                opens="P14D",
                within="5 working_days",
                groups={
                    "rekan": model.AssignedGroup(from_="unit", count=3),
                    "penjamin_mutu": model.AssignedGroup(from_="named"),
                },
                together=30,
                mutual=False,
                appraiser_told=True,
                sealed=True,
            ),
        ),
    }
    return model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=3,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        precision=model.Precision(final=2, rounding="half_up"),
        scales=SCALES,
        panels={"panel": PANEL},
        indicators=indicators,
        nodes={"node": model.Node(label=LABEL, of={name: Decimal(1) for name in MEASURES}, combine="mean")},
        classify={
            "predicate": model.Bands(
                node="node",
                bands={"top": model.Band(from_=Decimal(50), requires=[*ASKED[:1]]), "low": model.Band(from_="min")},
            )
        },
        outcome="predicate",
        predicates={name: model.Predicate(rank=rank, label=LABEL) for name, rank in (("top", 2), ("low", 1))},
        modifiers={
            f"m{at}": model.Modifier(when=when, then=model.Then(max_predicate="low"))
            for at, when in enumerate(ASKED[1:])
        },
        **{**rest, **parts},
    )


def book(policy: model.Policy) -> Rulebook:
    return rulebook(compile_policy(policy, {}, "a" * 64, "b" * 64), policy)


def test_the_whole_rulebook_of_every_measure() -> None:
    number, done, planned = FactRule("number"), FactRule("number", least=0), FactRule("number", above=0)

    assert book(policy()) == Rulebook(
        policy=PolicyRef("id.contoh", 3, "a" * 64, "b" * 64),
        cycle="semester",
        policy_date="period_start",
        ratings={
            "rated": {
                "atasan": RatingRule(MICRO, 3 * MICRO, MICRO, 1, 1, False, quorum=1, trim=2, median=True),
                "warga": RatingRule(0, 4 * MICRO, MICRO // 2, 12, None, True, quorum=12, trim=2, median=True),
            }
        },
        items={
            "skp": ItemRule("ratio", (), True, 2),
            "sikap": ItemRule("level", ("low", "top"), False, 1),
            "utama": ItemRule("level", ("low", "top"), False, 2),
        },
        facts=frozenset(
            [
                "done",
                "planned",
                "done_too",
                "minutes",
                "promised",
                "count",
                "mark",
                "absences",
                "grade",
                "other",
                "flag",
                "bare",
                "amount",
            ]
        ),
        surveys={"s": ("u2", "u1", "u3"), "t": ("v",)},
        steps={
            "nilai": StepRule(
                "penilai", TimeLimit(7, working=True), ("pegawai", "atasan"), (2, 28), TimeLimit(9, working=False)
            ),
            "tetapkan": StepRule("atasan", TimeLimit(3, working=False), ()),
        },
        objection=ObjectionLimits(TimeLimit(14, working=False), TimeLimit(5, working=True), "atasan", False, False),
        ranks={"top": 2, "low": 1},
        segments=True,
        annual=True,
        kinds={
            "done": done,
            "planned": planned,
            "done_too": done,
            "minutes": done,
            "promised": planned,
            "count": number,
            "mark": number,
            "absences": done,
            "grade": FactRule("word", ("utama", "muda", "pemula", "ahli", "madya")),
            "other": FactRule("word"),
            "flag": FactRule("flag"),
            "amount": number,
        },
        reminders=TimeLimit(3, working=True),
        feedback="monthly",
        assigning=AssigningRule(
            groups={
                Relation.PEER: AssignedGroup("unit", 3),
                Relation.QUALITY_ASSURER: AssignedGroup("named"),
            },
            opens=TimeLimit(14, working=False),
            within=TimeLimit(5, working=True),
            together=30,
            mutual=False,
            appraiser_told=True,
            sealed=True,
        ),
    )


def test_a_policy_may_have_no_workflow_no_segments_and_facts_it_only_requires() -> None:
    period = model.Period(cycle="year", start="01-01", policy_date="period_end")
    found = book(replace(policy(), workflow=None, period=period, required_facts=["cuti"]))

    assert (found.steps, found.objection, found.segments, found.annual) == ({}, None, False, False)
    assert found.assigning is None
    assert (found.reminders, found.feedback) == (TimeLimit(7, working=False), None)
    assert (found.cycle, found.policy_date) == ("year", "period_end")
    assert "cuti" in found.facts
    assert "mark" in found.facts


def test_the_ratings_alone_are_those_of_the_rulebook() -> None:
    assert ratings(compile_policy(policy(), {}, "", "")) == book(policy()).ratings


@pytest.mark.parametrize("fact", ["done", "planned"])
def test_a_fact_that_is_read_as_a_word_has_no_bound(fact: str) -> None:
    """A fact that one indicator divides by and another looks up is a mistake of the policy, told by its checks."""
    table = model.Indicator(label=LABEL, unit="x", measure=model.Table(fact=fact, values={"satu": Decimal(1)}))
    found = book(replace(policy(), indicators={**policy().indicators, "index": table}))

    assert found.kinds[fact].kind == "word"
    assert (found.kinds[fact].least, found.kinds[fact].above) == (None, None)


def test_a_bound_is_kept_by_whoever_else_reads_the_fact() -> None:
    again = {
        f"again_{fact}": model.Indicator(label=LABEL, unit="x", measure=model.Index(fact=fact))
        for fact in ("done", "planned")
    }
    kinds = book(replace(policy(), indicators={**policy().indicators, **again})).kinds

    assert (kinds["done"], kinds["planned"]) == (FactRule("number", least=0), FactRule("number", above=0))


@pytest.mark.parametrize("fact", ["done", "planned"])
def test_a_fact_that_a_condition_takes_for_a_word_has_neither_bound_nor_words(fact: str) -> None:
    """Another such mistake: the words of a fact are those that it is looked up by."""
    when = model.Condition(fact=fact, equals="selesai")
    modifiers = {"m": model.Modifier(when=when, then=model.Then(max_predicate="low"))}

    assert book(replace(policy(), modifiers=modifiers)).kinds[fact] == FactRule("word")
