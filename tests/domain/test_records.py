"""Attendance by the month and the achievement of a unit: recorded once, then corrected with a reason."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.achievement import AchievementPublished, AchievementRevised, PublishAchievement, ReviseAchievement
from neraca.domain.assignments import Tenure
from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded, CorrectAttendance, RecordAttendance
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, TooEarly
from neraca.domain.vocabulary import Role

MAY: dict[str, Any] = {"employee": "budi", "month": "2025-05", "required_days": 21, "absent_days": 1, "late": 3}
RECORD = RecordAttendance(**MAY)
CORRECT = CorrectAttendance(**MAY, reason="Surat sakit menyusul")
RECORDED = AttendanceRecorded(**MAY)
UNIT: dict[str, Any] = {"unit": "dinkes", "period": "2025", "index": Decimal("96.4"), "predicate": "baik"}
PUBLISH = PublishAchievement(**UNIT, source="LKjIP 2025")
REVISE = ReviseAchievement(**UNIT, reason="Reviu inspektorat")
PUBLISHED = AchievementPublished(**UNIT, source="LKjIP 2025")


def test_a_month_is_recorded_once_and_then_corrected(after):
    assert after(when=RECORD, by="hr") == [RECORDED]
    assert after(RECORDED, when=CORRECT, by="hr") == [AttendanceCorrected(**MAY, reason="Surat sakit menyusul")]
    with pytest.raises(AlreadyDone, match="2025-05 is recorded; correct it"):
        after(RECORDED, when=RECORD, by="hr")
    with pytest.raises(NotFound, match="2025-05 is not recorded"):
        after(when=CORRECT, by="hr")
    with pytest.raises(Invalid, match="reason is empty"):
        after(RECORDED, when=replace(CORRECT, reason=""), by="hr")


def test_nothing_is_achieved_in_a_period_that_has_not_begun(after):
    for story, command in (((), PUBLISH), ((PUBLISHED,), REVISE)):
        with pytest.raises(TooEarly, match="2025 begins on 2025-01-01; nothing is achieved in it yet"):
            after(*story, when=command, by="official", on=date(2024, 12, 31))
    assert after(when=PUBLISH, by="official", on=date(2025, 1, 1)) == [PUBLISHED]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"employee": "b/d"}, "can't be an employee number"),
        ({"month": "2025"}, "'2025' is not a month"),
        ({"month": "Mei"}, "no period 'Mei'"),
        ({"required_days": 23}, "2025-05-01 to 2025-05-31 has 22 working days by the calendar of uji, not 23"),
        ({"required_days": -1}, "not -1"),
        ({"absent_days": 22}, "22 of 21 required days"),
        ({"late": -1}, "/late: -1 times"),
        ({"late": 21}, "/late: 21 times in 20 days of presence"),
        ({"left_early": 21}, "/left_early: 21 times in 20 days of presence"),
        ({"late": 10**30}, "/late: 1000000000000000000000000000000 times"),
    ],
)
def test_a_months_attendance_must_add_up(after, changes, message):
    for before, command in (((), RECORD), ((RECORDED,), CORRECT)):
        with pytest.raises(Invalid, match=message):
            after(*before, when=replace(command, **changes), by="hr")


def test_attendance_is_of_those_who_serve_in_the_month(after):
    with pytest.raises(Invalid, match="/employee: budi is not on the roster; register them first"):
        after(when=RECORD, by="hr", people={"budi": None})
    for serves in (Tenure(date(2025, 6, 1)), Tenure(date(2020, 1, 1), date(2025, 4, 30))):
        with pytest.raises(Invalid, match=r"/month: budi serves from .* on no day of 2025-05"):
            after(when=RECORD, by="hr", people={"budi": serves})


@pytest.mark.parametrize(
    ("serves", "most"),
    [(Tenure(date(2025, 5, 26)), 5), (Tenure(date(2020, 1, 1), date(2025, 5, 2)), 2)],
)
def test_only_the_working_days_of_service_are_required(after, serves, most):
    part = replace(RECORD, required_days=most, absent_days=0, late=0)

    assert after(when=part, by="hr", people={"budi": serves})
    with pytest.raises(Invalid, match=f"has {most} working days"):
        after(when=replace(part, required_days=most + 1), by="hr", people={"budi": serves})


@pytest.mark.parametrize(
    "counts",
    [
        {"required_days": 0, "absent_days": 0, "late": 0, "left_early": 0},
        {"required_days": 22, "absent_days": 0, "late": 22, "left_early": 22},
        {"required_days": 22, "absent_days": 22, "late": 0, "left_early": 0},
        {"required_days": 20, "absent_days": 3, "late": 17, "left_early": 2},
        {"required_days": 1, "absent_days": 0, "late": 0, "left_early": 1},
    ],
)
def test_a_month_is_recorded_as_it_was_counted_up_to_what_can_be(after, counts):
    which = {"employee": "budi", "month": "2025-05"}

    assert after(when=RecordAttendance(**which, **counts), by="hr") == [AttendanceRecorded(**which, **counts)]
    assert after(RECORDED, when=CorrectAttendance(**which, **counts, reason="x"), by="hr") == [
        AttendanceCorrected(**which, **counts, reason="x")
    ]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (
            {"required_days": 0, "absent_days": 1, "late": 0},
            "/absent_days: 1 of 0 required days can't be absent; count from 0 to all of them",
        ),
        ({"absent_days": -1}, "/absent_days: -1 of 21 required days can't be absent; count from 0 to all of them"),
        (
            {"absent_days": 21, "late": 1},
            "/late: 1 time in 0 days of presence can't be; once a day at most, so 0 to 0",
        ),
        (
            {"left_early": -1},
            "/left_early: -1 times in 20 days of presence can't be; once a day at most, so 0 to 20",
        ),
    ],
)
def test_no_more_than_can_be_is_counted(after, counts, message):
    with pytest.raises(Invalid) as refused:
        after(when=replace(RECORD, **counts), by="hr")
    assert (refused.value.message, refused.value.field) == (message, message.partition(":")[0])


def test_each_month_is_recorded_by_itself(after):
    june = replace(RECORD, month="2025-06", required_days=20)

    assert after(RECORDED, when=june, by="hr")
    correction = AttendanceCorrected(**MAY, reason="x")
    assert after(RECORDED, correction, when=CORRECT, by="hr")
    with pytest.raises(NotFound, match=r"^/month: 2025-06 is not recorded; record it first$"):
        after(RECORDED, when=replace(CORRECT, month="2025-06", required_days=20), by="hr")


@pytest.mark.parametrize(
    ("serves", "days"),
    [
        (Tenure(date(2025, 6, 1)), "from 2025-06-01 on"),
        (Tenure(date(2020, 1, 1), date(2025, 4, 30)), "from 2020-01-01 to 2025-04-30"),
    ],
)
def test_who_serves_on_no_day_of_the_month_has_no_attendance(after, serves, days):
    with pytest.raises(Invalid) as refused:
        after(when=RECORD, by="hr", people={"budi": serves})
    assert refused.value.message == f"/month: budi serves {days}, on no day of 2025-05"
    with pytest.raises(Invalid, match=r"^/employee: budi is not on the roster; register them first$"):
        after(when=RECORD, by="hr", people={"budi": Tenure()})


@pytest.mark.parametrize(
    "serves", [Tenure(date(2025, 5, 30)), Tenure(date(2020, 1, 1), date(2025, 5, 1)), Tenure(date(2025, 5, 31))]
)
def test_who_serves_on_one_day_of_the_month_has(after, serves):
    one = 0 if serves.since == date(2025, 5, 31) else 1  # the 31st is a Saturday
    day = replace(RECORD, required_days=one, absent_days=0, late=0)

    assert after(when=day, by="hr", people={"budi": serves})
    with pytest.raises(Invalid, match=rf"has {one} working days? by"):
        after(when=replace(day, required_days=one + 1), by="hr", people={"budi": serves})


def test_a_holiday_is_no_required_day(after, agency):
    labour_day = replace(agency, holidays={date(2025, 5, 1): "Hari Buruh"})

    assert after(when=RECORD, by="hr", agency=labour_day)
    with pytest.raises(Invalid, match="has 21 working days"):
        after(when=replace(RECORD, required_days=22), by="hr", agency=labour_day)


def test_a_month_is_recorded_when_it_is_over(after):
    with pytest.raises(TooEarly, match="2025-05 ends on 2025-05-31"):
        after(when=RECORD, by="hr", on=date(2025, 5, 30))
    assert after(when=RECORD, by="hr", on=date(2025, 5, 31))


def test_nobody_records_their_own_attendance(after):
    with pytest.raises(NotAllowed, match="their own attendance"):
        after(when=RECORD, by=Actor("budi", frozenset({Role.HR}), "uji"))


def test_an_achievement_is_published_once_and_then_revised(after):
    assert after(when=PUBLISH, by="official") == [PUBLISHED]
    assert after(PUBLISHED, when=REVISE, by="official") == [AchievementRevised(**UNIT, reason="Reviu inspektorat")]
    with pytest.raises(AlreadyDone, match="published; revise it"):
        after(PUBLISHED, when=PUBLISH, by="official")
    with pytest.raises(NotFound, match="publish one first"):
        after(when=REVISE, by="official")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "dinkez"}, "did you mean 'dinkes'"),
        ({"period": "x"}, "no period 'x'"),
        ({"index": Decimal(-1)}, "-1 is below 0"),
        ({"index": Decimal("1e-7")}, "six decimals"),
        ({"source": ""}, "source is empty"),
    ],
)
def test_an_achievement_is_of_a_unit_in_a_period(after, changes, message):
    with pytest.raises(Invalid, match=message):
        after(when=replace(PUBLISH, **changes), by="official")


@pytest.mark.parametrize(
    ("period", "cycle", "there"),
    [
        ("2025-Q3", "year", "2025"),
        ("2025", "quarter", "2025-Q1, 2025-Q2, 2025-Q3, 2025-Q4"),
        ("2025-S2", "month", "2025-07, 2025-08, 2025-09, 2025-10, 2025-11, 2025-12"),
        ("2025-01..05", "year", "2025"),
    ],
)
def test_an_achievement_is_for_a_period_in_which_people_are_appraised(after, rules, period, cycle, there):
    judging = (replace(rules, cycle=cycle),)

    with pytest.raises(Invalid, match=f"nobody is appraised for {period}; the policies in force appraise {there}$"):
        after(when=replace(PUBLISH, period=period), by="official", applied=judging)
    with pytest.raises(Invalid, match=f"no policy is in force in {period}"):
        after(when=replace(PUBLISH, period=period), by="official", applied=())


def test_an_achievement_of_a_part_counts_where_parts_are_appraised(after, rules):
    assert after(when=replace(PUBLISH, period="2025-01..05"), by="official", applied=(replace(rules, segments=True),))


def test_a_revision_says_why(after):
    with pytest.raises(Invalid, match="reason is empty"):
        after(PUBLISHED, when=replace(REVISE, reason=""), by="official")


def test_an_achievement_of_nothing_is_an_achievement_and_what_is_below_is_none(after):
    none = replace(PUBLISH, index=Decimal(0))
    assert after(when=none, by="official") == [replace(PUBLISHED, index=Decimal(0))]
    with pytest.raises(Invalid, match=r"-0\.000001 is below 0"):
        after(PUBLISHED, when=replace(REVISE, index=Decimal("-0.000001")), by="official")


def test_what_was_published_is_revised_again_and_where_no_policy_asks_for_it_any_more(after):
    revised = AchievementRevised(**UNIT, reason="Reviu inspektorat")
    assert after(PUBLISHED, revised, when=REVISE, by="official", applied=()) == [revised]
    assert after(PUBLISHED, when=[REVISE, REVISE], by="official") == [revised, revised]
