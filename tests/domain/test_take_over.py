"""A planned result that the leader takes over (PermenPANRB 6/2022 ps 20): it leaves the plan, with a note and with what
counts of it.
"""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from neraca.domain.appraisal.commands import (
    ReportActivity,
    ReportProgress,
    ReviseTakeOver,
    ReviseTarget,
    TakeOverResult,
    TakePlan,
)
from neraca.domain.appraisal.events import (
    LevelJudged,
    ObjectionDecided,
    Opened,
    PlanTaken,
    Reopened,
    ReportAccepted,
    ResultTakenOver,
    TakenOver,
    TakeOverRevised,
    TargetRevised,
)
from neraca.domain.appraisal.state import with_taken_over
from neraca.domain.command_rules import PlanRule
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotOpen, TooLate
from neraca.domain.facts import Facts
from neraca.domain.period import parse
from neraca.domain.vocabulary import ObjectionOutcome, Spread
from neraca.domain.workplan import commands as of_year
from neraca.domain.workplan import events as happened
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.domain.workplan.state import WorkPlans, evolve

WHO: Any = {"employee": "budi", "period": "2025"}
FEB = date(2025, 2, 1)
JULY = date(2025, 7, 1)
TAKEN = TakenOver("berkas", "Berkas selesai", JULY, "sri", "Loket ditutup, saya selesaikan sendiri")
EVENT = ResultTakenOver(taken=TAKEN, counts={"jumlah": Decimal(90)})
COMMAND = TakeOverResult(**WHO, result="berkas", note=TAKEN.note, counts={"jumlah": Decimal(90)})
GONE = ResultTakenOver(taken=replace(TAKEN, result="tim", title="Kerja tim"))


@pytest.fixture
def fewer(rules: Any) -> Any:
    """A policy that asks for one item in a plan, so that one of two may go."""
    return replace(rules, items={name: replace(rule, min_items=1) for name, rule in rules.items.items()})


def facts_of(*events: Any) -> Facts:
    facts = Facts(starts=date(2025, 1, 1), ends=date(2025, 12, 31))
    for at, event in enumerate(events, 1):
        facts.apply(event, at)
    return facts


def test_a_result_leaves_the_plan_or_what_was_done_of_it_counts(after: Any, past: Any, fewer: Any) -> None:
    assert after(*past.running, when=COMMAND, by="sri") == [EVENT]
    whole = replace(COMMAND, counts={})
    assert after(*past.running, when=whole, by="sri", rules=fewer) == [replace(EVENT, counts={})]
    # The policy of the others needs two items, and one is left.
    with pytest.raises(Invalid) as refused:
        after(*past.running, when=whole, by="sri")
    assert refused.value.message == (
        "/result: in what would be left of the plan, policy kota-uji needs at least 2 items in 'skp', found 1"
    )
    with pytest.raises(AlreadyDone, match="'berkas' is taken over already"):
        after(*past.running, EVENT, when=COMMAND, by="sri")


def test_what_is_left_counts_and_its_weights_count_in_proportion(past: Any) -> None:
    """60 % of the files against 40 % of the minutes stay as they were given: nobody's weight is moved."""
    running = (*past.reported, ReportAccepted(report="r1"))

    def items(*events: Any) -> list[tuple[int | None, int | None, int | None]]:
        return [(one.target, one.actual, one.weight) for one in facts_of(*events).case.items["skp"]]

    minutes, micro = (15_000_000, None, 40_000_000), 1_000_000
    assert items(*running) == [minutes, (200 * micro, 90 * micro, 60 * micro)]
    assert items(*running, EVENT) == [minutes, (90 * micro, 90 * micro, 60 * micro)]
    assert items(*running, replace(EVENT, counts={"jumlah": None})) == items(*running)
    assert items(*running, replace(EVENT, counts={})) == [minutes]


def test_what_it_fed_and_how_it_was_judged_goes_with_it(past: Any) -> None:
    before, after = facts_of(*past.running), facts_of(*past.running, GONE)
    assert ("target_tim" in before.case.facts, "target_tim" in after.case.facts) == (True, False)
    judged = facts_of(*past.running, LevelJudged(result="tim", level="di_atas"), GONE)
    assert judged.digest() == after.digest()


