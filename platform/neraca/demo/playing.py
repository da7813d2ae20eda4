"""The demo from curtain to curtain: years written, lived, read back, shown."""

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, LiteralString, cast

from msgspec import Struct
from psycopg import Connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from neraca.demo import living, people, telling
from neraca.demo.year import Year, write
from neraca.domain.agency import Agency
from neraca.policy.library import Library
from neraca.policy.model import Policy
from neraca.service import Service
from neraca.store.pool import fetch, open_pool

_WIDTH = 110


class Stagehands(Struct, frozen=True):
    """What the demo needs of the house; `token` is the operator's."""

    service: Service
    agencies: Mapping[str, Agency]
    library: Library
    url: str
    catch_up: Callable[[], object]
    address: str
    token: str

    def policy(self, agency: Agency) -> Policy:
        adopted = agency.policies[0]
        return self.library.get(adopted.id, adopted.version).policy


def play(house: Stagehands, wanted: living.Size, days: int, *, serving: bool) -> None:
    console = Console()
    console.width = max(console.width, _WIDTH)
    size = living.begun(house.service, min(house.agencies)) or wanted
    if size != wanted:
        console.print(f"This database holds the year of {size.people} people, seed {size.seed}: continuing that one.")
        console.print("For another, point NERACA_HOME at an empty folder.")
    years = _written(house, size, days)
    with _bar(console) as bar:
        tasks = {year.agency.id: bar.add_task(year.agency.id, total=len(year.steps)) for year in years}
        told = living.live(house.service, size, years, lambda agency: bar.advance(tasks[agency]))
    done, before, refused = (sum(getattr(one, name) for one in told) for name in ("done", "before", "refused"))
    console.print(f"{done} units of commands done now, {before} before, {refused} refused as the story has it.")
    with console.status("Read models are catching up"):
        house.catch_up()
    with open_pool(house.url) as pool, pool.connection() as connection:
        for year in years:
            _show(console, house.policy(year.agency), year, _rows(connection, year.agency.id, "outcomes"))
        first = years[0].agency.id
        samples = _rows(connection, first, "sample")
    if serving and samples:
        console.print(f"\nServing at {house.address} until interrupted. Try:\n")
        asked = telling.questions(house.address, house.token, telling.Sample(first, *samples[0]))
        console.print(asked, soft_wrap=True, markup=False, highlight=False)


def _show(console: Console, policy: Policy, year: Year, rows: list[tuple[Any, ...]]) -> None:
    ranked = sorted(policy.predicates.items(), key=lambda one: -one[1].rank)
    labels = {id_: predicate.label["id"] for id_, predicate in ranked}
    outcomes = [telling.Outcome(*row) for row in rows]
    telling.tables(console, year.agency.name["en"], year.people, outcomes, labels)


def _written(house: Stagehands, size: living.Size, days: int) -> list[Year]:
    agencies = sorted(house.agencies.values(), key=lambda agency: -(agency.planning_size or 0))
    counts = people.shares(agencies, size.people)
    return [write(agency, house.policy(agency), counts[agency.id], size.seed, days) for agency in agencies]


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _rows(connection: Connection, agency: str, question: str) -> list[tuple[Any, ...]]:
    text = (files("neraca.demo") / "sql" / f"{question}.sql").read_text("utf-8")
    return fetch(connection, agency, cast(LiteralString, text), (agency,))
