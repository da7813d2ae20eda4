"""A cohort through the ledger: from what its unit achieved to results that are replayed with what moved them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from neraca.domain import streams
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Finalised, RatingsClosed
from neraca.domain.cohort.commands import CalibratePredicate, CloseCohort, JudgeCohort, OpenCohort, ReopenCohort
from neraca.domain.cohort.events import (
    CohortClosed,
    CohortJudged,
    CohortOpened,
    CurveBreach,
    Organisation,
    PredicateCalibrated,
)
from neraca.domain.envelope import Envelope
from neraca.domain.errors import Blocked, Conflict, Invalid, NotAllowed, NotOpen
from neraca.domain.headship import AppointHead
from neraca.domain.vocabulary import ObjectionOutcome
from neraca.projecting.rebuild import rebuild
from neraca.service.cohorts import cohorts_of
from neraca.service.replay import replay
from neraca.service.simulation import SimulationRequest, Simulator
from neraca.store.ledger import Append
from projections import ALL

AFTER = date(2025, 4, 2)
NOON = datetime(2025, 4, 2, 5, tzinfo=UTC)
WHICH: dict[str, Any] = {"appraiser": "sri", "period": "2025-Q1"}
OPEN, JUDGE, CLOSE = OpenCohort(**WHICH), JudgeCohort(**WHICH), CloseCohort(**WHICH)
STAFF = ("ani", "budi", "cici", "dedi")
CURVE = """
distribution:
  mode: {mode}
  cohort: pejabat_penilai
  min_cohort: {least}
  select_by: predikat_organisasi
  rounding: {{max: floor, min: ceil}}
  curves:
    baik: {{quotas: {{cukup: {{max: 75}}}}}}
