"""Files that other programs wrote, taken in as ordinary commands: what is wrong in them is told, nothing guessed.

`tables` is what any file comes to, and `csv_files` and `xlsx_files` make one of it; `fields` how a cell is read,
`column_map` how a source writes its own; `row_values` reads rows, a module for each kind of import plans what they do
(`plans`), and `file_import` has it rehearsed and done.
"""

from typing import TYPE_CHECKING

from neraca.service.imports.employees import EMPLOYEES

if TYPE_CHECKING:
    from neraca.service.imports import (
        column_map,
        csv_files,
        employees,
        fields,
        file_import,
        plans,
        row_values,
        tables,
        xlsx_files,
    )

KINDS = {kind.name: kind for kind in (EMPLOYEES,)}

__all__ = [
    "KINDS",
    "column_map",
    "csv_files",
    "employees",
    "fields",
    "file_import",
    "plans",
    "row_values",
    "tables",
    "xlsx_files",
]
