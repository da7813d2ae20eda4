"""What an export says of itself, beside its file: what it is of, up to where, and what its bytes hash to."""

from datetime import date
from importlib.metadata import version
from typing import Literal

import msgspec
from msgspec import Struct

from neraca.service.exports.columns import Column

PROGRAM = f"neraca {version('neraca')}"


class Manifest(Struct, frozen=True, kw_only=True):
    """`position` is the last event of the log that the rows know of; `day` and `period` are None where they are of
    none.
    """

    schema: Literal["neraca-export/1"] = "neraca-export/1"
    data_set: str
    agency: str
    position: int
    day: date | None
    period: str | None
    format: str
    columns: tuple[Column, ...]
    rows: int
    bytes: int
    sha256: str
    program: str = PROGRAM


def encoded(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
