"""How many days results and answers take: of all, by unit, and never of few for those who see counts alone."""

from typing import Any

DURATIONS = '{ agency(id: "surabaya") { reports { durations(period: "2025-Q1") { %s } } } }'
WHOLE = "unit step people number lowerQuartile median upperQuartile longest"


def told(world: Any, who: str) -> Any:
    return world.data(who, DURATIONS % WHOLE)["agency"]["reports"]["durations"]


def test_an_answer_is_counted_from_the_report(world: Any) -> None:
    # Ani's two reports were answered on the day on which they came; nothing is final.
    days = {"lowerQuartile": 0, "median": 0, "upperQuartile": 0, "longest": 0}
    both = {"step": "ANSWER", "people": 1, "number": 2, **days}
    assert told(world, "hr") == [{"unit": None, **both}, {"unit": "disdukcapil", **both}]


def test_those_who_see_counts_alone_hear_of_five_people_or_more_and_others_nothing(world: Any) -> None:
    assert told(world, "policy") == []
    for who in ("ani", "boss", "stranger"):
        assert world.ask(who, DURATIONS % "unit")["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}
