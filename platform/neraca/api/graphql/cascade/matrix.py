"""The role-and-result matrix (PermenPANRB 6/2022, annex p. 48): who of a team serves which of its leader's results."""

import strawberry

from neraca.api.graphql.cascade.node import PlannedRow, PlanNode, of_person, planned_of
from neraca.api.graphql.cascade.sight import Sight
from neraca.api.graphql.support import as_of
from neraca.api.graphql.support.connections import Connection, page
from neraca.api.graphql.support.context import RequestContext


@strawberry.type(description="What of a member's plan serves one result of the leader.")
class MatrixCell:
    period: str = strawberry.field(description="The period of the leader's plan.")
    result: str = strawberry.field(description="Id of the leader's result: the column.")
    planned: list[PlanNode] = strawberry.field(description="The member's results that serve it.")


@strawberry.type(description="A member of a team, and what of their plan serves which result of the leader.")
class MatrixRow:
    employee_number: str = strawberry.field(description="Employee number of the member.")
    name: str = strawberry.field(description="Name.")
    cells: list[MatrixCell] = strawberry.field(description="One for each column, in their order.")
    beside: list[PlanNode] = strawberry.field(description="What of the plan serves none of the columns.")


@strawberry.type(description="Who of a team serves which of its leader's results.")
class RoleMatrix:
    columns: list[PlanNode] = strawberry.field(description="What the leader plans for the year.")
    rows: Connection[MatrixRow] = strawberry.field(description="Those directly below the leader on the day, by number.")


async def read(context: RequestContext, sight: Sight, leader: str, first: int, after: str | None) -> RoleMatrix:
    columns = [of_person(sight, row) for row in await planned_of(context, sight, leader, fixed=False)]
    at = page(context, 1, first, after)
    people = await context.parts.reads.rows(
        sight.agency,
        "graphql/matrix-people",
        {
            "agency": sight.agency,
            "today": sight.day,
            "employee": leader,
            "after": at.after[0] if at.after else None,
            "limit": at.limit,
        }
        | as_of.moment(sight.position),
        as_of.sections(sight.position) | ({"after"} if at.after else frozenset[str]()),
    )
    planned = await planned_of(context, sight, *(one["employee"] for one in people), fixed=False)
    rows = [
        _row(
            sight,
            leader,
            columns,
            one["name"],
            one["employee"],
            [row for row in planned if row.employee == one["employee"]],
        )
        for one in people
    ]
    return RoleMatrix(
        columns=columns, rows=at.connection(rows, lambda row: (row.employee_number,), lambda row: row, None)
    )


def _row(
    sight: Sight, leader: str, columns: list[PlanNode], name: str, employee: str, planned: list[PlannedRow]
) -> MatrixRow:
    cells = {(one.period, one.result): list[PlanNode]() for one in columns}
    beside: list[PlanNode] = []
    for row in planned:
        link = row.link
        key = None if link is None or link.serves_employee != leader else (link.serves_period or "", link.serves)
        cells.get(key or ("", ""), beside).append(of_person(sight, row))
    return MatrixRow(
        employee_number=employee,
        name=name,
        cells=[MatrixCell(period=period, result=result, planned=found) for (period, result), found in cells.items()],
        beside=beside,
    )
