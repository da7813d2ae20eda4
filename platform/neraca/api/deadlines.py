"""A time limit for what nearly always ends long before it: looked at now and then, with no timer for each."""

import asyncio
from asyncio import AbstractEventLoop, Task
from typing import Any

_EVERY = 0.25
"""Seconds between two looks: by so much may a limit be passed."""


class Deadlines:
    """Of what happens on an event loop: `async with deadlines(seconds): ...`, which raises TimeoutError."""

    def __init__(self) -> None:
        self._under_way: dict[Deadline, None] = {}
        self._loop: AbstractEventLoop | None = None

    def __call__(self, seconds: float) -> "Deadline":
        return Deadline(self, seconds)

    def begin(self, one: "Deadline", loop: AbstractEventLoop) -> None:
        if self._loop is not loop:
            # The first of a loop: of another, which has ended, nothing is under way.
            self._loop = loop
            self._under_way.clear()
            loop.call_later(_EVERY, self._look, loop)
        self._under_way[one] = None

    def end(self, one: "Deadline") -> None:
        self._under_way.pop(one, None)

    def _look(self, loop: AbstractEventLoop) -> None:
        if self._loop is not loop:
            return
        now = loop.time()
        for one in [one for one in self._under_way if one.ends <= now]:
            one.pass_()
            self.end(one)
        if self._under_way:
            loop.call_later(_EVERY, self._look, loop)
        else:
            self._loop = None


class Deadline:
    __slots__ = ("_cancelling", "_deadlines", "_seconds", "_task", "ends", "passed")

    def __init__(self, deadlines: Deadlines, seconds: float) -> None:
        self._deadlines = deadlines
        self._seconds = seconds
        self.passed = False
        self.ends = 0.0

    def pass_(self) -> None:
        self.passed = True
        self._task.cancel()

    async def __aenter__(self) -> None:
        task: Task[Any] | None = asyncio.current_task()
        if task is None:
            raise RuntimeError("there is a time limit within a task only")
        self._task = task
        self._cancelling = task.cancelling()
        loop = task.get_loop()
        self.ends = loop.time() + self._seconds
        self._deadlines.begin(self, loop)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        self._deadlines.end(self)
        # Whoever else stops the task meanwhile is not to be taken for the time limit.
        if self.passed and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error
