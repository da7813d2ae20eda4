"""From a table to the values of its rows: everything that can't be read is told, by line and column."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from neraca.service.imports.column_map import ColumnMap
from neraca.service.imports.fields import CellRefused, Field
from neraca.service.imports.tables import REMARKS, Cell, FileFault, Row, Table, plain


class ReadRow(Struct, frozen=True):
    """`values` are by field, of those that say something."""

    line: int
    values: Mapping[str, Any]


class Reading(Struct, frozen=True):
    """`rows` are those without a fault; `columns` where each field stands, counted from 1; `unread` are titles of
    columns that nothing is taken from.
    """

    rows: list[ReadRow]
    columns: Mapping[str, int]
    unread: tuple[str, ...] = ()
    faults: list[FileFault] = field(default_factory=list[FileFault])


def is_title(fields: Sequence[Field], mapping: ColumnMap, title: str) -> bool:
    named = {plain(one) for one in mapping.columns.values()}
    return plain(title) in named or any(field.is_called(title) for field in fields)


def read(table: Table, fields: Sequence[Field], mapping: ColumnMap) -> Reading:
    faults: list[FileFault] = []
    columns = _columns(table, fields, mapping, faults)
    if faults:
        return Reading([], columns, faults=faults)
    rows: list[ReadRow] = []
    constants = {name: said for name, said in mapping.constants.items() if name not in columns}
    for row in table.rows:
        found = _row(row, table, fields, columns, constants, mapping)
        if isinstance(found, ReadRow):
            rows.append(found)
        else:
            faults += found
    unread = tuple(
        title for at, title in enumerate(table.titles, 1) if at not in columns.values() and title not in ("", REMARKS)
    )
    return Reading(rows, columns, unread, faults)


def _columns(table: Table, fields: Sequence[Field], mapping: ColumnMap, faults: list[FileFault]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for one in fields:
        named = mapping.columns.get(one.name)
        if named is None and one.name in mapping.constants:
            continue
        there = [
            at
            for at, title in enumerate(table.titles, 1)
            if (plain(title) == plain(named) if named is not None else one.is_called(title))
        ]
        if len(there) > 1:
            faults.append(FileFault(table.line, there[1], f"the column {one.name} is there twice"))
        elif there:
            columns[one.name] = there[0]
        elif named is not None or one.needed:
            faults.append(FileFault(table.line, 0, f"there is no column {named or one.name}"))
    return columns


def _row(
    row: Row,
    table: Table,
    fields: Sequence[Field],
    columns: Mapping[str, int],
    constants: Mapping[str, str],
    mapping: ColumnMap,
) -> ReadRow | list[FileFault]:
    if any(cell != "" for cell in row.cells[len(table.titles) :]):
        return [FileFault(row.line, 0, f"the line has {len(row.cells)} columns, and the header {len(table.titles)}")]
    values: dict[str, Any] = {}
    faults: list[FileFault] = []
    for one in fields:
        at = columns.get(one.name, 0)
        cell: Cell = row.cells[at - 1] if 0 < at <= len(row.cells) else "" if at else constants.get(one.name, "")
        if isinstance(cell, str):
            cell = mapping.meant(one, cell.strip())
        if cell == "":
            if one.needed:
                faults.append(FileFault(row.line, at, f"{one.name} is empty; it is needed in every line"))
            continue
        try:
            values[one.name] = one.read(cell, mapping.style)
        except CellRefused as wrong:
            faults.append(FileFault(row.line, at, f"{one.name}: {wrong}"))
    return faults or ReadRow(row.line, values)
