"""What a policy must have for its purpose: a way to a predicate, or a score that is paid or credited."""

from collections.abc import Iterable

from neraca.domain.remuneration.told_facts import LEVEL
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, suggestion
from neraca.policy.model import Policy
from neraca.policy.source.binding import Maybe, Record, Slot, expected, shape_of
from neraca.policy.source.yaml_tree import Leaf

NEEDED = {
    "predicate": ("scales", "predicates", "classify", "outcome", "workflow"),
    "allowance": ("score",),
    "credit": ("score",),
    "candidacy": ("candidacy", "predicates", "classify", "outcome"),
}
"""Keys that the shape leaves open, because not every purpose has them."""


def lacks(subject: Subject) -> Iterable[Finding]:
    """Keys without which nothing else can be checked, told as the shape tells a missing key."""
    if "/purpose" in subject.broken:
        return
    purpose, slots = subject.policy.purpose, _slots()
    for key in NEEDED[purpose]:
        entry = subject.document.entries.get(key)
        if entry is not None and not (isinstance(entry.value, Leaf) and entry.value.value is None):
            continue
        shape = slots[key].shape
        wanted = expected(shape.shape if isinstance(shape, Maybe) else shape)
        yield subject.at("", f"missing key '{key}'", f"add it: {wanted}")


def _slots() -> dict[str, Slot]:
    policy = shape_of(Policy)
    assert isinstance(policy, Record)  # noqa: S101 - a block has keys
    return policy.slots


def nothing_works_on_a_predicate_that_is_not_given(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if policy.outcome is not None:
        return
    for key, there in (("modifiers", policy.modifiers), ("distribution", policy.distribution)):
        if there:
            what = f"{key} of a policy that gives no predicate (silent no-effect)"
            yield subject.at(f"/{key}", what, "take it away, or add 'classify' and 'outcome'")


def thresholds_are_of_levels_that_are_credited(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if not policy.thresholds or subject.broken_in("/thresholds", "/indicators/*/measure"):
        return
    if policy.purpose != "credit":
        what = f"thresholds of a policy for {policy.purpose} (silent no-effect)"
        yield subject.at("/thresholds", what, "take them away, or write purpose: credit")
        return
    reads = [read for one in policy.indicators.values() for read in one.measure.facts() if read.fact == LEVEL]
    levels = [word for read in reads for word in read.words]
    for level in policy.thresholds:
        if level not in levels:
            what = f"no points are given in level '{level}'"
            yield subject.at(f"/thresholds/{level}", what, suggestion(level, levels))


CHECKS: tuple[Check, ...] = (
    nothing_works_on_a_predicate_that_is_not_given,
    thresholds_are_of_levels_that_are_credited,
)
