"""What a parent demands of all that extend it: locks, constraints, and a parent in force as long as the child is."""

import re
from collections.abc import Iterable
from decimal import Decimal

from neraca.policy.check.panels import HUNDRED
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, Origin, finding, plain, suggestion
from neraca.policy.model import Constraint, Lock, PanelHas
from neraca.policy.source.yaml_tree import Tree, find, say_the_same, value_of

_GROUP_WEIGHT = re.compile(r"/panels/(?P<panel>[^/]+)/raters/(?P<group>[^/]+)/weight")


def locks_hold(subject: Subject) -> Iterable[Finding]:
    parent = subject.parent
    if parent is None:
        return
    for index, lock in enumerate(parent.policy.locks):
        if parent.follows_from_broken(f"/locks/{index}") or _impossible(lock):
            continue
        for path in (lock.path, *_weights_without(subject, lock.path)):
            above, below = find(parent.document, path), find(subject.document, path)
            if say_the_same(above, below):
                continue
            if (trouble := _breach(lock, below)) is not None and not _own_deviation(subject, lock):
                by = f"is locked by a parent policy ({lock.ref or parent.policy.id})"
                place, cause = _change(subject, path), parent.origin(f"/locks/{index}")
                what, remedy = f"'{path}' {by}: {trouble[0]}", trouble[1]
                if lock.deviation == "marked":
                    remedy += f", or mark it as your own: {_beside(lock)} with a reference of status illustrative"
                yield finding(place, path, what, f"{remedy} (lock at {cause})", ref=lock.ref)


def _weights_without(subject: Subject, locked: str) -> Iterable[str]:
    """Where else the locked weight of a rater group is written: what it weighs when others are missing."""
    found = _GROUP_WEIGHT.fullmatch(locked)
    panel = subject.policy.panels.get(found["panel"]) if found is not None else None
    if found is None or panel is None:
        return
    for table, one in panel.when_missing.items():
        if found["group"] in one.weights:
            yield f"/panels/{found['panel']}/when_missing/{table}/weights/{found['group']}"


def _beside(lock: Lock) -> str:
    return f"{lock.path.rpartition('/')[0]}/ref"


def _own_deviation(subject: Subject, lock: Lock) -> bool:
    """Whether the lock lets another value through, and the policy says beside it that the rule is none of the law."""
    marked = find(subject.document, _beside(lock)) if lock.deviation == "marked" else None
    reference = None if marked is None else subject.policy.references.get(str(value_of(marked)))
    return reference is not None and reference.status == "illustrative"


def _impossible(lock: Lock) -> bool:
    return lock.rule == "range" and lock.min is not None and lock.max is not None and lock.min > lock.max


def _breach(lock: Lock, after: Tree | None) -> tuple[str, str] | None:
    """What the change breaks and what to do; None if the lock allows it."""
    if lock.rule == "final":
        return ("removed" if after is None else "changed"), "leave it as the parent has it"
    if after is None:
        return "removed", "leave it in"
    value = value_of(after)
    if lock.rule == "one_of":
        # To Python true is 1 and false is 0.
        if isinstance(value, bool) in {isinstance(allowed, bool) for allowed in lock.values if allowed == value}:
            return None
        return f"found {_say(value)}", f"write one of: {', '.join(map(_say, lock.values))}"
    number = value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if number is not None and (lock.min is None or number >= lock.min) and (lock.max is None or number <= lock.max):
        return None
    least = "" if lock.min is None else f" from {plain(lock.min)}"
    most = "" if lock.max is None else f" to {plain(lock.max)}"
    return f"found {_say(value)}", f"write a number{least}{most}"


def constraints_stay(subject: Subject) -> Iterable[Finding]:
    """Nobody below may rewrite a coupling that the law makes."""
    parent = subject.parent
    if parent is None:
        return
    for name, constraint in parent.policy.constraints.items():
        path = f"/constraints/{name}"
        if subject.policy.constraints.get(name) != constraint and not parent.follows_from_broken(path):
            what = f"constraint '{name}' of a parent policy ({constraint.ref or parent.policy.id}) is changed"
            place = _change(subject, path)
            yield finding(place, path, what, "leave it as the parent has it", ref=constraint.ref)


