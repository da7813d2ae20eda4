"""What a policy made of somebody who is considered for something, with all that it rests on."""

from decimal import Decimal

from msgspec import Struct

from neraca.domain.command_rules import PolicyRef
from neraca.domain.remuneration.told_facts import ToldFacts


class Considered(Struct, frozen=True, omit_defaults=True):
    """By the facts up to log `position`. There is no `outcome` where it is `blocked`, which says why; `eligible` tells
    whether somebody with that outcome may be nominated.
    """

    policy: PolicyRef
    position: int
    facts: ToldFacts
    facts_digest: str
    engine: str
    outcome: str | None = None
    eligible: bool = False
    score: Decimal | None = None
    nodes: dict[str, Decimal | None] = {}
    blocked: str | None = None
