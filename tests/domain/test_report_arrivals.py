"""When reports of a day came, in two bytes: nothing that lateness asks for is lost."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain.report_arrivals import LINE, MOST, PAIRS, Shape, added, last_in_time, nth, quarter, removed

DAY = date(2025, 3, 3)
ZONES = [
    ZoneInfo(name)
    for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC", "Asia/Kathmandu", "Pacific/Chatham")
]
DAYS = st.dates(date(2025, 1, 1), date(2025, 12, 31))
INSTANTS = st.datetimes(datetime(2024, 12, 1), datetime(2026, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(day=DAYS, at=INSTANTS, after=st.integers(0, 62), zone=st.sampled_from(ZONES))
def test_what_came_by_the_end_of_a_legal_day_has_no_higher_number_than_its_last(
    day: date, at: datetime, after: int, zone: ZoneInfo
) -> None:
    last = day + timedelta(days=after)

    assert (quarter(day, at) <= last_in_time(day, last, zone)) == (at.astimezone(zone).date() <= last)


def test_what_came_before_all_or_after_all_has_the_lowest_or_the_highest_number() -> None:
    noon = datetime.combine(DAY, time(12), UTC)

    assert quarter(DAY, noon - timedelta(days=400)) == 1
    assert quarter(DAY, noon) == 145
    assert quarter(DAY, noon + timedelta(days=4_000)) == MOST
    assert last_in_time(DAY, date(2035, 1, 1), ZONES[0]) == MOST
    assert quarter(date.min, datetime(2025, 1, 1, tzinfo=UTC)) == MOST


@pytest.mark.parametrize("shape", [LINE, PAIRS])
def test_the_first_of_a_day_is_kept_and_the_next_one_where_it_is_taken_away(shape: Shape) -> None:
    firsts, later = added(shape, b"", (), DAY, 200)
    firsts, later = added(shape, firsts, later, DAY, 100)
    firsts, later = added(shape, firsts, later, DAY, 150)

    assert (shape.first_of(firsts, DAY), later) == (100, [150, 200])
    assert [shape.first_of(firsts, DAY + timedelta(days=n)) for n in (-1, 1)] == [0, 0]
    firsts, later = removed(shape, firsts, later, DAY, 150)
    assert (shape.first_of(firsts, DAY), later) == (100, [200])
    firsts, later = removed(shape, firsts, later, DAY, 100)
    assert (shape.first_of(firsts, DAY), later) == (200, [])
    firsts, later = removed(shape, firsts, later, DAY, 200)
    assert (shape.first_of(firsts, DAY), later) == (0, [])


@pytest.mark.parametrize("shape", [LINE, PAIRS])
def test_what_was_never_counted_is_not_taken_away(shape: Shape) -> None:
    firsts, later = added(shape, b"", (), DAY, 200)

    with pytest.raises(ValueError, match="not in list"):
        removed(shape, firsts, later, DAY, 100)


@given(st.dictionaries(DAYS, st.integers(1, MOST), max_size=20))
def test_days_have_their_places_whatever_the_order(reported: dict[date, int]) -> None:
    line = pairs = b""
    for day, number in reported.items():
        line, pairs = (added(shape, firsts, (), day, number)[0] for shape, firsts in ((LINE, line), (PAIRS, pairs)))

    assert len(line) == 2 * (max(map(nth, reported)) + 1 if reported else 0)
    assert {day: LINE.first_of(line, day) for day in reported} == reported
    in_order = sorted((nth(day), number) for day, number in reported.items())
    assert pairs == b"".join(part.to_bytes(2, "big") for pair in in_order for part in pair)
    assert {day: PAIRS.first_of(pairs, day) for day in reported} == reported
