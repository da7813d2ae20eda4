"""Versions are published once and rule in spans that never overlap."""

from datetime import date

import pytest
from msgspec.structs import replace

from neraca.domain import policy_book
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound
from neraca.domain.policy_book import (
    PolicyPublished,
    PolicyScheduled,
    PolicySuperseded,
    PublishPolicy,
    SchedulePolicy,
)
from neraca.domain.rulebook import PolicyRef

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
RULING = (*PUBLISHED, PolicyScheduled(policy=ONE, since=START))


def schedule(version, since, until=None, name="kota-uji"):
    return SchedulePolicy(id=name, version=version, since=since, until=until)


def book(*events):
    state = policy_book.State()
    for event in events:
        state = policy_book.evolve(state, event)
    return state


def test_a_version_is_published_with_its_full_text(after):
    published = PolicyPublished(policy=ONE, file="kota-uji.yaml", texts=TEXTS, reason="Perwali 1/2025")

    assert after(when=PUBLISH, by="policy", policy=ONE) == [published]
    assert after(when=PUBLISH, by="policy", policy=ONE, purpose="allowance") == [
        replace(published, purpose="allowance")
    ]


def test_a_published_version_never_changes(after):
    with pytest.raises(AlreadyDone, match="word for word"):
        after(*PUBLISHED, when=PUBLISH, by="policy", policy=ONE)
    with pytest.raises(Conflict, match="kota-uji version 1 is published and immutable; write 2"):
        after(*PUBLISHED, when=PUBLISH, by="policy", policy=replace(ONE, hash="00" * 32))


def test_a_publication_must_be_whole(after):
    with pytest.raises(Invalid, match="don't make a policy"):
        after(when=PUBLISH, by="policy")
    with pytest.raises(Invalid, match="reason is empty"):
        after(when=replace(PUBLISH, reason=""), by="policy", policy=ONE)
    with pytest.raises(Invalid, match="not among the texts; did you mean"):
        after(when=replace(PUBLISH, file="kota-uji.yml"), by="policy", policy=ONE)


def test_the_next_version_takes_over_on_the_eve(after):
    assert after(*PUBLISHED, when=schedule(1, START), by="policy") == [PolicyScheduled(policy=ONE, since=START)]
    assert after(*RULING, when=schedule(2, date(2025, 7, 1)), by="policy") == [
        PolicySuperseded(policy=ONE, until=date(2025, 6, 30), reason="kota-uji version 2 rules from 2025-07-01"),
        PolicyScheduled(policy=TWO, since=date(2025, 7, 1)),
    ]


def test_spans_of_one_purpose_never_overlap(after):
    half = (*PUBLISHED, PolicyScheduled(policy=ONE, since=START, until=date(2025, 6, 30)))

    assert after(*half, when=schedule(2, date(2025, 7, 1)), by="policy")
    assert after(*half, when=schedule(2, date(2024, 1, 1), date(2024, 12, 31)), by="policy")
    with pytest.raises(Conflict, match="kota-uji version 1 rules from 2025-01-01 to 2025-06-30; choose days outside"):
        after(*half, when=schedule(2, date(2025, 6, 30)), by="policy")
    with pytest.raises(Conflict, match="rules from 2025-01-01 on without end"):
        after(*RULING, when=schedule(2, date(2024, 1, 1)), by="policy")
    with pytest.raises(Conflict, match="choose days outside"):
        after(*RULING, when=schedule(2, START), by="policy")


def test_another_purpose_has_spans_of_its_own(after):
    assert after(*RULING, ALLOWANCE, when=schedule(1, START, name="kota-uji-tpp"), by="policy") == [
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
        after(*RULING, when=command, by="policy")


def test_who_rules_on_a_day():
    eve = date(2025, 6, 30)
    state = book(
        *RULING,
        ALLOWANCE,
        PolicySuperseded(policy=ONE, until=eve, reason="x"),
        PolicyScheduled(policy=TWO, since=date(2025, 7, 1)),
        PolicyScheduled(policy=TPP, since=START),
    )

    assert policy_book.in_force(state, date(2024, 12, 31)) is None
    assert policy_book.in_force(state, START) == ONE
    assert policy_book.in_force(state, eve) == ONE
    assert policy_book.in_force(state, date(2025, 7, 1)) == TWO
    assert policy_book.in_force(state, date(2035, 1, 1)) == TWO
    assert policy_book.in_force(state, START, "allowance") == TPP
