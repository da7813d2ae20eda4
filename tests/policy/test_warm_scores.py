"""A score kept warm: what is touched is computed again, in the order of the plan, and nothing else is."""

from decimal import Decimal
from typing import Any, cast

from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Fact
from neraca.policy import model
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy
from neraca.policy.engine.evaluation import Scoring, evaluate

LABEL = {"id": "Contoh"}


class Counted:
    """A step that notes its name whenever it is computed."""

    def __init__(self, step: Any, computed: list[str]) -> None:
        self.step = step
        self.computed = computed

    def value(self, *given: Any) -> Any:
        self.computed.append(self.step.name)
        return self.step.value(*given)


def index(fact: str, missing: Any = "block") -> model.Indicator:
    return model.Indicator(label=LABEL, unit="x", measure=model.Index(fact=fact), missing=missing)


def plan(**more: Any) -> CompiledPolicy:
    """a and b under `low`, which is under `top` with c; d is read by nobody but itself. Judged by `top` from 50."""
    bands = {
        "good": model.Band(from_=Decimal(50), requires=[model.Condition(fact="asked")]),
        "fair": model.Band(from_=Decimal(10)),
    }
    policy = model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=1,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        period=model.Period(cycle="year", start="01-01", policy_date="period_end"),
        precision=model.Precision(final=0, rounding="half_up"),
        predicates={name: model.Predicate(rank=rank, label=LABEL) for rank, name in enumerate(("fair", "good"))},
        indicators={name: index(name) for name in "abc"} | {"d": index("d", "renormalise")},
        nodes={
            "low": model.Node(label=LABEL, of={"a": Decimal(50), "b": Decimal(50)}, missing="block"),
            "top": model.Node(label=LABEL, of={"low": Decimal(50), "c": Decimal(50)}),
        },
        classify={"one": model.Bands(node="top", bands=bands)},
        outcome="one",
        score="top",
        **more,
    )
    return compile_policy(policy, {}, "", "")


def warm(**facts: Fact) -> tuple[Scoring, Case, list[str]]:
    computed: list[str] = []
    compiled = plan()
    case = Case(facts={"asked": True, **facts})
    counted = replace(compiled, steps=cast(Any, tuple(Counted(step, computed) for step in compiled.steps)))
    return Scoring(counted, case), case, computed


def fresh(case: Case) -> Any:
    return evaluate(plan(), case)


WHOLE = {"a": 20 * MICRO, "b": 40 * MICRO, "c": 60 * MICRO + 400_000, "d": 1}
ALL = ["a", "b", "c", "d", "low", "top"]


def test_the_first_result_computes_every_step_once_and_the_next_none() -> None:
    scoring, case, computed = warm(**WHOLE)

    assert scoring.result() == fresh(case)
    assert scoring.result() is scoring.result()
    assert (scoring.result().score, scoring.result().predicate, computed) == (45 * MICRO, "fair", ALL)


def test_what_is_touched_moves_itself_and_the_nodes_above_it() -> None:
    scoring, case, computed = warm(**WHOLE)
    scoring.result()
    computed.clear()

    case.facts["a"] = 60 * MICRO
    assert scoring.touch(["facts/a"])
    assert (scoring.result(), computed) == (fresh(case), ["a", "low", "top"])
    assert (scoring.result().score, scoring.result().predicate) == (55 * MICRO, "good")
    computed.clear()

    case.facts["d"] = 7 * MICRO
    assert scoring.touch(["facts/d"])
    assert (scoring.result(), computed) == (fresh(case), ["d"])
    assert scoring.result().nodes["d"] == 7 * MICRO


def test_what_only_bands_read_is_judged_again_and_nothing_computed() -> None:
    scoring, case, computed = warm(**(WHOLE | {"a": 60 * MICRO}))
    assert scoring.result().predicate == "good"
    computed.clear()

    del case.facts["asked"]
    assert scoring.touch(["facts/asked"])
    assert (scoring.result(), computed) == (fresh(case), [])
    assert scoring.result().predicate == "fair"


