"""Answers a query without holding up others: the event loop does what takes a few milliseconds, threads do the rest.

A thread has an event loop of its own; what lives on the server's, such as connections, is called there from it. An
answer is bounded in time and in bytes, whatever its cost was thought to be.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import date
from functools import partial
from typing import Any, TypeVar, cast

import anyio.to_thread
import msgspec
from anyio import CapacityLimiter
from cachetools import LRUCache
from graphql import ExecutionResult, GraphQLError
from msgspec import Struct, structs

from neraca.api.deadlines import Deadlines
from neraca.api.graphql.schema import Schema
from neraca.api.graphql.support import limits
from neraca.api.graphql.support.answers import Question, by_library, by_plan, by_source
from neraca.api.graphql.support.arguments import no_operation, wrong_in
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.limits import Weight
from neraca.api.graphql.support.metered_reads import MeteredReads
from neraca.api.graphql.support.prepared_queries import QueryPreparation
from neraca.api.graphql.support.question_reads import record
from neraca.api.problems import Problem
from neraca.store.shares import NOBODYS, Shares
from neraca.wording.language import DEFAULT, Language

LIGHT, LIGHT_COMPILED = 1_500, 100_000
"""Fields that the event loop answers with itself: some 15 ms. Of a compiled query far more, for its pages are told in
parts with others between, and few rows have as much as they are weighed for; but not where something is computed.
"""

PATIENCE = 10.0
"""Seconds that a query may take, waiting for a thread included."""

THREADS = 4
EACH = 2
"""Threads for queries, and how many of them one actor has at a time. The people of one agency never have the last."""

LARGEST = 5_000_000
"""Bytes of an answer."""

MOST_READ = 30_000_000
"""Bytes read for one."""

_KEPT = 64
_ENCODE = msgspec.json.Encoder().encode
_OTHERS = frozenset({"reads", "heads", "passed"})

FoundT = TypeVar("FoundT")
Shown = Callable[[GraphQLError], Mapping[str, Any]]
"""How an error is told to whoever asked."""


class Answer(Struct, frozen=True):
    """`refused` if the query did not run; `failed` if anything went wrong; `until` is the last day of what it asked for
    and is deprecated.
    """

    body: bytes
    refused: bool
    failed: bool
    until: date | None = None


class QueryRequest(Struct, frozen=True):
    """`language` is the one that errors are told in; `cost` whether the answer says what the query weighs."""

    query: str
    variables: dict[str, Any] | None
    operation: str | None
    language: Language = DEFAULT
    cost: bool = False


class _CannotRun(Exception):
    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


class QueryExecutor:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._preparing = QueryPreparation(schema)
        self._of_the_schema: LRUCache[tuple[str, str | None, bytes, Language, bool], Answer] = LRUCache(_KEPT)
        self._deadlines = Deadlines()
        self._threads: CapacityLimiter | None = None
        self._shares = Shares(THREADS, each=THREADS - 1, kept=1)
        self._each: dict[tuple[str, str], asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(EACH))

    def faults(self, text: str) -> Sequence[GraphQLError]:
        """Why a text cannot run, whoever asks it."""
        return self._preparing.prepare(text).errors

    async def answer(self, request: QueryRequest, context: RequestContext, shown: Shown) -> Answer:
        try:
            async with self._deadlines(PATIENCE):
                return await self._answer(request, context, shown)
        except TimeoutError:
            slow = client_error("TOO_SLOW", f"the query took longer than {PATIENCE:g} s; ask for less at a time")
            return encoded(ExecutionResult(None, [slow]), shown)

    async def answers(
        self, request: QueryRequest, context: RequestContext, shown: Shown
    ) -> AsyncGenerator[Answer, None]:
        """Of a subscription what comes, as long as it comes; of a query its one answer."""
        try:
            async with asyncio.timeout(PATIENCE):
                question, _ = await self._question(request, context)
        except (TimeoutError, _CannotRun):
            question = None
        if question is None or not question.subscribes:
            yield await self.answer(request, context, shown)
            return
        try:
            async with aclosing(by_source(question, context)) as results:
                recorded = False
                async for result in results:
                    if not recorded:
                        await record(question, request.query, context)
                        recorded = True
                    yield encoded(result, shown)
        except Problem:
            raise
        except Exception as wrong:
            error = wrong if isinstance(wrong, GraphQLError) else GraphQLError(str(wrong), original_error=wrong)
            yield encoded(ExecutionResult(None, [error]), shown)

    async def _question(self, request: QueryRequest, context: RequestContext) -> tuple[Question, Weight]:
        """Raises _CannotRun."""
        prepared = self._preparing.kept(request.query)
        if prepared is None:
            prepared = await self._in_a_thread(context, lambda: self._preparing.prepare(request.query))
        if wrong := wrong_in(request.variables) or [*prepared.errors]:
            raise _CannotRun(wrong)
        try:
            operation, weight = prepared.chosen(request.operation)
        except GraphQLError as none:
            raise _CannotRun([none]) from None
        told = {"cost": limits.told(weight)} if request.cost else None
        return Question(self._schema, prepared, operation, request.variables, told), weight

    async def _answer(self, request: QueryRequest, context: RequestContext, shown: Shown) -> Answer:
        try:
            question, weight = await self._question(request, context)
        except _CannotRun as no:
            return encoded(ExecutionResult(None, no.errors), shown)
        if question.subscribes:
            told = no_operation("a subscription is a stream: ask for it at /graphql/stream")
            return encoded(ExecutionResult(None, [told]), shown)
        if question.prepared.of_the_schema:
            return await self._about_the_schema(question, request, context, shown)
        answer = await self._told(question, weight, context, shown)
        await record(question, request.query, context)
        until = question.prepared.until
        return answer if until is None else structs.replace(answer, until=until)

    async def _told(self, question: Question, weight: Weight, context: RequestContext, shown: Shown) -> Answer:
        # A light one is done on the loop sooner than a thread would begin it.
        if planned := weight.cost <= (LIGHT if weight.computed else LIGHT_COMPILED):
            told = await by_plan(question, _metered(context))
            if told is not None:
                return encoded(told, shown, question.extensions)
        if weight.cost <= LIGHT:
            return encoded(await by_library(question, _metered(context)), shown, question.extensions)
        there = _from_elsewhere(context, asyncio.get_running_loop())
        return await self._in_a_thread(
            context, lambda: asyncio.run(_timed(question, there, shown, by_library_alone=planned))
        )

    async def _about_the_schema(
        self, question: Question, request: QueryRequest, context: RequestContext, shown: Shown
    ) -> Answer:
        # Nothing of the actor: of the schema everybody is told the same.
        key = (request.query, request.operation, _ENCODE(request.variables), request.language, request.cost)
        found = self._of_the_schema.get(key)
        if found is None:
            call = partial(_timed, question, context, shown, by_library_alone=True)
            found = await self._in_a_thread(context, lambda: asyncio.run(call()))
            self._of_the_schema[key] = found
        return found

    async def _in_a_thread(self, context: RequestContext, work: Callable[[], FoundT]) -> FoundT:
        if self._threads is None:
            self._threads = CapacityLimiter(THREADS)
        # Before a thread is asked for: one who asks for much waits for himself, not in everybody's queue.
        agency = context.actor.agency or NOBODYS
        async with self._each[agency, context.actor.id], self._shares.awaited(agency):
            # Not waited for when time is up: the work has a time limit of its own, and no thread is stopped by others.
            return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._threads)


async def _timed(question: Question, context: RequestContext, shown: Shown, *, by_library_alone: bool) -> Answer:
    """In a thread, which nobody can stop from without."""
    async with asyncio.timeout(PATIENCE):
        told = None if by_library_alone else await by_plan(question, _metered(context))
        return encoded(told or await by_library(question, _metered(context)), shown, question.extensions)


def _metered(context: RequestContext) -> RequestContext:
    reads = MeteredReads(context.parts.reads, MOST_READ)
    return structs.replace(context, parts=structs.replace(context.parts, reads=reads))


def encoded(result: ExecutionResult, shown: Shown, extensions: Mapping[str, Any] | None = None) -> Answer:
    errors = [*(result.errors or ())]
    refused = result.data is None and bool(errors) and not any(error.path for error in errors)
    told: dict[str, Any] = {"errors": [shown(error) for error in errors]} if errors else {}
    if not refused:
        told["data"] = result.data
    if extensions is not None:
        told["extensions"] = extensions
    body = _ENCODE(told)
    if len(body) <= LARGEST:
        return Answer(body, refused, failed=bool(errors))
    large = client_error(
        "TOO_MUCH", f"the answer has {len(body):,} bytes, at most {LARGEST:,} are sent; ask for less at a time"
    )
    return Answer(_ENCODE({"errors": [shown(large)]}), refused=True, failed=True)


def _from_elsewhere(context: RequestContext, home: asyncio.AbstractEventLoop) -> RequestContext:
    """The same question, to be answered on another loop than its connections live on."""
    parts = context.parts
    away: dict[str, Any] = {name: _Away(getattr(parts, name), home) for name in _OTHERS}
    if parts.simulations is not None:
        away["simulations"] = _Away(parts.simulations, home)
    return structs.replace(
        context, parts=structs.replace(parts, **away), policies=cast(Any, _Away(context.policies, home))
    )


class _Away:
    """Calls what a thing does, a coroutine each, on the loop where it lives."""

    def __init__(self, thing: Any, home: asyncio.AbstractEventLoop) -> None:
        self._thing = thing
        self._home = home

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._thing, name)

        async def there(*given: Any, **named: Any) -> Any:
            return await method(*given, **named)

        async def call(*given: Any, **named: Any) -> Any:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(there(*given, **named), self._home))

        return call
