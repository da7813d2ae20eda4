"""A process that uses the embedded server of a home: says "open" once it has it, then does what it is told."""

import sys
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psycopg

from neraca.store import embedded


def note(server: embedded.Server, text: str) -> None:
    """A kill may take effect at any moment after the answer of `ensure`; then once more, and never twice."""
    id_ = uuid4()
    while True:
        server.ensure()
        with suppress(psycopg.OperationalError), psycopg.connect(server.url) as connection:
            connection.execute("create table if not exists note (id uuid primary key, text text)")
            connection.execute("insert into note values (%s, %s) on conflict do nothing", (id_, text))
            connection.commit()
            return


def main(home: Path, linger_seconds: int) -> None:
    with embedded.open(home, linger_seconds=linger_seconds) as server:
        print("open", flush=True)
        for line in sys.stdin:
            match line.split():
                case ["note", text]:
                    note(server, text)
                    print("noted", flush=True)
                case ["count-for-ever"]:
                    with psycopg.connect(server.url, autocommit=True) as connection:
                        connection.execute("create table if not exists number (number int)")
                        for number in range(1_000_000):
                            connection.execute("insert into number values (%s)", (number,))
                            print(number, flush=True)
                case _:
                    return


main(Path(sys.argv[1]), int(sys.argv[2]))
