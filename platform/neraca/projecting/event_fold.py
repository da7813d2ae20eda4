"""The fold itself, the same for a live follower and a rebuild."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from uuid import UUID

from neraca.projecting.connections import blames_the_event
from neraca.projecting.errors import PoisonEvent
from neraca.projecting.event_pages import Page
from neraca.projecting.projection import Entry, Missed, Projection
from neraca.projecting.set_aside_events import SetAsideEvent, waiting
from neraca.projecting.workspace import Changes, Keys, Rows

_NONE: Mapping[UUID, int] = MappingProxyType({})


def fold(projection: Projection, work: Rows, page: Page, held: Mapping[UUID, int] = _NONE) -> list[SetAsideEvent]:
    """What it left out because its stream is held.

    Raises PoisonEvent at an event that cannot be taken in; the workspace is then of no use.
    """
    entries: Iterable[Entry] = page.entries(projection)
    if projection.keys:
        entries = list(entries)
        # One query for the rows of a batch, where a miss for each would be a round trip for each.
        _prefetch(projection, work, [entry for entry in entries if entry.stream not in held] if held else entries)
    apply = projection.apply
    asides: list[SetAsideEvent] = []
    for entry in entries:
        try:
            if held and entry.stream in held:
                missed = _missed(entry)
                if projection.missed:
                    projection.missed(work, missed)
                asides.append(waiting(missed, held[entry.stream]))
            else:
                apply(work, entry)
            work.passed(entry.position)
        except Exception as error:
            if not blames_the_event(error):
                raise  # the rows it needs could not be read
            raise PoisonEvent.by(error, projection.name, entry.agency, entry.position) from error
    return asides


def finished(projection: Projection, work: Rows) -> Iterable[Changes]:
    """What is to be stored of a batch once its last event is in."""
    if projection.complete:
        projection.complete(work)
    return work.changes()


def _missed(entry: Entry) -> Missed:
    return Missed(
        agency=entry.agency,
        position=entry.position,
        stream=entry.stream,
        tag=entry.tag,
        recorded_at=entry.recorded_at,
        at=entry.at,
        by=entry.by,
        effective=entry.effective,
        body=entry.body,
    )


def _prefetch(projection: Projection, work: Rows, entries: Iterable[Entry]) -> None:
    if not projection.keys or not work.loads:
        return
    wanted: dict[str, dict[Keys, None]] = {table.name: {} for table in projection.tables}
    for entry in entries:
        try:
            for table, key in projection.keys(entry):
                wanted[table.name][key] = None
        except Exception as error:
            raise PoisonEvent.by(error, projection.name, entry.agency, entry.position) from error
    for table in projection.tables:
        if wanted[table.name]:
            work.prefetch(table, wanted[table.name])
