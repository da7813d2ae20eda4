"""What the kernels pass on: a column of values that may be missing or blocked, and the state of one evaluation."""

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from neraca.policy.compiled.methods.number import Number
from neraca.policy.compiled.result import Block
from neraca.policy.compiled.step import Bounds
from neraca.policy.engine.vectorised.arithmetic import Bools, Codes, Fallback, Ints
from neraca.policy.engine.vectorised.layout import ABSENT, NUMBER, WORD, Columns, Facts, Numbers


class Column(Struct, frozen=True, eq=False):
    """`x` is 0 wherever a value is not `there`. `block` is the reason it can't be, 0 for none; None for none at all."""

    x: Ints
    there: Bools
    block: Codes | None = None


class Operand(Struct, frozen=True, eq=False):
    """A column still divided by its `unit`."""

    column: Column
    unit: int


class Reasons:
    """Each reason once; 0 is no reason."""

    def __init__(self) -> None:
        self.codes: dict[Block, int] = {}

    def code(self, block: Block) -> int:
        return self.codes.setdefault(block, len(self.codes) + 1)

    def all(self) -> tuple[Block, ...]:
        return tuple(self.codes)


class EvaluationState:
    """One evaluation of one plan over columns."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.size = columns.size
        self.left = Fallback(columns.size)
        self.reasons = Reasons()

    def nothing(self) -> Column:
        return Column(np.zeros(self.size, np.int64), np.zeros(self.size, np.bool_))

    def kept(self, numbers: Numbers, path: str) -> Ints:
        """The numbers by unit; rows int64 can't hold are left."""
        self.left.leave_few(np.fromiter(numbers.wide, np.int64), path)
        return numbers.x

    def whole(self, numbers: Numbers, path: str) -> Ints:
        """The numbers in micro."""
        return self.left.scaled(self.kept(numbers, path), numbers.unit, path)

    def number(self, name: str, path: str) -> Operand:
        """A fact as a number. A flag or a word blocks."""
        fact = self.columns.facts.get(name)
        if fact is None:
            return Operand(self.nothing(), 1)
        x = self.kept(fact.numbers, path)
        there = fact.numbers.there
        return Operand(Column(x, there, self.not_numbers(name, fact)), fact.numbers.unit)

    def not_numbers(self, name: str, fact: Facts) -> Codes | None:
        wrong = (fact.kind != ABSENT) & (fact.kind != NUMBER)
        if not wrong.any():
            return None
        block: Codes = np.zeros(self.size, np.int32)
        for kind, code in sorted({(int(k), int(c)) for k, c in zip(fact.kind[wrong], fact.code[wrong], strict=True)}):
            value = fact.words[code] if kind == WORD else bool(code)
            reason = self.reasons.code(Block(f"facts/{name}", f"facts/{name}: {value!r} is not a number"))
            block[(fact.kind == kind) & (fact.code == code)] = reason
        return block

    def micro(self, name: str, path: str) -> Column:
        found = self.number(name, path)
        return Column(self.left.scaled(found.column.x, found.unit, path), found.column.there, found.column.block)

    def taken(self, given: Number, unit: int, path: str) -> Operand:
        """A fact, or the number itself, by `unit` where that divides it."""
        if isinstance(given, str):
            return self.number(given, path)
        unit = unit if given % unit == 0 else 1
        x: Ints = np.full(self.size, given // unit, np.int64)
        return Operand(Column(x, np.ones(self.size, np.bool_)), unit)


def present(x: Ints, there: Bools, block: Codes | None) -> Column:
    """A column with 0 wherever nothing is there. Multiplying by a mask is many times quicker than choosing by it."""
    if block is not None:
        there = there & (block == 0)
    return Column(x if there.all() else x * there, there, block)


def first(blocks: Iterable[Codes | None]) -> Codes | None:
    """The first reason of each row."""
    found: Codes | None = None
    for block in blocks:
        if block is not None:
            found = block if found is None else np.where(found == 0, block, found)
    return found


def blocked(rows: Bools, code: int, before: Codes | None) -> Codes | None:
    """`before`, and this reason for those of the rows that have none yet."""
    if not rows.any():
        return before
    if before is None:
        return np.where(rows, np.int32(code), np.int32(0))
    return np.where(rows & (before == 0), np.int32(code), before)


def capped(x: Ints, cap: Bounds | None) -> Ints:
    """Where nothing is there, put the 0 back afterwards."""
    if cap is None:
        return x
    if cap.low is not None:
        x = np.maximum(x, np.int64(cap.low))
    return x if cap.high is None else np.minimum(x, np.int64(cap.high))


def bounded(column: Column, cap: Bounds | None) -> Column:
    return column if cap is None else present(capped(column.x, cap), column.there, column.block)
