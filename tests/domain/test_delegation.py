"""Who lets another do their appraising: from today on, for a time, and until it is taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.errors import AlreadyDone, Invalid, NotFound, Refusal
from neraca.domain.roster import (
    Delegate,
    Delegated,
    DelegationRevoked,
    EmployeeRegistered,
    EmployeeRetired,
    RevokeDelegation,
)
from neraca.domain.vocabulary import EmploymentType, PositionClass

TODAY = date(2025, 7, 1)
REGISTERED = EmployeeRegistered(
    employee="sri",
    name="Sri",
    employment_type=EmploymentType.CIVIL_SERVANT,
    position="Kepala Seksi",
    position_class=PositionClass.OPERATIONAL,
    since=date(2024, 1, 1),
)
SPAN = {"to": "agus", "since": TODAY, "until": date(2025, 7, 31), "reason": "cuti melahirkan"}
DELEGATE = Delegate(employee="sri", **SPAN)
DELEGATED = Delegated(**SPAN)
REVOKE = RevokeDelegation(employee="sri", to="agus", reason="kembali bekerja")


def test_a_delegation_is_recorded_as_it_was_given(after: Any) -> None:
    assert after(REGISTERED, when=DELEGATE, by="sri") == [DELEGATED]
    assert after(REGISTERED, when=DELEGATE, by="hr") == [DELEGATED]
    longest = replace(DELEGATE, until=TODAY + timedelta(days=366))
    assert after(REGISTERED, when=longest, by="sri")[0].until == date(2026, 7, 2)
    assert after(REGISTERED, when=replace(DELEGATE, until=TODAY), by="sri")[0].until == TODAY


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"reason": " "}, Invalid, "/reason: the reason is empty; write it out"),
        ({"to": "sri"}, Invalid, "/to: that is the same person; name another"),
        (
            {"since": date(2025, 6, 30)},
            Invalid,
            "/since: 2025-06-30 is past; delegate from 2025-07-01",
        ),
        (
            {"until": date(2025, 6, 30)},
            Invalid,
            "/until: 2025-06-30 is not within 2025-07-01 to 2026-07-02; name a day there",
        ),
        (
            {"until": date(2026, 7, 3)},
            Invalid,
            "/until: 2026-07-03 is not within 2025-07-01 to 2026-07-02; name a day there",
        ),
        ({"to": "nobody"}, Invalid, "/to: nobody is not on the roster; register them first, or name another"),
    ],
)
def test_a_delegation_that_cannot_be(after: Any, changes: Any, refusal: type[Refusal], message: str) -> None:
    with pytest.raises(refusal) as refused:
        after(REGISTERED, when=replace(DELEGATE, **changes), by="sri")

    assert refused.value.message == message
    assert refused.value.field == message.partition(":")[0]


def test_whom_it_is_delegated_to_must_serve_on_its_first_day(after: Any, placed: Any) -> None:
    people = {
        "later": placed("dinkes", None, since=date(2025, 7, 2)),
        "gone": placed("dinkes", None, retired=date(2025, 6, 30)),
    }
    for to, said in (
        ("later", "/to: later serves from 2025-07-02, after 2025-07-01; name another"),
        ("gone", "/to: gone retires on 2025-06-30, before 2025-07-01; name their successor"),
    ):
        with pytest.raises(Invalid) as refused:
            after(REGISTERED, when=replace(DELEGATE, to=to), by="sri", people=people)
        assert refused.value.message == said


def test_who_retires_delegates_for_days_of_service_only(after: Any) -> None:
    retired = EmployeeRetired(on=date(2025, 7, 15))

    with pytest.raises(Refusal):
        after(REGISTERED, retired, when=DELEGATE, by="hr")
    assert after(REGISTERED, retired, when=replace(DELEGATE, until=date(2025, 7, 15)), by="hr")


@pytest.mark.parametrize(
    ("events", "since", "message"),
    [
        (
            (replace(REGISTERED, since=date(2025, 7, 15)),),
            date(2025, 7, 14),
            "/since: 2025-07-14 is before registration on 2025-07-15; name a day from then",
        ),
        (
            (REGISTERED, EmployeeRetired(on=date(2025, 7, 14))),
            date(2025, 7, 15),
            "/since: sri retires on 2025-07-14, before 2025-07-15; name a day up to then, or first correct the day of "
            "retirement",
        ),
    ],
)
def test_it_begins_on_a_day_of_service(after: Any, events: Any, since: date, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        after(*events, when=replace(DELEGATE, since=since), by="hr")

    assert (refused.value.message, refused.value.field) == (message, "/since")


def test_the_same_is_delegated_once_and_another_span_anew(after: Any) -> None:
    with pytest.raises(AlreadyDone, match=r"^sri has delegated this to agus already$"):
        after(REGISTERED, DELEGATED, when=DELEGATE, by="sri")
    other = replace(DELEGATE, until=date(2025, 8, 1))
    assert after(REGISTERED, DELEGATED, when=other, by="sri") == [Delegated(**{**SPAN, "until": date(2025, 8, 1)})]


def test_a_delegation_is_taken_back_while_it_holds(after: Any) -> None:
    revoked = DelegationRevoked(to="agus", reason="kembali bekerja")

    assert after(REGISTERED, DELEGATED, when=REVOKE, by="sri") == [revoked]
    assert after(REGISTERED, DELEGATED, when=REVOKE, by="hr", on=date(2025, 7, 31)) == [revoked]
    with pytest.raises(Invalid, match=r"^/reason: the reason is empty; write it out$"):
        after(REGISTERED, DELEGATED, when=replace(REVOKE, reason=""), by="sri")
    for on, events in ((date(2025, 8, 1), (DELEGATED,)), (TODAY, (DELEGATED, revoked)), (TODAY, ())):
        with pytest.raises(NotFound, match=r"^/to: sri has delegated nothing to agus that still holds; ") as refused:
            after(REGISTERED, *events, when=REVOKE, by="sri", on=on)
        assert refused.value.field == "/to"
    assert after(REGISTERED, DELEGATED, revoked, when=DELEGATE, by="sri") == [DELEGATED]
