"""Who asks for what goes is told so by headers, and from when on it is no more."""

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from graphql import build_schema, parse

from neraca.api.graphql.support.deprecations import first_to_go

OLD = '{ agency(id: "surabaya") { appraisals(period: "2025-Q1") { totalCount } } }'
NEW = '{ agency(id: "surabaya") { appraisals(filter: {period: "2025-Q1"}) { totalCount } } }'
NAMES = ("Deprecation", "Sunset", "Link")
SCHEMA = build_schema("""
type Query {
  a(x: Int @deprecated(reason: "until 2027-03-31"), k: K, i: I): Int
  b: Int @deprecated(reason: "ask a, until 2027-01-31")
  c: Int @deprecated(reason: "some day")
}
enum K { ONE TWO @deprecated(reason: "until 2027-02-28") }
input I { n: Int m: Int @deprecated(reason: "until 2027-04-30") }
""")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_says_when_what_was_asked_for_goes(world: Any, method: str) -> None:
    def told(query: str) -> dict[str, str]:
        asked: dict[str, Any] = {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}
        answer = world.client.request(method, "/graphql", headers={"Authorization": "Bearer hr-token"}, **asked)
        assert "errors" not in answer.json()
        return {name: answer.headers[name] for name in NAMES if name in answer.headers}

    old = told(OLD)

    assert datetime.fromtimestamp(int(old["Deprecation"].removeprefix("@")), UTC).date() == date(2026, 11, 30)
    assert parsedate_to_datetime(old["Sunset"]) == datetime(2027, 12, 1, tzinfo=UTC)
    assert old["Link"] == '</graphql/schema.graphql>; rel="deprecation"; type="text/plain"'
    assert told(NEW) == {}


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("{ a }", None),
        ("{ c }", None),
        ("{ a(x: 1) }", date(2027, 3, 31)),
        ("{ a(x: 1) b }", date(2027, 1, 31)),
        ("query($x: Int) { a(x: $x, k: TWO) ...F } fragment F on Query { c }", date(2027, 2, 28)),
        ("{ a(i: {n: 1}) }", None),
        ("{ a(i: {m: 1}) }", date(2027, 4, 30)),
    ],
)
def test_what_goes_first_is_told_wherever_it_stands(query: str, day: date | None) -> None:
    assert first_to_go(SCHEMA, parse(query)) == day
