"""What an employee plans for their own development: proposed, answered by who is above them, done or taken back."""

from datetime import date
from typing import Any

import pytest
from msgspec import structs

from neraca.domain.development.own_plan import (
    AnswerDevelopment,
    CompleteDevelopment,
    DevelopmentAnswered,
    DevelopmentCompleted,
    DevelopmentProposed,
    DevelopmentWithdrawn,
    ProposeDevelopment,
    WithdrawDevelopment,
)
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.vocabulary import TrainingKind

JULY = date(2025, 7, 1)
OWN: Any = {"employee": "budi", "year": 2025, "item": "statistik"}
WHAT: Any = {
    "kind": TrainingKind.DISTANCE,
    "title": "Statistik dasar",
    "aim": "Membaca hasil survei sendiri",
    "addresses": ["layanan"],
    "hours": 20,
    "by": date(2025, 11, 28),
}
PROPOSE = ProposeDevelopment(**OWN, **WHAT)
PROPOSED = DevelopmentProposed(**OWN, **WHAT)
ANSWER = AnswerDevelopment(**OWN, agreed=True, answer="Silakan, pakai jam Jumat")
AGREED = DevelopmentAnswered(**OWN, agreed=True, answer="Silakan, pakai jam Jumat")
COMPLETE = CompleteDevelopment(**OWN, on=JULY, hours=18, learnt="Bisa menghitung indeks", certificate="arsip:s/1")
COMPLETED = DevelopmentCompleted(**OWN, on=JULY, hours=18, learnt="Bisa menghitung indeks", certificate="arsip:s/1")
WITHDRAW = WithdrawDevelopment(**OWN, reason="Kursus tidak dibuka")


def test_the_employee_proposes_the_leader_answers_and_it_is_done(after):
    assert after(when=PROPOSE) == [PROPOSED]
    assert after(PROPOSED, when=ANSWER, by="sri") == [AGREED]
    assert after(PROPOSED, AGREED, when=COMPLETE) == [COMPLETED]
    assert after(PROPOSED, AGREED, when=WITHDRAW) == [DevelopmentWithdrawn(**OWN, reason="Kursus tidak dibuka")]


def test_all_that_is_wrong_with_what_is_proposed_is_told_at_once(after):
    with pytest.raises(Invalid) as refused:
        after(when=structs.replace(PROPOSE, addresses=["entah"], aim=" ", hours=0, by=date(2026, 1, 1)))
    assert [one.field for one in refused.value.faults] == ["/aim", "/addresses/0", "/hours", "/by"]


def test_each_step_is_for_whom_it_is(after):
    """Whoever is above by the roster answers, and nobody else; the rest is the employee's own."""
    for by in ("budi", "agus", "wati"):
        with pytest.raises(NotAllowed, match=f"no development plan of budi for 2025 in which {by} may send answer"):
            after(PROPOSED, when=ANSWER, by=by)
    for command in (PROPOSE, COMPLETE, WITHDRAW):
        with pytest.raises(NotAllowed, match="no development plan of budi for 2025 in which sri may send"):
            after(PROPOSED, AGREED, when=command, by="sri")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"year": 1900}, "/year", "1900 is no year of service"),
        ({"addresses": ["layanan", "layanan"]}, "/addresses", "once"),
        ({"addresses": ["layanam"]}, "/addresses/0", "no policy in force in 2025 has an indicator or node 'layanam'"),
        ({"hours": 0}, "/hours", "0 hours can't be; send 1 to 2000"),
        ({"by": date(2025, 6, 30)}, "/by", "2025-06-30 is no day of 2025 that is still to come"),
        ({"by": date(2026, 1, 1)}, "/by", "2026-01-01 is no day of 2025 that is still to come"),
    ],
)
def test_what_is_proposed_can_be_done_in_the_year(after, change, field, words):
    with pytest.raises(Invalid, match=words) as refused:
        after(when=structs.replace(PROPOSE, **change))
    assert refused.value.field == field


def test_an_item_goes_its_way_once(after):
    with pytest.raises(AlreadyDone, match="'statistik' was proposed already"):
        after(PROPOSED, when=PROPOSE)
    with pytest.raises(NotFound, match="no 'statistik' was proposed for 2025; there are none"):
        after(when=COMPLETE)
    declined = structs.replace(AGREED, agreed=False)
    for before, command, by, words in (
        ((PROPOSED,), COMPLETE, "budi", "'statistik' is proposed; complete-development needs one that is agreed"),
        ((PROPOSED, declined), COMPLETE, "budi", "'statistik' is declined; complete-development needs"),
        ((PROPOSED, AGREED), ANSWER, "sri", "'statistik' is agreed; answer-development needs one that is proposed"),
        ((PROPOSED, AGREED, COMPLETED), WITHDRAW, "budi", "'statistik' is completed; withdraw-development needs"),
    ):
        with pytest.raises(NotOpen, match=words):
            after(*before, when=command, by=by)
    with pytest.raises(TooEarly, match="2025-07-02 is still to come"):
        after(PROPOSED, AGREED, when=structs.replace(COMPLETE, on=date(2025, 7, 2)))
    with pytest.raises(Invalid, match="2024-12-31 is before 2025, of which the plan is; name a day from then"):
        after(PROPOSED, AGREED, when=structs.replace(COMPLETE, on=date(2024, 12, 31)))


def test_a_year_has_an_end_of_items(after):
    many = [structs.replace(PROPOSED, item=f"i{n}") for n in range(50)]

    with pytest.raises(NotOpen, match="2025 has 50 items already"):
        after(*many, when=PROPOSE)


def test_nobody_plans_who_does_not_serve(after, placed):
    left = {"budi": placed("dinkes", "sri", retired=date(2025, 6, 30))}

    with pytest.raises(Invalid, match="budi does not serve today"):
        after(when=PROPOSE, people=left)
