"""A small city in which both worlds begin: its people, and a policy for each quarter in which they are rated."""

import re
from datetime import date
from typing import Any

from msgspec import Struct

from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass

COLLEAGUES = ("ani", "cici", "dedi", "fifi", "gita")
SUBORDINATES = 4
MOST = 4
"""Of a group, in the order in which they first rated: whoever comes after is not heard."""


class Rule(Struct, frozen=True):
    """What rules in a period, when one may rate in it, and when it is over. Of a group it hears `least` raters or none;
    where `sealed`, nobody reads before then what the superior gives either.
    """

    period: str
    begin: date
    first: date
    over: date
    assigned: bool = False
    sealed: bool = False
    median: bool = False
    least: int = 3

    def text(self, policy: str) -> str:
        heard = f'{{weight: 20, min: {self.least}, max: {MOST}, anonymous: true, missing: "reassign:atasan"}}'
        found = re.sub(r"rekan: \{weight: 40.*", f"rekan: {heard}\n      bawahan: {heard}", policy)
        # Nobody has a plan here, and everybody is to have a result.
        found = found.replace("min_items: 1}\n    missing: block", "min_items: 1}\n    missing: renormalise", 1)
        if self.median:
            found = found.replace("  sikap:\n    raters", "  sikap:\n    aggregate: median\n    raters", 1)
        if self.assigned:
            superior = "atasan: {from: superior}, " if self.sealed else ""
            groups = f"{{{superior}rekan: {{from: unit}}, bawahan: {{from: subordinates}}}}"
            sealed = "true" if self.sealed else "false"
            found = found.replace(
                "workflow:\n",
                f"workflow:\n  raters: {{opens: P14D, within: P14D, sealed: {sealed}, groups: {groups}}}\n",
                1,
            )
        return found


RULES = (
    Rule("2025-Q2", date(2025, 4, 1), date(2025, 6, 16), date(2025, 7, 15)),
    Rule("2025-Q3", date(2025, 7, 1), date(2025, 9, 16), date(2025, 10, 15), assigned=True, sealed=True),
    Rule("2025-Q4", date(2025, 10, 1), date(2025, 12, 17), date(2026, 1, 15), assigned=True, median=True, least=4),
)
"""Whom the last leaves out as too few, the first would hear: what is told of them shows by what it would make of it."""

SURVEYED = Rule("2026-Q1", date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 15))
"""What rules from then on, when citizens are asked."""

POINTS = ("poli", "ugd")
"""Where they are."""


def hired(who: str, supervisor: str) -> tuple[Any, ...]:
    since = date(2025, 1, 1)
    return (
        RegisterEmployee(
            employee=who,
            name=who,
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=PositionClass.FUNCTIONAL,
            since=since,
        ),
        AssignEmployee(employee=who, unit="dinkes", since=since, supervisor=supervisor),
    )