def test_what_was_done_by_then_is_still_reported(after: Any, past: Any, evidence: Any) -> None:
    sent: Any = {"report": "r2", "result": "berkas", "target": "jumlah", "actual": Decimal(90), "evidence": evidence}
    late = {"on": date(2025, 7, 20)}
    assert len(after(*past.running, EVENT, when=ReportProgress(**WHO, **sent, until=JULY), **late)) == 1
    with pytest.raises(Invalid, match="/until: the appraiser took 'berkas' over on 2025-07-01; report what was done"):
        after(*past.running, EVENT, when=ReportProgress(**WHO, **sent, until=date(2025, 7, 2)), **late)
    day = ReportActivity(**WHO, report="r3", day=date(2025, 7, 3), activity="Loket", result="berkas")
    with pytest.raises(Invalid, match="/day: the appraiser took 'berkas' over"):
        after(*past.running, EVENT, when=day, **late)
    with pytest.raises(Invalid, match="/result: the plan has no result 'tim'"):
        after(*past.running, GONE, when=replace(day, result="tim"), **late)


def test_a_target_may_be_revised_afterwards_though_the_weights_no_longer_make_100(
    after: Any, past: Any, fewer: Any
) -> None:
    gone = replace(EVENT, counts={})
    revise = ReviseTarget(**WHO, result="layanan", target="menit", reason="x", value=Decimal(10))
    assert len(after(*past.running, gone, when=revise, by="sri", rules=fewer)) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"note": " "}, "/note: the note is empty"),
        ({"result": "berka"}, "/result: the plan has no result 'berka'; did you mean 'berkas'"),
        ({"counts": {"jumla": None}}, "/counts/jumla: result 'berkas' has no target 'jumla'"),
        ({"counts": {"jumlah": Decimal(0)}}, "/counts/jumlah: 0 is not above 0; leave the target out"),
        ({"counts": {"jumlah": Decimal("0.0000001")}}, "/counts/jumlah: 1E-7 has more than six decimals"),
    ],
)
def test_it_names_a_result_and_what_counts_of_it(
    after: Any, past: Any, fewer: Any, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Invalid, match=message):
        after(*past.running, when=replace(COMMAND, **changes), by="sri", rules=fewer)


def test_only_the_leader_does_it_within_the_period_and_once_there_is_a_plan(after: Any, past: Any) -> None:
    with pytest.raises(NotAllowed, match="only the appraiser sri may take a result over; you are budi"):
        after(*past.running, when=COMMAND, by="budi")
    with pytest.raises(TooLate, match="this takes a result out of the plan"):
        after(*past.running, when=COMMAND, by="sri", on=date(2026, 1, 2))
    with pytest.raises(NotOpen):
        after(*past.submitted, when=COMMAND, by="sri")


# What was taken over said anew, or given back.

REASON = "Loketnya tidak pernah ditutup"
BACK = ReviseTakeOver(**WHO, result="berkas", reason=REASON, give_back=True)
ENACTED = date(2026, 2, 3)


def given_back(result: Any, at: int, on: date = JULY, by: str = "sri") -> TakeOverRevised:
    return TakeOverRevised(
        taken=TakenOver(result.id, result.title, on, by, REASON), planned=result, at=at, given_back=True
    )


def test_a_result_that_is_given_back_counts_as_if_it_had_never_been_taken(after: Any, past: Any, fewer: Any) -> None:
    """In its place, with what was reported and judged of it, also what was accepted while it was away."""
    planned = next(one for one in past.running[1].results if one.id == "berkas")
    running = (*past.reported, ReportAccepted(report="r1"), LevelJudged(result="tim", level="di_atas"))
    gone = replace(EVENT, counts={})
    [event] = after(*running, gone, when=BACK, by="sri", rules=fewer)
    assert event == given_back(planned, past.running[1].results.index(planned))

    never = facts_of(*running)
    assert facts_of(*running, gone, event).digest() == never.digest()
    assert facts_of(*running, EVENT, event).digest() == never.digest()
    late = (*past.reported, gone, ReportAccepted(report="r1"), event)
    assert facts_of(*late).digest() == facts_of(*past.reported, ReportAccepted(report="r1")).digest()
    # And it may be taken over again.
    assert after(*running, gone, event, when=COMMAND, by="sri") == [EVENT]


def test_each_of_several_comes_back_into_its_place(after: Any, past: Any, fewer: Any) -> None:
    """Whatever the order in which they went and come."""
    running = (*past.running, LevelJudged(result="tim", level="di_atas"))
    gone = (GONE, replace(EVENT, counts={}))
    files, team = BACK, replace(BACK, result="tim")
    for first, second in ((files, team), (team, files)):
        [one] = after(*running, *gone, when=first, by="sri", rules=fewer)
        [other] = after(*running, *gone, one, when=second, by="sri", rules=fewer)
        back = facts_of(*running, *gone, one, other)
        assert back.digest() == facts_of(*running).digest()
        assert (back.gone, [one.id for one in back.results]) == (UNSET, [one.id for one in facts_of(*running).results])


