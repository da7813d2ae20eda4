"""What citizens said, over GraphQL: by unit, service point and agency, in time, and to whom the rest is told."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.contexts import Actor
from neraca.domain.service_point.commands import OpenServicePoint
from neraca.domain.survey import (
    CloseSurvey,
    IssueTokens,
    OpenSurvey,
    PassedAnswer,
    PassedComment,
    PassOnAnswers,
    RecordResponse,
    RefuseComment,
    ReleaseComment,
    ShutDoor,
)
from neraca.domain.vocabulary import Burst, Role, ServicePointKind
from neraca.service import CommandBatch

ELEMENTS = [f"u{n}" for n in range(1, 10)]
WHICH: dict[str, Any] = {"unit": "disdukcapil", "period": "2025-Q1", "survey": "skm_unit"}
DOOR = Actor("neraca:door", frozenset({Role.DOOR}), "surabaya")
ALL_OF_THEM = """{ agency(id: "surabaya") { reports { satisfaction(%s) {
  unit period answered index category change supplemented flagged { kind answers }
  elements { element mean answers }
  points { point name kind answered index category unverified unverifiedIndex elements { mean } }
} } } }"""


def answers(first: int, each: list[int], unverified: bool = False) -> list[PassedAnswer]:
    return [
        PassedAnswer(
            respondent=f"j{first + at}", answers=dict.fromkeys(ELEMENTS, Decimal(value)), unverified=unverified
        )
        for at, value in enumerate(each)
    ]


def hexed(first: int, n: int) -> list[str]:
    return [f"{first + at:064x}" for at in range(n)]


@pytest.fixture(scope="module", autouse=True)
def asked(world: Any) -> None:
    """Twenty at counter 1 with a token and ten without, twelve at the puskesmas, three on paper."""

    def door(day: date, *commands: Any) -> None:
        now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        world.service.handle(CommandBatch(agency="surabaya", actor=DOOR, commands=commands, now=now))

    for point, name in (("loket-1", "Loket 1"), ("loket-2", "Loket 2")):
        world.tell(
            "surveyor",
            OpenServicePoint(
                point=point, unit="disdukcapil", name=name, kind=ServicePointKind.COUNTER, since=date(2025, 1, 1)
            ),
        )
    world.tell(
        "surveyor",
        OpenSurvey(
            **WHICH, elements=ELEMENTS, points=["loket-1", "loket-2"], opens=date(2025, 3, 1),
            closes=date(2025, 3, 20), hourly=50,
        ),
    )  # fmt: skip
    world.tell("surveyor", IssueTokens(**WHICH, point="loket-1", tokens=hexed(1, 30)))
    world.tell("surveyor", IssueTokens(**WHICH, point="loket-2", tokens=hexed(101, 30)))
    wrote = [PassedComment(comment=f"c{n}", words=f"Saran {n} untuk Bu Sri") for n in range(3)]
    door(
        date(2025, 3, 4),
        PassOnAnswers(
            **WHICH, point="loket-1", answers=answers(0, [4] * 15 + [3] * 5), receipts=hexed(1, 20), comments=wrote,
            flagged={Burst.MANY_IN_MINUTES: 6, Burst.SAME_IN_A_ROW: 9},
        ),
        PassOnAnswers(
            **WHICH, point="loket-1", answers=answers(50, [1] * 10, unverified=True), receipts=hexed(51, 10)
        ),
    )  # fmt: skip
    door(
        date(2025, 3, 21),
        PassOnAnswers(**WHICH, point="loket-2", answers=answers(100, [2] * 12), receipts=hexed(101, 12)),
        ShutDoor(**WHICH),
    )
    world.tell("surveyor", RecordResponse(**WHICH, respondent="k-1", answers=dict.fromkeys(ELEMENTS, Decimal(1))))
    world.tell("surveyor", ReleaseComment(**WHICH, comment="c0", words="Saran 0 untuk petugas"))
    world.tell("official", RefuseComment(**WHICH, comment="c1", reason="Menyebut nama orang"))
    world.tell("surveyor", CloseSurvey(**WHICH))
    world.follow()


def test_the_index_of_a_unit_and_of_its_points_and_who_would_give_few_away_is_not_told(world: Any) -> None:
    [told] = world.data("ani", ALL_OF_THEM % 'unit: "disdukcapil"')["agency"]["reports"]["satisfaction"]

    # (15 x 4 + 5 x 3 + 12 x 2 + 1) / 33 = 100 / 33 in every element, x 0.111 x 25 x 9
    assert {name: told[name] for name in ("period", "answered", "index", "category", "change", "flagged")} == {
        "period": "2025-Q1", "answered": 33, "index": "75.68", "category": "C", "change": None, "flagged": None,
    }  # fmt: skip
    assert told["elements"][0] == {"element": "u1", "mean": "3.030", "answers": 33}
    # One on paper is at no point: with the smaller counter beside it, it could be reckoned out.
    assert told["points"] == [
        {
            "point": "loket-1", "name": "Loket 1", "kind": "COUNTER", "answered": 20, "index": "93.66", "category": "A",
            "unverified": 10, "unverifiedIndex": "24.98", "elements": [{"mean": "3.750"}] * 9,
        },
        {
            "point": "loket-2", "name": "Loket 2", "kind": "COUNTER", "answered": None, "index": None, "category": None,
            "unverified": None, "unverifiedIndex": None, "elements": [],
        },
    ]  # fmt: skip


def test_what_was_noticed_is_told_to_those_who_run_or_check_surveys(world: Any) -> None:
    noticed = [{"kind": "MANY_IN_MINUTES", "answers": 6}]
    running = """{ agency(id: "surabaya") { reports { publicSurveys {
      point tokens verified unverified shut closed flagged { kind answers } } } } }"""

    for who in ("surveyor", "official", "auditor", "operator"):
        [told] = world.data(who, ALL_OF_THEM % 'survey: "skm_unit"')["agency"]["reports"]["satisfaction"]
        assert told["flagged"] == noticed, who
        first, second = world.data(who, running)["agency"]["reports"]["publicSurveys"]
        assert first == {
            "point": "loket-1", "tokens": 30, "verified": 20, "unverified": 10, "shut": True, "closed": True,
            "flagged": noticed,
        }  # fmt: skip
        assert (second["verified"], second["flagged"]) == (12, [])
    for who in ("ani", "hr", "policy", "integrator"):
        [told] = world.data(who, ALL_OF_THEM % 'survey: "skm_unit"')["agency"]["reports"]["satisfaction"]
        assert told["flagged"] is None, who
        assert world.ask(who, running)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


def test_a_comment_is_read_as_released_by_all_and_as_written_by_those_who_judge(world: Any) -> None:
    ask = '{ agency(id: "surabaya") { reports { comments%s { id words standing reason } } } }'

    def told(who: str, how: str = "") -> Any:
        return world.data(who, ask % how)["agency"]["reports"]["comments"]

    released = [{"id": "c0", "words": "Saran 0 untuk petugas", "standing": "RELEASED", "reason": None}]
    assert told("ani") == told("surveyor", '(unit: "disdukcapil")') == released
    assert told("ani", '(unit: "dinkes")') == []
    assert told("surveyor", "(standing: WAITING)") == [
        {"id": "c2", "words": "Saran 2 untuk Bu Sri", "standing": "WAITING", "reason": None}
    ]
    assert told("official", "(standing: REFUSED)")[0]["reason"] == "Menyebut nama orang"
    for standing in ("WAITING", "REFUSED"):
        for who in ("ani", "boss", "hr", "integrator"):
            refused = world.ask(who, ask % f"(standing: {standing})")
            assert refused["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}, who


def test_all_units_together_beside_how_many_results_are_final(world: Any) -> None:
    ask = """{ agency(id: "surabaya") { reports { agencySatisfaction(survey: "skm_unit") {
      period units index category change final } } } }"""

    assert world.data("ani", ask)["agency"]["reports"]["agencySatisfaction"] == [
        {"period": "2025-Q1", "units": 1, "index": "75.68", "category": "C", "change": None, "final": 0}
    ]


def test_service_points_are_told_with_their_days(world: Any) -> None:
    ask = '{ agency(id: "surabaya") { reports { servicePoints { id unit name kind hours since until } } } }'

    assert world.data("ani", ask)["agency"]["reports"]["servicePoints"][0] == {
        "id": "loket-1", "unit": "disdukcapil", "name": "Loket 1", "kind": "COUNTER", "hours": None,
        "since": "2025-01-01", "until": None,
    }  # fmt: skip


def test_the_log_keeps_answers_and_unread_comments_from_readers_who_know_of_no_rater(world: Any) -> None:
    page = world.get("/agencies/surabaya/events?limit=1000", "archive").json()

    found = [one for one in page["events"] if "survey." in str(one["type"])]
    assert not [one for one in found if one["type"] in ("survey.response-recorded", "survey.comment-received")]
    assert "Bu Sri" not in str(page)
    # What one service point, or a unit, came to may be of few, and what a second closing added too.
    [closed] = [one["event"]["body"] for one in found if one["type"] == "survey.closed"]
    assert closed == {"type": "survey.closed", "unit": "disdukcapil", "period": "2025-Q1", "survey": "skm_unit"}
    assert {"survey.answers-passed-on", "survey.comment-released"} <= {one["type"] for one in found}
    # That somebody said the same as those before them tells what it was to whoever those were.
    passed = [one for one in found if one["type"] == "survey.answers-passed-on"]
    assert {(one["masked"], "flagged" in one["event"]["body"]) for one in passed} == {(True, False)}
