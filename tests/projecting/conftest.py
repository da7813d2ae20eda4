"""A small projection that looks at every event, and a journal that writes events to the log through the ledger."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from msgspec import Struct, structs
from psycopg import sql

from neraca.domain import streams
from neraca.domain.envelope import Envelope
from neraca.domain.registry import EVENTS, Event
from neraca.domain.roster import EmployeeAssigned, EmployeeRegistered, EmployeeSanctioned
from neraca.domain.vocabulary import EmploymentType, PositionClass, Severity
from neraca.projecting.projection import Entry, Projection, Table, Workspace
from neraca.projecting.rebuild import ensure
from neraca.store.ledger import Append, Ledger
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

AT = datetime(2025, 6, 2, 1, 30, tzinfo=UTC)


class Person(Struct):
    agency: str
    stream: UUID
    name: str
    seen: list[int]


class Step(Struct):
    agency: str
    position: int
    tag: str


PEOPLE = Table("people", Person, key=("stream",))
STEPS = Table("steps", Step, key=("position",), append=True)

DDL = """
create table people (
  agency text not null,
  stream uuid not null,
  name text not null,
  seen json not null,
  primary key (agency, stream)
);

create table steps (
  agency text not null,
  position bigint not null,
  tag text not null,
  primary key (agency, position)
);
"""


def walk(work: Workspace, entry: Entry) -> None:
    """Remembers every position, so that a skipped or doubled event shows."""
    person = work.get(PEOPLE, entry.stream) or Person(entry.agency, entry.stream, "", [])
    match entry.body:
        case EmployeeRegistered(name="poison"):
            raise ValueError("poisoned")
        case EmployeeRegistered(name="leaves"):
            work.drop(PEOPLE, entry.stream)
            return
        case EmployeeRegistered(name=name):
            person.name = name
        case _:
            pass
    person.seen.append(entry.position)
    work.put(PEOPLE, person)
    work.put(STEPS, Step(entry.agency, entry.position, entry.tag))


def immune(work: Workspace, entry: Entry) -> None:
    """The same, as it is after its author has corrected it."""
    if isinstance(entry.body, EmployeeRegistered) and entry.body.name == "poison":
        entry = structs.replace(entry, body=structs.replace(entry.body, name="cured"))
    walk(work, entry)


class Journal:
    """Appends for one database. `person` is an employee number, whose stream it is."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._mapper = EventMapper(EVENTS)
        self._versions: dict[UUID, int] = {}

    def register(self, agency: str, person: str, name: str = "Sari") -> int:
        return self.append(
            agency,
            person,
            EmployeeRegistered(
                employee=person,
                name=name,
                employment_type=EmploymentType.CIVIL_SERVANT,
                position="Analis",
                position_class=PositionClass.FUNCTIONAL,
                since=date(2020, 1, 1),
            ),
        )

    def assign(self, agency: str, person: str) -> int:
        return self.append(agency, person, EmployeeAssigned(unit="dinas", since=date(2020, 1, 1)))

    def sanction(self, agency: str, person: str, count: int = 1) -> int:
        event = EmployeeSanctioned(severity=Severity.LIGHT, on=date(2025, 3, 1), decree="SK/1")
        return self.append(agency, person, *[event] * count)

    def append(self, agency: str, person: str, *events: Event) -> int:
        """The last position."""
        stream = streams.employee(agency, person)
        version = self._versions.get(stream, 0)
        self._versions[stream] = version + len(events)
        stored = [
            StoredEvent(
                stream, version + n, *self._mapper.encode(Envelope(at=AT, by="hr", correlation="c", body=event))
            )
            for n, event in enumerate(events, 1)
        ]
        return self._ledger.append(agency, Append(stored)).last


@pytest.fixture
def walking() -> Projection:
    return Projection(name="walk", ddl=DDL, tables=(PEOPLE, STEPS), apply=walk, keys=lambda e: ((PEOPLE, (e.stream,)),))


@pytest.fixture
def cured(walking: Projection) -> Projection:
    return structs.replace(walking, apply=immune)


@pytest.fixture
def journal(database: str) -> Iterator[Journal]:
    """Two agencies, solo and biak."""
    migrate(database, ["solo", "biak"])
    with open_pool(database) as pool:
        yield Journal(Ledger(pool))


@pytest.fixture
def ready(journal: Journal, database: str, walking: Projection) -> Journal:
    """The journal, and tables for the small projection."""
    ensure(database, [walking])
    return journal


@pytest.fixture
def rows(database: str) -> Callable[[str], list[tuple[object, ...]]]:
    """All rows of a table, such as `read_walk.steps`, in order of its first columns."""

    def read(table: str) -> list[tuple[object, ...]]:
        query = sql.SQL("select * from {} order by 1, 2").format(sql.Identifier(*table.split(".")))
        with psycopg.connect(database) as connection:
            return connection.execute(query).fetchall()

    return read


@pytest.fixture
def steps(database: str) -> Callable[[], dict[str, list[int]]]:
    """Positions the small projection has taken in, by agency, as its appended rows tell."""

    def read() -> dict[str, list[int]]:
        with psycopg.connect(database) as connection:
            query = "select agency, array_agg(position order by position) from read_walk.steps group by agency"
            return dict(connection.execute(query).fetchall())

    return read
