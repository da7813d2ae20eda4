"""What an agency says as of a position is what it said at that position: a whole story, event by event."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain import streams
from neraca.domain import vocabulary as words
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import (
    Evidence,
    Expectations,
    Finalised,
    MoveReviewed,
    Opened,
    PlannedResult,
    PlanTerms,
    Target,
)
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.contexts import Actor
from neraca.domain.exemptions import ExemptEmployee
from neraca.domain.period import parse
from neraca.domain.policy_register import SchedulePolicy
from neraca.domain.registry import Command
from neraca.domain.roster import (
    AssignEmployee,
    RegisterEmployee,
    RetireEmployee,
    SanctionEmployee,
    TransferEmployee,
)
from neraca.domain.survey import CloseSurvey, OpenSurvey, RecordResponse
from neraca.domain.vocabulary import EmploymentType, GuidanceKind, ObjectionOutcome, PositionClass, Relation, Role
from neraca.domain.workplan import commands as plan_of
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import replay
from projections import ALL

PERIOD = "2025-Q1"
DURING, AFTER = date(2025, 3, 3), date(2025, 4, 8)
BUDI: Any = {"employee": "budi", "period": PERIOD}
SURVEY: Any = {"unit": "dinkes", "period": PERIOD, "survey": "skm"}
ACHIEVED: Any = {"unit": "dinkes", "period": PERIOD, "predicate": "baik"}
JUDGED = """policyId policyVersion policyHash status reason score predicate levels { name level }
    components { node value } explain { kind path formula value note inputs { name value source weight events } }"""
APPRAISAL = """employeeNumber period starts ends unit appraiser reviewer stage status reason score predicate version
    position recordedAt levels { name level } policy { id version hash }
    plan { status feedback terms { resources accountability consequences } }
    results { result perspective }
    components { node value weight components { node value } indicators { indicator value weight } }
    explain { kind path formula value before note inputs { name value source weight note events } }
    reports { report kind status day workingDay minutes actual feedback reportedAt settledAt position }
    workDays { day entries accepted minutes untimed workingDay }
    objections(first: 9) { nth grounds filed explanations { by explanation recordedAt } outcome reason decided due
        daysLate }
    finalResults(first: 4) { event position on score predicate policyHash final finality amends outdatedParts }
    specialExpectations { indicator expectation position recordedAt }
    guidance { guidance kind on by note result indicator answer answeredAt position recordedAt }
    followUps { kind note due recordedAt }
    history { event position cause by recordedAt effectiveAt status reason score predicate policyHash }
    timeline { event position version type at recordedAt by onBehalfOf data }
    employee { employeeNumber name employmentType position positionClass careerLevel unit supervisor since retired
        version }"""
EVERYTHING = f"""
    employees {{ totalCount edges {{ cursor node {{ employeeNumber name position unit supervisor since retired
        version }} }} }}
    dinkes: employees(unit: "dinkes") {{ totalCount edges {{ node {{ employeeNumber }} }} }}
    appraisals(first: 20) {{ totalCount edges {{ cursor node {{ {APPRAISAL} }} }} }}
    silent: appraisals(withoutEntryOn: "2025-03-03") {{ totalCount edges {{ node {{ employeeNumber }} }} }}
    blocked: appraisals(status: BLOCKED) {{ totalCount edges {{ node {{ employeeNumber }} }} }}
    good: appraisals(predicate: "baik", unit: "dinkes") {{ totalCount edges {{ node {{ employeeNumber score }} }} }}
    appraisal(employee: "budi", period: "{PERIOD}") {{ status score evaluate(policy: "kota-uji@1") {{ {JUDGED} }} }}
    summary(period: "{PERIOD}") {{ outcome people }}
    byUnit: summary(period: "{PERIOD}", groupBy: UNIT_AND_OUTCOME) {{ unit outcome people }}
    policies {{ ref hash reason position publishedAt inForce {{ since until }} }}
    policy(ref: "kota-uji") {{ ref }}"""


class Desk:
    """Asks over HTTP, when everything told is followed. While `keeping`, what is read after each unit is in `read`."""

    def __init__(self, fixture_agency: Any, client: TestClient[Any]) -> None:
        self.fixture_agency = fixture_agency
        self.client = client
        self.keeping = False
        self.followed = 0
        self.read: dict[int, Any] = {}

    def tell(self, by: str, *commands: Command, on: date = DURING) -> int:
        position = self.fixture_agency.tell(by, *commands, on=on).position
        if self.keeping:
            self.look()
        return position

    def look(self) -> None:
        self.read[self.head] = self.agency(EVERYTHING)

    def follow(self) -> None:
        if self.followed < self.head:
            self.fixture_agency.house.follow()
            self.followed = self.head

    @property
    def head(self) -> int:
        return self.fixture_agency.house.log.head("uji")

    def ask(self, fields: str, when: str = "", who: str = "auditor") -> Any:
        self.follow()
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
def desk(fixture_agency: Any) -> Iterator[Desk]:
    actors: Mapping[str, Actor] = {
        "auditor": Actor("auditor-1", frozenset({Role.AUDITOR}), "uji"),
        "everybody": Actor("everybody-1", frozenset(Role), "uji"),
        **{name: Actor(name, frozenset({Role.EMPLOYEE}), "uji") for name in ("budi", "sri", "tono", "agus", "ani")},
    }
    app = create(
        service=fixture_agency.service,
        url=fixture_agency.house.url,
        agencies=fixture_agency.house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(2025, 4, 8, tzinfo=UTC),
    )
    fixture_agency.house.follow()
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Desk(fixture_agency, client)


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
    desk.tell("budi", ask.ReportActivity(**BUDI, report="a1", day=DURING, activity="Loket", minutes=90))
    desk.tell("budi", ask.ReportActivity(**BUDI, report="a2", day=DURING, activity="Rapat", minutes=45))
    desk.tell("budi", ask.ReportActivity(**BUDI, report="a3", day=date(2025, 3, 1), activity="Apel"))
    desk.tell("sri", ask.ReturnReport(**BUDI, report="a2", feedback="rapat apa?"))
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


def expect(desk: Desk) -> None:
    for value, words_of in (("layanan", "Menyapa"), ("disiplin", "Apel pagi"), ("layanan", "Menyapa tiap warga")):
        desk.tell("sri", ask.AddSpecialExpectation(**BUDI, indicator=value, expectation=words_of))


def guide(desk: Desk) -> None:
    desk.tell("sri", ask.ReviseTerms(**BUDI, terms=PlanTerms(resources="Dua petugas"), reason="petugas berkurang"))
    held: Any = {"on": DURING, "note": "Cara melayani lansia"}
    desk.tell("sri", ask.RecordGuidance(**BUDI, guidance="b1", kind=GuidanceKind.COACHING, result="layanan", **held))
    desk.tell("sri", ask.RecordGuidance(**BUDI, guidance="b2", kind=GuidanceKind.COUNSELING, **held))
    desk.tell("budi", ask.AnswerGuidance(**BUDI, guidance="b1", answer="Sudah saya coba"))


def live(desk: Desk) -> None:
    """What is said of people and units beside their appraisals."""
    desk.tell("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20, late=3))
    desk.tell("hr", CorrectAttendance(employee="budi", month="2025-01", required_days=20, late=1, reason="izin"))
    desk.tell("official", PublishAchievement(**ACHIEVED, index=Decimal("98.5"), source="LKjIP"))
    desk.tell("official", ReviseAchievement(**ACHIEVED, index=Decimal(97), reason="koreksi"))
    desk.tell("surveyor", OpenSurvey(**SURVEY, elements=["u1", "u2", "u3"]))
    answers = {name: Decimal(3) for name in ("u1", "u2", "u3")}
    desk.tell("surveyor", *(RecordResponse(**SURVEY, respondent=f"w{n}", answers=answers) for n in range(10)))
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


def move(desk: Desk) -> None:
    moved: Any = {"unit": "disdik", "since": date(2025, 3, 10), "reason": "mutasi"}
    desk.tell("hr", TransferEmployee(employee="budi", supervisor="tono", position="Ahli", **moved))
    desk.tell("hr", ask.ReassignAppraisal(**BUDI, appraiser="tono", reviewer="agus", **moved), on=AFTER)
    desk.tell("tono", rate(60), on=AFTER)
    desk.tell("hr", RetireEmployee(employee="ani", on=date(2025, 3, 31)), on=AFTER)


def fix(desk: Desk) -> None:
    desk.tell("tono", ask.Finalise(**BUDI), on=AFTER)
    desk.tell("hr", CorrectAttendance(employee="budi", month="2025-01", required_days=20, late=9, reason="x"), on=AFTER)
    desk.tell("budi", ask.ReceiveDocument(**BUDI), on=AFTER)
    desk.tell("budi", ask.FileObjection(**BUDI, grounds="kurang adil"), on=AFTER)
    desk.tell("tono", ask.ExplainObjection(**BUDI, explanation="sesuai bukti"), on=AFTER)
    desk.tell("budi", ask.ExplainObjection(**BUDI, explanation="bukti baru"), on=AFTER)
    decide = ask.DecideObjection(**BUDI, outcome=ObjectionOutcome.AMENDED, reason="benar")
    desk.tell("agus", decide, on=AFTER + timedelta(days=20))
    desk.tell("agus", rate(100), on=AFTER)
    desk.tell("hr", SanctionEmployee(employee="budi", severity=words.Severity.SEVERE, on=DURING, decree="SK"), on=AFTER)
    desk.tell("agus", ask.Finalise(**BUDI), on=AFTER)
    follow_up = ask.RecordFollowUp(**BUDI, kind=words.FollowUpKind.COACHING, note="bimbingan", due=date(2025, 6, 1))
    desk.tell("tono", follow_up, on=AFTER)


def test_as_of_a_position_is_what_was_read_then(desk: Desk, policy: str) -> None:
    desk.keeping = True
    plan(desk)
    work(desk)
    expect(desk)
    guide(desk)
    live(desk)
    stricter = policy.replace("sikap: 30", "sikap: 20").replace("hasil: 60", "hasil: 70")
    desk.fixture_agency.publish(stricter, version=2, since=date(2025, 2, 1))
    desk.look()
    move(desk)
    fix(desk)

    assert len(desk.read) > 45
    for position, then in desk.read.items():
        assert desk.agency(EVERYTHING, at(position)) == then, position
    found = [then["appraisal"] for then in desk.read.values() if then["appraisal"]]
    assert {"BLOCKED", "PROVISIONAL", "FINAL"} == {one["status"] for one in found}
    assert len({one["score"] for one in found}) > 11
    assert any(one["evaluate"]["explain"] for one in found)


def test_the_minutes_of_each_day_and_whoever_has_no_entry_are_told(desk: Desk) -> None:
    plan(desk)
    work(desk)
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{ workDays {{ day entries accepted minutes untimed
        workingDay }} reports {{ report minutes }} }}
        thatDay: appraisals(withoutEntryOn: "2025-03-03") {{ edges {{ node {{ employeeNumber }} }} }}
        another: appraisals(withoutEntryOn: "2025-03-04") {{ edges {{ node {{ employeeNumber }} }} }}
        outside: appraisals(withoutEntryOn: "2025-04-01") {{ edges {{ node {{ employeeNumber }} }} }}"""
    desk.tell("budi", ask.ReportActivity(**BUDI, report="a4", day=DURING, activity="Arsip", minutes=30))

    told = desk.agency(fields)

    assert told["appraisal"]["workDays"] == [
        {"day": "2025-03-01", "entries": 1, "accepted": 0, "minutes": 0, "untimed": 1, "workingDay": False},
        # a2 took 45 minutes and was returned
        {"day": "2025-03-03", "entries": 2, "accepted": 1, "minutes": 120, "untimed": 0, "workingDay": True},
    ]
    assert [(one["report"], one["minutes"]) for one in told["appraisal"]["reports"]] == [
        *(("l1", None), ("l2", None), ("a1", 90), ("a2", 45), ("a3", None), ("a4", 30))
    ]
    # The plan of Ani is not approved: there is nothing to report on yet.
    silent = {
        name: [one["node"]["employeeNumber"] for one in told[name]["edges"]]
        for name in ("thatDay", "another", "outside")
    }
    assert silent == {"thatDay": [], "another": ["budi"], "outside": []}
    assert desk.agency(fields, at(desk.head)) == told


