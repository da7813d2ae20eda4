"""One work plan a year: drafted, fixed in time, revised for what is to come, and shared out to its periods exactly."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain import dispatch
from neraca.domain.appraisal.events import Feeds, Target
from neraca.domain.command_rules import ItemRule, PlanRule
from neraca.domain.contexts import Actor, Unruled
from neraca.domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotOneInForce, NotOpen, TooLate
from neraca.domain.period import of_months, of_year, parse
from neraca.domain.vocabulary import Role, Spread
from neraca.domain.workplan import commands as ask
from neraca.domain.workplan import events as happened
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.domain.workplan.spread import course, shares, whole
from neraca.domain.workplan.state import WorkPlans, courses, evolve

WHO: Any = {"employee": "budi", "period": "2025"}
FILES = YearTarget("jumlah", "Berkas", "berkas", Decimal(200), Decimal(60))
MINUTES = YearTarget("menit", "Menit", "menit", Decimal(15), Decimal(40), polarity="min", spread=Spread.EACH)
RESULTS = [YearResult("berkas", "Berkas selesai", [FILES]), YearResult("layanan", "Layanan cepat", [MINUTES])]
JANUARY = date(2025, 1, 20)
DRAFT = ask.DraftWorkPlan(**WHO, results=RESULTS)
DRAFTED = happened.WorkPlanDrafted(**WHO, results=RESULTS)
SUBMITTED = happened.WorkPlanSubmitted(**WHO)
APPROVED = happened.WorkPlanApproved(**WHO, on=JANUARY)
QUARTERS = [f"2025-Q{n}" for n in (1, 2, 3, 4)]


@pytest.fixture
def yearly(rules):
    """A policy by quarters with one plan for the year."""
    return replace(rules, cycle="quarter", annual=True, plan=PlanRule(of_year=True))


@pytest.fixture
def planned(after, yearly):
    """What follows when a command meets the plans of Budi in 2025."""

    def planned(*events, when, **known):
        return after(*events, when=when, **({"rules": yearly, "on": JANUARY} | known))

    return planned


def folded(*events: Any) -> Any:
    state = WorkPlans()
    for event in events:
        state = evolve(state, event)
    return state


def amounts(state, target="jumlah", labels=QUARTERS):
    """What each period has of a target; None where it has nothing."""
    found = [state.share(parse(label)) for label in labels]
    return [
        next((one.target for result in share.results for one in result.targets if one.id == target), None)
        for share in found
    ]


def target(**changes):
    """A plan of one target."""
    return [YearResult("berkas", "Berkas selesai", [replace(FILES, **changes)]), RESULTS[1]]


def test_a_plan_is_drafted_submitted_returned_drafted_again_and_approved(planned):
    assert planned(when=DRAFT) == [DRAFTED]
    assert planned(DRAFTED, when=ask.SubmitWorkPlan(**WHO)) == [SUBMITTED]
    back = planned(DRAFTED, SUBMITTED, when=ask.ReturnWorkPlan(**WHO, feedback="lengkapi"), by="sri")
    assert back == [happened.WorkPlanReturned(**WHO, feedback="lengkapi")]
    assert planned(DRAFTED, SUBMITTED, *back, when=DRAFT) == [DRAFTED]
    assert planned(DRAFTED, SUBMITTED, when=ask.ApproveWorkPlan(**WHO), by="sri") == [APPROVED]


@pytest.mark.parametrize(
    ("events", "command", "by", "message"),
    [
        ((), ask.SubmitWorkPlan(**WHO), "budi", "/period: budi has no work plan for 2025; draft one first"),
        (
            (DRAFTED,),
            ask.ApproveWorkPlan(**WHO),
            "sri",
            "the work plan for 2025 is a draft; the employee submits it first",
        ),
        (
            (DRAFTED, SUBMITTED),
            DRAFT,
            "budi",
            "the work plan for 2025 waits for the appraiser, who approves or returns it",
        ),
        (
            (DRAFTED, SUBMITTED, APPROVED),
            DRAFT,
            "budi",
            "the work plan for 2025 is approved; revise it, or let HR end or withdraw it",
        ),
        (
            (DRAFTED,),
            ask.SubmitWorkPlan(employee="budi", period="2025-Q1"),
            "budi",
            "/period: budi has no work plan for 2025-Q1; there are 2025",
        ),
    ],
)
def test_each_step_has_its_time(planned, events, command, by, message):
    with pytest.raises((NotFound, NotOpen)) as refused:
        planned(*events, when=command, by=by)
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("command", "may"),
    [
        (DRAFT, "budi"),
        (ask.SubmitWorkPlan(**WHO), "budi"),
        (ask.ReturnWorkPlan(**WHO, feedback="x"), "sri"),
        (ask.ApproveWorkPlan(**WHO), "sri"),
        (ask.ReviseWorkPlan(**WHO, results=target(target=Decimal(300)), reason="x"), "sri"),
        (ask.TakeOverPlannedResult(**WHO, result="berkas", note="x"), "sri"),
        (ask.EndWorkPlan(**WHO, until=date(2025, 5, 31), reason="x"), "hr"),
        (ask.WithdrawWorkPlan(**WHO, reason="x"), "hr"),
    ],
)
def test_the_employee_plans_who_is_above_on_the_day_fixes_and_hr_ends(planned, command, may):
    for by in {"budi", "sri", "agus", "joko", "hr"} - {may}:
        with pytest.raises(NotAllowed):
            planned(DRAFTED, SUBMITTED, when=command, by=by)
    own = Actor("budi", frozenset({Role.EMPLOYEE, Role.HR}), "uji")
    if may != "budi":
        with pytest.raises(NotAllowed, match="there is no work plan of budi for 2025 in which budi may send"):
            planned(DRAFTED, SUBMITTED, when=command, by=own)


def test_there_is_one_plan_for_each_month_of_the_year(planned):
    half = replace(DRAFT, period="2025-06..12")
    with pytest.raises(Conflict) as refused:
        planned(DRAFTED, SUBMITTED, APPROVED, when=half)
    assert refused.value.field == "/period"
    assert refused.value.message == (
        "/period: budi has a work plan for 2025, which has days of 2025-06..12; where the post has changed, HR ends "
        "that with end-work-plan"
    )
    end = ask.EndWorkPlan(**WHO, until=date(2025, 5, 31), reason="mutasi")
    [ended] = planned(DRAFTED, SUBMITTED, APPROVED, when=end, by="hr")
    assert planned(DRAFTED, SUBMITTED, APPROVED, ended, when=half) == [replace(DRAFTED, period="2025-06..12")]


def test_what_periods_share_of_two_plans_is_by_the_months_of_each():
    ended = happened.WorkPlanEnded(**WHO, until=date(2025, 5, 31), reason="mutasi")
    later: Any = {"employee": "budi", "period": "2025-06..12"}
    state = folded(
        *(DRAFTED, SUBMITTED, APPROVED, ended),
        happened.WorkPlanDrafted(**later, results=target(target=Decimal(70))),
        happened.WorkPlanSubmitted(**later),
        happened.WorkPlanApproved(**later, on=date(2025, 6, 10)),
    )
    labels = ["2025-Q1", "2025-04..05", "2025-06", "2025-Q3", "2025-Q4"]
    # 200 over twelve months, of which five were served; 70 over the seven months of the next post.
    assert amounts(state, labels=labels) == [Decimal(50), Decimal("33.333333"), Decimal(10), Decimal(30), Decimal(30)]
    # A quarter with days of both takes the plan of its last day, for the months of that.
    assert amounts(state, labels=["2025-Q2"]) == [Decimal(10)]
    assert [state.share(parse(label)).plan for label in labels] == ["2025", "2025", *["2025-06..12"] * 3]


def test_of_a_year_without_a_plan_nothing_is_shared():
    assert WorkPlans().share(parse("2025-Q1")) is None
    assert folded(DRAFTED, SUBMITTED).share(parse("2025-Q1")) is None
    withdrawn = happened.WorkPlanWithdrawn(**WHO, reason="keliru")
    assert folded(DRAFTED, SUBMITTED, APPROVED, withdrawn).share(parse("2025-Q1")) is None


def test_a_plan_of_one_policy_is_not_one_of_another(planned, rules):
    with pytest.raises(Conflict) as refused:
        planned(when=DRAFT, rules=rules)
    assert refused.value.message == (
        "policy kota-uji has a plan for each appraisal, not for the year; send draft-plan for its period"
    )
    with pytest.raises(NotOneInForce, match="no policy is in force in uji on the first day of 2025; schedule one"):
        planned(when=DRAFT, rules=Unruled("schedule one"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [50, 50, 50, 50]),
        ({"target": Decimal(10)}, ["2.5", "2.5", "2.5", "2.5"]),
        ({"target": Decimal("0.000010")}, ["0.000002", "0.000003", "0.000002", "0.000003"]),
        ({"spread": Spread.EACH}, [200, 200, 200, 200]),
        ({"spread": Spread.CUMULATIVE}, [50, 100, 150, 200]),
        ({"amounts": {"2025-Q4": Decimal(150), "2025-Q1": Decimal(50)}}, [50, None, None, 150]),
        ({"amounts": {"2025-S1": Decimal(60), "2025-S2": Decimal(140)}}, [30, 30, 70, 70]),
        (
            {"spread": Spread.CUMULATIVE, "amounts": {"2025-Q2": Decimal(40), "2025-S2": Decimal(200)}},
            [None, 40, 120, 200],
        ),
        ({"target": None}, [None, None, None, None]),
    ],
)
def test_a_target_of_the_year_comes_to_its_quarters(changes, expected):
    plan = target(**changes)
    state = folded(replace(DRAFTED, results=plan), SUBMITTED, APPROVED)
    assert amounts(state) == [None if one is None else Decimal(one) for one in expected]


@every(
    goal=st.integers(0, 10**12),
    cuts=st.sets(st.integers(1, 12)),
    first=st.integers(1, 12),
    revised=st.integers(0, 10**12),
    month=st.integers(0, 11),
)
def test_the_periods_of_a_plan_make_up_its_target_to_the_last_digit_however_it_is_cut_and_revised(
    goal, cuts, first, revised, month
):
    plan = of_months(2025, first, 12)
    since = min(month, plan.months - 1)
    before: Any = course(replace(FILES, target=Decimal(goal) / 10**6), plan, 0, None)
    goal = max(before[since - 1] if since else 0, revised)
    results = [YearResult("berkas", "Berkas", [replace(FILES, target=Decimal(goal) / 10**6)])]
    after = courses(results, plan, since, {("berkas", "jumlah"): before})

    edges = sorted({first, 13, *(cut for cut in cuts if cut > first)})
    periods = [of_months(2025, one, other - 1) for one, other in pairwise(edges)]
    shared = [share for period in periods for share in shares(results, after, plan, period)]

    assert after["berkas", "jumlah"][:since] == before[:since]
    assert sum(result.targets[0].target or 0 for result in shared) * 10**6 == goal


def test_a_revision_leaves_what_has_ended_and_spreads_the_rest(planned):
    revised = ask.ReviseWorkPlan(**WHO, results=target(target=Decimal(320)), reason="penugasan baru")
    [event] = planned(DRAFTED, SUBMITTED, APPROVED, when=revised, by="sri", on=date(2025, 8, 10))
    assert event == happened.WorkPlanRevised(
        **WHO, on=date(2025, 8, 10), since=date(2025, 7, 1), results=revised.results, reason="penugasan baru"
    )
    state = folded(DRAFTED, SUBMITTED, APPROVED, event)
    # 100 of 320 are planned for the two quarters that have ended.
    assert amounts(state) == [50, 50, 110, 110]
    share = state.share(parse("2025-Q3"))
    assert (share.plan, share.version.number, share.version.reason) == ("2025", 4, "penugasan baru")
    # What the year's own appraisal takes is all of it, and a period that had ended keeps its version.
    assert amounts(state, labels=["2025"]) == [320]
    assert state.share(parse("2025-Q2")).version.number == 3


def test_results_come_and_go_with_a_revision(planned):
    fresh = YearResult("baru", "Tugas baru", [replace(FILES, id="baru", target=Decimal(12), weight=Decimal(20))])
    left = [YearResult("berkas", "Berkas selesai", [replace(FILES, weight=Decimal(80))]), fresh]
    revise = ask.ReviseWorkPlan(**WHO, results=left, reason="penugasan baru")
    [event] = planned(DRAFTED, SUBMITTED, APPROVED, when=revise, by="sri", on=date(2025, 11, 3))
    state = folded(DRAFTED, SUBMITTED, APPROVED, event)
    assert amounts(state, "baru") == [None, None, None, 12]
    assert amounts(state, "menit") == [15, 15, 15, None]


@pytest.mark.parametrize(
    ("results", "on", "error", "message"),
    [
        (RESULTS, date(2025, 8, 1), Invalid, "/results: nothing would change; give the plan as it is to be"),
        (
            target(target=Decimal(99)),
            date(2025, 8, 1),
            Invalid,
            "/results/0/targets/0/target: more than 99 of 'jumlah' is planned for periods that have ended; plan at "
            "least that",
        ),
        (
            target(spread=Spread.EACH),
            date(2025, 8, 1),
            Invalid,
            "/results/0/targets/0/spread: 'jumlah' was spread by SUM; what is spread otherwise is another target and "
            "has an id of its own",
        ),
        (
            target(amounts={"2025-Q2": Decimal(50), "2025-S2": Decimal(50)}),
            date(2025, 8, 1),
            Invalid,
            "/results/0/targets/0/amounts/2025-Q2: 2025-Q2 has ended; what was planned for it stays",
        ),
        (
            target(amounts={"2025-S2": Decimal(50)}),
            date(2025, 8, 1),
            Invalid,
            "/results/0/targets/0/amounts: the amounts of 'jumlah' with what ended periods have do not make up 200",
        ),
        (
            target(target=Decimal(300)),
            date(2026, 1, 1),
            TooLate,
            "the plan for 2025 ended on 2025-12-31; what was planned is not changed after it",
        ),
    ],
)
def test_a_revision_is_of_what_is_to_come(planned, results, on, error, message):
    command = ask.ReviseWorkPlan(**WHO, results=results, reason="x")
    with pytest.raises(error) as refused:
        planned(DRAFTED, SUBMITTED, APPROVED, when=command, by="sri", on=on)
    assert refused.value.message == message


def test_a_plan_that_was_ended_is_not_revised(planned):
    ended = happened.WorkPlanEnded(**WHO, until=date(2025, 5, 31), reason="mutasi")
    command = ask.ReviseWorkPlan(**WHO, results=target(target=Decimal(300)), reason="x")
    with pytest.raises(NotOpen, match="the plan for 2025 was ended on 2025-05-31; the plan of the next post goes on"):
        planned(DRAFTED, SUBMITTED, APPROVED, ended, when=command, by="sri", on=date(2025, 5, 2))


@pytest.mark.parametrize("until", [date(2025, 5, 30), date(2025, 12, 31), date(2024, 12, 31), date(2026, 1, 31)])
def test_a_plan_ends_with_a_month_of_its_own(planned, until):
    command = ask.EndWorkPlan(**WHO, until=until, reason="mutasi")
    with pytest.raises(Invalid) as refused:
        planned(DRAFTED, SUBMITTED, APPROVED, when=command, by="hr")
    assert refused.value.message == (
        f"/until: {until} is not the last day of a month from 2025-01-01 to before 2025-12-31; plans are of whole "
        "months"
    )


def test_hr_takes_a_plan_back_and_it_is_drafted_afresh(planned):
    command = ask.WithdrawWorkPlan(**WHO, reason="keliru")
    [withdrawn] = planned(DRAFTED, SUBMITTED, APPROVED, when=command, by="hr")
    assert withdrawn == happened.WorkPlanWithdrawn(**WHO, reason="keliru", backdated_to=date(2025, 1, 1))
    assert planned(DRAFTED, SUBMITTED, APPROVED, withdrawn, when=DRAFT) == [DRAFTED]


def test_what_takes_a_plan_away_from_days_that_have_passed_says_from_which_and_nothing_does_after_its_months(planned):
    fixed = (DRAFTED, SUBMITTED, APPROVED)
    end = ask.EndWorkPlan(**WHO, until=date(2025, 5, 31), reason="mutasi")
    withdraw = ask.WithdrawWorkPlan(**WHO, reason="keliru")

    for day, back in ((date(2025, 5, 20), None), (date(2025, 6, 1), None), (date(2025, 6, 2), date(2025, 6, 1))):
        [ended] = planned(*fixed, when=end, by="hr", on=day)
        assert ended.backdated_to == back
    assert planned(*fixed, when=end, by="hr", on=date(2025, 12, 31))
    for command in (end, withdraw):
        with pytest.raises(TooLate) as refused:
            planned(*fixed, when=command, by="hr", on=date(2026, 1, 1))
        assert refused.value.message == (
            "the plan for 2025 ended on 2025-12-31; what was planned is not changed after it"
        )
    # What nobody fixed may go at any time, and takes nothing away.
    assert planned(DRAFTED, when=withdraw, by="hr", on=date(2026, 1, 1)) == [
        happened.WorkPlanWithdrawn(**WHO, reason="keliru")
    ]


@pytest.mark.parametrize(
    ("changes", "where", "message"),
    [
        ({"amounts": {"2025-Q1": Decimal(10)}}, "", "the amounts of 'jumlah' do not make up 200"),
        ({"amounts": {"2024-Q1": Decimal(200)}}, "/2024-Q1", "2024-Q1 is not within 2025"),
        ({"amounts": {"2025-Q1": Decimal(-1)}}, "/2025-Q1", "-1 is below 0; leave out what has nothing"),
        ({"amounts": {"kuartal": Decimal(1)}}, "/kuartal", "no period 'kuartal'"),
        (
            {"amounts": {"2025-S1": Decimal(100), "2025-Q2": Decimal(100)}},
            "/2025-Q2",
            "2025-Q2 shares days with another; each month counts once",
        ),
        (
            {"amounts": {"2025": Decimal(200)}, "spread": Spread.EACH},
            "",
            "each period has the target of 'jumlah'; leave the amounts out, or spread it as CUMULATIVE",
        ),
        (
            {"amounts": {"2025-S1": Decimal(200)}, "spread": Spread.CUMULATIVE},
            "",
            "what is to be reached of 'jumlah' never falls, and is 200 by 2025-12-31; name the last period with it",
        ),
        (
            {"amounts": {"2025-S1": Decimal(201), "2025-S2": Decimal(200)}, "spread": Spread.CUMULATIVE},
            "",
            "what is to be reached of 'jumlah' never falls, and is 200 by 2025-12-31; name the last period with it",
        ),
    ],
)
def test_amounts_name_periods_of_the_plan_and_make_up_the_target(planned, changes, where, message):
    with pytest.raises(Invalid) as refused:
        planned(when=replace(DRAFT, results=target(**changes)))
    assert refused.value.field == f"/results/0/targets/0/amounts{where}"
    assert refused.value.message.startswith(f"/results/0/targets/0/amounts{where}: {message}")


def test_what_has_no_number_has_no_amounts_and_a_level_is_planned_for_each_period(planned, yearly):
    levels = replace(yearly, items={"skp": ItemRule("level", ("di_atas", "sesuai"), False, 1)})
    plain = replace(FILES, target=None, weight=None)
    results = [YearResult("berkas", "Berkas selesai", [plain])]
    assert planned(when=replace(DRAFT, results=results), rules=levels) == [replace(DRAFTED, results=results)]
    named = [YearResult("berkas", "Berkas selesai", [replace(plain, amounts={"2025-Q1": Decimal(1)})])]
    with pytest.raises(Invalid, match="'jumlah' has no target to be shared out"):
        planned(when=replace(DRAFT, results=named), rules=levels)


def test_a_plan_must_be_one_that_the_policy_can_score_in_the_year_and_in_each_of_its_periods(planned):
    light = target(weight=Decimal(50))
    with pytest.raises(Invalid, match="the weights of 'skp' sum to 90, must be 100"):
        planned(when=replace(DRAFT, results=light))
    late = target(amounts={"2025-S2": Decimal(200)})
    with pytest.raises(Invalid) as refused:
        planned(when=replace(DRAFT, results=late))
    assert refused.value.message == ("/results: in 2025-Q1 policy kota-uji needs at least 2 items in 'skp', found 1")


def test_what_feeds_facts_is_shared_out_as_well():
    team = YearTarget("tim", "Kerja tim", "kegiatan", Decimal(40), feeds=Feeds("realisasi_tim", "target_tim"))
    [share] = shares(
        [YearResult("tim", "Tim", [team])],
        courses([YearResult("tim", "Tim", [team])], parse("2025")),
        parse("2025"),
        parse("2025-Q2"),
    )
    assert share.targets == [
        Target("tim", "Kerja tim", "kegiatan", Decimal(10), feeds=Feeds("realisasi_tim", "target_tim"))
    ]
    assert whole([YearResult("tim", "Tim", [team])])[0].targets[0].target == 40


@pytest.mark.parametrize(
    ("period", "by", "due"),
    [
        ("2025", (1, 31), date(2025, 1, 31)),
        ("2025-06..12", (1, 31), date(2025, 6, 30)),
        ("2025-12", (2, 15), date(2025, 12, 31)),
        ("2025-02..12", (2, 15), date(2025, 3, 15)),
        ("2025-01", (2, 15), date(2025, 1, 31)),
        ("2025", None, date(2025, 12, 31)),
    ],
)
def test_a_plan_that_is_fixed_late_is_marked_or_refused(planned, yearly, period, by, due):
    which = {"employee": "budi", "period": period}
    drafted = replace(DRAFTED, period=period)
    approve = ask.ApproveWorkPlan(**which)

    def told(late, on):
        return planned(
            drafted,
            happened.WorkPlanSubmitted(**which),
            when=approve,
            by="sri",
            on=on,
            rules=replace(yearly, plan=PlanRule(of_year=True, by=by, late=late)),
        )

    after_due = due.replace(year=2026, month=1, day=1) if due.month == 12 else due.replace(month=due.month + 1, day=1)
    for late in ("mark", "refuse"):
        assert told(late, due) == [happened.WorkPlanApproved(**which, on=due)]
    assert told("mark", after_due) == [happened.WorkPlanApproved(**which, on=after_due, due=due)]
    assert told(None, after_due) == [happened.WorkPlanApproved(**which, on=after_due)]
    with pytest.raises(TooLate) as refused:
        told("refuse", after_due)
    assert refused.value.message == (
        f"the plan for {period} was to be fixed by {due}, and policy kota-uji takes none later"
    )


def test_whoever_has_nobody_above_keeps_the_draft(planned, placed):
    alone = {"budi": placed("dinkes", None)}
    with pytest.raises(NotFound, match="nobody is above budi on the roster who could approve it; HR must transfer"):
        planned(DRAFTED, when=ask.SubmitWorkPlan(**WHO), people=alone)


def test_nobody_decides_on_their_own_plan_in_the_place_of_another(given, yearly):
    approve = ask.ApproveWorkPlan(**WHO)
    context = replace(given(approve, by="sri", rules=yearly, on=JANUARY), deputy="budi")
    with pytest.raises(NotAllowed, match="nobody may decide on their own plan in another's place"):
        dispatch.decide(approve, folded(DRAFTED, SUBMITTED), context)


def test_the_quarters_of_a_plan_are_those_of_its_policy():
    assert [one.label for one in of_year(2025, "quarter")] == QUARTERS


def test_whoever_plans_serves_in_these_months(planned, placed):
    with pytest.raises(NotFound, match="budi is not on the roster; HR registers them first"):
        planned(when=DRAFT, people={"budi": None})
    official = replace(placed("dinkes", None), state_official=True)
    with pytest.raises(NotAllowed, match="budi is a state official, who plans and is appraised by nobody"):
        planned(when=DRAFT, people={"budi": official})
    for tenure, until in (
        (placed("dinkes", "sri", date(2026, 1, 1)), "2026-01-01 on"),
        (placed("dinkes", "sri", date(2020, 1, 1), date(2024, 12, 31)), "2020-01-01 to 2024-12-31"),
    ):
        with pytest.raises(Invalid) as refused:
            planned(when=DRAFT, people={"budi": tenure})
        assert refused.value.message == (
            f"/period: budi serves from {until}, and 2025 has no day of that; plan for months that have"
        )
    of_december = {"budi": placed("dinkes", "sri", date(2025, 12, 31))}
    assert planned(when=DRAFT, people=of_december, on=date(2025, 12, 31)) == [DRAFTED]
