"""Each role asks each field and address, and sends each command: what the rules say no to is refused, nothing else is.

`make roles` has every role send every command, and asks many more fields, as they come; `NERACA_ROLES` says how many.
"""

import asyncio
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument, parse
from graphql.language import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode
from msgspec import Struct, inspect

from neraca.api import route_rules
from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.graphql.access_rules import (
    COLUMNS,
    OF_AGENCY,
    OF_REPORTS,
    OF_SUBSCRIPTIONS,
    Reach,
    Rule,
    deeper,
    reach,
)
from neraca.api.graphql.schema import build
from neraca.domain.authorisation import OPERATOR, ROLES, WRITES
from neraca.domain.contexts import Actor
from neraca.domain.registry import COMMANDS
from neraca.domain.vocabulary import Role, Scope
from neraca.service.exports.data_sets import DATA_SETS
from tests.api.random_queries import ANI, RandomQueries
from tests.domain.test_events import examples

NOW = datetime(2025, 3, 3, 2, tzinfo=UTC)
QUIET = 3
"""Seconds after which nothing more is waited for."""

MORE = int(os.environ.get("NERACA_ROLES", "0"))
NOW_GIVEN = {
    "period": '"2025-Q1"',
    "firstPeriod": '"2025-Q1"',
    "secondPeriod": '"2025-Q1"',
    "year": "2025",
    "employee": f'"{ANI}"',
    "person": f'"{ANI}"',
    "unit": '"disdukcapil"',
    "ref": '"id.jatim.kota-surabaya@1"',
    "candidate": '"id.jatim.kota-surabaya@1"',
    "id": '"x"',
    "name": '"x"',
}
RULES = {("Agency", name): rule for name, rule in OF_AGENCY.items()} | {
    ("AgencyReports", name): rule for name, rule in OF_REPORTS.items()
}
SCHEMA = build().core
OF_SURABAYA = {
    name: OPERATOR if one is OPERATOR else Actor(f"nobody-{name}".replace(": ", "-"), one.roles, "surabaya", one.scopes)
    for name, one in COLUMNS.items()
}
"""Of each column somebody who is nothing to anybody: what is theirs is nothing."""


class Asked(Struct):
    world: Any
    client: Any

    def ask(self, who: str, query: str, variables: Any = None) -> Any:
        answer = self.client.post(
            "/graphql", json={"query": query, "variables": variables}, headers={"Authorization": f"Bearer {who}"}
        )
        assert answer.status_code == 200, (answer.status_code, query, variables)
        return answer.json()

    def send(self, who: str, tag: str) -> Any:
        headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": f"{who}-{tag}", "If-Match": '"v0"'}
        return self.client.post("/agencies/surabaya/commands", json=example(tag), headers=headers)


@pytest.fixture(scope="module")
def door(world: Any, served: Any) -> Iterator[Asked]:
    program = Actor("key:any", frozenset({Role.INTEGRATOR}), "surabaya", frozenset(Scope))
    with served(world, {**OF_SURABAYA, "integrator": program}, NOW) as client:
        yield Asked(world, client)


FORMS: dict[str, Any] = {
    **dict.fromkeys(("period", "of", "source_period", "appraisal", "parts"), "2025-Q1"),
    **dict.fromkeys(("year", "first_year", "last_year"), 2025),
    **dict.fromkeys(("uri", "document", "certificate"), "arsip:x"),
    "month": "2025-03",
}
"""What a field holds that not any text or number fits."""


@cache
def example(tag: str) -> Any:
    """A command that has the shape of one."""
    return _in_form(next(examples(inspect.type_info(COMMANDS[tag]), "x")))


def _in_form(said: Any, name: str = "") -> Any:
    match said:
        case dict():
            # Whatever is kept by period has one for its only key.
            keys = {name: "2025-Q1"} if name in ("amounts", "targets") else {}
            return {keys.get(key, key): _in_form(value, key) for key, value in said.items()}
        case list():
            return [_in_form(one, name) for one in said]
        case bool():
            return said
        case str() if name == "hours":
            return "08:00-15:30"
        case _:
            return FORMS.get(name, said)


def fields() -> list[tuple[str, str]]:
    return [(kind, name) for kind in ("Agency", "AgencyReports") for name in _object(kind).fields]


