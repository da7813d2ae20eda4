"""One plan over columns of cases: the sheets of a whole city, as arrays or one by one."""

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct

from neraca.domain.case import Micro
from neraca.policy.compiled.classification import Bands
from neraca.policy.compiled.compilation import CompiledPolicy, CompiledStep, IndicatorStep
from neraca.policy.compiled.result import Block, EvaluationResult
from neraca.policy.engine import evaluation
from neraca.policy.engine.vectorised.arithmetic import INT64, Bools, Codes, Ints, divided
from neraca.policy.engine.vectorised.classification import Levels, classified, holds, modified
from neraca.policy.engine.vectorised.evaluation_state import Column, EvaluationState, blocked, bounded, first
from neraca.policy.engine.vectorised.layout import Columns
from neraca.policy.engine.vectorised.measures import measured
from neraca.policy.engine.vectorised.nodes import combined
from neraca.policy.engine.vectorised.overflow_proof import beyond_int64, with_data
from neraca.policy.engine.vectorised.proofs import Proof


class NodeColumn(Struct, frozen=True, eq=False):
    """Final values in micro of one node or indicator; 0 where not `there`."""

    x: Ints
    there: Bools

    def at(self, i: int) -> Micro | None:
        return int(self.x[i]) if self.there[i] else None


class WordColumn(Struct, frozen=True, eq=False):
    """`code` is the place in `words`, -1 for none."""

    code: Codes
    words: tuple[str, ...]

    def at(self, i: int) -> str | None:
        code = int(self.code[i])
        return None if code < 0 else self.words[code]


class EvaluationResults(Struct, frozen=True, eq=False):
    """Row i is the sheet of the i-th case. `why` is 0 for a final sheet, else 1 + the place in `reasons`.

    `score` and `outcome` are None for a policy without them. `levels` are before any modifier and `predicate` after; a
    blocked row has no predicate, no score and no level of the outcome. `exact` holds the sheets of the rows that Python
    ints computed. Their numbers stand in the arrays too, but one that int64 can't hold stands there as the nearest it
    can. `proof` says for each place of the plan what these data asked of it.
    """

    size: int
    names: tuple[str, ...]
    places: int
    outcome: str | None
    why: Codes
    reasons: tuple[Block, ...]
    score: NodeColumn | None
    predicate: WordColumn
    levels: Mapping[str, WordColumn]
    nodes: Mapping[str, NodeColumn]
    exact: Mapping[int, EvaluationResult]
    proof: tuple[Proof, ...]

    @property
    def blocked(self) -> Bools:
        return self.why > 0

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[EvaluationResult]:
        return map(self.result, range(self.size))

    def result(self, i: int) -> EvaluationResult:
        """As the explaining engine answers it."""
        found = self.exact.get(i)
        if found is not None:
            return found
        nodes = {name: self.nodes[name].at(i) for name in self.names}
        levels = {name: word for name, column in self.levels.items() if (word := column.at(i)) is not None}
        if why := int(self.why[i]):
            block = self.reasons[why - 1]
            return EvaluationResult("blocked", block.reason, block.path, None, None, levels, nodes, self.places)
        score = None if self.score is None else self.score.at(i)
        return EvaluationResult("final", None, None, score, self.predicate.at(i), levels, nodes, self.places)


def evaluate(plan: CompiledPolicy, columns: Columns) -> EvaluationResults:
    """Every sheet equals the explaining engine's, digit for digit and reason for reason."""
    work = EvaluationState(columns)
    values: list[Column] = []
    for step in plan.steps:
        values.append(computed(step, values, work))
    finals = [final(plan, step, value, work) for step, value in zip(plan.steps, values, strict=True)]
    levels: dict[str, Levels] = {}
    for one in plan.classifiers:
        # A matrix holds no number.
        if isinstance(one, Bands) and beyond_int64(one):
            work.left.leave(np.ones(work.size, np.bool_), f"classify/{one.name}")
            words = tuple(band.level for band in one.bands)
            levels[one.name] = Levels(np.full(work.size, -1, np.int32), words, None)
        else:
            levels[one.name] = classified(one, finals, levels, work)
    why = first([*(value.block for value in values), *(level.block for level in levels.values())])
    if plan.score is not None and plan.no_score is not None:
        why = blocked(~values[plan.score].there, work.reasons.code(plan.no_score), why)
    stopped = np.zeros(work.size, np.int32) if why is None else why
    alone = replaced(plan, values, levels, work)
    if alone is not None:
        stopped = np.where(alone.rows, alone.why, stopped)
    predicate, words = outcome(plan, None if plan.outcome is None else levels[plan.outcome], alone, work)
    return settled(plan, columns, work, finals, levels, stopped, np.where(stopped > 0, np.int32(-1), predicate), words)


class Alone(Struct, frozen=True, eq=False):
    """The `rows` whose predicate one classifier alone tells: its place in `words`, or why there is none, else 0."""

    rows: Bools
    code: Codes
    words: tuple[str, ...]
    why: Codes


