"""Who may rate in which relation, on which scale, and how a rating is taken back."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from msgspec.structs import replace

from neraca.domain import authorisation
from neraca.domain.appraisal import ratings
from neraca.domain.appraisal.commands import (
    CancelAppraisal,
    CloseRatings,
    CutAppraisal,
    Finalise,
    Rate,
    ReviseRating,
    WithdrawRating,
)
from neraca.domain.appraisal.events import Rated, RatingRevised, RatingsClosed, RatingWithdrawn, Reopened
from neraca.domain.assignments import Assignment, Tenure
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, Refusal, TooEarly
from neraca.domain.vocabulary import RATER_GROUP, RATERS, Identity, RaterRule, Relation, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
FOUR = {"layanan": Decimal(4)}
REVISE = ReviseRating(**WHO, scores={"layanan": Decimal(3)}, reason="Keliru menulis")
WITHDRAW = WithdrawRating(**WHO, reason="Ada hubungan keluarga")


def rate(relation, scores=None, rater=None):
    return Rate(**WHO, relation=relation, scores=scores or FOUR, rater=rater)


def peer(name, scores=None):
    return Rated(rater=name, relation=Relation.PEER, scores=scores or FOUR)


@pytest.mark.parametrize(("relation", "role"), list(itertools.product(Relation, Role)))
def test_a_role_rates_in_its_relations_and_no_other(relation, role):
    command = Rate(employee="budi", period="2025", relation=relation, scores={})
    actor = Actor("wati", frozenset({role}), "uji")

    # An official as a superior where a decision on an objection is enacted and nobody reviews: the decision asks.
    if RATERS[relation].role is role or (relation, role) == (Relation.SUPERVISOR, Role.OFFICIAL):
        authorisation.check(command, actor)
    else:
        with pytest.raises(NotAllowed, match=f"rate needs the role {RATERS[relation].role}"):
            authorisation.check(command, actor)


@pytest.mark.parametrize(
    ("relation", "by"),
    [
        (Relation.SUPERVISOR, "sri"),
        (Relation.SELF, "budi"),
        (Relation.PEER, "wati"),
        (Relation.SUBORDINATE, "dewi"),
        (Relation.QUALITY_ASSURER, "official"),
    ],
)
def test_each_relation_rates_as_itself(after, past, relation, by):
    expected = [Rated(rater=by, relation=relation, scores=FOUR)]

    assert after(*past.running, when=rate(relation), by=by) == expected
    assert after(*past.running, when=rate(relation, rater=by), by=by) == expected


def test_a_surveyor_passes_on_what_a_citizen_said_under_a_token(after, past):
    for written in ("w-071", "warga:W-071"):
        assert after(*past.running, when=rate(Relation.CITIZEN, rater=written), by="surveyor") == [
            Rated(rater="warga:w-071", relation=Relation.CITIZEN, scores=FOUR)
        ]
    for nobody in (None, " "):
        with pytest.raises(Invalid, match="token"):
            after(*past.running, when=rate(Relation.CITIZEN, rater=nobody), by="surveyor")


@pytest.mark.parametrize("written", ["w-071", "W-071", "w-071 ", "\uff57-\uff10\uff17\uff11"])
def test_a_citizen_rates_once_however_the_token_is_written(after, past, written):
    for known in ("warga:w-071", "w-071", " W-071"):
        citizen = Rated(rater=known, relation=Relation.CITIZEN, scores=FOUR)
        with pytest.raises(AlreadyDone, match="has rated already"):
            after(*past.running, citizen, when=rate(Relation.CITIZEN, rater=written), by="surveyor")
        assert after(*past.running, citizen, when=replace(WITHDRAW, rater=written), by="surveyor") == [
            RatingWithdrawn(rater=known, reason=WITHDRAW.reason)
        ]


@pytest.mark.parametrize(
    ("relation", "by", "message"),
    [
        (Relation.SUPERVISOR, "budi", "only the appraiser sri"),
        (Relation.SUPERVISOR, "agus", "only the appraiser sri"),
        (Relation.SELF, "wati", "only budi may rate as SELF"),
        (Relation.PEER, "nobody", "nobody is not on the roster, .* HR registers and assigns them first"),
        (Relation.PEER, "rini", "who was a colleague in the unit of budi"),
        (Relation.PEER, "budi", "not a peer"),
        (Relation.PEER, "sri", "not a peer"),
        (Relation.SUBORDINATE, "nobody", "nobody is not on the roster, .* HR registers and assigns them first"),
        (Relation.SUBORDINATE, "wati", "directly under budi"),
        (Relation.CITIZEN, "wati", "needs the role surveyor"),
        (Relation.QUALITY_ASSURER, "wati", "needs the role official"),
        (Relation.SUPERVISOR, "official", "only the appraiser sri"),
        (Relation.PEER, "surveyor", "needs the role employee"),
    ],
)
def test_nobody_rates_in_a_relation_that_is_not_theirs(after, past, relation, by, message):
    rater = "w-071" if relation is Relation.CITIZEN else None

    with pytest.raises(NotAllowed, match=message):
        after(*past.running, when=rate(relation, rater=rater), by=by)


def test_nobody_assures_the_quality_of_their_own_work(after, past):
    budi = Actor("budi", frozenset({Role.EMPLOYEE, Role.OFFICIAL}), "uji")

    with pytest.raises(NotAllowed, match="in their own appraisal"):
        after(*past.running, when=rate(Relation.QUALITY_ASSURER), by=budi)


def test_nobody_rates_for_another(after, past):
    with pytest.raises(NotAllowed, match="wati can't rate for dewi"):
        after(*past.running, when=rate(Relation.PEER, rater="dewi"), by="wati")


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ({"layanan": Decimal("0.99")}, "/scores/layanan: 0.99 is not within 1 to 5"),
        ({"layanan": Decimal("5.000001")}, "not within 1 to 5"),
        ({"layanan": Decimal("4.5")}, "4.5 is off the scale, which goes from 1 by 1"),
        ({"disiplin": Decimal("80.25")}, "80.25 is off the scale, which goes from 0 by 0.5"),
        ({"layanan": Decimal("4.0000001")}, "more than six decimals"),
        ({"layanan": Decimal("Infinity")}, "not a number"),
        ({"a~/b": Decimal(4)}, "/scores/a~0~1b: policy kota-uji has no rated indicator 'a~/b'"),
        ({"layanann": Decimal(4)}, "policy kota-uji has no rated indicator 'layanann'; did you mean 'layanan'"),
    ],
)
def test_a_score_must_be_on_the_scale(after, past, scores, message):
    with pytest.raises(Invalid, match=message):
        after(*past.running, when=rate(Relation.SUPERVISOR, scores), by="sri")


def test_a_score_on_the_scale_may_be_written_in_any_way(after, past):
    for score in ("80.5", "80.50", "8.05e1", "0", "100"):
        assert after(*past.running, when=rate(Relation.SUPERVISOR, {"disiplin": Decimal(score)}), by="sri")


def test_there_must_be_a_score(after, past):
    with pytest.raises(Invalid, match="no scores"):
        after(*past.running, when=Rate(**WHO, relation=Relation.SUPERVISOR, scores={}), by="sri")


def test_a_group_the_policy_does_not_ask_is_refused(after, past):
    with pytest.raises(Invalid, match="policy kota-uji asks atasan, not rekan"):
        after(*past.running, when=rate(Relation.PEER, {"disiplin": Decimal(80)}), by="wati")


def test_each_rater_rates_once(after, past):
    with pytest.raises(AlreadyDone, match="sri has rated already; revise"):
        after(*past.rated, when=rate(Relation.SUPERVISOR), by="sri")


def test_a_named_group_has_no_more_raters_than_the_policy_takes(after, past, rules):
    one = (*past.running, Rated(rater="official", relation=Relation.QUALITY_ASSURER, scores=FOUR))
    rule = replace(rules.ratings["layanan"]["penjamin_mutu"], most=1)
    book = replace(rules, ratings={"layanan": {"penjamin_mutu": rule}})
    other: Any = {"by": Actor("bkd", frozenset({Role.OFFICIAL}), "uji"), "rules": book}

    with pytest.raises(Conflict, match="penjamin_mutu has 1 rater, and the policy takes 1 at most"):
        after(*one, when=rate(Relation.QUALITY_ASSURER), **other)
    assert after(*one, RatingWithdrawn(rater="official", reason="x"), when=rate(Relation.QUALITY_ASSURER), **other)


def test_no_anonymous_rater_learns_that_there_are_enough_others(after, past):
    two = (*past.running, peer("wati"), peer("joko"))

    assert after(*two, when=rate(Relation.PEER), by="dian") == [peer("dian")]


def test_a_rater_revises_their_own_rating_with_a_reason(after, past):
    revised = RatingRevised(rater="sri", scores={"layanan": Decimal(3)}, reason="Keliru menulis")

    assert after(*past.rated, when=REVISE, by="sri") == [revised]
    with pytest.raises(NotAllowed, match="only the rater"):
        after(*past.rated, when=replace(REVISE, rater="sri"), by="wati")
    with pytest.raises(NotFound, match="no rating by you"):
        after(*past.rated, when=REVISE, by="wati")
    with pytest.raises(Invalid, match="reason is empty"):
        after(*past.rated, when=replace(REVISE, reason=""), by="sri")
    with pytest.raises(Invalid, match="off the scale"):
        after(*past.rated, when=replace(REVISE, scores={"layanan": Decimal("3.5")}), by="sri")


def test_a_surveyor_corrects_what_a_citizen_said_and_nothing_else(after, past):
    citizen = Rated(rater="w-071", relation=Relation.CITIZEN, scores=FOUR)

    assert after(*past.rated, citizen, when=replace(REVISE, rater="w-071"), by="surveyor")
    with pytest.raises(NotAllowed, match="only the rater"):
        after(*past.rated, citizen, when=replace(REVISE, rater="w-071"), by="wati")
    with pytest.raises(NotFound, match="by a citizen under 'sri'"):
        after(*past.rated, when=replace(WITHDRAW, rater="sri"), by="surveyor")


@pytest.mark.parametrize("command", [REVISE, WITHDRAW], ids=["revise", "withdraw"])
def test_who_names_a_colleague_gets_one_answer_whoever_rated_and_however_far_it_is(after, past, command):
    rated = (*past.running, peer("joko"))
    stories = [(), past.running, rated, (*rated, RatingWithdrawn(rater="joko", reason="x")), (*rated, *past.final[-1:])]
    answers = set()
    for story in stories:
        with pytest.raises(NotAllowed) as refused:
            after(*story, when=replace(command, rater="joko"), by="wati")
        answers.add((refused.value.message, refused.value.field))

    assert answers == {("/rater: only the rater may change a rating; you are wati", "/rater")}


@pytest.mark.parametrize("command", [REVISE, WITHDRAW], ids=["revise", "withdraw"])
def test_a_surveyor_who_names_an_employee_learns_nothing_of_peers(after, past, command):
    answers = set()
    for story in (past.running, (*past.running, peer("joko"))):
        with pytest.raises(NotFound) as refused:
            after(*story, when=replace(command, rater="joko"), by="surveyor")
        answers.add(refused.value.message)

    assert len(answers) == 1
    rated = after(*past.running, peer("joko"), when=rate(Relation.CITIZEN, rater="joko"), by="surveyor")
    assert rated == [Rated(rater="warga:joko", relation=Relation.CITIZEN, scores=FOUR)]


@pytest.mark.parametrize(
    "token", ["198501012010011001", "19850101 201001 1 001", "19850101_201001-1.001", "3578010101850001"]
)
def test_a_persons_number_is_no_token(after, past, token):
    with pytest.raises(Invalid, match="number of a person is no token") as refused:
        after(*past.running, when=rate(Relation.CITIZEN, rater=token), by="surveyor")
    assert refused.value.field == "/rater"


def test_anonymous_groups_stay_closed_when_an_objection_opens_the_result_again(after, past):
    reopened = (*past.running, peer("wati"), *past.final[-1:], Reopened(reason="bukti baru"))

    for command, by in (
        (rate(Relation.PEER), "joko"),
        (rate(Relation.SUBORDINATE), "dewi"),
        (rate(Relation.CITIZEN, rater="w-1"), "surveyor"),
        (REVISE, "wati"),
        (WITHDRAW, "wati"),
    ):
        with pytest.raises(NotOpen, match="anonymous ratings closed when the result was first final"):
            after(*reopened, when=command, by=by)
    assert after(*reopened, when=rate(Relation.SUPERVISOR), by="sri")


def test_a_group_that_the_policy_makes_anonymous_is_so_in_the_log(after, past, rules):
    rule = replace(rules.ratings["layanan"]["penjamin_mutu"], anonymous=True)
    supervisor = replace(rules.ratings["layanan"]["atasan"], anonymous=True)
    book = replace(rules, ratings={"layanan": {"penjamin_mutu": rule, "atasan": supervisor}})

    (rated,) = after(*past.running, when=rate(Relation.QUALITY_ASSURER), by="official", rules=book)
    (judged,) = after(*past.running, when=rate(Relation.SUPERVISOR), by="sri", rules=book)

    assert (rated.anonymous, rated.hidden) == (True, True)
    assert (judged.anonymous, judged.hidden) == (False, False)


def test_a_peer_who_became_the_appraiser_has_not_judged(after, past, scored):
    """Past the window the reviewer fixes the result: that it is final does not tell that the appraiser rated once."""
    late: Any = {"by": "agus", "on": date(2026, 1, 22), "scored": scored}
    finalise = Finalise(**WHO)

    (without,) = after(*past.running, when=finalise, **late)
    (after_peer,) = after(*past.running, peer("sri"), when=finalise, **late)

    assert without == after_peer
    assert without.final


def test_a_withdrawn_rating_is_gone(after, past):
    gone = RatingWithdrawn(rater="sri", reason="Ada hubungan keluarga")

    assert after(*past.rated, when=WITHDRAW, by="sri") == [gone]
    with pytest.raises(NotFound, match="never given or is withdrawn"):
        after(*past.rated, gone, when=WITHDRAW, by="sri")
    with pytest.raises(NotFound, match="never given or is withdrawn"):
        after(*past.rated, gone, when=REVISE, by="sri")
    with pytest.raises(Invalid, match="reason is empty"):
        after(*past.rated, when=replace(WITHDRAW, reason=""), by="sri")
    assert after(*past.rated, gone, when=rate(Relation.SUPERVISOR), by="sri")


def test_no_rating_before_the_period_or_after_the_score(after, past):
    with pytest.raises(TooEarly, match="starts on 2025-01-01"):
        after(*past.running, when=rate(Relation.SELF), on=date(2024, 12, 31))
    for late in (rate(Relation.SUPERVISOR), REVISE, WITHDRAW):
        with pytest.raises(NotOpen, match="result is final"):
            after(*past.final, when=late, by="sri")


def test_past_the_window_the_reviewer_rates_for_a_silent_appraiser(after, past):
    """14 working days from 31 December 2025, with the holiday of 16 January, end on 21 January."""
    with pytest.raises(NotAllowed, match="only the appraiser sri"):
        after(*past.running, when=rate(Relation.SUPERVISOR), by="agus", on=date(2026, 1, 21))

    assert after(*past.running, when=rate(Relation.SUPERVISOR), by="agus", on=date(2026, 1, 22))
    with pytest.raises(NotAllowed, match="only the appraiser sri"):
        after(*past.running, when=rate(Relation.SUPERVISOR), by="wati", on=date(2026, 1, 22))


def test_as_many_rate_an_indicator_as_the_policy_takes_counted_for_each_by_itself(after, past, rules):
    pair = replace(rules.ratings["layanan"]["rekan"], most=2)
    book = replace(rules, ratings=rules.ratings | {"disiplin": rules.ratings["disiplin"] | {"rekan": pair}})
    on_discipline = {"disiplin": Decimal(3)}
    there = [
        Rated(rater="joko", relation=Relation.PEER, scores=on_discipline),
        Rated(rater="dian", relation=Relation.PEER, scores=on_discipline),
    ]

    assert after(*past.running, *there, when=rate(Relation.PEER), by="wati", rules=book)
    taken = rate(Relation.PEER, scores=on_discipline)
    assert after(*past.running, *there[:1], when=taken, by="wati", rules=book)


@pytest.mark.parametrize(
    ("score", "fits"), [("1", True), ("4", True), ("7", True), ("2", False), ("3", False), ("6", False), ("1.5", False)]
)
def test_a_scale_is_walked_from_its_minimum_whatever_divides_it(after, past, rules, score, fits):
    by_three = replace(rules.ratings["layanan"]["atasan"], min=1_000_000, max=7_000_000, step=3_000_000)
    book = replace(rules, ratings={"layanan": {"atasan": by_three}})
    command = rate(Relation.SUPERVISOR, scores={"layanan": Decimal(score)})

    if fits:
        assert after(*past.running, when=command, by="sri", rules=book)
    else:
        with pytest.raises(Invalid, match=f"/scores/layanan: {score} is off the scale, which goes from 1 by 3"):
            after(*past.running, when=command, by="sri", rules=book)


@pytest.fixture
def neighbour(monkeypatch):
    """A relation that was added to the words, while no rule says who stands in it."""
    relation = cast(Relation, str.__new__(type("Neighbour", (str,), {}), "NEIGHBOUR"))
    monkeypatch.setattr(ratings, "RATER_GROUP", {**RATER_GROUP, relation: "rekan"})
    return relation


def test_a_relation_that_no_rule_knows_is_refused_before_anything_is_asked(after, past, neighbour):
    with pytest.raises(NotAllowed, match="no rule says who may rate as NEIGHBOUR; rate as one of SUPERVISOR"):
        after(*past.running, when=rate(neighbour), by="wati")


def test_a_relation_that_a_role_was_given_but_no_rule_knows_still_never_passes(after, past, neighbour, monkeypatch):
    rule = RaterRule("rekan", Role.EMPLOYEE, Identity.ANONYMOUS, "A neighbour.")
    monkeypatch.setattr(authorisation, "RATERS", {**RATERS, neighbour: rule})

    with pytest.raises(AssertionError, match="NEIGHBOUR"):
        after(*past.running, when=rate(neighbour), by="wati")


def tenure(*places, since=date(2024, 1, 1), retired=None):
    """In service, and in places (first day, unit, supervisor)."""
    return Tenure(since, retired, [(first, Assignment(unit, above)) for first, unit, above in places])


def said(after, *events, **known):
    """The kind and words of the refusal; None where there is none."""
    try:
        after(*events, **known)
    except Refusal as refused:
        return f"{type(refused).__name__}: {refused.message}"
    return None


BEFORE = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("wati", "today", "colleague"),
    [
        (tenure((date(2025, 7, 1), "dinkes", "sri")), date(2025, 7, 1), True),
        (tenure((date(2025, 7, 2), "dinkes", "sri")), date(2025, 7, 1), False),
        (tenure((date(2025, 12, 31), "dinkes", "sri")), date(2026, 1, 5), True),
        (tenure((date(2026, 1, 1), "dinkes", "sri")), date(2026, 1, 5), False),
        (tenure((BEFORE, "dinkes", "sri"), (date(2025, 3, 2), "disdik", "tono")), date(2025, 7, 1), True),
        (tenure((BEFORE, "dinkes", "sri"), (date(2025, 3, 1), "disdik", "tono")), date(2025, 7, 1), False),
    ],
)
def test_a_colleague_or_subordinate_was_one_on_a_day_from_the_naming_to_today_in_the_period(
    after, past, wati, today, colleague
):
    """The appraisal is the unit's since 1 March; whoever left before never worked beside the person as appraised."""
    opened, *rest = past.running
    story = (replace(opened, since=date(2025, 3, 1)), *rest)
    peers = "NotAllowed: only who was a colleague in the unit of budi in the period may rate as PEER"
    below = "NotAllowed: only who worked directly under budi in the period may rate as SUBORDINATE"
    under = replace(
        wati, places=[(first, Assignment("x", "budi")) for first, held in wati.places if held.unit == "dinkes"]
    )
    if len(wati.places) == 2:
        under.places.append((wati.places[1][0], Assignment("dinkes", "sri")))

    for relation, people, refusal in (
        (Relation.PEER, {"wati": wati}, peers),
        (Relation.SUBORDINATE, {"wati": under}, below),
    ):
        answer = said(after, *story, when=rate(relation), by="wati", on=today, people=people)
        assert answer == (None if colleague else refusal)


