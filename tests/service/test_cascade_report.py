"""Which goal each planned result leads to in the end, and how much of what each unit plans: as SQL has it, over random
years, beside what Python makes of the same events one by one; now, and as of what was known before.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, TypeAlias
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from msgspec import Struct, field

from neraca.domain import streams
from neraca.domain.appraisal.events import (
    Cancelled,
    Opened,
    PlanApproved,
    PlanChangeAgreed,
    PlanDrafted,
    PlannedResult,
)
from neraca.domain.cascade.links import ResultLinked, ResultUnlinked, Served
from neraca.domain.cascade.mission import Goal, Mission, MissionRevised, MissionSet
from neraca.domain.cascade.unit_plan import (
    ResultAbove,
    UnitPlanApproved,
    UnitPlanDrafted,
    UnitPlanReturned,
    UnitPlanRevised,
    UnitResult,
)
from neraca.domain.envelope import Envelope
from neraca.domain.period import parse
from neraca.domain.registry import EVENTS
from neraca.domain.roster import EmployeeAssigned, EmployeeRegistered, EmployeeRetired, EmployeeTransferred
from neraca.domain.vocabulary import CascadeKind, EmploymentType
from neraca.domain.workplan.events import WorkPlanApproved, WorkPlanDrafted, WorkPlanWithdrawn, YearResult
from neraca.projecting.event_pages import decoder
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import ensure
from neraca.service.cascade import CascadeOfUnit, CascadeResult, Looseness, results_of, sums_of
from neraca.service.statements import statement
from neraca.store.ledger import Append, Ledger
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import cascade, roster

YEAR, DAY = 2025, date(2025, 6, 30)
AT = datetime(2025, 6, 2, 1, 30, tzinfo=UTC)
UNITS = ["bkd", "dinkes", "disdik", "dishub"]
PEOPLE = [f"p{n:02}" for n in range(16)]
PERIODS = ["2025", "2025-Q1"]
RESULTS = ["r1", "r2", "r3"]
Ref: TypeAlias = tuple[str, ...]
"""A result: of a unit by unit and id; of a person by number, period and id."""


class Known(Struct):
    """What the events said, kept without a thought of speed."""

    goals: set[str] = field(default_factory=set[str])
    units: dict[str, tuple[str, list[UnitResult]]] = field(default_factory=dict[str, tuple[str, list[UnitResult]]])
    opened: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    plans: dict[tuple[str, str], tuple[list[str], bool]] = field(
        default_factory=dict[tuple[str, str], tuple[list[str], bool]]
    )
    of_year: dict[str, tuple[list[str], bool]] = field(default_factory=dict[str, tuple[list[str], bool]])
    links: dict[Ref, Served | None] = field(default_factory=dict[Ref, Served | None])
    places: dict[str, list[tuple[date, int, str]]] = field(default_factory=dict[str, list[tuple[date, int, str]]])
    retired: dict[str, date] = field(default_factory=dict[str, date])

    def serving(self) -> dict[str, str]:
        left = {who for who, on in self.retired.items() if on < DAY}
        held = {who: [one for one in places if one[0] <= DAY] for who, places in self.places.items()}
        return {who: max(places)[2] if places else "" for who, places in held.items() if who not in left}

    def planned(self, who: str) -> Iterator[tuple[str, str, bool]]:
        """Period, result, and whether it is fixed."""
        own = {("2025"): self.of_year[who]} if who in self.of_year else {}
        plans = own or {period: plan for (one, period), plan in self.plans.items() if one == who}
        for period, (results, fixed) in plans.items():
            yield from ((period, result, fixed) for result in results)


def rows_of(known: Known) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The results of units, and those of people who serve with what each is linked to."""
    units = [
        (
            unit,
            status,
            one.id,
            one.title,
            one.goal,
            *((one.above.unit, one.above.result) if one.above else (None, None)),
        )
        for unit, (status, results) in known.units.items()
        for one in results
    ]
    people = [
        (who, unit, period, result, f"Hasil {result}", fixed, *_linked(known.links.get((who, period, result))))
        for who, unit in known.serving().items()
        for period, result, fixed in known.planned(who)
    ]
    return units, people


def _linked(serves: Served | None) -> tuple[str | None, ...]:
    if serves is None:
        return (None, None, None, None, None)
    return (serves.result, serves.employee, serves.period, serves.unit, CascadeKind.SERVICE.value)


class _Node(Struct, frozen=True):
    told: CascadeResult
    fixed: bool
    serves: Ref | None
    goal: str | None = None


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


