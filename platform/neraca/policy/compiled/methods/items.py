"""`items`: a list of each employee's own planned results or competencies, by ratio or by level."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Item, Micro
from neraca.policy.compiled.methods.inverse import linear
from neraca.policy.compiled.methods.ratio import ratio
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.result import Block, Input, Trace, Value
from neraca.policy.compiled.step import Bounds, Source, bounds, shown
from neraca.policy.model import Items
from neraca.policy.numbers import Divide, text


class ItemsStep(Struct, frozen=True):
    """`levels` are the numbers of the words of a level item; None for ratio items.

    An item that lacks its actual, level or declared weight leaves the whole list missing: skipping it would let a
    person drop the result that went badly.
    """

    path: str
    given: str
    levels: dict[str, Micro] | None
    cap: Bounds | None
    declared: bool
    least: int
    divide: Divide
    source: Source

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"items/{self.given}",)

    def measure(self, case: Case, trace: Trace | None) -> Value:
        items = case.items.get(self.given, ())
        value = self.mean(items) if len(items) >= self.least else None
        if trace is not None:
            self.record(items, value, trace)
        return value

    def mean(self, items: Sequence[Item]) -> Value:
        total = weights = 0
        lacks = False
        for i, item in enumerate(items):
            value = self.judged(item, i)
            weight = item.weight if self.declared else MICRO
            if isinstance(value, Block):
                return value
            if value is None or weight is None:
                lacks = True
            else:
                total += weight * value
                weights += weight
        return None if lacks or weights <= 0 else self.divide(total, weights)

    def judged(self, item: Item, at: int) -> Value:
        value = self.ratio(item, at) if self.levels is None else self.level(item, at)
        return self.cap.apply(value) if self.cap is not None and isinstance(value, int) else value

    def ratio(self, item: Item, at: int) -> Value:
        if item.actual is None or item.target is None:
            return None
        if item.target == 0:
            where = f"items/{self.given}/{at}"
            return Block(where, f"{where}: the target is 0, so nothing can be measured against it")
        achieved = ratio if item.polarity == "max" else linear
        return achieved(item.actual, item.target, self.divide)

    def level(self, item: Item, at: int) -> Value:
        if item.level is None:
            return None
        if self.levels is None or item.level not in self.levels:
            where = f"items/{self.given}/{at}"
            return Block(where, f"{where}: no level {item.level!r}; there are {', '.join(self.levels or ())}")
        return self.levels[item.level]

    def record(self, items: Sequence[Item], outcome: Value, trace: Trace) -> None:
        inputs: list[Input] = []
        for i, item in enumerate(items):
            value = self.judged(item, i)
            weight = item.weight if self.declared else MICRO
            said = (
                item.level if self.levels is not None else f"actual {shown(item.actual)}, target {shown(item.target)}"
            )
            if self.levels is None and item.polarity == "min":
                said = f"{said}, less is better"
            number = text(value) if isinstance(value, int) else None
            inputs.append(Input(f"{self.given}/{i}", number, f"items/{self.given}/{i}", shown(weight), said))
        formula = "items: weighted mean" if self.declared else "items: mean"
        step = self.source.valued("measure", self.path, formula, tuple(inputs), outcome)
        if len(items) < self.least:
            step = replace(step, note=f"missing: {len(items)} of at least {self.least} items")
        trace.append(step)


def compile_items(measure: Items, scope: Scope) -> ItemsStep:
    return ItemsStep(
        path=scope.path,
        given=measure.source,
        levels=scope.levels(measure.scale) if measure.item == "level" else None,
        cap=bounds(measure.item_cap),
        declared=measure.weights == "declared",
        least=measure.min_items,
        divide=scope.divide,
        source=scope.source,
    )
