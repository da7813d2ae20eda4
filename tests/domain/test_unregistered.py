"""People whom nobody registered: refused where they are named or act, with the remedy; a draft is refused by nothing
that is wrong with others."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlanDrafted, PlanSubmitted
from neraca.domain.errors import Blocked, NotAllowed, NotFound
from neraca.domain.vocabulary import Relation

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
OPEN = ask.OpenAppraisal(**WHO)
SUBMIT = ask.SubmitPlan(**WHO)


def test_nothing_is_opened_under_a_supervisor_whom_nobody_registered(after, placed):
    with pytest.raises(NotFound) as refused:
        after(when=OPEN, by="hr", people={"budi": placed("dinkes", "hilang")})

    assert refused.value.message == (
        "hilang, the supervisor of budi on 2025-01-01, is not on the roster; register them, or transfer budi from "
        "2025-01-01 with a supervisor who serves"
    )


@pytest.mark.parametrize("relation", [Relation.PEER, Relation.SUBORDINATE])
def test_whoever_is_not_registered_is_told_so_before_they_rate(after, past, relation):
    rate = ask.Rate(**WHO, relation=relation, scores={"layanan": Decimal(4)})

    for known in (past.running, ()):
        with pytest.raises(NotAllowed) as refused:
            after(*known, when=rate, by="baru")
        assert refused.value.message == (
            f"baru is not on the roster, so no place tells that they may rate as {relation}; HR registers and assigns "
            "them first"
        )


def test_a_draft_is_kept_whatever_is_wrong_on_the_roster_and_goes_to_nobody_who_cannot_answer(
    after, past, placed, results
):
    [opened] = past.opened
    lost = replace(opened, appraiser="hilang", reviewer=None)
    drafted = PlanDrafted(results=results)
    gone = {"sri": placed("dinkes", None, retired=date(2025, 3, 31))}

    # given an appraiser whom nobody registered, one who left with nobody above, and an employee without a place
    for events, people in (((lost,), {}), (past.opened, gone), (past.opened, {"budi": placed("dishub", None)})):
        assert after(*events, when=ask.DraftPlan(**WHO, results=results), people=people) == [drafted]

    # when it is submitted, then it is said what HR must do
    for events, people, said in (
        (
            (lost, drafted),
            {},
            "the appraiser hilang is not on the roster, and nobody is above; the draft is kept, and HR must register "
            "them, or name another by reassign-appraisal",
        ),
        (
            past.drafted,
            gone | {"agus": placed("dinkes", None, retired=date(2025, 3, 31))},
            "the appraiser sri has left the post, and nobody is above; the draft is kept, and HR must name another by "
            "reassign-appraisal",
        ),
    ):
        with pytest.raises(Blocked) as refused:
            after(*events, when=SUBMIT, people=people)
        assert refused.value.message == said
    assert after(*past.drafted, when=SUBMIT, people=gone) == [PlanSubmitted()]


def test_what_an_unregistered_appraiser_cannot_do_is_said_with_the_remedy(after, past):
    opened, *rest = past.submitted
    with pytest.raises(NotAllowed) as refused:
        after(replace(opened, appraiser="hilang"), *rest, when=ask.ApprovePlan(**WHO), by="wati")

    assert refused.value.message == (
        "the appraiser hilang is not on the roster: agus, the next superior, may approve the plan, or whom HR names by "
        "reassign-appraisal; you are wati"
    )