def replaced(
    plan: CompiledPolicy, values: list[Column], levels: Mapping[str, Levels], work: EvaluationState
) -> Alone | None:
    one = plan.replacing
    if one is None or one.replacement is None or beyond_int64(one):
        return None  # `outcome` leaves every row where a number is too large
    by = one.replacement
    level = levels[by.by]
    words = tuple(dict.fromkeys(by.predicates.values()))
    place = np.array([*(words.index(by.predicates[word]) for word in level.words), -1], np.int32)
    why = first([*(values[at].block for at in by.steps), level.block])
    rows = holds(one.when, f"modifiers/{one.name}", work)
    return Alone(rows, place[level.code], words, np.zeros(work.size, np.int32) if why is None else why)


def computed(step: CompiledStep, values: list[Column], work: EvaluationState) -> Column:
    """A step whose own numbers int64 can't hold, or without a kernel, leaves every row."""
    if not beyond_int64(step):
        if not isinstance(step, IndicatorStep):
            return combined(step.combining, values, work)
        found = measured(step.measuring, work)
        if found is not None:
            return bounded(found, step.cap)
    work.left.leave(np.ones(work.size, np.bool_), step.path)
    return work.nothing()


def final(plan: CompiledPolicy, step: CompiledStep, value: Column, work: EvaluationState) -> Column:
    # Room for one unit, by which rounding may still go up.
    x = work.left.within(value.x, INT64 - plan.unit, step.path)
    return Column(divided(x, plan.unit, plan.divide) * plan.unit, value.there)


def outcome(
    plan: CompiledPolicy, level: Levels | None, alone: Alone | None, work: EvaluationState
) -> tuple[Codes, tuple[str, ...]]:
    """The predicate by its place among the policy's predicates."""
    if level is None:
        return np.full(work.size, -1, np.int32), tuple(plan.ranks)
    words = tuple(dict.fromkeys([*plan.ranks, *level.words, *(() if alone is None else alone.words)]))
    place = np.array([*(words.index(word) for word in level.words), -1], np.int32)
    predicate = place[level.code]
    if alone is not None:
        other = np.array([*(words.index(word) for word in alone.words), -1], np.int32)
        predicate = np.where(alone.rows, other[alone.code], predicate)
    if any(beyond_int64(one) for one in plan.modifiers):
        work.left.leave(np.ones(work.size, np.bool_), "modifiers")
        return predicate, words
    return modified(plan.modifiers, plan.ranks, words, predicate, work), words


def settled(
    plan: CompiledPolicy,
    columns: Columns,
    work: EvaluationState,
    finals: list[Column],
    levels: Mapping[str, Levels],
    why: Codes,
    predicate: Codes,
    words: tuple[str, ...],
) -> EvaluationResults:
    """The sheets, once the explaining engine has judged the rows that were left to it."""
    exact = {i: evaluation.evaluate(plan, columns.case(i)) for i in np.flatnonzero(work.left.rows).tolist()}
    nodes = {
        name: numbers(one, {i: sheet.nodes[name] for i, sheet in exact.items()})
        for name, one in zip(plan.names, finals, strict=True)
    }
    said = {
        name: spoken(
            np.where(why > 0, np.int32(-1), one.code) if name == plan.outcome else one.code,
            one.words,
            {i: sheet.levels.get(name) for i, sheet in exact.items()},
        )
        for name, one in levels.items()
    }
    predicates = spoken(predicate, words, {i: sheet.predicate for i, sheet in exact.items()})
    why = why.copy()
    for i, sheet in exact.items():
        why[i] = 0 if sheet.path is None or sheet.reason is None else work.reasons.code(Block(sheet.path, sheet.reason))
    score = None
    if plan.score is not None:
        one, judged = nodes[plan.names[plan.score]], why == 0
        # One classifier alone may decide where the score is missing.
        there = judged & one.there
        score = NodeColumn(np.where(there, one.x, np.int64(0)), there)
    return EvaluationResults(
        size=work.size,
        names=plan.names,
        places=plan.places,
        outcome=plan.outcome,
        why=why,
        reasons=work.reasons.all(),
        score=score,
        predicate=predicates,
        levels=said,
        nodes=nodes,
        exact=exact,
        proof=with_data(plan, work.left.counts, work.left.long),
    )


def numbers(column: Column, exact: Mapping[int, Micro | None]) -> NodeColumn:
    x, there = column.x, column.there
    if exact:
        x, there = x.copy(), there.copy()
    for i, value in exact.items():
        x[i] = 0 if value is None else max(-INT64, min(INT64, value))
        there[i] = value is not None
    return NodeColumn(x, there)


def spoken(code: Codes, words: tuple[str, ...], exact: Mapping[int, str | None]) -> WordColumn:
    known = {word: at for at, word in enumerate(words)}
    if exact:
        code = code.copy()
    for i, word in exact.items():
        code[i] = -1 if word is None else known.setdefault(word, len(known))
    return WordColumn(code, tuple(known))
