"""The tag of an answer: the same as long as the same question of the same reader is told the same.

It is made of the question and of all that its answer can come from: the program, the reader, the log and the read
models of the agencies the reader may look into, and the legal day there. So it is known before anything is read for
the answer. What comes from the time of day, or is computed apart, has none.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from neraca.api.dependencies import Dependencies
from neraca.api.graphql.support.trusted_documents import TrustedDocuments
from neraca.api.shared_look import SharedLook
from neraca.domain.contexts import Actor
from neraca.wording.language import accepted

MODERN = "application/graphql-response+json"
HEADERS: Mapping[str, str] = {
    "Vary": "Accept, Accept-Language, Authorization",
    "Cache-Control": "private, no-cache",
}

_ENCODE = msgspec.json.Encoder(order="deterministic").encode


class AnswerTags:
    def __init__(self, parts: Dependencies, documents: TrustedDocuments) -> None:
        self._parts = parts
        self._look = SharedLook(parts.reads.states)
        self._program = _digest([_program(), *sorted(documents.texts), str(documents.alone)])
        # Days among its keys are texts first: the encoder sorts no others.
        told = {name: msgspec.to_builtins(agency, str_keys=True) for name, agency in parts.agencies.items()}
        self._agencies = {name: _digest([_ENCODE(one).decode()]) for name, one in told.items()}

    async def tag(self, actor: Actor, sent: Mapping[str, str], url: bytes) -> str:
        """Of a question in a URL (what stands behind its `?`), sent with these headers, as of now."""
        states = await self._look.taken()
        question = (url.decode("latin-1"), MODERN in sent.get("accept", ""), accepted(sent.get("accept-language")))
        there = [
            (name, digest, states.get(name), self._parts.today(name))
            for name, digest in self._agencies.items()
            if actor.agency in (None, name)
        ]
        return f'W/"{sha256(_ENCODE((self._program, actor, question, there))).hexdigest()[:32]}"'


@cache
def _program() -> str:
    """Of all that this program is made of: another one may answer the same question otherwise."""
    return _digest(text for file in _sources(files("neraca")) for text in (file.name, file.read_text("utf-8")))


def _sources(folder: Traversable) -> Iterable[Traversable]:
    for one in sorted(folder.iterdir(), key=lambda each: each.name):
        if one.is_dir():
            yield from _sources(one)
        elif one.name.endswith((".py", ".sql")):
            yield one


def _digest(parts: Iterable[str]) -> str:
    whole = sha256()
    for part in parts:
        encoded = part.encode(errors="surrogatepass")
        whole.update(b"%d:" % len(encoded) + encoded)
    return whole.hexdigest()[:32]
