"""One result out of a period in parts, each judged by its own rule or in its own post: final values weighed by months.

Predicates are never averaged: the joined values are classified by the policy at the end of the period. 2021 was such a
year, half of it under PP 46/2011 and half under PermenPANRB 8/2021.
"""

from collections.abc import Sequence

from msgspec import Struct

from neraca.domain.case import Case, Micro
from neraca.domain.command_rules import PolicyRef
from neraca.policy.compiled.classification import Bands
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.policy.compiled.result import Block, EvaluationResult, Value
from neraca.policy.engine.evaluation import judged


class Segment(Struct, frozen=True):
    """`sheet` is what `plan` made of the facts of these whole months alone."""

    months: int
    plan: CompiledPolicy
    sheet: EvaluationResult


def joined(segments: Sequence[Segment], case: Case) -> EvaluationResult:
    """The sheet of the whole period, in the order of time; `case` has the facts that bands and modifiers ask for.

    Score joins with score, whatever its node is called, and each other value with those of the same name. A value that
    a segment lacks is missing from the whole; a blocked segment blocks it. Raises ValueError without whole months.
    """
    if not segments or any(one.months < 1 for one in segments):
        raise ValueError("a period is joined from at least one segment, each of at least one month")
    plan = segments[-1].plan
    finals = [_joined(segments, plan, at, name) for at, name in enumerate(plan.names)]
    values: list[Value] = [*finals]
    sheet = judged(plan, case, values, finals, None)
    block = _blocked(segments) or _apart(segments, plan)
    if block is None:
        return sheet
    words = {name: level for name, level in sheet.levels.items() if name != plan.outcome}
    return EvaluationResult("blocked", block.reason, block.path, None, None, words, sheet.nodes, plan.places)


def _joined(segments: Sequence[Segment], plan: CompiledPolicy, at: int, name: str) -> Micro | None:
    """Rounded once, to the places and by the rounding of the policy at the end."""
    weighed = months = 0
    for one in segments:
        value = one.sheet.score if at == plan.score else one.sheet.nodes.get(name)
        if value is None:
            return None
        weighed += one.months * value
        months += one.months
    return plan.divide(weighed, months * plan.unit) * plan.unit


def _blocked(segments: Sequence[Segment]) -> Block | None:
    for number, one in enumerate(segments, 1):
        if one.sheet.status == "blocked":
            return Block(one.sheet.path or "", f"segment {number}, {_named(one)}: {one.sheet.reason}")
    return None


def _apart(segments: Sequence[Segment], plan: CompiledPolicy) -> Block | None:
    """What the last policy judges, and an earlier one does not even have."""
    for number, one in enumerate(segments, 1):
        if plan.score is not None and one.plan.score is None:
            return Block("score", f"segment {number}, {_named(one)}: it has no score to join")
        for judge in plan.classifiers:
            if isinstance(judge, Bands) and judge.at != plan.score and judge.node not in one.plan.names:
                said = f"it has no '{judge.node}', by which {PolicyRef.written(plan.id, plan.version)} judges"
                return Block(f"classify/{judge.name}", f"segment {number}, {_named(one)}: {said}")
    return None


def _named(one: Segment) -> str:
    return f"{one.months} months under {PolicyRef.written(one.plan.id, one.plan.version)}"
