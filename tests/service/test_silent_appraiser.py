"""The end of January by the agency's own clock: until the last minute the appraiser evaluates, then the superior."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.errors import NotAllowed
from neraca.domain.vocabulary import Relation

YEAR: dict[str, Any] = {"employee": "budi", "period": "2026"}
JAKARTA = ZoneInfo("Asia/Jakarta")
RATE = ask.Rate(**YEAR, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(80), "disiplin": Decimal(80)})


@pytest.fixture
def by_law(fixture_agency: Any, policy: str) -> Any:
    """A policy that judges the year, until the end of January."""
    within = "nilai: {role: pejabat_penilai, within: 14 working_days, "
    text = policy.replace("cycle: quarter", "cycle: year").replace(
        within, f'{within}until: "01-31", superior_within: 14 working_days, '
    )
    fixture_agency.publish(text, version=2, since=date(2026, 1, 1))
    return fixture_agency


def test_silent_appraiser_at_one_minute_to_midnight_and_at_midnight(by_law: Any) -> None:
    by_law.tell("hr", ask.OpenAppraisal(**YEAR), on=date(2026, 1, 5))

    with pytest.raises(NotAllowed, match="only the appraiser sri may rate as SUPERVISOR; you are agus"):
        by_law.tell("agus", RATE, now=datetime(2027, 1, 31, 23, 59, 59, tzinfo=JAKARTA))
    assert by_law.tell("agus", RATE, now=datetime(2027, 2, 1, 0, 0, tzinfo=JAKARTA)).events
