"""A data set of an agency written to a file, with the manifest beside it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import file_digest
from pathlib import Path
from typing import IO, TypeAlias

from msgspec import Struct

from neraca.domain.rater_privacy import NAMED
from neraca.service.exports import csv_lines, json_lines, parquet, xlsx
from neraca.service.exports.columns import Column, Row
from neraca.service.exports.data_sets import DataSet
from neraca.service.exports.manifest import Manifest, encoded
from neraca.service.exports.snapshot import snapshot

Write: TypeAlias = Callable[[IO[bytes], Sequence[Column], Iterable[Sequence[Row]]], int]
"""To an empty file; says how many rows there were."""


class Format(Struct, frozen=True):
    write: Write
    media_type: str


FORMATS = {
    "csv": Format(csv_lines.write, "text/csv"),
    "xlsx": Format(xlsx.write, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "jsonl": Format(json_lines.write, "application/jsonl"),
    "parquet": Format(parquet.write, "application/vnd.apache.parquet"),
}

MANIFEST = ".manifest.json"
"""What the name of a file is followed by in that of its manifest."""


class ExportOrder(Struct, frozen=True):
    """`day` is of whom a data set is that is by day; of another it is nothing. `period` None is all of them."""

    agency: str
    data_set: DataSet
    format: str
    day: date
    period: str | None = None


def export(url: str, order: ExportOrder, file: Path) -> Manifest:
    """Both files whole, or neither: what stands there is replaced last."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        manifest = _written(url, order, fresh)
        beside = file.with_name(f"{file.name}{MANIFEST}")
        fresh_beside = beside.with_name(f"{beside.name}.new")
        fresh_beside.write_bytes(encoded(manifest))
        fresh.replace(file)
        fresh_beside.replace(beside)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest


def _written(url: str, order: ExportOrder, file: Path) -> Manifest:
    kept = order.data_set
    asked = {"day": order.day, "period": order.period, "named": sorted(NAMED)}
    with snapshot(url, order.agency, kept, asked) as taken, file.open("w+b") as out:
        rows = FORMATS[order.format].write(out, kept.columns, taken.batches)
        size = out.tell()
        out.seek(0)
        digest = file_digest(out, "sha256").hexdigest()
    return Manifest(
        data_set=kept.name,
        agency=order.agency,
        position=taken.position,
        day=order.day if kept.by_day else None,
        period=order.period,
        format=order.format,
        columns=kept.columns,
        rows=rows,
        bytes=size,
        sha256=digest,
    )
