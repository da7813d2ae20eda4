"""Proposals of policies over GraphQL: for those who make, approve and check rules."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from neraca.api.graphql import policy_proposal
from neraca.api.graphql.support.scalars import Position
from neraca.domain.command_rules import PolicyRef
from neraca.domain.policy_register import Proposal, ProposePolicy, WithdrawPolicy
from neraca.domain.policy_register.events import Override, PolicyApproved, PolicyImpactAttached, PolicyProposed
from neraca.domain.vocabulary import Role

POLICIES = Path(__file__).parents[2] / "policies"
FIELDS = "policyProposals { id policy author authors reason since fate outdated approvals { role } impact { report } }"


def asked(world: Any, who: str, as_of: int | None = None) -> Any:
    when = "" if as_of is None else f', asOf: {{position: "{as_of}"}}'
    return world.ask(who, f'{{ agency(id: "surabaya"{when}) {{ {FIELDS} }} }}')


def test_a_proposal_is_read_as_it_is_and_as_it_was(world: Any) -> None:
    file, parent = "surabaya/kota-surabaya.yaml", "nasional/permenpanrb-6-2022.yaml"
    texts = {name: (POLICIES / name).read_text() for name in (parent, file)}
    texts[file] = texts[file].replace("\nversion: 1\n", "\nversion: 2\n", 1)
    proposal = ProposePolicy(file=file, texts=texts, reason="Bobot baru", since=date(2026, 1, 1))
    at = world.tell("policy", proposal).position
    world.tell("policy", WithdrawPolicy(proposal="p1", reason="Keliru"))

    world.follow()

    (before,), (after,) = (
        asked(world, "approver", position)["data"]["agency"]["policyProposals"] for position in (at, None)
    )

    assert before == {
        "id": "p1",
        "policy": "id.jatim.kota-surabaya@2",
        "author": "policy-1",
        "authors": ["policy-1"],
        "reason": "Bobot baru",
        "since": "2026-01-01",
        "fate": "OPEN",
        "outdated": False,
        "approvals": [],
        "impact": None,
    }
    assert after == before | {"fate": "WITHDRAWN"}


@pytest.mark.parametrize("who", ["ani", "boss", "surveyor", "hr-system", "nothing"])
def test_who_makes_and_checks_no_rules_reads_none(world: Any, who: str) -> None:
    assert asked(world, who)["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"


def test_what_was_approved_is_told_with_the_report_that_was_read() -> None:
    proposed = PolicyProposed(
        proposal="p1",
        policy=PolicyRef(id="x", version=2, hash="h", calc_hash="c"),
        file="x.yaml",
        texts={},
        author="sri",
        reason="why",
        since=date(2026, 1, 1),
    )
    impact = PolicyImpactAttached(
        proposal="p1", policy_hash="h", report="r", period="2025", summary="3 people", position=7
    )
    approved = PolicyApproved(
        proposal="p1",
        policy_hash="h",
        impact_hash="r",
        approver="ani",
        role=Role.POLICY_APPROVER,
        override=Override(name="Kabag Hukum", reason="it is being printed"),
    )

    told = policy_proposal.told("p1", Proposal(proposed, ["sri"], impact, [approved], "published", outdated=True))

    assert told.impact == policy_proposal.ProposalImpact(
        report="r", period="2025", summary="3 people", position=Position(7)
    )
    assert told.approvals == [
        policy_proposal.PolicyApproval(
            approver="ani",
            role=Role.POLICY_APPROVER,
            policy_hash="h",
            impact_hash="r",
            answers_for="Kabag Hukum",
            because="it is being printed",
        )
    ]
    assert (told.fate, told.outdated) == (policy_proposal.ProposalFate.PUBLISHED, True)
