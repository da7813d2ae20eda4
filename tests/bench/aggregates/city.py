"""The city that is asked about, and how it is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from neraca.api.statements import statement as of_api
from neraca.domain.agency import Agency, Reporting
from neraca.domain.period import Period, parse
from neraca.service.statements import statement
from neraca.store.pool import fetch

AGENCY, FIRST = "surabaya", 2023

Report: TypeAlias = Callable[[], object]
"""Asks as the service does, and makes of the rows what it makes of them."""


@dataclass(frozen=True)
class City:
    """A connection in the application's role, and the last year that there is something of."""

    connection: Any
    last: int

    @property
    def period(self) -> Period:
        return parse(f"{self.last}-Q4")

    def rows(self, name: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        """What a statement of the service gives."""
        return fetch(self.connection, AGENCY, statement(name), {"agency": AGENCY} | params, keep_plan=False)

    def asked(self, name: str, **params: object) -> Report:
        """A statement of GraphQL, to be asked."""
        known = {"agency": AGENCY, "position": None} | params
        return lambda: fetch(self.connection, AGENCY, of_api(f"graphql/{name}"), known)


def agency() -> Agency:
    """Whose reports come by the month, in time within five days."""
    return Agency(
        schema="neraca-agency/1",
        id=AGENCY,
        name={"id": AGENCY},
        kind="city",
        time_zone="Asia/Jakarta",
        languages=("id",),
        stage="demonstration",
        units={},
        working_week=("mon", "tue", "wed", "thu", "fri"),
        holidays={},
        reporting=Reporting(cadence="monthly", in_time_days=5),
        policies=(),
    )
