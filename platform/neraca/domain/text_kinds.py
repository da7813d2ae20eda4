"""The kinds of text that come in, and what each may hold: one rule for bodies, headers, parameters, files and imports.

A text is checked when it comes in and never changed: what is stored is what was sent. Ids are plain ASCII, so that none
has a twin that looks the same. What is written on one line and looked for later (names, titles) must be in Unicode's
composed form (NFC) and hold nothing invisible; prose is kept in whatever form it came. Nothing here looks at events:
what is stored was checked, or not, by the rules of its day, and is read for ever.
"""

import re
import unicodedata
from functools import cache
from re import Pattern
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct

FIRST_YEAR, LAST_YEAR = 1945, 2100
"""Nobody's service, no period and no rule lies outside these."""

# Controls but tab and line ends, halves of surrogate pairs, embeddings, overrides and isolates of direction, line and
# paragraph separators, tags, the byte order mark, and what is no character at all.
_NEVER = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e007f"
)
_IN_PROSE = re.compile(f"[{_NEVER}]")
_ON_A_LINE = re.compile(f"[\t\n\r{_NEVER}]")
_UNSEEN = frozenset({"Cf", "Cn", "Co"})
"""Categories of what a name has none of: invisible, unassigned, private."""


class Kind(Struct, frozen=True):
    """`allowed` is matched whole, and `written` says it in words; `never` is how it may not begin.

    `visible` refuses what can't be seen or compared; `empty` allows nothing at all.
    """

    what: str
    longest: int
    written: str
    allowed: str | None = None
    never: tuple[str, ...] = ()
    lines: bool = False
    visible: bool = False
    empty: bool = False


def _annotation(kind: Kind) -> Any:
    """For msgspec it is just a str, so that stored events are read; the schema of the commands shows the rule."""
    schema: dict[str, Any] = {"minLength": 0 if kind.empty else 1, "maxLength": kind.longest}
    if kind.allowed is not None:
        schema["pattern"] = f"^(?:{kind.allowed})$"
    return Meta(description=f"{kind.what}: {kind.written}", extra={"kind": kind}, extra_json_schema=schema)


KEY = Kind(
    "an id",
    100,
    "use letters a to z, digits, '.', '_' and '-', beginning with a letter or a digit",
    allowed="[0-9A-Za-z][0-9A-Za-z._-]*",
)
# Not held to 18 digits: that a NIP has so many was not read in any text (unverified), and those made up have letters.
NIP = Kind("an employee number", 64, KEY.written, allowed=KEY.allowed)
SENDER = Kind(
    "an id",
    104,
    f"{KEY.written}; of an API key write key: and its program",
    allowed=f"(?:key:)?{KEY.allowed}",
)
NAME = Kind("a name", 200, "write it on one line", visible=True)
TITLE = Kind("a title", 500, "write it on one line", visible=True)
PROSE = Kind("a text", 10_000, "write it out", lines=True)
COMMENT = Kind("a comment", 1_000, "write it out", lines=True)
PROSE_IF_ANY = Kind("a text", 10_000, "write it out", lines=True, empty=True)
URI = Kind(
    "an address",
    2_000,
    "write its scheme first, such as https: or arsip:, and no space",
    allowed=r"[A-Za-z][A-Za-z0-9+.-]*:\S+",
    never=("javascript:", "vbscript:", "data:"),
    visible=True,
)
_YEAR = "(?:194[5-9]|19[5-9][0-9]|20[0-9]{2}|2100)"
_MONTH = "(?:0[1-9]|1[0-2])"
PERIOD = Kind(
    "a period",
    11,
    f"write 2025, 2025-S1, 2025-Q3, 2025-07 or 2025-01..05, of a year from {FIRST_YEAR} to {LAST_YEAR}",
    allowed=rf"{_YEAR}(?:-(?:S[12]|Q[1-4]|{_MONTH}(?:\.\.{_MONTH})?))?",
)
MONTH = Kind(
    "a month",
    7,
    f"write 2025-07, of a year from {FIRST_YEAR} to {LAST_YEAR}",
    allowed=f"{_YEAR}-{_MONTH}",
)
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
HOURS = Kind("hours", 11, "write them as 08:00-15:30", allowed=f"{_TIME}-{_TIME}")
POLICY_FILE = Kind(
    "a file name",
    200,
    "use letters a to z, digits, '.', '_', '-' and '/'",
    allowed="[0-9A-Za-z._-]+(?:/[0-9A-Za-z._-]+)*",
)
POLICY_TEXT = Kind("a policy's text", 1_000_000, "write the policy in YAML", lines=True)
TOKEN = Kind(
    "a value",
    255,
    "use letters a to z, digits and punctuation, with no space before or after",
    allowed="[!-~](?:[ -~]*[!-~])?",
)
"""What a header or another program names a thing by."""

