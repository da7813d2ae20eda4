"""Whatever is asked in whatever order: what is decided can be folded, and a final result changes by objection only."""

from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter_ns
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neraca.domain import achievement, attendance, dispatch, policy_register, roster
from neraca.domain.achievement import AchievementPublished, PublishAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import (
    ActivityReported,
    Evidence,
    Finalised,
    PlanTerms,
    Reopened,
    ReportAccepted,
)
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.attendance import AttendanceRecorded, RecordAttendance
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor, Context, RecordContext, having
from neraca.domain.errors import NotAllowed, Refusal
from neraca.domain.facts import Facts
from neraca.domain.policy_register import PolicyPublished, SchedulePolicy
from neraca.domain.roster import EmployeeRetired, RetireEmployee
from neraca.domain.survey import CloseSurvey, SurveyOpened
from neraca.domain.survey import State as Survey
from neraca.domain.vocabulary import FeedbackTone, FollowUpKind, GuidanceKind, ObjectionOutcome, Relation

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
EVIDENCE = [Evidence("Rekap", "https://arsip.example/1")]
COMPETENCIES = [ask.AssessedCompetency(name, Decimal(2), Decimal(3)) for name in ("a", "b", "c")]
WHEN_FINAL = {
    "appraisal.document-received",
    "appraisal.document-issued",
    "appraisal.document-delivered",
    "appraisal.document-returned",
    "appraisal.document-refused",
    "appraisal.document-reported",
    "appraisal.follow-up-recorded",
    "appraisal.guidance-answered",
    "appraisal.objection-filed",
    "appraisal.objection-explained",
    "appraisal.objection-decided",
    "appraisal.reopened",
}

reports = st.sampled_from(["r1", "r2", "r3"])
scores = st.builds(lambda n: {"layanan": Decimal(n)}, st.integers(0, 6))
relations = st.sampled_from(list(Relation))


@st.composite
def commands(draw, results):
    return draw(
        st.sampled_from(
            [
                ask.OpenAppraisal(**WHO),
                ask.DraftPlan(**WHO, results=results),
                ask.SubmitPlan(**WHO),
                ask.ReturnPlan(**WHO, feedback="Kurang"),
                ask.ApprovePlan(**WHO),
                ask.ReviseTarget(
                    **WHO, result="berkas", target="jumlah", reason="x", value=Decimal(draw(st.integers(0, 9)))
                ),
                ask.ReportProgress(
                    **WHO,
                    report=draw(reports),
                    result="berkas",
                    target="jumlah",
                    until=date(2025, 6, 30),
                    actual=Decimal(draw(st.integers(-1, 300))),
                    evidence=EVIDENCE,
                ),
                ask.ReviseTerms(**WHO, terms=PlanTerms(resources=draw(reports)), reason="x"),
                ask.TakeOverResult(**WHO, result="tim", note="x"),
                ask.ReviseTakeOver(**WHO, result="tim", reason="x", give_back=draw(st.booleans())),
                ask.AddSpecialExpectation(**WHO, indicator="layanan", expectation="Menyapa"),
                ask.RecordGuidance(
                    **WHO, guidance=draw(reports), kind=GuidanceKind.COACHING, on=date(2025, 5, 2), note="x"
                ),
                ask.AnswerGuidance(**WHO, guidance=draw(reports), answer="x"),
                ask.ReportActivity(**WHO, report=draw(reports), day=date(2025, 5, 2), activity="Melayani"),
                ask.AcceptReport(**WHO, report=draw(reports)),
                ask.ReturnReport(**WHO, report=draw(reports), feedback="Ulangi"),
                ask.Rate(**WHO, relation=draw(relations), scores=draw(scores)),
                ask.ReviseRating(**WHO, scores=draw(scores), reason="x"),
                ask.WithdrawRating(**WHO, reason="x"),
                ask.GiveFeedback(**WHO, feedback=draw(reports), tone=FeedbackTone.POSITIVE, words="Sabar"),
                ask.WithdrawFeedback(**WHO, feedback=draw(reports), reason="x"),
                ask.RequestFeedback(**WHO, of="wati"),
                ask.DeclineFeedback(**WHO),
                ask.CloseRatings(**WHO),
                ask.JudgeLevel(**WHO, result="berkas", level="di_atas"),
                ask.AssessCompetencies(**WHO, competencies=COMPETENCIES, basis="Uji"),
                ask.EstablishFact(**WHO, fact="ide_baru", basis="SK", flag=True),
                ask.ReassignAppraisal(**WHO, unit="disdik", appraiser="rini", since=date(2025, 8, 25), reason="x"),
                ask.Finalise(**WHO),
                ask.ReceiveDocument(**WHO),
                ask.IssueDocument(**WHO),
                ask.DeliverDocument(**WHO),
                ask.ReturnDocument(**WHO),
                ask.RefuseDocument(**WHO, reason="x"),
                ask.ReportDocument(**WHO),
                ask.FileObjection(**WHO, grounds="x"),
                ask.ExplainObjection(**WHO, explanation="x"),
                ask.DecideObjection(**WHO, outcome=draw(st.sampled_from(list(ObjectionOutcome))), reason="x"),
                ask.RecordFollowUp(**WHO, kind=FollowUpKind.REWARD, note="x"),
            ]
        )
    )


