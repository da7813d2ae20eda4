"""Two worlds that differ in what one hidden rater gave, and in nothing else, read the same to everybody but who may
read the log whole: whoever of a random group rates in whatever order, changes it, is assigned or not, at every
moment before the group closes, and after it where it is too small, or where what it came to is the same.

What is asked is the whole schema, field by field, as far as a reader comes, what is due, and the log as it is masked.
More than in the suite, which samples: `NERACA_ANONYMITY=200 make test ARGS="tests/api/test_anonymity.py -q"`.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import graphql
import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.appraisal import commands as ask
from neraca.domain.contexts import Actor
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation, Role

EXAMPLES = int(os.environ.get("NERACA_ANONYMITY", "1"))
PERIOD = "2025-Q2"
BEGIN, FIRST, LAST, OVER = date(2025, 4, 1), date(2025, 6, 16), date(2025, 7, 14), date(2025, 7, 15)
MORE = ("fifi", "gita")
COLLEAGUES = ("ani", "cici", "dedi", *MORE)
READERS = ("budi", "sri", "hr", "integrator")
RULE = "workflow:\n  raters:\n    opens: P14D\n    within: P14D\n    sealed: true\n    groups: {rekan: {from: unit}}\n"

SDL = graphql.build_schema((Path(__file__).parents[1] / "golden" / "schema.graphql").read_text())
ARGUMENTS = {"person": '"budi"', "period": f'"{PERIOD}"', "employee": '"budi"', "employeeNumber": '"budi"'}
UNASKED = {"simulate", "evaluate", "repair", "recordedAt", "events", "hash", "digest", "salt", "sealedDigest", "asOf"}
"""What computes something else, what tells of the moment of writing, and what is made of the agency's name."""


def selection(kind: Any, depth: int) -> str:
    """All fields of a type that can be asked without knowing more."""
    found: list[str] = []
    for name, field in kind.fields.items():
        if name in UNASKED or any(
            graphql.is_required_argument(arg) and arg_name not in ARGUMENTS for arg_name, arg in field.args.items()
        ):
            continue
        said = [f"{one}: {ARGUMENTS[one]}" for one, arg in field.args.items() if graphql.is_required_argument(arg)]
        said += ["first: 3"] if "first" in field.args else []
        asked = name + (f"({', '.join(said)})" if said else "")
        of = graphql.get_named_type(field.type)
        if graphql.is_leaf_type(of):
            found.append(asked)
        elif graphql.is_object_type(of) and depth and (inner := selection(of, depth - 1)):
            found.append(f"{asked} {{ {inner} }}")
    return " ".join(found)


def questions() -> Iterator[str]:
    """One for each field of an agency, and one for each of an appraisal and of an employee."""
    agency: Any = SDL.type_map["Agency"]
    for name, field in agency.fields.items():
        if name in ("name", "appraisal", "appraisals", "employees"):
            continue
        alone = type("Alone", (), {"fields": {name: field}})
        if asked := selection(alone, 4):
            yield asked
    for many, kind in (("appraisals(first: 1)", "Appraisal"), ("employees(first: 3)", "Employee")):
        of: Any = SDL.type_map[kind]
        for name, field in of.fields.items():
            alone = type("Alone", (), {"fields": {name: field}})
            if asked := selection(alone, 3):
                yield f"{many} {{ edges {{ node {{ {asked} }} }} }}"


QUESTIONS = [*questions()]


class Worlds:
    """Two agencies behind one application; the day that it is, and what each answers in words of neither."""

    def __init__(self, agencies: dict[str, Any], client: TestClient[Any], days: list[date]) -> None:
        self.agencies = agencies
        self.client = client
        self.days = days

    def both(self, by: str, *commands: Any, on: date) -> None:
        for one in self.agencies.values():
            one.tell(by, *commands, on=on)

    def same(self, on: date, own: Random) -> None:
        """Fails where any reader is answered otherwise in one world than in the other."""
        self.days[0] = on
        next(iter(self.agencies.values())).house.follow()
        for who in READERS:
            for question in QUESTIONS if EXAMPLES > 10 else own.sample(QUESTIONS, 10):
                one, other = (self._asked(id_, who, question) for id_ in self.agencies)
                # A question that is not understood would be answered alike by any two.
                assert not re.search(r'"code":"(INVALID|TOO_MUCH|SYNTAX|INTERNAL)"', one), (question, one)
                assert one == other, (who, question)
        one, other = (self._log(id_) for id_ in self.agencies)
        assert one == other

    def _asked(self, id_: str, who: str, question: str) -> str:
        query = {"query": f'{{ agency(id: "{id_}") {{ {question} }} }}'}
        answer = self.client.post("/graphql", json=query, headers={"Authorization": f"Bearer {who}-{id_}"})
        return _of_neither(answer.text)

    def _log(self, id_: str) -> str:
        headers = {"Authorization": f"Bearer integrator-{id_}"}
        page = self.client.get(f"/agencies/{id_}/events?after=0&limit=1000", headers=headers)
        assert page.status_code == 200, page.text
        return _of_neither(page.text)


