"""Reads the database without blocking: the application role, one agency named per transaction, one round trip."""

from asyncio import CancelledError, Task, TimerHandle, create_task, get_running_loop, shield, wait
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, LiteralString, TypeAlias, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

from neraca.api.deadlines import Deadlines
from neraca.api.fast_statements import answer, release
from neraca.api.statements import sections, statement
from neraca.store.pool import connection_options
from neraca.store.shares import NOBODYS, Shares

FoundT = TypeVar("FoundT")

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[DictRow]]

LONGEST_STATEMENT = 15_000
"""Milliseconds. Nothing that is asked here takes long; what does must not hold a connection."""


PATIENCE = timedelta(seconds=10)

_BEGINS = "select set_config('neraca.agency', %(agency)s, true)"
_ONE_PLAN = f"{_BEGINS}, set_config('plan_cache_mode', 'force_generic_plan', true)"
_LAST = 5
"""Seconds that what nobody waits for any more has to end."""

_AT_HAND = 30.0
"""Seconds that a connection is kept by those who ask, until the pool sees it again."""

_LONGEST_WAIT = 30
"""Seconds for all of it: a database that is frozen says nothing at all."""


def open_reads(url: str, *, smallest: int = 1, largest: int = 16, patience: timedelta = PATIENCE) -> "Reads":
    """Not connected until it is entered as a context. `patience`: the longest wait for a connection."""

    def pool(name: str) -> Pool:
        return AsyncConnectionPool(
            url,
            connection_class=AsyncConnection[DictRow],
            kwargs={
                "autocommit": True,
                # In the server, which alone can stop a statement: a client that stops waiting leaves it running.
                # And no statement that reads can write, whatever it says.
                "options": f"{connection_options(url, 'neraca_app')} -c statement_timeout={LONGEST_STATEMENT} "
                "-c default_transaction_read_only=on",
                "row_factory": dict_row,
            },
            configure=_raw_json,
            min_size=smallest,
            max_size=largest,
            timeout=patience.total_seconds(),
            open=False,
            name=name,
        )

    return Reads(pool("reads"), pool("direct reads"), patience)


class Reads:
    """JSON columns arrive as the bytes they are, for a typed decoder: no number in them ever becomes a float.

    Each agency has a share of the connections, so that none waits for another's reads. Those of `direct` are asked past
    psycopg, which keeps a state of its own beside that of a connection; of both together no more are lent than of one.
    """

    def __init__(self, pool: Pool, direct: Pool, patience: timedelta = PATIENCE) -> None:
        self._pool = pool
        self._direct = _AtHand(direct)
        self._patience = patience
        self._shares = Shares(pool.max_size)
        self._deadlines = Deadlines()
        self._under_way = set[Task[Any]]()

    async def rows(
        self, agency: str, name: str, params: Mapping[str, Any], wanted: frozenset[str] | None = None
    ) -> list[DictRow]:
        """Of the named statement, in a transaction that sees the rows of this agency only. `wanted` are the sections of
        one that has any.
        """
        if wanted is None:
            return await self._fetch(agency, statement(name), params, keep_plan=_keeps_plan(name))
        # Its sections say what it is asked: to plan it for each value would take longer than to answer.
        return await self._fetch(agency, sections(name, wanted), params, one_plan=True)

    async def one(
        self,
        agency: str,
        name: str,
        params: Mapping[str, Any],
        wanted: frozenset[str] | None = None,
        told: str | None = None,
    ) -> DictRow:
        """For statements that always have exactly one row. Of one with sections it has JSON, and `total` is a count."""
        if wanted is None:
            return (await self.rows(agency, name, params))[0]
        text = sections(name, wanted, told)
        found = await self._lent(
            agency,
            lambda connection: answer(connection, (_ONE_PLAN, {"agency": agency}), (text, params)),
            self._direct.lent,
        )
        total = found.get("total")
        return found if total is None else {**found, "total": int(total)}

    async def called(self, agency: str, name: str, params: Mapping[str, Any]) -> list[DictRow]:
        """The rows of a statement that calls a function, in a transaction that may write: so far as the role of the
        application may, which changes nothing but by such functions.
        """
        return await self._fetch(agency, statement(name), params, writes=True)

    async def heads(self) -> dict[str, int]:
        """The last position of every agency's log."""
        return await self._everywhere("heads")

    async def passed(self) -> dict[str, int]:
        """The position that all projections of an agency have passed."""
        return await self._everywhere("passed")

    async def states(self) -> dict[str, str]:
        """Of every agency, what changes whenever anything that is read of it may have changed."""
        rows = await self._steady(NOBODYS, lambda connection: _all(connection, "states"))
        return {row["agency"]: row["state"] for row in rows}

    async def surveys_passed(self) -> dict[str, int]:
        """The position that the projection of surveys, their links and receipts has passed."""
        return await self._everywhere("surveys-passed")

    async def open(self) -> None:
        await self._pool.open()
        await self._direct.open()

    async def close(self) -> None:
        if self._under_way:
            await wait(self._under_way, timeout=_LAST)
        await self._pool.close()
        await self._direct.close()

    async def _fetch(
        self,
        agency: str,
        query: LiteralString,
        params: Mapping[str, Any],
        *,
        keep_plan: bool = True,
        one_plan: bool = False,
        writes: bool = False,
    ) -> list[DictRow]:
        begins = _ONE_PLAN if one_plan else _BEGINS

        async def ask(connection: AsyncConnection[DictRow]) -> list[DictRow]:
            async with connection.pipeline():
                # What is sent in one go is one transaction, and needs no word for its beginning and end unless it is to
                # write. The name of the agency holds for it alone.
                if writes:
                    await connection.execute("begin read write")
                await connection.execute(begins, {"agency": agency}, prepare=True)
                cursor = await connection.cursor(binary=True).execute(query, params, prepare=keep_plan)
                if writes:
                    await connection.execute("commit")
                return await cursor.fetchall()

        return await self._steady(agency, ask)

    async def _everywhere(self, name: str) -> dict[str, int]:
        rows = await self._steady(NOBODYS, lambda connection: _all(connection, name))
        return {row["agency"]: row["position"] for row in rows}

    async def _steady(self, agency: str, ask: Callable[[AsyncConnection[DictRow]], Awaitable[FoundT]]) -> FoundT:
        """Asks again where the connection turns out to be lost: the pool may hold some that a restart has cut."""
        # psycopg, stopped in the midst of a pipeline, closes the connection or takes for prepared what the server never
        # was to prepare. So whoever stops leaves it to end, and the connection is as it was lent.
        left = False

        async def unless_left(connection: AsyncConnection[DictRow]) -> FoundT:
            if left:
                raise CancelledError
            return await ask(connection)

        under_way = create_task(self._lent(agency, unless_left, lambda: _Lent(self._pool)))
        self._under_way.add(under_way)
        under_way.add_done_callback(self._under_way.discard)
        try:
            return await shield(under_way)
        except CancelledError:
            left = True
            raise

    async def _lent(
        self,
        agency: str,
        ask: Callable[[AsyncConnection[DictRow]], Awaitable[FoundT]],
        lent: Callable[[], "_Lent | _LentAtHand"],
    ) -> FoundT:
        for left in range(self._pool.max_size, -1, -1):
            connection: AsyncConnection[DictRow] | None = None
            try:
                # A frozen database ends no statement by its own time limit, so there is one here as well.
                async with (
                    self._deadlines(_LONGEST_WAIT),
                    self._shares.awaited(agency, self._patience),
                    lent() as connection,
                ):
                    if connection.pgconn.pipeline_status:
                        # Whoever had it was stopped in the midst of something, which would be part of this transaction.
                        release(connection)
                        await connection.close()
                        raise OperationalError("the connection was left in a pipeline")
                    return await ask(connection)
            except OperationalError:
                if connection is None or not connection.closed or not left:
                    raise
        raise AssertionError


