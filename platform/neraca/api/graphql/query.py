"""The root: agencies, anything by its id, and who asks."""

import strawberry

from neraca.api import event_log as log
from neraca.api.graphql import agency
from neraca.api.graphql.agency import Agency
from neraca.api.graphql.employee import EmployeeFilter, employee
from neraca.api.graphql.support import as_of
from neraca.api.graphql.support.as_of import PRESENT_MOMENT, AsOf
from neraca.api.graphql.support.connections import Page
from neraca.api.graphql.support.context import Info
from neraca.api.graphql.support.enums import Role
from neraca.api.graphql.support.node import Node
from neraca.api.graphql.support.scalars import Position
from neraca.api.graphql.support.selection import selected
from neraca.domain.text_kinds import digits


@strawberry.type(description="Whoever the token stands for.")
class Viewer:
    id: str = strawberry.field(description="As it stands in the events this actor causes.")
    agency: str | None = strawberry.field(description="Id of the agency; null for the operator.")
    roles: list[Role] = strawberry.field(description="What the actor may do there.")


@strawberry.type(description="What can be read.")
class Query:
    @strawberry.field(description="An agency; null if it is not there, or none of the reader's.")
    async def agency(
        self,
        info: Info,
        id: strawberry.ID,  # noqa: A002
        at_least: Position | None = None,
        as_of: AsOf | None = None,
    ) -> Agency | None:
        """`at_least` waits until the projections have passed the position that a command answered with."""
        return await agency.of(info.context, id, at_least, as_of)

    @strawberry.field(description="The agencies the reader may look into.")
    def agencies(self, info: Info) -> list[Agency]:
        found = (agency.present(info.context, id_) for id_ in sorted(info.context.parts.agencies))
        return [one for one in found if one is not None]

    @strawberry.field(description="Anything with an id, by its id; null if it is not there, or not for the reader.")
    async def node(self, info: Info, id: strawberry.ID, at_least: Position | None = None) -> Node | None:  # noqa: A002
        whose, _, rest = id.partition("/")
        if ":" in whose:
            whose, _, position = whose.partition(":")
            return await _event(info, whose, position)
        whose, _, moment = whose.partition("@")
        # No such moment is no such thing, as for any id that leads nowhere.
        when = as_of.read(moment) if moment else PRESENT_MOMENT
        if when is None:
            return None
        found = await agency.of(info.context, whose, max(at_least or 0, when.position or 0))
        if found is None:
            return None
        found = agency.at_moment(found, when)
        match rest.split("/"):
            case [""]:
                return found
            case ["appraisal", number, period]:
                return await agency.one_appraisal(info, found, number, period, selected(info))
            case ["employee", number]:
                rows, _ = await agency.read_employees(
                    info.context, found.access_scope, EmployeeFilter(), Page(1), number=number, when=when
                )
                return employee(rows[0], when) if rows else None
            case _:
                return None

    @strawberry.field(description="Who asks.")
    def viewer(self, info: Info) -> Viewer:
        actor = info.context.actor
        return Viewer(id=actor.id, agency=actor.agency, roles=sorted(actor.roles))


async def _event(info: Info, whose: str, position: str) -> Node | None:
    access_scope = info.context.scope_of(whose)
    at = digits(position)
    if access_scope is None or not access_scope.log or at is None:
        return None
    found = await log.read(info.context.parts, access_scope, log.EventFilter(at - 1, 1))
    return agency.event(found.events[0]) if found.events and found.events[0].position == at else None
