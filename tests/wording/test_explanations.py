"""What a score says of its steps is read in Indonesian too: every word of every case of policy/explanations.yaml."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from neraca.wording import explained

CASES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parents[1] / "policy" / "explanations.yaml").read_text())
_STEP = re.compile(
    r"(?P<kind>\w+) (?P<path>\S+): (?P<formula>.*?)(?: \[(?P<inputs>.*?)\])?"
    r"(?:(?: (?P<before>\S+))? -> (?P<value>\S+)(?: \((?P<note>.*)\))?)?"
)
_INPUT = re.compile(r" \(([^()]+(?:\([^()]*\))?[^()]*)\)$")


def said(step: str) -> set[str]:
    """The sentences of a step: formula or reason, notes of inputs, and its own."""
    found: Any = _STEP.fullmatch(step)
    assert found, step
    notes = {note[1] for part in (found["inputs"] or "").split("; ") if (note := _INPUT.search(part))}
    return {found["formula"], *notes, *filter(None, [found["note"]])}


WORDS = {
    "actual",
    "at",
    "but",
    "can't",
    "from",
    "highest",
    "is",
    "least",
    "mean",
    "most",
    "none",
    "of",
    "the",
    "without",
}
"""English that none of the policies' own names is."""


@pytest.mark.parametrize("case", CASES)
def test_nothing_of_it_stays_english(case: str) -> None:
    for text in {text for step in CASES[case] if ": " in step for text in said(step)}:
        told = explained(text)
        assert told.whole or _is_name(text), text
        assert WORDS.isdisjoint(re.findall(r"[a-z_']+", told.text.lower())), told.text


def _is_name(text: str) -> bool:
    """Levels and priorities are of the policy: «top, utama»."""
    return re.fullmatch(r"[a-z_]+(, [a-z_]+)*", text) is not None and WORDS.isdisjoint(text.split())
