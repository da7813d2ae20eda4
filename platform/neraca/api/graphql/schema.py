"""The schema, and the limits it is used under."""

import strawberry
from graphql import GraphQLError
from strawberry.extensions import AddValidationRules, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from neraca.api.graphql.agency import Agency, Event
from neraca.api.graphql.appraisal import Appraisal
from neraca.api.graphql.arguments import Literals
from neraca.api.graphql.employee import Employee
from neraca.api.graphql.limits import Limits
from neraca.api.graphql.query import Query
from neraca.api.graphql.scalars import SCALARS

_TEXTS = 256
"""Query texts whose parsing and validation are remembered."""


class Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """The handler logs what was unforeseen; the library would log every query with it."""


def build() -> Schema:
    return Schema(
        Query,
        types=[Agency, Appraisal, Employee, Event],
        extensions=[
            lambda: AddValidationRules([Limits, Literals]),
            lambda: ParserCache(maxsize=_TEXTS),
            lambda: ValidationCache(maxsize=_TEXTS),
        ],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
