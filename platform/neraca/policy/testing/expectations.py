"""New numbers for tests that fail: each proposed with the sum it comes from, and put in place where it stands.

Nobody has them written without looking: who changes a policy confirms one after the other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from msgspec import Struct

from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.result import EvaluationResult, Explanation, Step
from neraca.policy.engine.evaluation import explain
from neraca.policy.model import PolicyTest
from neraca.policy.numbers import printed
from neraca.policy.source.inheritance import Resolved
from neraca.policy.source.yaml_tree import Leaf, find
from neraca.policy.testing.cases import CaseRefused, of_test, refusals
from neraca.policy.testing.runner import as_expected

_TOKEN = re.compile(r'"[^"]*"|\'[^\']*\'|[^\s,}\]#]+')


class Proposed(Struct, frozen=True):
    """What stands at a line and column, counted from 1, what would stand there, and the sum, where it is a number."""

    test: str
    path: str
    line: int
    col: int
    written: str
    becomes: str
    sum: str


def proposals(resolved: Resolved) -> Iterator[Proposed]:
    """Of every test, in order. Tests stand in a policy's own file: a child has none of its parent's."""
    plan = compile_resolved(resolved)
    lines = resolved.sources[resolved.file].split("\n")
    for index, test in enumerate(resolved.policy.tests):
        try:
            case = of_test(test)
        except CaseRefused:
            continue
        if refusals(plan, case):
            continue
        told = explain(plan, case)
        for path, becomes, of in _wrong(test, told.sheet, plan):
            at = cast(Leaf, find(resolved.document, f"/tests/{index}/expect/{path}")).at
            found = _TOKEN.match(lines[at.line - 1], at.col - 1)
            # A null may be written as nothing at all.
            if found is not None:
                yield Proposed(test.name, path, at.line, at.col, found.group(), becomes, _sum(of, told))


def rewritten(text: str, chosen: Iterable[Proposed]) -> str:
    """The text with the values put in, and the sum of each as a comment in the line above."""
    lines = text.split("\n")
    # From the end to the beginning, so that what stands before keeps its place.
    ordered = sorted(chosen, key=lambda one: (one.line, one.col), reverse=True)
    for one in ordered:
        line, at = lines[one.line - 1], one.col - 1
        lines[one.line - 1] = line[:at] + one.becomes + line[at + len(one.written) :]
    # Only when all values are in: a line that is added moves all below it.
    for one in ordered:
        if one.sum:
            line = lines[one.line - 1]
            lines.insert(one.line - 1, f"{line[: len(line) - len(line.lstrip())]}# {one.sum}")
    return "\n".join(lines)


def _wrong(test: PolicyTest, sheet: EvaluationResult, plan: CompiledPolicy) -> Iterator[tuple[str, str, str]]:
    """Path of an expectation, what came out instead, and the node or indicator whose number that is, if any."""
    expect = test.expect
    if expect.status is not None and expect.status != sheet.status:
        yield "status", sheet.status, ""
    if None not in (expect.predicate, sheet.predicate) and expect.predicate != sheet.predicate:
        yield "predicate", cast(str, sheet.predicate), ""
    if expect.score is not None and sheet.score is not None and not as_expected(expect.score, sheet.score):
        yield "score", printed(sheet.score, sheet.places), plan.names[cast(int, plan.score)]
    for name, wanted in expect.nodes.items():
        if name in sheet.nodes and not as_expected(wanted, got := sheet.nodes[name]):
            yield f"nodes/{name}", "null" if got is None else printed(got, sheet.places), name
    for name, level in expect.levels.items():
        if name in sheet.levels and sheet.levels[name] != level:
            yield f"levels/{name}", sheet.levels[name], ""


def _sum(name: str, told: Explanation) -> str:
    """The formulas of a node or indicator, each with what went into it and came out, before rounding; "" of no name."""
    steps = [_calculation(one) for one in told.steps if one.path in (f"nodes/{name}", f"indicators/{name}")]
    return f"{name}: {'; '.join(steps)}" if steps else ""


def _calculation(step: Step) -> str:
    parts: Sequence[str] = [
        f"{one.weight} x {one.value or 'missing'}" if one.weight is not None else f"{one.name} {one.value or 'missing'}"
        for one in step.inputs
    ]
    return f"{step.formula}: {', '.join(parts)} = {step.value or 'missing'}"
