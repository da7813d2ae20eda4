"""The law's own year from the shipped files: one plan, evaluated by the quarter, and the year judged anew beside."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Finalised, PlanTaken
from neraca.domain.period import parse
from neraca.domain.policy_register import PublishPolicy, SchedulePolicy
from neraca.domain.vocabulary import Relation
from neraca.domain.workplan import commands as plan
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.service.replay import replay

POLICIES = Path(__file__).parents[2] / "policies"
BASE = ("", "-pedoman")
VALUES = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")
YEAR: Any = {"employee": "budi", "period": "2026"}
RESULTS = [
    YearResult(name, name, [YearTarget("berkas", "Berkas", "berkas", Decimal(400))]) for name in ("loket", "arsip")
]


@pytest.fixture(
    params=[
        pytest.param(((*BASE, "-triwulan"), "triwulan"), id="reported as the agency says"),
        pytest.param(((*BASE, "-harian", "-harian-triwulan"), "harian.triwulan"), id="reported by the day"),
    ]
)
def by_law(request: pytest.FixtureRequest, fixture_agency: Any) -> Any:
    forms, name = request.param
    files = [f"nasional/permenpanrb-6-2022{form}.yaml" for form in forms]
    texts = {file: (POLICIES / file).read_text() for file in files}
    fixture_agency.tell(
        "policy",
        PublishPolicy(file=files[-1], texts=texts, reason="uji"),
        SchedulePolicy(id=f"id.nasional.permenpanrb-6-2022.{name}", version=1, since=date(2026, 1, 1)),
    )
    return fixture_agency


def evaluated(agency: Any, label: str, level: str, value: int) -> tuple[PlanTaken, Finalised]:
    which: Any = {"employee": "budi", "period": label}
    period = parse(label)
    agency.tell("hr", ask.OpenAppraisal(**which), on=max(period.starts, date(2026, 2, 2)))
    for result in RESULTS:
        agency.tell("sri", ask.JudgeLevel(**which, result=result.id, level=level), on=period.ends)
    scores = {name: Decimal(value) for name in VALUES}
    agency.tell("sri", ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores), on=period.ends)
    agency.tell("official", ask.Finalise(**which), on=period.ends)
    found = agency.service.reader.stream(agency.id, streams.appraisal(agency.id, "budi", label))
    return next(past.event for past in found if isinstance(past.event, PlanTaken)), found[-1].event


def test_a_year_is_planned_once_evaluated_by_the_quarter_and_judged_anew(by_law: Any) -> None:
    drafted = plan.DraftWorkPlan(**YEAR, results=RESULTS)
    by_law.tell("budi", drafted, plan.SubmitWorkPlan(**YEAR), on=date(2026, 1, 20))
    by_law.tell("sri", plan.ApproveWorkPlan(**YEAR), on=date(2026, 1, 31))

    quarters = [evaluated(by_law, f"2026-Q{n}", "sesuai", 2) for n in (1, 2, 3, 4)]
    taken, final = evaluated(by_law, "2026", "di_atas", 3)

    assert [share.results[0].targets[0].target for share, _ in quarters] == [Decimal(100)] * 4
    assert [result.predicate for _, result in quarters] == ["baik"] * 4
    assert (taken.plan, taken.results[0].targets[0].target) == ("2026", Decimal(400))
    # Nothing of the quarters is in it: above in results and behaviour.
    assert (final.predicate, final.score) == ("sangat_baik", Decimal("3.00"))
    assert [one.differences for one in replay(by_law.service, by_law.id) if one.differences] == []