def test_of_an_appraisal_that_is_not_there_colleagues_alone_are_told(after, placed):
    """Whoever was a colleague in any unit of the period, or of the unit that has it once it is open."""
    budi = tenure((BEFORE, "dinkes", "sri"), (date(2025, 3, 1), "disdik", "tono"))
    people = {"budi": budi, "joko": tenure((BEFORE, "dishub", "agus"))}
    peers = "NotAllowed: only who was a colleague in the unit of budi in the period may rate as PEER"
    none = "NotFound: there is no such appraisal; HR opens it for an employee and a period"

    answers = {by: said(after, when=rate(Relation.PEER), by=by, people=people) for by in ("wati", "rini", "joko")}

    assert answers == {"wati": none, "rini": none, "joko": peers}
    assert said(after, when=rate(Relation.SUBORDINATE), by="dewi") == none


def test_a_colleague_is_of_the_unit_that_has_the_appraisal(after, past):
    budi = tenure((BEFORE, "disdik", "tono"))
    peers = "NotAllowed: only who was a colleague in the unit of budi in the period may rate as PEER"

    assert said(after, *past.running, when=rate(Relation.PEER), by="rini", people={"budi": budi}) == peers
    assert said(after, *past.running, when=rate(Relation.PEER), by="wati", people={"budi": budi}) is None


