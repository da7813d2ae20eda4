"""From what HR counted of a month to a byte in the row of its year, so that those of a whole city are read at once."""

from collections.abc import Iterable
from typing import cast, get_args

from msgspec import Struct

from neraca.domain.attendance import AttendanceEvent
from neraca.domain.period import parse
from neraca.domain.required_days import NOTHING_KNOWN, with_month
from neraca.projecting.projection import Entry, Key, Table, Workspace, tags

TAGS = tags(*get_args(AttendanceEvent))


class Year(Struct):
    """The days on which work was `required`, a byte a month (required_days)."""

    agency: str
    employee: str
    year: int
    required: bytes = NOTHING_KNOWN


YEAR = Table("year", Year, ("employee", "year"))


def keys(entry: Entry) -> Iterable[tuple[Table[Year], tuple[Key, ...]]]:
    event = cast(AttendanceEvent, entry.body)
    yield YEAR, (event.employee, parse(event.month).starts.year)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast(AttendanceEvent, entry.body)
    month = parse(event.month).starts
    row = work.get(YEAR, event.employee, month.year) or Year(entry.agency, event.employee, month.year)
    row.required = with_month(row.required, month, event.required_days)
    work.put(YEAR, row)
