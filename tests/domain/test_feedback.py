"""Feedback in words (PermenPANRB 6/2022 ps 18-19, annex p. 70): owed by the leader, open to all, input to whoever
judges and in no number. Who reads what of it is rater_privacy's to say.
"""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain import rater_privacy
from neraca.domain.appraisal.commands import DeclineFeedback, GiveFeedback, RequestFeedback, WithdrawFeedback
from neraca.domain.appraisal.events import (
    Cancelled,
    FeedbackDeclined,
    FeedbackGiven,
    FeedbackRequested,
    FeedbackWithdrawn,
    ObjectionDecided,
    PlanSubmitted,
    Reassigned,
    Reopened,
)
from neraca.domain.appraisal.feedback import MOST
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.facts import Facts
from neraca.domain.rater_privacy import Shown, feedback_shown
from neraca.domain.vocabulary import FeedbackSource, FeedbackTone, ObjectionOutcome

WHO: Any = {"employee": "budi", "period": "2025"}
TODAY = date(2025, 7, 1)
GIVE = GiveFeedback(**WHO, feedback="f1", tone=FeedbackTone.CONSTRUCTIVE, words="Balas surat dalam dua hari")
ASK = RequestFeedback(**WHO, of="wati", question="Bagaimana layanan loket saya?")
DECLINE = DeclineFeedback(**WHO)
TAKE_BACK = WithdrawFeedback(**WHO, feedback="f1", reason="Keliru orang")


def said(giver: str = "sri", source: FeedbackSource = FeedbackSource.LEADER, id_: str = "f1", **about: str) -> Any:
    return FeedbackGiven(
        feedback=id_,
        giver=giver,
        source=source,
        tone=FeedbackTone.CONSTRUCTIVE,
        words="Balas surat dalam dua hari",
        on=TODAY,
        **about,
    )


def asked(asker: str = "budi", whom: str = "wati", source: FeedbackSource = FeedbackSource.PEER, **more: str) -> Any:
    return FeedbackRequested(asker=asker, asked=whom, source=source, on=TODAY, **more)


@pytest.mark.parametrize(
    ("by", "source"),
    [
        ("sri", FeedbackSource.LEADER),
        ("agus", FeedbackSource.LEADER),
        ("wati", FeedbackSource.PEER),
        ("dewi", FeedbackSource.SUBORDINATE),
        ("rini", FeedbackSource.OTHER_PARTY),
    ],
)
def test_the_leader_and_any_colleague_who_serves_give_feedback(
    after: Any, past: Any, by: str, source: FeedbackSource
) -> None:
    for story in (past.opened, past.submitted, past.running):
        assert after(*story, when=GIVE, by=by, on=TODAY) == [said(by, source)]


