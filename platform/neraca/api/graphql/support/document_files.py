"""The files of documents that whoever runs the server trusts: texts by their hash.

Apart from how they are asked for, so that to say what is wrong with a file takes no GraphQL.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from neraca.api import json_input
from neraca.domain.text_kinds import shown

PREFIX = "sha256:"
_MANIFEST = msgspec.json.Decoder(dict[str, str])


class DocumentsRefused(ValueError):
    """The message names the file, what is wrong in it, and the remedy."""


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
