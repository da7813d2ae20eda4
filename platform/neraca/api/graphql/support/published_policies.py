"""Compiled policies by hash: what a published policy says never changes, so the last ones used are kept."""

import asyncio
from collections import defaultdict
from typing import Any

import msgspec
from cachetools import LRUCache

from neraca.api.database_reads import Reads
from neraca.domain.command_rules import PolicyRef
from neraca.policy.published import PublishedPolicy, compile_published

_MOST = 200
_TEXTS = msgspec.json.Decoder(dict[str, str])


class PublishedPolicies:
    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._kept: LRUCache[tuple[str, str], PublishedPolicy] = LRUCache(_MOST)
        # One for each agency: nobody waits for a database that is slow for others.
        self._compiling: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def by_hash(self, agency: str, hash_: str) -> PublishedPolicy | None:
        """None if the agency never published it."""
        kept = self._kept.get((agency, hash_))
        return kept or await self._find(agency, {"agency": agency, "hash": hash_, "id": None, "version": None})

    async def by_ref(self, agency: str, ref: str) -> PublishedPolicy | None:
        """`ref` is a hash, `<id>@<version>`, or `<id>` for its latest version."""
        id_, version = PolicyRef.parsed(ref)
        return await self._find(agency, {"agency": agency, "hash": ref, "id": id_, "version": version})

    async def _find(self, agency: str, params: dict[str, Any]) -> PublishedPolicy | None:
        rows = await self._reads.rows(agency, "graphql/texts", params)
        if not rows:
            return None
        key = (agency, rows[0]["hash"])
        async with self._compiling[agency]:
            # Whoever waited for the lock may find it compiled.
            policy = self._kept.get(key)
            if policy is None:
                texts = _TEXTS.decode(rows[0]["texts"])
                policy = self._kept[key] = await asyncio.to_thread(compile_published, rows[0]["file"], texts, key[1])
            return policy
