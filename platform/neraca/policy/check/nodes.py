"""Nodes: their weights, their children, and that each ends in a class or the score."""

from collections.abc import Iterable

from neraca.policy.check.measures import bounds
from neraca.policy.check.panels import whole
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, meant, plain, suggestion
from neraca.policy.model import Bands


def weights_sum_to_100(subject: Subject) -> Iterable[Finding]:
    for name, node in subject.policy.nodes.items():
        if node.of and node.combine == "weighted_mean":
            yield from whole(subject, f"/nodes/{name}/of", node.of.values())


def weights_weigh(subject: Subject) -> Iterable[Finding]:
    for name, node in subject.policy.nodes.items():
        if not node.of:
            yield subject.at(f"/nodes/{name}/of", "nothing to combine", "name an indicator or node with its weight")
        if node.combine not in ("weighted_mean", "mean"):
            continue
        for child, weight in node.of.items():
            if weight <= 0:
                what = f"weight {plain(weight)} counts for nothing"
                yield subject.value(f"/nodes/{name}/of/{child}", what, "write a weight above 0, or take it away")


def equal_parts_are_equal(subject: Subject) -> Iterable[Finding]:
    """A mean says equal parts, and sum, min and max count none: other weights there say what is not so."""
    for name, node in subject.policy.nodes.items():
        if len(set(node.of.values())) < 2 or node.combine in ("weighted_mean", "product"):
            continue
        path, weights = f"/nodes/{name}/of", ", ".join(map(plain, node.of.values()))
        if node.combine == "mean":
            what, remedy = (
                f"a mean of unequal weights: {weights}",
                "say combine: weighted_mean with percentages, or write 1",
            )
        else:
            what, remedy = f"a {node.combine} counts no weights: {weights} (no effect)", "write 1 for each"
        yield subject.at(path, what, remedy, severity="warning")


def children_exist(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    known = [*policy.indicators, *policy.nodes]
    for name, node in policy.nodes.items():
        for child in node.of:
            if child not in known:
                others = [other for other in known if other not in node.of and other != name]
                path = f"/nodes/{name}/of/{child}"
                yield subject.at(path, f"unknown indicator/node '{child}'", suggestion(child, others or known))


def names_are_apart(subject: Subject) -> Iterable[Finding]:
    for name in subject.policy.nodes:
        if name in subject.policy.indicators:
            what = f"'{name}' is also an indicator"
            yield subject.at(f"/nodes/{name}", what, "give the node or the indicator another name")


def none_contains_itself(subject: Subject) -> Iterable[Finding]:
    nodes = subject.policy.nodes
    done: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> Iterable[Finding]:
        if name in done:
            return
        way = (*above, name)
        for child in nodes[name].of:
            if child in way:
                circle = " -> ".join((*way[way.index(child) :], child))
                yield subject.at(f"/nodes/{name}/of/{child}", f"goes in a circle: {circle}", "take one of them away")
            elif child in nodes:
                yield from walk(child, way)
        done.add(name)

    for name in nodes:
        yield from walk(name, ())


def clamps_make_sense(subject: Subject) -> Iterable[Finding]:
    for name, node in subject.policy.nodes.items():
        yield from bounds(subject, f"/nodes/{name}/clamp", node.clamp)


def score_is_a_node(subject: Subject) -> Iterable[Finding]:
    if subject.policy.score is not None:
        yield from subject.unknown("/score", "node", subject.policy.score, subject.policy.nodes)


def each_is_used(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if subject.broken_in("/nodes/*/of", "/classify", "/score"):
        return
    named = [child for name, node in policy.nodes.items() for child in node.of if child != name]
    named += [classifier.node for classifier in policy.classify.values() if isinstance(classifier, Bands)]
    used = {meant(name, [*policy.indicators, *policy.nodes]) for name in named}
    if policy.score is not None:
        used.add(meant(policy.score, policy.nodes))
    for name in policy.nodes:
        if name not in used:
            remedy = "name it in another node's 'of', a classifier or 'score', or take it away"
            if not subject.wrote(f"/nodes/{name}"):
                remedy += f" with remove: [/nodes/{name}]"
            yield subject.at(f"/nodes/{name}", "node is not used (silent no-effect)", remedy)


CHECKS: tuple[Check, ...] = (
    weights_sum_to_100,
    weights_weigh,
    equal_parts_are_equal,
    children_exist,
    names_are_apart,
    none_contains_itself,
    clamps_make_sense,
    score_is_a_node,
    each_is_used,
)
