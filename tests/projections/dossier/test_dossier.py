from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.appraisal import events as appraisal
from neraca.domain.report_arrivals import LINE, PAIRS, quarter
from neraca.domain.vocabulary import FollowUpKind, ObjectionOutcome, Relation
from neraca.projecting.projection import Entry
from neraca.projecting.workspace import Rows
from projections.dossier import PROJECTION
from projections.dossier.rows import DOSSIER, OBJECTION, RATING, REPORT, REPORTED_DAYS, RESULT, TARGET

STREAM = streams.appraisal("surabaya", "198501012010011001", "2025")
NOW = datetime(2025, 3, 1, 8, tzinfo=UTC)

OPENED = appraisal.Opened(
    employee="198501012010011001",
    period="2025",
    starts=date(2025, 1, 1),
    ends=date(2025, 12, 31),
    unit="dispendukcapil",
    appraiser="197001011995031001",
)
DRAFTED = appraisal.PlanDrafted(
    results=[
        appraisal.PlannedResult(
            "r1",
            "KTP elektronik terbit",
            [appraisal.Target("t1", "KTP terbit", "berkas", Decimal("1200.5"), Decimal(60))],
        ),
        appraisal.PlannedResult("r2", "Layanan ramah", []),
    ]
)
APPROVED = appraisal.PlanApproved()


def rows_after(*bodies: Any) -> Rows:
    rows = Rows("surabaya", PROJECTION.tables)
    for entry in entries(bodies):
        PROJECTION.apply(rows, entry)
    return rows


def entries(bodies: Iterable[Any]) -> Iterable[Entry]:
    for position, body in enumerate(bodies, 1):
        yield Entry(
            agency="surabaya",
            position=position,
            stream=STREAM,
            version=position,
            tag=str(type(body).__struct_config__.tag),
            recorded_at=NOW,
            at=NOW,
            by="someone",
            on_behalf_of=None,
            correlation="c",
            causation=None,
            effective=None,
            body=body,
        )


def progress(report: str, until: date, actual: str) -> appraisal.ProgressReported:
    return appraisal.ProgressReported(report=report, result="r1", target="t1", until=until, actual=Decimal(actual))


def test_targets_are_there_once_the_plan_is_approved() -> None:
    assert rows_after(OPENED, DRAFTED).get(TARGET, STREAM, "r1", "t1") is None

    rows = rows_after(OPENED, DRAFTED, appraisal.PlanSubmitted(), APPROVED)

    target = rows.get(TARGET, STREAM, "r1", "t1")
    assert target is not None
    assert (target.value, target.weight, target.actual) == (Decimal("1200.5"), Decimal(60), None)
    dossier = rows.get(DOSSIER, STREAM)
    assert dossier is not None
    assert dossier.plan == "approved"


def test_a_new_plan_replaces_the_old_one_whole() -> None:
    other = appraisal.PlanDrafted(
        results=[appraisal.PlannedResult("r3", "Lain", [appraisal.Target("t9", "Lain", "buah")])]
    )

    rows = rows_after(OPENED, DRAFTED, APPROVED, other, APPROVED)

    assert rows.get(RESULT, STREAM, "r2") is None
    assert rows.get(TARGET, STREAM, "r1", "t1") is None
    assert rows.get(TARGET, STREAM, "r3", "t9") is not None


def test_a_revision_keeps_what_it_leaves_alone_and_says_why() -> None:
    revised = appraisal.TargetRevised(result="r1", target="t1", reason="anggaran dipotong", value=Decimal(900))

    target = rows_after(OPENED, DRAFTED, APPROVED, revised).get(TARGET, STREAM, "r1", "t1")

    assert target is not None
    assert (target.value, target.weight) == (Decimal(900), Decimal(60))
    assert [(one.position, one.reason, one.value, one.weight) for one in target.revisions] == [
        (4, "anggaran dipotong", Decimal(900), None)
    ]


def test_only_accepted_reports_move_the_actual_and_the_latest_day_wins() -> None:
    rows = rows_after(
        OPENED,
        DRAFTED,
        APPROVED,
        progress("b", date(2025, 6, 30), "600"),
        progress("a", date(2025, 3, 31), "300"),
        progress("c", date(2025, 9, 30), "900"),
        appraisal.ReportAccepted(report="b"),
        appraisal.ReportAccepted(report="a", feedback="baik"),
        appraisal.ReportReturned(report="c", feedback="bukti kurang"),
    )

    target = rows.get(TARGET, STREAM, "r1", "t1")
    assert target is not None
    assert (target.actual, target.until) == (Decimal(600), date(2025, 6, 30))
    fates = {one: rows.get(REPORT, STREAM, one) for one in "abc"}
    assert {name: (row.status, row.feedback) for name, row in fates.items() if row} == {
        "a": ("accepted", "baik"),
        "b": ("accepted", None),
        "c": ("returned", "bukti kurang"),
    }


