"""Bands, the matrix and modifiers over columns: words by their place in a list."""

from collections.abc import Mapping
from typing import assert_never

import numpy as np
from msgspec import Struct

from neraca.policy.compiled.classification import Bands, Classifier, Condition, Modifier
from neraca.policy.compiled.result import Block
from neraca.policy.engine.vectorised.arithmetic import Bools, Codes
from neraca.policy.engine.vectorised.evaluation_state import Column, EvaluationState, blocked, first
from neraca.policy.engine.vectorised.layout import ABSENT, FLAG, NUMBER, WORD


class Levels(Struct, frozen=True, eq=False):
    """`code` is the place in `words`, -1 where `block` says why there is none."""

    code: Codes
    words: tuple[str, ...]
    block: Codes | None


def classified(one: Classifier, finals: list[Column], known: Mapping[str, Levels], work: EvaluationState) -> Levels:
    if isinstance(one, Bands):
        return banded(one, finals[one.at], work)
    row, col = known[one.rows], known[one.cols]
    words = tuple(dict.fromkeys(one.table.values()))
    cells = [[one.table.get((r, c)) for c in col.words] for r in row.words]
    table = np.array([[-1 if cell is None else words.index(cell) for cell in line] for line in cells], np.int32)
    code: Codes = np.where((row.code < 0) | (col.code < 0), np.int32(-1), table[row.code, col.code])
    block = first([row.block, col.block])
    for i, j in np.argwhere(table < 0).tolist():
        path = f"classify/{one.name}"
        reason = Block(path, f"{path}: no cell for {row.words[i]} x {col.words[j]}")
        block = blocked((row.code == i) & (col.code == j), work.reasons.code(reason), block)
    return Levels(code, words, block)


def banded(one: Bands, value: Column, work: EvaluationState) -> Levels:
    code: Codes = np.full(work.size, -1, np.int32)
    # From the bottom up, so that the first band from the top is written last, and stands.
    for i, band in reversed(list(enumerate(one.bands))):
        takes = value.there if band.low is None else value.there & (value.x >= band.low)
        for condition in band.requires:
            takes = takes & holds(condition, f"classify/{one.name}", work)
        code[takes] = i
    block = blocked(~value.there, work.reasons.code(one.absent), None)
    block = blocked(code < 0, work.reasons.code(one.unmatched), block)
    return Levels(code, tuple(band.level for band in one.bands), block)


def holds(one: Condition, path: str, work: EvaluationState) -> Bools:
    fact = work.columns.facts.get(one.fact)
    silent = one.met_by(one.unwritten)
    if fact is None:
        return np.full(work.size, silent, np.bool_)
    found: Bools = fact.kind != 0
    numbers = fact.numbers
    match one.equals:
        case None:
            pass
        case bool():
            found = found & (fact.kind == FLAG) & (fact.code == one.equals)
        case str():
            found = found & (fact.kind == WORD) & np.isin(fact.code, places(fact.words, {one.equals}))
        case int():
            same = work.kept(numbers, path) == one.equals // numbers.unit
            found = found & (fact.kind == NUMBER) & same & (one.equals % numbers.unit == 0)
        case _:
            assert_never(one.equals)
    if one.among is not None:
        found = found & (fact.kind == WORD) & np.isin(fact.code, places(fact.words, one.among))
    if one.at_least is not None:
        enough = work.kept(numbers, path) >= -(-one.at_least // numbers.unit)
        found = found & (fact.kind == NUMBER) & enough
    return found | (fact.kind == ABSENT) if silent else found


def places(words: tuple[str, ...], wanted: frozenset[str] | set[str]) -> Codes:
    return np.array([i for i, word in enumerate(words) if word in wanted], np.int32)


def modified(
    modifiers: tuple[Modifier, ...],
    ranks: Mapping[str, int],
    words: tuple[str, ...],
    predicate: Codes,
    work: EvaluationState,
) -> Codes:
    """The highest minimum, then the lowest maximum of those that apply; `words` begin with the ranked predicates."""
    rank = np.array([ranks.get(word, 0) for word in words], np.int64)
    applies = [holds(one.when, f"modifiers/{one.name}", work) for one in modifiers]
    for one, rows in zip(modifiers, applies, strict=True):
        if one.low is not None:
            at = words.index(one.low)
            predicate = np.where(rows & (rank[predicate] < ranks[one.low]), np.int32(at), predicate)
    for one, rows in zip(modifiers, applies, strict=True):
        if one.high is not None:
            at = words.index(one.high)
            predicate = np.where(rows & (rank[predicate] > ranks[one.high]), np.int32(at), predicate)
    return predicate
