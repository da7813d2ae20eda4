"""The demo from curtain to curtain: years written, lived, read back, shown."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from threading import Lock
from typing import Any, LiteralString, cast

from msgspec import Struct, structs
from psycopg import Connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from neraca.demo import citizens, output, simulation, staff
from neraca.demo.fairness import Text
from neraca.demo.scope import YEAR, Absent, Part, part
from neraca.demo.year import Year, write
from neraca.domain.agency import Adoption, Agency
from neraca.domain.contexts import Actor
from neraca.domain.text_kinds import counted
from neraca.domain.vocabulary import Role
from neraca.policy.library import Library
from neraca.policy.model import Policy
from neraca.service import CommandHandler
from neraca.store.pool import fetch, open_pool

_WIDTH = 110
_WHOLE = 365
"""Days of a year that is lived to its end, and after."""
_TENTHS = 10


class DemoContext(Struct, frozen=True):
    """What the demo needs of the house; `token` is that of an auditor of an agency, `sign_in` makes one for an invented
    person.
    """

    service: CommandHandler
    agencies: Mapping[str, Agency]
    library: Library
    url: str
    catch_up: Callable[[], object]
    address: str
    token: Callable[[str], str]
    sign_in: Callable[[Actor], str]
    now: Callable[[], datetime]

    def policy(self, adoption: Adoption) -> Policy:
        return self.library.get(adoption.id, adoption.version).policy

    def text(self, policy: Policy) -> Text:
        resolved = self.library.get(policy.id, policy.version)
        return Text(resolved.file, dict(resolved.sources))


def play(house: DemoContext, wanted: simulation.Size, days: int, *, serving: bool) -> None:
    """Tables go to standard output, progress to standard error."""
    console, aside = Console(), Console(stderr=True)
    console.width = max(console.width, _WIDTH)
    begun = {id_: there for id_ in house.agencies if (there := simulation.begun(house.service, id_))}
    size = next((there.size for there in begun.values()), wanted)
    if size != wanted:
        people = counted(size.people, "person", "people")
        console.print(f"This database holds the year of {people}, seed {size.seed}: continuing that one.")
        console.print("For another, point NERACA_HOME at an empty folder.")
    years = _written(house, console, size, begun, days)
    with _progress(aside, years) as lived:
        told = simulation.live(house.service, years, lived)
    done, before, refused = (sum(getattr(one, name) for one in told) for name in ("done", "before", "refused"))
    console.print(f"{counted(done, 'step')} done now, {before} before, {refused} refused as the story has it.")
    aside.print("read models are catching up")
    house.catch_up()
    if days >= _WHOLE:
        citizens.ask(house.service, house.url, house.catch_up, years, size.seed)
    samples: list[output.Sample] = []
    annual: list[output.Sample] = []
    places: list[output.Place] = []
    with open_pool(house.url) as pool, pool.connection() as connection:
        for year in years:
            id_ = year.agency.id
            _show(console, year, _rows(connection, id_, "outcomes"))
            samples += [output.Sample(id_, *row) for row in _rows(connection, id_, "sample")]
            places += [output.Place(id_, *row) for row in _rows(connection, id_, "places")]
            if year.part.policy.period.annual is not None:
                annual += [output.Sample(id_, *row) for row in _rows(connection, id_, "annual")]
    if serving and places:
        output.where_to_look(console, places)
    if serving and samples:
        one = samples[0]
        shown = [
            (who, house.sign_in(Actor(number, frozenset({Role.EMPLOYEE}), one.agency)))
            for who, number in (("as an employee", one.employee), ("as their appraiser", one.appraiser))
        ]
        console.print(output.sign_ins(house.address, shown), soft_wrap=True, markup=False, highlight=False)
        link = citizens.open_today(
            house.service, house.url, house.catch_up, years, size.seed, house.address, house.now()
        )
        if link is not None:
            console.print(output.survey(link), soft_wrap=True, markup=False, highlight=False)
        console.print("\nThings to ask the server:\n")
        asked = output.questions(house.address, house.token, samples[0], next(iter(annual), None))
        console.print(asked, soft_wrap=True, markup=False, highlight=False)


def _show(console: Console, year: Year, rows: list[tuple[Any, ...]]) -> None:
    ranked = sorted(year.part.policy.predicates.items(), key=lambda one: -one[1].rank)
    labels = {id_: _in("id", predicate.label) or id_ for id_, predicate in ranked}
    outcomes = [output.Outcome(*row) for row in rows]
    output.tables(console, _named(year.agency), year.people, outcomes, labels)


def _written(
    house: DemoContext, console: Console, size: simulation.Size, begun: Mapping[str, simulation.Begun], days: int
) -> list[Year]:
    """The largest agency first. Whoever has begun goes on with as many people as it began with."""
    agencies = sorted(house.agencies.values(), key=lambda agency: -(agency.planning_size or 0))
    parts: list[Part] = []
    for one in (part(agency, house.policy) for agency in agencies):
        if isinstance(one, Absent):
            console.print(f"{_named(one.agency)} sits {YEAR} out: {one.why}.")
        else:
            parts.append(one)
    uncounted = [house.agencies[id_] for id_, there in begun.items() if there.count is None]
    counts = staff.shares([one.agency for one in parts], size.people) | staff.shares(uncounted, size.people)
    years: list[Year] = []
    otherwise: list[str] = []
    for one in parts:
        there = begun.get(one.agency.id)
        count = there.count if there and there.count is not None else counts[one.agency.id]
        prefix = there.prefix if there else size.prefix(count)
        year = write(one, count, size.seed, days, prefix, house.text(one.policy))
        if there and there.story != year.story:
            # Its steps are other steps: none of them follows on what is there.
            year, otherwise = structs.replace(year, steps=[]), [*otherwise, _named(one.agency)]
        years.append(year)
    if otherwise:
        console.print(
            f"The year of {'; '.join(otherwise)} was begun by another release or other files: shown as it is."
        )
        console.print("For the one of this release, point NERACA_HOME at an empty folder.")
    return years


def _named(agency: Agency) -> str:
    return _in("en", agency.name) or agency.id


def _in(language: str, label: Mapping[str, str]) -> str | None:
    """In this language where there is such a name, else in whatever there is."""
    return label.get(language) or next(iter(label.values()), None)


@contextmanager
def _progress(aside: Console, years: list[Year]) -> Generator[Callable[[str], None]]:
    """A bar for each agency on a terminal, and a line for each tenth of the whole where none can be drawn."""
    if aside.is_terminal:
        columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=aside) as bar:
            tasks = {year.agency.id: bar.add_task(year.agency.id, total=len(year.steps)) for year in years}
            yield lambda agency: bar.advance(tasks[agency])
        return
    total, lock, count = sum(len(year.steps) for year in years), Lock(), iter(range(1, 2**62))

    def lived(_: str) -> None:
        with lock:
            now = next(count)
            if now * _TENTHS // total > (now - 1) * _TENTHS // total:
                aside.print(f"lived {now} of {counted(total, 'step')}", highlight=False)

    yield lived


def _rows(connection: Connection, agency: str, question: str) -> list[tuple[Any, ...]]:
    text = (files("neraca.demo") / "sql" / f"{question}.sql").read_text("utf-8")
    return fetch(connection, agency, cast(LiteralString, text), {"agency": agency})
