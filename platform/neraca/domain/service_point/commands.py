"""What is asked of a service point."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.text_kinds import Hours, Key, Name, Prose
from neraca.domain.vocabulary import ServicePointKind


class ToServicePoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    """`point` is its id in the agency, whatever the unit."""

    point: Key


class OpenServicePoint(ToServicePoint, frozen=True, tag="open-service-point"):
    """`hours` are those of its working days, as `08:00-15:30`: what is answered outside them is looked at."""

    unit: Key
    name: Name
    kind: ServicePointKind
    since: date
    hours: Hours | None = None


class ReviseServicePoint(ToServicePoint, frozen=True, tag="revise-service-point"):
    name: Name
    kind: ServicePointKind
    hours: Hours | None = None


class EndServicePoint(ToServicePoint, frozen=True, tag="end-service-point"):
    until: date
    reason: Prose


ServicePointCommand: TypeAlias = OpenServicePoint | ReviseServicePoint | EndServicePoint
