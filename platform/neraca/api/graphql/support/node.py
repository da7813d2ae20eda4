"""Relay's node: whatever can be asked for again by its id. Ids are readable: `surabaya/appraisal/<NIP>/2025`.

What was read as of a position has the position in its id, `surabaya@17/appraisal/<NIP>/2025`, and what was read by a
day the day, `surabaya@2025-03-01/employee/<NIP>` or `surabaya@17,2025-03-01/…`: it is another thing than the present,
and clients that keep things by id must not mix the two.
"""

import strawberry

from neraca.api.graphql.support.as_of import PRESENT_MOMENT, Moment


@strawberry.interface(description="Something with an id of its own, to be asked for again by `node(id)`.")
class Node:
    id: strawberry.ID = strawberry.field(description="Unique in this deployment.")


def node_id(id_: str, when: Moment = PRESENT_MOMENT) -> strawberry.ID:
    """`id_` begins with the agency."""
    if when == PRESENT_MOMENT:
        return strawberry.ID(id_)
    agency, slash, rest = id_.partition("/")
    return strawberry.ID(f"{agency}@{when}{slash}{rest}")
