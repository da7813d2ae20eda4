"""Exports over HTTP: for whom, made meanwhile, kept for a day, and lost with who was making them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any

import psycopg
import pytest
import structlog

from neraca.api.export_jobs import KEPT, MOST_KEPT, MOST_WAITING, ExportJob, ExportJobs
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


@pytest.fixture
def jobs(followed_database: str, tmp_path: Path) -> ExportJobs:
    return opened(followed_database, tmp_path / "exports")


def opened(url: str, folder: Path, at: datetime = AT) -> ExportJobs:
    """Its clock ticks at each look."""
    ticks = count()
    return ExportJobs(folder, url, lambda: at + next(ticks) * timedelta(microseconds=1), structlog.get_logger())


@contextmanager
def held(url: str) -> Iterator[None]:
    """So long no achievement is read."""
    with psycopg.connect(url) as connection:
        connection.execute("lock table read_achievements.steps in access exclusive mode")
        yield


def status(jobs: ExportJobs, job: ExportJob) -> str | None:
    found = jobs.find(job.agency, job.id, job.by)
    return None if found is None else found.status


def test_an_agency_has_few_under_way_and_few_kept(jobs: ExportJobs, followed_database: str, eventually: Any) -> None:
    with held(followed_database):
        asked = [jobs.ask(ORDER, "hr-1") for _ in range(MOST_WAITING)]
        with pytest.raises(Problem, match=r"^3 exports of surabaya are being made"):
            jobs.ask(ORDER, "hr-1")
        assert {status(jobs, one) for one in asked} == {"running"}
    eventually(lambda: {status(jobs, one) for one in asked} == {"done"})

    for _ in range(MOST_KEPT):
        asked.append(jobs.ask(ORDER, "hr-1"))
        eventually(lambda: status(jobs, asked[-1]) == "done")
    there = [one for one in asked if status(jobs, one) is not None]
    assert there == asked[-MOST_KEPT:]


def test_what_a_server_was_making_when_it_died_is_lost_and_said_to_be(
    jobs: ExportJobs, followed_database: str, tmp_path: Path
) -> None:
    with held(followed_database):
        job = jobs.ask(ORDER, "hr-1")
        # As it is left behind: the lock goes with its holder.
        copytree(tmp_path / "exports", tmp_path / "left")
        again = opened(followed_database, tmp_path / "left")

        assert status(jobs, job) == "running"
        assert status(opened(followed_database, tmp_path / "exports"), job) == "running"
        assert status(again, job) == "lost"


def test_a_server_that_starts_again_has_what_is_done_for_a_day(
    jobs: ExportJobs, followed_database: str, tmp_path: Path, eventually: Any
) -> None:
    job = jobs.ask(ORDER, "hr-1")
    eventually(lambda: status(jobs, job) == "done")

    kept = job.asked_at + KEPT
    before, then = (opened(followed_database, tmp_path / "exports", at) for at in (kept - timedelta(seconds=1), kept))
    assert [status(one, job) for one in (before, then)] == ["done", None]
    then.ask(ORDER, "hr-1")
    assert not (tmp_path / "exports" / "surabaya" / job.id).exists()


def test_one_that_fails_says_so(tmp_path: Path, eventually: Any) -> None:
    jobs = opened("postgresql://nobody@localhost:1/none?connect_timeout=1", tmp_path)
    job = jobs.ask(ORDER, "hr-1")
    eventually(lambda: status(jobs, job) == "failed")
