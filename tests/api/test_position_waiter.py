"""Waiting for a position: nobody is told that it has not come by a look that was taken before they asked."""

import asyncio
from datetime import timedelta

from neraca.api.position_waiter import PositionWaiter

AT_ONCE = timedelta(0)


class Looks:
    """Looks that end when they are let go, each with what was there when it began."""

    def __init__(self) -> None:
        self.position = 1
        self.taken = 0
        self.began = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self) -> dict[str, int]:
        self.taken += 1
        found = {"bandung": self.position}
        self.began.set()
        await self.let_go.wait()
        return found


def test_a_look_under_way_answers_nobody_who_came_after_it_began() -> None:
    async def ask() -> int | None:
        looks = Looks()
        waiter = PositionWaiter(looks)
        before = asyncio.create_task(waiter.reached("bandung", 2, AT_ONCE))
        await looks.began.wait()
        looks.position = 2

        after = asyncio.create_task(waiter.reached("bandung", 2, AT_ONCE))
        await asyncio.sleep(0)
        looks.let_go.set()
        await before
        return await after

    assert asyncio.run(ask()) == 2


def test_all_who_come_while_a_look_is_under_way_share_the_next() -> None:
    async def ask() -> tuple[list[int | None], int]:
        looks = Looks()
        waiter = PositionWaiter(looks)
        first = asyncio.create_task(waiter.reached("bandung", 1, AT_ONCE))
        await looks.began.wait()
        looks.position = 2
        others = [asyncio.create_task(waiter.reached("bandung", 2, AT_ONCE)) for _ in range(10)]
        await asyncio.sleep(0)
        looks.let_go.set()
        return await asyncio.gather(first, *others), looks.taken

    assert asyncio.run(ask()) == ([1, *([2] * 10)], 2)
