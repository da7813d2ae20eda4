"""Values that the doors once let in and no longer do, in the log already: they are read, and left as they are."""

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal import events as happened
from neraca.domain.attendance import AttendanceRecorded
from neraca.domain.errors import Invalid
from neraca.domain.roster import EmployeeRegistered
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation

OLD = {
    "9999-Q4": (date(9999, 10, 1), date(9999, 12, 31)),
    "0001-Q1": (date(1, 1, 1), date(1, 3, 31)),
    "2025-Q1\n": (date(2025, 1, 1), date(2025, 3, 31)),
    "٢٠٢٥-Q1": (date(2025, 1, 1), date(2025, 3, 31)),
}


def keep_appraisal(fixture_agency: Any, period: str) -> None:
    starts, ends = OLD[period]
    fixture_agency.keep(
        "hr",
        streams.appraisal(fixture_agency.id, "budi", period),
        happened.Opened(
            employee="budi", period=period, starts=starts, ends=ends, unit="dinkes", appraiser="sri", reviewer="agus"
        ),
        happened.PlanDrafted(results=[]),
        happened.PlanSubmitted(),
        happened.Rated(rater="sri", relation=Relation.SUPERVISOR, scores={"disiplin": Decimal("1E+2")}, note=""),
    )


@pytest.mark.parametrize("period", OLD)
def test_an_appraisal_under_an_old_label_is_read_and_takes_no_more(fixture_agency: Any, period: str) -> None:
    keep_appraisal(fixture_agency, period)

    fixture_agency.house.follow()

    with psycopg.connect(fixture_agency.house.url) as connection:
        assert connection.execute("select position, reason from read.set_aside").fetchall() == []
        rows = connection.execute(
            "select period from read_scores.appraisal where agency = %s", (fixture_agency.id,)
        ).fetchall()
    assert rows == [(period,)]
    with pytest.raises(Invalid, match="/period: "):
        fixture_agency.tell("sri", ask.ApprovePlan(employee="budi", period=period))


def test_old_texts_and_months_are_read(fixture_agency: Any) -> None:
    registered = EmployeeRegistered(
        employee="zaki",
        name=" Za\u202eki ",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="e\u0301",
        position_class=PositionClass.FUNCTIONAL,
        since=date(1, 1, 1),
    )
    fixture_agency.keep("hr", streams.employee(fixture_agency.id, "zaki"), registered)
    months = [AttendanceRecorded(employee="budi", month=one, required_days=20) for one in ("2025-01\n", "٢٠٢٥-02")]
    fixture_agency.keep("hr", streams.attendance(fixture_agency.id, "budi", 2025), *months)
    fixture_agency.plan("budi")

    fixture_agency.house.follow()

    with psycopg.connect(fixture_agency.house.url) as connection:
        assert connection.execute("select position, reason from read.set_aside").fetchall() == []
    assert (
        len(
            fixture_agency.service.reader.stream(fixture_agency.id, streams.attendance(fixture_agency.id, "budi", 2025))
        )
        == 2
    )