def test_it_is_about_a_planned_result_a_value_or_the_whole(after: Any, past: Any) -> None:
    abouts: list[dict[str, Any]] = [{"result": "berkas"}, {"indicator": "layanan"}, {}]
    for about in abouts:
        assert after(*past.running, when=replace(GIVE, **about), by="sri", on=TODAY) == [said(**about)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"words": "  "}, "/words: the feedback is empty"),
        ({"result": "berkas", "indicator": "layanan"}, "/indicator: feedback is about one result or one value"),
        ({"result": "berka"}, "/result: the approved plan has no result 'berka'; name another, or give none"),
        ({"indicator": "layana"}, "/indicator: policy kota-uji has no rated value 'layana'; did you mean 'layanan'"),
    ],
)
def test_it_says_something_about_what_there_is(after: Any, past: Any, changes: Any, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        after(*past.running, when=replace(GIVE, **changes), by="wati", on=TODAY)

    assert refused.value.message.startswith(words)
    assert refused.value.field == words.partition(":")[0]


def test_no_result_of_a_plan_that_is_not_approved(after: Any, past: Any) -> None:
    with pytest.raises(Invalid, match="the approved plan has no result 'berkas'"):
        after(*past.submitted, when=replace(GIVE, result="berkas"), by="sri", on=TODAY)


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("budi", "budi is the employee; feedback comes from others, so ask for it by request-feedback"),
        ("tamu", "tamu is not in service on 2025-07-01, so no feedback comes from them"),
    ],
)
def test_it_comes_from_others_who_serve(after: Any, past: Any, by: str, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        after(*past.running, when=GIVE, by=by, on=TODAY)


def test_what_a_colleague_says_is_said_for_nobody_else_and_a_leader_may_be_stood_in_for(after: Any, past: Any) -> None:
    assert after(*past.running, when=GIVE, by="sri", on=TODAY, deputy="agus") == [said()]
    assert after(*past.running, when=ASK, by="sri", on=TODAY, deputy="agus") != []
    with pytest.raises(NotAllowed, match="feedback of a colleague is not given for another"):
        after(*past.running, when=GIVE, by="wati", on=TODAY, deputy="agus")
    with pytest.raises(NotAllowed, match="an employee asks for feedback themselves"):
        after(*past.running, when=ASK, by="budi", on=TODAY, deputy="agus")


def test_not_before_the_period_nor_after_the_result(after: Any, past: Any) -> None:
    with pytest.raises(TooEarly, match="the period starts on 2025-01-01"):
        after(*past.opened, when=GIVE, by="sri", on=date(2024, 12, 31))
    with pytest.raises(NotOpen, match="the result is final"):
        after(*past.final, when=GIVE, by="sri")


def test_a_colleague_is_told_the_same_of_what_is_final_was_final_and_is_not_there(after: Any, past: Any) -> None:
    decided = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2026, 1, 22))
    reopened = (*past.objected, decided, Reopened(reason="x"))
    told = set()
    for story in ((), past.final, reopened):
        with pytest.raises(NotOpen) as refused:
            after(*story, when=GIVE, by="wati", on=date(2026, 1, 25))
        told.add(refused.value.message)

    assert told == {
        "no appraisal of budi for 2025 takes feedback now; HR opens it, and it takes some until its result is final"
    }
    # The leader's is heard: a decision is enacted with what has been said since.
    assert after(*reopened, when=GIVE, by="agus", on=date(2026, 1, 25)) != []


def test_an_id_is_its_givers_own_and_given_once(after: Any, past: Any) -> None:
    there = said("wati", FeedbackSource.PEER)

    # Another's is not in the way: that would tell of it.
    assert after(*past.running, there, when=GIVE, by="joko", on=TODAY) == [said("joko", FeedbackSource.PEER)]
    for gone in ((), (FeedbackWithdrawn(feedback="f1", giver="wati", source=FeedbackSource.PEER, reason="x"),)):
        with pytest.raises(AlreadyDone, match="wati has given feedback as 'f1' already"):
            after(*past.running, there, *gone, when=GIVE, by="wati", on=TODAY)


def test_nobody_gives_or_asks_without_end(after: Any, past: Any) -> None:
    many = [said(id_=f"f{n}") for n in range(2, MOST + 2)]
    with pytest.raises(Conflict, match=f"sri has given feedback {MOST} times"):
        after(*past.running, *many, when=GIVE, by="sri", on=TODAY)
    wanted = [asked(whom=f"x{n}") for n in range(MOST)]
    with pytest.raises(Conflict, match=f"budi has asked for feedback {MOST} times"):
        after(*past.running, *wanted, when=ASK, by="budi", on=TODAY)


def test_its_giver_withdraws_it_and_nobody_else(after: Any, past: Any) -> None:
    there = said("wati", FeedbackSource.PEER)

    assert after(*past.running, there, when=TAKE_BACK, by="wati", on=TODAY) == [
        FeedbackWithdrawn(feedback="f1", giver="wati", source=FeedbackSource.PEER, reason="Keliru orang")
    ]
    for by in ("sri", "budi", "joko"):
        with pytest.raises(NotFound, match="there is no feedback 'f1' by you"):
            after(*past.running, there, when=TAKE_BACK, by=by, on=TODAY)
    # What many said is shown together once the result is final: one that went then would be told from the rest.
    with pytest.raises(NotOpen, match="takes feedback now"):
        after(*past.running, there, past.rated[-1], past.finalised, when=TAKE_BACK, by="wati")


def test_the_employee_asks_the_leader_or_a_colleague_and_the_appraiser_asks_colleagues(after: Any, past: Any) -> None:
    question: Any = {"question": "Bagaimana layanan loket saya?"}
    of_wati = asked(**question)
    of_sri = asked(whom="sri", source=FeedbackSource.LEADER, **question)

    assert after(*past.running, when=ASK, by="budi", on=TODAY) == [of_wati]
    assert after(*past.running, when=replace(ASK, of="sri"), by="budi", on=TODAY) == [of_sri]
    assert after(*past.running, when=ASK, by="sri", on=TODAY) == [replace(of_wati, asker="sri")]
    with pytest.raises(NotAllowed, match="only the appraiser sri may request feedback; you are joko"):
        after(*past.running, when=ASK, by="joko", on=TODAY)