Year: TypeAlias = Annotated[int, Meta(extra={"year": True})]
"""A year of service: no event is of one before the civil service, and none can be of one that no calendar has."""

Key: TypeAlias = Annotated[str, _annotation(KEY)]
Sender: TypeAlias = Annotated[str, _annotation(SENDER)]
Nip: TypeAlias = Annotated[str, _annotation(NIP)]
Name: TypeAlias = Annotated[str, _annotation(NAME)]
Title: TypeAlias = Annotated[str, _annotation(TITLE)]
Prose: TypeAlias = Annotated[str, _annotation(PROSE)]
Comment: TypeAlias = Annotated[str, _annotation(COMMENT)]
ProseIfAny: TypeAlias = Annotated[str, _annotation(PROSE_IF_ANY)]
Uri: TypeAlias = Annotated[str, _annotation(URI)]
PeriodLabel: TypeAlias = Annotated[str, _annotation(PERIOD)]
Hours: TypeAlias = Annotated[str, _annotation(HOURS)]
MonthLabel: TypeAlias = Annotated[str, _annotation(MONTH)]
PolicyFile: TypeAlias = Annotated[str, _annotation(POLICY_FILE)]
PolicyText: TypeAlias = Annotated[str, _annotation(POLICY_TEXT)]


def fault(kind: Kind, text: str) -> str | None:
    """What is wrong with a text of this kind and what to do about it, in words that repeat no harm; None if nothing."""
    if not text and kind.empty:
        return None
    if not text.strip():
        return f"{kind.what} is empty; {kind.written}, or leave the field out where it may be missing"
    if len(text) > kind.longest:
        return f"{kind.what} has {len(text):,} characters; at most {kind.longest:,} are taken"
    if (odd := misfit(text, lines=kind.lines)) is not None:
        return f"{kind.what} has {odd[1]} as character {odd[0] + 1}; take it out"
    # ASCII holds nothing of the kind, and most texts are ASCII.
    if kind.visible and not text.isascii():
        unseen = next((at for at, one in enumerate(text) if unicodedata.category(one) in _UNSEEN), None)
        if unseen is not None:
            return f"{kind.what} has {_named(text[unseen])} as character {unseen + 1}, which is not seen; take it out"
        if not unicodedata.is_normalized("NFC", text):
            return f"{kind.what} has a letter and its mark apart; send it composed (Unicode NFC)"
    if kind.visible and text != text.strip():
        return f"{kind.what} begins or ends with a space; take it away"
    if kind.allowed is not None and not _whole(kind.allowed).fullmatch(text):
        return f"{shown(text)} can't be {kind.what}: {kind.written}"
    if kind.never and text.lower().startswith(kind.never):
        return f"{shown(text)} can't be {kind.what}: it would run a program; name where the thing is kept"
    return None


def misfit(text: str, *, lines: bool) -> tuple[int, str] | None:
    """Where the first character is that no text may hold, counted from 0, and its name. `lines` allows line ends."""
    found = (_IN_PROSE if lines else _ON_A_LINE).search(text)
    return None if found is None else (found.start(), _named(found[0]))


def shown(text: str) -> str:
    """A text as a message quotes it: not all of a long one, and nothing in it that would not be seen."""
    brief = text if len(text) <= 60 else f"{text[:60]}…"
    return f"'{printable(brief)}'"


def printable(text: str) -> str:
    """A text with what is not seen in it written out: direction marks and line ends would show an operator another."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


def digits(text: str, most: int = 18) -> int | None:
    """A number written in ASCII digits, `most` of them at most; None for anything else."""
    # Not int() alone: it takes spaces, signs, underscores and every script's digits, and thousands of them.
    return int(text) if len(text) <= most and text.isascii() and text.isdecimal() else None


def counted(number: int, one: str, many: str | None = None, grouped: str = "") -> str:
    """Returns how many of a thing there are, in words: «1 test», «2 tests»; `grouped` «,» writes «1,000 tests»."""
    return f"{number:{grouped}} {one if number == 1 else many or f'{one}s'}"


def _named(one: str) -> str:
    code = f"U+{ord(one):04X}"
    name = unicodedata.name(one, "")
    if name:
        return f"{code} ({name.lower()})"
    unnamed = {"Cs": f"half a character ({code})", "Cc": f"the control character {code}"}
    return unnamed.get(unicodedata.category(one), f"a character without a name ({code})")


@cache
def _whole(allowed: str) -> Pattern[str]:
    return re.compile(allowed)
