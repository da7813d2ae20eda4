"""The facts of one appraisal, with what their fold remembers."""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

from neraca.domain.appraisal import events as appraisal
from neraca.domain.case import Case, Fact, Item, Sources
from neraca.domain.facts.kept import KeptMonth, KeptReport, KeptResult, KeptSanction, Rater
from neraca.domain.measured_facts import Measured
from neraca.domain.programme.member_facts import Programmes

Changed: TypeAlias = Iterable[str]
"""Case inputs that moved: `facts/<name>`, `ratings/<indicator>`, `items/<source>`, `surveys/<name>`."""

NOTHING: tuple[str, ...] = ()


class FactsState(Struct):
    """`case` is what a policy judges, `sources` the log positions of its values; the rest is the fold's memory.

    What is listed is in order of the log or of a key, never of a dict: a stored row comes back with another.
    `active_days` are the working days with an accepted report, from the first of the period; `off_days` the other days.
    `gone` is what was reported and judged of what was taken over, as it may be given back; told where there is any.
    `assigned` are those who are to rate, each with the group.
    `measured` are facts of the unit and what was told of the same; told where there are any.
    `programmes` is what programmes tell of the employee, which goes before all else; told where there is any.
    """

    starts: date
    ends: date
    case: Case = field(default_factory=Case)
    sources: Sources = field(default_factory=dict[str, list[int]])
    drafted: list[appraisal.PlannedResult] = []
    drafted_at: int = 0
    results: list[KeptResult] = []
    pending: dict[str, KeptReport] = field(default_factory=dict[str, KeptReport])
    raters: dict[str, Rater] = field(default_factory=dict[str, Rater])
    months: dict[str, KeptMonth] = field(default_factory=dict[str, KeptMonth])
    sanctions: list[KeptSanction] = []
    active_days: list[int] = []
    off_days: list[int] = []
    gone: list[KeptResult] | UnsetType = UNSET
    assigned: dict[str, str] | UnsetType = UNSET
    measured: Measured | UnsetType = UNSET
    programmes: Programmes | UnsetType = UNSET

    def fact(self, name: str, value: Fact, at: list[int]) -> str:
        path = f"facts/{name}"
        self.case.facts[name] = value
        self.sources[path] = at
        return path

    def told(self, name: str, value: Fact, at: list[int]) -> str:
        """Of the appraisal itself: what is measured of the unit goes before, and before that what a programme tells."""
        if self.measured and self.measured.hear(name, value, at):
            return f"facts/{name}"
        if self.programmes and self.programmes.shown.hear(name, value, at):
            return f"facts/{name}"
        return self.fact(name, value, at)

    def forgotten(self, name: str) -> bool:
        """Drops what was told of a fact that is kept aside, and returns whether it is."""
        if self.measured and self.measured.forget(name):
            return True
        return bool(self.programmes) and self.programmes.shown.forget(name)

    def put_items(self, source: str, items: list[tuple[Item, list[int]]]) -> str:
        """The whole list, which may have become shorter."""
        path = f"items/{source}"
        for place in range(len(items), len(self.case.items.get(source, ()))):
            del self.sources[f"{path}/{place}"]
        for place, (_, at) in enumerate(items):
            self.sources[f"{path}/{place}"] = at
        self.case.items[source] = [item for item, _ in items]
        return path
