"""What the final results of a unit's people ask for in training: weak values, and people who were rated low.

The service gathers it from the log (service/training_needs.py); it is kept whole in the event of the proposal, each
part with the position of the result it came from.
"""

from collections.abc import Collection, Iterable
from decimal import Decimal

from msgspec import Struct

from neraca.domain import validation
from neraca.domain.command_rules import PolicyRef
from neraca.domain.faults import Faults


class WeakValue(Struct, frozen=True):
    """What an employee's final result, fixed at log position `result`, has of an indicator or node."""

    employee: str
    value: Decimal
    result: int


class WeakIndicator(Struct, frozen=True, omit_defaults=True):
    """An indicator or node of a policy, and whose values of it are `below`. `line` is where the policy says so; where
    it does not, `below` is the middle of what the value can be, which is our rule and illustrative.
    """

    indicator: str
    policy: PolicyRef
    below: Decimal
    people: tuple[WeakValue, ...]
    line: str | None = None


class RatedLow(Struct, frozen=True):
    """An employee whose final result, fixed at log position `result`, has a predicate that asks for training."""

    employee: str
    predicate: str
    result: int


class TrainingNeeds(Struct, frozen=True, omit_defaults=True):
    """Of everybody appraised in a unit in a period whose result was final at log `position`; `results` is how many."""

    position: int
    results: int
    weak: tuple[WeakIndicator, ...] = ()
    low: tuple[RatedLow, ...] = ()


def named(needs: TrainingNeeds) -> frozenset[str]:
    """Everybody of whom it says that training would serve them."""
    return frozenset(one.employee for one in _people(needs))


def _people(needs: TrainingNeeds) -> Iterable[WeakValue | RatedLow]:
    for one in needs.weak:
        yield from one.people
    yield from needs.low


def check_addresses(addresses: Iterable[str], measured: Collection[str], when: object, field: str) -> None:
    """Raises Invalid for what no policy in force then has: no training could be seen to move it."""
    wrong = Faults()
    for place, name in enumerate(addresses):
        with wrong:
            validation.known(
                name, measured, f"{field}/{place}", f"no policy in force in {when} has an indicator or node {{}}"
            )
    wrong.tell()