def constraints_hold(subject: Subject) -> Iterable[Finding]:
    parent = subject.parent
    inherited = parent.policy.constraints if parent is not None else {}
    # What a parent breaks is told of the parent, and not of all its children.
    above = {(one.path, one.what) for one in constraints_hold(parent)} if parent is not None else set[tuple[str, str]]()
    for name, constraint in (subject.policy.constraints | inherited).items():
        path = f"/constraints/{name}"
        if subject.follows_from_broken(path) or (parent is not None and parent.follows_from_broken(path)):
            continue
        if all(
            _is_so(subject, test) is wanted
            for test, wanted in ((constraint.when, True), (constraint.unless, False))
            if test
        ):
            yield from (one for one in _weights(subject, name, constraint) if (one.path, one.what) not in above)


def _is_so(subject: Subject, test: PanelHas) -> bool:
    panel = subject.policy.panels.get(test.panel)
    return panel is not None and any(group in panel.raters for group in test.has_any)


def _weights(subject: Subject, name: str, constraint: Constraint) -> Iterable[Finding]:
    for node, wanted in constraint.weights.items():
        found = subject.policy.nodes.get(node)
        path = f"/nodes/{node}/of"
        if found is not None and dict(found.of) != wanted:
            what = f"constraint '{name}': weights must be {_pairs(wanted)}, found {_pairs(found.of)}"
            tests = [test for test in (constraint.when, constraint.unless) if test is not None]
            place = _culprit(subject, [path, *(f"/panels/{test.panel}" for test in tests)])
            why = " or ".join(dict.fromkeys(f"the rater groups of panel '{test.panel}'" for test in tests))
            remedy = "write these weights" + (f", or change {why}" if why else "")
            yield finding(place, path, what, remedy, ref=constraint.ref)


