"""What serves what in the plans of a year, and which goal of the region each planned result leads to, if any."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from neraca.service.report_source import ReportSource

Ref: TypeAlias = tuple[str, ...]
"""A result: of a unit by unit and id; of a person by number, period and id."""

Looseness: TypeAlias = Literal["", "unlinked", "dropped"]
"""Why a result serves nothing: it was not linked, or what it was linked to is gone; empty where it serves something."""


class CascadeResult(Struct, frozen=True):
    """A result in a plan of a year: of a unit where `employee` is empty. `goal` is what it leads to in the end, empty
    where it leads to none.
    """

    unit: str
    employee: str
    period: str
    result: str
    title: str
    kind: str
    serves: str
    loose: Looseness
    goal: str


class CascadeOfUnit(Struct, frozen=True):
    """How much of what is planned in a unit serves something: `aligned` leads to a goal of the region, `loose` serves
    nothing. `plan` is how far the unit's own is, empty where there is none.
    """

    unit: str
    plan: str
    unit_results: int
    people: int
    results: int
    linked: int
    aligned: int
    loose: int


class _Node(Struct, frozen=True):
    told: CascadeResult
    fixed: bool
    serves: Ref | None
    goal: str | None = None


def results_of(source: ReportSource, year: int) -> list[CascadeResult]:
    """By unit: those of its own plan, then those of its people by number and period."""
    asked = {"year": year}
    goals = {goal for (goal,) in source.rows("cascade-goals", asked)}
    return told(goals, source.rows("cascade-units", asked), source.rows("cascade-results", asked), year)


def told(
    goals: set[str], units: Iterable[Sequence[Any]], people: Iterable[Sequence[Any]], year: int
) -> list[CascadeResult]:
    """What the rows of the statements come to."""
    nodes = dict(_of_units(units, year)) | dict(_of_people(people))
    known: dict[Ref, str] = {}
    found = [_settled(ref, node, nodes, goals, known) for ref, node in nodes.items()]
    return sorted(found, key=lambda one: (one.unit, one.employee))


def by_unit(results: Iterable[CascadeResult], plans: Mapping[str, str]) -> list[CascadeOfUnit]:
    """The sums of each unit that plans something, by itself or by its people."""
    every: dict[str, list[CascadeResult]] = {unit: [] for unit in plans}
    for one in results:
        every.setdefault(one.unit, []).append(one)
    found: list[CascadeOfUnit] = []
    for unit, here in sorted(every.items()):
        people = [one for one in here if one.employee]
        found.append(
            CascadeOfUnit(
                unit=unit,
                plan=plans.get(unit, ""),
                unit_results=len(here) - len(people),
                people=len({one.employee for one in people}),
                results=len(people),
                linked=sum(not one.loose for one in people),
                aligned=sum(bool(one.goal) for one in people),
                loose=sum(bool(one.loose) for one in people),
            )
        )
    return found


def sums_of(source: ReportSource, year: int) -> list[CascadeOfUnit]:
    plans = {unit: status for unit, status, *_ in source.rows("cascade-units", {"year": year})}
    return by_unit(results_of(source, year), plans)


def _of_units(rows: Iterable[Sequence[Any]], year: int) -> Iterable[tuple[Ref, _Node]]:
    for unit, status, result, title, goal, above_unit, above_result in rows:
        above = None if above_unit is None else (above_unit, above_result)
        serves = goal or "/".join(above or ())
        told = CascadeResult(unit, "", str(year), result, title, "", serves, "", "")
        yield (unit, result), _Node(told, status == "approved", above, goal)


def _of_people(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[Ref, _Node]]:
    for employee, unit, period, result, title, fixed, serves, whose, when, of_unit, kind in rows:
        ref: Ref | None = None
        if serves is not None:
            ref = (of_unit, serves) if of_unit is not None else (whose, when, serves)
        told = CascadeResult(unit or "", employee, period, result, title, kind or "", "/".join(ref or ()), "", "")
        yield (employee, period, result), _Node(told, fixed, ref)


def _settled(
    ref: Ref, node: _Node, nodes: Mapping[Ref, _Node], goals: set[str], known: dict[Ref, str]
) -> CascadeResult:
    told = node.told
    there = node.goal in goals if node.goal is not None else node.serves is not None and _is_there(node.serves, nodes)
    loose: Looseness = "" if there else "dropped" if told.serves else "unlinked"
    return CascadeResult(
        told.unit,
        told.employee,
        told.period,
        told.result,
        told.title,
        told.kind,
        told.serves,
        loose,
        _goal(ref, nodes, goals, known),
    )


def _is_there(ref: Ref, nodes: Mapping[Ref, _Node]) -> bool:
    return ref in nodes and nodes[ref].fixed


def _goal(ref: Ref, nodes: Mapping[Ref, _Node], goals: set[str], known: dict[Ref, str]) -> str:
    """Walks up as long as what is served is there. An older log may hold a circle, which leads nowhere."""
    way: list[Ref] = []
    at: Ref | None = ref
    found = ""
    while at is not None and at not in way:
        if at in known:
            found = known[at]
            break
        node = nodes[at]
        way.append(at)
        if node.goal is not None:
            found = node.goal if node.goal in goals else ""
            break
        at = node.serves if node.serves is not None and _is_there(node.serves, nodes) else None
    known.update(dict.fromkeys(way, found))
    return found