def test_the_first_day_of_the_period_may_be_rated(after, past):
    assert said(after, *past.running, when=rate(Relation.SELF), on=date(2025, 1, 1)) is None
    assert said(after, *past.running, when=rate(Relation.SELF), on=date(2024, 12, 31)) == (
        "TooEarly: the period starts on 2025-01-01; there is nothing to rate before"
    )


def assurer(name):
    return Actor(name, frozenset({Role.EMPLOYEE, Role.OFFICIAL}), "uji")


PARTIES = {
    "budi": "NotAllowed: budi is the employee and not {}; rate as SELF",
    "sri": "NotAllowed: sri is the appraiser and not {}; rate as SUPERVISOR",
    "agus": "NotAllowed: agus is the reviewer, who decides objections, and not {}; others rate",
}


@pytest.mark.parametrize("who", PARTIES)
@pytest.mark.parametrize(
    ("relation", "whom"),
    [
        (Relation.PEER, "a peer"),
        (Relation.SUBORDINATE, "a subordinate"),
        (Relation.QUALITY_ASSURER, "a quality assurer"),
    ],
)
def test_whoever_judges_is_neither_peer_nor_subordinate_nor_quality_assurer(after, past, who, relation, whom):
    """Though a log may place them below the employee."""
    people = {who: tenure((BEFORE, "dinkes", "budi"))}
    expected = PARTIES[who].format(whom)
    if who == "budi" and relation is Relation.QUALITY_ASSURER:
        expected = "NotAllowed: nobody may assure quality in their own appraisal; ask another official"

    assert said(after, *past.running, when=rate(relation), by=assurer(who), people=people) == expected


