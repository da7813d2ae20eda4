"""The order in which tables have their rows says nothing: whatever is asked is answered alike over the same rows the
other way round, read without indexes. A list whose order ends in no key would be another after a rebuild.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import quote

import psycopg
from graphql import GraphQLObjectType
from msgspec.structs import replace
from psycopg import sql
from psycopg.types.json import Jsonb

from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role, Scope
from neraca.service.exports.data_sets import DATA_SETS
from neraca.service.exports.export import ExportOrder, export
from neraca.service.simulation import Simulator
from tests.anonymity.questions import SDL, selection

AGENCY, PERIOD, NOW = "surabaya", "2025", datetime(2026, 1, 1, tzinfo=UTC)
UNASKED = {"budget"}
"""It is reckoned from the log of a year, which is in one order always, and takes long."""

WITHOUT_INDEXES = quote("-c enable_indexscan=off -c enable_indexonlyscan=off -c enable_bitmapscan=off")
TABLES: LiteralString = """
select n.nspname, c.relname,
  (select array_agg(attname order by attnum) from pg_attribute
   where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '')
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname like %s and c.relname like %s and c.relkind = 'r'"""
TURNED = sql.SQL(
    "create temp table turned on commit drop as select {columns} from {table}; delete from {table};"
    "insert into {table} ({columns}) select {columns} from turned order by ctid desc; drop table turned"
)
HALF = sql.SQL("""
with made as (
  select (jsonb_populate_record(a, jsonb_build_object('stream', gen_random_uuid()) || %(said)s)).*
  from {table} a
  where agency = %(agency)s and period = '2025-Q1' and employee in (
    select employee from {table} where agency = %(agency)s and period = %(period)s and status = 'final'
  )
  order by employee
  limit 1
)
insert into {table} ({columns}) select {columns} from made returning employee, stream""")


def _questions() -> Iterator[str]:
    """Each field of an agency, of its reports, of an appraisal and of an employee, with all below it."""
    appraisal = "appraisal(employee: $p, period: $q)"
    for around, kind in (
        ("{}", "Agency"),
        ("reports {{ {} }}", "AgencyReports"),
        (f"{appraisal} {{{{ {{}} }}}}", "Appraisal"),
        (f"{appraisal} {{{{ employee {{{{ {{}} }}}} }}}}", "Employee"),
    ):
        of = SDL.type_map[kind]
        assert isinstance(of, GraphQLObjectType)
        for name, field in of.fields.items():
            if name not in UNASKED and (asked := selection(type("Alone", (), {"fields": {name: field}}), 3)):
                yield around.format(asked)


@contextmanager
def _turned(url: str) -> Generator[str]:
    with psycopg.connect(url) as connection:
        for table in _tables(connection):
            connection.execute(TURNED.format(**table))
    yield f"{url}{'&' if '?' in url else '?'}options={WITHOUT_INDEXES}"


@contextmanager
def _half(url: str) -> Generator[str]:
    """Of somebody with a result of the year, who has meanwhile one more appraisal that begins with another."""
    said = {"agency": AGENCY, "period": PERIOD, "said": Jsonb({"period": "2025-S1", "ends": "2025-06-30"})}
    with psycopg.connect(url) as connection:
        (table,) = _tables(connection, "appraisal", "read_scores")
        [(person, stream)] = connection.execute(HALF.format(**table), said).fetchall()
    try:
        yield person
    finally:
        with psycopg.connect(url) as connection:
            connection.execute("delete from read_scores.appraisal where stream = %s", [stream])


def _tables(
    connection: psycopg.Connection, name: str = "%", schema: str = "read\\_%"
) -> list[dict[str, sql.Composable]]:
    found = connection.execute(TABLES, [schema, name]).fetchall()
    return [
        {"table": sql.Identifier(schema, name), "columns": sql.SQL(", ").join(map(sql.Identifier, columns))}
        for schema, name, columns in found
    ]


def _answers(url: str, year: Any, served: Any, person: str, folder: Path) -> dict[str, str]:
    house, found = replace(year, url=url), dict[str, str]()
    operator = {"operator": Actor("operator", frozenset(Role), scopes=frozenset(Scope))}
    simulator = Simulator(url, house.service.policies, house.agencies)
    with served(house, operator, NOW, simulator=simulator) as client:
        for question in _questions():
            told = ", ".join(f"${name}: String!" for name in "pq" if f"${name}" in question)
            query = f'query Q{f"({told})" if told else ""} {{ agency(id: "{AGENCY}") {{ {question} }} }}'
            body = {"query": query, "variables": {"p": person, "q": PERIOD}}
            answer = client.post("/graphql", json=body, headers={"Authorization": "Bearer operator"})
            assert "errors" not in answer.json(), (question, answer.text)
            found[question] = answer.text
    for name, data_set in DATA_SETS.items():
        export(url, ExportOrder(AGENCY, data_set, "jsonl", date(2026, 1, 1)), folder / name)
        found[name] = (folder / name).read_text()
    return found


def test_rows_in_another_order_are_answered_alike(seeded_year: Any, served: Any, tmp_path: Path) -> None:
    with _half(seeded_year.url) as person:
        before = _answers(seeded_year.url, seeded_year, served, person, tmp_path)
        with _turned(seeded_year.url) as url:
            after = _answers(url, seeded_year, served, person, tmp_path)

    assert [question for question in before if before[question] != after[question]] == []
