"""For random years of commands and of time that passes, in any order of delivery, on two servers: what was told twice
is there once, and the log gives again what was recorded and what was read, to the digit and to the byte.

`NERACA_YEARS=100-160` lives those instead of the few that stand here.
"""

import json
import os
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import cache
from logging import ERROR
from typing import Any
from uuid import UUID

import graphql
import pytest
from litestar.testing import TestClient
from structlog import get_logger, make_filtering_bound_logger

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.graphql.schema import build
from neraca.domain.contexts import Actor
from neraca.domain.registry import COMMANDS
from neraca.domain.vocabulary import Role
from neraca.projecting.rebuild import rebuild
from neraca.service.draws import redrawn
from neraca.service.log_integrity import log_defects
from neraca.service.observation import CLOCK
from neraca.service.replay import replay
from projections import ALL

FEW = "1-2"
BEGINNING = ("appraisal.opened", "appraisal.cancelled", "appraisal.cut")
"""Events after which the same may be told once more."""

ELSEWHERE = frozenset({"simulate", "evaluate", "effects", "id", "assignments"})
"""Fields that are asked for another policy than the one that is recorded, that tell as of when they were read, or that
are told of no moment of the past, as who is assigned to rate.
"""
ASKED = {
    "employees": "first: 5",
    "appraisals": "first: 5",
    "cohorts": "first: 10",
    "summary": 'period: "2025"',
    "allowances": "first: 20, history: true",
    "ceilings": "first: 20",
    "policies": "first: 10",
    "units": "first: 3",
    "heads": 'on: "2025-12-31"',
}


def _years() -> list[int]:
    first, _, last = os.environ.get("NERACA_YEARS", FEW).partition("-")
    return [*range(int(first), int(last or first) + 1)]


def everything(of: Any, known: frozenset[str] = frozenset()) -> str:
    """All fields of a type of the schema and of what it holds, but none that leads back to where it came from."""
    said: list[str] = []
    for name, field in of.fields.items():
        inner = graphql.get_named_type(field.type)
        if name in ELSEWHERE or any(graphql.is_required_argument(one) for one in field.args.values()):
            continue
        if graphql.is_leaf_type(inner):
            said.append(name)
        elif isinstance(inner, graphql.GraphQLObjectType) and inner.name not in known:
            few = f"(first: {6 if len(known) < 4 else 2})" if "first" in field.args else ""
            below = everything(inner, known | {inner.name})
            said.append(f"{name}{few} {below}")
    return "{ " + " ".join(said or ["__typename"]) + " }"


@cache
def questions() -> dict[str, str]:
    """What an operator may ask of an agency, by the field."""
    agency: Any = build()._schema.get_type("Agency")
    whole: frozenset[str] = frozenset({"Agency", "Employee", "Appraisal"})
    found: dict[str, str] = {}
    for name, given in ASKED.items():
        inner: Any = graphql.get_named_type(agency.fields[name].type)
        if "edges" in inner.fields:
            node: Any = graphql.get_named_type(graphql.get_named_type(inner.fields["edges"].type).fields["node"].type)
            below = everything(node, whole | {node.name})
            found[name] = (
                f"{name}({given}AFTER) {{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {below} }} }}"
            )
        else:
            found[name] = f"{name}({given}) {everything(inner, whole)}"
    return found


class Eye:
    """What an operator reads of the one agency of a house."""

    def __init__(self, house: Any, people: Collection[str]) -> None:
        [self.agency] = house.agencies
        self.people = people
        self.day = date.min
        app = create(
            service=house.service,
            url=house.url,
            agencies=house.agencies,
            tokens=Tokens({"operator": Actor("operator", frozenset(Role))} | _people(self.agency, people)),
            clock=lambda: datetime(self.day.year, self.day.month, self.day.day, 5, tzinfo=UTC),
            log=get_logger(wrapper_class=make_filtering_bound_logger(ERROR)),
        )
        self.client = TestClient(app, raise_server_exceptions=False)

    def read(self, day: date, position: int | None = None, who: str = "operator") -> Any:
        """All of it, as of a position or now; of what somebody may not read, nothing."""
        self.day = day
        when = "" if position is None else f', asOf: {{position: "{position}"}}'
        return {name: [*self._pages(name, fields, when, who)] for name, fields in questions().items()}

    def _pages(self, name: str, fields: str, when: str, who: str) -> Iterator[Any]:
        after, headers = "", {"Authorization": f"Bearer {who}"}
        while True:
            query = f'{{ agency(id: "{self.agency}"{when}) {{ {fields.replace("AFTER", after)} }} }}'
            answer = self.client.post("/graphql", json={"query": query}, headers=headers).json()
            if "errors" in answer:
                assert who != "operator", answer["errors"]
                assert [one for one in answer["errors"] if one["extensions"]["code"] == "INTERNAL"] == []
                return
            page = answer["data"]["agency"][name]
            yield page
            if "pageInfo" not in page or not page["pageInfo"]["hasNextPage"]:
                return
            after = f', after: "{page["pageInfo"]["endCursor"]}"'


