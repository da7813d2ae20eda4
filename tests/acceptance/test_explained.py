"""For one employee of each city, asked over GraphQL: a score, what it is made of, and why, down to events and lines."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role

AGENCIES = ("bandung", "gajahmungkur", "samarinda", "surabaya", "surakarta")
ASKED = """employeeNumber period status score predicate policy { id version hash }
    components { node value weight indicators { indicator value weight }
      components { node value indicators { indicator value } } }
    explain { kind path formula value origin { file line col } legalReference { key title }
      inputs { name value source events } }"""


@pytest.fixture(scope="module")
def client(seeded_year: Any, served: Any) -> Iterator[TestClient[Any]]:
    operator = {"operator": Actor("operator", frozenset(Role))}
    with served(seeded_year, operator, datetime(2026, 1, 1, tzinfo=UTC)) as client:
        yield client


def ask(client: TestClient[Any], agency: str, fields: str) -> Any:
    query = f'{{ agency(id: "{agency}") {{ {fields} }} }}'
    answer = client.post("/graphql", json={"query": query}, headers={"Authorization": "Bearer operator"}).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["agency"]


def somebody(client: TestClient[Any], agency: str) -> Any:
    """The first with a final result that was judged by facts: of a period, not of a year made out of its periods."""
    page = ask(client, agency, f"appraisals(status: FINAL, first: 5) {{ edges {{ node {{ {ASKED} }} }} }}")
    return max((one["node"] for one in page["appraisals"]["edges"]), key=lambda node: len(node["period"]))


def values(components: list[Any]) -> Iterator[tuple[str, str | None]]:
    for one in components:
        yield one["node"], one["value"]
        yield from ((each["indicator"], each["value"]) for each in one["indicators"])
        yield from values(one.get("components", []))


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_score_has_components_and_an_explanation_that_leads_to_the_log_and_the_policy(
    seeded_year: Any, client: TestClient[Any], agency: str
) -> None:
    found = somebody(client, agency)
    texts = seeded_year.service.policies.by_hash(agency, found["policy"]["hash"]).resolved.sources
    head = seeded_year.log.head(agency)

    assert found["score"] is not None
    assert found["predicate"]
    components = dict(values(found["components"]))
    assert components["hasil_kerja"] == found["score"]
    leaves = [given for step in found["explain"] for given in step["inputs"] if given["source"]]
    events = [event for given in leaves for event in given["events"]]
    assert events
    for event in events:
        named, position = event.split(":")
        assert named == agency
        assert 0 < int(position) <= head
        assert seeded_year.log.read(agency, int(position) - 1, 1)[0].id == event
    measured = {step["path"] for step in found["explain"] if step["kind"] == "MEASURE"}
    assert measured
    for step in found["explain"]:
        line = texts[step["origin"]["file"]].splitlines()[step["origin"]["line"] - 1]
        assert line[step["origin"]["col"] - 1 :].strip()
    assert any(step["legalReference"] for step in found["explain"])
