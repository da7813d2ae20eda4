"""`rated`: what a panel of raters says on a scale."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from neraca.domain.case import Case
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.panel import Panel
from neraca.policy.compiled.result import Input, Trace, Value
from neraca.policy.compiled.step import Source, shown
from neraca.policy.model import Rated

EVERY = "*"
NONE: Mapping[str, Sequence[int]] = {}


class RatedStep(Struct, frozen=True):
    """An indicator named in a case's ratings speaks for itself, even when it holds none; `*` serves the unnamed."""

    path: str
    indicator: str
    panel: Panel
    source: Source

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"ratings/{self.indicator}", f"ratings/{EVERY}")

    def measure(self, case: Case, trace: Trace | None) -> Value:
        given = self.indicator
        ratings = case.ratings.get(given)
        if ratings is None:
            given = EVERY
            ratings = case.ratings.get(EVERY, NONE)
        value = self.panel.value(self.path, ratings, f"ratings/{given}", trace)
        if trace is not None:
            inputs = (Input(self.panel.name, shown(value) if isinstance(value, int) else None),)
            trace.append(self.source.valued("measure", self.path, "rated: the panel's value", inputs, value))
        return value


def compile_rated(measure: Rated, scope: Scope) -> RatedStep:
    return RatedStep(scope.path, scope.indicator, scope.panel(measure.panel, measure.scale), scope.source)
