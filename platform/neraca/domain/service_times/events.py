"""What happens to the service times of a unit in a period."""

from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.service_times.records import Measure, ServiceFigures, TimeRecord, TimeUnit


class MeasuredFact(Struct, frozen=True, omit_defaults=True):
    """A fact of the unit's people, and which measure of which service it is, in which unit where it is a time."""

    fact: str
    service: str
    measure: Measure
    number: Decimal
    time_unit: TimeUnit = "minutes"


class TakenBatch(Struct, frozen=True, omit_defaults=True):
    """A part of a batch that a confirmation rests on; `file` is the hex sha256 of the file it came in."""

    source: str
    batch: str
    digest: str
    records: int
    part: int = 1
    file: str | None = None


class OfServiceTimes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    unit: str
    period: str


class ServiceTimesImported(OfServiceTimes, WithoutFacts, ReadableWhole, frozen=True, tag="service-times.imported"):
    """`digest` is that of the records; `file` the hex sha256 of the file they came in, where they came in one."""

    source: str
    batch: str
    digest: str
    records: list[TimeRecord]
    part: int = 1
    file: str | None = None


class ServiceTimesWithdrawn(OfServiceTimes, WithoutFacts, ReadableWhole, frozen=True, tag="service-times.withdrawn"):
    """All parts of a batch count no more, from the next confirmation on."""

    source: str
    batch: str
    reason: str


class ServiceTimesConfirmed(OfServiceTimes, ReadableWhole, frozen=True, tag="service-times.confirmed"):
    """From here on `facts` are those of the unit's people, in the place of what was confirmed before."""

    services: list[ServiceFigures]
    facts: list[MeasuredFact]
    batches: list[TakenBatch]


ServiceTimesEvent: TypeAlias = ServiceTimesImported | ServiceTimesWithdrawn | ServiceTimesConfirmed
