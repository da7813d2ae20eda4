"""The smallest changes of predicate that would satisfy a cohort's curve: advice for those who decide, never applied.

A curve bounds how many people have certain predicates together; people moved and ranks crossed are sums of convex
functions of such sums too. Counts that no step in a basic direction improves are then the best of all counts (Graver's
theorem for separable convex integer programs), so a descent finds them without trying every spread of the cohort.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, combinations, pairwise, product
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.case import Micro
from neraca.policy.findings import suggestion
from neraca.policy.impact.distribution import Breach, breaches, limits
from neraca.policy.model import Distribution

Counts: TypeAlias = tuple[int, ...]
"""People by predicate, from the lowest rank up."""

Cost: TypeAlias = tuple[int, ...]


class NoSuchPredicate(LookupError):
    """Somebody has a predicate that the policy does not rank."""


class Person(Struct, frozen=True):
    """`score` is final, in micro; None where the policy gives none. Who is `fixed` counts, and is not moved."""

    id: str
    predicate: str
    score: Micro | None
    fixed: bool = False


class Move(Struct, frozen=True):
    """`ranks` is how many ranks lie between the two."""

    id: str
    before: str
    after: str
    ranks: int


class Rebalancing(Struct, frozen=True):
    """`breached` is what the curve finds wrong as it is, and `moves` the fewest changes that would put it right.

    `contradiction` holds limits that no spread of this many people can meet together, none of which could be left
    out; then there are no moves. An advisory curve's moves are told like an enforced one's: `mode` says which it is.
    """

    mode: str
    breached: tuple[Breach, ...]
    moves: tuple[Move, ...]
    counts: Mapping[str, int]
    contradiction: tuple[Breach, ...]

    @property
    def ranks(self) -> int:
        return sum(move.ranks for move in self.moves)


def smallest_changes(rule: Distribution, curve: str, people: Sequence[Person], ranks: Mapping[str, int]) -> Rebalancing:
    """Fewest people moved; of those ways the fewest ranks crossed; then the higher ranks in sum, then more people in
    the highest predicate, the next, and so on. Of a predicate the lowest scores go down and the highest go up, the
    smaller id first where scores are equal, so the answer does not depend on the order of people.

    Raises NoSuchCurve and NoSuchPredicate.
    """
    order = sorted(ranks, key=ranks.__getitem__)
    unknown = next((one for one in people if one.predicate not in ranks), None)
    if unknown is not None:
        what = f"{unknown.id}: no predicate {unknown.predicate!r}"
        raise NoSuchPredicate(f"{what} - {suggestion(unknown.predicate, order)}")
    found = Counter(one.predicate for one in people)
    breached = breaches(rule, curve, found)
    counts = {name: found[name] for name in order}
    if not breached:
        return Rebalancing(rule.mode, (), (), counts, ())
    asked = tuple(limits(rule, rule.curves[curve], len(people), found))
    search = _Search(
        tuple(counts.values()),
        tuple(ranks[name] for name in order),
        tuple(_held(people, name, order) for name in order),
    )
    bounds = [_bound(one, order) for one in asked]
    target = search.best(bounds)
    if target is None:
        return Rebalancing(rule.mode, breached, (), counts, _contradiction(search, asked, bounds))
    flows = _flows(search.counts, target)
    free = [one for one in people if not one.fixed]
    moves = tuple(_moves(free, [(order[a], order[b], n) for a, b, n in flows], ranks))
    return Rebalancing(rule.mode, breached, moves, dict(zip(order, target, strict=True)), ())


class _Bound(Struct, frozen=True):
    """At least, or at most, `limit` people have the predicates at these places together."""

    places: tuple[int, ...]
    limit: int
    upper: bool

    def excess(self, counts: Counts) -> int:
        n = sum(counts[place] for place in self.places)
        return max(n - self.limit if self.upper else self.limit - n, 0)


def _bound(one: Breach, order: Sequence[str]) -> _Bound:
    places = tuple(order.index(name) for name in one.predicates if name in order)
    return _Bound(places, one.limit, one.kind in ("max", "none_of"))


def _held(people: Sequence[Person], name: str, order: Sequence[str]) -> _Bound:
    """That those who are fixed stay where they are: no fewer have their predicate."""
    fixed = sum(one.fixed and one.predicate == name for one in people)
    return _Bound((order.index(name),), fixed, upper=False)


class _Search(Struct, frozen=True):
    """`counts` are the people as they are, `ranks` those of the predicates, `held` what holds whatever is asked."""

    counts: Counts
    ranks: Counts
    held: tuple[_Bound, ...]

    def best(self, bounds: Sequence[_Bound]) -> Counts | None:
        """The best counts within all bounds, or None: steps of halving length in every basic direction, until none
        improves. A count below 0 is one more bound."""

        def value(counts: Counts) -> Cost:
            over = sum(one.excess(counts) for one in (*self.held, *bounds)) - sum(n for n in counts if n < 0)
            return (over, *self.cost(counts))

        here, step = (value(self.counts), self.counts), 1 << sum(self.counts).bit_length()
        ways = directions(len(self.counts))
        while step:
            tried = (tuple(n + step * d for n, d in zip(here[1], way, strict=True)) for way in ways)
            there = min(((value(counts), counts) for counts in tried), default=here)
            if there < here:
                here = there
            else:
                step //= 2
        return here[1] if here[0][0] == 0 else None

    def cost(self, target: Counts) -> Cost:
        """People moved, ranks crossed, ranks lost, and people up to each predicate from the highest down."""
        moved = sum(max(old - new, 0) for old, new in zip(self.counts, target, strict=True))
        gaps = [b - a for a, b in pairwise(self.ranks)]
        before, after = tuple(accumulate(self.counts)), tuple(accumulate(target))
        crossed = sum(gap * abs(a - b) for gap, a, b in zip(gaps, after, before, strict=False))
        lost = sum(gap * (a - b) for gap, a, b in zip(gaps, after, before, strict=False))
        return (moved, crossed, lost, *reversed(after))


@cache
def directions(predicates: int) -> tuple[Counts, ...]:
    """The changes of counts that are no sum of two which agree with each other in sign over every group of predicates:
    the Graver basis of all group sums. 90 of them for five predicates.

    None has an entry above 1 for up to four predicates, 2 for five, 3 for six.
    """
    most = max(predicates - 3, 1)
    places = range(predicates)
    groups = [some for size in range(1, predicates) for some in combinations(places, size) if 0 in some]
    found: list[tuple[int, Counts, Counts]] = []
    for start in product(range(-most, most + 1), repeat=max(predicates - 1, 0)):
        way = (*start, -sum(start))
        if any(way) and abs(way[-1]) <= most:
            sums = tuple(sum(way[place] for place in some) for some in groups)
            found.append((sum(map(abs, sums)), way, sums))
    basic: list[tuple[Counts, Counts]] = []
    for _, way, sums in sorted(found):
        if not any(_within(other, sums) for _, other in basic):
            basic.append((way, sums))
    return tuple(way for way, _ in basic)


def _within(part: Counts, whole: Counts) -> bool:
    return all(0 <= a <= b or 0 >= a >= b for a, b in zip(part, whole, strict=True))


def _contradiction(search: _Search, asked: Sequence[Breach], bounds: Sequence[_Bound]) -> tuple[Breach, ...]:
    """Leaves out each limit without which the others still can't be met."""
    held = list(range(len(asked)))
    for one in range(len(asked)):
        rest = [at for at in held if at != one]
        if search.best([bounds[at] for at in rest]) is None:
            held = rest
    return tuple(asked[at] for at in held)


