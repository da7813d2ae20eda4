"""A projection's table as it is in the database: read by key, changed by a batch, filled by COPY, compared row by row.

One statement stores any number of rows: an array per column, packed here because psycopg would look at every element.
The insert selects from the agency's head and the arrays together: a cluster can send that whole to the agency's place.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice, repeat
from struct import Struct as Layout
from typing import Any, Generic, Literal, TypeAlias, cast

from msgspec import Struct
from msgspec.structs import astuple, fields
from psycopg import Connection
from psycopg.abc import AdaptContext, DumperKey
from psycopg.adapt import Dumper, PyFormat
from psycopg.pq import Format
from psycopg.sql import SQL, Composed, Identifier, Placeholder
from psycopg.sql import Literal as Literally

from neraca.projecting.codecs import Decode, Encode, RawJsonbLoader, RawLoader, decoder, encoder
from neraca.projecting.errors import CorruptRow, WrongTable
from neraca.projecting.projection import Projection, Row, Table
from neraca.projecting.statements import statement
from neraca.projecting.workspace import Changes, Keys

_HEAD = Layout(">iiiii").pack
_COPY_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_BLOCK = 2_000
"""Rows turned into bytes at once."""


FoundColumn: TypeAlias = tuple[str, int, int]
"""Name of its type in `pg_type`, and the numbers of that type and of arrays of it."""
FoundColumns: TypeAlias = dict[str, dict[str, FoundColumn]]


class Column(Struct, frozen=True):
    """`type` is the name PostgreSQL knows it by in `pg_type`."""

    name: str
    type: str
    oid: int
    array_oid: int
    encode: Encode
    decode: Decode | None


class Differing(Struct, frozen=True):
    """A row that is not the same here and there; `of_all` such rows there are.

    `columns` differ, where both have the row; else `only` says who has it. `position` is that of an event it came from,
    where the table keeps one.
    """

    of_all: int
    columns: list[str]
    only: Literal["live", "log"] | None
    position: int | None
    employee: str | None
    key: Keys


class StoredTable(Generic[Row]):
    """`place` is the schema; its tables must exist. Everything runs in the caller's transaction."""

    def __init__(
        self, connection: Connection, table: Table[Row], place: str, found: FoundColumns | None = None
    ) -> None:
        self.table = table
        self._connection = connection
        self._place = place
        self.name = Identifier(place, table.name)
        columns = (found or _found(connection, [table], place))[table.name]
        self._columns = _columns(table, place, tuple(sorted(columns.items())))
        self._by_name = {column.name: column for column in self._columns}
        self._encoders = [column.encode for column in self._columns]
        self._decoders = [column.decode for column in self._columns]
        self._plain = not any(self._decoders)
        self._prefix = Layout(">h").pack(len(self._columns))

    def load(self, agency: str, keys: Sequence[Keys]) -> Iterator[Row]:
        """The rows there are among these keys."""
        arrays = [self._packed(name, [key[n] for key in keys]) for n, name in enumerate(self.table.key)]
        cursor = self._connection.cursor(binary=True).execute(self._select, [*arrays, agency], prepare=True)
        if self._plain:
            make = self.table.row
            return (make(*values) for values in cursor)
        return (self._row(values) for values in cursor)

    def _row(self, values: tuple[Any, ...]) -> Row:
        try:
            return self.table.row(
                *[v if d is None or v is None else d(v) for v, d in zip(values, self._decoders, strict=True)]
            )
        except ValueError as wrong:
            raise CorruptRow(self.table.name, wrong) from wrong

    def write(self, agency: str, changes: Changes) -> None:
        if changes.dropped:
            keys = [self._packed(name, [k[n] for k in changes.dropped]) for n, name in enumerate(self.table.key)]
            self._connection.execute(self._delete, [agency, *keys], prepare=True)
        for rows, query in ((changes.put, self._upsert), (changes.appended, self._insert)):
            if rows:
                columns = zip(*map(astuple, rows), strict=True)
                arrays = [self._packed(c.name, v) for c, v in zip(self._columns, columns, strict=True)]
                self._connection.execute(query, [*arrays, agency], prepare=True)

    def copy(self, rows: Iterable[Struct]) -> None:
        with self._connection.cursor() as cursor, cursor.copy(self._copy) as copy:
            copy.write(_COPY_START)
            # In blocks: all cells of a city at once would lie in memory beside its rows.
            some = iter(rows)
            while block := list(islice(some, _BLOCK)):
                columns = zip(*map(astuple, block), strict=True)
                cells = [encode(values) for encode, values in zip(self._encoders, columns, strict=True)]
                copy.write(b"".join(chain.from_iterable(zip(repeat(self._prefix), *cells, strict=False))))
            copy.write(_COPY_END)

    def differing(self, other: "StoredTable[Row]", agency: str, most: int) -> list[Differing]:
        """Rows that are not the same here, in the live table, and there, made from the log; `most` at most."""
        types = tuple((column.name, column.type) for column in self._columns)
        query = _differing(self.table, self._place, other._place, types)
        rows = self._connection.execute(query, {"agency": agency, "most": most}).fetchall()
        return [
            Differing(of_all, [] if only else columns, only, position, employee, tuple(key))
            for of_all, columns, only, position, employee, _, *key in rows
        ]

    def clear(self, agency: str) -> None:
        self._connection.execute(SQL("delete from {} where agency = %s").format(self.name), [agency])

    def replace(self, other: "StoredTable[Row]", agency: str) -> None:
        """Puts the agency's rows of the other table in the place of those here."""
        self.clear(agency)
        query = SQL("insert into {} ({columns}) select {columns} from {} where agency = %s")
        self._connection.execute(
            query.format(self.name, other.name, columns=_names(self._by_name)),
            [agency],
        )

    def _packed(self, name: str, values: Sequence[Any]) -> "_Packed":
        column = self._by_name[name]
        head = _HEAD(1, 1, column.oid, len(values), 1)
        return _Packed(column.array_oid, b"".join(chain((head,), column.encode(values))))

    @cached_property
    def _select(self) -> bytes:
        return self._bytes("load")

    @cached_property
    def _delete(self) -> bytes:
        return self._bytes("delete")

    @cached_property
    def _insert(self) -> bytes:
        return self._bytes("insert")

    @cached_property
    def _upsert(self) -> bytes:
        rest = tuple(column.name for column in self._columns if column.name not in ("agency", *self.table.key))
        on_conflict = "on-conflict-update" if rest else "on-conflict-nothing"
        return self._bytes("insert") + self._bytes(on_conflict, rest)

    @cached_property
    def _copy(self) -> Composed:
        return SQL("copy {} ({}) from stdin (format binary)").format(self.name, _names(self._by_name))

    def _bytes(self, name: str, rest: tuple[str, ...] = ()) -> bytes:
        return _composed(name, self._place, self.table, tuple(self._by_name), rest)


