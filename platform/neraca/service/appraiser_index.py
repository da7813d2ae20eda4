"""Whom each appraiser appraises in a period, or who is appraised in each unit, from the log: kept by year and brought
up to date at each question.
"""

from operator import attrgetter
from threading import Lock
from typing import Literal, TypeAlias, assert_never
from uuid import UUID

from cachetools import LRUCache
from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.appraisal.events import Cancelled, Cut, Opened, Reassigned
from neraca.domain.period import parse
from neraca.domain.vocabulary import PositionClass
from neraca.service.event_reader import EventReader

_YEARS = 64
"""Of any agency, that are kept: about 20 MB for a quarterly year of a large city."""

_TAGS = tuple(str(kind.__struct_config__.tag) for kind in (Opened, Reassigned, Cancelled, Cut))


class HeldAppraisal(Struct, frozen=True):
    """An appraisal that an appraiser has, by the event at log `position`."""

    employee: str
    position_class: PositionClass | None
    position: int


_Place: TypeAlias = tuple[str, str]
"""Appraiser or unit, and period."""


class _Year:
    def __init__(self) -> None:
        self.lock = Lock()
        self.looked_at = 0
        self.where: dict[UUID, _Place] = {}
        self.held: dict[_Place, dict[UUID, HeldAppraisal]] = {}


class AppraiserIndex:
    """Safe to share between threads: an agency's year is read by one at a time, and no other waits for it. `by` says
    whether it is kept by appraiser or by unit.
    """

    def __init__(self, reader: EventReader, by: Literal["appraiser", "unit"] = "appraiser") -> None:
        self._reader = reader
        self._key = attrgetter(by)
        self._years: LRUCache[tuple[str, int], _Year] = LRUCache(_YEARS)
        self._mutex = Lock()

    def of(self, agency: str, whose: str, period: str) -> list[HeldAppraisal]:
        """As the log has them now, by employee number."""
        number = parse(period).starts.year
        with self._mutex:
            year = self._years.get((agency, number))
            if year is None:
                year = self._years[agency, number] = _Year()
        with year.lock:
            self._advance(agency, number, year)
            held = year.held.get((whose, period), {})
            return sorted(held.values(), key=lambda one: one.employee)

    def _advance(self, agency: str, number: int, year: _Year) -> None:
        # Of no stream: what is asked for is how far the log is, so that nothing up to there is read past again.
        head, _ = self._reader.streams(agency, [])
        for past in self._reader.of_types(agency, _TAGS, year.looked_at):
            event: Opened | Reassigned | Cancelled = past.event
            match event:
                case Opened():
                    if parse(event.period).starts.year == number:
                        one = HeldAppraisal(event.employee, event.position_class, past.position)
                        _put(year, past.stream, (self._key(event), event.period), one)
                case Reassigned():
                    if past.stream in year.where:
                        (_, period), one = _take(year, past.stream)
                        _put(year, past.stream, (self._key(event), period), replace(one, position=past.position))
                case Cancelled():
                    if past.stream in year.where:
                        _take(year, past.stream)
                case _:
                    assert_never(event)
            year.looked_at = past.position
        year.looked_at = max(year.looked_at, head)


def _put(year: _Year, stream: UUID, place: _Place, one: HeldAppraisal) -> None:
    year.where[stream] = place
    year.held.setdefault(place, {})[stream] = one


def _take(year: _Year, stream: UUID) -> tuple[_Place, HeldAppraisal]:
    place = year.where.pop(stream)
    return place, year.held[place].pop(stream)