def test_what_nobody_reads_changes_nothing() -> None:
    scoring, _, computed = warm(**WHOLE)
    result = scoring.result()
    computed.clear()

    assert not scoring.touch(["facts/e", "items/skp"])
    assert not scoring.touch([])
    assert (scoring.result() is result, computed) == (True, [])
    # One of several is enough, be it the first or the last.
    assert scoring.touch(["facts/e", "facts/d"])
    assert scoring.touch(["facts/d", "facts/e"])
    assert scoring.result() is not result


def test_before_the_first_result_a_touch_costs_nothing_and_loses_nothing() -> None:
    scoring, case, computed = warm(**WHOLE)

    case.facts["b"] = 0
    assert scoring.touch(["facts/b"])
    assert scoring.touch(["facts/asked"])
    assert computed == []
    assert (scoring.result(), computed) == (fresh(case), ALL)
    computed.clear()
    # It was clean after that.
    assert scoring.touch(["facts/d"])
    assert (scoring.result(), computed) == (fresh(case), ["d"])


def test_the_first_block_is_told_without_a_result() -> None:
    scoring, case, computed = warm(**WHOLE)

    assert (scoring.blocked(), computed) == (None, ALL)
    computed.clear()
    assert (scoring.blocked(), computed) == (None, [])

    case.facts["b"] = "kata"
    scoring.touch(["facts/b"])
    found = scoring.blocked()
    assert found is not None
    # b is the first of the three that moved, and blocks: low and top need no look.
    assert (found.path, computed) == ("facts/b", ["b"])
    assert scoring.result() == fresh(case)
    assert computed == ["b", "low", "top"]


def test_a_block_before_the_one_known_is_found_and_one_after_it_is_not_looked_at() -> None:
    scoring, case, computed = warm(**(WHOLE | {"b": "kata"}))
    first = scoring.blocked()
    assert first is not None
    assert first.path == "facts/b"
    computed.clear()

    case.facts["c"] = "kata"
    scoring.touch(["facts/c"])
    assert (scoring.blocked(), computed) == (first, [])
    case.facts["a"] = "kata"
    scoring.touch(["facts/a"])
    earlier = scoring.blocked()
    assert earlier is not None
    assert (earlier.path, computed) == ("facts/a", ["a"])
    # Where the first goes, the next comes up, which was known all along.
    case.facts["a"] = 3 * MICRO
    scoring.touch(["facts/a"])
    assert (scoring.blocked(), computed) == (first, ["a", "a"])
    # And where that goes too, the one that was put off.
    case.facts["b"] = 5 * MICRO
    scoring.touch(["facts/b"])
    last = scoring.blocked()
    assert last is not None
    assert (last.path, computed) == ("facts/c", ["a", "a", "b", "c"])
    assert scoring.result() == fresh(case)
    case.facts["c"] = 50 * MICRO
    scoring.touch(["facts/c"])
    assert scoring.blocked() is None
    assert scoring.result() == fresh(case)
    assert scoring.result().status == "final"


def test_a_result_after_a_block_was_told_has_every_value_anew() -> None:
    """What `blocked` computed is rounded by the next result, and is not computed again."""
    scoring, case, computed = warm(**WHOLE)
    scoring.result()
    computed.clear()

    case.facts["a"] = 21 * MICRO + 600_000
    scoring.touch(["facts/a"])
    assert scoring.blocked() is None
    assert computed == ["a", "low", "top"]
    case.facts["d"] = 2 * MICRO
    scoring.touch(["facts/d"])
    assert (scoring.result(), computed) == (fresh(case), ["a", "low", "top", "d"])
    assert (scoring.result().nodes["a"], scoring.result().nodes["d"]) == (22 * MICRO, 2 * MICRO)


def test_a_block_that_a_result_found_is_told_and_forgotten_with_it() -> None:
    scoring, case, _ = warm(**WHOLE)
    scoring.result()

    for value, path in (("kata", "facts/c"), (4 * MICRO, None), ("kata", "facts/c")):
        case.facts["c"] = value
        scoring.touch(["facts/c"])
        assert scoring.result() == fresh(case)
        found = scoring.blocked()
        assert (None if found is None else found.path) == path


