"""Who heads a unit of an agency, and since when: whose people are judged beside what the unit achieved.

A head is appointed by decree, as such or as one who acts for a vacancy (Plt); of two for one day the one recorded later
holds. From the day after a head is relieved nobody heads the unit, until somebody is appointed.
"""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from typing import TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.assignments import named_in_service
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotFound
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.organisation import active_unit
from neraca.domain.text_kinds import Key, Nip, Prose, Title


class OfOrganisation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    unit: str


class HeadAppointed(OfOrganisation, ReadableWhole, frozen=True, tag="organisation.head-appointed"):
    """`acting` where somebody stands in for a head that there is not (Plt). `decree` is what appoints them."""

    employee: str
    since: date
    decree: str
    acting: bool = False


class HeadRelieved(OfOrganisation, ReadableWhole, frozen=True, tag="organisation.head-relieved"):
    """`on` is the last day on which they head the unit."""

    employee: str
    on: date
    reason: str


HeadshipEvent: TypeAlias = HeadAppointed | HeadRelieved


class ToOrganisation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    unit: Key


class AppointHead(ToOrganisation, frozen=True, tag="appoint-head"):
    """Who headed the unit before does so up to the day before `since`; `acting` is for whoever stands in (Plt)."""

    employee: Nip
    since: date
    decree: Title
    acting: bool = False


class RelieveHead(ToOrganisation, frozen=True, tag="relieve-head"):
    """`on` is the last day on which the unit has the head it has then."""

    on: date
    reason: Prose


HeadshipCommand: TypeAlias = AppointHead | RelieveHead


class Head(Struct, frozen=True):
    """`version` counts the events of the unit: that of the appointment."""

    employee: str
    acting: bool
    version: int


class State(Struct):
    """Each head, or nobody, with the first day of it, in order of days. Changes in place."""

    heads: list[tuple[date, Head | None]] = field(default_factory=list[tuple[date, Head | None]])
    version: int = 0


def evolve(state: State, event: HeadshipEvent) -> State:
    state.version += 1
    match event:
        case HeadAppointed():
            _from(state, event.since, Head(event.employee, event.acting, state.version))
        case HeadRelieved():
            _from(state, event.on + timedelta(days=1), None)
        case _:
            assert_never(event)
    return state


def head_on(state: State, day: date) -> Head | None:
    """Who heads the unit on a day; None where nobody was appointed, or the last was relieved."""
    after = bisect_right(state.heads, day, key=_first)
    return state.heads[after - 1][1] if after else None


def decide(command: HeadshipCommand, state: State, context: Context) -> list[HeadshipEvent]:
    match command:
        case AppointHead():
            return [_appointed(command, state, context)]
        case RelieveHead():
            return [_relieved(command, state, context)]
        case _:
            assert_never(command)


def _appointed(command: AppointHead, state: State, context: Context) -> HeadAppointed:
    active_unit(command.unit, command.since, context.agency)
    named_in_service(command.employee, command.since, "/employee", context.people)
    validation.written(command.decree, "/decree", "the decree")
    held = head_on(state, command.since)
    if held is not None and (held.employee, held.acting) == (command.employee, command.acting):
        raise AlreadyDone(f"{command.employee} heads {command.unit} on {command.since} already")
    return HeadAppointed(
        unit=command.unit,
        employee=command.employee,
        since=command.since,
        decree=command.decree,
        acting=command.acting,
    )


def _relieved(command: RelieveHead, state: State, context: Context) -> HeadRelieved:
    validation.known(command.unit, context.agency.units.keys(), "/unit", f"{context.agency.id} has no unit {{}}")
    validation.written(command.reason, "/reason", "the reason")
    held = head_on(state, command.on)
    if held is None:
        raise NotFound(f"/on: nobody heads {command.unit} on {command.on}; name a day with a head", field="/on")
    after = head_on(state, command.on + timedelta(days=1))
    if after is None or after.version != held.version:
        raise Invalid(
            f"/on: {held.employee} heads {command.unit} up to {command.on} as it is; name an earlier day", field="/on"
        )
    return HeadRelieved(unit=command.unit, employee=held.employee, on=command.on, reason=command.reason)


def _from(state: State, day: date, head: Head | None) -> None:
    at = bisect_left(state.heads, day, key=_first)
    same = at < len(state.heads) and state.heads[at][0] == day
    state.heads[at : at + same] = [(day, head)]


def _first(one: tuple[date, Head | None]) -> date:
    return one[0]
