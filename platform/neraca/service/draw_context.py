"""What a draw of raters may know: who was where, and in which programme, by the log at one position, and the salt."""

from collections.abc import Iterable, Mapping
from datetime import date
from threading import Lock
from typing import TypeAlias, assert_never, get_args
from uuid import UUID

from cachetools import LRUCache
from msgspec import Struct

from neraca.domain import roster, streams
from neraca.domain.agency import Agency
from neraca.domain.appraisal import deadlines, raters
from neraca.domain.appraisal.events import Cancelled, Cut, RaterDeclined, RaterReplaced, RatersAssigned
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.appraisal.state import evolve as evolve_appraisal
from neraca.domain.assignments import Roster, Tenure
from neraca.domain.command_rules import DRAWN_FROM, OF_PROGRAMMES, AssigningRule
from neraca.domain.rater_draw import RaterDrawOpened
from neraca.domain.roster import EmployeeAssigned, EmployeeRegistered, EmployeeRehired, EmployeeTransferred
from neraca.domain.vocabulary import Relation
from neraca.service.event_reader import EventReader
from neraca.service.programme_companions import companions_of

_AGENCIES = 64
"""Of which it is kept who was ever where: about 4 MB for a large city."""

_Placing: TypeAlias = EmployeeRegistered | EmployeeAssigned | EmployeeTransferred | EmployeeRehired
_TAGS = tuple(str(kind.__struct_config__.tag) for kind in get_args(_Placing))
COMING_IN = tuple(str(kind.__struct_config__.tag) for kind in (RatersAssigned, RaterDeclined, RaterReplaced))
"""Events by which somebody comes to rate."""

_WHO_RATES = (*COMING_IN, *(str(kind.__struct_config__.tag) for kind in (Cancelled, Cut)))


class Drawing(Struct, frozen=True):
    """`candidates` by relation, as the log has the roster up to `position`; the salt and where it is in the log."""

    candidates: Mapping[Relation, tuple[str, ...]]
    position: int
    salt: str | None
    salt_at: int | None


class _Places:
    """Everybody who was ever placed in a unit, or under somebody, by the stream they are in."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.looked_at = 0
        self.names: dict[UUID, str] = {}
        self.in_unit: dict[str, set[UUID]] = {}
        self.under: dict[str, set[UUID]] = {}


class PlaceIndex:
    """Safe to share between threads: an agency is read by one at a time."""

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader
        self._agencies: LRUCache[str, _Places] = LRUCache(_AGENCIES)
        self._mutex = Lock()

    def around(self, agency: str, unit: str, employee: str) -> list[str]:
        """Who was ever in the unit, or directly under the employee, as the log has it now; in order."""
        with self._mutex:
            places = self._agencies.get(agency)
            if places is None:
                places = self._agencies[agency] = _Places()
        with places.lock:
            for past in self._reader.of_types(agency, _TAGS, places.looked_at):
                _place(places, past.stream, past.event)
                places.looked_at = past.position
            there = places.in_unit.get(unit, set()) | places.under.get(employee, set())
            return sorted(places.names[stream] for stream in there)


def _place(places: _Places, stream: UUID, event: _Placing) -> None:
    match event:
        case EmployeeRegistered():
            places.names[stream] = event.employee
        case EmployeeAssigned() | EmployeeTransferred() | EmployeeRehired():
            places.in_unit.setdefault(event.unit, set()).add(stream)
            if event.supervisor is not None:
                places.under.setdefault(event.supervisor, set()).add(stream)
        case _:
            assert_never(event)


class PastPeople:
    """The people of an agency as the log had them at a position; whoever is asked for is read once."""

    def __init__(self, reader: EventReader, agency: str, position: int) -> None:
        self._reader = reader
        self._agency = agency
        self._position = position
        self._known: dict[str, roster.State] = {}

    def read(self, names: Iterable[str]) -> None:
        of = {streams.employee(self._agency, one): one for one in names}
        self._known |= {one: roster.State() for one in of.values()}
        for past in self._reader.streams(self._agency, [*of], self._position)[1]:
            name = of[past.stream]
            self._known[name] = roster.evolve(self._known[name], past.event)

    def tenure(self, name: str) -> Tenure | None:
        if name not in self._known:
            self.read([name])
        found = self._known[name]
        return None if found.since is None else found


class DrawLookups:
    """Of one agency: what is asked reads the log each time."""

    def __init__(self, reader: EventReader, places: PlaceIndex, agency: Agency) -> None:
        self._reader = reader
        self._places = places
        self._agency = agency

    def of(self, period: str, state: Appraisal, rule: AssigningRule, until: int | None = None) -> Drawing:
        """Of the appraisal as its state is, by the log up to a position (None: now)."""
        agency = self._agency.id
        position, opened = self._reader.streams(agency, [streams.rater_draw(agency, period)], until)
        by_roster_of, _ = deadlines.rating_window(state.ends, rule, self._agency)
        past = PastPeople(self._reader, agency, position)
        companions = self._companions(state, rule, by_roster_of, position)
        among = sorted({*self._places.around(agency, state.unit, state.employee), *companions})
        past.read(among)
        known = Roster(past.tenure, by_roster_of)
        found = {
            relation: tuple(raters.candidates(relation, rule, state, among, known, companions))
            for relation, group in rule.groups.items()
            if group.source in DRAWN_FROM
        }
        if colleagues := found.get(Relation.PEER):
            rated = self.rated(state.employee, colleagues, period, rule, position)
            found[Relation.PEER] = tuple(one for one in colleagues if one not in rated)
        salt: RaterDrawOpened | None = opened[0].event if opened else None
        return Drawing(found, position, salt and salt.salt, opened[0].position if opened else None)

    def _companions(
        self, state: Appraisal, rule: AssigningRule, by_roster_of: date, position: int
    ) -> dict[str, list[tuple[date, date]]]:
        """Who was in a programme with the employee, and on which days; nobody where the rule asks for none of them."""
        found: dict[str, list[tuple[date, date]]] = {}
        if any(group.source in OF_PROGRAMMES for group in rule.groups.values()):
            last = min(state.ends, by_roster_of)
            shared = companions_of(self._reader, self._agency.id, state.employee, state.starts, last, position)
            for people in shared.values():
                for name, days in people.items():
                    found.setdefault(name, []).extend(days)
        return found

    def rated(
        self, employee: str, colleagues: Iterable[str], period: str, rule: AssigningRule, position: int
    ) -> set[str]:
        """Those whom the employee is assigned to rate as a colleague by then, where no two may rate each other."""
        if rule.mutual:
            return set()
        agency = self._agency.id
        where = {streams.appraisal(agency, one, period): one for one in colleagues}
        states: dict[UUID, Appraisal] = {stream: Appraisal() for stream in where}
        for past in self._reader.streams_types(agency, list(where), _WHO_RATES, position):
            evolve_appraisal(states[past.stream], past.event)
        return {where[stream] for stream, state in states.items() if raters.rates_as_colleague(employee, state)}
