"""Attendance facts of one employee in one year, month by month."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

Month = Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Count = Annotated[int, Meta(ge=0)]


class _Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    employee: str
    month: Month
    required_days: Count
    absent_days: Count = 0
    late: Count = 0
    left_early: Count = 0


class AttendanceRecorded(_Event, frozen=True, tag="attendance.recorded"):
    """`absent_days` are days without leave or notice; `late` and `left_early` count times."""


class AttendanceCorrected(_Event, frozen=True, tag="attendance.corrected"):
    """Replaces the month's facts."""

    reason: str


AttendanceEvent: TypeAlias = AttendanceRecorded | AttendanceCorrected


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: str
    month: Month
    required_days: Count
    absent_days: Count = 0
    late: Count = 0
    left_early: Count = 0


class RecordAttendance(_Command, frozen=True, tag="record-attendance"):
    pass


class CorrectAttendance(_Command, frozen=True, tag="correct-attendance"):
    reason: str


AttendanceCommand: TypeAlias = RecordAttendance | CorrectAttendance
