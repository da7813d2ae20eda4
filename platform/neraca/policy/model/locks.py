"""What the policies below must keep."""

from decimal import Decimal
from typing import Literal

from neraca.policy.blocks import Id
from neraca.policy.model.kinds import Block, Path


class PanelHas(Block, frozen=True):
    """Whether a panel hears any of some groups.

    panel: the panel
    has_any: the groups
    """

    panel: str
    has_any: list[str]


class Constraint(Block, frozen=True):
    """What the law couples: children of this policy must keep it too.

    weights: node -> child -> the weight it must have
    when: holds only where this is so
    unless: holds only where this is not so
    ref: the law
    """

    weights: dict[Id, dict[Id, Decimal]]
    when: PanelHas | None = None
    unless: PanelHas | None = None
    ref: str | None = None


class Lock(Block, frozen=True):
    """What policies below may not change.

    path: from the top, such as /classify/predikat
    rule: final: nothing; one_of: only to these values; range: only to numbers between
    values: for one_of
    min: for range
    max: for range
    ref: the law it rests on
    deviation: marked lets another value through where a ref beside it names a reference that is illustrative
    """

    path: Path
    rule: Literal["final", "one_of", "range"]
    values: list[str | Decimal | bool] = []
    min: Decimal | None = None
    max: Decimal | None = None
    ref: str | None = None
    deviation: Literal["never", "marked"] = "never"
