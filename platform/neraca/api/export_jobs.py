"""Exports that are asked for over HTTP: made on threads, kept in a folder for a day, and fetched from there.

Whoever makes one holds its lock, which goes with the process: one that nobody holds and that is not done was lost. So
a server that starts again, or another one over the same folder, can tell.
"""

import fcntl
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import rmtree
from threading import Lock
from typing import IO, Literal, TypeAlias
from uuid import uuid4

import msgspec
import structlog
from msgspec import Struct, structs

from neraca.api.problems import Problem
from neraca.api.rate_limits import RateLimit
from neraca.api.worker_threads import WorkerThreads
from neraca.domain.errors import Refusal
from neraca.service.exports import MANIFEST, ExportOrder, Manifest, export

KEPT = timedelta(days=1)
MOST_KEPT, MOST_WAITING, _AT_ONCE = 10, 3, 2
"""Of an agency, done and not done; of all, on threads."""

_JOB, _FILE, _LOCK = "job.json", "file", "lock"

_LIMIT = RateLimit("exports", MOST_WAITING)

Status: TypeAlias = Literal["running", "done", "refused", "failed", "lost"]


class ExportJob(Struct, frozen=True, kw_only=True):
    """`reason` says why it was refused, or what to do where it failed or was lost."""

    id: str
    agency: str
    by: str
    data_set: str
    format: str
    period: str | None
    day: date
    asked_at: datetime
    status: Status = "running"
    reason: str | None = None


_JOBS = msgspec.json.Decoder(ExportJob)
_MANIFEST = msgspec.json.Decoder(Manifest)
_AGAIN = "ask for it again"


class ExportJobs:
    """Reads and changes files: not for the event loop."""

    def __init__(
        self, folder: Path, url: str, clock: Callable[[], datetime], log: structlog.typing.FilteringBoundLogger
    ) -> None:
        self._folder = folder
        self._url = url
        self._clock = clock
        self._log = log
        self._mutex = Lock()
        self._threads = WorkerThreads(_AT_ONCE, each=1, kept=0)

    def ask(self, order: ExportOrder, by: str) -> ExportJob:
        """Begins when its turn comes. Raises Problem `too-many-exports`."""
        with self._mutex:
            return self._ask(order, by)

    def _ask(self, order: ExportOrder, by: str) -> ExportJob:
        self._make_room(order.agency)
        job = ExportJob(
            id=uuid4().hex,
            agency=order.agency,
            by=by,
            data_set=order.data_set.name,
            format=order.format,
            period=order.period,
            day=order.day,
            asked_at=self._clock(),
        )
        folder = self._place(job.agency, job.id)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, parents=True)
        lock = (folder / _LOCK).open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX)
        self._keep(job)
        self._threads.start(order.agency, partial(self._make, job, order, lock))
        return job

    def find(self, agency: str, id_: str, by: str) -> ExportJob | None:
        """That of whoever asked for it, as it stands; None where there is none any more."""
        job = self._read(self._place(agency, id_))
        return None if job is None or job.by != by or self._is_old(job) else job

    def file(self, job: ExportJob) -> Path:
        return self._place(job.agency, job.id) / _FILE

    def manifest(self, job: ExportJob) -> Manifest:
        """Of one that is done."""
        return _MANIFEST.decode(self.file(job).with_name(f"{_FILE}{MANIFEST}").read_bytes())

    def _make(self, job: ExportJob, order: ExportOrder, lock: IO[bytes]) -> None:
        with lock:
            try:
                export(self._url, order, self.file(job))
            except Refusal as refused:
                self._keep(structs.replace(job, status="refused", reason=refused.message))
            except Exception as error:  # told to whoever asks for it, as nobody else waits for the call
                self._log.error("export", agency=job.agency, data_set=job.data_set, error=repr(error))
                self._keep(structs.replace(job, status="failed", reason=_AGAIN))
            else:
                self._keep(structs.replace(job, status="done"))

    def _make_room(self, agency: str) -> None:
        there = [(folder, self._read(folder)) for folder in (self._folder / agency).glob("*")]
        jobs = sorted(((job.asked_at, folder, job) for folder, job in there if job is not None), key=lambda one: one[0])
        ended = [(folder, job) for _, folder, job in jobs if job.status != "running"]
        if len(jobs) - len(ended) >= MOST_WAITING:
            raise Problem(
                "too-many-exports",
                f"{MOST_WAITING} exports of {agency} are being made, which is the most; ask again when one is done",
                headers={"Retry-After": "30", **_LIMIT.headers(0)},
            )
        too_many = len(ended) - MOST_KEPT + 1
        for number, (folder, job) in enumerate(ended):
            if number < too_many or self._is_old(job):
                rmtree(folder, ignore_errors=True)

    def _is_old(self, job: ExportJob) -> bool:
        return self._clock() >= job.asked_at + KEPT

    def _place(self, agency: str, id_: str) -> Path:
        return self._folder / agency / id_

    def _keep(self, job: ExportJob) -> None:
        file = self._place(job.agency, job.id) / _JOB
        fresh = file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(job))
        fresh.replace(file)

    def _read(self, folder: Path) -> ExportJob | None:
        try:
            with (folder / _LOCK).open("rb") as lock:
                try:
                    # Before the job is read: whoever lets go of it has said what became of it.
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                    held = False
                except BlockingIOError:
                    held = True
                job = _JOBS.decode((folder / _JOB).read_bytes())
        except FileNotFoundError:
            return None
        if job.status == "running" and not held:
            return structs.replace(job, status="lost", reason=_AGAIN)
        return job
