"""Objections: the window to the day, who hears and decides, and what an amended result sets off."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.agency import deadline
from neraca.domain.appraisal.commands import (
    AcceptReport,
    DecideObjection,
    ExplainObjection,
    FileObjection,
    Finalise,
    JudgeLevel,
    Rate,
    ReassignAppraisal,
    ReportActivity,
    ReviseRating,
    WithdrawRating,
)
from neraca.domain.appraisal.events import (
    Joined,
    JoinedPart,
    LevelJudged,
    ObjectionDecided,
    ObjectionExplained,
    ObjectionFiled,
    Rated,
    RatingWithdrawn,
    Reopened,
    ReportAccepted,
)
from neraca.domain.assignments import Assignment
from neraca.domain.command_rules import ItemRule, ObjectionLimits, TimeLimit
from neraca.domain.contexts import Actor, Unruled
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, Refusal, TooLate
from neraca.domain.vocabulary import Finality, ObjectionOutcome, Relation, Role

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


def test_the_window_of_an_older_result_runs_from_finalisation_while_nobody_received_the_document(
    after, past, calendar_days
):
    """Whose window was closed by then is not opened anew by a rule that came later."""
    older = (*past.rated, replace(past.finalised, objection_from="fixing"))

    assert after(*older, when=FILE, on=date(2026, 1, 19), rules=calendar_days)
    with pytest.raises(TooLate, match="from 2026-01-05"):
        after(*older, when=FILE, on=date(2026, 1, 20), rules=calendar_days)


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


def test_where_a_policy_lets_an_objection_follow_one_whoever_is_above_the_reviewer_decides_it(
    after, past, rules, placed, scored
):
    """Agus enacted the first by a rating of his own, which is in question now; an official decides if none is above."""
    open_ended = replace(rules, objection=replace(rules.objection, final=False))
    amended = (
        *past.objected,
        decided(ObjectionOutcome.AMENDED),
        Reopened(reason="x"),
        RatingWithdrawn(rater="sri", reason="x"),
        Rated(rater="agus", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)}),
        replace(past.finalised, on=date(2026, 1, 23), amends=date(2026, 1, 22)),
        ObjectionFiled(grounds="x", filed=date(2026, 1, 26)),
    )
    above = {"agus": placed("dinkes", "ratna"), "ratna": placed("dinkes", None)}
    known: dict[str, Any] = {"rules": open_ended, "on": date(2026, 1, 27)}
    rate = Rate(**WHO, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(3)})

    assert after(*amended, when=UPHOLD, by="official", **known)
    assert after(*amended, when=UPHOLD, by="ratna", people=above, **known)
    with pytest.raises(NotAllowed, match="whoever rated, is a party"):
        after(*amended, when=UPHOLD, by="agus", people=above, **known)
    enacted = after(*amended, when=[AMEND, rate, Finalise(**WHO)], by="ratna", people=above, scored=scored, **known)
    assert RatingWithdrawn(rater="agus", reason="ratna enacts the decision on the objection") in enacted


@pytest.mark.parametrize(
    "added",
    [
        Rated(rater="agus", relation=Relation.SUPERVISOR, scores={"disiplin": Decimal(90)}),
        LevelJudged(result="berkas", level="sesuai", by="agus"),
    ],
)
def test_an_objection_to_what_the_reviewer_judged_in_part_goes_to_whoever_is_above(after, past, placed, added):
    """Of a half silent appraiser's result the reviewer is a judge too, and decides on no judgement of their own."""
    story = (*past.rated, added, *past.objected[len(past.rated) :])
    above = {"agus": placed("dinkes", "ratna"), "ratna": placed("dinkes", None)}
    known: dict[str, Any] = {"when": UPHOLD, "on": date(2026, 1, 22)}

    assert after(*story, by="ratna", people=above, **known)
    assert after(*story, by="official", **known)
    with pytest.raises(NotAllowed, match="whoever rated, is a party"):
        after(*story, by="agus", people=above, **known)


def test_no_objection_lies_against_the_reviewers_own_evaluation(after, past):
    final = replace(past.finalised, final=True)

    for finality, why in (
        (None, "the reviewer evaluated in the appraiser's place, or the head of the region did (annex p. 90)"),
        (
            Finality.SUPERIOR,
            "the reviewer, to whom an objection would go, evaluated in the appraiser's place (annex p. 90)",
        ),
        (
            Finality.AMENDED,
            "the reviewer, to whom an objection would go, enacted it by their decision on the one before",
        ),
        (
            Finality.STATUS,
            "the law says so of heads of independent units and of whom the head of the region rates (annex p. 90)",
        ),
    ):
        fixed = replace(final, finality=finality)
        assert (
            said(after, *past.rated, fixed, when=FILE, on=date(2026, 1, 8)) == f"NotOpen: this result is final: {why}"
        )


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
    expected = ObjectionDecided(
        outcome=ObjectionOutcome.UPHELD, reason=reason, decided=date(2026, 1, 22), due=date(2026, 1, 29)
    )

    assert after(*past.objected, when=UPHOLD, by="agus", on=date(2026, 1, 22)) == [expected]


