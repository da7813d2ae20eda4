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
from neraca.domain.policy_book import PublishPolicy, SchedulePolicy
from neraca.domain.roster import LiftSanction, SanctionEmployee
from neraca.domain.survey import CloseSurvey, OpenSurvey, RecordResponse, SurveyClosed, SurveyOpened
from neraca.domain.vocabulary import ObjectionOutcome, PositionClass, Severity
from neraca.projecting.rebuilding import rebuild
from neraca.service import handling, judging, publishing
from neraca.service.replaying import replay
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
def read(town: Any) -> Callable[..., Row]:
    """An appraisal as the read model has it, once it has caught up."""

    def read(employee: str, period: str = PERIOD) -> Row:
        town.house.follow()
        with psycopg.connect(town.house.url) as connection, connection.cursor(row_factory=class_row(Row)) as cursor:
            query = """
                select employee, unit, stage, status, score, predicate, policy_version, reason, nodes, facts, final,
                  position
                from read_scores.appraisal where agency = %s and employee = %s and period = %s
            """
            found = cursor.execute(query, (town.id, employee, period)).fetchone()
        assert found is not None
        return found

    return read


@pytest.fixture
def changes(town: Any) -> Callable[..., list[Moved]]:
    def changes(employee: str, period: str = PERIOD) -> list[Moved]:
        town.house.follow()
        query = "select position, tag, status, score, predicate from read_scores.change where stream = %s order by 1"
        with psycopg.connect(town.house.url) as connection, connection.cursor(row_factory=class_row(Moved)) as cursor:
            return cursor.execute(query, (streams.appraisal(town.id, employee, period),)).fetchall()

    return changes


@pytest.fixture
def summary(town: Any) -> Callable[[], dict[tuple[str, str], int]]:
    """People by unit and outcome; that the counts are those of the appraisals is checked on the way."""

    def summary() -> dict[tuple[str, str], int]:
        town.house.follow()
        with psycopg.connect(town.house.url) as connection:
            counted = connection.execute(
                "select unit, outcome, people from read_scores.summary where agency = %s", (town.id,)
            ).fetchall()
            listed = connection.execute(
                "select unit, coalesce(predicate, status) from read_scores.appraisal where agency = %s", (town.id,)
            ).fetchall()
        found = {(unit, outcome): people for unit, outcome, people in counted}
        assert found == Counter(listed)
        return found

    return summary


def survey(town: Any, unit: str = "dinkes", mood: int = 3, people: int = 2) -> None:
    where: Any = {"unit": unit, "period": PERIOD, "survey": "skm"}
    answers: dict[str, Decimal] = {name: Decimal(mood) for name in ("u1", "u2", "u3")}
    town.tell("surveyor", OpenSurvey(**where, elements=list(answers)))
    town.tell("surveyor", *(RecordResponse(**where, respondent=f"w{n}", answers=answers) for n in range(people)))
    town.tell("surveyor", CloseSurvey(**where))


def achieved(town: Any, index: int, unit: str = "dinkes") -> None:
    town.tell(
        "official",
        PublishAchievement(unit=unit, period=PERIOD, index=Decimal(index), predicate="baik", source="LKjIP"),
    )


def moved(town: Any, employee: str, unit: str = "disdik", appraiser: str = "tono") -> None:
    town.tell(
        "hr",
        ask.ReassignAppraisal(
            employee=employee, period=PERIOD, unit=unit, appraiser=appraiser, since=date(2025, 3, 1), reason="mutasi"
        ),
    )


def test_an_appraisal_is_blocked_then_provisional_then_final(town: Any, read: Any, changes: Any) -> None:
    town.plan("budi")
    assert (read("budi").stage, read("budi").status, read("budi").score) == ("running", "blocked", None)
    assert "layanan" in (read("budi").reason or "")

    town.report("budi", 90)
    assert read("budi").status == "blocked"
    town.rate("budi", 80)
    row = read("budi")
    assert (row.status, row.score, row.predicate, row.reason) == ("provisional", Decimal("86.67"), "baik", None)
    assert row.nodes["skp"] == "90.00"
    assert row.nodes["tim"] is None

    done = town.finalise("budi")
    row = read("budi")
    assert (row.stage, row.status, row.score, row.predicate) == ("final", "final", Decimal("86.67"), "baik")
    assert row.position == done.position
    assert [(one.tag, one.status, one.score) for one in changes("budi")] == [
        ("appraisal.opened", "blocked", None),
        ("appraisal.rated", "provisional", Decimal("86.67")),
        ("appraisal.finalised", "final", Decimal("86.67")),
    ]