def _object(name: str) -> GraphQLObjectType:
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def query(kind: str, name: str) -> str:
    """Of the field and of one leaf in it."""
    of = _object(kind).fields[name]
    given = ", ".join(f"{key}: {NOW_GIVEN[key]}" for key, one in of.args.items() if is_required_argument(one))
    field = f"{name}{f'({given})' if given else ''} {_leaf(get_named_type(of.type))}"
    return f'{{ agency(id: "surabaya") {{ {field if kind == "Agency" else f"reports {{ {field} }}"} }} }}'


def _leaf(of: Any, deep: int = 0) -> str:
    if is_leaf_type(of):
        return ""
    for wanted in ("edges", "node"):
        if wanted in of.fields:
            return f"{{ {wanted} {_leaf(get_named_type(of.fields[wanted].type), deep + 1)} }}"
    return "{ __typename }"


def refused(answer: Any) -> bool:
    return any(one["extensions"]["code"] == "NOT_ALLOWED" for one in answer.get("errors", ()))


def nothing(value: Any) -> bool:
    """Whether there is nobody in it: null, empty, or a page of none."""
    return value in (None, [], {"edges": []}, {"__typename": "PlanTree"})


def test_each_field_has_a_rule() -> None:
    assert RULES.keys() == {*fields()}


@pytest.mark.parametrize(("kind", "name"), RULES)
def test_each_role_is_answered_a_field_as_its_rule_says(door: Asked, kind: str, name: str) -> None:
    for who, actor in OF_SURABAYA.items():
        answer = door.ask(who, query(kind, name))
        match reach(RULES[kind, name], actor, "surabaya"):
            case Reach.ALL:
                assert not refused(answer), (who, answer)
            case Reach.THEIRS:
                value = None if refused(answer) else (answer["data"] or {}).get("agency")
                inner = (value or {}) if kind == "Agency" else ((value or {}).get("reports") or {})
                assert nothing(inner.get(name)), (who, answer)
            case Reach.NONE:
                assert refused(answer), (who, answer)


@pytest.fixture
def followed(world: Any, serving: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """Behind a port: what is followed does not end."""
    app = create(
        service=world.service,
        url=world.url,
        agencies=world.agencies,
        tokens=Tokens(OF_SURABAYA),
        clock=lambda: NOW,
    )
    with serving(app) as address:
        yield address


def test_each_role_is_told_what_it_follows_as_its_rule_says(followed: str) -> None:
    """From the beginning of the log: whom anything is told of is told at once."""
    assert OF_SUBSCRIPTIONS.keys() == _object("Subscription").fields.keys()

    told = asyncio.run(_told_first(followed))

    for (name, who), first in told.items():
        match reach(OF_SUBSCRIPTIONS[name], OF_SURABAYA[who], "surabaya"):
            case Reach.ALL:
                assert first is not None, (name, who)
                assert not refused(first), (name, who, first)
            case Reach.THEIRS:
                assert first is None, (name, who, first)
            case Reach.NONE:
                assert first is not None, (name, who)
                assert refused(first), (name, who, first)


async def _told_first(address: str) -> dict[tuple[str, str], Any]:
    """By what is followed and by whom, all at the same time; None where nothing comes."""
    every = [*itertools.product(OF_SUBSCRIPTIONS, OF_SURABAYA)]
    limits = httpx.Limits(max_connections=len(every))
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=QUIET) as client:
        return dict(zip(every, await asyncio.gather(*(_first(client, *one) for one in every)), strict=True))


async def _first(client: httpx.AsyncClient, name: str, who: str) -> Any:
    query = f'subscription {{ {name}(agency: "surabaya", after: "0") {{ __typename }} }}'
    asked = client.stream("POST", "/graphql/stream", json={"query": query}, headers={"Authorization": f"Bearer {who}"})
    with suppress(httpx.ReadTimeout):
        async with asked as answer:
            async for line in answer.aiter_lines():
                name, _, value = line.partition(":")
                if name == "data" and value.strip():
                    return json.loads(value)
    return None