def register(context: AdaptContext) -> None:
    """What a connection needs before `StoredTable` can use it."""
    context.adapters.register_dumper(_Packed, _PackedDumper)
    context.adapters.register_loader("json", RawLoader)
    context.adapters.register_loader("jsonb", RawJsonbLoader)


def stored(connection: Connection, projection: Projection, place: str) -> dict[str, StoredTable[Any]]:
    """The tables of a projection by name, of which the database is asked once."""
    found = _found(connection, projection.tables, place)
    return {table.name: StoredTable(connection, table, place, found) for table in projection.tables}


class _Packed(Struct, frozen=True):
    """A parameter in binary format, of whatever type the column has."""

    oid: int
    data: bytes


class _PackedDumper(Dumper):
    format = Format.BINARY

    def get_key(self, obj: _Packed, format: PyFormat) -> DumperKey:  # noqa: A002 -- psycopg's name
        return cast(DumperKey, (_Packed, obj.oid))  # any key will do: there is a dumper for each type of column

    def upgrade(self, obj: _Packed, format: PyFormat) -> Dumper:  # noqa: A002 -- psycopg's name
        # psycopg takes a parameter's type from its dumper, so there is one for each type that is packed.
        dumper = _PackedDumper(_Packed)
        dumper.oid = obj.oid
        return dumper

    def dump(self, obj: _Packed) -> bytes:
        return obj.data


