"""From final values to words: bands, the matrix, and modifiers that hold a predicate down or up, or replace it."""

from typing import TypeAlias

from msgspec import Struct

from neraca.domain.case import Case, Fact, Micro
from neraca.policy.compiled.result import Block, Input, Trace
from neraca.policy.compiled.step import Source
from neraca.policy.numbers import text

Levels: TypeAlias = dict[str, str | Block]


class Condition(Struct, frozen=True):
    """A condition on one fact. On an absent fact, or one of another kind, it is false; but where the ledger has a word
    for the absence itself (`unwritten`: nobody was sanctioned), an absent fact is that word.
    """

    fact: str
    equals: Fact | None
    among: frozenset[str] | None
    at_least: Micro | None
    unwritten: str | None = None

    def holds(self, case: Case) -> bool:
        return self.met_by(case.facts.get(self.fact, self.unwritten))

    def met_by(self, fact: Fact | None) -> bool:
        if fact is None:
            return False
        wanted = self.equals
        # By type as well: to Python a flag that is set equals the number 1.
        if wanted is not None and (type(fact) is not type(wanted) or fact != wanted):
            return False
        if self.among is not None and fact not in self.among:
            return False
        return self.at_least is None or (type(fact) is int and fact >= self.at_least)

    def input(self, case: Case) -> Input:
        fact = case.facts.get(self.fact)
        value = None if fact is None else spoken(fact)
        unsaid = "" if fact is not None or self.unwritten is None else f" (nothing recorded: {self.unwritten})"
        asked = f"{self.words()}: {'yes' if self.holds(case) else 'no'}{unsaid}"
        return Input(self.fact, value, f"facts/{self.fact}", note=asked)

    def words(self) -> str:
        parts = [
            "" if self.equals is None else f"equals {spoken(self.equals)}",
            "" if self.among is None else f"in {', '.join(sorted(self.among))}",
            "" if self.at_least is None else f"at least {text(self.at_least)}",
        ]
        return " and ".join(p for p in parts if p)


class Band(Struct, frozen=True):
    """A `low` of None takes all the rest."""

    level: str
    low: Micro | None
    requires: tuple[Condition, ...]

    def takes(self, value: Micro, case: Case) -> bool:
        if self.low is not None and value < self.low:
            return False
        return not self.requires or all(test.holds(case) for test in self.requires)


class Bands(Struct, frozen=True):
    """Judges the final value of the step at `at`: what is printed is what is judged."""

    name: str
    node: str
    at: int
    bands: tuple[Band, ...]
    absent: Block
    unmatched: Block
    source: Source

    def level(self, case: Case, finals: list[Micro | None], levels: Levels) -> str | Block:
        value = finals[self.at]
        if value is None:
            return self.absent
        for band in self.bands:
            if band.takes(value, case):
                return band.level
        return self.unmatched

    def record(self, case: Case, finals: list[Micro | None], levels: Levels, trace: Trace) -> None:
        value = finals[self.at]
        inputs = [Input(self.node, None if value is None else text(value))]
        for band in self.bands:
            inputs.append(Input(band.level, "min" if band.low is None else text(band.low), note="from"))
            inputs += [test.input(case) for test in band.requires]
        level = levels[self.name]
        step = self.source.step
        trace.append(
            step("band", f"classify/{self.name}", "first band reached from the top", tuple(inputs), *said(level))
        )


class Matrix(Struct, frozen=True):
    name: str
    rows: str
    cols: str
    table: dict[tuple[str, str], str]
    source: Source

    def level(self, case: Case, finals: list[Micro | None], levels: Levels) -> str | Block:
        row, col = levels[self.rows], levels[self.cols]
        if isinstance(row, Block):
            return row
        if isinstance(col, Block):
            return col
        found = self.table.get((row, col))
        path = f"classify/{self.name}"
        return Block(path, f"{path}: no cell for {row} x {col}") if found is None else found

    def record(self, case: Case, finals: list[Micro | None], levels: Levels, trace: Trace) -> None:
        inputs = tuple(Input(name, said(levels[name])[0]) for name in (self.rows, self.cols))
        step = self.source.step
        trace.append(step("matrix", f"classify/{self.name}", "table[row][col]", inputs, *said(levels[self.name])))


Classifier: TypeAlias = Bands | Matrix


class Replacement(Struct, frozen=True):
    """The predicate of each level of the classifier `by`; `steps` are its node and all below, which alone it needs."""

    by: str
    predicates: dict[str, str]
    steps: tuple[int, ...]


class Modifier(Struct, frozen=True):
    """`low` and `high` are the predicates a true condition holds the outcome to; `replacement` gives another one."""

    name: str
    when: Condition
    low: str | None
    high: str | None
    source: Source
    replacement: Replacement | None = None


def replaced(
    one: Modifier, by: Replacement, levels: Levels, outcome: str | None, case: Case, trace: Trace | None
) -> str:
    """The predicate of the level that alone decides, which must be known; told beside what the outcome would be."""
    level = levels[by.by]
    if isinstance(level, Block):
        raise TypeError(f"{one.name} judges by {by.by}, which is blocked: {level.reason}")
    found = by.predicates[level]
    if trace is not None:
        before = None if outcome is None else said(levels[outcome])[0]
        inputs = (one.when.input(case), Input(by.by, level), Input("predicate", before))
        note = f"applies: {found}"
        trace.append(one.source.step("modifier", f"modifiers/{one.name}", alone(by), inputs, found, before, note))
    return found


def modified(
    modifiers: tuple[Modifier, ...], ranks: dict[str, int], predicate: str, case: Case, trace: Trace | None
) -> str:
    """The highest minimum, then the lowest maximum of those that apply: a maximum wins over a minimum."""
    applied = [m for m in modifiers if m.when.holds(case)]
    lows = [m.low for m in applied if m.low is not None]
    highs = [m.high for m in applied if m.high is not None]
    outcome = max([predicate, *lows], key=ranks.__getitem__)
    outcome = min([outcome, *highs], key=ranks.__getitem__)
    if trace is None:
        return outcome
    for m in modifiers:
        if m.replacement is not None and m in applied:
            continue  # told where it replaced
        inputs = (m.when.input(case), Input("predicate", predicate))
        bound = " and ".join(f"{w} {p}" for w, p in (("at least", m.low), ("at most", m.high)) if p is not None)
        bound = bound if m.replacement is None else alone(m.replacement)
        note = f"applies: {bound}" if m in applied else "does not apply"
        trace.append(m.source.step("modifier", f"modifiers/{m.name}", bound, inputs, outcome, predicate, note))
    return outcome


def alone(by: Replacement) -> str:
    return f"by {by.by} alone"


def said(level: str | Block) -> tuple[str | None, None, str | None]:
    """Value, before and note of a step."""
    return (None, None, level.reason) if isinstance(level, Block) else (level, None, None)


def spoken(fact: Fact) -> str:
    return ("yes" if fact else "no") if isinstance(fact, bool) else text(fact) if isinstance(fact, int) else fact