def test_whoever_runs_the_deployment_reads_nobodys_appraisal(door: Asked) -> None:
    one = f'appraisal(employee: "{ANI}", period: "2025-Q1") {{ score }}'
    everybody = "appraisals { totalCount } employees { totalCount }"
    answer = door.ask("operator", f'{{ agency(id: "surabaya") {{ {one} {everybody} }} }}')

    assert answer["data"]["agency"] == {
        "appraisal": None, "appraisals": {"totalCount": 0}, "employees": {"totalCount": 0},
    }  # fmt: skip
    for path in ("events", "payroll/2025-Q1", f"documents/{ANI}/2025-Q1", "exports"):
        got = door.client.get(f"/agencies/surabaya/{path}", headers={"Authorization": "Bearer operator"})
        assert got.status_code in (403, 404, 405), (path, got.status_code)


def roles_of(tag: str) -> set[str]:
    if tag == "rate":
        # The example is of a supervisor.
        return {"employee", "official"}
    allowed = {role.value for role in ROLES[tag] if role is not Role.INTEGRATOR}
    allowed |= {"integrator"} if tag in WRITES else set()
    return allowed | ({"operator"} if OPERATOR.roles & ROLES[tag] else set())


SENDERS = [*(role.value for role in Role), "operator"]


def cells() -> list[tuple[str, str]]:
    """Of each command one who may send it and another, of all roles in turn; all of them, where many are asked."""
    every = [*itertools.product(ROLES, SENDERS)]
    if MORE:
        return every
    turn = itertools.cycle(SENDERS)
    found = [(tag, who) for tag in ROLES for who in (sorted(roles_of(tag))[0], next(turn))]
    return [*dict.fromkeys(found)]


def test_a_command_is_refused_to_whom_its_rule_does_not_name_and_to_nobody_else(door: Asked) -> None:
    """What it says mostly leads nowhere, so that whoever may send it is told so."""
    wrong: list[Any] = []
    for tag, who in cells():
        answer = door.send(who, tag)
        refused_role = answer.status_code == 403 and "needs the" in answer.json()["detail"]
        # Whatever has another fault than the role has it for all alike: who may send it must have come beyond the role.
        if refused_role is (who in roles_of(tag)):
            wrong.append((tag, who, answer.status_code, answer.text))
    # A few are done: whoever asks as of a later moment would wait for the read models.
    door.world.follow()

    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.filterwarnings("ignore:.*_async_resolver.*never awaited")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nothing_deeper_is_refused_that_has_no_rule(door: Asked) -> None:
    chance = Random(20261130)
    queries, rules = RandomQueries(SCHEMA, chance), deeper(SCHEMA)
    for _ in range(40 + MORE):
        text, variables = queries.query()
        who = chance.choice([*OF_SURABAYA])
        answer = door.ask(who, text, variables)
        for error in answer.get("errors", ()):
            if error["extensions"]["code"] == "NOT_ALLOWED":
                kind, name = field_at(text, error["path"])
                if f"{kind}.{name}" in rules or BY_ARGUMENT.get(name, " ") in text:
                    continue
                rule = RULES.get((kind, name))
                assert rule is not None, (who, kind, name, text, error)
                assert reach(rule, OF_SURABAYA[who], "surabaya") is not Reach.ALL, (who, kind, name, text, error)


BY_ARGUMENT = {"events": "types", "forensics": "anonymous", "beforeAfter": "programme", "comments": "standing"}
"""Fields that some are answered who are refused more of it, by an argument."""


def field_at(text: str, path: list[Any]) -> tuple[str, str]:
    """The type and the field that an error's path leads to, through aliases and fragments."""
    document = parse(text)
    named = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    operation = next(one for one in document.definitions if not isinstance(one, FragmentDefinitionNode))
    kind, selections, last = "Query", _flat(getattr(operation, "selection_set"), named), ("Query", "")  # noqa: B009
    for key in (one for one in path if isinstance(one, str)):
        node = next(one for one in selections if (one.alias or one.name).value == key)
        last = (kind, node.name.value)
        kinds: Any = SCHEMA.type_map[kind]
        kind = get_named_type(kinds.fields[node.name.value].type).name if node.name.value in kinds.fields else "Agency"
        selections = [] if node.selection_set is None else _flat(node.selection_set, named)
    return last


def _flat(of: Any, named: dict[str, FragmentDefinitionNode]) -> list[FieldNode]:
    found: list[FieldNode] = []
    for one in of.selections:
        if isinstance(one, FieldNode):
            found.append(one)
        elif isinstance(one, FragmentSpreadNode):
            found += _flat(named[one.name.value].selection_set, named)
        elif isinstance(one, InlineFragmentNode):
            found += _flat(one.selection_set, named)
    return found


