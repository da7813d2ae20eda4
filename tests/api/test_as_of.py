"""What an agency says as of a position is what it said at that position: a whole story, event by event."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.access import Tokens
from neraca.api.app import create
from neraca.domain import vocabulary as words
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, PlannedResult, Target
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.catalogue import Command
from neraca.domain.given import Actor
from neraca.domain.roster import RegisterEmployee, RetireEmployee, SanctionEmployee, TransferEmployee
from neraca.domain.survey import CloseSurvey, OpenSurvey, RecordResponse
from neraca.domain.vocabulary import ObjectionOutcome, Relation, Role

PERIOD = "2025-Q1"
DURING, AFTER = date(2025, 3, 3), date(2025, 4, 8)
BUDI: Any = {"employee": "budi", "period": PERIOD}
SURVEY: Any = {"unit": "dinkes", "period": PERIOD, "survey": "skm"}
ACHIEVED: Any = {"unit": "dinkes", "period": PERIOD, "predicate": "baik"}
JUDGED = """policyId policyVersion policyHash status reason score predicate levels { name level }
    components { node value } explain { kind path formula value note inputs { name value source weight events } }"""
APPRAISAL = """employeeNumber period starts ends unit appraiser reviewer stage status reason score predicate version
    position recordedAt levels { name level } policy { id version hash } plan { status feedback }
    components { node value weight components { node value } indicators { indicator value weight } }
    explain { kind path formula value before note inputs { name value source weight note events } }
    reports { report kind status day actual feedback reportedAt settledAt position }
    objections { nth grounds filed explanations { by explanation recordedAt } outcome reason decided }
    followUps { kind note due recordedAt }
    history { event position cause by recordedAt effectiveAt status reason score predicate policyHash }
    timeline { event position version type at recordedAt by onBehalfOf data }
    employee { employeeNumber name employmentType position positionClass careerLevel unit supervisor since retired
        version }"""
EVERYTHING = f"""
    employees {{ totalCount edges {{ cursor node {{ employeeNumber name position unit supervisor since retired
        version }} }} }}
    dinkes: employees(unit: "dinkes") {{ totalCount edges {{ node {{ employeeNumber }} }} }}
    appraisals {{ totalCount edges {{ cursor node {{ {APPRAISAL} }} }} }}
    blocked: appraisals(status: "blocked") {{ totalCount edges {{ node {{ employeeNumber }} }} }}
    good: appraisals(predicate: "baik", unit: "dinkes") {{ totalCount edges {{ node {{ employeeNumber score }} }} }}
    appraisal(employee: "budi", period: "{PERIOD}") {{ status score evaluate(policy: "kota-uji@1") {{ {JUDGED} }} }}
    summary(period: "{PERIOD}") {{ outcome people }}
    byUnit: summary(period: "{PERIOD}", groupBy: UNIT_AND_OUTCOME) {{ unit outcome people }}
    policies {{ ref hash reason position publishedAt inForce {{ since until }} }}
    policy(ref: "kota-uji") {{ ref }}"""


class Desk:
    """Asks over HTTP. `tell` follows after every unit and keeps what could be read then."""

    def __init__(self, town: Any, client: TestClient[Any]) -> None:
        self.town = town
        self.client = client
        self.read: dict[int, Any] = {}

    def tell(self, by: str, *commands: Command, on: date = DURING) -> int:
        position = self.town.tell(by, *commands, on=on).position
        self.town.house.follow()
        self.read[position] = self.agency(EVERYTHING)
        return position

    def ask(self, fields: str, when: str = "", who: str = "auditor") -> Any:
        query = f'{{ agency(id: "uji"{when}) {{ {fields} }} }}'
        answer = self.client.post("/graphql", json={"query": query}, headers={"Authorization": f"Bearer {who}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def agency(self, fields: str, when: str = "", who: str = "auditor") -> Any:
        answer = self.ask(fields, when, who)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["agency"]

    def refused(self, fields: str, when: str) -> list[str]:
        return [one.get("extensions", {}).get("code", one["message"]) for one in self.ask(fields, when)["errors"]]


def at(position: int) -> str:
    return f', asOf: {{position: "{position}"}}'


@pytest.fixture
def desk(town: Any) -> Iterator[Desk]:
    actors: Mapping[str, Actor] = {
        "auditor": Actor("auditor-1", frozenset({Role.AUDITOR}), "uji"),
        **{name: Actor(name, frozenset({Role.EMPLOYEE}), "uji") for name in ("budi", "sri", "tono", "agus", "ani")},
    }
    app = create(
        service=town.service,
        url=town.house.url,
        agencies=town.house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(2025, 4, 8, tzinfo=UTC),
    )
    town.house.follow()
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(town, client)


def results(target: int) -> list[PlannedResult]:
    return [
        PlannedResult("layanan", "Layanan", [Target("berkas", "Berkas", "berkas", Decimal(target), Decimal(100))]),
    ]


def progress(report: str, actual: int) -> ask.ReportProgress:
    return ask.ReportProgress(
        **BUDI,
        report=report,
        result="layanan",
        target="berkas",
        until=date(2025, 3, 1),
        actual=Decimal(actual),
        evidence=[Evidence("Rekap", "arsip:rekap")],
    )


def rate(value: int, relation: Relation = Relation.SUPERVISOR) -> ask.Rate:
    scores = {"layanan": Decimal(value), "disiplin": Decimal(value)}
    return ask.Rate(**BUDI, relation=relation, scores=scores)


def plan(desk: Desk) -> None:
    desk.tell("hr", ask.OpenAppraisal(**BUDI))
    desk.tell("hr", ask.OpenAppraisal(employee="ani", period=PERIOD))
    desk.tell("budi", ask.DraftPlan(**BUDI, results=results(50)))
    desk.tell("budi", ask.SubmitPlan(**BUDI))
    desk.tell("sri", ask.ReturnPlan(**BUDI, feedback="terlalu rendah"))
    desk.tell("budi", ask.DraftPlan(**BUDI, results=results(100)))
    desk.tell("budi", ask.SubmitPlan(**BUDI))
    desk.tell("sri", ask.ApprovePlan(**BUDI))


def work(desk: Desk) -> None:
    desk.tell("budi", progress("l1", 40))
    desk.tell("sri", ask.ReturnReport(**BUDI, report="l1", feedback="tanpa rekap"))
    desk.tell("budi", progress("l2", 90))
    desk.tell("sri", ask.AcceptReport(**BUDI, report="l2", feedback="sesuai"))
    desk.tell("budi", ask.ReportActivity(**BUDI, report="a1", day=DURING, activity="Loket"))
    desk.tell("sri", ask.AcceptReport(**BUDI, report="a1"))
    desk.tell("sri", rate(80))
    for peer, value in (("ani", 70), ("cici", 75), ("dedi", 60)):
        desk.tell(peer, rate(value, Relation.PEER))
    desk.tell("dedi", ask.ReviseRating(**BUDI, scores={"layanan": Decimal(90)}, reason="keliru"))
    desk.tell("dedi", ask.WithdrawRating(**BUDI, reason="tidak kenal"))
    desk.tell("official", ask.EstablishFact(**BUDI, fact="realisasi_tim", basis="SK 1", number=Decimal(9)))
    desk.tell("official", ask.EstablishFact(**BUDI, fact="target_tim", basis="SK 1", number=Decimal(10)))
    target = ask.ReviseTarget(**BUDI, result="layanan", target="berkas", reason="anggaran", value=Decimal(95))
    desk.tell("sri", target)


def live(desk: Desk) -> None:
    """What is said of people and units beside their appraisals."""
    desk.tell("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20, late=3))
    desk.tell("hr", CorrectAttendance(employee="budi", month="2025-01", required_days=20, late=1, reason="izin"))
    desk.tell("official", PublishAchievement(**ACHIEVED, index=Decimal("98.5"), source="LKjIP"))
    desk.tell("official", ReviseAchievement(**ACHIEVED, index=Decimal(97), reason="koreksi"))
    desk.tell("surveyor", OpenSurvey(**SURVEY, elements=["u1", "u2", "u3"]))
    answers = {name: Decimal(3) for name in ("u1", "u2", "u3")}
    desk.tell("surveyor", *(RecordResponse(**SURVEY, respondent=f"w{n}", answers=answers) for n in range(3)))
    desk.tell("surveyor", CloseSurvey(**SURVEY))
    new = RegisterEmployee(
        employee="baru",
        name="Baru",
        employment_type=words.EmploymentType.CIVIL_SERVANT,
        position="Analis",
        position_class=words.PositionClass.FUNCTIONAL,
        since=date(2025, 3, 1),
    )
    desk.tell("hr", new)


def fix(desk: Desk) -> None:
    desk.tell("sri", ask.Finalise(**BUDI), on=AFTER)
    desk.tell("hr", CorrectAttendance(employee="budi", month="2025-01", required_days=20, late=9, reason="x"), on=AFTER)
    desk.tell("budi", ask.ReceiveDocument(**BUDI), on=AFTER)
    desk.tell("budi", ask.FileObjection(**BUDI, grounds="kurang adil"), on=AFTER)
    desk.tell("sri", ask.ExplainObjection(**BUDI, explanation="sesuai bukti"), on=AFTER)
    desk.tell("budi", ask.ExplainObjection(**BUDI, explanation="bukti baru"), on=AFTER)
    desk.tell("agus", ask.DecideObjection(**BUDI, outcome=ObjectionOutcome.AMENDED, reason="benar"), on=AFTER)
    desk.tell("sri", ask.ReviseRating(**BUDI, scores={"layanan": Decimal(100)}, reason="bukti baru"), on=AFTER)
    desk.tell("hr", SanctionEmployee(employee="budi", severity=words.Severity.SEVERE, on=DURING, decree="SK"), on=AFTER)


def move(desk: Desk) -> None:
    moved: Any = {"unit": "disdik", "since": date(2025, 3, 10), "reason": "mutasi"}
    desk.tell("hr", TransferEmployee(employee="budi", supervisor="tono", position="Ahli", **moved))
    desk.tell("hr", ask.ReassignAppraisal(**BUDI, appraiser="tono", reviewer="agus", **moved), on=AFTER)
    desk.tell("tono", rate(60), on=AFTER)
    desk.tell("tono", ask.Finalise(**BUDI), on=AFTER)
    follow_up = ask.RecordFollowUp(**BUDI, kind=words.FollowUpKind.COACHING, note="bimbingan", due=date(2025, 6, 1))
    desk.tell("tono", follow_up, on=AFTER)
    desk.tell("hr", RetireEmployee(employee="ani", on=date(2025, 3, 31)), on=AFTER)


def test_as_of_a_position_is_what_was_read_then(desk: Desk, policy: str) -> None:
    plan(desk)
    work(desk)
    live(desk)
    stricter = policy.replace("sikap: 30", "sikap: 20").replace("hasil: 60", "hasil: 70")
    desk.town.publish(stricter, version=2, since=date(2025, 2, 1))
    desk.town.house.follow()
    desk.read[desk.town.house.log.head("uji")] = desk.agency(EVERYTHING)
    fix(desk)
    move(desk)

    assert len(desk.read) > 45
    for position, then in desk.read.items():
        assert desk.agency(EVERYTHING, at(position)) == then, position
    outcomes = [(then["appraisal"] or {}).get("status") for then in desk.read.values()]
    assert {"blocked", "provisional", "final"} <= set(outcomes)
