"""A period in parts through the ledger: each judged by its own rule or in its own post, then joined by months."""

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Joined, PlannedResult, Target
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOneInForce, NotOpen
from neraca.domain.period import parse
from neraca.domain.policy_register import ProposePolicy
from neraca.domain.roster import SanctionEmployee, TransferEmployee
from neraca.domain.vocabulary import ObjectionOutcome, Relation, Severity
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import Replay, replay
from projections import scores

RESULTS = [PlannedResult("kerja", "Kerja", [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))])]
RECAP = [Evidence("Rekap", "arsip:rekap")]
END = date(2027, 1, 5)
JULY = date(2026, 7, 1)
HALVES = ["2026-S1", "2026-S2"]


def yearly(policy: str, hasil: int = 60, *, segments: bool = True) -> str:
    """The policy of the tests by years, whose parts are joined by months as in PP 30/2019; with weights of its own."""
    joins = ", segments: {combine: time_weighted, unit: month}" if segments else ""
    return (
        policy.replace("cycle: quarter", "cycle: year")
        .replace("policy_date: period_end}", f"policy_date: period_end{joins}}}")
        .replace("of: {hasil: 60, sikap: 30", f"of: {{hasil: {hasil}, sikap: {90 - hasil}")
    )


@pytest.fixture
def years(fixture_agency: Any, policy: str) -> Any:
    """From 2026 on the agency appraises by years."""
    fixture_agency.publish(yearly(policy), version=2, since=date(2026, 1, 1))
    return fixture_agency


@pytest.fixture
def halves(years: Any, policy: str) -> Any:
    """As 2021 was: from July on another rule weighs seventy to twenty."""
    years.publish(yearly(policy, 70), version=3, since=JULY, in_parts=True)
    return years


def appraise(
    fixture_agency: Any, label: str, actual: int, rating: int, boss: str = "sri", employee: str = "budi"
) -> None:
    """From opening to the final result, on the last day of the part."""
    which: Any = {"employee": employee, "period": label}
    last = parse(label).ends
    report = ask.ReportProgress(
        **which,
        report="l1",
        result="kerja",
        target="berkas",
        until=last,
        actual=Decimal(actual),
        evidence=RECAP,
    )
    scores = {"layanan": Decimal(rating), "disiplin": Decimal(rating)}
    fixture_agency.tell("hr", ask.OpenAppraisal(**which), on=last)
    fixture_agency.tell(employee, ask.DraftPlan(**which, results=RESULTS), ask.SubmitPlan(**which), on=last)
    fixture_agency.tell(boss, ask.ApprovePlan(**which), on=last)
    fixture_agency.tell(employee, report, on=last)
    fixture_agency.tell(boss, ask.AcceptReport(**which, report="l1"), on=last)
    fixture_agency.tell(boss, ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores), on=last)
    fixture_agency.tell(boss, ask.Finalise(**which), on=last)


def join(
    fixture_agency: Any, parts: list[str], by: str = "sri", period: str = "2026", employee: str = "budi"
) -> Joined:
    fixture_agency.tell(by, ask.JoinParts(employee=employee, period=period, parts=parts), on=END)
    return fixture_agency.service.reader.stream(
        fixture_agency.id, streams.appraisal(fixture_agency.id, employee, period)
    )[-1].event


def joined(fixture_agency: Any) -> list[Replay]:
    return [one for one in replay(fixture_agency.service, fixture_agency.id) if isinstance(one.recorded, Joined)]


def live(fixture_agency: Any, period: str = "2026") -> tuple[Any, ...]:
    """Status, score, predicate, unit and appraiser as shown; that a rebuild shows the same is checked on the way."""
    fixture_agency.house.follow()
    assert rebuild(fixture_agency.house.url, scores.PROJECTION).equal is True
    with psycopg.connect(fixture_agency.house.url) as connection:
        found = connection.execute(
            """
            select status, stage, score, predicate, unit, appraiser, policy_version, reason from read_scores.appraisal
            where agency = %s and employee = 'budi' and period = %s
            """,
            (fixture_agency.id, period),
        ).fetchone()
    assert found is not None
    return found


