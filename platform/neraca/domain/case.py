"""The facts of one appraisal, in exactly the shape a policy judges.

Events fold into a case (facts/); a policy test, `neraca policy evaluate` and a replay use the same shape, so a score
never depends on where its facts came from. Numbers are fixed point from here on: an int of 10^-6 (`Micro`), never a
float.
"""

from decimal import Decimal
from hashlib import sha256
from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.json import Encoder
from msgspec.structs import replace

from neraca.domain.vocabulary import FEWEST_CITIZENS

Micro: TypeAlias = int
"""A number times 10^6."""

MICRO = 1_000_000

_CANONICAL = Encoder(order="sorted")

Fact: TypeAlias = bool | Micro | str
"""A bool is a flag, an int is a number in micro, a str is a word. Test for bool first: it is an int to Python."""


class Item(Struct, frozen=True, omit_defaults=True):
    """One planned result (or competency): either a ratio (target, actual) or a level of a scale.

    `priority` is whether it is a main result (utama) or an additional one (PermenPANRB 6/2022, annex p. 49).
    """

    target: Micro | None = None
    actual: Micro | None = None
    level: str | None = None
    weight: Micro | None = None
    polarity: Literal["max", "min"] = "max"
    priority: Literal["utama", "tambahan"] = "utama"


class SurveyElement(Struct, frozen=True):
    """Answers to one element of a survey: their sum (micro) and how many respondents gave one."""

    sum: Micro
    n: int


class Case(Struct):
    """`ratings` is indicator -> rater group -> values; the indicator `*` serves those that have none of their own."""

    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    ratings: dict[str, dict[str, list[Micro]]] = field(default_factory=dict[str, dict[str, list[Micro]]])
    items: dict[str, list[Item]] = field(default_factory=dict[str, list[Item]])
    surveys: dict[str, dict[str, SurveyElement]] = field(default_factory=dict[str, dict[str, SurveyElement]])


Sources: TypeAlias = dict[str, list[int]]
"""Which log positions a value of a case came from, by its path: `facts/x`, `ratings/indicator/group`, `items/source/0`,
`surveys/name`."""


def without_few_citizens(case: Case) -> Case:
    """Without the sums of elements that too few citizens answered: a digest of them could be tried until it fits."""
    surveys = {
        name: {one: kept if kept.n >= FEWEST_CITIZENS else SurveyElement(0, kept.n) for one, kept in elements.items()}
        for name, elements in case.surveys.items()
    }
    return replace(case, surveys=surveys)


def digest_of(case: Case) -> str:
    """Hex sha256 of a case in canonical JSON."""
    return sha256(_CANONICAL.encode(case)).hexdigest()


def micro(number: Decimal) -> Micro:
    """Raises ValueError for more than 6 decimals: a number is refused, never rounded."""
    # Not int(): of a number with thousands of zeros, which no door lets in but a log may have, it takes seconds.
    whole, parts = (number * MICRO).as_integer_ratio()
    if parts != 1:
        raise ValueError(f"{number} has more than 6 decimals")
    return whole
