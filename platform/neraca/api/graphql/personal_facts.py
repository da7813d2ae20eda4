"""What the log says of a person that counts in their appraisals: months of attendance, and sanctions."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeAlias, assert_never, get_args

import msgspec
import strawberry

from neraca.api.graphql.support import as_of
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import Severity
from neraca.api.graphql.support.scalars import Position
from neraca.domain.attendance import AttendanceCorrected, AttendanceEvent
from neraca.domain.roster import EmployeeSanctioned, SanctionLifted, SanctionRevised
from neraca.projecting.projection import tags

SanctionEvent: TypeAlias = EmployeeSanctioned | SanctionRevised | SanctionLifted

_ATTENDANCE: msgspec.json.Decoder[AttendanceEvent] = msgspec.json.Decoder(AttendanceEvent)
_SANCTIONS: msgspec.json.Decoder[SanctionEvent] = msgspec.json.Decoder(SanctionEvent)


@strawberry.type(description="What was counted of somebody's attendance in a month, as it was said last.")
class AttendanceMonth:
    month: str = strawberry.field(description="Such as 2025-03.")
    required_days: int = strawberry.field(description="Days on which work was required.")
    absent_days: int = strawberry.field(description="Days without leave or notice.")
    late: int = strawberry.field(description="How many times late.")
    left_early: int = strawberry.field(description="How many times gone early.")
    reason: str | None = strawberry.field(description="Why it was corrected; null where it was not.")
    position: Position = strawberry.field(description="Where in the log it is said.")


@strawberry.type(description="A disciplinary sanction (hukuman disiplin), as it stands by its last decree.")
class Sanction:
    decree: str = strawberry.field(description="The decree that imposed it.")
    on: date = strawberry.field(description="Its day: the appraisals whose period holds it count it.")
    severity: Severity | None = strawberry.field(description="Its degree; null once it was lifted.")
    rests_on: str = strawberry.field(description="The decree that it rests on now, or that lifted it.")
    reason: str | None = strawberry.field(description="Why it was changed last; null where it was not.")
    position: Position = strawberry.field(description="Where in the log that is said.")


async def attendance(
    context: RequestContext, agency: str, employee: str, year: int | None, position: int | None
) -> list[AttendanceMonth]:
    """By month, of whoever may read it."""
    rows = await _read(context, agency, employee, tags(*get_args(AttendanceEvent)), position)
    found: dict[str, AttendanceMonth] = {}
    for at, said in rows:
        event = _ATTENDANCE.decode(said)
        found[event.month] = AttendanceMonth(
            month=event.month,
            required_days=event.required_days,
            absent_days=event.absent_days,
            late=event.late,
            left_early=event.left_early,
            reason=event.reason if isinstance(event, AttendanceCorrected) else None,
            position=Position(at),
        )
    return [found[month] for month in sorted(found) if year is None or month.startswith(f"{year:04}-")]


async def sanctions(context: RequestContext, agency: str, employee: str, position: int | None) -> list[Sanction]:
    """In order of the log, of whoever may read them."""
    kinds = tags(*get_args(SanctionEvent))
    found: dict[str, Sanction] = {}
    for at, said in await _read(context, agency, employee, kinds, position):
        event = _SANCTIONS.decode(said)
        match event:
            case EmployeeSanctioned():
                found[event.decree] = Sanction(
                    decree=event.decree,
                    on=event.on,
                    severity=event.severity,
                    rests_on=event.decree,
                    reason=None,
                    position=Position(at),
                )
            case SanctionRevised() | SanctionLifted():
                one = found[event.decree]
                one.severity = event.severity if isinstance(event, SanctionRevised) else None
                one.rests_on, one.reason, one.position = event.by, event.reason, Position(at)
            case _:
                assert_never(event)
    return [*found.values()]


async def _read(
    context: RequestContext, agency: str, employee: str, types: Iterable[str], position: int | None
) -> list[tuple[int, bytes]]:
    params: dict[str, Any] = {"agency": agency, "employee": employee, "types": sorted(types)}
    rows = await context.parts.reads.rows(agency, "graphql/personal-facts", params | as_of.moment(position))
    return [(row["position"], row["event"]) for row in rows]
