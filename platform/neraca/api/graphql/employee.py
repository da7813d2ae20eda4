"""An employee as the roster has them."""

from datetime import date

import strawberry
from msgspec import Struct

from neraca.api.graphql.support.node import Node, node_id


class EmployeeRow(Struct, frozen=True):
    agency: str
    employee: str
    name: str
    employment_type: str
    position: str
    position_class: str
    career_level: str | None
    unit: str | None
    supervisor: str | None
    since: date
    retired: date | None
    version: int


@strawberry.type(description="A civil servant of an agency.")
class Employee(Node):
    employee_number: str = strawberry.field(description="NIP.")
    name: str = strawberry.field(description="Name.")
    employment_type: str = strawberry.field(description="CIVIL_SERVANT, CONTRACT or PART_TIME_CONTRACT.")
    position: str = strawberry.field(description="Jabatan today.")
    position_class: str = strawberry.field(description="SENIOR_EXECUTIVE to FUNCTIONAL.")
    career_level: str | None = strawberry.field(description="Jenjang.")
    unit: str | None = strawberry.field(description="Id of the unit today; null outside of service.")
    supervisor: str | None = strawberry.field(description="Employee number of the direct supervisor today.")
    since: date = strawberry.field(description="Start of service here.")
    retired: date | None = strawberry.field(description="Last day of service, which may be to come.")
    version: int = strawberry.field(description="For If-Match when changing this employee.")


def employee(row: EmployeeRow, as_of: int | None = None) -> Employee:
    return Employee(
        id=node_id(f"{row.agency}/employee/{row.employee}", as_of),
        employee_number=row.employee,
        name=row.name,
        employment_type=row.employment_type,
        position=row.position,
        position_class=row.position_class,
        career_level=row.career_level,
        unit=row.unit,
        supervisor=row.supervisor,
        since=row.since,
        retired=row.retired,
        version=row.version,
    )
