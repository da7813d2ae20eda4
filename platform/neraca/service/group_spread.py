"""What the final results of a group of people come to under one measure: how many they are, and how they are spread.

All is exact: values are millionths, ranks are counted, and the median of an even number of people is the mean of the
two in the middle, rounded half up to a millionth as is the mean.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.domain.errors import Invalid
from neraca.domain.text_kinds import shown
from neraca.policy.numbers import half_up, micro, text
from neraca.service.report_source import ReportSource

OF_CLASSES, OF_UNITS = "spread-of-classes", "spread-of-units"
SCORE = "score"
"""What the score is called among the measures; else it is the name of a node or indicator in the policy."""

_NODE_OF_SCORE = ""
_NO_NODE = "?"
_NODE = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


class GroupSpread(Struct, frozen=True):
    """`group` is a unit or a class of posts, None where all are told of together. `people` have a value that counts;
    `below` of them have less than was asked for. `position` is that of the event in the log by which the figures
    became these. A `mean` is None where another grouping of the same people has one.
    """

    group: str | None
    period: str
    starts: date
    ends: date
    policy: str
    policy_hash: str
    measure: str
    people: int
    lower_quartile: Decimal
    median: Decimal
    upper_quartile: Decimal
    mean: Decimal | None
    below: int | None
    position: int


def node_of(measure: str) -> str:
    """The name under which a read model has a measure; what can be no node is under none."""
    if measure == SCORE:
        return _NODE_OF_SCORE
    return measure if _NODE.fullmatch(measure) else _NO_NODE


def threshold(written: str) -> Decimal:
    """The number below which people are counted. Raises Invalid for what is no number of a plain form."""
    if not _NUMBER.fullmatch(written):
        raise Invalid(f"below: {shown(written)} is no number; write one such as 75 or 82.5", field="below")
    return Decimal(written)


def of_classes(
    *,
    period: str | None = None,
    policy_hash: str | None = None,
    position_class: str | None = None,
    measures: Iterable[str] | None = None,
    by_class: bool = False,
    below: Decimal | None = None,
) -> dict[str, Any]:
    """The parameters of `OF_CLASSES`; None leaves a filter away."""
    return {
        "period": period,
        "policy_hash": policy_hash,
        "position_class": position_class,
        "nodes": None if measures is None else [node_of(one) for one in measures],
        "grouping": "class" if by_class else "agency",
        "below": _threshold(below),
    }


def of_units(
    *,
    units: list[str] | None,
    period: str | None = None,
    measure: str | None = None,
    below: Decimal | None = None,
) -> dict[str, Any]:
    """The parameters of `OF_UNITS`; None leaves a filter away."""
    return {
        "units": units,
        "period": period,
        "node": None if measure is None else node_of(measure),
        "below": _threshold(below),
    }


def spreads(
    rows: Iterable[Mapping[str, Any] | tuple[Any, ...]], *, mean: bool, below: bool = False
) -> list[GroupSpread]:
    """Of the rows of either statement, in their order; a `mean`, and how many are `below`, only where it is told."""
    return [
        _spread(*(row.values() if isinstance(row, Mapping) else row), mean_told=mean, below_told=below) for row in rows
    ]


def read(source: ReportSource, name: str, params: Mapping[str, Any]) -> list[GroupSpread]:
    """For whoever may see every single result."""
    return spreads(source.rows(name, params), mean=True, below=params["below"] is not None)


def decimal(value: Micro) -> Decimal:
    return Decimal(text(value))


def _spread(
    group: str | None,
    period: str,
    starts: date,
    ends: date,
    policy: str,
    policy_hash: str,
    node: str,
    people: int,
    lower: Micro,
    middle_low: Micro,
    middle_high: Micro,
    upper: Micro,
    total: Decimal,
    below: int,
    position: int,
    *,
    mean_told: bool,
    below_told: bool,
) -> GroupSpread:
    return GroupSpread(
        group=group,
        period=period,
        starts=starts,
        ends=ends,
        policy=policy,
        policy_hash=policy_hash,
        measure=SCORE if node == _NODE_OF_SCORE else node,
        people=people,
        lower_quartile=decimal(lower),
        median=decimal(half_up(middle_low + middle_high, 2)),
        upper_quartile=decimal(upper),
        mean=decimal(half_up(int(total), people)) if mean_told else None,
        below=below if below_told else None,
        position=position,
    )


def _threshold(below: Decimal | None) -> Micro | None:
    return None if below is None else micro(below)
