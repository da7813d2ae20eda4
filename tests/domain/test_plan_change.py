"""What is added to the approved plan of a period, dropped from it or changed in it: one proposes, the other agrees."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import (
    AgreeToPlanChange,
    DeclinePlanChange,
    DraftPlan,
    ProposePlanChange,
    ReportProgress,
)
from neraca.domain.appraisal.events import (
    Expectations,
    PlanChangeAgreed,
    PlanChangeDeclined,
    PlanChangeProposed,
    PlanDrafted,
    PlannedResult,
    ReportAccepted,
    ResultTakenOver,
    TakenOver,
    Target,
)
from neraca.domain.appraisal.plan_change import MOST_OPEN
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.command_rules import ItemRule, PlanRule
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooLate
from neraca.domain.facts import Facts

WHO: Any = {"employee": "budi", "period": "2025"}
JULY = date(2025, 7, 1)
LESS = PlannedResult("berkas", "Berkas selesai", [Target("jumlah", "Berkas", "berkas", Decimal(200), Decimal(40))])
NEW = PlannedResult("latih", "Pelatihan", [Target("orang", "Orang", "orang", Decimal(30), Decimal(20))])
PROPOSE = ProposePlanChange(**WHO, change="c1", reason="Penugasan baru", results=[LESS, NEW])
PROPOSED = PlanChangeProposed(change="c1", by="budi", reason="Penugasan baru", results=[LESS, NEW])
AGREE = AgreeToPlanChange(**WHO, change="c1")
DECLINE = DeclinePlanChange(**WHO, change="c1", reason="tidak jadi")


@pytest.fixture
def whole(results: Any) -> list[PlannedResult]:
    """The plan as it is when the change is agreed to."""
    minutes, _, team = results
    return [minutes, LESS, team, NEW]


@pytest.fixture
def agreed(whole: Any) -> PlanChangeAgreed:
    return PlanChangeAgreed(change="c1", by="sri", proposed_by="budi", on=JULY, results=whole, reason="Penugasan baru")


def facts_of(*events: Any) -> Facts:
    facts = Facts(starts=date(2025, 1, 1), ends=date(2025, 12, 31))
    for at, event in enumerate(events, 1):
        facts.apply(event, at)
    return facts


def test_one_proposes_and_the_other_agrees(after: Any, past: Any, agreed: Any) -> None:
    assert after(*past.running, when=PROPOSE) == [PROPOSED]
    assert after(*past.running, PROPOSED, when=AGREE, by="sri") == [agreed]
    by_sri = replace(PROPOSED, by="sri")
    assert after(*past.running, when=PROPOSE, by="sri") == [by_sri]
    assert after(*past.running, by_sri, when=AGREE) == [replace(agreed, by="budi", proposed_by="sri")]


@pytest.mark.parametrize("by", ["budi", "sri"])
def test_nobody_consents_to_what_they_proposed_but_may_want_it_no_more(after: Any, past: Any, by: str) -> None:
    proposed = replace(PROPOSED, by=by)
    with pytest.raises(NotAllowed, match=f"agree to the change 'c1', which {by} proposed"):
        after(*past.running, proposed, when=AGREE, by=by)
    with pytest.raises(NotAllowed, match="only the appraiser sri may decline a change of the plan; you are agus"):
        after(*past.running, proposed, when=DECLINE, by="agus")
    for who in ("budi", "sri"):
        declined = PlanChangeDeclined(change="c1", by=who, reason="tidak jadi")
        assert after(*past.running, proposed, when=DECLINE, by=who) == [declined]


def test_what_is_added_counts_and_what_was_reported_of_the_rest_stays(past: Any, agreed: Any) -> None:
    before = facts_of(*past.reported, ReportAccepted(report="r1"))
    facts = facts_of(*past.reported, ReportAccepted(report="r1"), PROPOSED, agreed)
    micro = 1_000_000

    items = [(one.target, one.actual, one.weight) for one in facts.case.items["skp"]]
    assert items == [
        (15 * micro, None, 40 * micro),
        (200 * micro, 90 * micro, 40 * micro),
        (30 * micro, None, 20 * micro),
    ]
    assert facts.case.facts == before.case.facts
    # What is as it was rests on what it rested on; what was changed or added on the change as well.
    at = len(past.reported) + 3
    assert facts.sources["items/skp/0"] == before.sources["items/skp/0"]
    assert facts.sources["items/skp/1"] == [*before.sources["items/skp/1"][:2], at, *before.sources["items/skp/1"][2:]]
    assert facts.sources["items/skp/2"] == [at]


def test_of_what_is_dropped_nothing_counts_any_more(past: Any, results: Any, agreed: Any) -> None:
    minutes, _, team = results
    dropped = replace(agreed, results=[minutes, team], dropped=["berkas"])
    proposed = replace(PROPOSED, results=[], drop=["berkas"])
    early = facts_of(*past.reported, ReportAccepted(report="r1"), proposed, dropped)
    late = facts_of(*past.reported, proposed, dropped, ReportAccepted(report="r1"))
    never = facts_of(*past.running, proposed, dropped)

    assert early.digest() == late.digest() == never.digest()
    fed = replace(agreed, results=[minutes, LESS], dropped=["tim"])
    assert "target_tim" not in facts_of(*past.running, proposed, fed).case.facts


def test_a_dropped_result_is_reported_no_more(after: Any, past: Any, results: Any, agreed: Any, evidence: Any) -> None:
    minutes, _, team = results
    dropped = replace(agreed, results=[minutes, team], dropped=["berkas"])
    report = ReportProgress(
        **WHO, report="r2", result="berkas", target="jumlah", until=JULY, actual=Decimal(1), evidence=evidence
    )
    with pytest.raises(Invalid, match="the plan has no result 'berkas'"):
        after(*past.running, replace(PROPOSED, drop=["berkas"]), dropped, when=report)


def test_what_was_taken_over_keeps_its_place_in_what_was_agreed(past: Any, results: Any, agreed: Any) -> None:
    taken = ResultTakenOver(taken=TakenOver("berkas", "Berkas selesai", JULY, "sri", "saya"))
    minutes, files, team = results
    state = Appraisal()
    for event in (*past.running, taken, PROPOSED, replace(agreed, results=[minutes, team, NEW])):
        state = evolve(state, event)

    assert list(state.results) == ["layanan", "tim", "latih"]
    assert list(state.agreed) == ["layanan", "berkas", "tim", "latih"]
    assert state.agreed["berkas"] == files


@pytest.mark.parametrize(
    ("command", "known", "refusal", "message"),
    [
        (AGREE, {}, NotFound, "/change: no change 'c1' was proposed"),
        (replace(PROPOSE, results=[]), {}, Invalid, "name what is new, changed or dropped"),
        (replace(PROPOSE, results=[NEW]), {}, Invalid, "the weights of 'skp' sum to 120, must be 100"),
        (
            replace(PROPOSE, results=[*PROPOSE.results, replace(PROPOSE.results[0], title="Lain")]),
            {},
            Invalid,
            "is there twice; name each once",
        ),
        (
            replace(PROPOSE, results=[], drop=["berkas", "berkas"]),
            {},
            Invalid,
            "/drop/1: 'berkas' is there twice; name each once",
        ),
        (replace(PROPOSE, drop=["berkas"]), {}, Invalid, "'berkas' is to be changed and to go; do one of the two"),
        (replace(PROPOSE, drop=["berka"]), {}, Invalid, "/drop/0: the plan has no result 'berka'; did you mean"),
        (replace(PROPOSE, results=[], drop=["berkas"]), {}, Invalid, "needs at least 2 items in 'skp', found 1"),
        (PROPOSE, {"on": date(2026, 1, 2)}, TooLate, "this changes the plan; what was promised is fixed by the end"),
        (PROPOSE, {"by": "wati"}, NotAllowed, "only the appraiser sri may propose a change of the plan"),
        (DECLINE, {}, NotFound, "/change: no change 'c1' was proposed"),
    ],
)
def test_a_change_is_refused_that_leaves_no_plan_to_score_or_is_of_others(
    after: Any, past: Any, command: Any, known: Any, refusal: Any, message: str
) -> None:
    with pytest.raises(refusal) as refused:
        after(*past.running, when=command, **known)
    assert message in refused.value.message


def test_a_change_is_answered_once_and_proposed_once(after: Any, past: Any, agreed: Any, results: Any) -> None:
    done = (*past.running, PROPOSED, agreed)
    with pytest.raises(AlreadyDone, match="'c1' was agreed to or declined already"):
        after(*done, when=AGREE, by="sri")
    with pytest.raises(AlreadyDone, match="'c1' was proposed already; give this one another id"):
        after(*done, when=PROPOSE)
    with pytest.raises(Invalid, match="'latih' is planned so already; leave it out"):
        after(*done, when=replace(PROPOSE, change="c2", results=[NEW]))
    many = [replace(PROPOSED, change=f"c{n}") for n in range(10, 10 + MOST_OPEN)]
    with pytest.raises(Conflict, match="20 changes wait for an answer"):
        after(*past.running, *many, when=PROPOSE)


def test_what_is_expected_in_words_is_said_and_a_target_need_have_no_number_then(
    after: Any, past: Any, results: Any, rules: Any
) -> None:
    """Of a result that is judged by a level: the policy's list, not the words, says whether a number is asked."""
    said = Expectations("tersusun dan disahkan", above="dipakai daerah lain", below="belum tersusun")
    target = Target("kajian", "Kajian kebijakan", "dokumen", expectations=said)
    judged = replace(rules, items={"skp": ItemRule("level", ("di_atas", "sesuai"), False, 1)})
    whole = [PlannedResult("kajian", "Kajian kebijakan", [target])]
    drafted = DraftPlan(**WHO, results=whole)

    assert after(*past.opened, when=drafted, rules=judged) == [PlanDrafted(results=whole)]
    empty = replace(target, expectations=replace(said, below=" "))
    with pytest.raises(Invalid, match="/results/0/targets/0/expectations/below: what is expected is empty"):
        after(*past.opened, when=replace(drafted, results=[replace(whole[0], targets=[empty])]), rules=judged)


def test_what_was_taken_over_is_none_of_a_change(after: Any, past: Any) -> None:
    taken = ResultTakenOver(
        taken=TakenOver("berkas", "Berkas selesai", JULY, "sri", "saya"), counts={"jumlah": Decimal(90)}
    )
    for command in (PROPOSE, replace(PROPOSE, results=[], drop=["berkas"])):
        with pytest.raises(Invalid, match="'berkas' was taken over; what counts of it is said by revise-take-over"):
            after(*past.running, taken, when=command)


def test_a_plan_changes_after_it_was_approved_and_not_where_it_is_of_the_year(
    after: Any, past: Any, rules: Any
) -> None:
    with pytest.raises(NotOpen, match="the plan is not approved yet"):
        after(*past.submitted, when=PROPOSE)
    with pytest.raises(Conflict, match="has one work plan for the year"):
        after(*past.running, when=PROPOSE, rules=replace(rules, plan=PlanRule(of_year=True)))
