"""What is kept of surveys: who may answer, what may be told once they are closed, and no single answer."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from neraca.domain import streams
from neraca.domain.service_point.events import ServicePointEnded, ServicePointOpened, ServicePointRevised
from neraca.domain.survey import (
    AnswersPassedOn,
    CommentReceived,
    CommentRefused,
    CommentReleased,
    DoorShut,
    PointSums,
    ResponseRecorded,
    SurveyClosed,
    SurveyOpened,
    SurveyReopened,
    TokensIssued,
)
from neraca.domain.vocabulary import ServicePointKind
from projections.satisfaction import PROJECTION

WHICH: dict[str, Any] = {"unit": "dinkes", "period": "2025", "survey": "ikm"}
STREAM = streams.survey("solo", "dinkes", "2025", "ikm")
OPENED = SurveyOpened(
    **WHICH, elements=["u1"], points=["loket"], opens=date(2025, 7, 1), closes=date(2025, 7, 31), hourly=5
)


@pytest.fixture
def story(told):
    return told(PROJECTION)


def closed(total: int, n: int, **more: Any) -> SurveyClosed:
    return SurveyClosed(**WHICH | more, sums={"u1": Decimal(total)}, counts={"u1": n})


def results(story, *columns):
    return [tuple(row.values()) for row in story.rows("result", "unit", "point", "sums", "counts", *columns)]


def whole(story):
    return [tuple(row.values()) for row in story.rows("whole", "units", "sums", "counts")]


def test_a_point_as_it_was_described_last(story):
    point = streams.service_point("solo", "loket")
    story.happens(
        point,
        ServicePointOpened(
            point="loket", unit="dinkes", name="Loket", kind=ServicePointKind.COUNTER, since=date(2025, 1, 1)
        ),
        ServicePointRevised(point="loket", name="Loket A", kind=ServicePointKind.OFFICE, hours="08:00-15:00"),
        ServicePointEnded(point="loket", until=date(2025, 12, 31), reason="Pindah"),
    )

    [row] = story.rows("service_point", "point", "unit", "name", "kind", "hours", "since", "until")
    assert tuple(row.values()) == (
        "loket", "dinkes", "Loket A", "OFFICE", "08:00-15:00", date(2025, 1, 1), date(2025, 12, 31),
    )  # fmt: skip


def test_a_token_leads_to_the_survey_for_which_it_was_issued_first(story):
    other = streams.survey("solo", "disdik", "2025", "ikm")
    story.happens(STREAM, OPENED, TokensIssued(point="loket", tokens=["aa"]))
    story.rows("link", "token")
    story.happens(
        other,
        structs.replace(OPENED, unit="disdik"),
        TokensIssued(point="loket", tokens=["aa", "bb"]),
        AnswersPassedOn(point="loket", receipts=["r1"], verified=1),
    )
    story.rows("link", "token")
    story.happens(STREAM, AnswersPassedOn(point="loket", receipts=["r1", "r2"], verified=2))

    assert [(row["token"], row["stream"]) for row in story.rows("link", "token", "stream")] == [
        ("aa", STREAM), ("bb", other),
    ]  # fmt: skip
    assert [(row["receipt"], row["stream"]) for row in story.rows("receipt", "receipt", "stream")] == [
        ("r1", other), ("r2", STREAM),
    ]  # fmt: skip


def test_what_lets_in_and_what_proves_that_an_answer_was_counted(story):
    story.happens(
        STREAM,
        OPENED,
        TokensIssued(point="loket", tokens=["aa", "bb"]),
        TokensIssued(point="loket", tokens=["cc"], open=True),
        ResponseRecorded(respondent="j1", answers={"u1": Decimal(4)}, point="loket"),
        AnswersPassedOn(point="loket", receipts=["r1", "r2"], verified=1, unverified=1, flagged={"SAME_IN_A_ROW": 2}),
        AnswersPassedOn(point="loket", receipts=["r3"], verified=1, flagged={"SAME_IN_A_ROW": 1}),
    )

    assert [(row["token"], row["open"]) for row in story.rows("link", "token", "open")] == [
        ("aa", False),
        ("bb", False),
        ("cc", True),
    ]
    assert [(row["receipt"], row["position"]) for row in story.rows("receipt", "receipt", "position")] == [
        ("r1", 5),
        ("r2", 5),
        ("r3", 6),
    ]
    [row] = story.rows("standing", "tokens", "verified", "unverified", "flagged")
    assert tuple(row.values()) == (2, 2, 1, {"SAME_IN_A_ROW": 3})
    [row] = story.rows("survey", "open", "shut", "hourly")
    assert tuple(row.values()) == (True, False, 5)
    story.happens(STREAM, DoorShut())
    [row] = story.rows("survey", "open", "shut", "hourly")
    assert tuple(row.values()) == (True, True, 5)


def test_a_comment_is_kept_with_what_became_of_it(story):
    story.happens(STREAM, OPENED, *(CommentReceived(point="loket", comment=f"c{n}", words="Lambat") for n in range(3)))
    story.happens(STREAM, CommentReleased(point="loket", comment="c0", words="Lambat sekali"))
    story.happens(STREAM, CommentRefused(point="loket", comment="c1", reason="Menyebut nama"))

    rows = story.rows("comment", "comment", "standing", "released", "reason")
    assert sorted(tuple(row.values()) for row in rows) == [
        ("c0", "RELEASED", "Lambat sekali", None),
        ("c1", "REFUSED", None, "Menyebut nama"),
        ("c2", "WAITING", None, None),
    ]


def test_a_closing_is_told_of_the_unit_of_each_point_and_of_all_units_that_enough_answered(story):
    at_the_point = PointSums(
        sums={"u1": Decimal(30)}, counts={"u1": 10}, answered=10, unverified_sums={"u1": Decimal(4)},
        unverified_counts={"u1": 1}, unverified=1, flagged={"OUTSIDE_HOURS": 2},
    )  # fmt: skip
    story.happens(
        STREAM,
        OPENED,
        SurveyClosed(**WHICH, sums={"u1": Decimal(36)}, counts={"u1": 12}, points={"loket": at_the_point}),
    )
    other: dict[str, Any] = WHICH | {"unit": "disdik"}
    story.happens(streams.survey("solo", "disdik", "2025", "ikm"), SurveyOpened(**other, elements=["u1"]))
    story.happens(streams.survey("solo", "disdik", "2025", "ikm"), closed(9, 9, unit="disdik"))

    assert results(story, "answered", "unverified", "flagged") == [
        ("dinkes", "", {"u1": "36"}, {"u1": 12}, 12, 0, {}),
        ("dinkes", "loket", {"u1": "30"}, {"u1": 10}, 10, 1, {"OUTSIDE_HOURS": 2}),
        ("disdik", "", {"u1": "9"}, {"u1": 9}, 9, 0, {}),
    ]
    assert whole(story) == [(1, {"u1": "36"}, {"u1": 12})]


@pytest.mark.parametrize(
    ("again", "shown", "supplemented"),
    [((33, 11), (30, 10), True), ((70, 20), (70, 20), False), ((31, 10), (30, 10), True), ((30, 10), (30, 10), False)],
)
def test_what_few_add_to_a_closed_survey_is_not_told_as_the_difference(story, again, shown, supplemented):
    reopened = SurveyReopened(**WHICH, reason="Satu kotak terlewat")
    story.happens(STREAM, OPENED, closed(30, 10), reopened, closed(*again))

    assert results(story, "supplemented") == [("dinkes", "", {"u1": str(shown[0])}, {"u1": shown[1]}, supplemented)]
    assert whole(story) == [(1, {"u1": str(shown[0])}, {"u1": shown[1]})]


def test_what_waits_at_a_closing_is_said_and_moves_nothing(story):
    reopened = SurveyReopened(**WHICH, reason="Satu kotak terlewat")
    story.happens(STREAM, OPENED, closed(30, 10), reopened, closed(30, 10, few_wait=True))

    assert results(story, "supplemented") == [("dinkes", "", {"u1": "30"}, {"u1": 10}, True)]
    assert whole(story) == [(1, {"u1": "30"}, {"u1": 10})]


def test_what_was_recorded_wrongly_is_told_no_more_once_it_was_recorded_afresh(story):
    reopened = SurveyReopened(**WHICH, reason="Tertukar dengan unit lain", afresh=True)
    story.happens(STREAM, OPENED, closed(30, 10), reopened, closed(40, 11))

    assert results(story, "supplemented") == [("dinkes", "", {"u1": "40"}, {"u1": 11}, False)]
    assert whole(story) == [(1, {"u1": "40"}, {"u1": 11})]


def test_a_point_that_too_few_answered_is_not_told_at_a_second_closing_either(story):
    def of_two(few: int) -> SurveyClosed:
        points = {
            name: PointSums(sums={"u1": Decimal(3 * n)}, counts={"u1": n}, answered=n)
            for name, n in (("loket", 20), ("poli", few))
        }
        total = 20 + few
        return SurveyClosed(**WHICH, sums={"u1": Decimal(3 * total)}, counts={"u1": total}, points=points)

    two = SurveyOpened(
        **WHICH, elements=["u1"], points=["loket", "poli"], opens=date(2025, 7, 1), closes=date(2025, 7, 2)
    )
    story.happens(STREAM, two, of_two(8), SurveyReopened(**WHICH, reason="Satu kotak terlewat"), of_two(28))

    told = [
        (row["point"], row["counts"], row["supplemented"])
        for row in story.rows("result", "point", "counts", "supplemented")
    ]
    assert sorted(told) == [("", {"u1": 28}, True), ("loket", {"u1": 20}, True), ("poli", {"u1": 8}, True)]
