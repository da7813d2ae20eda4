"""An open whole that is cut into parts through the ledger: what was done stays, and the parts make up the whole."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, PlannedResult, Target
from neraca.domain.errors import Conflict
from neraca.domain.roster import TransferEmployee
from neraca.domain.vocabulary import Relation
from neraca.projecting.rebuild import rebuild
from neraca.service.appraiser_index import AppraiserIndex
from neraca.service.replay import replay
from projections import ALL

RESULTS = [PlannedResult("kerja", "Kerja", [Target("berkas", "Berkas", "berkas", Decimal(90), Decimal(100))])]
RECAP = [Evidence("Rekap", "arsip:rekap")]
Q1: Any = {"employee": "budi", "period": "2026-Q1"}
EARLY: Any = {"employee": "budi", "period": "2026-01..02"}
LATE: Any = {"employee": "budi", "period": "2026-03"}
MARCH, END = date(2026, 3, 2), date(2026, 3, 31)


@pytest.fixture
def parted(fixture_agency: Any, policy: str) -> Any:
    """From 2026 on the policy of the tests joins parts of a quarter."""
    joins = "policy_date: period_end, segments: {combine: time_weighted}}"
    fixture_agency.publish(policy.replace("policy_date: period_end}", joins), version=2, since=date(2026, 1, 1))
    return fixture_agency


def tags(agency: Any, period: str) -> list[str]:
    found = agency.service.reader.stream(agency.id, streams.appraisal(agency.id, "budi", period))
    return [str(past.event.__struct_config__.tag).removeprefix("appraisal.") for past in found]


def progress(which: Any, report: str, until: date, actual: int) -> ask.ReportProgress:
    key: Any = {"result": "kerja", "target": "berkas", "evidence": RECAP}
    return ask.ReportProgress(**which, report=report, until=until, actual=Decimal(actual), **key)


def rate(which: Any, value: int, relation: Relation = Relation.SUPERVISOR) -> ask.Rate:
    scores = {"layanan": Decimal(value), "disiplin": Decimal(value)}
    return ask.Rate(**which, relation=relation, scores=scores)


def test_somebody_moves_in_march_and_the_open_quarter_becomes_two_parts(parted: Any) -> None:
    january, february = date(2026, 1, 5), date(2026, 2, 27)
    parted.tell("hr", ask.OpenAppraisal(**Q1), on=january)
    parted.tell("budi", ask.DraftPlan(**Q1, results=RESULTS), ask.SubmitPlan(**Q1), on=january)
    parted.tell("sri", ask.ApprovePlan(**Q1), on=january)
    parted.tell("budi", progress(Q1, "l1", february, 50), on=february)
    parted.tell("sri", ask.AcceptReport(**Q1, report="l1"), rate(Q1, 90), on=february)
    parted.tell("ani", rate(Q1, 10, Relation.PEER), on=february)
    # Of the 90 of the quarter two months are to bring 60: said while the period runs.
    fewer = ask.ReviseTarget(**Q1, result="kerja", target="berkas", reason="mutasi", value=Decimal(60))
    parted.tell("sri", fewer, on=february)
    moved = TransferEmployee(employee="budi", unit="disdik", since=date(2026, 3, 1), supervisor="tono", reason="mutasi")
    cut = ask.CutAppraisal(**Q1, since=date(2026, 3, 1), reason="mutasi")
    parted.tell("hr", moved, cut, ask.OpenAppraisal(**EARLY), ask.OpenAppraisal(**LATE), on=MARCH)

    # In no cohort of the whole any more: nobody could ever be judged beside an appraisal that is none.
    assert AppraiserIndex(parted.service.reader).of(parted.id, "sri", "2026-Q1") == []
    # What the peer gave is not among them: whoever opens a part would learn that there is one.
    plan = ["plan-drafted", "plan-submitted", "plan-approved"]
    carried = [*plan, "progress-reported", "report-accepted", "rated", "target-revised"]
    assert tags(parted, "2026-Q1")[-1] == "cut"
    assert tags(parted, "2026-01..02") == ["opened", *carried]
    assert tags(parted, "2026-03") == ["opened"]
    with pytest.raises(Conflict, match=r"budi has an appraisal for 2026-01..02, 2026-03, which has days of 2026-Q1"):
        parted.tell("hr", ask.OpenAppraisal(**Q1), on=MARCH)
    parted.tell("sri", ask.Finalise(**EARLY), on=MARCH)
    own = [PlannedResult("kerja", "Kerja", [Target("berkas", "Berkas", "berkas", Decimal(20), Decimal(100))])]
    parted.tell("budi", ask.DraftPlan(**LATE, results=own), ask.SubmitPlan(**LATE), on=MARCH)
    parted.tell("tono", ask.ApprovePlan(**LATE), on=MARCH)
    parted.tell("budi", progress(LATE, "l1", END, 20), on=END)
    parted.tell("tono", ask.AcceptReport(**LATE, report="l1"), rate(LATE, 100), on=END)
    parted.tell("tono", ask.Finalise(**LATE), on=END)
    parted.tell("tono", ask.JoinParts(**Q1, parts=["2026-01..02", "2026-03"]), on=END)

    assert tags(parted, "2026-Q1")[-2:] == ["opened", "joined"]
    assert [one.differences for one in replay(parted.service, parted.id) if one.differences] == []
    parted.house.follow()
    for projection in ALL:
        assert rebuild(parted.house.url, projection).equal is True
