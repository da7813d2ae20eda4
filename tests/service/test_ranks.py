"""Places by score: equal scores have equal places, and a part of a ranking goes by the place."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from neraca.policy.model import RankingShares
from neraca.service.ranks import part_of

SHARES = RankingShares(top=Decimal(20), middle=Decimal(60), bottom=Decimal(20))


def test_twenty_percent_of_ten_people_are_two_places() -> None:
    parts = [part_of(place, 10, SHARES) for place in range(1, 11)]

    assert parts == ["TOP"] * 2 + ["MIDDLE"] * 6 + ["BOTTOM"] * 2


def test_where_the_share_is_no_whole_person_the_place_beyond_it_is_not_in_it() -> None:
    assert [part_of(place, 7, SHARES) for place in range(1, 8)] == ["TOP"] + ["MIDDLE"] * 4 + ["BOTTOM"] * 2


@given(st.integers(5, 60), st.integers(0, 100), st.integers(0, 100))
def test_no_more_places_than_the_share_are_at_the_top_and_parts_follow_each_other(of: int, one: int, two: int) -> None:
    top, both = sorted((one, two))
    shares = RankingShares(top=Decimal(top), middle=Decimal(both - top), bottom=Decimal(100 - both))

    parts = [part_of(place, of, shares) for place in range(1, of + 1)]

    assert parts.count("TOP") == top * of // 100
    assert parts.count("TOP") + parts.count("MIDDLE") == both * of // 100
    assert parts == sorted(parts, key=["TOP", "MIDDLE", "BOTTOM"].index)
