"""A year out of its quarters through the ledger: each final by itself, then weighed by months into one result."""

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from neraca.domain import streams
from neraca.domain.achievement import PublishAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Joined, PlannedResult, Target
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotOpen, TooEarly
from neraca.domain.exemptions import ExemptEmployee
from neraca.domain.period import parse
from neraca.domain.roster import AssignEmployee, RegisterEmployee, RetireEmployee, SanctionEmployee, TransferEmployee
from neraca.domain.vocabulary import EmploymentType, ExemptionKind, ObjectionOutcome, PositionClass, Relation, Severity
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import replay
from projections import results, scores, timeline

RESULTS = [PlannedResult("kerja", "Kerja", [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))])]
RECAP = [Evidence("Rekap", "arsip:rekap")]
JANUARY = date(2027, 1, 5)
QUARTERS = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]


@pytest.fixture
def quarters(fixture_agency: Any, policy: str) -> Any:
    """From 2026 on the policy of the tests, by quarters, says how they become the year."""
    joins = "policy_date: period_end, annual: {combine: time_weighted}, segments: {combine: time_weighted}}"
    fixture_agency.publish(policy.replace("policy_date: period_end}", joins), version=2, since=date(2026, 1, 1))
    return fixture_agency


def appraise(agency: Any, label: str, score: int, boss: str = "sri", employee: str = "budi") -> None:
    """From opening to the final result, which is the score, on the last day of the period."""
    which: Any = {"employee": employee, "period": label}
    last = parse(label).ends
    report = ask.ReportProgress(
        **which, report="l1", result="kerja", target="berkas", until=last, actual=Decimal(score), evidence=RECAP
    )
    scores = {"layanan": Decimal(score), "disiplin": Decimal(score)}
    agency.tell("hr", ask.OpenAppraisal(**which), on=last)
    agency.tell(employee, ask.DraftPlan(**which, results=RESULTS), ask.SubmitPlan(**which), on=last)
    agency.tell(boss, ask.ApprovePlan(**which), on=last)
    agency.tell(employee, report, on=last)
    agency.tell(boss, ask.AcceptReport(**which, report="l1"), on=last)
    agency.tell(boss, ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores), on=last)
    agency.tell(boss, ask.Finalise(**which), on=last)


def evaluate(agency: Any, parts: list[str], by: str = "sri", employee: str = "budi", on: date = JANUARY) -> Joined:
    """The year 2026 out of these parts, which replays and rebuilds to the same."""
    agency.tell(by, ask.JoinParts(employee=employee, period="2026", parts=parts), on=on)
    whole = agency.service.reader.stream(agency.id, streams.appraisal(agency.id, employee, "2026"))[-1].event
    assert [one.differences for one in replay(agency.service, agency.id) if one.differences] == []
    agency.house.follow()
    for projection in (scores.PROJECTION, results.PROJECTION, timeline.PROJECTION):
        assert rebuild(agency.house.url, projection).equal is True
    with psycopg.connect(agency.house.url) as connection:
        found = connection.execute(
            """
            select status, score, predicate from read_scores.appraisal
            where agency = %s and employee = %s and period = '2026'
            """,
            (agency.id, employee),
        ).fetchone()
    assert found == ("final", whole.score, whole.predicate)
    return whole


def hire(agency: Any, employee: str, since: date) -> None:
    agency.tell(
        "hr",
        RegisterEmployee(
            employee=employee,
            name=employee.title(),
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=PositionClass.FUNCTIONAL,
            since=since,
        ),
        AssignEmployee(employee=employee, unit="dinkes", since=since, supervisor="sri"),
        on=since,
    )


def test_a_year_is_its_four_quarters_and_the_facts_of_all_of_it(quarters: Any) -> None:
    for label, score in zip(QUARTERS, (80, 90, 96, 98), strict=True):
        appraise(quarters, label, score)

    with pytest.raises(TooEarly, match="no year is evaluated before"):
        evaluate(quarters, QUARTERS, on=date(2026, 12, 30))
    with pytest.raises(Invalid, match="budi served in 2026-S1 as well"):
        evaluate(quarters, QUARTERS[2:])
    with pytest.raises(NotAllowed, match="nobody may join the parts in their own appraisal"):
        evaluate(quarters, QUARTERS, by="budi")
    whole = evaluate(quarters, QUARTERS, on=date(2026, 12, 31))

    # (3 x 80 + 3 x 90 + 3 x 96 + 3 x 98) / 12
    assert (whole.score, whole.predicate) == (Decimal("91.00"), "baik")
    assert [part.predicate for part in whole.parts] == ["cukup", "baik", "baik", "baik"]


