"""Whatever is asked in whatever order: what is decided can be folded, and a final result changes by objection only."""

from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter_ns
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neraca.domain import dispatch
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import ActivityReported, Competency, Evidence, Finalised, Reopened, ReportAccepted
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.errors import Refusal
from neraca.domain.facts import Facts
from neraca.domain.roster import RetireEmployee
from neraca.domain.survey import State as Survey
from neraca.domain.vocabulary import FollowUpKind, ObjectionOutcome, Relation

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
EVIDENCE = [Evidence("Rekap", "https://arsip.example/1")]
COMPETENCIES = [Competency(name, Decimal(3), Decimal(2)) for name in ("a", "b", "c")]
WHEN_FINAL = {
    "appraisal.document-received",
    "appraisal.follow-up-recorded",
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
                ask.ReportActivity(**WHO, report=draw(reports), day=date(2025, 5, 2), activity="Melayani"),
                ask.AcceptReport(**WHO, report=draw(reports)),
                ask.ReturnReport(**WHO, report=draw(reports), feedback="Ulangi"),
                ask.Rate(**WHO, relation=draw(relations), scores=draw(scores)),
                ask.ReviseRating(**WHO, scores=draw(scores), reason="x"),
                ask.WithdrawRating(**WHO, reason="x"),
                ask.JudgeLevel(**WHO, result="berkas", level="di_atas"),
                ask.AssessCompetencies(**WHO, competencies=COMPETENCIES, basis="Uji"),
                ask.EstablishFact(**WHO, fact="ide_baru", basis="SK", flag=True),
                ask.ReassignAppraisal(**WHO, unit="disdik", appraiser="rini", since=date(2025, 8, 25), reason="x"),
                ask.Finalise(**WHO),
                ask.ReceiveDocument(**WHO),
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
