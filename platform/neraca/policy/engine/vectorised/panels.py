"""Panels over columns: quorum, trimming, median, scale maps, and where the weight of a silent group goes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neraca.policy.compiled.methods.rated import EVERY, RatedStep
from neraca.policy.compiled.panel import Group, Panel, WeightTable
from neraca.policy.compiled.result import Block
from neraca.policy.engine.vectorised.arithmetic import INT64, Bools, Codes, Ints, divided
from neraca.policy.engine.vectorised.evaluation_state import Column, EvaluationState, blocked, present
from neraca.policy.engine.vectorised.layout import Rated, Ratings


class GroupRatings(Struct, frozen=True, eq=False):
    """One group's ratings for one indicator, whether given by its name or by `*`. `off` is a rating off the scale."""

    counts: Ints
    starts: Ints
    sums: Ints
    values: NDArray[np.integer[Any]]
    off: Bools | None


def rated(step: RatedStep, work: EvaluationState) -> Column:
    ratings = work.columns.ratings
    own, every = ratings.get(step.indicator), ratings.get(EVERY)
    named = np.zeros(work.size, np.bool_) if own is None else own.given
    heard = [of_group(group, own, every, named, work, step.path) for group in step.panel.groups]
    block = off_scale(step, heard, named, work)
    means = [mean(group, one, work, step.path) for group, one in zip(step.panel.groups, heard, strict=True)]
    return panel(step, means, [one.counts for one in heard], named, block, work)


def of_group(
    group: Group, own: Rated | None, every: Rated | None, named: Bools, work: EvaluationState, path: str
) -> GroupRatings:
    mine = None if own is None else own.groups.get(group.name)
    shared = None if every is None or named.all() else every.groups.get(group.name)
    if mine is not None:
        leave_wide(mine.wide, named, work, path)
    if shared is not None:
        leave_wide(shared.wide, ~named, work, path)
    if shared is None:
        return silent(work) if mine is None else alone(mine, group)
    if not named.any():
        return alone(shared, group)
    return mixed(silent(work) if mine is None else alone(mine, group), alone(shared, group), named, group)


def leave_wide(wide: Mapping[int, object], where: Bools, work: EvaluationState, path: str) -> None:
    work.left.leave_few(np.fromiter((row for row in wide if where[row]), np.int64), path)


def silent(work: EvaluationState) -> GroupRatings:
    none: Ints = np.zeros(work.size, np.int64)
    return GroupRatings(none, none, none, np.zeros(0, np.int64), None)


def alone(ratings: Ratings, group: Group) -> GroupRatings:
    return GroupRatings(ratings.counts, ratings.starts, ratings.sums, ratings.values, ratings.off(group.scale))


def mixed(mine: GroupRatings, shared: GroupRatings, named: Bools, group: Group) -> GroupRatings:
    off = None
    if mine.off is not None or shared.off is not None:
        nowhere = np.zeros(named.size, np.bool_)
        off = np.where(named, nowhere if mine.off is None else mine.off, nowhere if shared.off is None else shared.off)
    ordered = group.median or group.trim
    return GroupRatings(
        np.where(named, mine.counts, shared.counts),
        np.where(named, mine.starts, shared.starts + mine.values.size),
        np.where(named, mine.sums, shared.sums),
        # Single values are read only where they are ordered; for a mean the sums suffice.
        np.concatenate([mine.values, shared.values]) if ordered else mine.values,
        off,
    )


def off_scale(step: RatedStep, heard: list[GroupRatings], named: Bools, work: EvaluationState) -> Codes | None:
    block: Codes | None = None
    for group, one in zip(step.panel.groups, heard, strict=True):
        if one.off is not None:
            for given, rows in ((step.indicator, named), (EVERY, ~named)):
                where = f"ratings/{given}/{group.name}"
                reason = Block(where, f"{where}: a rating is not on the {group.scale.words()}")
                block = blocked(one.off & rows, work.reasons.code(reason), block)
    return block


