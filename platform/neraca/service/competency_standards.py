"""The competency standards of an agency from the log: that of a person's post, and all that hold."""

from collections.abc import Mapping
from datetime import date

from neraca.domain import streams
from neraca.domain.appraisal.events import StandardOfPost
from neraca.domain.assignments import Tenure
from neraca.domain.competency_standards import (
    CompetencyStandardSet,
    CompetencyStandardWithdrawn,
    Key,
    Standard,
    State,
    evolve,
    key,
    keys_in,
    most_days,
)
from neraca.domain.contexts import RequiredCompetencies
from neraca.service.event_reader import EventReader

_TAGS = tuple(str(kind.__struct_config__.tag) for kind in (CompetencyStandardSet, CompetencyStandardWithdrawn))


def required_competencies(
    reader: EventReader, agency: str, tenure: Tenure, first: date, last: date
) -> RequiredCompetencies | None:
    """Of the post or class that somebody had on most days of a period, as the log has it now; None without any."""
    if first > last:
        return None
    where = {streams.competency_standard(agency, one): one for one in keys_in(tenure, first, last)}
    states: dict[Key, State] = {}
    for past in reader.streams(agency, list(where))[1] if where else ():
        states[where[past.stream]] = evolve(states.get(where[past.stream], State()), past.event, past.position)
    found = most_days(tenure, first, last, states)
    if found is None:
        return None
    used = StandardOfPost(found.of, found.since, found.decree, found.at)
    return RequiredCompetencies(used, {one.name: one.level for one in found.levels})


def standing(reader: EventReader, agency: str, until: int | None) -> list[Standard]:
    """All that were set and not withdrawn by a log position (None: now), by post or class and first day."""
    states: Mapping[Key, State] = {}
    for past in reader.of_types(agency, _TAGS):
        if until is None or past.position <= until:
            of = key(past.event)
            states = {**states, of: evolve(states.get(of, State()), past.event, past.position)}
    return [one for _, state in sorted(states.items()) for one in state.standards]
