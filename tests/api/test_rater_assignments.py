"""Who is assigned to rate is read by those who assign and by each of them, and by whoever appraises where the policy
says so; never by the employee, and whether they have rated only as it stood at two moments.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.contexts import Actor
from neraca.domain.rater_draw import OpenRaterDraw
from neraca.domain.vocabulary import Relation, Role

Q2: Any = {"employee": "budi", "period": "2025-Q2"}
FIRST = date(2025, 6, 16)
RULE = "workflow:\n  raters:\n    opens: P14D\n    within: P14D\n    groups: {rekan: {from: unit, count: 3}}\n"
SCORES = {"layanan": Decimal(80)}
FIELDS = "assignments { rater relation standing on reason instead rated }"


@pytest.fixture
def reading(fixture_agency: Any, policy: str) -> Iterator[Callable[..., Any]]:
    """Budi's colleagues are assigned, and Ani has rated; asked for on a day at noon."""
    days = [date(2025, 6, 20)]
    offices = ("hr", "auditor", "official", "surveyor", "integrator")
    actors = {name: Actor(name, frozenset({Role(name)}), "uji") for name in offices}
    people = ("budi", "sri", "tono", "agus", "ani", "cici", "dedi")
    actors |= {name: Actor(name, frozenset({Role.EMPLOYEE}), "uji") for name in people}
    actors["budi-hr"] = Actor("budi", frozenset({Role.HR, Role.EMPLOYEE}), "uji")
    app = create(
        service=fixture_agency.service,
        url=fixture_agency.house.url,
        agencies=fixture_agency.house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(days[0].year, days[0].month, days[0].day, 5, tzinfo=UTC),
    )
    text = policy.replace("workflow:\n", RULE)
    fixture_agency.publish(text, version=2, since=date(2025, 4, 1))
    fixture_agency.plan("budi", "2025-Q2")
    fixture_agency.tell("hr", OpenRaterDraw(period="2025-Q2"), on=FIRST)
    fixture_agency.tell("hr", ask.AssignRaters(**Q2), on=FIRST)
    fixture_agency.tell("ani", ask.Rate(**Q2, relation=Relation.PEER, scores=SCORES), on=FIRST)

    with TestClient(app, raise_server_exceptions=False) as client:

        def read(who: str, fields: str, on: date = days[0], when: str = "") -> Any:
            days[0] = on
            fixture_agency.house.follow()
            query = {"query": f'{{ agency(id: "uji"{when}) {{ {fields} }} }}'}
            answer = client.post("/graphql", json=query, headers={"Authorization": f"Bearer {who}"}).json()
            assert "errors" not in answer, answer
            return answer["data"]["agency"]

        yield read


def of_budi(reading: Callable[..., Any], who: str, on: date = date(2025, 6, 20), when: str = "") -> Any:
    found = reading(who, f"appraisals {{ edges {{ node {{ employeeNumber period {FIELDS} }} }} }}", on, when)
    nodes = [one["node"] for one in found["appraisals"]["edges"]]
    return [one["assignments"] for one in nodes if (one["employeeNumber"], one["period"]) == ("budi", "2025-Q2")]


def rated(reading: Callable[..., Any], on: date) -> dict[str, bool | None]:
    [found] = of_budi(reading, "hr", on)
    return {one["rater"]: one["rated"] for one in found}


def test_whoever_assigns_reads_who_rates_and_neither_the_employee_nor_the_appraiser_does(
    reading: Callable[..., Any], fixture_agency: Any
) -> None:
    head = fixture_agency.house.log.head("uji")
    row = {
        "relation": "PEER",
        "standing": "ASSIGNED",
        "on": "2025-06-16",
        "reason": None,
        "instead": None,
        "rated": None,
    }
    for who in ("hr", "official", "auditor"):
        assert of_budi(reading, who) == [[{"rater": one, **row} for one in ("ani", "cici", "dedi")]]
    for who in ("budi", "budi-hr", "sri", "agus"):
        assert of_budi(reading, who) == [None], who
    for who in ("ani", "tono", "surveyor", "integrator"):
        assert of_budi(reading, who) == [], who
    assert of_budi(reading, "hr", when=f', asOf: {{position: "{head}"}}') == [None], "as of the past"


