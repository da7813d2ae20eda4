"""Random rosters, changed in any order and for any day: who serves, who is above, and who may act, against a naive look
at each day; and nobody who does not serve or is a party ever acts.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain import dispatch, roster
from neraca.domain.agency import Unit
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import ObjectionFiled, PlanDrafted, PlanSubmitted
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.assignments import assignment_on, serves, superiors
from neraca.domain.errors import Refusal
from neraca.domain.roster import (
    AssignEmployee,
    EmployeeAssigned,
    EmployeeRegistered,
    EmployeeRetired,
    EmployeeTransferred,
    RegisterEmployee,
    RetireEmployee,
    TransferEmployee,
)
from neraca.domain.vocabulary import EmploymentType, ObjectionOutcome, PositionClass, Relation

FIRST = date(2025, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(12)]
NAMES = tuple(f"p{n}" for n in range(5))
UNITS = ("dinkes", "disdik", "dishub")
QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

names, days, units = st.sampled_from(NAMES), st.sampled_from(DAYS), st.sampled_from(UNITS)
changes = st.one_of(
    st.builds(AssignEmployee, employee=names, unit=units, since=days, supervisor=st.one_of(st.none(), names)),
    st.builds(
        TransferEmployee,
        employee=names,
        unit=units,
        since=days,
        supervisor=st.one_of(st.none(), names),
        reason=st.just("x"),
    ),
    st.builds(RetireEmployee, employee=names, on=days),
)
FOUR = {"layanan": Decimal(4)}
histories = st.lists(st.tuples(changes, days), min_size=4, max_size=20)


class World:
    """What was recorded, in order, and the state it makes."""

    def __init__(self, given_then: Any, agency: Any) -> None:
        self.given = given_then
        self.agency = agency
        self.recorded: list[tuple[str, Any]] = []
        self.states = {name: roster.State() for name in NAMES}
        for name in NAMES:
            since = FIRST + timedelta(days=3 if name == "p4" else 0)
            self.tell(_registration(name, since), FIRST)

    def known(self, command: Any, **more: Any) -> Any:
        people = {name: state for name, state in self.states.items() if state.since is not None}
        return self.given(command, agency=self.agency, people=people, **more)

    def tell(self, command: Any, today: date) -> bool:
        state = self.states[command.employee]
        try:
            events = dispatch.decide(command, state, self.known(command, by="hr", on=today))
        except Refusal:
            return False
        for event in events:
            self.recorded.append((command.employee, event))
            dispatch.evolve(state, event)
        return True

    def people(self, name: str) -> Any:
        return self.states.get(name)


def _registration(name: str, since: date) -> RegisterEmployee:
    return RegisterEmployee(
        employee=name,
        name=name,
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis",
        position_class=PositionClass.FUNCTIONAL,
        since=since,
    )


class Naive:
    """The same questions, answered by reading all that was recorded again for each day."""

    def __init__(self, recorded: list[tuple[str, Any]]) -> None:
        self.recorded = recorded

    def retired(self, name: str) -> date | None:
        told = [event.on for who, event in self.recorded if who == name and isinstance(event, EmployeeRetired)]
        return told[-1] if told else None

    def serves(self, name: str, day: date) -> bool:
        since = [event.since for who, event in self.recorded if who == name and isinstance(event, EmployeeRegistered)]
        retired = self.retired(name)
        return bool(since) and since[0] <= day and (retired is None or day <= retired)

    def place(self, name: str, day: date) -> tuple[str, str | None, date] | None:
        """Though it be after retirement."""
        found: tuple[str, str | None, date] | None = None
        for who, event in self.recorded:
            if who != name or not isinstance(event, EmployeeAssigned | EmployeeTransferred) or event.since > day:
                continue
            if found is None or event.since >= found[2]:
                found = (event.unit, event.supervisor, event.since)
        return found

    def first_place(self, name: str) -> tuple[str, str | None, date] | None:
        return next((place for day in DAYS if (place := self.place(name, day))), None)

    def last_in_post(self, name: str, since: date, day: date) -> date | None:
        home = self.place(name, since) or self.first_place(name)
        for each in DAYS:
            if each > day:
                return None
            gone = self.retired(name) == each - timedelta(days=1)
            now = self.place(name, each)
            moved = each > since and now is not None and home is not None and now[0] != home[0]
            if gone or moved:
                return each - timedelta(days=1)
        return None

    def upwards(self, named: str | None, since: date, day: date) -> list[str]:
        found: list[str] = []
        met: list[tuple[str, date]] = []
        while named is not None and (named, since) not in met:
            met.append((named, since))
            last = self.last_in_post(named, since, day)
            if last is None and named not in found:
                found.append(named)
            place = self.place(named, day if last is None else last)
            if place is None:
                break
            named, since = place[1], place[2]
        return found

    def superiors(self, name: str, since: date, day: date) -> list[str]:
        place = self.place(name, since)
        return [] if place is None else self.upwards(place[1], place[2], day)


@pytest.fixture
def office(agency: Any) -> Any:
    return replace(agency, units={unit: Unit(name={"id": unit}, activated=FIRST) for unit in UNITS})


@QUIET
@given(history=histories)
def test_every_day_is_what_was_recorded_for_it_in_whatever_order(request: Any, history: Any) -> None:
    world = World(request.getfixturevalue("given"), request.getfixturevalue("office"))
    for command, today in history:
        world.tell(command, today)

    naive = Naive(world.recorded)
    for name in NAMES:
        for day in DAYS:
            assert serves(world.people(name), day) is naive.serves(name, day)
            held, expected = assignment_on(world.people(name), day), naive.place(name, day)
            retired = naive.retired(name)
            if expected is None or (retired is not None and day > retired):
                assert held is None
            else:
                assert held is not None
                assert (held.unit, held.supervisor) == expected[:2]
            assert list(superiors(world.people, name, day)) == naive.superiors(name, day, day)


@QUIET
@given(history=histories)
def test_supervision_never_runs_in_a_circle_and_who_is_named_serves(request: Any, history: Any) -> None:
    world = World(request.getfixturevalue("given"), request.getfixturevalue("office"))
    for command, today in history:
        before = Naive(list(world.recorded))
        if world.tell(command, today) and not isinstance(command, RetireEmployee) and command.supervisor is not None:
            assert before.serves(command.supervisor, command.since)

    naive = Naive(world.recorded)
    for day in DAYS:
        for name in NAMES:
            met, above = [name], naive.place(name, day)
            while above is not None and above[1] is not None:
                assert above[1] not in met, (day, met)
                met.append(above[1])
                above = naive.place(above[1], day)


def _opened(world: World, today: date) -> tuple[str, Appraisal] | None:
    for name in NAMES:
        state = Appraisal()
        command = ask.OpenAppraisal(employee=name, period="2025")
        known = world.known(command, by="hr", on=today, position_class=PositionClass.FUNCTIONAL)
        try:
            events = dispatch.decide(command, state, known)
        except Refusal:
            continue
        for event in events:
            dispatch.evolve(state, event)
        return name, state
    return None


def _first_under_somebody(naive: Naive, name: str) -> date | None:
    for day in DAYS:
        place = naive.place(name, day)
        if place is not None and place[1] is not None and naive.serves(name, day):
            return day
    return None


@QUIET
@given(before=histories, opened_on=days, after=histories, today=days)
@example(
    before=[
        (AssignEmployee(unit="dinkes", since=date(2025, 1, 1), supervisor="p2", employee="p1"), date(2025, 1, 1)),
        (AssignEmployee(unit="dinkes", since=date(2025, 1, 4), supervisor="p4", employee="p2"), date(2025, 1, 1)),
    ],
    opened_on=date(2025, 1, 4),
    after=[(RetireEmployee(on=date(2025, 1, 1), employee="p4"), date(2025, 1, 10))],
    today=date(2025, 1, 1),
)
def test_whoever_acts_serves_today_is_no_party_and_is_the_next_above(
    request: Any, before: Any, opened_on: date, after: Any, today: date
) -> None:
    world = World(request.getfixturevalue("given"), request.getfixturevalue("office"))
    for command, on in before:
        world.tell(command, on)
    found = _opened(world, opened_on)
    assume(found is not None)
    assert found is not None
    employee, state = found

    naive = Naive(list(world.recorded))
    first = _first_under_somebody(naive, employee)
    assert first is not None
    above = [one for one in naive.superiors(employee, first, max(first, opened_on)) if one != employee]
    assert [state.appraiser, state.reviewer] == [*above, None][:2]
    assert naive.serves(state.appraiser, max(first, opened_on))

    for command, on in after:
        world.tell(command, on)
    naive = Naive(world.recorded)
    appraiser = next((one for one in naive.upwards(state.appraiser, first, today) if one != employee), None)
    reviewers = naive.upwards(state.reviewer, first, today)
    if appraiser is None:
        appraiser = next((one for one in reviewers if one != employee), None)
    parties = {employee, state.appraiser, appraiser}
    reviewer = next((one for one in reviewers if one not in parties), None)

    submitted = _with(state, PlanDrafted(results=request.getfixturevalue("results")), PlanSubmitted())
    approve = ask.ApprovePlan(employee=employee, period="2025")
    who = [name for name in NAMES if _may(world, approve, submitted, name, today)]
    assert who == ([appraiser] if appraiser is not None and naive.serves(appraiser, today) else [])

    objected = _with(state, request.getfixturevalue("past").finalised, ObjectionFiled(grounds="x", filed=today))
    decide = ask.DecideObjection(employee=employee, period="2025", outcome=ObjectionOutcome.UPHELD, reason="x")
    who = [name for name in NAMES if _may(world, decide, objected, name, today)]
    assert who == ([reviewer] if reviewer is not None and naive.serves(reviewer, today) else [])
    assert _may(world, decide, objected, "official", today) is (reviewer is None)
    for party in parties - {None}:
        assert not _may(world, decide, objected, "official", today, deputy=party)

    for relation in (Relation.PEER, Relation.SUBORDINATE):
        rate = ask.Rate(employee=employee, period="2025", relation=relation, scores=FOUR)
        for name in NAMES:
            if not _may(world, rate, _with(state), name, today):
                continue
            assert naive.serves(name, today)
            assert name not in {*parties, state.reviewer, reviewer}
            held = [naive.place(name, day) for day in DAYS if first <= day <= today and naive.serves(name, day)]
            if relation is Relation.PEER:
                assert state.unit in {place[0] for place in held if place}
            else:
                assert employee in {place[1] for place in held if place}


def _with(state: Appraisal, *events: Any) -> Appraisal:
    state = replace(state, results=dict(state.results), ratings=dict(state.ratings))
    for event in events:
        dispatch.evolve(state, event)
    return state


def _may(world: World, command: Any, state: Appraisal, by: str, today: date, **more: Any) -> bool:
    try:
        dispatch.decide(command, state, world.known(command, by=by, on=today, **more))
    except Refusal:
        return False
    return True
