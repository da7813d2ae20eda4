"""For each way to measure, every place that must know it: whoever adds one learns here where, and forgets none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from neraca.domain.case import Case
from neraca.policy.check.intervals import intervals
from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.compiled.methods import METHODS
from neraca.policy.compiled.methods.method import MeasureMethod
from neraca.policy.compiled.rulebook import rulebook
from neraca.policy.docs import descriptions
from neraca.policy.engine.vectorised.measures import KERNELS
from neraca.policy.library import Library
from neraca.policy.localised_text import NOTHING
from neraca.policy.source.inheritance import Resolved
from neraca.policy.testing.sensitivity import numbers
from neraca.policy.testing.synthetic import people

ROOT = Path(__file__).parents[2]
QUESTIONS = sorted(name for name in vars(MeasureMethod) if not name.startswith("_"))
SCHEMAS = [json.loads(file.read_text()) for file in sorted((ROOT / "policies/schema").glob("*.json"))]


class Use(Struct, frozen=True):
    """An indicator that is measured so, in one of our policies or of the samples."""

    resolved: Resolved
    plan: CompiledPolicy
    cases: tuple[Case, ...]
    name: str

    @property
    def measure(self) -> Any:
        return self.resolved.policy.indicators[self.name].measure

    @property
    def step(self) -> Any:
        return next(step for step in self.plan.indicators if step.name == self.name).measuring


@pytest.fixture(scope="module")
def uses() -> list[Use]:
    folders = (ROOT / "policies", Path(__file__).parent / "samples")
    files = [file for folder in folders for file in sorted(folder.rglob("*.yaml"))]
    library, _ = Library.read({str(file): file.read_text("utf-8") for file in files})
    sound = [library.get(id_, version) for id_ in library.ids() for version in library.versions(id_)]
    return [use for resolved in sound if not resolved.policy.abstract for use in _uses(resolved)]


def _uses(resolved: Resolved) -> list[Use]:
    plan, cases = compile_resolved(resolved), tuple(people(resolved.policy))
    return [Use(resolved, plan, cases, step.name) for step in plan.indicators]


def _facts_agree(use: Use) -> bool:
    """What the declaration says it reads is what the compiled step reads."""
    return {f"facts/{read.fact}" for read in use.measure.facts()} == {
        path for path in use.step.reads if path.startswith("facts/")
    }


def _ruled(use: Use) -> bool:
    """The commands know what each fact must be, and its words."""
    rules = rulebook(use.plan, use.resolved.policy).kinds
    return all(set(read.words) <= set(rules[read.fact].words) for read in use.measure.facts())


def _invented(use: Use) -> bool:
    """Made-up people have what it reads, and some get a value."""
    return any(isinstance(use.step.measure(case, None), int) for case in use.cases)


def _held(use: Use) -> bool:
    """No made-up person gets a value outside of its interval."""
    span = use.measure.interval(use.resolved.policy)
    values = [value for case in use.cases if isinstance(value := use.step.measure(case, None), int)]
    return all((span.low is None or span.low <= x) and (span.high is None or x <= span.high) for x in values)


def _tunable(use: Use) -> bool:
    """What it says may be moved is asked of the sensitivity."""
    asked = {number.path for number in numbers(use.resolved.policy)}
    return all(("indicators", use.name, "measure", *number.path) in asked for number in use.measure.tunables())


BY_TYPE: dict[str, Callable[[Any], bool]] = {
    "a module of its own, named like it": lambda kind: (
        kind.__module__ == f"neraca.policy.compiled.methods.{kind.__struct_config__.tag}"
    ),
    "every question answered by itself": lambda kind: all(name in vars(kind) for name in QUESTIONS),
    "the schemas of the editors": lambda kind: all(
        f'"{kind.__struct_config__.tag}"' in json.dumps(schema) for schema in SCHEMAS
    ),
}
BY_USE: dict[str, Callable[[Use], bool]] = {
    "a kernel over columns": lambda use: type(use.step) in KERNELS,
    "a proof that its kernel is safe": lambda use: KERNELS[type(use.step)].proof(use.step)[0].path == use.step.path,
    "its facts": _facts_agree,
    "the rules of its facts": _ruled,
    "its interval": lambda use: use.name in intervals(use.resolved.policy),
    "an interval that holds its values": _held,
    "its sentence": lambda use: (
        descriptions.indicator(use.resolved.policy, use.resolved.policy.indicators[use.name]) not in (NOTHING,)
        and use.measure.sentence(use.resolved.policy) != NOTHING
    ),
    "made-up inputs": _invented,
    "the sensitivity of its numbers": _tunable,
}


@pytest.mark.parametrize("place", BY_TYPE)
def test_every_method_has(place: str) -> None:
    assert [kind.__name__ for kind in METHODS if not BY_TYPE[place](kind)] == []


def test_every_method_is_used_by_a_policy_with_tests(uses: list[Use]) -> None:
    used = {type(use.measure) for use in uses if use.resolved.policy.tests}

    assert [kind.__name__ for kind in METHODS if kind not in used] == []


@pytest.mark.parametrize("place", BY_USE)
def test_wherever_it_is_used_it_has(place: str, uses: list[Use]) -> None:
    assert [f"{use.plan.id}: {use.name}" for use in uses if not BY_USE[place](use)] == []


def test_no_kernel_is_left_without_its_method(uses: list[Use]) -> None:
    assert KERNELS.keys() == {type(use.step) for use in uses}