def test_whoever_appraises_reads_it_where_the_policy_says_so(
    reading: Callable[..., Any], fixture_agency: Any, policy: str
) -> None:
    told = RULE + "    appraiser_told: true\n"
    fixture_agency.publish(policy.replace("workflow:\n", told), version=3, since=date(2025, 4, 2))

    [found] = of_budi(reading, "sri")
    assert [one["rater"] for one in found] == ["ani", "cici", "dedi"]
    assert of_budi(reading, "budi") == [None]


def test_whether_somebody_has_rated_is_told_as_it_stood_at_two_moments(
    reading: Callable[..., Any], fixture_agency: Any
) -> None:
    nobody = dict.fromkeys(("ani", "cici", "dedi"))
    near, last = date(2025, 7, 7), date(2025, 7, 14)
    assert rated(reading, FIRST) == rated(reading, date(2025, 7, 6)) == nobody
    assert rated(reading, near) == {"ani": True, "cici": False, "dedi": False}
    fixture_agency.tell("cici", ask.Rate(**Q2, relation=Relation.PEER, scores=SCORES), on=near)
    fixture_agency.tell("ani", ask.WithdrawRating(**Q2, reason="x"), on=near)
    assert rated(reading, near) == rated(reading, last) == {"ani": True, "cici": False, "dedi": False}
    assert rated(reading, date(2025, 7, 15)) == {"ani": False, "cici": True, "dedi": False}


def test_a_rater_reads_what_they_owe_and_nobody_else_does(reading: Callable[..., Any], fixture_agency: Any) -> None:
    fields = (
        "employees { edges { node { employeeNumber ratingsOwed { employeeNumber period relation on first last } } } }"
    )
    owed = {
        "employeeNumber": "budi",
        "period": "2025-Q2",
        "relation": "PEER",
        "on": "2025-06-16",
        "first": "2025-06-16",
        "last": "2025-07-14",
    }

    def of(who: str, person: str, on: date = date(2025, 6, 20)) -> Any:
        found = [one["node"] for one in reading(who, fields, on)["employees"]["edges"]]
        return next((one["ratingsOwed"] for one in found if one["employeeNumber"] == person), None)

    assert of("cici", "cici") == [owed]
    assert of("ani", "ani") == [], "who has rated"
    for who in ("hr", "auditor", "sri", "dedi"):
        assert of(who, "cici") is None, who
    assert of("cici", "cici", date(2025, 7, 15)) == []
    fixture_agency.tell("cici", ask.DeclineAssignment(**Q2, reason="Kerabat"), on=FIRST)
    assert of("cici", "cici", FIRST) == []


def test_what_is_due_names_each_who_has_not_rated_to_those_who_assign_and_to_themselves(
    reading: Callable[..., Any],
) -> None:
    def due(who: str, person: str, on: date = date(2025, 7, 7)) -> list[str]:
        found = reading(who, f'due(person: "{person}") {{ kind person employeeNumber last }}', on)["due"]
        return [one["person"] for one in found if one["kind"] == "RATING"]

    assert due("hr", "budi", date(2025, 7, 6)) == ["ani", "cici", "dedi"], "nobody is told yet who has rated"
    assert due("hr", "budi") == ["cici", "dedi"]
    assert due("cici", "cici") == ["cici"]
    assert due("ani", "ani") == []
    for who in ("budi", "budi-hr", "sri", "agus", "dedi"):
        assert due(who, "budi") == [], who
    assert due("sri", "cici") == []


