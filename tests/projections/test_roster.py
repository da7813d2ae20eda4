from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import streams
from neraca.domain.acting_officials import ActingAppointed, ActingEnded
from neraca.domain.careers import EmployeeCorrected, PositionChanged
from neraca.domain.exemptions import EmployeeExempted, ExemptionEnded, ExemptionWithdrawn
from neraca.domain.roster import (
    EmployeeAssigned,
    EmployeeRegistered,
    EmployeeRehired,
    EmployeeRetired,
    EmployeeSanctioned,
    EmployeeTransferred,
)
from neraca.domain.vocabulary import ActingKind, EmploymentType, ExemptionKind, PositionClass, Severity
from projections import roster

NIP = "198703142010012004"
SARI = streams.employee("solo", NIP)
REGISTERED = EmployeeRegistered(
    employee=NIP,
    name="Sari Dewi",
    employment_type=EmploymentType.CIVIL_SERVANT,
    position="Perawat",
    position_class=PositionClass.FUNCTIONAL,
    since=date(2010, 1, 1),
    career_level="Ahli Muda",
)
ASSIGNED = EmployeeAssigned(unit="puskesmas-gilingan", since=date(2010, 1, 4), supervisor="1")
MOVED = EmployeeTransferred(unit="dinas-kesehatan", since=date(2025, 2, 1), reason="promosi", position="Kepala Seksi")


@pytest.fixture
def of_solo(told: Any) -> Any:
    return told(roster.PROJECTION)


def test_a_registered_employee_has_no_place_yet(of_solo: Any) -> None:
    of_solo.happens(SARI, REGISTERED)

    assert of_solo.rows("employees", *roster.EMPLOYEES.row.__struct_fields__) == [
        {
            "agency": "solo",
            "stream": SARI,
            "employee": NIP,
            "name": "Sari Dewi",
            "employment_type": "CIVIL_SERVANT",
            "position": "Perawat",
            "position_class": "FUNCTIONAL",
            "career_level": "Ahli Muda",
            "since": date(2010, 1, 1),
            "retired": None,
            "version": 1,
            "log_position": 1,
        }
    ]
    assert of_solo.rows("places", "employee") == []


def test_each_place_is_kept_by_its_first_day(of_solo: Any) -> None:
    of_solo.happens(SARI, REGISTERED, ASSIGNED)
    of_solo.happens(SARI, MOVED)

    now = of_solo.rows("employees", "position", "version", "log_position")
    assert now == [{"position": "Perawat", "version": 3, "log_position": 3}]
    assert of_solo.rows("places", "log_position", "unit", "supervisor", "position", "since", "reason") == [
        {
            "log_position": 2,
            "unit": "puskesmas-gilingan",
            "supervisor": "1",
            "position": None,
            "since": date(2010, 1, 4),
            "reason": None,
        },
        {
            "log_position": 3,
            "unit": "dinas-kesehatan",
            "supervisor": None,
            "position": "Kepala Seksi",
            "since": date(2025, 2, 1),
            "reason": "promosi",
        },
    ]


def test_the_retired_stay_on_the_roster(of_solo: Any) -> None:
    sanction = EmployeeSanctioned(severity=Severity.LIGHT, on=date(2024, 5, 1), decree="SK/7")
    of_solo.happens(SARI, REGISTERED, ASSIGNED, sanction, EmployeeRetired(on=date(2025, 4, 1)))

    assert of_solo.rows("employees", "employee", "retired", "version") == [
        {"employee": NIP, "retired": date(2025, 4, 1), "version": 4}
    ]


def test_a_retirement_that_was_corrected_is_kept_beside_the_correction(of_solo: Any) -> None:
    of_solo.happens(SARI, REGISTERED, EmployeeRetired(on=date(2099, 1, 1)), EmployeeRetired(on=date(2025, 4, 1)))

    assert of_solo.rows("employees", "retired") == [{"retired": date(2025, 4, 1)}]
    assert of_solo.rows("retirements", "log_position", "last_day") == [
        {"log_position": 2, "last_day": date(2099, 1, 1)},
        {"log_position": 3, "last_day": date(2025, 4, 1)},
    ]


