"""What a unit will mend of what it achieved, by its head or an official, and what came of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.improvement import (
    AnswerImprovement,
    ImprovementAnswered,
    ImprovementPlanned,
    ImprovementStep,
    PlanImprovement,
)

HERE: dict[str, Any] = {"unit": "dinkes", "period": "2025"}
STEPS = [ImprovementStep("loket kedua dibuka", date(2026, 3, 31))]
PLAN = PlanImprovement(**HERE, steps=STEPS)
PLANNED = ImprovementPlanned(**HERE, index=Decimal("96.4"), met=False, steps=STEPS)
ANSWER = AnswerImprovement(**HERE, outcome="partly", words="satu dari dua loket")
ANSWERED = ImprovementAnswered(**HERE, outcome="partly", words="satu dari dua loket")
KNOWN: dict[str, Any] = {"by": "budi", "head": "budi", "index": Decimal("96.4"), "on": date(2026, 2, 2)}


def test_the_head_or_an_official_says_what_is_to_be_mended_once_it_is_published(after):
    assert after(when=PLAN, **KNOWN) == [PLANNED]
    assert after(when=PLAN, **KNOWN | {"by": "official", "head": None}) == [PLANNED]
    # Said anew it takes the place of what was said.
    assert after(PLANNED, when=PLAN, **KNOWN | {"index": Decimal(100)}) == [
        replace(PLANNED, index=Decimal(100), met=True)
    ]
    with pytest.raises(NotAllowed, match="wati does not head dinkes; its head or an official must"):
        after(when=PLAN, **KNOWN | {"by": "wati"})
    with pytest.raises(NotOpen, match="no achievement of dinkes in 2025 is published"):
        after(when=PLAN, **KNOWN | {"index": None})
    with pytest.raises(Invalid, match="/steps: say at least one thing"):
        after(when=replace(PLAN, steps=[]), **KNOWN)
    with pytest.raises(Invalid, match="/steps/0/until: 2025-12-31 is not after the end of 2025"):
        after(when=replace(PLAN, steps=[replace(STEPS[0], until=date(2025, 12, 31))]), **KNOWN)


def test_what_came_of_it_is_answered_once_when_the_period_is_over(after):
    assert after(PLANNED, when=ANSWER, **KNOWN) == [ANSWERED]
    with pytest.raises(NotFound, match="nothing is to be mended of 2025 in dinkes"):
        after(when=ANSWER, **KNOWN)
    with pytest.raises(TooEarly, match="2025 ends on 2025-12-31"):
        after(PLANNED, when=ANSWER, **KNOWN | {"on": date(2025, 12, 31)})
    for again in (PLAN, ANSWER):
        with pytest.raises(AlreadyDone, match="what dinkes was to mend of 2025 is answered"):
            after(PLANNED, ANSWERED, when=again, **KNOWN)


def test_what_is_said_is_written_out(after):
    with pytest.raises(Invalid, match="/steps/0/what: what is to be mended is empty"):
        after(when=replace(PLAN, steps=[replace(STEPS[0], what=" ")]), **KNOWN)
    with pytest.raises(Invalid, match="/words: the answer is empty"):
        after(PLANNED, when=replace(ANSWER, words=" "), **KNOWN)
