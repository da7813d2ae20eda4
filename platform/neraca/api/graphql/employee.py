"""An employee as the roster has them."""

from datetime import date

import strawberry
from msgspec import Struct

from neraca.api.graphql.support.conversion import converted
from neraca.api.graphql.support.enums import EmploymentType, PositionClass
from neraca.api.graphql.support.node import Node, node_id


class EmployeeRow(Struct, frozen=True):
    agency: str
    employee: str
    name: str
    employment_type: EmploymentType
    position: str
    position_class: PositionClass | None
    career_level: str | None
    unit: str | None
    supervisor: str | None
    since: date
    retired: date | None
    version: int


@strawberry.type(description="A civil servant of an agency, or a state official who appraises there.")
class Employee(Node):
    employee_number: str = strawberry.field(description="NIP.")
    name: str = strawberry.field(description="Name.")
    employment_type: EmploymentType = strawberry.field(description="How they are employed.")
    position: str = strawberry.field(description="Jabatan today.")
    position_class: PositionClass | None = strawberry.field(
        description="Class of the position; null for a state official."
    )
    career_level: str | None = strawberry.field(description="Jenjang.")
    unit: str | None = strawberry.field(description="Id of the unit today; null outside of service.")
    supervisor: str | None = strawberry.field(description="Employee number of the direct supervisor today.")
    since: date = strawberry.field(description="Start of service here.")
    retired: date | None = strawberry.field(description="Last day of service, which may be to come.")
    version: int = strawberry.field(description='Version of the stream, for If-Match: `"v<version>"`.')


def employee(row: EmployeeRow, as_of: int | None = None) -> Employee:
    id_ = node_id(f"{row.agency}/employee/{row.employee}", as_of)
    return converted(row, Employee, id=id_, employee_number=row.employee)
