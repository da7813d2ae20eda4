"""Daily progress since 1 January 2026, from the shipped files: 2025 is reported as it was, 2026 by the day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import ActivityReported, Finalised, PlannedResult, Target
from neraca.domain.errors import Invalid
from neraca.domain.vocabulary import Priority, Relation
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import replay
from projections import ALL

VALUES = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif")
RESULTS = [
    PlannedResult("loket", "Loket", [Target("berkas", "Berkas", "berkas", Decimal(100))]),
    PlannedResult("arsip", "Arsip", [Target("berkas", "Berkas", "berkas", Decimal(100))], Priority.ADDITIONAL),
]


@pytest.fixture
def city(history: Any) -> Any:
    for year in (2025, 2026):
        which: Any = {"employee": "budi", "period": str(year)}
        first = date(year, 1, 5)
        history.tell("hr", ask.OpenAppraisal(**which), on=first)
        history.tell("budi", ask.DraftPlan(**which, results=RESULTS), ask.SubmitPlan(**which), on=first)
        history.tell("sri", ask.ApprovePlan(**which), on=first)
    return history


def entry(year: int, **told: Any) -> ask.ReportActivity:
    return ask.ReportActivity(
        employee="budi", period=str(year), report="h1", day=date(year, 2, 3), activity="Loket", **told
    )


def final(city: Any, year: int) -> Finalised:
    which: Any = {"employee": "budi", "period": str(year)}
    last = date(year, 12, 31)
    for result, level in (("loket", "di_atas"), ("arsip", "di_bawah")):
        city.tell("sri", ask.JudgeLevel(**which, result=result, level=level), on=last)
    scores = {value: Decimal(3) for value in VALUES}
    city.tell("sri", ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores), on=last)
    city.tell("official", ask.Finalise(**which), on=last)
    return stream(city, year)[-1]


def stream(city: Any, year: int) -> list[Any]:
    id_ = streams.appraisal(city.id, "budi", str(year))
    return [one.event for one in city.service.reader.stream(city.id, id_)]


def test_2025_asks_no_duration_and_2026_does(city: Any) -> None:
    city.tell("budi", entry(2025), on=date(2025, 2, 3))

    with pytest.raises(Invalid, match=r"/minutes: policy id\.nasional\.permenpanrb-6-2022\.harian@1 asks"):
        city.tell("budi", entry(2026, result="loket"), on=date(2026, 2, 3))
    with pytest.raises(Invalid, match=r"/result: policy id\.nasional\.permenpanrb-6-2022\.harian@1 asks"):
        city.tell("budi", entry(2026, minutes=90), on=date(2026, 2, 3))
    city.tell("budi", entry(2026, result="loket", minutes=90), on=date(2026, 2, 3))

    entries = [one for year in (2025, 2026) for one in stream(city, year) if isinstance(one, ActivityReported)]
    assert [(one.day.year, one.minutes) for one in entries] == [(2025, None), (2026, 90)]


def test_both_years_are_judged_alike_and_replayed_each_by_its_own_rule(city: Any) -> None:
    city.tell("budi", entry(2025), on=date(2025, 2, 3))
    city.tell("budi", entry(2026, result="loket", minutes=90), on=date(2026, 2, 3))

    before, after = final(city, 2025), final(city, 2026)

    # The main result decides; the additional one, below expectation, has no weight.
    assert (before.predicate, after.predicate) == ("sangat_baik", "sangat_baik")
    assert (before.policy.id, after.policy.id) == (
        "id.nasional.permenpanrb-6-2022.pedoman",
        "id.nasional.permenpanrb-6-2022.harian",
    )
    assert before.policy.calc_hash == after.policy.calc_hash
    assert [one.differences for one in replay(city.service, city.id)] == [(), ()]
    city.house.follow()
    for projection in ALL:
        assert rebuild(city.house.url, projection).equal is True
