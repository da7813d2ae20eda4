"""The two ways in which a prepared query is answered: by its plan, and by the library's executor, which knows more.

What the plan answers is what the library would: a differential test asks both.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, cast

import graphql
from graphql import ExecutionResult, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues
from msgspec import Struct
from strawberry.execution import optimized_is_awaitable

from neraca.api.graphql.compiled.resolvers import Run
from neraca.api.graphql.schema import Schema
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.prepared_queries import PreparedQuery
from neraca.api.outage_problems import outage


class Question(Struct, frozen=True, eq=False):
    """An operation of a query that has no errors, with the variables as they came. `extensions` are what its answer
    says besides data and errors.
    """

    schema: Schema
    prepared: PreparedQuery
    operation: OperationDefinitionNode
    variables: dict[str, Any] | None
    extensions: Mapping[str, Any] | None = None

    @property
    def subscribes(self) -> bool:
        return self.operation.operation is OperationType.SUBSCRIPTION


async def by_plan(question: Question, context: RequestContext) -> ExecutionResult | None:
    """None where the library is to answer: what is not compiled, and all that goes wrong, of which it tells the place.

    Raises Problem for an outage, so that nobody waits for it twice.
    """
    plans, operation = question.prepared.plans, question.operation
    if plans is None:
        return None
    variables = plans.variables(operation, question.variables or {})
    if not isinstance(variables, VariableValues):
        return None
    plan = plans.plan(operation, variables)
    if plan is None:
        return None
    try:
        return ExecutionResult(await plan.answer(Run(context, variables)), None)
    except Exception as wrong:
        if (away := outage(wrong)) is not None:
            raise away from wrong
        return None


async def by_library(question: Question, context: RequestContext) -> ExecutionResult:
    found = _run(cast(Any, graphql).execute, question, context)
    return await found if isawaitable(found) else found


async def by_source(question: Question, context: RequestContext) -> AsyncGenerator[ExecutionResult, None]:
    """Of a subscription what comes, each as the library tells it."""
    found = _run(cast(Any, graphql).subscribe, question, context)
    source = await found if isawaitable(found) else found
    if isinstance(source, ExecutionResult):
        yield source
        return
    async with aclosing(source) as coming:
        async for one in coming:
            yield one


def _run(how: Any, question: Question, context: RequestContext) -> Any:
    return how(
        question.schema.core,
        question.prepared.document,
        context_value=context,
        variable_values=question.variables,
        operation_name=question.operation.name and question.operation.name.value,
        executor_class=cast(Any, question.schema).execution_context_class,
        is_awaitable=optimized_is_awaitable,
    )