AMENDED = (
    ObjectionDecided(
        outcome=ObjectionOutcome.AMENDED,
        reason="Bukti Mei harus dihitung",
        decided=date(2026, 1, 22),
        due=date(2026, 1, 29),
    ),
    Reopened(reason="Bukti Mei harus dihitung"),
)
BY_SUPERIOR = Rate(**WHO, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(5)}, note="Termasuk Mei")
ENACTED = (
    RatingWithdrawn(rater="sri", reason="agus enacts the decision on the objection"),
    Rated(rater="agus", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(5)}, note="Termasuk Mei"),
)


def test_amended_is_enacted_by_the_superior(after, past, scored):
    """Who objected and who was objected against need do nothing: decided, rated and fixed by one, and final."""
    day = date(2026, 1, 23)

    decided = after(*past.objected, when=AMEND, by="agus", on=date(2026, 1, 22))
    rated = after(*past.objected, *decided, when=BY_SUPERIOR, by="agus", on=day)
    story = (*past.objected, *decided, *rated)
    better = replace(scored, predicate="sangat_baik", score=Decimal("101.00"), position=31)
    [amended] = after(*story, when=Finalise(**WHO), by="agus", on=day, scored=better)

    assert (tuple(decided), tuple(rated)) == (AMENDED, ENACTED)
    assert amended == replace(
        past.finalised,
        on=day,
        predicate="sangat_baik",
        score=Decimal("101.00"),
        position=31,
        final=True,
        finality=Finality.AMENDED,
        amends=date(2026, 1, 22),
    )
    assert said(after, *story, amended, when=FILE, on=date(2026, 1, 26)) == (
        "AlreadyDone: an objection was decided in this appraisal, and the policy makes that decision final"
    )


def test_the_appraiser_has_no_part_in_an_amended_result(after, past, scored, rules):
    told = (
        "NotAllowed: the objection was decided as amended on 2026-01-22: the reviewer agus may {}, as whoever decides "
        "enacts it; you are {}"
    )
    levels = replace(rules, items={**rules.items, "skp": ItemRule("level", ("sesuai",), False, 1)})
    asked = {
        "judge a result": JudgeLevel(**WHO, result="berkas", level="sesuai"),
        "rate as SUPERVISOR": BY_SUPERIOR,
        "revise a rating as SUPERVISOR": ReviseRating(**WHO, scores={"layanan": Decimal(5)}, reason="Keliru"),
        "withdraw a rating as SUPERVISOR": WithdrawRating(**WHO, reason="Keliru"),
        "accept a report": AcceptReport(**WHO, report="r1"),
        "finalise": Finalise(**WHO),
    }
    known: dict[str, Any] = {"on": date(2026, 1, 23), "rules": levels, "scored": scored}

    for doing, command in asked.items():
        refused = said(after, *past.reported, *past.objected[4:], *AMENDED, when=command, by="sri", **known)
        assert refused == told.format(doing, "sri")
    for by in ("wati", official("sekda")):
        who = by if isinstance(by, str) else by.id
        refused = said(after, *past.objected, *AMENDED, when=Finalise(**WHO), by=by, **known)
        assert refused == told.format("finalise", who)
    assert said(after, *past.objected, *AMENDED, when=asked["judge a result"], by="agus", **known) is None


def test_what_the_appraiser_gave_stays_where_the_superior_judges_otherwise(after, past, scored):
    """A decision may be about a report that was not counted: then nobody need rate anew."""
    story = (*past.reported, *past.objected[4:], *AMENDED)
    report = AcceptReport(**WHO, report="r1")
    day = date(2026, 1, 23)

    accepted = after(*story, when=report, by="agus", on=day)
    [amended] = after(*story, *accepted, when=Finalise(**WHO), by="agus", on=day, scored=scored)

    assert accepted == [ReportAccepted(report="r1")]
    assert (amended.finality, amended.amends) == (Finality.AMENDED, date(2026, 1, 22))
    assert after(*story, when=ReportActivity(**WHO, report="a9", day=date(2025, 5, 2), activity="Loket"), on=day)


