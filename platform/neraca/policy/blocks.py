"""What policies are written in, below any policy: names, bounds, scales and the groups that rate.

A way to measure declares its own shape with these (compiled/methods), and the whole policy is put together from both
(policy/model). A docstring explains each key in a line of its own, which is what editors show.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, Protocol, TypeAlias

from msgspec import Meta, Struct

Id: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(?!(?:method|kind)$)[a-z][a-z0-9_]{0,99}$",
        description="a name of small letters, digits and _ such as hasil_kerja; 'method' and 'kind' are taken",
    ),
]
"""The stable name of a thing in a policy. A '/' would break paths; `method` and `kind` tell blocks apart."""

Language: TypeAlias = Annotated[
    str,
    Meta(pattern=r"^[a-z]{2,3}$", description="a language code such as id or en; put text that has a comma in quotes"),
]
Percent: TypeAlias = Annotated[Decimal, Meta(ge=0, le=100)]
Label: TypeAlias = dict[Language, str]
Missing: TypeAlias = Literal["renormalise", "zero", "block"]
GroupMissing: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(renormalise|zero|block|reassign:[a-z][a-z0-9_]*)$",
        description="renormalise, zero, block, or reassign: and a rater group as in 'reassign:atasan'",
    ),
]


class Strict(Struct, frozen=True, kw_only=True):
    """A block whose every key is known: `source/binding.py` refuses another."""


class Reference(Strict, frozen=True):
    """Where a rule comes from.

    title: what it is, and what it says here
    status: verified: the text was read; secondary: read about; unverified: recalled; illustrative: ours, an
        example
    article: where in the text, such as Pasal 41 ayat (3)
    url: where the text can be read
    """

    title: str
    status: Literal["verified", "secondary", "unverified", "illustrative"]
    article: str | None = None
    url: str | None = None


class Scale(Strict, frozen=True):
    """The values a rating may take.

    min: the lowest
    max: the highest
    step: the distance from one value to the next
    levels: names for some values, as in {sesuai: 2}
    labels: what each level is called, by language
    """

    min: Decimal
    max: Decimal
    step: Decimal = Decimal(1)
    levels: dict[Id, Decimal] = {}
    labels: dict[Id, Label] = {}


class RaterGroup(Strict, frozen=True):
    """Who rates, named by the relation of the rater to the person rated.

    weight: in percent; the groups of a panel sum to 100
    min: how many ratings it takes to be heard: at least 3 for peers and subordinates, 10 for citizens
    max: how many may rate at most
    anonymous: nobody is told who said what
    scale: the group's own scale; its mean is mapped onto the indicator's
    missing: what becomes of the weight when too few rate; 'reassign:atasan' gives it to that group
    below_min: treat_as_missing keeps raters hidden
    all: whether every one who is assigned must have rated for the group to be heard
    """

    weight: Percent
    min: Annotated[int, Meta(ge=1)] = 1
    max: int | None = None
    anonymous: bool = False
    scale: str | None = None
    missing: GroupMissing = "renormalise"
    below_min: Literal["treat_as_missing", "use_anyway"] = "treat_as_missing"
    all: bool = False


class WeightsWithout(Strict, frozen=True):
    """What the other groups weigh where exactly these are missing.

    groups: the missing ones
    weights: each of the others with its weight, in percent; together 100
    """

    groups: list[str]
    weights: dict[Id, Percent]


class Panel(Strict, frozen=True):
    """Who rates together.

    raters: each group with its weight
    aggregate: what is made of the ratings of one group
    trim_each_end: how many of the lowest and of the highest ratings fall out, while min remain
    when_missing: the weights of the others where some groups are missing, before what each group says of itself
    """

    raters: dict[Id, RaterGroup]
    aggregate: Literal["mean", "median"] = "mean"
    trim_each_end: Annotated[int, Meta(ge=0)] = 0
    when_missing: dict[Id, WeightsWithout] = {}


class Cap(Strict, frozen=True):
    """Bounds of a value. What lies outside is brought to the bound; a missing value is left alone.

    min: the lowest it counts
    max: the highest it counts
    """

    min: Decimal | None = None
    max: Decimal | None = None


class PolicyParts(Protocol):
    """What a way to measure may look at in the policy around it."""

    @property
    def scales(self) -> Mapping[str, Scale]: ...
    @property
    def panels(self) -> Mapping[str, Panel]: ...
