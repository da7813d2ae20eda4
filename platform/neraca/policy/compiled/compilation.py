"""A resolved policy compiled once into steps of integers, in the order they are computed.

One plan serves every engine, the rulebook of the commands and the pages that explain a policy.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import TypeAlias, assert_never

from msgspec import Struct

from neraca.domain.case import Case, Micro
from neraca.domain.facts import UNWRITTEN
from neraca.policy import model
from neraca.policy.compiled.classification import Band, Bands, Classifier, Condition, Matrix, Modifier, Replacement
from neraca.policy.compiled.combination import Child, First, Fold, Mean, Prevail, Product, record_cap
from neraca.policy.compiled.methods.majority import MajorityStep
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.result import Block, Trace, Value
from neraca.policy.compiled.step import Bounds, Measuring, Places, Source, bounds, exact
from neraca.policy.findings import Origin
from neraca.policy.numbers import DIVIDE, PLACES, Divide, micro
from neraca.policy.source.hashes import hashes
from neraca.policy.source.inheritance import Resolved


class IndicatorStep(Struct, frozen=True):
    name: str
    path: str
    label: model.Label
    unit: str
    measuring: Measuring
    cap: Bounds | None
    missing: model.Missing
    source: Source
    words: frozenset[str]
    """Paths of the facts that it looks up as words."""
    guides: tuple[model.Label, ...] = ()

    def value(self, case: Case, values: list[Value], trace: Trace | None) -> Value:
        value = self.measuring.measure(case, trace)
        if self.cap is None or not isinstance(value, int):
            return value
        if trace is not None:
            record_cap(self.path, self.source, self.cap, value, trace)
        return self.cap.apply(value)


class NodeStep(Struct, frozen=True):
    name: str
    path: str
    label: model.Label
    combining: Mean | Fold | Product | Prevail | First
    missing: model.Missing
    source: Source

    def value(self, case: Case, values: list[Value], trace: Trace | None) -> Value:
        return self.combining.value(case, values, trace)


CompiledStep: TypeAlias = IndicatorStep | NodeStep


class CompiledPolicy(Struct, frozen=True, eq=False):
    """`steps` are the indicators, then the nodes, children before parents; a step's position is its place in every list
    of values. `unit` is 10^(6 - places): final values are rounded to it.

    `readers` tells which indicators read an input of a case, `judges` which bands and modifiers read a fact, and
    `affected` which steps an input moves, in order. `annual` tells whether the results of a year's periods are put
    together into one of the year. `replacing` is the modifier that gives the predicate another way where its condition
    holds; a sound policy has one at most. Two plans of one `policy_hash` compute the same; keep them by it.
    """

    id: str
    version: int
    policy_hash: str
    calc_hash: str
    title: model.Label
    places: int
    unit: int
    divide: Divide
    steps: tuple[CompiledStep, ...]
    names: tuple[str, ...]
    score: int | None
    no_score: Block | None
    classifiers: tuple[Classifier, ...]
    outcome: str | None
    modifiers: tuple[Modifier, ...]
    ranks: dict[str, int]
    predicates: dict[str, model.Label]
    readers: Mapping[str, tuple[str, ...]]
    judges: Mapping[str, tuple[str, ...]]
    affected: Mapping[str, tuple[int, ...]]
    annual: bool = False
    replacing: Modifier | None = None

    @property
    def indicators(self) -> tuple[IndicatorStep, ...]:
        return tuple(step for step in self.steps if isinstance(step, IndicatorStep))

    @property
    def ranked(self) -> frozenset[str]:
        """The lists of items of which it reads which results are main and which additional."""
        measures = [step.measuring for step in self.indicators]
        return frozenset(step.given for step in measures if isinstance(step, MajorityStep))


def compile_resolved(resolved: Resolved) -> CompiledPolicy:
    """The policy must have passed its checks, as every policy of a library has."""
    return compile_policy(resolved.policy, resolved.origins, *hashes(resolved))


def compile_policy(
    policy: model.Policy, origins: Mapping[str, Origin], policy_hash: str, calc_hash: str
) -> CompiledPolicy:
    places = Places(origins, policy.references)
    divide = DIVIDE[policy.precision.rounding]
    indicators, nodes = compile_steps(policy, origins)
    steps = (*indicators, *nodes)
    node_order = [step.name for step in nodes]
    at = {step.name: i for i, step in enumerate(steps)}
    classifiers = tuple(classifier(policy, name, at, places) for name in classifiers_in_order(policy))
    modifiers = tuple(modifier(policy, name, one, at, places) for name, one in policy.modifiers.items())
    readers = read_by((path, step.name) for step in indicators for path in step.measuring.reads)
    return CompiledPolicy(
        id=policy.id,
        version=policy.version,
        policy_hash=policy_hash,
        calc_hash=calc_hash,
        title=policy.title,
        places=policy.precision.final,
        unit=10 ** (PLACES - policy.precision.final),
        divide=divide,
        steps=steps,
        names=tuple(at),
        score=None if policy.score is None else at[policy.score],
        no_score=None if policy.score is None else no_score(steps[at[policy.score]]),
        classifiers=classifiers,
        outcome=policy.outcome,
        modifiers=modifiers,
        ranks={name: one.rank for name, one in policy.predicates.items()},
        predicates={name: one.label for name, one in policy.predicates.items()},
        readers=readers,
        judges=read_by(judged(classifiers, modifiers)),
        affected={path: moved(policy, names, at, node_order) for path, names in readers.items()},
        annual=policy.period.annual is not None and policy.period.annual.combine == "time_weighted",
        replacing=next((one for one in modifiers if policy.outcome and one.replacement is not None), None),
    )


class _Written:
    """A policy with its places, told from others by being this very one: its content is too much to compare."""

    def __init__(self, policy: model.Policy, origins: Mapping[str, Origin]) -> None:
        self.policy = policy
        self.origins = origins

    def __hash__(self) -> int:
        return id(self.policy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Written) and self.policy is other.policy and self.origins is other.origins


Steps: TypeAlias = tuple[tuple[IndicatorStep, ...], tuple[NodeStep, ...]]


def compile_steps(policy: model.Policy, origins: Mapping[str, Origin]) -> Steps:
    """What computes the values: indicators, and nodes with children before parents.

    The checks need them before anybody judges by the policy, so the last ones are kept.
    """
    return _compiled_steps(_Written(policy, origins))


@lru_cache(maxsize=64)
def _compiled_steps(written: _Written) -> Steps:
    policy = written.policy
    places = Places(written.origins, policy.references)
    node_order = nodes_in_order(policy)
    at = {name: i for i, name in enumerate((*policy.indicators, *node_order))}
    indicators = tuple(indicator(policy, name, places) for name in policy.indicators)
    wants = {step.name: step.measuring.reads for step in indicators}
    return indicators, tuple(node(policy, name, at, wants, places) for name in node_order)


def indicator(policy: model.Policy, name: str, places: Places) -> IndicatorStep:
    one = policy.indicators[name]
    source = places.source(f"indicators/{name}", one.ref)
    cap = bounds(one.cap)
    measuring = one.measure.compile(Scope(policy, name, cap, DIVIDE[policy.precision.rounding], source, places))
    words = frozenset(f"facts/{read.fact}" for read in one.measure.facts() if read.kind == "a word")
    guides = () if one.guides is None else tuple(one.guides.texts)
    path = f"indicators/{name}"
    return IndicatorStep(name, path, one.label, one.unit, measuring, cap, one.missing, source, words, guides)


def node(
    policy: model.Policy, name: str, at: Mapping[str, int], wants: Mapping[str, tuple[str, ...]], places: Places
) -> NodeStep:
    one = policy.nodes[name]
    path = f"nodes/{name}"
    source = places.source(path, one.ref)
    children = tuple(
        child(policy, path, other, at[other], weight, wants.get(other, ())) for other, weight in one.of.items()
    )
    clamp = bounds(one.clamp)
    divide = DIVIDE[policy.precision.rounding]
    match one.combine:
        case "weighted_mean" | "mean":
            combining = Mean(
                path=path,
                formula=one.combine,
                children=children,
                terms=tuple((c.at, c.weight, c.missing, c.needed) for c in children),
                least=micro(one.min_weight_present) * sum(c.weight for c in children),
                too_little=Block(path, f"{path}: less than {one.min_weight_present:f}% of its weight is present"),
                clamp=clamp,
                divide=divide,
                source=source,
            )
        case "sum" | "min" | "max":
            combining = Fold(path, one.combine, children, clamp, source)
        case "product":
            combining = Product(path, one.combine, children, clamp, divide, source)
        case "majority":
            combining = Prevail(path, one.combine, children, ladder(policy, one), clamp, source)
        case "first":
            in_turn = tuple(sorted(children, key=lambda child: child.weight))
            combining = First(path, one.combine, in_turn, clamp, source)
        case _:
            assert_never(one.combine)
    return NodeStep(name, path, one.label, combining, one.missing, source)


def ladder(policy: model.Policy, node: model.Node) -> tuple[Micro, Micro, Micro]:
    """The three levels of the scale that the children of a majority are on, lowest first."""
    measure = policy.indicators[next(iter(node.of))].measure
    if not isinstance(measure, model.Rated | model.Majority):
        raise TypeError(f"a {measure.__struct_config__.tag} has no levels of which most could prevail")
    numbers = sorted(map(micro, policy.scales[measure.scale].levels.values()))
    return numbers[0], numbers[len(numbers) // 2], numbers[-1]


def child(policy: model.Policy, parent: str, name: str, at: int, weight: Decimal, wants: tuple[str, ...]) -> Child:
    one = policy.indicators.get(name) or policy.nodes[name]
    path = f"indicators/{name}" if name in policy.indicators else f"nodes/{name}"
    given = f" (it reads {', '.join(w for w in wants if not w.endswith('/*'))})" if wants else ""
    needed = Block(path, f"{path} is missing and {parent} can't do without it{given}")
    return Child(at, name, path, micro(weight), one.missing, needed)


def no_score(step: CompiledStep) -> Block:
    return Block(step.path, f"{step.path}: the score is missing: nothing under it is present")


def nodes_in_order(policy: model.Policy) -> list[str]:
    """Children before parents, else as written."""
    parents = {name: [child for child in one.of if child in policy.nodes] for name, one in policy.nodes.items()}
    return list(TopologicalSorter(parents).static_order())


def classifiers_in_order(policy: model.Policy) -> list[str]:
    """A matrix after the rows and columns it reads."""
    needs = {
        name: [one.rows, one.cols] if isinstance(one, model.Matrix) else [] for name, one in policy.classify.items()
    }
    return list(TopologicalSorter(needs).static_order())


def classifier(policy: model.Policy, name: str, at: Mapping[str, int], places: Places) -> Classifier:
    one = policy.classify[name]
    path = f"classify/{name}"
    source = places.source(path, None)
    if isinstance(one, model.Matrix):
        table = {(row, col): level for row, cells in one.table.items() for col, level in cells.items()}
        return Matrix(name, one.rows, one.cols, table, source)
    bands = tuple(
        Band(level, None if band.from_ == "min" else micro(band.from_), tuple(condition(c) for c in band.requires))
        for level, band in one.bands.items()
    )
    absent = Block(path, f"{path}: {one.node} is missing, so no band can be read")
    unmatched = Block(path, f"{path}: no band takes the value of {one.node}")
    return Bands(name, one.node, at[one.node], bands, absent, unmatched, source)


def condition(one: model.Condition) -> Condition:
    """A condition that asks for nothing in particular asks for a flag that is set."""
    equals = micro(one.equals) if isinstance(one.equals, Decimal) else one.equals
    among = None if one.in_ is None else frozenset(one.in_)
    if equals is None and among is None and one.at_least is None:
        equals = True
    return Condition(one.fact, equals, among, exact(one.at_least), UNWRITTEN.get(one.fact))


def modifier(policy: model.Policy, name: str, one: model.Modifier, at: Mapping[str, int], places: Places) -> Modifier:
    source, then = places.source(f"modifiers/{name}", one.ref), one.then
    other = None if then.replace is None else replacement(policy, then.replace, at)
    return Modifier(name, condition(one.when), then.min_predicate, then.max_predicate, source, other)


def replacement(policy: model.Policy, one: model.Replacement, at: Mapping[str, int]) -> Replacement:
    judge = policy.classify[one.by]
    if not isinstance(judge, model.Bands):
        raise TypeError(f"{one.by} is no classifier by bands")
    below = [judge.node]
    for name in below:
        below += policy.nodes[name].of if name in policy.nodes else ()
    return Replacement(one.by, one.predicates, tuple(sorted({at[name] for name in below})))


def judged(classifiers: Iterable[Classifier], modifiers: Iterable[Modifier]) -> Iterator[tuple[str, str]]:
    for one in classifiers:
        if isinstance(one, Bands):
            for band in one.bands:
                yield from ((f"facts/{test.fact}", f"classify/{one.name}") for test in band.requires)
    yield from ((f"facts/{one.when.fact}", f"modifiers/{one.name}") for one in modifiers)


def read_by(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Path of an input to those who read it, each once."""
    found: dict[str, dict[str, None]] = {}
    for path, reader in pairs:
        found.setdefault(path, {})[reader] = None
    return {path: tuple(names) for path, names in found.items()}


def moved(
    policy: model.Policy, indicators: Iterable[str], at: Mapping[str, int], node_order: Iterable[str]
) -> tuple[int, ...]:
    """Positions of these indicators and of every node above them, in order."""
    reached = set(indicators)
    for name in node_order:
        if not reached.isdisjoint(policy.nodes[name].of):
            reached.add(name)
    return tuple(sorted(at[name] for name in reached))
