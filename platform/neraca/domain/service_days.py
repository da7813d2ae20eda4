"""Whether a day that is named lies in somebody's service, and whether HR may record it: asked at the roster's door."""

from datetime import date

from neraca.domain.assignments import Tenure
from neraca.domain.contexts import Context
from neraca.domain.errors import Invalid, NotAllowed, NotFound, NotOpen


def registered_since(employee: str, tenure: Tenure) -> date:
    """The first day of service. Raises NotFound for one who was never registered."""
    if tenure.since is None:
        raise NotFound(f"{employee} is not on the roster; register them first")
    return tenure.since


def within_service(day: date, field: str, employee: str, tenure: Tenure) -> None:
    not_before(day, registered_since(employee, tenure), field, "registration")
    _not_in_a_break(day, field, employee, tenure)
    if tenure.retired is not None and day > tenure.retired:
        raise NotOpen(
            f"{field}: {employee} retires on {tenure.retired}, before {day}; name a day up to then, or first "
            "correct the day of retirement",
            field=field,
        )


def _not_in_a_break(day: date, field: str, employee: str, tenure: Tenure) -> None:
    for first, last in tenure.breaks:
        if first <= day <= last:
            raise NotOpen(
                f"{field}: {employee} was out of service from {first} to {last}; name a day before or after",
                field=field,
            )


def not_before(day: date, first: date, field: str, of: str) -> None:
    if day < first:
        raise Invalid(f"{field}: {day} is before {of} on {first}; name a day from then", field=field)


def not_after(since: date, until: date | None) -> None:
    """Raises Invalid for a time that ends before it begins."""
    if until is not None and until < since:
        raise Invalid(f"/until: {until} is before {since}; name a day from then", field="/until")


def not_oneself(employee: str, context: Context, doing: str) -> None:
    if employee in (context.actor.id, context.deputy):
        raise NotAllowed(f"nobody may {doing} themselves; ask another HR officer")
