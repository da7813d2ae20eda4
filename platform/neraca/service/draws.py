"""Every draw of raters done again from the log: by the roster as it was at the draw, and the salt that was there; and
whose turn it was each time somebody came in a place.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from neraca.domain import rater_draw
from neraca.domain.agency import Agency
from neraca.domain.appraisal import raters
from neraca.domain.appraisal.events import AssignedRaters, Opened, RaterDeclined, RaterReplaced, RatersAssigned
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import Roster
from neraca.domain.command_rules import AssigningRule
from neraca.domain.vocabulary import Relation
from neraca.service.draw_context import Drawing, DrawLookups, PastPeople, PlaceIndex
from neraca.service.event_reader import EventReader, RecordedEvent
from neraca.service.policies import PolicyRepository
from neraca.store.errors import UnreadableEvent

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
        try:
            own = reader.stream(agency.id, past.stream)
            found += _Draw(reader, policies, agency.id, past, own).again(lookups)
        # A database that is away says nothing of the log.
        except (OperationalError, PoolTimeout):
            raise
        except Exception as error:
            why = f"the log before it makes no sense: {type(error).__name__}: {error}"
            found += _told(reader, agency.id, past, why)
    return found


def _told(reader: EventReader, agency: str, past: RecordedEvent, why: str) -> Iterator[Redrawn]:
    """Of a log that was tampered with, which may make no sense at all."""
    event: RatersAssigned = past.event
    try:
        opened: Opened = reader.first(agency, past.stream).event
        who, period = opened.employee, opened.period
    except (UnreadableEvent, LookupError, AttributeError):
        who, period = str(past.stream), "unknown"
    for one in event.groups:
        yield Redrawn(who, period, past.position, one.relation, len(one.raters), one.candidates, why)


class _Draw:
    """The draw of an appraisal, with all that is in its stream."""

    def __init__(
        self,
        reader: EventReader,
        policies: PolicyRepository,
        agency: str,
        past: RecordedEvent,
        own: Sequence[RecordedEvent],
    ) -> None:
        self._reader = reader
        self._agency = agency
        self._past = past
        self._event: RatersAssigned = past.event
        self._later = [one for one in own if one.position > past.position]
        self._state, self._period = Appraisal(), ""
        for one in own:
            if one.position < past.position:
                self._period = one.event.period if isinstance(one.event, Opened) else self._period
                self._state = evolve(self._state, one.event)
        self._policy = policies.by_hash(agency, self._event.policy.hash)

    def again(self, lookups: DrawLookups) -> Iterator[Redrawn]:
        rule = self._policy.rules.assigning
        if rule is None:
            raise LookupError(f"{self._event.policy.name} assigns nobody, and raters were assigned by it")
        drawing = lookups.of(self._period, self._state, rule, self._event.position)
        orders = {one.relation: self._order(one, drawing) for one in self._event.groups}
        misplaced = self._misplaced(lookups, rule, orders)
        for group in self._event.groups:
            why = self._differs(group, drawing, orders[group.relation]) or misplaced.get(group.relation)
            yield Redrawn(
                self._state.employee,
                self._period,
                self._past.position,
                group.relation,
                len(group.raters),
                group.candidates,
                why,
            )

    def _seed(self, group: AssignedRaters, drawing: Drawing) -> str:
        return rater_draw.seed(self._agency, self._period, self._state.employee, group.relation, drawing.salt or "")

    def _order(self, group: AssignedRaters, drawing: Drawing) -> list[str] | None:
        """None of a group whose raters are told by their place."""
        there = drawing.candidates.get(group.relation)
        if there is None or group.count is None:
            return None if there is None else sorted(there)
        return rater_draw.drawn(there, self._seed(group, drawing))

    def _differs(self, group: AssignedRaters, drawing: Drawing, order: list[str] | None) -> str | None:
        if order is None:
            return None
        if rater_draw.digest_of(order) != group.candidates_sha256:
            return f"{group.candidates} could be taken, and by the log there were {len(order)} others"
        if group.count is not None and (seed := self._seed(group, drawing)) != group.seed:
            return f"the seed is {group.seed}, and comes to {seed}"
        expected = tuple(order[: group.count])
        if expected != group.raters:
            return f"{', '.join(group.raters)} were taken, and the draw comes to {', '.join(expected)}"
        return None

    def _misplaced(
        self, lookups: DrawLookups, rule: AssigningRule, orders: dict[Relation, list[str] | None]
    ) -> dict[Relation, str]:
        """By relation, the first who came in a place out of turn: by who served then, as the log had it."""
        found: dict[Relation, str] = {}
        state = evolve(self._state, self._event)
        drawn = {one.relation for one in self._event.groups if one.seed is not None}
        for one in self._later:
            if isinstance(one.event, RaterDeclined | RaterReplaced):
                event, before = one.event, one.position - 1
                order = orders.get(event.relation)
                turn: str | None = None
                if event.relation in drawn and order is not None:
                    people = PastPeople(self._reader, self._agency, before)
                    rated = lookups.rated(state.employee, order, self._period, rule, before)
                    roster = Roster(people.tenure, event.on)
                    turn = raters.next_of(order, event.relation, state, roster, rated)
                if event.instead != turn:
                    came = event.instead or "nobody"
                    found.setdefault(
                        event.relation,
                        f"at {one.position} {came} came in the place of {event.rater}, and the next was "
                        f"{turn or 'nobody'}",
                    )
            state = evolve(state, one.event)
        return found
