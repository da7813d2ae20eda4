"""What a verb works with once its database is open."""

from collections.abc import Mapping

from msgspec import Struct

from neraca.domain.agency import Agency
from neraca.policy.library import Library
from neraca.service import CommandHandler
from neraca.store.clock import DatabaseClock
from neraca.store.log import Log
from neraca.store.mapper import EventMapper

TOKENS = "tokens.json"
"""The file of a home that says whose each token is."""

CLIENT_SECRETS = "client-secrets.json"
"""The file of a home that says what the issuers of agencies know them by, where they want more than a name."""


class Dependencies(Struct, frozen=True):
    """An opened database with the service over it."""

    url: str
    library: Library
    agencies: Mapping[str, Agency]
    log: Log
    service: CommandHandler
    mapper: EventMapper
    clock: DatabaseClock