class Year:
    """Appends random events of an agency, and knows what each of them says."""

    def __init__(self, url: str, ledger: Ledger, seed: int) -> None:
        self.known = Known()
        self._url, self._ledger, self._chance = url, ledger, random.Random(seed)
        self._mapper, self._versions = EventMapper(EVENTS), dict[UUID, int]()
        self._pending: list[StoredEvent] = []
        self.head = 0

    def tell(self, stream: UUID, event: Any) -> None:
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        envelope = Envelope(at=AT, by="hr", correlation="c", effective=None, body=event)
        self._pending.append(StoredEvent(stream, version, *self._mapper.encode(envelope)))
        self.head += 1

    def follow(self) -> None:
        self._ledger.append("solo", Append(self._pending))
        self._pending = []
        follower = Follower(self._url, [roster.PROJECTION, cascade.PROJECTION], decoder())
        assert [standing.failure for standing in follower.catch_up()] == [None, None]

    def begin(self) -> None:
        for who in PEOPLE:
            stream = streams.employee("solo", who)
            registered = EmployeeRegistered(
                employee=who,
                name=who,
                employment_type=EmploymentType.CIVIL_SERVANT,
                position="Analis",
                since=date(2020, 1, 1),
            )
            self.tell(stream, registered)
            self.known.places[who] = []
            if who != PEOPLE[-1]:
                self._place(who, EmployeeAssigned(unit=self._one(UNITS), since=date(2020, 1, 1)))
        missions = [Mission("m", "Misi", [Goal("t1", "Satu"), Goal("t2", "Dua")])]
        self.tell(
            streams.mission("solo"),
            MissionSet(first_year=2025, last_year=2029, vision="Maju", missions=missions, decree="SK"),
        )
        self.known.goals = {"t1", "t2"}

    def live(self, steps: int) -> None:
        does = [self._plan_unit, self._move, self._plan_period, self._plan_year, self._link]
        for do in self._chance.choices(does, [4, 1, 9, 2, 14], k=steps):
            do()

    def revise_mission(self) -> None:
        missions = [Mission("m", "Misi", [Goal("t1", "Satu")])]
        self.tell(
            streams.mission("solo"),
            MissionRevised(first_year=2025, vision="Maju", missions=missions, on=DAY, reason="paruh waktu"),
        )
        self.known.goals = {"t1"}

    def _one(self, of: list[Any]) -> Any:
        return self._chance.choice(of)

    def _some(self, of: list[str]) -> list[str]:
        return sorted(self._chance.sample(of, self._chance.randint(1, len(of))))

    def _place(self, who: str, event: Any) -> None:
        self.tell(streams.employee("solo", who), event)
        self.known.places[who].append((event.since, self.head, event.unit))

    def _move(self) -> None:
        who = self._one(PEOPLE[:-1])
        if self._chance.random() < 0.15:
            on = self._one([date(2025, 3, 31), date(2025, 12, 31)])
            self.tell(streams.employee("solo", who), EmployeeRetired(on=on))
            self.known.retired[who] = on
        elif who not in self.known.retired:
            since = self._one([date(2025, 2, 1), DAY, date(2025, 9, 1)])
            self._place(who, EmployeeTransferred(unit=self._one(UNITS), since=since, reason="mutasi"))

    def _plan_unit(self) -> None:
        unit: str = self._one(UNITS)
        which: Any = {"unit": unit, "year": YEAR}
        status, results = self.known.units.get(unit, ("", []))
        done, event = status, None
        if self._chance.random() < 0.5:
            results = [self._unit_result(one) for one in self._some(["u1", "u2"])]
            done = "approved" if status == "approved" else "drafted"
            revised = UnitPlanRevised(**which, results=results, on=DAY, reason="r")
            event = revised if status == "approved" else UnitPlanDrafted(**which, results=results)
        elif status == "approved" and self._chance.random() < 0.05:
            done, event = "returned", UnitPlanReturned(**which, feedback="kurang")
        elif status:
            done, event = "approved", UnitPlanApproved(**which, on=DAY)
        if event is not None:
            self.tell(streams.unit_plan("solo", unit, YEAR), event)
            self.known.units[unit] = (done, results)

    def _unit_result(self, name: str) -> UnitResult:
        if self._chance.random() < 0.6:
            return UnitResult(name, f"Hasil {name}", [], goal=self._one(["t1", "t1", "t1", "t2", "t9"]))
        above = ResultAbove(self._one(UNITS), self._one(["u1", "u2"]))
        return UnitResult(name, f"Hasil {name}", [], above=self._one([above, above, None]))

    def _plan_period(self) -> None:
        who, period = key = (self._one(PEOPLE), self._one(PERIODS))
        stream, span = streams.appraisal("solo", who, period), parse(period)
        if key not in self.known.opened:
            self.known.opened.add(key)
            self.tell(
                stream,
                Opened(
                    employee=who, period=period, starts=span.starts, ends=span.ends, unit="bkd", appraiser=PEOPLE[0]
                ),
            )
            return
        names, fixed = self._some(RESULTS), self.known.plans.get(key, ([], False))[1]
        results = [PlannedResult(one, f"Hasil {one}", []) for one in names]
        if self._chance.random() < 0.03:
            self.tell(stream, Cancelled(reason="salah"))
            self.known.opened.discard(key)
            self.known.plans[key] = ([], False)
        elif fixed:
            change: Any = {"change": f"c{self.head}", "by": PEOPLE[0], "proposed_by": who, "on": DAY, "reason": "r"}
            self.tell(stream, PlanChangeAgreed(**change, results=results))
            self.known.plans[key] = (names, True)
        elif key in self.known.plans and self.known.plans[key][0]:
            self.tell(stream, PlanApproved())
            self.known.plans[key] = (self.known.plans[key][0], True)
        else:
            self.tell(stream, PlanDrafted(results=results))
            self.known.plans[key] = (names, False)

    def _plan_year(self) -> None:
        who: str = self._one(PEOPLE[:4])
        which: Any = {"employee": who, "period": "2025"}
        stream, (results, fixed) = streams.workplans("solo", who, YEAR), self.known.of_year.get(who, ([], False))
        if not results:
            results = self._some(RESULTS)
            self.tell(
                stream, WorkPlanDrafted(**which, results=[YearResult(one, f"Hasil {one}", []) for one in results])
            )
        elif not fixed:
            fixed = True
            self.tell(stream, WorkPlanApproved(**which, on=DAY))
        elif self._chance.random() < 0.3:
            results, fixed = [], False
            self.tell(stream, WorkPlanWithdrawn(**which, reason="keliru"))
        self.known.of_year[who] = (results, fixed)

    def _link(self) -> None:
        who, period, result = ref = self._person_result()
        stream: UUID = streams.links("solo", who, YEAR)
        which: Any = {"employee": who, "period": period, "result": result, "on": DAY}
        if self.known.links.get(ref) is not None and self._chance.random() < 0.1:
            self.tell(stream, ResultUnlinked(**which, reason="keliru"))
            self.known.links[ref] = None
            return
        served, when, its = self._person_result()
        of_unit = Served(self._one(["u1", "u2"]), unit=self._one(UNITS))
        serves = self._one([of_unit, Served(its, employee=served, period=when)])
        self.tell(stream, ResultLinked(**which, serves=serves, kind=CascadeKind.SERVICE))
        self.known.links[ref] = serves

    def _person_result(self) -> tuple[str, str, str]:
        """Mostly one that is planned."""
        planned = [(who, period, one) for who in PEOPLE for period, one, _ in self.known.planned(who)]
        if planned and self._chance.random() < 0.8:
            return self._one(planned)
        return self._one(PEOPLE), self._one(PERIODS), self._one(RESULTS)


