"""Exports over HTTP: for whom, made meanwhile, kept for a day by all servers together."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from anyio.from_thread import BlockingPortal, start_blocking_portal
from msgspec import json

from neraca.api.database_reads import open_reads
from neraca.api.export_jobs import KEPT, MOST_BEGUN, MOST_KEPT, ExportJob, ExportJobs
from neraca.api.problems import Problem
from neraca.service.exports import DATA_SETS, ExportOrder

AT = datetime(2025, 3, 3, 2, tzinfo=UTC)
ORDER = ExportOrder("surabaya", DATA_SETS["achievements"], "csv", date(2025, 3, 3))


def ask(world: Any, who: str, agency: str = "surabaya", **wanted: Any) -> Any:
    return world.client.post(
        f"/agencies/{agency}/exports", json=wanted, headers={"Authorization": f"Bearer {who}-token"}
    )


def done(world: Any, who: str, asked: Any, eventually: Callable[[Callable[[], bool]], None]) -> Any:
    assert asked.status_code == 202, asked.text
    address = asked.headers["Location"]
    eventually(lambda: world.get(address, who).json()["status"] == "done")
    return world.get(address, who).json()


def test_what_is_asked_for_is_made_and_fetched_by_whoever_asked(world: Any, eventually: Any) -> None:
    asked = ask(world, "hr", data_set="appraisals", format="csv", period="2025-Q1")

    status = done(world, "hr", asked, eventually)
    manifest = status["manifest"]
    file = world.get(status["file"], "hr")

    assert file.status_code == 200
    assert sha256(file.content).hexdigest() == manifest["sha256"]
    assert len(file.content) == manifest["bytes"]
    assert (manifest["data_set"], manifest["agency"], manifest["period"]) == ("appraisals", "surabaya", "2025-Q1")
    assert file.content.startswith(b"employee_number,period,")
    assert file.headers["Content-Disposition"] == 'attachment; filename="appraisals-surabaya.csv"'
    assert world.get(status["file"], "official").status_code == 404
    assert world.get(asked.headers["Location"], "operator").status_code == 404


def test_a_data_set_is_for_who_may_read_all_of_it_one_by_one(world: Any, eventually: Any) -> None:
    def may(who: str, data_set: str) -> int:
        asked = ask(world, who, data_set=data_set)
        if asked.status_code == 202:
            done(world, who, asked, eventually)
        return asked.status_code

    sets = ("employees", "appraisals", "achievements")
    people = ("ani", "policy", "counter", "hr-system", "pay-system")
    assert {who: [may(who, one) for one in sets] for who in people} == {
        "ani": [403, 403, 202],
        "policy": [403, 403, 202],
        "counter": [403, 403, 202],
        "hr-system": [202, 403, 202],
        "pay-system": [202, 202, 202],
    }
    dossiers = [name for name in DATA_SETS if name not in sets]
    assert [may("hr-system", one) for one in dossiers] == [403] * len(dossiers)
    assert may("bandung", "employees") == 404


def test_what_is_not_understood_is_refused(world: Any) -> None:
    def refused(**wanted: Any) -> tuple[int, str]:
        answer = ask(world, "hr", **wanted)
        return answer.status_code, answer.json()["detail"]

    assert refused(data_set="appraisal") == (422, "/data_set: there is no 'appraisal'; did you mean 'appraisals'?")
    assert refused(data_set="appraisals", format="pdf") == (
        422,
        "/format: there is no 'pdf'; there are csv, jsonl, parquet, xlsx",
    )
    assert refused(data_set="appraisals", period="2025-Q7")[0] == 422
    assert refused(data_set="appraisals", day="besok")[0] == 422
    assert refused(data_set="appraisals", unit="dinkes")[0] == 422
    for unknown in ("0" * 32, "0" * 31 + "/", "..", "%2e%2e"):
        assert world.get(f"/agencies/surabaya/exports/{unknown}", "hr").status_code == 404


class Server:
    """What one server makes and tells of exports, on a loop of its own; its clock ticks at each look."""

    def __init__(self, portal: BlockingPortal, url: str, at: datetime, folder: Path | None) -> None:
        reads, ticks = open_reads(url), count()
        self._portal = portal
        self._jobs = ExportJobs(
            reads, url, lambda: at + next(ticks) * timedelta(microseconds=1), structlog.get_logger(), folder
        )
        portal.call(reads.open)
        self.close: Callable[[], None] = lambda: portal.call(reads.close)

    def ask(self) -> ExportJob:
        return self._portal.call(self._jobs.ask, ORDER, "hr-1")

    def find(self, job: ExportJob, agency: str = "surabaya") -> ExportJob | None:
        return self._portal.call(self._jobs.find, agency, job.id, job.by)

    def status(self, job: ExportJob) -> str | None:
        found = self.find(job)
        return None if found is None else found.status

    def file(self, job: ExportJob) -> bytes:
        async def whole() -> bytes:
            return b"".join([piece async for piece in self._jobs.file(job)])

        return self._portal.call(whole)


@pytest.fixture
def server(followed_database: str) -> Iterator[Callable[..., Server]]:
    """Opens one more server over the same database."""
    with ExitStack() as opened:

        def open_one(at: datetime = AT, folder: Path | None = None) -> Server:
            one = Server(opened.enter_context(start_blocking_portal()), followed_database, at, folder)
            opened.callback(one.close)
            return one

        yield open_one


@contextmanager
def held(url: str) -> Iterator[psycopg.Connection]:
    """So long no achievement is read."""
    with psycopg.connect(url) as connection:
        connection.execute("lock table read_achievements.steps in access exclusive mode")
        yield connection


HERE = "database = (select oid from pg_database where datname = current_database())"
MAKERS = f"select pid from pg_locks where locktype = 'advisory' and granted and {HERE}"
WAITING = f"select pid from pg_locks where not granted and {HERE}"


def cut_off(connection: psycopg.Connection, eventually: Any) -> None:
    """Whoever makes an export, as where its server dies: what it holds is let go, and what it reads from is gone."""
    eventually(lambda: bool(connection.execute(MAKERS).fetchall() and connection.execute(WAITING).fetchall()))
    pids = {pid for of in (MAKERS, WAITING) for (pid,) in connection.execute(of).fetchall()}
    for pid in pids:
        connection.execute("select pg_terminate_backend(%s)", [pid])
    eventually(lambda: connection.execute(MAKERS).fetchall() == [])


def test_an_agency_has_few_under_way_and_few_kept(
    server: Callable[..., Server], followed_database: str, eventually: Any
) -> None:
    one, other = server(), server()
    with held(followed_database):
        asked = [each.ask() for each in (one, other, one)]
        for each in (one, other):
            with pytest.raises(Problem, match=r"^3 exports of surabaya are being made"):
                each.ask()
        assert {one.status(job) for job in asked} == {"running"}
    eventually(lambda: {one.status(job) for job in asked} == {"done"})

    for _ in range(MOST_KEPT):
        asked.append(one.ask())
        eventually(lambda: one.status(asked[-1]) == "done")
    there = [job for job in asked if other.status(job) is not None]
    assert there == asked[-MOST_KEPT:]


def test_any_server_tells_of_it_and_has_its_file(server: Callable[..., Server], eventually: Any) -> None:
    one, other = server(), server()
    job = one.ask()
    eventually(lambda: one.status(job) == "done")

    assert other.find(job) == one.find(job)
    found = other.find(job)
    assert found is not None
    assert found.manifest is not None
    assert other.file(job) == one.file(job)
    assert sha256(other.file(job)).hexdigest() == json.decode(found.manifest)["sha256"]
    assert other.find(job, "bandung") is None


@pytest.mark.parametrize("asked", ["about it", "for another"])
def test_what_a_server_was_making_when_it_died_is_taken_up_by_the_next_that_is_asked(
    server: Callable[..., Server], followed_database: str, eventually: Any, asked: str
) -> None:
    dying, other = server(), server()
    with held(followed_database) as connection:
        job = dying.ask()
        cut_off(connection, eventually)

        if asked == "about it":
            assert other.status(job) == "running"
        else:
            other.ask()
        eventually(lambda: len(connection.execute(MAKERS).fetchall()) == 1)
    kept = "select status, begun from access.export where id = %s"
    with psycopg.connect(followed_database, autocommit=True) as connection:
        eventually(lambda: connection.execute(kept, [job.id]).fetchone() == ("done", 2))


def test_what_never_comes_to_an_end_is_given_up(
    server: Callable[..., Server], followed_database: str, eventually: Any
) -> None:
    one = server()
    with held(followed_database) as connection:
        job = one.ask()
        for _ in range(MOST_BEGUN):
            eventually(lambda: one.status(job) == "running" and bool(connection.execute(MAKERS).fetchall()))
            cut_off(connection, eventually)
        eventually(lambda: one.status(job) == "failed")
    found = one.find(job)
    assert found is not None
    assert found.reason == "ask for it again"


def test_what_is_kept_goes_after_a_day(server: Callable[..., Server], followed_database: str, eventually: Any) -> None:
    one = server()
    job = one.ask()
    eventually(lambda: one.status(job) == "done")

    kept = job.asked_at + KEPT
    before, then = server(kept - timedelta(seconds=1)), server(kept)
    assert [each.status(job) for each in (before, then)] == ["done", None]
    then.ask()
    with psycopg.connect(followed_database) as connection:
        left = "select from access.export_piece where id = %s"
        assert connection.execute(left, [job.id]).fetchall() == []


def test_one_that_fails_says_so(server: Callable[..., Server], followed_database: str, eventually: Any) -> None:
    with psycopg.connect(followed_database) as connection:
        connection.execute("alter table read_achievements.steps rename to gone")
    one = server()
    job = one.ask()
    eventually(lambda: one.status(job) == "failed")


def test_nothing_is_left_where_files_are_made(server: Callable[..., Server], tmp_path: Path, eventually: Any) -> None:
    for name, age in (("old", KEPT + timedelta(hours=1)), ("new", timedelta(hours=1))):
        (tmp_path / name).mkdir()
        then = (AT - age).timestamp()
        os.utime(tmp_path / name, (then, then))
    one = server(AT, tmp_path)
    job = one.ask()
    eventually(lambda: one.status(job) == "done")

    assert [left.name for left in tmp_path.iterdir()] == ["new"]
