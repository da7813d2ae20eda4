"""The steps of a batch at which the database is asked, and how several batches are taken through them side by side."""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, assert_never
from uuid import UUID

from msgspec import Struct

from neraca.service.command_batch import CommandResult
from neraca.service.stream_locks import Busy
from neraca.store.ledger import Append, AppendReceipt


class Look(Struct, frozen=True):
    """Take note of how far the log of the agency is."""


class Warm(Struct, frozen=True):
    """Have these streams at hand, each with its empty state; the locks of those to be changed are held."""

    streams: Mapping[UUID, Any]


Step: TypeAlias = Look | Warm | Append
Steps: TypeAlias = Generator[Step, AppendReceipt | None, CommandResult]
"""A batch on its way. An Append is answered with its receipt, or with the exception that it ended in."""

StepT = TypeVar("StepT", Look, Warm, Append)


def taken_alone(batch: Steps, *, look: Callable[[], None], append: Callable[[Append], AppendReceipt]) -> CommandResult:
    """What the batch returns or raises. What is to be warm is read when it is loaded."""

    def answer(step: Step) -> AppendReceipt | None:
        match step:
            case Look():
                return look()
            case Warm():
                return None
            case Append():
                return append(step)
            case _:
                assert_never(step)

    try:
        step = next(batch)
        while True:
            try:
                receipt = answer(step)
            except Exception as error:
                step = batch.throw(error)
            else:
                step = batch.send(receipt)
    except StopIteration as done:
        return done.value
    finally:
        batch.close()


def taken_together(
    batches: Sequence[Steps],
    *,
    look: Callable[[], None],
    warm: Callable[[Mapping[UUID, Any]], None],
    append: Callable[[list[Append]], Sequence[AppendReceipt | Exception]],
) -> list[CommandResult | Exception]:
    """What each batch returns or raises, asking once for all of them.

    Busy is the outcome of one that asks again, or that could not be read along with the others.
    """
    group = _Group(batches)
    try:
        for at in range(len(batches)):
            group.start(at)
        if looking := group.asking(Look):
            failed = _failure(look)
            for at in looking:
                group.answer(at, failed)
        if warming := group.asking(Warm):
            streams = {stream: state for step in warming.values() for stream, state in step.streams.items()}
            failed = _failure(lambda: warm(streams))
            for at in warming:
                group.answer(at, failed and Busy())  # by itself it will meet its own failure only
        if appending := group.asking(Append):
            for at, outcome in zip(appending, append(list(appending.values())), strict=True):
                group.answer(at, outcome)
        return group.outcomes()
    finally:
        for batch in batches:
            batch.close()


class _Group:
    def __init__(self, batches: Sequence[Steps]) -> None:
        self._batches = batches
        self._asking: dict[int, Step] = {}
        self._outcomes: dict[int, CommandResult | Exception] = {}

    def asking(self, kind: type[StepT]) -> dict[int, StepT]:
        return {at: step for at, step in self._asking.items() if isinstance(step, kind)}

    def start(self, at: int) -> None:
        self._go_on(at, lambda: next(self._batches[at]))

    def answer(self, at: int, answer: AppendReceipt | Exception | None) -> None:
        del self._asking[at]
        batch = self._batches[at]
        if isinstance(answer, Exception):
            failed = answer
            self._go_on(at, lambda: batch.throw(failed))
        else:
            self._go_on(at, lambda: batch.send(answer))

    def outcomes(self) -> list[CommandResult | Exception]:
        return [self._outcomes.get(at) or Busy() for at in range(len(self._batches))]

    def _go_on(self, at: int, batch: Callable[[], Step]) -> None:
        try:
            self._asking[at] = batch()
        except StopIteration as done:
            self._outcomes[at] = done.value
        except Exception as error:
            self._outcomes[at] = error


def _failure(ask: Callable[[], None]) -> Exception | None:
    try:
        ask()
    except Exception as error:
        return error
    return None
