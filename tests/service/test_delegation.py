"""Acting for another: only who is on the roster and was delegated to, for a time, and nowhere they have a part."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.attendance import RecordAttendance
from neraca.domain.careers import ChangePosition
from neraca.domain.development.own_plan import AnswerDevelopment, ProposeDevelopment
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from neraca.domain.roster import Delegate, RetireEmployee, RevokeDelegation
from neraca.domain.vocabulary import PositionClass, Relation, TrainingKind

PERIOD = "2025-Q1"
DURING = date(2025, 3, 3)
BUDI: dict[str, Any] = {"employee": "budi", "period": PERIOD}
SCORES = {"layanan": Decimal(70), "disiplin": Decimal(70)}
RATE = ask.Rate(**BUDI, relation=Relation.SUPERVISOR, scores=SCORES)


@pytest.fixture
def fixture_agency(fixture_agency: Any) -> Any:
    """Whoever is named here is of a class that may appraise (PermenPANRB 6/2022, annex p. 89)."""
    for nip in ("eko", "tono", "budi", "agus"):
        raised = ChangePosition(
            employee=nip,
            since=date(2025, 1, 1),
            position_class=PositionClass.SUPERVISOR,
            decree="SK 1/2025",
            reason="promosi",
        )
        fixture_agency.tell("hr", raised)
    return fixture_agency


def handed_on(employee: str = "sri", to: str = "eko", days: int = 7) -> Delegate:
    return Delegate(employee=employee, to=to, since=DURING, until=DURING + timedelta(days=days), reason="dinas luar")


def test_who_was_delegated_to_acts_with_the_others_relation(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    fixture_agency.tell("sri", handed_on())

    with pytest.raises(NotAllowed):
        fixture_agency.tell("eko", RATE)
    done = fixture_agency.tell("eko", RATE, on_behalf_of="sri", on=DURING + timedelta(days=7))

    assert done.events[0].type == "appraisal.rated"


def test_it_ends_with_its_last_day_by_revocation_and_with_service(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    fixture_agency.tell("sri", handed_on())
    with pytest.raises(NotAllowed, match="sri has delegated nothing to eko that holds on 2025-03-11"):
        fixture_agency.tell("eko", RATE, on_behalf_of="sri", on=DURING + timedelta(days=8))

    fixture_agency.tell("sri", RevokeDelegation(employee="sri", to="eko", reason="kembali"))
    with pytest.raises(NotAllowed, match="delegated nothing"):
        fixture_agency.tell("eko", RATE, on_behalf_of="sri")

    fixture_agency.tell("hr", handed_on(to="tono"))
    fixture_agency.tell("hr", RetireEmployee(employee="tono", on=DURING))
    with pytest.raises(NotAllowed, match="delegated nothing"):
        fixture_agency.tell("tono", RATE, on_behalf_of="sri", on=DURING + timedelta(days=1))


@pytest.mark.parametrize("whom", ["agus", "nobody", "eko", "198501012010011001"])
def test_nobody_is_acted_for_who_delegated_nothing_and_all_are_told_alike(fixture_agency: Any, whom: str) -> None:
    fixture_agency.plan("budi")

    with pytest.raises(NotAllowed, match=f"{whom} has delegated nothing to eko"):
        fixture_agency.tell("eko", RATE, on_behalf_of=whom)


def test_what_is_handed_on_is_not_handed_on_again(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    fixture_agency.tell("sri", handed_on(to="tono"))
    fixture_agency.tell("tono", handed_on(employee="tono", to="eko"))

    with pytest.raises(NotAllowed, match="sri has delegated nothing to eko"):
        fixture_agency.tell("eko", RATE, on_behalf_of="sri")
    with pytest.raises(NotAllowed):
        fixture_agency.tell("eko", RATE, on_behalf_of="tono")


def test_nobody_acts_for_another_where_they_have_a_part(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    for to in ("budi", "agus"):
        fixture_agency.tell("sri", handed_on(to=to))
        with pytest.raises(NotAllowed, match="a part of their own"):
            fixture_agency.tell(to, RATE, on_behalf_of="sri")


def test_a_deputy_answers_what_somebody_plans_for_themselves_but_never_their_own(fixture_agency: Any) -> None:
    which: Any = {"employee": "budi", "year": 2025, "item": "data"}
    wanted = ProposeDevelopment(
        **which, kind=TrainingKind.CLASSROOM, title="Data", aim="kerja", addresses=[], hours=8, by=date(2025, 9, 1)
    )
    agreed = AnswerDevelopment(**which, agreed=True, answer="silakan")
    fixture_agency.tell("budi", wanted)
    fixture_agency.tell("sri", handed_on(to="budi"), handed_on(to="eko"))

    with pytest.raises(NotAllowed, match="budi has a part of their own in this plan, and acts for nobody else in it"):
        fixture_agency.tell("budi", agreed, on_behalf_of="sri")
    with pytest.raises(NotAllowed, match="propose-development is not done for another"):
        fixture_agency.tell("eko", wanted, on_behalf_of="sri")
    assert fixture_agency.tell("eko", agreed, on_behalf_of="sri").events[0].type == "development.answered"


@pytest.mark.parametrize(
    ("by", "command"),
    [
        ("eko", ask.Rate(**BUDI, relation=Relation.PEER, scores=SCORES)),
        ("eko", ask.SubmitPlan(**BUDI)),
        ("eko", ask.FileObjection(**BUDI, grounds="x")),
        ("eko", ask.WithdrawRating(**BUDI, reason="x")),
        ("eko", handed_on()),
        ("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20)),
    ],
)
def test_what_is_personal_or_a_role_s_is_not_done_for_another(fixture_agency: Any, by: str, command: Any) -> None:
    fixture_agency.tell("sri", handed_on())

    with pytest.raises(NotAllowed, match="is not done for another"):
        fixture_agency.tell(by, command, on_behalf_of="sri")


def test_only_the_person_or_hr_delegates_and_nobody_to_themselves(fixture_agency: Any) -> None:
    with pytest.raises(NotAllowed, match="is for sri and for HR"):
        fixture_agency.tell("eko", handed_on())
    with pytest.raises(NotAllowed, match="is for nobody and for HR"):
        fixture_agency.tell("eko", handed_on(employee="nobody"))
    with pytest.raises(NotAllowed, match="to themselves"):
        fixture_agency.tell("eko", handed_on(), actor=fixture_agency.actor("eko", "hr"))
    with pytest.raises(NotFound, match="not on the roster"):
        fixture_agency.tell("hr", handed_on(employee="nobody"))


def test_a_delegation_is_for_a_time_to_somebody_who_serves(fixture_agency: Any) -> None:
    for wrong, told in (
        (handed_on(days=-1), "/until"),
        (handed_on(days=367), "/until"),
        (handed_on(to="nobody"), "/to: nobody is not on the roster"),
        (handed_on(to="sri"), "the same person"),
    ):
        with pytest.raises(Invalid, match=told):
            fixture_agency.tell("sri", wrong)
    with pytest.raises(Invalid, match="/since: 2025-03-03 is past"):
        fixture_agency.tell("sri", handed_on(), on=DURING + timedelta(days=1))
    fixture_agency.tell("sri", handed_on())
    with pytest.raises(AlreadyDone):
        fixture_agency.tell("sri", handed_on())
    with pytest.raises(NotFound, match="delegated nothing to tono that still holds; there are eko"):
        fixture_agency.tell("sri", RevokeDelegation(employee="sri", to="tono", reason="x"))
