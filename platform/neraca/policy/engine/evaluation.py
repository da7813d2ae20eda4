"""The explaining engine: one case judged by one plan, in exact integers, with or without the trace of how.

Whether it runs without a trace, with one, or recomputes only what moved, the arithmetic is the same code.
"""

from collections.abc import Iterable
from typing import cast

from neraca.domain.case import Case, Micro
from neraca.policy.compiled.classification import Levels, Modifier, Replacement, modified, replaced
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.policy.compiled.result import Block, EvaluationResult, Explanation, Trace, Value


def evaluate(plan: CompiledPolicy, case: Case) -> EvaluationResult:
    """Never raises for what a case holds: a rating off its scale or a word for a number blocks, by path."""
    values = computed(plan, case, None)
    return judged(plan, case, values, [rounded(plan, value) for value in values], None)


def explain(plan: CompiledPolicy, case: Case) -> Explanation:
    trace: Trace = []
    values = computed(plan, case, trace)
    sheet = judged(plan, case, values, [rounded(plan, value) for value in values], trace)
    return Explanation(sheet, tuple(trace))


class Scoring:
    """One appraisal kept warm: say which inputs of the case moved, and ask for the sheet when it is wanted.

    Whoever owns the case may change it in place, as long as every input that moved is touched before the next sheet,
    which then equals `evaluate(plan, case)`. Touching is nearly free, so a batch of events costs one sheet; and where
    only the reason of a blocked result is asked for, `blocked` computes no more than tells it.
    """

    __slots__ = ("_block", "_case", "_dirty", "_finals", "_plan", "_sheet", "_unrounded", "_values")

    def __init__(self, plan: CompiledPolicy, case: Case) -> None:
        self._plan = plan
        self._case = case
        self._values: list[Value] = []
        self._finals: list[Micro | None] = []
        self._dirty: set[int] = set()
        self._unrounded: set[int] = set()
        self._block: int | None = None
        self._sheet: EvaluationResult | None = None

    def touch(self, inputs: Iterable[str]) -> bool:
        """Whether the policy reads any of these: `facts/<name>`, `ratings/<indicator>`, `items/<source>`, ..."""
        read = False
        affected, judges = self._plan.affected, self._plan.judges
        for path in inputs:
            steps = affected.get(path)
            if steps is not None:
                self._dirty.update(steps)
                read = True
            elif path in judges:
                read = True
        if read:
            self._sheet = None
        return read

    def still_blocked(self) -> bool:
        """Whether what blocked when it was last looked at is untouched, so that it does, whatever else moved."""
        return self._block is not None and self._block not in self._dirty and replacing(self._plan, self._case) is None

    def blocked(self) -> Block | None:
        """The first step that blocks, as `sheet` would name it; None where no step does, though a band still may, and
        where one classifier alone decides.
        """
        if replacing(self._plan, self._case) is not None:
            return None
        values, dirty, at = self._values, self._dirty, self._block
        if not values:
            return self._compute()
        if dirty:
            for step in sorted(dirty):
                if at is not None and at < step:
                    break  # whatever comes after the first block cannot change which is the first
                value = values[step] = self._plan.steps[step].value(self._case, values, None)
                dirty.discard(step)
                self._unrounded.add(step)
                if isinstance(value, Block):
                    at = step
                elif at == step:
                    at = _next_block(values, step)
            self._block = at
        return None if at is None else cast(Block, values[at])

    def result(self) -> EvaluationResult:
        if self._sheet is None:
            self._sheet = self._judge()
        return self._sheet

    def _compute(self) -> Block | None:
        plan, values = self._plan, self._values
        values.extend(computed(plan, self._case, None))
        self._finals.extend(rounded(plan, value) for value in values)
        self._dirty.clear()
        at = self._block = _next_block(values, -1)
        return None if at is None else cast(Block, values[at])

    def _judge(self) -> EvaluationResult:
        plan, case, values, finals = self._plan, self._case, self._values, self._finals
        if not values:
            self._compute()
        else:
            for at in sorted(self._dirty):
                values[at] = plan.steps[at].value(case, values, None)
            self._unrounded |= self._dirty
            for at in self._unrounded:
                finals[at] = rounded(plan, values[at])
            if self._dirty:
                self._block = _next_block(values, -1)
            self._dirty.clear()
            self._unrounded.clear()
        return judged(plan, case, values, finals, None)


def _next_block(values: list[Value], after: int) -> int | None:
    return next((at for at in range(after + 1, len(values)) if isinstance(values[at], Block)), None)


def computed(plan: CompiledPolicy, case: Case, trace: Trace | None) -> list[Value]:
    values: list[Value] = []
    for step in plan.steps:
        values.append(step.value(case, values, trace))
    return values


def rounded(plan: CompiledPolicy, value: Value) -> Micro | None:
    """The final value: what is printed and what is judged."""
    return plan.divide(value, plan.unit) * plan.unit if isinstance(value, int) else None


def judged(
    plan: CompiledPolicy, case: Case, values: list[Value], finals: list[Micro | None], trace: Trace | None
) -> EvaluationResult:
    levels: Levels = {}
    for one in plan.classifiers:
        # Of final values: nobody is shown 90.00 and judged by 89.996.
        levels[one.name] = one.level(case, finals, levels)
        if trace is not None:
            one.record(case, finals, levels, trace)
    nodes = dict(zip(plan.names, finals, strict=True))
    other = replacing(plan, case)
    block = stopped(plan, values, levels) if other is None else stopped_alone(other[1], values, levels)
    # Levels that were found are told all the same; only the outcome is not.
    if block is not None:
        words = {name: level for name, level in levels.items() if isinstance(level, str) and name != plan.outcome}
        return EvaluationResult("blocked", block.reason, block.path, None, None, words, nodes, plan.places)
    words = cast(dict[str, str], levels)
    if other is None:
        predicate = None if plan.outcome is None else words[plan.outcome]
    else:
        predicate = replaced(*other, levels, plan.outcome, case, trace)
        # The others may have found none.
        words = {name: level for name, level in levels.items() if isinstance(level, str)}
    if plan.modifiers and predicate is not None:
        predicate = modified(plan.modifiers, plan.ranks, predicate, case, trace)
    score = None if plan.score is None else finals[plan.score]
    return EvaluationResult("final", None, None, score, predicate, words, nodes, plan.places)


def replacing(plan: CompiledPolicy, case: Case) -> tuple[Modifier, Replacement] | None:
    """What gives the predicate by one classifier alone, where its condition holds."""
    one = plan.replacing
    if one is None or one.replacement is None or not one.when.holds(case):
        return None
    return one, one.replacement


def stopped_alone(by: Replacement, values: list[Value], levels: Levels) -> Block | None:
    """The first reason why the one classifier that decides has no level."""
    for at in by.steps:
        value = values[at]
        if isinstance(value, Block):
            return value
    level = levels[by.by]
    return level if isinstance(level, Block) else None


def stopped(plan: CompiledPolicy, values: list[Value], levels: Levels) -> Block | None:
    """The first reason, in the order of the plan, why there is no predicate or no score."""
    for value in values:
        if isinstance(value, Block):
            return value
    for level in levels.values():
        if isinstance(level, Block):
            return level
    return plan.no_score if plan.score is not None and values[plan.score] is None else None