@pytest.mark.parametrize(
    ("of", "by", "words"),
    [
        ("budi", "budi", "nobody asks themselves for feedback"),
        ("sri", "sri", "nobody asks themselves for feedback"),
        ("budi", "sri", "budi is the employee; feedback comes from others"),
        ("tamu", "sri", "tamu is not on the roster; HR registers and assigns them first"),
        ("tamu", "sri", "tamu is not in service on 2025-07-01; name somebody who serves"),
    ],
)
def test_whom_to_ask_is_somebody_else_who_is_there(
    after: Any, past: Any, placed: Any, of: str, by: str, words: str
) -> None:
    left = {"tamu": placed("dinkes", "sri", retired=date(2025, 6, 30))} if "service" in words else {}
    with pytest.raises(Invalid, match=f"/of: {words}"):
        after(*past.running, when=replace(ASK, of=of), by=by, on=TODAY, people=left)


def test_whoever_asked_a_colleague_never_learns_whether_they_answered(after: Any, past: Any) -> None:
    """Asking again is refused in the same words whatever came of it."""
    answers = (
        (),
        (said("wati", FeedbackSource.PEER),),
        (FeedbackDeclined(asked="wati", source=FeedbackSource.PEER),),
    )
    told = set()
    for answer in answers:
        with pytest.raises(AlreadyDone) as refused:
            after(*past.running, asked(), *answer, when=ASK, by="budi", on=TODAY)
        told.add(refused.value.message)

    assert told == {"/of: you have asked wati for this already; whether and when they answer is theirs to say"}
    # A leader answers under their name, and is asked again.
    leader = asked(whom="sri", source=FeedbackSource.LEADER)
    assert after(*past.running, leader, said(), when=replace(ASK, of="sri"), by="budi", on=TODAY) != []
    with pytest.raises(AlreadyDone):
        after(*past.running, leader, when=replace(ASK, of="sri"), by="budi", on=TODAY)


def leads(whom: str) -> Any:
    return Reassigned(unit="dinkes", appraiser=whom, reviewer="agus", reason="x", since=date(2025, 6, 30))


@pytest.mark.parametrize("answer", [None, said("wati", FeedbackSource.PEER)])
def test_nor_where_whom_they_asked_leads_later_or_led_before(after: Any, past: Any, answer: Any) -> None:
    """Only what a leader says by name is known to have come."""
    told = () if answer is None else (answer,)
    leader = FeedbackSource.LEADER
    as_colleague = (*past.running, asked(), *told)
    as_leader = (*past.running, leads("wati"), asked(source=leader), leads("sri"), *told)
    by_name = said("wati", leader, id_="f9")

    for story in ((*as_colleague, leads("wati")), as_leader, (*as_leader, leads("wati"))):
        with pytest.raises(AlreadyDone, match="you have asked wati for this already"):
            after(*story, when=ASK, by="budi", on=TODAY)
    for story in (as_colleague, as_leader):
        assert after(*story, leads("wati"), by_name, when=ASK, by="budi", on=TODAY) != []


def test_who_is_asked_declines_once_and_the_leader_never(after: Any, past: Any) -> None:
    declined = FeedbackDeclined(asked="wati", source=FeedbackSource.PEER)

    assert after(*past.running, asked(), when=DECLINE, by="wati", on=TODAY) == [declined]
    for done in (declined, said("wati", FeedbackSource.PEER)):
        with pytest.raises(NotFound, match="nobody waits for feedback of wati here"):
            after(*past.running, asked(), done, when=DECLINE, by="wati", on=TODAY)
    with pytest.raises(NotAllowed, match="the leader owes feedback and can't decline"):
        after(*past.running, asked(whom="sri", source=FeedbackSource.LEADER), when=DECLINE, by="sri", on=TODAY)


@pytest.mark.parametrize(
    ("wanted", "told", "waits"),
    [
        ({}, {}, False),
        ({}, {"result": "berkas"}, False),
        ({"result": "berkas"}, {}, False),
        ({"result": "berkas"}, {"result": "berkas"}, False),
        ({"result": "berkas"}, {"result": "layanan"}, True),
        ({"indicator": "layanan"}, {"result": "layanan"}, True),
    ],
)
def test_feedback_answers_what_was_asked_about_the_same_or_the_whole(
    after: Any, past: Any, wanted: Any, told: Any, waits: bool
) -> None:
    story = (*past.running, asked(**wanted), said("wati", FeedbackSource.PEER, **told))
    if waits:
        assert after(*story, when=DECLINE, by="wati", on=TODAY) != []
        return
    with pytest.raises(NotFound):
        after(*story, when=DECLINE, by="wati", on=TODAY)


