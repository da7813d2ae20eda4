"""Promotion and change of class or level from a day on, correction of what registration said, and service after
retirement.
"""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import roster
from neraca.domain.appraisal.commands import OpenAppraisal
from neraca.domain.appraisal.consolidation import months_served
from neraca.domain.assignments import (
    Assignment,
    assignment_on,
    assignments_between,
    class_on,
    level_on,
    serves,
    superiors,
    title_on,
)
from neraca.domain.careers import (
    ChangePosition,
    CorrectEmployee,
    EmployeeCorrected,
    PositionChanged,
    levels_by_month,
)
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.period import parse
from neraca.domain.roster import (
    EmployeeAssigned,
    EmployeeRegistered,
    EmployeeRehired,
    EmployeeRetired,
    EmployeeTransferred,
    RehireEmployee,
    TransferEmployee,
)
from neraca.domain.vocabulary import EmploymentType, PositionClass

NIP = "198501012010011001"
REGISTERED = EmployeeRegistered(
    employee=NIP,
    name="Budi Santosa",
    employment_type=EmploymentType.CIVIL_SERVANT,
    position="Perawat",
    position_class=PositionClass.FUNCTIONAL,
    since=date(2024, 3, 1),
    career_level="Ahli Pertama",
)
ASSIGNED = EmployeeAssigned(unit="dinkes", since=date(2024, 3, 1), supervisor="sri")
PROMOTE: dict[str, Any] = {
    "since": date(2025, 6, 1),
    "position": "Kepala Seksi",
    "position_class": PositionClass.SUPERVISOR,
    "decree": "SK 12/2025",
    "reason": "Promosi",
}
PROMOTED = PositionChanged(**PROMOTE)
RAISED = PositionChanged(
    since=date(2025, 9, 1), career_level="Ahli Muda", decree="SK 20/2025", reason="Kenaikan jenjang"
)
CORRECT = CorrectEmployee(employee=NIP, name="Budi Santoso", reason="Salah eja")
RETIRED = EmployeeRetired(on=date(2025, 3, 31))
REHIRE = RehireEmployee(employee=NIP, unit="dinkes", since=date(2025, 6, 2), decree="SK 15/2025", supervisor="agus")
REHIRED = EmployeeRehired(
    unit="dinkes", since=date(2025, 6, 2), decree="SK 15/2025", supervisor="agus", drops_posts=True
)


def folded(*events: Any) -> roster.State:
    state = roster.State()
    for event in events:
        state = roster.evolve(state, event)
    return state


def test_a_promotion_holds_from_its_day_and_leaves_what_was_before(after):
    assert after(REGISTERED, when=ChangePosition(employee=NIP, **PROMOTE), by="hr") == [PROMOTED]

    state = folded(REGISTERED, RAISED, PROMOTED)
    for day, title, held, level in (
        (date(2024, 3, 1), "Perawat", PositionClass.FUNCTIONAL, "Ahli Pertama"),
        (date(2025, 5, 31), "Perawat", PositionClass.FUNCTIONAL, "Ahli Pertama"),
        (date(2025, 6, 1), "Kepala Seksi", PositionClass.SUPERVISOR, "Ahli Pertama"),
        (date(2025, 9, 1), "Kepala Seksi", PositionClass.SUPERVISOR, "Ahli Muda"),
    ):
        assert (title_on(state, day), class_on(state, day), level_on(state, day)) == (title, held, level)


def test_of_two_changes_for_one_day_the_one_recorded_later_holds():
    again = replace(PROMOTED, position="Kepala Bidang", position_class=PositionClass.ADMINISTRATOR)
    state = folded(REGISTERED, PROMOTED, again)

    assert title_on(state, date(2025, 6, 1)) == "Kepala Bidang"
    assert class_on(state, date(2025, 6, 1)) is PositionClass.ADMINISTRATOR