def test_a_year_under_two_rules_is_half_of_each(halves: Any) -> None:
    appraise(halves, "2026-S1", 80, 90)
    appraise(halves, "2026-S2", 95, 92)

    whole = join(halves, HALVES)

    # (60 x 80 + 30 x 90) / 90 = 83.33, Cukup under the first; (70 x 95 + 20 x 92) / 90 = 94.33, Baik under the second
    # (6 x 83.33 + 6 x 94.33) / 12 = 88.83, Baik by the rule at the end
    assert [(part.period, part.months, part.score, part.predicate, part.policy.version) for part in whole.parts] == [
        ("2026-S1", 6, Decimal("83.33"), "cukup", 2),
        ("2026-S2", 6, Decimal("94.33"), "baik", 3),
    ]
    assert (whole.score, whole.predicate, whole.policy.version) == (Decimal("88.83"), "baik", 3)
    assert (whole.nodes["hasil"], whole.nodes["sikap"]) == (Decimal("87.50"), Decimal("91.00"))
    assert live(halves) == ("final", "final", Decimal("88.83"), "baik", "dinkes", "sri", 3, None)
    (again,) = joined(halves)
    assert (again.differences, again.recomputed.score) == ((), Decimal("88.83"))


def test_what_is_joined_is_a_change_with_its_cause(halves: Any) -> None:
    appraise(halves, "2026-S1", 80, 90)
    appraise(halves, "2026-S2", 95, 92)
    join(halves, HALVES)
    halves.house.follow()

    with psycopg.connect(halves.house.url) as connection:
        last = connection.execute(
            "select tag, status, score, predicate, by from read_scores.change where stream = %s order by position desc",
            (streams.appraisal(halves.id, "budi", "2026"),),
        ).fetchone()

    assert last == ("appraisal.joined", "final", Decimal("88.83"), "baik", "sri")


def test_five_months_in_one_post_and_seven_in_another(years: Any) -> None:
    move = TransferEmployee(employee="budi", unit="disdik", since=date(2026, 6, 1), supervisor="tono", reason="mutasi")
    appraise(years, "2026-01..05", 80, 80)
    years.tell("hr", move, on=date(2026, 6, 1))
    appraise(years, "2026-06..12", 95, 95, boss="tono")

    with pytest.raises(NotAllowed, match="only the pejabat_penilai tono or an official may join the parts"):
        join(years, ["2026-01..05", "2026-06..12"])
    whole = join(years, ["2026-01..05", "2026-06..12"], by="tono")

    # (5 x 80 + 7 x 95) / 12 = 88.75
    assert [part.months for part in whole.parts] == [5, 7]
    assert (whole.score, whole.predicate) == (Decimal("88.75"), "baik")
    assert live(years)[:6] == ("final", "final", Decimal("88.75"), "baik", "disdik", "tono")
    assert live(years, "2026-01..05")[2:6] == (Decimal("80.00"), "cukup", "dinkes", "sri")
    assert [one.differences for one in replay(years.service, years.id)] == [(), (), ()]


def test_parts_are_the_period_each_month_once_and_all_final(years: Any) -> None:
    appraise(years, "2026-01..05", 80, 80)
    for parts, refusal, words in (
        (["2026-01..05"], Invalid, "at least two parts of 2026"),
        (["2026-01..05", "2026-Q3"], Invalid, "they are 2026-01-01 to 2026-09-30, and 2026 is"),
        (["2026-01..05", "2026-S2"], Invalid, "/parts/1: 2026-S2 leaves a gap after 2026-01..05"),
        (["2026-S1", "2026-06..12"], Invalid, "/parts/1: 2026-06..12 overlaps 2026-S1"),
        (["2026-06..12", "2026-01..05"], Invalid, "in order of time"),
        (["2026-01..06", "2026-S2"], Invalid, "/parts/0: no period '2026-01..06': those months are called 2026-S1"),
        (["2026-01..05", "2026-06..12"], NotFound, "/parts/1: no appraisal for 2026-06..12; HR opens it"),
    ):
        with pytest.raises(refusal, match=words):
            join(years, parts)
    years.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-06..12"), on=END)
    with pytest.raises(NotOpen, match=r"2026-06..12 is not final; finalise it first"):
        join(years, ["2026-01..05", "2026-06..12"])


