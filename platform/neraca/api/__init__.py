"""The door for programs: commands and events over HTTP, everything that is read over GraphQL.

Why something was refused is told in English, or in Indonesian to who asks so by Accept-Language.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api import (
        app,
        authentication,
        client_secrets,
        cloud_events,
        command_decoding,
        connection_limits,
        graphql,
        problems,
        route_rules,
        sockets,
        telemetry,
    )

__all__ = [
    "app",
    "authentication",
    "client_secrets",
    "cloud_events",
    "command_decoding",
    "connection_limits",
    "graphql",
    "problems",
    "route_rules",
    "sockets",
    "telemetry",
]
