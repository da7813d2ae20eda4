"""How long what is read of everybody in the log takes for one of them: of a city it is as many times that.

    .venv/bin/python tests/bench/bench_anew.py [--lived L]

Lives a demo year for L people through the commands: in Gajahmungkur, where people are considered for promotion and
talent, and in Surabaya, where months are paid and colleagues rate without their names. Told is what a candidate takes,
read together with the others and each alone, what a month of a budget takes, and a rating of which a pair may be found.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench_simulate import library

from neraca.demo import simulation
from neraca.demo.scope import Part, part
from neraca.demo.year import write
from neraca.domain.registry import EVENTS
from neraca.policy.library import Library
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import ensure
from neraca.service import CommandHandler
from neraca.service.adoption import adopt
from neraca.service.budget import BudgetCounter, BudgetRequest
from neraca.service.candidacies import considered, considered_all
from neraca.service.forensics import STREAMS, hidden_pairs
from neraca.service.statements import statement
from neraca.store import embedded
from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import fetch, open_pool
from projections import ALL

CANDIDATES, PAID = "gajahmungkur", "surabaya"
RULES = "id.jateng.kota-semarang.gajahmungkur.promosi"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--lived", type=int, default=40)
    lived: int = options.parse_args().lived
    parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=parent))
        server = stack.enter_context(embedded.open(Path(folder) / "home", fsync=False, linger_seconds=0))
        known = library()
        migrate(server.url, known.agencies)
        pool = stack.enter_context(open_pool(server.url))
        service = CommandHandler(Ledger(pool), Log(pool), EventMapper(EVENTS), known.agencies)
        for city in (CANDIDATES, PAID):
            live(service, known, city, lived)
        ensure(server.url, ALL)
        Follower(server.url, ALL, EventMapper(EVENTS).decode).catch_up()
        candidates(service)
        budget(service, known)
        with pool.connection() as connection:
            of = fetch(connection, PAID, statement(STREAMS), {"agency": PAID, "period": "2025-Q4"})
        pairs(service, of)


def live(service: CommandHandler, known: Library, city: str, people: int) -> None:
    agency = known.agencies[city]
    adopt(service, agency, known, datetime(2024, 12, 1, tzinfo=UTC))
    one = part(agency, lambda adoption: known.get(adoption.id).policy)
    assert isinstance(one, Part)
    year = write(one, people, 1, 365, simulation.Size(people, 1).prefix(people))
    simulation.live(service, [year], lambda _: None)


def candidates(service: CommandHandler) -> None:
    reader, policy = service.reader, service.policies.latest(CANDIDATES, RULES)
    assert policy is not None
    people = [one.event.employee for one in reader.of_type(CANDIDATES, "employee.registered")]

    def together() -> int:
        return len([*considered_all(reader, CANDIDATES, people, "2025", policy, None)])

    def alone() -> int:
        return len([considered(reader, CANDIDATES, one, "2025", policy, None) for one in people])

    tell("candidates, together", together)
    tell("candidates, each alone", alone)


def budget(service: CommandHandler, known: Library) -> None:
    counter = BudgetCounter(service.reader, service.policies, known.agencies[PAID])
    asked = BudgetRequest(agency=PAID, year=2025)
    tell("months of a budget", lambda: len(counter.count(asked, date(2026, 6, 1)).lines))


def pairs(service: CommandHandler, of: list[tuple[Any, ...]]) -> None:
    whose = {stream: (employee, hash_) for stream, employee, hash_ in of}
    rules = {hash_: service.policies.by_hash(PAID, hash_).rules.ratings for _, hash_ in whose.values()}

    def found() -> int:
        hidden_pairs(service.reader, PAID, whose, rules)
        return len(whose)

    tell("appraisals with pairs", found)


def tell(name: str, ask: Callable[[], int]) -> None:
    ask()
    began, worked = perf_counter(), process_time()
    number = ask()
    took, worked = (perf_counter() - began) * 1_000, (process_time() - worked) * 1_000
    print(f"{name:24} {number:5} took {took / number:6.3f} ms each, of which Python {worked / number:6.3f}", flush=True)


if __name__ == "__main__":
    main()
