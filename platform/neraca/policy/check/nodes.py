"""Nodes: their weights, their children, and that each ends in a class or the score."""

from collections.abc import Iterable

from neraca.policy.check.measures import bounds
from neraca.policy.check.panels import whole
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, meant, plain, suggestion
from neraca.policy.model import Bands, Cap, Majority, Panel, Rated, Scale


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
        if len(set(node.of.values())) < 2 or node.combine in ("weighted_mean", "product", "first"):
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


def turns_are_apart(subject: Subject) -> Iterable[Finding]:
    """Of two with one turn nobody could say which is asked first."""
    for name, node in subject.policy.nodes.items():
        turns = list(node.of.values())
        if node.combine == "first" and len(set(turns)) < len(turns):
            what = f"two children have the same turn: {', '.join(map(plain, turns))}"
            yield subject.at(f"/nodes/{name}/of", what, "number them from 1 on in the order in which they are asked")


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


def majorities_are_of_levels(subject: Subject) -> Iterable[Finding]:
    """Each child must come to a level of one scale of three: of means, nobody could say which are alike."""
    policy = subject.policy
    for name, node in policy.nodes.items():
        scales: set[str] = set()
        for child in node.of if node.combine == "majority" else ():
            path, one = f"/nodes/{name}/of/{child}", policy.indicators.get(child)
            if one is None or not isinstance(one.measure, Rated | Majority):
                if one is not None or child in policy.nodes:
                    what = f"'{child}' comes to no level of which most could prevail"
                    yield subject.at(path, what, "name indicators measured by method: rated or majority")
                continue
            scales |= {one.measure.scale} & policy.scales.keys()
            if one.missing == "zero":
                what = f"'{child}' counts as 0 where it is missing, and 0 is no level"
                yield subject.at(path, what, "write missing: block or renormalise in the indicator")
            if one.cap != Cap():
                yield subject.at(path, f"'{child}' has a cap, which may lead to no level", "take the cap away")
            if isinstance(one.measure, Rated) and not _gives_levels(policy.panels.get(one.measure.panel)):
                what = f"what raters of '{child}' come to together may be no level"
                remedy = "name a panel of one rater group with max: 1, on the indicator's own scale and never zero"
                yield subject.at(path, what, remedy)
        if len(scales) > 1:
            what = f"its children are on several scales: {', '.join(sorted(scales))}"
            yield subject.at(f"/nodes/{name}/of", what, "name indicators of one scale")
        for scale in sorted(scales):
            if not _of_three(policy.scales[scale]):
                what = f"scale '{scale}' is not one of three levels, and a majority is told of three"
                remedy = "name a scale with three levels and nothing between them"
                yield subject.at(f"/nodes/{name}/combine", what, remedy)


def _gives_levels(panel: Panel | None) -> bool:
    """Whether what comes of it is always what one rater gave; of a panel that is not there, others tell."""
    if panel is None:
        return True
    return [(one.max, one.scale, one.missing == "zero") for one in panel.raters.values()] == [(1, None, False)]


def _of_three(scale: Scale) -> bool:
    return len(scale.levels) == 3 and scale.max - scale.min == 2 * scale.step


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
    turns_are_apart,
    children_exist,
    names_are_apart,
    none_contains_itself,
    majorities_are_of_levels,
    clamps_make_sense,
    score_is_a_node,
    each_is_used,
)
