"""What happens to a service point: it opens, is described otherwise, and ends."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.event_facets import ReadableWhole, WithoutFacts
from neraca.domain.vocabulary import ServicePointKind


class OfServicePoint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    point: str


class ServicePointOpened(OfServicePoint, WithoutFacts, ReadableWhole, frozen=True, tag="service-point.opened"):
    """`hours` are those of its working days, as `08:00-15:30`; empty where nobody said."""

    unit: str
    name: str
    kind: ServicePointKind
    since: date
    hours: str = ""


class ServicePointRevised(OfServicePoint, WithoutFacts, ReadableWhole, frozen=True, tag="service-point.revised"):
    name: str
    kind: ServicePointKind
    hours: str = ""


class ServicePointEnded(OfServicePoint, WithoutFacts, ReadableWhole, frozen=True, tag="service-point.ended"):
    """`until` is the last day on which it serves."""

    until: date
    reason: str


ServicePointEvent: TypeAlias = ServicePointOpened | ServicePointRevised | ServicePointEnded