def test_what_counts_of_it_is_said_anew_against_what_was_agreed(after: Any, past: Any, fewer: Any) -> None:
    running = (*past.reported, ReportAccepted(report="r1"))
    known: Any = {"by": "sri", "rules": fewer}
    anew = ReviseTakeOver(**WHO, result="berkas", reason=REASON, counts={"jumlah": Decimal(120)})

    def items(*events: Any) -> list[tuple[int | None, int | None]]:
        return [(one.target, one.actual) for one in facts_of(*running, *events).case.items["skp"]]

    for taken in (EVENT, replace(EVENT, counts={})):
        [event] = after(*running, taken, when=anew, **known)
        assert isinstance(event, TakeOverRevised)
        assert sorted(items(taken, event), key=str)[0] == (120_000_000, 90_000_000)
        [nothing] = after(*running, taken, event, when=replace(anew, counts={}), **known)
        assert items(taken, event, nothing) == items(replace(EVENT, counts={}))
        [back] = after(*running, taken, event, nothing, when=BACK, **known)
        assert items(taken, event, nothing, back) == items()
    # A target that was revised since it was taken over goes back with the weight it has, and the value it had.
    revised = TargetRevised(result="berkas", target="jumlah", reason="x", value=Decimal(95), weight=Decimal(50))
    [back] = after(*running, EVENT, revised, when=BACK, **known)
    assert isinstance(back, TakeOverRevised)
    assert back.planned
    assert [(one.target, one.weight) for one in back.planned.targets] == [(Decimal(200), Decimal(50))]


def test_whoever_enacts_a_decision_on_an_objection_gives_it_back(after: Any, past: Any) -> None:
    """After the period nobody else may: what was promised is fixed by then."""
    decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="Benar", decided=date(2026, 1, 22))
    reopened = (*past.running, GONE, past.report, *past.objected[-4:], decided, Reopened(reason="Benar"))
    team = replace(BACK, result="tim")
    [event] = after(*reopened, when=team, by="agus", on=ENACTED)
    assert event.planned
    assert (event.taken.by, event.given_back, event.planned.id) == ("agus", True, "tim")
    with pytest.raises(NotAllowed, match="the reviewer agus may say anew what counts of a result that was taken over"):
        after(*reopened, when=team, by="sri", on=ENACTED)
    with pytest.raises(TooLate, match="this changes what counts of a result that was taken over"):
        after(*past.running, GONE, when=team, by="sri", on=ENACTED)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": " "}, "/reason: the reason is empty"),
        ({"result": "tim"}, "/result: the plan has no result 'tim' that was taken over"),
        ({"counts": {"jumlah": None}}, "/counts: what is given back counts as it was agreed; leave counts out"),
        ({"give_back": False, "counts": {"jumla": None}}, "/counts/jumla: result 'berkas' has no target 'jumla'"),
        ({"give_back": False, "counts": {"jumlah": Decimal(90)}}, "/counts: nothing would change"),
        ({"give_back": False}, "/result: in what would be left of the plan"),
    ],
)
def test_what_is_said_anew_is_of_what_was_taken_over(
    after: Any, past: Any, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(Invalid, match=message):
        after(*past.running, EVENT, when=replace(BACK, **changes), by="sri")


FILES = YearResult("berkas", "Berkas selesai", [YearTarget("jumlah", "Berkas", "berkas", Decimal(200), Decimal(60))])
MINUTES = YearTarget("menit", "Menit", "menit", Decimal(15), Decimal(40), polarity="min", spread=Spread.EACH)
YEAR = [FILES, YearResult("layanan", "Layanan cepat", [MINUTES])]
APPROVED = (
    happened.WorkPlanDrafted(**WHO, results=YEAR),
    happened.WorkPlanSubmitted(**WHO),
    happened.WorkPlanApproved(**WHO, on=date(2025, 1, 20)),
)
OVER = of_year.TakeOverPlannedResult(**WHO, result="berkas", note=TAKEN.note)


def test_of_a_plan_of_the_year_it_leaves_from_the_current_period_on(after: Any, fewer: Any) -> None:
    yearly = replace(fewer, cycle="quarter", annual=True, plan=PlanRule(of_year=True))
    august = date(2025, 8, 12)
    known: Any = {"rules": yearly, "by": "sri", "on": august}
    taken = replace(TAKEN, on=august)
    event = happened.WorkPlanResultTakenOver(**WHO, taken=taken, since=JULY)
    assert after(*APPROVED, when=OVER, **known) == [event]

    def share(label: str, starts: date, ends: date) -> tuple[list[tuple[str, Decimal | None]], Any]:
        plans = WorkPlans()
        for one in (*APPROVED, event):
            plans = evolve(plans, one)
        opened = Opened(employee="budi", period=label, starts=starts, ends=ends, unit="dinkes", appraiser="sri")
        asked = TakePlan(employee="budi", period=label)
        [had] = after(opened, when=asked, rules=yearly, plans=plans, on=august)
        assert isinstance(had, PlanTaken)
        return [(one.id, one.targets[0].target) for one in had.results], had.taken_over

    minutes = ("layanan", Decimal(15))
    assert share("2025-Q2", date(2025, 4, 1), date(2025, 6, 30)) == ([("berkas", Decimal(50)), minutes], ())
    assert share("2025-Q3", JULY, date(2025, 9, 30)) == ([minutes], (taken,))
    assert share("2025-Q4", date(2025, 10, 1), date(2025, 12, 31)) == ([minutes], (taken,))
    with pytest.raises(Invalid, match="/result: the plan has no result 'berkas'"):
        after(*APPROVED, event, when=OVER, **known)
    # A revision that plans it again gives it back.
    again = of_year.ReviseWorkPlan(**WHO, results=YEAR, reason="Loketnya tidak ditutup")
    [back] = after(*APPROVED, event, when=again, **known)
    plans = WorkPlans()
    for one in (*APPROVED, event, back):
        plans = evolve(plans, one)
    assert plans.plans["2025"].versions[-1].taken_over == ()
    with pytest.raises(TooLate):
        after(*APPROVED, when=OVER, **(known | {"on": date(2026, 1, 2)}))
    # What would be left must be a plan that the policy can score.
    strict = replace(yearly, items={name: replace(rule, min_items=2) for name, rule in yearly.items.items()})
    with pytest.raises(Invalid, match="/result: in what would be left of the plan, policy kota-uji needs at least 2"):
        after(*APPROVED, when=OVER, **(known | {"rules": strict}))


Q3: Any = {"employee": "budi", "period": "2025-Q3"}
AMENDED = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="Benar", decided=date(2025, 10, 22))
NOVEMBER = date(2025, 11, 3)
OF_Q3 = Opened(**Q3, starts=JULY, ends=date(2025, 9, 30), unit="dinkes", appraiser="sri", reviewer="agus")


