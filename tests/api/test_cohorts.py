"""Who heads an office, and the cohorts of appraisers, read over GraphQL: now, and as of before."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from msgspec.structs import replace

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.commands import Finalise
from neraca.domain.cohort.events import (
    CohortClosed,
    CohortEvent,
    CohortJudged,
    CohortMember,
    CohortOpened,
    CohortReopened,
    Judged,
    Organisation,
    PredicateCalibrated,
)
from neraca.domain.command_rules import PolicyRef
from neraca.domain.envelope import Envelope
from neraca.domain.headship import AppointHead, RelieveHead
from neraca.domain.registry import EVENTS
from neraca.domain.roster import RetireEmployee
from neraca.domain.vocabulary import ObjectionOutcome
from neraca.store.ledger import Append, Ledger
from neraca.store.mapper import EventMapper
from neraca.store.pool import open_pool

PERIOD = "2025-Q1"
NOW = datetime(2025, 4, 2, 2, tzinfo=UTC)
HEAD, BOSS, ANI = "196501011990031001", "197001011995031001", "198501012010011001"
PEERS = ("198601012010011001", "198701012010011001", "198801012010011001", "198901012010011001")
STRANGER = "199001012015011001"
HEADS = '{ agency(id: "surabaya"%s) { heads(on: "%s") { unit employeeNumber acting since decree } } }'


@pytest.fixture(scope="module")
def appointed(world: Any) -> int:
    """The position of the first appointment."""
    since = date(2025, 1, 1)
    told = world.tell("hr", AppointHead(unit="dinkes", employee=HEAD, since=since, decree="SK 821/1/2025"))
    world.tell("hr", RelieveHead(unit="dinkes", on=date(2025, 2, 28), reason="Pindah"))
    world.tell("hr", AppointHead(unit="dinkes", employee=BOSS, since=date(2025, 3, 10), decree="SP 3", acting=True))
    world.follow()
    return told.position


def test_who_heads_an_office_on_a_day(world: Any, appointed: int) -> None:
    def heads(who: str, day: str, as_of: str = "") -> Any:
        return world.data(who, HEADS % (as_of, day))["agency"]["heads"]

    first = {
        "unit": "dinkes",
        "employeeNumber": HEAD,
        "acting": False,
        "since": "2025-01-01",
        "decree": "SK 821/1/2025",
    }
    second = {"unit": "dinkes", "employeeNumber": BOSS, "acting": True, "since": "2025-03-10", "decree": "SP 3"}
    assert heads("hr", "2024-12-31") == []
    assert heads("hr", "2025-02-28") == [first]
    assert heads("hr", "2025-03-01") == []
    assert heads("hr", "2025-03-10") == [second]
    assert heads("boss", "2025-03-10") == [second]
    assert heads("ani", "2025-03-10") == []  # neither Ani nor below Ani
    assert heads("auditor", "2025-03-10", f', asOf: {{ position: "{appointed}" }}') == [first]


OPENED = CohortOpened(
    appraiser=BOSS,
    period=PERIOD,
    unit="disdukcapil",
    members=[CohortMember(nip, 20) for nip in (ANI, *PEERS)],
    policy=PolicyRef("id.jatim.kota-surabaya", 1, "", ""),
    mode="advisory",
    predicates=["sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"],
    on=date(2025, 4, 1),
    organisation=Organisation("disdukcapil", "served", "2024", "baik", 40, last_year=True),
)
JUDGED = CohortJudged(
    outcomes={
        nip: Judged("sangat_baik" if nip == ANI else "baik", 60, Decimal(number))
        for number, nip in enumerate((ANI, *PEERS), 90)
    }
)
MOVED = PredicateCalibrated(
    employee=PEERS[0], before="baik", after="butuh_perbaikan", by=BOSS, reason="Pengaduan Februari"
)
CLOSED = CohortClosed(
    on=date(2025, 4, 2),
    counts={"sangat_baik": 1, "baik": 3, "butuh_perbaikan": 1},
    unchecked="fewer than 10 people: the rule does not bind so small a cohort",
)
COHORTS = """{ agency(id: "surabaya"%s) { cohorts(period: "2025-Q1") { totalCount edges { node {
    appraiser period stage mode unit policy version unchecked closedOn
    organisation { unit leading period predicate lastYear position }
    members { employeeNumber computed score predicate final allowed calibration { before after by reason } }
    counts { predicate people } curve { kind predicates limit found kept }
    repair { moves { employeeNumber before after } contradiction { kind } } recordedBreaches { kind }
    } } } } }"""


@pytest.fixture(scope="module")
def judged(world: Any, appointed: int) -> tuple[int, int]:
    """A cohort of five that was opened, judged, calibrated once and closed; the positions of the first and last."""
    text = world.data("hr", '{ agency(id: "surabaya") { policy(ref: "id.jatim.kota-surabaya@1") { hash } } }')
    policy = PolicyRef("id.jatim.kota-surabaya", 1, text["agency"]["policy"]["hash"], "cc" * 32)
    return happens(world, 1, replace(OPENED, policy=policy), JUDGED, MOVED, CLOSED)


def happens(world: Any, version: int, *events: CohortEvent) -> tuple[int, int]:
    """The events in the cohort of the boss from a version on; the positions of the first and last."""
    mapper, stream = EventMapper(EVENTS), streams.cohort("surabaya", BOSS, PERIOD)
    stored: list[StoredEvent] = []
    for number, event in enumerate(events, version):
        tag, data = mapper.encode(Envelope(at=NOW, by=BOSS, correlation="k", body=event))
        stored.append(StoredEvent(stream, number, tag, data))
    with open_pool(world.url) as pool:
        receipt = Ledger(pool).append("surabaya", Append(stored))
    world.follow()
    return receipt.first, receipt.last


def cohorts(world: Any, who: str, as_of: str = "") -> Any:
    return [edge["node"] for edge in world.data(who, COHORTS % as_of)["agency"]["cohorts"]["edges"]]


def test_a_cohort_is_read_whole_by_who_may_judge_it(world: Any, judged: tuple[int, int]) -> None:
    (found,) = cohorts(world, "hr")

    assert {name: found[name] for name in ("appraiser", "period", "stage", "mode", "unit", "policy", "version")} == {
        "appraiser": BOSS,
        "period": "2025-Q1",
        "stage": "CLOSED",
        "mode": "ADVISORY",
        "unit": "disdukcapil",
        "policy": "id.jatim.kota-surabaya@1",
        "version": 4,
    }
    assert found["organisation"] == {
        "unit": "disdukcapil",
        "leading": "SERVED",
        "period": "2024",
        "predicate": "GOOD",
        "lastYear": True,
        "position": "40",
    }
    assert found["members"][0] == {
        "employeeNumber": ANI,
        "computed": "sangat_baik",
        "score": "90",
        "predicate": "sangat_baik",
        "final": False,
        "allowed": [],
        "calibration": None,
    }
    assert found["members"][1]["predicate"] == "butuh_perbaikan"
    assert found["members"][1]["computed"] == "baik"
    assert found["members"][1]["calibration"] == {
        "before": "baik",
        "after": "butuh_perbaikan",
        "by": BOSS,
        "reason": "Pengaduan Februari",
    }
    assert found["counts"] == [
        {"predicate": "sangat_baik", "people": 1},
        {"predicate": "baik", "people": 3},
        {"predicate": "butuh_perbaikan", "people": 1},
    ]
    assert found["unchecked"] == "fewer than 10 people: the rule does not bind so small a cohort"
    assert (found["curve"], found["repair"], found["recordedBreaches"], found["closedOn"]) == (
        [],
        None,
        [],
        "2025-04-02",
    )


def test_a_cohort_as_of_before(world: Any, judged: tuple[int, int]) -> None:
    (found,) = cohorts(world, "auditor", f', asOf: {{ position: "{judged[0] + 1}" }}')

    assert (found["stage"], found["version"], found["closedOn"]) == ("JUDGED", 2, None)
    assert [one["calibration"] for one in found["members"]] == [None] * 5
    assert cohorts(world, "auditor", f', asOf: {{ position: "{judged[0] - 1}" }}') == []


SEE_ALL = {"hr", "official", "auditor", "operator", "pay-system"}
SEE_NONE = {"ani", "peer0", "stranger", "surveyor", "policy", "approver", "national"}
SEE_NONE |= {"integrator", "counter", "archive", "nothing"}


@pytest.mark.parametrize("who", sorted(SEE_ALL | SEE_NONE | {"boss", "head", "hr-system"}))
def test_the_appraiser_the_superior_and_offices_see_a_cohort_and_its_members_do_not(
    world: Any, judged: tuple[int, int], who: str
) -> None:
    assert bool(cohorts(world, who)) is (who in SEE_ALL | {"boss", "head"})


@pytest.mark.parametrize("who", sorted(SEE_ALL | SEE_NONE | {"boss", "head", "hr-system"}))
def test_who_heads_an_office_is_seen_by_who_sees_that_person(world: Any, appointed: int, who: str) -> None:
    found = world.data(who, HEADS % ("", "2025-03-10"))["agency"]["heads"]

    assert bool(found) is (who in SEE_ALL | {"boss", "head", "hr-system"})


def test_a_large_cohort_is_read_in_parts(world: Any, judged: tuple[int, int]) -> None:
    query = """{ agency(id: "surabaya") { cohorts { edges { node { people
        a: members(first: 2) { employeeNumber } b: members(first: 50, after: 2) { employeeNumber } } } } } }"""
    (found,) = world.data("hr", query)["agency"]["cohorts"]["edges"]

    numbers = [[one["employeeNumber"] for one in found["node"][name]] for name in "ab"]
    assert (found["node"]["people"], numbers) == (5, [[ANI, PEERS[0]], [*PEERS[1:]]])


def test_an_appraisal_tells_what_the_cohort_means_for_it_and_nothing_of_the_others(
    world: Any, judged: tuple[int, int]
) -> None:
    query = """{ agency(id: "surabaya"%s) { appraisal(employee: "%s", period: "2025-Q1") { cohort {
        stage mode kept unchecked organisation { predicate lastYear } calibration { before after by reason } } } } }"""

    def read(who: str, employee: str, as_of: str = "") -> Any:
        return world.data(who, query % (as_of, employee))["agency"]["appraisal"]["cohort"]

    own = {
        "stage": "CLOSED",
        "mode": "ADVISORY",
        "kept": None,
        "unchecked": "fewer than 10 people: the rule does not bind so small a cohort",
        "organisation": {"predicate": "GOOD", "lastYear": True},
    }
    moved = {"before": "baik", "after": "butuh_perbaikan", "by": BOSS, "reason": "Pengaduan Februari"}
    assert read("ani", ANI) == own | {"calibration": None}
    assert read("peer0", PEERS[0]) == own | {"calibration": moved}
    # What is preliminary is not told to whom it is about.
    before = read("peer0", PEERS[0], f', asOf: {{ position: "{judged[1] - 1}" }}')
    assert (before["stage"], before["calibration"]) == ("JUDGED", None)
    assert read("hr", STRANGER) is None


def test_the_explanation_of_a_moved_predicate_ends_with_who_moved_it_and_why(
    world: Any, judged: tuple[int, int]
) -> None:
    """The last one: it fixes a result."""
    query = """{ agency(id: "surabaya"%s) { appraisal(employee: "%s", period: "2025-Q1") { status predicate score
        explain { kind path value before note inputs { name value note events } } } } }"""

    def read(as_of: str = "") -> Any:
        return world.data("ani", query % (as_of, ANI))["agency"]["appraisal"]

    before = read()
    computed = before["predicate"]
    first, last = happens(
        world,
        5,
        CohortReopened(reason="Ani dinilai ulang"),
        CohortJudged(outcomes=JUDGED.outcomes | {ANI: Judged(computed, judged[1])}),
        PredicateCalibrated(employee=ANI, before=computed, after="kurang", by=BOSS, reason="Pengaduan Maret"),
        CLOSED,
    )
    world.tell("official", Finalise(employee=ANI, period=PERIOD), now=NOW)
    world.follow()
    after = read()

    assert (after["status"], after["predicate"], after["score"]) == ("FINAL", "kurang", before["score"])
    assert after["explain"][:-1] == before["explain"]
    assert after["explain"][-1] == {
        "kind": "CALIBRATION",
        "path": "distribution",
        "value": "kurang",
        "before": computed,
        "note": "Pengaduan Maret",
        "inputs": [{"name": "computed", "value": computed, "note": f"by {BOSS}", "events": [f"surabaya:{first + 2}"]}],
    }
    assert read(f', asOf: {{ position: "{last + 1}" }}')["explain"] == after["explain"]


def test_a_result_that_was_amended_since_is_not_told_as_moved_by_the_appraiser(
    world: Any, judged: tuple[int, int]
) -> None:
    """After the last one, whose result it is."""
    query = """{ agency(id: "surabaya") { appraisal(employee: "%s", period: "2025-Q1") {
        status predicate cohort { stage calibration { after } } } } }"""
    which: Any = {"employee": ANI, "period": PERIOD}

    def read() -> Any:
        world.follow()
        return world.data("ani", query % ANI)["agency"]["appraisal"]

    moved = read()
    assert (moved["predicate"], moved["cohort"]["calibration"]) == ("kurang", {"after": "kurang"})
    world.tell("ani", ask.ReceiveDocument(**which), ask.FileObjection(**which, grounds="Tidak ada pengaduan"), now=NOW)
    world.tell("boss", ask.ExplainObjection(**which, explanation="Ada"), now=NOW)
    decided = ask.DecideObjection(**which, outcome=ObjectionOutcome.AMENDED, reason="Pengaduan tidak terbukti")
    world.tell("head", decided, now=NOW)
    withdrawn = Finalise(**which, move="withdrawn", reason="Pengaduan tidak terbukti")
    world.tell("head", withdrawn, now=NOW)

    amended = read()
    assert amended["predicate"] != "kurang"
    assert (amended["status"], amended["cohort"]) == ("FINAL", {"stage": "CLOSED", "calibration": None})


def test_who_stands_in_for_an_appraiser_who_left_sees_whom_they_may_judge(world: Any, judged: tuple[int, int]) -> None:
    world.tell("hr", RetireEmployee(employee=BOSS, on=date(2025, 3, 2)))
    world.follow()

    assert [found["appraiser"] for found in cohorts(world, "head")] == [BOSS]
    assert cohorts(world, "boss") == []
    assert cohorts(world, "stranger") == []