def test_nobody_joins_their_own(halves: Any) -> None:
    appraise(halves, "2026-S1", 80, 90)
    appraise(halves, "2026-S2", 95, 92)

    with pytest.raises(NotAllowed, match="nobody may join the parts in their own appraisal"):
        join(halves, HALVES, by="budi")
    assert join(halves, HALVES, by="official").predicate == "baik"


def test_a_part_that_is_judged_anew_is_joined_anew(halves: Any) -> None:
    appraise(halves, "2026-S1", 80, 90)
    appraise(halves, "2026-S2", 95, 92)
    join(halves, HALVES)
    part: Any = {"employee": "budi", "period": "2026-S2"}
    with pytest.raises(AlreadyDone, match="none was finalised again"):
        join(halves, HALVES)
    with pytest.raises(NotOpen, match="joined from 2026-S1, 2026-S2; object to a part"):
        halves.tell("budi", ask.FileObjection(employee="budi", period="2026", grounds="kurang adil"), on=END)
    with pytest.raises(NotOpen, match="final"):
        halves.tell("sri", ask.Finalise(employee="budi", period="2026"), on=END)

    halves.tell("budi", ask.FileObjection(**part, grounds="kurang adil"), on=END)
    with pytest.raises(NotOpen, match="an objection to 2026-S2 is pending"):
        join(halves, HALVES)
    amended = ask.DecideObjection(**part, outcome=ObjectionOutcome.AMENDED, reason="benar")
    halves.tell("agus", amended, on=END)
    with pytest.raises(NotOpen, match="2026-S2 is not final"):
        join(halves, HALVES)
    halves.rate_amended("2026-S2", layanan=100, disiplin=92, on=END)
    halves.tell("agus", ask.Finalise(**part), on=END)
    again = join(halves, HALVES)

    # sikap (100 + 92) / 2 = 96; (70 x 95 + 20 x 96) / 90 = 95.22; (83.33 + 95.22) / 2 = 89.275 -> 89.28
    assert (again.score, again.replaces) == (Decimal("89.28"), ("2026-S2",))
    assert live(halves)[2] == Decimal("89.28")
    assert [one.differences for one in joined(halves)] == [(), ()]


def test_bands_and_modifiers_read_the_facts_of_the_whole_period(halves: Any) -> None:
    severe = SanctionEmployee(employee="budi", severity=Severity.SEVERE, on=date(2026, 3, 2), decree="SK 4/2026")
    appraise(halves, "2026-S1", 99, 99)
    halves.tell("hr", severe, on=END)
    appraise(halves, "2026-S2", 99, 99)

    whole = join(halves, HALVES)

    assert [part.predicate for part in whole.parts] == ["baik", "baik"]
    assert (whole.score, whole.predicate) == (Decimal("99.00"), "kurang")


def test_a_day_counts_in_one_appraisal_only(years: Any) -> None:
    years.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-S1"), on=JULY)
    years.tell("hr", ask.OpenAppraisal(employee="ani", period="2026"), on=JULY)

    for who, label, other in (
        ("budi", "2026", "2026-S1"),
        ("budi", "2026-06..12", "2026-S1"),
        ("ani", "2026-S2", "2026"),
    ):
        with pytest.raises(Conflict, match=f"{who} has an appraisal for {other}, which has days of {label}"):
            years.tell("hr", ask.OpenAppraisal(employee=who, period=label), on=JULY)
    with pytest.raises(Invalid, match=r"appraises by the quarter, and 2025-02\.\.03 is a part"):
        years.tell("hr", ask.OpenAppraisal(employee="budi", period="2025-02..03"), on=JULY)


