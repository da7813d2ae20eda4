"""New numbers for tests that fail: each proposed with the sum it comes from, and put in place where it stands.

Nobody has them written without looking: who changes a policy confirms one after the other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.result import EvaluationResult, Explanation
from neraca.policy.engine.evaluation import explain
from neraca.policy.model import PolicyTest
from neraca.policy.numbers import NotExact, micro, printed
from neraca.policy.source.inheritance import Resolved
from neraca.policy.source.yaml_tree import Leaf, find
from neraca.policy.testing.cases import CaseRefused, of_test, refusals

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
    """Of every test, in order. What a parent's file says is not for its child to change."""
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
            leaf = find(resolved.document, f"/tests/{index}/expect/{path}")
            if not isinstance(leaf, Leaf) or leaf.at.file != resolved.file:
                continue
            found = _TOKEN.match(lines[leaf.at.line - 1], leaf.at.col - 1)
            if found is not None:
                yield Proposed(test.name, path, leaf.at.line, leaf.at.col, found.group(), becomes, _sum(of, told))


def rewritten(text: str, chosen: Iterable[Proposed]) -> str:
    """The text with the values put in, and the sum of each as a comment in the line above."""
    lines = text.split("\n")
    # From the end to the beginning, so that what stands before keeps its place.
    for one in sorted(chosen, key=lambda one: (one.line, one.col), reverse=True):
        line, at = lines[one.line - 1], one.col - 1
        lines[one.line - 1] = line[:at] + one.becomes + line[at + len(one.written) :]
    # Only when all values are in: a line that is added moves all below it.
    for one in sorted(chosen, key=lambda one: (one.line, one.col), reverse=True):
        if one.sum:
            line = lines[one.line - 1]
            lines.insert(one.line - 1, f"{line[: len(line) - len(line.lstrip())]}# {one.sum}")
    return "\n".join(lines)


def _wrong(test: PolicyTest, sheet: EvaluationResult, plan: CompiledPolicy) -> Iterator[tuple[str, str, str | None]]:
    """Path of an expectation, what came out instead, and the node or indicator whose number that is."""
    expect = test.expect
    if expect.status is not None and expect.status != sheet.status:
        yield "status", sheet.status, None
    if expect.predicate is not None and sheet.predicate not in (None, expect.predicate):
        yield "predicate", sheet.predicate or "", None
    if expect.score is not None and sheet.score is not None and not _same(expect.score, sheet.score):
        yield "score", printed(sheet.score, sheet.places), None if plan.score is None else plan.names[plan.score]
    for name, wanted in expect.nodes.items():
        got = sheet.nodes.get(name)
        if name in sheet.nodes and not (wanted is None and got is None) and not _same(wanted, got):
            yield f"nodes/{name}", "null" if got is None else printed(got, sheet.places), name
    for name, level in expect.levels.items():
        if name in sheet.levels and sheet.levels[name] != level:
            yield f"levels/{name}", sheet.levels[name], None


def _same(wanted: object, got: Micro | None) -> bool:
    try:
        return wanted is not None and got is not None and micro(wanted) == got  # pyright: ignore[reportArgumentType]
    except NotExact:
        return False


def _sum(name: str | None, told: Explanation) -> str:
    """The formula of a node or indicator with what went into it and came out, before rounding."""
    if name is None:
        return ""
    step = next((one for one in reversed(told.steps) if one.path in (f"nodes/{name}", f"indicators/{name}")), None)
    if step is None:
        return ""
    parts: Sequence[str] = [
        f"{one.weight} x {one.value or 'missing'}" if one.weight is not None else f"{one.name} {one.value or 'missing'}"
        for one in step.inputs
    ]
    return f"{name}: {step.formula}: {', '.join(parts)} = {step.value or 'missing'}"