def folded(events):
    state = Appraisal()
    for event in events:
        state = dispatch.evolve(state, event)
    return state


def run(given, asked, events, scored, state):
    """Sends a command as everybody who might; returns what the first who may makes happen."""
    for by in ("budi", "sri", "agus", "wati", "dewi", "rini", "hr", "official", "surveyor"):
        known = given(
            asked,
            by=by,
            on=date(2025, 12, 31) + timedelta(days=len(events)),
            scored=scored,
        )
        try:
            return dispatch.decide(asked, state, known)
        except Refusal:
            continue
    return []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_decided_can_be_folded_and_a_final_result_changes_by_objection_only(request, data):
    results, scored = request.getfixturevalue("results"), request.getfixturevalue("scored")
    past = request.getfixturevalue("past")
    events = list(data.draw(st.sampled_from([(), past.running, past.rated, past.received, past.objected])))
    state: Any = folded(events)
    given_then = request.getfixturevalue("given")

    for _ in range(data.draw(st.integers(1, 25))):
        asked = data.draw(commands(results))
        was_final, standing = state.stage is Stage.FINAL, state.finalised
        for event in run(given_then, asked, events, scored, state):
            events.append(event)
            state = dispatch.evolve(state, event)
            if was_final:
                assert event.__struct_config__.tag in WHEN_FINAL
                assert state.finalised is standing or isinstance(event, Reopened)

    assert folded(events) == state
    facts = Facts(date(2025, 1, 1), date(2025, 12, 31))
    for position, event in enumerate(events, 1):
        facts.apply(event, position)
    finals = sum(isinstance(event, Finalised) for event in events)
    assert finals <= 1 + sum(isinstance(event, Reopened) for event in events)


def test_a_state_and_a_command_of_different_things_do_not_meet(given):
    retire = RetireEmployee(employee="budi", on=date(2025, 1, 1))

    with pytest.raises(TypeError, match="RetireEmployee does not go to State"):
        dispatch.decide(retire, Survey(), given(retire, by="hr"))
    with pytest.raises(TypeError, match="ReportAccepted is no event of State"):
        dispatch.evolve(Survey(), ReportAccepted(report="r1"))


def test_a_year_of_daily_reports_folds_at_once(past):
    """Hundreds of events in a few milliseconds: nothing is copied for each."""
    days = [(f"h{n}", date(2025, 1, 1) + timedelta(days=n % 365)) for n in range(700)]
    year = [
        event
        for report, day in days
        for event in (ActivityReported(report=report, day=day, activity="Melayani"), ReportAccepted(report=report))
    ]
    state = folded(past.running)

    before = perf_counter_ns()
    for event in year:
        state = dispatch.evolve(state, event)
    taken = perf_counter_ns() - before

    assert isinstance(state, Appraisal)
    assert len(state.reports) == 700
    assert taken < 250_000_000


