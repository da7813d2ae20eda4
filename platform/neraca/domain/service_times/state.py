"""The service times of a unit in a period as its events left them."""

from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain.service_times.events import (
    MeasuredFact,
    ServiceTimesConfirmed,
    ServiceTimesEvent,
    ServiceTimesImported,
    ServiceTimesWithdrawn,
    TakenBatch,
)
from neraca.domain.service_times.records import ServiceFigures, Tally, tallied

BatchKey: TypeAlias = tuple[str, str]
"""Source and name."""


class Part(Struct):
    taken: TakenBatch
    tallies: dict[str, Tally]


class State(Struct):
    """`batches` are those that count, each with its parts in order; `services` and `facts` what was confirmed last, and
    `resting_on` on what it rests, None before. Changes in place.
    """

    batches: dict[BatchKey, list[Part]] = field(default_factory=dict[BatchKey, list[Part]])
    services: list[ServiceFigures] = []
    facts: list[MeasuredFact] = []
    resting_on: list[TakenBatch] | None = None


def evolve(state: State, event: ServiceTimesEvent) -> State:
    match event:
        case ServiceTimesImported():
            taken = TakenBatch(
                source=event.source,
                batch=event.batch,
                digest=event.digest,
                records=len(event.records),
                part=event.part,
                file=event.file,
            )
            state.batches.setdefault((event.source, event.batch), []).append(Part(taken, tallied(event.records)))
        case ServiceTimesWithdrawn():
            del state.batches[event.source, event.batch]
        case ServiceTimesConfirmed():
            state.services, state.facts, state.resting_on = event.services, event.facts, event.batches
        case _:
            assert_never(event)
    return state


def counting(state: State) -> list[Part]:
    """Returns the parts of all batches that count, in the order of their sources, names and numbers."""
    return [part for key in sorted(state.batches) for part in state.batches[key]]
