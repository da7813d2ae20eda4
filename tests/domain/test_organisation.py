"""Units of an agency: known by name, and taking part from a day on."""

from datetime import date

import pytest

from neraca.domain.errors import Invalid, TooEarly
from neraca.domain.organisation import active_unit, known_unit


def test_a_unit_is_known_by_its_name(agency):
    known_unit("dishub", agency)
    with pytest.raises(Invalid) as refused:
        known_unit("dinkez", agency)
    assert refused.value.message == "/unit: uji has no unit 'dinkez'; did you mean 'dinkes'?"
    assert refused.value.field == "/unit"


@pytest.mark.parametrize(
    ("unit", "by", "message"),
    [
        ("disdik", date(2025, 7, 1), None),
        ("disdik", date(2099, 1, 1), None),
        (
            "disdik",
            date(2025, 6, 30),
            "/unit: 'disdik' takes part from 2025-07-01, after 2025-06-30; name another, or set an earlier `activated` "
            "day in uji's agency.yaml",
        ),
        (
            "dishub",
            date(2099, 1, 1),
            "/unit: 'dishub' takes no part yet; set its `activated` day in uji's agency.yaml",
        ),
    ],
)
def test_a_unit_takes_part_from_its_day_on(agency, unit, by, message):
    if message is None:
        active_unit(unit, by, agency)
        return
    with pytest.raises(TooEarly) as refused:
        active_unit(unit, by, agency)
    assert (refused.value.message, refused.value.field) == (message, "/unit")
    with pytest.raises(Invalid, match="uji has no unit 'x'"):
        active_unit("x", by, agency)
