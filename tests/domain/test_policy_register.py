"""Versions are published once and rule in spans that never overlap."""

from datetime import date

import pytest
from msgspec.structs import replace

from neraca.domain import policy_register
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOneInForce
from neraca.domain.policy_register import (
    PolicyPublished,
    PolicyScheduled,
    PolicySuperseded,
    PublishPolicy,
    SchedulePolicy,
)
from neraca.domain.vocabulary import PositionClass, Role

ONE = PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32)
TWO = PolicyRef("kota-uji", 2, "cc" * 32, "dd" * 32)
TPP = PolicyRef("kota-uji-tpp", 1, "ee" * 32, "ff" * 32)
TEXTS = {"kota-uji.yaml": "id: kota-uji", "induk.yaml": "id: induk"}
PUBLISH = PublishPolicy(file="kota-uji.yaml", texts=TEXTS, reason="Perwali 1/2025")
PUBLISHED = tuple(
    PolicyPublished(policy=policy, file="kota-uji.yaml", texts=TEXTS, reason="x") for policy in (ONE, TWO)
)
ALLOWANCE = PolicyPublished(policy=TPP, file="tpp.yaml", texts={"tpp.yaml": "x"}, reason="x", purpose="allowance")
START = date(2025, 1, 1)
OPERATOR = Actor("operator", frozenset({Role.POLICY}))
RULING = (*PUBLISHED, PolicyScheduled(policy=ONE, since=START))


def schedule(version, since, until=None, name="kota-uji", classes=None):
    return SchedulePolicy(id=name, version=version, since=since, until=until, classes=classes)


def book(*events):
    state = policy_register.State()
    for event in events:
        state = policy_register.evolve(state, event)
    return state


def test_a_version_is_published_with_its_full_text(after):
    published = PolicyPublished(policy=ONE, file="kota-uji.yaml", texts=TEXTS, reason="Perwali 1/2025")

    assert after(when=PUBLISH, by=OPERATOR, policy=ONE) == [published]
    assert after(when=PUBLISH, by=OPERATOR, policy=ONE, purpose="allowance") == [
        replace(published, purpose="allowance")
    ]


def test_a_published_version_never_changes(after):
    with pytest.raises(AlreadyDone, match="word for word"):
        after(*PUBLISHED, when=PUBLISH, by=OPERATOR, policy=ONE)
    with pytest.raises(Conflict, match="kota-uji version 1 is published and immutable; write 3"):
        after(*PUBLISHED, when=PUBLISH, by=OPERATOR, policy=replace(ONE, hash="00" * 32))


def test_a_publication_must_be_whole(after):
    with pytest.raises(Invalid, match="reason is empty"):
        after(when=replace(PUBLISH, reason=""), by=OPERATOR, policy=ONE)
    with pytest.raises(Invalid, match="not among the texts; did you mean"):
        after(when=replace(PUBLISH, file="kota-uji.yml"), by=OPERATOR, policy=ONE)


def test_the_next_version_takes_over_on_the_eve(after):
    assert after(*PUBLISHED, when=schedule(1, START), by=OPERATOR) == [PolicyScheduled(policy=ONE, since=START)]
    assert after(*RULING, when=schedule(2, date(2025, 7, 1)), by=OPERATOR) == [
        PolicySuperseded(
            policy=ONE, until=date(2025, 6, 30), reason="kota-uji version 2 rules from 2025-07-01", since=START
        ),
        PolicyScheduled(policy=TWO, since=date(2025, 7, 1)),
    ]


def test_spans_of_one_purpose_never_overlap(after):
    half = (*PUBLISHED, PolicyScheduled(policy=ONE, since=START, until=date(2025, 6, 30)))

    assert after(*half, when=schedule(2, date(2025, 7, 1)), by=OPERATOR)
    assert after(*half, when=schedule(2, date(2024, 1, 1), date(2024, 12, 31)), by=OPERATOR)
    with pytest.raises(Conflict, match="kota-uji@1 rules from 2025-01-01 to 2025-06-30; choose days outside"):
        after(*half, when=schedule(2, date(2025, 6, 30)), by=OPERATOR)
    with pytest.raises(Conflict, match="rules from 2025-01-01 on without end"):
        after(*RULING, when=schedule(2, date(2024, 1, 1)), by=OPERATOR)
    with pytest.raises(Conflict, match="choose days outside"):
        after(*RULING, when=schedule(2, START), by=OPERATOR)


def test_another_purpose_has_spans_of_its_own(after):
    assert after(*RULING, ALLOWANCE, when=schedule(1, START, name="kota-uji-tpp"), by=OPERATOR) == [
        PolicyScheduled(policy=TPP, since=START)
    ]


@pytest.mark.parametrize(
    ("command", "refusal", "message"),
    [
        (schedule(1, START), AlreadyDone, "scheduled so already"),
        (schedule(3, START), NotFound, "kota-uji has version 1, 2, not 3"),
        (schedule(1, START, name="kota-uij"), NotFound, "no policy 'kota-uij' is published; did you mean 'kota-uji'"),
        (schedule(2, START, date(2024, 12, 31)), Invalid, "2024-12-31 is before 2025-01-01"),
    ],
)
def test_only_what_is_published_can_rule_and_only_forward(after, command, refusal, message):
    with pytest.raises(refusal, match=message):
        after(*RULING, when=command, by=OPERATOR)


