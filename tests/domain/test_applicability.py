"""Which policy applies to a period: by the day that the policy itself names, and not where another rule splits it."""

from datetime import date
from typing import Any

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
from neraca.domain.vocabulary import PositionClass

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


CLASSES = PositionClass.FUNCTIONAL, PositionClass.SUPERVISOR
FIRST_DAY = Terms(at_start=True, prorates=False)
LAST_DAY = Terms(at_start=False, prorates=False)
PARTS = Terms(at_start=False, prorates=True)


def by_policy(**known: Terms) -> Any:
    """The terms of each version by its number; of what nobody named there are none to ask for."""
    return lambda rule: known[f"v{rule.policy.partition('@')[2]}"]


def answers(spans: Any, told: Any, period: Any = YEAR, position_class: Any = None) -> list[Any]:
    """What each of the four says: a version, none, or why there is no answer."""
    found: list[Any] = []
    for asked in (by_policy_date, applicable, require_applicable, is_split):
        try:
            answer = asked(spans, period, position_class, told)
        except NotOneInForce as refused:
            answer = refused.message
        found.append(answer.policy if isinstance(answer, ValidityPeriod) else answer)
    return found


SPLIT = "another rule begins within 2025: appraise 2025-S1, 2025-S2, then join-parts"


@pytest.mark.parametrize(
    ("spans", "told", "expected"),
    [
        ([OLD, NEW], by_policy(v2=LAST_DAY, v1=LAST_DAY), ["kota-uji@2", "kota-uji@2", "kota-uji@2", False]),
        # What the last one says decides, whatever the first does.
        ([OLD, NEW], by_policy(v2=LAST_DAY, v1=FIRST_DAY), ["kota-uji@2", "kota-uji@2", "kota-uji@2", False]),
        ([OLD, NEW], by_policy(v2=FIRST_DAY), ["kota-uji@1", "kota-uji@1", "kota-uji@1", False]),
        ([OLD, NEW], by_policy(v1=PARTS, v2=PARTS), ["kota-uji@2", SPLIT, SPLIT, True]),
        ([OLD, NEW], by_policy(v1=LAST_DAY, v2=PARTS), ["kota-uji@2", "kota-uji@2", "kota-uji@2", False]),
        ([OLD, NEW], by_policy(v1=PARTS, v2=LAST_DAY), ["kota-uji@2", "kota-uji@2", "kota-uji@2", False]),
        (
            [NEW],
            by_policy(v2=FIRST_DAY),
            [
                None,
                None,
                "no policy is in force on 2025-01-01: kota-uji@2 rules from 2025-07-01 on without end",
                False,
            ],
        ),
        ([NEW], by_policy(v2=PARTS), ["kota-uji@2", "kota-uji@2", "kota-uji@2", False]),
        (
            [OLD],
            by_policy(),
            [None, None, "no policy is in force on 2025-12-31: kota-uji@1 rules from 2025-01-01 to 2025-06-30", False],
        ),
        ([], by_policy(), [None, None, "no policy is in force on 2025-12-31: none is scheduled", False]),
    ],
)
def test_all_that_is_asked_of_a_period_is_answered_alike(spans, told, expected):
    assert answers(spans, told) == expected


def test_two_on_the_day_that_decides_are_no_answer_and_on_another_day_no_matter():
    again = ValidityPeriod("kota-uji@4", "4a" * 32, "4b" * 32, date(2025, 1, 1), date(2025, 6, 30))
    both = (
        "more than one policy is in force for an employee of unknown class on 2025-01-01: kota-uji@1 rules from "
        "2025-01-01 to 2025-06-30; kota-uji@4 rules from 2025-01-01 to 2025-06-30"
    )

    assert answers([OLD, again, NEW], by_policy(v2=FIRST_DAY)) == [both, both, both, False]
    assert by_policy_date([OLD, again, NEW], YEAR, None, by_policy(v2=LAST_DAY)) == NEW


def test_each_class_has_its_own_answer():
    some = ValidityPeriod("kota-uji@4", "4a" * 32, "4b" * 32, date(2025, 7, 1), None, CLASSES[:1])
    rest = ValidityPeriod("kota-uji@1", OLD.hash, OLD.calc_hash, date(2025, 7, 1), None, CLASSES[1:])
    told = by_policy(v1=PARTS, v4=PARTS)

    assert answers([OLD, some, rest], told, position_class=CLASSES[0]) == ["kota-uji@4", SPLIT, SPLIT, True]
    assert answers([OLD, some, rest], told, position_class=CLASSES[1]) == [*["kota-uji@1"] * 3, False]
    early = ValidityPeriod("kota-uji@4", "4a" * 32, "4b" * 32, date(2025, 1, 1), date(2025, 6, 30), CLASSES[:1])
    others = ValidityPeriod("kota-uji@1", OLD.hash, OLD.calc_hash, date(2025, 1, 1), date(2025, 6, 30), CLASSES[1:])
    first = by_policy(v2=FIRST_DAY)
    assert answers([early, others, NEW], first, position_class=CLASSES[0]) == [*["kota-uji@4"] * 3, False]
    assert answers([early, NEW], first, position_class=CLASSES[1]) == [
        None,
        None,
        "no policy is in force for SUPERVISOR on 2025-01-01: kota-uji@4 rules for FUNCTIONAL from 2025-01-01 to "
        "2025-06-30; kota-uji@2 rules from 2025-07-01 on without end",
        False,
    ]
    assert answers([some], told, position_class=CLASSES[1])[2] == (
        "no policy is in force for SUPERVISOR on 2025-12-31: kota-uji@4 rules for FUNCTIONAL from 2025-07-01 on "
        "without end"
    )
