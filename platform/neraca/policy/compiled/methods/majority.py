"""`majority`: a list of each employee's own planned results, each at a level; the level of most of them prevails."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from neraca.domain.case import Case, Item, Micro
from neraca.policy.blocks import Cap, PolicyParts
from neraca.policy.compiled.methods.items import level_number
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person
from neraca.policy.compiled.result import Block, Input, Trace, Value
from neraca.policy.compiled.step import Source
from neraca.policy.interval import Interval, hull
from neraca.policy.localised_text import LocalisedText
from neraca.policy.numbers import micro, text


class MajorityStep(Struct, frozen=True):
    """`levels` are the numbers of the words: the lowest is below, the highest above, the one between as expected.

    An item without its level leaves the whole list missing: without it nobody knows what most of them are.
    """

    path: str
    given: str
    levels: dict[str, Micro]
    least: int
    source: Source

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"items/{self.given}",)

    @property
    def ladder(self) -> tuple[Micro, Micro, Micro]:
        """The number of the lowest level, of that between, and of the highest. There must be levels."""
        numbers = sorted(self.levels.values())
        return numbers[0], numbers[len(numbers) // 2], numbers[-1]

    def measure(self, case: Case, trace: Trace | None) -> Value:
        items = case.items.get(self.given, ())
        values = [self.level(item, i) for i, item in enumerate(items)]
        value = self.judged(items, values)
        if trace is not None:
            self.record(items, values, value, trace)
        return value

    def level(self, item: Item, at: int) -> Value:
        return level_number(item, self.levels, f"items/{self.given}/{at}")

    def judged(self, items: Sequence[Item], values: Sequence[Value]) -> Value:
        if len(items) < self.least:
            return None
        known = [value for value in values if isinstance(value, int)]
        if len(known) < len(values):
            return next((value for value in values if isinstance(value, Block)), None)
        return self.prevailing(main_of(items, known), known)

    def prevailing(self, main: Sequence[Micro], every: Sequence[Micro]) -> Micro:
        """The level of most main results, or of most of all where no level has most main ones; never the highest while
        a main result is at the lowest.
        """
        return prevailing(main, every, self.ladder)

    def record(self, items: Sequence[Item], values: Sequence[Value], outcome: Value, trace: Trace) -> None:
        inputs = tuple(
            Input(
                f"{self.given}/{i}",
                text(value) if isinstance(value, int) else None,
                f"items/{self.given}/{i}",
                note=item.priority if item.level is None else f"{item.level}, {item.priority}",
            )
            for i, (item, value) in enumerate(zip(items, values, strict=True))
        )
        step = self.source.valued("measure", self.path, "majority: the level of most", inputs, outcome)
        if len(items) < self.least:
            step = replace(step, note=f"missing: {len(items)} of at least {self.least} items")
        elif isinstance(outcome, int):
            step = replace(step, note=self.why(items, [value for value in values if isinstance(value, int)]))
        trace.append(step)

    def why(self, items: Sequence[Item], every: Sequence[Micro]) -> str:
        """What decided, in numbers that a reader can count again."""
        main, lowest, highest = main_of(items, every), self.ladder[0], self.ladder[-1]
        words = {number: word for word, number in self.levels.items()}
        said: list[str] = []
        for what, group in (("main results", main), ("results", every)):
            found = most_of(group, self.ladder)
            if found is not None:
                said.append(f"{group.count(found)} of {len(group)} {what}: {words[found]}")
                if found == highest and lowest in main:
                    said.append(f"but {main.count(lowest)} of {len(main)} main results: {words[lowest]}")
                break
            if group:
                said.append(f"no level has most of {len(group)} {what}")
        return "; ".join(said)


def prevailing(main: Sequence[Micro], every: Sequence[Micro], ladder: tuple[Micro, Micro, Micro]) -> Micro:
    """The level of most of `main`, or of most of `every` where no level has most of those; the one between where
    there is none, and instead of the highest where one of `main` is at the lowest.
    """
    lowest, between, highest = ladder
    found = most_of(main, ladder)
    if found is None:
        found = most_of(every, ladder)
    return between if found is None or (found == highest and lowest in main) else found


def main_of(items: Sequence[Item], values: Sequence[Micro]) -> list[Micro]:
    return [value for item, value in zip(items, values, strict=True) if item.priority == "utama"]


def most_of(values: Sequence[Micro], ladder: tuple[Micro, Micro, Micro]) -> Micro | None:
    """The level that more than half of them are at; None where there is none, or where they are at no level at all."""
    return next((level for level in ladder if 2 * values.count(level) > len(values)), None)


class Majority(Declaration, frozen=True, tag="majority"):
    """Each person's own list of planned results: the level that most of them have, the main ones before the additional.

    source: which list: skp
    scale: whose three levels the items have
    min_items: with fewer the indicator is missing
    """

    source: str
    scale: str
    min_items: Annotated[int, Meta(ge=1)] = 1

    @property
    def item(self) -> Literal["level"]:
        return "level"

    @property
    def weights(self) -> Literal["equal"]:
        return "equal"

    def compile(self, scope: Scope) -> MajorityStep:
        return MajorityStep(scope.path, self.source, scope.levels(self.scale), self.min_items, scope.source)

    def facts(self) -> Iterator[FactRead]:
        yield from ()

    def interval(self, parts: PolicyParts) -> Interval:
        scale = parts.scales.get(self.scale)
        return hull([] if scale is None else [micro(level) for level in scale.levels.values()])

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        scale = parts.scales.get(self.scale)
        ladder = [] if scale is None else sorted(scale.levels, key=scale.levels.__getitem__)
        low, between, high = (ladder[0], ladder[len(ladder) // 2], ladder[-1]) if ladder else ("", "", "")
        return LocalisedText(
            f"Tingkat pada skala `{self.scale}` yang dimiliki lebih dari separuh hasil kerja utama pada daftar "
            f"`{self.source}` tiap pegawai; bila tidak ada, lebih dari separuh seluruh hasil kerja; bila tetap tidak "
            f"ada, `{between}`. Tidak pernah `{high}` selama ada hasil kerja utama yang `{low}`; tanpa bobot; "
            f"paling sedikit {self.min_items} butir.",
            f"The level on the scale `{self.scale}` that more than half of the main results on each person's list "
            f"`{self.source}` have; where there is none, more than half of all results; where there is none either, "
            f"`{between}`. Never `{high}` while a main result is `{low}`; without weights; "
            f"at least {self.min_items} of them.",
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        few = -1 if not person.complete and person.number % 4 == 0 else 0
        count = max(self.min_items + person.number % 3 + few, 0)
        levels = list(person.parts.scales[self.scale].levels)
        person.items.setdefault(
            self.source,
            [
                Item(level=person.pick(levels), priority="tambahan" if (at + person.number) % 4 == 3 else "utama")
                for at in range(count)
            ],
        )

    def tunables(self) -> Iterator[Tunable]:
        yield Tunable(("min_items",), Decimal(self.min_items))
