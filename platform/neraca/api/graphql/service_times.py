"""Response and queue times of a unit's services, with the batches and the system that each number comes from."""

from datetime import datetime
from decimal import Decimal as Number

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support import connections
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import ServiceMeasure, TimeUnit
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.envelope import event_id
from neraca.domain.period import parse
from neraca.domain.service_times import events
from neraca.domain.service_times.events import ServiceTimesConfirmed, ServiceTimesWithdrawn, TakenBatch
from neraca.domain.service_times.records import ServiceFigures


@strawberry.type(description="A system outside that measures service times, and whose tokens may bring them.")
class TimeSource:
    source: str = strawberry.field(description="Its id within the agency.")
    system: str = strawberry.field(description="What it is called.")
    importers: list[str] = strawberry.field(description="Ids of those who may import from it; none where it is closed.")
    reason: str | None = strawberry.field(description="Why it was revised last; null where it never was.")
    recorded_at: datetime = strawberry.field(description="When it was registered or revised last.")
    position: Position = strawberry.field(description="The position of that event in the log.")


@strawberry.type(description="A part of a batch of measured times.")
class TimeBatch:
    source: str = strawberry.field(description="Id of the system it is from.")
    batch: str = strawberry.field(description="Its name.")
    part: int = strawberry.field(description="Which part of it, from 1.")
    records: int = strawberry.field(description="How many records are in it.")
    digest: str = strawberry.field(description="Hex sha256 of the records in canonical JSON.")
    file: str | None = strawberry.field(
        description="Hex sha256 of the file they came in; null where they came in none."
    )
    by: str = strawberry.field(description="Who imported it.")
    recorded_at: datetime = strawberry.field(description="When it was imported.")
    event: strawberry.ID = strawberry.field(description="Id of the event, which has the records.")
    withdrawn: str | None = strawberry.field(description="Why it was withdrawn or replaced; null where it counts.")


@strawberry.type(description="What a service came to in a period.")
class ServiceTime:
    service: str = strawberry.field(description="Id of the service.")
    count: int = strawberry.field(description="How many times it was given.")
    seconds: Decimal = strawberry.field(description="How long all of them took together.")
    mean: Decimal = strawberry.field(description="Minutes of one on average, rounded half to even to six decimals.")
    median: Decimal | None = strawberry.field(
        description="Minutes of the one in the middle; null where some were counted together."
    )
    standard: Decimal | None = strawberry.field(description="How many minutes one may take, where that was said.")
    within: int | None = strawberry.field(description="How many kept the standard; null where it is not known of all.")
    share: Decimal | None = strawberry.field(description="The same in percent.")


@strawberry.type(description="A fact of the unit's people that was measured.")
class MeasuredFact:
    fact: str = strawberry.field(description="Its name in the policy.")
    service: str = strawberry.field(description="Id of the service it is of.")
    measure: ServiceMeasure = strawberry.field(description="Which measure of it.")
    number: Decimal = strawberry.field(description="What it came to.")
    time_unit: TimeUnit = strawberry.field(description="In what, where it is a time.")


@strawberry.type(description="The service times of a unit in a period: what was imported, and what was confirmed.")
class ServiceTimes:
    period: str = strawberry.field(description="Label of the period.")
    services: list[ServiceTime] = strawberry.field(description="What was confirmed last, by service; empty before.")
    facts: list[MeasuredFact] = strawberry.field(description="What of it are facts of the unit's people.")
    confirmed_by: str | None = strawberry.field(description="The official who confirmed it; null before.")
    confirmed_at: datetime | None = strawberry.field(description="When; null before.")
    event: strawberry.ID | None = strawberry.field(description="Id of that event; null before.")
    outdated: bool = strawberry.field(
        description="Whether batches came or went since, so that it waits to be confirmed again."
    )
    imported: strawberry.Private[list[TimeBatch]]

    @strawberry.field(description="Every batch that was imported, in order, those that were withdrawn among them.")
    def batches(self, first: int = connections.DEFAULT, after: int = 0) -> list[TimeBatch]:
        return connections.part(self.imported, first, after)


class _Imported(Struct, frozen=True):
    """An import as the read model keeps it: with the number of records in their place."""

    source: str
    batch: str
    digest: str
    records: int
    part: int = 1
    file: str | None = None


