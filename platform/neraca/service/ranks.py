"""Places by score, where the policy that judged asks for them; it changes no score, no predicate and no pay.

A group is ranked once everybody in it has a final result: a place among those who happen to be done is none, and would
tell with each change who has just come before. Equal scores have equal places and are in the same part of the ranking.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.domain.command_rules import PolicyRef
from neraca.domain.group_privacy import FLOOR
from neraca.policy.model import Policy, RankingShares
from neraca.service.group_spread import decimal
from neraca.service.report_source import ReportSource

POLICIES, PLACES, GROUPS = "policies-of-period", "ranking", "ranked-groups"
Part: TypeAlias = Literal["TOP", "MIDDLE", "BOTTOM"]


class Place(Struct, frozen=True):
    """`place` among `of` people of the `group` within which the policy ranks: a unit, a class of posts, or None for the
    agency. So many are `alike`, this one among them. `part` is None where the policy names no shares. `position` is
    that of the event that fixed the result.
    """

    policy: str
    within: str
    group: str | None
    place: int
    alike: int
    of: int
    part: Part | None
    employee: str
    unit: str
    score: Decimal
    position: int


class RankedGroup(Struct, frozen=True):
    """Nobody of a group is ranked as long as somebody of it is `unfinished`."""

    policy: str
    within: str
    group: str | None
    people: int
    unfinished: int


def asked(
    policies: Mapping[str, Policy],
    period: str,
    *,
    units: list[str] | None = None,
    employee: str | None = None,
    limit: int | None = None,
    after: int = 0,
) -> dict[str, Any]:
    """The parameters of the statements, of policies by hash; those that rank nobody are left out."""
    ranking = {hash_: one.ranking.within for hash_, one in policies.items() if one.ranking is not None}
    return {
        "period": period,
        "hashes": list(ranking),
        "within": list(ranking.values()),
        "floor": FLOOR,
        "units": units,
        "employee": employee,
        "limit": limit,
        "after": after,
    }


def places(rows: Iterable[Mapping[str, Any] | tuple[Any, ...]], policies: Mapping[str, Policy]) -> list[Place]:
    return [_place(policies, *(row.values() if isinstance(row, Mapping) else row)) for row in rows]


def groups(rows: Iterable[Mapping[str, Any] | tuple[Any, ...]], policies: Mapping[str, Policy]) -> list[RankedGroup]:
    found: list[RankedGroup] = []
    for row in rows:
        hash_, member, people, unfinished = row.values() if isinstance(row, Mapping) else row
        policy = policies[hash_]
        within = policy.ranking.within if policy.ranking else ""
        found.append(RankedGroup(_name(policy), within, member or None, people, unfinished))
    return found


def part_of(place: int, of: int, shares: RankingShares) -> Part:
    """By the place itself, so that whoever is alike is in one part: 20 percent of ten people are the places 1 and 2."""
    if place * 100 <= shares.top * of:
        return "TOP"
    return "MIDDLE" if place * 100 <= (shares.top + shares.middle) * of else "BOTTOM"


def ranking(source: ReportSource, period: str, unit: str | None) -> list[Place]:
    """For whoever may see every result."""
    policies = policies_of(source, period)
    params = asked(policies, period, units=None if unit is None else [unit])
    return places(source.rows(PLACES, params), policies)


def ranked_groups(source: ReportSource, period: str) -> list[RankedGroup]:
    policies = policies_of(source, period)
    return groups(source.rows(GROUPS, asked(policies, period)), policies)


def policies_of(source: ReportSource, period: str) -> dict[str, Policy]:
    """By hash, those by which results of the period were judged."""
    return {
        hash_: source.policies.by_hash(source.agency.id, hash_).resolved.policy
        for (hash_,) in source.rows(POLICIES, {"period": period})
    }


def _place(
    policies: Mapping[str, Policy],
    hash_: str,
    member: str,
    employee: str,
    unit: str,
    score: Micro,
    place: int,
    alike: int,
    of: int,
    position: int,
) -> Place:
    policy = policies[hash_]
    rule = policy.ranking
    return Place(
        policy=_name(policy),
        within=rule.within if rule else "",
        group=member or None,
        place=place,
        alike=alike,
        of=of,
        part=part_of(place, of, rule.shares) if rule and rule.shares else None,
        employee=employee,
        unit=unit,
        score=decimal(score),
        position=position,
    )


def _name(policy: Policy) -> str:
    return PolicyRef.written(policy.id, policy.version)
