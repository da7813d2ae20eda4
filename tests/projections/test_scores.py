"""Events in, rows out: current scores, each change of one with its cause, and how many have which predicate."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from msgspec import Struct
from psycopg.rows import class_row

from neraca.domain import streams
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.errors import NotOpen
from neraca.domain.policy_register import PublishPolicy, SchedulePolicy
from neraca.domain.roster import LiftSanction, SanctionEmployee
from neraca.domain.survey import CloseSurvey, OpenSurvey, RecordResponse, SurveyClosed, SurveyOpened
from neraca.domain.vocabulary import ObjectionOutcome, PositionClass, Severity
from neraca.projecting.rebuild import rebuild
from neraca.service import appraisal_context, drafts, scoring
from neraca.service.replay import replay
from projections import scores

PERIOD = "2025-Q1"
AFTER = date(2025, 4, 8)


class Row(Struct):
    employee: str
    unit: str
    stage: str
    status: str
    score: Decimal | None
    predicate: str | None
    policy_version: int | None
    reason: str | None
    nodes: dict[str, str | None]
    facts: dict[str, Any]
    final: dict[str, Any] | None
    position: int


class Moved(Struct):
    position: int
    tag: str
    status: str
    score: Decimal | None
    predicate: str | None


@pytest.fixture
def read(fixture_agency: Any) -> Callable[..., Row]:
    """An appraisal as the read model has it, once it has caught up."""

    def read(employee: str, period: str = PERIOD) -> Row:
        fixture_agency.house.follow()
        with (
            psycopg.connect(fixture_agency.house.url) as connection,
            connection.cursor(row_factory=class_row(Row)) as cursor,
        ):
            query = """
                select employee, unit, stage, status, score, predicate, policy_version, reason, nodes, facts, final,
                  position
                from read_scores.appraisal where agency = %s and employee = %s and period = %s
            """
            found = cursor.execute(query, (fixture_agency.id, employee, period)).fetchone()
        assert found is not None
        return found

    return read


@pytest.fixture
def changes(fixture_agency: Any) -> Callable[..., list[Moved]]:
    def changes(employee: str, period: str = PERIOD) -> list[Moved]:
        fixture_agency.house.follow()
        query = "select position, tag, status, score, predicate from read_scores.change where stream = %s order by 1"
        with (
            psycopg.connect(fixture_agency.house.url) as connection,
            connection.cursor(row_factory=class_row(Moved)) as cursor,
        ):
            return cursor.execute(query, (streams.appraisal(fixture_agency.id, employee, period),)).fetchall()

    return changes


@pytest.fixture
def summary(fixture_agency: Any) -> Callable[[], dict[tuple[str, str], int]]:
    """People by unit and outcome; that the counts are those of the appraisals is checked on the way."""

    def summary() -> dict[tuple[str, str], int]:
        fixture_agency.house.follow()
        with psycopg.connect(fixture_agency.house.url) as connection:
            counted = connection.execute(
                "select unit, outcome, people from read_scores.summary where agency = %s", (fixture_agency.id,)
            ).fetchall()
            listed = connection.execute(
                "select unit, coalesce(predicate, status) from read_scores.appraisal where agency = %s",
                (fixture_agency.id,),
            ).fetchall()
        found = {(unit, outcome): people for unit, outcome, people in counted}
        assert found == Counter(listed)
        return found

    return summary


def survey(fixture_agency: Any, unit: str = "dinkes", mood: int = 3, people: int = 10) -> None:
    where: Any = {"unit": unit, "period": PERIOD, "survey": "skm"}
    answers: dict[str, Decimal] = {name: Decimal(mood) for name in ("u1", "u2", "u3")}
    fixture_agency.tell("surveyor", OpenSurvey(**where, elements=list(answers)))
    fixture_agency.tell(
        "surveyor", *(RecordResponse(**where, respondent=f"w{n}", answers=answers) for n in range(people))
    )
    fixture_agency.tell("surveyor", CloseSurvey(**where))


def achieved(fixture_agency: Any, index: int, unit: str = "dinkes") -> None:
    fixture_agency.tell(
        "official",
        PublishAchievement(unit=unit, period=PERIOD, index=Decimal(index), predicate="baik", source="LKjIP"),
    )


def moved(fixture_agency: Any, employee: str, unit: str = "disdik", appraiser: str = "tono") -> None:
    fixture_agency.tell(
        "hr",
        ask.ReassignAppraisal(
            employee=employee, period=PERIOD, unit=unit, appraiser=appraiser, since=date(2025, 3, 1), reason="mutasi"
        ),
    )


def test_an_appraisal_is_blocked_then_provisional_then_final(fixture_agency: Any, read: Any, changes: Any) -> None:
    fixture_agency.plan("budi")
    assert (read("budi").stage, read("budi").status, read("budi").score) == ("running", "blocked", None)
    assert "layanan" in (read("budi").reason or "")

    fixture_agency.report("budi", 90)
    assert read("budi").status == "blocked"
    fixture_agency.rate("budi", 80)
    row = read("budi")
    assert (row.status, row.score, row.predicate, row.reason) == ("provisional", Decimal("86.67"), "baik", None)
    assert row.nodes["skp"] == "90.00"
    assert row.nodes["tim"] is None

    done = fixture_agency.finalise("budi")
    row = read("budi")
    assert (row.stage, row.status, row.score, row.predicate) == ("final", "final", Decimal("86.67"), "baik")
    assert row.position == done.position
    assert [(one.tag, one.status, one.score) for one in changes("budi")] == [
        ("appraisal.opened", "blocked", None),
        ("appraisal.rated", "provisional", Decimal("86.67")),
        ("appraisal.finalised", "final", Decimal("86.67")),
    ]


def test_every_change_names_its_cause_and_both_of_its_times(fixture_agency: Any) -> None:
    fixture_agency.score("budi")
    late = date(2025, 5, 5)
    record = RecordAttendance(employee="budi", month="2025-01", required_days=20, absent_days=4)

    done = fixture_agency.tell("hr", record, on=late, effective=date(2025, 1, 31))
    fixture_agency.house.follow()

    with psycopg.connect(fixture_agency.house.url) as connection:
        query = """
            select position, tag, by, at, effective, score, recorded_at from read_scores.change
            where agency = 'uji' order by position desc limit 1
        """
        row = connection.execute(query).fetchone()
    assert row is not None
    # hasil 90, sikap 80, kehadiran 100 - 4 x 5 = 80: 0.6 x 90 + 0.3 x 80 + 0.1 x 80 = 86
    at = datetime(2025, 5, 5, 5, tzinfo=UTC)
    assert row[:6] == (done.position, "attendance.recorded", "hr", at, date(2025, 1, 31), Decimal("86.00"))
    assert row[6] == fixture_agency.house.log.read("uji", done.position - 1, 1)[0].recorded_at


def test_what_moves_no_score_leaves_no_change(fixture_agency: Any, changes: Any) -> None:
    fixture_agency.score("budi")
    before = changes("budi")

    fixture_agency.report("budi", 80, report="lama", until=date(2025, 2, 1))
    fixture_agency.tell(
        "hr", RecordAttendance(employee="budi", month="2025-04", required_days=20, late=9), on=date(2025, 5, 2)
    )
    fixture_agency.tell("hr", RecordAttendance(employee="ani", month="2025-01", required_days=20, late=9))
    survey(fixture_agency, "disdik")

    assert changes("budi") == before


def test_a_units_facts_reach_its_people_and_those_who_come_later(fixture_agency: Any, read: Any) -> None:
    fixture_agency.score("budi")
    achieved(fixture_agency, 50)
    survey(fixture_agency, mood=2)
    fixture_agency.score("ani")
    fixture_agency.score("eko")

    # hasil (60 x 90 + 10 x 50 + 10 x 50) / 80 = 80; (60 x 80 + 30 x 80) / 90 = 80
    assert [read(who).score for who in ("budi", "ani", "eko")] == [Decimal("80.00"), Decimal("80.00"), Decimal("86.67")]

    fixture_agency.tell(
        "official", ReviseAchievement(unit="dinkes", period=PERIOD, index=Decimal(90), predicate="baik", reason="reviu")
    )
    assert read("budi").nodes["unit"] == read("ani").nodes["unit"] == "90.00"


def test_what_is_known_of_a_person_reaches_appraisals_opened_later(fixture_agency: Any, read: Any) -> None:
    fixture_agency.tell("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20, absent_days=2))
    fixture_agency.tell(
        "hr", SanctionEmployee(employee="budi", severity=Severity.SEVERE, on=date(2025, 2, 1), decree="SK")
    )

    fixture_agency.score("budi")

    assert (read("budi").nodes["kehadiran"], read("budi").predicate) == ("90.00", "kurang")


def test_a_sanction_that_was_lifted_on_appeal_counts_no_more(fixture_agency: Any, read: Any) -> None:
    fixture_agency.tell(
        "hr", SanctionEmployee(employee="budi", severity=Severity.SEVERE, on=date(2025, 2, 1), decree="SK 1")
    )
    fixture_agency.score("budi")
    before = read("budi").predicate

    fixture_agency.tell("hr", LiftSanction(employee="budi", decree="SK 1", by="SK 2", reason="banding"))

    assert (before, read("budi").predicate) == ("kurang", "baik")
    fixture_agency.finalise("budi")


def test_when_a_sanction_goes_another_counts_that_came_after_it(fixture_agency: Any, read: Any) -> None:
    """Each is read as it comes: what moves nothing yet must not be forgotten either."""
    fixture_agency.score("budi")
    told: list[str] = []
    for command in (
        SanctionEmployee(employee="budi", severity=Severity.SEVERE, on=date(2025, 2, 1), decree="SK 1"),
        SanctionEmployee(employee="budi", severity=Severity.SEVERE, on=date(2025, 2, 3), decree="SK 2"),
        LiftSanction(employee="budi", decree="SK 1", by="SK 3", reason="banding"),
        LiftSanction(employee="budi", decree="SK 2", by="SK 4", reason="banding"),
    ):
        fixture_agency.tell("hr", command)
        told.append(read("budi").predicate)

    assert told == ["kurang", "kurang", "kurang", "baik"]


def test_a_few_answers_are_no_survey(fixture_agency: Any, read: Any) -> None:
    fixture_agency.score("budi")

    survey(fixture_agency, people=1)

    assert read("budi").nodes["kepuasan"] is None


def test_who_moves_is_counted_and_scored_with_the_new_unit(fixture_agency: Any, read: Any, summary: Any) -> None:
    achieved(fixture_agency, 50)
    achieved(fixture_agency, 110, unit="disdik")
    fixture_agency.score("budi")
    fixture_agency.score("ani")
    assert summary() == {("dinkes", "cukup"): 2}

    moved(fixture_agency, "budi")

    assert summary() == {("dinkes", "cukup"): 1, ("disdik", "blocked"): 1}
    row = read("budi")
    assert (row.unit, row.nodes["unit"]) == ("disdik", "110.00")
    assert "atasan" in (row.reason or "")

    survey(fixture_agency, "dinkes")
    survey(fixture_agency, "disdik", mood=4)
    assert (read("budi").nodes["kepuasan"], read("ani").nodes["kepuasan"]) == ("100.00", "75.00")

    moved(fixture_agency, "budi", unit="dinkes", appraiser="sri")
    fixture_agency.rate("budi", 80)
    assert (read("budi").nodes["unit"], read("budi").nodes["kepuasan"]) == ("50.00", "75.00")
    assert summary() == {("dinkes", "cukup"): 2}


def row_of(fixture_agency: Any, employee: str) -> tuple[Any, ...]:
    """All that the application may read of the appraisal, but for when it was read."""
    fixture_agency.house.follow()
    stream = streams.appraisal(fixture_agency.id, employee, PERIOD)
    with psycopg.connect(fixture_agency.house.url) as connection:
        connection.execute("set local role neraca_app")
        connection.execute("select set_config('neraca.agency', %s, true)", (fixture_agency.id,))
        return tuple(
            connection.execute(f"select row_to_json(t)::text from {table} t where stream = %s", (stream,)).fetchall()
            for table in ("read_scores.appraisal", "read_scores.change", "read_timeline.events", "read_dossier.rating")
        )


def test_hidden_ratings_move_nothing_until_they_close_and_then_only_by_what_they_came_to(
    fixture_agency: Any, read: Any, changes: Any
) -> None:
    fixture_agency.score("budi")
    before = row_of(fixture_agency, "budi")
    for peer, score in (("ani", 100), ("cici", 80), ("dedi", 60)):
        fixture_agency.rate("budi", score, by=peer)
        assert row_of(fixture_agency, "budi") == before
    key: Any = {"employee": "budi", "period": PERIOD}
    fixture_agency.tell("dedi", ask.ReviseRating(**key, scores={"layanan": Decimal(90)}, reason="keliru"))
    fixture_agency.tell("cici", ask.WithdrawRating(**key, reason="mundur"))
    fixture_agency.rate("budi", 80, by="cici")
    assert row_of(fixture_agency, "budi") == before

    fixture_agency.finalise("budi")

    # layanan 0.6 x 80 + 0.4 x 90 = 84, disiplin 80: sikap 82, (60 x 90 + 30 x 82) / 90 = 87.33
    row = read("budi")
    assert (row.status, row.score, row.nodes["layanan"]) == ("final", Decimal("87.33"), "84.00")
    assert row.facts["case"]["ratings"] == {
        "layanan": {"atasan": [80_000_000], "rekan": [90_000_000] * 3},
        "disiplin": {"atasan": [80_000_000], "rekan": [80_000_000] * 3},
    }
    assert not any(path.endswith("rekan") for path in row.facts["sources"])
    assert row.facts["raters"].keys() == {"sri"}
    assert [one.score for one in changes("budi")] == [None, Decimal("86.67"), Decimal("87.33")]


def test_a_reopened_score_rests_on_what_the_closed_groups_came_to(fixture_agency: Any, read: Any) -> None:
    fixture_agency.score("budi")
    for peer, score in (("ani", 100), ("cici", 100), ("dedi", 70)):
        fixture_agency.rate("budi", score, by=peer)
    fixture_agency.finalise("budi")
    key: Any = {"employee": "budi", "period": PERIOD}
    fixture_agency.tell("budi", ask.FileObjection(**key, grounds="kurang adil"), on=AFTER)
    fixture_agency.tell("agus", ask.DecideObjection(**key, outcome=ObjectionOutcome.AMENDED, reason="benar"), on=AFTER)

    assert (read("budi").status, read("budi").score) == ("provisional", Decimal("88.00"))
    with pytest.raises(NotOpen, match="closed when the result was first final"):
        fixture_agency.rate("budi", 100, by="ani")
    fixture_agency.rate_amended(layanan=70)
    # layanan 0.6 x 70 + 0.4 x 90 = 78, disiplin 84: sikap 81, (60 x 90 + 30 x 81) / 90 = 87
    assert read("budi").score == Decimal("87.00")
    fixture_agency.finalise("budi", by="agus")
    assert read("budi").score == Decimal("87.00")


def test_two_peers_show_in_nothing_for_ever(fixture_agency: Any, read: Any) -> None:
    fixture_agency.score("budi")
    fixture_agency.rate("budi", 100, by="ani")
    fixture_agency.rate("budi", 10, by="cici")
    fixture_agency.finalise("budi")

    row = read("budi")
    assert (row.score, row.nodes["layanan"]) == (Decimal("86.67"), "80.00")
    assert row.facts["case"]["ratings"]["layanan"] == {"atasan": [80_000_000]}


def test_a_result_from_before_small_groups_were_left_out_stands_and_shows_nothing_of_them(
    fixture_agency: Any, read: Any, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One peer counted under a rule that let one count: the result is the result, and what led to it is withheld."""
    monkeypatch.setattr(drafts, "fit", drafts.read)
    monkeypatch.setattr(appraisal_context, "scored", lambda gathered, judge, *_: scoring.scored(gathered, judge, None))
    fixture_agency.publish(policy.replace("min: 3, max: 3", "min: 1, max: 3"), version=2, since=date(2025, 1, 15))
    fixture_agency.score("budi")
    fixture_agency.rate("budi", 10, by="ani")
    fixture_agency.finalise("budi")
    monkeypatch.undo()

    row = read("budi")
    # layanan and disiplin 0.6 x 80 + 0.4 x 10 = 52: (60 x 90 + 30 x 52) / 90 = 77.33
    assert (row.status, row.score, row.predicate) == ("final", Decimal("77.33"), "cukup")
    assert {name: row.nodes[name] for name in ("skp", "hasil", "layanan", "disiplin", "sikap", "nilai")} == {
        "skp": "90.00",
        "hasil": "90.00",
        "layanan": None,
        "disiplin": None,
        "sikap": None,
        "nilai": None,
    }
    assert row.facts["case"]["ratings"]["layanan"] == {"atasan": [80_000_000]}
    (again,) = replay(fixture_agency.service, fixture_agency.id)
    assert (again.recomputed.score, again.differences) == (Decimal("77.33"), ())
    (other,) = replay(fixture_agency.service, fixture_agency.id, policy=("kota-uji", 1))
    assert other.recomputed.score == Decimal("86.67")
    assert rebuild(fixture_agency.house.url, scores.PROJECTION).equal is True


