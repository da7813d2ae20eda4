"""Service in an agency, from registration to retirement."""

from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from neraca.domain import roster
from neraca.domain.assignments import Assignment, assignment_on
from neraca.domain.contexts import Actor
from neraca.domain.delegation import Delegation
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.roster import (
    AssignEmployee,
    Delegate,
    Delegated,
    DelegationRevoked,
    EmployeeAssigned,
    EmployeeRegistered,
    EmployeeRetired,
    EmployeeSanctioned,
    EmployeeTransferred,
    LiftSanction,
    RegisterEmployee,
    RetireEmployee,
    RevokeDelegation,
    RosterEvent,
    Sanction,
    SanctionEmployee,
    SanctionLifted,
    SanctionRevised,
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
SANCTIONED = EmployeeSanctioned(severity=Severity.MODERATE, on=date(2025, 5, 5), decree="SK 5/2025")
RETIRE = RetireEmployee(employee=NIP, on=date(2025, 12, 31))
LIFT = LiftSanction(employee=NIP, decree="SK 5/2025", by="SK 9/2025", reason="Banding dikabulkan")
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
        ({"unit": "dinkez"}, "uji has no unit 'dinkez'; did you mean 'dinkes'"),
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
        ({"unit": "x"}, "uji has no unit 'x'; there are bkd, dinkes, disdik, dishub"),
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


RECORDED: list[tuple[RosterEvent, dict[str, Any]]] = [
    (
        REGISTERED,
        {
            "employee": NIP,
            "since": date(2024, 3, 1),
            "name": "Budi",
            "classes": [(date(2024, 3, 1), PositionClass.FUNCTIONAL)],
            "levels": [(date(2024, 3, 1), "Ahli Pertama")],
            "posts": [(date(2024, 3, 1), REGISTERED.position)],
        },
    ),
    (ASSIGNED, {"places": [(date(2024, 3, 1), Assignment("dinkes", "sri"))]}),
    (
        TRANSFERRED,
        {
            "places": [
                (date(2024, 3, 1), Assignment("dinkes", "sri")),
                (date(2025, 8, 25), Assignment("disdik", "rini")),
            ]
        },
    ),
    (SANCTIONED, {"sanctions": [Sanction("SK 5/2025", "SK 5/2025", Severity.MODERATE)]}),
    (
        replace(SANCTIONED, decree="SK 6/2025", severity=Severity.LIGHT),
        {
            "sanctions": [
                Sanction("SK 5/2025", "SK 5/2025", Severity.MODERATE),
                Sanction("SK 6/2025", "SK 6/2025", Severity.LIGHT),
            ]
        },
    ),
    (
        SanctionRevised(decree="SK 5/2025", severity=Severity.SEVERE, by="SK 9/2025", reason="x"),
        {
            "sanctions": [
                Sanction("SK 5/2025", "SK 9/2025", Severity.SEVERE),
                Sanction("SK 6/2025", "SK 6/2025", Severity.LIGHT),
            ]
        },
    ),
    (
        SanctionLifted(decree="SK 6/2025", by="SK 10/2025", reason="x"),
        {
            "sanctions": [
                Sanction("SK 5/2025", "SK 9/2025", Severity.SEVERE),
                Sanction("SK 6/2025", "SK 10/2025", None),
            ]
        },
    ),
    (
        Delegated(to="agus", since=date(2025, 7, 1), until=date(2025, 7, 31), reason="x"),
        {"delegations": [Delegation("agus", date(2025, 7, 1), date(2025, 7, 31))]},
    ),
    (
        Delegated(to="rini", since=date(2025, 8, 1), until=date(2025, 8, 31), reason="x"),
        {
            "delegations": [
                Delegation("agus", date(2025, 7, 1), date(2025, 7, 31)),
                Delegation("rini", date(2025, 8, 1), date(2025, 8, 31)),
            ]
        },
    ),
    (
        DelegationRevoked(to="agus", reason="x"),
        {"delegations": [Delegation("rini", date(2025, 8, 1), date(2025, 8, 31))]},
    ),
    (RETIRED, {"retired": date(2025, 12, 31)}),
    (EmployeeRetired(on=date(2026, 3, 31)), {"retired": date(2026, 3, 31)}),
]


def test_each_event_changes_what_it_tells_and_nothing_else():
    state, expected = roster.State(), roster.State()
    assert expected == roster.State(
        since=None,
        retired=None,
        places=[],
        employee="",
        state_official=False,
        exemptions=[],
        studies=[],
        breaks=[],
        name="",
        posts=[],
        classes=[],
        levels=[],
        acting=[],
        sanctions=[],
        delegations=[],
    )
    for event, told in RECORDED:
        state, expected = roster.evolve(state, event), replace(expected, **told)
        assert state == expected, event


def test_a_revocation_and_a_change_of_a_sanction_leave_those_of_others():
    state = roster.State()
    for event, _ in RECORDED:
        state = roster.evolve(state, event)
    before = msgspec.structs.asdict(state)
    for event in (
        DelegationRevoked(to="nobody", reason="x"),
        SanctionLifted(decree="SK 7/2025", by="SK 8/2025", reason="x"),
    ):
        assert msgspec.structs.asdict(roster.evolve(state, event)) == before


ACTORS = {
    "the employee": Actor(NIP, frozenset({Role.EMPLOYEE}), "uji"),
    "another": Actor("wati", frozenset({Role.EMPLOYEE}), "uji"),
    "hr": Actor("hr", frozenset({Role.HR}), "uji"),
    "an hr officer": Actor("agus", frozenset({Role.HR, Role.EMPLOYEE}), "uji"),
    "the employee in hr": Actor(NIP, frozenset({Role.HR, Role.EMPLOYEE}), "uji"),
}
DELEGATE = Delegate(employee=NIP, to="agus", since=date(2025, 7, 1), until=date(2025, 7, 31), reason="cuti")
REVOKE = RevokeDelegation(employee=NIP, to="agus", reason="kembali")
OTHERS = f"is for {NIP} and for HR; you are wati"
ITSELF = f"nobody may delegate to themselves; {NIP} or another HR officer does"


@pytest.mark.parametrize(
    ("command", "actor", "refused"),
    [
        (DELEGATE, "the employee", None),
        (DELEGATE, "hr", None),
        (DELEGATE, "the employee in hr", None),
        (DELEGATE, "another", f"delegate {OTHERS}"),
        (DELEGATE, "an hr officer", ITSELF),
        (replace(DELEGATE, to="rini"), "an hr officer", None),
        (replace(DELEGATE, to=NIP), "the employee", None),
        (REVOKE, "the employee", None),
        (REVOKE, "hr", None),
        (REVOKE, "an hr officer", None),
        (REVOKE, "another", f"revoke-delegation {OTHERS}"),
        (TRANSFER, "another", None),
    ],
)
def test_delegation_is_for_the_employee_and_for_hr_and_is_asked_before_the_roster(given, command, actor, refused):
    if refused is None:
        roster.permit(command, ACTORS[actor])
        return
    for asked in (
        lambda: roster.permit(command, ACTORS[actor]),
        lambda: roster.decide(command, roster.State(), given(command, by=ACTORS[actor])),
    ):
        with pytest.raises(NotAllowed) as told:
            asked()
        assert (told.value.message, told.value.field) == (refused, None)


def test_whoever_is_not_registered_delegates_nothing(after):
    for command in (DELEGATE, REVOKE):
        with pytest.raises(NotFound, match=f"^{NIP} is not on the roster; register them first$"):
            after(when=command, by="hr")


def test_a_place_may_be_given_by_the_deputy_of_nobody_else_and_names_their_own(after):
    for command, doing in (
        (REGISTER, "register"),
        (ASSIGN, "assign"),
        (TRANSFER, "transfer"),
        (SANCTION, "sanction"),
        (RETIRE, "retire"),
        (replace(LIFT, by="x"), "change a sanction of"),
    ):
        events = () if command is REGISTER else (REGISTERED,) if command is ASSIGN else (REGISTERED, ASSIGNED)
        with pytest.raises(NotAllowed) as refused:
            after(*events, when=command, by="hr", deputy=NIP)
        assert refused.value.message == f"nobody may {doing} themselves; ask another HR officer"


def test_an_event_holds_all_that_the_command_said(after):
    transfer = replace(TRANSFER, position="Analis Ahli")
    head = replace(ASSIGN, supervisor=None)

    assert after(REGISTERED, ASSIGNED, when=transfer, by="hr") == [replace(TRANSFERRED, position="Analis Ahli")]
    assert after(REGISTERED, when=head, by="hr") == [replace(ASSIGNED, supervisor=None)]
    assert after(REGISTERED, ASSIGNED, when=replace(TRANSFER, supervisor=None), by="hr") == [
        replace(TRANSFERRED, supervisor=None)
    ]


def test_another_position_in_the_same_place_is_a_transfer(after):
    promoted = replace(TRANSFER, position="Analis Ahli")

    assert after(REGISTERED, ASSIGNED, TRANSFERRED, when=promoted, by="hr")
    for changes in ({"since": date(2025, 8, 26)}, {"supervisor": "tono"}):
        assert after(REGISTERED, ASSIGNED, TRANSFERRED, when=replace(TRANSFER, **changes), by="hr")


def test_within_a_unit_that_takes_no_part_one_moves_freely(after):
    waiting = replace(ASSIGNED, unit="dishub")
    within = replace(TRANSFER, unit="dishub", supervisor="agus")

    assert after(REGISTERED, waiting, when=within, by="hr")
    with pytest.raises(TooEarly, match=r"^/unit: 'dishub' takes no part yet; set its `activated` day in uji's agency"):
        after(REGISTERED, ASSIGNED, when=within, by="hr")
    late = replace(waiting, since=date(2025, 9, 1))
    with pytest.raises(TooEarly, match="takes no part yet"):
        after(REGISTERED, late, when=within, by="hr")


def test_days_of_a_sanction_and_of_a_retirement_at_their_bounds(after):
    assert after(REGISTERED, when=SANCTION, by="hr", on=date(2025, 5, 5))
    assert after(REGISTERED, when=replace(SANCTION, on=REGISTERED.since), by="hr")
    assert after(REGISTERED, ASSIGNED, when=replace(RETIRE, on=REGISTERED.since), by="hr")
    with pytest.raises(Invalid, match=r"^/on: 2024-02-29 is before registration on 2024-03-01; name a day from then$"):
        after(REGISTERED, when=replace(RETIRE, on=date(2024, 2, 29)), by="hr")
    moved = (REGISTERED, ASSIGNED, TRANSFERRED)
    assert after(*moved, when=replace(RETIRE, on=TRANSFERRED.since), by="hr", on=date(2025, 9, 1))
    assert after(*moved, when=replace(RETIRE, on=date(2025, 8, 24)), by="hr", on=date(2025, 8, 24))
    with pytest.raises(Invalid, match="/on: 2025-08-24 is before the last transfer on 2025-08-25"):
        after(*moved, when=replace(RETIRE, on=date(2025, 8, 24)), by="hr", on=date(2025, 8, 25))


def test_a_superior_may_be_below_once_the_place_is_over(after, placed):
    """Rita comes under the one transferred in October, when the place that is recorded late is over."""
    rita = placed("dinkes", "sri")
    rita.places.append((date(2025, 10, 1), Assignment("dinkes", NIP)))
    late = replace(TRANSFER, unit="dinkes", since=date(2025, 7, 1), supervisor="rita")
    then = replace(TRANSFERRED, since=date(2025, 10, 1), supervisor="sri")

    assert after(REGISTERED, ASSIGNED, then, when=late, by="hr", people={"rita": rita})
    then = replace(then, since=date(2025, 10, 2))
    with pytest.raises(Invalid) as refused:
        after(REGISTERED, ASSIGNED, then, when=late, by="hr", people={"rita": rita})
    assert refused.value.message == (
        f"/supervisor: on 2025-10-01 rita is below {NIP}, and supervision can't run in a circle; name another, or "
        "first transfer rita from 2025-10-01"
    )


def test_what_another_system_records_is_recorded_alike(after):
    system = Actor("simpeg", frozenset({Role.INTEGRATOR}), "uji")

    for command, events in (
        (REGISTER, ()),
        (ASSIGN, (REGISTERED,)),
        (TRANSFER, (REGISTERED, ASSIGNED)),
        (RETIRE, (REGISTERED, ASSIGNED)),
    ):
        assert after(*events, when=command, by=system) == after(*events, when=command, by="hr")
