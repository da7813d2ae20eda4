"""A rule is tried beside the one in force for a year: named before its days, one at a time, counting for nothing."""

from datetime import date

import pytest
from msgspec.structs import replace

from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound, NotOpen, TooEarly, TooLate
from neraca.domain.policy_register import (
    EndShadow,
    NameShadow,
    PolicyProposed,
    PolicyPublished,
    PolicyScheduled,
    PolicyShadowEnded,
    PolicyShadowNamed,
)
from neraca.domain.vocabulary import Role

TODAY, NEXT_YEAR = date(2025, 7, 1), date(2026, 1, 1)
ONE = PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32)
TWO = PolicyRef("kota-uji", 2, "cc" * 32, "dd" * 32)
PAY = PolicyRef("tpp-uji", 1, "ee" * 32, "ff" * 32)
TEXTS = {"kota-uji.yaml": "id: kota-uji"}
RULING = (
    PolicyPublished(policy=ONE, file="kota-uji.yaml", texts=TEXTS, reason="x"),
    PolicyScheduled(policy=ONE, since=date(2025, 1, 1)),
    PolicyPublished(policy=PAY, file="tpp.yaml", texts=TEXTS, reason="x", purpose="allowance"),
)
PROPOSED = PolicyProposed(
    proposal="p1", policy=TWO, file="kota-uji.yaml", texts=TEXTS, author="tini", reason="x", since=NEXT_YEAR
)
THERE = (*RULING, PROPOSED)
NAME = NameShadow(proposal="p1", reason="Dicoba setahun", since=NEXT_YEAR)
NAMED = PolicyShadowNamed(
    shadow="s1",
    policy=TWO,
    author="tini",
    reason="Dicoba setahun",
    since=NEXT_YEAR,
    until=date(2026, 12, 31),
    file="kota-uji.yaml",
    texts=TEXTS,
)
END = EndShadow(shadow="s1", reason="Aturan nasional berubah")


@pytest.fixture
def tini(after):
    return lambda *events, **more: after(
        *events, by=Actor("tini", frozenset({Role.POLICY}), "uji"), **{"on": TODAY} | more
    )


def test_a_proposal_is_tried_with_its_text_and_what_is_published_by_its_name(tini):
    assert tini(*THERE, when=NAME) == [NAMED]

    published = PolicyPublished(policy=TWO, file="kota-uji.yaml", texts=TEXTS, reason="x")
    by_name = NameShadow(id="kota-uji", version=2, reason="Dicoba setahun", since=NEXT_YEAR)
    assert tini(*RULING, published, when=by_name) == [replace(NAMED, file="", texts={})]


def test_a_year_from_a_leap_day_ends_with_february(tini):
    leap = replace(NAME, since=date(2028, 2, 29))

    (named,) = tini(*THERE, when=leap, on=date(2028, 1, 1))

    assert named.until == date(2029, 2, 28)


def test_it_is_ended_before_its_time_and_another_follows(tini):
    ended = PolicyShadowEnded(shadow="s1", on=date(2026, 3, 1), reason="Aturan nasional berubah")
    assert tini(*THERE, NAMED, when=END, on=date(2026, 3, 1)) == [ended]

    (second,) = tini(*THERE, NAMED, ended, when=replace(NAME, since=date(2026, 3, 2)), on=date(2026, 3, 2))
    assert (second.shadow, second.until) == ("s2", date(2027, 3, 1))


@pytest.mark.parametrize(
    ("events", "command", "refusal", "message"),
    [
        (
            THERE,
            replace(NAME, since=date(2025, 6, 30)),
            TooLate,
            "/since: 2025-06-30 is past; a shadow is named before",
        ),
        (THERE, replace(NAME, since=date(2026, 7, 3)), TooEarly, "/since: 2026-07-03 is more than a year away"),
        (THERE, replace(NAME, proposal="p9"), NotFound, "/proposal: no proposal 'p9'"),
        (THERE, replace(NAME, proposal=None), Invalid, "name a proposal, or id and version of what is published"),
        (THERE, replace(NAME, id="kota-uji", version=1), Invalid, "name a proposal, or id and version"),
        (THERE, NameShadow(id="kota", version=1, reason="x", since=NEXT_YEAR), NotFound, "/id: no policy 'kota@1'"),
        (
            THERE,
            NameShadow(id="kota-uji", version=1, reason="x", since=NEXT_YEAR),
            Invalid,
            "kota-uji@1 is in force on 2026-01-01 itself",
        ),
        (
            THERE,
            NameShadow(id="tpp-uji", version=1, reason="x", since=NEXT_YEAR),
            Invalid,
            "tpp-uji@1 is a policy for allowance; a shadow is one for predicate",
        ),
        ((*THERE, NAMED), replace(NAME, since=date(2026, 2, 1)), Conflict, "/since: shadow s1 runs until 2026-12-31"),
        (THERE, replace(NAME, reason=" "), Invalid, "/reason"),
        (THERE, END, NotFound, "/shadow: there is no shadow 's1'"),
        (
            (*THERE, NAMED, PolicyShadowEnded(shadow="s1", on=TODAY, reason="x")),
            END,
            AlreadyDone,
            "/shadow: s1 was ended on 2025-07-01",
        ),
        (
            (*THERE, replace(NAMED, since=date(2024, 1, 1), until=date(2024, 12, 31))),
            END,
            NotOpen,
            "/shadow: s1 ran until 2024-12-31, and is over",
        ),
    ],
)
def test_a_shadow_is_refused_that_is_late_double_or_no_other_rule(tini, events, command, refusal, message):
    with pytest.raises(refusal) as refused:
        tini(*events, when=command)
    assert message in refused.value.message
