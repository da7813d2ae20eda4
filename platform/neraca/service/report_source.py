"""What a report is made from: the read models of one agency, its policies, and its log."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from neraca.domain.agency import Agency
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository
from neraca.service.statements import statement
from neraca.store.pool import AgencyPool, connection_for, fetch


class ReportSource(Struct, frozen=True, eq=False):
    """`today` is the legal day of the agency."""

    agency: Agency
    today: date
    policies: PolicyRepository
    history: EventReader
    pool: AgencyPool

    def rows(self, name: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Of the named statement of this floor; it knows which agency and day it is."""
        known = {"agency": self.agency.id, "today": self.today}
        with connection_for(self.pool, self.agency.id) as connection:
            return fetch(connection, self.agency.id, statement(name), known | dict(params), keep_plan=False)
