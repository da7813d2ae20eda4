"""What a plan consists of: results with their indicators, and what is said beside them."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from neraca.domain.text_kinds import Key, Name, Prose, Title
from neraca.domain.vocabulary import Aspect, Perspective, Priority


class Feeds(Struct, frozen=True):
    """The facts of the policy that a target's actual and target values become, instead of an item."""

    actual: Key
    target: Key | None = None


class Expectations(Struct, frozen=True, omit_defaults=True):
    """What is expected in words, where a number does not say it (PermenPANRB 6/2022 ps 9(3)): what would be above it,
    what meets it, and what would be below.
    """

    meets: Prose
    above: Prose | None = None
    below: Prose | None = None


class Target(Struct, frozen=True, omit_defaults=True):
    """One indicator of a planned result.

    `weight` is percent of the list the result belongs to; polarity `min` means lower is better.
    """

    id: Key
    indicator: Title
    unit: Name
    target: Decimal | None = None
    weight: Decimal | None = None
    aspect: Aspect = Aspect.QUANTITY
    polarity: Literal["max", "min"] = "max"
    feeds: Feeds | None = None
    expectations: Expectations | None = None


class PlannedResult(Struct, frozen=True, omit_defaults=True):
    """Rencana hasil kerja with its indicators; `source` is the item list of the policy it belongs to."""

    id: Key
    title: Title
    targets: list[Target]
    priority: Priority = Priority.PRIMARY
    source: Key = "skp"
    perspective: Perspective | None = None


class PlanTerms(Struct, frozen=True, omit_defaults=True):
    """What a plan says beside results (PermenPANRB 6/2022 ps 7(3)): the resources there are for it, how the employee
    accounts for it (skema pertanggungjawaban), and what follows from it.
    """

    resources: Prose | None = None
    accountability: Prose | None = None
    consequences: Prose | None = None
