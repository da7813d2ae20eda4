"""A survey: opened once, answered once by each, closed with its sums."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import survey
from neraca.domain.errors import AlreadyDone, Invalid, NotFound, NotOpen, TooEarly
from neraca.domain.survey import (
    CloseSurvey,
    OpenSurvey,
    RecordResponse,
    ReopenSurvey,
    ResponseRecorded,
    SurveyClosed,
    SurveyOpened,
    SurveyReopened,
)

WHICH: dict[str, Any] = {"unit": "dinkes", "period": "2025", "survey": "ikm"}
OPEN = OpenSurvey(**WHICH, elements=["u1", "u2"])
OPENED = SurveyOpened(**WHICH, elements=["u1", "u2"])
RECORD = RecordResponse(**WHICH, respondent="w-1", answers={"u1": Decimal(4), "u2": Decimal(3)})
FIRST = ResponseRecorded(respondent="w-1", answers={"u1": Decimal(4), "u2": Decimal(3)})
SECOND = ResponseRecorded(respondent="w-2", answers={"u1": Decimal(1)})
TEN = [ResponseRecorded(respondent=f"n-{n}", answers={"u1": Decimal(2), "u2": Decimal(3)}) for n in range(10)]
CLOSE = CloseSurvey(**WHICH)
CLOSED = SurveyClosed(**WHICH, sums={"u1": Decimal(5), "u2": Decimal(3)}, counts={"u1": 2, "u2": 1})


def renamed(one: ResponseRecorded) -> ResponseRecorded:
    return replace(one, respondent=f"x{one.respondent}")


def changed(these: list[ResponseRecorded], **answers: int) -> list[ResponseRecorded]:
    return [replace(one, answers=one.answers | {name: Decimal(n) for name, n in answers.items()}) for one in these]


def test_a_survey_opens_records_and_closes_with_its_sums(after):
    assert after(when=OPEN, by="surveyor") == [OPENED]
    assert after(OPENED, when=RECORD, by="surveyor") == [FIRST]
    assert after(OPENED, FIRST, SECOND, when=CLOSE, by="surveyor") == [CLOSED]


def test_a_survey_nobody_answered_closes_at_nothing(after):
    nothing = SurveyClosed(**WHICH, sums={"u1": Decimal(0), "u2": Decimal(0)}, counts={"u1": 0, "u2": 0})

    assert after(OPENED, when=CLOSE, by="surveyor") == [nothing]


def test_a_survey_opens_once(after):
    with pytest.raises(AlreadyDone, match="opened already"):
        after(OPENED, when=OPEN, by="surveyor")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"elements": []}, "at least one element"),
        ({"elements": ["u1", "u1"]}, "is there twice"),
        ({"elements": ["u1", ""]}, "/elements/1: the element is empty"),
        ({"unit": "dinkez"}, "did you mean 'dinkes'"),
        ({"period": "tahun"}, "no period 'tahun'"),
        ({"survey": "ikm/2"}, "can't be a survey's name"),
    ],
)
def test_a_survey_must_ask_something_of_a_unit(after, changes, message):
    with pytest.raises(Invalid, match=message):
        after(when=replace(OPEN, **changes), by="surveyor")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"period": "2025-Q1"}, "/period: nobody is appraised for 2025-Q1; the policies in force appraise 2025$"),
        ({"survey": "ikn"}, "/survey: the policies in force read no survey 'ikn'; did you mean 'ikm'"),
        ({"elements": ["u1", "u2", "u3"]}, "/elements/2: survey 'ikm' has no element 'u3'; there are u1, u2"),
        ({"elements": ["u2"]}, "/elements: without u1 nothing could be scored; 'ikm' asks u1, u2"),
        ({"unit": "dishub"}, "'dishub' takes no part yet"),
    ],
)
def test_a_survey_is_one_that_a_policy_can_use(after, changes, message):
    with pytest.raises((Invalid, TooEarly), match=message):
        after(when=replace(OPEN, **changes), by="surveyor")


def test_policies_that_share_a_survey_need_the_elements_of_both(after, rules):
    both = (rules, replace(rules, surveys={"ikm": ("u2", "u3")}), replace(rules, cycle="quarter", surveys={}))

    assert after(when=replace(OPEN, elements=["u3", "u1", "u2"]), by="surveyor", applied=both)
    with pytest.raises(Invalid, match="without u3"):
        after(when=OPEN, by="surveyor", applied=both)
    with pytest.raises(Invalid, match="there are none"):
        after(when=replace(OPEN, period="2025-Q1"), by="surveyor", applied=both)
    with pytest.raises(Invalid, match="/period: no policy is in force in 2025"):
        after(when=OPEN, by="surveyor", applied=())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"respondent": ""}, "token is empty"),
        ({"answers": {}}, "no answer"),
        ({"answers": {"u/3": Decimal(1)}}, "/answers/u~13: survey 'ikm' has no element 'u/3'"),
        ({"answers": {"u3": Decimal(1)}}, "/answers/u3: survey 'ikm' has no element 'u3'"),
        ({"answers": {"u1": Decimal(0)}}, "0 is not within 1 to 4"),
        ({"answers": {"u1": Decimal(5)}}, "5 is not within 1 to 4"),
        ({"answers": {"u1": Decimal("1.0000001")}}, "six decimals"),
        ({"answers": {"u1": Decimal("3.5")}}, "3.5 is no answer; the scale has 1, 2, 3 and 4 only"),
        ({"respondent": "\u200b"}, "token is empty"),
        ({"respondent": "198501012010011001"}, "number of a person is no token"),
        ({"respondent": "1985.0101_201001-1001"}, "number of a person is no token"),
        ({"respondent": "3578010101850001"}, "number of a person is no token"),
    ],
)
def test_an_answer_is_one_to_four_to_an_element_that_was_asked(after, changes, message):
    with pytest.raises(Invalid, match=message):
        after(OPENED, when=replace(RECORD, **changes), by="surveyor")


def test_each_respondent_answers_once(after):
    with pytest.raises(AlreadyDone, match="answered already"):
        after(OPENED, FIRST, when=RECORD, by="surveyor")


SPELLINGS = ["w-1", "W-1", "w-1 ", "\tw-1", "\uff37-\uff11", "w\u200b-1"]


@pytest.mark.parametrize("respondent", SPELLINGS)
def test_a_respondent_is_one_however_written(after, respondent):
    assert after(OPENED, when=replace(RECORD, respondent=respondent), by="surveyor") == [FIRST]
    for before in SPELLINGS:
        with pytest.raises(AlreadyDone, match="answered already"):
            after(OPENED, replace(FIRST, respondent=before), when=replace(RECORD, respondent=respondent), by="surveyor")


def test_what_an_older_log_has_twice_counts_once_from_its_closing_on(after):
    again = [replace(FIRST, respondent=spelling) for spelling in SPELLINGS]

    assert after(OPENED, *again, SECOND, when=CLOSE, by="surveyor") == [replace(CLOSED, repeated=len(SPELLINGS) - 1)]


def test_nothing_is_recorded_before_opening_or_after_closing(after):
    for command in (RECORD, CLOSE):
        with pytest.raises(NotFound, match="open it first"):
            after(when=command, by="surveyor")
        with pytest.raises(NotOpen, match="is closed"):
            after(OPENED, CLOSED, when=command, by="surveyor")


def test_each_event_changes_what_it_tells_and_nothing_else():
    state = survey.State()
    assert state == survey.State(elements=[], respondents=set(), sums={}, counts={}, repeated=0, closed=False)
    story = [
        (OPENED, {"elements": ["u1", "u2"], "sums": {"u1": 0, "u2": 0}, "counts": {"u1": 0, "u2": 0}}),
        (FIRST, {"respondents": {"w-1"}, "sums": {"u1": 4, "u2": 3}, "counts": {"u1": 1, "u2": 1}}),
        (SECOND, {"respondents": {"w-1", "w-2"}, "sums": {"u1": 5, "u2": 3}, "counts": {"u1": 2, "u2": 1}}),
        (replace(FIRST, respondent="W-1 "), {"repeated": 1}),
        (replace(SECOND, respondent="w-2", answers={"u2": Decimal(4)}), {"repeated": 2}),
        (
            CLOSED,
            {"closed": True, "told": CLOSED, "told_sheets": {"w-1": FIRST.answers, "w-2": SECOND.answers}},
        ),
    ]
    expected = state
    for event, told in story:
        expected = replace(expected, **told)
        state = survey.evolve(state, event)
        assert state == expected, event


def test_what_is_open_is_told_in_whole_words(after):
    for events, command, refusal, message, field in (
        ((OPENED,), OPEN, AlreadyDone, "survey 'ikm' of dinkes in 2025 was opened already", None),
        ((), CLOSE, NotFound, "there is no survey 'ikm' here; open it first", None),
        (
            (OPENED, CLOSED),
            CLOSE,
            NotOpen,
            "survey 'ikm' is closed and its sums count; answers that come now go into a later period's, or send "
            "reopen-survey with the reason",
            None,
        ),
        (
            (OPENED, FIRST),
            RECORD,
            AlreadyDone,
            "/respondent: this respondent has answered already; give another respondent a token of their own",
            "/respondent",
        ),
    ):
        with pytest.raises(refusal) as refused:
            after(*events, when=command, by="surveyor")
        assert (refused.value.message, refused.value.field) == (message, field)


@pytest.mark.parametrize("answer", [1, 2, 3, 4])
def test_every_answer_of_the_scale_is_taken(after, answer):
    answers = {"u2": Decimal(answer)}

    [event] = after(OPENED, when=replace(RECORD, respondent="W-9", answers=answers), by="surveyor")
    assert event == ResponseRecorded(respondent="w-9", answers=answers)


def test_a_survey_of_one_element_and_of_a_unit_that_takes_part_by_the_end_of_the_period(after, rules):
    one = replace(rules, surveys={"ikm": ("u1",)})

    assert after(when=replace(OPEN, elements=["u1"]), by="surveyor", applied=(one,))
    assert after(when=replace(OPEN, unit="disdik"), by="surveyor")
    with pytest.raises(
        TooEarly,
        match=r"^/unit: 'bkd' takes part from 2026-06-01, after 2025-12-31; name another,",
    ):
        after(when=replace(OPEN, unit="bkd"), by="surveyor")


def test_a_survey_that_was_closed_wrongly_is_reopened_and_closed_again_with_what_was_missing(after):
    reopen = ReopenSurvey(**WHICH, reason="Satu kotak belum dihitung")
    reopened = SurveyReopened(**WHICH, reason="Satu kotak belum dihitung")
    assert after(OPENED, FIRST, CLOSED, when=reopen, by="surveyor") == [reopened]

    [before] = after(OPENED, FIRST, when=CLOSE, by="surveyor")
    [closed] = after(OPENED, FIRST, before, reopened, *TEN, when=CLOSE, by="surveyor")
    assert {name: n - before.counts[name] for name, n in closed.counts.items()} == {"u1": 10, "u2": 10}
    assert not closed.few_wait


def test_what_was_recorded_wrongly_is_recorded_afresh(after):
    afresh = SurveyReopened(**WHICH, reason="Tertukar dengan unit lain", afresh=True)
    [before] = after(OPENED, FIRST, when=CLOSE, by="surveyor")

    [closed] = after(OPENED, FIRST, before, afresh, *TEN, when=CLOSE, by="surveyor")
    assert (closed.sums, closed.counts) == ({"u1": Decimal(20), "u2": Decimal(30)}, {"u1": 10, "u2": 10})
    assert not closed.few_wait
    # whoever had answered answers again
    assert after(OPENED, FIRST, before, afresh, when=RECORD, by="surveyor")


@pytest.mark.parametrize(
    ("again", "few"),
    [
        (TEN, False),
        ([renamed(one) for one in TEN], False),
        ([*TEN, FIRST], True),
        ([renamed(one) for one in (*TEN, FIRST)], True),
        (TEN[1:], True),
        ([*changed(TEN[:1], u1=4), *TEN[1:]], True),
        ([*changed(TEN[:9], u1=4), *TEN[9:]], True),
        (changed(TEN, u1=4), False),
        # of one element ten are others, of the second one
        ([*changed(changed(TEN[:1], u2=1), u1=4), *changed(TEN[1:], u1=4)], True),
        ([renamed(one) for one in changed(TEN, u1=4)], False),
        ([], False),
    ],
)
def test_few_whose_answers_are_others_when_all_is_recorded_afresh_wait_too(after, again, few):
    """Whoever read the result before would know what those had answered."""
    afresh = SurveyReopened(**WHICH, reason="Salah ketik", afresh=True)
    [before] = after(OPENED, *TEN, when=CLOSE, by="surveyor")

    [closed] = after(OPENED, *TEN, before, afresh, *again, when=CLOSE, by="surveyor")
    assert closed.few_wait is few
    if few:
        assert closed == replace(before, few_wait=True)
        # what waits is told once enough have changed since what was told
        [closed] = after(
            OPENED, *TEN, before, afresh, *again, closed, afresh, *changed(TEN, u1=1), when=CLOSE, by="surveyor"
        )
        assert (closed.few_wait, closed.sums["u1"]) == (False, Decimal(10))
    else:
        assert closed.counts["u1"] == len(again)


def test_what_few_answered_since_a_closing_waits_until_they_are_enough(after):
    """Whoever reads a result before and after, or the log, would know what the few had answered."""
    reopened = SurveyReopened(**WHICH, reason="Satu kotak belum dihitung")
    [first] = after(OPENED, FIRST, when=CLOSE, by="surveyor")

    [second] = after(OPENED, FIRST, first, reopened, *TEN[:9], when=CLOSE, by="surveyor")
    assert second == replace(first, few_wait=True)

    # with one more they are ten since the sums that were told
    story = (OPENED, FIRST, first, reopened, *TEN[:9], second, reopened, TEN[9])
    [third] = after(*story, when=CLOSE, by="surveyor")
    assert third.counts == {name: n + 10 for name, n in first.counts.items()}
    assert third.sums == {"u1": first.sums["u1"] + 20, "u2": first.sums["u2"] + 30}
    assert not third.few_wait

    # what nobody added to is closed as it was
    assert after(OPENED, FIRST, first, reopened, when=CLOSE, by="surveyor") == [first]


def test_nobody_answers_before_the_period_begins(after):
    with pytest.raises(TooEarly, match="2025 begins on 2025-01-01; nobody was served in it yet"):
        after(OPENED, when=RECORD, by="surveyor", on=date(2024, 12, 31))
    assert after(OPENED, when=RECORD, by="surveyor", on=date(2025, 1, 1)) == [FIRST]


def test_only_a_closed_survey_is_reopened_and_with_a_reason(after):
    reopen = ReopenSurvey(**WHICH, reason="Satu kotak belum dihitung")

    with pytest.raises(NotFound, match="there is no survey 'ikm' here; open it first"):
        after(when=reopen, by="surveyor")
    with pytest.raises(AlreadyDone, match="survey 'ikm' is open; record what is missing"):
        after(OPENED, when=reopen, by="surveyor")
    with pytest.raises(Invalid, match="the reason is empty"):
        after(OPENED, CLOSED, when=replace(reopen, reason=" "), by="surveyor")