@pytest.fixture
def third(past: Any, fewer: Any) -> Any:
    """A quarter under a plan of the year, of which the files were taken over in August after work on them was reported;
    its result was objected to.
    """

    def plans(*more: Any) -> WorkPlans:
        found = WorkPlans()
        for one in (*APPROVED, *more):
            found = evolve(found, one)
        return found

    def taken(found: WorkPlans) -> PlanTaken:
        share = found.share(parse("2025-Q3"))
        assert share
        version = share.version
        return PlanTaken(share.results, "2025", version.number, taken_over=version.taken_over)

    files = past.report
    reports = [replace(files, report=name, result="berkas", target="jumlah", until=date(2025, 8, 1)) for name in "ab"]
    over = happened.WorkPlanResultTakenOver(**WHO, taken=replace(TAKEN, on=date(2025, 8, 12)), since=JULY)
    first, second = taken(plans()), taken(plans(over))
    worked = (OF_Q3, first, *reports, ReportAccepted(report="a"))
    return SimpleNamespace(
        first=first,
        second=second,
        worked=worked,
        gone=(*worked, second),
        reopened=(*worked, second, *past.objected[-4:], AMENDED, Reopened(reason="Benar")),
        known={"rules": replace(fewer, cycle="quarter", annual=True, plan=PlanRule(of_year=True)), "on": NOVEMBER}
        | {"plans": plans(over)},
    )


FILES_BACK = ReviseTakeOver(**Q3, result="berkas", reason=REASON, give_back=True)


