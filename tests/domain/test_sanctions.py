"""A sanction, and what an appeal makes of it: lighter, heavier or none."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from neraca.domain.facts import SANCTION, Facts
from neraca.domain.roster import (
    EmployeeRegistered,
    EmployeeSanctioned,
    LiftSanction,
    ReviseSanction,
    SanctionEmployee,
    SanctionLifted,
    SanctionRevised,
)
from neraca.domain.vocabulary import EmploymentType, PositionClass, Role, Severity

REGISTERED = EmployeeRegistered(
    employee="budi",
    name="Budi",
    employment_type=EmploymentType.CIVIL_SERVANT,
    position="Perawat",
    position_class=PositionClass.FUNCTIONAL,
    since=date(2024, 3, 1),
)
SEVERE = EmployeeSanctioned(severity=Severity.SEVERE, on=date(2025, 5, 5), decree="SK 5/2025")
LIGHT = EmployeeSanctioned(severity=Severity.LIGHT, on=date(2025, 6, 6), decree="SK 6/2025")
REVISE = ReviseSanction(
    employee="budi", decree="SK 5/2025", severity=Severity.MODERATE, by="SK 9/2025", reason="Banding dikabulkan"
)
REVISED = SanctionRevised(decree="SK 5/2025", severity=Severity.MODERATE, by="SK 9/2025", reason="Banding dikabulkan")
LIFT = LiftSanction(employee="budi", decree="SK 5/2025", by="SK 9/2025", reason="Banding dikabulkan")
LIFTED = SanctionLifted(decree="SK 5/2025", by="SK 9/2025", reason="Banding dikabulkan")


def sanction_after(*events: Any) -> object:
    facts = Facts(date(2025, 1, 1), date(2025, 12, 31))
    for position, event in enumerate(events, 1):
        facts.apply(event, position)
    return facts.case.facts.get(SANCTION), facts.sources.get(f"facts/{SANCTION}")


def test_a_lighter_sanction_takes_the_place_of_a_heavier_one(after):
    assert after(REGISTERED, SEVERE, when=REVISE, by="hr") == [REVISED]

    assert sanction_after(SEVERE) == ("berat", [1])
    assert sanction_after(SEVERE, REVISED) == ("sedang", [1, 2])
    assert sanction_after(SEVERE, LIGHT, replace(REVISED, severity=Severity.LIGHT)) == ("ringan", [1, 3])


def test_a_lifted_sanction_counts_no_more_and_another_does(after):
    assert after(REGISTERED, SEVERE, when=LIFT, by="hr") == [LIFTED]

    assert sanction_after(SEVERE, LIFTED) == (None, None)
    assert sanction_after(LIGHT, SEVERE, LIFTED) == ("ringan", [1])
    assert sanction_after(LIGHT, LIFTED) == ("ringan", [1])


def test_a_revision_is_revised_and_lifted_by_either_decree(after):
    again = replace(REVISE, severity=Severity.LIGHT, by="SK 12/2025")

    for decree in ("SK 5/2025", "SK 9/2025"):
        [event] = after(REGISTERED, SEVERE, REVISED, when=replace(again, decree=decree), by="hr")
        assert (event.decree, event.severity) == ("SK 5/2025", Severity.LIGHT)
        [event] = after(REGISTERED, SEVERE, REVISED, when=replace(LIFT, decree=decree, by="SK 12/2025"), by="hr")
        assert event.decree == "SK 5/2025"


def test_a_sanction_is_recorded_once_and_changed_while_it_stands(after):
    same = SanctionEmployee(employee="budi", severity=Severity.LIGHT, on=date(2025, 5, 5), decree="SK 5/2025")

    with pytest.raises(AlreadyDone, match="'SK 5/2025' is recorded; a sanction is changed by revise-sanction"):
        after(REGISTERED, SEVERE, when=same, by="hr")
    with pytest.raises(AlreadyDone, match="it is 'berat' already"):
        after(REGISTERED, SEVERE, when=replace(REVISE, severity=Severity.SEVERE), by="hr")
    with pytest.raises(NotFound, match="no sanction stands by 'SK 5/2026'; did you mean 'SK 5/2025'"):
        after(REGISTERED, SEVERE, when=replace(REVISE, decree="SK 5/2026"), by="hr")
    with pytest.raises(NotFound, match="no sanction stands by 'SK 5/2025'"):
        after(REGISTERED, SEVERE, LIFTED, when=replace(LIFT, by="SK 12/2025"), by="hr")
    with pytest.raises(Invalid, match="'SK 6/2025' is the decree of a sanction"):
        after(REGISTERED, SEVERE, LIGHT, when=replace(REVISE, by="SK 6/2025"), by="hr")
    for command in (REVISE, LIFT):
        with pytest.raises(Invalid, match="reason is empty"):
            after(REGISTERED, SEVERE, when=replace(command, reason=" "), by="hr")
        with pytest.raises(NotAllowed, match="themselves"):
            after(REGISTERED, SEVERE, when=command, by=Actor("budi", frozenset({Role.HR}), "uji"))


@pytest.mark.parametrize("command", [REVISE, LIFT])
def test_a_change_of_a_sanction_names_its_own_decree(after, command):
    with pytest.raises(Invalid) as refused:
        after(REGISTERED, SEVERE, when=replace(command, by=" "), by="hr")
    assert (refused.value.message, refused.value.field) == ("/by: the decree is empty; write it out", "/by")
    light = replace(REVISED, severity=Severity.LIGHT)
    for by in ("SK 5/2025", "SK 9/2025"):
        with pytest.raises(Invalid, match=rf"^/by: '{by}' is the decree of a sanction; name the one that changes it$"):
            after(REGISTERED, SEVERE, light, when=replace(command, by=by), by="hr")
