"""Which time limits of an appraisal run, and ran, and what the log has told of each."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from msgspec.structs import replace

from neraca.domain import streams
from neraca.domain.appraisal import events
from neraca.domain.appraisal.clocks import Clock, running
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.command_rules import PolicyRef
from neraca.domain.vocabulary import DeadlineKind, FeedbackSource, FeedbackTone, Relation
from projections import clocks

BUDI = streams.appraisal("solo", "budi", "2025")
OPENED = events.Opened(
    employee="budi",
    period="2025",
    starts=date(2025, 1, 1),
    ends=date(2025, 12, 31),
    unit="dinkes",
    appraiser="sri",
    reviewer="agus",
)
FINALISED = events.Finalised(
    on=date(2026, 1, 5),
    predicate="baik",
    policy=PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32),
    position=17,
    facts_digest="cc" * 32,
    engine="explain/1",
    score=Decimal("92.50"),
    nodes={"skp": Decimal("92.50")},
    objection_from="document",
)
LAST = date(2026, 1, 31)
SHOWN = ("kind", "position", "ended", "appraiser", "since", "began", "superiors", "submitted")


@pytest.fixture
def of_solo(told: Any) -> Any:
    return told(clocks.PROJECTION)


def shown(of_solo: Any) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in of_solo.rows("clock", *SHOWN)}


def test_a_clock_runs_from_the_event_that_begins_it_until_the_one_that_ends_it(of_solo: Any) -> None:
    of_solo.happens(
        BUDI,
        OPENED,
        events.PlanSubmitted(),
        events.PlanApproved(),
        events.Rated(rater="ani", relation=Relation.PEER, scores={}),
        events.Rated(rater="sri", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)}),
        FINALISED,
        events.DocumentReceived(on=date(2026, 1, 7)),
        events.ObjectionFiled(grounds="Bukti Mei tidak dihitung", filed=date(2026, 1, 20)),
    )

    ends, fixed, received, filed = date(2025, 12, 31), date(2026, 1, 5), date(2026, 1, 7), date(2026, 1, 20)
    assert shown(of_solo) == {
        ("PLAN", 1, 2, "sri", date(2025, 1, 1), "period", False, False),
        ("PLAN", 2, 3, "sri", date(2025, 1, 1), "period", False, True),
        ("FEEDBACK", 1, 6, "sri", date(2025, 1, 1), "period", False, False),
        ("EVALUATION", 1, 6, "sri", ends, "period", False, False),
        ("EVALUATION_BY_SUPERIOR", 1, 6, "sri", ends, "period", False, False),
        ("DELIVERY", 6, 7, "sri", fixed, "result", False, False),
        ("OBJECTION", 7, 8, "sri", received, "receipt", False, False),
        ("DECISION", 8, None, "sri", filed, "objection", False, False),
    }


def test_what_a_leader_says_begins_the_clock_anew_and_what_a_colleague_says_leaves_no_trace(of_solo: Any) -> None:
    leader, peer = FeedbackSource.LEADER, FeedbackSource.PEER
    first, second = (
        events.FeedbackGiven(feedback="1", giver=giver, source=source, tone=FeedbackTone.POSITIVE, words="x", on=day)
        for giver, source, day in (("sri", leader, date(2025, 2, 3)), ("ani", peer, date(2025, 5, 6)))
    )
    of_solo.happens(
        BUDI,
        OPENED,
        first,
        second,
        events.FeedbackRequested(asker="budi", asked="ani", source=peer, on=date(2025, 5, 7)),
        events.FeedbackDeclined(asked="ani", source=peer),
        events.FeedbackWithdrawn(feedback="1", giver="ani", source=peer, reason="x"),
        events.FeedbackWithdrawn(feedback="1", giver="sri", source=leader, reason="x"),
    )

    assert {row for row in shown(of_solo) if row[0] == "FEEDBACK"} == {
        ("FEEDBACK", 1, 2, "sri", date(2025, 1, 1), "period", False, False),
        ("FEEDBACK", 2, 7, "sri", date(2025, 2, 3), "feedback", False, False),
        ("FEEDBACK", 7, None, "sri", date(2025, 1, 1), "period", False, False),
    }
    assert "ani" not in str(of_solo.rows("state", "appraisal"))


def test_what_the_log_has_told_of_a_clock_stands_with_it_also_under_another_appraiser(of_solo: Any) -> None:
    kind, role = DeadlineKind.EVALUATION, "pejabat_penilai"
    of_solo.happens(
        BUDI,
        OPENED,
        events.PlanApproved(),
        events.WindowOpened(first=date(2025, 12, 21), last=LAST),
        events.DeadlineReminded(kind=kind, role=role, since=date(2025, 12, 31), last=LAST),
        events.Reassigned(unit="dinkes", appraiser="tono", reviewer="agus", reason="mutasi", since=date(2026, 1, 10)),
        events.DeadlinePassed(kind=kind, role=role, since=date(2025, 12, 31), last=LAST),
    )

    told = ("kind", "position", "ended", "appraiser", "opened", "near", "passed")
    assert {tuple(row.values()) for row in of_solo.rows("clock", *told)} == {
        ("PLAN", 1, 2, "sri", None, None, None),
        ("FEEDBACK", 1, 5, "sri", None, None, None),
        ("FEEDBACK", 5, None, "tono", None, None, None),
        ("EVALUATION", 1, 5, "sri", LAST, LAST, None),
        ("EVALUATION_BY_SUPERIOR", 1, 5, "sri", None, None, None),
        ("EVALUATION", 5, None, "tono", LAST, LAST, LAST),
        ("EVALUATION_BY_SUPERIOR", 5, None, "tono", None, None, None),
    }


def test_the_superiors_document_has_the_shorter_limits_also_where_the_log_does_not_say_why_it_is_final(
    of_solo: Any,
) -> None:
    final = replace(FINALISED, final=True)
    rated = events.Rated(rater="agus", relation=Relation.SUPERVISOR, scores={})
    of_solo.happens(BUDI, OPENED, events.PlanApproved(), rated, final)

    assert [one["superiors"] for one in of_solo.rows("clock", "superiors", "ended") if one["ended"] is None] == [True]


def test_what_was_cancelled_has_no_clock_and_starts_afresh(of_solo: Any) -> None:
    of_solo.happens(
        BUDI,
        OPENED,
        events.WindowOpened(first=date(2025, 12, 21), last=LAST),
        events.Cancelled(reason="keliru"),
        OPENED,
    )

    rows = of_solo.rows("clock", "kind", "position", "ended", "opened")
    assert {tuple(row.values()) for row in rows if row["kind"] == "EVALUATION"} == {
        ("EVALUATION", 1, 3, LAST),
        ("EVALUATION", 4, None, None),
    }


def test_in_a_whole_year_what_runs_is_what_the_domain_says_of_each_appraisal(seeded_year: Any) -> None:
    for agency in seeded_year.agencies:
        appraisals: dict[UUID, Appraisal] = {}
        for one in seeded_year.log.read(agency, 0, seeded_year.log.head(agency)):
            if one.type.startswith("appraisal."):
                event: Any = seeded_year.mapper.decode(one.type, one.data).body
                evolve(appraisals.setdefault(one.stream, Appraisal()), event)
        with psycopg.connect(seeded_year.url) as connection:
            query = """
                select stream, kind, since, began, superiors, submitted, delivered
                from read_clocks.clock where agency = %s and ended is null
            """
            rows = connection.execute(query, (agency,)).fetchall()

        assert {(row[0], Clock(DeadlineKind(row[1]), *row[2:])) for row in rows} == {
            (stream, clock) for stream, state in appraisals.items() for clock in running(state)
        }
        assert rows
