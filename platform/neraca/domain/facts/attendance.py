"""From months of attendance to facts."""

from datetime import date

from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded
from neraca.domain.case import MICRO
from neraca.domain.facts.kept import KeptMonth
from neraca.domain.facts.ledger_facts import ABSENT_DAYS, REQUIRED_DAYS, TIMES_LATE, TIMES_LEFT_EARLY
from neraca.domain.facts.state import NOTHING, Changed, FactsState


def attend(facts: FactsState, event: AttendanceRecorded | AttendanceCorrected, position: int) -> Changed:
    year, month = event.month.split("-")
    if not facts.starts <= date(int(year), int(month), 1) <= facts.ends:
        return NOTHING
    facts.months[event.month] = KeptMonth(
        event.required_days, event.absent_days, event.late, event.left_early, position
    )
    months = [facts.months[label] for label in sorted(facts.months)]
    at = [month.at for month in months]
    return (
        facts.fact(REQUIRED_DAYS, sum(m.required for m in months) * MICRO, at),
        facts.fact(ABSENT_DAYS, sum(m.absent for m in months) * MICRO, at),
        facts.fact(TIMES_LATE, sum(m.late for m in months) * MICRO, at),
        facts.fact(TIMES_LEFT_EARLY, sum(m.left_early for m in months) * MICRO, at),
    )
