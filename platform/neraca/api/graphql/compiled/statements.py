"""What a query chooses of a type, as a statement tells it: where each field is no more than a column, the database has
the very text of the answer, and no row is made into an object.

Which fields are so stands here. What is not among them, or is asked with arguments, is left to the functions of the
types, and all that it stands in with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from textwrap import indent
from typing import Any, cast

from graphql import FieldNode, GraphQLEnumType, GraphQLObjectType, SelectionSetNode, get_named_type
from msgspec import Struct

from neraca.api.graphql.compiled.selections import Query
from neraca.api.graphql.support.connections import DEFAULT
from neraca.api.statements import statement

_LONGEST_NAME = 63
"""Letters of a column's name; PostgreSQL cuts those of a longer one."""

_OBJECT = """(
  select row_to_json(told)
  from (
    select
{}
  ) told
)"""
_ONE = """(
  select
{}
  from (
{}
  ) {}
)"""
_MANY = """coalesce(
  (
    select json_agg(listed.told order by listed.nth)
    from (
      select
        {} as nth,
{} as told
      from (
{}
      ) {}
      order by 1
      limit {}
    ) listed
  ),
  '[]'
)"""


class Rows(Struct, frozen=True):
    """Objects of another type, from a statement that is called as their columns have it: one, or many by `nth`. Of one
    that is always there, what is `known` where it is asked for need not be looked up.
    """

    statement: str
    called: str
    nth: str | None = None
    known: Mapping[str, str] = {}


class Itself(Struct, frozen=True):
    """The same row, as what another type tells of it."""


def _then(present: str, past: str) -> str:
    return f"-- with present\n{present}\n-- end\n-- with past\n{past}\n-- end"


COLUMNS: Mapping[str, Mapping[str, str | Rows | Itself]] = {
    "AppraisalEdge": {"node": Itself()},
    "Appraisal": {
        "employeeNumber": "p.employee",
        "period": "p.period",
        "starts": "p.starts",
        "ends": "p.ends",
        "unit": "p.unit",
        "appraiser": "p.appraiser",
        "reviewer": "p.reviewer",
        "stage": "p.stage",
        "status": "p.status",
        "score": "p.score::text",
        "predicate": "p.predicate",
        "version": _then("p.version", "own.version"),
        "position": _then("p.position::text", "own.position::text"),
        "employee": Rows("graphql/told-person", "e"),
        "results": Rows("graphql/told-results", "r", "r.nth"),
        "targets": Rows("graphql/told-targets", "t", "t.nth"),
    },
    "Employee": {
        "employeeNumber": "e.employee",
        "name": "e.name",
        "employmentType": "e.employment_type",
        "position": "e.position",
        "positionClass": "e.position_class",
        "careerLevel": "e.career_level",
        "unit": "e.unit",
        "supervisor": "e.supervisor",
        "since": "e.since",
        "retired": "e.retired",
        "version": "e.version",
    },
    "PlannedResult": {
        "result": "r.result",
        "title": "r.title",
        "priority": "r.priority",
        "source": "r.source",
        "level": "r.level",
        "levelNote": "r.level_note",
        "perspective": "r.perspective",
    },
    "Target": {
        "target": "t.target",
        "plannedResult": Rows("graphql/told-result", "r", known={"result": "t.result"}),
        "indicator": "t.indicator",
        "unit": "t.unit",
        "aspect": "t.aspect",
        "polarity": "t.polarity",
        "value": "t.value::text",
        "weight": "t.weight::text",
        "actual": "t.actual::text",
        "until": "t.until",
    },
}


class _Otherwise(Exception):
    pass


def expression(query: Query, type_: Any, nodes: Sequence[FieldNode], path: Iterable[str]) -> str | None:
    """The expression that tells what is chosen under `path` of a field of this type; None where there is none."""
    of, sets = _named_type(type_), _sets(nodes)
    for name in path:
        if not isinstance(of, GraphQLObjectType):
            return None
        asked = [found for found in query.chosen(of, sets).values() if found[0].name.value == name]
        if len(asked) != 1:
            return None
        of, sets = _named_type(of.fields[name].type), _sets(asked[0])
    try:
        return _object(query, of, sets)
    except _Otherwise:
        return None


def _object(
    query: Query, of: Any, sets: Sequence[SelectionSetNode], only: Mapping[str, str | Rows | Itself] | None = None
) -> str:
    """Of columns in `only`, if that is given."""
    if not isinstance(of, GraphQLObjectType) or of.name not in COLUMNS:
        raise _Otherwise
    chosen = query.chosen(of, sets)
    if any(len(name) > _LONGEST_NAME for name in chosen):
        raise _Otherwise
    there = COLUMNS[of.name] if only is None else only
    columns = (f'{_column(query, of, there, nodes)}\nas "{name}"' for name, nodes in chosen.items())
    # Names that GraphQL has checked, and what stands above.
    return _OBJECT.format(indent(",\n".join(columns), "    "))


def _column(
    query: Query, of: GraphQLObjectType, there: Mapping[str, str | Rows | Itself], nodes: Sequence[FieldNode]
) -> str:
    name = nodes[0].name.value
    if name == "__typename":
        return f"'{of.name}'::text"
    column = there.get(name)
    if column is None or any(one.arguments for one in nodes):
        raise _Otherwise
    type_ = _named_type(of.fields[name].type)
    if isinstance(column, str):
        return _named(type_, column) if isinstance(type_, GraphQLEnumType) else column
    if isinstance(column, Itself):
        return _object(query, type_, _sets(nodes))
    if column.known:
        with suppress(_Otherwise):
            return _object(query, type_, _sets(nodes), column.known)
    told = _object(query, type_, _sets(nodes))
    if column.nth is None:
        return _ONE.format(indent(told, "  "), indent(statement(column.statement), "    "), column.called)
    rows = indent(statement(column.statement), "        ")
    return _MANY.format(column.nth, indent(told, "        "), rows, column.called, DEFAULT)


def _named(type_: GraphQLEnumType, column: str) -> str:
    values = {name: str(one.value) for name, one in type_.values.items()}
    if all(name == value for name, value in values.items()):
        return column
    if all(name == value.upper() for name, value in values.items()):
        return f"upper({column})"
    raise _Otherwise


def _named_type(type_: Any) -> Any:
    return cast(Any, get_named_type)(type_)


def _sets(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    return [one.selection_set for one in nodes if one.selection_set is not None]
