"""`rated`: what a panel of raters says on a scale."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Micro
from neraca.policy.blocks import Cap, PolicyParts
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person, some_steps
from neraca.policy.compiled.panel import Panel
from neraca.policy.compiled.result import Input, Trace, Value
from neraca.policy.compiled.step import Source, shown
from neraca.policy.findings import plain
from neraca.policy.interval import ANYWHERE, Interval
from neraca.policy.localised_text import LocalisedText
from neraca.policy.numbers import micro

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


class Rated(Declaration, frozen=True, tag="rated"):
    """What the raters of a panel gave, on a scale.

    panel: who rates
    scale: on which scale the result is
    """

    panel: str
    scale: str

    def compile(self, scope: Scope) -> RatedStep:
        return RatedStep(scope.path, scope.indicator, scope.panel(self.panel, self.scale), scope.source)

    def facts(self) -> Iterator[FactRead]:
        yield from ()

    def interval(self, parts: PolicyParts) -> Interval:
        scale, panel = parts.scales.get(self.scale), parts.panels.get(self.panel)
        if scale is None or panel is None or scale.min >= scale.max:
            return ANYWHERE
        rules = {group.missing for group in panel.raters.values()}
        low, high = micro(scale.min), micro(scale.max)
        if "zero" in rules:
            low, high = min(low, 0), max(high, 0)
        return Interval(low, high, not rules & {"block", "zero"})

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        scale = parts.scales[self.scale]
        least, most = plain(scale.min), plain(scale.max)
        return LocalisedText(
            f"Dinilai oleh panel `{self.panel}` pada skala `{self.scale}` ({least} sampai {most}).",
            f"Rated by the panel `{self.panel}` on the scale `{self.scale}` ({least} to {most}).",
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        given: dict[str, list[Micro]] = {}
        panel = person.parts.panels[self.panel]
        for name, group in panel.raters.items():
            scale = person.parts.scales[group.scale or self.scale]
            most = max(group.max or group.min + 2 * panel.trim_each_end + 1, group.min)
            sizes = [group.min, most, group.min + 2 * panel.trim_each_end, group.min + 1]
            if group.missing != "block" and not person.complete:
                sizes.append(group.min - 1)
            size = min(person.pick([size * MICRO for size in sizes]) // MICRO, most)
            given[name] = [person.pick(some_steps(scale)) for _ in range(size)]
        person.ratings[indicator] = given

    def tunables(self) -> Iterator[Tunable]:
        yield from ()
