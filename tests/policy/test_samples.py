"""The tests inside the worked samples, unchanged. A file dropped into samples/ is taken up here and beside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from neraca.policy.compiled.compilation import CompiledPolicy, compile_resolved
from neraca.policy.library import Library
from neraca.policy.model import PolicyTest
from neraca.policy.testing import runner

SAMPLES = {path.name: path.read_text() for path in sorted((Path(__file__).parent / "samples").glob("*.yaml"))}


def inside() -> Iterator[object]:
    library, _ = Library.read(SAMPLES)
    for file in SAMPLES:
        resolved = library.by_file(file)
        plan = compile_resolved(resolved)
        for test in resolved.policy.tests:
            yield pytest.param(plan, test, id=f"{file.removesuffix('.yaml')}: {test.name}")


@pytest.mark.parametrize(("plan", "test"), list(inside()))
def test_a_draft_judges_its_own_cases_as_it_says(plan: CompiledPolicy, test: PolicyTest) -> None:
    assert runner.tried(plan, test).differences == ()


def test_every_draft_that_judges_somebody_has_tests() -> None:
    library, _ = Library.read(SAMPLES)
    policies = {file: library.by_file(file).policy for file in SAMPLES}

    assert [file for file, policy in policies.items() if not policy.abstract and not policy.tests] == []
