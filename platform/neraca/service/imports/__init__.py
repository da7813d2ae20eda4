"""Files that other programs wrote, taken in as ordinary commands: what is wrong in them is told, nothing guessed.

`tables` is what any file comes to, and `csv_files` and `xlsx_files` make one of it; `fields` how a cell is read,
`column_map` how a source writes its own; `row_values` reads rows, a module for each kind of import plans what they do
(`plans`), and `file_import` has it rehearsed and done.
"""

from typing import TYPE_CHECKING

from neraca.service.imports.achievements import ACHIEVEMENTS
from neraca.service.imports.attendance import ATTENDANCE
from neraca.service.imports.employees import EMPLOYEES
from neraca.service.imports.own_work import REPORTS, TARGETS
from neraca.service.imports.ratings import RATINGS
from neraca.service.imports.service_times import SERVICE_TIMES
from neraca.service.imports.surveys import SURVEYS

if TYPE_CHECKING:
    from neraca.service.imports import (
        achievements,
        attendance,
        column_map,
        csv_files,
        employees,
        fields,
        file_import,
        map_files,
        own_work,
        plans,
        ratings,
        row_values,
        service_times,
        surveys,
        tables,
        time_batches,
        xlsx_files,
    )

KINDS = {
    kind.name: kind for kind in (EMPLOYEES, ATTENDANCE, ACHIEVEMENTS, TARGETS, REPORTS, RATINGS, SURVEYS, SERVICE_TIMES)
}

__all__ = [
    "KINDS",
    "achievements",
    "attendance",
    "column_map",
    "csv_files",
    "employees",
    "fields",
    "file_import",
    "map_files",
    "own_work",
    "plans",
    "ratings",
    "row_values",
    "service_times",
    "surveys",
    "tables",
    "time_batches",
    "xlsx_files",
]
