"""The rows of the read model of final results."""

from datetime import date
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.domain.vocabulary import PositionClass
from neraca.projecting.projection import Table

Told: TypeAlias = dict[str, Micro | str]
"""By node; the score under `SCORE`, the predicate under `PREDICATE`. What is missing is left out."""

GroupKey: TypeAlias = tuple[str, str, str, str]
"""Grouping (agency, class or unit), period, hash of the policy, and which class or unit."""

SCORE, PREDICATE = "", "="
"""No node can be called so."""


class Appraisal(Struct):
    """`closed_by` is the hash of the policy with which its anonymous groups closed first; `counted` are the groups in
    which something of it is.
    """

    agency: str
    stream: UUID
    employee: str
    period: str
    starts: date
    ends: date
    unit: str
    position_class: PositionClass | None
    closed_by: str | None
    counted: list[GroupKey]


class Result(Struct):
    """What the event at `position` fixed; unit and class as they were then. `nodes` may be shown to whoever may see the
    appraisal: those that rest on more of hidden ratings than may be told are None.
    """

    agency: str
    stream: UUID
    employee: str
    period: str
    starts: date
    ends: date
    unit: str
    position_class: PositionClass | None
    policy: str
    policy_hash: str
    joined: bool
    predicate: str
    score: Micro | None
    nodes: dict[str, Micro | None]
    position: int


class Counted(Struct):
    """What of one result counts in a group."""

    agency: str
    grouping: str
    period: str
    policy_hash: str
    member: str
    stream: UUID
    employee: str
    told: Told


class Gathering(Struct):
    """A group. `people` are counted, by what is told of them; `position` is that of the event that last changed what
    the group comes to.
    """

    agency: str
    grouping: str
    period: str
    policy_hash: str
    member: str
    policy: str
    starts: date
    ends: date
    waiting: list[UUID]
    people: dict[str, int]
    position: int


class Tally(Struct):
    agency: str
    grouping: str
    period: str
    policy_hash: str
    member: str
    node: str
    value: Micro
    people: int


class Moved(Struct):
    """By node and value, how many people more have it since the batch began. Between batches there is no such row."""

    agency: str
    grouping: str
    period: str
    policy_hash: str
    member: str
    people: dict[str, dict[Micro, int]]


APPRAISAL = Table("appraisal", Appraisal, ("stream",), private=True)
RESULT = Table("result", Result, ("stream",))
COUNTED = Table("counted", Counted, ("grouping", "period", "policy_hash", "member", "stream"))
GATHERING = Table("gathering", Gathering, ("grouping", "period", "policy_hash", "member"))
TALLY = Table("tally", Tally, ("grouping", "period", "policy_hash", "member", "node", "value"))
MOVED = Table("moved", Moved, ("grouping", "period", "policy_hash", "member"), private=True)
