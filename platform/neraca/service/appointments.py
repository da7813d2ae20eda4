"""Who is appointed to which role, from the log and not from a table that follows it: a right that was withdrawn is gone
at the next request.
"""

from datetime import date

from neraca.domain.appointments import Appointment, AppointmentGiven, AppointmentWithdrawn, State, evolve
from neraca.service.event_reader import EventReader

_TAGS = tuple(str(kind.__struct_config__.tag) for kind in (AppointmentGiven, AppointmentWithdrawn))


def standing(reader: EventReader, agency: str, on: date | None, until: int | None) -> list[Appointment]:
    """All that were given and not withdrawn by a log position (None: now), by person and first day; with `on`, those
    that hold on that day.
    """
    states: dict[str, State] = {}
    for past in reader.of_types(agency, _TAGS):
        if until is None or past.position <= until:
            state = states.setdefault(past.event.person, State())
            evolve(state, past.event, past.position)
    given = [one for state in states.values() for one in state.given if on is None or one.holds(on)]
    return sorted(given, key=lambda one: (one.person, one.since, one.at))