def test_who_has_left_and_who_acts_instead_are_both_parties(after, past, placed):
    left = {"sri": tenure((BEFORE, "dinkes", "agus"), (date(2025, 3, 1), "disdik", "agus"))}
    above = {**left, "agus": placed("dinkes", "ratna"), "ratna": placed("dinkes", None)}
    gone = {
        "agus": tenure((BEFORE, "dinkes", "ratna"), (date(2025, 3, 1), "disdik", "ratna")),
        "ratna": placed("dinkes", None),
    }

    def peer_by(who, people):
        return said(after, *past.running, when=rate(Relation.PEER), by=who, people=people)

    assert peer_by("sri", above) == PARTIES["sri"].format("a peer")
    assert peer_by("agus", above) == "NotAllowed: agus is the appraiser and not a peer; rate as SUPERVISOR"
    assert peer_by("ratna", above) == (
        "NotAllowed: ratna is the reviewer, who decides objections, and not a peer; others rate"
    )
    assert peer_by("agus", gone) == PARTIES["agus"].format("a peer")


@pytest.mark.parametrize(
    ("written", "recorded"),
    [("W-071", "warga:w-071"), ("WARGA:W-071", "warga:w-071"), ("x", "warga:x")],
)
def test_a_token_is_recorded_in_its_name_space_once(after, past, written, recorded):
    [rated] = after(*past.running, when=rate(Relation.CITIZEN, rater=written), by="surveyor")

    assert rated.rater == recorded


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "/rater: a citizen's rating comes under a token; give it"),
        (" ", "/rater: the token is empty; write it out"),
        ("warga:", "/rater: the token is empty; write it out"),
        ("warga: \u200b", "/rater: the token is empty; write it out"),
        ("warga:198501012010011001", "/rater: the number of a person is no token; make one up for the citizen"),
        ("3578010101850001", "/rater: the number of a person is no token; make one up for the citizen"),
    ],
)
def test_a_token_is_written_out_and_tells_of_nobody(after, past, token, message):
    with pytest.raises(Invalid) as refused:
        after(*past.running, when=rate(Relation.CITIZEN, rater=token), by="surveyor")

    assert (refused.value.message, refused.value.field) == (message, "/rater")


