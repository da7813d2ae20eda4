"""Final results as rows, and groups of them, of which nothing is told that moves by fewer than five people."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain import streams
from neraca.domain.appraisal import events as appraisal
from neraca.domain.command_rules import PolicyRef
from neraca.domain.group_privacy import FLOOR
from neraca.projecting.projection import Entry
from neraca.projecting.workspace import Rows
from projections import results
from projections.results.rows import COUNTED, GATHERING, TALLY

PERIOD = "2025-Q1"
RULE = PolicyRef("kota-uji", 1, "h1", "c1")
OTHER = PolicyRef("kota-uji", 2, "h2", "c2")


def stream(nip: str) -> UUID:
    return streams.appraisal("solo", nip, PERIOD)


def opened(nip: str, unit: str = "dinkes") -> appraisal.Opened:
    return appraisal.Opened(
        employee=nip, period=PERIOD, starts=date(2025, 1, 1), ends=date(2025, 3, 31), unit=unit, appraiser="sri"
    )


def final(score: int, policy: PolicyRef = RULE, predicate: str = "baik", **more: Any) -> appraisal.Finalised:
    nodes = {"hasil": Decimal(score), "perilaku": Decimal(90), "inovasi": None}
    return appraisal.Finalised(
        on=date(2025, 4, 3),
        predicate=predicate,
        policy=policy,
        position=1,
        facts_digest="d",
        engine="e",
        score=Decimal(score),
        **{"nodes": nodes, "sealed_digest": "s", "closed_by": policy} | more,
    )


@pytest.fixture
def of_solo(told: Any) -> Any:
    return told(results.PROJECTION)


def test_a_final_result_is_kept_in_millionths_with_what_fixed_it(of_solo: Any) -> None:
    of_solo.happens(stream("1"), opened("1"), final(82))

    [row] = of_solo.rows("result", "employee", "unit", "policy", "joined", "predicate", "score", "nodes", "position")
    assert row == {
        "employee": "1",
        "unit": "dinkes",
        "policy": "kota-uji@1",
        "joined": False,
        "predicate": "baik",
        "score": 82_000_000,
        "nodes": {"hasil": 82_000_000, "perilaku": 90_000_000, "inovasi": None},
        "position": 2,
    }


def test_what_is_reopened_has_no_result_until_it_is_fixed_again(of_solo: Any) -> None:
    of_solo.happens(stream("1"), opened("1"), final(82), appraisal.Reopened(reason="keberatan"))
    assert of_solo.rows("result", "score") == []

    of_solo.happens(stream("1"), final(90, OTHER))
    assert of_solo.rows("result", "score", "policy") == [{"score": 90_000_000, "policy": "kota-uji@2"}]


def test_of_an_old_result_that_may_tell_of_hidden_ratings_no_node_is_kept(of_solo: Any) -> None:
    of_solo.happens(stream("1"), opened("1"), final(82, sealed_digest=None, closed_by=None))

    assert of_solo.rows("result", "score", "nodes") == [{"score": 82_000_000, "nodes": {}}]


def test_a_group_is_told_of_from_five_people_on_and_then_by_fives(of_solo: Any) -> None:
    for n in range(4):
        of_solo.happens(stream(str(n)), opened(str(n)), final(80 + n))
    assert (of_solo.rows("tally", "value"), of_solo.rows("counted", "told")) == ([], [])

    for n in range(4, 9):
        of_solo.happens(stream(str(n)), opened(str(n)), final(80 + n))

    rows = of_solo.rows("tally", "grouping", "node", "value", "people")
    tally = {(row["grouping"], row["node"], row["value"]): row["people"] for row in rows}
    assert tally == {
        (grouping, *of): people
        for grouping in ("agency", "class")
        for of, people in {
            ("perilaku", 90_000_000): 5,
            **{(node, (80 + n) * 1_000_000): 1 for n in range(5) for node in ("", "hasil")},
        }.items()
    }
    groups = of_solo.rows("gathering", "grouping", "member", "people", "waiting", "position")
    assert [(row["grouping"], row["member"], row["people"], len(row["waiting"])) for row in groups] == [
        (grouping, member, {"": 5, "=": 5, "hasil": 5, "perilaku": 5}, 4)
        for grouping, member in (("agency", ""), ("class", ""), ("unit", "dinkes"))
    ]
    assert {row["position"] for row in groups} == {10}  # the fifth result


class InMemory:
    """The fold without a database: what each event leaves."""

    def __init__(self) -> None:
        self.rows = Rows("solo", results.PROJECTION.tables, None)
        self.versions: Counter[UUID] = Counter()
        self.position = 0

    def happens(self, of: UUID, body: Any) -> None:
        self.position += 1
        self.versions[of] += 1
        now = datetime(2025, 4, 3, tzinfo=UTC)
        tag = body.__struct_config__.tag
        version = self.versions[of]
        entry = Entry("solo", self.position, of, version, tag, now, now, "hr", None, "c", None, None, body)
        results.PROJECTION.apply(self.rows, entry)
        assert results.PROJECTION.complete is not None, "tallies are counted where a batch ends"
        results.PROJECTION.complete(self.rows)

    def told(self) -> dict[tuple[Any, ...], Any]:
        """By group, name and person, what counts."""
        return {
            (row.grouping, row.period, row.policy_hash, row.member, name, row.stream): value
            for row in self.rows.changed(COUNTED)
            for name, value in row.told.items()
        }


STEPS = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from(["final", "final", "final", "other rule", "reopen", "cancel"]),
        st.integers(70, 73),
        st.booleans(),
    ),
    max_size=60,
)


@given(STEPS)
def test_nothing_that_is_told_of_a_group_moves_by_fewer_than_five_people(steps: list[Any]) -> None:
    """Whatever is read before an event and after it, and between any two: each name of each group by itself."""
    log = InMemory()
    for n in range(12):
        log.happens(stream(str(n)), opened(str(n), "dinkes" if n < 7 else "dispendik"))
    before = log.told()
    for who, what, score, innovates in steps:
        if what == "reopen":
            log.happens(stream(str(who)), appraisal.Reopened(reason="x"))
        elif what == "cancel":
            log.happens(stream(str(who)), appraisal.Cancelled(reason="x"))
        else:
            nodes = {"hasil": Decimal(score), "inovasi": Decimal(score) if innovates else None}
            log.happens(stream(str(who)), final(score, OTHER if what == "other rule" else RULE, nodes=nodes))
        after = log.told()
        moved = Counter(key[:5] for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        assert all(people >= FLOOR for people in moved.values()), moved
        assert all(people >= FLOOR for people in Counter(key[:5] for key in after).values())
        before = after

    rows = log.rows.changed(TALLY)
    tally = {(row.grouping, row.policy_hash, row.member, row.node, row.value): row.people for row in rows}
    assert tally == Counter(
        (grouping, hash_, member, name, value)
        for (grouping, _, hash_, member, name, _), value in before.items()
        if grouping != "unit" and name != "="
    )
    for group in log.rows.changed(GATHERING):
        key = (group.grouping, group.period, group.policy_hash, group.member)
        assert group.people == Counter(of[4] for of in before if of[:4] == key)


@given(st.permutations(range(10)))
def test_in_whatever_order_results_come_all_count_in_the_end(order: list[int]) -> None:
    log = InMemory()
    for n in range(10):
        log.happens(stream(str(n)), opened(str(n)))
    for n in order:
        log.happens(stream(str(n)), final(70 + n))

    assert {(key[5], value) for key, value in log.told().items() if key[0] == "unit" and key[4] == ""} == {
        (stream(str(n)), (70 + n) * 1_000_000) for n in range(10)
    }