def _flows(counts: Counts, target: Counts) -> list[tuple[int, int, int]]:
    """From, to, how many: those there are too many of, in order of rank, to where there are too few, in order of rank;
    nothing crosses fewer ranks."""
    over = [[at, old - new] for at, (old, new) in enumerate(zip(counts, target, strict=True)) if old > new]
    under = [[at, new - old] for at, (old, new) in enumerate(zip(counts, target, strict=True)) if new > old]
    flows: list[tuple[int, int, int]] = []
    while over:  # and as many are lacking elsewhere
        n = min(over[0][1], under[0][1])
        flows.append((over[0][0], under[0][0], n))
        for side in (over, under):
            side[0][1] -= n
            if not side[0][1]:
                del side[0]
    return flows


def _moves(people: Iterable[Person], flows: Sequence[tuple[str, str, int]], ranks: Mapping[str, int]) -> Iterable[Move]:
    # By id first: sorts are stable, so equal scores stay in an order that does not depend on how people came.
    ordered = sorted(people, key=lambda one: one.id)
    for before in dict.fromkeys(flow[0] for flow in flows):
        left = sorted((one for one in ordered if one.predicate == before), key=_score)
        ways = [(after, n) for start, after, n in flows if start == before]
        for after, n in [way for way in ways if ranks[way[0]] < ranks[before]]:
            yield from (_move(one, after, ranks) for one in left[:n])
            del left[:n]
        left.sort(key=_score, reverse=True)  # a stable sort, also when reversed: equal scores stay in order of id
        for after, n in reversed([way for way in ways if ranks[way[0]] > ranks[before]]):
            yield from (_move(one, after, ranks) for one in left[:n])
            del left[:n]


def _move(one: Person, after: str, ranks: Mapping[str, int]) -> Move:
    return Move(one.id, one.predicate, after, abs(ranks[after] - ranks[one.predicate]))


def _score(one: Person) -> tuple[Micro, ...]:
    """To sort by: nothing is below any score."""
    return () if one.score is None else (one.score,)
