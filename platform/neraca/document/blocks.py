"""What a document is laid out of, whatever it is printed as: headings, fields, tables and paragraphs, in order."""

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.document.verification import Marks


class Heading(Struct, frozen=True):
    text: str


class Fields(Struct, frozen=True):
    """Each a name and what stands behind it."""

    rows: tuple[tuple[str, str], ...]


class Table(Struct, frozen=True):
    """`widths` are the columns' shares of the page, in percent."""

    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


class Paragraph(Struct, frozen=True):
    text: str


Block: TypeAlias = Heading | Fields | Table | Paragraph


class Layout(Struct, frozen=True):
    """`lines` stand above everything. `foot` stands at the end of the whole, in the PDF at that of each page. `marks`
    are the number and the code of what was issued, for programs; `day` is the one from which the file is dated, where a
    format wants a date.
    """

    language: Literal["id", "en"]
    title: str
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    foot: str
    day: date
    marks: Marks | None = None
