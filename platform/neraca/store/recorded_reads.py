"""What auditors read, by the function that alone may tell of it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.store.pool import connection_for, fetch
from neraca.store.statements import statement


class RecordedRead(Struct, frozen=True):
    """`fields` are what was asked for and `subjects` what about, `digest` is the sha256 of the whole question in hex;
    `log_position` is where the log stood.
    """

    read_at: datetime
    reader: str
    digest: str
    fields: tuple[str, ...]
    subjects: tuple[str, ...]
    log_position: int


def recorded_reads(
    pool: ConnectionPool[Connection], agency: str, before: datetime, most: int
) -> Sequence[RecordedRead]:
    """Those before an instant, the newest first: `most`, and all others of the instant of the last, for whoever goes on
    before that.
    """
    asked = most
    while True:
        found = _listed(pool, agency, before, asked + 1)
        last = len(found) <= asked
        if last or found[asked - 1].read_at != found[asked].read_at:
            return found[:asked]
        # As far as the instant of that one goes, which is a few rows at the most.
        asked += 1


def _listed(pool: ConnectionPool[Connection], agency: str, before: datetime, most: int) -> Sequence[RecordedRead]:
    params = {"agency": agency, "before": before, "most": most}
    with connection_for(pool, agency) as connection:
        rows = fetch(connection, agency, statement("recorded-reads"), params)
    return [
        RecordedRead(at, reader, digest.hex(), tuple(fields), tuple(subjects), position)
        for at, reader, digest, fields, subjects, position in rows
    ]