class _Step(Struct, frozen=True):
    position: int
    tag: str
    recorded_at: datetime
    by: str
    event: msgspec.Raw


_STEPS = msgspec.json.Decoder(list[_Step])
_IMPORTED = msgspec.json.Decoder(_Imported)
_WITHDRAWN = msgspec.json.Decoder(ServiceTimesWithdrawn)
_CONFIRMED = msgspec.json.Decoder(ServiceTimesConfirmed)
_NAMES = msgspec.json.Decoder(list[str])


def _tag(kind: type[Struct]) -> str:
    return str(kind.__struct_config__.tag)


async def sources(context: RequestContext, access_scope: AccessScope, position: int | None) -> list[TimeSource]:
    """Every source there is, by its id."""
    params = {"agency": access_scope.agency, "position": position}
    rows = await context.parts.reads.rows(access_scope.agency, "graphql/time-sources", params)
    return [
        TimeSource(
            source=row["source"],
            system=row["system"],
            importers=_NAMES.decode(row["importers"]),
            reason=row["reason"],
            recorded_at=row["recorded_at"],
            position=Position(row["log_position"]),
        )
        for row in rows
    ]


async def read(
    context: RequestContext, agency: str, unit: str, period: str | None, position: int | None
) -> list[ServiceTimes]:
    """Of one period or of all, the earliest first."""
    params = {"agency": agency, "unit": unit, "period": period, "position": position}
    rows = await context.parts.reads.rows(agency, "graphql/service-times", params)
    found = [_folded(agency, row["period"], _STEPS.decode(row["steps"])) for row in rows]
    return sorted(found, key=lambda one: (parse(one.period).ends, one.period))


def _folded(agency: str, period: str, steps: list[_Step]) -> ServiceTimes:
    imported: list[TimeBatch] = []
    confirmed: tuple[_Step, ServiceTimesConfirmed] | None = None
    for step in steps:
        if step.tag == _tag(events.ServiceTimesImported):
            imported.append(_batch(agency, step))
        elif step.tag == _tag(ServiceTimesWithdrawn):
            gone = _WITHDRAWN.decode(step.event)
            for one in imported:
                if one.withdrawn is None and (one.source, one.batch) == (gone.source, gone.batch):
                    one.withdrawn = gone.reason
        else:
            confirmed = step, _CONFIRMED.decode(step.event)
    last = None if confirmed is None else confirmed[1]
    counting = [
        TakenBatch(one.source, one.batch, one.digest, one.records, one.part, one.file)
        for one in imported
        if one.withdrawn is None
    ]
    counting.sort(key=lambda one: (one.source, one.batch, one.part))
    return ServiceTimes(
        period=period,
        services=[] if last is None else [_service(one) for one in last.services],
        facts=[] if last is None else [_fact(one) for one in last.facts],
        confirmed_by=None if confirmed is None else confirmed[0].by,
        confirmed_at=None if confirmed is None else confirmed[0].recorded_at,
        event=None if confirmed is None else strawberry.ID(event_id(agency, confirmed[0].position)),
        outdated=last is not None and last.batches != counting,
        imported=imported,
    )


def _batch(agency: str, step: _Step) -> TimeBatch:
    taken = _IMPORTED.decode(step.event)
    return TimeBatch(
        source=taken.source,
        batch=taken.batch,
        part=taken.part,
        records=taken.records,
        digest=taken.digest,
        file=taken.file,
        by=step.by,
        recorded_at=step.recorded_at,
        event=strawberry.ID(event_id(agency, step.position)),
        withdrawn=None,
    )


def _service(one: ServiceFigures) -> ServiceTime:
    return ServiceTime(
        service=one.service,
        count=one.count,
        seconds=Decimal(f"{one.seconds:f}"),
        mean=Decimal(f"{one.mean:f}"),
        median=_decimal(one.median),
        standard=_decimal(one.standard),
        within=one.within,
        share=_decimal(one.share),
    )


def _fact(one: events.MeasuredFact) -> MeasuredFact:
    return MeasuredFact(
        fact=one.fact,
        service=one.service,
        measure=ServiceMeasure(one.measure),
        number=Decimal(f"{one.number:f}"),
        time_unit=TimeUnit(one.time_unit),
    )


def _decimal(value: Number | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:f}")
