"""What an agency says of the plans of a year as of a position is what it said at that position, reader by reader."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.cascade.links import LinkResult, NotePlanTalk, RelinkResult, Served, UnlinkResult
from neraca.domain.cascade.mission import Goal, Mission, ReviseMission, SetMission
from neraca.domain.cascade.unit_plan import (
    ApproveUnitPlan,
    DraftUnitPlan,
    ReturnUnitPlan,
    ReviseUnitPlan,
    SubmitUnitPlan,
    UnitResult,
    UnitTarget,
)
from neraca.domain.contexts import Actor
from neraca.domain.headship import AppointHead
from neraca.domain.roster import RetireEmployee, TransferEmployee
from neraca.domain.vocabulary import CascadeKind, Role

PERIOD = "2025-Q1"
DAY = date(2025, 3, 3)
UNIT: Any = {"unit": "dinkes", "year": 2025}
BUDI: Any = {"employee": "budi", "period": PERIOD}
SRI: Any = {"employee": "sri", "period": PERIOD}
GIZI, UKS = (
    UnitResult(name, title, [UnitTarget("persen", "Balita", "persen", Decimal(92))], goal=goal)
    for name, title, goal in (("gizi", "Gizi membaik", "t1"), ("uks", "UKS aktif", "t2"))
)
READERS = ("auditor", "sri", "budi")
UP = "result title fixed loose indicators { target value } link { kind target share reason position }"
BELOW = (
    "people(first: 9) { edges { cursor node { employeeNumber result } } } loads { target planned shared over events }"
)
OF_ALL = f"""
    vision {{ vision reason position missions {{ goals {{ id servedBy(first: 5) {{ unit result }} }} }} }}
    units {{ edges {{ cursor node {{ unit status head feedback reason version position
        results {{ {UP} goal {{ id }} {BELOW} }} }} }} }}"""
OF_PEOPLE = f"""
    budi: results(employee: "budi") {{ {UP} serves {{ unit employeeNumber result goal {{ title }} }} }}
    sri: results(employee: "sri") {{ {UP} serves {{ unit employeeNumber result }} {BELOW} }}
    changes(employee: "budi", period: "{PERIOD}") {{ change status reason answeredBy answer events }}
    talks(employee: "budi", period: "{PERIOD}") {{ on by note position }}
    matrix(leader: "sri") {{ columns {{ result }} rows {{ edges {{ cursor node {{ employeeNumber name
        cells {{ result planned {{ result }} }} beside {{ result }} }} }} }} }}"""
OF_UNITS = """
    byUnit { unit plan unitResults people results linked aligned loose }
    planned { edges { cursor node { unit employeeNumber period result title kind serves loose goal } } }
    loose { edges { cursor node { employeeNumber result loose } } }"""
ASKED = {
    who: (OF_ALL, OF_PEOPLE) if who == "budi" else (OF_ALL, OF_PEOPLE, OF_UNITS)  # who heads no office
    for who in READERS
}


def results(target: int) -> list[PlannedResult]:
    return [
        PlannedResult("layanan", "Layanan", [Target("berkas", "Berkas", "berkas", Decimal(target), Decimal(60))]),
        PlannedResult("arsip", "Arsip", [Target("rak", "Rak", "rak", Decimal(4), Decimal(40))]),
    ]


class City:
    """Everything that was read after each batch is in `read`, by position and reader."""

    def __init__(self, fixture_agency: Any, client: TestClient[Any]) -> None:
        self._agency = fixture_agency
        self._client = client
        self.read: dict[int, dict[str, list[Any]]] = {}

    def tell(self, by: str, *commands: Any) -> None:
        position = self._agency.tell(by, *commands, on=DAY).position
        self._agency.house.follow()
        self.read[position] = {who: self.look(who) for who in READERS}

    def look(self, who: str, when: str = "") -> list[Any]:
        return [self._ask(who, fields, when) for fields in ASKED[who]]

    def _ask(self, who: str, fields: str, when: str) -> Any:
        query = f'{{ agency(id: "uji"{when}) {{ plan(year: 2025) {{ {fields} }} }} }}'
        answer = self._client.post("/graphql", json={"query": query}, headers={"Authorization": f"Bearer {who}"}).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["agency"]["plan"]


@pytest.fixture
def city(fixture_agency: Any) -> Iterator[City]:
    """Sri heads dinkes from before anything is planned: what is seen of the past is what one may see today."""
    since = date(2025, 1, 1)
    fixture_agency.tell("hr", AppointHead(unit="dinkes", employee="sri", since=since, decree="SK 821/2025"))
    actors = {
        "auditor": Actor("auditor-1", frozenset({Role.AUDITOR}), "uji"),
        **{name: Actor(name, frozenset({Role.EMPLOYEE}), "uji") for name in ("budi", "sri")},
    }
    app = create(
        service=fixture_agency.service,
        url=fixture_agency.house.url,
        agencies=fixture_agency.house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(2025, 4, 8, tzinfo=UTC),
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield City(fixture_agency, client)


def plan(city: City) -> None:
    missions = [Mission("m1", "Kota sehat", [Goal("t1", "Gizi membaik"), Goal("t2", "Sekolah sehat")])]
    city.tell("hr", SetMission(first_year=2025, last_year=2029, vision="Sehat", missions=missions, decree="Perda 3"))
    city.tell("sri", DraftUnitPlan(**UNIT, results=[GIZI]), SubmitUnitPlan(**UNIT))
    city.tell("agus", ReturnUnitPlan(**UNIT, feedback="kurang"))
    city.tell("sri", DraftUnitPlan(**UNIT, results=[GIZI, UKS]), SubmitUnitPlan(**UNIT))
    city.tell("agus", ApproveUnitPlan(**UNIT))
    for who, boss in (("sri", "agus"), ("budi", "sri")):
        which: Any = {"employee": who, "period": PERIOD}
        city.tell("hr", ask.OpenAppraisal(**which))
        city.tell(who, ask.DraftPlan(**which, results=results(100)))
        city.tell(who, ask.SubmitPlan(**which))
        city.tell(boss, ask.ApprovePlan(**which))


def link(city: City) -> None:
    load: Any = {"kind": CascadeKind.LOAD, "target": "berkas"}
    of_unit: Any = {"serves": Served("gizi", unit="dinkes"), "kind": CascadeKind.SERVICE}
    of_sri = Served("layanan", employee="sri", period=PERIOD)
    city.tell("sri", LinkResult(**SRI, result="layanan", **of_unit))
    city.tell("budi", LinkResult(**BUDI, result="layanan", serves=of_sri, share=Decimal(60), **load))
    city.tell("budi", LinkResult(**BUDI, result="arsip", **of_unit))
    city.tell("budi", RelinkResult(**BUDI, result="layanan", serves=of_sri, share=Decimal("72.5"), reason="k", **load))
    city.tell("budi", UnlinkResult(**BUDI, result="arsip", reason="keliru"))
    city.tell("budi", NotePlanTalk(**BUDI, on=DAY, note="sepakat"))


def change(city: City) -> None:
    revised: Any = {"result": "layanan", "target": "berkas", "reason": "anggaran"}
    city.tell("agus", ask.ReviseTarget(**SRI, **revised, value=Decimal(95)))
    new = [PlannedResult("pelatihan", "Pelatihan", [Target("orang", "Orang", "orang", Decimal(7), Decimal(40))])]
    city.tell("budi", ask.ProposePlanChange(**BUDI, change="c1", reason="tugas", results=new, drop=["arsip"]))
    city.tell("sri", ask.AgreeToPlanChange(**BUDI, change="c1"))
    city.tell("sri", ask.ProposePlanChange(**BUDI, change="c2", reason="lagi", drop=["pelatihan"]))
    city.tell("budi", ask.DeclinePlanChange(**BUDI, change="c2", reason="tidak"))
    city.tell("agus", ReviseUnitPlan(**UNIT, results=[UKS], reason="dipotong"))
    city.tell("agus", ReviseUnitPlan(**UNIT, results=[UKS, GIZI], reason="kembali"))
    missions = [Mission("m1", "Kota sehat", [Goal("t2", "Sekolah sehat")])]
    city.tell("hr", ReviseMission(first_year=2025, vision="Sehat", missions=missions, reason="paruh waktu"))
    moved: Any = {"unit": "disdik", "since": date(2025, 3, 4), "reason": "mutasi"}
    city.tell("hr", TransferEmployee(employee="ani", supervisor="tono", **moved))
    city.tell("hr", RetireEmployee(employee="cici", on=date(2025, 3, 31)))
    city.tell("hr", ask.CancelAppraisal(**SRI, reason="salah buka"))


def test_as_of_a_position_the_plans_are_what_was_read_then(city: City) -> None:
    plan(city)
    link(city)
    change(city)

    assert len(city.read) == 30
    for position, then in city.read.items():
        for who in READERS:
            assert city.look(who, f', asOf: {{position: "{position}"}}') == then[who], (position, who)
    # Of each of them there was something to tell that changed.
    for who in READERS:
        for nth, fields in enumerate(ASKED[who]):
            assert len({repr(then[who][nth]) for then in city.read.values()}) > 8, (who, fields)
