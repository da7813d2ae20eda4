"""Lives the year of a demo over a database and notes every acknowledged batch of commands in a file, one a line.

`URL FILE DAYS KILL`: kills itself, as `kill -9` would, as soon as so many are acknowledged; 0 lives to the end.
"""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import available_timezones

from neraca.demo import staff
from neraca.demo.scope import Part, part
from neraca.demo.simulation import Size, live
from neraca.demo.year import write
from neraca.domain.registry import EVENTS
from neraca.policy.library import Library
from neraca.service import CommandBatch, CommandHandler, CommandResult
from neraca.service.adoption import adopt
from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

ROOT = Path(__file__).parents[2]
SIZE = Size(people=10, seed=7)


class Noting(CommandHandler):
    """Notes what was acknowledged before it says so to anybody else."""

    note: int
    left: int

    def handle(self, batch: CommandBatch) -> CommandResult:
        done = super().handle(batch)
        os.write(self.note, f"{batch.agency} {batch.key} {done.position} {len(done.events)}\n".encode())
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def main(url: str, file: str, days: int, kill: int) -> None:
    found = [path for folder in ("policies", "agencies") for path in (ROOT / folder).rglob("*.yaml")]
    library, _ = Library.read({str(path.relative_to(ROOT)): path.read_text() for path in found}, available_timezones())
    agencies = library.agencies
    migrate(url, agencies)
    with open_pool(url) as pool:
        service = Noting(Ledger(pool), Log(pool), EventMapper(EVENTS), agencies)
        service.note = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        service.left = -1
        for agency in agencies.values():
            adopt(service, agency, library, datetime(2024, 12, 1, tzinfo=UTC))
        service.left = kill or -1
        counts = staff.shares([*agencies.values()], SIZE.people)
        years = [
            write(one, counts[one.agency.id], SIZE.seed, days, SIZE.prefix(counts[one.agency.id]))
            for agency in agencies.values()
            if isinstance(one := part(agency, lambda adoption: library.get(adoption.id).policy), Part)
        ]
        live(service, years, lambda _: None)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