def mean(group: Group, heard: GroupRatings, work: EvaluationState, path: str) -> Column:
    n, sums = heard.counts, heard.sums
    there = n >= group.least
    if heard.off is not None:
        there = there & ~heard.off
    if group.median:
        x = median(group, heard, there)
    else:
        if group.trim:
            n, sums = trimmed(group, heard, there)
        x = divided(sums, np.maximum(n, np.int64(1)), group.divide)
    if group.onto is None:
        return present(x, there, None)
    low, span, onto = group.scale.low, group.scale.high - group.scale.low, group.onto.high - group.onto.low
    above = work.left.within((x - low) * there, INT64 // max(1, onto), path)
    return present(group.onto.low + divided(above * onto, span, group.divide), there, None)


def median(group: Group, heard: GroupRatings, there: Bools) -> Ints:
    """Trimming takes as many at either end, so the middle stays the middle."""
    x: Ints = np.zeros(there.size, np.int64)
    rows = np.flatnonzero(there)
    n, starts = heard.counts[rows], heard.starts[rows]
    # Values are kept in 32 bits where they fit, and two of them may not.
    high = heard.values[starts + n // 2].astype(np.int64)
    low = heard.values[starts + (n - 1) // 2].astype(np.int64)
    x[rows] = np.where(n % 2 == 1, high, divided(low + high, 2, group.divide))
    return x


def trimmed(group: Group, heard: GroupRatings, there: Bools) -> tuple[Ints, Ints]:
    """Count and sum without the lowest and highest, where enough are left."""
    enough = there & (heard.counts >= group.quorum + 2 * group.trim)
    if not enough.any():
        return heard.counts, heard.sums
    sums = heard.sums.copy()
    # Rows with too few point at place 0 and, where one has enough, at places that are there: what they take is
    # multiplied away.
    first, last = heard.starts * enough, (heard.starts + heard.counts - 1) * enough
    for k in range(group.trim):
        sums -= heard.values.take(first + k) * enough
        sums -= heard.values.take(last - k) * enough
    return heard.counts - 2 * group.trim * enough, sums


def panel(
    step: RatedStep, means: list[Column], counts: list[Ints], named: Bools, block: Codes | None, work: EvaluationState
) -> Column:
    groups = step.panel.groups
    heaviest = max([sum(abs(group.weight) for group in groups), *(sum(one.weights) for one in step.panel.tables)])
    limit = INT64 // max(1, heaviest)
    total: Ints = np.zeros(work.size, np.int64)
    if all(one.there.all() for one in means):
        for group, one in zip(groups, means, strict=True):
            total = total + within(group, one.x, limit, work, step.path) * group.weight
        heard = sum(group.weight for group in groups)
        return present(divided(total, heard, step.panel.divide), means[0].there, block) if heard else work.nothing()
    counted: Ints = np.zeros(work.size, np.int64)
    for i, (group, weight) in enumerate(zip(groups, moved(step.panel, means), strict=True)):
        one = means[i]
        total = total + within(group, one.x, limit, work, step.path) * weight
        counted = counted + (weight if group.missing == "zero" else weight * one.there)
        if group.missing == "block":
            block = too_few(step, group, ~one.there, counts[i], named, block, work)
    for table in step.panel.tables:
        rows = silent_in(table, means)
        weighed: Ints = np.zeros(work.size, np.int64)
        for group, one, weight in zip(groups, means, table.weights, strict=True):
            weighed = weighed + within(group, one.x, limit, work, step.path) * weight
        total, counted = np.where(rows, weighed, total), np.where(rows, np.int64(sum(table.weights)), counted)
    # What is not there is divided by 1 in place of 0, and then left out.
    there = counted != 0
    return present(divided(total, counted + ~there, step.panel.divide), there, block)


def silent_in(table: WeightTable, means: list[Column]) -> Bools:
    """The rows in which exactly the groups of the table are missing."""
    rows: Bools = np.ones(means[0].there.size, np.bool_)
    for at, one in enumerate(means):
        rows &= ~one.there if at in table.silent else one.there
    return rows


def within(group: Group, x: Ints, limit: int, work: EvaluationState, path: str) -> Ints:
    """A mean stays on its scale, so most panels need not look."""
    scale = group.onto or group.scale
    return x if max(abs(scale.low), abs(scale.high)) <= limit else work.left.within(x, limit, path)


def moved(panel: Panel, means: list[Column]) -> list[Ints | int]:
    """The weights by row, once those of missing groups that say `reassign` have moved to their targets. What they
    leave behind is never read: a missing group weighs nothing.
    """
    weights: list[Ints | int] = [group.weight for group in panel.groups]
    for i, group in enumerate(panel.groups):
        if group.reassign is not None:
            weights[group.reassign] = weights[group.reassign] + group.weight * ~means[i].there
    return weights


def too_few(
    step: RatedStep, group: Group, rows: Bools, counts: Ints, named: Bools, block: Codes | None, work: EvaluationState
) -> Codes | None:
    for given, those in ((step.indicator, rows & named), (EVERY, rows & ~named)):
        for n in np.unique(counts[those]).tolist():
            said = f"{n} of at least {group.least} ratings from {group.name} (ratings/{given}/{group.name})"
            code = work.reasons.code(Block(step.path, f"{step.path}: {said}"))
            block = blocked(those & (counts == n), code, block)
    return block