def _people(agency: str, people: Collection[str]) -> dict[str, Actor]:
    return {one: Actor(one, frozenset({Role.EMPLOYEE}), agency) for one in people}


@pytest.mark.parametrize("seed", _years())
def test_a_random_year_is_given_again_by_its_log(
    seed: int,
    write_year: Any,
    database: str,
    open_service: Any,
    shipped: Any,
    living: Any,
) -> None:
    year = write_year(seed)
    agency = year.agency.id
    with ExitStack() as held:
        first = held.enter_context(open_service(database, {agency: year.agency}))
        first.adopt(shipped)
        second = held.enter_context(first.again())
        eye = Eye(first, year.people)
        lived = living(first, second, year.agency, eye.read)
        held.enter_context(lived.held)
        held.enter_context(eye.client)
        lived.live(year)
        check(lived, eye)
        print(json.dumps({"accepted": lived.accepted, "refused": lived.refused}))


def check(lived: Any, eye: Eye) -> None:
    agency = lived.agency.id
    lived.follow(1_000)
    with lived.servers[0].again() as fresh:
        assert [one for one in replay(fresh.service, agency) if one.differences] == []
        assert [*fresh.service.documents.altered(agency)] == []
        drawn = redrawn(fresh.service.reader, fresh.service.policies, lived.agency)
        assert [one for one in drawn if one.difference] == []
        assert [*log_defects(fresh.log, fresh.mapper, agency)] == []
        assert lived.tick_again() == 0
        told = told_of_time(fresh, agency)
        assert [one for one, times in Counter(map(repr, told)).items() if times > 1] == []
        assert sum(body.__struct_config__.tag not in lived.drawing for *_, body in told) == sum(lived.told)
        for projection in ALL:
            report = rebuild(fresh.url, projection, switch="never")
            assert (report.equal, report.set_aside) == (True, 0), report
        for person in eye.people:
            assert eye.read(lived.last.date(), who=person)
        for day, position, then in lived.kept:
            assert [*unlike(eye.read(day, position), then)] == []


def told_of_time(house: Any, agency: str) -> list[tuple[Any, ...]]:
    """What the log has of the clock, and since which opening, cut or other beginning of its stream."""
    found: list[tuple[Any, ...]] = []
    since: dict[UUID, int] = {}
    for one in house.log.replay(agency):
        envelope = house.mapper.decode(one.type, one.data)
        if envelope.by == CLOCK:
            found.append((one.stream, since.get(one.stream), envelope.body))
        elif one.type in BEGINNING:
            since[one.stream] = one.position
    return found


def unlike(now: Any, then: Any, where: str = "") -> Iterator[str]:
    """Names each value that is not the same, by its way there."""
    if isinstance(now, dict) and isinstance(then, dict) and now.keys() == then.keys():
        for name in now:
            yield from unlike(now[name], then[name], f"{where}.{name}")
    elif isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        for number, (one, other) in enumerate(zip(now, then, strict=True)):
            yield from unlike(one, other, f"{where}[{number}]")
    elif now != then:
        yield f"{where}: {now} was {then}"


@pytest.mark.parametrize("tag", [*COMMANDS])
def test_every_command_there_is_may_happen(tag: str, meddling: Any) -> None:
    """Whoever adds one has it lived by itself, unless its fields are of a kind that nothing here fits."""
    assert meddling(tag).__struct_config__.tag == tag
