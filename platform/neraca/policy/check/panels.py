"""Panels: who rates, with what weight, and what happens when too few do."""

from collections.abc import Iterable
from decimal import Decimal

from neraca.domain.rater_privacy import FEWEST, FLOORS, NAMED_GROUPS
from neraca.domain.vocabulary import RATER_GROUP
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, meant, plain, suggestion
from neraca.policy.model import Rated

HUNDRED = Decimal(100)


def weights_sum_to_100(subject: Subject) -> Iterable[Finding]:
    for name, panel in subject.policy.panels.items():
        yield from whole(subject, f"/panels/{name}/raters", [group.weight for group in panel.raters.values()])


def whole(subject: Subject, path: str, weights: Iterable[Decimal]) -> Iterable[Finding]:
    """A finding unless these percentages are exactly 100 together."""
    total = sum(weights, Decimal(0))
    what = f"weights sum to {plain(total)}, must be 100"
    if total < HUNDRED:
        yield subject.at(path, what, f"raise them by {plain(HUNDRED - total)}")
    elif total > HUNDRED:
        yield subject.at(path, what, f"lower them by {plain(total - HUNDRED)}")


def groups_weigh(subject: Subject) -> Iterable[Finding]:
    for name, panel in subject.policy.panels.items():
        if not panel.raters:
            yield subject.at(f"/panels/{name}/raters", "nobody rates", "name a rater group with its weight")
        for group_name, group in panel.raters.items():
            if group.weight == 0:
                path = f"/panels/{name}/raters/{group_name}/weight"
                yield subject.value(
                    path, "weight 0 counts for nothing", "write a weight above 0, or take the group away"
                )


def somebody_belongs_to_each_group(subject: Subject) -> Iterable[Finding]:
    """The ledger files a rating under the relation of the rater; a group of another name stays empty for ever."""
    for name, panel in subject.policy.panels.items():
        for group in panel.raters:
            if group not in RATER_GROUP.values():
                what, remedy = f"no rater is ever '{group}'", suggestion(group, RATER_GROUP.values())
                yield subject.at(f"/panels/{name}/raters/{group}", what, remedy, severity="warning")


def sizes_make_sense(subject: Subject) -> Iterable[Finding]:
    for name, panel in subject.policy.panels.items():
        for group_name, group in panel.raters.items():
            path = f"/panels/{name}/raters/{group_name}"
            if group.max is not None and group.max < group.min:
                what = f"max {group.max} is below min {group.min}"
                yield subject.value(f"{path}/max", what, "write a larger max or a smaller min")


def scales_exist(subject: Subject) -> Iterable[Finding]:
    for name, panel in subject.policy.panels.items():
        for group_name, group in panel.raters.items():
            if group.scale is not None:
                path = f"/panels/{name}/raters/{group_name}/scale"
                yield from subject.unknown(path, "scale", group.scale, subject.policy.scales)


def weight_goes_to_a_group_that_keeps_it(subject: Subject) -> Iterable[Finding]:
    for name, panel in subject.policy.panels.items():
        for group_name, group in panel.raters.items():
            path = f"/panels/{name}/raters/{group_name}/missing"
            rule, _, target = group.missing.partition(":")
            if rule != "reassign":
                continue
            others = [other for other in panel.raters if other != group_name]
            if target == group_name:
                yield subject.value(path, "reassigns its weight to itself", f"name another: {', '.join(others)}")
            elif target not in panel.raters:
                yield subject.value(path, f"unknown rater group '{target}'", suggestion(target, others))
            elif panel.raters[target].missing.startswith("reassign:"):
                what = f"'{target}' reassigns its own weight, so it cannot take this one"
                yield subject.value(path, what, "name a group that blocks, counts as zero or renormalises")


