"""How long a city waits to see what another policy would do: `neraca policy simulate`, end to end.

    .venv/bin/python tests/bench/bench_simulate.py [--people N] [--lived L]

Lives Bandung's demo year for L people through the commands, then copies their rows in the read models until there are
N, each with another share of the team's target reached. Simulated are Bandung's policy with moved weights, the same
with credit points told, and Surabaya's policy.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import available_timezones

import psycopg

from neraca.demo import simulation
from neraca.demo.scope import Part, part
from neraca.demo.year import write
from neraca.domain.registry import EVENTS
from neraca.policy.impact.report import summary
from neraca.policy.library import Library
from neraca.policy.published import PublishedPolicy, compile_draft
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import ensure
from neraca.service import CommandHandler
from neraca.service.adoption import adopt
from neraca.service.simulation import SimulationRequest, Simulator
from neraca.store import embedded
from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import ALL

HERE = Path(__file__).parent.parent.parent
BANDUNG, SURABAYA = "id.jabar.kota-bandung", "id.jatim.kota-surabaya"
WEIGHTS = "rencana_hasil_kerja: 50, kontribusi_tim: 20, dampak_organisasi: 20"
MOVED = "rencana_hasil_kerja: 30, kontribusi_tim: 40, dampak_organisasi: 20"
COPY_APPRAISALS = """
insert into read_scores.appraisal
select (x).*
from (
  select jsonb_populate_record(
    a,
    jsonb_build_object(
      'stream', gen_random_uuid(),
      'employee', a.employee || '-' || n,
      'final', null,
      'facts', jsonb_set(
        a.facts,
        '{case,facts,realisasi_tim}',
        to_jsonb(coalesce((a.facts #>> '{case,facts,target_tim}')::bigint, 50000000) * (70 + n %% 50) / 100)
      )
    )
  ) as x
  from read_scores.appraisal a, generate_series(1, %(copies)s) as n
  where a.agency = 'bandung' and a.period = '2025-S2'
) as copies
"""
COPY_EMPLOYEES = """
insert into read_roster.employees
select (x).*
from (
  select jsonb_populate_record(
    e, jsonb_build_object('stream', gen_random_uuid(), 'employee', e.employee || '-' || n)
  ) as x
  from read_roster.employees e, generate_series(1, %(copies)s) as n
  where e.agency = 'bandung'
) as copies
"""


def library() -> Library:
    files = [file for folder in ("policies", "agencies") for file in (HERE / folder).rglob("*.yaml")]
    return Library.read({str(f.relative_to(HERE)): f.read_text("utf-8") for f in files}, available_timezones())[0]


def shelved(known: Library, id_: str, old: str = "", new: str = "") -> PublishedPolicy:
    resolved = known.get(id_)
    text = resolved.sources[resolved.file]
    if old not in text:
        raise SystemExit(f"{resolved.file} no longer says «{old}»: nothing would be measured")
    return compile_draft(resolved.file, {**resolved.sources, resolved.file: text.replace(old, new)})


def live(url: str, known: Library, service: CommandHandler, people: int) -> None:
    agency = known.agencies["bandung"]
    adopt(service, agency, known, datetime(2024, 12, 1, tzinfo=UTC))
    one = part(agency, lambda adoption: known.get(adoption.id).policy)
    assert isinstance(one, Part)
    year = write(one, people, 1, 365, simulation.Size(people, 1).prefix(people))
    simulation.live(service, [year], lambda _: None)
    ensure(url, ALL)
    Follower(url, ALL, EventMapper(EVENTS).decode).catch_up()


def copy(url: str, lived: int, people: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        copies = people // (lived - 1)
        connection.execute(COPY_APPRAISALS, {"copies": copies})
        connection.execute(COPY_EMPLOYEES, {"copies": copies})
        connection.execute("analyze read_scores.appraisal, read_roster.employees")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--lived", type=int, default=41)
    given = options.parse_args()
    fast = Path("/dev/shm")
    parent = fast if os.access(fast, os.W_OK) else Path(tempfile.gettempdir())
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=parent))
        server = stack.enter_context(embedded.open(Path(folder) / "home", fsync=False, linger_seconds=0))
        known = library()
        migrate(server.url, known.agencies)
        pool = stack.enter_context(open_pool(server.url))
        log = Log(pool)
        service = CommandHandler(Ledger(pool), log, EventMapper(EVENTS), known.agencies)
        live(server.url, known, service, given.lived)
        copy(server.url, given.lived, given.people)
        simulator = Simulator(server.url, service.policies, known.agencies)
        moved, credit = shelved(known, BANDUNG, WEIGHTS, MOVED), shelved(known, "id.nasional.angka-kredit")
        ask("moved weights", simulator, SimulationRequest(agency="bandung", candidate=moved, period="2025-S2"))
        ask(
            "moved weights, credit points",
            simulator,
            SimulationRequest(agency="bandung", candidate=moved, period="2025-S2", credit=credit),
        )
        surabaya = shelved(known, SURABAYA)
        ask("Surabaya's policy", simulator, SimulationRequest(agency="bandung", candidate=surabaya, period="2025-S2"))


def ask(name: str, simulator: Simulator, question: SimulationRequest) -> None:
    took, read = timedelta.max, timedelta.max
    found = None
    for _ in range(5):
        began = monotonic()
        until: list[timedelta] = []
        found = simulator.run(question, since(began, until))
        took, read = min(took, timedelta(seconds=monotonic() - began)), min(read, until[-1])
    if found is not None:
        people = found.impact.people
        print(f"{name:30} {people:,} people in {took}, of which reading {read}: {summary(found.impact)}", flush=True)


def since(began: float, until: list[timedelta]) -> Callable[[int, int], None]:
    return lambda _done, _of: until.append(timedelta(seconds=monotonic() - began))


if __name__ == "__main__":
    main()