# Asked of each agency alike, and composing it takes longer than a small one takes to compare.
@lru_cache(256)
def _differing(table: Table[Any], here: str, there: str, types: tuple[tuple[str, str], ...]) -> bytes:
    """The query, for columns by name and type."""
    names = [name for name, _ in types]
    key = ("agency", *table.key)
    sides = [(name, _comparable("h", name, type_), _comparable("t", name, type_)) for name, type_ in types]
    differs = SQL("case when {} is distinct from {} then {} end")
    return (
        SQL(statement("differing"))
        .format(
            columns=SQL("array_remove(array[{}]::text[], null)").format(
                SQL(", ").join(differs.format(h, t, Literally(name)) for name, h, t in sides if name not in key)
            ),
            position=_either(names, "position", "log_position"),
            employee=_either(names, "employee"),
            keys=_names(key),
            here=Identifier(here, table.name),
            there=Identifier(there, table.name),
            here_values=SQL(", ").join(h for _, h, _ in sides),
            there_values=SQL(", ").join(t for _, _, t in sides),
        )
        .as_bytes()
    )


# Of each connection the same, and composing it takes longer than a batch of few events takes to store.
@lru_cache(2_048)
def _composed(name: str, place: str, table: Table[Any], columns: tuple[str, ...], rest: tuple[str, ...]) -> bytes:
    """The statement of this name over a table with these columns; `rest` are those that an upsert replaces."""
    return (
        SQL(statement(name))
        .format(
            table=Identifier(place, table.name),
            columns=_names(columns),
            marks=_marks(columns),
            keys=_names(table.key),
            key_marks=_marks(table.key),
            conflict=_names(["agency", *table.key]),
            replaced=SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(name)) for name in rest),
        )
        .as_bytes()
    )


def _either(known: Sequence[str], *names: str) -> Composed:
    """The column of one of these names, from the side that has the row; null where the table has none."""
    name = next((name for name in names if name in known), None)
    if name is None:
        return SQL("null").format()
    return SQL("coalesce({}, {})").format(Identifier("t", name), Identifier("h", name))


def _comparable(side: str, name: str, type_: str) -> Composed:
    """The type json has no equality; its text has."""
    value = SQL("{}").format(Identifier(side, name))
    return value + SQL("::text") if type_ == "json" else value


def _names(names: Iterable[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))


def _marks(names: Sequence[str]) -> Composed:
    return SQL(", ").join([Placeholder()] * len(names))


def _found(connection: Connection, tables: Sequence[Table[Any]], place: str) -> FoundColumns:
    """The columns there are, by table and name."""
    params = {"schema": place, "tables": [table.name for table in tables]}
    found: FoundColumns = {table.name: {} for table in tables}
    for table, name, *column in connection.execute(statement("columns"), params).fetchall():
        found[table][name] = cast(FoundColumn, tuple(column))
    return found


@lru_cache(512)
def _columns(table: Table[Any], place: str, of_table: tuple[tuple[str, FoundColumn], ...]) -> tuple[Column, ...]:
    """The columns of a table in the order of its row; the same for every connection."""
    found = dict(of_table)
    row_fields = {field.name: field.type for field in fields(table.row)}
    if wrong := sorted(found.keys() ^ row_fields.keys()):
        here = "table.sql" if wrong[0] in found else table.row.__name__
        raise WrongTable(f"table {place}.{table.name}: only {here} has {wrong[0]}; a row has a field for each column")
    columns: list[Column] = []
    for name, field in row_fields.items():
        type_, oid, array_oid = found[name]
        try:
            columns.append(Column(name, type_, oid, array_oid, encoder(field, type_), decoder(field, type_)))
        except WrongTable as error:
            raise WrongTable(f"table {place}.{table.name}, column {name}: {error}") from None
    return tuple(columns)
