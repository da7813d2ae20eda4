"""What programmes tell goes before what is measured of the unit, and that before what is typed; each waits its turn."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from neraca.domain.appraisal import events as happened
from neraca.domain.facts import Facts
from neraca.domain.programme.events import Counting, Stretch
from neraca.domain.programme.member_facts import MemberFact, MemberFacts
from neraca.domain.service_times.events import MeasuredFact, ServiceTimesConfirmed

STARTS, ENDS = date(2025, 1, 1), date(2025, 3, 31)
PERIOD = "2025-Q1"


def told(value: int | None, programme: str = "mpp", share: str = "1", period: str = PERIOD) -> MemberFacts:
    """Nothing is said of whom no stretch is left."""
    stretches = [] if value is None else [Stretch(STARTS, ENDS, Decimal(share))]
    facts = [] if value is None else [MemberFact("x", Counting.COMMON, value * 1_000_000, [1, 2])]
    return MemberFacts(programme, period, stretches, facts)


def typed(value: int) -> happened.FactEstablished:
    return happened.FactEstablished(fact="x", basis="SK", number=Decimal(value))


def of(*events: Any) -> Facts:
    facts = Facts(starts=STARTS, ends=ENDS)
    for position, event in enumerate(events, 10):
        facts.apply(event, position)
    return facts


def shown(facts: Facts) -> tuple[Any, Any]:
    return facts.case.facts.get("x"), facts.sources.get("facts/x")


def test_what_a_programme_tells_stands_whatever_is_typed_before_or_after() -> None:
    for events in ((typed(3), told(7)), (told(7), typed(3))):
        facts = of(*events)
        assert shown(facts)[0] == 7_000_000
    assert shown(of(told(7), typed(3)))[1] == [1, 2, 10]


def test_what_was_typed_counts_again_where_a_correction_leaves_somebody_out() -> None:
    assert shown(of(typed(3), told(7), told(None))) == (3_000_000, [10])
    assert shown(of(told(7), typed(3), told(None))) == (3_000_000, [11])
    assert shown(of(told(7), told(None))) == (None, None)


def test_it_changes_nothing_of_another_period() -> None:
    facts = of(told(7, period="2025-Q2"), told(8, period="2025"))
    assert (shown(facts), facts.case.facts) == ((None, None), {})
    assert Facts(starts=STARTS, ends=ENDS).digest() == facts.digest()


def test_a_correction_takes_the_place_of_what_was_concluded() -> None:
    assert shown(of(told(7), told(9))) == (9_000_000, [1, 2, 11])
    assert shown(of(told(7), told(9, "lain"))) == (8_000_000, [1, 2, 10, 11])


def measured(value: int | None) -> ServiceTimesConfirmed:
    facts = [] if value is None else [MeasuredFact("x", "ktp", "mean", Decimal(value))]
    return ServiceTimesConfirmed(unit="dinkes", period=PERIOD, services=[], facts=facts, batches=[])


LAYERS: dict[str, Callable[[int | None], Any]] = {
    "typed": lambda value: typed(value or 0),
    "measured": measured,
    "told": told,
    "other": lambda value: told(value, "lain"),
}


@given(st.lists(st.tuples(st.sampled_from([*LAYERS]), st.integers(1, 9) | st.none()), max_size=8))
def test_in_whatever_order_they_come_the_highest_that_is_there_stands(said: list[tuple[str, int | None]]) -> None:
    """Programmes, two of which weigh alike here; then what is measured; then what was typed last."""
    last: dict[str, int | None] = {}
    for layer, value in said:
        last[layer] = (value or 0) if layer == "typed" else value

    facts = of(*(LAYERS[layer](value) for layer, value in said))

    rates = [one for name in ("told", "other") if (one := last.get(name)) is not None]
    expected = sum(rates) * 1_000_000 // len(rates) if rates else None
    for name in ("measured", "typed"):
        below = last.get(name)
        if expected is None and below is not None:
            expected = below * 1_000_000
    assert facts.case.facts.get("x") == expected
    # Whoever leaves the unit leaves what was measured there, and no more.
    facts.leave_unit()
    if not rates:
        typed_last = last.get("typed")
        expected = None if typed_last is None else typed_last * 1_000_000
    assert facts.case.facts.get("x") == expected
    assert ("facts/x" in facts.sources) is (expected is not None)
