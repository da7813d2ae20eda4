"""Attendance facts of one employee in one year, month by month."""

from datetime import date
from typing import Annotated, TypeAlias, assert_never

from msgspec import Meta, Struct, field

from neraca.domain import validation
from neraca.domain.agency import working_days
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, NotFound, TooEarly
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.period import Period
from neraca.domain.text_kinds import MonthLabel, Nip, Prose, counted

Count = Annotated[int, Meta(ge=0)]


class OfAttendance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every event of the stream says; scores and facts go by it."""

    employee: str
    month: str


class CountedMonth(OfAttendance, frozen=True, kw_only=True):
    required_days: Count
    absent_days: Count = 0
    late: Count = 0
    left_early: Count = 0


class AttendanceRecorded(CountedMonth, ReadableWhole, frozen=True, tag="attendance.recorded"):
    """`absent_days` are days without leave or notice; `late` and `left_early` count times."""


class AttendanceCorrected(CountedMonth, ReadableWhole, frozen=True, tag="attendance.corrected"):
    """Replaces the month's facts."""

    reason: str


AttendanceEvent: TypeAlias = AttendanceRecorded | AttendanceCorrected


class ToAttendance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip
    month: MonthLabel


class CountMonth(ToAttendance, frozen=True, kw_only=True):
    required_days: Count
    absent_days: Count = 0
    late: Count = 0
    left_early: Count = 0


class RecordAttendance(CountMonth, frozen=True, tag="record-attendance"):
    pass


class CorrectAttendance(CountMonth, frozen=True, tag="correct-attendance"):
    reason: Prose


AttendanceCommand: TypeAlias = RecordAttendance | CorrectAttendance


class State(Struct):
    """The months recorded. Changes in place."""

    months: set[str] = field(default_factory=set[str])


def evolve(state: State, event: AttendanceEvent) -> State:
    match event:
        case AttendanceRecorded():
            state.months.add(event.month)
        case AttendanceCorrected():
            pass
        case _:
            assert_never(event)
    return state


def decide(command: AttendanceCommand, state: State, context: Context) -> list[AttendanceEvent]:
    _check(command, context)
    match command:
        case RecordAttendance():
            if command.month in state.months:
                raise AlreadyDone(f"/month: {command.month} is recorded; correct it with a reason", field="/month")
            return [
                AttendanceRecorded(
                    employee=command.employee,
                    month=command.month,
                    required_days=command.required_days,
                    absent_days=command.absent_days,
                    late=command.late,
                    left_early=command.left_early,
                )
            ]
        case CorrectAttendance():
            if command.month not in state.months:
                raise NotFound(f"/month: {command.month} is not recorded; record it first", field="/month")
            return [
                AttendanceCorrected(
                    employee=command.employee,
                    month=command.month,
                    required_days=command.required_days,
                    absent_days=command.absent_days,
                    late=command.late,
                    left_early=command.left_early,
                    reason=validation.written(command.reason, "/reason", "the reason"),
                )
            ]
        case _:
            assert_never(command)


def _check(command: AttendanceCommand, context: Context) -> None:
    validation.key(command.employee, "/employee", "an employee number")
    if context.actor.id == command.employee:
        raise NotAllowed("nobody may record their own attendance; ask another HR officer")
    month = validation.period(command.month)
    if month.cycle != "month":
        raise Invalid(f"/month: '{command.month}' is not a month; write 2025-07", field="/month")
    if context.today < month.ends:
        raise TooEarly(f"/month: {command.month} ends on {month.ends}; record it then", field="/month")
    first, last = _served(command.employee, month, context)
    most = working_days(context.agency, first, last)
    if not 0 <= command.required_days <= most:
        raise Invalid(
            f"/required_days: {first} to {last} has {counted(most, 'working day')} by the calendar of "
            f"{context.agency.id}, not {command.required_days}; mend the count, or working_week and holidays in "
            "agency.yaml",
            field="/required_days",
        )
    if not 0 <= command.absent_days <= command.required_days:
        raise Invalid(
            f"/absent_days: {command.absent_days} of {counted(command.required_days, 'required day')} can't be absent; "
            "count from 0 to all of them",
            field="/absent_days",
        )
    # Who is absent can't be late, so both are bounded by the days of presence.
    present = command.required_days - command.absent_days
    for name, times in (("late", command.late), ("left_early", command.left_early)):
        if not 0 <= times <= present:
            raise Invalid(
                f"/{name}: {counted(times, 'time')} in {counted(present, 'day')} of presence can't be; once a day at "
                f"most, so 0 to {present}",
                field=f"/{name}",
            )


def _served(employee: str, month: Period, context: Context) -> tuple[date, date]:
    """Its days on which the employee serves."""
    tenure = context.people(employee)
    if tenure is None or tenure.since is None:
        raise Invalid(f"/employee: {employee} is not on the roster; register them first", field="/employee")
    first = max(month.starts, tenure.since)
    last = month.ends if tenure.retired is None else min(month.ends, tenure.retired)
    if first > last:
        until = "on" if tenure.retired is None else f"to {tenure.retired}"
        raise Invalid(
            f"/month: {employee} serves from {tenure.since} {until}, on no day of {month.label}", field="/month"
        )
    return first, last
