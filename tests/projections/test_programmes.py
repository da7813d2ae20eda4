"""What the read model of programmes keeps: every event, and who was ever in which."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.programme.events import MemberJoined, MemberLeft, ProgrammeKind, ProgrammeStarted
from projections import programmes

MPP = streams.programme("solo", "mpp")
WHICH: Any = {"programme": "mpp"}
DAY = date(2025, 1, 6)


@pytest.fixture
def of_solo(told: Any) -> Any:
    return told(programmes.PROJECTION)


def test_each_event_is_a_step_and_who_comes_again_is_a_member_once(of_solo: Any) -> None:
    joined = MemberJoined(**WHICH, employee="1", since=DAY, share=Decimal("0.5"), role="Loket")
    of_solo.happens(
        MPP,
        ProgrammeStarted(
            **WHICH,
            kind=ProgrammeKind.TEAM,
            title="MPP",
            purpose="Satu loket",
            units=["dinkes"],
            lead="2",
            owner="3",
            begins=DAY,
            ends=DAY,
        ),
        joined,
        MemberLeft(**WHICH, employee="1", on=DAY, reason="Pindah"),
        joined,
    )

    assert of_solo.rows("programmes", "programme", "log_position") == [{"programme": "mpp", "log_position": 1}]
    assert of_solo.rows("memberships", "employee", "programme", "log_position") == [
        {"employee": "1", "programme": "mpp", "log_position": 2}
    ]
    assert of_solo.rows("steps", "log_position", "version", "tag", "by") == [
        {"log_position": n, "version": n, "tag": f"programme.{tag}", "by": "hr"}
        for n, tag in enumerate(("started", "member-joined", "member-left", "member-joined"), 1)
    ]
    assert of_solo.rows("steps", "event")[2]["event"] == {
        "type": "programme.member-left",
        "programme": "mpp",
        "employee": "1",
        "on": "2025-01-06",
        "reason": "Pindah",
    }