def test_the_days_without_an_entry_are_told_where_the_policy_wants_one_each_day(desk: Desk, policy: str) -> None:
    plan(desk)
    work(desk)
    fields = f'appraisal(employee: "budi", period: "{PERIOD}") {{ daysWithoutEntry(first: 61) }}'
    assert desk.agency(fields)["appraisal"]["daysWithoutEntry"] is None

    daily = policy.replace("\nperiod:", "\nreporting: {cadence: daily}\nperiod:")
    desk.fixture_agency.publish(daily, version=2, since=date(2025, 2, 1))
    before = desk.head
    desk.tell("budi", ask.ReportActivity(**BUDI, report="a5", day=date(2025, 3, 27), activity="Arsip"), on=AFTER)
    left = desk.agency(fields)["appraisal"]["daysWithoutEntry"]

    # 64 working days from January to March, of which the 3rd of March has an entry; the 1st is a Saturday.
    assert (len(left), left[0], left[-1], "2025-03-03" in left) == (61, "2025-01-01", "2025-03-28", False)
    assert desk.agency(fields, at(desk.head))["appraisal"]["daysWithoutEntry"] == left
    assert desk.agency(fields, at(before))["appraisal"]["daysWithoutEntry"] == [*left[:-1], "2025-03-27"]
    # Nor of days that an exemption takes out, or after they left.
    seen = desk.head
    exempt = ExemptEmployee(
        employee="budi",
        kind=words.ExemptionKind.UNPAID_LEAVE,
        since=date(2025, 1, 1),
        until=date(2025, 3, 16),
        decree="SK 9",
    )
    desk.tell("hr", exempt, RetireEmployee(employee="budi", on=date(2025, 3, 18)), on=AFTER)
    assert desk.agency(fields)["appraisal"]["daysWithoutEntry"] == ["2025-03-17", "2025-03-18"]
    assert desk.agency(fields, at(seen))["appraisal"]["daysWithoutEntry"] == left