def test_a_period_that_is_appraised_as_a_whole_is_not_joined(years: Any) -> None:
    years.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-S2"), on=JULY)
    appraise(years, "2026", 80, 90, employee="ani")

    with pytest.raises(NotFound, match="/parts/0: no appraisal for 2026-S1"):
        join(years, HALVES, employee="ani")


def test_a_rule_that_cuts_a_running_period_leaves_its_parts_to_be_appraised(years: Any, policy: str) -> None:
    whole: Any = {"employee": "budi", "period": "2026"}
    years.tell("hr", ask.OpenAppraisal(**whole), on=date(2026, 2, 2))
    assert live(years)[0] == "blocked"
    assert "2026-S1" not in live(years)[7]

    years.publish(yearly(policy, 70), version=3, since=JULY, in_parts=True)

    said = "another rule begins within 2026: appraise 2026-S1, 2026-S2, then join-parts"
    assert (live(years)[0], live(years)[7]) == ("blocked", said)
    with pytest.raises(NotOneInForce, match=said):
        years.tell("budi", ask.DraftPlan(**whole, results=RESULTS), on=JULY)
    with pytest.raises(NotOneInForce, match=said):
        years.tell("sri", ask.Finalise(**whole), on=END)
    with pytest.raises(NotOneInForce, match=said):
        years.tell("hr", ask.OpenAppraisal(employee="ani", period="2026"), on=JULY)
    appraise(years, "2026-S1", 80, 90)
    appraise(years, "2026-S2", 95, 92)
    assert join(years, HALVES).score == Decimal("88.83")
    assert live(years)[:4] == ("final", "final", Decimal("88.83"), "baik")


def test_a_result_that_was_fixed_before_stands_and_can_be_objected_to(years: Any, policy: str) -> None:
    appraise(years, "2026", 95, 92)
    years.publish(yearly(policy, 70), version=3, since=JULY, in_parts=True)

    with pytest.raises(Conflict, match="budi has an appraisal for 2026"):
        years.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-S1"), on=END)
    years.tell("budi", ask.FileObjection(employee="budi", period="2026", grounds="kurang adil"), on=END)
    assert live(years)[:3] == ("final", "objected", Decimal("94.00"))


@pytest.mark.parametrize("since", [date(2026, 7, 1), date(2026, 7, 2)])
def test_where_nothing_is_joined_the_rule_at_the_end_judges_all(years: Any, policy: str, since: date) -> None:
    years.publish(yearly(policy, 70, segments=since.day != 1), version=3, since=since)

    appraise(years, "2026", 95, 92)

    assert live(years)[:4] == ("final", "final", Decimal("94.33"), "baik")


@pytest.mark.parametrize(
    ("since", "segments", "words"),
    [
        (date(2026, 7, 2), True, "2026-07-02 cuts 2026"),
        (JULY, False, "from 2026-07-01 on it would judge 2026, which began"),
        (JULY, True, None),
    ],
)
def test_a_rule_may_begin_within_a_period_whose_parts_both_rules_join(
    years: Any, policy: str, since: date, segments: bool, words: str | None
) -> None:
    text = yearly(policy, 70, segments=segments).replace("\nversion: 1\n", "\nversion: 3\n")
    text = text[: text.index("\ntests:")] + "\n"
    basis = None if since == JULY else "Perwali 7/2026"
    command = ProposePolicy(
        file="kota-uji.yaml",
        texts={"kota-uji.yaml": text},
        reason="uji",
        since=since,
        legal_basis=basis,
        in_parts=words is None,
        fewer_tests="uji",
    )

    if words is not None:
        with pytest.raises(Conflict, match=words):
            years.tell("policy", command, on=date(2026, 5, 4))
        return
    done = years.tell("policy", command, on=date(2026, 5, 4))
    proposed = years.service.reader.stream(years.id, done.events[-1].stream)[-1].event
    assert proposed.warnings[-1] == "2026-07-01 cuts 2026: appraise 2026-S1 and 2026-S2 each by itself, then join-parts"
