"""Which commands must say what they have seen, and how versions are written in If-Match and ETag."""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from neraca.api.problems import Problem
from neraca.domain import streams
from neraca.domain.catalogue import Command
from neraca.domain.errors import Refusal

CREATE = frozenset(
    {
        "open-appraisal",
        "register-employee",
        "open-survey",
        "publish-achievement",
    }
)
"""They begin a stream: there is nothing to have seen."""

ADD = frozenset(
    {
        "join-parts",
        "rate",
        "revise-rating",
        "withdraw-rating",
        "record-response",
        "record-attendance",
        "propose-policy",
        "attach-impact",
        "approve-policy",
        "withdraw-policy",
        "publish-policy",
        "schedule-policy",
    }
)
"""They add what does not rest on a version seen, often from people who may not see the stream at all; an approval
names by their hashes what was read, and a joining rests on the parts, which it names."""

_VERSION = re.compile(r"v(\d+)")


def expected(if_match: str | None, agency: str, commands: Sequence[Command]) -> tuple[int, ...]:
    """The versions the sender saw, one for each stream in order of first mention; empty where none are needed or given.

    Raises Problem: `if-match-missing`, or `wrong-parameter` for one that can't be read. Raises Refusal for a command
    that belongs to no stream.
    """
    if if_match is not None:
        return versions(if_match)
    begun: set[UUID] = set()
    for at, command in enumerate(commands):
        tag = str(command.__struct_config__.tag)
        try:
            stream = streams.stream_of(agency, command)
        except Refusal as refused:
            refused.at = at
            raise
        if tag in CREATE:
            begun.add(stream)
        elif tag not in ADD and stream not in begun:
            raise Problem(
                "if-match-missing",
                f'command {at} ({tag}) changes what is there: read its version, then send it as If-Match: "v17"',
            )
    return ()


def versions(if_match: str) -> tuple[int, ...]:
    """`"v17"`; for several streams `"v17", "v3"` or `"v17,v3"`; v0 is a stream that does not exist yet."""
    found: list[int] = []
    for part in re.findall(r'"[^"]*"|[^",\s]+', if_match):
        for one in part.strip('"').split(","):
            match = _VERSION.fullmatch(one.strip())
            if match is None or not part.startswith('"'):
                raise Problem("wrong-parameter", f'If-Match: {if_match} - write "v17", one version for each stream')
            found.append(int(match[1]))
    if not found:
        raise Problem("wrong-parameter", 'If-Match is empty: write "v17", one version for each stream')
    return tuple(found)


def etag(numbers: Iterable[int]) -> str:
    """One tag for all streams a unit touched; it may be sent back as If-Match."""
    return '"' + ",".join(f"v{number}" for number in numbers) + '"'
