"""Service in an agency, from registration to retirement."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import roster
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.given import Actor, Place
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
    with pytest.raises(Invalid, match="holds since 2025-08-25"):
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

    for command in (TRANSFER, SANCTION):
        with pytest.raises(NotAllowed, match="themselves; ask another HR officer"):
            after(REGISTERED, ASSIGNED, when=command, by=officer)


def test_nothing_is_recorded_before_registration_or_after_retirement(after):
    for command in (ASSIGN, TRANSFER, SANCTION, RETIRE):
        with pytest.raises(NotFound, match="register them first"):
            after(when=command, by="hr")
        with pytest.raises(NotOpen, match="retired on 2025-12-31"):
            after(REGISTERED, ASSIGNED, RETIRED, when=command, by="hr")


def test_retirement_follows_the_last_transfer(after):
    assert after(REGISTERED, when=RETIRE, by="hr") == [RETIRED]
    assert after(REGISTERED, ASSIGNED, when=RETIRE, by="hr") == [RETIRED]
    with pytest.raises(Invalid, match="before the last transfer on 2025-08-25"):
        after(REGISTERED, ASSIGNED, TRANSFERRED, when=replace(RETIRE, on=date(2025, 8, 1)), by="hr")


def test_a_place_holds_from_its_day_until_the_next(given):
    state = roster.State()
    for event in (REGISTERED, ASSIGNED, TRANSFERRED, RETIRED):
        state = roster.evolve(state, event)

    assert roster.place_on(state, date(2024, 2, 29)) is None
    assert roster.place_on(state, date(2024, 3, 1)) == Place("dinkes", "sri")
    assert roster.place_on(state, date(2025, 8, 24)) == Place("dinkes", "sri")
    assert roster.place_on(state, date(2025, 8, 25)) == Place("disdik", "rini")
    assert roster.place_on(state, date(2025, 12, 31)) == Place("disdik", "rini")
    assert roster.place_on(state, date(2026, 1, 1)) is None
