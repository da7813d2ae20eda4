"""A year of five agencies under five policies: the end of the log is the present, and any score what its facts give."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role, Scope

APPRAISAL = """employeeNumber period unit appraiser reviewer stage status reason score predicate version position
    recordedAt levels { name level } policy { id version hash } plan { status feedback }
    components { node value components { node value } indicators { indicator value } }
    results { result title level levelNote } ratings { relation rater status revised values { indicator value } }
    targets { target value weight actual until revisions { position recordedAt reason value weight } }
    reports { report status feedback settledAt } objections { nth outcome due daysLate
        explanations { by } } finalResults(first: 3) { score finality amends } followUps { kind }
    history { position status score } timeline { version type } employee { name unit supervisor retired version }"""
JUDGED = "status score predicate policy { hash } levels { name level } cohort { calibration { before } }"
PRESENT = """employees(first: 1000) { totalCount edges { node { employeeNumber name position unit version } } }
    policies { ref inForce { since until } } summary(period: "2025") { outcome people } events { totalCount }"""


@pytest.fixture(scope="module")
def client(seeded_year: Any, served: Any) -> Iterator[TestClient[Any]]:
    operator = {"operator": Actor("operator", frozenset(Role), scopes=frozenset(Scope))}
    with served(seeded_year, operator, datetime(2026, 1, 1, tzinfo=UTC)) as client:
        yield client


def read(client: TestClient[Any], agency: str, fields: str, position: int | None = None) -> Any:
    when = "" if position is None else f', asOf: {{position: "{position}"}}'
    query = f'{{ agency(id: "{agency}"{when}) {{ {fields} }} }}'
    answer = client.post("/graphql", json={"query": query}, headers={"Authorization": "Bearer operator"}).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["agency"]


def appraisals(client: TestClient[Any], agency: str, fields: str, position: int | None = None) -> list[Any]:
    found: list[Any] = []
    after = "null"
    while True:
        asked = f"appraisals(first: 50, after: {after}) {{ edges {{ node {{ {fields} }} }} pageInfo {{ endCursor }} }}"
        page = read(client, agency, asked, position)["appraisals"]
        if not page["edges"]:
            return found
        found += [edge["node"] for edge in page["edges"]]
        after = f'"{page["pageInfo"]["endCursor"]}"'


def judged_by_its_own_rule(client: TestClient[Any], agency: str, refs: dict[str, str], position: int) -> Iterator[Any]:
    """Each appraisal that has a policy, and what that policy gives by its facts."""
    there = appraisals(client, agency, "employeeNumber period policy { hash }", position)
    asked = [
        f"""appraisal(employee: "{one["employeeNumber"]}", period: "{one["period"]}") {{ {JUDGED}
            evaluate(policy: "{refs[one["policy"]["hash"]]}") {{ status score predicate levels {{ name level }} }} }}"""
        for one in there
        if one["policy"] is not None
    ]
    for first in range(0, len(asked), 10):
        fields = "\n".join(f"a{number}: {one}" for number, one in enumerate(asked[first : first + 10]))
        yield from read(client, agency, fields, position).values()


def test_the_end_of_the_log_is_the_present(seeded_year: Any, client: TestClient[Any]) -> None:
    for agency in seeded_year.agencies:
        head = seeded_year.log.head(agency)

        assert read(client, agency, PRESENT, head) == read(client, agency, PRESENT)
        assert appraisals(client, agency, APPRAISAL, head) == appraisals(client, agency, APPRAISAL)


def test_at_any_position_a_score_is_what_its_facts_give(seeded_year: Any, client: TestClient[Any]) -> None:
    seen: set[str] = set()
    for agency in seeded_year.agencies:
        refs = {one["hash"]: one["ref"] for one in read(client, agency, "policies { hash ref }")["policies"]}
        head, reader = seeded_year.log.head(agency), seeded_year.service.reader
        *_, last = reader.of_type(agency, "appraisal.finalised")
        # What was joined or taken over has no facts of its own.
        joined = [past.position for past in reader.of_type(agency, "appraisal.joined")]
        until = min([last.position, *joined]) - 1
        for position in (min(head // 2, until), until):
            for one in judged_by_its_own_rule(client, agency, refs, position):
                again = one["evaluate"]
                # Where the appraiser moved it among their people, that tells what was computed.
                moved = (one["cohort"] or {}).get("calibration") if one["status"] == "FINAL" else None
                computed = moved["before"] if moved else one["predicate"]
                assert (one["score"], computed) == (again["score"], again["predicate"])
                assert (one["status"] == "BLOCKED") is (again["status"] == "BLOCKED")
                assert one["status"] == "BLOCKED" or one["levels"] == again["levels"]
                seen.add(one["status"])
    assert seen == {"BLOCKED", "PROVISIONAL", "FINAL"}
