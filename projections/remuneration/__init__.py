"""Credit points, allowances and what they rest on, as they were recorded: each event a row, so the past reads alike."""

from importlib.resources import files
from typing import get_args

from neraca.domain.remuneration.allowance import AllowanceEvent
from neraca.domain.remuneration.ceilings import CeilingEvent
from neraca.domain.remuneration.credit import CreditEvent
from neraca.domain.remuneration.later_events import TOUCHING
from neraca.domain.roster import EmployeeRegistered
from neraca.projecting.projection import Projection, tags
from projections.remuneration.rows import ALLOWANCES, BROUGHT, CEILINGS, CREDIT, LEAVES, PEOPLE, TOUCHES, apply

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="remuneration",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(CREDIT, BROUGHT, ALLOWANCES, CEILINGS, TOUCHES, LEAVES, PEOPLE),
    apply=apply,
    tags=tags(
        *get_args(CreditEvent), *get_args(AllowanceEvent), *get_args(CeilingEvent), EmployeeRegistered, *TOUCHING
    ),
)
