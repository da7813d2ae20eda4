"""What is measured, and how several values become one."""

from decimal import Decimal
from typing import Literal

from neraca.policy.blocks import Cap, Id, Label, Missing, Percent
from neraca.policy.compiled.methods import Measure
from neraca.policy.model.kinds import Block


class Guides(Block, frozen=True):
    """What whoever judges by an indicator looks at. They weigh nothing by themselves.

    texts: one after another, each by language
    ref: the reference they are from
    """

    texts: list[Label]
    ref: str | None = None


class Indicator(Block, frozen=True):
    """One thing that is measured.

    label: what it is called, by language
    unit: what the number counts, such as persen capaian
    measure: how it is measured
    ref: the reference it rests on
    cap: bounds of the value
    missing: when nobody gave it: renormalise spreads its weight over the others, zero counts 0, block stops the
        appraisal
    note: what a reader should know
    guides: what whoever judges by it looks at
    """

    label: Label
    unit: str
    measure: Measure
    ref: str | None = None
    cap: Cap = Cap()
    missing: Missing = "renormalise"
    note: str | None = None
    guides: Guides | None = None


class Node(Block, frozen=True):
    """Several values made into one.

    label: what it is called, by language
    of: each child with its weight, in percent for weighted_mean; with its divisor for product: 100 for a
        percentage, 1 for a plain number; with its turn for first: 1 is asked before 2
    combine: weighted_mean: weights sum to 100; mean: equal parts; majority: the level that most children have, never
        the highest while one is at the lowest; first: the child that is there, asked by its turn
    clamp: bounds of the result
    missing: what the node above does when this one is empty
    min_weight_present: blocks when less than this percentage of the weight is known
    ref: the reference it rests on
    """

    label: Label
    of: dict[Id, Decimal]
    combine: Literal["weighted_mean", "mean", "sum", "min", "max", "product", "majority", "first"] = "weighted_mean"
    clamp: Cap = Cap()
    missing: Missing = "renormalise"
    min_weight_present: Percent = Decimal(0)
    ref: str | None = None
