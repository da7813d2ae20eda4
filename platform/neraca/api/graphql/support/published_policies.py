"""The published policies that pages ask for: found in the register, compiled once for the whole process."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TypeAlias

import msgspec
from cachetools import LRUCache

from neraca.api.database_reads import Reads
from neraca.domain.command_rules import PolicyRef, ReportingRule
from neraca.policy.published import COMPILED, PolicyAltered, PublishedPolicy

_MOST = 200
_TEXTS = msgspec.json.Decoder(dict[str, str])
_Texts: TypeAlias = tuple[str, str, dict[str, str]]


class PublishedPolicies:
    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        # What was published under a hash never changes, so the database is asked for it once.
        self._texts: LRUCache[tuple[str, str], _Texts] = LRUCache(_MOST)
        # One for each agency: no more than a thread of each is held by what is compiled.
        self._compiling: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def by_hash(self, agency: str, hash_: str) -> PublishedPolicy | None:
        """None if the agency never published it."""
        known = self._texts.get((agency, hash_))
        if known is not None:
            return await self._compiled(agency, known)
        return await self._find(agency, {"agency": agency, "hash": hash_, "id": None, "version": None})

    async def by_ref(self, agency: str, ref: str) -> PublishedPolicy | None:
        """`ref` is a hash, `<id>@<version>`, or `<id>` for its latest version."""
        id_, version = PolicyRef.parsed(ref)
        return await self._find(agency, {"agency": agency, "hash": ref, "id": id_, "version": version})

    async def reporting_rules(self, agency: str, hashes: Iterable[str | None]) -> dict[str, ReportingRule]:
        """What each of these asks of reports; None is where no policy is in force."""
        found: dict[str, ReportingRule] = {}
        for one in set(hashes) - {None}:
            policy = await self.by_hash(agency, str(one))
            found[str(one)] = ReportingRule() if policy is None else policy.rules.reporting
        return found

    async def published_reporting_rules(self, agency: str) -> list[ReportingRule]:
        """Of every policy the agency published, but for those whose text was altered, which rule nothing."""
        found: list[ReportingRule] = []
        for row in await self._reads.rows(agency, "graphql/policy-hashes", {"agency": agency}):
            with suppress(PolicyAltered):
                policy = await self.by_hash(agency, row["hash"])
                found += [] if policy is None else [policy.rules.reporting]
        return found

    async def _find(self, agency: str, params: dict[str, Any]) -> PublishedPolicy | None:
        rows = await self._reads.rows(agency, "graphql/texts", params)
        if not rows:
            return None
        hash_ = rows[0]["hash"]
        found = self._texts.setdefault((agency, hash_), (hash_, rows[0]["file"], _TEXTS.decode(rows[0]["texts"])))
        return await self._compiled(agency, found)

    async def _compiled(self, agency: str, texts: _Texts) -> PublishedPolicy:
        ready = COMPILED.at_hand(*texts)
        if ready is None:
            async with self._compiling[agency]:
                ready = await asyncio.to_thread(COMPILED.get, *texts)
        return ready
