"""Everybody whom a period or month concerns is credited or paid by a command of their own, or is told why not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from neraca.domain.careers import ChangePosition
from neraca.domain.period import parse
from neraca.domain.remuneration.ceilings import SetCeiling
from neraca.service.remuneration_batch import FixingOrder, FixingOutcome, fix

NEW_YEAR = date(2026, 1, 5)
MARCH = datetime(2026, 3, 3, 5, tzinfo=UTC)


def run(city: Any, kind: Any, period: str, **more: Any) -> list[FixingOutcome]:
    city.house.follow()
    order = FixingOrder(kind, "uji", parse(period), **more)
    return fix(city.service, city.house.url, city.actor("hr"), order, lambda: MARCH)


def test_all_are_fixed_once_and_revised_for_a_reason(paying_agency: Any) -> None:
    city = paying_agency
    city.judge("2025", 115, NEW_YEAR)
    city.judge("2025", 95, NEW_YEAR, employee="budi")

    assert run(city, "credit", "2025") == [FixingOutcome("fitri", "fixed")], "budi has no career level"
    assert run(city, "credit", "2025") == [FixingOutcome("fitri", "unchanged")]
    assert run(city, "credit", "2025", revise="Keberatan") == [FixingOutcome("fitri", "unchanged")]
    assert run(city, "credit", "2025", unit="disdik") == []

    ceiling = SetCeiling(
        since=date(2026, 1, 1), decree="SK", position="Analis Kepegawaian", work_load=Decimal(5_000_000)
    )
    city.tell("hr", ceiling, on=NEW_YEAR)
    budi, fitri = run(city, "allowance", "2026-01")
    assert (budi.employee, budi.outcome) == ("budi", "refused")
    assert "pagu_tpp" in (budi.why or "")
    assert fitri == FixingOutcome("fitri", "fixed")
    higher = SetCeiling(
        since=date(2026, 1, 2), decree="SK", position="Analis Kepegawaian", work_load=Decimal(6_000_000)
    )
    city.tell("hr", higher, on=NEW_YEAR)
    assert run(city, "allowance", "2026-01", revise="Pagu naik")[1] == FixingOutcome("fitri", "revised")


def test_an_allowance_rests_on_the_last_result_of_each(paying_agency: Any) -> None:
    city = paying_agency
    city.judge("2025", 115, NEW_YEAR)
    city.judge("2026-01..02", 95, MARCH.date())
    ceiling = SetCeiling(since=date(2026, 1, 1), decree="SK", position="Analis Kepegawaian", work_load=Decimal(10))
    city.tell("hr", ceiling, on=NEW_YEAR)

    assert run(city, "allowance", "2026-02") == [FixingOutcome("fitri", "fixed")]

    stream = city.service.reader.of_type("uji", "allowance.fixed")
    assert [one.event.appraisal for one in stream] == ["2026-01..02"]


def test_who_came_to_a_career_level_by_a_change_is_credited_too(paying_agency: Any) -> None:
    city = paying_agency
    moved = ChangePosition(
        employee="budi",
        since=date(2025, 7, 1),
        career_level="Ahli Muda",
        decree="SK 6/2025",
        reason="Jabatan fungsional",
    )
    city.tell("hr", moved, on=date(2025, 7, 1))
    city.judge("2025", 95, NEW_YEAR, employee="budi")

    assert run(city, "credit", "2025") == [FixingOutcome("budi", "fixed")]