TEXTS = {
    "POST /agencies/{agency}/keys": {"program": "any", "scopes": ["roster"], "until": "2025-06-30"},
    "POST /agencies/{agency}/webhooks": {"url": "https://hooks.example/in"},
}
"""What is sent where not anything will do."""

NAMED = {
    "agency": "surabaya", "person": "nobody", "employee": "nobody", "period": "2025-Q1", "user": "nobody",
    "export": "x", "key": "x",
    "name": "User", "webhook": "00000000-0000-0000-0000-000000000000", "token": "x", "code": "x", "form": "report",
    "kind": "employees", "path": "x",
}  # fmt: skip


IN_ADDRESS = {
    "/documents": "?number=x&code=x",
    "/graphql": "?query={viewer{id}}",
    "/graphql/stream": "?query={viewer{id}}",
}


def asked_at(door: Asked, route: str, who: str | None, **named: str) -> Any:
    method, _, path = route.partition(" ")
    scim = "/scim/" in path
    headers = {"Content-Type": "application/scim+json" if scim else "application/json"}
    # A stream that is asked for so is refused, but to whoever may not have it.
    headers |= {"Last-Event-ID": "x"} if path.endswith("/stream") else {}
    headers |= {} if who is None else {"Authorization": f"Bearer {who}"}
    query = next((said for end, said in IN_ADDRESS.items() if path.endswith(end) and method == "GET"), "")
    body = None if method in ("GET", "DELETE") else json.dumps(TEXTS.get(route, {}))
    return door.client.request(method, path.format(**NAMED | named) + query, content=body, headers=headers)


def test_each_route_has_a_rule(world: Any) -> None:
    found = set[str]()
    for one in world.again().routes:
        path = re.sub(r"style-\w+", "style", re.sub(r":\w+}", "}", one.path))
        for handler in getattr(one, "route_handlers", None) or [one.route_handler]:
            methods = getattr(handler, "http_methods", {"WEBSOCKET"}) - {"OPTIONS"}
            found |= {f"{method} {path}" for method in methods}
    assert route_rules.RULES.keys() == found


@pytest.mark.parametrize("route", [route for route, rule in route_rules.RULES.items() if isinstance(rule, Rule)])
def test_each_role_is_answered_at_an_address_as_its_rule_says(door: Asked, route: str) -> None:
    rule = route_rules.RULES[route]
    assert isinstance(rule, Rule)
    for who, actor in OF_SURABAYA.items():
        answer = asked_at(door, route, who)
        match reach(rule, actor, "surabaya"):
            case Reach.ALL:
                assert answer.status_code not in (401, 403, 500), (who, answer.text)
            case Reach.THEIRS:
                assert answer.status_code == 404, (who, answer.text)
            case Reach.NONE:
                assert answer.status_code == 403, (who, answer.text)


def test_at_no_address_anybody_is_answered_without_a_token_or_of_another_agency(door: Asked) -> None:
    said = {route: rule for route, rule in route_rules.RULES.items() if rule != route_rules.ANYBODY}
    for route in said:
        if "/pages" not in route and "WEBSOCKET" not in route and route != "GET /metrics":
            assert asked_at(door, route, None).status_code == 401, route
            assert asked_at(door, route, "wrong").status_code == 401, route
        if "{agency}" in route:
            for who in OF_SURABAYA.keys() - {"operator"}:
                answer = asked_at(door, route, who, agency="bandung")
                assert answer.status_code == 404, (route, who, answer.text)


@pytest.mark.parametrize("name", DATA_SETS)
def test_each_role_may_have_a_data_set_as_its_rule_says(door: Asked, name: str) -> None:
    rule = route_rules.READERS[DATA_SETS[name].readers]
    for who, actor in OF_SURABAYA.items():
        wanted, headers = {"data_set": name}, {"Authorization": f"Bearer {who}"}
        answer = door.client.post("/agencies/surabaya/exports", json=wanted, headers=headers)
        refused_ = answer.status_code == 403
        assert refused_ is (reach(rule, actor, "surabaya") is Reach.NONE), (who, answer.status_code, answer.text)