"""


@pytest.fixture
def ruled(fixture_agency: Any, policy: str) -> Callable[..., Any]:
    """The agency under a curve by which at most three of four are `cukup`, with four people of whom all are, and whose
    anonymous groups are `closed` or not.
    """

    def under(mode: str, least: int = 3, *, closed: bool = True) -> Any:
        fixture_agency.publish(policy + CURVE.format(mode=mode, least=least), version=2, since=date(2025, 3, 1))
        for number, employee in enumerate(STAFF):
            fixture_agency.score(employee, actual=80 + number)
        if closed:
            fixture_agency.tell("sri", *closings(*STAFF), on=AFTER)
        return fixture_agency

    return under


def publish(agency: Any, unit: str = "dinkes", predicate: Any = "baik") -> int:
    command = PublishAchievement(unit=unit, period="2025-Q1", index=Decimal(95), predicate=predicate, source="LKjIP")
    return agency.tell("official", command, on=AFTER).position


def events(agency: Any) -> list[Any]:
    return [past.event for past in agency.service.reader.stream(agency.id, streams.cohort(agency.id, "sri", "2025-Q1"))]


def closings(*employees: str) -> tuple[ask.CloseRatings, ...]:
    return tuple(ask.CloseRatings(employee=one, period="2025-Q1") for one in employees)


def final(agency: Any, employee: str) -> Finalised:
    agency.finalise(employee, on=AFTER)
    return agency.service.reader.stream(agency.id, streams.appraisal(agency.id, employee, "2025-Q1"))[-1].event


def holds(agency: Any) -> None:
    """Every result replays to the same."""
    assert [one.differences for one in replay(agency.service, agency.id) if one.differences] == []


def move(employee: str, predicate: str) -> CalibratePredicate:
    return CalibratePredicate(**WHICH, employee=employee, predicate=predicate, reason="Bukti dinilai ulang")


def test_enforced_a_cohort_closes_within_its_curve_and_only_then_results_are_fixed(ruled: Any) -> None:
    agency = ruled("enforce")
    position = publish(agency)

    with pytest.raises(NotOpen, match="enforces a distribution, and the cohort of sri for it has no ani"):
        agency.finalise("ani", on=AFTER)
    agency.tell("sri", OPEN, on=AFTER)
    agency.tell("sri", JUDGE, on=AFTER)
    opened, judged = events(agency)
    assert isinstance(opened, CohortOpened)
    assert [member.employee for member in opened.members] == list(STAFF)
    assert opened.organisation == Organisation("dinkes", "served", "2025-Q1", "baik", position)
    assert isinstance(judged, CohortJudged)
    assert {one.predicate for one in judged.outcomes.values()} == {"cukup"}
    with pytest.raises(Blocked, match="at most 3 of cukup, found 4"):
        agency.tell("sri", CLOSE, on=AFTER)
    with pytest.raises(NotOpen, match="the cohort of sri is not closed"):
        agency.finalise("ani", on=AFTER)

    agency.tell("sri", move("dedi", "baik"), on=AFTER)
    agency.tell("sri", CLOSE, on=AFTER)

    assert events(agency)[-1] == CohortClosed(on=AFTER, counts={"baik": 1, "cukup": 3})
    moved, kept = final(agency, "dedi"), final(agency, "ani")
    assert (moved.predicate, moved.computed, kept.predicate, kept.computed) == ("baik", "cukup", "cukup", "cukup")
    assert moved.cohort is not None
    assert moved.cohort.calibrated is not None
    assert (moved.cohort.calibrated.by, moved.cohort.calibrated.reason) == ("sri", "Bukti dinilai ulang")
    holds(agency)
    agency.house.follow()
    for projection in ALL:
        assert rebuild(agency.house.url, projection).equal is True
    with psycopg.connect(agency.house.url) as connection:
        shown = connection.execute(
            "select predicate, score from read_scores.appraisal where agency = 'uji' and employee = 'dedi'"
        ).fetchone()
    assert shown == ("baik", moved.score)


def test_a_simulation_compares_what_was_computed_and_takes_no_calibration_for_a_change(ruled: Any) -> None:
    agency = ruled("advisory")
    publish(agency)
    for command in (OPEN, JUDGE, move("dedi", "baik"), CLOSE):
        agency.tell("sri", command, on=AFTER)
    assert final(agency, "dedi").predicate == "baik"
    for employee in STAFF[:-1]:
        final(agency, employee)
    agency.house.follow()

    simulator = Simulator(agency.house.url, agency.service.policies, agency.house.agencies)
    found = simulator.run(SimulationRequest(agency=agency.id, candidate=agency.id)).impact

    assert (found.people, found.changed) == (4, 0)
    assert [(one.before, one.after, one.people) for one in found.transitions] == [("cukup", "cukup", 4)]


def test_the_fewest_changes_of_a_cohort_are_told_and_move_nobody_who_is_final(ruled: Any) -> None:
    agency = ruled("advisory")
    publish(agency)
    final(agency, "ani")
    agency.tell("sri", OPEN, on=AFTER)
    assert cohorts_of(agency.service.reader, agency.service.policies, "uji", "2025-Q1")[0].why == "it is not judged yet"
    agency.tell("sri", JUDGE, on=AFTER)

    (found,) = cohorts_of(agency.service.reader, agency.service.policies, "uji", "2025-Q1")

    assert (found.appraiser, found.unit, found.stage, found.organisation) == ("sri", "dinkes", "judged", "baik")
    assert (found.people, found.unfinished, found.counts) == (4, 3, {"cukup": 4})
    assert found.rebalancing is not None
    # Not Ani, who has the lowest score and whose result is final.
    assert [(move.id, move.before, move.after) for move in found.rebalancing.moves] == [("dedi", "cukup", "baik")]
    assert cohorts_of(agency.service.reader, agency.service.policies, "uji", "2025-Q2") == []


def test_advised_the_breach_is_recorded_and_results_are_fixed_all_the_same(ruled: Any) -> None:
    agency = ruled("advisory")
    publish(agency)
    early = final(agency, "ani")
    for command in (OPEN, JUDGE, CLOSE):
        agency.tell("sri", command, on=AFTER)

    assert events(agency)[-1] == CohortClosed(
        on=AFTER, counts={"cukup": 4}, breaches=[CurveBreach("max", ("cukup",), 3, 4)]
    )
    late = final(agency, "budi")
    assert early.cohort is None
    assert late.cohort is not None
    assert (late.predicate, late.cohort.kept) == ("cukup", False)
    holds(agency)


def test_a_small_cohort_is_not_bound(ruled: Any) -> None:
    agency = ruled("enforce", least=5)
    publish(agency)
    for command in (OPEN, JUDGE, CLOSE):
        agency.tell("sri", command, on=AFTER)

    assert events(agency)[-1].unchecked == "fewer than 5 people: the rule does not bind so small a cohort"
    fixed = final(agency, "ani").cohort
    assert fixed is not None
    assert fixed.kept is None


def test_the_unit_that_the_appraiser_heads_goes_before_the_one_they_serve_in(ruled: Any) -> None:
    agency = ruled("enforce")
    publish(agency)
    position = publish(agency, "disdik", "kurang")
    head = AppointHead(unit="disdik", employee="sri", since=date(2025, 2, 1), decree="SK 2", acting=True)
    agency.tell("hr", head, on=AFTER)
    agency.tell("sri", OPEN, on=AFTER)

    (opened,) = events(agency)
    assert opened.organisation == Organisation("disdik", "acting", "2025-Q1", "kurang", position)
    agency.tell("sri", JUDGE, on=AFTER)
    with pytest.raises(Blocked, match="could not be asked: distribution/curves: no curve 'kurang'"):
        agency.tell("sri", CLOSE, on=AFTER)


def test_a_later_revision_of_the_achievement_changes_nothing_of_an_opened_cohort(ruled: Any) -> None:
    agency = ruled("advisory")
    publish(agency)
    for command in (OPEN, JUDGE, CLOSE):
        agency.tell("sri", command, on=AFTER)
    agency.tell(
        "official",
        ReviseAchievement(unit="dinkes", period="2025-Q1", index=Decimal(50), predicate="kurang", reason="Reviu"),
        on=AFTER,
    )

    fixed = final(agency, "ani").cohort
    assert fixed is not None
    assert fixed.organisation == "baik"
    holds(agency)


def test_who_comes_or_leaves_is_taken_in_when_it_is_opened_again(ruled: Any) -> None:
    agency = ruled("advisory", closed=False)
    publish(agency)
    agency.tell("sri", OPEN, on=AFTER)
    agency.tell("hr", ask.CancelAppraisal(employee="ani", period="2025-Q1", reason="Salah buka"), on=AFTER)

    with pytest.raises(Conflict, match="not as it was opened: ani left; open it again"):
        agency.tell("sri", JUDGE, on=AFTER)
    agency.tell("sri", *closings(*STAFF[1:]), on=AFTER)
    for command in (OPEN, JUDGE, CLOSE):
        agency.tell("sri", command, on=AFTER)
    assert events(agency)[-1].breaches == [CurveBreach("max", ("cukup",), 2, 3)]


def test_facts_that_move_after_the_closing_are_judged_again(ruled: Any) -> None:
    agency = ruled("advisory")
    publish(agency)
    for command in (OPEN, JUDGE, move("ani", "baik"), CLOSE):
        agency.tell("sri", command, on=AFTER)
    rating = ask.ReviseRating(
        employee="ani", period="2025-Q1", scores={"layanan": Decimal(5), "disiplin": Decimal(5)}, reason="Ralat"
    )
    agency.tell("sri", rating, on=AFTER)

    with pytest.raises(Conflict, match="closed with cukup for ani, and the facts come to kurang by now"):
        agency.finalise("ani", on=AFTER)
    agency.tell("hr", ReopenCohort(**WHICH, reason="Nilai diralat"), on=AFTER)
    agency.tell("sri", JUDGE, on=AFTER)
    agency.tell("sri", CLOSE, on=AFTER)
    assert final(agency, "ani").predicate == "kurang"
    holds(agency)


def test_an_appraiser_does_not_judge_twice_to_see_what_a_peer_has_said(ruled: Any) -> None:
    agency = ruled("enforce")
    publish(agency)
    for command in (OPEN, JUDGE):
        agency.tell("sri", command, on=AFTER)

    with pytest.raises(NotAllowed, match="judged already; HR must open it again"):
        agency.tell("sri", OPEN, on=AFTER)


def test_a_result_that_became_final_since_the_judging_is_moved_no_more(ruled: Any) -> None:
    agency = ruled("advisory")
    publish(agency)
    for command in (OPEN, JUDGE):
        agency.tell("sri", command, on=AFTER)
    assert final(agency, "ani").predicate == "cukup"

    with pytest.raises(Conflict, match="/employee: the result of ani is final; an objection may change it"):
        agency.tell("sri", move("ani", "baik"), on=AFTER)


def test_a_cohort_does_not_close_over_a_result_that_was_fixed_while_it_was_moved(ruled: Any) -> None:
    """As where two did it at once: each looked before the other was there."""
    agency = ruled("advisory")
    publish(agency)
    for command in (OPEN, JUDGE):
        agency.tell("sri", command, on=AFTER)
    final(agency, "ani")
    moved = PredicateCalibrated(employee="ani", before="cukup", after="baik", by="sri", reason="Serentak")
    tag, data = agency.house.mapper.encode(Envelope(at=NOON, by="sri", correlation="serentak", body=moved))
    stored = StoredEvent(streams.cohort(agency.id, "sri", "2025-Q1"), 3, tag, data)
    agency.house.ledger.append(agency.id, Append([stored]))

    with pytest.raises(Conflict, match="ani became final with cukup, and the cohort has it moved to baik; HR must"):
        agency.tell("sri", CLOSE, on=AFTER)
    agency.tell("hr", OPEN, JUDGE, CLOSE, on=AFTER)
    assert events(agency)[-1].counts == {"cukup": 4}


def test_nobody_is_judged_while_an_anonymous_rating_may_still_move_it(ruled: Any) -> None:
    """Judged again, a predicate that has moved with one hidden rating between would tell it."""
    agency = ruled("advisory", closed=False)
    publish(agency)
    for peer in ("budi", "cici", "dedi"):
        agency.rate("ani", 80, by=peer)
    agency.tell("sri", OPEN, *closings(*STAFF[1:]), on=AFTER)

    with pytest.raises(
        Blocked, match="ani have no predicate yet; ani: anonymous ratings may still come in; send close"
    ):
        agency.tell("sri", JUDGE, on=AFTER)
    agency.tell("sri", *closings("ani"), JUDGE, on=AFTER)

    assert agency.service.reader.stream(agency.id, streams.appraisal(agency.id, "ani", "2025-Q1"))[-1].event == (
        RatingsClosed(on=AFTER, policy=events(agency)[0].policy, closed={"rekan": 3})
    )
    judged = events(agency)[-1].outcomes["ani"]
    for peer in ("budi", "cici", "dedi"):
        taken_back = ask.WithdrawRating(employee="ani", period="2025-Q1", reason="Ragu")
        with pytest.raises(NotOpen, match="closed when the appraiser's people were to be judged beside one another"):
            agency.tell(peer, taken_back, on=AFTER)
    agency.tell("hr", OPEN, JUDGE, CLOSE, on=AFTER)
    again = events(agency)[-2].outcomes["ani"]
    fixed = final(agency, "ani")
    # The same each time, to the digit, and told whole: nobody rates next.
    assert (judged.predicate, judged.score) == (again.predicate, again.score) == (fixed.predicate, fixed.score)
    assert (fixed.closed, fixed.closed_by) == ({}, fixed.policy)
    holds(agency)
    agency.house.follow()
    for projection in ALL:
        assert rebuild(agency.house.url, projection).equal is True


def test_what_a_superior_amends_keeps_the_move_or_withdraws_it_and_the_document_says_so(ruled: Any) -> None:
    agency = ruled("enforce")
    publish(agency)
    for command in (OPEN, JUDGE, move("budi", "baik"), CLOSE):
        agency.tell("sri", command, on=AFTER)
    assert final(agency, "budi").predicate == "baik"
    which: dict[str, Any] = {"employee": "budi", "period": "2025-Q1"}
    agency.tell("sri", ask.IssueDocument(**which), on=AFTER)
    agency.tell("sri", ask.DeliverDocument(**which), on=AFTER)
    agency.tell("budi", ask.ReceiveDocument(**which), on=AFTER)
    agency.tell("budi", ask.FileObjection(**which, grounds="Belum semua"), on=AFTER)
    decided = ask.DecideObjection(**which, outcome=ObjectionOutcome.AMENDED, reason="Benar")
    agency.tell("agus", decided, on=AFTER)
    agency.rate_amended(layanan=81, on=AFTER)

    with pytest.raises(Invalid, match="sri had moved the result from cukup to baik, and the facts come to"):
        agency.tell("agus", ask.Finalise(**which), on=AFTER)
    agency.tell("agus", ask.Finalise(**which, move="kept", reason="Tetap di atas rekan"), on=AFTER)

    fixed = agency.service.reader.stream(agency.id, streams.appraisal(agency.id, "budi", "2025-Q1"))[-1].event
    assert (fixed.predicate, fixed.computed, fixed.cohort.calibrated.by) == ("baik", "cukup", "agus")
    document = agency.service.documents.draft(agency.id, "budi", "2025-Q1").document
    assert (document.cohort.computed["id"], document.cohort.reason) == ("Cukup", "Tetap di atas rekan")
    holds(agency)


def test_judging_rests_on_the_log_but_for_closings_in_the_same_batch(ruled: Any) -> None:
    agency = ruled("advisory", closed=False)
    publish(agency)
    rating = ask.ReviseRating(employee="ani", period="2025-Q1", scores={"layanan": Decimal(70)}, reason="Ralat")

    with pytest.raises(
        Invalid, match="judges what is in the log: send it in a batch of its own, or with close-ratings"
    ):
        agency.tell("sri", OPEN, rating, *closings(*STAFF), JUDGE, on=AFTER)


def test_who_has_no_predicate_yet_holds_the_cohort_up_by_name(ruled: Any) -> None:
    agency = ruled("enforce")
    publish(agency)
    agency.tell(
        "sri",
        ask.WithdrawRating(employee="budi", period="2025-Q1", reason="Salah orang"),
        OPEN,
        on=AFTER,
    )

    with pytest.raises(Blocked, match="budi have no predicate yet; budi: "):
        agency.tell("sri", JUDGE, on=AFTER)


def test_a_result_rests_on_the_cohort_in_the_log(ruled: Any) -> None:
    agency = ruled("enforce")
    publish(agency)
    agency.tell("sri", OPEN, JUDGE, move("dedi", "baik"), on=AFTER)

    with pytest.raises(Invalid, match="rests on the cohort in the log: send it in a batch of its own"):
        agency.tell("sri", CLOSE, ask.Finalise(employee="ani", period="2025-Q1"), on=AFTER)


@pytest.mark.parametrize(
    ("tag", "field", "value", "says"),
    [
        ("cohort.predicate-calibrated", "reason", '"lain"', "the cohort of sri is not as recorded at"),
        ("cohort.predicate-calibrated", "after", '"kurang"', "the predicate was moved to kurang, recorded was baik"),
        ("cohort.opened", "mode", '"advisory"', "the cohort of sri is not as recorded at"),
    ],
)
def test_a_replay_finds_what_was_changed_in_a_cohort(ruled: Any, tag: str, field: str, value: str, says: str) -> None:
    agency = ruled("enforce")
    publish(agency)
    for command in (OPEN, JUDGE, move("dedi", "baik"), CLOSE):
        agency.tell("sri", command, on=AFTER)
    final(agency, "dedi")
    with psycopg.connect(agency.house.url) as connection:
        connection.execute("alter table ledger.events disable trigger all")
        connection.execute(
            """
            update ledger.events
            set data = convert_to(jsonb_set(convert_from(data, 'utf8')::jsonb, %s, %s::jsonb)::text, 'utf8')
            where agency = 'uji' and type = %s
            """,
            (["body", field], value, tag),
        )

    with agency.house.again() as house:
        (found,) = replay(house.service, "uji")
    assert len(found.differences) == 1
    assert found.differences[0].startswith(says)


# The head of a unit.

HEADED = """
indicators:
  capaian_unit_dipimpin:
    label: {id: Unit yang dipimpin, en: Unit that one heads}
    unit: persen
    ref: contoh
    measure: {method: table, fact: predikat_unit_dipimpin, values: {istimewa: 120, baik: 100, kurang: 50}}
