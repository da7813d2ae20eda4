"""Which policy applies to a period: by the day that the policy itself names, and not where another rule splits it."""

from datetime import date

import pytest

from neraca.domain.errors import NotOneInForce
from neraca.domain.period import parse
from neraca.domain.policy_register.applicability import (
    Terms,
    applicable,
    by_policy_date,
    is_split,
    require_applicable,
)
from neraca.domain.policy_register.validity import ValidityPeriod

YEAR = parse("2025")
OLD = ValidityPeriod("kota-uji@1", "1a" * 32, "1b" * 32, date(2025, 1, 1), date(2025, 6, 30))
NEW = ValidityPeriod("kota-uji@2", "2a" * 32, "2b" * 32, date(2025, 7, 1), None)
LATER = ValidityPeriod("kota-uji@3", "3a" * 32, "3b" * 32, date(2026, 1, 1), None)


def terms(*, at_start: bool = False, prorates: bool = False):
    return lambda _: Terms(at_start, prorates)


def test_the_last_day_decides_unless_the_policy_names_the_first():
    assert applicable([OLD, NEW], YEAR, None, terms()) == NEW
    assert applicable([OLD, NEW], YEAR, None, terms(at_start=True, prorates=True)) == OLD


def test_a_period_that_is_split_has_no_policy_of_its_own():
    prorated = terms(prorates=True)

    with pytest.raises(NotOneInForce, match="another rule begins within 2025: appraise 2025-S1, 2025-S2"):
        applicable([OLD, NEW], YEAR, None, prorated)
    assert by_policy_date([OLD, NEW], YEAR, None, prorated) == NEW
    assert is_split([OLD, NEW], YEAR, None, prorated)
    assert not is_split([OLD, NEW], YEAR, None, terms())
    assert not is_split([OLD, NEW], YEAR, None, terms(at_start=True, prorates=True))


def test_where_none_is_in_force_on_the_day_there_is_none():
    for spans, told in (([LATER], terms()), ([OLD], terms()), ([NEW], terms(at_start=True)), ([], terms())):
        assert applicable(spans, YEAR, None, told) is None
        assert by_policy_date(spans, YEAR, None, told) is None
        assert not is_split(spans, YEAR, None, told)
        with pytest.raises(NotOneInForce, match="no policy"):
            require_applicable(spans, YEAR, None, told)
    assert require_applicable([OLD, NEW], YEAR, None, terms()) == NEW
