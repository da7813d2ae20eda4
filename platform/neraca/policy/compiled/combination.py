"""How a node makes one value of its children: eight combiners, each child under its own rule for a missing value."""

from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Micro
from neraca.policy.compiled.methods.majority import most_of, prevailing
from neraca.policy.compiled.result import Block, Input, Trace, Value
from neraca.policy.compiled.step import Bounds, Source, shown
from neraca.policy.numbers import Divide, text

Rule = Literal["renormalise", "zero", "block"]


class Child(Struct, frozen=True):
    """`at` is the child's position in the plan. `needed` is what the reader is told when it is missing and blocks."""

    at: int
    name: str
    path: str
    weight: Micro
    missing: Rule
    needed: Block


class Mean(Struct, frozen=True):
    """`weighted_mean`, `mean`. `terms` are the children for the loop, `least` is min_weight_present x total."""

    path: str
    formula: str
    children: tuple[Child, ...]
    terms: tuple[tuple[int, Micro, Rule, Block], ...]
    least: int
    too_little: Block
    clamp: Bounds | None
    divide: Divide
    source: Source

    def value(self, case: Case, values: list[Value], trace: Trace | None) -> Value:
        outcome = self.combined(values)
        return settled(self, outcome, values, trace)

    def combined(self, values: list[Value]) -> Value:
        total = present = 0
        for at, weight, missing, needed in self.terms:
            x = values[at]
            if isinstance(x, int):
                total += weight * x
                present += weight
            elif x is not None:
                return x
            elif missing == "zero":
                present += weight
            elif missing == "block":
                return needed
        # Multiplied out, so that nothing is divided and nothing rounded.
        if present * 100 * MICRO < self.least:
            return self.too_little
        return self.divide(total, present) if present else None


class Fold(Struct, frozen=True):
    """`sum`, `min` and `max`: over what is present, where a missing child that says `zero` counts as 0."""

    path: str
    formula: Literal["sum", "min", "max"]
    children: tuple[Child, ...]
    clamp: Bounds | None
    source: Source

    def value(self, case: Case, values: list[Value], trace: Trace | None) -> Value:
        return settled(self, self.combined(values), values, trace)

    def combined(self, values: list[Value]) -> Value:
        present: list[Micro] = []
        for child in self.children:
            x = values[child.at]
            if isinstance(x, int):
                present.append(x)
            elif x is not None:
                return x
            elif child.missing == "zero":
                present.append(0)
            elif child.missing == "block":
                return child.needed
        if not present:
            return None
        match self.formula:
            case "sum":
                return sum(present)
            case "min":
                return min(present)
            case "max":
                return max(present)
            case _:
                assert_never(self.formula)


class Product(Struct, frozen=True):
    """`product`: each child over its divisor (its weight), multiplied and rounded once.

    Exact integers of any size, so rupiah keep every digit. A missing child that says `zero` makes it 0, one that says
    `renormalise` is left out with its divisor, as if it were a factor of 1.
    """

    path: str
    formula: str
    children: tuple[Child, ...]
    clamp: Bounds | None
    divide: Divide
    source: Source

    def value(self, case: Case, values: list[Value], trace: Trace | None) -> Value:
        return settled(self, self.combined(values), values, trace)

    def combined(self, values: list[Value]) -> Value:
        total, under, present = MICRO, 1, False
        for child in self.children:
            x = values[child.at]
            if x is None and child.missing == "zero":
                x = 0
            if isinstance(x, int):
                total *= x
                under *= child.weight
                present = True
            elif x is not None:
                return x
            elif child.missing == "block":
                return child.needed
        return self.divide(total, under) if present else None


class Prevail(Struct, frozen=True):
    """`majority`: the level that most of the present children have; `ladder` are the three there are, lowest first."""

    path: str
    formula: str
    children: tuple[Child, ...]
    ladder: tuple[Micro, Micro, Micro]
    clamp: Bounds | None
    source: Source

    def value(self, case: Case, values: list[Value], trace: Trace | None) -> Value:
        return settled(self, self.combined(values), values, trace, None if trace is None else self.why(values))

    def why(self, values: list[Value]) -> str:
        """What decided, in numbers that a reader can count again."""
        numbers = [values[child.at] for child in self.children]
        present = [number for number in numbers if isinstance(number, int)]
        lowest, _, highest = self.ladder
        found = most_of(present, self.ladder)
        if found is None:
            return f"no level has most of {len(present)}"
        sunk = f"; but {present.count(lowest)} at {text(lowest)}" if found == highest and lowest in present else ""
        return f"{present.count(found)} of {len(present)} at {text(found)}{sunk}"

    def combined(self, values: list[Value]) -> Value:
        present: list[Micro] = []
        for child in self.children:
            x = values[child.at]
            if isinstance(x, int):
                present.append(x)
            elif x is not None:
                return x
            elif child.missing == "block":
                return child.needed
        return prevailing(present, present, self.ladder) if present else None


class First(Struct, frozen=True):
    """`first`: the value of the child that is there, in the order of their turns; `children` are in that order."""

    path: str
    formula: str
    children: tuple[Child, ...]
    clamp: Bounds | None
    source: Source

    def value(self, case: Case, values: list[Value], trace: Trace | None) -> Value:
        outcome = self.combined(values)
        which = next((child.name for child in self.children if isinstance(values[child.at], int)), None)
        why = None if which is None else f"{which} is there"
        return settled(self, outcome, values, trace, why)

    def combined(self, values: list[Value]) -> Value:
        """What comes after the one that is there is not asked, be it blocked or not."""
        for child in self.children:
            x = values[child.at]
            if x is not None:
                return x
            if child.missing == "zero":
                return 0
            if child.missing == "block":
                return child.needed
        return None


def settled(
    node: "Mean | Fold | Product | Prevail | First",
    outcome: Value,
    values: list[Value],
    trace: Trace | None,
    why: str | None = None,
) -> Value:
    """The node's value once clamped, and its entries in the trace; `why` is noted of a value that is there."""
    clamp = node.clamp
    value = clamp.apply(outcome) if clamp is not None and isinstance(outcome, int) else outcome
    if trace is not None:
        inputs = tuple(child_input(child, values[child.at]) for child in node.children)
        step = node.source.valued("node", node.path, node.formula, inputs, outcome)
        trace.append(replace(step, note=why) if why is not None and isinstance(outcome, int) else step)
        record_cap(node.path, node.source, clamp, outcome, trace)
    return value


def child_input(child: Child, value: Value) -> Input:
    if isinstance(value, int):
        return Input(child.name, text(value), None, text(child.weight))
    note = "blocked" if isinstance(value, Block) else f"missing: {child.missing}"
    return Input(child.name, None, None, text(child.weight), note)


def record_cap(path: str, source: Source, cap: Bounds | None, value: Value, trace: Trace) -> None:
    if cap is not None and isinstance(value, int):
        after = cap.apply(value)
        note = "unchanged" if after == value else None
        trace.append(source.step("cap", path, "bounds", cap.inputs(), shown(after), before=shown(value), note=note))
