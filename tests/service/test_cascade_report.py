"""Which goal each planned result leads to in the end, counted by unit: from rows as the statements give them."""

import random

from hypothesis import given as every
from hypothesis import settings
from hypothesis import strategies as st

from neraca.service.cascade import CascadeOfUnit, by_unit, told

UNITS = [
    ("dinkes", "approved", "gizi", "Gizi membaik", "t1", None, None),
    ("dinkes", "approved", "lama", "Tujuan lama", "t9", None, None),
    ("disdik", "approved", "uks", "UKS aktif", None, "dinkes", "gizi"),
    ("dishub", "drafted", "jalan", "Jalan lancar", "t1", None, None),
]
PEOPLE = [
    ("sri", "dinkes", "2025", "s1", "Gizi", True, "gizi", None, None, "dinkes", "ASPECT"),
    ("budi", "dinkes", "2025", "b1", "Timbang", False, "s1", "sri", "2025", None, "LOAD"),
    ("budi", "dinkes", "2025", "b2", "Arsip", False, None, None, None, None, None),
    ("wati", "disdik", "2025", "w1", "UKS", True, "uks", None, None, "disdik", "SERVICE"),
    ("wati", "disdik", "2025", "w2", "Atas budi", True, "b1", "budi", "2025", None, "SERVICE"),
    ("tono", "dishub", "2025", "t1", "Jalan", True, "jalan", None, None, "dishub", "ASPECT"),
    ("tono", "dishub", "2025", "t2", "Lama", True, "lama", None, None, "dinkes", "ASPECT"),
]


def test_a_result_leads_to_a_goal_as_far_as_what_it_serves_is_approved_and_there() -> None:
    found = {(one.employee or one.unit, one.result): (one.loose, one.goal) for one in told({"t1"}, UNITS, PEOPLE, 2025)}

    assert found == {
        ("dinkes", "gizi"): ("", "t1"),
        ("dinkes", "lama"): ("dropped", ""),
        ("disdik", "uks"): ("", "t1"),
        ("dishub", "jalan"): ("", "t1"),
        ("sri", "s1"): ("", "t1"),
        ("budi", "b1"): ("", "t1"),
        ("budi", "b2"): ("unlinked", ""),
        ("wati", "w1"): ("", "t1"),
        ("wati", "w2"): ("dropped", ""),  # a draft is served by nobody
        ("tono", "t1"): ("dropped", ""),
        ("tono", "t2"): ("", ""),  # it serves what leads nowhere any more
    }


def test_a_unit_sums_its_own_plan_and_its_people() -> None:
    found = by_unit(told({"t1"}, UNITS, PEOPLE, 2025), {"dinkes": "approved", "dishub": "drafted", "bkd": "drafted"})

    assert found == [
        CascadeOfUnit("bkd", "drafted", 0, 0, 0, 0, 0, 0),
        CascadeOfUnit("dinkes", "approved", 2, 2, 3, 2, 2, 1),
        CascadeOfUnit("disdik", "", 1, 1, 2, 1, 1, 1),
        CascadeOfUnit("dishub", "drafted", 1, 1, 2, 1, 0, 1),
    ]


@settings(max_examples=50, deadline=None)
@every(st.integers(0, 10_000))
def test_whatever_the_links_are_the_walk_ends_and_an_order_of_rows_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"p{n}" for n in range(8)]
    rows = [
        (
            name,
            "dinkes",
            "2025",
            "r",
            "Hasil",
            True,
            *chance.choice(
                [("r", chance.choice(names), "2025", None, "LOAD"), ("gizi", None, None, "dinkes", "ASPECT")]
            ),
        )
        for name in names
    ]
    shuffled = chance.sample(rows, len(rows))

    first, second = (
        {(one.employee, one.result): one.goal for one in told({"t1"}, UNITS, each, 2025)} for each in (rows, shuffled)
    )
    assert first == second
