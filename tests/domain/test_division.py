"""An open whole that is cut into parts, and what goes with which of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.division import Happened, belonging, since_opened
from neraca.domain.appraisal.events import (
    ActivityReported,
    Cancelled,
    CompetenciesAssessed,
    Competency,
    Cut,
    FactEstablished,
    FactWithdrawn,
    FeedbackGiven,
    FeedbackWithdrawn,
    LevelJudged,
    Opened,
    PlannedResult,
    PlanTaken,
    Rated,
    RatingRevised,
    RatingWithdrawn,
    ReportAccepted,
    ReportReturned,
    ResultTakenOver,
    SpecialExpectationAdded,
    TakenOver,
    TakeOverRevised,
)
from neraca.domain.appraisal.state import Appraisal, Stage, evolve
from neraca.domain.command_rules import PlanRule
from neraca.domain.contexts import Actor
from neraca.domain.errors import Conflict, Invalid, NotAllowed
from neraca.domain.period import parse
from neraca.domain.vocabulary import FeedbackSource, FeedbackTone, Relation, Role
from neraca.domain.workplan import events as happened
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.domain.workplan.state import WorkPlans
from neraca.domain.workplan.state import evolve as evolve_plans

WHO: Any = {"employee": "budi", "period": "2025"}
JUNE = date(2025, 6, 1)
CUT = Cut(reason="mutasi", parts=("2025-01..05", "2025-06..12"), since=JUNE)
COMMAND = ask.CutAppraisal(**WHO, since=JUNE, reason="mutasi")
FIRST, SECOND = parse("2025-01..05"), parse("2025-06..12")
MAY, JULY = date(2025, 5, 20), date(2025, 7, 1)


def feedback(giver: str, source: FeedbackSource, **about: str) -> FeedbackGiven:
    return FeedbackGiven(
        feedback="f1", giver=giver, source=source, tone=FeedbackTone.POSITIVE, words="Sabar", on=MAY, **about
    )


@pytest.fixture
def parted(rules):
    return replace(rules, segments=True)


def test_hr_cuts_an_open_whole_at_the_first_of_a_month(after, past, parted):
    assert after(*past.running, when=COMMAND, by="hr", rules=parted) == [CUT]
    state = Appraisal()
    for event in (*past.rated, CUT):
        state = evolve(state, event)
    assert (state.stage, state.cut, state.results, state.ratings) == (Stage.UNOPENED, CUT.parts, {}, {})
    # It may be opened again as a whole, as long as no part is.
    assert evolve(state, past.opened[0]).cut is None


@pytest.mark.parametrize("since", [date(2025, 1, 1), date(2025, 6, 2), date(2026, 1, 1), date(2024, 6, 1)])
def test_parts_are_of_whole_months(after, past, parted, since):
    with pytest.raises(Invalid) as refused:
        after(*past.running, when=replace(COMMAND, since=since), by="hr", rules=parted)
    assert refused.value.message == (
        f"/since: {since} is not the first of a month after 2025-01-01 and by 2025-12-31; parts are of whole months"
    )


def test_a_rule_that_joins_no_parts_has_none(after, past):
    with pytest.raises(Conflict) as refused:
        after(*past.running, when=COMMAND, by="hr")
    assert refused.value.message == (
        "kota-uji@1 doesn't say how parts are joined; it needs period.segments, or the period is appraised as a whole "
        "and handed over by reassign-appraisal"
    )


def test_a_year_that_is_judged_over_its_quarters_is_handed_over_and_has_no_parts(after, past, parted):
    """Annex p. 91: of the year the new appraiser judges all, with the new unit. The quarter of the move is cut."""
    by_quarters = replace(parted, cycle="quarter", judged_year=True)
    with pytest.raises(Conflict) as refused:
        after(*past.running, when=COMMAND, by="hr", rules=by_quarters)
    assert refused.value.message == (
        "kota-uji@1 judges the year over its periods, and as a whole; hand it over by reassign-appraisal, and cut the "
        "period in which the post changes"
    )
    second = parse("2025-Q2")
    opened = replace(past.opened[0], period=second.label, starts=second.starts, ends=second.ends)
    [cut] = after(
        opened, *past.running[1:], when=replace(COMMAND, period="2025-Q2", since=JUNE), by="hr", rules=by_quarters
    )
    assert cut.parts == ("2025-04..05", "2025-06")


def test_nobody_cuts_their_own(after, past, parted):
    own = Actor("budi", frozenset({Role.HR}), "uji")
    with pytest.raises(NotAllowed, match="nobody may cut what was opened in their own appraisal"):
        after(*past.running, when=COMMAND, by=own, rules=parted)


def whole(past, *more):
    """What happened in the year up to the cut, with the day of each."""
    told = [Happened(event, date(2025, 1, 10)) for event in past.running]
    return [*told, *more, Happened(CUT, JULY)]


def test_a_result_that_was_taken_over_after_the_first_part_had_ended_stays_in_it(past):
    taken = TakenOver("berkas", "Berkas selesai", MAY, "sri", "Saya selesaikan")
    before, after = ResultTakenOver(taken=taken), ResultTakenOver(taken=replace(taken, on=JULY))

    assert belonging(FIRST, whole(past, Happened(before, MAY)), of_year=False)[-1] == before
    assert belonging(FIRST, whole(past, Happened(after, JULY)), of_year=False) == belonging(
        FIRST, whole(past), of_year=False
    )
    assert before not in belonging(SECOND, whole(past, Happened(before, MAY)), of_year=False)
    back = TakeOverRevised(taken=replace(taken, on=JULY), given_back=True)
    late = Happened(back, JULY)
    assert belonging(FIRST, whole(past, Happened(before, MAY), late), of_year=False)[-2:] == [before, back]
    assert back not in belonging(FIRST, whole(past, Happened(after, JULY), late), of_year=False)


def named(events):
    return [getattr(one, "report", None) or getattr(one, "rater", None) or type(one).__name__ for one in events]


def test_reports_go_by_their_day_and_ratings_by_when_they_were_given(past):
    early, late = [ActivityReported(report=name, day=day, activity="x") for name, day in (("a1", MAY), ("a2", JUNE))]
    scores = {"layanan": Decimal(4)}
    happened = whole(
        past,
        Happened(early, MAY),
        Happened(ReportAccepted(report="a1"), JULY),
        Happened(late, JUNE),
        Happened(ReportReturned(report="a2", feedback="x"), JULY),
        Happened(replace(past.report, report="p1", until=MAY), MAY),
        Happened(replace(past.report, report="p2", until=date(2025, 6, 30)), JULY),
        Happened(ReportAccepted(report="p2"), JULY),
        Happened(Rated(rater="sri", relation=Relation.SUPERVISOR, scores=scores), MAY),
        Happened(Rated(rater="wati", relation=Relation.PEER, scores=scores), MAY),
        Happened(RatingRevised(rater="sri", scores=scores, reason="x"), JULY),
        Happened(Rated(rater="tono", relation=Relation.SUPERVISOR, scores=scores), JULY),
        Happened(RatingWithdrawn(rater="tono", reason="x"), JULY),
        Happened(LevelJudged(result="berkas", level="sesuai"), MAY),
        Happened(feedback("sri", FeedbackSource.LEADER, result="berkas"), MAY),
        Happened(feedback("wati", FeedbackSource.PEER), MAY),
        Happened(feedback("tono", FeedbackSource.LEADER), JULY),
        Happened(FeedbackWithdrawn(feedback="f1", giver="tono", source=FeedbackSource.LEADER, reason="x"), JULY),
        Happened(SpecialExpectationAdded(indicator="layanan", expectation="Membimbing"), MAY),
        Happened(FactEstablished(fact="ide_baru", basis="SK", flag=True), MAY),
        Happened(FactWithdrawn(fact="ide_baru", reason="x"), JULY),
        Happened(FactWithdrawn(fact="lain", reason="x"), JULY),
        Happened(CompetenciesAssessed(competencies=[Competency("a", Decimal(1), Decimal(1))], basis="uji"), JULY),
    )
    plan = ["PlanDrafted", "PlanSubmitted", "PlanApproved"]
    own = ["a1", "a1", "p1", "sri", "sri", "LevelJudged", "FeedbackGiven", "SpecialExpectationAdded"]
    own += ["FactEstablished", "FactWithdrawn"]

    assert named(belonging(FIRST, happened, of_year=False)) == [*plan, *own]
    assert named(belonging(FIRST, happened, of_year=True)) == own
    assert named(belonging(SECOND, happened, of_year=False)) == [
        *["a2", "a2", "tono", "tono", "FeedbackGiven", "FeedbackWithdrawn", "CompetenciesAssessed"]
    ]


def test_what_was_cancelled_before_belongs_to_nothing(past):
    opened = [Happened(event, MAY) for event in past.running]
    cancelled, again = Happened(Cancelled(reason="x"), MAY), [Happened(event, JUNE) for event in past.opened]
    cut = Happened(CUT, JULY)

    assert since_opened([*opened, cancelled, *again, cut]) == [*again, cut]
    assert since_opened([*opened, cut]) == [*opened, cut]
    assert since_opened([*opened, cut, *again]) == [*opened, cut]
    assert since_opened([*opened, cut, *again, cancelled]) == []
    assert since_opened(opened) == []


def test_a_part_has_from_its_opening_what_belongs_to_it(after, past, parted, yearly_plan):
    carried = (*past.running[1:], LevelJudged(result="berkas", level="sesuai"))
    opening = ask.OpenAppraisal(employee="budi", period="2025-01..05")
    known: Any = {"by": "hr", "carried": carried}

    opened, *rest = after(when=opening, rules=parted, **known)
    assert isinstance(opened, Opened)
    assert tuple(rest) == carried
    # Under a plan of the year no judgement is carried over of a result that the part has not.
    of_year = replace(parted, plan=PlanRule(of_year=True))
    judged = LevelJudged(result="kerja", level="sesuai")
    _, taken, *rest = after(
        when=opening, rules=of_year, **(known | {"carried": (judged, carried[-1])}), plans=yearly_plan
    )
    assert isinstance(taken, PlanTaken)
    assert [one.id for one in taken.results if isinstance(one, PlannedResult)] == ["berkas", "layanan"]
    assert rest == [carried[-1]]


@pytest.fixture
def yearly_plan():
    """Two results, approved in January."""
    results = [
        YearResult(name, name.title(), [YearTarget("a", "Berkas", "berkas", Decimal(120), Decimal(50))])
        for name in ("berkas", "layanan")
    ]
    state = WorkPlans()
    for event in (
        happened.WorkPlanDrafted(**WHO, results=results),
        happened.WorkPlanSubmitted(**WHO),
        happened.WorkPlanApproved(**WHO, on=date(2025, 1, 20)),
    ):
        state = evolve_plans(state, event)
    return state
