"""Rows of a data set as they all are at one position of the log, read a batch at a time."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from neraca.service.exports.columns import Row
from neraca.service.exports.data_sets import DataSet
from neraca.service.statements import present, statement
from neraca.store.pool import open_connection

_BATCH = 2_000


class Snapshot(Struct, frozen=True, eq=False):
    """`position` is the last event that the rows know of; `batches` can be read once."""

    position: int
    batches: Iterator[Sequence[Row]]


@contextmanager
def snapshot(url: str, agency: str, data_set: DataSet, asked: Mapping[str, Any]) -> Generator[Snapshot]:
    """On a connection of its own, as the application's role, that sees the rows of this agency and changes none."""
    with open_connection(url) as connection:
        # Of the session, which is nobody else's: inside the transaction it would take the snapshot before the rows do.
        connection.execute("select set_config('neraca.agency', %s, false)", (agency,))
        connection.execute("begin isolation level repeatable read read only")
        with connection.cursor("exported") as rows:
            rows.execute(present(data_set.statement), {**asked, "agency": agency}, binary=True)
            found = connection.execute(
                statement("export-position"), {"agency": agency, "read_model": data_set.read_model}
            ).fetchone()
            yield Snapshot(0 if found is None else found[0], iter(lambda: rows.fetchmany(_BATCH), []))
