"""No count that is told is of a few, and none can be found as the difference of two."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from neraca.api.outcome_counts import FLOOR, Cell, large, pooled

people = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["baik", "cukup", "kurang", "blocked"])),
    st.integers(min_value=1, max_value=12),
    max_size=24,
)


@given(people)
def test_every_count_is_of_enough_people_and_nobody_is_lost(cells: dict[Cell, int]) -> None:
    found = pooled(cells)

    assert all(count >= FLOOR for count in found.values())
    assert sum(found.values()) == (sum(cells.values()) if sum(cells.values()) >= FLOOR else 0)


@given(people)
def test_what_is_large_enough_is_told_as_it_is(cells: dict[Cell, int]) -> None:
    large = {cell: count + FLOOR for cell, count in cells.items()}

    assert pooled(large) == large


def test_a_lone_small_unit_takes_another_with_it() -> None:
    cells: dict[Cell, int] = {("a", "baik"): 20, ("b", "baik"): 7, ("c", "baik"): 1}

    assert pooled(cells) == {("a", "baik"): 20, (None, "baik"): 8}


class Office(Struct):
    people: int


@given(st.lists(st.builds(Office, people=st.integers(min_value=1, max_value=12))))
def test_no_group_told_is_of_a_few_nor_is_what_a_total_leaves_over(offices: list[Office]) -> None:
    told = large(offices)

    assert all(office.people >= FLOOR for office in told)
    assert (left := sum(office.people for office in offices) - sum(office.people for office in told)) == 0 or (
        left >= FLOOR or not told
    )
