"""What if another policy ruled: the stored facts of a period, judged by what is in force and by a candidate.

Everything is read in one snapshot of the read models. Nothing is written, and no score moves.
"""

from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import Any, LiteralString, TypeAlias, cast

import msgspec
from msgspec import Struct
from psycopg import Connection
from psycopg.types.json import set_json_loads

from neraca.domain import values
from neraca.domain.agency import Agency
from neraca.domain.case import Case
from neraca.domain.errors import Invalid, NotFound
from neraca.domain.facts import UNIT_PREDICATE
from neraca.domain.period import Period
from neraca.domain.policy_book.events import Classes
from neraca.domain.vocabulary import PositionClass, Purpose
from neraca.policy.columns import Columns, load
from neraca.policy.impact import Impact, Judged, Paid, Paying, Person, compare, impact_hash, judge
from neraca.service.shelf import Shelf, Shelved
from neraca.service.unit import NoSuchAgency
from neraca.store.pool import open_connection

PAGE = 2_000

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many people are done, of how many."""

_CASE = msgspec.json.Decoder(Case)
_PAID: tuple[Paid, ...] = ("allowance", "credit")


class Question(Struct, frozen=True, kw_only=True):
    """A policy is one ready to judge by, or a reference: `id@version`, an id for its latest version, a hash, or the
    name of an agency for what is in force there. A candidate may also be a proposal of the agency, such as p1.

    Without `period` it is the last one that has final results, without `against` what is in force. `allowance` and
    `credit` are those in force unless named. `consult` are the agencies whose books may be looked into as well.
    """

    agency: str
    candidate: Shelved | str
    period: str | None = None
    against: Shelved | str | None = None
    allowance: Shelved | str | None = None
    credit: Shelved | str | None = None
    consult: Collection[str] = ()


class Simulation(Struct, frozen=True):
    """`hash` is that of the report; `position` the log position of the facts; `affected` the ids of those the report
    lists as most affected, for whoever may know them."""

    impact: Impact
    hash: str
    position: int
    affected: tuple[str, ...]


class Simulator:
    """Opens a connection for each question. Safe to share between threads."""

    def __init__(self, url: str, shelf: Shelf, agencies: Mapping[str, Agency]) -> None:
        self._url = url
        self._shelf = shelf
        self._agencies = agencies

    def run(self, asked: Question, say: Progress | None = None) -> Simulation:
        """Raises NoSuchAgency, NotFound, NotOneInForce, Invalid and PolicyAltered."""
        if asked.agency not in self._agencies:
            raise NoSuchAgency(f"no agency '{asked.agency}'; there are {', '.join(sorted(self._agencies))}")
        with _snapshot(self._url, asked.agency) as connection:
            period, size = _period(connection, asked)
            candidate, classes = self._candidate(asked, period)
            paying = self._paying(asked, period)
            people, cases = _people(connection, asked.agency, period, size, say)
            position = _one(connection, "judged-until", {"agency": asked.agency}) or 0
        columns = load(cases)
        before = self._before(asked, period, people, columns)
        after = _limited(_judged(candidate, columns), before, people, classes)
        found = compare(asked.agency, period.label, people, cases, before, after, paying)
        return Simulation(found.impact, impact_hash(found.impact), position, found.affected)

    def _candidate(self, asked: Question, period: Period) -> tuple[Shelved, Classes | None]:
        candidate, classes = asked.candidate, None
        if isinstance(candidate, str):
            with suppress(KeyError):
                candidate, classes = self._shelf.proposed(asked.agency, candidate)
        return self._found(candidate, asked, period, "predicate"), classes

    def _before(self, asked: Question, period: Period, people: list[Person], columns: Columns) -> Judged:
        if asked.against is not None:
            return _judged(self._found(asked.against, asked, period, "predicate"), columns)
        ruling = {name: self._ruling(asked.agency, period, name) for name in {one.position_class for one in people}}
        judged = {one.ref.hash: _judged(one, columns) for one in ruling.values()}
        first, *more = judged.values()
        if not more:
            return first
        # Each is judged by what rules the class; the rule for a cohort is that of most people in it.
        theirs = [ruling[one.position_class].ref.hash for one in people]
        most = max(judged, key=lambda hash_: (theirs.count(hash_), hash_))
        plans = tuple(judged[hash_].plans[0] for hash_ in sorted(judged))
        outcomes = [judged[hash_].outcomes[row] for row, hash_ in enumerate(theirs)]
        return Judged(plans, judged[most].distribution, outcomes)

    def _ruling(self, agency: str, period: Period, position_class: str) -> Shelved:
        ruling = self._in_force(agency, period, "predicate", PositionClass(position_class) if position_class else None)
        if ruling is None:
            whom = f" for {position_class}" if position_class else ""
            raise NotFound(f"no policy is in force in {agency}{whom} on {period.ends}; name one to compare against")
        return ruling

    def _paying(self, asked: Question, period: Period) -> dict[Paid, Paying]:
        found: dict[Paid, Paying] = {}
        for purpose in _PAID:
            named = asked.allowance if purpose == "allowance" else asked.credit
            if named is None:
                shelved = self._in_force(asked.agency, period, purpose)
            else:
                shelved = self._found(named, asked, period, purpose)
            if shelved is not None:
                found[purpose] = Paying(shelved.plan, shelved.resolved.policy.period.cycle)
        return found

    def _found(self, wanted: Shelved | str, asked: Question, period: Period, purpose: Purpose) -> Shelved:
        shelved = wanted if isinstance(wanted, Shelved) else self._named(wanted, asked, period, purpose)
        policy = shelved.resolved.policy
        if policy.purpose != purpose:
            raise Invalid(f"{policy.id}@{policy.version} is a policy for {policy.purpose}, not for {purpose}")
        return shelved

    def _named(self, ref: str, asked: Question, period: Period, purpose: Purpose) -> Shelved:
        books = list(dict.fromkeys((asked.agency, *asked.consult)))
        if ref in books:
            shelved = self._in_force(ref, period, purpose)
            if shelved is None:
                raise NotFound(f"no policy for {purpose} is in force in {ref} on {period.ends}")
            return shelved
        for agency in books:
            if (shelved := self._published(agency, ref)) is not None:
                return shelved
        known = [one for agency in books for one in self._shelf.refs(agency)]
        raise NotFound(f"no policy '{ref}' is published; {values.suggestion(ref, known)}")

    def _published(self, agency: str, ref: str) -> Shelved | None:
        id_, _, version = ref.partition("@")
        versions = [known.rpartition("@")[2] for known in self._shelf.refs(agency) if known.rpartition("@")[0] == id_]
        if versions and (not version or version in versions):
            return self._shelf.by_ref(agency, id_, int(version or max(versions, key=int)))
        try:
            return self._shelf.by_hash(agency, ref)
        except KeyError:
            return None

    def _in_force(
        self, agency: str, period: Period, purpose: Purpose, position_class: PositionClass | None = None
    ) -> Shelved | None:
        shelved = self._shelf.in_force(agency, period.ends, purpose, position_class)
        if shelved is not None and shelved.rules.policy_date == "period_start":
            return self._shelf.in_force(agency, period.starts, purpose, position_class)
        return shelved


def _judged(shelved: Shelved, columns: Columns) -> Judged:
    return Judged((shelved.plan,), shelved.resolved.policy.distribution, judge(shelved.plan, columns))


def _limited(after: Judged, before: Judged, people: list[Person], classes: Classes | None) -> Judged:
    """Whoever is of another class than a proposal is for stays under what rules already."""
    if classes is None:
        return after
    both = zip(people, before.outcomes, after.outcomes, strict=True)
    outcomes = [new if person.position_class in classes else old for person, old, new in both]
    return Judged((*after.plans, *before.plans), after.distribution, outcomes)


@cache
def _statement(name: str) -> LiteralString:
    return cast(LiteralString, (files("neraca.service") / "sql" / f"{name}.sql").read_text("utf-8"))


@contextmanager
def _snapshot(url: str, agency: str) -> Generator[Connection]:
    with open_connection(url) as connection:
        set_json_loads(_as_it_came, connection)
        connection.execute("begin isolation level repeatable read read only")
        connection.execute("select set_config('neraca.agency', %s, true)", (agency,))
        yield connection
        connection.execute("commit")


def _as_it_came(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def _period(connection: Connection, asked: Question) -> tuple[Period, int]:
    """The period and how many people it has."""
    rows = connection.execute(_statement("periods"), {"agency": asked.agency}).fetchall()
    there = ", ".join(row[0] for row in rows) or "none"
    if asked.period is not None:
        period = values.period(asked.period)
        people = next((row[1] for row in rows if row[0] == period.label), 0)
        if not people:
            raise NotFound(f"{asked.agency} has no appraisals of {period.label}; there are {there}", field="/period")
        return period, people
    found = next(((row[0], row[1]) for row in rows if row[2]), None)
    if found is None:
        raise NotFound(f"{asked.agency} has no final results yet; name a period, there are {there}", field="/period")
    return values.period(found[0]), found[1]


def _people(
    connection: Connection, agency: str, period: Period, size: int, say: Progress | None
) -> tuple[list[Person], list[Case]]:
    people: list[Person] = []
    cases: list[Case] = []
    months = period.months
    with connection.cursor("people", binary=True) as cursor:
        cursor.execute(_statement("people"), {"agency": agency, "period": period.label})
        while rows := cursor.fetchmany(PAGE):
            for employee, unit, position_class, career_level, facts in rows:
                case = _CASE.decode(facts)
                people.append(Person(employee, unit, position_class, career_level, _organisation(case), months))
                cases.append(case)
            if say is not None:
                say(len(people), size)
    return people, cases


def _organisation(case: Case) -> str | None:
    said = case.facts.get(UNIT_PREDICATE)
    return said if isinstance(said, str) else None


def _one(connection: Connection, name: str, params: Mapping[str, Any]) -> Any:
    row = connection.execute(_statement(name), params).fetchone()
    return None if row is None else row[0]
