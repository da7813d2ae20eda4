"""What the policy register remembers: each event changes what it tells and nothing else, whatever came before."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import asdict, replace

from neraca.domain import policy_register
from neraca.domain.command_rules import PolicyRef
from neraca.domain.errors import NotOneInForce
from neraca.domain.policy_register import (
    PolicyApproved,
    PolicyImpactAttached,
    PolicyProposed,
    PolicyPublished,
    PolicyScheduled,
    PolicyScheduleWithdrawn,
    PolicySuperseded,
    PolicyWithdrawn,
    Proposal,
    Published,
    State,
    ValidityPeriod,
    evolve,
)
from neraca.domain.policy_register.events import RestoredSpan
from neraca.domain.vocabulary import PositionClass, Purpose, Role

START, JUNE_30, JULY = date(2025, 1, 1), date(2025, 6, 30), date(2025, 7, 1)
ONE = PolicyRef("kota-uji", 1, "1a" * 32, "1b" * 32)
TWO = PolicyRef("kota-uji", 2, "2a" * 32, "2b" * 32)
TPP = PolicyRef("kota-uji-tpp", 1, "3a" * 32, "3b" * 32)
FUNCTIONAL = (PositionClass.FUNCTIONAL,)
TEXT: dict[str, Any] = {"file": "k.yaml", "texts": {"k.yaml": "x"}, "reason": "x"}
PROPOSED = PolicyProposed(proposal="p1", policy=TWO, author="tini", since=JULY, **TEXT)
ATTACHED = PolicyImpactAttached(
    proposal="p1", policy_hash=TWO.hash, report="6e" * 32, period="2024", summary="x", position=17, text="{}"
)
APPROVED = PolicyApproved(
    proposal="p1", policy_hash=TWO.hash, impact_hash="6e" * 32, approver="rina", role=Role.POLICY_APPROVER
)
SPANS = {ref: ValidityPeriod(ref.name, ref.hash, ref.calc_hash, START) for ref in (ONE, TWO, TPP)}
HALF = replace(SPANS[ONE], until=JUNE_30)
FROM_JULY = replace(SPANS[TWO], since=JULY)
SCHEDULED = PolicyScheduled(policy=ONE, since=START)
TAKEN = PolicySuperseded(policy=ONE, until=JUNE_30, reason="x", since=START)
NEXT = PolicyScheduled(policy=TWO, since=JULY)
BACK = PolicyScheduleWithdrawn(policy=TWO, since=JULY, reason="keliru", restored=(RestoredSpan(ONE, START),))


def proposal(**more: Any) -> Proposal:
    return Proposal(**{"proposed": PROPOSED, "authors": ["tini"], **more})


def key(ref: PolicyRef, since: date, classes: Any = None) -> Any:
    return ref.hash, since, classes


STORY: list[tuple[Any, dict[str, Any]]] = [
    (PolicyPublished(policy=ONE, **TEXT), {"versions": {("kota-uji", 1): Published(ONE, "predicate")}}),
    (SCHEDULED, {"spans": {"predicate": [SPANS[ONE]]}, "displaced": {key(ONE, START): []}}),
    (PROPOSED, {"proposals": {"p1": proposal()}}),
    (ATTACHED, {"proposals": {"p1": proposal(impact=ATTACHED)}}),
    (APPROVED, {"proposals": {"p1": proposal(impact=ATTACHED, approvals=[APPROVED])}}),
    (
        PolicyPublished(policy=TPP, purpose="allowance", **TEXT),
        {"versions": {("kota-uji", 1): Published(ONE, "predicate"), ("kota-uji-tpp", 1): Published(TPP, "allowance")}},
    ),
    (
        PolicyScheduled(policy=TPP, since=START),
        {
            "spans": {"predicate": [SPANS[ONE]], "allowance": [SPANS[TPP]]},
            "displaced": {key(ONE, START): [], key(TPP, START): []},
            "proposals": {"p1": proposal(impact=ATTACHED, approvals=[APPROVED], outdated=True)},
        },
    ),
    # The report again, of another schedule: what was approved with the one before must be approved again.
    (ATTACHED, {"proposals": {"p1": proposal(impact=ATTACHED)}}),
    (
        PolicyPublished(policy=TWO, proposal="p1", **TEXT),
        {
            "versions": {
                ("kota-uji", 1): Published(ONE, "predicate"),
                ("kota-uji-tpp", 1): Published(TPP, "allowance"),
                ("kota-uji", 2): Published(TWO, "predicate"),
            },
            "proposals": {"p1": proposal(impact=ATTACHED, fate="published")},
        },
    ),
    (TAKEN, {"spans": {"predicate": [HALF], "allowance": [SPANS[TPP]]}, "yielding": [SPANS[ONE]]}),
    (
        NEXT,
        {
            "spans": {"predicate": [HALF, FROM_JULY], "allowance": [SPANS[TPP]]},
            "displaced": {key(ONE, START): [], key(TPP, START): [], key(TWO, JULY): [SPANS[ONE]]},
            "yielding": [],
            "proposals": {"p1": proposal(impact=ATTACHED, fate="published", outdated=True)},
        },
    ),
    (
        BACK,
        {
            "spans": {"predicate": [SPANS[ONE]], "allowance": [SPANS[TPP]]},
            "displaced": {key(ONE, START): [], key(TPP, START): []},
            "withdrawn": {("kota-uji", 2): "keliru"},
        },
    ),
    # Scheduled again, it is withdrawn no longer.
    (TAKEN, {"spans": {"predicate": [HALF], "allowance": [SPANS[TPP]]}, "yielding": [SPANS[ONE]]}),
    (
        NEXT,
        {
            "spans": {"predicate": [HALF, FROM_JULY], "allowance": [SPANS[TPP]]},
            "displaced": {key(ONE, START): [], key(TPP, START): [], key(TWO, JULY): [SPANS[ONE]]},
            "yielding": [],
            "withdrawn": {},
        },
    ),
]


def test_each_event_changes_what_it_tells_and_nothing_else():
    state, expected = State(), asdict(State())
    assert expected == {
        "versions": {},
        "spans": {},
        "proposals": {},
        "displaced": {},
        "yielding": [],
        "withdrawn": {},
        "shadows": {},
    }
    for event, told in STORY:
        state, expected = evolve(state, event), {**expected, **told}
        assert asdict(state) == expected, event


def test_a_schedule_for_some_classes_is_remembered_for_those():
    state = State()
    for event in (
        PolicyPublished(policy=ONE, **TEXT),
        PolicyPublished(policy=TWO, **TEXT),
        SCHEDULED,
        replace(TAKEN, classes=FUNCTIONAL),
        replace(NEXT, classes=FUNCTIONAL),
    ):
        state = evolve(state, event)
    taken = {key(ONE, START): [], key(TWO, JULY, FUNCTIONAL): [replace(SPANS[ONE], classes=FUNCTIONAL)]}
    assert state.displaced == taken

    state = evolve(state, replace(BACK, classes=FUNCTIONAL, restored=(RestoredSpan(ONE, START, None, FUNCTIONAL),)))
    assert state.displaced == {key(ONE, START): []}
    assert state.spans == {"predicate": [SPANS[ONE]]}


def test_a_proposal_that_is_written_again_begins_again_and_remembers_who_wrote_it():
    state = State()
    texts = (replace(PROPOSED, author=author, reason=author) for author in ("tini", "tono", "tini"))
    for text in texts:
        for event in (text, ATTACHED, APPROVED):
            state = evolve(state, event)
        state = evolve(state, PROPOSED)
        assert state.proposals["p1"].impact is None
    state = evolve(state, PolicyProposed(proposal="p2", policy=ONE, author="tata", since=JULY, **TEXT))

    assert state.proposals["p1"] == Proposal(PROPOSED, ["tini", "tono"])
    assert evolve(state, PolicyWithdrawn(proposal="p1", reason="x")).proposals["p1"].fate == "withdrawn"
    assert state.proposals["p2"].fate == "open"


def test_what_has_no_report_is_not_out_of_date_and_what_is_stays_so():
    state = State()
    for event in (PolicyPublished(policy=ONE, **TEXT), PROPOSED, SCHEDULED):
        state = evolve(state, event)
    assert state.proposals["p1"] == proposal()

    # Of an older log: scheduled by the operator while a report waits, and taken back.
    gone = PolicyScheduleWithdrawn(policy=ONE, since=START, reason="x")
    for event in (ATTACHED, gone):
        state = evolve(state, event)
    assert state.proposals["p1"].outdated
    assert evolve(state, SCHEDULED).proposals["p1"].outdated
    assert evolve(state, gone).withdrawn == {("kota-uji", 1): "x"}


def test_who_rules_is_named_by_the_version_that_was_scheduled_and_by_its_purpose():
    state = State()
    for event, _ in STORY:
        state = evolve(state, event)

    ruling: list[tuple[date, Purpose, PolicyRef | None]] = [
        (START, "predicate", ONE),
        (JUNE_30, "predicate", ONE),
        (JULY, "predicate", TWO),
        (JULY, "allowance", TPP),
        (date(2024, 12, 31), "predicate", None),
        (START, "credit", None),
    ]
    for day, purpose, ref in ruling:
        assert policy_register.in_force(state, day, purpose) == ref
        if ref is not None:
            assert policy_register.require_in_force(state, day, purpose) == ref
    with pytest.raises(NotOneInForce, match=r"^no policy is in force on 2025-01-01: none is scheduled$"):
        policy_register.require_in_force(state, START, "credit")
    assert policy_register.in_force(state, JULY, "predicate", PositionClass.FUNCTIONAL) == TWO
    assert policy_register.require_in_force(state, START, position_class=PositionClass.FUNCTIONAL) == ONE