def test_a_rating_shows_that_it_was_revised_and_withdrawn() -> None:
    rated = appraisal.Rated(rater="p1", relation=Relation.QUALITY_ASSURER, scores={"a": Decimal(80), "b": Decimal(70)})
    revised = appraisal.RatingRevised(rater="p1", scores={"b": Decimal(75)}, reason="salah tulis")

    rating = rows_after(OPENED, rated, revised).get(RATING, STREAM, "p1")
    gone = rows_after(OPENED, rated, appraisal.RatingWithdrawn(rater="p1", reason="bukan rekan")).get(
        RATING, STREAM, "p1"
    )

    assert rating is not None
    assert (rating.scores, rating.revisions, rating.status) == ({"a": Decimal(80), "b": Decimal(75)}, 1, "given")
    assert gone is not None
    assert (gone.status, gone.reason) == ("withdrawn", "bukan rekan")


@pytest.mark.parametrize("relation", [Relation.PEER, Relation.SUBORDINATE, Relation.CITIZEN])
def test_a_hidden_rating_leaves_nothing(relation: Relation) -> None:
    own = appraisal.Rated(rater="p1", relation=Relation.QUALITY_ASSURER, scores={"a": Decimal(80)})
    gone = appraisal.RatingWithdrawn(rater="p1", reason="bukan penilai")
    hidden = (
        appraisal.Rated(rater="p1", relation=relation, scores={"a": Decimal(10)}),
        appraisal.RatingRevised(rater="p1", scores={"a": Decimal(20)}, reason="salah tulis"),
        appraisal.RatingWithdrawn(rater="p1", reason="bukan rekan"),
    )

    assert rows_after(OPENED, *hidden).get(RATING, STREAM, "p1") is None
    assert rows_after(OPENED, own, gone, *hidden).get(RATING, STREAM, "p1") == rows_after(OPENED, own, gone).get(
        RATING, STREAM, "p1"
    )


def test_each_objection_keeps_its_own_answers() -> None:
    filed = appraisal.ObjectionFiled(grounds="bukti tidak dibaca", filed=date(2026, 1, 10))
    amended = appraisal.ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="benar", decided=date(2026, 1, 15))

    rows = rows_after(
        OPENED,
        filed,
        appraisal.ObjectionExplained(by="appraiser", explanation="terlewat"),
        amended,
        filed,
        appraisal.FollowUpRecorded(kind=FollowUpKind.COACHING, note="bimbingan"),
    )

    first, second = rows.get(OBJECTION, STREAM, 1), rows.get(OBJECTION, STREAM, 2)
    assert first is not None
    assert second is not None
    assert (first.outcome, [one.explanation for one in first.explanations]) == (ObjectionOutcome.AMENDED, ["terlewat"])
    assert (second.outcome, second.explanations) == (None, [])


def test_an_event_of_an_unknown_appraisal_is_refused_by_place() -> None:
    with pytest.raises(LookupError, match="no dossier in"):
        rows_after(DRAFTED)


@pytest.mark.parametrize("working_day", [True, False])
def test_a_report_of_activity_says_whether_the_agency_worked_that_day(working_day: bool) -> None:
    done = appraisal.ActivityReported(report="a", day=date(2025, 3, 2), activity="Loket", working_day=working_day)

    rows = rows_after(OPENED, DRAFTED, APPROVED, progress("b", date(2025, 6, 30), "600"), done)

    told = {name: row.working_day for name in "ab" if (row := rows.get(REPORT, STREAM, name)) is not None}
    assert told == {"a": working_day, "b": None}


def test_of_each_day_it_is_kept_when_the_first_report_of_it_came() -> None:
    worked = [appraisal.ActivityReported(report=f"a{n}", day=date(2025, 2, 27 + n), activity="x") for n in (0, 1, 1)]
    reports = [progress("p1", date(2025, 2, 28), "1"), worked[0], worked[1]]

    rows = rows_after(OPENED, DRAFTED, APPROVED, *reports)

    days = rows.get(REPORTED_DAYS, STREAM)
    assert days is not None
    # The first of March, at eight in the morning (UTC).
    one, two = (quarter(date(2025, 2, day), NOW) for day in (27, 28))
    assert [LINE.first_of(days.entries, date(2025, 2, day)) for day in (27, 28)] == [one, two]
    assert PAIRS.first_of(days.progress, date(2025, 2, 28)) == two
    assert (len(days.progress), len(days.entries)) == (4, 118)


def test_what_was_returned_or_is_of_a_cancelled_opening_came_on_no_day() -> None:
    day = date(2025, 2, 27)
    reports = [appraisal.ActivityReported(report=f"a{n}", day=day, activity="x") for n in range(3)]
    returned = [appraisal.ReportReturned(report=f"a{n}", feedback="again") for n in range(3)]

    def left(*more: Any) -> tuple[int, dict[str, list[int]]]:
        days = rows_after(OPENED, DRAFTED, APPROVED, *reports, *more).get(REPORTED_DAYS, STREAM)
        assert days is not None
        return LINE.first_of(days.entries, day), days.later_entries

    number = quarter(day, NOW)
    assert left() == (number, {"2025-02-27": [number, number]})
    assert left(appraisal.ReportAccepted(report="a2"), *returned[:1]) == (number, {"2025-02-27": [number]})
    assert left(*returned) == (0, {})
    assert left(appraisal.Cancelled(reason="wrong"), OPENED) == (0, {})
