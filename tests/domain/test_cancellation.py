"""An appraisal that was opened wrongly is taken back, and may be opened again; one that was final once is not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.appraisal.commands import CancelAppraisal, DraftPlan, OpenAppraisal, ReportActivity, SubmitPlan
from neraca.domain.appraisal.events import (
    Cancelled,
    Joined,
    JoinedPart,
    ObjectionDecided,
    PlanDrafted,
    PlanSubmitted,
    Rated,
    RatingRevised,
    RatingWithdrawn,
    Reopened,
)
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from neraca.domain.rater_privacy import Shown
from neraca.domain.vocabulary import ObjectionOutcome, Relation, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
CANCEL = CancelAppraisal(**WHO, reason="Dibuka untuk pegawai yang salah")
CANCELLED = Cancelled(reason="Dibuka untuk pegawai yang salah")
OPEN = OpenAppraisal(**WHO)
PART = JoinedPart(
    period="2025-Q1",
    months=3,
    position=9,
    predicate="baik",
    policy=PolicyRef(id="x", version=1, hash="a", calc_hash="b"),
)


@pytest.mark.parametrize("story", ["opened", "drafted", "submitted", "running", "reported", "rated"])
def test_hr_cancels_what_is_not_final(after, past, story):
    assert after(*getattr(past, story), when=CANCEL, by="hr") == [CANCELLED]


def test_nobody_else_cancels_and_nobody_their_own(after, past):
    for other in ("budi", "sri", "official"):
        with pytest.raises(NotAllowed, match="cancel-appraisal needs the role hr"):
            after(*past.running, when=CANCEL, by=other)
    with pytest.raises(NotAllowed, match="in their own appraisal"):
        after(*past.running, when=CANCEL, by=Actor("budi", frozenset({Role.HR}), "uji"))


def test_a_cancellation_says_why(after, past):
    with pytest.raises(Invalid, match="reason is empty"):
        after(*past.running, when=CancelAppraisal(**WHO, reason=" "), by="hr")


def test_what_was_final_once_is_not_cancelled(after, past):
    amended = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="benar", decided=date(2026, 2, 1))
    for story in (past.final, past.objected, (*past.objected, amended, Reopened(reason="benar"))):
        with pytest.raises(Conflict, match=r"was final once.*file an objection"):
            after(*story, when=CANCEL, by="hr")
    joined = Joined(
        on=date(2026, 1, 5),
        parts=[PART],
        predicate="baik",
        policy=PART.policy,
        position=9,
        facts_digest="c",
        engine="e",
    )
    with pytest.raises(Conflict, match=r"joined from parts.*send join-parts again"):
        after(*past.opened, joined, when=CANCEL, by="hr")


def test_what_is_not_open_is_not_cancelled(after, past):
    for story in ((), (*past.running, CANCELLED)):
        with pytest.raises(NotFound, match="HR opens it"):
            after(*story, when=CANCEL, by="hr")


def test_nothing_can_be_added_to_what_is_cancelled(after, past, results):
    for command in (
        DraftPlan(**WHO, results=results),
        ReportActivity(**WHO, report="r9", day=date(2025, 6, 2), activity="x"),
    ):
        with pytest.raises(NotFound, match="HR opens it"):
            after(*past.reported, CANCELLED, when=command)


def test_it_opens_again_and_starts_afresh(after, past, results):
    state = Appraisal()
    for event in (*past.rated, CANCELLED):
        state = evolve(state, event)
    assert state == Appraisal()

    before = (*past.rated, past.report, CANCELLED)
    (opened,) = after(*before, when=OPEN, by="hr")
    news = after(*before, opened, when=[DraftPlan(**WHO, results=results), SubmitPlan(**WHO)])

    assert opened.appraiser == "sri"
    assert news == [PlanDrafted(results=results), PlanSubmitted()]


def test_a_hidden_rating_stays_hidden_whatever_its_rater_was_before(past):
    """Who rated under their name before the cancel may be of an anonymous group after it."""
    peer = Rated(rater="sri", relation=Relation.PEER, scores={"layanan": Decimal(3)})
    shown = Shown()

    taken = [
        shown.take(event)
        for event in (
            *past.rated,
            peer,
            CANCELLED,
            *past.opened,
            peer,
            RatingRevised(rater="sri", scores={"layanan": Decimal(4)}, reason="x"),
            RatingWithdrawn(rater="sri", reason="x"),
        )
    ]

    assert taken == [*[True] * len(past.rated), False, True, True, False, False, False]
