"""Where a version finds its place among those that rule, and what stands between a proposal and that place."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.command_rules import PolicyRef
from neraca.domain.errors import AlreadyDone, Conflict, Invalid
from neraca.domain.policy_register import (
    Override,
    PolicyApproved,
    PolicyProposed,
    PolicyPublished,
    PolicyScheduled,
    PolicySuperseded,
    PolicyWithdrawn,
    Proposal,
    State,
    ValidityPeriod,
    evolve,
)
from neraca.domain.policy_register.approval import missing, ungated
from neraca.domain.policy_register.placement import Placement, file_is_there, never_published, placed
from neraca.domain.vocabulary import PositionClass, Role

START, JUNE_30, JULY = date(2025, 1, 1), date(2025, 6, 30), date(2025, 7, 1)
ONE = PolicyRef("kota-uji", 1, "1a" * 32, "1b" * 32)
TWO = PolicyRef("kota-uji", 2, "2a" * 32, "2b" * 32)
THREE = PolicyRef("kota-uji", 3, "3a" * 32, "3b" * 32)
OTHER = PolicyRef("kota-lain", 7, "7a" * 32, "7b" * 32)
FUNCTIONAL, SUPERVISOR = PositionClass.FUNCTIONAL, PositionClass.SUPERVISOR


def span(ref: PolicyRef, since: date, until: date | None = None, *classes: PositionClass) -> ValidityPeriod:
    return ValidityPeriod(ref.name, ref.hash, ref.calc_hash, since, until, classes or None)


def superseded(ref: PolicyRef, until: date, since: date, *classes: PositionClass) -> PolicySuperseded:
    return PolicySuperseded(
        policy=ref,
        until=until,
        reason="kota-uji version 2 rules from 2025-07-01",
        since=since,
        classes=classes or None,
    )


def wanted(since: date = JULY, until: date | None = None, *classes: PositionClass, basis: str | None = None) -> Any:
    return Placement(TWO, since, until, classes or None, basis)


OPEN = span(ONE, START)
NEXT = PolicyScheduled(policy=TWO, since=JULY)


@pytest.mark.parametrize(
    ("place", "ruling", "events"),
    [
        pytest.param(wanted(), [], [NEXT], id="nothing rules"),
        pytest.param(wanted(), [OPEN], [superseded(ONE, JUNE_30, START), NEXT], id="takes over from an open-ended one"),
        pytest.param(
            wanted(JULY, JULY),
            [OPEN],
            [superseded(ONE, JUNE_30, START), replace(NEXT, until=JULY)],
            id="for a day",
        ),
        pytest.param(wanted(), [span(ONE, START, JUNE_30)], [NEXT], id="after one that ended"),
        pytest.param(
            wanted(JULY, date(2025, 12, 31)),
            [span(ONE, date(2026, 1, 1))],
            [replace(NEXT, until=date(2025, 12, 31))],
            id="before one that follows",
        ),
        pytest.param(
            wanted(JULY, None, FUNCTIONAL),
            [span(ONE, START, None, SUPERVISOR)],
            [replace(NEXT, classes=(FUNCTIONAL,))],
            id="beside one of other classes",
        ),
        pytest.param(
            wanted(JULY, None, FUNCTIONAL, SUPERVISOR),
            [span(ONE, START, None, FUNCTIONAL), span(THREE, START, None, SUPERVISOR)],
            [
                superseded(ONE, JUNE_30, START, FUNCTIONAL),
                superseded(THREE, JUNE_30, START, SUPERVISOR),
                replace(NEXT, classes=(SUPERVISOR, FUNCTIONAL)),
            ],
            id="takes over from each class, in the order of classes",
        ),
        pytest.param(
            wanted(JULY, None, FUNCTIONAL),
            [OPEN],
            [superseded(ONE, JUNE_30, START, FUNCTIONAL), replace(NEXT, classes=(FUNCTIONAL,))],
            id="takes some classes out of a rule for all",
        ),
        pytest.param(
            wanted(),
            [span(ONE, START, None, FUNCTIONAL)],
            [superseded(ONE, JUNE_30, START, FUNCTIONAL), NEXT],
            id="a rule for all takes over from one for some",
        ),
        pytest.param(
            wanted(basis="Perwali 1/2025"),
            [span(ONE, JULY)],
            [superseded(ONE, JUNE_30, JULY), replace(NEXT, legal_basis="Perwali 1/2025")],
            id="with a legal basis from the same day",
        ),
        pytest.param(
            wanted(),
            [span(THREE, date(2020, 1, 1), date(2020, 12, 31)), OPEN],
            [superseded(ONE, JUNE_30, START), NEXT],
            id="over one long gone",
        ),
    ],
)
def test_a_version_takes_over_from_what_rules_open_ended(place, ruling, events):
    assert placed(place, ruling) == events


@pytest.mark.parametrize(
    ("place", "ruling", "refusal", "message", "field"),
    [
        (
            wanted(),
            [span(ONE, JULY)],
            Conflict,
            "/since: kota-uji@1 rules from 2025-07-01 on without end; choose days outside that span",
            "/since",
        ),
        (
            wanted(basis="Perwali 1/2025"),
            [span(ONE, date(2025, 7, 2))],
            Conflict,
            "/since: kota-uji@1 rules from 2025-07-02 on without end; choose days outside that span",
            "/since",
        ),
        (
            wanted(basis="Perwali 1/2025"),
            [span(ONE, JULY, date(2025, 12, 31))],
            Conflict,
            "/since: kota-uji@1 rules from 2025-07-01 to 2025-12-31; choose days outside that span",
            "/since",
        ),
        (
            wanted(),
            [span(ONE, START, JULY)],
            Conflict,
            "/since: kota-uji@1 rules from 2025-01-01 to 2025-07-01; choose days outside that span",
            "/since",
        ),
        (wanted(), [span(TWO, JULY)], AlreadyDone, "policy kota-uji version 2 is scheduled so already", None),
        (
            wanted(JULY, date(2025, 9, 30)),
            [span(TWO, JULY, date(2025, 9, 30))],
            AlreadyDone,
            "policy kota-uji version 2 is scheduled so already",
            None,
        ),
        (
            wanted(JULY, date(2025, 9, 30)),
            [span(TWO, JULY)],
            Conflict,
            "/since: kota-uji@2 rules from 2025-07-01 on without end; choose days outside that span",
            "/since",
        ),
        (
            wanted(JULY, JUNE_30),
            [],
            Invalid,
            "/until: 2025-06-30 is before 2025-07-01; end then or later, or leave it out",
            "/until",
        ),
        (
            Placement(TWO, JULY, None, ()),
            [],
            Invalid,
            "/classes: rules nobody; name some classes, or leave it out for all",
            "/classes",
        ),
    ],
)
def test_any_other_overlap_is_refused(place, ruling, refusal, message, field):
    with pytest.raises(refusal) as refused:
        placed(place, ruling)
    assert type(refused.value) is refusal
    assert (refused.value.message, refused.value.field) == (message, field)


def test_the_same_version_may_rule_again_on_other_days():
    assert placed(wanted(), [span(TWO, START)])[0] == superseded(TWO, JUNE_30, START)


def register(*events: Any) -> State:
    state = State()
    for event in events:
        state = evolve(state, event)
    return state


def publication(ref: PolicyRef, **more: Any) -> PolicyPublished:
    return PolicyPublished(policy=ref, file="k.yaml", texts={}, reason="x", **more)


def test_a_number_is_given_once_and_the_next_free_one_is_named():
    state = register(*map(publication, (ONE, THREE, OTHER)))

    never_published(TWO, state)
    with pytest.raises(AlreadyDone) as refused:
        never_published(ONE, state)
    assert refused.value.message == "policy kota-uji version 1 is published already, word for word"
    with pytest.raises(Conflict) as refused:
        never_published(replace(ONE, hash="00" * 32), state)
    assert refused.value.message == "kota-uji version 1 is published and immutable; write 4"
    assert type(refused.value) is Conflict


def test_the_file_is_among_the_texts():
    file_is_there("k.yaml", {"k.yaml": "x"})
    with pytest.raises(Invalid) as refused:
        file_is_there("k.yml", {"k.yaml": "x", "induk.yaml": "y"})
    assert refused.value.message == "/file: 'k.yml' is not among the texts; did you mean 'k.yaml'?"
    assert refused.value.field == "/file"


LOCKED = ("/panels/perilaku/raters/atasan/weight", "/bands/baik")
PROPOSED = PolicyProposed(proposal="p1", policy=TWO, file="k.yaml", texts={}, author="tini", reason="x", since=JULY)
APPROVED = PolicyApproved(
    proposal="p1", policy_hash=TWO.hash, impact_hash="6e", approver="rina", role=Role.POLICY_APPROVER
)
SECOND = replace(APPROVED, approver="rudi")
NATIONAL = replace(APPROVED, approver="nani", role=Role.NATIONAL)


@pytest.mark.parametrize(
    ("locked", "approvals", "quorum", "lacking"),
    [
        ((), [], 1, "1 more approval"),
        ((), [], 2, "2 more approvals"),
        ((), [APPROVED], 1, None),
        ((), [APPROVED, SECOND], 1, None),
        ((), [APPROVED], 2, "1 more approval"),
        ((), [APPROVED], 4, "3 more approvals"),
        (LOCKED, [], 1, "1 more approval, one of them national"),
        (LOCKED, [], 3, "3 more approvals, one of them national"),
        (LOCKED, [NATIONAL], 2, "1 more approval"),
        (LOCKED, [NATIONAL], 1, None),
        (LOCKED, [APPROVED, NATIONAL], 1, None),
        (LOCKED, [APPROVED], 1, f"a national approval, as it moves {', '.join(LOCKED)}"),
        (LOCKED, [APPROVED, SECOND], 2, f"a national approval, as it moves {', '.join(LOCKED)}"),
    ],
)
def test_what_a_proposal_lacks(locked, approvals, quorum, lacking):
    assert missing(Proposal(replace(PROPOSED, locked=locked), ["tini"]), approvals, quorum) == lacking


ADOPTED = "the operator adopted it, and nobody proposed or approved it"
DOUBTFUL = replace(PROPOSED, doubtful=("contoh_bobot", "lampiran"))
ANSWERED = replace(SECOND, override=Override(name="Sekda", reason="menyusul"))


@pytest.mark.parametrize(
    ("events", "quorum", "why"),
    [
        ((publication(TWO),), 1, ADOPTED),
        ((publication(ONE),), 1, ADOPTED),
        ((PROPOSED, APPROVED), 1, ADOPTED),
        ((PROPOSED, APPROVED, PolicyWithdrawn(proposal="p1", reason="x"), publication(TWO)), 1, ADOPTED),
        ((replace(PROPOSED, policy=THREE), publication(THREE, proposal="p1"), publication(TWO)), 1, ADOPTED),
        ((PROPOSED, APPROVED, publication(TWO, proposal="p1")), 1, None),
        ((PROPOSED, APPROVED, publication(TWO, proposal="p1")), 2, "it lacks 1 more approval"),
        (
            (replace(PROPOSED, locked=LOCKED[:1]), APPROVED, publication(TWO, proposal="p1")),
            1,
            f"it lacks a national approval, as it moves {LOCKED[0]}",
        ),
        (
            (DOUBTFUL, APPROVED, publication(TWO, proposal="p1")),
            1,
            "it rests on unverified or illustrative references (contoh_bobot, lampiran), and nobody answers for it",
        ),
        ((DOUBTFUL, APPROVED, ANSWERED, publication(TWO, proposal="p1")), 2, None),
        (
            (
                replace(PROPOSED, proposal="p0", policy=THREE),
                publication(THREE, proposal="p0"),
                PROPOSED,
                APPROVED,
                publication(TWO, proposal="p1"),
            ),
            1,
            None,
        ),
    ],
)
def test_what_a_version_that_rules_did_not_get_of_what_production_asks(events, quorum, why):
    assert ungated(TWO, register(*events), quorum) == why