def test_what_blocks_does_so_still_until_it_is_touched() -> None:
    scoring, case, _ = warm(**(WHOLE | {"b": "kata"}))
    assert not scoring.still_blocked()
    scoring.blocked()
    assert scoring.still_blocked()

    case.facts["a"] = 3 * MICRO
    scoring.touch(["facts/a", "facts/unread"])
    assert scoring.still_blocked()
    case.facts["b"] = 5 * MICRO
    scoring.touch(["facts/b"])
    assert not scoring.still_blocked()
    assert scoring.blocked() is None
    assert not scoring.still_blocked()


def test_a_missing_score_or_band_is_no_block_of_a_step() -> None:
    scoring, case, _ = warm(a=1, b=1, c=1)

    assert scoring.blocked() is None
    assert (scoring.result(), scoring.result().path) == (fresh(case), "classify/one")


def test_the_first_block_is_that_of_the_plan_and_not_the_last() -> None:
    """d blocks by itself; a, which comes before, is only missing, and blocks the nodes, which come after."""
    for touched in (False, True):
        scoring, case, _ = warm(**(WHOLE if touched else {"b": 1, "c": 1, "d": "kata"}))
        if touched:
            scoring.result()
            del case.facts["a"]
            case.facts["d"] = "kata"
            scoring.touch(["facts/a", "facts/d"])
            assert scoring.result() == fresh(case)
        found = scoring.blocked()
        assert found is not None
        assert found.path == "facts/d"
        assert scoring.result() == fresh(case)
        assert scoring.result().path == "facts/d"


def test_of_two_that_block_the_first_is_told_then_the_second() -> None:
    scoring, case, _ = warm(**(WHOLE | {"a": "kata", "b": "lain"}))

    def told() -> str | None:
        found = scoring.blocked()
        return None if found is None else found.reason

    assert told() == "facts/a: 'kata' is not a number"
    assert scoring.result() == fresh(case)
    case.facts["a"] = MICRO
    scoring.touch(["facts/a"])
    assert told() == "facts/b: 'lain' is not a number"
    assert scoring.result() == fresh(case)
    case.facts["b"] = MICRO
    scoring.touch(["facts/b"])
    assert told() is None
    assert scoring.result() == fresh(case)


def test_of_two_that_a_result_found_the_first_is_told() -> None:
    scoring, case, _ = warm(**WHOLE)
    scoring.result()
    case.facts |= {"a": "kata", "b": "lain"}
    scoring.touch(["facts/a", "facts/b"])

    assert scoring.result() == fresh(case)
    found = scoring.blocked()
    assert found is not None
    assert found.reason == "facts/a: 'kata' is not a number"


def test_many_steps_are_computed_in_the_order_of_the_plan() -> None:
    """Of 40 indicators each is under a node of its own, so every node comes long after its indicator."""
    names = [f"i{at:02}" for at in range(40)]
    policy = model.Policy(
        schema="asn-policy/1",
        id="id.contoh",
        version=1,
        scope=model.Scope(level="city", code="0000"),
        title=LABEL,
        effective=model.Effective(from_="2025-01-01"),
        period=model.Period(cycle="year", start="01-01", policy_date="period_end"),
        precision=model.Precision(final=2, rounding="half_up"),
        indicators={name: index(name) for name in names},
        nodes={f"n{name}": model.Node(label=LABEL, of={name: Decimal(100)}) for name in names},
        score="ni00",
    )
    compiled = compile_policy(policy, {}, "", "")
    for told in (False, True):
        case = Case(facts=dict.fromkeys(names, MICRO))
        scoring = Scoring(compiled, case)
        scoring.result()
        for name in names:
            case.facts[name] = 2 * MICRO
            scoring.touch([f"facts/{name}"])
            if told:
                assert scoring.blocked() is None
            assert scoring.result() == evaluate(compiled, case)
        for at, name in enumerate(names):
            case.facts[name] = at * MICRO
        scoring.touch([f"facts/{name}" for name in reversed(names)])
        if told:
            assert scoring.blocked() is None
        assert scoring.result() == evaluate(compiled, case)
