"""Programmes over GraphQL: everybody reads what they came to, and who is in them only who may."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Feeds
from neraca.domain.programme.commands import (
    AcceptProgrammeReport,
    ConcludePeriod,
    CorrectPeriod,
    DefineIndicator,
    JoinProgramme,
    LeaveProgramme,
    NamedBaseline,
    ReportProgrammeProgress,
    ReviseProgrammeBaseline,
    StartProgramme,
)
from neraca.domain.programme.events import Counting, ProgrammeKind
from neraca.domain.roster import RetireEmployee

HEAD, BOSS, ANI = "196501011990031001", "197001011995031001", "198501012010011001"
PEER, STRANGER = "198601012010011001", "199001012015011001"
PERIOD = "2025-Q1"
BEGINS, LAST = date(2025, 1, 6), date(2025, 3, 31)
LATER = datetime(2025, 4, 2, 2, tzinfo=UTC)
WHICH: Any = {"programme": "layanan-terpadu"}
HEADER = """{ agency(id: "surabaya"%s) { programme(name: "layanan-terpadu") {
    programme kind title aim description units begins ends ended completed endReason lead owner version } } }"""
WHOLE = """{ agency(id: "surabaya"%s) { programme(name: "layanan-terpadu") { lead owner
    members { employeeNumber role since until reason retired shares { since share } }
    indicators { indicator title measure polarity counting actualFact targetFact before { value on source reason event }
        targets { period target } }
    reports { report indicator until actual status by note evidence { title } answeredBy feedback position }
    periods { period corrected reason by position outdated
        indicators { indicator actual target until counting events
            members { employeeNumber actual target stretches { since until share } } } }
    outcomes { indicator title measure period before { value on source reason event } after target until change
        better people units least middle most position events } } } }"""
LISTED = """{ agency(id: "surabaya") { programmes(first: 1) {
    edges { node { programme } } pageInfo { hasNextPage } } } }"""
EXPLAINED = """{ agency(id: "surabaya") { appraisal(employee: "198501012010011001", period: "2025-Q1") {
    explain { inputs { source value events } } } } }"""
MINE = """{ agency(id: "surabaya") { employees { edges { node {
    employeeNumber programmes { programme title } } } } } }"""
EVENT = '{ node(id: "%s") { ... on Event { position type } } }'


def report(name: str, actual: int) -> ReportProgrammeProgress:
    return ReportProgrammeProgress(
        **WHICH,
        report=name,
        indicator="daring",
        until=LAST,
        actual=Decimal(actual),
        evidence=[Evidence("Rekap", "arsip:rekap")],
        note="Semua loket",
    )


@pytest.fixture(scope="module")
def told(world: Any) -> tuple[int, int]:
    """The positions of the first report and of the conclusion, which was corrected since."""
    start = StartProgramme(
        **WHICH,
        kind=ProgrammeKind.PROGRAMME,
        title="Layanan terpadu",
        purpose="Satu loket",
        units=["disdukcapil", "dinkes"],
        lead=BOSS,
        begins=BEGINS,
        ends=date(2025, 12, 31),
        description="Dua dinas di satu gedung",
    )
    members = [
        JoinProgramme(**WHICH, employee=nip, since=BEGINS, share=Decimal(share), role="Loket")
        for nip, share in ((ANI, "0.75"), (STRANGER, "0.25"))
    ]
    define = DefineIndicator(
        **WHICH,
        indicator="daring",
        title="Layanan daring",
        measure="berkas",
        counting=Counting.SHARED,
        targets={PERIOD: Decimal(200)},
        baseline=NamedBaseline(Decimal(120), date(2024, 12, 31), "LKjIP 2024"),
        feeds=Feeds("layanan_daring", "target_layanan_daring"),
    )
    world.tell("official", start, *members, define)
    first = world.tell("ani", report("l1", 160), now=LATER).position
    world.tell("boss", AcceptProgrammeReport(**WHICH, report="l1", feedback="sesuai"), now=LATER)
    concluded = world.tell("official", ConcludePeriod(**WHICH, period=PERIOD), now=LATER).position
    world.tell("ani", report("l2", 180), now=LATER)
    world.tell("boss", AcceptProgrammeReport(**WHICH, report="l2"), now=LATER)
    world.tell("official", CorrectPeriod(**WHICH, period=PERIOD, reason="Loket Maret terlewat"), now=LATER)
    leave = LeaveProgramme(**WHICH, employee=STRANGER, on=date(2025, 4, 1), reason="Kembali ke dinas")
    world.tell("boss", leave, now=LATER)
    world.follow()
    return first, concluded


def whole(world: Any, who: str, as_of: str = "") -> Any:
    return world.data(who, WHOLE % as_of)["agency"]["programme"]


def test_what_it_is_for_is_for_everybody_and_who_leads_it_for_those_who_have_a_part(world: Any, told: Any) -> None:
    everybodys = {
        "programme": "layanan-terpadu",
        "kind": "PROGRAMME",
        "title": "Layanan terpadu",
        "aim": "Satu loket",
        "description": "Dua dinas di satu gedung",
        "units": ["disdukcapil", "dinkes"],
        "begins": "2025-01-06",
        "ends": "2025-12-31",
        "ended": None,
        "completed": None,
        "endReason": None,
    }
    people = {"lead": BOSS, "owner": "official-1", "version": 11}
    nobody = dict.fromkeys(people)

    for who in ("hr", "official", "auditor", "ani", "boss", "head", "stranger"):
        assert world.data(who, HEADER % "")["agency"]["programme"] == everybodys | people, who
    for who in ("peer0", "counter"):
        assert world.data(who, HEADER % "")["agency"]["programme"] == everybodys | nobody, who


def test_a_member_reads_members_indicators_reports_and_what_each_had(world: Any, told: tuple[int, int]) -> None:
    first, concluded = told
    found = whole(world, "ani")

    assert found["members"] == [
        {
            "employeeNumber": ANI,
            "role": "Loket",
            "since": "2025-01-06",
            "until": None,
            "reason": None,
            "retired": None,
            "shares": [{"since": "2025-01-06", "share": "0.75"}],
        },
        {
            "employeeNumber": STRANGER,
            "role": "Loket",
            "since": "2025-01-06",
            "until": "2025-04-01",
            "reason": "Kembali ke dinas",
            "retired": None,
            "shares": [{"since": "2025-01-06", "share": "0.25"}],
        },
    ]
    before = {
        "value": "120",
        "on": "2024-12-31",
        "source": "LKjIP 2024",
        "reason": None,
        "event": str(first - 1),
    }
    assert found["indicators"] == [
        {
            "indicator": "daring",
            "title": "Layanan daring",
            "measure": "berkas",
            "polarity": "MAX",
            "counting": "SHARED",
            "actualFact": "layanan_daring",
            "targetFact": "target_layanan_daring",
            "before": before,
            "targets": [{"period": PERIOD, "target": "200"}],
        }
    ]
    newest, oldest = found["reports"]
    assert (newest["report"], newest["status"], newest["feedback"]) == ("l2", "ACCEPTED", None)
    assert oldest == {
        "report": "l1",
        "indicator": "daring",
        "until": "2025-03-31",
        "actual": "160",
        "status": "ACCEPTED",
        "by": ANI,
        "note": "Semua loket",
        "evidence": [{"title": "Rekap"}],
        "answeredBy": BOSS,
        "feedback": "sesuai",
        "position": str(first),
    }
    (period,) = found["periods"]
    assert period == {
        "period": PERIOD,
        "corrected": True,
        "reason": "Loket Maret terlewat",
        "by": "official-1",
        "position": str(concluded + 3),
        "outdated": [],
        "indicators": [
            {
                "indicator": "daring",
                "actual": "180",
                "target": "200",
                "until": "2025-03-31",
                "counting": "SHARED",
                "events": [str(concluded + 1), str(concluded + 2)],
                "members": [
                    {
                        "employeeNumber": nip,
                        "actual": actual,
                        "target": target,
                        "stretches": [{"since": "2025-01-06", "until": "2025-03-31", "share": share}],
                    }
                    for nip, actual, target, share in (
                        (ANI, "135", "150", "0.75"),
                        (STRANGER, "45", "50", "0.25"),
                    )
                ],
            }
        ],
    }
    assert found["outcomes"] == [
        {
            "indicator": "daring",
            "title": "Layanan daring",
            "measure": "berkas",
            "period": PERIOD,
            "before": before,
            "after": "180",
            "target": "200",
            "until": "2025-03-31",
            "change": "60",
            "better": True,
            "people": 2,
            "units": ["disdukcapil", "dinkes"],
            "least": "45",
            "middle": "45",
            "most": "135",
            "position": str(concluded + 3),
            "events": [str(concluded + 1), str(concluded + 2)],
        }
    ]


@pytest.mark.parametrize("who", ["peer0", "counter"])
def test_others_read_what_it_came_to_and_nobody_in_it(world: Any, told: tuple[int, int], who: str) -> None:
    found = whole(world, who)

    assert (found["lead"], found["owner"], found["members"], found["reports"]) == (None, None, None, None)
    (period,) = found["periods"]
    assert (period["outdated"], period["indicators"][0]["members"]) == (None, None)
    (outcome,) = found["outcomes"]
    # Of fewer than five not even how many they are.
    assert (outcome["after"], outcome["change"], outcome["people"]) == ("180", "60", None)
    assert (outcome["least"], outcome["middle"], outcome["most"]) == (None, None, None)


def test_another_agency_has_none_of_it(world: Any, told: tuple[int, int]) -> None:
    assert world.data("bandung", '{ agency(id: "bandung") { programme(name: "layanan-terpadu") { title } } }') == {
        "agency": {"programme": None}
    }


def test_as_of_before_it_was_as_it_was_known(world: Any, told: tuple[int, int]) -> None:
    _, concluded = told
    found = whole(world, "hr", f', asOf: {{ position: "{concluded}" }}')

    (period,) = found["periods"]
    assert (period["corrected"], period["position"], period["outdated"]) == (False, str(concluded), [])
    assert found["outcomes"][0]["after"] == "160"
    assert [one["until"] for one in found["members"]] == [None, None]
    assert whole(world, "hr", f', asOf: {{ position: "{concluded - 7}" }}') is None


def test_each_finds_the_programmes_of_whom_they_may_see(world: Any, told: tuple[int, int]) -> None:
    mine = [{"programme": "layanan-terpadu", "title": "Layanan terpadu"}]

    def programmes(who: str) -> dict[str, Any]:
        people = world.data(who, MINE)["agency"]["employees"]["edges"]
        return {one["node"]["employeeNumber"]: one["node"]["programmes"] for one in people}

    assert programmes("ani") == {ANI: mine}
    assert programmes("peer0") == {PEER: []}
    of_all = programmes("hr")
    assert {nip for nip, found in of_all.items() if found} == {ANI, STRANGER}
    # A system that reads the roster is told of nobody's.
    assert [found for found in programmes("hr-system").values() if found] == []
    assert world.data("peer0", LISTED)["agency"]["programmes"] == {
        "edges": [{"node": {"programme": "layanan-terpadu"}}],
        "pageInfo": {"hasNextPage": False},
    }


def test_what_it_tells_of_a_member_is_an_input_of_their_score_that_leads_back_to_it(
    world: Any, told: tuple[int, int]
) -> None:
    _, concluded = told
    inputs = {
        one["source"]: (one["value"], one["events"])
        for step in world.data("ani", EXPLAINED)["agency"]["appraisal"]["explain"]
        for one in step["inputs"]
    }

    value, ids = inputs["facts/layanan_daring"]
    assert value == "135"
    events = [world.data("auditor", EVENT % id_)["node"] for id_ in ids]
    assert [(one["position"], one["type"]) for one in events] == [
        (str(concluded + 1), "programme.progress-reported"),
        (str(concluded + 2), "programme.report-accepted"),
        (str(concluded + 3), "programme.period-corrected"),
    ]


def test_no_official_types_what_it_tells(world: Any, told: tuple[int, int]) -> None:
    typed = ask.EstablishFact(employee=ANI, period=PERIOD, fact="layanan_daring", basis="SK", number=Decimal(7))
    with pytest.raises(Exception, match="programme 'layanan-terpadu' tells 'layanan_daring' of its members"):
        world.tell("official", typed, now=LATER)


def test_whose_final_result_rests_on_what_was_corrected_since_is_told(world: Any, told: tuple[int, int]) -> None:
    fixed = world.tell("boss", ask.Finalise(employee=ANI, period=PERIOD), now=LATER).position
    world.tell("ani", report("l3", 190), now=LATER)
    world.tell("boss", AcceptProgrammeReport(**WHICH, report="l3"), now=LATER)
    corrected = CorrectPeriod(**WHICH, period=PERIOD, reason="Rekap akhir")
    at = world.tell("official", corrected, now=LATER).position
    world.follow()

    def outdated(who: str, as_of: str = "") -> Any:
        return whole(world, who, as_of)["periods"][0]["outdated"]

    assert outdated("ani") == [ANI]
    assert outdated("peer0") is None
    assert outdated("hr", f', asOf: {{ position: "{fixed}" }}') == []
    assert outdated("hr", f', asOf: {{ position: "{at}" }}') == [ANI]


def test_whose_service_ended_is_told_beside_their_membership(world: Any, told: tuple[int, int]) -> None:
    before = world.tell("hr", RetireEmployee(employee=STRANGER, on=date(2025, 5, 31)), now=LATER).position - 1
    world.follow()

    def retired(as_of: str = "") -> Any:
        return {one["employeeNumber"]: one["retired"] for one in whole(world, "boss", as_of)["members"]}

    assert retired() == {ANI: None, STRANGER: "2025-05-31"}
    assert retired(f', asOf: {{ position: "{before}" }}') == {ANI: None, STRANGER: None}


def test_what_it_stood_at_before_is_revised_with_a_reason_and_the_old_is_read_as_of_then(
    world: Any, told: tuple[int, int]
) -> None:
    first, _ = told
    audited = NamedBaseline(Decimal(150), date(2024, 12, 31), "LKjIP 2024, diaudit")
    revise = ReviseProgrammeBaseline(**WHICH, indicator="daring", baseline=audited, reason="Audit BPK")
    at = world.tell("official", revise, now=LATER).position
    world.follow()

    now, then = whole(world, "hr"), whole(world, "hr", f', asOf: {{ position: "{at - 1}" }}')
    told_now = {"value": "150", "on": "2024-12-31", "source": "LKjIP 2024, diaudit", "reason": "Audit BPK"}
    assert now["indicators"][0]["before"] == now["outcomes"][0]["before"] == told_now | {"event": str(at)}
    assert now["outcomes"][0]["change"] == str(int(now["outcomes"][0]["after"]) - 150)
    (before,) = then["outcomes"]
    assert (before["before"]["value"], before["before"]["event"]) == ("120", str(first - 1))
    assert before["change"] == str(int(before["after"]) - 120)
    assert before["before"] == then["indicators"][0]["before"]
