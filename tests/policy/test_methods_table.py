"""A table and a product, each at its edges: unknown words, missing factors, divisors, signs and one rounding."""

from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain.case import MICRO, Case, Fact
from neraca.policy import model
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.engine.evaluation import Scoring, evaluate, explain
from neraca.policy.testing.cases import refusals

LABEL = {"id": "Contoh"}
SHARES = {"baik": Decimal(100), "kurang": Decimal("50.5"), "sangat_kurang": Decimal(0)}
Missing = Literal["renormalise", "zero", "block"]


def plan(indicators: dict[str, model.Indicator], of: dict[str, str], clamp: model.Cap | None = None) -> CompiledPolicy:
    node = model.Node(
        label=LABEL, combine="product", of={k: Decimal(v) for k, v in of.items()}, clamp=clamp or model.Cap()
    )
    policy = model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=1,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        period=model.Period(cycle="month", start="01-01", policy_date="period_end"),
        precision=model.Precision(final=2, rounding="half_up"),
        purpose="allowance",
        indicators=indicators,
        nodes={"node": node},
        score="node",
    )
    return compile_policy(policy, {}, "", "")


def number(name: str, missing: Missing = "block") -> model.Indicator:
    return model.Indicator(label=LABEL, unit="x", measure=model.Index(fact=name), missing=missing)


def table(missing: Missing = "block", cap: model.Cap | None = None) -> model.Indicator:
    measure = model.Table(fact="word", values=SHARES)
    return model.Indicator(label=LABEL, unit="persen", measure=measure, missing=missing, cap=cap or model.Cap())


def looked_up(word: Fact | None, missing: Missing = "block", cap: model.Cap | None = None) -> EvaluationResult:
    facts: dict[str, Fact] = {} if word is None else {"word": word}
    return evaluate(plan({"share": table(missing, cap)}, {"share": "1"}), Case(facts=facts))


@pytest.mark.parametrize(("word", "value"), [("baik", "100.00"), ("kurang", "50.50"), ("sangat_kurang", "0.00")])
def test_a_word_is_worth_its_number(word: str, value: str) -> None:
    assert looked_up(word).to_builtins()["score"] == value


@pytest.mark.parametrize("word", [None, "istimewa", "Baik", ""])
def test_an_unknown_word_is_missing_as_an_absent_one_is(word: str | None) -> None:
    blocked, zero, left_out = looked_up(word), looked_up(word, "zero"), looked_up(word, "renormalise")

    assert (blocked.status, blocked.path, blocked.nodes["share"]) == ("blocked", "indicators/share", None)
    assert (zero.status, zero.score, zero.nodes["share"]) == ("final", 0, None)
    assert (left_out.status, left_out.nodes["node"]) == ("blocked", None)  # nothing else is there to pay by


def test_a_number_of_zero_is_no_missing_one() -> None:
    assert looked_up("sangat_kurang", "renormalise").score == 0


@pytest.mark.parametrize(("fact", "said"), [(5 * MICRO, "5"), (True, "yes")])
def test_a_number_or_flag_where_a_word_belongs_blocks_and_is_refused_at_the_door(fact: Fact, said: str) -> None:
    sheet = looked_up(fact, "zero")
    door = refusals(plan({"share": table()}, {"share": "1"}), Case(facts={"word": fact}))

    assert (sheet.status, sheet.reason) == ("blocked", f"facts/word: {said} is not a word")
    assert door == [f"facts/word: {said} is not a word; the policy looks it up"]


def test_a_word_is_taken_at_the_door_known_or_not() -> None:
    for word in ("baik", "istimewa"):
        assert refusals(plan({"share": table()}, {"share": "1"}), Case(facts={"word": word})) == []


def test_a_cap_holds_what_the_table_gives() -> None:
    assert looked_up("baik", cap=model.Cap(max=Decimal(80))).score == 80 * MICRO


def multiplied(
    factors: dict[str, tuple[str | None, str, Missing]], clamp: model.Cap | None = None
) -> tuple[str, str | None]:
    """Name to value, divisor, rule; the status and the printed score."""
    made = plan(
        {name: number(name, rule) for name, (_, _, rule) in factors.items()},
        {name: divisor for name, (_, divisor, _) in factors.items()},
        clamp,
    )
    facts: dict[str, Fact] = {k: int(Decimal(v) * MICRO) for k, (v, _, _) in factors.items() if v is not None}
    sheet = evaluate(made, Case(facts=facts)).to_builtins()
    return str(sheet["status"]), None if sheet["score"] is None else str(sheet["score"])


@pytest.mark.parametrize(
    ("factors", "score"),
    [
        ({"a": ("12.5", "1", "block"), "b": ("150", "100", "block")}, "18.75"),
        ({"a": ("100", "100", "block"), "b": ("12.5", "1", "block"), "c": ("2", "12", "block")}, "2.08"),
        ({"a": ("86.5", "2", "block")}, "43.25"),
        ({"a": ("7", "0.5", "block")}, "14.00"),
        ({"a": ("-3", "1", "block"), "b": ("50", "100", "block")}, "-1.50"),
        ({"a": ("5", "1", "block"), "b": ("0", "100", "block")}, "0.00"),
        # A missing factor: left out with its divisor, as zero, or all of it stops.
        ({"a": ("12.5", "1", "block"), "b": (None, "100", "renormalise")}, "12.50"),
        ({"a": ("12.5", "1", "block"), "b": (None, "100", "zero")}, "0.00"),
    ],
)
def test_a_product_divides_each_factor(factors: dict[str, tuple[str | None, str, Missing]], score: str) -> None:
    assert multiplied(factors) == ("final", score)


def test_a_missing_factor_that_blocks_stops_it_and_nothing_present_is_no_score() -> None:
    assert multiplied({"a": ("1", "1", "block"), "b": (None, "1", "block")}) == ("blocked", None)
    assert multiplied({"a": (None, "1", "renormalise"), "b": (None, "1", "renormalise")}) == ("blocked", None)


def test_a_clamp_holds_the_product() -> None:
    factors: dict[str, tuple[str | None, str, Missing]] = {"a": ("7000000", "1", "block"), "b": ("100", "100", "block")}

    assert multiplied(factors, model.Cap(max=Decimal(6_000_000))) == ("final", "6000000.00")


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-(10**16), 10**16),
            st.integers(1, 10**9),
            st.sampled_from(["renormalise", "zero", "block"]),
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_a_product_is_the_fraction_rounded_once(factors: list[tuple[int | None, int, Missing]]) -> None:
    names = [f"f{i}" for i in range(len(factors))]
    of = {name: str(Decimal(w).scaleb(-6)) for name, (_, w, _) in zip(names, factors, strict=True)}
    made = plan({name: number(name, rule) for name, (_, _, rule) in zip(names, factors, strict=True)}, of)
    case = Case(facts={name: x for name, (x, _, _) in zip(names, factors, strict=True) if x is not None})
    exact = Fraction(1)
    present = blocked = False
    for x, divisor, rule in factors:
        blocked = blocked or (x is None and rule == "block")
        if x is not None or rule == "zero":
            exact *= Fraction(x or 0, divisor)
            present = True
    scaled = abs(exact) * MICRO + Fraction(1, 2)
    micro = (scaled.numerator // scaled.denominator) * (1 if exact >= 0 else -1)
    cents = (abs(micro) + 5_000) // 10_000 * 10_000 * (1 if micro >= 0 else -1)

    explained = explain(made, case)

    assert explained.sheet == evaluate(made, case) == Scoring(made, case).result()
    assert explained.sheet.score == (cents if present and not blocked else None)
