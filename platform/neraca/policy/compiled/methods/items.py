"""`items`: a list of each employee's own planned results or competencies, by ratio or by level."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from neraca.domain.case import MICRO, Case, Item, Micro
from neraca.policy.blocks import Cap, Id, PolicyParts, Strict
from neraca.policy.compiled.methods.inverse import linear
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable, tunable_cap
from neraca.policy.compiled.methods.ratio import ratio
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person, around, shares
from neraca.policy.compiled.result import Block, Input, Trace, Value
from neraca.policy.compiled.step import Bounds, Source, bounds, shown
from neraca.policy.findings import plain
from neraca.policy.interval import Interval, hull
from neraca.policy.localised_text import NOTHING, LocalisedText, bounded, listed
from neraca.policy.numbers import Divide, ceil, micro, text


class StandardStep(Struct, frozen=True):
    """A category of achievement: what is at `low` or above scores `score`, and where there is a line goes on along it,
    to `reach` at `until`.
    """

    name: str
    low: Micro
    score: Micro
    until: Micro
    reach: Micro

    def scored(self, achieved: Micro, divide: Divide) -> Micro:
        """Multiplied before it is divided, so that it is rounded once."""
        if self.until == self.low:
            return self.score
        return self.score + divide(
            (max(achieved, self.low) - self.low) * (self.reach - self.score), self.until - self.low
        )


MET = 100 * MICRO
"""What a target that is met exactly comes to, in percent."""


class ItemsStep(Struct, frozen=True):
    """`levels` are the numbers of the words of a level item; None for ratio items. `standards` are the categories of
    achievement from the highest down; without any, an achievement counts as it is.

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
    standards: tuple[StandardStep, ...] = ()

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
                # Goes on: a later item may block, which says more than that something is missing.
                lacks = True
            else:
                total += weight * value
                weights += weight
        return None if lacks or weights <= 0 else self.divide(total, weights)

    def judged(self, item: Item, at: int) -> Value:
        value = self.ratio(item, at) if self.levels is None else self.level(item, at)
        if self.standards and isinstance(value, int):
            value = self.standard(value).scored(value, self.divide)
        return self.cap.apply(value) if self.cap is not None and isinstance(value, int) else value

    def ratio(self, item: Item, at: int) -> Value:
        if item.actual is None or item.target is None:
            return None
        if item.target == 0 and item.polarity == "min":
            # Nothing was to happen, and either nothing did or the target was missed: there is no degree between.
            return MET if item.actual <= 0 else 0
        if item.target == 0:
            where = f"items/{self.given}/{at}"
            return Block(where, f"{where}: the target is 0, so nothing can be measured against it")
        achieved = ratio if item.polarity == "max" else linear
        return achieved(item.actual, item.target, self.divide)

    def standard(self, achieved: Micro) -> StandardStep:
        """The highest category that the achievement reaches; the lowest takes all the rest."""
        return next((one for one in self.standards if achieved >= one.low), self.standards[-1])

    def level(self, item: Item, at: int) -> Value:
        return level_number(item, self.levels or {}, f"items/{self.given}/{at}")

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
            if self.standards and isinstance(achieved := self.ratio(item, i), int):
                said = f"{said}: {text(achieved)} is {self.standard(achieved).name}"
            number = text(value) if isinstance(value, int) else None
            inputs.append(Input(f"{self.given}/{i}", number, f"items/{self.given}/{i}", shown(weight), said))
        formula = "items: weighted mean" if self.declared else "items: mean"
        step = self.source.valued("measure", self.path, formula, tuple(inputs), outcome)
        if len(items) < self.least:
            step = replace(step, note=f"missing: {len(items)} of at least {self.least} items")
        trace.append(step)


def level_number(item: Item, levels: Mapping[str, Micro], where: str) -> Value:
    """The number of an item's level; missing where it has none, and blocked where the scale knows no such word."""
    if item.level is None:
        return None
    if item.level not in levels:
        return Block(where, f"{where}: no level {item.level!r}; there are {', '.join(levels)}")
    return levels[item.level]


class Standard(Strict, frozen=True):
    """A category of achievement, and what it is worth.

    from: the lowest achievement of the category; min for the last one, counted from 0
    score: what that is worth
    to: an achievement above it, to which the score rises evenly
    to_score: what that is worth
    """

    from_: Decimal | Literal["min"] = field(name="from")
    score: Decimal
    to: Decimal | None = None
    to_score: Decimal | None = None

    @property
    def low(self) -> Micro:
        return 0 if self.from_ == "min" else micro(self.from_)

    def words(self) -> tuple[str, str]:
        """In Indonesian and in English."""
        low = self.from_ if isinstance(self.from_, str) else plain(self.from_)
        first, since = ("di bawah itu", "below that") if low == "min" else (f"mulai {low}", f"from {low}")
        if self.to is None or self.to_score is None:
            return f"{first} bernilai {plain(self.score)}", f"{since} is worth {plain(self.score)}"
        to, reach = plain(self.to), plain(self.to_score)
        return (
            f"{first} bernilai {plain(self.score)}, naik rata sampai {reach} pada {to}",
            f"{since} is worth {plain(self.score)}, rising evenly to {reach} at {to}",
        )

    def compile(self, name: str) -> StandardStep:
        score = micro(self.score)
        if self.to is None or self.to_score is None:
            return StandardStep(name, self.low, score, self.low, score)
        return StandardStep(name, self.low, score, micro(self.to), micro(self.to_score))