def constraints_name_what_is_there(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    above = subject.parent.policy.constraints if subject.parent is not None else {}
    for name, constraint in policy.constraints.items():
        path = f"/constraints/{name}"
        for key, test in (("when", constraint.when), ("unless", constraint.unless)):
            if test is not None:
                yield from subject.unknown(f"{path}/{key}/panel", "panel", test.panel, policy.panels)
            if test is not None and not test.has_any:
                yield subject.at(f"{path}/{key}/has_any", "no rater groups: never so", "name at least one")
        for node, weights in constraint.weights.items():
            where = f"{path}/weights/{node}"
            if node not in policy.nodes:
                yield subject.at(where, f"unknown node '{node}'", suggestion(node, policy.nodes))
            elif (
                name not in above and policy.nodes[node].combine == "weighted_mean" and sum(weights.values()) != HUNDRED
            ):
                what = f"demands weights that sum to {plain(sum(weights.values()))}, which no node can have"
                yield subject.at(where, what, "write percentages that sum to 100")


def locks_make_sense(subject: Subject) -> Iterable[Finding]:
    for index, lock in enumerate(subject.policy.locks):
        path = f"/locks/{index}"
        if not subject.wrote(path):
            continue
        if find(subject.document, lock.path) is None:
            what = f"there is no '{lock.path}' to lock here"
            known = [known for known in subject.origins if known.count("/") == lock.path.count("/")]
            yield subject.value(f"{path}/path", what, suggestion(lock.path, known, most=3), severity="warning")
        yield from _own_value_fits(subject, path, lock)
        for other in subject.policy.locks[:index]:
            if (other.path, other.rule) == (lock.path, lock.rule):
                yield subject.value(f"{path}/path", f"'{lock.path}' is locked twice", "keep one of the two")
        for key, given in (("values", bool(lock.values)), ("min", lock.min is not None), ("max", lock.max is not None)):
            if given and (lock.rule != "range" if key != "values" else lock.rule != "one_of"):
                yield subject.at(f"{path}/{key}", f"{lock.rule} takes no {key} (silent no-effect)", "take it away")
        if lock.rule == "one_of" and not lock.values:
            yield subject.at(path, "one_of without values", "add values: [...]")
        elif lock.rule == "range" and lock.min is None and lock.max is None:
            yield subject.at(path, "range without min and max", "add one of them")
        elif _impossible(lock):
            yield subject.at(path, f"min {plain(lock.min)} is above max {plain(lock.max)}", "swap them")


def _own_value_fits(subject: Subject, path: str, lock: Lock) -> Iterable[Finding]:
    tree = find(subject.document, lock.path)
    says_something = lock.values if lock.rule == "one_of" else lock.min is not None or lock.max is not None
    if tree is None or lock.rule == "final" or not says_something or _impossible(lock):
        return
    if (trouble := _breach(lock, tree)) is not None:
        what = f"'{lock.path}' breaks its own lock: {trouble[0]}"
        yield subject.at(path, what, trouble[1], severity="warning")


def locked_outcomes_stay_outcomes(subject: Subject) -> Iterable[Finding]:
    """A child that may not touch the classifier could still name another one as the outcome."""
    policy = subject.policy
    final = {lock.path: (index, lock) for index, lock in enumerate(policy.locks) if lock.rule == "final"}
    found = final.get(f"/classify/{policy.outcome}")
    if policy.outcome is None or found is None or "/outcome" in final or not subject.wrote(f"/locks/{found[0]}"):
        return
    path, lock = f"/locks/{found[0]}", found[1]
    what = f"'{lock.path}' is locked, but a child may point 'outcome' at another classifier"
    remedy = "lock it too: {path: /outcome, rule: final}"
    yield subject.at(path, what, remedy, severity="warning")


def parent_is_in_force(subject: Subject) -> Iterable[Finding]:
    if subject.parent is None:
        return
    own, above = subject.policy.effective, subject.parent.policy.effective
    parent = f"its parent {subject.parent.policy.id} version {subject.parent.policy.version}"
    if own.from_ < above.from_:
        what = f"rules from {own.from_}, but {parent} from {above.from_}"
        yield subject.value("/effective/from", what, "start later, or extend an earlier version", severity="warning")
    if above.to is not None and (own.to is None or own.to > above.to):
        what = f"rules to {own.to or 'no set day'}, but {parent} to {above.to}"
        yield subject.at("/effective/to", what, "end earlier, or extend a later version", severity="warning")


def _change(subject: Subject, path: str) -> Origin:
    """Where in the policy's own file the change to this path was made."""
    if (place := _removal(subject, path)) is not None:
        return place
    while find(subject.own, path) is None:
        path = path.rpartition("/")[0]
    return subject.origin(path)


def _removal(subject: Subject, path: str) -> Origin | None:
    """Where the policy takes this path, or something above or below it, out of its parent."""
    for index, gone in enumerate(subject.policy.remove):
        if gone and (f"{path}/".startswith(f"{gone}/") or gone.startswith(f"{path}/")):
            return subject.origin(f"/remove/{index}")
    return None


def _culprit(subject: Subject, paths: list[str]) -> Origin:
    """The first of these paths that the policy itself wrote, or took out of its parent."""
    for path in paths:
        if find(subject.own, path) is not None:
            return subject.origins[path]
    removals = (_removal(subject, path) for path in paths)
    return next((place for place in removals if place is not None), subject.origin(paths[0]))


def _pairs(weights: dict[str, Decimal]) -> str:
    return "{" + ", ".join(f"{name}: {plain(weight)}" for name, weight in weights.items()) + "}"


def _say(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return plain(value)
    return f"'{value}'" if isinstance(value, str) else "a block" if value is not None else "null"


CHECKS: tuple[Check, ...] = (
    locks_hold,
    constraints_stay,
    constraints_hold,
    constraints_name_what_is_there,
    locks_make_sense,
    locked_outcomes_stay_outcomes,
    parent_is_in_force,
)
