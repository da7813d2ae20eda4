"""What the issuers of agencies know them by besides their name, where they want that: secrets, of no agency's file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from neraca.api import json_input
from neraca.api.authentication import TokensRefused

_SECRETS = msgspec.json.Decoder(dict[str, Annotated[str, Meta(pattern="^[!-~]{1,1000}$")]])


def read(file: Path) -> Mapping[str, str]:
    """A JSON object: agency -> secret; nothing where there is no file. Raises TokensRefused."""
    try:
        return json_input.decoded(_SECRETS, file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, json_input.Malformed, json_input.Misshapen) as wrong:
        raise TokensRefused(f'{file}: {wrong}; write {{"<agency>": "<secret>"}}') from None
