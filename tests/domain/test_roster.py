"""Service in an agency, from registration to retirement."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import roster
from neraca.domain.assignments import Assignment, assignment_on
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.roster import (
    AssignEmployee,
    EmployeeAssigned,
    EmployeeRegistered,
    EmployeeRetired,
    EmployeeSanctioned,
    EmployeeTransferred,
    RegisterEmployee,
    RetireEmployee,
    SanctionEmployee,
    TransferEmployee,
)
from neraca.domain.vocabulary import EmploymentType, PositionClass, Role, Severity

PERSON: dict[str, Any] = {
    "employee": "198501012010011001",
    "name": "Budi",
    "employment_type": EmploymentType.CIVIL_SERVANT,
    "position": "Perawat",
    "position_class": PositionClass.FUNCTIONAL,
    "since": date(2024, 3, 1),
    "career_level": "Ahli Pertama",
}
NIP = PERSON["employee"]
REGISTER = RegisterEmployee(**PERSON)
REGISTERED = EmployeeRegistered(**PERSON)
ASSIGN = AssignEmployee(employee=NIP, unit="dinkes", since=date(2024, 3, 1), supervisor="sri")
ASSIGNED = EmployeeAssigned(unit="dinkes", since=date(2024, 3, 1), supervisor="sri")
TRANSFER = TransferEmployee(employee=NIP, unit="disdik", since=date(2025, 8, 25), reason="mutasi", supervisor="rini")
TRANSFERRED = EmployeeTransferred(unit="disdik", since=date(2025, 8, 25), reason="mutasi", supervisor="rini")
SANCTION = SanctionEmployee(employee=NIP, severity=Severity.MODERATE, on=date(2025, 5, 5), decree="SK 5/2025")
RETIRE = RetireEmployee(employee=NIP, on=date(2025, 12, 31))
RETIRED = EmployeeRetired(on=date(2025, 12, 31))


def test_an_employee_is_registered_once(after):
    assert after(when=REGISTER, by="hr") == [REGISTERED]
    with pytest.raises(AlreadyDone, match="registered already"):
        after(REGISTERED, when=REGISTER, by="hr")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"employee": "1985/1"}, "can't be an employee number"),
        ({"employee": ""}, "can't be an employee number"),
        ({"name": " "}, "name is empty"),
        ({"position": ""}, "position is empty"),
    ],
)
def test_a_registration_must_be_written_out(after, changes, message):
    with pytest.raises(Invalid, match=message):
        after(when=replace(REGISTER, **changes), by="hr")


def test_a_first_place_is_assigned_once_even_where_the_unit_takes_no_part_yet(after):
    assert after(REGISTERED, when=ASSIGN, by="hr") == [ASSIGNED]
    assert after(REGISTERED, when=replace(ASSIGN, unit="dishub"), by="hr")
    with pytest.raises(AlreadyDone, match="transfer them"):
        after(REGISTERED, ASSIGNED, when=ASSIGN, by="hr")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "dinkez"}, "no unit of uji 'dinkez'; did you mean 'dinkes'"),
        ({"supervisor": NIP}, "their own supervisor"),
        ({"since": date(2024, 2, 29)}, "2024-02-29 is before registration on 2024-03-01"),
    ],
)
def test_a_place_must_make_sense(after, changes, message):
    with pytest.raises(Invalid, match=message):
        after(REGISTERED, when=replace(ASSIGN, **changes), by="hr")


def test_a_transfer_goes_to_a_unit_that_takes_part(after):
    assert after(REGISTERED, ASSIGNED, when=TRANSFER, by="hr") == [TRANSFERRED]
    with pytest.raises(TooEarly, match="takes no part yet"):
        after(REGISTERED, ASSIGNED, when=replace(TRANSFER, unit="dishub"), by="hr")
    with pytest.raises(TooEarly, match="takes part from 2025-07-01, after 2025-06-30"):
        after(REGISTERED, ASSIGNED, when=replace(TRANSFER, since=date(2025, 6, 30)), by="hr")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "x"}, "no unit of uji 'x'; there are bkd, dinkes, disdik, dishub"),
        ({"supervisor": NIP}, "their own supervisor"),
        ({"reason": ""}, "reason is empty"),
    ],
)
def test_a_transfer_must_make_sense(after, changes, message):
    with pytest.raises(Invalid, match=message):
        after(REGISTERED, ASSIGNED, when=replace(TRANSFER, **changes), by="hr")


def test_places_follow_one_another(after):
    with pytest.raises(NotFound, match="no place yet"):
        after(REGISTERED, when=TRANSFER, by="hr")
    with pytest.raises(AlreadyDone, match="has that place from 2025-08-25"):
        after(REGISTERED, ASSIGNED, TRANSFERRED, when=TRANSFER, by="hr")


def test_a_sanction_is_recorded_from_its_day(after):
    sanctioned = EmployeeSanctioned(severity=Severity.MODERATE, on=date(2025, 5, 5), decree="SK 5/2025")

    assert after(REGISTERED, when=SANCTION, by="hr") == [sanctioned]
    with pytest.raises(TooEarly, match="still to come"):
        after(REGISTERED, when=SANCTION, by="hr", on=date(2025, 5, 4))
    with pytest.raises(Invalid, match="decree is empty"):
        after(REGISTERED, when=replace(SANCTION, decree=""), by="hr")
    with pytest.raises(Invalid, match="before registration"):
        after(REGISTERED, when=replace(SANCTION, on=date(2024, 1, 1)), by="hr")


def test_nobody_moves_or_sanctions_themselves(after):
    officer = Actor(NIP, frozenset({Role.HR}), "uji")

    for command in (TRANSFER, SANCTION, RETIRE):
        for known in ({"by": officer}, {"by": "hr", "deputy": NIP}):
            with pytest.raises(NotAllowed, match="themselves; ask another HR officer"):
                after(REGISTERED, ASSIGNED, when=command, **known)
    with pytest.raises(NotAllowed, match="themselves"):
        after(REGISTERED, when=ASSIGN, by=officer)
    with pytest.raises(NotAllowed, match="themselves"):
        after(when=REGISTER, by=officer)


def test_nothing_is_recorded_before_registration(after):
    for command in (ASSIGN, TRANSFER, SANCTION, RETIRE):
        with pytest.raises(NotFound, match="register them first"):
            after(when=command, by="hr")


def test_nothing_is_recorded_for_a_day_after_retirement_and_anything_for_a_day_before(after):
    retired = EmployeeRetired(on=date(2025, 7, 31))
    late = date(2025, 12, 1)

    with pytest.raises(NotOpen, match="retires on 2025-07-31, before 2025-08-25"):
        after(REGISTERED, ASSIGNED, retired, when=TRANSFER, by="hr")
    with pytest.raises(NotOpen, match="retires on 2025-07-31, before 2025-08-01"):
        after(REGISTERED, ASSIGNED, retired, when=replace(SANCTION, on=date(2025, 8, 1)), by="hr", on=late)
    with pytest.raises(NotOpen, match="retires on 2025-07-31, before 2025-08-01"):
        after(REGISTERED, retired, when=replace(ASSIGN, since=date(2025, 8, 1)), by="hr")
    assert after(REGISTERED, ASSIGNED, retired, when=SANCTION, by="hr", on=late)
    assert after(REGISTERED, retired, when=ASSIGN, by="hr")
    assert after(REGISTERED, ASSIGNED, retired, when=replace(TRANSFER, since=date(2025, 7, 31)), by="hr", on=late)


def test_a_retirement_in_2099_locks_nothing_now(after):
    ahead = EmployeeRetired(on=date(2099, 1, 1))

    assert after(REGISTERED, ASSIGNED, ahead, when=TRANSFER, by="hr") == [TRANSFERRED]
    assert after(REGISTERED, ASSIGNED, ahead, when=SANCTION, by="hr")
    assert after(REGISTERED, ASSIGNED, ahead, when=RETIRE, by="hr") == [RETIRED]
    with pytest.raises(AlreadyDone, match="retires on 2099-01-01 already"):
        after(REGISTERED, ASSIGNED, ahead, when=replace(RETIRE, on=date(2099, 1, 1)), by="hr")


def test_retirement_follows_the_transfers_that_have_begun(after):
    august = replace(RETIRE, on=date(2025, 8, 1))

    assert after(REGISTERED, when=RETIRE, by="hr") == [RETIRED]
    assert after(REGISTERED, ASSIGNED, when=RETIRE, by="hr") == [RETIRED]
    assert after(REGISTERED, ASSIGNED, TRANSFERRED, when=august, by="hr", on=date(2025, 7, 1))
    with pytest.raises(Invalid, match="before the last transfer on 2025-08-25"):
        after(REGISTERED, ASSIGNED, TRANSFERRED, when=august, by="hr", on=date(2025, 9, 1))


def test_a_transfer_recorded_late_holds_until_the_next(after, given):
    late = replace(TRANSFER, since=date(2025, 7, 3), supervisor="tono")
    state = roster.State()
    for event in (REGISTERED, ASSIGNED, TRANSFERRED, *after(REGISTERED, ASSIGNED, TRANSFERRED, when=late, by="hr")):
        state = roster.evolve(state, event)

    assert [assignment_on(state, date(2025, month, 2)) for month in (7, 8, 9)] == [
        Assignment("dinkes", "sri"),
        Assignment("disdik", "tono"),
        Assignment("disdik", "rini"),
    ]


def test_a_transfer_on_the_first_day_of_a_place_replaces_it(after):
    under_agus = replace(TRANSFER, unit="dinkes", since=ASSIGNED.since, supervisor="agus")
    state = roster.State()
    for event in (REGISTERED, ASSIGNED, *after(REGISTERED, ASSIGNED, when=under_agus, by="hr")):
        state = roster.evolve(state, event)

    assert state.places == [(ASSIGNED.since, Assignment("dinkes", "agus"))]


@pytest.mark.parametrize(
    ("supervisor", "message"),
    [
        ("nobody", "nobody is not on the roster; register them first"),
        ("later", "later serves from 2026-01-01, after 2025-08-25"),
        ("gone", "gone retires on 2025-08-24, before 2025-08-25; name their successor"),
        ("ratna", "on 2025-08-25 ratna is below 198501012010011001"),
        ("rita", "on 2025-08-25 rita is below 198501012010011001"),
        ("soon", "on 2025-10-01 soon is below 198501012010011001"),
    ],
)
def test_a_supervisor_is_on_the_roster_serves_on_the_day_and_is_not_below(after, placed, supervisor, message):
    """Soon is placed under Rita from October, and Rita under Ratna, who is under the one transferred."""
    soon = placed("disdik", "tono")
    soon.places.append((date(2025, 10, 1), Assignment("disdik", "rita")))
    people = {
        "later": placed("disdik", "tono", date(2026, 1, 1)),
        "gone": placed("disdik", "tono", retired=date(2025, 8, 24)),
        "ratna": placed("disdik", NIP),
        "rita": placed("disdik", "ratna"),
        "soon": soon,
    }

    with pytest.raises(Invalid, match=message) as refused:
        after(REGISTERED, ASSIGNED, when=replace(TRANSFER, supervisor=supervisor), by="hr", people=people)
    assert refused.value.field == "/supervisor"


def test_a_circle_that_was_recorded_before_it_was_refused_ends_the_search(after, placed):
    people = {"a": placed("disdik", "b"), "b": placed("disdik", "a")}

    assert after(REGISTERED, ASSIGNED, when=replace(TRANSFER, supervisor="a"), by="hr", people=people)


def test_a_place_holds_from_its_day_until_the_next(given):
    state = roster.State()
    for event in (REGISTERED, ASSIGNED, TRANSFERRED, RETIRED):
        state = roster.evolve(state, event)

    assert assignment_on(state, date(2024, 2, 29)) is None
    assert assignment_on(state, date(2024, 3, 1)) == Assignment("dinkes", "sri")
    assert assignment_on(state, date(2025, 8, 24)) == Assignment("dinkes", "sri")
    assert assignment_on(state, date(2025, 8, 25)) == Assignment("disdik", "rini")
    assert assignment_on(state, date(2025, 12, 31)) == Assignment("disdik", "rini")
    assert assignment_on(state, date(2026, 1, 1)) is None
