"""What leaders and colleagues say to somebody in the year, read over GraphQL where the demo says that it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient
from rich.console import Console

from neraca.demo.output import Place, where_to_look
from neraca.demo.scope import Part, part
from neraca.demo.work_plan import with_one_more
from neraca.demo.year import write
from neraca.domain.appraisal.commands import DraftPlan
from neraca.domain.appraisal.events import Feeds, PlannedResult, Target
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role
from neraca.domain.workplan.commands import DraftWorkPlan

PLANS_BY_YEAR = ("surabaya", "bandung", "surakarta")
AGENCIES = (*PLANS_BY_YEAR, "samarinda", "gajahmungkur")
FIELDS = {
    "feedback by the leader and by peers": "feedback { source tone words }",
    "coached, and answered": "guidance { kind note answer }",
    "result taken over by the leader": "takenOver { title note }",
}


@pytest.fixture(scope="module")
def client(seeded_year: Any, served: Any) -> Iterator[TestClient[Any]]:
    operator = {"operator": Actor("operator", frozenset(Role))}
    with served(seeded_year, operator, datetime(2026, 3, 1, tzinfo=UTC)) as client:
        yield client


@pytest.mark.parametrize("agency", AGENCIES)
def test_what_was_said_is_read_where_the_demo_says(
    seeded_year: Any, client: TestClient[Any], agency: str, capsys: pytest.CaptureFixture[str]
) -> None:
    query = (files("neraca.demo") / "sql" / "places.sql").read_bytes()
    with psycopg.connect(seeded_year.url) as connection:
        places = [Place(agency, *row) for row in connection.execute(query, {"agency": agency}).fetchall()]

    found = {one.what: read(client, one)[FIELDS[one.what].split()[0]] for one in places if one.what in FIELDS}

    said = found["feedback by the leader and by peers"]
    assert [one["source"] for one in said].count("LEADER") == 1
    assert [one["source"] for one in said].count("PEER") == 3
    assert len({one["words"] for one in said}) == 4
    assert {one["tone"] for one in said} == {"POSITIVE", "CONSTRUCTIVE"}
    [coached] = found["coached, and answered"]
    assert coached["kind"] == "COACHING"
    assert coached["answer"] == "dipahami, mulai minggu ini (contoh)"
    [taken] = found["result taken over by the leader"]
    assert taken["title"] == "rencana hasil kerja tambahan (contoh)"
    console = Console()
    console.width = 200
    where_to_look(console, places)
    printed = capsys.readouterr().out
    assert all(f"appraisal {{ {field} }}" in printed for field in FIELDS.values())


@pytest.mark.parametrize("agency", AGENCIES)
def test_of_those_who_were_asked_the_leader_and_all_but_one_answer(seeded_year: Any, agency: str) -> None:
    def events(tag: str) -> list[Any]:
        return [past.event for past in seeded_year.service.reader.of_type(agency, tag)]

    asked = {one.asked for one in events("appraisal.feedback-requested")}
    given = {one.giver for one in events("appraisal.feedback-given")}
    declined = {one.asked for one in events("appraisal.feedback-declined")}

    assert (len(asked), len(given), len(declined)) == (5, 4, 1)
    assert asked == given | declined
    by_year = agency in PLANS_BY_YEAR
    assert len(events("plan.result-taken-over")) == by_year
    assert len(events("appraisal.result-taken-over")) == (not by_year)


def test_what_is_planned_besides_has_a_part_of_the_weights_and_what_is_left_stands_as_it_did() -> None:
    def planned(number: int, weight: int, source: str = "skp") -> PlannedResult:
        target = Target(f"t{number}", "indikator", "berkas", Decimal(10), Decimal(weight))
        return PlannedResult(f"r{number}", "hasil", [target], source=source)

    fed = PlannedResult("tim", "hasil", [Target("acara", "acara", "acara", feeds=Feeds("realisasi", "target"))])
    results = [planned(1, 40), planned(2, 30), planned(3, 30), planned(4, 100, "lain"), fed]

    more = with_one_more(results)

    assert [one.targets[0].weight for one in more] == [32, 24, 24, 100, None, 20]
    assert more[-1].source == "skp"
    assert with_one_more([fed]) == [fed]


@pytest.mark.parametrize("agency", ["bandung", "gajahmungkur"])
def test_one_plans_a_result_more_than_the_others(shipped: Any, agency: str) -> None:
    found = part(shipped.agencies[agency], lambda adoption: shipped.get(adoption.id, adoption.version).policy)
    assert isinstance(found, Part)

    sent = [command for step in write(found, 10, 2025, 365, "").steps for command in step.commands]

    drafts = [one for one in sent if isinstance(one, DraftPlan | DraftWorkPlan)]
    planning = {one.employee for one in drafts if any(result.id.endswith("-lagi") for result in one.results)}
    assert len(planning) == 1


def read(client: TestClient[Any], place: Place) -> Any:
    asked = f'appraisal(employee: "{place.employee}", period: "{place.period}") {{ {FIELDS[place.what]} }}'
    query = f'{{ agency(id: "{place.agency}") {{ {asked} }} }}'
    answer = client.post("/graphql", json={"query": query}, headers={"Authorization": "Bearer operator"}).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["agency"]["appraisal"]
