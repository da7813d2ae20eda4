"""Whether every number of a policy matters: each is moved over a made-up cohort, and something must change.

Too slow for every reading of a file (some tenths of a second a policy): it is asked before a policy is proposed.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias, cast

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.case import Case
from neraca.policy.check.intervals import intervals
from neraca.policy.compiled.compilation import CompiledPolicy, compile_policy
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.findings import Finding, finding, plain
from neraca.policy.interval import ANYWHERE, Interval
from neraca.policy.model import Bands, Cap, Items, Majority, Policy
from neraca.policy.numbers import text
from neraca.policy.source.inheritance import Resolved
from neraca.policy.testing.cases import of_test
from neraca.policy.testing.synthetic import people

# Small steps first, as most numbers show at once; larger ones get past caps, floors and rounding.
TRIES = (1, -1, 10, -10, 30, -30)
"""Steps by which a number is moved, until something changes."""

Outcome: TypeAlias = tuple[object, ...]


class Number(Struct, frozen=True):
    """A number of the policy; `step` is the least that anybody would change it by."""

    path: tuple[str | int, ...]
    value: Decimal
    step: Decimal

    @property
    def name(self) -> str:
        return "/" + "/".join("from" if part == "from_" else str(part) for part in self.path)


def sensitivity(resolved: Resolved) -> list[Finding]:
    """A warning for every number of the policy's own file that changes nothing for anybody, however it is moved."""
    policy = resolved.policy
    cohort = [*(of_test(test) for test in policy.tests), *people(policy)]
    base = _plan(resolved, policy)
    judged = _judged(policy)
    before = [_outcome(base, judged, case) for case in cohort]
    found: list[Finding] = []
    for number in numbers(policy):
        origin = resolved.origins.get(number.name)
        # What a parent says is told, and mended, in its own file.
        if origin is None or origin.file != resolved.file:
            continue
        if not _matters(resolved, number, judged, cohort, before):
            what = f"this number is dead: {plain(number.value)} can be moved and nothing changes for anybody"
            remedy = "take it away, or mend what keeps it from counting"
            found.append(finding(origin, number.name, what, remedy, "warning"))
    return found


def _matters(
    resolved: Resolved, number: Number, judged: Sequence[str], cohort: Sequence[Case], before: Sequence[Outcome]
) -> bool:
    for steps in TRIES:
        value = number.value + steps * number.step
        # Where nothing below 0 may be written, a policy with it proves nothing.
        if value < 0 <= number.value:
            continue
        plan = _plan(resolved, moved(resolved.policy, number.path, value))
        if any(_outcome(plan, judged, case) != was for case, was in zip(cohort, before, strict=True)):
            return True
    return False


def _plan(resolved: Resolved, policy: Policy) -> CompiledPolicy:
    # Without hashes: nobody keeps these plans.
    return compile_policy(policy, resolved.origins, "", "")


def _judged(policy: Policy) -> tuple[str, ...]:
    """The values that are printed as the result, or judged by bands."""
    names = [one.node for one in policy.classify.values() if isinstance(one, Bands)]
    return tuple(dict.fromkeys([*names, *([] if policy.score is None else [policy.score])]))


def _outcome(plan: CompiledPolicy, judged: Sequence[str], case: Case) -> Outcome:
    sheet = evaluate(plan, case)
    return (sheet.status, sheet.predicate, *sheet.levels.values(), *(sheet.nodes[name] for name in judged))


def moved(policy: Policy, path: Sequence[str | int], value: Decimal) -> Policy:
    """The policy with another number at this path."""
    return cast("Policy", _put(policy, path, value))


def _put(block: object, path: Sequence[str | int], value: Decimal) -> object:
    if not path:
        return int(value) if isinstance(block, int) else value
    key, rest = path[0], path[1:]
    if isinstance(block, Struct):
        return replace(block, **{str(key): _put(getattr(block, str(key)), rest, value)})
    if isinstance(block, dict):
        several = cast("dict[object, object]", block)
        return {**several, key: _put(several[key], rest, value)}
    return [_put(one, rest, value) if at == key else one for at, one in enumerate(cast("list[object]", block))]


def numbers(policy: Policy) -> Iterator[Number]:
    """Every weight, target, threshold and cap that may move a result."""
    one = Decimal(1)
    reach = intervals(policy)
    for name, panel in policy.panels.items():
        at = ("panels", name)
        if panel.trim_each_end:
            yield Number((*at, "trim_each_end"), Decimal(panel.trim_each_end), one)
        for group, rule in panel.raters.items():
            if len(panel.raters) > 1:
                yield Number((*at, "raters", group, "weight"), rule.weight, one)
            yield Number((*at, "raters", group, "min"), Decimal(rule.min), one)
        for table, rest in panel.when_missing.items():
            for group, weight in rest.weights.items() if len(rest.weights) > 1 else ():
                yield Number((*at, "when_missing", table, "weights", group), weight, one)
    for name, scale in policy.scales.items():
        for level, value in scale.levels.items() if _judges_items(policy, name) else ():
            yield Number(("scales", name, "levels", level), value, one)
    for name, indicator in policy.indicators.items():
        at = ("indicators", name)
        for tunable in indicator.measure.tunables():
            yield Number((*at, "measure", *tunable.path), tunable.value, tunable.step)
        yield from _cap((*at, "cap"), indicator.cap)
    for name, node in policy.nodes.items():
        at = ("nodes", name)
        if node.combine == "product" or (node.combine == "weighted_mean" and len(node.of) > 1):
            for child, weight in node.of.items():
                yield Number((*at, "of", child), weight, one)
        if node.min_weight_present:
            yield Number((*at, "min_weight_present"), node.min_weight_present, one)
        yield from _cap((*at, "clamp"), node.clamp)
    for name, classifier in [(name, one) for name, one in policy.classify.items() if isinstance(one, Bands)]:
        step = _hundredth(reach.get(classifier.node, ANYWHERE))
        for level, band in classifier.bands.items():
            if not isinstance(band.from_, str):
                yield Number(("classify", name, "bands", level, "from_"), band.from_, step)
            for index, condition in enumerate(band.requires):
                if condition.at_least is not None:
                    at = ("classify", name, "bands", level, "requires", index, "at_least")
                    yield Number(at, condition.at_least, one)
    for name, modifier in policy.modifiers.items():
        if modifier.when.at_least is not None:
            yield Number(("modifiers", name, "when", "at_least"), modifier.when.at_least, one)


def _judges_items(policy: Policy, scale: str) -> bool:
    measures = [indicator.measure for indicator in policy.indicators.values()]
    return any(isinstance(one, Items | Majority) and one.item == "level" and one.scale == scale for one in measures)


def _cap(at: tuple[str | int, ...], cap: Cap) -> Iterator[Number]:
    for key, value in (("min", cap.min), ("max", cap.max)):
        if value is not None:
            yield Number((*at, key), value, Decimal(1))


def _hundredth(span: Interval) -> Decimal:
    """Of what a value can go through: a step on a scale of 1 to 3 is not one of 0 to 120."""
    if span.low is None or span.high is None or span.high <= span.low:
        return Decimal(1)
    return max(Decimal(text((span.high - span.low) // 100)), Decimal("0.01"))
