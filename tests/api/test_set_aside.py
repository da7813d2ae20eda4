"""An appraisal whose events could not all be taken in says so, and shows no number that lacks one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain import streams
from neraca.domain.appraisal.events import ActivityReported
from neraca.domain.attendance import AttendanceCorrected
from neraca.domain.contexts import Actor
from neraca.domain.envelope import Envelope
from neraca.domain.errors import Blocked
from neraca.domain.registry import Event
from neraca.domain.vocabulary import Role
from neraca.service.simulation import SimulationRequest, Simulator
from neraca.store.ledger import Append, Ledger
from neraca.store.pool import open_pool

PERIOD = "2025-Q1"
ASKED = '{ agency(id: "uji") { appraisals { %s } } }'


@pytest.fixture
def client(fixture_agency: Any) -> Iterator[TestClient[Any]]:
    app = create(
        service=fixture_agency.service,
        url=fixture_agency.house.url,
        agencies=fixture_agency.house.agencies,
        tokens=Tokens({"t": Actor("auditor", frozenset({Role.AUDITOR, Role.HR}), "uji")}),
        clock=lambda: datetime(2025, 3, 3, tzinfo=UTC),
        simulator=Simulator(fixture_agency.house.url, fixture_agency.service.policies, fixture_agency.house.agencies),
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def past_the_doors(fixture_agency: Any, stream: Any, body: Event) -> None:
    """With a character that no column of text can hold in place of every §."""
    envelope = Envelope(at=datetime(2025, 3, 3, tzinfo=UTC), by="x", correlation="c", body=body)
    tag, data = fixture_agency.house.mapper.encode(envelope)
    version = len(fixture_agency.house.log.read_stream(fixture_agency.id, stream)) + 1
    with open_pool(fixture_agency.house.url) as pool:
        event = StoredEvent(stream, version, tag, data.replace("§".encode(), b"\\u0000"))
        Ledger(pool).append(fixture_agency.id, Append([event]))


def test_an_appraisal_says_that_it_is_incomplete_and_shows_no_number_that_lacks_an_event(
    fixture_agency: Any, client: TestClient[Any]
) -> None:
    for employee in ("budi", "ani", "cici"):
        fixture_agency.score(employee)
    past_the_doors(
        fixture_agency,
        streams.attendance(fixture_agency.id, "budi", 2025),
        AttendanceCorrected(employee="budi", month="2025-01", required_days=21, late=7, reason="§"),
    )
    past_the_doors(
        fixture_agency,
        streams.appraisal(fixture_agency.id, "ani", PERIOD),
        ActivityReported(report="a1", day=date(2025, 3, 3), activity="§"),
    )
    fixture_agency.house.follow()

    answer = client.post(
        "/graphql",
        json={"query": ASKED % "edges { node { employeeNumber status incomplete score explain { value } } }"},
        headers={"Authorization": "Bearer t"},
    ).json()

    assert "errors" not in answer, answer
    found = {edge["node"]["employeeNumber"]: edge["node"] for edge in answer["data"]["agency"]["appraisals"]["edges"]}
    assert {who: (one["status"], one["incomplete"]) for who, one in found.items()} == {
        "budi": ("BLOCKED", True),
        "ani": ("PROVISIONAL", True),
        "cici": ("PROVISIONAL", False),
    }
    assert (found["budi"]["score"], found["budi"]["explain"]) == (None, [])
    assert found["cici"]["score"] is not None

    simulator = Simulator(fixture_agency.house.url, fixture_agency.service.policies, fixture_agency.house.agencies)
    with pytest.raises(Blocked, match="the facts of 1 person in 2025-Q1 lack events that are set aside"):
        simulator.run(SimulationRequest(agency="uji", candidate="kota-uji@1", period=PERIOD))
