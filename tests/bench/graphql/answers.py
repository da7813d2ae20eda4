"""Asks both servers everything once before anything is timed: a bench of different answers would say nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

from questions import Question
from servers import TOKEN, Server

_JSON = "application/graphql-response+json"

Request = tuple[bytes, int]
"""What is sent, and how long the body of the answer is."""


@dataclass(frozen=True)
class Prepared:
    question: Question
    ours: list[Request]
    theirs: list[Request]


class Differs(Exception):
    """The servers tell of something differently."""


class NotServed(Exception):
    """A server has nothing of the kind."""


def prepare(question: Question, ours: Server, theirs: Server) -> Prepared:
    """Raises Differs, and NotServed."""
    # One after the other: neither keeps a connection for long that nothing is asked on.
    mine, yours = [*_asked(question, ours)], [*_asked(question, theirs)]
    told, other = ([_equal(each.found, question.then) for each in both] for both in (mine, yours))
    if told != other:
        raise Differs(f"{question.name}: {_first_difference(told, other)}")
    if question.then and all(_equal(a.found) == _equal(b.found) for a, b in zip(mine, yours, strict=True)):
        raise Differs(f"{question.name}: the past is told as the present is")
    return Prepared(question, [each.request for each in mine], [each.request for each in yours])


@dataclass(frozen=True)
class _Answer:
    found: Any
    request: Request


def _asked(question: Question, server: Server) -> Iterator[_Answer]:
    """Of each of the variables, and of the pages after it."""
    text = question.ours if server.name == "ours" else question.theirs
    connection = HTTPConnection("127.0.0.1", server.port)
    for variables in question.variables:
        after: str | None = None
        for _ in range(question.pages):
            asked = {**variables, "after": after} if question.pages > 1 else variables
            sent = json.dumps({"query": text, "variables": asked}).encode()
            response, body = _answered(connection, "POST", "/graphql", sent)
            data = json.loads(body)
            if response.status != 200 or "errors" in data:
                raise SystemExit(f"{server.name} could not answer «{question.name}»: {body[:2_000].decode()}")
            found = data["data"]["agency"]["found"] if server.name == "ours" else data["data"]["found"]
            request = (_bytes("POST", "/graphql", {"Content-Length": str(len(sent))}, sent), len(body))
            if question.unchanged and server.name == "ours":
                request = _again(connection, text, asked, found)
            yield _Answer(found, request)
            if question.pages > 1:
                after = found["pageInfo"]["endCursor"]
                if not found["pageInfo"]["hasNextPage"]:
                    break
    connection.close()


def _again(connection: HTTPConnection, text: str, variables: Mapping[str, Any], found: Any) -> Request:
    """Asks for the same by a URL, and then whether it is still so."""
    path = "/graphql?" + urlencode({"query": text, "variables": json.dumps(variables)})
    response, body = _answered(connection, "GET", path)
    etag = response.headers["ETag"]
    if etag is None:
        raise NotServed("answers have no ETag")
    if json.loads(body)["data"]["agency"]["found"] != found:
        raise Differs(f"asked by {path} it is another answer")
    response, body = _answered(connection, "GET", path, more={"If-None-Match": etag})
    if response.status != 304 or body:
        raise NotServed(f"what has not changed is answered with {response.status}")
    return _bytes("GET", path, {"If-None-Match": etag}), 0


def _fields(more: Mapping[str, str]) -> dict[str, str]:
    return {
        "Host": "bench",
        "Authorization": f"Bearer {TOKEN}",
        "Accept": _JSON,
        "Content-Type": "application/json",
        **more,
    }


def _answered(
    connection: HTTPConnection, method: str, path: str, sent: bytes | None = None, more: Mapping[str, str] = {}
) -> tuple[HTTPResponse, bytes]:
    connection.request(method, path, sent, _fields(more))
    response = connection.getresponse()
    return response, response.read()


def _bytes(method: str, path: str, more: Mapping[str, str], body: bytes = b"") -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in _fields(more).items())
    return f"{method} {path} HTTP/1.1\r\n{fields}\r\n".encode() + body


def _equal(value: Any, leave: frozenset[str] = frozenset()) -> Any:
    """Without what is only a way to write it: how lists are wrapped, numbers as text, capitals of enums, cursors."""
    match value:
        case {"groupedAggregates": groups}:
            counted = [{"outcome": group["keys"][0], "people": group["sum"]["people"]} for group in groups]
            return _equal(sorted(counted, key=lambda each: each["outcome"]), leave)
        case {"edges": edges, **more}:
            return _equal({**more, "nodes": [edge["node"] for edge in edges]}, leave)
        case {"nodes": nodes, "pageInfo": page}:
            return [page["hasNextPage"], _equal(nodes, leave)]
        case {"nodes": nodes}:
            return _equal(nodes, leave)
        case {"plannedResult": planned, **target}:
            return _equal({**planned, **target}, leave)
        case dict():
            return {name: _equal(each, leave) for name, each in sorted(value.items()) if name not in leave}
        case list():
            return [_equal(each, leave) for each in value]
        case int() | str() if not isinstance(value, bool):
            return str(value).lower()
        case _:
            return value


def _first_difference(ours: Any, theirs: Any) -> str:
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        pairs = [(ours[name], theirs[name]) for name in ours]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = list(zip(ours, theirs, strict=True))
    else:
        return f"ours tells {ours!r:.500}\ntheirs tells {theirs!r:.500}"
    return next(_first_difference(*pair) for pair in pairs if pair[0] != pair[1])
