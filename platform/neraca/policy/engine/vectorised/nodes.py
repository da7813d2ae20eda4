"""The eight combiners over columns."""

from math import prod
from typing import assert_never

import numpy as np

from neraca.domain.case import MICRO
from neraca.policy.compiled.combination import First, Fold, Mean, Prevail, Product, Rule
from neraca.policy.compiled.result import Block
from neraca.policy.engine.vectorised.arithmetic import INT64, MOST, Bools, Codes, Ints, divided, most
from neraca.policy.engine.vectorised.evaluation_state import Column, EvaluationState, blocked, bounded, first, present


def combined(step: Mean | Fold | Product | Prevail | First, values: list[Column], work: EvaluationState) -> Column:
    match step:
        case Mean():
            found = mean(step, values, work)
        case Fold():
            found = fold(step, values, work)
        case Product():
            found = product(step, values, work)
        case Prevail():
            found = prevail(step, values, work)
        case First():
            found = in_turn(step, values, work)
        case _:
            assert_never(step)
    return bounded(found, step.clamp)


def mean(step: Mean, values: list[Column], work: EvaluationState) -> Column:
    limit = INT64 // max(1, sum(abs(weight) for _, weight, _, _ in step.terms))
    total: Ints = np.zeros(work.size, np.int64)
    always = 0
    sometimes: Ints | None = None
    block: Codes | None = None
    for at, weight, rule, needed in step.terms:
        child = values[at]
        total = total + work.left.within(child.x, limit, step.path) * weight
        block = child_blocks(child, rule, needed, block, work)
        if rule == "zero" or child.there.all():
            always += weight
        else:
            heard = weight * child.there
            sometimes = heard if sometimes is None else sometimes + heard
    # Rounded up: weights are whole numbers, so «less than» asks the same.
    least = -(-step.least // (100 * MICRO))
    if sometimes is None:
        if always < least:
            return present(total, np.zeros(work.size, np.bool_), all_blocked(step.too_little, block, work))
        there = np.full(work.size, always != 0)
        return present(divided(total, always or 1, step.divide), there, block)
    weights = sometimes + always
    block = blocked(weights < least, work.reasons.code(step.too_little), block)
    there = weights != 0
    return present(divided(total, weights + ~there, step.divide), there, block)


def fold(step: Fold, values: list[Column], work: EvaluationState) -> Column:
    block: Codes | None = None
    there: Bools = np.zeros(work.size, np.bool_)
    edge = {"sum": 0, "min": INT64, "max": -INT64}[step.formula]
    x: Ints = np.full(work.size, edge, np.int64)
    for child in step.children:
        value = values[child.at]
        block = child_blocks(value, child.missing, child.needed, block, work)
        counts = np.ones(work.size, np.bool_) if child.missing == "zero" else value.there
        there = there | counts
        match step.formula:
            case "sum":
                x = x + work.left.within(value.x, MOST // len(step.children), step.path)
            case "min":
                x = np.minimum(x, np.where(counts, value.x, np.int64(edge)))
            case "max":
                x = np.maximum(x, np.where(counts, value.x, np.int64(edge)))
            case _:
                assert_never(step.formula)
    return present(x, there, block)


def product(step: Product, values: list[Column], work: EvaluationState) -> Column:
    """Factors and divisors shed what they have in common; a row whose products are too large even so takes Python
    ints for this step alone.
    """
    block: Codes | None = None
    there: Bools = np.zeros(work.size, np.bool_)
    over: list[Ints] = [np.full(work.size, MICRO, np.int64)]
    under: list[Ints] = []
    for child in step.children:
        value = values[child.at]
        block = child_blocks(value, child.missing, child.needed, block, work)
        counts = np.ones(work.size, np.bool_) if child.missing == "zero" else value.there
        there = there | counts
        over.append(np.where(counts, value.x, np.int64(1)))
        under.append(np.where(counts, np.int64(child.weight), np.int64(1)))
    factors, divisors = shed(over, under)
    total, long = multiplied(factors)
    divisor, wide = multiplied(divisors)
    long = (long | wide) & there if block is None else (long | wide) & there & (block == 0)
    x = divided(np.where(there, total, np.int64(0)), divisor, step.divide)
    fit = 0
    for row in np.flatnonzero(long).tolist():
        found = step.divide(prod(int(one[row]) for one in over), prod(int(one[row]) for one in under))
        if abs(found) > MOST:
            work.left.leave_few(np.array([row], np.int64), step.path)
        else:
            x[row] = found
            fit += 1
    # They came back as numbers that fit: they are told of, and stay in the columns.
    work.left.count(step.path, fit)
    return present(x, there, block)


def prevail(step: Prevail, values: list[Column], work: EvaluationState) -> Column:
    block: Codes | None = None
    of: Ints = np.zeros(work.size, np.int64)
    for child in step.children:
        value = values[child.at]
        block = child_blocks(value, child.missing, child.needed, block, work)
        of = of + value.there
    lowest, between, highest = step.ladder
    x: Ints = np.full(work.size, between, np.int64)
    sunk: Bools = np.zeros(work.size, np.bool_)
    for level in step.ladder:
        have = sum((values[child.at].there & (values[child.at].x == level) for child in step.children), 0 * of)
        x = np.where(2 * have > of, np.int64(level), x)
        if level == lowest:
            sunk = have > 0
    x = np.where((x == highest) & sunk, np.int64(between), x)
    return present(x, of > 0, block)


def in_turn(step: First, values: list[Column], work: EvaluationState) -> Column:
    """Row by row the first that is there; a row is done with the first value, block or nought that is met in it."""
    x: Ints = np.zeros(work.size, np.int64)
    there: Bools = np.zeros(work.size, np.bool_)
    block: Codes = np.zeros(work.size, np.int32)
    left: Bools = np.ones(work.size, np.bool_)
    for child in step.children:
        value = values[child.at]
        if value.block is not None:
            block = np.where(left, value.block, block)
            left = left & (value.block == 0)
        x = np.where(left & value.there, value.x, x)
        there = there | (left & value.there)
        left = left & ~value.there
        if child.missing == "zero":
            there = there | left
        elif child.missing == "block":
            block = np.where(left, np.int32(work.reasons.code(child.needed)), block)
        if child.missing != "renormalise":
            break  # nothing is left to ask of those after it
    return present(x, there, block if block.any() else None)


def shed(over: list[Ints], under: list[Ints]) -> tuple[list[Ints], list[Ints]]:
    """Without the common factors of any of one side with any of the other."""
    factors, divisors = list(over), list(under)
    for i, factor in enumerate(factors):
        for j, divisor in enumerate(divisors):
            common = np.gcd(factor, divisor)
            factor, divisors[j] = factor // common, divisor // common
        factors[i] = factor
    return factors, divisors


def multiplied(factors: list[Ints]) -> tuple[Ints, Bools]:
    """Their product, and where it would not fit, with 1 in its place."""
    total: Ints = np.ones(factors[0].size, np.int64)
    wide: Bools = np.zeros(factors[0].size, np.bool_)
    for factor in factors:
        if most(total) * most(factor) > MOST:
            wide |= np.abs(total) > MOST // np.maximum(np.abs(factor), np.int64(1))
            total, factor = np.where(wide, np.int64(1), total), np.where(wide, np.int64(1), factor)
        total = total * factor
    return total, wide


def child_blocks(child: Column, rule: Rule, needed: Block, before: Codes | None, work: EvaluationState) -> Codes | None:
    """The first child that blocks, or is missing where it may not be, says why."""
    found = first([before, child.block])
    return blocked(~child.there, work.reasons.code(needed), found) if rule == "block" else found


def all_blocked(reason: Block, before: Codes | None, work: EvaluationState) -> Codes | None:
    return blocked(np.ones(work.size, np.bool_), work.reasons.code(reason), before)