def test_whoever_was_hired_in_may_and_moved_in_autumn_has_eight_months(quarters: Any) -> None:
    hire(quarters, "fitri", date(2026, 5, 11))
    appraise(quarters, "2026-Q2", 80, employee="fitri")
    appraise(quarters, "2026-Q3", 90, employee="fitri")
    appraise(quarters, "2026-10", 90, employee="fitri")
    moved = date(2026, 11, 1)
    transfer = TransferEmployee(employee="fitri", unit="disdik", since=moved, supervisor="tono", reason="mutasi")
    quarters.tell("hr", transfer, on=moved)
    appraise(quarters, "2026-11..12", 100, boss="tono", employee="fitri")
    parts = ["2026-Q2", "2026-Q3", "2026-10", "2026-11..12"]

    with pytest.raises(NotAllowed, match="only the pejabat_penilai tono or an official may join the parts"):
        evaluate(quarters, parts, employee="fitri")
    whole = evaluate(quarters, parts, by="tono", employee="fitri")

    # (2 x 80 + 3 x 90 + 1 x 90 + 2 x 100) / 8
    assert [part.months for part in whole.parts] == [2, 3, 1, 2]
    assert whole.score == Decimal("90.00")


def test_the_months_of_a_year_are_those_known_when_it_was_evaluated(quarters: Any) -> None:
    for label in QUARTERS:
        appraise(quarters, label, 90)
    evaluate(quarters, QUARTERS)

    quarters.tell("hr", RetireEmployee(employee="budi", on=date(2026, 11, 30)), on=JANUARY)

    assert [one.differences for one in replay(quarters.service, quarters.id) if one.differences] == []

    # It is evaluated again with the months as they are known now: eleven, or nine where a quarter was exempt besides.
    again = evaluate(quarters, QUARTERS)
    assert [part.months for part in again.parts] == [3, 3, 3, 2]
    assert again.replaces == ()
    exempt = ExemptEmployee(
        employee="budi",
        kind=ExemptionKind.UNPAID_LEAVE,
        since=date(2026, 1, 1),
        until=date(2026, 3, 31),
        decree="SK CLTN 1",
    )
    quarters.tell("hr", exempt, on=JANUARY)
    assert [part.months for part in evaluate(quarters, QUARTERS[1:]).parts] == [3, 3, 2]
    with pytest.raises(AlreadyDone, match="none was finalised again since"):
        evaluate(quarters, QUARTERS[1:])


def test_a_year_follows_the_quarter_that_was_amended_and_the_sanction_of_another(quarters: Any) -> None:
    severe = SanctionEmployee(employee="budi", severity=Severity.SEVERE, on=date(2026, 3, 2), decree="SK 4/2026")
    for label in QUARTERS:
        appraise(quarters, label, 99)
    assert evaluate(quarters, QUARTERS).predicate == "baik"
    part: Any = {"employee": "budi", "period": "2026-Q4"}
    quarters.tell("hr", severe, on=JANUARY)
    quarters.tell("budi", ask.FileObjection(**part, grounds="kurang adil"), on=JANUARY)
    amended = ask.DecideObjection(**part, outcome=ObjectionOutcome.AMENDED, reason="benar")
    quarters.tell("agus", amended, on=JANUARY)
    quarters.rate_amended("2026-Q4", layanan=100, disiplin=99, on=JANUARY)
    quarters.tell("agus", ask.Finalise(**part), on=JANUARY)

    again = evaluate(quarters, QUARTERS)

    assert (again.replaces, again.predicate) == (("2026-Q4",), "kurang")


def test_quarters_of_a_policy_that_does_not_say_so_make_no_year(fixture_agency: Any) -> None:
    for label in QUARTERS:
        appraise(fixture_agency, label, 90)

    with pytest.raises(Invalid, match=r"2026 is a year; for a year of its periods it needs period\.annual"):
        evaluate(fixture_agency, QUARTERS)


@pytest.fixture
def judged(fixture_agency: Any, policy: str) -> Any:
    """From 2026 on the policy of the tests, by quarters, has the appraiser judge the year anew."""
    anew = "policy_date: period_end, annual: {combine: judged}}"
    fixture_agency.publish(policy.replace("policy_date: period_end}", anew), version=2, since=date(2026, 1, 1))
    return fixture_agency


def test_a_year_is_judged_anew_beside_its_quarters_and_waits_for_them(judged: Any) -> None:
    for label, score in zip(QUARTERS[:3], (80, 90, 96), strict=True):
        appraise(judged, label, score)
    judged.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-Q4"), on=date(2026, 10, 1))

    with pytest.raises(NotOpen, match="and 2026-Q4 has none that stands"):
        appraise(judged, "2026", 100)
    judged.tell("hr", ask.CancelAppraisal(employee="budi", period="2026-Q4", reason="belum"), on=JANUARY)
    judged.tell("sri", ask.Finalise(employee="budi", period="2026"), on=JANUARY)

    # Its own report and ratings alone: 100, and nothing of 80, 90 and 96.
    stream = streams.appraisal(judged.id, "budi", "2026")
    final = judged.service.reader.stream(judged.id, stream)[-1].event
    assert (final.score, final.predicate) == (Decimal("100.00"), "baik")
    assert [one.differences for one in replay(judged.service, judged.id) if one.differences] == []
    judged.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-Q4"), on=JANUARY)
    with pytest.raises(Invalid, match="it judges the year anew, so open-appraisal for it"):
        evaluate(judged, QUARTERS)