"""


def test_the_head_of_a_unit_is_judged_by_what_it_achieved(fixture_agency: Any, policy: str) -> None:
    agency = fixture_agency
    node = """
nodes:
  kerja:
    label: {id: Kerja, en: Work}
    combine: first
    of: {capaian_unit_dipimpin: 1, skp: 2}
    ref: contoh
"""
    text = policy.replace("\nindicators:\n", HEADED, 1).replace("\nnodes:\n", node, 1)
    agency.publish(text.replace("of: {skp: 60,", "of: {kerja: 60,"), version=2, since=date(2025, 3, 1))
    position = publish(agency)
    agency.score("budi", actual=80)
    told: Any = {"fact": "predikat_unit_dipimpin", "basis": "LKjIP", "word": "baik"}
    with pytest.raises(NotOpen, match="budi heads none at the end of 2025-Q1; HR must send appoint-head first"):
        agency.tell("official", ask.EstablishFact(employee="budi", period="2025-Q1", **told), on=AFTER)
    agency.tell("hr", AppointHead(unit="dinkes", employee="budi", since=date(2025, 1, 1), decree="SK 1"), on=AFTER)

    with pytest.raises(NotOpen, match="must establish predikat_unit_dipimpin as baik of dinkes for 2025-Q1"):
        agency.finalise("budi", on=AFTER)
    agency.tell(
        "official",
        ask.EstablishFact(
            employee="budi",
            period="2025-Q1",
            fact="predikat_unit_dipimpin",
            basis=f"LKjIP, peristiwa {position}",
            word="baik",
        ),
        on=AFTER,
    )
    fixed = final(agency, "budi")

    assert (fixed.nodes["kerja"], fixed.nodes["skp"]) == (Decimal("100.00"), Decimal("80.00"))
    holds(agency)
