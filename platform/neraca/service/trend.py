"""How a measure went over the periods: of one employee, and of groups of people."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from neraca.domain.period import parse
from neraca.service.group_spread import GroupSpread, decimal, node_of
from neraca.service.report_source import ReportSource

OF_EMPLOYEE = "results-of-employee"


class EmployeeTrend(Struct, frozen=True):
    """One final result of an employee. `cycle` is how long the period is; a result that is `joined` was put together
    from others of shorter ones. `value` is that of the measure, and `change` how much more it is than in the result
    before of the same cycle; None where the policies are not the same, since their scales may differ. `position` is
    that of the event that fixed it.
    """

    period: str
    starts: date
    ends: date
    cycle: str
    joined: bool
    unit: str
    policy: str
    value: Decimal | None
    change: Decimal | None
    predicate: str
    position: int


class GroupTrend(Struct, frozen=True):
    """What a group came to in one period; `change` is how much more its median is than in the period before of the same
    cycle, None where the policies are not the same, since their scales may differ.
    """

    group: str | None
    period: str
    starts: date
    ends: date
    cycle: str
    policy: str
    measure: str
    people: int
    lower_quartile: Decimal
    median: Decimal
    upper_quartile: Decimal
    mean: Decimal | None
    change: Decimal | None
    position: int


def of_employee(employee: str, measure: str) -> dict[str, Any]:
    """The parameters of `OF_EMPLOYEE`, beside those of who reads."""
    return {"employee": employee, "node": node_of(measure)}


def employee_trend(rows: Iterable[Mapping[str, Any] | tuple[Any, ...]]) -> list[EmployeeTrend]:
    """Of the rows of that statement, in order of time."""
    before: dict[str, tuple[str, int | None]] = {}
    found: list[EmployeeTrend] = []
    for row in rows:
        period, starts, ends, joined, unit, policy, policy_hash, value, predicate, position = (
            row.values() if isinstance(row, Mapping) else row
        )
        cycle = parse(period).cycle
        rule, last = before.get(cycle, ("", None))
        change = value - last if rule == policy_hash and value is not None and last is not None else None
        before[cycle] = policy_hash, value
        found.append(
            EmployeeTrend(
                period=period,
                starts=starts,
                ends=ends,
                cycle=cycle,
                joined=joined,
                unit=unit,
                policy=policy,
                value=None if value is None else decimal(value),
                change=None if change is None else decimal(change),
                predicate=predicate,
                position=position,
            )
        )
    return found


def group_trend(spreads: Iterable[GroupSpread]) -> list[GroupTrend]:
    """Of spreads in order of time."""
    before: dict[tuple[str | None, str, str], GroupSpread] = {}
    found: list[GroupTrend] = []
    for one in spreads:
        cycle = parse(one.period).cycle
        last = before.get((one.group, cycle, one.measure))
        before[one.group, cycle, one.measure] = one
        found.append(
            GroupTrend(
                group=one.group,
                period=one.period,
                starts=one.starts,
                ends=one.ends,
                cycle=cycle,
                policy=one.policy,
                measure=one.measure,
                people=one.people,
                lower_quartile=one.lower_quartile,
                median=one.median,
                upper_quartile=one.upper_quartile,
                mean=one.mean,
                change=one.median - last.median if last and last.policy_hash == one.policy_hash else None,
                position=one.position,
            )
        )
    return found


def trend_of(source: ReportSource, employee: str, measure: str) -> list[EmployeeTrend]:
    """For whoever may see every result, in order of time; empty where nothing of the employee is final."""
    everything: dict[str, Any] = {"reader": None, "serves": False, "acting_for": []}
    return employee_trend(source.rows(OF_EMPLOYEE, of_employee(employee, measure) | everything))
