"""Where an employee stands on a day and who is above: first and last days, those who left, and circles."""

from datetime import date
from typing import Any

import pytest

from neraca.domain.assignments import (
    Assignment,
    Tenure,
    assignment_on,
    assignments_between,
    circle,
    first_superior,
    last_day_of,
    left_post,
    named_in_service,
    placed,
    serves,
    superiors,
    upwards,
)
from neraca.domain.errors import Invalid


def day(month: int, of: int) -> date:
    return date(2025, month, of)


JAN, APRIL, JULY = day(1, 1), day(4, 1), day(7, 1)
FIRST, SECOND, THIRD = Assignment("dinkes", "sri"), Assignment("disdik", "tono"), Assignment("disdik", "rini")


def tenure(*places: tuple[date, Assignment], since: date | None = JAN, retired: date | None = None) -> Tenure:
    return Tenure(since, retired, list(places))


BUDI = tenure((JAN, FIRST), (APRIL, SECOND), (JULY, THIRD))


def test_a_place_is_put_among_the_others_by_its_first_day_and_replaces_that_of_the_same_day():
    places = tenure()
    for since, place in ((APRIL, SECOND), (JULY, THIRD), (JAN, FIRST)):
        placed(places, since, place)
    assert places.places == BUDI.places

    placed(places, APRIL, THIRD)
    assert places.places == [(JAN, FIRST), (APRIL, THIRD), (JULY, THIRD)]
    placed(places, day(4, 2), SECOND)
    assert places.places == [(JAN, FIRST), (APRIL, THIRD), (day(4, 2), SECOND), (JULY, THIRD)]


@pytest.mark.parametrize(
    ("who", "on", "told"),
    [
        (None, JAN, False),
        (Tenure(), JAN, False),
        (Tenure(JAN), date(2024, 12, 31), False),
        (Tenure(JAN), JAN, True),
        (Tenure(JAN), date(2099, 1, 1), True),
        (Tenure(JAN, JULY), day(6, 30), True),
        (Tenure(JAN, JULY), JULY, True),
        (Tenure(JAN, JULY), day(7, 2), False),
        (Tenure(None, JULY), JAN, False),
    ],
)
def test_one_serves_from_the_first_to_the_last_day(who, on, told):
    assert serves(who, on) is told


def test_a_place_is_held_from_its_day_to_the_day_before_the_next_and_to_the_last_of_service():
    held = {
        date(2024, 12, 31): None,
        JAN: FIRST,
        day(3, 31): FIRST,
        APRIL: SECOND,
        day(6, 30): SECOND,
        JULY: THIRD,
        date(2099, 1, 1): THIRD,
    }
    assert {on: assignment_on(BUDI, on) for on in held} == held
    assert assignment_on(None, JAN) is None

    retired = tenure((JAN, FIRST), (JULY, THIRD), retired=day(3, 31))
    assert [assignment_on(retired, on) for on in (day(3, 31), APRIL, JULY)] == [FIRST, None, None]


def test_places_between_two_days_are_cut_at_those_days():
    def between(first: date, last: date, who: Tenure | None = BUDI) -> list[tuple[date, date, Assignment]]:
        return list(assignments_between(who, first, last))

    assert between(JAN, day(12, 31)) == [
        (JAN, day(3, 31), FIRST),
        (APRIL, day(6, 30), SECOND),
        (JULY, day(12, 31), THIRD),
    ]
    assert between(day(3, 31), APRIL) == [(day(3, 31), day(3, 31), FIRST), (APRIL, APRIL, SECOND)]
    assert between(APRIL, day(6, 30)) == [(APRIL, day(6, 30), SECOND)]
    assert between(date(2024, 1, 1), date(2024, 12, 31)) == []
    assert between(date(2024, 1, 1), JAN) == [(JAN, JAN, FIRST)]
    assert between(JAN, JAN, None) == []
    retired = tenure((JAN, FIRST), (APRIL, SECOND), retired=APRIL)
    assert between(JAN, day(12, 31), retired) == [(JAN, day(3, 31), FIRST), (APRIL, APRIL, SECOND)]
    assert between(JAN, day(2, 1), retired) == [(JAN, day(2, 1), FIRST)]
    assert between(day(4, 2), JULY, retired) == []


