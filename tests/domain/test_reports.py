"""Reports of progress and daily work, and the answers to them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import AcceptReport, ReportActivity, ReportProgress, ReturnReport
from neraca.domain.appraisal.events import ActivityReported, Evidence, ReportAccepted, ReportReturned
from neraca.domain.appraisal.reports import days_wanting_entry
from neraca.domain.command_rules import ReportingRule
from neraca.domain.contexts import Unruled
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
ACTIVITY = ReportActivity(**WHO, report="a1", day=date(2025, 7, 1), activity="Melayani 12 pemohon", result="berkas")
ACCEPT = AcceptReport(**WHO, report="r1", feedback="Baik")
RETURN = ReturnReport(**WHO, report="r1", feedback="Bukti tidak terbaca")


@pytest.fixture
def progress(evidence):
    return ReportProgress(
        **WHO,
        report="r1",
        result="berkas",
        target="jumlah",
        until=date(2025, 6, 30),
        actual=Decimal(90),
        evidence=evidence,
    )


def test_the_employee_reports_progress(after, past, progress):
    assert after(*past.running, when=progress) == [past.report]


def test_the_employee_reports_a_days_work_with_or_without_evidence(after, past, evidence):
    plain = ActivityReported(report="a1", day=date(2025, 7, 1), activity="Melayani 12 pemohon", result="berkas")

    assert after(*past.running, when=ACTIVITY) == [plain]
    assert after(*past.running, when=replace(ACTIVITY, evidence=evidence)) == [replace(plain, evidence=evidence)]


@pytest.mark.parametrize("day", [date(2025, 5, 31), date(2025, 6, 1), date(2025, 5, 1)])
def test_work_on_a_day_off_is_taken_in_but_is_no_working_day(after, past, agency, day):
    labour_day = replace(agency, holidays={date(2025, 5, 1): "Hari Buruh"})

    (reported,) = after(*past.running, when=replace(ACTIVITY, day=day), agency=labour_day)

    assert not reported.working_day
    assert after(*past.running, when=replace(ACTIVITY, day=date(2025, 5, 30)), agency=labour_day)[0].working_day


def worked(report: str, minutes: int, day: date = ACTIVITY.day) -> ActivityReported:
    return ActivityReported(report=report, day=day, activity="Loket", minutes=minutes)


def test_a_days_entry_says_how_long_it_took(after, past):
    (reported,) = after(*past.running, when=replace(ACTIVITY, minutes=90))

    assert reported.minutes == 90
    assert after(*past.running, when=replace(ACTIVITY, minutes=1))[0].minutes == 1
    assert after(*past.running, when=replace(ACTIVITY, minutes=1440))[0].minutes == 1440


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_an_entry_takes_no_longer_than_a_day(after, past, minutes):
    with pytest.raises(Invalid, match=f"/minutes: {minutes} minutes of one day; send 1 to 1440, or leave it out"):
        after(*past.running, when=replace(ACTIVITY, minutes=minutes))


def test_the_entries_of_a_day_take_no_longer_than_the_day(after, past):
    given = [*past.running, worked("x", 800), worked("y", 600), worked("z", 900, date(2025, 6, 30))]

    with pytest.raises(Invalid, match="has 1400 minutes already and would have 1441, more than the 1440 of a day"):
        after(*given, when=replace(ACTIVITY, minutes=41))
    assert after(*given, when=replace(ACTIVITY, minutes=40))[0].minutes == 40
    accepted = [*given, ReportAccepted(report="x")]
    with pytest.raises(Invalid, match="send at most 40, or have an entry returned"):
        after(*accepted, when=replace(ACTIVITY, minutes=41))
    returned = [*given, ReportReturned(report="y", feedback="Salah hari")]
    assert after(*returned, when=replace(ACTIVITY, minutes=640))[0].minutes == 640


def test_the_policy_says_what_a_days_entry_must_hold(after, past, rules):
    timed = replace(ACTIVITY, minutes=90)
    daily = replace(rules, reporting=ReportingRule(daily=True, requires=frozenset({"duration", "result"})))
    shown = replace(rules, reporting=ReportingRule(daily=True, requires=frozenset({"evidence"})))
    with pytest.raises(Invalid, match=r"/minutes: policy kota-uji@1 asks of each day's entry how many minutes it took"):
        after(*past.running, when=ACTIVITY, rules=daily)
    with pytest.raises(Invalid, match=r"/result: policy kota-uji@1 asks .* which planned result it served"):
        after(*past.running, when=replace(timed, result=None), rules=daily)
    with pytest.raises(Invalid, match=r"/evidence: policy kota-uji@1 asks .* at least one document that shows it"):
        after(*past.running, when=timed, rules=shown)
    assert after(*past.running, when=timed, rules=daily)
    assert after(*past.running, when=replace(ACTIVITY, result=None))


def test_where_no_policy_applies_an_entry_is_taken_as_it_is(after, past):
    assert after(*past.running, when=ACTIVITY, rules=Unruled("no policy is in force"))


def test_each_working_day_so_far_wants_an_entry(agency):
    off = replace(agency, holidays={date(2025, 5, 1): "Hari Buruh"})

    def wanted(today):
        return [day.day for day in days_wanting_entry(off, date(2025, 4, 30), date(2025, 5, 7), today)]

    assert wanted(date(2025, 5, 6)) == [30, 2, 5, 6]
    assert wanted(date(2025, 6, 1)) == [30, 2, 5, 6, 7]
    assert wanted(date(2025, 4, 30)) == [30]
    assert wanted(date(2025, 4, 29)) == []


def test_only_the_employee_reports(after, past, progress):
    with pytest.raises(NotAllowed, match="only budi may report"):
        after(*past.running, when=progress, by="sri")


def test_no_report_before_the_plan_is_approved(after, past, progress):
    with pytest.raises(NotOpen, match="not approved yet"):
        after(*past.submitted, when=progress)


def test_no_evidence_after_the_score(after, past, progress):
    for report in (progress, ACTIVITY):
        with pytest.raises(NotOpen, match="result is final"):
            after(*past.final, when=report)


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"report": ""}, Invalid, "id of the report is empty"),
        ({"result": "x"}, Invalid, "the plan has no result 'x'; there are berkas, layanan, tim"),
        ({"target": "x"}, Invalid, "result 'berkas' has no target 'x'; there are jumlah"),
        ({"until": date(2024, 12, 31)}, Invalid, "outside the period 2025-01-01 to 2025-12-31"),
        ({"until": date(2025, 7, 2)}, TooEarly, "still to come; report what is done by 2025-07-01"),
        ({"actual": Decimal(-1)}, Invalid, "-1 is below 0"),
        ({"actual": Decimal("-0.000001")}, Invalid, "-0.000001 is below 0"),
        ({"actual": Decimal("0.1234567")}, Invalid, "more than six decimals"),
        ({"actual": Decimal("1234567890123456789012.345")}, Invalid, "below 10"),
        ({"actual": Decimal("0.1234567890123456789012345")}, Invalid, "more than six decimals"),
        ({"evidence": []}, Invalid, "progress needs evidence"),
        ({"evidence": [Evidence("", "x:y")]}, Invalid, "/evidence/0/title: the title is empty"),
        ({"evidence": [Evidence("x", "")]}, Invalid, "/evidence/0/uri: the address is empty"),
        ({"evidence": [Evidence("x", "x:y", "ABC")]}, Invalid, "64 hex digits"),
    ],
)
def test_progress_must_be_of_the_plan_the_period_and_shown(after, past, progress, changes, refusal, message):
    with pytest.raises(refusal, match=message):
        after(*past.running, when=replace(progress, **changes))


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"activity": "\t"}, Invalid, "activity is empty"),
        ({"result": "x"}, Invalid, "the plan has no result"),
        ({"day": date(2025, 7, 2)}, TooEarly, "still to come"),
        ({"day": date(2026, 1, 1)}, Invalid, "outside the period"),
    ],
)
def test_an_activity_must_be_of_the_period(after, past, changes, refusal, message):
    with pytest.raises(refusal, match=message):
        after(*past.running, when=replace(ACTIVITY, **changes))


def test_a_report_id_is_used_once_even_after_a_return(after, past, progress):
    with pytest.raises(AlreadyDone, match="'r1' waits for the appraiser; use a new id"):
        after(*past.reported, when=progress)
    with pytest.raises(AlreadyDone, match="'r1' was returned; use a new id"):
        after(*past.reported, ReportReturned(report="r1", feedback="x"), when=progress)
    assert after(*past.reported, ReportReturned(report="r1", feedback="x"), when=replace(progress, report="r2"))


def test_the_appraiser_accepts_or_returns_a_report(after, past):
    assert after(*past.reported, when=ACCEPT, by="sri") == [ReportAccepted(report="r1", feedback="Baik")]
    assert after(*past.reported, when=RETURN, by="sri") == [ReportReturned(report="r1", feedback="Bukti tidak terbaca")]


def test_only_the_appraiser_answers_a_report(after, past):
    for answer in (ACCEPT, RETURN):
        with pytest.raises(NotAllowed, match="only the appraiser sri"):
            after(*past.reported, when=answer)


def test_a_return_says_why_and_an_acceptance_may(after, past):
    for nothing in ("", "  "):
        with pytest.raises(Invalid) as told:
            after(*past.reported, when=replace(RETURN, feedback=nothing), by="sri")
        assert told.value.field == "/feedback"
    for words in ("", "Baik"):
        accepted = after(*past.reported, when=replace(ACCEPT, feedback=words), by="sri")
        assert accepted == [ReportAccepted(report="r1", feedback=words)]


def test_a_report_is_answered_once(after, past):
    with pytest.raises(NotFound, match="no report 'r1'"):
        after(*past.running, when=ACCEPT, by="sri")
    with pytest.raises(AlreadyDone, match="'r1' was accepted already"):
        after(*past.reported, ReportAccepted(report="r1"), when=ACCEPT, by="sri")
    with pytest.raises(AlreadyDone, match="'r1' was accepted already"):
        after(*past.reported, ReportAccepted(report="r1"), when=RETURN, by="sri")
    with pytest.raises(AlreadyDone, match="'r1' was returned already"):
        after(*past.reported, ReportReturned(report="r1", feedback="x"), when=ACCEPT, by="sri")
    with pytest.raises(NotOpen, match="result is final"):
        after(*past.reported, past.finalised, when=ACCEPT, by="sri")


@pytest.mark.parametrize(
    ("day", "refusal", "message"),
    [
        (date(2024, 12, 31), Invalid, "2024-12-31 is outside the period 2025-01-01 to 2025-12-31; name a day within"),
        (date(2025, 1, 1), None, None),
        (date(2025, 12, 31), None, None),
        (date(2026, 1, 1), Invalid, "2026-01-01 is outside the period 2025-01-01 to 2025-12-31; name a day within"),
    ],
)
def test_the_first_and_the_last_day_of_the_period_are_reported_and_none_beside_them(
    after, past, progress, day, refusal, message
):
    for field, command in (("/until", replace(progress, until=day)), ("/day", replace(ACTIVITY, day=day))):
        if refusal is None:
            assert after(*past.running, when=command, on=date(2026, 3, 1))
            continue
        with pytest.raises(refusal) as refused:
            after(*past.running, when=command, on=date(2026, 3, 1))
        assert (refused.value.message, refused.value.field) == (f"{field}: {message}", field)


def test_a_day_is_reported_on_that_day_and_not_before(after, past, progress):
    today = date(2025, 7, 1)

    assert after(*past.running, when=replace(progress, until=today), on=today)
    assert after(*past.running, when=replace(ACTIVITY, day=today), on=today)
    for field, command in (("/until", replace(progress, until=today)), ("/day", replace(ACTIVITY, day=today))):
        with pytest.raises(TooEarly) as refused:
            after(*past.running, when=command, on=date(2025, 6, 30))
        assert refused.value.field == field


def test_nothing_done_yet_is_progress_too_and_its_note_is_kept(after, past, progress):
    [reported] = after(*past.running, when=replace(progress, actual=Decimal(0), note="Menunggu anggaran"))

    assert (reported.actual, reported.note) == (0, "Menunggu anggaran")


@pytest.mark.parametrize(
    ("sha256", "taken"),
    [
        ("ab" * 32, True),
        ("0123456789abcdef" * 4, True),
        ("a" * 63, False),
        ("a" * 65, False),
        ("AB" * 32, False),
        ("", False),
    ],
)
def test_a_digest_of_evidence_has_64_hex_digits_in_lower_case(after, past, progress, sha256, taken):
    evidence = [Evidence("Rekap", "arsip:1"), Evidence("Foto", "arsip:2", sha256)]
    for command in (replace(progress, evidence=evidence), replace(ACTIVITY, evidence=evidence)):
        if taken:
            assert after(*past.running, when=command)
            continue
        with pytest.raises(Invalid) as refused:
            after(*past.running, when=command)
        assert refused.value.message == (
            f"/evidence/1/sha256: '{sha256}' is not a sha256; write 64 hex digits in lower case"
        )
        assert refused.value.field == "/evidence/1/sha256"


def test_a_report_may_be_answered_without_a_word_when_it_is_accepted(after, past):
    assert after(*past.reported, when=replace(ACCEPT, feedback=None), by="sri") == [ReportAccepted(report="r1")]


def test_only_the_appraiser_accepts_and_returns_in_these_words(after, past):
    for answer, doing in ((ACCEPT, "accept a report"), (RETURN, "return a report")):
        with pytest.raises(NotAllowed) as refused:
            after(*past.reported, when=answer, by="wati")
        assert refused.value.message == f"only the appraiser sri may {doing}; you are wati"