def test_whoever_reviews_when_it_is_enacted_does_and_an_official_where_nobody_reviews(after, past, left, scored):
    alone = (replace(past.opened[0], reviewer=None), *past.objected[1:], *AMENDED)
    known: dict[str, Any] = {"when": Finalise(**WHO), "on": date(2026, 1, 23), "scored": scored}
    sekda = official("sekda")

    assert said(after, *past.objected, *AMENDED, **known, by="ratna", people=left) is None
    assert said(after, *past.objected, *AMENDED, **known, by="agus", people=left) == (
        "NotAllowed: the objection was decided as amended on 2026-01-22: the reviewer ratna may finalise, as whoever "
        "decides enacts it; you are agus"
    )
    assert said(after, *alone, **known, by=sekda) is None
    assert after(*alone, when=BY_SUPERIOR, by=sekda, on=date(2026, 1, 23)) == [
        RatingWithdrawn(rater="sri", reason="sekda enacts the decision on the objection"),
        Rated(rater="sekda", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(5)}, note="Termasuk Mei"),
    ]
    for by in (official("sri"), "wati"):
        who = by if isinstance(by, str) else by.id
        assert said(after, *alone, **known, by=by) == (
            "NotAllowed: the objection was decided as amended on 2026-01-22: an authorised official, who is no party, "
            f"may finalise, as whoever decides enacts it; you are {who}"
        )
    assert said(after, *alone, **known, by=official("budi")) is not None


def test_an_amended_result_is_not_handed_to_another_appraiser_before_it_is_fixed(after, past):
    move = ReassignAppraisal(**WHO, unit="dinkes", appraiser="tono", since=date(2025, 8, 25), reason="mutasi")

    assert said(after, *past.objected, *AMENDED, when=move, by="hr", on=date(2026, 1, 23)) == (
        "NotOpen: the objection was decided as amended on 2026-01-22, and whoever decides enacts it, whoever "
        "appraises; reassign it for another period"
    )


def test_an_amended_result_may_be_objected_to_where_the_policy_lets_one_follow_another(after, past, scored, rules):
    open_ended = replace(rules, objection=replace(rules.objection, final=False))
    known: dict[str, Any] = {"on": date(2026, 1, 23), "rules": open_ended}

    [amended] = after(*past.objected, *AMENDED, when=Finalise(**WHO), by="agus", scored=scored, **known)

    assert (amended.final, amended.finality, amended.amends) == (False, None, date(2026, 1, 22))
    assert after(*past.objected, *AMENDED, amended, when=FILE, **known)


def test_a_late_decision_is_recorded_with_its_day(after, past, agency, rules):
    """7 working days from 20 January 2026 end on 29 January; the eighth is late and stands, visibly."""
    last = deadline(agency, date(2026, 1, 20), rules.objection.decide_within)
    assert last == date(2026, 1, 29)

    for day in (last, date(2026, 1, 30)):
        [event] = after(*past.objected, when=UPHOLD, by="agus", on=day)
        assert (event.decided, event.due) == (day, last)
    without = replace(rules, objection=replace(rules.objection, decide_within=None))
    for book in (without, replace(rules, objection=None), Unruled("schedule one first")):
        [event] = after(*past.objected, when=UPHOLD, by="agus", on=last, rules=book)
        assert event.due is None


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


def said(after, *events, **known):
    """The kind and words of the refusal; None where there is none."""
    try:
        after(*events, **known)
    except Refusal as refused:
        return f"{type(refused).__name__}: {refused.message}"
    return None


def test_what_is_joined_from_parts_is_objected_to_part_by_part(after, past, scored):
    parts = [
        JoinedPart(period=label, months=6, position=at, predicate="baik", policy=scored.policy)
        for at, label in enumerate(("2025-S1", "2025-S2"), 40)
    ]
    joined = Joined(
        on=date(2026, 1, 5),
        parts=parts,
        predicate="baik",
        policy=scored.policy,
        position=17,
        facts_digest="cc" * 32,
        engine="explain/1",
    )

    assert said(after, *past.opened, joined, when=FILE, on=date(2026, 1, 8)) == (
        "NotOpen: this result is joined from 2025-S1, 2025-S2; object to a part, and the whole follows"
    )


def test_an_objection_waits_for_none_before_it_where_none_was_decided(after, past, rules):
    """A policy that makes decisions final takes the first; one that does not takes a second."""
    again = (*past.objected, decided(ObjectionOutcome.AMENDED), Reopened(reason="x"), past.finalised)
    known = {"when": FILE, "on": date(2026, 1, 12)}
    open_ended = replace(rules, objection=replace(rules.objection, final=False))

    assert said(after, *past.received, **known) is None
    assert said(after, *past.received, **known, rules=open_ended) is None
    assert said(after, *again, **known, rules=open_ended) is None
    assert said(after, *again, **known) == (
        "AlreadyDone: an objection was decided in this appraisal, and the policy makes that decision final"
    )


