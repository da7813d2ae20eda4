"""A document as HTML: one file that asks for nothing else, the same bytes for the same document wherever it is made.

These bytes are what was signed: their digest is in the log.
"""

from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import assert_never

from neraca.document.blocks import Block, Fields, Heading, Layout, Paragraph, Table

_STYLE = (
    "body{font:11pt/1.4 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111;background:#fff}"
    "h1{font-size:1.4em;margin:0}h2{font-size:1.1em;margin:1.2em 0 .3em}p{margin:.2em 0}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #777;padding:.25em .5em;text-align:left;"
    "vertical-align:top}dl{margin:0;display:grid;grid-template-columns:16em 1fr}dt{font-weight:bold}"
    "dd{margin:0;overflow-wrap:anywhere}footer{margin-top:2em;border-top:1px solid #777}"
    "@media print{body{margin:0;max-width:none}}"
)


def rendered(layout: Layout) -> bytes:
    """The file, in UTF-8."""
    return "".join(f"{line}\n" for line in _lines(layout)).encode()


def digest(file: bytes) -> str:
    """Hex sha256 of a file as it is."""
    return sha256(file).hexdigest()


def _lines(layout: Layout) -> Iterator[str]:
    yield "<!doctype html>"
    yield f'<html lang="{layout.language}">'
    keywords = ""
    if layout.marks is not None:
        keywords = f'<meta name="keywords" content="{layout.marks.number} {layout.marks.code}">'
    yield f'<head><meta charset="utf-8">{keywords}<title>{_text(layout.title)}</title><style>{_STYLE}</style></head>'
    yield "<body>"
    yield f"<header><h1>{_text(layout.title)}</h1>"
    yield from (f"<p>{_text(line)}</p>" for line in layout.lines)
    yield "</header>"
    for block in layout.blocks:
        yield _block(block)
    yield f"<footer>{_text(layout.foot)}</footer>"
    yield "</body>"
    yield "</html>"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h2>{_text(block.text)}</h2>"
        case Paragraph():
            return f"<p>{_text(block.text)}</p>"
        case Fields():
            rows = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in block.rows)
            return f"<dl>{rows}</dl>"
        case Table():
            head = "".join(
                f'<th style="width:{width}%">{_text(one)}</th>'
                for one, width in zip(block.head, block.widths, strict=True)
            )
            rows = "".join("<tr>" + "".join(f"<td>{_text(one)}</td>" for one in row) + "</tr>" for row in block.rows)
            return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        case _:
            assert_never(block)


def _text(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())
