"""Who rates, and what their ratings come to: groups, quorum, trimming, scale maps, and the weight of a silent group."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.policy.compiled.result import Block, Input, Trace, Value
from neraca.policy.compiled.step import Source, shown
from neraca.policy.numbers import Divide, text


class Range(Struct, frozen=True):
    """The values a scale allows; `few` are all of them where they are few, which is quicker to ask."""

    name: str
    low: Micro
    high: Micro
    step: Micro
    few: frozenset[Micro] | None

    def allows(self, value: Micro) -> bool:
        return self.low <= value <= self.high and not (value - self.low) % self.step

    def holds(self, values: Sequence[Micro]) -> bool:
        return self.few.issuperset(values) if self.few is not None else all(map(self.allows, values))

    def words(self) -> str:
        return f"scale {self.name} ({text(self.low)} to {text(self.high)} in steps of {text(self.step)})"


class Group(Struct, frozen=True):
    """One rater group. `least` ratings make it heard; below `floor` an anonymous group is never shown.

    `reassign` is the position of the group that takes this one's weight when it is missing. `onto` is the scale its
    mean is mapped to where the indicator's scale differs from its own. Of one that must be `whole` nothing is in a case
    before every one who is assigned has rated (rater_privacy).
    """

    name: str
    weight: Micro
    least: int
    quorum: int
    floor: int
    most: int | None
    anonymous: bool
    missing: str
    reassign: int | None
    scale: Range
    onto: Range | None
    trim: int
    median: bool
    divide: Divide
    source: Source
    whole: bool = False

    def value(self, ratings: Sequence[Micro], path: str) -> Value:
        n = len(ratings)
        scale = self.scale
        if not scale.holds(ratings):
            where = f"{path}/{self.name}"
            return Block(where, f"{where}: a rating is not on the {scale.words()}")
        # After the scale: a rating that can't be is told even of a group that is too small to be heard.
        if n < self.least:
            return None
        if self.median or (self.trim and n - 2 * self.trim >= self.quorum):
            kept = self.kept(ratings)
            n = len(kept)
            if self.median:
                half = n // 2
                mean = kept[half] if n % 2 else self.divide(kept[half - 1] + kept[half], 2)
            else:
                mean = self.divide(sum(kept), n)
        else:
            mean = ratings[0] if n == 1 else self.divide(sum(ratings), n)
        if (onto := self.onto) is None:
            return mean
        return onto.low + self.divide((mean - scale.low) * (onto.high - onto.low), scale.high - scale.low)

    def kept(self, ratings: Sequence[Micro]) -> Sequence[Micro]:
        ordered = sorted(ratings)
        k = self.trim
        return ordered[k : len(ordered) - k] if k and len(ordered) - 2 * k >= self.quorum else ordered

    def formula(self, n: int) -> str:
        words = "median" if self.median else "mean"
        if self.trim and n - 2 * self.trim >= self.quorum:
            words += f" without the {self.trim} lowest and {self.trim} highest"
        return words if self.onto is None else f"{words}, mapped from {self.scale.name} to {self.onto.name}"


class WeightTable(Struct, frozen=True):
    """The weights of all groups where exactly those at the positions `silent` are missing, which then weigh nothing."""

    name: str
    silent: tuple[int, ...]
    weights: tuple[Micro, ...]


class Panel(Struct, frozen=True):
    """`tables` come before what the missing groups say of themselves; but a group that blocks does so in any case."""

    name: str
    groups: tuple[Group, ...]
    divide: Divide
    source: Source
    tables: tuple[WeightTable, ...] = ()

    def value(self, path: str, ratings: Mapping[str, Sequence[Micro]], given: str, trace: Trace | None) -> Value:
        """`path` is the indicator's; `given` is where in the case these ratings are."""
        total = heard = 0
        silent = False
        for group in self.groups:
            x = group.value(ratings.get(group.name, ()), given)
            if x is None:
                silent = True
            elif isinstance(x, Block):
                if trace is not None:
                    self.record(path, ratings, given, trace, None, x)
                return x
            else:
                total += group.weight * x
                heard += group.weight
        outcome = self.divide(total, heard) if heard else None
        # Most panels hear every group: weights that move are looked at only where one is silent.
        if silent:
            outcome = self.without_silent(path, ratings, given)
        if trace is not None:
            self.record(path, ratings, given, trace, self.weights(ratings, given), outcome)
        return outcome

    def table(self, ratings: Mapping[str, Sequence[Micro]], given: str) -> WeightTable | None:
        """The one for the groups that are missing, where the policy has one."""
        if not self.tables:
            return None
        silent = tuple(
            i for i, group in enumerate(self.groups) if group.value(ratings.get(group.name, ()), given) is None
        )
        return next((one for one in self.tables if one.silent == silent), None)

    def weights(self, ratings: Mapping[str, Sequence[Micro]], given: str) -> list[Micro]:
        """By the table for the missing groups, else after the weight of every missing group that says `reassign` has
        moved to its target.
        """
        if (table := self.table(ratings, given)) is not None:
            return list(table.weights)
        weights = [g.weight for g in self.groups]
        for i, group in enumerate(self.groups):
            if group.reassign is not None and group.value(ratings.get(group.name, ()), given) is None:
                weights[group.reassign] += group.weight
                weights[i] -= group.weight
        return weights

    def without_silent(self, path: str, ratings: Mapping[str, Sequence[Micro]], given: str) -> Value:
        total = counted = 0
        by_table = self.table(ratings, given) is not None
        for group, weight in zip(self.groups, self.weights(ratings, given), strict=True):
            x = group.value(ratings.get(group.name, ()), given)
            if isinstance(x, int):
                total += weight * x
                counted += weight
            elif group.missing == "zero" and not by_table:
                counted += weight
            elif group.missing == "block":
                n = len(ratings.get(group.name, ()))
                return Block(
                    path, f"{path}: {n} of at least {group.least} ratings from {group.name} ({given}/{group.name})"
                )
        return self.divide(total, counted) if counted else None

    def record(
        self,
        path: str,
        ratings: Mapping[str, Sequence[Micro]],
        given: str,
        trace: Trace,
        weights: list[Micro] | None,
        outcome: Value,
    ) -> None:
        """Means and counts only: no rating of one person, and nothing of an anonymous group below its floor."""
        inputs: list[Input] = []
        table = None if weights is None else self.table(ratings, given)
        for i, group in enumerate(self.groups):
            where = f"{given}/{group.name}"
            n = len(ratings.get(group.name, ()))
            x = group.value(ratings.get(group.name, ()), given)
            shows = not group.anonymous or n >= group.floor
            value = shown(x) if isinstance(x, int) and shows else None
            note = (
                None if value else "not shown: too few raters" if isinstance(x, int) else self.absent(group, x, table)
            )
            count = (Input("n", str(n), where),)
            trace.append(group.source.step("group", f"{path}/{group.name}", group.formula(n), count, value, note=note))
            weight = None if weights is None else text(weights[i])
            moved = weights is not None and weights[i] != group.weight
            inputs.append(
                Input(group.name, value, where, weight, f"declared weight {text(group.weight)}" if moved else None)
            )
        trace.append(self.source.valued("panel", path, "weighted mean of groups", tuple(inputs), outcome))

    def absent(self, group: Group, x: Value, table: WeightTable | None) -> str:
        if isinstance(x, Block):
            return x.reason
        if group.whole:
            return f"{self._missing(group, table)}; it is heard when every one who is assigned has rated"
        return self._missing(group, table)

    def _missing(self, group: Group, table: WeightTable | None) -> str:
        if table is not None and group.missing != "block":
            return f"missing: the others weigh as in {table.name}"
        if group.reassign is not None:
            return f"missing: its weight moves to {self.groups[group.reassign].name}"
        return f"missing: {group.missing}"
