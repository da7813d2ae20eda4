"""GraphiQL, to write queries in a browser: our own copy of what its makers published, served only where asked for.

`sums.txt` says of each file from which package of npm it is and what it hashes to unpacked; `licences.txt` has what its
makers ask to stand beside it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api.graphiql import routes

__all__ = ["routes"]
