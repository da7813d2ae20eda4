"""What is wrong in a file, where, and what to do about it; and the nearest right word for a wrong one."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal, TypeAlias

from msgspec import Struct

Severity: TypeAlias = Literal["error", "unfit", "warning"]


class Origin(Struct, frozen=True, gc=False):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    col: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}"


class Finding(Struct, frozen=True):
    """One mistake. `path` is '/'-joined from the top of the document (`/nodes/hasil_kerja/of`), '' for all of it.

    An error keeps the policy from being used; what is unfit keeps it from being put in force, though what rules already
    goes on judging; a warning does neither. `ref` names the legal reference that is at stake.
    """

    file: str
    line: int
    col: int
    path: str
    what: str
    remedy: str
    severity: Severity = "error"
    ref: str | None = None

    def __str__(self) -> str:
        where = f"{self.path.removeprefix('/')}: " if self.path else ""
        gravity = "warning: " if self.severity == "warning" else ""
        return f"{self.file}:{self.line}:{self.col}: {where}{gravity}{self.what} - {self.remedy}"


def finding(
    at: Origin,
    path: str,
    what: str,
    remedy: str,
    severity: Severity = "error",
    ref: str | None = None,
) -> Finding:
    return Finding(at.file, at.line, at.col, path, what, remedy, severity, ref)


def errors(found: Iterable[Finding]) -> list[Finding]:
    return [one for one in found if one.severity == "error"]


def mistakes(found: Iterable[Finding]) -> list[Finding]:
    """All that must be mended before the policy may be put in force."""
    return [one for one in found if one.severity != "warning"]


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by file and place."""
    return sorted(dict.fromkeys(found), key=lambda one: (one.file, one.line, one.col, one.path, one.what))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None if none is like it."""
    return next(iter(get_close_matches(word, list(known), n=1)), None)


def suggestion(word: str, known: Iterable[str], *, most: int = 12) -> str:
    """A remedy: the nearest known word, or the list of them."""
    words = list(dict.fromkeys(known))
    if (close := nearest(word, words)) is not None:
        return f"did you mean '{close}'?"
    if not words:
        return "there is none like it: declare it, or name another"
    listed = ", ".join(words[:most])
    return f"write one of: {listed}{', ...' if len(words) > most else ''}"


def meant(word: str, known: Iterable[str]) -> str:
    """The word itself where it is known, else the known one it was probably meant to be."""
    words = list(known)
    return word if word in words else nearest(word, words) or word


def unmatched(given: Iterable[str], wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """The words that are not wanted, and the wanted ones that are missing, unless misspelt."""
    there, wants = list(given), list(wanted)
    missing = [word for word in wants if word not in there]
    odd = [word for word in there if word not in wants]
    misspelt = {nearest(word, missing) for word in odd}
    return odd, [word for word in missing if word not in misspelt]


def plain(number: object) -> str:
    """A number as a person writes it: 105 for 105.00."""
    text = format(number, "f") if not isinstance(number, str) else number
    return text.rstrip("0").rstrip(".") if "." in text else text
