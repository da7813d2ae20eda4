"""What a step of a plan knows beside its arithmetic: where it is written, on what law it rests, how it is capped."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from neraca.domain.case import Case, Micro
from neraca.policy.blocks import Cap, Reference
from neraca.policy.compiled.result import Block, Input, Kind, Step, Trace, Value
from neraca.policy.findings import Origin
from neraca.policy.numbers import micro, text


class Source(Struct, frozen=True):
    """`origin` is file:line:col; `ref` a key of the policy's references."""

    origin: str | None = None
    ref: str | None = None
    ref_title: str | None = None

    def step(
        self,
        kind: Kind,
        path: str,
        formula: str,
        inputs: tuple[Input, ...],
        value: str | None,
        before: str | None = None,
        note: str | None = None,
    ) -> Step:
        return Step(kind, path, formula, inputs, value, before, note, self.origin, self.ref, self.ref_title)

    def valued(self, kind: Kind, path: str, formula: str, inputs: tuple[Input, ...], value: Value) -> Step:
        """A step whose outcome is a number, is missing, or blocks."""
        if isinstance(value, Block):
            return self.step(kind, path, formula, inputs, None, note=value.reason)
        return self.step(kind, path, formula, inputs, shown(value), note="missing" if value is None else None)


class Places(Struct, frozen=True):
    """The places and references of one resolved policy."""

    origins: Mapping[str, Origin]
    references: Mapping[str, Reference]

    def source(self, path: str, ref: str | None) -> Source:
        place = self.origins.get(f"/{path}")
        reference = None if ref is None else self.references.get(ref)
        title = None
        if reference is not None:
            title = f"{reference.title}, {reference.article}" if reference.article else reference.title
        return Source(None if place is None else str(place), ref, title)


class Bounds(Struct, frozen=True):
    """A cap or clamp, in micro. It applies to a present value only: a zero put for a missing one is left alone."""

    low: Micro | None
    high: Micro | None

    def apply(self, value: Micro) -> Micro:
        if self.low is not None and value < self.low:
            value = self.low
        if self.high is not None and value > self.high:
            value = self.high
        return value

    def inputs(self) -> tuple[Input, ...]:
        return tuple(Input(k, text(v)) for k, v in (("min", self.low), ("max", self.high)) if v is not None)


class Measuring(Protocol):
    """A compiled measure: its numbers as data (a columnar engine reads the same), and how it judges one case."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Paths of the case: `facts/x`, `ratings/<indicator>`, `items/<source>`, `surveys/<name>`."""
        ...

    def measure(self, case: Case, trace: Trace | None) -> Value: ...


def bounds(cap: Cap) -> Bounds | None:
    """None where nothing is capped."""
    low, high = exact(cap.min), exact(cap.max)
    return None if low is None and high is None else Bounds(low, high)


def exact(number: Decimal | None) -> Micro | None:
    return None if number is None else micro(number)


def shown(value: Micro | None) -> str | None:
    return None if value is None else text(value)
