"""Exports that are asked for over HTTP: kept in the database for a day, so that whichever server is asked has them.

They are made on threads of the server that was asked. Whoever makes one holds its lock, which goes with the connection:
what a server that died was making is taken up by the next one that is asked about it, or for another.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias
from uuid import UUID, uuid4

import psycopg
import structlog
from msgspec import Struct, convert, json

from neraca.api.database_reads import Reads
from neraca.api.problems import Problem
from neraca.api.rate_limits import RateLimit
from neraca.api.worker_threads import WorkerThreads
from neraca.domain.errors import Refusal
from neraca.service.exports import DATA_SETS, ExportOrder, export
from neraca.store import kept_exports
from neraca.store.pool import open_connection

KEPT = timedelta(days=1)
MOST_KEPT, MOST_WAITING, _AT_ONCE = 10, 3, 2
"""Of an agency, done and not done; of all, on threads."""

MOST_BEGUN = 3
"""Times that one is begun, each by a server that died or lost the database."""

PIECE = 1_000_000
"""Bytes."""

_LIMIT = RateLimit("exports", MOST_WAITING)

Status: TypeAlias = Literal["running", "done", "refused", "failed"]


class ExportJob(Struct, frozen=True, kw_only=True):
    """`reason` says why it was refused, or what to do where it failed; `manifest` is there once it is done."""

    id: UUID
    agency: str
    by: str
    data_set: str
    format: str
    period: str | None
    day: date
    asked_at: datetime
    status: Status = "running"
    reason: str | None = None
    manifest: str | None = None

    @property
    def order(self) -> ExportOrder:
        return ExportOrder(self.agency, DATA_SETS[self.data_set], self.format, self.day, self.period)


_AGAIN = "ask for it again"


class ExportJobs:
    def __init__(
        self,
        reads: Reads,
        url: str,
        clock: Callable[[], datetime],
        log: structlog.typing.FilteringBoundLogger,
        folder: Path | None = None,
    ) -> None:
        """Files are made in `folder`, where temporary ones usually are if none is named, and are gone when they are
        kept.
        """
        self._reads = reads
        self._url = url
        self._clock = clock
        self._log = log
        self._folder = folder
        self._threads = WorkerThreads(_AT_ONCE, each=1, kept=0)
        self._given = set[UUID]()

    async def ask(self, order: ExportOrder, by: str) -> ExportJob:
        """Begins when its turn comes. Raises Problem `too-many-exports`."""
        for left in await self._read(order.agency, None):
            self._take_up(left)
        job = ExportJob(
            id=uuid4(),
            agency=order.agency,
            by=by,
            data_set=order.data_set.name,
            format=order.format,
            period=order.period,
            day=order.day,
            asked_at=self._clock(),
        )
        params = {
            "agency": job.agency,
            "id": job.id,
            "by": job.by,
            "data_set": job.data_set,
            "format": job.format,
            "period": job.period,
            "day": job.day,
            "now": job.asked_at,
            "waiting": MOST_WAITING,
            "kept": MOST_KEPT,
            "for": KEPT,
        }
        [row] = await self._reads.called(job.agency, "export-ask", params)
        if not row["asked"]:
            raise Problem(
                "too-many-exports",
                f"{MOST_WAITING} exports of {job.agency} are being made, which is the most; ask again when one is done",
                headers={"Retry-After": "30", **_LIMIT.headers(0)},
            )
        self._take_up(job)
        return job

    async def find(self, agency: str, id_: UUID, by: str) -> ExportJob | None:
        """That of whoever asked for it, as it stands; None where there is none any more."""
        for job in await self._read(agency, id_):
            if job.by == by:
                self._take_up(job)
                return job
        return None

    async def file(self, job: ExportJob) -> AsyncIterator[bytes]:
        """Of one that is done, piece by piece."""
        nth = 0
        while (data := await self._piece(job, nth)) is not None:
            yield data
            nth += 1

    async def _piece(self, job: ExportJob, nth: int) -> bytes | None:
        params = {"agency": job.agency, "id": job.id, "nth": nth}
        [row] = await self._reads.rows(job.agency, "export-piece", params)
        return row["data"]

    async def _read(self, agency: str, id_: UUID | None) -> list[ExportJob]:
        params = {"agency": agency, "id": id_, "now": self._clock(), "for": KEPT}
        return convert(await self._reads.rows(agency, "export-jobs", params), list[ExportJob])

    def _take_up(self, job: ExportJob) -> None:
        """Has it made here, where nobody else makes it."""
        if job.status == "running" and job.id not in self._given:
            self._given.add(job.id)
            self._threads.start(job.agency, partial(self._make, job))

    def _make(self, job: ExportJob) -> None:
        try:
            with open_connection(self._url) as connection:
                if kept_exports.begin(connection, job.agency, job.id, MOST_BEGUN, _AGAIN):
                    self._write(connection, job)
        except psycopg.OperationalError as lost:  # whoever is asked about it next takes it up
            self._log.error("export", agency=job.agency, data_set=job.data_set, error=repr(lost))
        finally:
            self._given.discard(job.id)

    def _write(self, connection: psycopg.Connection, job: ExportJob) -> None:
        end = partial(kept_exports.end, connection, job.agency, job.id)
        try:
            self._tidy()
            with TemporaryDirectory(prefix="neraca-export-", dir=self._folder) as folder:
                file = Path(folder, "file")
                manifest = export(self._url, job.order, file)
                kept_exports.keep(connection, job.agency, job.id, _pieces(file))
        except Refusal as refused:
            end("refused", refused.message)
        except psycopg.OperationalError:
            raise
        except Exception as error:  # told to whoever asks for it, as nobody else waits for the call
            self._log.error("export", agency=job.agency, data_set=job.data_set, error=repr(error))
            end("failed", _AGAIN)
        else:
            end("done", manifest=json.encode(manifest).decode())

    def _tidy(self) -> None:
        """What servers that died have left in the folder goes after a day."""
        if self._folder is None:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._folder.iterdir():
            if left.stat().st_mtime < (self._clock() - KEPT).timestamp():
                rmtree(left, ignore_errors=True)


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as whole:
        yield from iter(lambda: whole.read(PIECE), b"")
