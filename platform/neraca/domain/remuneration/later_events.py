"""Which months, and which facts of pay, an event about an employee touches that is recorded after they were paid.

One function says it for whoever marks what is paid as outdated, and for whoever lets it be revised: what is marked can
be revised, though it should come to the same, and is marked no more.
"""

from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded
from neraca.domain.careers import EmployeeCorrected, PositionChanged
from neraca.domain.exemptions import EmployeeExempted, ExemptionEnded, ExemptionWithdrawn
from neraca.domain.facts import ABSENT_DAYS, REQUIRED_DAYS, SANCTION, TIMES_LATE, TIMES_LEFT_EARLY
from neraca.domain.period import Period, parse
from neraca.domain.remuneration.told_facts import REPORTS_DUE, REPORTS_IN_TIME
from neraca.domain.remuneration.unpaid_days import STOPS_PAY
from neraca.domain.roster import (
    EmployeeRehired,
    EmployeeRetired,
    EmployeeSanctioned,
    EmployeeTransferred,
    SanctionLifted,
    SanctionRevised,
)
from neraca.domain.vocabulary import ExemptionKind

TOUCHING = (
    AttendanceRecorded,
    AttendanceCorrected,
    EmployeeSanctioned,
    SanctionRevised,
    SanctionLifted,
    EmployeeExempted,
    ExemptionEnded,
    ExemptionWithdrawn,
    PositionChanged,
    EmployeeCorrected,
    EmployeeTransferred,
    EmployeeRetired,
    EmployeeRehired,
)
"""The events that may."""

_ATTENDANCE = (REQUIRED_DAYS, ABSENT_DAYS, TIMES_LATE, TIMES_LEFT_EARLY, REPORTS_DUE, REPORTS_IN_TIME)
_DAY = timedelta(days=1)


class KnownExemption(Struct, frozen=True):
    """An exemption as it stood before an event that ends or withdraws it."""

    kind: ExemptionKind
    since: date
    until: date | None


class Touched(Struct, frozen=True):
    """Days, both included. `facts`: only whose policy asks for one of them; empty: everybody's.

    `pay` and `credit` say which of the two is touched.
    """

    since: date
    until: date
    facts: tuple[str, ...] = ()
    pay: bool = True
    credit: bool = True

    def meets(self, period: Period) -> bool:
        return self.since <= period.ends and self.until >= period.starts


def touched(event: object, known: KnownExemption | None = None) -> Touched | None:
    """The days that an event touches; `known` is the exemption that it ends or withdraws."""
    if isinstance(event, AttendanceRecorded | AttendanceCorrected):
        month = parse(event.month)
        return Touched(month.starts, month.ends, _ATTENDANCE, credit=False)
    if isinstance(event, EmployeeSanctioned | SanctionRevised | SanctionLifted):
        return Touched(date.min, date.max, (SANCTION,), credit=False)
    if isinstance(event, EmployeeExempted | ExemptionEnded | ExemptionWithdrawn):
        return _by_exemption(event, known)
    if isinstance(event, PositionChanged | EmployeeRehired):
        return Touched(event.since, date.max)
    if isinstance(event, EmployeeTransferred) and event.position is not None:
        return Touched(event.since, date.max, credit=False)
    if isinstance(event, EmployeeCorrected) and {event.position, event.position_class, event.career_level} != {None}:
        return Touched(date.min, date.max)
    if isinstance(event, EmployeeRetired):
        return Touched(_after(event.on), date.max)
    return None


def _by_exemption(
    event: EmployeeExempted | ExemptionEnded | ExemptionWithdrawn, known: KnownExemption | None
) -> Touched | None:
    if isinstance(event, EmployeeExempted):
        return Touched(event.since, event.until or date.max, pay=STOPS_PAY[event.kind])
    if known is None:
        return None
    if isinstance(event, ExemptionWithdrawn):
        return Touched(known.since, known.until or date.max, pay=STOPS_PAY[known.kind])
    sooner, later = sorted((known.until or date.max, event.until))
    return Touched(_after(sooner), later, pay=STOPS_PAY[known.kind])


def _after(day: date) -> date:
    return day if day == date.max else day + _DAY


class LaterEvents(Struct):
    """Takes the events of an employee one after the other, and knows where each that touches something stands."""

    exemptions: dict[str, KnownExemption] = {}
    found: list[tuple[int, Touched]] = []

    def apply(self, event: Any, position: int) -> None:
        known = None
        if isinstance(event, EmployeeExempted):
            self.exemptions[event.decree] = KnownExemption(event.kind, event.since, event.until)
        elif isinstance(event, ExemptionEnded | ExemptionWithdrawn):
            known = self.exemptions.get(event.decree)
            if known is not None and isinstance(event, ExemptionEnded):
                self.exemptions[event.decree] = KnownExemption(known.kind, known.since, event.until)
        if (one := touched(event, known)) is not None:
            self.found.append((position, one))

    def pay(self, month: Period, reads: frozenset[str]) -> int:
        """The last position of what touches a month's pay by a policy that reads these facts; 0 if nothing does."""
        return max(
            (at for at, one in self.found if one.pay and one.meets(month) and (not one.facts or reads & {*one.facts})),
            default=0,
        )

    def credit(self, period: Period) -> int:
        """The last position of what touches the points of a period; 0 if nothing does."""
        return max((at for at, one in self.found if one.credit and one.meets(period)), default=0)
