"""Every draw of raters done again from the log: by the roster as it was at the draw, and the salt that was there."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from neraca.domain import rater_draw
from neraca.domain.agency import Agency
from neraca.domain.appraisal.events import Opened, RaterDeclined, RaterReplaced, RatersAssigned
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.service.draw_context import DrawLookups, PlaceIndex
from neraca.service.event_reader import EventReader, RecordedEvent
from neraca.service.policies import PolicyRepository

_DRAWN = (str(RatersAssigned.__struct_config__.tag),)


class Redrawn(Struct, frozen=True):
    """One relation of one draw, by the event at log `position`: how many were taken of how many, and what is not as it
    was recorded; None where all is.
    """

    employee: str
    period: str
    position: int
    relation: str
    taken: int
    candidates: int
    difference: str | None


def redrawn(reader: EventReader, policies: PolicyRepository, agency: Agency) -> list[Redrawn]:
    lookups = DrawLookups(reader, PlaceIndex(reader), agency)
    found: list[Redrawn] = []
    for past in reader.of_types(agency.id, _DRAWN):
        own = reader.stream(agency.id, past.stream)
        found += _again(lookups, policies, agency.id, past, own)
    return found


def _again(
    lookups: DrawLookups, policies: PolicyRepository, agency: str, past: RecordedEvent, own: Sequence[RecordedEvent]
) -> Iterator[Redrawn]:
    event: RatersAssigned = past.event
    state, period = Appraisal(), ""
    for one in own:
        if one.position >= past.position:
            break
        period = one.event.period if isinstance(one.event, Opened) else period
        state = evolve(state, one.event)
    rule = policies.by_hash(agency, event.policy.hash).rules.assigning
    if rule is None:
        raise LookupError(f"{event.policy.name} assigns nobody, and raters were assigned by it at {past.position}")
    drawing = lookups.of(period, state, rule, event.position)
    for group in event.groups:
        there = drawing.candidates.get(group.relation)
        why: str | None = None
        if there is not None:
            order = sorted(there)
            if group.count is not None:
                seed = rater_draw.seed(agency, period, state.employee, group.relation, drawing.salt or "")
                order = rater_draw.drawn(there, seed)
                why = None if seed == group.seed else f"the seed is {group.seed}, and comes to {seed}"
            if rater_draw.digest_of(there) != group.candidates_sha256:
                why = f"{group.candidates} could be taken, and by the log there were {len(there)} others"
            expected = tuple(order[: group.count])
            if why is None and expected != group.raters:
                why = f"{', '.join(group.raters)} were taken, and the draw comes to {', '.join(expected)}"
            why = why or _misplaced(past, own, group.relation, order)
        yield Redrawn(state.employee, period, past.position, group.relation, len(group.raters), group.candidates, why)


def _misplaced(past: RecordedEvent, own: Sequence[RecordedEvent], relation: str, order: Sequence[str]) -> str | None:
    """Whoever came in a place out of turn: those who were passed over did not serve then, which is not looked at."""
    for one in own:
        if one.position > past.position and isinstance(one.event, RaterDeclined | RaterReplaced):
            came = one.event.instead
            if one.event.relation == relation and came is not None and came not in order:
                return f"{came} came in the place of {one.event.rater}, and is none of those who could be taken"
    return None
