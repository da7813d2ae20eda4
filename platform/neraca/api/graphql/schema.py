"""The schema. Its texts are prepared and executed beside it, not by the library's own `execute`."""

from functools import cache, cached_property

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from neraca.api.graphql.agency import Agency, Event
from neraca.api.graphql.appraisals.appraisal import Appraisal
from neraca.api.graphql.employee import Employee
from neraca.api.graphql.query import Query
from neraca.api.graphql.subscription import Subscription
from neraca.api.graphql.support.scalars import SCALARS


class Schema(strawberry.Schema):
    @property
    def core(self) -> GraphQLSchema:
        """As graphql-core executes it."""
        return self._schema

    @cached_property
    def text(self) -> str:
        """As SDL."""
        return self.as_str()


@cache
def build() -> Schema:
    """The one schema of a process. Every application answers by it, and making it takes longer than all else of one."""
    return Schema(
        Query,
        subscription=Subscription,
        types=[Agency, Appraisal, Employee, Event],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
