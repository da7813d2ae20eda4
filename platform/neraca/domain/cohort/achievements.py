"""The first stage: of which unit, and of which period, the organisation's predicate is that a cohort is held to."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from neraca.domain.cohort.commands import OpenCohort
from neraca.domain.cohort.events import Leading, Organisation
from neraca.domain.errors import Blocked, Invalid, TooEarly
from neraca.domain.period import Period, of_year


class LedUnit(Struct, frozen=True):
    unit: str
    leading: Leading


class Achieved(Struct, frozen=True):
    """The predicate of a unit in a period, published or revised on a legal day by the event at log `position`."""

    unit: str
    period: str
    predicate: str
    position: int
    on: date


def awaited_until(period: Period) -> date:
    """The last day on which the annual predicate of a unit is waited for: the end of January (PermenPANRB 6/2022,
    annex p. 94).
    """
    return date(period.ends.year + 1, 1, 31)


def year_before(period: Period) -> Period:
    return of_year(period.starts.year - 1, "year")[0]


def led(command: OpenCohort, units: Sequence[LedUnit]) -> LedUnit:
    """Which of the units that the appraiser leads; one they head goes before one they act for. Raises Invalid where it
    is not one alone.
    """
    heading = [one for one in units if one.leading == "head"] or list(units)
    if command.unit is not None:
        named = next((one for one in units if one.unit == command.unit), None)
        if named is None:
            there = ", ".join(sorted(one.unit for one in units)) or "none"
            raise Invalid(
                f"/unit: {command.appraiser} does not lead '{command.unit}' at the end of {command.period}; they lead "
                f"{there}",
                field="/unit",
            )
        return named
    if not heading:
        raise Blocked(
            f"{command.appraiser} heads no unit and serves in none at the end of {command.period}; HR must send "
            "appoint-head"
        )
    if len(heading) > 1:
        names = ", ".join(sorted(one.unit for one in heading))
        raise Invalid(f"/unit: {command.appraiser} leads {names}; name one of them", field="/unit")
    return heading[0]


def organisation_of(
    unit: LedUnit, period: Period, published: Sequence[Achieved], today: date, *, last_year: bool
) -> Organisation | None:
    """What counts of all that a unit published, in order; None where nothing does.

    An annual predicate counts that came in January or before; where none did, that of the year before, and only where
    there is none either the late one. Raises TooEarly where it may still come, but for `last_year`.
    """
    own = [one for one in published if (one.unit, one.period) == (unit.unit, period.label)]
    if period.cycle != "year":
        return _taken(unit, own)
    last_day = awaited_until(period)
    in_time = [one for one in own if one.on <= last_day]
    if in_time:
        return _taken(unit, in_time)
    if today <= last_day and not last_year:
        raise TooEarly(
            f"the predicate of {unit.unit} for {period.label} is not published, and may come until {last_day}; an "
            "official sends publish-achievement, or say last_year if it will come later",
            field="/last_year",
        )
    before = [one for one in published if (one.unit, one.period) == (unit.unit, year_before(period).label)]
    return _taken(unit, before, last_year=True) or _taken(unit, own)


def _taken(unit: LedUnit, published: Sequence[Achieved], *, last_year: bool = False) -> Organisation | None:
    if not published:
        return None
    last = published[-1]
    return Organisation(unit.unit, unit.leading, last.period, last.predicate, last.position, last_year)