def _of_neither(text: str) -> str:
    text = re.sub(r"(?<!kota-)\b(uji|coba)\b", "kota", text)
    text = re.sub(r'"(recorded_at|recordedAt|request|instance|stream|id)":"[^"]*"', '""', text)
    # When something was written, to the microsecond; what happened when is told by whole seconds, and is the same.
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+\.\d+", "", text)
    text = re.sub(r'"locations":\[[^]]*\]', "", text)
    return re.sub(r'"(salt|salt_sha256|sealed_digest|facts_digest|correlation|cursor|endCursor)":"[^"]*"', '""', text)


@pytest.fixture
def worlds(fixture_agencies: dict[str, Any]) -> Iterator[Worlds]:
    days = [BEGIN]
    house = fixture_agencies["uji"].house
    actors: dict[str, Actor] = {}
    for id_, agency in fixture_agencies.items():
        for name in ("hr", "integrator"):
            actors[f"{name}-{id_}"] = Actor(name, frozenset({Role(name)}), id_)
        for name in ("budi", "sri"):
            actors[f"{name}-{id_}"] = Actor(name, frozenset({Role.EMPLOYEE}), id_)
        for nip in MORE:
            hired = RegisterEmployee(
                employee=nip,
                name=nip,
                employment_type=EmploymentType.CIVIL_SERVANT,
                position="Analis",
                position_class=PositionClass.FUNCTIONAL,
                since=date(2025, 1, 1),
            )
            placed = AssignEmployee(employee=nip, unit="dinkes", since=date(2025, 1, 1), supervisor="sri")
            agency.tell("hr", hired, placed)
    app = create(
        service=fixture_agencies["uji"].service,
        url=house.url,
        agencies=house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(days[0].year, days[0].month, days[0].day, 5, tzinfo=UTC),
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Worlds(fixture_agencies, client, days)


def scores(value: int) -> dict[str, Decimal]:
    return {"layanan": Decimal(value), "disiplin": Decimal(value)}


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_no_question_at_any_moment_tells_what_one_hidden_rater_gave(worlds: Worlds, policy: str, seed: int) -> None:
    own = Random(f"anonymity/{seed}")
    assigned = own.random() < 0.7 or seed == 0
    text = policy.replace("workflow:\n", RULE) if assigned else policy
    text = text.replace("min: 3, max: 3", "min: 3").replace(
        "  sikap:\n    raters", f"  sikap:\n    aggregate: {own.choice(('mean', 'median'))}\n    raters", 1
    )
    for agency in worlds.agencies.values():
        agency.publish(text, version=2, since=BEGIN)
        agency.plan("budi", PERIOD)
    if assigned:
        worlds.both("hr", ask.AssignRaters(employee="budi", period=PERIOD), on=FIRST)
    raters = own.sample(COLLEAGUES, own.randint(1, len(COLLEAGUES)))
    small = len(raters) < 3
    given = {rater: own.randrange(0, 101) for rater in raters}
    # Where the group will be told of, another has in one world what the first has in the other: it comes to the same.
    first, other = raters[0], raters[-1]
    otherwise = given | ({first: 100 - given[first]} if small else {first: given[other], other: given[first]})
    day = FIRST
    for rater in raters:
        _each(worlds, rater, given, otherwise, ask.Rate, day, relation=Relation.PEER)
        if own.random() < 0.3:
            _each(worlds, rater, given, otherwise, ask.ReviseRating, day, reason="dibaca lagi")
        worlds.same(day, own)
        day += timedelta(days=own.choice((0, 1, 5)))
    worlds.same(min(day, LAST), own)

    worlds.both("hr", ask.CloseRatings(employee="budi", period=PERIOD), on=OVER)

    worlds.same(OVER, own)


def _each(
    worlds: Worlds, rater: str, one: dict[str, int], other: dict[str, int], kind: Any, on: date, **more: Any
) -> None:
    for agency, given in zip(worlds.agencies.values(), (one, other), strict=True):
        command = kind(employee="budi", period=PERIOD, scores=scores(given[rater]), **more)
        agency.tell(rater, command, on=on)