def test_an_objection_to_a_quarter_is_decided_before_the_year_is_judged(judged: Any) -> None:
    appraise(judged, "2026-Q4", 80)
    q4: Any = {"employee": "budi", "period": "2026-Q4"}
    judged.tell("budi", ask.FileObjection(**q4, grounds="kurang adil"), on=JANUARY)

    with pytest.raises(NotOpen, match="and 2026-Q4 has none that stands"):
        appraise(judged, "2026", 100)


def test_a_day_counts_in_one_appraisal_also_where_the_cycle_changes_and_only_a_year_stands_over_its_periods(
    fixture_agency: Any, policy: str
) -> None:
    halves = policy.replace("cycle: quarter", "cycle: semester").replace(
        "policy_date: period_end}", "policy_date: period_end, annual: {combine: time_weighted}}"
    )
    appraise(fixture_agency, "2026-Q2", 90)
    fixture_agency.publish(halves, version=2, since=date(2026, 1, 1))

    with pytest.raises(Conflict, match="budi has an appraisal for 2026-Q2, which has days of 2026-S1"):
        appraise(fixture_agency, "2026-S1", 90)
    appraise(fixture_agency, "2026-S2", 90)


def test_the_achievement_of_a_year_serves_what_is_made_of_quarters(quarters: Any) -> None:
    known: Any = {"unit": "dinkes", "index": Decimal("97.5"), "predicate": "baik", "source": "LKjIP"}
    quarters.tell("official", PublishAchievement(**known, period="2026"), on=JANUARY)
    with pytest.raises(Invalid, match="the policies in force appraise 2026, 2026-Q1, 2026-Q2"):
        quarters.tell("official", PublishAchievement(**known, period="2026-S1"), on=JANUARY)
    for label in QUARTERS:
        appraise(quarters, label, 90)

    assert evaluate(quarters, QUARTERS).predicate == "baik"


def test_a_quarter_taken_over_from_the_one_before_counts_in_the_year(quarters: Any) -> None:
    q3: Any = {"employee": "budi", "period": "2026-Q3"}
    moved, evaluating = date(2026, 9, 25), date(2026, 10, 2)
    for label, score in zip(QUARTERS[:2], (80, 92), strict=True):
        appraise(quarters, label, score)
    quarters.tell("hr", ask.OpenAppraisal(**q3), on=date(2026, 7, 1))
    transfer = TransferEmployee(employee="budi", unit="disdik", since=moved, supervisor="tono", reason="mutasi")
    reassign = ask.ReassignAppraisal(**q3, unit="disdik", appraiser="tono", since=moved, reason="mutasi")
    quarters.tell("hr", transfer, reassign, on=moved)

    quarters.tell("tono", ask.ProposeReuse(**q3, of="2026-Q2", reason="baru lima hari"), on=evaluating)
    quarters.tell("budi", ask.AgreeToReuse(**q3), on=evaluating)
    appraise(quarters, "2026-Q4", 100, boss="tono")
    whole = evaluate(quarters, QUARTERS, by="tono")

    # (3 x 80 + 3 x 92 + 3 x 92 + 3 x 100) / 12
    assert [part.score for part in whole.parts] == [Decimal(n) for n in ("80.00", "92.00", "92.00", "100.00")]
    assert whole.score == Decimal("91.00")

    # An objection against the quarter it was taken from leads to another result, which is taken over anew.
    q2: Any = {"employee": "budi", "period": "2026-Q2"}
    fifty = {"layanan": Decimal(50), "disiplin": Decimal(50)}
    quarters.tell("budi", ask.FileObjection(**q2, grounds="Bukti Mei tidak dihitung"), on=JANUARY)
    decision = ask.DecideObjection(**q2, outcome=ObjectionOutcome.AMENDED, reason="Bukti Mei harus dihitung")
    rate = ask.Rate(**q2, relation=Relation.SUPERVISOR, scores=fifty)
    quarters.tell("agus", decision, rate, on=JANUARY)
    quarters.tell("agus", ask.Finalise(**q2), on=JANUARY)
    quarters.tell("tono", ask.ProposeReuse(**q3, of="2026-Q2", reason="diubah atas keberatan"), on=JANUARY)
    quarters.tell("budi", ask.AgreeToReuse(**q3), on=JANUARY)
    again = evaluate(quarters, QUARTERS, by="tono")

    assert again.replaces == ("2026-Q2", "2026-Q3")
    assert again.parts[1].score == again.parts[2].score != whole.parts[1].score
