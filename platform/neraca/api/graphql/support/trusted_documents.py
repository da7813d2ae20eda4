"""Documents that whoever runs the server trusts: asked for by their hash, and, where it is so set, alone allowed.

As GraphQL over HTTP has it in its appendix on persisted documents: `documentId` is `sha256:` and the hash of the text.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from neraca.api.graphql.support.context import client_error
from neraca.api.graphql.support.document_files import PREFIX
from neraca.domain.text_kinds import shown


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
