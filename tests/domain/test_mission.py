"""What the region wants in a span of years: set, revised, ended, and never two for one year."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as every
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain.cascade.mission import (
    EndMission,
    Goal,
    Mission,
    MissionEnded,
    MissionRevised,
    MissionSet,
    ReviseMission,
    SetMission,
    State,
    evolve,
    span_of,
)
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound

MISSIONS = [Mission("m1", "Layanan publik yang cepat", [Goal("t1", "Waktu layanan turun")])]
MORE = [*MISSIONS, Mission("m2", "Kota sehat", [Goal("t2", "Gizi balita membaik")])]
SET = SetMission(first_year=2025, last_year=2029, vision="Kota melayani", missions=MISSIONS, decree="Perda 3/2025")
WAS_SET = MissionSet(first_year=2025, last_year=2029, vision="Kota melayani", missions=MISSIONS, decree="Perda 3/2025")
REVISE = ReviseMission(first_year=2025, vision="Kota melayani", missions=MORE, reason="Evaluasi paruh waktu")
JULY = date(2025, 7, 1)
REVISED = MissionRevised(first_year=2025, vision="Kota melayani", missions=MORE, on=JULY, reason="Evaluasi paruh waktu")
END = EndMission(first_year=2025, last_year=2027, reason="RPJMD baru")
ENDED = MissionEnded(first_year=2025, last_year=2027, on=JULY, reason="RPJMD baru")


def folded(*events: Any) -> State:
    state = State()
    for event in events:
        evolve(state, event)
    return state


@pytest.mark.parametrize("by", ["hr", "official"])
def test_a_mission_is_set_revised_and_ended(after, by):
    assert after(when=SET, by=by) == [WAS_SET]
    assert after(WAS_SET, when=REVISE, by=by) == [REVISED]
    assert after(WAS_SET, when=END, by=by) == [ENDED]
    nxt = replace(SET, first_year=2028, last_year=2032)
    assert len(after(WAS_SET, ENDED, when=nxt, by=by)) == 1


def test_its_goals_are_those_of_the_last_revision_for_the_years_that_it_holds():
    state = folded(WAS_SET, REVISED, ENDED)

    span = span_of(state, 2027)
    assert span is not None
    assert span.goals == {"t1": "Waktu layanan turun", "t2": "Gizi balita membaik"}
    assert (span_of(state, 2024), span_of(state, 2028)) == (None, None)


@pytest.mark.parametrize(
    ("events", "command", "refusal", "message"),
    [
        ((WAS_SET,), replace(SET, first_year=2029, last_year=2031), Conflict, "a mission holds for 2025 to 2029"),
        ((), replace(SET, last_year=2024), Invalid, "a mission is set for 1 to 20 years, and 2025 to 2024 are not"),
        ((), replace(SET, last_year=2045), Invalid, "a mission is set for 1 to 20 years"),
        ((), replace(SET, first_year=1), Invalid, "/first_year: 1 is no year from 1945 to 2100"),
        ((), replace(SET, missions=[]), Invalid, "/missions: there is no mission"),
        ((), replace(SET, missions=[Mission("m1", "Kosong", [])]), Invalid, "/missions/0/goals: 'm1' has no goal"),
        ((), replace(SET, missions=[*MISSIONS, MISSIONS[0]]), Invalid, "mission 'm1' is there twice"),
        (
            (),
            replace(SET, missions=[*MISSIONS, Mission("m2", "Lain", [Goal("t1", "Sama")])]),
            Invalid,
            "goal 't1' is there twice",
        ),
        ((), REVISE, NotFound, "no mission begins with 2025; set one first"),
        ((WAS_SET,), replace(REVISE, first_year=2026), NotFound, "there are those of 2025"),
        ((WAS_SET,), replace(REVISE, missions=MISSIONS), AlreadyDone, "nothing would change"),
        ((WAS_SET,), replace(END, last_year=2029), Invalid, "2029 is not a year from 2025 to before 2029"),
        ((WAS_SET,), replace(END, last_year=2024), Invalid, "2024 is not a year from 2025 to before 2029"),
    ],
)
def test_a_mission_is_refused_that_says_nothing_to_serve_or_of_a_year_that_has_one(
    after, events, command, refusal, message
):
    with pytest.raises(refusal) as refused:
        after(*events, when=command, by="hr")
    assert message in refused.value.message


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@every(st.lists(st.tuples(st.integers(2000, 2040), st.integers(0, 19)), max_size=6))
def test_whatever_is_set_no_two_hold_for_one_year(after, spans):
    happened: list[Any] = []
    for first, more in spans:
        command = replace(SET, first_year=first, last_year=first + more)
        try:
            happened += after(*happened, when=command, by="hr")
        except Conflict:
            continue
    state = folded(*happened)
    for year in range(1999, 2062):
        assert sum(one.first <= year <= one.last for one in state.spans.values()) <= 1
