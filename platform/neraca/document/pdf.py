"""A document as PDF: the same bytes for the same document on any day and machine.

Nothing that differs between machines goes into it: its dates are the document's, its fonts lie beside this module, and
nothing in it is packed by the machine's zlib, of which there are several that pack alike texts differently. The library
packs fonts whatever it is told, so what it packed is unpacked again before it is written.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from importlib.resources import as_file, files
from itertools import groupby, zip_longest
from typing import Any, assert_never, cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.output import OutputProducer
from fpdf.syntax import Name, PDFContentStream, PDFObject

from neraca.document.blocks import Block, Fields, Heading, Layout, Paragraph, Table

_FAMILY = "DejaVu"
_FONTS = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_TEXT, _SMALL, _HEADING, _TITLE = 9, 7.5, 10.5, 13
"""Sizes in points."""

_LINE, _FOOT, _NAMES = 4.6, 15, 60
"""Millimetres: the height of a line, of the foot, and the width of the names of fields."""

_LONG, _TALLEST, _SPARE = 250, 50, 4
"""From how many letters on a cell of a table may be too tall for a page; how many lines a row of it has at most, so
that it goes on a page below the head; and millimetres of a column that no text stands in.
"""


def rendered(layout: Layout) -> bytes:
    """The file."""
    pages = _Pages(layout)
    pages.add_page()
    pages.write_line(layout.title, _TITLE, bold=True)
    for line in layout.lines:
        pages.write_line(line, _TEXT)
    for block in layout.blocks:
        pages.write_block(block)
    return bytes(pages.output(output_producer_class=_Unpacked))


class _Pages(FPDF):
    """A4 sheets with the foot of the document on each."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._foot = layout.foot
        for style, name in _FONTS.items():
            with as_file(files("neraca.document") / "fonts" / name) as file:
                self.add_font(_FAMILY, style, file)
        self.set_font(_FAMILY, size=_TEXT)
        known: Mapping[int, str] = cast("Any", self.current_font).cmap
        self._letters = frozenset(known)
        self.set_compression(False)
        self.set_creation_date(datetime.combine(layout.day, time(), UTC))
        self.set_title(layout.title)
        self.set_subject(layout.foot)
        if layout.marks is not None:
            self.set_keywords(f"{layout.marks.number} {layout.marks.code}")
        self.set_lang(layout.language)
        self.set_producer("neraca")
        self.set_margin(18)
        self.set_auto_page_break(True, margin=_FOOT + 5)

    def footer(self) -> None:
        self.set_y(-_FOOT)
        self.set_font(_FAMILY, size=_SMALL)
        self.cell(w=self.epw - 20, text=self._shown(self._foot))
        self.cell(w=20, text=f"{self.page_no()}/{{nb}}", align="R")

    def write_line(self, text: str, size: float, *, bold: bool = False) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.multi_cell(w=0, h=_LINE * size / _TEXT, text=self._shown(text), align="L", new_x="LMARGIN", new_y="NEXT")

    def write_block(self, block: Block) -> None:
        match block:
            case Heading():
                self.ln(_LINE / 2)
                # Never the last line of a page.
                if self.will_page_break(4 * _LINE):
                    self.add_page()
                self.write_line(block.text, _HEADING, bold=True)
            case Paragraph():
                self.write_line(block.text, _TEXT)
            case Fields():
                for name, value in block.rows:
                    self._write_field(name, value)
            case Table():
                self._write_table(block)
            case _:
                assert_never(block)

    def _write_field(self, name: str, value: str) -> None:
        """The name, and its value beside it, which may run over several pages."""
        if self.will_page_break(2 * _LINE):
            self.add_page()
        self.set_font(_FAMILY, "B", _TEXT)
        self.cell(w=_NAMES, h=_LINE, text=self._shown(name))
        if self.get_string_width(self._shown(name)) > _NAMES - 2:
            self.ln(_LINE)
            self.set_x(self.l_margin + _NAMES)
        self.set_font(_FAMILY, "", _TEXT)
        margin = self.l_margin
        self.set_left_margin(margin + _NAMES)
        self.multi_cell(w=0, h=_LINE, text=self._shown(value), align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_left_margin(margin)
        self.set_x(margin)

    def _write_table(self, block: Table) -> None:
        self.set_font(_FAMILY, "", _SMALL)
        with self.table(
            col_widths=block.widths, text_align="LEFT", v_align="TOP", line_height=_LINE * _SMALL / _TEXT, padding=0.6
        ) as table:
            for cells in (block.head, *block.rows):
                for part in self._parts([self._shown(cell) for cell in cells], block.widths):
                    row = table.row()
                    for cell in part:
                        row.cell(cell)

    def _parts(self, cells: list[str], widths: Sequence[int]) -> Iterable[Sequence[str]]:
        """The row as one, or, where it may be taller than a page, as several rows below each other."""
        if all(len(cell) < _LONG and cell.count("\n") < _TALLEST for cell in cells):
            return (cells,)
        room = self.epw / sum(widths)
        return zip_longest(
            *(self._cut(cell, room * width) for cell, width in zip(cells, widths, strict=True)), fillvalue=""
        )

    def _cut(self, text: str, width: float) -> list[str]:
        """The text in pieces of as many lines as a row may have, as they stand in a column of that width."""
        found = self.multi_cell(w=width - _SPARE, text=text, align="L", dry_run=True, output=MethodReturnValue.LINES)
        lines = cast("list[str]", found)
        if len(lines) <= _TALLEST:
            return [text]
        return ["\n".join(lines[at : at + _TALLEST]) for at in range(0, len(lines), _TALLEST)]

    def _shown(self, text: str) -> str:
        """A letter that the fonts do not have is told by its number, as a box would say nothing."""
        if text.isascii():
            return text
        return "".join(one if one in "\n\r\t" or ord(one) in self._letters else f"[U+{ord(one):04X}]" for one in text)


class _Unpacked(OutputProducer):
    """Writes what the library packed as it was before, or by runs of equal bytes where it is mostly one byte."""

    def _add_pdf_obj(self, pdf_obj: PDFObject, trace_label: str | None = None) -> int:
        if isinstance(pdf_obj, PDFContentStream) and pdf_obj.filter is not None:
            plain = zlib.decompress(pdf_obj.content_stream())
            packed = run_lengths(plain)
            short = len(packed) < len(plain)
            pdf_obj._contents = packed if short else plain  # pyright: ignore[reportPrivateUsage] # there is no other way
            pdf_obj.filter = Name("RunLengthDecode") if short else None
            pdf_obj.length = len(pdf_obj.content_stream())
        return super()._add_pdf_obj(pdf_obj, trace_label)


def run_lengths(plain: bytes) -> bytes:
    """Packed as PDF's RunLengthDecode unpacks it: runs of one byte, and stretches without any, of 128 bytes at most."""
    packed, single = bytearray(), bytearray()
    for byte, length in _runs(plain):
        if length > 2 or len(single) + length > 128:
            _flush(single, packed)
        if length > 2:
            packed += bytes((257 - length, byte))
        else:
            single += bytes((byte,)) * length
    _flush(single, packed)
    packed.append(128)
    return bytes(packed)


def _runs(plain: bytes) -> Iterable[tuple[int, int]]:
    for byte, group in groupby(plain):
        left = sum(1 for _ in group)
        while left:
            yield byte, min(left, 128)
            left -= min(left, 128)


def _flush(single: bytearray, packed: bytearray) -> None:
    if single:
        packed.append(len(single) - 1)
        packed += single
        single.clear()
