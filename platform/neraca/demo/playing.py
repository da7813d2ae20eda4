"""The demo from curtain to curtain: years written, lived, read back, shown."""

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import LiteralString, cast

from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from neraca.demo import living, people, telling
from neraca.demo.year import Year, write
from neraca.domain.agency import Agency
from neraca.policy.library import Library
from neraca.service import Service
from neraca.store.pool import fetch, open_pool


class Stagehands(Struct, frozen=True):
    """What the demo needs of the house; `token` is the operator's."""

    service: Service
    agencies: Mapping[str, Agency]
    library: Library
    url: str
    catch_up: Callable[[], object]
    address: str
    token: str


def play(house: Stagehands, size: int, seed: int, days: int, *, serving: bool) -> None:
    console = Console()
    years = _written(house, size, seed, days)
    with _bar(console) as bar:
        tasks = {year.agency.id: bar.add_task(year.agency.id, total=len(year.steps)) for year in years}
        told = living.live(house.service, years, lambda agency, steps: bar.advance(tasks[agency], steps))
    done, before = sum(one.done for one in told), sum(one.before for one in told)
    console.print(f"{done} units of commands done now, {before} had been done before.")
    with console.status("Read models are catching up"):
        house.catch_up()
    with open_pool(house.url) as pool, pool.connection() as connection:
        for year in years:
            outcomes = [
                telling.Outcome(*row) for row in fetch(connection, year.agency.id, _sql("outcomes"), (year.agency.id,))
            ]
            policy = house.library.get(year.agency.policies[0].id, year.agency.policies[0].version).policy
            ranked = sorted(policy.predicates.items(), key=lambda one: -one[1].rank)
            labels = {id_: predicate.label["id"] for id_, predicate in ranked}
            telling.tables(console, year.agency.name["en"], year.people, outcomes, labels)
        sample = telling.Sample(
            years[0].agency.id, *fetch(connection, years[0].agency.id, _sql("sample"), (years[0].agency.id,))[0]
        )
    if serving:
        console.print(f"\nServing at {house.address} until interrupted. Try:\n")
        console.print(
            telling.questions(house.address, house.token, sample), soft_wrap=True, markup=False, highlight=False
        )


def _written(house: Stagehands, size: int, seed: int, days: int) -> list[Year]:
    agencies = sorted(house.agencies.values(), key=lambda agency: -(agency.planning_size or 0))
    counts = people.shares(agencies, size)
    return [
        write(
            agency,
            house.library.get(agency.policies[0].id, agency.policies[0].version).policy,
            counts[agency.id],
            seed,
            days,
        )
        for agency in agencies
    ]


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _sql(name: str) -> LiteralString:
    return cast(LiteralString, (files("neraca.demo") / "sql" / f"{name}.sql").read_text("utf-8"))