def tables_say_what_the_others_weigh(subject: Subject) -> Iterable[Finding]:
    """A table names groups that may be missing, and gives all others their weights."""
    for name, panel in subject.policy.panels.items():
        first: dict[frozenset[str], str] = {}
        for table, one in panel.when_missing.items():
            path = f"/panels/{name}/when_missing/{table}"
            for index, group in enumerate(one.groups):
                at = f"{path}/groups/{index}"
                if group not in panel.raters:
                    yield subject.value(at, f"unknown rater group '{group}'", suggestion(group, panel.raters))
                elif panel.raters[group].missing == "block":
                    what = f"without '{group}' the result is blocked anyway (no effect)"
                    yield subject.value(at, what, "take the table away, or let the group's 'missing' be another")
            others = [group for group in panel.raters if group not in one.groups]
            if not one.groups or not others:
                what = "names no group" if not one.groups else "names every group, and nobody is left"
                yield subject.at(f"{path}/groups", what, "name those that are missing, and only some")
                continue
            if one.weights.keys() != set(others):
                what = f"weighs {', '.join(one.weights) or 'nobody'}, and {', '.join(others)} are left"
                yield subject.at(f"{path}/weights", what, f"write a weight for each of {', '.join(others)}")
            else:
                yield from whole(subject, f"{path}/weights", one.weights.values())
            if (before := first.setdefault(frozenset(one.groups), table)) != table:
                what = f"'{before}' is for the same groups"
                yield subject.at(f"{path}/groups", what, "keep one of the two")


def trimming_can_happen(subject: Subject) -> Iterable[Finding]:
    for name, panel in subject.policy.panels.items():
        trim = panel.trim_each_end
        if trim and not any(group.max is None or group.max - 2 * trim >= group.min for group in panel.raters.values()):
            what = f"trimming {trim} at each end never leaves a group its min (no effect)"
            yield subject.value(f"/panels/{name}/trim_each_end", what, "raise a group's max, or write 0")


def raters_stay_hidden(subject: Subject) -> Iterable[Finding]:
    """A policy that gives raters away is not put in force. Groups below their floor count in no result anyway."""
    for name, panel in subject.policy.panels.items():
        for group_name, group in panel.raters.items():
            path, floor = f"/panels/{name}/raters/{group_name}", FLOORS.get(group_name)
            if group.anonymous and group_name in NAMED_GROUPS:
                what = f"everybody knows who '{group_name}' is (no effect)"
                yield subject.value(f"{path}/anonymous", what, "take it away", severity="warning")
                continue
            if floor is not None and group.min < floor:
                what = f"{group.min} raters are too few to stay anonymous"
                yield subject.value(f"{path}/min", what, f"write min: {floor} or more", severity="unfit")
            elif group.anonymous and group.min < FEWEST:  # no floor is below it
                what = f"{group.min} of an anonymous group are not anonymous"
                yield subject.value(f"{path}/min", what, f"write min: {FEWEST} or more", severity="unfit")
            if floor is not None and not group.anonymous:
                what = f"'{group_name}' is anonymous, whatever is written here"
                yield subject.at(path, what, "write anonymous: true", severity="warning")
            if (group.anonymous or floor is not None) and group.below_min == "use_anyway":
                what = "using too few raters anyway gives them away"
                yield subject.value(f"{path}/below_min", what, "write treat_as_missing", severity="unfit")


def some_indicator_uses_each(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if subject.broken_in("/indicators/*/measure"):
        return
    used = {
        meant(one.measure.panel, policy.panels) for one in policy.indicators.values() if isinstance(one.measure, Rated)
    }
    for name in policy.panels:
        if name not in used:
            wrote = subject.wrote(f"/panels/{name}")
            yield subject.at(
                f"/panels/{name}",
                "panel is not used by any indicator (silent no-effect)",
                "name it in a rated indicator, or take it away" + ("" if wrote else f" with remove: [/panels/{name}]"),
                severity="error" if wrote else "warning",
            )


CHECKS: tuple[Check, ...] = (
    weights_sum_to_100,
    groups_weigh,
    somebody_belongs_to_each_group,
    sizes_make_sense,
    scales_exist,
    weight_goes_to_a_group_that_keeps_it,
    tables_say_what_the_others_weigh,
    trimming_can_happen,
    raters_stay_hidden,
    some_indicator_uses_each,
)
