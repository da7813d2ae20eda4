"""The usual query goes past the framework, and is answered as the framework would answer it."""

import asyncio
import io
from typing import Any

import msgspec
import pytest
from litestar import Litestar

from neraca.api.graphql.handler import LONGEST
from tests.api.test_command_fast_path import answered, app, built, send, written

__all__ = ["app", "built", "written"]

USUAL = {"authorization": "Bearer t", "content-type": "application/json"}
MODERN = {**USUAL, "accept": "application/graphql-response+json"}


def _body(**asked: Any) -> bytes:
    return msgspec.json.encode(asked)


TYPE = "query($name: String!) { __type(name: $name) { fields { name description } } }"

CASES: dict[str, tuple[dict[str, str], bytes, int]] = {
    "of the schema": (USUAL, _body(query=TYPE, variables={"name": "Query"}), 200),
    "in the type of today": (MODERN, _body(query=TYPE, variables={"name": "Query"}), 200),
    "zipped": ({**USUAL, "accept-encoding": "gzip, br"}, _body(query=TYPE, variables={"name": "Query"}), 200),
    "short, never zipped": ({**USUAL, "accept-encoding": "gzip"}, _body(query="{ __typename }"), 200),
    "with its cost": (USUAL, _body(query="{ __typename }", extensions={"cost": True}), 200),
    "by name": (USUAL, _body(query="query A { __typename } query B { b: __typename }", operationName="B"), 200),
    "no such field": (USUAL, _body(query="{ nothing }"), 200),
    "no such field, in the type of today": (MODERN, _body(query="{ nothing }"), 400),
    "in Indonesian": ({**USUAL, "accept-language": "id"}, _body(query=" "), 200),
    "no such document": (USUAL, _body(documentId="sha256:" + "0" * 64), 200),
    "a variable too few": (USUAL, _body(query=TYPE), 200),
    "a wrong variable": (USUAL, _body(query=TYPE, variables={"name": 1}), 200),
    "a variable of two lines": (USUAL, _body(query=TYPE, variables={"name": "a\nb"}), 200),
    "away": (USUAL, _body(query='{ agency(id: "surabaya") { summary(period: "2025") { people } } }'), 503),
    "too long": (USUAL, _body(query="#" * (LONGEST + 1)), 413),
    "no query": (USUAL, b"{}", 400),
    "no JSON": (USUAL, b"{", 400),
    "a list": (USUAL, b"[]", 400),
    "nothing": (USUAL, b"", 400),
    "no such position": ({**USUAL, "neraca-position": "x"}, _body(query="{ __typename }"), 400),
    "no token": ({"content-type": "application/json"}, _body(query="{ __typename }"), 401),
    "wrong token": ({**USUAL, "authorization": "Bearer nobody"}, _body(query="{ __typename }"), 401),
    "a form": ({**USUAL, "content-type": "text/plain"}, _body(query="{ __typename }"), 415),
    "no type": ({"authorization": "Bearer t"}, _body(query="{ __typename }"), 415),
}


@pytest.mark.parametrize("case", CASES)
def test_a_query_is_answered_alike_past_the_framework_and_by_it(app: Litestar, case: str) -> None:
    headers, body, status = CASES[case]
    pairs = list(headers.items())

    past = answered(asyncio.run(send(app, pairs, body, 1, "/graphql")))
    by_it = answered(asyncio.run(send(app, pairs, body, 2, "/graphql")))

    assert past[0] == status, past
    assert past == by_it


def test_parameters_that_no_posted_query_has_are_the_framework_s_to_refuse(app: Litestar) -> None:
    sent = asyncio.run(send(app, list(USUAL.items()), _body(query="{ __typename }"), 1, "/graphql", b"query=x"))
    assert answered(sent)[0] == 400


@pytest.mark.parametrize("path", ["/graphql", "/agencies/surabaya/commands"])
def test_a_length_of_more_digits_than_anybody_counts_is_the_framework_s_to_take(app: Litestar, path: str) -> None:
    body = _body(query="{ __typename }")
    length = ("content-length", f"{'0' * 5_000}{len(body)}")
    assert answered(asyncio.run(send(app, [*USUAL.items(), length], body, 1, path)))[0] in (200, 400)


def test_the_usual_query_never_meets_the_framework_s_router(
    app: Litestar, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unwanted(*_: object) -> None:
        raise AssertionError("the router was asked")

    with monkeypatch.context() as patched:
        patched.setattr(type(app.asgi_router), "__call__", unwanted)
        assert answered(asyncio.run(send(app, list(USUAL.items()), _body(query="{ __typename }"), 1, "/graphql")))[0]
    asyncio.run(send(app, list(USUAL.items()), _body(query="{ __typename }"), 2, "/graphql"))

    past, by_it = [line.partition('"method"')[2].partition('"ms"')[0] for line in written.getvalue().splitlines()]
    assert past == by_it == ': "POST", "route": "/graphql", "status": 200, '
