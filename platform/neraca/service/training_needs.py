"""What final results ask for in training, from the log alone: for a proposal, for a list, and again for a replay."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from uuid import UUID

from neraca.domain import streams
from neraca.domain.admission import plain
from neraca.domain.appraisal.events import Cancelled, Cut, Opened, Reassigned
from neraca.domain.case import MICRO
from neraca.domain.development.needs import RatedLow, TrainingNeeds, WeakIndicator, WeakValue
from neraca.domain.development.training_plan import TrainingPlanProposed
from neraca.domain.vocabulary import LOW_PREDICATES
from neraca.policy.check.intervals import intervals
from neraca.policy.published import PolicyAltered, PublishedPolicy
from neraca.service.event_reader import EventReader
from neraca.service.final_results import final_results
from neraca.service.policies import PolicyRepository


class WeakBelow(NamedTuple):
    """A value, and the line of the policy that says it; None where it says nothing."""

    value: Decimal
    line: str | None = None


Weak: TypeAlias = dict[str, WeakBelow]
"""By indicator or node."""

_PROPOSED = str(TrainingPlanProposed.__struct_config__.tag)
_WHERE = tuple(str(kind.__struct_config__.tag) for kind in (Opened, Reassigned, Cancelled, Cut))


def needs_of(
    reader: EventReader, policies: PolicyRepository, agency: str, people: Iterable[str], period: str, until: int | None
) -> TrainingNeeds:
    """Of these people's results that are final at the log position `until`, None for now: in one snapshot."""
    where = {streams.appraisal(agency, employee, period): employee for employee in people}
    position, _ = reader.streams(agency, [], until)
    final = final_results(reader, agency, where, position)
    weak: dict[tuple[str, str], list[WeakValue]] = {}
    low: list[RatedLow] = []
    for stream, employee in sorted(where.items(), key=lambda one: one[1]):
        if stream not in final:
            continue
        result, at = final[stream]
        policy = policies.by_hash(agency, result.policy.hash)
        for name, below in weak_below(policy).items():
            value = result.nodes.get(name)
            if value is not None and value < below.value:
                weak.setdefault((name, policy.ref.hash), []).append(WeakValue(employee, value, at))
        if result.predicate in LOW_PREDICATES:
            low.append(RatedLow(employee, result.predicate, at))
    return TrainingNeeds(
        position=position,
        results=len(final),
        weak=tuple(
            _weak(name, policies.by_hash(agency, hash_), values) for (name, hash_), values in sorted(weak.items())
        ),
        low=tuple(low),
    )


def _weak(name: str, policy: PublishedPolicy, values: Iterable[WeakValue]) -> WeakIndicator:
    below = weak_below(policy)[name]
    return WeakIndicator(name, policy.ref, below.value, tuple(values), below.line)


def weak_below(policy: PublishedPolicy) -> Weak:
    """Below which value each indicator is weak: as the policy says, also of a node; else the middle of what it can be,
    where both ends are known, which is our rule and illustrative.
    """
    return _weak_below(policy.ref.hash, _Kept(policy))


def needs_altered(reader: EventReader, policies: PolicyRepository, agency: str) -> Iterator[str]:
    """What each proposal recorded of results, gathered once more from the log as it was then: a line for each thing
    that is not as recorded.
    """
    for past in reader.of_type(agency, _PROPOSED):
        recorded: TrainingPlanProposed = past.event
        until = recorded.needs.position
        try:
            people = appraised_in(reader, agency, recorded.unit, recorded.period, until)
            again = needs_of(reader, policies, agency, people, recorded.period, until)
            differences = [*_differences(recorded.needs, again)]
        except (KeyError, ValueError, TypeError, PolicyAltered) as wrong:
            differences = [f"the log before it makes no sense: {type(wrong).__name__}: {wrong}"]
        for one in differences:
            yield f"event {past.position}: training plan of {recorded.unit} for {recorded.period}: {one}"


def appraised_in(reader: EventReader, agency: str, unit: str, period: str, until: int) -> list[str]:
    """Who was appraised in a unit in a period as the log was at a position, by employee number."""
    there: dict[UUID, tuple[str, str]] = {}
    for past in reader.of_types(agency, _WHERE):
        if past.position > until:
            break
        match past.event:
            case Opened():
                if past.event.period == period:
                    there[past.stream] = (past.event.employee, past.event.unit)
            case Reassigned():
                if past.stream in there:
                    there[past.stream] = (there[past.stream][0], past.event.unit)
            case Cancelled():
                there.pop(past.stream, None)
            case _:
                raise TypeError(f"{type(past.event).__name__} says nothing of a unit")
    return sorted(employee for employee, of in there.values() if of == unit)


class _Kept:
    """A policy that is told from others by its hash alone, which goes beside it."""

    def __init__(self, policy: PublishedPolicy) -> None:
        self.policy = policy

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept)


@lru_cache(64)
def _weak_below(hash_: str, kept: _Kept) -> Weak:
    policy = kept.policy.resolved.policy
    spans = intervals(policy)
    found: Weak = {}
    for name in policy.indicators:
        span = spans[name]
        if span.low is not None and span.high is not None and span.low < span.high:
            found[name] = WeakBelow(plain(Decimal(span.low + span.high) / (2 * MICRO)))
    if policy.training is None:
        return found
    for name, below in policy.training.weak.items():
        origin = kept.policy.resolved.origins.get(f"/training/weak/{name}")
        found[name] = WeakBelow(plain(below), None if origin is None else str(origin))
    return found


def _differences(recorded: TrainingNeeds, now: TrainingNeeds) -> Iterator[str]:
    if now.results != recorded.results:
        yield f"final results are {now.results}, recorded were {recorded.results}"
    told, again = ({(one.indicator, one.policy.hash): one for one in needs.weak} for needs in (recorded, now))
    for name, hash_ in sorted({*told, *again}):
        if told.get((name, hash_)) != again.get((name, hash_)):
            yield f"who is weak in {name} is not as recorded"
    if now.low != recorded.low:
        yield "who was rated low is not as recorded"
    if now.position != recorded.position:
        yield f"the log was read up to {now.position}, recorded was {recorded.position}"