def test_what_a_leader_expects_of_a_value_is_the_last_that_was_said(desk: Desk) -> None:
    plan(desk)
    expect(desk)
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{
        specialExpectations {{ indicator expectation }} }}"""

    def told(*path: Any) -> list[tuple[str, str]]:
        found = desk.agency(fields, *path)["appraisal"]["specialExpectations"]
        return [(one["indicator"], one["expectation"]) for one in found]

    last = desk.head
    assert told() == [("disiplin", "Apel pagi"), ("layanan", "Menyapa tiap warga")]
    assert told(at(last - 1)) == [("layanan", "Menyapa"), ("disiplin", "Apel pagi")]
    # Of an opening that was cancelled nothing is expected any more.
    desk.tell("hr", cancel("budi"), ask.OpenAppraisal(**BUDI))
    assert told() == told(at(desk.head)) == []
    assert told(at(last)) == [("disiplin", "Apel pagi"), ("layanan", "Menyapa tiap warga")]


def test_guidance_is_read_with_its_answer_as_of_any_position(desk: Desk) -> None:
    plan(desk)
    guide(desk)
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{ guidance {{ guidance kind by result answer }} }}"""

    def told(*path: Any) -> list[tuple[Any, ...]]:
        return [tuple(one.values()) for one in desk.agency(fields, *path)["appraisal"]["guidance"]]

    last = desk.head
    first, second = ("b1", "COACHING", "sri", "layanan"), ("b2", "COUNSELING", "sri", None, None)
    assert told() == [(*first, "Sudah saya coba"), second]
    assert told(at(last - 1)) == [(*first, None), second]
    assert told(at(last - 2)) == [(*first, None)]
    desk.tell("hr", cancel("budi"), ask.OpenAppraisal(**BUDI))
    assert told() == told(at(desk.head)) == []
    assert told(at(last)) == [(*first, "Sudah saya coba"), second]


def test_a_result_that_the_leader_took_over_is_out_of_the_numbers_and_in_their_explanation(desk: Desk) -> None:
    """Read again as of each position, and from the log alone."""
    plan(desk)
    work(desk)
    over = ask.TakeOverResult(**BUDI, result="layanan", note="Saya pimpin sendiri", counts={"berkas": Decimal(50)})
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{ results {{ result }}
        targets {{ target value revisions {{ value reason }} }} takenOver {{ result title by note }}
        explain {{ kind formula inputs {{ name note events }} }} }}"""
    before, seen = desk.agency(fields)["appraisal"], desk.head
    desk.tell("sri", over)
    after, position = desk.agency(fields)["appraisal"], desk.head

    assert before["takenOver"] == []
    told = {"result": "layanan", "by": "sri", "note": "Saya pimpin sendiri"}
    assert [one | {"title": None} for one in after["takenOver"]] == [told | {"title": None}]
    revised = {"value": "50", "reason": "Saya pimpin sendiri"}
    assert [one["revisions"][-1] for one in after["targets"] if one["target"] == "berkas"] == [revised]
    step = next(one for one in after["explain"] if one["kind"] == "TAKEN_OVER")
    assert [one["events"] for one in step["inputs"]] == [[f"uji:{position}"]]
    assert step["inputs"][0]["note"].startswith("by sri on 2025-")
    assert step["inputs"][0]["name"] == "layanan"
    assert desk.agency(fields, at(seen))["appraisal"] == before
    assert desk.agency(fields, at(position))["appraisal"] == after
    desk.tell("hr", cancel("budi"), ask.OpenAppraisal(**BUDI))
    assert desk.agency(fields)["appraisal"]["takenOver"] == []
    assert desk.agency(fields, at(desk.head))["appraisal"]["takenOver"] == []


def test_what_was_taken_over_is_said_anew_and_given_back(desk: Desk) -> None:
    """With what was reported of it by then; read again as of each position, and from the log alone."""
    two = [
        PlannedResult(name, name, [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(weight))])
        for name, weight in (("arsip", 40), ("layanan", 60))
    ]
    desk.tell("hr", ask.OpenAppraisal(**BUDI))
    desk.tell("budi", ask.DraftPlan(**BUDI, results=two))
    desk.tell("budi", ask.SubmitPlan(**BUDI))
    desk.tell("sri", ask.ApprovePlan(**BUDI))
    desk.tell("budi", *(replace(progress(report, 30), report=report, result="arsip") for report in ("a1", "a2")))
    desk.tell("sri", ask.AcceptReport(**BUDI, report="a1"))
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{ results {{ result title }}
        targets {{ plannedResult {{ result }} target value weight actual until revisions {{ value reason }} }}
        takenOver {{ result by note }} explain {{ kind formula inputs {{ name note events }} }} }}"""
    anew: Any = {**BUDI, "result": "arsip", "reason": "Arsip tidak pernah ditutup"}
    seen: list[tuple[int, Any]] = []
    for command in (
        None,
        ask.TakeOverResult(**BUDI, result="arsip", note="Saya tutup"),
        ask.ReviseTakeOver(**anew, counts={"berkas": Decimal(50)}),
        ask.ReviseTakeOver(**anew),
        ask.AcceptReport(**BUDI, report="a2"),
        ask.ReviseTakeOver(**anew, give_back=True),
    ):
        if command is not None:
            desk.tell("sri", command)
        seen.append((desk.head, desk.agency(fields)["appraisal"]))

    planned, taken, counted, gone, _, back = [one for _, one in seen]
    assert [[one["result"] for one in each["results"]] for each in (taken, counted, gone)] == [
        ["layanan"],
        ["arsip", "layanan"],
        ["layanan"],
    ]
    assert [(one["value"], one["actual"]) for one in counted["targets"]] == [("50", "30"), ("100", None)]
    assert [one["note"] for one in gone["takenOver"]] == ["Saya tutup", *[anew["reason"]] * 2]
    assert (next(one["kind"] for one in gone["explain"]), back["takenOver"]) == ("TAKEN_OVER", [])
    assert back["results"] == planned["results"]
    assert [one | {"revisions": []} for one in back["targets"]] == planned["targets"]
    assert [one["revisions"] for one in back["targets"]][1] == []
    for position, then in seen:
        assert desk.agency(fields, at(position))["appraisal"] == then


