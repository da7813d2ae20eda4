"""What is planned in an office, result by result and in numbers, with what it leads to."""

from collections.abc import Mapping
from typing import Any

import strawberry

from neraca.api.graphql.support.enums import CascadeKind, LooseResult, UnitPlanStatus


@strawberry.type(description="How much of what is planned in an office serves something.")
class PlannedOfUnit:
    unit: str = strawberry.field(description="Id of the office; empty for people who are in none.")
    plan: UnitPlanStatus | None = strawberry.field(description="How far its own plan is; null where it has no results.")
    unit_results: int = strawberry.field(description="Results in its own plan.")
    people: int = strawberry.field(description="People of it who plan something.")
    results: int = strawberry.field(description="What they plan.")
    linked: int = strawberry.field(description="How many of those serve a result that is there and approved.")
    aligned: int = strawberry.field(description="How many lead to a goal of the region.")
    loose: int = strawberry.field(description="How many serve nothing.")


@strawberry.type(description="A result that is planned in an office, and where it leads.")
class PlannedInUnit:
    unit: str = strawberry.field(description="Id of the office; empty for people who are in none.")
    employee_number: str | None = strawberry.field(description="Whose it is; null where it is the office's own.")
    period: str = strawberry.field(description="The year or the period of the plan that has it.")
    result: str = strawberry.field(description="Its id within the plan.")
    title: str = strawberry.field(description="What is to be achieved.")
    kind: CascadeKind | None = strawberry.field(description="How it serves another; null where it does not.")
    serves: str | None = strawberry.field(
        description="What it serves: a goal, or a result as `<office>/<result>` or `<employee>/<period>/<result>`."
    )
    loose: LooseResult | None = strawberry.field(description="Why it serves nothing; null where it serves something.")
    goal: str | None = strawberry.field(description="Id of the goal that it leads to; null where it leads to none.")


def planned_of_unit(row: Mapping[str, Any]) -> PlannedOfUnit:
    plan: Any = UnitPlanStatus(row["plan"]) if row["plan"] else None
    return PlannedOfUnit(**{**row, "plan": plan})


def planned_in_unit(row: Mapping[str, Any]) -> PlannedInUnit:
    return PlannedInUnit(
        unit=row["unit"],
        employee_number=row["employee"] or None,
        period=row["period"],
        result=row["result"],
        title=row["title"],
        kind=CascadeKind(row["kind"]) if row["kind"] else None,
        serves=row["serves"] or None,
        loose=LooseResult(row["loose"]) if row["loose"] else None,
        goal=row["goal"] or None,
    )
