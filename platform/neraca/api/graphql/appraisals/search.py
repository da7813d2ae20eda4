"""Which appraisals are asked for, and in which order."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import strawberry

from neraca.api.graphql.support import arguments
from neraca.api.graphql.support.connections import narrowed
from neraca.api.graphql.support.enums import AppraisalOrderBy, AppraisalStage, OrderDirection, ScoreStatus


@strawberry.input(description="Which appraisals: those of which all holds that is said.")
class AppraisalFilter:
    period: str | None = strawberry.field(default=None, description="Label of the period.")
    unit: str | None = strawberry.field(default=None, description="Id of the unit.")
    predicate: str | None = strawberry.field(default=None, description="Predikat, as the policy names it.")
    status: ScoreStatus | None = strawberry.field(default=None, description="What the score is worth.")
    stage: AppraisalStage | None = strawberry.field(default=None, description="How far it has come.")
    employee: str | None = strawberry.field(default=None, description="Employee number of the person appraised.")
    appraiser: str | None = strawberry.field(default=None, description="Employee number of the appraiser.")
    without_entry_on: date | None = strawberry.field(
        default=None, description="It runs on that day and has no entry of what was done on it."
    )

    def params(self) -> dict[str, Any]:
        """As `appraisals.sql` has them."""
        return vars(self) | {"status": self.status and self.status.value, "stage": self.stage and self.stage.value}


@strawberry.input(description="In which order appraisals are.")
class AppraisalOrder:
    by: AppraisalOrderBy = strawberry.field(description="By what.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="From which end.")


SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "of_reader": "reader",
        "of_employee": "employee",
        "of_period": "period",
        "of_unit": "unit",
        "of_predicate": "predicate",
        "of_status": "status",
        "of_stage": "stage",
        "of_appraiser": "appraiser",
        "without_entry_on": "without_entry_on",
    }
)
"""Those that say which appraisals, and the parameter that is given where they are: one plan serves all its values."""


def search(said: AppraisalFilter | None, **beside: Any) -> AppraisalFilter:
    """The filter with what is said beside it. Raises an error with code INVALID for what can be no period and nobody's
    number, and with code BAD_INPUT for what is said twice.
    """
    where = narrowed(said or AppraisalFilter(), beside)
    arguments.period("period", where.period)
    arguments.number("employee", where.employee)
    arguments.number("appraiser", where.appraiser)
    return where
