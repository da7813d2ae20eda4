"""A table as JSON Lines: an object a row, in UTF-8. A decimal is text, as elsewhere: no reader makes it a float."""

from collections.abc import Iterable, Sequence
from typing import IO

import msgspec

from neraca.service.exports.columns import Column, Row

_ENCODER = msgspec.json.Encoder(decimal_format="string")


def write(file: IO[bytes], columns: Sequence[Column], batches: Iterable[Sequence[Row]]) -> int:
    names = [column.name for column in columns]
    written = 0
    for batch in batches:
        file.write(_ENCODER.encode_lines([dict(zip(names, row, strict=True)) for row in batch]))
        written += len(batch)
    return written
