"""How long an export of a million appraisals takes and how much memory, by format, beside a COPY of the same rows.

    .venv/bin/python tests/bench/bench_export.py [--rows N] [--format F ...]

The rows are written into the read model as the fold would leave them, on an embedded server of its own with fsync off.
Each export is a process of its own, measured in its processor time and at its largest; the promise is less than a
minute and 200 MB for a million rows.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import monotonic
from typing import LiteralString
from zoneinfo import available_timezones

import psycopg

from neraca.policy.library import Library
from neraca.projecting.rebuild import ensure
from neraca.service.exports import DATA_SETS, FORMATS, ExportOrder, export
from neraca.store import embedded
from neraca.store.migrate import migrate
from projections import ALL

HERE = Path(__file__).parent.parent.parent
AGENCY, DAY = "surabaya", date(2025, 6, 30)
FILL: LiteralString = """
insert into read_scores.appraisal (
  agency, stream, employee, name, period, starts, ends, unit, appraiser, reviewer, position_class, stage, version,
  policy_id, policy_version, policy_hash, status, reason, score, predicate, levels, nodes, facts, closed, closed_by,
  final, superseded_rule, lacks, cut_off, position, recorded_at, holds_from
)
select
  %(agency)s, gen_random_uuid(), lpad((197001011990031000 + n / 5)::text, 18, '0'), 'Pegawai ' || n / 5,
  '2025-Q' || n %% 5,
  date '2025-01-01', date '2025-03-31', 'unit-' || n %% 50, lpad((n / 50)::text, 18, '1'),
  lpad((n / 500)::text, 18, '2'), (array['FUNCTIONAL', 'OPERATIONAL', 'ADMINISTRATOR', null])[1 + n %% 4],
  'final', 20 + n %% 9, 'id.jatim.kota-surabaya', 1, md5('policy') || md5('policy'), 'final', null,
  60 + (n %% 4000) / 100.0, (array['baik', 'sangat_baik', 'cukup'])[1 + n %% 3],
  '{}', '{}', '{}', null, null, null, null, null, false, n, timestamptz '2025-04-01 02:00:00Z' + n * interval '1 ms', n
from generate_series(1, %(rows)s) as n
"""
COPY: LiteralString = """
copy (
  select
    employee, period, starts, ends, unit, appraiser, reviewer, position_class, stage, status, reason, score, predicate,
    policy_id, policy_version, policy_hash, false, version, position, recorded_at
  from read_scores.appraisal
  where agency = 'surabaya'
  order by employee collate "C", period collate "C"
) to stdout (format csv)
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--format", nargs="*", default=list(FORMATS), choices=list(FORMATS))
    asked = options.parse_args()
    files = {str(one.relative_to(HERE)): one.read_text() for one in sorted((HERE / "agencies").rglob("*.yaml"))}
    library, _ = Library.read(files, available_timezones())
    fast = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as home,
        embedded.open(Path(home) / "home", fsync=False, linger_seconds=0) as server,
    ):
        migrate(server.url, library.agencies)
        ensure(server.url, ALL)
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(FILL, {"agency": AGENCY, "rows": asked.rows})
            connection.execute("vacuum analyze read_scores.appraisal")
        file = Path(home) / "exported"
        plain = told("COPY", asked.rows, file, None, alone(copy, server.url, file))
        for format_ in asked.format:
            told(format_, asked.rows, file, plain, alone(exported, server.url, file, format_))


def told(name: str, rows: int, file: Path, plain: float | None, cost: tuple[float, float, float]) -> float:
    """Prints what it cost, in terms of `plain` too, and gives back how long it took."""
    took, used, most = cost
    times = "" if plain is None else f", {took / plain:.1f} times COPY"
    size = file.stat().st_size / 1e6
    print(
        f"{rows:,} rows, {name:<8} {took:6.1f} s of the whole, {used:6.1f} s of the processor, {most:4.0f} MB at most, "
        f"{size:5.0f} MB written{times}"
    )
    return took


def copy(url: str, file: Path) -> None:
    with psycopg.connect(url) as connection, connection.cursor().copy(COPY) as rows, file.open("wb") as out:
        for part in rows:
            out.write(part)


def exported(url: str, file: Path, format_: str) -> None:
    export(url, ExportOrder(AGENCY, DATA_SETS["appraisals"], format_, DAY), file)


def alone(work: Callable[..., None], *told: object) -> tuple[float, float, float]:
    """Of a fresh process: seconds on the clock, and of the processor since it began to work; MB at its largest."""
    begin = monotonic()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        used, most = pool.apply(measured, (work, told))
        return monotonic() - begin, used, most


def measured(work: Callable[..., None], told: tuple[object, ...]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_SELF)
    work(*told)
    after = resource.getrusage(resource.RUSAGE_SELF)
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / scale


if __name__ == "__main__":
    main()
