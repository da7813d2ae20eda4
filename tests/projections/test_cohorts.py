"""What the read model of cohorts keeps: who heads each unit."""

from datetime import date
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.headship import HeadAppointed, HeadRelieved
from projections import cohorts

DINKES = streams.organisation("solo", "dinkes")


@pytest.fixture
def of_solo(told: Any) -> Any:
    return told(cohorts.PROJECTION)


def test_each_head_of_a_unit_is_kept_with_the_first_day(of_solo: Any) -> None:
    of_solo.happens(
        DINKES,
        HeadAppointed(unit="dinkes", employee="1", since=date(2025, 1, 1), decree="SK 1"),
        HeadRelieved(unit="dinkes", employee="1", on=date(2025, 6, 30), reason="pensiun"),
        HeadAppointed(unit="dinkes", employee="2", since=date(2025, 7, 10), decree="SP 2", acting=True),
    )

    assert of_solo.rows("heads", "unit", "employee", "acting", "since", "decree", "reason", "log_position") == [
        {
            "unit": "dinkes",
            "employee": "1",
            "acting": False,
            "since": date(2025, 1, 1),
            "decree": "SK 1",
            "reason": None,
            "log_position": 1,
        },
        {
            "unit": "dinkes",
            "employee": None,
            "acting": False,
            "since": date(2025, 7, 1),
            "decree": None,
            "reason": "pensiun",
            "log_position": 2,
        },
        {
            "unit": "dinkes",
            "employee": "2",
            "acting": True,
            "since": date(2025, 7, 10),
            "decree": "SP 2",
            "reason": None,
            "log_position": 3,
        },
    ]
