"""How people judged, over GraphQL: who may read it, who may answer it, and what stays the auditor's alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.appraisal import commands as ask
from neraca.domain.contexts import Actor
from neraca.domain.forensics.answers import CloseFinding, ExplainFinding
from neraca.domain.vocabulary import FindingKind, ObjectionOutcome, Relation, Role

ASKED = """query ($period: String! = "2025", $judge: String, $anonymous: Boolean! = false, $first: Int! = 50) {
  agency(id: "uji") { reports { forensics(period: $period, judge: $judge, anonymous: $anonymous, first: $first) {
    kind judge cases found chance said events closed answers { by closes words } of { employeeNumber }
  } } }
}"""
DAY = date(2026, 1, 20)


class Door:
    def __init__(self, city: Any, client: TestClient[Any]) -> None:
        self.city = city
        self._client = client

    def ask(self, who: str, **variables: Any) -> Any:
        self.city.house.follow()
        asked = {"query": ASKED, "variables": variables}
        return self._client.post("/graphql", json=asked, headers={"Authorization": f"Bearer {who}"}).json()

    def found(self, who: str, **variables: Any) -> list[Any]:
        return self.ask(who, **variables)["data"]["agency"]["reports"]["forensics"]


@contextmanager
def opened(city: Any) -> Iterator[Door]:
    house = city.house
    actors = {role.value: Actor(f"{role}-1", frozenset({role}), "uji") for role in Role}
    actors |= {name: Actor(name, frozenset({Role.EMPLOYEE}), "uji") for name in ("sri", "agus", "s0", "budi")}
    app = create(
        service=city.service,
        url=house.url,
        agencies=house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(2026, 1, 20, 5, tzinfo=UTC),
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Door(city, client)


@pytest.fixture
def door(hasty_agency: Any) -> Iterator[Door]:
    with opened(hasty_agency) as found:
        yield found


def test_hr_and_auditors_read_all_and_each_person_what_is_found_of_themselves(door: Door) -> None:
    every = door.found("hr")
    assert [(one["judge"], one["kind"], one["cases"]) for one in every] == [
        ("sri", "BULK_JUDGEMENT", 10),
        ("sri", "NO_SPREAD", 10),
    ]
    assert every[1]["said"] == (
        "sri judged all 10 people alike in everything; chance alone gives 0.000054, and as much or more once in "
        "200,000 times"
    )
    assert {case["employeeNumber"] for case in every[1]["of"]} == {f"s{n}" for n in range(10)}
    assert door.found("auditor") == every == door.found("sri", judge="sri")
    assert door.found("hr", first=1) == every[:1]
    assert door.found("agus", judge="agus") == [] == door.found("hr", judge="agus")
    assert door.found("auditor", anonymous=True) == every

    refused = [("official", {}), ("policy", {}), ("integrator", {}), ("sri", {}), ("s0", {"judge": "sri"})]
    for who, variables in [*refused, ("hr", {"anonymous": True}), ("sri", {"judge": "sri", "anonymous": True})]:
        assert door.ask(who, **variables)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}, who


def test_what_is_found_is_explained_by_whom_it_concerns_and_closed_by_hr(door: Door) -> None:
    of: Any = {"judge": "sri", "period": "2025", "finding": FindingKind.NO_SPREAD}
    door.city.tell("sri", ExplainFinding(**of, explanation="Semua mencapai target"), on=DAY)
    assert [one["closed"] for one in door.found("hr")] == [False, False]

    door.city.tell("hr", CloseFinding(**of, reason="Bukti diperiksa"), on=DAY)

    bulk, alike = door.found("sri", judge="sri")
    assert (bulk["closed"], bulk["answers"], alike["closed"]) == (False, [], True)
    assert alike["answers"] == [
        {"by": "sri", "closes": False, "words": "Semua mencapai target"},
        {"by": "hr", "closes": True, "words": "Bukti diperiksa"},
    ]
    again = ExplainFinding(**of, explanation="Tambahan bukti")
    door.city.tell("sri", again, on=DAY)
    assert [one["closed"] for one in door.found("hr")] == [False, False]


def test_what_is_kept_is_reckoned_anew_when_a_result_is_open_again(door: Door) -> None:
    which: Any = {"employee": "s0", "period": "2025"}
    assert [one["cases"] for one in door.found("hr")] == [10, 10] == [one["cases"] for one in door.found("auditor")]
    door.city.tell("s0", ask.ReceiveDocument(**which), on=DAY)
    door.city.tell("s0", ask.FileObjection(**which, grounds="Angka salah"), on=DAY)
    door.city.tell("sri", ask.ExplainObjection(**which, explanation="Salah salin"), on=DAY)
    amended = ask.DecideObjection(**which, outcome=ObjectionOutcome.AMENDED, reason="Diperbaiki")
    door.city.tell("agus", amended, on=DAY)

    assert [one["cases"] for one in door.found("hr")] == [9]


def test_a_pair_of_anonymous_raters_is_the_auditors_alone_by_either_of_the_two(fixture_agency: Any) -> None:
    for name in ("ani", "budi"):
        fixture_agency.score(name)
    kind = {("ani", "budi"): 100, ("budi", "ani"): 100}
    for rater in ("ani", "budi", "cici", "dedi"):
        for employee in {"ani", "budi"} - {rater}:
            scores = {"layanan": Decimal(kind.get((rater, employee), 60))}
            rate = ask.Rate(employee=employee, period="2025-Q1", relation=Relation.PEER, scores=scores)
            fixture_agency.tell(rater, rate)
    for name in ("ani", "budi"):
        fixture_agency.finalise(name)

    with opened(fixture_agency) as door:
        asked = {"period": "2025-Q1", "anonymous": True}
        for judge in ("ani", "budi", None):
            (pair,) = door.found("auditor", judge=judge, **asked)
            assert (pair["judge"], pair["kind"], pair["answers"]) == ("ani", "RECIPROCITY", [])
        assert door.found("auditor", judge="cici", **asked) == []
        assert door.found("hr", period="2025-Q1") == [] == door.found("budi", judge="budi", period="2025-Q1")
