"""How a number becomes a predicate, and what bounds or replaces that."""

from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct, field

from neraca.policy.blocks import Id, Label
from neraca.policy.model.kinds import Block


class Predicate(Block, frozen=True):
    """An outcome, such as Baik.

    rank: its order: the best has the highest. Modifiers go by it
    label: what it is called, by language
    """

    rank: int
    label: Label


class Condition(Block, frozen=True):
    """Asks one thing of a fact. An absent fact never meets it.

    fact: the fact
    equals: it is this
    in: it is one of these words
    at_least: it is this number or more
    """

    fact: str
    equals: bool | Decimal | str | None = None
    in_: list[str] | None = field(name="in", default=None)
    at_least: Decimal | None = None


class Band(Block, frozen=True):
    """One level: from this value up.

    from: the lowest value of the band, as printed; min for the last one
    requires: conditions that must all hold besides
    """

    from_: Decimal | Literal["min"] = field(name="from")
    requires: list[Condition] = []


class _Classifier(Struct, frozen=True, kw_only=True, tag_field="kind"):
    pass


class Bands(_Classifier, frozen=True, tag="bands"):
    """Levels by lower bounds, read from the top.

    node: the node whose value is judged
    bands: each level with its lower bound, from the highest down; the last is 'from: min'
    """

    node: str
    bands: dict[Id, Band]


class Matrix(_Classifier, frozen=True, tag="matrix"):
    """Levels by two others: a cell for every pair.

    rows: the bands classifier down the side
    cols: the bands classifier along the top
    table: row -> column -> predicate
    """

    rows: str
    cols: str
    table: dict[Id, dict[Id, str]]


Classifier: TypeAlias = Bands | Matrix


class Replacement(Block, frozen=True):
    """The predicate by one classifier alone: what the others lack stops nothing.

    by: the bands classifier that tells it
    predicates: each of its levels with the predicate that it gives
    """

    by: str
    predicates: dict[Id, str]


class Then(Block, frozen=True):
    """Bounds of the predicate, of which the upper one wins over the lower; or another way to come to it.

    max_predicate: not better than this
    min_predicate: not worse than this
    replace: by the levels of one classifier alone, such as behaviour where a study was broken off
    """

    max_predicate: str | None = None
    min_predicate: str | None = None
    replace: Replacement | None = None


class Modifier(Block, frozen=True):
    """A fact that bounds or replaces the predicate, such as a severe sanction.

    when: asked of one fact
    then: what it does
    ref: the reference it rests on
    """

    when: Condition
    then: Then
    ref: str | None = None