def test_a_token_is_no_employees_name(after, past):
    """A citizen's token from before they had a name space of their own, that is somebody's number."""
    citizen = Rated(rater="wati", relation=Relation.CITIZEN, scores=FOUR)
    none = "NotFound: /rater: there is no rating by you; it was never given or is withdrawn"

    assert said(after, *past.running, citizen, when=REVISE, by="wati") == none
    colleague = Rated(rater="warga:w-1", relation=Relation.PEER, scores=FOUR)
    assert said(after, *past.running, colleague, when=replace(REVISE, rater="w-1"), by="surveyor") == (
        "NotFound: /rater: there is no rating by a citizen under 'w-1'; it was never given or is withdrawn"
    )


def test_of_ratings_in_a_closed_group_it_is_not_told_who_gave_one(after, past):
    """The same words for whoever rated and whoever did not."""
    reopened = (*past.running, peer("wati"), *past.final[-1:], Reopened(reason="bukti baru"))

    answers = {said(after, *reopened, when=rate(Relation.PEER), by=by) for by in ("wati", "joko")}

    assert answers == {
        "NotOpen: anonymous ratings closed when the result was first final; an objection reopens the appraiser's "
        "judgement"
    }


def anonymous_assurers(rules, **changes):
    """Quality assurers promised anonymity for one of two indicators."""
    named = rules.ratings["layanan"]["penjamin_mutu"]
    return replace(
        rules,
        ratings={
            "layanan": {"penjamin_mutu": replace(named, anonymous=True, **changes)},
            "disiplin": {"atasan": rules.ratings["disiplin"]["atasan"], "penjamin_mutu": named},
            "integritas": {"atasan": rules.ratings["disiplin"]["atasan"]},
        },
    )


