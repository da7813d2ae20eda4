"""PP 30/2019 with 360 degrees from the shipped files: staff are weighed 60/40, leaders 60/20/20, by their class."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Finalised, PlannedResult, Target
from neraca.domain.errors import NotAllowed
from neraca.domain.vocabulary import Relation
from neraca.service.replay import replay

PERIOD = "2021-S2"
LAST = date(2021, 12, 31)
ASPECTS = ("orientasi_pelayanan", "komitmen", "inisiatif_kerja", "kerja_sama")
RESULTS = [PlannedResult("kerja", "Kerja", [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))])]


def appraise(agency: Any, employee: str, boss: str, ratings: dict[str, tuple[Relation, int]]) -> Finalised:
    which: Any = {"employee": employee, "period": PERIOD}
    report = ask.ReportProgress(
        **which,
        report="l1",
        result="kerja",
        target="berkas",
        until=LAST,
        actual=Decimal(95),
        evidence=[Evidence("Rekap", "arsip:rekap")],
    )
    agency.tell("hr", ask.OpenAppraisal(**which), on=LAST)
    agency.tell(employee, ask.DraftPlan(**which, results=RESULTS), ask.SubmitPlan(**which), on=LAST)
    agency.tell(boss, ask.ApprovePlan(**which), on=LAST)
    agency.tell(employee, report, on=LAST)
    agency.tell(boss, ask.AcceptReport(**which, report="l1"), on=LAST)
    for rater, (relation, score) in ratings.items():
        scores = {name: Decimal(score) for name in ASPECTS}
        agency.tell(rater, ask.Rate(**which, relation=relation, scores=scores), on=LAST)
    agency.tell("official", ask.Finalise(**which), on=LAST)
    stream = streams.appraisal(agency.id, employee, PERIOD)
    return agency.service.reader.stream(agency.id, stream)[-1].event


def test_leaders_are_weighed_60_20_20_and_staff_60_40(by_class: Any) -> None:
    peer, subordinate, boss = Relation.PEER, Relation.SUBORDINATE, Relation.SUPERVISOR
    peers = {"ani": (peer, 85), "cici": (peer, 85), "dedi": (peer, 85)}
    staff = {"eko": (subordinate, 80), "fitri": (subordinate, 80), "gita": (subordinate, 80)}

    leader = appraise(by_class, "budi", "sri", {"sri": (boss, 100), **peers, **staff})
    beside = {"fitri": (peer, 85), "gita": (peer, 85), "hadi": (peer, 85)}
    clerk = appraise(by_class, "eko", "budi", {"budi": (boss, 100), **beside})

    # leader: (60 x 100 + 20 x 85 + 20 x 80) / 100 = 93; 0.6 x 95 + 0.4 x 93 = 94.20
    assert (leader.policy.id, leader.nodes["perilaku"], leader.score) == (
        "id.nasional.pp-30-2019-360",
        Decimal("93.00"),
        Decimal("94.20"),
    )
    # staff: (60 x 100 + 40 x 85) / 100 = 94; 0.6 x 95 + 0.4 x 94 = 94.60
    assert (clerk.policy.id, clerk.nodes["perilaku"], clerk.score) == (
        "id.nasional.pp-30-2019-360.staf",
        Decimal("94.00"),
        Decimal("94.60"),
    )
    assert [one.differences for one in replay(by_class.service, by_class.id)] == [(), ()]


def test_a_subordinate_has_no_say_under_the_rule_for_staff(by_class: Any) -> None:
    which: Any = {"employee": "eko", "period": PERIOD}
    by_class.tell("hr", ask.OpenAppraisal(**which), on=LAST)
    scores = {name: Decimal(80) for name in ASPECTS}

    with pytest.raises(NotAllowed):
        by_class.tell("ani", ask.Rate(**which, relation=Relation.SUBORDINATE, scores=scores), on=LAST)