def test_grounds_are_kept_as_they_were_written_and_an_empty_one_only_where_the_policy_asks_none(after, past, rules):
    free = replace(rules, objection=replace(rules.objection, grounds_required=False))
    today = date(2026, 1, 8)

    assert after(*past.received, when=replace(FILE, grounds=""), on=today, rules=free) == [
        ObjectionFiled(grounds="", filed=today)
    ]
    assert said(after, *past.received, when=replace(FILE, grounds=""), on=today) == (
        "Invalid: /grounds: the grounds is empty; write it out"
    )


@pytest.fixture
def left(placed):
    """Sri retired in March; Ratna is above Agus."""
    return {
        "sri": placed("dinkes", "agus", retired=date(2025, 3, 31)),
        "agus": placed("dinkes", "ratna"),
        "ratna": placed("dinkes", None),
    }


def test_whoever_appraised_and_whoever_does_now_explain(after, past, left):
    late = date(2026, 1, 21)
    only = "NotAllowed: only budi and the appraiser sri explain; you are ratna"

    assert said(after, *past.objected, when=EXPLAIN, by="agus", on=late) == only.replace("ratna", "agus")
    assert after(*past.objected, when=EXPLAIN, by="agus", on=late, people=left) == [
        ObjectionExplained(by="agus", explanation="Bukti Mei dikirim terlambat")
    ]
    assert said(after, *past.objected, when=EXPLAIN, by="ratna", on=late, people=left) == only
    moved = replace(
        left["sri"], retired=None, places=[*left["sri"].places, (date(2025, 3, 1), Assignment("disdik", None))]
    )
    away = {**left, "sri": moved}
    assert said(after, *past.objected, when=EXPLAIN, by="sri", on=late, people=away) is None


def official(name):
    return Actor(name, frozenset({Role.OFFICIAL}), "uji")


A_PARTY = "NotAllowed: the appraiser, and whoever rated, is a party to the objection; the reviewer decides it"


@pytest.mark.parametrize(
    ("rated", "by", "message"),
    [
        (None, "agus", None),
        (None, "sri", A_PARTY),
        (None, "wati", "NotAllowed: only the reviewer agus may decide; you are wati"),
        (None, official("sekda"), "NotAllowed: only the reviewer agus may decide; you are sekda"),
        ("PEER", "agus", None),
        ("SUPERVISOR", "agus", A_PARTY),
        ("QUALITY_ASSURER", "wati", A_PARTY),
        ("SELF", "agus", None),
    ],
)
def test_the_reviewer_decides_who_is_no_party(after, past, rated, by, message):
    opened, *rest = past.objected
    who = by if isinstance(by, str) else by.id
    given = [Rated(rater=who, relation=Relation(rated), scores={})] if rated else []

    assert said(after, opened, *given, *rest, when=UPHOLD, by=by) == message


def test_an_official_decides_where_nobody_reviews_and_it_is_said_why(after, past, placed):
    opened, *rest = past.objected
    gone = {"agus": placed("dinkes", None, retired=date(2025, 3, 31))}
    alone = (replace(opened, reviewer=None), *rest)
    decides = "an authorised official decides, who is no party"

    assert said(after, *past.objected, when=UPHOLD, by=official("sekda"), people=gone) is None
    assert said(after, *past.objected, when=UPHOLD, by="wati", people=gone) == (
        f"NotAllowed: nobody is above the reviewer agus, who can't; {decides}"
    )
    assert said(after, *alone, when=UPHOLD, by=official("sekda")) is None
    assert said(after, *alone, when=UPHOLD, by="wati") == f"NotAllowed: there is no reviewer; {decides}"


def test_whoever_acts_as_the_reviewer_decides_and_whoever_acts_as_the_appraiser_is_a_party(after, past, left):
    assert said(after, *past.objected, when=UPHOLD, by="ratna", people=left) is None
    assert said(after, *past.objected, when=UPHOLD, by="agus", people=left) == A_PARTY
    assert said(after, *past.objected, when=UPHOLD, by="wati", people=left) == (
        "NotAllowed: only the reviewer ratna, in the place of agus, may decide; you are wati"
    )
    assert said(after, *past.objected, when=UPHOLD, by="ratna", people=left, deputy="agus") == A_PARTY
    assert said(after, *past.objected, when=UPHOLD, by="agus", deputy="budi") == (
        "NotAllowed: nobody may decide an objection in their own appraisal; ask another official"
    )