def test_a_promise_is_of_the_indicators_that_are_rated(after, past, rules):
    book = anonymous_assurers(rules)

    def promised(*indicators):
        scores = dict.fromkeys(indicators, Decimal(4))
        [rated] = after(*past.running, when=rate(Relation.QUALITY_ASSURER, scores), by="official", rules=book)
        return rated.anonymous

    assert (promised("layanan"), promised("disiplin"), promised("disiplin", "layanan")) == (True, False, True)
    asked = said(
        after,
        *past.running,
        when=rate(Relation.QUALITY_ASSURER, {"integritas": Decimal(4)}),
        by="official",
        rules=book,
    )
    assert asked == "Invalid: /scores/integritas: policy kota-uji asks atasan, not penjamin_mutu"


def test_a_promised_group_closes_too_and_nobody_in_it_learns_how_many_there_are(after, past, rules):
    book = anonymous_assurers(rules, most=1)
    first = Rated(rater="irban", relation=Relation.QUALITY_ASSURER, scores=FOUR, anonymous=True)
    reopened = (*past.running, first, *past.final[-1:], Reopened(reason="bukti baru"))
    command = rate(Relation.QUALITY_ASSURER)

    assert said(after, *past.running, first, when=command, by="official", rules=book) is None
    assert said(after, *past.running, first, when=REVISE, by=assurer("irban"), rules=book) is None
    assert said(after, *reopened, when=command, by="official", rules=book) == (
        "NotOpen: anonymous ratings closed when the result was first final; an objection reopens the appraiser's "
        "judgement"
    )
    named = rate(Relation.QUALITY_ASSURER, {"disiplin": Decimal(4)})
    assert said(after, *reopened, when=named, by="official", rules=book) is None


def test_a_policy_that_asks_several_groups_says_which(after, past, rules):
    layanan = {group: rules.ratings["layanan"][group] for group in ("rekan", "diri", "atasan")}

    answer = said(
        after,
        *past.running,
        when=rate(Relation.SUBORDINATE),
        by="dewi",
        rules=replace(rules, ratings={"layanan": layanan}),
    )

    assert answer == "Invalid: /scores/layanan: policy kota-uji asks atasan, diri, rekan, not bawahan"


@pytest.mark.parametrize(
    ("indicator", "score", "message"),
    [
        ("layanan", "1", None),
        ("layanan", "5", None),
        ("layanan", "0.999999", "0.999999 is not within 1 to 5"),
        ("disiplin", "100", None),
        ("disiplin", "100.5", "100.5 is not within 0 to 100"),
        ("disiplin", "-0.5", "-0.5 is not within 0 to 100"),
        ("bebas", "1.234567", None),
        ("bebas", "0.25", "0.25 is not within 0.5 to 2.25"),
    ],
)
def test_both_ends_of_a_scale_are_on_it_and_a_scale_without_steps_has_all_between(
    after, past, rules, indicator, score, message
):
    free = replace(rules.ratings["layanan"]["atasan"], min=500_000, max=2_250_000, step=0)
    book = replace(rules, ratings={**rules.ratings, "bebas": {"atasan": free}})

    answer = said(
        after, *past.running, when=rate(Relation.SUPERVISOR, {indicator: Decimal(score)}), by="sri", rules=book
    )

    assert answer == (None if message is None else f"Invalid: /scores/{indicator}: {message}")


