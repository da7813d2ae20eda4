"""The checker says the whole of what is wrong in a small policy, to the letter, and nothing of one just inside a bound.

Each file of `findings/` holds the cases of one module of the checks. A case changes a policy that has no finding by
replacing texts that stand in it once, and lists all that is then found.
"""

from pathlib import Path
from typing import NotRequired, TypedDict

import pytest
import yaml

from neraca.policy.findings import Finding
from neraca.policy.library import Library

FOLDER = Path(__file__).parent / "findings"


class Case(TypedDict):
    case: str
    edits: NotRequired[dict[str, str]]
    findings: list[str]


class Cases(TypedDict):
    policies: list[str]
    cases: list[Case]


def cases_of(file: Path) -> list[Cases]:
    return list(yaml.load_all(file.read_text(), yaml.CSafeLoader))


def changed(policies: dict[str, str], edits: dict[str, str]) -> dict[str, str]:
    """The policies with each text, which must stand in them once, replaced by another."""
    for old, new in edits.items():
        assert sum(text.count(old) for text in policies.values()) == 1, old
        policies = {name: text.replace(old, new) for name, text in policies.items()}
    return policies


def told(finding: Finding, *, alone: bool) -> str:
    where = f"{finding.line}:{finding.col} " if alone else f"{finding.file} {finding.line}:{finding.col} "
    law = f" [{finding.ref}]" if finding.ref else ""
    return f"{where}{finding.severity} {finding.path}: {finding.what} - {finding.remedy}{law}"


def findings(policies: list[str], case: Case) -> list[str]:
    texts = {name: (FOLDER / f"{name}.policy").read_text() for name in policies}
    found = Library.read(changed(texts, case.get("edits", {})))[1]
    return [told(finding, alone=len(policies) == 1) for finding in found]


CASES = {
    f"{file.stem}: {case['case']}": (group["policies"], case)
    for file in sorted(FOLDER.glob("*.yaml"))
    for group in cases_of(file)
    for case in group["cases"]
}


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_found_is_told(name: str) -> None:
    policies, case = CASES[name]

    assert findings(policies, case) == case["findings"]
