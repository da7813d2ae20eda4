"""The tests inside a policy file: each is a case and what the policy must make of it."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.findings import suggestion
from neraca.policy.model import Expectation, PolicyTest
from neraca.policy.numbers import NotExact, micro, printed
from neraca.policy.source.inheritance import Resolved
from neraca.policy.testing.cases import CaseRefused, of_test, refusals


class TestOutcome(Struct, frozen=True):
    """`differences` say where the sheet is not as expected; none when the test passed."""

    name: str
    passed: bool
    differences: tuple[str, ...]


def run(resolved: Resolved) -> list[TestOutcome]:
    plan = compile_resolved(resolved)
    return [tried(plan, test) for test in resolved.policy.tests]


def tried(plan: CompiledPolicy, test: PolicyTest) -> TestOutcome:
    try:
        case = of_test(test)
        differences = tuple(refusals(plan, case)) or tuple(compared(test.expect, evaluate(plan, case)))
    except CaseRefused as refused:
        differences = refused.faults
    return TestOutcome(test.name, not differences, differences)


def compared(expect: Expectation, sheet: EvaluationResult) -> Iterable[str]:
    why = "" if sheet.reason is None else f" ({sheet.reason})"
    if expect.status is not None and expect.status != sheet.status:
        yield f"status: expected {expect.status}, got {sheet.status}{why}"
    if expect.predicate is not None and expect.predicate != sheet.predicate:
        yield f"predicate: expected {expect.predicate}, got {sheet.predicate or 'none'}{why}"
    if expect.score is not None and not as_expected(expect.score, sheet.score):
        yield f"score: expected {expect.score:f}, got {_printed(sheet.score, sheet)}{why}"
    for name, wanted in expect.nodes.items():
        if name not in sheet.nodes:
            yield f"nodes/{name}: no such node or indicator - {suggestion(name, sheet.nodes)}"
        elif not as_expected(wanted, sheet.nodes[name]):
            said = "missing" if wanted is None else f"{wanted:f}"
            yield f"nodes/{name}: expected {said}, got {_printed(sheet.nodes[name], sheet)}"
    for name, level in expect.levels.items():
        if level != sheet.levels.get(name):
            yield f"levels/{name}: expected {level}, got {sheet.levels.get(name, 'none')}{why}"


def as_expected(wanted: Decimal | None, value: Micro | None) -> bool:
    """Whether a value is the number, or as missing as, a test wants it to be."""
    if wanted is None or value is None:
        return wanted is value
    try:
        return micro(wanted) == value
    except NotExact:
        return False


def _printed(value: Micro | None, sheet: EvaluationResult) -> str:
    return "missing" if value is None else printed(value, sheet.places)