def test_who_rules_on_a_day():
    day_before = date(2025, 6, 30)
    state = book(
        *RULING,
        ALLOWANCE,
        PolicySuperseded(policy=ONE, until=day_before, reason="x"),
        PolicyScheduled(policy=TWO, since=date(2025, 7, 1)),
        PolicyScheduled(policy=TPP, since=START),
    )

    assert policy_register.in_force(state, date(2024, 12, 31)) is None
    assert policy_register.in_force(state, START) == ONE
    assert policy_register.in_force(state, day_before) == ONE
    assert policy_register.in_force(state, date(2025, 7, 1)) == TWO
    assert policy_register.in_force(state, date(2035, 1, 1)) == TWO
    assert policy_register.in_force(state, START, "allowance") == TPP


def test_staff_put_no_rule_in_force_alone(after):
    for command in (PUBLISH, schedule(1, START)):
        with pytest.raises(NotAllowed, match="policy may not put a rule in force alone: send propose-policy"):
            after(*PUBLISHED, when=command, by="policy", policy=ONE)


def test_no_day_without_a_rule_or_with_two(after):
    half = book(*PUBLISHED, PolicyScheduled(policy=ONE, since=START, until=date(2025, 6, 30)))
    twice = book(*RULING, PolicyScheduled(policy=TWO, since=date(2025, 7, 1)))

    assert policy_register.require_in_force(half, START) == ONE
    with pytest.raises(NotOneInForce, match="no policy is in force on 2025-07-01: kota-uji@1 rules from 2025-01-01 to"):
        policy_register.require_in_force(half, date(2025, 7, 1))
    with pytest.raises(NotOneInForce, match=r"more than one .* on 2025-07-01: kota-uji@1 .*; kota-uji@2"):
        policy_register.require_in_force(twice, date(2025, 7, 1))
    with pytest.raises(NotOneInForce, match="none is scheduled"):
        policy_register.require_in_force(book(), START)


FUNCTIONAL, SUPERVISOR = PositionClass.FUNCTIONAL, PositionClass.SUPERVISOR
OTHERS = tuple(one for one in PositionClass if one is not FUNCTIONAL)
JULY = date(2025, 7, 1)


def test_a_version_for_some_classes_takes_over_for_those_alone(after):
    events = after(*RULING, when=schedule(2, JULY, classes=(FUNCTIONAL,)), by=OPERATOR)
    state = book(*RULING, *events)

    assert [event.classes for event in events] == [(FUNCTIONAL,), (FUNCTIONAL,)]
    assert policy_register.in_force(state, JULY, position_class=FUNCTIONAL) == TWO
    assert policy_register.in_force(state, JULY, position_class=SUPERVISOR) == ONE
    assert policy_register.in_force(state, date(2025, 6, 30), position_class=FUNCTIONAL) == ONE
    assert policy_register.in_force(state, START) == ONE
    with pytest.raises(NotOneInForce, match="for an employee of unknown class on 2025-07-01"):
        policy_register.in_force(state, JULY)


def test_a_version_for_all_takes_over_from_each_class(after):
    three = replace(ONE, version=3, hash="11" * 32)
    third = PolicyPublished(policy=three, file="kota-uji.yaml", texts=TEXTS, reason="x")
    split = (*RULING, third, *after(*RULING, when=schedule(2, JULY, classes=(FUNCTIONAL,)), by=OPERATOR))

    state = book(*split, *after(*split, when=schedule(3, date(2026, 1, 1)), by=OPERATOR))

    for day, ruling in ((date(2025, 12, 31), {FUNCTIONAL: TWO, SUPERVISOR: ONE}), (date(2026, 1, 1), {})):
        for one in (FUNCTIONAL, SUPERVISOR):
            assert policy_register.in_force(state, day, position_class=one) == ruling.get(one, three)
    assert policy_register.in_force(state, date(2026, 1, 1)) == three


def test_spans_of_other_classes_may_share_days(after):
    some = (*PUBLISHED, PolicyScheduled(policy=ONE, since=START, until=JULY, classes=(FUNCTIONAL,)))

    assert after(*some, when=schedule(2, START, classes=OTHERS), by=OPERATOR)
    with pytest.raises(Conflict, match="kota-uji@1 rules for FUNCTIONAL from 2025-01-01 to 2025-07-01"):
        after(*some, when=schedule(2, START, classes=(SUPERVISOR, FUNCTIONAL)), by=OPERATOR)
    with pytest.raises(Invalid, match="rules nobody"):
        after(*some, when=schedule(2, START, classes=()), by=OPERATOR)


def test_who_is_not_ruled_is_not_ruled_by_another_class():
    state = book(*PUBLISHED, PolicyScheduled(policy=ONE, since=START, classes=(FUNCTIONAL,)))

    assert policy_register.in_force(state, START, position_class=SUPERVISOR) is None
    with pytest.raises(NotOneInForce, match="no policy is in force for an employee of unknown class"):
        policy_register.in_force(state, START)


def test_books_written_before_spans_had_names_are_read_alike():
    state = book(*RULING, PolicySuperseded(policy=ONE, until=JULY, reason="x"))

    assert policy_register.in_force(state, JULY) == ONE
    assert policy_register.in_force(state, date(2025, 7, 2)) is None


def test_which_versions_there_are_is_told_in_their_order(after):
    events = (PUBLISHED[1], ALLOWANCE, PUBLISHED[0])

    for command, message, field in (
        (schedule(3, START), "/version: kota-uji has version 1, 2, not 3", "/version"),
        (schedule(2, START, name="kota-uji-tpp"), "/version: kota-uji-tpp has version 1, not 2", "/version"),
        (
            schedule(1, START, name="rsud"),
            "/id: no policy 'rsud' is published; there are kota-uji, kota-uji-tpp",
            "/id",
        ),
    ):
        with pytest.raises(NotFound) as refused:
            after(*events, when=command, by=OPERATOR)
        assert (refused.value.message, refused.value.field) == (message, field)
