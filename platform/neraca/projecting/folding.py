"""The fold itself, the same for a live follower and a rebuild."""

from collections.abc import Iterable

from psycopg import Error

from neraca.projecting.connecting import passing
from neraca.projecting.errors import Poisoned
from neraca.projecting.projection import Entry, Projection
from neraca.projecting.reading import Page
from neraca.projecting.workspace import Keys, Rows


def fold(projection: Projection, work: Rows, page: Page) -> None:
    """Raises Poisoned at an event that cannot be taken in; the workspace is then of no use."""
    entries: Iterable[Entry] = page.entries(projection)
    if projection.keys:
        entries = list(entries)
        _prefetch(projection, work, entries)
    apply = projection.apply
    for entry in entries:
        try:
            apply(work, entry)
        except Exception as error:
            if isinstance(error, Error) and passing(error):
                raise  # the rows it needs could not be read
            raise Poisoned.by(error, projection.name, entry.agency, entry.position) from error


def _prefetch(projection: Projection, work: Rows, entries: Iterable[Entry]) -> None:
    if not projection.keys or not work.loads:
        return
    wanted: dict[str, list[Keys]] = {}
    for entry in entries:
        try:
            for table, key in projection.keys(entry):
                wanted.setdefault(table.name, []).append(key)
        except Exception as error:
            raise Poisoned.by(error, projection.name, entry.agency, entry.position) from error
    for table in projection.tables:
        if table.name in wanted:
            work.prefetch(table, wanted[table.name])