def test_the_last_day_of_a_place_is_the_day_before_the_next():
    days = {date(2024, 6, 1): date(2024, 12, 31), JAN: day(3, 31), day(3, 31): day(3, 31), APRIL: day(6, 30)}

    assert {since: last_day_of(BUDI, since) for since in days} == days
    assert last_day_of(BUDI, JULY) == date.max
    assert last_day_of(tenure(), JAN) == date.max


@pytest.mark.parametrize(
    ("who", "since", "on", "left"),
    [
        # To another unit; within the unit nobody is left behind.
        (BUDI, JAN, day(3, 31), None),
        (BUDI, JAN, APRIL, day(3, 31)),
        (BUDI, JAN, date(2026, 1, 1), day(3, 31)),
        (BUDI, APRIL, JULY, None),
        (BUDI, JULY, date(2026, 1, 1), None),
        # Named before the first place: that one counts.
        (BUDI, date(2024, 12, 1), day(3, 31), None),
        (BUDI, date(2024, 12, 1), APRIL, day(3, 31)),
        (tenure((JAN, FIRST), (APRIL, FIRST), (JULY, SECOND)), day(2, 1), day(12, 31), day(6, 30)),
        (tenure((JAN, FIRST), (APRIL, SECOND), (JULY, FIRST)), JAN, day(12, 31), day(3, 31)),
        # Out of service, from the day after the last.
        (tenure((JAN, FIRST), retired=day(6, 30)), JAN, day(6, 30), None),
        (tenure((JAN, FIRST), retired=day(6, 30)), JAN, JULY, day(6, 30)),
        # Whichever was first.
        (tenure((JAN, FIRST), (APRIL, SECOND), retired=day(6, 30)), JAN, day(12, 31), day(3, 31)),
        (tenure((JAN, FIRST), (JULY, SECOND), retired=day(3, 31)), JAN, day(12, 31), day(3, 31)),
        (tenure(), JAN, day(12, 31), None),
    ],
)
def test_a_post_is_left_by_moving_to_another_unit_or_by_retiring(who, since, on, left):
    assert left_post(who, since, on) == left


def test_above_are_the_superior_and_theirs_and_in_the_place_of_one_who_left_the_next():
    roster: dict[str, Tenure] = {
        "budi": tenure((JAN, Assignment("dinkes", "sri")), (APRIL, Assignment("disdik", "tono"))),
        "sri": tenure((JAN, Assignment("dinkes", "agus")), (JULY, Assignment("disdik", "ratna"))),
        "tono": tenure((JAN, Assignment("disdik", "ratna"))),
        "agus": tenure((JAN, Assignment("setda", None))),
        "ratna": tenure((JAN, Assignment("setda", "agus")), retired=day(9, 30)),
    }

    def above(on: date, by: date | None = None, who: str = "budi") -> list[str]:
        return list(superiors(roster.get, who, on, by))

    assert above(date(2024, 12, 31)) == []
    assert above(day(3, 31)) == ["sri", "agus"]
    assert above(day(3, 31), JULY) == ["agus"], "sri has left the post since"
    assert above(APRIL) == ["tono", "ratna", "agus"]
    assert above(APRIL, day(9, 30)) == ["tono", "ratna", "agus"]
    assert above(APRIL, day(10, 1)) == ["tono", "agus"], "ratna has retired"
    assert above(JAN, who="agus") == []
    assert list(superiors(roster.__getitem__, "budi", JAN)) == ["sri", "agus"], "nobody is looked up above the head"
    assert above(JAN, who="nobody") == []


def test_the_walk_ends_at_one_who_is_not_on_the_roster_or_has_no_place():
    roster = {"budi": tenure((JAN, FIRST)), "sri": tenure(), "tono": tenure((JAN, Assignment("disdik", "nobody")))}

    assert list(superiors(roster.get, "budi", JAN)) == ["sri"]
    assert list(upwards(roster.get, "tono", JAN, JAN)) == ["tono"]
    assert list(upwards(roster.get, "nobody", JAN, JAN)) == []


