"""Who is to rate: taken as the policy says, drawn by a salt that nobody chose, declined and replaced by the next."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import rater_draw
from neraca.domain.appraisal import raters
from neraca.domain.appraisal.commands import (
    AssignRaters,
    CloseRatings,
    DeclineAssignment,
    Finalise,
    NameRater,
    ObserveDeadlines,
    Rate,
    ReplaceRater,
    ReviseRating,
    WithdrawRating,
)
from neraca.domain.appraisal.events import (
    AssignedRaters,
    DeadlinePassed,
    DeadlineReminded,
    Rated,
    RaterDeclined,
    RaterNamed,
    RaterReplaced,
    RatersAssigned,
    RatingsClosed,
    RatingWithdrawn,
)
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.assignments import Assignment, Exemption, Roster, Tenure
from neraca.domain.command_rules import AssignedGroup, AssigningRule, RaterSource, TimeLimit
from neraca.domain.errors import (
    AlreadyDone,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotOpen,
    TooEarly,
    TooLate,
)
from neraca.domain.rater_draw import OpenRaterDraw, RaterDrawOpened
from neraca.domain.vocabulary import DeadlineKind, ExemptionKind, Relation

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
SALT = "5a" * 32
FIRST, LAST = date(2025, 12, 17), date(2026, 1, 14)
RULE = AssigningRule(
    groups={
        Relation.PEER: AssignedGroup("unit", 2),
        Relation.SUBORDINATE: AssignedGroup("subordinates"),
        Relation.SELF: AssignedGroup("self"),
        Relation.SUPERVISOR: AssignedGroup("superior"),
        Relation.QUALITY_ASSURER: AssignedGroup("named"),
    },
    opens=TimeLimit(14, working=False),
    within=TimeLimit(14, working=False),
)
THERE = {Relation.PEER: ("dian", "joko", "wati"), Relation.SUBORDINATE: ("dewi",)}
SEED = rater_draw.seed("uji", "2025", "budi", Relation.PEER, SALT)
ORDER = rater_draw.drawn(THERE[Relation.PEER], SEED)
FOUR = {"layanan": Decimal(4)}


@pytest.fixture
def assigning(rules):
    return replace(rules, assigning=RULE)


@pytest.fixture
def at(after, assigning):
    """What a command makes happen in the time to rate, with the draw open."""

    def at(*events, when, on=FIRST, by="hr", rules=assigning, **known):
        drawing = {"candidates": THERE, "position": 40, "salt": SALT, "salt_at": 31} | known
        return after(*events, when=when, on=on, by=by, rules=rules, **drawing)

    return at


@pytest.fixture
def assigned(at, past):
    return (*past.running, *at(*past.running, when=AssignRaters(**WHO)))


def test_raters_are_taken_as_the_policy_says_and_the_event_says_how(at, past, assigning):
    assert at(*past.running, when=AssignRaters(**WHO), by="clock") == [
        RatersAssigned(
            on=FIRST,
            by_roster_of=FIRST,
            policy=assigning.policy,
            position=40,
            salt=31,
            groups=[
                AssignedRaters(
                    Relation.PEER,
                    "unit",
                    tuple(ORDER[:2]),
                    count=2,
                    candidates=3,
                    candidates_sha256=sha256(b"dian\njoko\nwati").hexdigest(),
                    seed=SEED,
                ),
                AssignedRaters(
                    Relation.SUBORDINATE,
                    "subordinates",
                    ("dewi",),
                    candidates=1,
                    candidates_sha256=sha256(b"dewi").hexdigest(),
                ),
                AssignedRaters(Relation.SELF, "self", ("budi",)),
                AssignedRaters(Relation.SUPERVISOR, "superior", ("sri",)),
            ],
        )
    ]


def test_the_draw_is_by_the_digest_of_seed_and_number_so_that_anybody_can_do_it_again():
    seed = sha256(f"neraca/rater-draw/1\nuji\n2025\nbudi\nPEER\n{SALT}".encode()).hexdigest()

    assert seed == SEED
    assert sorted(THERE[Relation.PEER], key=lambda one: sha256(f"{seed}\n{one}".encode()).hexdigest()) == ORDER
    assert rater_draw.drawn(reversed(THERE[Relation.PEER]), seed) == ORDER
    others = {rater_draw.seed("uji", "2025", who, Relation.PEER, SALT) for who in ("budi", "wati", "joko")}
    assert len(others | {rater_draw.seed("uji", "2025", "budi", Relation.PEER, "00")}) == 4


def test_the_salt_of_a_period_is_put_into_the_log_once_and_before_it_ends(after):
    opened = RaterDrawOpened(period="2025", on=FIRST, salt=SALT, salt_sha256=sha256(b"\x5a" * 32).hexdigest())

    assert after(when=OpenRaterDraw(period="2025"), by="clock", on=FIRST, salt=SALT) == [opened]
    with pytest.raises(AlreadyDone, match="there is one"):
        after(opened, when=OpenRaterDraw(period="2025"), by="hr", on=FIRST, salt="00")
    with pytest.raises(TooLate, match="before its period ends"):
        after(when=OpenRaterDraw(period="2025"), by="hr", on=date(2026, 1, 1), salt=SALT)
    with pytest.raises(NotAllowed):
        after(when=OpenRaterDraw(period="2025"), by="sri", on=FIRST, salt=SALT)


def test_raters_are_assigned_once_within_the_time_to_rate_under_a_policy_that_assigns(at, past, rules, assigned):
    with pytest.raises(Conflict, match="assigns nobody"):
        at(*past.running, when=AssignRaters(**WHO), rules=rules)
    with pytest.raises(TooEarly, match="begins on 2025-12-17"):
        at(*past.running, when=AssignRaters(**WHO), on=date(2025, 12, 16))
    with pytest.raises(TooLate, match="ended with 2026-01-14"):
        at(*past.running, when=AssignRaters(**WHO), on=date(2026, 1, 15))
    with pytest.raises(AlreadyDone, match="were assigned on 2025-12-17"):
        at(*assigned, when=AssignRaters(**WHO), on=LAST)
    with pytest.raises(NotOpen, match="no draw of raters is open"):
        at(*past.running, when=AssignRaters(**WHO), salt=None)
    with pytest.raises(NotFound):
        at(when=AssignRaters(**WHO))
    closed = RatingsClosed(on=FIRST, policy=rules.policy)
    with pytest.raises(NotOpen, match="closed"):
        at(*past.running, closed, when=AssignRaters(**WHO))


def test_without_a_draw_no_salt_is_asked_for(at, past, assigning):
    all_of_them = replace(assigning, assigning=replace(RULE, groups={Relation.PEER: AssignedGroup("unit")}))

    [event] = at(*past.running, when=AssignRaters(**WHO), rules=all_of_them, salt=None, salt_at=None)

    assert (event.salt, event.groups[0].raters, event.groups[0].seed) == (None, ("dian", "joko", "wati"), None)


def test_only_who_is_assigned_rates_and_in_the_time_for_it(at, assigned, past):
    first, left = ORDER[0], ORDER[2]
    as_peer, as_assurer = (Rate(**WHO, relation=one, scores=FOUR) for one in (Relation.PEER, Relation.QUALITY_ASSURER))

    assert at(*assigned, when=as_peer, by=first) == [Rated(rater=first, relation=Relation.PEER, scores=FOUR)]
    for events, when, by in (
        (assigned, as_peer, left),
        (assigned, as_peer, "dewi"),
        (assigned, as_assurer, "official"),
        (past.running, as_peer, first),
        ((), as_peer, first),
    ):
        with pytest.raises(NotAllowed, match="is not assigned to rate as"):
            at(*events, when=when, by=by)
    with pytest.raises(TooLate, match="who had rated by then counts"):
        at(*assigned, when=as_peer, by=first, on=date(2026, 1, 15))


def test_who_is_assigned_rates_though_they_have_moved_since(at, assigned):
    moved = Tenure(date(2024, 1, 1), None, [(date(2024, 1, 1), Assignment("disdik", "tono"))])
    as_peer = Rate(**WHO, relation=Relation.PEER, scores=FOUR)

    assert at(*assigned, when=as_peer, by=ORDER[0], people={ORDER[0]: moved})


def test_after_the_time_to_rate_nothing_given_by_assignment_is_changed(at, assigned):
    rated = Rated(rater=ORDER[0], relation=Relation.PEER, scores=FOUR)
    for when in (ReviseRating(**WHO, scores=FOUR, reason="x"), WithdrawRating(**WHO, reason="x")):
        assert at(*assigned, rated, when=when, by=ORDER[0], on=LAST)
        with pytest.raises(TooLate):
            at(*assigned, rated, when=when, by=ORDER[0], on=date(2026, 1, 15))


def test_the_appraiser_and_the_employee_rate_as_ever(at, past):
    for relation, by in ((Relation.SUPERVISOR, "sri"), (Relation.SELF, "budi")):
        when = Rate(**WHO, relation=relation, scores=FOUR)
        assert at(*past.running, when=when, by=by, on=date(2026, 2, 2)) == [
            Rated(rater=by, relation=relation, scores=FOUR)
        ]


def test_who_declines_with_a_reason_makes_room_for_the_next_of_the_draw(at, assigned):
    decline = DeclineAssignment(**WHO, reason="Kerabat")
    gone = RaterDeclined(on=FIRST, rater=ORDER[0], relation=Relation.PEER, reason="Kerabat", instead=ORDER[2])

    assert at(*assigned, when=decline, by=ORDER[0]) == [gone]
    assert at(*assigned, gone, when=decline, by=ORDER[1]) == [
        RaterDeclined(on=FIRST, rater=ORDER[1], relation=Relation.PEER, reason="Kerabat")
    ]
    for events, by in ((assigned, ORDER[2]), ((*assigned, gone), ORDER[0])):
        with pytest.raises((NotFound, NotAllowed)):
            at(*events, when=decline, by=by)
    with pytest.raises(NotAllowed, match="is not assigned"):
        at(*assigned, gone, when=Rate(**WHO, relation=Relation.PEER, scores=FOUR), by=ORDER[0])
    with pytest.raises(Conflict, match="does so by their place"):
        at(*assigned, when=decline, by="budi")
    with pytest.raises(TooLate):
        at(*assigned, when=decline, by=ORDER[0], on=date(2026, 1, 15))


def test_who_has_rated_withdraws_before_they_decline(at, assigned):
    decline, rated = DeclineAssignment(**WHO, reason="x"), Rated(rater=ORDER[0], relation=Relation.PEER, scores=FOUR)

    with pytest.raises(AlreadyDone, match="withdraw that rating first"):
        at(*assigned, rated, when=decline, by=ORDER[0])
    assert at(*assigned, rated, RatingWithdrawn(rater=ORDER[0], reason="x"), when=decline, by=ORDER[0])


def test_all_of_a_group_who_decline_have_nobody_in_their_place(at, assigned):
    [event] = at(*assigned, when=DeclineAssignment(**WHO, reason="x"), by="dewi")

    assert event.instead is None


def test_hr_replaces_a_rater_and_is_not_told_whether_they_rated(at, assigned):
    replace_ = ReplaceRater(**WHO, rater=ORDER[1], reason="Sakit")
    event = RaterReplaced(on=FIRST, rater=ORDER[1], relation=Relation.PEER, by="hr", reason="Sakit", instead=ORDER[2])
    rated = Rated(rater=ORDER[1], relation=Relation.PEER, scores=FOUR)

    assert at(*assigned, when=replace_) == [event]
    assert at(*assigned, rated, when=replace_) == [event]
    with pytest.raises(NotFound, match="name one who is"):
        at(*assigned, event, when=replace_)
    with pytest.raises(NotAllowed):
        at(*assigned, when=replace_, by="sri")
    with pytest.raises(Conflict, match="does so by their place"):
        at(*assigned, when=ReplaceRater(**WHO, rater="sri", reason="x"))


def test_the_next_of_the_draw_serves_and_is_not_exempt_on_the_day(at, assigned, placed):
    replace_ = ReplaceRater(**WHO, rater=ORDER[0], reason="Sakit")
    away = Exemption("SK 1", ExemptionKind.UNPAID_LEAVE, date(2025, 12, 1), None)
    for gone in (
        placed("dinkes", "sri", retired=date(2025, 12, 1)),
        replace(placed("dinkes", "sri"), exemptions=[away]),
    ):
        [event] = at(*assigned, when=replace_, people={ORDER[2]: gone})
        assert event.instead is None


def test_hr_or_an_official_names_raters_of_a_group_that_is_not_drawn(at, past, assigned, assigning):
    named = NameRater(**WHO, rater="tono", relation=Relation.QUALITY_ASSURER, reason="Auditor mutu")
    event = RaterNamed(on=FIRST, rater="tono", relation=Relation.QUALITY_ASSURER, by="official", reason="Auditor mutu")

    assert at(*past.running, when=named, by="official") == [event]
    for change, match in (
        ({"relation": Relation.PEER}, "has nobody named to rate as PEER; name one for QUALITY_ASSURER"),
        ({"rater": "siapa"}, "is not on the roster"),
        ({"rater": "sri"}, "appraises or reviews"),
        ({"rater": "budi"}, "is the employee"),
    ):
        with pytest.raises(Invalid, match=match):
            at(*past.running, when=replace(named, **change))
    only_drawn = replace(assigning, assigning=replace(RULE, groups={Relation.PEER: AssignedGroup("unit", 2)}))
    with pytest.raises(Invalid, match="its raters are drawn, and replace-rater takes the next"):
        at(*past.running, when=named, rules=only_drawn)
    with pytest.raises(AlreadyDone, match="assigned already"):
        at(*assigned, event, when=named)


SHARED = {
    "rini": [(date(2025, 11, 1), date(2025, 11, 5)), (date(2025, 11, 5), date(2025, 11, 10))],
    "baru": [(date(2025, 11, 27), date(2025, 12, 3))],
    "dewi": [(date(2025, 1, 1), date(2025, 12, 17))],
    "sri": [(date(2025, 1, 1), date(2025, 12, 17))],
}
"""On which days who was in a programme with Budi."""


def _candidates(
    relation: Relation, people: dict[str, Tenure], source: RaterSource | None = None, **change: Any
) -> list[str]:
    state = Appraisal(
        stage=Stage.RUNNING,
        employee="budi",
        unit="dinkes",
        appraiser="sri",
        reviewer="agus",
        starts=date(2025, 1, 1),
        ends=date(2025, 12, 31),
    )
    groups = RULE.groups if source is None else RULE.groups | {relation: AssignedGroup(source, 3)}
    rule = replace(RULE, groups=groups, **change)
    return [*raters.candidates(relation, rule, state, sorted(people), Roster(people.get, FIRST), SHARED)]


def test_colleagues_and_who_works_under_the_employee_may_be_taken_and_no_party(placed):
    away = Exemption("SK 1", ExemptionKind.UNPAID_LEAVE, date(2025, 12, 1), None)
    came, went = date(2025, 12, 1), (date(2025, 3, 1), Assignment("disdik", "tono"))
    people = {
        "agus": placed("dinkes", None),
        "sri": placed("dinkes", "agus"),
        "budi": placed("dinkes", "sri"),
        "wati": placed("dinkes", "sri"),
        "baru": placed("dinkes", "sri", since=came),
        "pensiun": placed("dinkes", "sri", retired=date(2025, 11, 30)),
        "cuti": replace(placed("dinkes", "sri"), exemptions=[away]),
        "walikota": replace(placed("dinkes", None), state_official=True),
        "dewi": placed("dinkes", "budi"),
        "pindah": Tenure(date(2024, 1, 1), None, [(date(2024, 1, 1), Assignment("dinkes", "budi")), went]),
        "rini": placed("disdik", "tono"),
    }

    assert _candidates(Relation.PEER, people) == ["baru", "wati"]
    assert _candidates(Relation.SUBORDINATE, people) == ["dewi", "pindah"]
    assert _candidates(Relation.PEER, people, together=17) == ["baru", "wati"]
    assert _candidates(Relation.PEER, people, together=18) == ["wati"]
    assert _candidates(Relation.SUBORDINATE, people, together=60) == ["dewi"]
    # Of a programme too, or only: nobody above or below, and a day in several places is one.
    assert _candidates(Relation.PEER, people, "unit_or_programme") == ["baru", "rini", "wati"]
    assert _candidates(Relation.PEER, people, "unit_or_programme", together=21) == ["baru", "wati"]
    assert _candidates(Relation.PEER, people, "unit_or_programme", together=22) == ["wati"]
    assert _candidates(Relation.PEER, people, "programme") == ["baru", "rini"]
    assert _candidates(Relation.PEER, people, "programme", together=10) == ["rini"]
    assert _candidates(Relation.PEER, people, "programme", together=11) == []


def test_ratings_close_when_the_time_for_them_is_over_by_the_clock_or_by_hand(at, assigned, past):
    close, observe = CloseRatings(**WHO), ObserveDeadlines(**WHO)
    with pytest.raises(TooEarly, match="the time to rate ends with 2026-01-14; whoever is assigned has until then"):
        at(*assigned, when=close, on=LAST)
    with pytest.raises(TooEarly, match="the time to rate ends with"):
        at(*assigned, when=Finalise(**WHO), by="sri", on=LAST)
    over = date(2026, 1, 15)
    for when, by in ((close, "hr"), (observe, "clock")):
        [closed] = [one for one in at(*assigned, when=when, by=by, on=over) if isinstance(one, RatingsClosed)]
        assert closed.on == over
    again = at(*assigned, closed, when=Finalise(**WHO), by="sri", on=over)
    assert [type(one).__name__ for one in again] == ["Finalised"]
    assert not [one for one in at(*past.running, when=observe, by="clock", on=over) if isinstance(one, RatingsClosed)]


def test_before_the_last_day_raters_are_reminded_once_and_of_its_passing_the_closing_tells(at, assigned):
    near = date(2026, 1, 7)
    news = at(*assigned, when=ObserveDeadlines(**WHO), by="clock", on=near)
    told = [one for one in news if isinstance(one, DeadlineReminded) and one.kind is DeadlineKind.RATING]
    assert told == [DeadlineReminded(kind=DeadlineKind.RATING, role="penilai", since=FIRST, last=LAST)]
    later = at(*assigned, *news, when=ObserveDeadlines(**WHO), by="clock", on=date(2026, 1, 15))
    assert not [one for one in later if isinstance(one, DeadlinePassed) and one.kind is DeadlineKind.RATING]


def test_a_whole_group_closes_below_its_floor_as_long_as_somebody_of_it_has_not_rated(at, assigned, assigning):
    rating = {group: replace(rule, whole=group == "bawahan") for group, rule in assigning.ratings["layanan"].items()}
    whole = replace(assigning, ratings={"layanan": rating})
    four = [Rated(rater=f"b{n}", relation=Relation.SUBORDINATE, scores=FOUR) for n in range(3)]
    of_dewi = Rated(rater="dewi", relation=Relation.SUBORDINATE, scores=FOUR)
    over: dict[str, Any] = {"when": CloseRatings(**WHO), "on": date(2026, 1, 15), "rules": whole}

    [without] = at(*assigned, *four, **over)
    [with_her] = at(*assigned, *four, of_dewi, **over)

    assert (without.closed["bawahan"], with_her.closed["bawahan"]) == (None, 4)


def test_what_is_given_by_assignment_is_sealed_where_the_policy_says_so(at, assigned, assigning):
    sealed = replace(assigning, assigning=replace(RULE, sealed=True))
    for relation, by in ((Relation.PEER, ORDER[0]), (Relation.SELF, "budi"), (Relation.SUPERVISOR, "sri")):
        [rated] = at(*assigned, when=Rate(**WHO, relation=relation, scores=FOUR), by=by, rules=sealed)
        assert rated == Rated(rater=by, relation=relation, scores=FOUR, sealed=True)
    closed = RatingsClosed(on=LAST, policy=sealed.policy)
    after = date(2026, 1, 16)
    [rated] = at(
        *assigned, closed, when=Rate(**WHO, relation=Relation.SUPERVISOR, scores=FOUR), by="sri", on=after, rules=sealed
    )
    assert not rated.sealed
