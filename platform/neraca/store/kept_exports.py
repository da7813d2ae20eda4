"""Exports as the database keeps them, for whoever makes one: by the functions that alone may change what is kept."""

from collections.abc import Iterable
from uuid import UUID

from psycopg import Connection

from neraca.store.pool import fetch
from neraca.store.statements import statement


def begin(connection: Connection, agency: str, id_: UUID, most: int, reason: str) -> bool:
    """Whether it is to be made, and by this connection, which nobody else makes it beside: what was begun `most` times
    is given up for the reason.
    """
    [(held,)] = fetch(connection, agency, statement("export-lock"), {"lock": f"neraca export {id_}"})
    if not held:
        return False
    params = {"agency": agency, "id": id_, "most": most, "reason": reason}
    [(begun,)] = fetch(connection, agency, statement("export-begin"), params)
    return begun


def keep(connection: Connection, agency: str, id_: UUID, pieces: Iterable[bytes]) -> None:
    """Its file, in the order of the pieces."""
    for nth, data in enumerate(pieces):
        fetch(connection, agency, statement("export-add"), {"agency": agency, "id": id_, "nth": nth, "data": data})


def end(
    connection: Connection, agency: str, id_: UUID, status: str, reason: str | None = None, manifest: str | None = None
) -> None:
    params = {"agency": agency, "id": id_, "status": status, "reason": reason, "manifest": manifest}
    fetch(connection, agency, statement("export-end"), params)
