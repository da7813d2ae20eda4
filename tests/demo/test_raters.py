"""A sealed 360 in the year of the demo: colleagues are drawn, one declines and is replaced, one stays silent."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain import streams
from neraca.domain.appraisal.events import (
    Finalised,
    Opened,
    Rated,
    RaterDeclined,
    RatersAssigned,
    RatingsClosed,
)
from neraca.domain.contexts import Actor
from neraca.domain.programme.events import MemberJoined
from neraca.domain.vocabulary import Relation, Role
from neraca.service.draws import redrawn
from neraca.service.event_reader import RecordedEvent

DISTRICT = "gajahmungkur"


@pytest.fixture
def told(seeded_year: Any) -> list[RecordedEvent]:
    """All of the appraisal of whom somebody would not rate."""
    reader = seeded_year.service.reader
    [declined] = reader.of_types(DISTRICT, ("appraisal.rater-declined",))
    return reader.stream(DISTRICT, declined.stream)


def only(told: list[RecordedEvent], kind: type[Any]) -> Any:
    [found] = [one.event for one in told if isinstance(one.event, kind)]
    return found


def test_one_declines_and_the_next_of_the_draw_comes_and_one_stays_silent(
    seeded_year: Any, told: list[RecordedEvent]
) -> None:
    opened, declined = only(told, Opened), only(told, RaterDeclined)
    drawn = next(one for one in only(told, RatersAssigned).groups if one.relation is Relation.PEER)
    assert (drawn.source, drawn.count, len(drawn.raters)) == ("unit_or_programme", 4, 4)
    assert declined.rater in drawn.raters
    assert declined.instead not in {None, *drawn.raters}

    given = [one.event for one in told if isinstance(one.event, Rated) and one.event.relation is Relation.PEER]
    assigned = {*drawn.raters, declined.instead} - {declined.rater}
    assert len(assigned - {one.rater for one in given}) == 1, "who stays silent"
    assert {one.rater for one in given} <= assigned
    assert only(told, RatingsClosed).closed["rekan"] == len(given) == 3
    again = redrawn(seeded_year.service.reader, seeded_year.service.policies, seeded_year.agencies[DISTRICT])
    assert {one.difference for one in again} == {None}
    assert {one.employee for one in again} >= {opened.employee}


def test_colleagues_of_the_programme_may_be_drawn_beside_those_of_the_unit(
    seeded_year: Any, told: list[RecordedEvent]
) -> None:
    reader = seeded_year.service.reader
    drawn = next(one for one in only(told, RatersAssigned).groups if one.relation is Relation.PEER)
    members = {
        past.event.employee
        for past in reader.stream(DISTRICT, streams.programme(DISTRICT, "posyandu-keliling"))
        if isinstance(past.event, MemberJoined)
    }
    assert only(told, Opened).employee in members
    assert drawn.candidates == 6, "three of the office and three of the other"


def test_all_who_work_under_a_leader_are_heard_and_nobody_where_one_of_them_is_silent(seeded_year: Any) -> None:
    """A group with `all`: of two leaders one has a subordinate who did not rate."""
    reader = seeded_year.service.reader
    found: dict[bool, set[int | None]] = {True: set(), False: set()}
    for past in reader.of_types(DISTRICT, ("appraisal.raters-assigned",)):
        group = next(one for one in past.event.groups if one.relation is Relation.SUBORDINATE)
        if not group.raters:
            continue
        own = [one.event for one in reader.stream(DISTRICT, past.stream)]
        rated = {one.rater for one in own if isinstance(one, Rated)}
        closed = next(one.closed for one in own if isinstance(one, RatingsClosed | Finalised) and one.closed)
        found[rated >= {*group.raters}].add(closed["bawahan"])
    assert found[False] == {None}
    assert found[True]
    assert None not in found[True]


@pytest.fixture
def read(seeded_year: Any) -> Iterator[Any]:
    """What HR reads of the raters of an appraisal, after the year."""
    app = create(
        service=seeded_year.service,
        url=seeded_year.url,
        agencies=seeded_year.agencies,
        tokens=Tokens({"hr": Actor("hr", frozenset({Role.HR}), DISTRICT)}),
        clock=lambda: datetime(2026, 2, 1, 5, tzinfo=UTC),
    )
    with TestClient(app, raise_server_exceptions=False) as client:

        def ask(employee: str, fields: str, when: str = "") -> Any:
            which = f'employee: "{employee}", period: "2025"'
            query = {"query": f'{{ agency(id: "{DISTRICT}"{when}) {{ appraisal({which}) {{ {fields} }} }} }}'}
            answer = client.post("/graphql", json=query, headers={"Authorization": "Bearer hr"}).json()
            assert "errors" not in answer, answer
            return answer["data"]["agency"]["appraisal"]

        yield ask


def test_whoever_assigns_reads_who_declined_and_who_has_not_rated(read: Any, told: list[RecordedEvent]) -> None:
    declined = only(told, RaterDeclined)

    fields = "assignments { rater relation standing reason instead rated }"
    rows = {one["rater"]: one for one in read(only(told, Opened).employee, fields)["assignments"]}
    assert [one for one in rows.values() if one["standing"] == "DECLINED"] == [
        {
            "rater": declined.rater,
            "relation": "PEER",
            "standing": "DECLINED",
            "reason": declined.reason,
            "instead": declined.instead,
            "rated": rows[declined.rater]["rated"],
        }
    ]
    assert sorted(one["rated"] for one in rows.values() if one["standing"] == "ASSIGNED") == [False, True, True, True]


def test_what_colleagues_gave_is_sealed_and_told_once_their_time_is_over(read: Any, told: list[RecordedEvent]) -> None:
    given = [one for one in told if isinstance(one.event, Rated) and one.event.relation is Relation.PEER]
    assert {one.event.sealed for one in given} == {True}
    closing = next(one.position for one in told if isinstance(one.event, RatingsClosed))
    assert max(one.position for one in given) < closing

    def peers(position: int) -> list[Any]:
        when = f', asOf: {{position: "{position}"}}'
        found = read(only(told, Opened).employee, "raterGroups { relation open count shown }", when)["raterGroups"]
        return [one for one in found if one["relation"] == "PEER"]

    assert [(one["count"], one["shown"]) for one in peers(closing - 1)] in ([], [(None, False)])
    assert peers(closing) == [{"relation": "PEER", "open": False, "count": 3, "shown": True}]
