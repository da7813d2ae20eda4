"""A schedule is taken back as if it had never been, while nothing final rests on it; the last one first."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as examples
from hypothesis import strategies as st

from neraca.domain import policy_register
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, Refusal
from neraca.domain.policy_register import (
    PolicyApproved,
    PolicyProposed,
    PolicyPublished,
    PolicyScheduled,
    PolicyScheduleWithdrawn,
    PolicySuperseded,
    UnschedulePolicy,
)
from neraca.domain.policy_register.events import RestoredSpan
from neraca.domain.policy_register.placement import Placement, placed
from neraca.domain.policy_register.recall import recallable, unschedule
from neraca.domain.vocabulary import PositionClass, Role

REFS = [PolicyRef("kota-uji", n, f"{n}a" * 32, f"{n}b" * 32) for n in range(1, 9)]
ONE, TWO, THREE = REFS[:3]
PUBLISHED = tuple(PolicyPublished(policy=ref, file="k.yaml", texts={"k.yaml": "x"}, reason="x") for ref in REFS)
START, JULY, OCTOBER = date(2025, 1, 1), date(2025, 7, 1), date(2025, 10, 1)
FUNCTIONAL = (PositionClass.FUNCTIONAL,)
RINA = Actor("rina", frozenset({Role.POLICY_APPROVER}), "uji")
BACK = UnschedulePolicy(id="kota-uji", version=2, reason="memotong semester")


def scheduled(*wanted):
    """What the schedules bring about, each on top of those before; and the book before the last of them."""
    state, events, before = policy_register.State(), [], []
    for event in PUBLISHED:
        state = policy_register.evolve(state, event)
    for one in wanted:
        before = list(state.of("predicate"))
        for event in placed(one, state.of("predicate")):
            events.append(event)
            state = policy_register.evolve(state, event)
    return events, state, before


def rules(state):
    return sorted(state.of("predicate"), key=lambda one: (one.since, one.policy, one.classes or ()))


def test_what_ruled_before_rules_again(after):
    events, _, _ = scheduled(Placement(ONE, START, None, None), Placement(TWO, JULY, None, None))

    (back,) = after(*PUBLISHED, *events, when=BACK, by=RINA)

    assert back == PolicyScheduleWithdrawn(
        policy=TWO, since=JULY, reason="memotong semester", restored=(RestoredSpan(ONE, START),)
    )
    state = policy_register.State()
    for event in (*PUBLISHED, *events, back):
        state = policy_register.evolve(state, event)
    (span,) = state.of("predicate")
    assert (span.policy, span.since, span.until) == ("kota-uji@1", START, None)
    with pytest.raises(NotFound, match="no schedule of kota-uji@2 to take back: kota-uji@2 is not scheduled"):
        after(*PUBLISHED, *events, back, when=BACK, by=RINA)


def test_the_last_is_taken_back_first(after):
    events, _, _ = scheduled(
        Placement(ONE, START, None, None), Placement(TWO, JULY, None, None), Placement(THREE, OCTOBER, None, None)
    )

    with pytest.raises(Conflict, match="kota-uji@3 took over from kota-uji@2 on 2025-10-01; take that back first"):
        after(*PUBLISHED, *events, when=BACK, by=RINA)
    (last,) = after(*PUBLISHED, *events, when=UnschedulePolicy(id="kota-uji", version=3, reason="x"), by=RINA)
    assert last.restored == (RestoredSpan(TWO, JULY),)
    (back,) = after(*PUBLISHED, *events, last, when=BACK, by=RINA)
    assert back.restored == (RestoredSpan(ONE, START),)


def test_what_was_scheduled_for_the_days_it_left_comes_first_too(after):
    events, _, _ = scheduled(
        Placement(ONE, START, None, None),
        Placement(TWO, JULY, date(2025, 9, 30), None),
        Placement(THREE, OCTOBER, None, None),
    )

    with pytest.raises(Conflict, match=r"kota-uji@1 would rule again, but kota-uji@3 rules from 2025-10-01 .*; take"):
        after(*PUBLISHED, *events, when=BACK, by=RINA)


def test_a_version_that_was_taken_back_whole_comes_back_whole(after):
    events, _, _ = scheduled(Placement(ONE, START, None, None), Placement(TWO, START, None, None, "Perwali 1/2025"))

    (back,) = after(*PUBLISHED, *events, when=BACK, by=RINA)

    assert back.restored == (RestoredSpan(ONE, START),)


def test_which_schedule_is_asked_where_there_are_several(after):
    events, _, _ = scheduled(
        Placement(TWO, START, date(2025, 3, 31), None),
        Placement(ONE, date(2025, 4, 1), None, None),
        Placement(TWO, JULY, None, None),
    )

    with pytest.raises(Invalid, match=r"/since: which schedule of kota-uji@2\? kota-uji@2 rules from 2025-01-01 to"):
        after(*PUBLISHED, *events, when=BACK, by=RINA)
    later = UnschedulePolicy(id="kota-uji", version=2, reason="x", since=JULY)
    (back,) = after(*PUBLISHED, *events, when=later, by=RINA)
    assert (back.since, back.restored) == (JULY, (RestoredSpan(ONE, date(2025, 4, 1)),))


def test_what_is_final_by_it_holds_it(after):
    events, _, _ = scheduled(Placement(ONE, START, None, None), Placement(TWO, JULY, None, None))
    resting = tuple(f"{who}/2025-S2" for who in ("ani", "budi", "cici", "dedi"))

    with pytest.raises(Conflict, match=r"4 results are final by kota-uji@2 \(2025-S2\), and what is final"):
        after(*PUBLISHED, *events, when=BACK, by=RINA, resting=resting)


def test_no_author_takes_back_what_another_approved(after):
    proposed = PolicyProposed(proposal="p1", policy=TWO, file="k.yaml", texts={}, author="rina", reason="x", since=JULY)
    approved = PolicyApproved(
        proposal="p1", policy_hash=TWO.hash, impact_hash="x", approver="rudi", role=Role.POLICY_APPROVER
    )
    ruling = PolicyScheduled(policy=ONE, since=START)
    published = PolicyPublished(policy=TWO, file="k.yaml", texts={}, reason="x", proposal="p1")
    taken = PolicySuperseded(policy=ONE, until=date(2025, 6, 30), reason="x", since=START)
    story = (PUBLISHED[0], ruling, proposed, approved, published, taken, PolicyScheduled(policy=TWO, since=JULY))

    with pytest.raises(NotAllowed, match="rina wrote kota-uji@2; another person must take it back"):
        after(*story, when=BACK, by=RINA)
    assert after(*story, when=BACK, by=Actor("rudi", frozenset({Role.POLICY_APPROVER}), "uji"))


def refused(after, events, **known):
    with pytest.raises(Refusal) as told:
        after(*PUBLISHED, *events, **{"when": BACK, "by": RINA, **known})
    return type(told.value), told.value.field, told.value.message


def test_why_a_schedule_is_not_taken_back(after):
    """In whole words, each alone."""
    nothing, _, _ = scheduled(Placement(ONE, START, None, None))
    twice, _, _ = scheduled(
        Placement(TWO, START, date(2025, 3, 31), None),
        Placement(ONE, date(2025, 4, 1), None, None),
        Placement(TWO, JULY, None, None),
    )
    later, _, _ = scheduled(Placement(ONE, START, None, None), Placement(TWO, JULY, None, None))
    taken, _, _ = scheduled(
        Placement(ONE, START, None, None), Placement(TWO, JULY, None, None), Placement(THREE, OCTOBER, None, None)
    )
    left, _, _ = scheduled(
        Placement(ONE, START, None, None),
        Placement(TWO, JULY, date(2025, 9, 30), None),
        Placement(THREE, OCTOBER, date(2025, 12, 31), FUNCTIONAL),
    )
    reason = UnschedulePolicy(id="kota-uji", version=2, reason=" ")
    october = UnschedulePolicy(id="kota-uji", version=2, reason="x", since=OCTOBER)
    resting = tuple(f"{who}/{period}" for who in ("ani", "budi") for period in ("2026", "2025-S2", "2025", "2025-Q4"))

    assert refused(after, later, when=reason) == (Invalid, "/reason", "/reason: the reason is empty; write it out")
    assert refused(after, nothing) == (
        NotFound,
        "/since",
        "/since: no schedule of kota-uji@2 to take back: kota-uji@2 is not scheduled",
    )
    assert refused(after, later, when=october) == (
        NotFound,
        "/since",
        "/since: no schedule of kota-uji@2 to take back: kota-uji@2 rules from 2025-07-01 on without end",
    )
    assert refused(after, twice) == (
        Invalid,
        "/since",
        "/since: which schedule of kota-uji@2? kota-uji@2 rules from 2025-01-01 to 2025-03-31; kota-uji@2 rules from "
        "2025-07-01 on without end",
    )
    assert refused(after, later, resting=resting) == (
        Conflict,
        None,
        "8 results are final by kota-uji@2 (2025, 2025-Q4, 2025-S2, 2026), and what is final stands; propose another "
        "version for the days to come",
    )
    assert refused(after, taken) == (
        Conflict,
        None,
        "kota-uji@3 took over from kota-uji@2 on 2025-10-01; take that back first",
    )
    assert refused(after, left) == (
        Conflict,
        None,
        "kota-uji@1 would rule again, but kota-uji@3 rules for FUNCTIONAL from 2025-10-01 to 2025-12-31; take that "
        "back first",
    )


def test_what_rules_for_other_classes_than_it_was_scheduled_for_is_not_taken_back(after):
    """Scheduled for two classes one by one, and joined in one span when what took over from one was taken back."""
    supervisor = (PositionClass.SUPERVISOR,)
    events, _, _ = scheduled(
        Placement(TWO, JULY, None, FUNCTIONAL),
        Placement(TWO, JULY, None, supervisor),
        Placement(THREE, JULY, None, supervisor, "Perwali 1/2025"),
    )
    third = UnschedulePolicy(id="kota-uji", version=3, reason="x")
    events += after(*PUBLISHED, *events, when=third, by=RINA)

    assert refused(after, events) == (
        Conflict,
        None,
        "kota-uji@2 rules for SUPERVISOR, FUNCTIONAL from 2025-07-01 on without end, but for other classes than it was "
        "scheduled for; take back what changed that",
    )


def test_what_rules_other_days_or_other_classes_or_was_there_before_does_not_hold_it(after):
    for placements in (
        # Of other classes, on the days that come back.
        [
            Placement(ONE, START, None, (PositionClass.SUPERVISOR,)),
            Placement(TWO, JULY, date(2025, 9, 30), (PositionClass.SUPERVISOR,)),
            Placement(THREE, OCTOBER, None, FUNCTIONAL),
        ],
        # Before the days that come back.
        [
            Placement(THREE, date(2024, 1, 1), date(2024, 12, 31), None),
            Placement(ONE, START, None, None),
            Placement(TWO, JULY, date(2025, 9, 30), None),
        ],
        # It took nothing from anybody.
        [Placement(TWO, JULY, None, None)],
    ):
        events, _, _ = scheduled(*placements)
        (back,) = after(*PUBLISHED, *events, when=BACK, by=RINA)
        assert back.since == JULY


def test_a_schedule_for_some_classes_is_taken_back_for_those(after):
    events, _, _ = scheduled(Placement(ONE, START, None, None), Placement(TWO, JULY, None, FUNCTIONAL))

    assert after(*PUBLISHED, *events, when=BACK, by=RINA) == [
        PolicyScheduleWithdrawn(
            policy=TWO,
            since=JULY,
            reason="memotong semester",
            classes=FUNCTIONAL,
            restored=(RestoredSpan(ONE, START, None, FUNCTIONAL),),
        )
    ]


def test_what_it_had_shortened_comes_back_with_the_end_it_had(after):
    until = date(2025, 12, 31)
    taken = PolicySuperseded(policy=ONE, until=date(2025, 6, 30), reason="x", since=START)
    events = (PolicyScheduled(policy=ONE, since=START, until=until), taken, PolicyScheduled(policy=TWO, since=JULY))

    (back,) = after(*PUBLISHED, *events, when=BACK, by=RINA)
    assert back.restored == (RestoredSpan(ONE, START, until),)


def test_only_who_wrote_this_version_and_saw_it_published_may_not_take_it_back():
    state = policy_register.State()
    for ref, name, author in ((TWO, "p1", "rina"), (THREE, "p2", "rudi"), (REFS[3], "p3", "rita")):
        proposed = PolicyProposed(
            proposal=name, policy=ref, file="k.yaml", texts={}, author=author, reason="x", since=JULY
        )
        state = policy_register.evolve(state, proposed)
        if name != "p3":
            published = PolicyPublished(policy=ref, file="k.yaml", texts={}, reason="x", proposal=name)
            state = policy_register.evolve(state, published)

    may = {}
    for who in ("rina", "rudi", "rita"):
        for version in (2, 3, 4):
            command = UnschedulePolicy(id="kota-uji", version=version, reason="x")
            try:
                policy_register.permit(command, state, Actor(who, frozenset({Role.POLICY_APPROVER}), "uji"))
            except NotAllowed as told:
                may[who, version] = told.message
    assert may == {
        ("rina", 2): "rina wrote kota-uji@2; another person must take it back",
        ("rudi", 3): "rudi wrote kota-uji@3; another person must take it back",
    }
    other = UnschedulePolicy(id="kota-lain", version=2, reason="x")
    policy_register.permit(other, state, RINA)


DAYS = st.integers(0, 720).map(lambda n: START + timedelta(days=n))
CLASSES = st.sampled_from([None, FUNCTIONAL, (PositionClass.SUPERVISOR,), (*FUNCTIONAL, PositionClass.SUPERVISOR)])


@st.composite
def wanted(draw):
    since = draw(DAYS)
    until = draw(st.none() | st.integers(0, 400).map(lambda n: since + timedelta(days=n)))
    return since, until, draw(CLASSES), draw(st.sampled_from([None, "Perwali 1/2025"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the fixture is a pure function
@examples(st.lists(wanted(), min_size=1, max_size=len(REFS)))
def test_taken_back_in_turn_every_schedule_leaves_the_book_as_it_found_it(given, asked):
    """Each random schedule that finds a place; then all of them are taken back, the last first."""
    state = policy_register.State()
    for event in PUBLISHED:
        state = policy_register.evolve(state, event)
    books = []
    for ref, (since, until, classes, basis) in zip(REFS, asked, strict=False):
        before = rules(state)
        try:
            events = placed(Placement(ref, since, until, classes, basis), state.of("predicate"))
        except (Conflict, AlreadyDone):
            continue
        for event in events:
            state = policy_register.evolve(state, event)
        books.append((ref, before))

    for ref, before in reversed(books):
        command = UnschedulePolicy(id=ref.id, version=ref.version, reason="x")
        published = state.versions[ref.id, ref.version]
        assert recallable(command, published, state).hash == ref.hash
        (event,) = unschedule(command, published, state, given(command, by=RINA))
        state = policy_register.evolve(state, event)
        assert rules(state) == before
