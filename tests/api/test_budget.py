"""What another rule would have cost, over GraphQL: sums for who makes policies, single months for who may know pay."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.contexts import Actor
from neraca.domain.remuneration.allowance import FixAllowance
from neraca.domain.remuneration.ceilings import SetCeiling
from neraca.domain.vocabulary import PositionClass, Role
from neraca.service.simulation import Simulator

NEW_YEAR, MARCH = date(2026, 1, 5), date(2026, 3, 3)
ASKED = """{ agency(id: "uji") { reports { budget(year: %s%s) {
  candidate total { people paid counterfactual difference } byMonth { name paid } byUnit { name people }
  uncounted { why people paid } lines(first: 100) { month employeeNumber paid counterfactual why }
} } } }"""


@pytest.fixture
def ask(hasty_agency: Any) -> Iterator[Any]:
    """Six of Sri's ten are paid 95 per cent of four millions for January."""
    city, house = hasty_agency, hasty_agency.house
    ceiling = SetCeiling(
        since=NEW_YEAR, decree="SK", position_class=PositionClass.FUNCTIONAL, work_load=Decimal(4_000_000)
    )
    city.tell("hr", ceiling, on=NEW_YEAR)
    for n in range(6):
        city.tell("hr", FixAllowance(employee=f"s{n}", month="2026-01", appraisal="2025"), on=MARCH)
    app = create(
        service=city.service,
        url=house.url,
        agencies=house.agencies,
        tokens=Tokens({role.value: Actor(f"{role}-1", frozenset({role}), "uji") for role in Role}),
        clock=lambda: datetime(2027, 1, 20, 5, tzinfo=UTC),
        simulator=Simulator(house.url, city.service.policies, house.agencies),
    )
    with TestClient(app, raise_server_exceptions=False) as client:

        def asked(who: str, year: int = 2026, more: str = "") -> Any:
            query = {"query": ASKED % (year, more)}
            return client.post("/graphql", json=query, headers={"Authorization": f"Bearer {who}"}).json()

        yield asked


def test_who_makes_policies_reads_sums_and_who_may_know_pay_each_month_as_well(ask: Any) -> None:
    found = ask("policy")["data"]["agency"]["reports"]["budget"]
    assert found["total"] == {"people": 6, "paid": "22800000", "counterfactual": "22800000", "difference": "0"}
    assert found["byMonth"] == [{"name": "2026-01", "paid": "22800000"}]
    assert found["byUnit"] == [{"name": "dinkes", "people": 6}]
    assert [one["why"] for one in found["uncounted"]] == ["nothing was fixed for the month"]
    assert found["lines"] == []

    (one, *_) = ask("official", more=', candidate: "id.jatim.kota-surabaya.tpp@1"')["data"]["agency"]["reports"][
        "budget"
    ]["lines"]
    assert one["month"] == "2026-01"
    paid = [line for line in ask("auditor")["data"]["agency"]["reports"]["budget"]["lines"] if line["paid"]]
    assert [line["employeeNumber"] for line in paid] == [f"s{n}" for n in range(6)]
    assert {line["counterfactual"] for line in paid} == {"3800000"}


def test_what_cannot_be_asked_is_refused(ask: Any) -> None:
    for who in ("hr", "employee", "surveyor", "integrator"):
        assert ask(who)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}
    assert ask("policy", 2027)["errors"][0]["message"].startswith("/year: 2027 is no year that has ended")
    assert ask("policy", more=', candidate: "tpp"')["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
