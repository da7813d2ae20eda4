"""What the year that was lived comes to: two periods of a counter beside each other, places, and what is strong."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.service import ranks
from neraca.service.before_after import before_after
from neraca.service.report_source import ReportSource
from neraca.service.strengths import employee_strengths
from neraca.service.trend import trend_of
from neraca.store.pool import open_pool


@pytest.fixture
def source(seeded_year: Any) -> Iterator[Any]:
    """Of an agency by its id."""
    with open_pool(seeded_year.url, largest=1) as pool:
        yield lambda agency: ReportSource(
            agency=seeded_year.agencies[agency],
            today=date(2026, 3, 1),
            policies=seeded_year.service.policies,
            history=seeded_year.service.reader,
            pool=pool,
        )


def test_disdukcapil_of_surakarta_is_compared_before_and_after_its_times_were_imported(source: Any) -> None:
    found = before_after(source("surakarta"), "efisiensi_waktu", "2025-Q3", "2025-Q4", "disdukcapil", None)

    told = {one.measure: one for one in found}
    satisfaction, minutes = told["survey/skm_unit"], told["fact/rata_menit_penyelesaian"]
    assert (satisfaction.before.people, satisfaction.after.people) == (34, 34)
    assert satisfaction.change == (satisfaction.after.mean or 0) - (satisfaction.before.mean or 0) != Decimal(0)
    assert (minutes.before.mean, minutes.change) == (None, None)
    assert minutes.after.mean is not None


def test_gajahmungkur_ranks_and_whoever_is_placed_can_be_read_down_to_events(source: Any) -> None:
    district = source("gajahmungkur")
    places = ranks.ranking(district, "2025", None)
    assert {one.part for one in places} == {"TOP", "MIDDLE", "BOTTOM"}
    assert sum(one.part == "TOP" for one in places) >= 1

    last = places[-1]
    assert [(one.period, one.value, one.position) for one in trend_of(district, last.employee, "score")] == [
        ("2025", last.score, last.position)
    ]
    weakest = employee_strengths(district, last.employee, "2025")[0]
    assert weakest.events
    assert max(weakest.events) <= last.position