def test_months_count_for_the_level_that_is_held_on_their_first_day():
    state = folded(REGISTERED, ASSIGNED, replace(RAISED, since=date(2025, 9, 2)))

    first, second = levels_by_month(state, date(2025, 1, 1), date(2025, 12, 31))
    assert first == ("Ahli Pertama", [1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert second == ("Ahli Muda", [10, 11, 12])


@pytest.mark.parametrize(
    ("command", "kind", "message"),
    [
        (ChangePosition(employee=NIP, since=date(2025, 6, 1), decree="SK", reason="-"), Invalid, "/position: nothing"),
        (
            ChangePosition(employee=NIP, since=date(2025, 6, 1), position="Perawat", decree="SK", reason="-"),
            AlreadyDone,
            f"/position: {NIP} has that on 2025-06-01 already",
        ),
        (
            ChangePosition(employee=NIP, **dict(PROMOTE, since=date(2024, 2, 1))),
            Invalid,
            "/since: 2024-02-01 is before",
        ),
        (ChangePosition(employee=NIP, **dict(PROMOTE, decree="")), Invalid, "/decree: the decree is empty"),
        (CorrectEmployee(employee=NIP, reason="-"), Invalid, "/position: nothing would change"),
        (CorrectEmployee(employee=NIP, career_level="Ahli Pertama", reason="-"), AlreadyDone, "/career_level: "),
        (replace(CORRECT, name="  "), Invalid, "/name: the name is empty"),
        (replace(CORRECT, reason=""), Invalid, "/reason: the reason is empty"),
    ],
)
def test_a_change_and_a_correction_must_make_sense(after, command, kind, message):
    with pytest.raises(kind) as refused:
        after(REGISTERED, when=command, by="hr")
    assert refused.value.message.startswith(message)


def test_nobody_promotes_or_corrects_themselves(after):
    for command in (ChangePosition(employee=NIP, **PROMOTE), CORRECT, REHIRE):
        with pytest.raises(NotAllowed, match="themselves; ask another HR officer"):
            after(REGISTERED, RETIRED, when=command, by="hr", deputy=NIP)
    official = replace(REGISTERED, employment_type=EmploymentType.STATE_OFFICIAL, position_class=None)
    with pytest.raises(Invalid, match="/position_class: a state official is in no class of posts"):
        after(official, when=ChangePosition(employee=NIP, **PROMOTE), by="hr")


def test_a_correction_says_what_registration_should_have_said_and_leaves_what_came_later(after):
    [corrected] = after(REGISTERED, when=replace(CORRECT, position_class=PositionClass.OPERATIONAL), by="hr")
    assert corrected == EmployeeCorrected(
        name="Budi Santoso", position_class=PositionClass.OPERATIONAL, reason="Salah eja"
    )

    state = folded(REGISTERED, PROMOTED, corrected)
    assert (state.name, title_on(state, date(2025, 5, 31))) == ("Budi Santoso", "Perawat")
    assert class_on(state, date(2025, 5, 31)) is PositionClass.OPERATIONAL
    assert class_on(state, date(2025, 6, 1)) is PositionClass.SUPERVISOR


def test_whoever_retired_is_rehired_under_the_same_number_and_was_out_of_service_in_between(after):
    assert after(REGISTERED, ASSIGNED, RETIRED, when=REHIRE, by="hr") == [REHIRED]

    ahead = EmployeeTransferred(unit="disdik", since=date(2025, 7, 1), reason="mutasi", supervisor="tono")
    state = folded(REGISTERED, ASSIGNED, ahead, RETIRED, REHIRED)
    served = {
        date(2025, 3, 31): True,
        date(2025, 4, 1): False,
        date(2025, 6, 1): False,
        date(2025, 6, 2): True,
        date(2025, 12, 31): True,
    }
    assert {day: serves(state, day) for day in served} == served
    places = {
        date(2025, 3, 31): Assignment("dinkes", "sri"),
        date(2025, 4, 1): None,
        date(2025, 6, 2): Assignment("dinkes", "agus"),
        # what was recorded ahead before the retirement no longer comes
        date(2025, 7, 1): Assignment("dinkes", "agus"),
    }
    assert {day: assignment_on(state, day) for day in places} == places
    assert [*assignments_between(state, date(2025, 3, 1), date(2025, 6, 30))] == [
        (date(2025, 3, 1), date(2025, 3, 31), Assignment("dinkes", "sri")),
        (date(2025, 6, 2), date(2025, 6, 30), Assignment("dinkes", "agus")),
    ]
    assert months_served(parse("2025"), state) == 10


def test_what_a_change_recorded_ahead_gives_comes_no_more_after_rehiring():
    """An event from before that was said is read as it was: what was fixed by it is replayed."""
    ahead = replace(PROMOTED, since=date(2025, 7, 1), position="Kepala Seksi", career_level="Ahli Madya")
    moved = EmployeeTransferred(unit="a", since=date(2025, 8, 1), reason="mutasi", supervisor="sri", position="Camat")
    past, day = (REGISTERED, ASSIGNED, PROMOTED, ahead, moved), date(2025, 12, 31)

    def held(*events: Any) -> tuple[Any, ...]:
        state = folded(*events)
        return title_on(state, day), class_on(state, day), level_on(state, day)

    before = held(REGISTERED, ASSIGNED)
    assert held(*past) == held(*past, RETIRED, replace(REHIRED, drops_posts=False)) != before
    assert held(*past, RETIRED, REHIRED) == before
    kept = held(REGISTERED, ASSIGNED, PROMOTED)
    assert held(*past, replace(RETIRED, on=date(2025, 6, 1)), REHIRED) == kept != before


def test_who_was_placed_under_one_who_retired_is_not_so_again_when_they_are_rehired(placed):
    back = folded(replace(REGISTERED, employee="sri"), replace(ASSIGNED, supervisor="agus"), RETIRED, REHIRED)
    people = {"sri": back, "budi": placed("dinkes", "sri", date(2024, 5, 1)), "agus": placed("dinkes", None)}

    above = {day: [*superiors(people.get, "budi", day, by=day)] for day in (date(2025, 3, 31), date(2025, 7, 1))}
    assert above == {date(2025, 3, 31): ["sri", "agus"], date(2025, 7, 1): ["agus"]}


@pytest.mark.parametrize(
    ("events", "command", "kind", "message"),
    [
        ((), REHIRE, AlreadyDone, f"{NIP} has not retired; send transfer-employee for another place"),
        ((RETIRED,), replace(REHIRE, since=date(2025, 3, 31)), Invalid, "/since: 2025-03-31 is not after retirement"),
        ((RETIRED,), replace(REHIRE, since=date(2025, 7, 2)), TooEarly, "/since: 2025-07-02 is still to come"),
        ((RETIRED,), replace(REHIRE, supervisor="nobody"), Invalid, "/supervisor: nobody is not on the roster"),
        (
            (RETIRED, REHIRED),
            TransferEmployee(employee=NIP, unit="dinkes", since=date(2025, 5, 1), reason="mutasi", supervisor="agus"),
            NotOpen,
            f"/since: {NIP} was out of service from 2025-04-01 to 2025-06-01; name a day before or after",
        ),
    ],
)
def test_rehiring_must_make_sense(after, events, command, kind, message):
    with pytest.raises(kind) as refused:
        after(REGISTERED, ASSIGNED, *events, when=command, by="hr")
    assert refused.value.message.startswith(message)


def test_of_a_time_out_of_service_nothing_is_opened(after):
    people = {"budi": folded(REGISTERED, ASSIGNED, RETIRED, REHIRED)}
    command = OpenAppraisal(employee="budi", period="2025")

    [opened] = after(when=command, by="hr", people=people)
    assert opened.since == date(2025, 1, 1)
    between = folded(
        REGISTERED, ASSIGNED, replace(RETIRED, on=date(2024, 12, 31)), replace(REHIRED, since=date(2026, 1, 1))
    )
    with pytest.raises(NotFound, match="budi did not serve in 2025; open one of a time of service"):
        after(when=command, by="hr", people={"budi": between})