def test_whoever_enacts_gives_back_what_an_earlier_share_of_the_period_had(after: Any, third: Any) -> None:
    """In its place, with its weight, with what was reported of it and what was accepted while it was away."""
    asked: Any = third.known | {"by": "agus"}
    [event] = after(*third.reopened, when=FILES_BACK, **asked)
    assert event == given_back(third.first.results[0], 0, NOVEMBER, "agus")

    late = ReportAccepted(report="b")
    assert facts_of(*third.gone, event).digest() == facts_of(*third.worked).digest()
    assert facts_of(*third.gone, late, event).digest() == facts_of(*third.worked, late).digest()
    assert facts_of(*third.gone, late).digest() == facts_of(*third.gone).digest()

    # What counts of it may be said instead, and the whole be given back after that.
    some = replace(FILES_BACK, give_back=False, counts={"jumlah": Decimal(20)})
    [counted] = after(*third.reopened, when=some, **asked)
    assert [(one.target, one.weight) for one in facts_of(*third.gone, counted).case.items["skp"]] == [
        (20_000_000, 60_000_000),
        (15_000_000, 40_000_000),
    ]
    assert after(*third.reopened, counted, when=FILES_BACK, **asked) == [event]
    with pytest.raises(Invalid, match="/result: the plan has no result 'berkas' that was taken over"):
        after(*third.reopened, event, when=FILES_BACK, **asked)


def test_the_share_is_not_taken_again_over_what_was_given_back(after: Any, third: Any) -> None:
    """The plan of the year is as it was; one that says something else of the period is in the place of all of it, and
    what it lacks may be given back again.
    """
    back = given_back(third.first.results[0], 0, NOVEMBER, "agus")
    with pytest.raises(AlreadyDone, match="the work plan for 2025 was taken, and nothing of it that counts here was"):
        after(*third.reopened, back, when=TakePlan(**Q3), by="agus", **third.known)
    again = replace(third.second, version=5)
    [event] = after(*third.reopened, back, again, when=FILES_BACK, by="agus", **third.known)
    assert event == back
    assert facts_of(*third.gone, back, again, event).digest() == facts_of(*third.worked).digest()


def test_a_plan_of_the_year_is_put_right_there_as_long_as_nothing_is_to_be_enacted(after: Any, third: Any) -> None:
    for on in (date(2025, 9, 1), NOVEMBER):
        with pytest.raises(Conflict, match="has one work plan for the year"):
            after(*third.gone, when=FILES_BACK, by="sri", **(third.known | {"on": on}))
    with pytest.raises(NotAllowed):
        after(*third.reopened, when=FILES_BACK, by="sri", **third.known)
    # Of what the appraisal never had there is no target to measure against.
    never = tuple(one for one in third.reopened if one is not third.first and not hasattr(one, "report"))
    with pytest.raises(Invalid, match="/result: the plan has no result 'berkas' that was taken over"):
        after(*never, when=FILES_BACK, by="agus", **third.known)


def test_of_several_shares_each_comes_back_into_its_place() -> None:
    before = ["a", "b", "c", "d"]
    assert with_taken_over(["a", "d"], before, {"b", "c"}) == before
    assert with_taken_over(["d", "e"], before, {"c", "a"}) == ["a", "c", "d", "e"]
    assert with_taken_over(["a", "e"], before, {"f"}) == ["a", "e"]


@pytest.mark.parametrize(
    ("spread", "amounts", "expected"),
    [
        (Spread.SUM, {"2025-Q1": 10, "2025-Q2": 20, "2025-Q3": 30, "2025-Q4": 40}, [10, 20, 30, 40, 100]),
        (Spread.CUMULATIVE, {"2025-Q1": 10, "2025-Q2": 30, "2025-Q4": 100}, [10, 30, 30, 100, 100]),
        (Spread.SUM, {}, [25, 25, 25, 25, 100]),
    ],
)
def test_what_is_planned_of_the_others_stays_to_the_last_digit(
    spread: Spread, amounts: dict[str, int], expected: list[int]
) -> None:
    """Of the months that have ended and of those to come, however the target is shared out."""
    told = {label: Decimal(amount) for label, amount in amounts.items()}
    target = YearTarget("surat", "Surat", "surat", Decimal(100), Decimal(40), spread=spread, amounts=told)
    drafted = happened.WorkPlanDrafted(**WHO, results=[FILES, YearResult("layanan", "Layanan cepat", [target])])
    plans = WorkPlans()
    for one in (drafted, *APPROVED[1:]):
        plans = evolve(plans, one)
    before = plans.plans["2025"].versions[-1].courses["layanan", "surat"]

    plans = evolve(plans, happened.WorkPlanResultTakenOver(**WHO, taken=replace(TAKEN, on=date(2025, 2, 3)), since=FEB))

    assert plans.plans["2025"].versions[-1].courses == {("layanan", "surat"): before}
    shares = [plans.share(parse(label)) for label in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025")]
    assert [one and one.results[0].targets[0].target for one in shares] == expected


def test_it_is_taken_over_as_it_was_told_to_whoever_opens_an_older_log() -> None:
    older = PlanTaken(results=[], plan="2025", version=3)
    assert (older.terms, older.taken_over) == (None, ())