AGGREGATES = {
    "appraisal": (ask.SubmitPlan(**WHO), Appraisal(), Reopened(reason="x")),
    "employee": (
        RetireEmployee(employee="budi", on=date(2025, 5, 1)),
        roster.State(),
        EmployeeRetired(on=date(2025, 5, 1)),
    ),
    "survey": (
        CloseSurvey(unit="dinkes", period="2025", survey="ikm"),
        Survey(),
        SurveyOpened(unit="dinkes", period="2025", survey="ikm", elements=["u1"]),
    ),
    "attendance": (
        RecordAttendance(employee="budi", month="2025-05", required_days=21),
        attendance.State(),
        AttendanceRecorded(employee="budi", month="2025-05", required_days=21),
    ),
    "achievement": (
        PublishAchievement(unit="dinkes", period="2025", index=Decimal(1), predicate="baik", source="x"),
        achievement.State(),
        AchievementPublished(unit="dinkes", period="2025", index=Decimal(1), predicate="baik", source="x"),
    ),
    "register": (
        SchedulePolicy(id="p", version=1, since=date(2025, 1, 1)),
        policy_register.State(),
        PolicyPublished(policy=PolicyRef("p", 1, "a", "b"), file="p.yaml", texts={}, reason="x"),
    ),
}

SENDERS = {
    "appraisal": "budi",
    "employee": "hr",
    "survey": "surveyor",
    "attendance": "hr",
    "achievement": "official",
    "register": "policy",
}


@pytest.mark.parametrize("own", AGGREGATES)
@pytest.mark.parametrize("other", AGGREGATES)
def test_an_event_and_a_command_are_taken_by_their_own_aggregate_alone(given: Any, own: str, other: str) -> None:
    command, state, _ = AGGREGATES[own]
    _, _, foreign = AGGREGATES[other]
    assert dispatch.initial(command) == state
    if own == other:
        assert dispatch.evolve(dispatch.initial(command), foreign) is not None
        return
    with pytest.raises(TypeError) as refused:
        dispatch.evolve(dispatch.initial(command), foreign)
    assert str(refused.value) == f"{type(foreign).__name__} is no event of {type(state).__name__}"
    strange = AGGREGATES[other][1]
    wrong = f"{type(command).__name__} does not go to {type(strange).__name__}"
    by = {"survey": "surveyor", "achievement": "official", "register": "policy"}.get(
        own, "hr" if own != "appraisal" else "budi"
    )
    with pytest.raises(TypeError) as refused:
        dispatch.decide(command, strange, given(command, by=by))
    assert str(refused.value) == wrong
    if own in ("appraisal", "register"):
        with pytest.raises(TypeError) as refused:
            dispatch.permit(command, strange, given(command, by=by).actor)
        assert str(refused.value) == wrong


def test_a_decision_asks_for_agency_and_role_once_more(given: Any) -> None:
    for own, (command, state, _) in AGGREGATES.items():
        known = given(command, by="surveyor" if own != "survey" else "official")
        with pytest.raises(NotAllowed):
            dispatch.admit(command, known.actor, "uji")
        with pytest.raises(NotAllowed):
            dispatch.decide(command, state, known)
    submit, _, _ = AGGREGATES["appraisal"]
    with pytest.raises(NotAllowed, match=r"^budi belongs to uji and may not act in lain$"):
        dispatch.admit(submit, given(submit, by="budi").actor, "lain")


def test_a_command_needs_the_context_that_was_looked_up_for_it(given: Any) -> None:
    publish, _, _ = AGGREGATES["achievement"]
    context = given(publish, by="official")
    plain = Context(today=context.today, actor=context.actor, agency=context.agency, people=context.people)

    assert having(RecordContext, context) is context
    with pytest.raises(TypeError) as refused:
        dispatch.decide(publish, achievement.State(), plain)
    assert str(refused.value) == "needs a RecordContext, not a Context"


def test_everybody_may_know_how_far_a_stream_is_that_is_no_appraisal() -> None:
    anybody = Actor("anybody", frozenset())

    assert dispatch.shows_version(RetireEmployee(employee="budi", on=date(2025, 1, 1)), roster.State(), anybody)
