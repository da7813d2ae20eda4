"""Coaching and counselling in the year (PermenPANRB 6/2022 ps 20-21): the leader records, the employee answers."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import AnswerGuidance, RecordGuidance
from neraca.domain.appraisal.division import Happened, belonging
from neraca.domain.appraisal.events import Cut, GuidanceAnswered, GuidanceRecorded
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.facts import Facts
from neraca.domain.period import parse
from neraca.domain.vocabulary import GuidanceKind

WHO: Any = {"employee": "budi", "period": "2025"}
HELD: Any = {"guidance": "b1", "kind": GuidanceKind.COACHING, "on": date(2025, 6, 2), "note": "Cara melayani lansia"}
COMMAND = RecordGuidance(**WHO, **HELD, result="berkas")
RECORDED = GuidanceRecorded(**HELD, by="sri", result="berkas")
ANSWER = AnswerGuidance(**WHO, guidance="b1", answer="Sudah saya coba")
ANSWERED = GuidanceAnswered(guidance="b1", answer="Sudah saya coba")


def test_the_appraiser_records_it_about_a_result_a_value_or_the_whole(after: Any, past: Any) -> None:
    assert after(*past.running, when=COMMAND, by="sri") == [RECORDED]
    about = {"result": None, "indicator": "layanan"}
    assert after(*past.running, when=replace(COMMAND, **about), by="sri") == [replace(RECORDED, **about)]
    # Before there is a plan, and after the period while nothing is final.
    whole = replace(COMMAND, result=None)
    assert after(*past.opened, when=whole, by="sri", on=date(2026, 1, 5)) == [replace(RECORDED, result=None)]


def test_the_employee_answers_once_also_when_the_result_is_final(after: Any, past: Any) -> None:
    assert after(*past.running, RECORDED, when=ANSWER) == [ANSWERED]
    assert after(*past.running, RECORDED, *past.final[-2:], when=ANSWER, on=date(2026, 1, 6)) == [ANSWERED]
    with pytest.raises(AlreadyDone, match="'b1' is answered already"):
        after(*past.running, RECORDED, ANSWERED, when=ANSWER)
    with pytest.raises(NotFound, match="no guidance 'b1'"):
        after(*past.running, when=ANSWER)
    with pytest.raises(Invalid, match="/answer: the answer is empty"):
        after(*past.running, RECORDED, when=replace(ANSWER, answer=" "))


def test_nobody_records_or_answers_for_another(after: Any, past: Any) -> None:
    with pytest.raises(NotAllowed, match="only the appraiser sri may record guidance; you are budi"):
        after(*past.running, when=COMMAND, by="budi")
    with pytest.raises(NotAllowed, match="only budi may answer guidance; you are sri"):
        after(*past.running, RECORDED, when=ANSWER, by="sri")
    with pytest.raises(NotOpen, match="the result is final"):
        after(*past.final, when=COMMAND, by="sri")


@pytest.mark.parametrize(
    ("changes", "refusal", "message"),
    [
        ({"note": " "}, Invalid, "/note: the note is empty"),
        ({"on": date(2024, 12, 31)}, Invalid, "/on: 2024-12-31 is outside the period"),
        ({"on": date(2025, 7, 2)}, TooEarly, "/on: 2025-07-02 is still to come"),
        ({"result": "berka"}, Invalid, "the plan has no result 'berka'; did you mean 'berkas'"),
        ({"indicator": "layanan"}, Invalid, "leave one of the two out"),
        ({"result": None, "indicator": "layana"}, Invalid, "policy kota-uji has no value 'layana'; did you mean"),
    ],
)
def test_it_says_when_it_was_held_and_about_what(
    after: Any, past: Any, changes: dict[str, Any], refusal: type[Exception], message: str
) -> None:
    with pytest.raises(refusal, match=message):
        after(*past.running, when=replace(COMMAND, **changes), by="sri")
    with pytest.raises(AlreadyDone, match="'b1' is recorded already"):
        after(*past.running, RECORDED, when=COMMAND, by="sri")


def test_of_a_whole_that_is_cut_it_goes_with_the_part_in_which_it_was_held() -> None:
    first, later = replace(RECORDED, on=date(2025, 5, 2)), replace(RECORDED, guidance="b2", on=date(2025, 7, 2))
    happened = [
        Happened(event, date(2025, 7, 3))
        for event in (
            first,
            later,
            ANSWERED,
            Cut(reason="x", parts=("2025-01..05", "2025-06..12"), since=date(2025, 6, 1)),
        )
    ]
    assert belonging(parse("2025-01..05"), happened, of_year=False) == [first, ANSWERED]
    assert belonging(parse("2025-06..12"), happened, of_year=False) == [later]


def test_it_weighs_nothing() -> None:
    facts = Facts(starts=date(2025, 1, 1), ends=date(2025, 12, 31))
    before = facts.digest()
    assert not facts.apply(RECORDED, 5)
    assert not facts.apply(ANSWERED, 6)
    assert facts.digest() == before