class _Lent:
    """A connection of a pool for a while, as the pool's own context has it; but where no transaction is open, none is
    ended, which takes longer than many a statement.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> AsyncConnection[DictRow]:
        self._connection = await self._pool.getconn()
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        try:
            if self._connection.pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                await self._connection.rollback()
        finally:
            await self._pool.putconn(self._connection)


class _AtHand:
    """Connections of a pool that are not given back between two uses, which takes longer than many an answer. Every
    while all of them are: the pool sees to their age, and to how many there need be.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._idle: list[AsyncConnection[DictRow]] = []
        self._sweep: TimerHandle | None = None
        self._returning = set[Task[None]]()

    def lent(self) -> "_LentAtHand":
        return _LentAtHand(self)

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        if self._sweep is not None:
            self._sweep.cancel()
        await self._return_all()
        await self._pool.close()

    async def take(self) -> AsyncConnection[DictRow]:
        return self._idle.pop() if self._idle else await self._pool.getconn()

    async def put(self, connection: AsyncConnection[DictRow]) -> None:
        if connection.pgconn.transaction_status != TransactionStatus.IDLE or self._pool.closed:
            release(connection)
            await self._pool.putconn(connection)
            return
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep = get_running_loop().call_later(_AT_HAND, self._begin_return)

    def _begin_return(self) -> None:
        self._sweep = None
        returning = create_task(self._return_all())
        self._returning.add(returning)
        returning.add_done_callback(self._returning.discard)

    async def _return_all(self) -> None:
        while self._idle:
            connection = self._idle.pop()
            release(connection)
            await self._pool.putconn(connection)


class _LentAtHand:
    def __init__(self, connections: _AtHand) -> None:
        self._connections = connections

    async def __aenter__(self) -> AsyncConnection[DictRow]:
        self._connection = await self._connections.take()
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await self._connections.put(self._connection)


def _keeps_plan(name: str) -> bool:
    """Not for what the service asks as well: of a person or a whole agency, of a month or years, and each otherwise."""
    return not name.startswith("service/")


async def _all(connection: AsyncConnection[DictRow], name: str) -> list[DictRow]:
    return await (await connection.execute(statement(name), prepare=True)).fetchall()


async def _raw_json(connection: AsyncConnection[Any]) -> None:
    set_json_loads(_as_it_came, connection)


def _as_it_came(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data
