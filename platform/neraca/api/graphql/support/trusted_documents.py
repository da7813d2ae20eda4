"""Documents that whoever runs the server trusts: asked for by their hash, and, where it is so set, alone allowed.

As GraphQL over HTTP has it in its appendix on persisted documents: `documentId` is `sha256:` and the hash of the text.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from neraca.api import json_input
from neraca.api.graphql.support.context import client_error
from neraca.domain.text_kinds import shown

PREFIX = "sha256:"
_MANIFEST = msgspec.json.Decoder(dict[str, str])


class DocumentsRefused(ValueError):
    """The message names the file, what is wrong in it, and the remedy."""


class PersistedQuery(Struct, frozen=True):
    """As Apollo's clients name a document, among the extensions of a request."""

    sha256_hash: str = msgspec.field(name="sha256Hash")


class TrustedDocuments(Struct, frozen=True):
    """`texts` by their SHA-256 in hex; `alone` where no other text is taken."""

    texts: Mapping[str, str] = {}
    alone: bool = False

    def text(self, query: str | None, document_id: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The text that is meant; None where none is named. Raises an error with a code."""
        wanted = _hash(document_id) or _persisted(extensions)
        if query is None:
            return None if wanted is None else self._text(wanted)
        own = sha256(query.encode(errors="surrogatepass")).hexdigest()
        if wanted is not None and wanted != own:
            raise client_error("OTHER_DOCUMENT", f"the hash is of another text than the query, which has {PREFIX}{own}")
        if self.alone and own not in self.texts:
            raise client_error(
                "DOCUMENT_NOT_TRUSTED",
                f"this server answers the documents it was given alone, and {PREFIX}{own} is none of them",
            )
        return query

    def _text(self, wanted: str) -> str:
        text = self.texts.get(wanted)
        if text is None:
            # Apollo's clients send the text with the hash when they are told so.
            raise client_error("PERSISTED_QUERY_NOT_FOUND", f"no document {shown(wanted)} here; send its text as query")
        return text


def _hash(document_id: str | None) -> str | None:
    """Raises an error with code NO_SUCH_DOCUMENT."""
    if document_id is None:
        return None
    if not document_id.startswith(PREFIX):
        raise client_error("NO_SUCH_DOCUMENT", f"documentId: write {PREFIX} and the hash of the text, in hex")
    return document_id.removeprefix(PREFIX)


def _persisted(extensions: Mapping[str, Any] | None) -> str | None:
    """Raises an error with code NO_SUCH_DOCUMENT."""
    if not extensions or extensions.get("persistedQuery") is None:
        return None
    try:
        return msgspec.convert(extensions["persistedQuery"], PersistedQuery).sha256_hash
    except msgspec.ValidationError:
        raise client_error(
            "NO_SUCH_DOCUMENT", 'extensions: write {"persistedQuery": {"version": 1, "sha256Hash": "..."}}'
        ) from None


def read(place: Path) -> dict[str, str]:
    """The texts by their hash: of `.graphql` files, one each, and of `.json` files that map hashes to texts.

    Raises DocumentsRefused.
    """
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    found: dict[str, str] = {}
    for file in files:
        if file.suffix in (".graphql", ".json"):
            found.update(_of_file(file))
    if not found:
        raise DocumentsRefused(f"{place}: no documents; put .graphql files there, or a .json of hashes and texts")
    return found


def _of_file(file: Path) -> Iterator[tuple[str, str]]:
    try:
        # As it is: with other ends of lines it would have another hash.
        text = file.read_bytes().decode()
        manifest: Mapping[str, str] | None = json_input.decoded(_MANIFEST, text) if file.suffix == ".json" else None
    except (OSError, UnicodeDecodeError, json_input.Malformed, json_input.Misshapen) as wrong:
        raise DocumentsRefused(f"{file}: {wrong}") from None
    if manifest is None:
        yield sha256(text.encode()).hexdigest(), text
        return
    for name, one in manifest.items():
        own = sha256(one.encode()).hexdigest()
        if name.removeprefix(PREFIX) != own:
            raise DocumentsRefused(f"{file}: {shown(name)} is not the SHA-256 of its text, which is {own}")
        yield own, one
