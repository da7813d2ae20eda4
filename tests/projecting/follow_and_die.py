"""A follower that kills itself around its Nth statement (`URL before|after N`), or follows on (`URL never 0`)."""

import os
import signal
import sys
from datetime import timedelta
from typing import Any

from psycopg import Connection

from neraca.projecting.event_pages import decoder
from neraca.projecting.follower import Follower
from projections import roster, timeline


def main(url: str, side: str, at: int) -> None:
    follower = Follower(
        url, [roster.PROJECTION, timeline.PROJECTION], decoder(), batch=4, poll=timedelta(milliseconds=2)
    )
    if side == "never":
        follower.follow()
    execute = Connection.execute
    calls = 0

    def counted(self: Connection, *given: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if (calls, side) == (at, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        cursor = execute(self, *given, **options)
        if (calls, side) == (at, "after"):
            os.kill(os.getpid(), signal.SIGKILL)
        return cursor

    Connection.execute = counted
    follower.catch_up()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
