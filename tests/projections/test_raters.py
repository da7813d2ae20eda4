"""Who is to rate has a row each, and what they gave leaves nothing there but that it came or went."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from neraca.domain import streams
from neraca.domain.appraisal.events import (
    AssignedRaters,
    Cancelled,
    Opened,
    Rated,
    RaterDeclined,
    RaterNamed,
    RaterReplaced,
    RatersAssigned,
    RatingRevised,
    RatingsClosed,
    RatingWithdrawn,
)
from neraca.domain.command_rules import PolicyRef
from neraca.domain.vocabulary import Relation
from projections import raters

STREAM, OTHER = streams.appraisal("solo", "budi", "2025"), streams.appraisal("solo", "ani", "2025")
DAY, LATER = date(2025, 12, 17), date(2025, 12, 20)
POLICY = PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32)
PEER = Relation.PEER
OPENED = Opened(
    employee="budi",
    period="2025",
    starts=date(2025, 1, 1),
    ends=date(2025, 12, 31),
    unit="dinkes",
    appraiser="sri",
    reviewer="agus",
)
ASSIGNED = RatersAssigned(
    on=DAY, by_roster_of=DAY, policy=POLICY, position=3, groups=[AssignedRaters(PEER, "unit", ("ani", "cici"), count=2)]
)


def gave(rater: str) -> Rated:
    return Rated(rater=rater, relation=PEER, scores={"layanan": Decimal(80)})


def test_each_who_is_assigned_has_a_row_with_how_they_stand_and_how_often_their_rating_came_and_went(
    told: Callable[..., Any],
) -> None:
    world = told(raters.PROJECTION)
    world.happens(STREAM, OPENED, ASSIGNED, gave("ani"), gave("dedi"))
    world.happens(STREAM, RatingRevised(rater="ani", scores={"layanan": Decimal(81)}, reason="x"))
    world.happens(STREAM, RatingWithdrawn(rater="ani", reason="x"), gave("ani"))
    world.happens(STREAM, RaterDeclined(on=LATER, rater="cici", relation=PEER, reason="kerabat", instead="dedi"))
    world.happens(STREAM, RaterNamed(on=LATER, rater="tono", relation=Relation.QUALITY_ASSURER, by="hr", reason="mutu"))
    world.happens(STREAM, RaterReplaced(on=LATER, rater="ani", relation=PEER, by="hr", reason="sakit"))

    names = ("rater", "relation", "standing", "day", "reason", "instead", "moves", "closed")
    rows = sorted(world.rows("rater", *names), key=lambda row: row["rater"])
    assert [(r["rater"], r["standing"], r["day"], r["reason"], r["instead"], len(r["moves"])) for r in rows] == [
        ("ani", "REPLACED", LATER, "sakit", None, 3),
        ("cici", "DECLINED", LATER, "kerabat", "dedi", 0),
        # What somebody gave before they were assigned is no rating of theirs as such.
        ("dedi", "ASSIGNED", LATER, None, None, 0),
        ("tono", "ASSIGNED", LATER, "mutu", None, 0),
    ]
    assert not any(row["closed"] for row in rows)
    world.happens(STREAM, RatingsClosed(on=LATER, policy=POLICY))
    assert all(row["closed"] for row in world.rows("rater", "closed"))


def test_an_appraisal_in_which_nobody_is_assigned_leaves_none_and_one_that_is_cancelled_none_either(
    told: Callable[..., Any],
) -> None:
    world = told(raters.PROJECTION)
    world.happens(OTHER, OPENED, gave("cici"), RatingWithdrawn(rater="cici", reason="x"), Cancelled(reason="x"))
    world.happens(STREAM, OPENED, ASSIGNED, Cancelled(reason="x"))

    assert world.rows("rater", "rater") == []
    world.happens(STREAM, OPENED, ASSIGNED)
    assert sorted(row["rater"] for row in world.rows("rater", "rater")) == ["ani", "cici"]
