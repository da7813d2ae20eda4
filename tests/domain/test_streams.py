"""Ids of streams follow from natural keys, for ever."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

import pytest

from neraca.domain import streams
from neraca.domain.achievement import PublishAchievement
from neraca.domain.appraisal.commands import SubmitPlan
from neraca.domain.attendance import RecordAttendance
from neraca.domain.cohort.commands import CloseCohort
from neraca.domain.errors import Invalid
from neraca.domain.headship import RelieveHead
from neraca.domain.policy_register import SchedulePolicy
from neraca.domain.roster import RetireEmployee
from neraca.domain.survey import CloseSurvey

RECORD = RecordAttendance(employee="budi", month="2025-05", required_days=21)


def test_a_command_goes_to_the_stream_of_its_thing():
    assert streams.stream_of("uji", SubmitPlan(employee="budi", period="2025")) == streams.appraisal(
        "uji", "budi", "2025"
    )
    assert streams.stream_of("uji", RetireEmployee(employee="budi", on=date(2025, 1, 1))) == streams.employee(
        "uji", "budi"
    )
    assert streams.stream_of("uji", RECORD) == streams.attendance("uji", "budi", 2025)
    assert streams.stream_of("uji", CloseSurvey(unit="dinkes", period="2025", survey="ikm")) == streams.survey(
        "uji", "dinkes", "2025", "ikm"
    )
    publish = PublishAchievement(unit="dinkes", period="2025", index=Decimal(1), predicate="baik", source="x")
    assert streams.stream_of("uji", publish) == streams.achievement("uji", "dinkes", "2025")
    relieve = RelieveHead(unit="dinkes", on=date(2025, 1, 1), reason="x")
    assert streams.stream_of("uji", relieve) == streams.organisation("uji", "dinkes")
    close = CloseCohort(appraiser="sri", period="2025")
    assert streams.stream_of("uji", close) == streams.cohort("uji", "sri", "2025")
    schedule = SchedulePolicy(id="p", version=1, since=date(2025, 1, 1))
    assert streams.stream_of("uji", schedule) == streams.policy_register("uji")


def test_the_id_of_a_stream_never_changes():
    assert streams.appraisal("surabaya", "198501012010011001", "2025") == UUID("aa980871-05ca-5ed1-9c1b-cc36327c2f56")


def test_no_two_agencies_share_a_stream():
    assert streams.policy_register("uji") != streams.policy_register("solo")


def test_a_month_that_is_none_has_no_stream():
    with pytest.raises(Invalid, match="no period 'Mei'"):
        streams.stream_of("uji", RecordAttendance(employee="budi", month="Mei", required_days=21))


@pytest.mark.parametrize(
    ("stream", "id_"),
    [
        (lambda: streams.appraisal("uji", "budi", "2025"), "appraisal/budi/2025"),
        (lambda: streams.employee("uji", "budi"), "employee/budi"),
        (lambda: streams.attendance("uji", "budi", 2025), "attendance/budi/2025"),
        (lambda: streams.survey("uji", "dinkes", "2025", "ikm"), "survey/dinkes/2025/ikm"),
        (lambda: streams.achievement("uji", "dinkes", "2025"), "achievement/dinkes/2025"),
        (lambda: streams.time_source("uji", "antrean"), "time-source/antrean"),
        (lambda: streams.improvement("uji", "dinkes", "2025"), "improvement/dinkes/2025"),
        (lambda: streams.service_times("uji", "dinkes", "2025"), "service-times/dinkes/2025"),
        (lambda: streams.organisation("uji", "dinkes"), "organisation/dinkes"),
        (lambda: streams.cohort("uji", "sri", "2025"), "cohort/sri/2025"),
        (lambda: streams.programme("uji", "smart-city"), "programme/smart-city"),
        (lambda: streams.policy_register("uji"), "policy-book"),
    ],
)
def test_a_stream_is_named_by_agency_and_natural_key(stream: Callable[[], UUID], id_: str) -> None:
    """Every ledger finds its events by these words, so they are written here once more."""
    assert stream() == uuid5(UUID("6d0d2b0e-3c55-5a0b-9f7b-0d6f1f8f9a11"), f"uji/{id_}")