sources = st.sampled_from(list(FeedbackSource))
names = st.sampled_from("abcdefgh")
tones = st.sampled_from(list(FeedbackTone))
days = st.sampled_from([date(2025, 3, 3), date(2025, 6, 30), date(2025, 11, 3)])
pieces = st.lists(
    st.builds(
        FeedbackGiven,
        feedback=st.just("f"),
        giver=names,
        source=sources,
        tone=tones,
        words=st.sampled_from(["satu", "dua", "tiga"]),
        on=days,
        result=st.sampled_from([None, "berkas"]),
    ),
    max_size=12,
)


@given(pieces)
def test_no_number_moves_with_feedback_and_no_version_with_what_is_hidden(given_: list[FeedbackGiven]) -> None:
    facts, shown = Facts(starts=date(2025, 1, 1), ends=date(2025, 12, 31)), Shown()
    before = facts.digest()
    for position, event in enumerate(given_, 5):
        assert not facts.apply(event, position)
        assert shown.take(event) is (event.source is FeedbackSource.LEADER)

    assert facts.digest() == before
    assert shown.version == sum(one.source is FeedbackSource.LEADER for one in given_)


@given(pieces, st.booleans(), st.randoms())
def test_who_of_the_colleagues_said_what_when_is_in_nothing_that_is_shown(
    given_: list[FeedbackGiven], judges: bool, chance: Any
) -> None:
    """The same words in other hands, in another order, on other days."""
    alike: dict[FeedbackSource, list[str]] = {}
    for one in given_:
        alike.setdefault(one.source, []).append(one.giver)
    for hands in alike.values():
        chance.shuffle(hands)
    others = [
        one if not one.hidden else replace(one, giver=alike[one.source].pop(), on=date(2025, 1, 1)) for one in given_
    ]
    leader, rest = [one for one in others if not one.hidden], [one for one in others if one.hidden]
    chance.shuffle(rest)

    told = feedback_shown(given_, judges=judges, closed=True)

    assert feedback_shown([*leader, *rest], judges=judges, closed=True) == told
    assert all(one.giver is None and one.on is None for one in told if one.source is not FeedbackSource.LEADER)


@given(pieces)
def test_a_reader_who_does_not_judge_has_colleagues_words_from_three_on_and_after_they_closed(
    given_: list[FeedbackGiven],
) -> None:
    leader = [one.words for one in given_ if one.source is FeedbackSource.LEADER]

    def words(*, judges: bool, closed: bool) -> list[str]:
        return [one.words for one in feedback_shown(given_, judges=judges, closed=closed)]

    assert words(judges=False, closed=False) == leader
    assert sorted(words(judges=True, closed=False)) == sorted(one.words for one in given_)
    enough = {
        source
        for source in FeedbackSource
        if source is FeedbackSource.LEADER or len({one.giver for one in given_ if one.source is source}) >= 3
    }
    assert sorted(words(judges=False, closed=True)) == sorted(one.words for one in given_ if one.source in enough)


def test_it_ends_with_what_was_opened_wrongly(after: Any, past: Any) -> None:
    gone = (*past.running, asked(), said("wati", FeedbackSource.PEER), Cancelled(reason="x"), *past.running)

    assert after(*gone, when=GIVE, by="wati", on=TODAY) == [said("wati", FeedbackSource.PEER)]
    assert after(*gone, when=ASK, by="budi", on=TODAY) != []


def test_of_the_events_of_feedback_a_leaders_alone_is_told() -> None:
    for source in FeedbackSource:
        events = (
            said("sri", source),
            asked(source=source),
            FeedbackWithdrawn(feedback="f1", giver="sri", source=source, reason="x"),
            FeedbackDeclined(asked="sri", source=source),
        )
        named = source is FeedbackSource.LEADER
        for event in events:
            assert rater_privacy.is_hidden(event, ()) is not named
            assert rater_privacy.may_name_actor(event, {}) is named
    assert not rater_privacy.is_hidden(PlanSubmitted(), ())