def test_no_reader_of_the_log_but_the_auditor_learns_who_is_assigned_or_the_salt(
    reading: Callable[..., Any], fixture_agency: Any
) -> None:
    fields = "events(first: 100) { edges { node { type version envelope } } }"
    for who, there in (("auditor", True), ("integrator", False)):
        events = [one["node"] for one in reading(who, fields)["events"]["edges"]]
        kinds = {one["type"] for one in events}
        assert ("appraisal.raters-assigned" in kinds) is there, who
        [opened] = [one["envelope"]["body"] for one in events if one["type"] == "rater-draw.opened"]
        assert ("salt" in opened) is there
        assert opened["salt_sha256"]
    stream = streams.appraisal("uji", "budi", "2025-Q2")
    assert len(fixture_agency.service.reader.stream("uji", stream)) == 6
    [version] = [
        one["node"]["version"]
        for one in reading("hr", "appraisals { edges { node { employeeNumber version } } }")["appraisals"]["edges"]
    ]
    assert version == 4, "neither who is assigned nor what they gave counts"


SEALED = """workflow:
  raters:
    opens: P14D
    within: P14D
    sealed: true
    groups:
      rekan: {from: unit}
      diri: {from: self}
"""


@pytest.fixture
def sealed(reading: Callable[..., Any], fixture_agency: Any, policy: str) -> Callable[..., Any]:
    """Budi's third quarter: colleagues and he himself rate until 14 October, and nobody reads it before."""
    text = policy.replace("workflow:\n", SEALED).replace("{weight: 40, min: 3, max: 3", "{weight: 30, min: 3")
    text = text.replace("    raters:\n      atasan", "    raters:\n      diri: {weight: 10}\n      atasan", 1)
    fixture_agency.publish(text, version=3, since=date(2025, 7, 1))
    fixture_agency.plan("budi", "2025-Q3")
    fixture_agency.tell("hr", ask.AssignRaters(employee="budi", period="2025-Q3"), on=date(2025, 9, 20))
    return reading


def test_what_is_sealed_is_read_by_nobody_before_the_time_to_rate_is_over(
    sealed: Callable[..., Any], fixture_agency: Any
) -> None:
    q3: Any = {"employee": "budi", "period": "2025-Q3"}
    fields = """appraisals { edges { node { employeeNumber period version status score predicate reason
        ratings { relation rater values { indicator value } revised reason } raterGroups { relation count shown open }
        components { node value indicators { indicator value } } explain { path value note inputs { name value } }
        timeline { type by version } history { event status score } } } }"""
    readers = ("budi", "sri", "agus", "hr", "official", "auditor")
    during, over = date(2025, 10, 1), date(2025, 10, 15)

    def told(on: date) -> dict[str, Any]:
        found = {who: sealed(who, fields, on)["appraisals"]["edges"] for who in readers}
        return {
            who: [one["node"] for one in edges if one["node"]["period"] == "2025-Q3"] for who, edges in found.items()
        }

    before = told(during)
    own = {"layanan": Decimal(55), "disiplin": Decimal(65)}
    fixture_agency.tell("budi", ask.Rate(**q3, relation=Relation.SELF, scores=own), on=during)
    assert told(during) == before
    fixture_agency.tell(
        "budi", ask.ReviseRating(**q3, scores={"layanan": Decimal(60)}, reason="dibaca lagi"), on=during
    )
    fixture_agency.tell("ani", ask.Rate(**q3, relation=Relation.PEER, scores=own), on=during)
    assert told(during) == before

    fixture_agency.tell("hr", ask.CloseRatings(**q3), on=over)
    after = told(over)
    for who in readers:
        [appraisal] = after[who]
        assert appraisal["ratings"] == [
            {
                "relation": "SELF",
                "rater": "budi",
                "values": [{"indicator": "disiplin", "value": "65"}, {"indicator": "layanan", "value": "60"}],
                "revised": True,
                "reason": "dibaca lagi",
            }
        ]
        assert appraisal["version"] == before[who][0]["version"] + 1
        assert [one["type"] for one in appraisal["timeline"]][-1] == "appraisal.ratings-closed"
