"""Who may rate in which relation, on which scale, and how a rating is taken back."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from msgspec.structs import replace

from neraca.domain import authorisation
from neraca.domain.appraisal import ratings
from neraca.domain.appraisal.commands import Finalise, Rate, ReviseRating, WithdrawRating
from neraca.domain.appraisal.events import Rated, RatingRevised, RatingWithdrawn, Reopened
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.vocabulary import RATER_GROUP, RATERS, Identity, RaterRule, Relation, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
FOUR = {"layanan": Decimal(4)}
REVISE = ReviseRating(**WHO, scores={"layanan": Decimal(3)}, reason="Keliru menulis")
WITHDRAW = WithdrawRating(**WHO, reason="Ada hubungan keluarga")

RATES = {
    Relation.SUPERVISOR: Role.EMPLOYEE,
    Relation.PEER: Role.EMPLOYEE,
    Relation.SUBORDINATE: Role.EMPLOYEE,
    Relation.SELF: Role.EMPLOYEE,
    Relation.CITIZEN: Role.SURVEYOR,
    Relation.QUALITY_ASSURER: Role.OFFICIAL,
}


def rate(relation, scores=None, rater=None):
    return Rate(**WHO, relation=relation, scores=scores or FOUR, rater=rater)


def peer(name, scores=None):
    return Rated(rater=name, relation=Relation.PEER, scores=scores or FOUR)


@pytest.mark.parametrize(("relation", "role"), list(itertools.product(Relation, Role)))
def test_a_role_rates_in_its_relations_and_no_other(relation, role):
    command = Rate(employee="budi", period="2025", relation=relation, scores={})
    actor = Actor("wati", frozenset({role}), "uji")

    if RATES[relation] is role:
        authorisation.check(command, actor)
    else:
        with pytest.raises(NotAllowed, match=f"rate needs the role {RATES[relation]}"):
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
        (Relation.PEER, "nobody", "who was a colleague in the unit of budi"),
        (Relation.PEER, "rini", "who was a colleague in the unit of budi"),
        (Relation.PEER, "budi", "not a peer"),
        (Relation.PEER, "sri", "not a peer"),
        (Relation.SUBORDINATE, "nobody", "directly under budi"),
        (Relation.SUBORDINATE, "wati", "directly under budi"),
        (Relation.CITIZEN, "wati", "needs the role surveyor"),
        (Relation.QUALITY_ASSURER, "wati", "needs the role official"),
        (Relation.SUPERVISOR, "official", "needs the role employee"),
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
        ({"layanann": Decimal(4)}, "no rated indicator in policy kota-uji 'layanann'; did you mean 'layanan'"),
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

    with pytest.raises(Conflict, match="penjamin_mutu has 1 raters, and the policy takes 1 at most"):
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
