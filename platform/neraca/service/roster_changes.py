"""What differs between employees as another program says they are and as the log has them, as commands.

What differs is compared on one day: that from which a change is to hold, `effective`, or today. What is not said stays.
What registration fixed for ever (first day, kind of employment) is not changed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from msgspec import Struct, field

from neraca.domain import roster, streams
from neraca.domain.assignments import assignment_on, class_on, level_on, title_on
from neraca.domain.careers import ChangePosition, CorrectEmployee
from neraca.domain.registry import Command
from neraca.domain.roster import AssignEmployee, EmployeeRegistered, RegisterEmployee, TransferEmployee
from neraca.domain.vocabulary import EmploymentType
from neraca.service.event_reader import EventReader

FIXED = ("since", "employment_type")

Placed: TypeAlias = tuple[Command, Mapping[str, str]]
"""A command, and which field a JSON pointer into it is of where that is called otherwise."""


class KnownEmployee(Struct):
    """An employee as the log has them, and with which kind of employment they were registered."""

    state: roster.State = field(default_factory=roster.State)
    employment_type: EmploymentType | None = None
    created: datetime | None = None
    changed: datetime | None = None
    version: int = 0


def known(reader: EventReader, agency: str, numbers: Sequence[str]) -> dict[str, KnownEmployee]:
    """By number, also of those who are not on the roster."""
    found = {number: KnownEmployee() for number in numbers}
    by_stream = {streams.employee(agency, number): one for number, one in found.items()}
    for past in reader.streams(agency, by_stream)[1]:
        one = by_stream[past.stream]
        one.state = roster.evolve(one.state, past.event)
        one.created, one.changed, one.version = one.created or past.recorded_at, past.recorded_at, past.version
        if isinstance(past.event, EmployeeRegistered):
            one.employment_type = past.event.employment_type
    return found


def registration(values: Mapping[str, Any]) -> Iterator[Placed]:
    """Needs what `RegisterEmployee` needs; assigns where a unit is said."""
    yield (
        RegisterEmployee(
            employee=values["employee"],
            name=values["name"],
            employment_type=values["employment_type"],
            position=values["position"],
            position_class=values.get("position_class"),
            since=values["since"],
            career_level=values.get("career_level"),
        ),
        {},
    )
    if "unit" in values:
        since = values.get("unit_since", values["since"])
        yield (
            AssignEmployee(
                employee=values["employee"], unit=values["unit"], since=since, supervisor=values.get("supervisor")
            ),
            {"/since": "unit_since"},
        )


def standing(state: roster.State, day: date) -> dict[str, Any]:
    """What an employee is on a day, by field."""
    place = assignment_on(state, day)
    return {
        "name": state.name,
        "position": title_on(state, day),
        "position_class": class_on(state, day),
        "career_level": level_on(state, day),
        "unit": None if place is None else place.unit,
        "supervisor": None if place is None else place.supervisor,
    }


def differences(values: Mapping[str, Any], state: roster.State, day: date) -> Iterator[tuple[str, Any, Any]]:
    """Each field that is said otherwise than it is on a day: its name, what is, and what is said."""
    for name, before in standing(state, day).items():
        if name in values and values[name] != before:
            yield name, before, values[name]


def changes(values: Mapping[str, Any], state: roster.State, day: date) -> Iterator[Placed]:
    """What is to be sent for that; reason and decree are empty where they are not said."""
    differ = {name for name, _, _ in differences(values, state, day)}
    number, reason = values["employee"], values.get("reason", "")
    if "name" in differ:
        yield CorrectEmployee(employee=number, name=values["name"], reason=reason), {}
    if differ & {"position", "position_class", "career_level"}:
        new = {name: values[name] for name in ("position", "position_class", "career_level") if name in differ}
        decree = values.get("decree", "")
        yield ChangePosition(employee=number, since=day, decree=decree, reason=reason, **new), {"/since": "effective"}
    if differ & {"unit", "supervisor"}:
        place = assignment_on(state, day)
        unit = values.get("unit", "" if place is None else place.unit)
        supervisor = values.get("supervisor", None if place is None else place.supervisor)
        if not state.places:
            since = values.get("unit_since", day)
            yield (
                AssignEmployee(employee=number, unit=unit, since=since, supervisor=supervisor),
                {"/since": "unit_since"},
            )
        else:
            yield (
                TransferEmployee(employee=number, unit=unit, since=day, reason=reason, supervisor=supervisor),
                {"/since": "effective"},
            )
