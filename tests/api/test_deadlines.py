"""A time limit ends what takes longer, and nothing else; on one event loop after another."""

import asyncio
from typing import Any

import pytest

from neraca.api.deadlines import Deadlines

FOREVER = 60.0


def run(deadlines: Deadlines, what: Any) -> Any:
    async def limited() -> Any:
        async with asyncio.timeout(FOREVER):
            return await what(deadlines)

    return asyncio.run(limited())


async def _too_long(deadlines: Deadlines) -> None:
    async with deadlines(0.01):
        await asyncio.sleep(FOREVER)


async def _in_time(deadlines: Deadlines) -> str:
    async with deadlines(FOREVER):
        await asyncio.sleep(0)
        return "done"


def test_what_takes_longer_is_ended_and_what_does_not_is_left() -> None:
    deadlines = Deadlines()
    for _ in range(2):  # each on a loop of its own
        assert run(deadlines, _in_time) == "done"
        with pytest.raises(TimeoutError):
            run(deadlines, _too_long)
        with pytest.raises(TimeoutError):
            run(deadlines, _too_long)


def test_each_has_its_own_limit() -> None:
    async def several(deadlines: Deadlines) -> list[Any]:
        long = asyncio.create_task(_in_time(deadlines))
        late = [asyncio.create_task(_too_long(deadlines)) for _ in range(3)]
        return await asyncio.gather(long, *late, return_exceptions=True)

    told = run(Deadlines(), several)
    assert told[0] == "done"
    assert [type(one) for one in told[1:]] == [TimeoutError] * 3


def test_whoever_else_stops_it_is_not_taken_for_the_limit() -> None:
    async def stopped(deadlines: Deadlines) -> Any:
        async def waits() -> None:
            async with deadlines(FOREVER):
                await asyncio.sleep(FOREVER)

        task = asyncio.create_task(waits())
        await asyncio.sleep(0)
        task.cancel()
        return await asyncio.gather(task, return_exceptions=True)

    assert [type(one) for one in run(Deadlines(), stopped)] == [asyncio.CancelledError]


def test_the_inner_of_two_limits_ends_what_is_within_it() -> None:
    async def two(deadlines: Deadlines) -> str:
        async with deadlines(FOREVER):
            with pytest.raises(TimeoutError):
                await _too_long(deadlines)
            await asyncio.sleep(0)
            return "goes on"

    assert run(Deadlines(), two) == "goes on"


def test_an_error_within_is_told_as_it_is() -> None:
    async def wrong(deadlines: Deadlines) -> None:
        async with deadlines(FOREVER):
            raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        run(Deadlines(), wrong)
