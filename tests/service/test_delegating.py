"""Acting for another: only who is on the roster and was delegated to, for a time, and nowhere they have a part."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.attendance import RecordAttendance
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from neraca.domain.roster import Delegate, RetireEmployee, RevokeDelegation
from neraca.domain.vocabulary import Relation

PERIOD = "2025-Q1"
DURING = date(2025, 3, 3)
BUDI: dict[str, Any] = {"employee": "budi", "period": PERIOD}
SCORES = {"layanan": Decimal(70), "disiplin": Decimal(70)}
RATE = ask.Rate(**BUDI, relation=Relation.SUPERVISOR, scores=SCORES)


def handed_on(employee: str = "sri", to: str = "eko", days: int = 7) -> Delegate:
    return Delegate(employee=employee, to=to, since=DURING, until=DURING + timedelta(days=days), reason="dinas luar")


def test_who_was_delegated_to_acts_with_the_others_relation(town: Any) -> None:
    town.plan("budi")
    town.tell("sri", handed_on())

    with pytest.raises(NotAllowed):
        town.tell("eko", RATE)
    done = town.tell("eko", RATE, on_behalf_of="sri", on=DURING + timedelta(days=7))

    assert done.events[0].type == "appraisal.rated"


def test_it_ends_with_its_last_day_by_revocation_and_with_service(town: Any) -> None:
    town.plan("budi")
    town.tell("sri", handed_on())
    with pytest.raises(NotAllowed, match="sri has delegated nothing to eko that holds on 2025-03-11"):
        town.tell("eko", RATE, on_behalf_of="sri", on=DURING + timedelta(days=8))

    town.tell("sri", RevokeDelegation(employee="sri", to="eko", reason="kembali"))
    with pytest.raises(NotAllowed, match="delegated nothing"):
        town.tell("eko", RATE, on_behalf_of="sri")

    town.tell("hr", handed_on(to="tono"))
    town.tell("hr", RetireEmployee(employee="tono", on=DURING))
    with pytest.raises(NotAllowed, match="delegated nothing"):
        town.tell("tono", RATE, on_behalf_of="sri", on=DURING + timedelta(days=1))


@pytest.mark.parametrize("whom", ["agus", "nobody", "eko", "198501012010011001"])
def test_nobody_is_acted_for_who_delegated_nothing_and_all_are_told_alike(town: Any, whom: str) -> None:
    town.plan("budi")

    with pytest.raises(NotAllowed, match=f"{whom} has delegated nothing to eko"):
        town.tell("eko", RATE, on_behalf_of=whom)


def test_what_is_handed_on_is_not_handed_on_again(town: Any) -> None:
    town.plan("budi")
    town.tell("sri", handed_on(to="tono"))
    town.tell("tono", handed_on(employee="tono", to="eko"))

    with pytest.raises(NotAllowed, match="sri has delegated nothing to eko"):
        town.tell("eko", RATE, on_behalf_of="sri")
    with pytest.raises(NotAllowed):
        town.tell("eko", RATE, on_behalf_of="tono")


def test_nobody_acts_for_another_where_they_have_a_part(town: Any) -> None:
    town.plan("budi")
    for to in ("budi", "agus"):
        town.tell("sri", handed_on(to=to))
        with pytest.raises(NotAllowed, match="a part of their own"):
            town.tell(to, RATE, on_behalf_of="sri")


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
def test_what_is_personal_or_a_role_s_is_not_done_for_another(town: Any, by: str, command: Any) -> None:
    town.tell("sri", handed_on())

    with pytest.raises(NotAllowed, match="is not done for another"):
        town.tell(by, command, on_behalf_of="sri")


def test_only_the_person_or_hr_delegates_and_nobody_to_themselves(town: Any) -> None:
    with pytest.raises(NotAllowed, match="is for sri and for HR"):
        town.tell("eko", handed_on())
    with pytest.raises(NotAllowed, match="is for nobody and for HR"):
        town.tell("eko", handed_on(employee="nobody"))
    with pytest.raises(NotAllowed, match="to themselves"):
        town.tell("eko", handed_on(), actor=town.actor("eko", "hr"))
    with pytest.raises(NotFound, match="not on the roster"):
        town.tell("hr", handed_on(employee="nobody"))


def test_a_delegation_is_for_a_time_to_somebody_who_serves(town: Any) -> None:
    for wrong, told in (
        (handed_on(days=-1), "/until"),
        (handed_on(days=367), "/until"),
        (handed_on(to="nobody"), "/to: nobody is not on the roster"),
        (handed_on(to="sri"), "the same person"),
    ):
        with pytest.raises(Invalid, match=told):
            town.tell("sri", wrong)
    with pytest.raises(Invalid, match="/since: 2025-03-03 is past"):
        town.tell("sri", handed_on(), on=DURING + timedelta(days=1))
    town.tell("sri", handed_on())
    with pytest.raises(AlreadyDone):
        town.tell("sri", handed_on())
    with pytest.raises(NotFound, match="delegated nothing to tono that still holds; there are eko"):
        town.tell("sri", RevokeDelegation(employee="sri", to="tono", reason="x"))