def test_a_circle_of_an_older_log_is_walked_once():
    ring = {
        "a": tenure((JAN, Assignment("dinkes", "b"))),
        "b": tenure((APRIL, Assignment("dinkes", "a"))),
    }

    assert list(upwards(ring.get, "a", JULY, JULY)) == ["a", "b"]
    assert list(superiors(ring.get, "a", JULY)) == ["b", "a"]


def test_the_first_day_on_which_one_would_be_above_their_superior():
    """Soon is under Rita from April to June; Rita is under Budi from March on."""
    roster = {
        "budi": tenure((JAN, Assignment("dinkes", "sri"))),
        "rita": tenure((JAN, Assignment("dinkes", "sri")), (day(3, 1), Assignment("dinkes", "budi"))),
        "early": tenure((JAN, Assignment("dinkes", "rita")), (day(3, 1), Assignment("dinkes", "sri"))),
        "soon": tenure(
            (JAN, Assignment("dinkes", None)), (APRIL, Assignment("dinkes", "rita")), (JULY, Assignment("dinkes", None))
        ),
    }

    def found(supervisor: str, first: date, last: date = date.max) -> date | None:
        return circle(roster.get, "budi", supervisor, first, last)

    assert found("budi", JAN) == JAN
    assert found("rita", JAN) == day(3, 1)
    assert found("rita", day(5, 5)) == day(5, 5)
    assert found("rita", JAN, day(3, 1)) == day(3, 1)
    assert found("rita", JAN, day(2, 28)) is None
    assert found("soon", JAN) == APRIL
    assert found("soon", day(6, 30)) == day(6, 30)
    assert found("soon", JULY) is None
    assert found("soon", JAN, APRIL) == APRIL
    assert found("soon", JAN, day(3, 31)) is None
    assert found("early", JAN) is None, "under Rita before she is under Budi"
    assert found("nobody", JAN) is None
    assert found("sri", JAN) is None


def test_a_circle_of_others_ends_the_search():
    ring = {"a": tenure((JAN, Assignment("dinkes", "b"))), "b": tenure((JAN, Assignment("dinkes", "a")))}

    assert circle(ring.get, "budi", "a", JAN, JULY) is None


def test_a_way_that_ends_does_not_end_the_search():
    """C stands under A on two ways at different times; only the second leads to Budi."""
    roster = {
        "c": tenure((JAN, Assignment("x", "a")), (APRIL, Assignment("x", "b")), (JULY, Assignment("x", "a"))),
        "a": tenure((JAN, Assignment("x", "a"))),
        "b": tenure((JAN, Assignment("x", "budi"))),
    }

    assert circle(roster.get, "budi", "c", JAN, date.max) == APRIL


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ({}, "/to: sri is not on the roster; register them first, or name another"),
        ({"sri": Tenure()}, "/to: sri is not on the roster; register them first, or name another"),
        ({"sri": Tenure(day(4, 2))}, "/to: sri serves from 2025-04-02, after 2025-04-01; name another"),
        (
            {"sri": Tenure(JAN, day(3, 31))},
            "/to: sri retires on 2025-03-31, before 2025-04-01; name their successor",
        ),
        ({"sri": Tenure(APRIL)}, None),
        ({"sri": Tenure(JAN, APRIL)}, None),
    ],
)
def test_who_is_named_must_serve_on_the_day(people: Any, message: str | None):
    if message is None:
        named_in_service("sri", APRIL, "/to", people.get)
        return
    with pytest.raises(Invalid) as refused:
        named_in_service("sri", APRIL, "/to", people.get)
    assert (refused.value.message, refused.value.field) == (message, "/to")


def test_the_nearest_superior_who_is_no_party():
    assert first_superior(iter(["sri", "agus"]), ("sri", None)) == "agus"
    assert first_superior(iter(["sri", "agus"]), ("budi",)) == "sri"
    assert first_superior(iter(["sri"]), ("sri",)) is None
