"""Scales make sense in themselves, and something measures by them."""

from collections.abc import Iterable
from decimal import Decimal

from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, meant, plain, suggestion
from neraca.policy.model import Items, Majority, Rated, Scale


def bounds_make_sense(subject: Subject) -> Iterable[Finding]:
    for name, scale in subject.policy.scales.items():
        path = f"/scales/{name}"
        if subject.broken_in(path):
            continue
        if scale.min >= scale.max:
            what = f"min {plain(scale.min)} is not below max {plain(scale.max)}"
            yield subject.value(f"{path}/min", what, "swap them, or widen the scale")
        elif scale.step <= 0:
            yield subject.value(f"{path}/step", f"step is {plain(scale.step)}", "write a step above 0")
        elif (scale.max - scale.min) % scale.step != 0:
            what = f"steps of {plain(scale.step)} from {plain(scale.min)} never reach {plain(scale.max)}"
            yield subject.value(f"{path}/step", what, "choose a step that divides the scale")


def levels_lie_on_the_scale(subject: Subject) -> Iterable[Finding]:
    for name, scale in subject.policy.scales.items():
        first: dict[Decimal, str] = {}
        for level, number in scale.levels.items():
            path = f"/scales/{name}/levels/{level}"
            if not on_scale(number, scale):
                yield subject.value(path, f"{plain(number)} is not on the scale", f"write {steps_of(scale)}")
            elif first.setdefault(number, level) != level:
                yield subject.value(
                    path, f"{plain(number)} is also '{first[number]}'", "give each level its own number"
                )
        for level in scale.labels:
            if level not in scale.levels:
                remedy = suggestion(level, scale.levels)
                yield subject.at(f"/scales/{name}/labels/{level}", f"unknown level '{level}'", remedy)


def on_scale(number: Decimal, scale: Scale) -> bool:
    """Whether a rating may have this value. Any may on a scale that makes no sense: that is found by itself."""
    if scale.min >= scale.max or scale.step <= 0 or (scale.max - scale.min) % scale.step != 0:
        return True
    return scale.min <= number <= scale.max and (number - scale.min) % scale.step == 0


def steps_of(scale: Scale) -> str:
    return f"{plain(scale.min)} to {plain(scale.max)} in steps of {plain(scale.step)}"


def something_uses_each(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if subject.broken_in("/indicators/*/measure", "/panels/*/raters/*/scale"):
        return
    named: list[str | None] = [group.scale for panel in policy.panels.values() for group in panel.raters.values()]
    for indicator in policy.indicators.values():
        if isinstance(indicator.measure, Rated | Items | Majority):
            named.append(indicator.measure.scale)
    used = {meant(name, policy.scales) for name in named if name is not None}
    for name in policy.scales:
        if name not in used:
            wrote = subject.wrote(f"/scales/{name}")
            yield subject.at(
                f"/scales/{name}",
                "scale is not used by any indicator or rater group (silent no-effect)",
                "name it where it is to be used, or take it away"
                + ("" if wrote else f" with remove: [/scales/{name}]"),
                severity="error" if wrote else "warning",
            )


CHECKS: tuple[Check, ...] = (bounds_make_sense, levels_lie_on_the_scale, something_uses_each)