def test_a_named_group_is_full_for_the_indicator_and_relation_it_is_full_of(after, past, rules):
    pair = replace(rules.ratings["layanan"]["penjamin_mutu"], most=2)
    book = replace(rules, ratings={"layanan": {"penjamin_mutu": pair}, "disiplin": {"penjamin_mutu": pair}})
    there = [Rated(rater=who, relation=Relation.QUALITY_ASSURER, scores=FOUR) for who in ("irban", "itda")]
    other = Rated(rater="sri", relation=Relation.SUPERVISOR, scores=FOUR)
    full = "Conflict: /scores/layanan: penjamin_mutu has 2 raters, and the policy takes 2 at most"
    late: dict[str, Any] = {"by": "official", "rules": book}
    elsewhere = rate(Relation.QUALITY_ASSURER, {"disiplin": Decimal(4)})

    assert said(after, *past.running, other, there[0], when=rate(Relation.QUALITY_ASSURER), **late) is None
    assert said(after, *past.running, other, *there, when=rate(Relation.QUALITY_ASSURER), **late) == full
    assert said(after, *past.running, *there, when=elsewhere, **late) is None
    both = Rated(rater="official", relation=Relation.QUALITY_ASSURER, scores={"disiplin": Decimal(4)})
    assert said(after, *past.running, *there, both, when=REVISE, **late) == full
    assert said(after, *past.running, *there, when=REVISE, by=assurer("itda"), rules=book) is None


def gave(rater, relation=Relation.SUPERVISOR, **more):
    return Rated(rater=rater, relation=relation, scores=FOUR, **more)


AS_APPRAISER = "{} rates as the appraiser"


@pytest.mark.parametrize(
    ("before", "by", "on", "gone"),
    [
        ([gave("agus")], "sri", date(2025, 7, 1), []),
        ([gave("tono")], "sri", date(2025, 7, 1), ["tono"]),
        ([gave("wati", Relation.PEER)], "sri", date(2025, 7, 1), []),
        ([gave("sri", Relation.PEER)], "sri", date(2025, 7, 1), ["sri"]),
        ([gave("sri", Relation.PEER), gave("tono")], "sri", date(2025, 7, 1), ["sri", "tono"]),
        ([gave("sri", Relation.QUALITY_ASSURER)], "sri", date(2025, 7, 1), ["sri"]),
        # Past the window the reviewer rates for a silent appraiser, and takes nobody's rating away.
        ([gave("tono")], "agus", date(2026, 1, 22), []),
        ([gave("agus", Relation.PEER)], "agus", date(2026, 1, 22), ["agus"]),
    ],
)
def test_what_an_appraisers_rating_takes_the_place_of(after, past, rules, before, by, on, gone):
    """Of a colleague it is their own, and of superiors that of one who has left: not of the reviewer."""
    many = replace(rules.ratings["layanan"]["atasan"], most=None)
    book = replace(rules, ratings={"layanan": {"atasan": many}})

    events = after(*past.running, *before, when=rate(Relation.SUPERVISOR), by=by, on=on, rules=book)

    assert events == [
        *(RatingWithdrawn(rater=name, reason=AS_APPRAISER.format(by)) for name in gone),
        gave(by),
    ]


def test_what_was_given_in_a_closed_group_is_not_replaced_but_what_was_given_by_name_is(after, past):
    closed = (*past.final[-1:], Reopened(reason="bukti baru"))
    refusal = (
        "NotOpen: sri rated as {} in a group that is closed, and that rating stands; ask HR to name another appraiser "
        "by reassign-appraisal"
    )

    for relation, answer in (
        (Relation.PEER, refusal.format("PEER")),
        (Relation.SUBORDINATE, refusal.format("SUBORDINATE")),
        (Relation.QUALITY_ASSURER, None),
    ):
        story = (*past.running, gave("sri", relation), *closed)
        assert said(after, *story, when=rate(Relation.SUPERVISOR), by="sri") == answer


@pytest.mark.parametrize("relation", [Relation.PEER, Relation.SUBORDINATE])
def test_a_colleague_who_became_the_appraiser_takes_back_but_does_not_revise_what_they_gave(after, past, relation):
    story = (*past.running, gave("sri", relation))

    assert said(after, *story, when=REVISE, by="sri") == (
        "NotAllowed: sri is the appraiser now; rate as SUPERVISOR, which replaces this rating"
    )
    assert said(after, *story, when=WITHDRAW, by="sri") is None


