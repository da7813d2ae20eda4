"""On how many days of each month of a year work was required, a byte a month; what HR has not counted is unknown."""

from datetime import date

UNKNOWN = 255
NOTHING_KNOWN = bytes([UNKNOWN]) * 12


def with_month(year: bytes, month: date, days: int) -> bytes:
    """The same with what was counted of the month of a day."""
    return year[: month.month - 1] + bytes([days]) + year[month.month :]
