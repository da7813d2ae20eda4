"""The numbers a measure takes from a case: by the name of a fact, or written in the policy."""

from decimal import Decimal
from typing import TypeAlias

from neraca.domain.case import Case, Micro
from neraca.policy.compiled.result import Block, Input, Value
from neraca.policy.numbers import micro, text

Number: TypeAlias = str | Micro
"""A fact's name, or the number itself."""


def number(written: str | Decimal) -> Number:
    return micro(written) if isinstance(written, Decimal) else written


def facts(*numbers: Number) -> tuple[str, ...]:
    return tuple(f"facts/{n}" for n in numbers if isinstance(n, str))


def fact(case: Case, name: str) -> Value:
    value = case.facts.get(name)
    if value is None or type(value) is int:
        return value
    return Block(f"facts/{name}", f"facts/{name}: {value!r} is not a number")


def taken(case: Case, given: Number) -> Value:
    return given if isinstance(given, int) else fact(case, given)


def shown_input(case: Case, name: str, given: Number) -> Input:
    """As the trace shows it: `name` is the measure's own word, such as `actual`."""
    value = taken(case, given)
    return Input(
        name, text(value) if isinstance(value, int) else None, f"facts/{given}" if isinstance(given, str) else None
    )


def no_target(path: str, where: str) -> Block:
    return Block(path, f"{path}: the target {where} is 0, so nothing can be measured against it")
