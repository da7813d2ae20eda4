"""What a leader expects besides in one value (PermenPANRB 6/2022 ps 10(4)): words, said before the period ends."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import AddSpecialExpectation
from neraca.domain.appraisal.events import SpecialExpectationAdded
from neraca.domain.errors import Invalid, NotAllowed, NotOpen, TooLate
from neraca.domain.facts import Facts

EXPECT = AddSpecialExpectation(employee="budi", period="2025", indicator="layanan", expectation="Menyapa tiap warga")
ADDED = SpecialExpectationAdded(indicator="layanan", expectation="Menyapa tiap warga")
LAST = date(2025, 12, 31)


def test_the_appraiser_adds_one_before_during_and_after_the_plan_is_approved(after: Any, past: Any) -> None:
    for story in (past.opened, past.drafted, past.submitted, past.running):
        assert after(*story, when=EXPECT, by="sri") == [ADDED]
    # Said again, it replaces what was said: nothing is refused.
    assert after(*past.running, ADDED, when=EXPECT, by="sri", on=LAST) == [ADDED]


def test_it_is_said_before_the_period_ends(after: Any, past: Any) -> None:
    with pytest.raises(TooLate) as refused:
        after(*past.running, when=EXPECT, by="sri", on=date(2026, 1, 1))

    assert refused.value.message == (
        "2025 ended on 2025-12-31; what is expected is said before. Say it in the next period"
    )
    with pytest.raises(NotOpen, match="result is final"):
        after(*past.final, when=EXPECT, by="sri")


@pytest.mark.parametrize("by", ["budi", "wati"])
def test_nobody_but_the_appraiser_expects_something_of_an_employee(after: Any, past: Any, by: str) -> None:
    with pytest.raises(NotAllowed, match=f"only the appraiser sri may add a special expectation; you are {by}"):
        after(*past.running, when=EXPECT, by=by)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expectation": " "}, "/expectation: the expectation is empty"),
        ({"indicator": "layana"}, "policy kota-uji has no value 'layana' for the appraiser to rate; did you mean"),
        ({"indicator": "berkas"}, "policy kota-uji has no value 'berkas' for the appraiser to rate"),
    ],
)
def test_it_names_a_value_and_says_something(after: Any, past: Any, changes: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        after(*past.running, when=replace(EXPECT, **changes), by="sri")


def test_it_weighs_nothing() -> None:
    facts = Facts(starts=date(2025, 1, 1), ends=LAST)
    before = facts.digest()

    assert not facts.apply(ADDED, 5)
    assert facts.digest() == before