class Items(Declaration, frozen=True, tag="items"):
    """Each person's own list of planned results or competencies.

    source: which list: skp or kompetensi
    item: ratio: actual against target; level: a word of a scale
    item_cap: bounds of each item, before the mean
    scale: whose levels the items have, for item: level
    weights: declared: each item brings its weight
    min_items: with fewer the indicator is missing
    standards: for item: ratio, the categories of achievement from the highest down, and what each is worth
    """

    source: str
    item: Literal["ratio", "level"]
    item_cap: Cap = Cap()
    scale: str | None = None
    weights: Literal["equal", "declared"] = "equal"
    min_items: Annotated[int, Meta(ge=1)] = 1
    standards: dict[Id, Standard] = field(default_factory=dict[str, Standard])

    def compile(self, scope: Scope) -> ItemsStep:
        return ItemsStep(
            path=scope.path,
            given=self.source,
            levels=scope.levels(self.scale) if self.item == "level" else None,
            cap=bounds(self.item_cap),
            declared=self.weights == "declared",
            least=self.min_items,
            divide=scope.divide,
            source=scope.source,
            standards=self.compiled_standards() if self.item == "ratio" else (),
        )

    def compiled_standards(self) -> tuple[StandardStep, ...]:
        return tuple(one.compile(name) for name, one in self.standards.items())

    def facts(self) -> Iterator[FactRead]:
        yield from ()

    def interval(self, parts: PolicyParts) -> Interval:
        if self.item == "ratio" and self.standards:
            return standards_interval(self.compiled_standards()).within(bounds(self.item_cap))
        scale = parts.scales.get(self.scale or "")
        levels = [] if scale is None or self.item == "ratio" else [micro(level) for level in scale.levels.values()]
        return hull(levels).within(bounds(self.item_cap))

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        is_ratio, is_declared = self.item == "ratio", self.weights == "declared"
        said = LocalisedText(
            f"Rata-rata dari daftar `{self.source}` tiap pegawai, masing-masing "
            + (
                "realisasi dibagi target kali 100 "
                "(butir yang makin kecil makin baik: 2 dikurangi hasil bagi itu, kali 100)"
                if is_ratio
                else f"tingkatnya pada skala `{self.scale}`"
            )
            + (", berbobot seperti dalam rencana" if is_declared else ", sama bobotnya")
            + f"; paling sedikit {self.min_items} butir.",
            f"The mean of each person's list `{self.source}`, every item "
            + (
                "what was done divided by its target, times 100 "
                "(where less is better: 2 minus that quotient, times 100)"
                if is_ratio
                else f"its level on the scale `{self.scale}`"
            )
            + (", weighted as in the plan" if is_declared else ", all of equal weight")
            + f"; at least {self.min_items} of them.",
        )
        if is_ratio and self.standards:
            categories = [(name, *one.words()) for name, one in self.standards.items()]
            said += LocalisedText(
                "Capaian tiap butir dibaca menurut standar: "
                + listed(f"`{name}` {indonesian}" for name, indonesian, _ in categories)
                + ".",
                "What each item achieved is read by standards: "
                + listed(f"`{name}` {english}" for name, _, english in categories)
                + ".",
            )
        cap = bounded(self.item_cap)
        if cap == NOTHING:
            return said
        return said + LocalisedText(
            f"Tiap butir {cap.id[0].lower()}{cap.id[1:]}", f"Each item is {cap.en[0].lower()}{cap.en[1:]}"
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        few = -1 if not person.complete and person.number % 4 == 0 else 0
        count = max(self.min_items + person.number % 2 + few, 0)
        person.items.setdefault(self.source, [self._item(person, at) for at in range(count)])

    def _item(self, person: Person, at: int) -> Item:
        weight = (10 + 7 * (at + person.number) % 30) * MICRO if self.weights == "declared" else None
        if self.item == "level":
            return Item(level=person.pick(list(person.parts.scales[self.scale or ""].levels)), weight=weight)
        less = (at + person.number) % 5 == 4
        return Item(
            target=100 * MICRO,
            actual=person.pick(shares(self.item_cap) if not self.standards else self._near_standards()),
            weight=weight,
            polarity="min" if less else "max",
        )

    def _near_standards(self) -> list[Micro]:
        lows = [one.low for one in self.compiled_standards() if one.low]
        return [near for near in (*shares(self.item_cap), *around(lows)) if near >= 0]

    def tunables(self) -> Iterator[Tunable]:
        yield Tunable(("min_items",), Decimal(self.min_items))
        yield from tunable_cap("item_cap", self.item_cap)
        for name, one in self.standards.items():
            at = ("standards", name)
            if not isinstance(one.from_, str):
                yield Tunable((*at, "from_"), one.from_)
            yield Tunable((*at, "score"), one.score)
            if one.to is not None and one.to_score is not None:
                yield Tunable((*at, "to"), one.to)
                yield Tunable((*at, "to_score"), one.to_score)


def standards_interval(standards: tuple[StandardStep, ...]) -> Interval:
    """From the least score to the highest: a line goes on until the next category begins."""
    reached: list[Micro] = []
    above: Micro | None = None
    for one in standards:
        reached += [one.score, one.reach]
        if above is not None:
            reached.append(one.scored(above, ceil))
        above = one.low
    return hull(reached)