def test_only_whoever_appraises_still_changes_a_rating_as_the_superior(after, past):
    story = (*past.running, gave("tono"))

    for command, doing in ((REVISE, "revise"), (WITHDRAW, "withdraw")):
        assert said(after, *story, when=command, by="tono") == (
            f"NotAllowed: only the appraiser sri may {doing} a rating as SUPERVISOR; you are tono"
        )


@pytest.mark.parametrize("relation", [Relation.SELF, Relation.QUALITY_ASSURER])
def test_who_rates_themselves_or_assures_quality_revises_and_withdraws(after, past, relation):
    by = "budi" if relation is Relation.SELF else assurer("itda")
    story = (*past.running, gave("budi" if relation is Relation.SELF else "itda", relation))

    for command in (REVISE, WITHDRAW):
        assert said(after, *story, when=command, by=by) is None


def test_a_rating_keeps_its_note(after, past):
    [rated] = after(*past.running, when=replace(rate(Relation.SELF), note="Sesuai target"))

    assert rated.note == "Sesuai target"


def test_a_rating_in_another_relation_is_withdrawn_first(after, past):
    with pytest.raises(AlreadyDone) as refused:
        after(*past.running, gave("dewi", Relation.SUBORDINATE), when=rate(Relation.PEER), by="dewi")

    assert refused.value.message == (
        "/relation: dewi has rated as SUBORDINATE; withdraw that rating, then rate as PEER"
    )
    assert refused.value.field == "/relation"


@pytest.mark.parametrize(("relation", "by"), [(Relation.PEER, "wati"), (Relation.SUBORDINATE, "dewi")])
def test_a_colleague_revises_and_withdraws_what_they_gave(after, past, relation, by):
    story = (*past.running, gave(by, relation))

    assert after(*story, when=REVISE, by=by) == [
        RatingRevised(rater=by, scores={"layanan": Decimal(3)}, reason="Keliru menulis")
    ]
    assert after(*story, when=WITHDRAW, by=by) == [RatingWithdrawn(rater=by, reason="Ada hubungan keluarga")]


def test_of_several_citizens_each_is_known_by_their_own_token(after, past):
    story = (*past.running, gave("W-1", Relation.CITIZEN), gave("warga:w-2", Relation.CITIZEN))

    for token, recorded in (("w-1", "W-1"), ("W-2", "warga:w-2")):
        [revised] = after(*story, when=replace(REVISE, rater=token), by="surveyor")
        assert revised.rater == recorded
    [third] = after(*story, when=rate(Relation.CITIZEN, rater="w-3"), by="surveyor")
    assert third.rater == "warga:w-3"


CLOSE = CloseRatings(**WHO)


def test_anonymous_groups_close_before_there_is_a_result_and_count_who_has_rated(after, past, rules):
    peers = [peer(name) for name in ("wati", "joko", "dian")]

    for by in ("sri", "agus", "hr"):
        given = (*peers, peer("tono"), RatingWithdrawn(rater="tono", reason="x"))
        assert after(*past.running, *given, when=CLOSE, by=by, on=date(2026, 1, 5)) == [
            RatingsClosed(on=date(2026, 1, 5), policy=rules.policy, closed={"bawahan": None, "rekan": 3, "warga": None})
        ]


def test_once_closed_nobody_anonymous_rates_and_named_ones_do(after, past, rules):
    closed = (*past.running, peer("wati"), RatingsClosed(on=date(2026, 1, 5), policy=rules.policy))

    for command, by in ((rate(Relation.PEER), "joko"), (REVISE, "wati"), (WITHDRAW, "wati")):
        with pytest.raises(NotOpen, match="closed when the appraiser's people were to be judged beside one another"):
            after(*closed, when=command, by=by)
    assert after(*closed, when=rate(Relation.SUPERVISOR), by="sri")
    with pytest.raises(AlreadyDone, match="closed already"):
        after(*closed, when=CLOSE, by="sri", on=date(2026, 1, 6))
    # Opened again, or in parts, the same people would give them a second time.
    for command in (
        CancelAppraisal(**WHO, reason="Salah buka"),
        CutAppraisal(**WHO, since=date(2025, 7, 1), reason="Mutasi"),
    ):
        with pytest.raises(Conflict, match="the anonymous ratings of budi for 2025 are closed"):
            after(*closed, when=command, by="hr")


def test_anonymous_groups_close_after_the_period_and_where_there_are_any(after, past, rules):
    with pytest.raises(TooEarly, match="2025 ends on 2025-12-31; whoever may rate has until then"):
        after(*past.running, when=CLOSE, by="sri", on=date(2025, 12, 30))
    named = {name: {"atasan": groups["atasan"]} for name, groups in rules.ratings.items()}
    with pytest.raises(Conflict, match="kota-uji@1 hears nobody anonymous; judge-cohort needs no closing"):
        after(*past.running, when=CLOSE, by="sri", on=date(2026, 1, 5), rules=replace(rules, ratings=named))
    own = Actor("budi", frozenset({Role.EMPLOYEE, Role.HR}), "uji")
    with pytest.raises(NotAllowed, match="nobody may close ratings in their own appraisal"):
        after(*past.running, when=CLOSE, by=own, on=date(2026, 1, 5))