def test_every_change_names_its_cause_and_both_of_its_times(town: Any) -> None:
    town.score("budi")
    late = date(2025, 5, 5)
    record = RecordAttendance(employee="budi", month="2025-01", required_days=20, absent_days=4)

    done = town.tell("hr", record, on=late, effective=date(2025, 1, 31))
    town.house.follow()

    with psycopg.connect(town.house.url) as connection:
        query = """
            select position, tag, by, at, effective, score, recorded_at from read_scores.change
            where agency = 'uji' order by position desc limit 1
        """
        row = connection.execute(query).fetchone()
    assert row is not None
    # hasil 90, sikap 80, kehadiran 100 - 4 x 5 = 80: 0.6 x 90 + 0.3 x 80 + 0.1 x 80 = 86
    at = datetime(2025, 5, 5, 5, tzinfo=UTC)
    assert row[:6] == (done.position, "attendance.recorded", "hr", at, date(2025, 1, 31), Decimal("86.00"))
    assert row[6] == town.house.log.read("uji", done.position - 1, 1)[0].recorded_at


def test_what_moves_no_score_leaves_no_change(town: Any, changes: Any) -> None:
    town.score("budi")
    before = changes("budi")

    town.report("budi", 80, report="lama", until=date(2025, 2, 1))
    town.tell("hr", RecordAttendance(employee="budi", month="2025-04", required_days=20, late=9), on=date(2025, 5, 2))
    town.tell("hr", RecordAttendance(employee="ani", month="2025-01", required_days=20, late=9))
    survey(town, "disdik")

    assert changes("budi") == before


def test_a_units_facts_reach_its_people_and_those_who_come_later(town: Any, read: Any) -> None:
    town.score("budi")
    achieved(town, 50)
    survey(town, mood=2)
    town.score("ani")
    town.score("eko")

    # hasil (60 x 90 + 10 x 50 + 10 x 50) / 80 = 80; (60 x 80 + 30 x 80) / 90 = 80
    assert [read(who).score for who in ("budi", "ani", "eko")] == [Decimal("80.00"), Decimal("80.00"), Decimal("86.67")]

    town.tell(
        "official", ReviseAchievement(unit="dinkes", period=PERIOD, index=Decimal(90), predicate="baik", reason="reviu")
    )
    assert read("budi").nodes["unit"] == read("ani").nodes["unit"] == "90.00"


