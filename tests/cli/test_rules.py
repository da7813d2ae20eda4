"""`neraca rules`: who may what, as the code has it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "platform" / "RULES.md"


def test_the_page_is_what_the_code_says(neraca: Callable[..., Any]) -> None:
    assert PAGE.read_text() == neraca("rules").out
