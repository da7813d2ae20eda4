"""SCIM 2.0 (RFC 7643, 7644): the roster as users, for programs that keep accounts. What they change are commands.

`attributes` is what a user has, which `discovery` tells of and `documents` reads and writes; `patches` and `filters`
read what is asked for, `accounts` does it, and `refusals` says why not.
"""

from typing import TYPE_CHECKING

from neraca.api.scim.refusals import answer
from neraca.api.scim.routes import routes

if TYPE_CHECKING:
    from neraca.api.scim import accounts, attributes, discovery, documents, filters, patches

__all__ = ["accounts", "answer", "attributes", "discovery", "documents", "filters", "patches", "routes"]