class Asked(Struct):
    """What the report asks its source for, as of a position."""

    connection: Any
    position: int | None

    def rows(self, name: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        known = {"agency": "solo", "today": DAY, **params, "position": self.position}
        return self.connection.execute(statement(name), known).fetchall()


@contextmanager
def asking(url: str) -> Iterator[Callable[[int | None], Any]]:
    with psycopg.connect(url) as connection:
        yield lambda position: Asked(connection, position)


@pytest.mark.parametrize("seed", [0, 2, 3, 5, 6, 11, 12, 13])
def test_every_result_and_sum_is_what_the_events_say_now_and_as_of_before(database: str, seed: int) -> None:
    migrate(database, ["solo"])
    ensure(database, [roster.PROJECTION, cascade.PROJECTION])
    then: list[tuple[int, list[CascadeResult], list[CascadeOfUnit]]] = []
    with open_pool(database) as pool, asking(database) as source:
        year = Year(database, Ledger(pool), seed)
        year.begin()
        for steps in (150, 200, 300):
            year.live(steps)
            if steps == 300:
                year.revise_mission()
            year.follow()
            units, people = rows_of(year.known)
            results = _in_order(told(year.known.goals, units, people, YEAR))
            sums = by_unit(results, {unit: status for unit, status, *_ in units})
            then.append((year.head, results, sums))

            assert _in_order(results_of(source(None), YEAR, rows=7)) == results
            assert sorted(sums_of(source(None), YEAR), key=lambda one: one.unit) == sums
        for position, results, sums in then:
            assert _in_order(results_of(source(position), YEAR, rows=50)) == results
            assert sorted(sums_of(source(position), YEAR), key=lambda one: one.unit) == sums

    # The year was one in which there is something of everything to tell.
    every = [one for _, results, _ in then for one in results]
    assert {one.loose for one in every if one.employee} == {"", "unlinked", "dropped"}
    assert any(one.goal and one.serves.startswith("p") for one in every)
    assert any(one.loose == "" and not one.goal for one in every)


def _in_order(results: Iterable[CascadeResult]) -> list[CascadeResult]:
    return sorted(results, key=lambda one: (one.unit, one.employee, one.period, one.result))
