"""Where the answer is that a receipt was given for: waiting, or counted among others; never what it was."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from msgspec import Struct

from neraca.service.report_source import ReportSource

STATEMENT = "receipt"


class ReceiptStanding(Struct, frozen=True):
    """`standing` is received or counted: then the log has the answer right before `position`, among others. `index` is
    the position of the closing by which it counts in the index of the survey, once it was closed. `counted_by` is the
    day after the last on which the survey takes answers: by then all that came in are counted.
    """

    standing: Literal["received", "counted"]
    unit: str
    survey: str
    period: str
    point: str
    name: str
    counted_by: date | None
    position: int | None
    index: int | None


def hashed(code: str) -> str:
    """What the log has of a receipt: anybody who has the code can compute it."""
    return sha256(code.strip().lower().encode()).hexdigest()


def standing_of(rows: Sequence[Sequence[Any]]) -> ReceiptStanding | None:
    """Of the row of the statement, if there is one."""
    if not rows:
        return None
    unit, survey, period, point, name, counted_by, position, is_open, closing = rows[0]
    counted = position is not None
    return ReceiptStanding(
        standing="counted" if counted else "received",
        unit=unit,
        survey=survey,
        period=period,
        point=point,
        name=name,
        counted_by=counted_by,
        position=position,
        index=closing if counted and not is_open else None,
    )


def receipt(source: ReportSource, code: str) -> ReceiptStanding | None:
    """None for a code that nothing was given for."""
    return standing_of(source.rows(STATEMENT, {"receipt": hashed(code)}))
