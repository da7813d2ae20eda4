"""What was said in words stands until it is withdrawn, and a request waits until it is answered."""

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec import structs

from neraca.domain import streams
from neraca.domain.appraisal.events import (
    Cancelled,
    FeedbackDeclined,
    FeedbackGiven,
    FeedbackRequested,
    FeedbackWithdrawn,
    Opened,
)
from neraca.domain.vocabulary import FeedbackSource, FeedbackTone
from projections import feedback

STREAM = streams.appraisal("solo", "budi", "2025")
DAY = date(2025, 6, 2)
PEER = FeedbackSource.PEER
OPENED = Opened(
    employee="budi",
    period="2025",
    starts=date(2025, 1, 1),
    ends=date(2025, 12, 31),
    unit="dinkes",
    appraiser="sri",
    reviewer="agus",
)


def said(giver: str, id_: str = "f1", **about: str) -> FeedbackGiven:
    tone = FeedbackTone.POSITIVE
    return FeedbackGiven(feedback=id_, giver=giver, source=PEER, tone=tone, words=f"{giver} {id_}", on=DAY, **about)


def asked(whom: str, **about: str) -> FeedbackRequested:
    return FeedbackRequested(asker="budi", asked=whom, source=PEER, on=DAY, **about)


def test_words_go_with_their_withdrawal_and_are_of_the_opening_they_were_given_after(
    told: Callable[..., Any],
) -> None:
    world = told(feedback.PROJECTION)
    world.happens(STREAM, OPENED, said("ani"), said("cici"), said("ani", "f2", result="berkas"))
    world.happens(STREAM, FeedbackWithdrawn(feedback="f1", giver="ani", source=PEER, reason="x"))
    first = [{"opened": 1, "words": "ani f2"}, {"opened": 1, "words": "cici f1"}]
    assert sorted(world.rows("feedback", "opened", "words"), key=lambda row: row["words"]) == first

    world.happens(STREAM, Cancelled(reason="x"), OPENED, said("ani"))

    again = [{"opened": 7, "words": "ani f1"}, *first]
    assert sorted(world.rows("feedback", "opened", "words"), key=lambda row: row["words"]) == again
    assert [row["position"] for row in world.rows("opening", "position")] == [1, 7]


def test_whoever_asked_is_told_of_what_was_answered_by_name_alone(told: Callable[..., Any]) -> None:
    """Of one who led when they were asked, and does not any more, too."""
    world = told(feedback.PROJECTION)
    leader = FeedbackSource.LEADER
    world.happens(STREAM, OPENED, FeedbackRequested(asker="budi", asked="ani", source=leader, on=DAY))

    def told_as() -> list[tuple[bool, bool]]:
        return [(row["waits"], row["open"]) for row in world.rows("request", "waits", "open")]

    assert told_as() == [(True, True)]
    world.happens(STREAM, said("ani"))
    assert told_as() == [(False, True)]
    world.happens(STREAM, structs.replace(said("ani", "f2"), source=leader))
    assert told_as() == [(False, False)]


def test_a_request_waits_for_what_answers_it(told: Callable[..., Any]) -> None:
    world = told(feedback.PROJECTION)
    world.happens(STREAM, OPENED, asked("ani"), asked("ani", result="berkas"), asked("cici"), asked("dedi"))

    def waits() -> list[tuple[str, str]]:
        rows = world.rows("request", "asked", "subject", "waits")
        return sorted((row["asked"], row["subject"]) for row in rows if row["waits"])

    assert waits() == [("ani", ""), ("ani", "result:berkas"), ("cici", ""), ("dedi", "")]
    world.happens(STREAM, said("ani", indicator="layanan"))
    assert waits() == [("ani", "result:berkas"), ("cici", ""), ("dedi", "")]
    world.happens(STREAM, said("ani", "f2"), FeedbackDeclined(asked="cici", source=PEER))
    assert waits() == [("dedi", "")]
    world.happens(STREAM, Cancelled(reason="x"))
    assert waits() == []
