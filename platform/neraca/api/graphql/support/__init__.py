"""What every type of the schema uses: context, limits, connections, the execution of a query."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api.graphql.support import (
        answer_tags,
        arguments,
        as_of,
        connections,
        context,
        conversion,
        deprecations,
        document_files,
        enums,
        execution,
        node,
        published_policies,
        scalars,
        selection,
        told,
        trusted_documents,
        visibility,
    )

__all__ = [
    "answer_tags",
    "arguments",
    "as_of",
    "connections",
    "context",
    "conversion",
    "deprecations",
    "document_files",
    "enums",
    "execution",
    "node",
    "published_policies",
    "scalars",
    "selection",
    "told",
    "trusted_documents",
    "visibility",
]
