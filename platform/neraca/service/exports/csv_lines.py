"""A table as CSV (RFC 4180, UTF-8). No text in it runs as a formula; a number that is below zero stays one."""

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import IO, Any

from neraca.service.exports.columns import AS_TEXT, Column, Kind, Row
from neraca.service.table_files import harmless


def write(file: IO[bytes], columns: Sequence[Column], batches: Iterable[Sequence[Row]]) -> int:
    texts = [harmless if column.kind is Kind.TEXT else AS_TEXT[column.kind] for column in columns]
    file.write(_lines([[column.name for column in columns]]))
    written = 0
    for batch in batches:
        file.write(_lines(_cells(texts, row) for row in batch))
        written += len(batch)
    return written


def _cells(texts: Sequence[Callable[[Any], str]], row: Row) -> list[str]:
    return ["" if value is None else text(value) for text, value in zip(texts, row, strict=True)]


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