def test_revised_ratings_of_the_supervisor_move_the_score(fixture_agency: Any, read: Any) -> None:
    fixture_agency.score("budi")

    fixture_agency.tell(
        "sri", ask.ReviseRating(employee="budi", period=PERIOD, scores={"layanan": Decimal(70)}, reason="bukti baru")
    )
    assert read("budi").score == Decimal("85.00")


def test_a_final_score_does_not_move_until_it_is_reopened(
    fixture_agency: Any, read: Any, changes: Any, summary: Any
) -> None:
    fixture_agency.tell("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20))
    fixture_agency.score("budi")
    fixture_agency.finalise("budi")
    fixed = read("budi")
    key: Any = {"employee": "budi", "period": PERIOD}

    wrong = CorrectAttendance(employee="budi", month="2025-01", required_days=20, absent_days=10, reason="mesin")
    fixture_agency.tell("hr", wrong, on=AFTER)
    achieved(fixture_agency, 10)
    fixture_agency.tell("budi", ask.FileObjection(**key, grounds="kurang adil"), on=AFTER)

    row = read("budi")
    assert (row.stage, row.score, row.nodes, row.final) == ("objected", fixed.score, fixed.nodes, fixed.final)

    fixture_agency.tell("agus", ask.DecideObjection(**key, outcome=ObjectionOutcome.AMENDED, reason="benar"), on=AFTER)
    # hasil (60 x 90 + 10 x 10) / 70 = 78.571429, sikap 80, kehadiran 50: 76.142857
    row = read("budi")
    assert (row.stage, row.status, row.score) == ("reopened", "provisional", Decimal("76.14"))
    assert summary() == {("dinkes", "cukup"): 1}

    fixture_agency.finalise("budi", by="agus")
    assert [(one.tag, one.score) for one in changes("budi")][-3:] == [
        ("appraisal.finalised", Decimal("88.00")),
        ("appraisal.reopened", Decimal("76.14")),
        ("appraisal.finalised", Decimal("76.14")),
    ]


def test_an_upheld_objection_leaves_the_score_final(fixture_agency: Any, read: Any, changes: Any) -> None:
    fixture_agency.score("budi")
    fixture_agency.finalise("budi")
    before = changes("budi")
    key: Any = {"employee": "budi", "period": PERIOD}

    fixture_agency.tell("budi", ask.FileObjection(**key, grounds="kurang adil"), on=AFTER)
    assert read("budi").stage == "objected"
    fixture_agency.tell("agus", ask.DecideObjection(**key, outcome=ObjectionOutcome.UPHELD, reason="tepat"), on=AFTER)

    assert (read("budi").stage, read("budi").status) == ("final", "final")
    assert changes("budi") == before


def test_a_final_row_keeps_the_facts_it_judged(fixture_agency: Any, read: Any) -> None:
    """Also where the unit asked its citizens something that the policy does not read."""
    other: Any = {"unit": "dinkes", "period": PERIOD, "survey": "lain"}
    closed = SurveyClosed(**other, sums={"a": Decimal(0)}, counts={"a": 0})
    fixture_agency.keep(
        "surveyor",
        streams.survey(fixture_agency.id, "dinkes", PERIOD, "lain"),
        SurveyOpened(**other, elements=["a"]),
        closed,
    )
    survey(fixture_agency)
    fixture_agency.score("budi")
    done = fixture_agency.finalise("budi")

    final = read("budi").final

    assert final is not None
    assert final["facts"] is not None
    assert "facts_digest" not in final
    assert (final["position"], final["facts_position"]) == (done.position, done.position - 1)
    assert final["facts"]["case"]["ratings"] == {
        "layanan": {"atasan": [80_000_000]},
        "disiplin": {"atasan": [80_000_000]},
    }


def test_a_new_version_rules_the_periods_from_its_day(
    fixture_agency: Any, read: Any, changes: Any, policy: str
) -> None:
    fixture_agency.score("budi")
    fixture_agency.score("ani")
    fixture_agency.finalise("ani")
    for period in ("2025-Q2", "2025-Q3"):
        fixture_agency.tell("hr", ask.OpenAppraisal(employee="budi", period=period))
    assert {read("budi", p).policy_version for p in (PERIOD, "2025-Q2", "2025-Q3")} == {1}

    heavier = policy.replace("hasil: 60, sikap: 30", "hasil: 30, sikap: 60")
    fixture_agency.publish(heavier, version=2, since=date(2025, 4, 1))
    assert [read("budi", p).policy_version for p in (PERIOD, "2025-Q2", "2025-Q3")] == [1, 2, 2]
    assert read("budi").score == Decimal("86.67")

    fixture_agency.publish(heavier, version=3, since=date(2025, 9, 1))
    assert [read("budi", p).policy_version for p in (PERIOD, "2025-Q2", "2025-Q3")] == [1, 2, 3]

    fixture_agency.tell("policy", PublishPolicy(file="k.yaml", texts={"k.yaml": _version(heavier, 4)}, reason="x"))
    assert changes("budi")[-1].tag == "appraisal.rated"


def _version(text: str, version: int) -> str:
    return text.replace("\nversion: 1\n", f"\nversion: {version}\n")


def test_a_version_that_rules_an_open_period_rescores_it_and_leaves_the_final_ones(
    fixture_agency: Any, read: Any, changes: Any, policy: str
) -> None:
    fixture_agency.score("budi")
    fixture_agency.score("ani")
    fixture_agency.finalise("ani")

    before = changes("budi")
    heavier = policy.replace("hasil: 60, sikap: 30", "hasil: 30, sikap: 60")

    done = fixture_agency.publish(heavier, version=2, since=date(2025, 2, 1))

    # (30 x 90 + 60 x 80) / 90 = 83.33
    assert (read("budi").policy_version, read("budi").score) == (2, Decimal("83.33"))
    assert (read("ani").policy_version, read("ani").score) == (1, Decimal("86.67"))
    assert changes("budi")[:-1] == before
    assert (changes("budi")[-1].tag, changes("budi")[-1].position) == ("policy.scheduled", done.position)

    key: Any = {"employee": "ani", "period": PERIOD}
    fixture_agency.tell("ani", ask.FileObjection(**key, grounds="x"), on=AFTER)
    fixture_agency.tell("agus", ask.DecideObjection(**key, outcome=ObjectionOutcome.AMENDED, reason="x"), on=AFTER)
    assert (read("ani").policy_version, read("ani").score) == (2, Decimal("83.33"))


def test_periods_that_a_bounded_version_leaves_without_a_policy_are_blocked(
    fixture_agency: Any, read: Any, changes: Any, summary: Any, policy: str
) -> None:
    """Version 2 ends on the last day of January and ends version 1 with it: nothing is in force at the period's end."""
    fixture_agency.score("budi")
    texts = {"kota-uji.yaml": _version(policy, 2)}
    fixture_agency.tell("policy", PublishPolicy(file="kota-uji.yaml", texts=texts, reason="uji"))

    fixture_agency.tell(
        "policy", SchedulePolicy(id="kota-uji", version=2, since=date(2025, 1, 15), until=date(2025, 1, 31))
    )

    row = read("budi")
    assert (row.status, row.score, row.predicate, row.policy_version) == ("blocked", None, None, None)
    assert row.reason == "no policy is in force on 2025-03-31"
    assert row.nodes == {}
    assert changes("budi")[-1].tag == "policy.scheduled"
    assert summary() == {("dinkes", "blocked"): 1}

    fixture_agency.publish(policy, version=3, since=date(2025, 3, 1))
    assert (read("budi").policy_version, read("budi").score) == (3, Decimal("86.67"))


def test_one_agency_sees_nothing_of_another(fixture_agencies: dict[str, Any]) -> None:
    for fixture_agency in fixture_agencies.values():
        fixture_agency.score("budi", actual=90 if fixture_agency.id == "uji" else 60)
    achieved(fixture_agencies["uji"], 10)
    fixture_agencies["uji"].house.follow()

    with psycopg.connect(fixture_agencies["uji"].house.url) as connection:
        found = connection.execute("select agency, score from read_scores.appraisal order by agency").fetchall()

    # hasil of uji (60 x 90 + 10 x 10) / 70 = 78.571429
    assert found == [("coba", Decimal("66.67")), ("uji", Decimal("79.05"))]
    assert rebuild(fixture_agencies["uji"].house.url, scores.PROJECTION).equal is True


def test_a_version_for_some_classes_rules_their_people_only(fixture_agency: Any, read: Any, policy: str) -> None:
    """Eko is OPERATIONAL, budi FUNCTIONAL."""
    fixture_agency.score("budi")
    fixture_agency.score("eko")

    fixture_agency.publish(
        policy.replace("hasil: 60, sikap: 30", "hasil: 30, sikap: 60"),
        version=2,
        since=date(2025, 2, 1),
        classes=(PositionClass.OPERATIONAL,),
    )

    assert [(read(who).policy_version, read(who).score) for who in ("budi", "eko")] == [
        (1, Decimal("86.67")),
        (2, Decimal("83.33")),
    ]
    fixture_agency.finalise("eko")
    assert read("eko").score == Decimal("83.33")
