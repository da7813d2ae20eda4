"""How versions are written in If-Match and ETag."""

import re
from collections.abc import Iterable

from neraca.api.problems import Problem
from neraca.domain.text_kinds import shown

LONGEST = 23_000
"""Characters of If-Match: a version for each of a thousand streams."""

_VERSION = re.compile(r"v([0-9]{1,18})")


def expected(if_match: str | None) -> tuple[int, ...]:
    """The versions the sender saw, one for each stream in order of first mention; empty where none is given."""
    return () if if_match is None else versions(if_match)


def versions(if_match: str) -> tuple[int, ...]:
    """`"v17"`; for several streams `"v17", "v3"` or `"v17,v3"`; v0 is a stream that does not exist yet."""
    if len(if_match) > LONGEST:
        raise Problem("wrong-parameter", f"If-Match has {len(if_match):,} characters; at most {LONGEST:,} are read")
    found: list[int] = []
    for part in re.findall(r'"[^"]*"|[^",\s]+', if_match):
        for one in part.strip('"').split(","):
            match = _VERSION.fullmatch(one.strip())
            if match is None or not part.startswith('"'):
                raise Problem(
                    "wrong-parameter", f'If-Match: {shown(if_match)} - write "v17", one version for each stream'
                )
            found.append(int(match[1]))
    if not found:
        raise Problem("wrong-parameter", 'If-Match is empty: write "v17", one version for each stream')
    return tuple(found)


def etag(numbers: Iterable[int]) -> str:
    """One tag for all streams a unit touched; it may be sent back as If-Match."""
    return '"' + ",".join(f"v{number}" for number in numbers) + '"'