def test_what_is_known_of_a_person_reaches_appraisals_opened_later(town: Any, read: Any) -> None:
    town.tell("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20, absent_days=2))
    town.tell("hr", SanctionEmployee(employee="budi", severity=Severity.SEVERE, on=date(2025, 2, 1), decree="SK"))

    town.score("budi")

    assert (read("budi").nodes["kehadiran"], read("budi").predicate) == ("90.00", "kurang")


def test_a_sanction_that_was_lifted_on_appeal_counts_no_more(town: Any, read: Any) -> None:
    town.tell("hr", SanctionEmployee(employee="budi", severity=Severity.SEVERE, on=date(2025, 2, 1), decree="SK 1"))
    town.score("budi")
    before = read("budi").predicate

    town.tell("hr", LiftSanction(employee="budi", decree="SK 1", by="SK 2", reason="banding"))

    assert (before, read("budi").predicate) == ("kurang", "baik")
    town.finalise("budi")


def test_a_few_answers_are_no_survey(town: Any, read: Any) -> None:
    town.score("budi")

    survey(town, people=1)

    assert read("budi").nodes["kepuasan"] is None


def test_who_moves_is_counted_and_scored_with_the_new_unit(town: Any, read: Any, summary: Any) -> None:
    achieved(town, 50)
    achieved(town, 110, unit="disdik")
    town.score("budi")
    town.score("ani")
    assert summary() == {("dinkes", "cukup"): 2}

    moved(town, "budi")

    assert summary() == {("dinkes", "cukup"): 1, ("disdik", "blocked"): 1}
    row = read("budi")
    assert (row.unit, row.nodes["unit"]) == ("disdik", "110.00")
    assert "atasan" in (row.reason or "")

    survey(town, "dinkes")
    survey(town, "disdik", mood=4)
    assert (read("budi").nodes["kepuasan"], read("ani").nodes["kepuasan"]) == ("100.00", "75.00")

    moved(town, "budi", unit="dinkes", appraiser="sri")
    town.rate("budi", 80)
    assert (read("budi").nodes["unit"], read("budi").nodes["kepuasan"]) == ("50.00", "75.00")
    assert summary() == {("dinkes", "cukup"): 2}


def row_of(town: Any, employee: str) -> tuple[Any, ...]:
    """All that the application may read of the appraisal, but for when it was read."""
    town.house.follow()
    stream = streams.appraisal(town.id, employee, PERIOD)
    with psycopg.connect(town.house.url) as connection:
        connection.execute("set local role neraca_app")
        connection.execute("select set_config('neraca.agency', %s, true)", (town.id,))
        return tuple(
            connection.execute(f"select row_to_json(t)::text from {table} t where stream = %s", (stream,)).fetchall()
            for table in ("read_scores.appraisal", "read_scores.change", "read_timeline.events", "read_dossier.rating")
        )


def test_hidden_ratings_move_nothing_until_they_close_and_then_only_by_what_they_came_to(
    town: Any, read: Any, changes: Any
) -> None:
    town.score("budi")
    before = row_of(town, "budi")
    for peer, score in (("ani", 100), ("cici", 80), ("dedi", 60)):
        town.rate("budi", score, by=peer)
        assert row_of(town, "budi") == before
    key: Any = {"employee": "budi", "period": PERIOD}
    town.tell("dedi", ask.ReviseRating(**key, scores={"layanan": Decimal(90)}, reason="keliru"))
    town.tell("cici", ask.WithdrawRating(**key, reason="mundur"))
    town.rate("budi", 80, by="cici")
    assert row_of(town, "budi") == before

    town.finalise("budi")

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


def test_a_reopened_score_rests_on_what_the_closed_groups_came_to(town: Any, read: Any) -> None:
    town.score("budi")
    for peer, score in (("ani", 100), ("cici", 100), ("dedi", 70)):
        town.rate("budi", score, by=peer)
    town.finalise("budi")
    key: Any = {"employee": "budi", "period": PERIOD}
    town.tell("budi", ask.FileObjection(**key, grounds="kurang adil"), on=AFTER)
    town.tell("agus", ask.DecideObjection(**key, outcome=ObjectionOutcome.AMENDED, reason="benar"), on=AFTER)

    assert (read("budi").status, read("budi").score) == ("provisional", Decimal("88.00"))
    with pytest.raises(NotOpen, match="closed when the result was first final"):
        town.rate("budi", 100, by="ani")
    town.tell("sri", ask.ReviseRating(**key, scores={"layanan": Decimal(70)}, reason="bukti baru"), on=AFTER)
    # layanan 0.6 x 70 + 0.4 x 90 = 78, disiplin 84: sikap 81, (60 x 90 + 30 x 81) / 90 = 87
    assert read("budi").score == Decimal("87.00")
    town.finalise("budi")
    assert read("budi").score == Decimal("87.00")


def test_two_peers_show_in_nothing_for_ever(town: Any, read: Any) -> None:
    town.score("budi")
    town.rate("budi", 100, by="ani")
    town.rate("budi", 10, by="cici")
    town.finalise("budi")

    row = read("budi")
    assert (row.score, row.nodes["layanan"]) == (Decimal("86.67"), "80.00")
    assert row.facts["case"]["ratings"]["layanan"] == {"atasan": [80_000_000]}


def test_a_result_from_before_small_groups_were_left_out_stands_and_shows_nothing_of_them(
    town: Any, read: Any, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One peer counted under a rule that let one count: the result is the result, and what led to it is withheld."""
    monkeypatch.setattr(publishing, "fit", publishing.read)
    monkeypatch.setattr(handling, "scored", lambda gathered, judge, *_: judging.scored(gathered, judge, None))
    town.publish(policy.replace("min: 3, max: 3", "min: 1, max: 3"), version=2, since=date(2025, 1, 15))
    town.score("budi")
    town.rate("budi", 10, by="ani")
    town.finalise("budi")
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
    (again,) = replay(town.service, town.id)
    assert (again.recomputed.score, again.differences) == (Decimal("77.33"), ())
    (other,) = replay(town.service, town.id, policy=("kota-uji", 1))
    assert other.recomputed.score == Decimal("86.67")
    assert rebuild(town.house.url, scores.PROJECTION).equal is True


def test_revised_ratings_of_the_supervisor_move_the_score(town: Any, read: Any) -> None:
    town.score("budi")

    town.tell(
        "sri", ask.ReviseRating(employee="budi", period=PERIOD, scores={"layanan": Decimal(70)}, reason="bukti baru")
    )
    assert read("budi").score == Decimal("85.00")


def test_a_final_score_does_not_move_until_it_is_reopened(town: Any, read: Any, changes: Any, summary: Any) -> None:
    town.tell("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20))
    town.score("budi")
    town.finalise("budi")
    fixed = read("budi")
    key: Any = {"employee": "budi", "period": PERIOD}

    wrong = CorrectAttendance(employee="budi", month="2025-01", required_days=20, absent_days=10, reason="mesin")
    town.tell("hr", wrong, on=AFTER)
    achieved(town, 10)
    town.tell("budi", ask.FileObjection(**key, grounds="kurang adil"), on=AFTER)

    row = read("budi")
    assert (row.stage, row.score, row.nodes, row.final) == ("objected", fixed.score, fixed.nodes, fixed.final)

    town.tell("agus", ask.DecideObjection(**key, outcome=ObjectionOutcome.AMENDED, reason="benar"), on=AFTER)
    # hasil (60 x 90 + 10 x 10) / 70 = 78.571429, sikap 80, kehadiran 50: 76.142857
    row = read("budi")
    assert (row.stage, row.status, row.score) == ("reopened", "provisional", Decimal("76.14"))
    assert summary() == {("dinkes", "cukup"): 1}

    town.finalise("budi")
    assert [(one.tag, one.score) for one in changes("budi")][-3:] == [
        ("appraisal.finalised", Decimal("88.00")),
        ("appraisal.reopened", Decimal("76.14")),
        ("appraisal.finalised", Decimal("76.14")),
    ]


def test_an_upheld_objection_leaves_the_score_final(town: Any, read: Any, changes: Any) -> None:
    town.score("budi")
    town.finalise("budi")
    before = changes("budi")
    key: Any = {"employee": "budi", "period": PERIOD}

    town.tell("budi", ask.FileObjection(**key, grounds="kurang adil"), on=AFTER)
    assert read("budi").stage == "objected"
    town.tell("agus", ask.DecideObjection(**key, outcome=ObjectionOutcome.UPHELD, reason="tepat"), on=AFTER)

    assert (read("budi").stage, read("budi").status) == ("final", "final")
    assert changes("budi") == before


def test_a_final_row_keeps_the_facts_it_judged(town: Any, read: Any) -> None:
    """Also where the unit asked its citizens something that the policy does not read."""
    other: Any = {"unit": "dinkes", "period": PERIOD, "survey": "lain"}
    closed = SurveyClosed(**other, sums={"a": Decimal(0)}, counts={"a": 0})
    town.keep(
        "surveyor", streams.survey(town.id, "dinkes", PERIOD, "lain"), SurveyOpened(**other, elements=["a"]), closed
    )
    survey(town)
    town.score("budi")
    done = town.finalise("budi")

    final = read("budi").final

    assert final is not None
    assert final["facts"] is not None
    assert "facts_digest" not in final
    assert (final["position"], final["facts_position"]) == (done.position, done.position - 1)
    assert final["facts"]["case"]["ratings"] == {
        "layanan": {"atasan": [80_000_000]},
        "disiplin": {"atasan": [80_000_000]},
    }


def test_a_new_version_rules_the_periods_from_its_day(town: Any, read: Any, changes: Any, policy: str) -> None:
    town.score("budi")
    town.score("ani")
    town.finalise("ani")
    for period in ("2025-Q2", "2025-Q3"):
        town.tell("hr", ask.OpenAppraisal(employee="budi", period=period))
    assert {read("budi", p).policy_version for p in (PERIOD, "2025-Q2", "2025-Q3")} == {1}

    heavier = policy.replace("hasil: 60, sikap: 30", "hasil: 30, sikap: 60")
    town.publish(heavier, version=2, since=date(2025, 4, 1))
    assert [read("budi", p).policy_version for p in (PERIOD, "2025-Q2", "2025-Q3")] == [1, 2, 2]
    assert read("budi").score == Decimal("86.67")

    town.publish(heavier, version=3, since=date(2025, 9, 1))
    assert [read("budi", p).policy_version for p in (PERIOD, "2025-Q2", "2025-Q3")] == [1, 2, 3]

    town.tell("policy", PublishPolicy(file="k.yaml", texts={"k.yaml": _version(heavier, 4)}, reason="x"))
    assert changes("budi")[-1].tag == "appraisal.rated"


def _version(text: str, version: int) -> str:
    return text.replace("\nversion: 1\n", f"\nversion: {version}\n")


def test_a_version_that_rules_an_open_period_rescores_it_and_leaves_the_final_ones(
    town: Any, read: Any, changes: Any, policy: str
) -> None:
    town.score("budi")
    town.score("ani")
    town.finalise("ani")

    before = changes("budi")
    heavier = policy.replace("hasil: 60, sikap: 30", "hasil: 30, sikap: 60")

    done = town.publish(heavier, version=2, since=date(2025, 2, 1))

    # (30 x 90 + 60 x 80) / 90 = 83.33
    assert (read("budi").policy_version, read("budi").score) == (2, Decimal("83.33"))
    assert (read("ani").policy_version, read("ani").score) == (1, Decimal("86.67"))
    assert changes("budi")[:-1] == before
    assert (changes("budi")[-1].tag, changes("budi")[-1].position) == ("policy.scheduled", done.position)

    key: Any = {"employee": "ani", "period": PERIOD}
    town.tell("ani", ask.FileObjection(**key, grounds="x"), on=AFTER)
    town.tell("agus", ask.DecideObjection(**key, outcome=ObjectionOutcome.AMENDED, reason="x"), on=AFTER)
    assert (read("ani").policy_version, read("ani").score) == (2, Decimal("83.33"))


def test_periods_that_a_bounded_version_leaves_without_a_policy_are_blocked(
    town: Any, read: Any, changes: Any, summary: Any, policy: str
) -> None:
    """Version 2 ends on the last day of January and ends version 1 with it: nothing is in force at the period's end."""
    town.score("budi")
    texts = {"kota-uji.yaml": _version(policy, 2)}
    town.tell("policy", PublishPolicy(file="kota-uji.yaml", texts=texts, reason="uji"))

    town.tell("policy", SchedulePolicy(id="kota-uji", version=2, since=date(2025, 1, 15), until=date(2025, 1, 31)))

    row = read("budi")
    assert (row.status, row.score, row.predicate, row.policy_version) == ("blocked", None, None, None)
    assert row.reason == "no policy is in force on 2025-03-31"
    assert row.nodes == {}
    assert changes("budi")[-1].tag == "policy.scheduled"
    assert summary() == {("dinkes", "blocked"): 1}

    town.publish(policy, version=3, since=date(2025, 3, 1))
    assert (read("budi").policy_version, read("budi").score) == (3, Decimal("86.67"))


def test_one_agency_sees_nothing_of_another(towns: dict[str, Any]) -> None:
    for town in towns.values():
        town.score("budi", actual=90 if town.id == "uji" else 60)
    achieved(towns["uji"], 10)
    towns["uji"].house.follow()

    with psycopg.connect(towns["uji"].house.url) as connection:
        found = connection.execute("select agency, score from read_scores.appraisal order by agency").fetchall()

    # hasil of uji (60 x 90 + 10 x 10) / 70 = 78.571429
    assert found == [("coba", Decimal("66.67")), ("uji", Decimal("79.05"))]
    assert rebuild(towns["uji"].house.url, scores.PROJECTION).equal is True


def test_a_version_for_some_classes_rules_their_people_only(town: Any, read: Any, policy: str) -> None:
    """Eko is OPERATIONAL, budi FUNCTIONAL."""
    town.score("budi")
    town.score("eko")

    town.publish(
        policy.replace("hasil: 60, sikap: 30", "hasil: 30, sikap: 60"),
        version=2,
        since=date(2025, 2, 1),
        classes=(PositionClass.OPERATIONAL,),
    )

    assert [(read(who).policy_version, read(who).score) for who in ("budi", "eko")] == [
        (1, Decimal("86.67")),
        (2, Decimal("83.33")),
    ]
    town.finalise("eko")
    assert read("eko").score == Decimal("83.33")
