"""How many of the planned results lead to a goal of the region: counted from the log where the policy reads it."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import CountAlignment, Finalise
from neraca.domain.appraisal.events import AlignmentCounted
from neraca.domain.contexts import Alignment
from neraca.domain.errors import AlreadyDone, Conflict, NotOpen
from neraca.domain.facts import Facts

WHO: Any = {"employee": "budi", "period": "2025"}
COUNT = CountAlignment(**WHO)
COUNTED = AlignmentCounted(aligned=1, planned=3, links=[7])


@pytest.fixture
def reading(rules: Any) -> Any:
    return replace(rules, facts=rules.facts | {"hasil_selaras"})


@pytest.mark.parametrize("by", ["budi", "sri", "hr"])
def test_what_leads_to_a_goal_is_counted_by_whoever_has_a_part(after: Any, past: Any, reading: Any, by: str) -> None:
    assert after(*past.running, when=COUNT, by=by, rules=reading) == [COUNTED]


def test_it_is_counted_anew_when_something_changed_and_for_a_policy_that_reads_it(
    after: Any, past: Any, reading: Any
) -> None:
    with pytest.raises(AlreadyDone, match="1 of 3 results lead to a goal, as it was counted already"):
        after(*past.running, COUNTED, when=COUNT, rules=reading)
    more = Alignment(2, 3, (7, 9))
    assert len(after(*past.running, COUNTED, when=COUNT, rules=reading, alignment=more)) == 1
    with pytest.raises(Conflict, match="policy kota-uji does not read how many results lead to a goal"):
        after(*past.running, when=COUNT)
    with pytest.raises(NotOpen, match="the plan is not approved yet"):
        after(*past.submitted, when=COUNT, rules=reading)


def test_both_counts_are_facts_that_rest_on_the_links(past: Any) -> None:
    facts = Facts(starts=date(2025, 1, 1), ends=date(2025, 12, 31))
    for at, event in enumerate((*past.running, COUNTED), 20):
        facts.apply(event, at)

    assert (facts.case.facts["hasil_selaras"], facts.case.facts["hasil_direncanakan"]) == (1_000_000, 3_000_000)
    at = 20 + len(past.running)
    assert (facts.sources["facts/hasil_selaras"], facts.sources["facts/hasil_direncanakan"]) == ([7, at], [at])


def test_nothing_is_final_on_another_count_than_the_links_make(after: Any, past: Any, reading: Any) -> None:
    when, known = Finalise(**WHO), {"by": "sri", "on": date(2026, 1, 5), "rules": reading}
    for counted in ((), (replace(COUNTED, aligned=0, links=[]),)):
        with pytest.raises(NotOpen, match="1 of 3 results lead to a goal of the region by now, and this appraisal has"):
            after(*past.rated, *counted, when=when, alignment=Alignment(1, 3, (7,)), **known)
    assert len(after(*past.rated, COUNTED, when=when, alignment=Alignment(1, 3, (7,)), **known)) == 1
    # A policy that does not read it asks nothing.
    assert len(after(*past.rated, when=when, alignment=None, **known)) == 1


def test_where_no_plan_was_approved_nothing_is_to_be_counted(after: Any, past: Any, reading: Any) -> None:
    when, known = Finalise(**WHO), {"by": "sri", "on": date(2026, 1, 5), "rules": reading}

    assert len(after(*past.submitted[:-1], when=when, alignment=Alignment(0, 3, ()), **known)) == 1
