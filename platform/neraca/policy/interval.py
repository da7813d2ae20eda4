"""How far a number can go: between two ends, either of which may be open."""

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.policy.numbers import text


class Ends(Protocol):
    @property
    def low(self) -> Micro | None: ...
    @property
    def high(self) -> Micro | None: ...


class Interval(Struct, frozen=True):
    """From `low` to `high`, both included; None has no end. `lacking`: it may be MISSING without blocking."""

    low: Micro | None = None
    high: Micro | None = None
    lacking: bool = True

    @property
    def most(self) -> Micro | None:
        """The greatest magnitude in it; None where an end is open."""
        return None if self.low is None or self.high is None else max(abs(self.low), abs(self.high))

    def within(self, cap: Ends | None) -> "Interval":
        """What a cap leaves of it."""
        if cap is None:
            return self
        low, high = self.low, self.high
        if cap.low is not None:
            low = cap.low if low is None else max(low, cap.low)
            high = None if high is None else max(high, cap.low)
        if cap.high is not None:
            low = None if low is None else min(low, cap.high)
            high = cap.high if high is None else min(high, cap.high)
        return Interval(low, high, self.lacking)

    def words(self) -> str:
        if self.low is not None and self.high is not None:
            return f"from {text(self.low)} to {text(self.high)}"
        if self.low is not None:
            return f"from {text(self.low)} up"
        return "anywhere" if self.high is None else f"up to {text(self.high)}"


ANYWHERE = Interval()


def hull(values: Iterable[Micro]) -> Interval:
    """The narrowest that holds all of them; of none, anywhere."""
    several = list(values)
    return Interval(min(several), max(several)) if several else ANYWHERE
