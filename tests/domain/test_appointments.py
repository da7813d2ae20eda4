"""Who is appointed to which role: given for days, never to oneself, withdrawn at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from neraca.domain.appointments import (
    AppointmentGiven,
    AppointmentWithdrawn,
    GiveAppointment,
    State,
    WithdrawAppointment,
    evolve,
    roles_on,
)
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from neraca.domain.vocabulary import Role

DAY = date(2025, 3, 1)
END = date(2025, 12, 31)
WATI: dict[str, Any] = {"person": "wati", "role": Role.AUDITOR}
GIVE = GiveAppointment(**WATI, since=DAY, until=END, basis="SK 4/2025")
GIVEN = AppointmentGiven(**WATI, since=DAY, until=END, basis="SK 4/2025")
WITHDRAW = WithdrawAppointment(**WATI, reason="pindah tugas")
WITHDRAWN = AppointmentWithdrawn(**WATI, reason="pindah tugas")
ADMIN = Actor("admin-1", frozenset({Role.ADMIN}), "uji")


def test_an_appointment_is_given_and_withdrawn(after):
    assert after(when=GIVE, by=ADMIN, today=DAY) == [GIVEN]
    assert after(GIVEN, when=WITHDRAW, by=ADMIN, today=DAY) == [WITHDRAWN]
    assert after(GIVEN, WITHDRAWN, when=GIVE, by=ADMIN, today=DAY) == [GIVEN]
    for past in ([], [GIVEN, WITHDRAWN]):
        with pytest.raises(NotFound, match="wati has no appointment as auditor that holds or is to begin"):
            after(*past, when=WITHDRAW, by=ADMIN, today=DAY)
    with pytest.raises(NotFound, match="has no appointment"):
        after(GIVEN, when=WITHDRAW, by=ADMIN, today=END + timedelta(days=1))


def test_nobody_appoints_themselves(after):
    with pytest.raises(NotAllowed, match="wati may not appoint themselves"):
        after(when=GIVE, by=Actor("wati", frozenset({Role.ADMIN}), "uji"), today=DAY)


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.INTEGRATOR, Role.NATIONAL, Role.CLOCK, Role.DOOR])
def test_what_no_agency_appoints_to(after, role):
    with pytest.raises(Invalid, match=f"nobody is appointed {role}; name one of hr, official, surveyor"):
        after(when=GiveAppointment(person="wati", role=role, since=DAY, basis="SK"), by=ADMIN, today=DAY)


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        (DAY - timedelta(days=9), DAY - timedelta(days=1), True),
        (DAY - timedelta(days=9), DAY, False),
        (END, None, False),
        (END + timedelta(days=1), None, True),
        (DAY - timedelta(days=9), None, False),
    ],
)
def test_a_role_is_given_once_for_a_day(after, since, until, fits):
    again = GiveAppointment(**WATI, since=since, until=until, basis="SK 5/2025")
    today = DAY - timedelta(days=9)

    if fits:
        assert after(GIVEN, when=again, by=ADMIN, today=today)
        return
    with pytest.raises(AlreadyDone, match="wati is auditor from 2025-03-01 to 2025-12-31 already; withdraw that first"):
        after(GIVEN, when=again, by=ADMIN, today=today)


def test_one_without_an_end_leaves_no_room_behind_it(after):
    for_good = AppointmentGiven(**WATI, since=DAY, basis="SK 4/2025")

    with pytest.raises(AlreadyDone, match="wati is auditor from 2025-03-01 on already"):
        after(for_good, when=GIVE, by=ADMIN, today=DAY)


@pytest.mark.parametrize(("until", "today"), [(DAY - timedelta(days=1), DAY), (END, END + timedelta(days=1))])
def test_an_appointment_ends_after_it_begins_and_not_before_today(after, until, today):
    with pytest.raises(Invalid, match="name a later day"):
        after(when=GiveAppointment(**WATI, since=DAY, until=until, basis="SK"), by=ADMIN, today=today)


def test_a_basis_and_a_reason_are_written_out(after):
    with pytest.raises(Invalid, match="the basis is empty"):
        after(when=GiveAppointment(**WATI, since=DAY, basis=" "), by=ADMIN, today=DAY)
    with pytest.raises(Invalid, match="the reason is empty"):
        after(GIVEN, when=WithdrawAppointment(**WATI, reason=" "), by=ADMIN, today=DAY)


def test_roles_hold_on_their_days_first_and_last_included():
    state = State()
    for event in (GIVEN, AppointmentGiven(person="wati", role=Role.HR, since=END, basis="SK 6/2025")):
        evolve(state, event)

    days = (DAY - timedelta(days=1), DAY, END, END + timedelta(days=1))
    assert [roles_on(state, day) for day in days] == [set(), {Role.AUDITOR}, {Role.AUDITOR, Role.HR}, {Role.HR}]
    evolve(state, WITHDRAWN)
    assert [roles_on(state, day) for day in days] == [set(), set(), {Role.HR}, {Role.HR}]