def test_posts_corrections_acting_and_rehiring_are_kept(of_solo: Any) -> None:
    promoted = PositionChanged(
        since=date(2025, 6, 1), position_class=PositionClass.SUPERVISOR, decree="SK 12", reason="promosi"
    )
    corrected = EmployeeCorrected(name="Sari Devi", career_level="Ahli Madya", reason="salah eja")
    appointed = ActingAppointed(
        to="7",
        kind=ActingKind.PLH,
        unit="puskesmas-gilingan",
        since=date(2025, 6, 2),
        until=date(2025, 6, 30),
        decree="SP 3",
    )
    ended = ActingEnded(decree="SP 3", until=date(2025, 6, 20), reason="kembali")
    rehired = EmployeeRehired(unit="dinas-kesehatan", since=date(2025, 9, 1), decree="SK 15")
    of_solo.happens(SARI, REGISTERED, ASSIGNED, promoted, corrected, appointed, ended)
    of_solo.happens(SARI, EmployeeRetired(on=date(2025, 7, 31)), rehired)

    assert of_solo.rows("employees", "name", "position_class", "career_level", "retired") == [
        {"name": "Sari Devi", "position_class": "FUNCTIONAL", "career_level": "Ahli Madya", "retired": None}
    ]
    assert of_solo.rows("posts", "log_position", "since", "position", "position_class", "career_level") == [
        {
            "log_position": 3,
            "since": date(2025, 6, 1),
            "position": None,
            "position_class": "SUPERVISOR",
            "career_level": None,
        }
    ]
    assert of_solo.rows("corrections", "log_position", "name", "position", "position_class", "career_level") == [
        {
            "log_position": 4,
            "name": "Sari Dewi",
            "position": "Perawat",
            "position_class": "FUNCTIONAL",
            "career_level": "Ahli Muda",
        }
    ]
    assert of_solo.rows("acting", "employee", "official", "until") == [
        {"employee": NIP, "official": "7", "until": date(2025, 6, 20)}
    ]
    assert of_solo.rows("retirements", "log_position", "last_day") == [
        {"log_position": 7, "last_day": date(2025, 7, 31)},
        {"log_position": 8, "last_day": None},
    ]
    assert of_solo.rows("places", "log_position", "unit", "since")[-1] == {
        "log_position": 8,
        "unit": "dinas-kesehatan",
        "since": date(2025, 9, 1),
    }


def test_what_was_recorded_ahead_for_days_after_the_retirement_is_dropped_by_rehiring(of_solo: Any) -> None:
    of_solo.happens(SARI, REGISTERED, ASSIGNED, EmployeeTransferred(unit="a", since=date(2026, 4, 1), reason="mutasi"))
    of_solo.happens(SARI, EmployeeTransferred(unit="b", since=date(2025, 11, 30), reason="mutasi"))
    of_solo.happens(SARI, EmployeeRetired(on=date(2025, 11, 30)))
    of_solo.happens(SARI, EmployeeRehired(unit="c", since=date(2026, 3, 1), decree="SK 15"))
    of_solo.happens(SARI, EmployeeTransferred(unit="d", since=date(2026, 5, 1), reason="mutasi"))

    assert {one["unit"]: one["dropped"] for one in of_solo.rows("places", "unit", "dropped")} == {
        "puskesmas-gilingan": None,
        "a": 6,
        "b": None,
        "c": None,
        "d": None,
    }


@pytest.mark.parametrize(("drops_posts", "dropped"), [(True, 7), (False, None)])
def test_posts_recorded_ahead_are_dropped_by_a_rehiring_that_says_so(
    of_solo: Any, drops_posts: bool, dropped: int | None
) -> None:
    promoted = PositionChanged(since=date(2025, 6, 1), career_level="Ahli Madya", decree="SK 12", reason="promosi")
    moved = EmployeeTransferred(unit="a", since=date(2026, 4, 1), reason="mutasi", position="Camat")
    of_solo.happens(SARI, REGISTERED, ASSIGNED, promoted, replace(promoted, since=date(2026, 1, 1)), moved)
    of_solo.happens(SARI, EmployeeRetired(on=date(2025, 11, 30)))
    of_solo.happens(
        SARI, EmployeeRehired(unit="c", since=date(2026, 3, 1), decree="SK 15", drops_posts=drops_posts), promoted
    )

    assert of_solo.rows("posts", "log_position", "position", "dropped") == [
        {"log_position": 3, "position": None, "dropped": None},
        {"log_position": 4, "position": None, "dropped": dropped},
        {"log_position": 5, "position": "Camat", "dropped": dropped},
        {"log_position": 8, "position": None, "dropped": None},
    ]


def test_an_exemption_has_the_last_day_that_was_recorded_last_and_may_be_withdrawn(of_solo: Any) -> None:
    exempted = EmployeeExempted(kind=ExemptionKind.SUSPENDED, since=date(2025, 3, 3), decree="SK 5")
    ended = ExemptionEnded(decree="SK 5", until=date(2025, 4, 30), reason="x")
    of_solo.happens(SARI, REGISTERED, exempted, ended)
    row = {"employee": NIP, "decree": "SK 5", "kind": "SUSPENDED", "since": date(2025, 3, 3), "until": ended.until}

    assert of_solo.rows("exemptions", *row, "withdrawn") == [row | {"withdrawn": False}]
    of_solo.happens(SARI, ExemptionWithdrawn(decree="SK 5", reason="x"))
    assert of_solo.rows("exemptions", *row, "withdrawn") == [row | {"withdrawn": True}]
