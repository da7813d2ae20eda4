"""Objections: the window to the day, who hears and decides, and what an amended result sets off."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.agency import deadline
from neraca.domain.appraisal.commands import DecideObjection, ExplainObjection, FileObjection, Finalise, ReportActivity
from neraca.domain.appraisal.events import (
    ActivityReported,
    ObjectionDecided,
    ObjectionExplained,
    ObjectionFiled,
    Reopened,
)
from neraca.domain.command_rules import ObjectionLimits, TimeLimit
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooLate
from neraca.domain.vocabulary import ObjectionOutcome, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
GROUNDS = "Bukti Mei tidak dihitung"
FILE = FileObjection(**WHO, grounds=GROUNDS)
EXPLAIN = ExplainObjection(**WHO, explanation="Bukti Mei dikirim terlambat")
UPHOLD = DecideObjection(**WHO, outcome=ObjectionOutcome.UPHELD, reason="Bukti memang terlambat")
AMEND = DecideObjection(**WHO, outcome=ObjectionOutcome.AMENDED, reason="Bukti Mei harus dihitung")


def decided(outcome=ObjectionOutcome.UPHELD, on=date(2026, 1, 22)):
    return ObjectionDecided(outcome=outcome, reason="x", decided=on)


@pytest.fixture
def calendar_days(rules):
    """PP 30/2019 ps 59: 14 days."""
    return replace(rules, objection=ObjectionLimits(TimeLimit(14, False), None, "atasan_pejabat_penilai", True, True))


def test_the_fourteenth_working_day_is_in_time_and_the_fifteenth_is_not(after, past):
    """Received on Wednesday 7 January 2026; 16 January is a holiday, so day 14 is Wednesday 28 January."""
    last = date(2026, 1, 28)

    assert after(*past.received, when=FILE, on=last) == [ObjectionFiled(grounds=GROUNDS, filed=last)]
    with pytest.raises(TooLate, match="closed on 2026-01-28: 14 working days from 2026-01-07"):
        after(*past.received, when=FILE, on=date(2026, 1, 29))


def test_the_fourteenth_calendar_day_is_in_time_and_the_fifteenth_is_not(after, past, calendar_days):
    assert after(*past.received, when=FILE, on=date(2026, 1, 21), rules=calendar_days)
    with pytest.raises(TooLate, match="closed on 2026-01-21: 14 days from 2026-01-07"):
        after(*past.received, when=FILE, on=date(2026, 1, 22), rules=calendar_days)


def test_the_window_runs_from_finalisation_while_nobody_received_the_document(after, past, calendar_days):
    assert after(*past.final, when=FILE, on=date(2026, 1, 19), rules=calendar_days)
    with pytest.raises(TooLate, match="from 2026-01-05"):
        after(*past.final, when=FILE, on=date(2026, 1, 20), rules=calendar_days)


def test_an_objection_needs_a_result_an_employee_and_grounds(after, past, rules):
    with pytest.raises(NotOpen, match="no final result yet"):
        after(*past.running, when=FILE)
    with pytest.raises(NotAllowed, match="only budi may object"):
        after(*past.received, when=FILE, by="sri", on=date(2026, 1, 8))
    with pytest.raises(Invalid, match="grounds is empty"):
        after(*past.received, when=replace(FILE, grounds=" "), on=date(2026, 1, 8))
    bare = replace(rules, objection=replace(rules.objection, grounds_required=False))
    assert after(*past.received, when=replace(FILE, grounds=""), on=date(2026, 1, 8), rules=bare)


def test_a_result_is_objected_to_once(after, past):
    with pytest.raises(AlreadyDone, match="filed on 2026-01-20; there is one per result"):
        after(*past.objected, when=FILE, on=date(2026, 1, 21))
    with pytest.raises(AlreadyDone, match="one per result"):
        after(*past.objected, decided(), when=FILE, on=date(2026, 1, 23))


def test_a_decision_is_final_where_the_policy_says_so(after, past, rules):
    again = (*past.objected, decided(ObjectionOutcome.AMENDED), Reopened(reason="x"), past.finalised)
    open_ended = replace(rules, objection=replace(rules.objection, final=False))

    with pytest.raises(AlreadyDone, match="makes that decision final"):
        after(*again, when=FILE, on=date(2026, 1, 23))
    assert after(*again, when=FILE, on=date(2026, 1, 23), rules=open_ended)


def test_no_objection_lies_against_the_reviewers_own_evaluation(after, past):
    final = replace(past.finalised, final=True)

    with pytest.raises(NotOpen, match="that result is final"):
        after(*past.rated, final, when=FILE, on=date(2026, 1, 8))


def test_both_sides_explain(after, past):
    for side in ("budi", "sri"):
        assert after(*past.objected, when=EXPLAIN, by=side) == [
            ObjectionExplained(by=side, explanation="Bukti Mei dikirim terlambat")
        ]
    with pytest.raises(NotAllowed, match="only budi and the appraiser sri explain"):
        after(*past.objected, when=EXPLAIN, by="agus")
    with pytest.raises(Invalid, match="explanation is empty"):
        after(*past.objected, when=replace(EXPLAIN, explanation=""))
    with pytest.raises(NotFound, match="no objection was filed"):
        after(*past.received, when=EXPLAIN)


def test_the_reviewer_upholds(after, past):
    reason = "Bukti memang terlambat"
    expected = ObjectionDecided(outcome=ObjectionOutcome.UPHELD, reason=reason, decided=date(2026, 1, 22))

    assert after(*past.objected, when=UPHOLD, by="agus", on=date(2026, 1, 22)) == [expected]


def test_an_amended_result_opens_the_appraisal_for_correction(after, past, scored):
    reason = "Bukti Mei harus dihitung"
    expected = [
        ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason=reason, decided=date(2026, 1, 22)),
        Reopened(reason=reason),
    ]
    report = ReportActivity(**WHO, report="a9", day=date(2025, 5, 2), activity="Melayani")

    events = after(*past.objected, when=AMEND, by="agus", on=date(2026, 1, 22))

    assert events == expected
    assert after(*past.objected, *events, when=report, on=date(2026, 1, 23)) == [
        ActivityReported(report="a9", day=date(2025, 5, 2), activity="Melayani")
    ]
    assert after(*past.objected, *events, when=Finalise(**WHO), by="sri", on=date(2026, 1, 23), scored=scored)


def test_a_late_decision_is_recorded_with_its_day(after, past, agency, rules):
    """7 working days from 20 January 2026 end on 29 January; the eighth is late and stands, visibly."""
    last = deadline(agency, date(2026, 1, 20), rules.objection.decide_within)
    assert last == date(2026, 1, 29)

    for day in (last, date(2026, 1, 30)):
        [event] = after(*past.objected, when=UPHOLD, by="agus", on=day)
        assert event.decided == day


def test_only_the_reviewer_decides(after, past):
    officer = Actor("pejabat", frozenset({Role.OFFICIAL}), "uji")
    for by, message in (
        ("budi", "in their own appraisal"),
        ("sri", "a party"),
        ("wati", "only the reviewer agus"),
        (officer, "only the reviewer agus"),
    ):
        with pytest.raises(NotAllowed, match=message):
            after(*past.objected, when=UPHOLD, by=by)


def test_an_official_decides_where_there_is_no_reviewer(after, past):
    opened, *rest = past.objected
    alone = (replace(opened, reviewer=None), *rest)

    assert after(*alone, when=UPHOLD, by="official")
    with pytest.raises(NotAllowed, match="an authorised official decides"):
        after(*alone, when=UPHOLD, by="wati")
    with pytest.raises(NotAllowed, match="a party"):
        after(*alone, when=UPHOLD, by=Actor("sri", frozenset({Role.OFFICIAL}), "uji"))


def test_an_objection_is_decided_once_with_a_reason(after, past):
    with pytest.raises(Invalid, match="reason is empty"):
        after(*past.objected, when=replace(UPHOLD, reason=""), by="agus")
    with pytest.raises(AlreadyDone, match="is decided"):
        after(*past.objected, decided(), when=UPHOLD, by="agus")
    with pytest.raises(NotFound, match="no objection was filed"):
        after(*past.received, when=UPHOLD, by="agus")
    with pytest.raises(NotOpen, match="no final result"):
        after(*past.objected, decided(ObjectionOutcome.AMENDED), Reopened(reason="x"), when=UPHOLD, by="agus")


def test_where_the_policy_has_no_workflow_nothing_can_be_objected_to(after, past, rules):
    with pytest.raises(NotOpen, match=r"^the policy in force has no workflow, so nothing in it can be objected to$"):
        after(*past.received, when=FILE, rules=replace(rules, objection=None), on=date(2026, 1, 20))
