"""How many days of work each month asked of everybody, as HR counted them last."""

from collections.abc import Callable
from typing import Any

from neraca.domain import streams
from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded
from neraca.domain.required_days import UNKNOWN
from projections.attendance import PROJECTION

NIP = "198501012010011001"


def test_each_month_has_its_days_and_a_correction_counts(told: Callable[[Any], Any]) -> None:
    log, unknown = told(PROJECTION), bytes([UNKNOWN])
    for year in (2024, 2025):
        stream = streams.attendance("solo", NIP, year)
        log.happens(stream, AttendanceRecorded(employee=NIP, month=f"{year}-03", required_days=year - 2005))
    log.happens(stream, AttendanceRecorded(employee=NIP, month="2025-12", required_days=0))
    log.happens(stream, AttendanceCorrected(employee=NIP, month="2025-03", required_days=18, reason="cuti"))

    assert log.rows("year", "employee", "year", "required") == [
        {"employee": NIP, "year": 2024, "required": unknown * 2 + bytes([19]) + unknown * 9},
        {"employee": NIP, "year": 2025, "required": unknown * 2 + bytes([18]) + unknown * 8 + bytes([0])},
    ]
