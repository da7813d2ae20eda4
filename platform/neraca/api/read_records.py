"""What auditors read is written down before they are answered: who asked what, about whom, and how far the log went.

Whoever may read everybody's appraisal to check on others is checked on by this. Where it cannot be written down,
nothing is answered. What is asked at an address is noted when it is known who asks, refused or not; what is asked by
GraphQL once it is known which agencies the answer came from, and what is asked in a body at an address once that is
read. A question that has more in it than a row holds is told in several: nothing of it can hide behind the rest.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
import structlog
from litestar.types import Scope
from msgspec import Struct
from psycopg import Error

from neraca.api.database_reads import Reads
from neraca.api.outage_problems import outage
from neraca.api.problems import Problem
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role

MOST, LONGEST = 50, 1_000
"""Fields and subjects of one row, and the characters that are told of each; the digest is of all."""

_RECORDED = "neraca_recorded"


class Read(Struct, frozen=True):
    """`fields` are what was asked for, `subjects` what about; `digest` is the sha256 of all of it."""

    digest: bytes
    fields: tuple[str, ...]
    subjects: tuple[str, ...]


class ReadRecords:
    def __init__(
        self,
        reads: Reads,
        agencies: Collection[str],
        clock: Callable[[], datetime],
        log: structlog.typing.FilteringBoundLogger,
    ) -> None:
        self._reads = reads
        self._agencies = agencies
        self._clock = clock
        self._log = log

    async def record(self, actor: Actor, agency: str, read: Read) -> None:
        """Raises Problem `unavailable`, and then nothing may be told."""
        now = self._clock()
        try:
            for nth, row in enumerate(_rows(read)):
                # Each at an instant of its own: whoever lists them goes on before one, and passes over none.
                params = {
                    "agency": agency, "reader": actor.id, "digest": row.digest,
                    "now": now + timedelta(microseconds=nth),
                    "fields": _told(row.fields), "subjects": _told(row.subjects),
                }  # fmt: skip
                await self._reads.called(agency, "record-read", params)
        except Error as wrong:
            if (away := outage(wrong)) is not None:
                raise away from wrong
            self._log.error("read not recorded", agency=agency, exc_info=wrong)
            told = "what auditors read cannot be written down just now, so nothing is told; try again later"
            raise Problem("unavailable", told, headers={"Retry-After": "60"}) from wrong

    async def record_request(self, actor: Actor, scope: Scope) -> None:
        """Of an auditor who asks at an address of an agency; once a request, however often it is looked at."""
        agency = _agency_of(scope)
        if self._concerns(actor, agency) and not _commands(scope, agency) and not scope["state"].get(_RECORDED):
            scope["state"][_RECORDED] = True
            await self.record(actor, agency, by_address(scope["path"], scope["query_string"]))

    async def record_body(self, actor: Actor, scope: Scope, body: bytes) -> None:
        """Of an auditor who says in a body what is to be read; to be called before anything of it is."""
        agency = _agency_of(scope)
        if self._concerns(actor, agency):
            await self.record(actor, agency, by_address(scope["path"], scope["query_string"], body))

    def _concerns(self, actor: Actor, agency: str) -> bool:
        return is_recorded(actor) and agency in self._agencies and actor.agency in (None, agency)


def is_recorded(actor: Actor) -> bool:
    return Role.AUDITOR in actor.roles


def by_address(path: str, query: bytes, body: bytes = b"") -> Read:
    said = query.decode("latin-1")
    sent = (sha256(body).hexdigest(),) if body else ()
    digest = sha256(msgspec.json.encode([path, said, *sent])).digest()
    return Read(digest, (path,), tuple(filter(None, (said, body.decode(errors="replace")))))


def _agency_of(scope: Any) -> str:
    """As the framework took it from the address: no other way to write one leads past. Empty for an address that is
    of none, and where the framework did not look at it.
    """
    return scope.get("path_params", {}).get("agency", "")


def _commands(scope: Scope, agency: str) -> bool:
    """Whether something is sent to be done, which the log tells itself; all else may read, whatever its method."""
    return scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == f"/agencies/{agency}/commands"


def _rows(read: Read) -> Iterator[Read]:
    """The first has the digest of the question, and each further one another, for rows are told apart by it."""
    for nth, start in enumerate(range(0, max(len(read.fields), len(read.subjects)), MOST)):
        digest = sha256(b"%b %d" % (read.digest, nth)).digest() if nth else read.digest
        yield Read(digest, read.fields[start : start + MOST], read.subjects[start : start + MOST])


def _told(texts: Collection[str]) -> list[str]:
    """Without what the database takes in no text."""
    return [one[:LONGEST].replace("\0", "\ufffd") for one in texts]
