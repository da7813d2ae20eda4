"""Compiled policies by hash: what a published policy says never changes, so the last ones used are kept."""

import asyncio
from collections import OrderedDict
from typing import Any

import msgspec

from neraca.api.database_reads import Reads
from neraca.service.policies import PublishedPolicy, compile_published

_MOST = 200
_TEXTS = msgspec.json.Decoder(dict[str, str])


class PublishedPolicies:
    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._kept: OrderedDict[tuple[str, str], PublishedPolicy] = OrderedDict()
        self._compiling = asyncio.Lock()

    async def by_hash(self, agency: str, hash_: str) -> PublishedPolicy | None:
        """None if the agency never published it."""
        kept = self._kept.get((agency, hash_))
        if kept is not None:
            self._kept.move_to_end((agency, hash_))
            return kept
        return await self._find(agency, {"agency": agency, "hash": hash_, "ref": None})

    async def by_ref(self, agency: str, ref: str) -> PublishedPolicy | None:
        """`ref` is a hash, `<id>@<version>`, or `<id>` for its latest version."""
        return await self._find(agency, {"agency": agency, "hash": None, "ref": ref})

    async def _find(self, agency: str, params: dict[str, Any]) -> PublishedPolicy | None:
        async with self._compiling:
            found = await self._reads.rows(agency, "graphql/texts", params)
            if not found:
                return None
            key = (agency, found[0]["hash"])
            if key not in self._kept:
                self._kept[key] = await asyncio.to_thread(
                    compile_published, found[0]["file"], _TEXTS.decode(found[0]["texts"])
                )
                if len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
            return self._kept[key]