def test_a_plan_that_was_changed_by_consent_is_read_as_it_is_and_was(desk: Desk) -> None:
    """Around a result that is taken over meanwhile and given back; of what is dropped nothing counts."""
    three = [
        PlannedResult(name, name, [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(weight))])
        for name, weight in (("arsip", 40), ("layanan", 50), ("rapat", 10))
    ]
    anew = [replace(three[1], targets=[replace(three[1].targets[0], weight=Decimal(30), target=Decimal(80))])]
    said = Expectations("semua lulus", above="dipakai unit lain")
    trained = Target("orang", "Orang", "orang", Decimal(20), Decimal(30), expectations=said)
    anew += [PlannedResult("latih", "latih", [trained])]
    desk.tell("hr", ask.OpenAppraisal(**BUDI))
    desk.tell("budi", ask.DraftPlan(**BUDI, results=three))
    desk.tell("budi", ask.SubmitPlan(**BUDI))
    desk.tell("sri", ask.ApprovePlan(**BUDI))
    reports = [replace(progress(name, 30), report=name, result=name) for name in ("layanan", "rapat", "arsip")]
    desk.tell("budi", *reports)
    desk.tell("sri", *(ask.AcceptReport(**BUDI, report=one) for one in ("layanan", "arsip")))
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{ results {{ result title }}
        targets {{ plannedResult {{ result }} target value weight actual until revisions {{ value weight reason }}
        expectations {{ meets above below }} }} takenOver {{ result by note }}
        explain {{ kind formula inputs {{ name note events }} }} }}"""
    back = ask.ReviseTakeOver(**BUDI, result="arsip", reason="Arsip tidak ditutup", give_back=True)
    added: Any = {**BUDI, "change": "c1"}
    dropped: Any = {**BUDI, "change": "c2"}
    seen: list[tuple[int, Any]] = []
    for who, command in (
        ("sri", ask.TakeOverResult(**BUDI, result="arsip", note="Saya tutup")),
        ("budi", ask.ProposePlanChange(**added, reason="Penugasan", results=anew)),
        ("sri", ask.AgreeToPlanChange(**added)),
        ("sri", ask.ProposePlanChange(**dropped, reason="Rapat dihapus", drop=["rapat"])),
        ("budi", ask.AgreeToPlanChange(**dropped)),
        ("sri", ask.AcceptReport(**BUDI, report="rapat")),
        ("sri", back),
    ):
        desk.tell(who, command)
        seen.append((desk.head, desk.agency(fields)["appraisal"]))

    def rows(then: Any) -> list[tuple[Any, ...]]:
        return [(one["plannedResult"]["result"], one["value"], one["weight"], one["actual"]) for one in then["targets"]]

    layanan, latih = ("layanan", "80", "30", "30"), ("latih", "20", "30", None)
    assert [rows(then) for _, then in seen] == [
        *[[("layanan", "100", "50", "30"), ("rapat", "100", "10", None)]] * 2,
        *[[layanan, ("rapat", "100", "10", None), latih]] * 2,
        *[[layanan, latih]] * 2,
        [("arsip", "100", "40", "30"), layanan, latih],
    ]
    words = {"meets": "semua lulus", "above": "dipakai unit lain", "below": None}
    assert [one["expectations"] for one in seen[6][1]["targets"]] == [None, None, words]
    assert seen[2][1]["targets"][0]["revisions"] == [{"value": "80", "weight": "30", "reason": "Penugasan"}]
    for position, then in seen:
        assert desk.agency(fields, at(position))["appraisal"] == then
    for projection in ALL:
        assert rebuild(desk.fixture_agency.house.url, projection).equal is True


def test_reports_are_due_in_the_rhythm_that_is_picked(desk: Desk, policy: str) -> None:
    """Weeks by the policy, where it says so; months by the agency, until then."""
    plan(desk)
    work(desk)
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{
        reportsDue {{ since last inTimeUntil reported late }} }}"""

    def due(*path: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = desk.agency(fields, *path)["appraisal"]["reportsDue"]
        return found

    monthly = due()
    assert [one["since"] for one in monthly] == ["2025-01-01", "2025-02-01", "2025-03-01"]
    assert due(at(desk.head)) == monthly
    weekly = policy.replace("\nperiod:", "\nreporting: {cadence: weekly}\nperiod:")
    desk.fixture_agency.publish(weekly, version=2, since=date(2025, 2, 1))
    evidence = [Evidence("Rekap", "https://arsip.example/rekap.pdf")]
    sent: Any = {"report": "mingguan", "result": "layanan", "target": "berkas", "evidence": evidence}
    desk.tell("budi", ask.ReportProgress(**BUDI, **sent, until=date(2025, 3, 12), actual=Decimal(70)), on=AFTER)
    reported, sent_at = due(), desk.head

    assert [one["last"] for one in reported[:3]] == ["2025-01-05", "2025-01-12", "2025-01-19"]
    week = {"since": "2025-03-10", "last": "2025-03-16", "inTimeUntil": None, "late": False}
    assert week | {"reported": AFTER.isoformat()} in reported
    desk.tell("sri", ask.ReturnReport(**BUDI, report="mingguan", feedback="bukti lain"), on=AFTER)
    assert week | {"reported": None} in due()
    assert due(at(desk.head)) == due()
    assert week | {"reported": AFTER.isoformat()} in due(at(sent_at))


def cancel(employee: str) -> ask.CancelAppraisal:
    return ask.CancelAppraisal(employee=employee, period=PERIOD, reason="salah buka")


def test_as_of_before_a_cancel_is_the_first_opening(desk: Desk) -> None:
    """The second opening uses the ids of the first again, and its ratings come from the same people."""
    desk.keeping = True
    plan(desk)
    work(desk)
    desk.tell("hr", cancel("ani"))
    first = desk.head
    desk.tell("hr", cancel("budi"), ask.OpenAppraisal(**BUDI))
    desk.tell("budi", ask.DraftPlan(**BUDI, results=results(80)), ask.SubmitPlan(**BUDI))
    desk.tell("sri", ask.ApprovePlan(**BUDI))
    desk.tell("budi", progress("l2", 20))
    desk.tell("sri", rate(95))
    desk.tell("sri", ask.AcceptReport(**BUDI, report="l2"))
    desk.tell("sri", ask.ReviseRating(**BUDI, scores={"layanan": Decimal(90)}, reason="bukti"))
    desk.tell("hr", ask.OpenAppraisal(employee="ani", period=PERIOD))
    desk.tell("sri", ask.Finalise(**BUDI), on=AFTER)

    for position, then in desk.read.items():
        assert desk.agency(EVERYTHING, at(position)) == then, position
    dossier = f"""appraisal(employee: "budi", period: "{PERIOD}") {{ targets {{ value actual revisions {{ value }} }}
        ratings {{ rater status revised values {{ value }} }} raterGroups {{ relation }}
        reports {{ report status }} }}"""
    before, opened, now = desk.agency(dossier, at(first)), desk.agency(dossier, at(first + 2)), desk.agency(dossier)
    assert [one["report"] for one in before["appraisal"]["reports"]] == ["l1", "l2", "a1", "a2", "a3"]
    assert before["appraisal"]["targets"] == [{"value": "95", "actual": "90", "revisions": [{"value": "95"}]}]
    assert opened["appraisal"]["targets"] == opened["appraisal"]["reports"] == opened["appraisal"]["ratings"] == []
    assert now["appraisal"]["reports"] == [{"report": "l2", "status": "ACCEPTED"}]
    assert now["appraisal"]["targets"] == [{"value": "80", "actual": "20", "revisions": []}]
    assert [one["values"] for one in now["appraisal"]["ratings"]] == [[{"value": "95"}, {"value": "90"}]]
    assert now == desk.agency(dossier, at(desk.head))


def test_a_cancelled_appraisal_shows_that_it_is_and_nothing_else(desk: Desk) -> None:
    plan(desk)
    work(desk)
    desk.tell("hr", cancel("budi"))
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{ stage status score predicate
        plan {{ status feedback }} policy {{ id }} components {{ node }} explain {{ path }} openGroups
        targets {{ value }} reports {{ report }} ratings {{ status }} raterGroups {{ relation }}
        history {{ cause status }} timeline {{ type data }} }}
        summary(period: "{PERIOD}") {{ outcome people }}
        cancelled: appraisals(status: CANCELLED) {{ totalCount }}"""

    found = desk.agency(fields)

    assert found == desk.agency(fields, at(desk.head))
    one = found["appraisal"]
    assert (one["stage"], one["status"], one["score"], one["policy"]) == ("CANCELLED", "CANCELLED", None, None)
    assert one["plan"] == {"status": "NONE", "feedback": None}
    assert [one[name] for name in ("components", "explain", "targets", "reports", "ratings")] == [[], [], [], [], []]
    assert one["history"][-1] == {"cause": "appraisal.cancelled", "status": "CANCELLED"}
    assert one["timeline"][-1] == {"type": "appraisal.cancelled", "data": {"reason": "salah buka"}}
    assert found["summary"] == [{"outcome": "blocked", "people": 1}]
    assert found["cancelled"] == {"totalCount": 1}
    for when in ("", at(desk.head)):
        asked = f'appraisal(employee: "budi", period: "{PERIOD}") {{ evaluate(policy: "kota-uji@1") {{ score }} }}'
        assert desk.refused(asked, when) == ["CANCELLED"]


def test_within_a_unit_the_old_policy_rules_until_the_new_one_is_scheduled(desk: Desk, policy: str) -> None:
    plan(desk)
    work(desk)
    desk.fixture_agency.publish(
        policy.replace("hasil: 60, sikap: 30", "hasil: 30, sikap: 60"), version=2, since=date(2025, 2, 1)
    )
    fields = f'appraisals(employee: "budi") {{ edges {{ node {{ {APPRAISAL} }} }} }}'

    before, published, superseded, scheduled = (desk.agency(fields, at(desk.head - n)) for n in (3, 2, 1, 0))

    assert before == published == superseded
    assert scheduled == desk.agency(fields) != superseded


def test_a_policy_that_ends_for_some_classes_only_tells_of_both_now_and_later(desk: Desk, policy: str) -> None:
    since, until = date(2026, 1, 1), date(2026, 6, 30)
    some, others = (PositionClass.FUNCTIONAL,), (PositionClass.OPERATIONAL,)
    desk.fixture_agency.publish(policy, version=2, since=since, classes=some)
    desk.tell("policy", SchedulePolicy(id="kota-uji", version=2, since=since, until=until, classes=others))
    asked = 'policy(ref: "kota-uji@2") { inForce { since until } }'

    told = desk.agency(asked)

    spans = [{"since": "2026-01-01", "until": "2026-06-30"}, {"since": "2026-01-01", "until": None}]
    assert told == desk.agency(asked, at(desk.head)) == {"policy": {"inForce": spans}}


def test_a_score_fixed_while_something_came_in_is_explained_by_what_was_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(desk)
    work(desk)
    desk.tell("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20, late=1))
    fields = f"""appraisal(employee: "budi", period: "{PERIOD}") {{ score levels {{ name level }}
        components {{ node value }} explain {{ kind path formula value inputs {{ name value source weight events }} }}
        evaluate(policy: "kota-uji@1") {{ score explain {{ path value }} }} }}"""
    judged = desk.agency(fields)
    ledger = vars(desk.fixture_agency.service)["_ledger"]
    append = ledger.append

    def later(*given: Any) -> Any:
        """Attendance is corrected between the reading and the recording."""
        monkeypatch.undo()
        correction = CorrectAttendance(employee="budi", month="2025-01", required_days=20, late=18, reason="x")
        desk.fixture_agency.tell("hr", correction, on=AFTER)
        return append(*given)

    monkeypatch.setattr(ledger, "append", later)
    position = desk.fixture_agency.tell("sri", ask.Finalise(**BUDI), on=AFTER).position

    final = desk.fixture_agency.house.mapper.decode(
        "appraisal.finalised", desk.fixture_agency.house.log.read("uji", position - 1, 1)[0].data
    )
    assert final.body.position == position - 2
    assert desk.agency(fields) == judged
    assert desk.agency(fields, at(position)) == judged
    assert desk.agency(fields, at(position - 1)) != judged
    with psycopg.connect(desk.fixture_agency.house.url) as connection:
        query = "select final ->> 'facts' from read_scores.appraisal where employee = 'budi'"
        kept = connection.execute(query).fetchone()
    assert kept == (None,)


def test_after_an_objection_the_facts_are_those_of_today_again(desk: Desk) -> None:
    plan(desk)
    work(desk)
    desk.tell("sri", ask.Finalise(**BUDI), on=AFTER)
    desk.tell("budi", ask.FileObjection(**BUDI, grounds="kurang adil"), on=AFTER)
    desk.tell("agus", ask.DecideObjection(**BUDI, outcome=ObjectionOutcome.AMENDED, reason="benar"), on=AFTER)
    desk.tell("agus", rate(100), on=AFTER)

    found = desk.agency(f'appraisal(employee: "budi", period: "{PERIOD}") {{ explain {{ path value }} }}')

    assert {"path": "indicators/layanan", "value": "100"} in found["appraisal"]["explain"]


def test_an_instant_is_the_last_position_up_to_it(desk: Desk) -> None:
    plan(desk)
    with psycopg.connect(desk.fixture_agency.house.url) as connection:
        times = dict(
            connection.execute("select position, recorded_at from ledger.events where agency = 'uji'").fetchall()
        )

    for position in (1, desk.head - 2, desk.head):
        instant = times[position].isoformat()
        last = max(at for at, recorded in times.items() if recorded <= times[position])
        assert desk.agency("asOf", f', asOf: {{recordedAt: "{instant}"}}') == {"asOf": str(last)}
    before = (times[1] - timedelta(days=1)).isoformat()
    assert desk.agency("asOf employees { totalCount }", f', asOf: {{recordedAt: "{before}"}}') == {
        "asOf": "0",
        "employees": {"totalCount": 0},
    }


def test_what_is_no_moment_is_told(desk: Desk) -> None:
    for when, code in (
        ("{}", "BAD_AS_OF"),
        ('{position: "1", recordedAt: "2025-01-01T00:00:00Z"}', "BAD_AS_OF"),
        ('{recordedAt: "2025-01-01T00:00:00"}', "BAD_AS_OF"),
        ('{position: "999999"}', "NOT_CAUGHT_UP"),
        ('{effectiveAt: "2025-02-30"}', "INVALID"),
        ('{position: "x"}', "INVALID"),
    ):
        (told,) = desk.refused("id", f", asOf: {when}")
        assert told.startswith(code)


def test_what_was_is_another_thing_than_what_is(desk: Desk) -> None:
    plan(desk)
    work(desk)
    old = desk.head - 8
    ids = 'id appraisal(employee: "budi", period: "2025-Q1") { id version employee { id version } }'
    node = (
        "query ($id: ID!) { node(id: $id) { id __typename ...a ...e } }"
        " fragment a on Appraisal { version } fragment e on Employee { version }"
    )

    then = desk.agency(ids, at(old))

    assert then["id"] == f"uji@{old}"
    assert then["appraisal"]["id"] == f"uji@{old}/appraisal/budi/2025-Q1"
    assert then["appraisal"]["version"] == desk.agency(ids)["appraisal"]["version"] - 3  # five told of peers
    for one in (then["appraisal"], then["appraisal"]["employee"]):
        answer = desk.client.post(
            "/graphql",
            json={"query": node, "variables": {"id": one["id"]}},
            headers={"Authorization": "Bearer auditor"},
        ).json()
        assert (answer["data"]["node"]["id"], answer["data"]["node"]["version"]) == (one["id"], one["version"])


def test_the_past_is_for_those_who_see_the_present(desk: Desk) -> None:
    """The one who appraised until the move no longer sees the appraisal; the one who does now sees its past too."""
    plan(desk)
    work(desk)
    old = desk.head
    moved: Any = {"unit": "disdik", "since": date(2025, 3, 10), "reason": "mutasi"}
    desk.tell("hr", ask.ReassignAppraisal(**BUDI, appraiser="tono", reviewer="agus", **moved), on=AFTER)
    fields = 'appraisals(employee: "budi") { totalCount edges { node { appraiser } } }'

    seen = {who: desk.agency(fields, at(old), who)["appraisals"] for who in ("budi", "sri", "tono", "agus", "ani")}

    assert {who: one["totalCount"] for who, one in seen.items()} == {
        "budi": 1,
        "sri": 0,
        "tono": 1,
        "agus": 1,
        "ani": 0,
    }
    assert seen["tono"]["edges"] == [{"node": {"appraiser": "sri"}}]
    answer = desk.ask(f'summary(period: "{PERIOD}") {{ people }}', at(old), "tono")
    assert answer["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


def test_the_log_ends_at_the_position(desk: Desk) -> None:
    plan(desk)
    end = desk.head - 3
    fields = "events(first: 100%s) { totalCount edges { cursor node { position type } } pageInfo { hasNextPage } }"

    everything = desk.agency(fields.replace("%s", ""), at(end))["events"]
    drafts = desk.agency(fields.replace("%s", ', types: ["appraisal.plan-drafted"]'), at(end))["events"]

    assert [one["node"]["position"] for one in everything["edges"]] == [str(n) for n in range(1, end + 1)]
    assert (everything["totalCount"], everything["pageInfo"]["hasNextPage"]) == (end, False)
    assert [one["node"]["type"] for one in drafts["edges"]] == ["appraisal.plan-drafted"]
    assert drafts["totalCount"] == 1
    assert desk.agency(fields.replace("%s", ', types: ["appraisal.plan-drafted"]'))["events"]["totalCount"] == 2


def test_pages_of_the_log_stay_put_while_it_grows(desk: Desk) -> None:
    plan(desk)
    fields = "events(first: 7%s) { edges { cursor node { position } } pageInfo { hasNextPage endCursor } }"
    first = desk.agency(fields.replace("%s", ""))["events"]
    cursor = f', after: "{first["pageInfo"]["endCursor"]}"'
    second = desk.agency(fields.replace("%s", cursor))["events"]

    work(desk)

    assert desk.agency(fields.replace("%s", ""))["events"] == first
    assert desk.agency(fields.replace("%s", cursor))["events"] == second
    assert [one["node"]["position"] for one in first["edges"] + second["edges"]] == [str(n) for n in range(1, 15)]


def test_what_is_no_page_of_the_log_is_told(desk: Desk) -> None:
    for arguments, code in (
        ("first: 101", "BAD_PAGE"),
        ("first: 0", "BAD_PAGE"),
        ('after: "WyJ4Il0="', "BAD_PAGE"),
        ('after: "WyI5OTk5OTk5OTk5OTk5OTk5OTk5Il0="', "BAD_PAGE"),
        ('types: ["appraisal.ratted"]', "NO_SUCH_TYPE"),
    ):
        assert desk.refused(f"events({arguments}) {{ totalCount }}", "") == [code]


def test_a_year_leads_to_the_periods_it_came_about_from_now_and_later(desk: Desk, policy: str) -> None:
    annual = policy.replace("period_end}", "period_end, annual: {combine: time_weighted}}")
    desk.fixture_agency.publish(annual, version=2, since=date(2025, 10, 1))
    hired, last = date(2025, 11, 3), date(2025, 12, 31)
    own: Any = {"employee": "fitri", "period": "2025-Q4"}
    register = RegisterEmployee(
        employee="fitri",
        name="Fitri",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis",
        position_class=PositionClass.FUNCTIONAL,
        since=hired,
    )
    desk.tell("hr", register, AssignEmployee(employee="fitri", unit="dinkes", since=hired, supervisor="sri"), on=hired)
    desk.tell("hr", ask.OpenAppraisal(**own), on=last)
    target = Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))
    drafted = ask.DraftPlan(**own, results=[PlannedResult("kerja", "Kerja", [target])])
    desk.tell("fitri", drafted, ask.SubmitPlan(**own), on=last)
    desk.tell("sri", ask.ApprovePlan(**own), on=last)
    report: Any = {"report": "l1", "result": "kerja", "target": "berkas", "actual": Decimal(90), "until": last}
    desk.tell("fitri", ask.ReportProgress(**own, **report, evidence=[Evidence("Rekap", "arsip:rekap")]), on=last)
    desk.tell("sri", ask.AcceptReport(**own, report="l1"), on=last)
    scores = {"layanan": Decimal(90), "disiplin": Decimal(90)}
    desk.tell("sri", ask.Rate(**own, relation=Relation.SUPERVISOR, scores=scores), on=last)
    desk.tell("sri", ask.Finalise(**own), on=last)
    position = desk.tell("sri", ask.JoinParts(employee="fitri", period="2025", parts=["2025-Q4"]), on=last)
    desk.tell("fitri", ask.ReceiveDocument(employee="fitri", period="2025"), on=last)
    fields = """appraisal(employee: "fitri", period: "2025") { status stage score predicate
        history { cause status score } explain { path formula inputs { name value weight note } }
        periods { period status score predicate } }"""

    now = desk.agency(fields)["appraisal"]

    assert now == {
        "status": "FINAL",
        "stage": "FINAL",
        "score": "90.00",
        "predicate": "baik",
        "history": [
            {"cause": "appraisal.opened", "status": "BLOCKED", "score": None},
            {"cause": "appraisal.joined", "status": "FINAL", "score": "90.00"},
        ],
        "explain": [
            {
                "path": "period/annual",
                "formula": "(months x final value, summed) / months",
                "inputs": [{"name": "2025-Q4", "value": "90.00", "weight": "2", "note": "baik by kota-uji@2"}],
            }
        ],
        "periods": [{"period": "2025-Q4", "status": "FINAL", "score": "90.00", "predicate": "baik"}],
    }
    assert desk.agency(fields, at(position))["appraisal"] == now


def test_a_joined_result_leads_to_its_parts_now_and_later(desk: Desk, policy: str) -> None:
    joins = policy.replace("period_end}", "period_end, segments: {combine: time_weighted, unit: month}}")
    desk.fixture_agency.publish(joins, version=2, since=date(2025, 4, 1))
    last = date(2025, 6, 30)
    target = Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))
    report: Any = {"report": "l1", "result": "kerja", "target": "berkas", "actual": Decimal(90)}
    for part, until, value in (("2025-04..05", date(2025, 5, 31), 80), ("2025-06", last, 92)):
        own: Any = {"employee": "budi", "period": part}
        scores = {"layanan": Decimal(value), "disiplin": Decimal(value)}
        desk.tell("hr", ask.OpenAppraisal(**own), on=last)
        drafted = ask.DraftPlan(**own, results=[PlannedResult("kerja", "Kerja", [target])])
        desk.tell("budi", drafted, ask.SubmitPlan(**own), on=last)
        desk.tell("sri", ask.ApprovePlan(**own), on=last)
        evidence = [Evidence("Rekap", "arsip:rekap")]
        desk.tell("budi", ask.ReportProgress(**own, **report, until=until, evidence=evidence), on=last)
        desk.tell("sri", ask.AcceptReport(**own, report="l1"), on=last)
        desk.tell("sri", ask.Rate(**own, relation=Relation.SUPERVISOR, scores=scores), on=last)
        desk.tell("sri", ask.Finalise(**own), on=last)
    parts = ["2025-04..05", "2025-06"]
    position = desk.tell("sri", ask.JoinParts(employee="budi", period="2025-Q2", parts=parts), on=last)
    desk.tell("budi", ask.ReceiveDocument(employee="budi", period="2025-Q2"), on=last)
    fields = """appraisal(employee: "budi", period: "2025-Q2") { status stage score predicate reason
        components { node value } levels { name level } history { cause status score }
        explain { path formula value note inputs { name value weight note events } } }"""

    now = desk.agency(fields)["appraisal"]

    # 90 x 2/3 + 80/3 = 86.67 and 90 x 2/3 + 92/3 = 90.67; (2 x 86.67 + 90.67) / 3 = 88.00
    assert (now["status"], now["stage"], now["score"], now["predicate"]) == ("FINAL", "FINAL", "88.00", "baik")
    assert now["history"][-1] == {"cause": "appraisal.joined", "status": "FINAL", "score": "88.00"}
    (step,) = now["explain"]
    shown = [(one["name"], one["value"], one["weight"], len(one["events"])) for one in step["inputs"]]
    assert shown == [("2025-04..05", "86.67", "2", 1), ("2025-06", "90.67", "1", 1)]
    assert step["note"] == "baik, as kota-uji@2 classifies the joined values"
    assert step["path"] == "period/segments"
    assert desk.agency(fields, at(position))["appraisal"] == now
    other = 'appraisal(employee: "budi", period: "2025-Q2") { evaluate(policy: "kota-uji@1") { score } }'
    assert desk.refused(other, "") == ["JOINED"]
    outdated = 'appraisal(employee: "budi", period: "2025-Q2") { finalResults { outdatedParts } }'
    assert desk.agency(outdated) == {"appraisal": {"finalResults": [{"outdatedParts": []}]}}
    june: Any = {"employee": "budi", "period": "2025-06"}
    desk.tell("budi", ask.ReceiveDocument(**june), ask.FileObjection(**june, grounds="Bukti Juni"), on=last)
    amended = ask.DecideObjection(**june, outcome=ObjectionOutcome.AMENDED, reason="Benar")
    desk.tell("agus", amended, on=last)
    # The whole still says what it was joined from; that a part moved on since is told beside it.
    assert desk.agency(outdated) == {"appraisal": {"finalResults": [{"outdatedParts": ["2025-06"]}]}}
    assert desk.agency(outdated, at(position)) == {"appraisal": {"finalResults": [{"outdatedParts": []}]}}


def test_a_year_that_was_judged_names_the_quarters_that_moved_on_and_what_became_of_a_move(desk: Desk) -> None:
    """Also as of the past; quarters of another year, and the year before its quarter moved, say nothing."""
    agency = desk.fixture_agency
    [published] = agency.service.reader.of_type(agency.id, "policy.published")

    def kept(period: str, **said: Any) -> int:
        of = parse(period)
        opened = Opened(employee="budi", period=period, starts=of.starts, ends=of.ends, unit="dinkes", appraiser="sri")
        final = Finalised(
            on=date(2026, 1, 5),
            predicate="baik",
            policy=published.event.policy,
            position=1,
            facts_digest="dd",
            engine="explain/1",
            score=Decimal(90),
            **said,
        )
        agency.keep("sri", streams.appraisal(agency.id, "budi", period), opened, final, on=date(2026, 1, 5))
        agency.house.follow()
        return agency.house.log.head(agency.id)

    fields = 'appraisal(employee: "budi", period: "2025") { finalResults { moveKept moveReason outdatedParts } }'
    kept("2025-Q1")
    whole = kept("2025", move=MoveReviewed(False, "Kini cukup dari faktanya"))
    before = desk.agency(fields)["appraisal"]["finalResults"]
    kept("2025-Q3")
    kept("2026-Q1")

    told = {"moveKept": False, "moveReason": "Kini cukup dari faktanya"}
    assert before == [{**told, "outdatedParts": []}]
    assert desk.agency(fields)["appraisal"]["finalResults"] == [{**told, "outdatedParts": ["2025-Q3"]}]
    assert desk.agency(fields, at(whole))["appraisal"]["finalResults"] == before


def test_what_left_the_share_of_a_period_is_given_back_when_an_objection_was_upheld(desk: Desk, policy: str) -> None:
    """In its place, with what was reported of it; read again as of each position, replayed and rebuilt."""
    of_year = policy.replace("workflow:\n", "workflow:\n  plan: {of: year}\n")
    desk.fixture_agency.publish(of_year, version=2, since=date(2026, 1, 1))
    year: Any = {"employee": "budi", "period": "2026"}
    q1: Any = {"employee": "budi", "period": "2026-Q1"}
    march, april, may = date(2026, 3, 3), date(2026, 4, 6), date(2026, 5, 4)
    two = [
        YearResult(name, name, [YearTarget("berkas", "Berkas", "berkas", Decimal(400), Decimal(weight))])
        for name, weight in (("arsip", 40), ("layanan", 60))
    ]
    desk.tell("budi", plan_of.DraftWorkPlan(**year, results=two), plan_of.SubmitWorkPlan(**year), on=march)
    desk.tell("sri", plan_of.ApproveWorkPlan(**year), on=march)
    desk.tell("hr", ask.OpenAppraisal(**q1), on=march)
    for result, actual in (("arsip", 90), ("layanan", 30)):
        done = replace(progress(result, actual), **q1, result=result, until=date(2026, 3, 1))
        desk.tell("budi", done, on=march)
        desk.tell("sri", ask.AcceptReport(**q1, report=result), on=march)
    fields = """appraisal(employee: "budi", period: "2026-Q1") { score results { result title }
        targets { plannedResult { result } target value weight actual until revisions { value reason } }
        takenOver { result by note } explain { path value inputs { name note weight events } } }"""
    seen: list[tuple[int, Any]] = []

    def see() -> Any:
        seen.append((desk.head, desk.agency(fields)["appraisal"]))
        return seen[-1][1]

    planned = see()
    over = plan_of.TakeOverPlannedResult(**year, result="arsip", note="Saya tutup")
    desk.tell("sri", over, on=march)
    desk.tell("sri", ask.TakePlan(**q1), on=march)
    assert [one["result"] for one in see()["results"]] == ["layanan"]
    scores = {"layanan": Decimal(90), "disiplin": Decimal(90)}
    desk.tell("sri", ask.Rate(**q1, relation=words.Relation.SUPERVISOR, scores=scores), on=april)
    desk.tell("sri", ask.Finalise(**q1), on=april)
    without, first = see(), desk.fixture_agency.service.documents.draft("uji", "budi", "2026-Q1").document
    desk.tell("budi", ask.FileObjection(**q1, grounds="Arsip tidak ditutup"), on=april)
    desk.tell("agus", ask.DecideObjection(**q1, outcome=ObjectionOutcome.AMENDED, reason="benar"), on=may)
    anew: Any = {**q1, "result": "arsip", "reason": "Arsip tidak pernah ditutup"}
    desk.tell("agus", ask.ReviseTakeOver(**anew, counts={"berkas": Decimal(60)}), on=may)
    counted = see()
    desk.tell("agus", ask.ReviseTakeOver(**anew, give_back=True), on=may)
    back = see()
    desk.tell("agus", ask.Finalise(**q1), on=may)
    final, second = see(), desk.fixture_agency.service.documents.draft("uji", "budi", "2026-Q1").document

    def rows(then: Any) -> list[tuple[Any, ...]]:
        return [(one["plannedResult"]["result"], one["value"], one["weight"], one["actual"]) for one in then["targets"]]

    assert rows(planned) == rows(back) == [("arsip", "100", "40", "90"), ("layanan", "100", "60", "30")]
    assert (rows(counted)[0], counted["results"]) == (("arsip", "60", "40", "90"), planned["results"])
    assert (len(without["takenOver"]), back["takenOver"], back["results"]) == (1, [], planned["results"])
    # Of 30 and 90 by a third, and of 40 % of 90 with 60 % of 30, which are 54, and 90 by a third.
    assert (without["score"], back["score"], final["score"]) == ("50.00", "66.00", "66.00")
    told = [([one.title for one in each.taken_over], [one.title for one in each.results]) for each in (first, second)]
    assert told == [(["arsip"], ["layanan"]), ([], ["arsip", "layanan"])]
    for position, then in seen:
        assert desk.agency(fields, at(position))["appraisal"] == then
    assert [one.differences for one in replay(desk.fixture_agency.service, "uji") if one.differences] == []
    for projection in ALL:
        assert rebuild(desk.fixture_agency.house.url, projection).equal is True


def test_the_plan_of_the_year_is_read_as_it_was_by_those_above_and_by_whose_it_is(desk: Desk, policy: str) -> None:
    of_year = policy.replace("workflow:\n", 'workflow:\n  plan: {of: year, by: "01-31", late: mark}\n')
    desk.fixture_agency.publish(of_year, version=2, since=date(2026, 1, 1))
    year: Any = {"employee": "budi", "period": "2026"}
    q1: Any = {"employee": "budi", "period": "2026-Q1"}
    march = date(2026, 3, 3)

    def results(files: int) -> list[YearResult]:
        target = YearTarget("berkas", "Berkas", "berkas", Decimal(files), Decimal(100))
        return [YearResult("kerja", "Kerja", [target], perspective=words.Perspective.BUDGET)]

    two, one = (PlanTerms(resources=f"{many} petugas", consequences="Pembinaan") for many in ("Dua", "Satu"))
    desk.tell(
        "budi", plan_of.DraftWorkPlan(**year, results=results(400), terms=two), plan_of.SubmitWorkPlan(**year), on=march
    )
    approved = desk.tell("sri", plan_of.ApproveWorkPlan(**year), on=march)
    desk.tell("hr", ask.OpenAppraisal(**q1), on=march)
    taken = desk.head
    revised = plan_of.ReviseWorkPlan(**year, results=results(500), reason="penugasan baru", terms=one)
    desk.tell("sri", revised, ask.TakePlan(**q1), on=date(2026, 3, 10))
    plans = """workPlans(employee: "budi", year: 2026) { period status starts ends due reason version
        terms { resources consequences }
        results { result perspective targets { target value spread amounts { period amount } } } }"""
    share = """appraisal(employee: "budi", period: "2026-Q1") { stage plan { status workPlan workPlanVersion due
        terms { resources } } results { perspective } targets { value revisions { reason value } }
        timeline { type data } }"""

    [now] = desk.agency(plans, who="budi")["workPlans"]
    [then] = desk.agency(plans, at(approved))["workPlans"]
    of_period, before = desk.agency(share)["appraisal"], desk.agency(share, at(taken))["appraisal"]

    target = {"target": "berkas", "spread": "SUM", "amounts": []}
    assert then == {
        "period": "2026",
        "status": "APPROVED",
        "starts": "2026-01-01",
        "ends": "2026-12-31",
        "due": "2026-01-31",
        "reason": None,
        "version": 3,
        "terms": {"resources": "Dua petugas", "consequences": "Pembinaan"},
        "results": [{"result": "kerja", "perspective": "BUDGET", "targets": [target | {"value": "400"}]}],
    }
    changed = {"reason": "penugasan baru", "version": 4, "terms": then["terms"] | {"resources": "Satu petugas"}}
    after = [{"result": "kerja", "perspective": "BUDGET", "targets": [target | {"value": "500"}]}]
    assert now == then | changed | {"results": after}
    assert desk.agency(plans, who="sri")["workPlans"] == [now]
    assert desk.agency(plans, who="tono")["workPlans"] == []
    plan = {
        "status": "APPROVED",
        "workPlan": "2026",
        "workPlanVersion": 3,
        "due": None,
        "terms": {"resources": "Dua petugas"},
    }
    assert (before["stage"], before["plan"]) == ("RUNNING", plan)
    assert before["targets"] == [{"value": "100", "revisions": []}]
    assert of_period["plan"] == plan | {"workPlanVersion": 4, "terms": {"resources": "Satu petugas"}}
    assert of_period["results"] == before["results"] == [{"perspective": "BUDGET"}]
    assert of_period["targets"] == [{"value": "125", "revisions": [{"reason": "penugasan baru", "value": "125"}]}]
    assert of_period["timeline"][-1] == {
        "type": "appraisal.plan-taken",
        "data": {
            "plan": "2026",
            "version": 4,
            "results": [{"id": "kerja", "title": "Kerja"}],
            "terms": {"resources": "Satu petugas", "consequences": "Pembinaan"},
            "reason": "penugasan baru",
        },
    }
    assert desk.agency(share, at(desk.head))["appraisal"] == of_period

    desk.tell("hr", ask.CancelAppraisal(**q1, reason="salah buka"), on=date(2026, 3, 11))
    cancelled = desk.agency(share)["appraisal"]
    nothing = {"status": "NONE", "workPlan": None, "workPlanVersion": None, "due": None, "terms": None}
    assert cancelled["plan"] == desk.agency(share, at(desk.head))["appraisal"]["plan"] == nothing
    desk.tell("hr", plan_of.WithdrawWorkPlan(**year, reason="keliru"), on=date(2026, 3, 12))
    withdrawn = 'workPlans(employee: "budi", year: 2026) { status reason backdatedTo }'
    taken_away = {"status": "WITHDRAWN", "reason": "keliru", "backdatedTo": "2026-01-01"}
    assert desk.agency(withdrawn)["workPlans"] == [taken_away]
    assert desk.agency(withdrawn, at(approved))["workPlans"][0]["backdatedTo"] is None
    assert desk.refused('workPlans(employee: "budi", year: 0) { period }', "") == ["BAD_YEAR"]


def test_what_the_result_was_and_what_it_was_amended_to_are_both_read(desk: Desk) -> None:
    """And a decision after its term says so."""
    plan(desk)
    work(desk)
    live(desk)
    move(desk)
    fix(desk)

    found = desk.agency(f"""appraisal(employee: "budi", period: "{PERIOD}") {{ stage score predicate
        finalResults {{ on score predicate final finality amends }} objections {{ outcome decided due daysLate }} }}""")

    (before, after), late = found["appraisal"]["finalResults"], AFTER + timedelta(days=20)
    assert found["appraisal"]["objections"] == [
        {"outcome": "AMENDED", "decided": late.isoformat(), "due": "2025-04-17", "daysLate": 11}
    ]
    assert (before["final"], before["finality"], before["amends"]) == (False, None, None)
    assert (after["final"], after["finality"], after["amends"]) == (True, "AMENDED", late.isoformat())
    assert after["score"] == found["appraisal"]["score"] != before["score"]


def test_a_result_that_was_taken_over_says_so_now_and_later(desk: Desk) -> None:
    first = date(2025, 3, 31)
    q2: Any = {"employee": "budi", "period": "2025-Q2"}
    moved, later = date(2025, 6, 25), date(2025, 7, 2)
    target = Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))
    evidence = [Evidence("Rekap", "arsip:rekap")]
    report: Any = {"report": "l1", "result": "kerja", "target": "berkas", "actual": Decimal(90), "until": first}
    desk.tell("hr", ask.OpenAppraisal(**BUDI), ask.OpenAppraisal(**q2), on=first)
    drafted = ask.DraftPlan(**BUDI, results=[PlannedResult("kerja", "Kerja", [target])])
    desk.tell("budi", drafted, ask.SubmitPlan(**BUDI), on=first)
    desk.tell("sri", ask.ApprovePlan(**BUDI), on=first)
    desk.tell("budi", ask.ReportProgress(**BUDI, **report, evidence=evidence), on=first)
    desk.tell("sri", ask.AcceptReport(**BUDI, report="l1"), on=first)
    scores = {"layanan": Decimal(90), "disiplin": Decimal(90)}
    desk.tell("sri", ask.Rate(**BUDI, relation=Relation.SUPERVISOR, scores=scores), on=first)
    desk.tell("sri", ask.Finalise(**BUDI), on=first)
    transfer = TransferEmployee(employee="budi", unit="disdik", since=moved, supervisor="tono", reason="mutasi")
    reassign = ask.ReassignAppraisal(**q2, unit="disdik", appraiser="tono", since=moved, reason="mutasi")
    desk.tell("hr", transfer, reassign, on=moved)
    desk.tell("tono", ask.ProposeReuse(**q2, of=PERIOD, reason="baru lima hari"), on=later)
    position = desk.tell("budi", ask.AgreeToReuse(**q2), on=later)
    fields = APPRAISAL.replace("finalResults", "periods { period } documents { number } finalResults")
    asked = f'appraisal(employee: "budi", period: "2025-Q2") {{ {fields} }}'

    now = desk.agency(asked)["appraisal"]

    assert (now["status"], now["explain"][0]["path"]) == ("FINAL", "period")
    assert desk.agency(asked, at(position))["appraisal"] == now
