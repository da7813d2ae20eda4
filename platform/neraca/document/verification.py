"""What a file of a document says of itself: its number and its code, by which the log is asked whether it is so."""

import re
from typing import Literal, TypeAlias

from msgspec import Struct

FileFormat: TypeAlias = Literal["html", "pdf"]

_NUMBER = r"DEK-[PTK]/(\d{6,18})/[0-9A-Z_-]{1,64}/\d{4}"
_CODE = r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}"
_WHOLE = re.compile(_NUMBER)
_MISREAD = str.maketrans("018", "OIB")
# No text that somebody wrote can stand so: in HTML its marks are escaped, in a PDF it is numbers of glyphs.
_MARKS = {
    "html": re.compile(rf'<meta name="keywords" content="({_NUMBER}) ({_CODE})">'.encode()),
    "pdf": re.compile(rf"/Keywords \(({_NUMBER}) ({_CODE})\)".encode()),
}


class Marks(Struct, frozen=True):
    number: str
    code: str


def marks(file: bytes) -> Marks | None:
    """Of the bytes of a file; None where they are no document that was issued."""
    found = _MARKS["pdf" if file.startswith(b"%PDF-") else "html"].search(file)
    return None if found is None else Marks(found[1].decode(), found[3].decode())


def as_printed(typed: Marks) -> Marks:
    """The number and code as a document has them, of what was read off paper: in capitals, and with the letters for
    which digits that no code has were taken.
    """
    code = typed.code.strip().upper().translate(_MISREAD)
    return Marks(typed.number.strip().upper(), code)


def result_of(number: str) -> int | None:
    """The log position of the result that a number tells of; None for what is no number of a document."""
    found = _WHOLE.fullmatch(number)
    return None if found is None else int(found[1])
