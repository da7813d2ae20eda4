"""What COVERAGE.md says the demo shows of each city, asked of a lived year: paths of GraphQL, nodes, periods and verbs.

A path is written there without what people would fill in; here it gets it: arguments from the year, pages, and of
whatever has parts all that are plain. Some 15 seconds, over the year that all share.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click import Context
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_required_argument,
    parse,
    print_ast,
)
from graphql.language.ast import FieldNode
from litestar.testing import TestClient
from msgspec import Struct

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.cli import build
from neraca.composition import CompositionRoot
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role

ROOT = Path(__file__).parents[2]

Ask: TypeAlias = Callable[[str, str], Any]
"""A query, of somebody of that agency: by whom (empty is who may read all), and the data."""

CITIES = {
    "Surabaya": "surabaya",
    "Bandung": "bandung",
    "Gajahmungkur": "gajahmungkur",
    "Samarinda": "samarinda",
    "Surakarta": "surakarta",
}
_MOST = 400
_PEOPLE = {"employee", "leader", "appraiser", "person"}
_ALL_PEOPLE = ("appraisal", "employee")


class Known(Struct, frozen=True):
    """Of an agency, what arguments are filled in with."""

    agency: str
    periods: Sequence[str]
    people: Sequence[str]
    units: Sequence[str]

    def of(self, argument: str) -> Sequence[str]:
        if argument in _PEOPLE:
            return self.people
        if argument == "year":
            return ["2025"]
        found = {"period": self.periods, "firstPeriod": self.periods, "secondPeriod": self.periods[1:] or self.periods}
        return [f'"{one}"' for one in (found | {"unit": self.units, "id": self.units})[argument]]


class Shown(Struct, frozen=True):
    """Something that a row names, of one agency."""

    agency: str
    named: str


def named(demo: str) -> Iterator[Shown]:
    """What stands in the cell: «Bandung: `a`, `b`; every agency: `c`»."""
    agencies: Sequence[str] = [*CITIES.values()]
    for part in re.split(r"(`[^`]*`)", demo):
        if part.startswith("`"):
            for agency in agencies:
                yield Shown(agency, part.strip("`"))
        elif found := [id_ for city, id_ in CITIES.items() if city in part]:
            agencies = found
        elif "every agency" in part:
            agencies = [*CITIES.values()]
    if "`" not in demo:
        for agency in agencies:
            yield Shown(agency, "appraisal { score }")


def is_path(name: str) -> bool:
    return not name.startswith("neraca ") and bool(re.search(r"[{(]", name))


class Paths:
    def __init__(self, schema: GraphQLSchema, ask: Ask) -> None:
        self._schema, self._ask = schema, ask
        agency = schema.type_map["Agency"]
        assert isinstance(agency, GraphQLObjectType)
        self._agency = agency

    def known(self, agency: str) -> Known:
        data = self._ask(
            "",
            f'{{ agency(id: "{agency}") {{ units {{ id }} '
            "employees(first: 100) { edges { node { employeeNumber } } } "
            "appraisals(first: 100) { edges { node { period employeeNumber } } } } }",
        )["agency"]
        periods = sorted({one["node"]["period"] for one in data["appraisals"]["edges"]})
        people = dict.fromkeys(one["node"]["employeeNumber"] for one in data["appraisals"]["edges"])
        return Known(agency, periods, [f'"{one}"' for one in people], [one["id"] for one in data["units"]])

    def valued(self, agency: str) -> set[str]:
        """The nodes of which somebody has a value."""
        found: set[str] = set()
        for unit in self.known(agency).of("unit"):
            query = f"appraisals(first: 20, unit: {unit}) {{ edges {{ node {{ explain {{ path value }} }} }} }}"
            data = self._ask("", f'{{ agency(id: "{agency}") {{ {query} }} }}')["agency"]["appraisals"]
            steps = (step for edge in data["edges"] for step in edge["node"]["explain"])
            found |= {step["path"].rpartition("/")[2] for step in steps if step["value"] is not None}
        return found

    def empty(self, shown: Shown, known: Known) -> list[str]:
        """The paths of what is named that show nothing."""
        text = re.sub(r"\((\w+)\)", "", shown.named)
        (query,) = parse(f"{{ {text} }}").definitions
        found: list[str] = []
        for path in _leaves(query.selection_set.selections):  # pyright: ignore[reportAttributeAccessIssue]
            if not self._shows(path, known):
                found.append(".".join(one.name.value for one in path))
        return found

    def _shows(self, path: list[FieldNode], known: Known) -> bool:
        names = [one.name.value for one in path]
        if names[0] == "agency":
            path, names = path[1:], names[1:]
        for query in itertools.islice(self._queries(path, self._agency, known), _MOST):
            by = "me" if names[-1] == "ownPlace" else ""
            for who in known.people if by else [""]:
                data = self._ask(who.strip('"'), f'{{ agency(id: "{known.agency}") {{ {query} }} }}')
                if data is not None and _said(data, names):
                    return True
        return False

    def _queries(self, path: list[FieldNode], at: GraphQLObjectType, known: Known) -> Iterator[str]:
        first, *rest = path
        name = first.name.value
        if name in _ALL_PEOPLE and at is self._agency:
            node = self._schema.type_map[name.capitalize()]
            assert isinstance(node, GraphQLObjectType)
            for inner in self._inner(rest, node, known):
                yield f"{name}s(first: 10) {{ edges {{ node {{ {inner} }} }} }}"
                for unit in known.of("unit"):
                    yield f"{name}s(first: 60, unit: {unit}) {{ edges {{ node {{ {inner} }} }} }}"
            return
        if name == "units" and rest:  # one by one: all together would be dear
            yield from self._queries([_field("unit"), *rest], at, known)
            return
        if name not in at.fields and (under := _holder(at, name)):
            for inner in self._queries([_field(under), *path], at, known):
                yield inner
            return
        field = at.fields[name]
        kind = get_named_type(field.type)
        for arguments in self._arguments(first, field, known):
            if not isinstance(kind, GraphQLObjectType):
                yield f"{name}{arguments}"
                continue
            connected = "edges" in kind.fields and (not rest or rest[0].name.value != "edges")
            inside = _connected(kind) if connected else kind
            for inner in self._inner(rest, inside, known):
                yield f"{name}{arguments} {{ {f'edges {{ node {{ {inner} }} }}' if connected else inner} }}"

    def _inner(self, rest: list[FieldNode], kind: GraphQLObjectType, known: Known) -> Iterator[str]:
        if rest:
            yield from self._queries(rest, kind, known)
        else:
            yield _plain(kind)

    def _arguments(self, node: FieldNode, field: GraphQLField, known: Known) -> Iterator[str]:
        given = {one.name.value: print_ast(one) for one in node.arguments or ()}
        needed = [name for name, one in field.args.items() if is_required_argument(one) and name not in given]
        for values in itertools.product(*(known.of(name) for name in needed)):
            said = [*given.values(), *(f"{name}: {value}" for name, value in zip(needed, values, strict=True))]
            yield f"({', '.join(said)})" if said else ""


def _holder(at: GraphQLObjectType, name: str) -> str | None:
    """Where a field is that a cell names without its way: `trainingPlans` of units, `history` of appraisals."""
    return next((one for one in ("reports", "units") if one in at.fields), None)


def _field(name: str) -> FieldNode:
    (query,) = parse(f"{{ {name} }}").definitions
    return query.selection_set.selections[0]  # pyright: ignore


def _connected(kind: GraphQLObjectType) -> GraphQLObjectType:
    edge = get_named_type(kind.fields["edges"].type)
    assert isinstance(edge, GraphQLObjectType)
    node = get_named_type(edge.fields["node"].type)
    assert isinstance(node, GraphQLObjectType)
    return node


def _plain(kind: GraphQLObjectType, depth: int = 2) -> str:
    fields = {
        name: get_named_type(one.type)
        for name, one in kind.fields.items()
        if not any(is_required_argument(arg) for arg in one.args.values())
    }
    plain = [name for name, one in fields.items() if isinstance(one, GraphQLScalarType | GraphQLEnumType)]
    if plain or depth == 0:
        return " ".join(plain)
    parts = {name: _plain(one, depth - 1) for name, one in fields.items() if isinstance(one, GraphQLObjectType)}
    return " ".join(f"{name} {{ {inner} }}" for name, inner in parts.items() if inner)


def _leaves(selections: Any, above: tuple[FieldNode, ...] = ()) -> Iterator[list[FieldNode]]:
    for one in selections:
        if one.selection_set is None:
            yield [*above, one]
        else:
            yield from _leaves(one.selection_set.selections, (*above, one))


def _said(value: Any, names: Sequence[str]) -> bool:
    """Whether something stands where the last of the names leads, through lists and pages."""
    if isinstance(value, list):
        return any(_said(one, names) for one in value)
    if not isinstance(value, dict):
        return value is not None and not names
    for written in (names[0], f"{names[0]}s", names[0].removesuffix("s")) if names else ():
        if written in value:
            return _said(value[written], names[1:])
    return any(_said(one, names) for one in value.values())


def rows() -> Iterator[tuple[str, str]]:
    """Of each row of a city that is «yes», its id and what the demo is said to show."""
    for line in (ROOT / "policies" / "COVERAGE.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"[SBGMK]\d+", cells[0]) and cells[2] == "yes":
            yield cells[0], cells[-1]


ROWS = dict(rows())
_SEES_ALL = frozenset({Role.HR, Role.AUDITOR, Role.OFFICIAL, Role.POLICY, Role.SURVEYOR, Role.NATIONAL})


@pytest.fixture(scope="module")
def paths(seeded_year: Any) -> Iterator[Paths]:
    """The interface, asked by one who reads all, or by anybody of the year."""
    known = {
        past.event.employee for past in seeded_year.service.reader.of_types("gajahmungkur", ("employee.registered",))
    }
    tokens = {"": Actor("operator", _SEES_ALL, None)}
    tokens |= {one: Actor(one, frozenset({Role.EMPLOYEE}), "gajahmungkur") for one in known}
    app = create(
        service=seeded_year.service,
        url=seeded_year.url,
        agencies=seeded_year.agencies,
        tokens=Tokens({one or "operator": actor for one, actor in tokens.items()}),
        clock=lambda: datetime(2026, 2, 1, 5, tzinfo=UTC),
    )
    schema = build_schema((ROOT / "tests" / "golden" / "schema.graphql").read_text())
    with TestClient(app, raise_server_exceptions=False) as client:

        def ask(by: str, query: str) -> Any:
            headers = {"Authorization": f"Bearer {by or 'operator'}"}
            answer = client.post("/graphql", json={"query": query}, headers=headers).json()
            assert "errors" not in answer, (query, answer)
            return answer["data"]

        yield Paths(schema, ask)


@pytest.fixture(scope="module")
def known(paths: Paths) -> Callable[[str], Known]:
    return cache(paths.known)


@pytest.fixture(scope="module")
def nodes(paths: Paths) -> Callable[[str], set[str]]:
    """Of an agency, the nodes of which somebody has a value."""

    @cache
    def of(agency: str) -> set[str]:
        return paths.valued(agency)

    return of


LARGER = {"G10"}
"""Lived by more people than the tests have: that schools are there is a test of the year of the default size."""


@pytest.mark.parametrize("row", [row for row in ROWS if row not in LARGER])
def test_what_the_demo_is_said_to_show_is_shown(
    row: str, paths: Paths, known: Callable[[str], Known], nodes: Callable[[str], set[str]]
) -> None:
    empty = []
    for one in named(ROWS[row]):
        if is_path(one.named):
            empty += [(one.agency, path) for path in paths.empty(one, known(one.agency))]
        elif re.fullmatch(r"\d{4}(-[A-Z]\d)?", one.named):
            empty += [(one.agency, one.named)] if one.named not in known(one.agency).periods else []
        elif not one.named.startswith("neraca ") and one.named not in nodes(one.agency):
            empty.append((one.agency, one.named))

    assert [*named(ROWS[row])]
    assert empty == []


VERBS = dict.fromkeys(
    (one.agency, one.named) for demo in ROWS.values() for one in named(demo) if one.named.startswith("neraca ")
)


@pytest.mark.parametrize(("agency", "verb"), VERBS)
def test_the_verbs_that_are_named_print_something(
    agency: str, verb: str, seeded_year: Any, neraca: Callable[..., Any], known: Callable[[str], Known]
) -> None:
    there = known(agency)
    _, *words = verb.split()

    said = [neraca(*told, DATABASE_URL=seeded_year.url) for told in _told(words, there)]

    assert {one.code for one in said} <= {0}, said
    assert any(len(one.out.splitlines()) > 2 for one in said), said


def _told(words: list[str], known: Known) -> Iterator[list[str]]:
    """The verb with what it needs, once for each period where it asks for one, up to the first three people."""
    people = [one.strip('"') for one in known.people]
    if words == ["document"]:
        period = known.periods[-1]
        yield ["document", f"{people[3]}/{period}", "--agency", known.agency]
        return
    verb: Any = build(CompositionRoot())
    for word in words[:2]:
        verb = verb.get_command(Context(verb), word)
    options = {one.opts[0]: one for one in verb.params}
    filled = [*words, "--agency", known.agency]
    if "--id" in options:
        filled += ["--id", "smart-city"]
    if words[-1] == "candidates":
        filled += ["--for", {"gajahmungkur": "promotion", "surakarta": "reward"}[known.agency]]
    if "--year" in options:
        filled += ["--year", "2025"]
    if "--before" in options:
        filled += ["--before", known.periods[-2], "--after", known.periods[-1]]
    if words[-1] == "--employee":
        filled = [*words, people[3], "--agency", known.agency]
    needs = "--period" in options and options["--period"].required
    for period in known.periods if needs else ():
        yield [*filled, "--period", period]
    if not needs:
        yield filled


@pytest.mark.parametrize("what", ['programme(name: "tidak-ada") { members }', "candidacies(kind: TALENT)"])
def test_a_path_that_shows_nothing_is_noticed(what: str, paths: Paths, known: Callable[[str], Known]) -> None:
    (one,) = named(f"Bandung: `{what}`")

    assert len(paths.empty(one, known("bandung"))) == 1
