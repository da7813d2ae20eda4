"""Relay's node: whatever can be asked for again by its id. Ids are readable: `surabaya/appraisal/<NIP>/2025`."""

import strawberry


@strawberry.interface(description="Something with an id of its own, to be asked for again by `node(id)`.")
class Node:
    id: strawberry.ID = strawberry.field(description="Unique in this deployment.")
