"""When and by whom each appraisal was judged, and how fast reports were answered: of named people alone."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import structs

from neraca.domain import streams
from neraca.domain.appraisal.events import (
    ActivityReported,
    Cancelled,
    LevelJudged,
    Opened,
    Rated,
    RatingRevised,
    ReportAccepted,
    ReportReturned,
)
from neraca.domain.vocabulary import Relation
from projections import forensics

STREAM = streams.appraisal("solo", "budi", "2025")
OPENED = Opened(
    employee="budi",
    period="2025",
    starts=date(2025, 1, 1),
    ends=date(2025, 12, 31),
    unit="dinkes",
    appraiser="sri",
    reviewer="agus",
)


def day(report: str, month: int, number: int) -> ActivityReported:
    return ActivityReported(report=report, day=date(2025, month, number), activity="Melayani")


def rated(rater: str, relation: Relation) -> Rated:
    return Rated(rater=rater, relation=relation, scores={"layanan": Decimal(80)})


def test_reports_are_counted_late_and_answered_or_not(told: Callable[..., Any]) -> None:
    world = told(forensics.PROJECTION)
    world.happens(STREAM, OPENED, day("a", 6, 2), day("b", 12, 1), day("c", 12, 2), day("d", 12, 31))
    world.happens(STREAM, ReportAccepted(report="a"), ReportReturned(report="b", feedback="Kosong"))

    assert world.rows("judged", "reports", "late", "unanswered") == [{"reports": 4, "late": 2, "unanswered": 2}]
    (settled,) = world.rows("settlement", "reports", "most", "positions")
    assert settled == {"reports": 2, "most": 2, "positions": [6, 7]}
    world.happens(STREAM, *(ReportAccepted(report=f"r{n}") for n in range(60)))
    (settled,) = world.rows("settlement", "most", "positions")
    assert settled == {"most": 62, "positions": [*range(6, 56)]}
    world.happens(STREAM, Cancelled(reason="x"), OPENED)
    assert world.rows("judged", "reports", "late", "unanswered") == [{"reports": 0, "late": 0, "unanswered": 0}]


def test_of_an_anonymous_rating_nothing_is_kept_not_even_a_time(told: Callable[..., Any]) -> None:
    world = told(forensics.PROJECTION)
    world.happens(STREAM, OPENED)
    columns = ("reports", "unanswered", "levels", "judge", "judged_at", "judged_position", "fixed_by")
    before = world.rows("judged", *columns)
    promised = structs.replace(rated("dinda", Relation.QUALITY_ASSURER), anonymous=True)
    world.happens(STREAM, rated("ani", Relation.PEER), rated("cici", Relation.SUBORDINATE), promised)
    world.happens(STREAM, RatingRevised(rater="ani", scores={"layanan": Decimal(10)}, reason="x"))

    assert world.rows("judged", *columns) == before
    assert world.rows("settlement", "settler") == []


def test_who_judges_is_the_superior_who_rated_or_judged_a_level_last(told: Callable[..., Any]) -> None:
    world = told(forensics.PROJECTION)
    world.happens(STREAM, OPENED, rated("sri", Relation.SUPERVISOR), rated("budi", Relation.SELF))
    assert world.rows("judged", "judge", "judged_position") == [{"judge": "sri", "judged_position": 2}]

    world.happens(STREAM, LevelJudged(result="layanan", level="sesuai", by="agus"))

    (row,) = world.rows("judged", "judge", "judged_position", "levels", "fixed_by")
    assert row == {"judge": "agus", "judged_position": 4, "levels": {"layanan": "sesuai"}, "fixed_by": None}
