"""What a method is given to compile one indicator: the policy around it, and where that indicator is written."""

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.domain.rater_privacy import fewest_explained
from neraca.policy.blocks import PolicyParts
from neraca.policy.compiled.panel import Group, Panel, Range, WeightTable
from neraca.policy.compiled.step import Bounds, Places, Source
from neraca.policy.numbers import Divide, micro

FEW = 100  # a scale of 12,001 hundredths is not worth a set


class Scope(Struct, frozen=True):
    """`cap` is that of the indicator, `divide` rounds as the policy says."""

    parts: PolicyParts
    indicator: str
    cap: Bounds | None
    divide: Divide
    source: Source
    places: Places

    @property
    def path(self) -> str:
        return f"indicators/{self.indicator}"

    def levels(self, scale: str | None) -> dict[str, Micro]:
        return {} if scale is None else {k: micro(v) for k, v in self.parts.scales[scale].levels.items()}

    def range(self, scale: str) -> Range:
        found = self.parts.scales[scale]
        low, high, step = micro(found.min), micro(found.max), micro(found.step)
        few = frozenset(range(low, high + 1, step)) if (high - low) // step <= FEW else None
        return Range(scale, low, high, step, few)

    def panel(self, name: str, scale: str) -> Panel:
        panel = self.parts.panels[name]
        onto = self.range(scale)
        names = list(panel.raters)
        groups: list[Group] = []
        for group, rule in panel.raters.items():
            own = onto if rule.scale is None else self.range(rule.scale)
            target = rule.missing.removeprefix("reassign:") if rule.missing.startswith("reassign:") else None
            groups.append(
                Group(
                    name=group,
                    weight=micro(rule.weight),
                    least=rule.min if rule.below_min == "treat_as_missing" else 1,
                    quorum=rule.min,
                    floor=fewest_explained(rule.min, anonymous=rule.anonymous),
                    most=rule.max,
                    anonymous=rule.anonymous,
                    missing=rule.missing,
                    reassign=None if target is None else names.index(target),
                    scale=own,
                    onto=None if (own.low, own.high) == (onto.low, onto.high) else onto,
                    trim=panel.trim_each_end,
                    median=panel.aggregate == "median",
                    divide=self.divide,
                    source=self.places.source(f"panels/{name}/raters/{group}", self.source.ref),
                    whole=rule.all,
                )
            )
        tables = tuple(
            WeightTable(
                table,
                tuple(at for at, group in enumerate(names) if group in one.groups),
                tuple(micro(one.weights[group]) if group in one.weights else 0 for group in names),
            )
            for table, one in panel.when_missing.items()
        )
        place = self.places.source(f"panels/{name}", self.source.ref)
        return Panel(name, tuple(groups), self.divide, place, tables)
