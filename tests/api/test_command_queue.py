"""Brief commands are done together, and nobody waits for what is not theirs."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from neraca.api.command_queue import LONGEST, CommandQueue
from neraca.api.connection_limits import Limits
from neraca.api.worker_threads import MOST as MOST_THREADS
from neraca.domain.appraisal.commands import Finalise, ReportActivity
from neraca.domain.attendance import RecordAttendance
from neraca.domain.contexts import Actor
from neraca.domain.errors import Invalid
from neraca.domain.policy_register import AttachImpact
from neraca.domain.registry import Command
from neraca.service import Busy, CommandBatch, CommandResult
from neraca.store.shares import AgencyBusy

LONG, AT_ONCE = timedelta(seconds=20), timedelta(0)


def batch(*commands: Command, agency: str = "uji") -> CommandBatch:
    return CommandBatch(
        agency=agency, actor=Actor("hr-1", frozenset()), commands=commands, now=datetime(2025, 1, 1, tzinfo=UTC)
    )


def attendance(employee: str, month: str = "2025-01", agency: str = "uji") -> CommandBatch:
    return batch(RecordAttendance(employee=employee, month=month, required_days=1), agency=agency)


def _done(batches: Sequence[CommandBatch]) -> list[Any]:
    return [CommandResult(n, ()) for n, _ in enumerate(batches)]


class Service:
    """Keeps what it is asked in the order in which it was; `does` says what becomes of a group."""

    def __init__(self, does: Callable[[Sequence[CommandBatch]], list[Any]] | None = None) -> None:
        self.groups: list[list[CommandBatch]] = []
        self.alone: list[CommandBatch] = []
        self._does: Callable[[Sequence[CommandBatch]], list[Any]] = does or _done

    def handle(self, batch: CommandBatch) -> CommandResult:
        self.alone.append(batch)
        return CommandResult(99, ())

    def handle_together(self, agency: str, batches: Sequence[CommandBatch]) -> list[CommandResult | Exception]:
        assert {one.agency for one in batches} == {agency}
        self.groups.append(list(batches))
        outcomes: list[CommandResult | Exception] = self._does(batches)
        return outcomes


class Stalled(Service):
    """One agency, or all, until the gate opens."""

    def __init__(self, only: str | None = None) -> None:
        super().__init__()
        self.gate = Event()
        self._only = only

    def handle_together(self, agency: str, batches: Sequence[CommandBatch]) -> list[CommandResult | Exception]:
        outcomes = super().handle_together(agency, batches)
        if self._only in (None, agency):
            assert self.gate.wait(20)
        return outcomes


async def all_of(queue: CommandQueue, batches: Sequence[CommandBatch]) -> list[Any]:
    return await asyncio.gather(*(queue.run(one, LONG) for one in batches), return_exceptions=True)


async def begun(service: Service, groups: int) -> None:
    async with asyncio.timeout(20):
        while len(service.groups) < groups:
            await asyncio.sleep(0.001)


def test_those_that_come_while_others_are_done_are_done_together() -> None:
    service = Stalled()

    async def ask() -> list[Any]:
        queue = CommandQueue(service, abreast=1)
        first = asyncio.create_task(queue.run(attendance("a"), LONG))
        await begun(service, 1)
        rest = asyncio.create_task(all_of(queue, [attendance(name) for name in "bcd"]))
        await asyncio.sleep(0)
        service.gate.set()
        return [await first, *await rest]

    assert [one.position for one in asyncio.run(ask())] == [0, 0, 1, 2]
    assert service.groups == [[attendance("a")], [attendance(name) for name in "bcd"]]


def test_two_on_one_stream_are_never_under_way_together_and_keep_their_order() -> None:
    service = Stalled()
    same = [
        batch(ReportActivity(employee="a", period="2025", report=f"l{n}", day=date(2025, 1, n), activity="x"))
        for n in range(1, 5)
    ]

    async def ask() -> None:
        queue = CommandQueue(service, abreast=2)
        asked = asyncio.create_task(all_of(queue, [*same, attendance("b")]))
        await begun(service, 2)
        await asyncio.sleep(0.02)
        assert service.groups == [[same[0]], [attendance("b")]]
        service.gate.set()
        await asked

    asyncio.run(ask())
    assert [one for group in service.groups for one in group if one in same] == same
    assert all(len(group) == 1 for group in service.groups)


def test_no_agency_waits_for_another() -> None:
    service = Stalled(only="uji")

    async def ask() -> None:
        queue = CommandQueue(service)
        stalled = asyncio.create_task(all_of(queue, [attendance(f"a{n}") for n in range(100)]))
        await begun(service, 1)
        await queue.run(attendance("a", agency="coba"), LONG)
        assert not stalled.done()
        service.gate.set()
        await stalled

    asyncio.run(ask())


def test_what_must_wait_for_another_or_may_take_longer_has_a_thread_of_its_own() -> None:
    service = Service(lambda batches: [Busy() for _ in batches])
    several = batch(*attendance("a").commands, *attendance("b").commands)
    final = batch(Finalise(employee="a", period="2025"))

    async def ask() -> list[Any]:
        queue = CommandQueue(service)
        return [await queue.run(one, LONG) for one in (attendance("a"), several, final)]

    assert [one.position for one in asyncio.run(ask())] == [99, 99, 99]
    assert service.alone == [attendance("a"), several, final]
    assert service.groups == [[attendance("a")]]


class StalledAlone(Service):
    """One agency's lists, until the gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Event()

    def handle(self, batch: CommandBatch) -> CommandResult:
        result = super().handle(batch)
        if batch.agency == "uji":
            assert self.gate.wait(20)
        return result


def listed(agency: str) -> CommandBatch:
    return batch(*attendance("a").commands, *attendance("b").commands, agency=agency)


def measured(agency: str) -> CommandBatch:
    return batch(AttachImpact(proposal="p", policy_hash="h"), agency=agency)


async def under_way(service: Service, most: int) -> None:
    """As many as there can be, and no more."""
    async with asyncio.timeout(20):
        while len(service.alone) < most:
            await asyncio.sleep(0.001)
    await asyncio.sleep(0.02)
    assert len(service.alone) == most


def test_what_takes_a_thread_for_each_leaves_threads_to_other_agencies() -> None:
    service = StalledAlone()

    async def ask() -> None:
        queue = CommandQueue(service)
        flood = asyncio.create_task(all_of(queue, [listed("uji")] * (MOST_THREADS + 20)))
        await under_way(service, MOST_THREADS // 2)
        for one in (listed("coba"), attendance("a", agency="coba"), measured("coba")):
            await queue.run(one, LONG)
        with pytest.raises(AgencyBusy, match="uji is busy"):
            await queue.run(listed("uji"), AT_ONCE)
        assert not flood.done()
        service.gate.set()
        await flood
        assert all(isinstance(one, CommandResult) for one in flood.result())

    asyncio.run(ask())


def test_of_each_agency_one_measures_and_it_takes_no_thread_from_plain_commands() -> None:
    service = StalledAlone()

    async def ask() -> None:
        queue = CommandQueue(service)
        flood = asyncio.create_task(all_of(queue, [measured("uji")] * (MOST_THREADS + 20)))
        await under_way(service, 1)
        await queue.run(measured("coba"), LONG)
        await queue.run(attendance("a"), LONG)
        assert not flood.done()
        service.gate.set()
        await flood
        assert all(isinstance(one, CommandResult) for one in flood.result())

    asyncio.run(ask())


def test_more_than_a_server_can_hold_connections_for_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neraca.api.command_queue.LONGEST", 3)
    service = Stalled(only="uji")

    async def ask() -> None:
        queue = CommandQueue(service)
        held = asyncio.create_task(all_of(queue, [attendance(name) for name in "abc"]))
        await begun(service, 1)
        with pytest.raises(AgencyBusy, match="uji is busy"):
            await queue.run(attendance("d"), LONG)
        await queue.run(attendance("d", agency="coba"), LONG)
        assert not held.done()
        service.gate.set()
        await held
        await queue.run(attendance("d"), LONG)

    asyncio.run(ask())
    assert Limits().connections > LONGEST


def test_whoever_is_given_up_before_its_turn_is_told_that_the_agency_is_busy() -> None:
    service = Stalled()

    async def ask() -> None:
        queue = CommandQueue(service, abreast=1)
        first = asyncio.create_task(queue.run(attendance("a"), timedelta(seconds=0.2)))
        await begun(service, 1)
        with pytest.raises(AgencyBusy, match="uji is busy"):
            await queue.run(attendance("b"), AT_ONCE)
        with pytest.raises(TimeoutError) as begun_already:
            await first
        assert not isinstance(begun_already.value, AgencyBusy)
        service.gate.set()

    asyncio.run(ask())


def test_each_gets_an_outcome_of_its_own_and_a_failure_of_all_stops_nothing() -> None:
    fails = [True]

    def does(batches: Sequence[CommandBatch]) -> list[Any]:
        if fails.pop():
            raise ZeroDivisionError
        return [Invalid("no") if one == attendance("b") else CommandResult(1, ()) for one in batches]

    service = Service(does)

    async def ask() -> None:
        queue = CommandQueue(service, abreast=1)
        with pytest.raises(ZeroDivisionError):
            await queue.run(attendance("a"), LONG)
        fails.append(False)
        fails.append(False)
        outcomes = await all_of(queue, [attendance("a"), attendance("b")])
        assert isinstance(outcomes[0], CommandResult)
        assert isinstance(outcomes[1], Invalid)

    asyncio.run(ask())


def test_what_takes_too_long_is_given_up_and_not_undone() -> None:
    service = Stalled()

    async def ask() -> None:
        queue = CommandQueue(service)
        asked = asyncio.create_task(queue.run(attendance("a"), timedelta(seconds=0.2)))
        await begun(service, 1)
        with pytest.raises(TimeoutError):
            await asked
        service.gate.set()
        await queue.run(attendance("a"), LONG)

    asyncio.run(ask())
    assert service.groups == [[attendance("a")]] * 2


def test_what_was_given_up_before_its_turn_is_never_begun() -> None:
    """A database that comes back after an hour would else be given all that was asked in that hour."""
    service = Stalled()

    async def ask() -> None:
        queue = CommandQueue(service, abreast=1)
        first = asyncio.create_task(queue.run(attendance("a"), LONG))
        await begun(service, 1)
        with pytest.raises(TimeoutError):
            await queue.run(attendance("b"), AT_ONCE)
        service.gate.set()
        await first
        await queue.run(attendance("c"), LONG)

    asyncio.run(ask())
    assert service.groups == [[attendance("a")], [attendance("c")]]


def test_whoever_goes_on_by_itself_is_answered_with_its_own_outcome_however_long_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("neraca.api.command_queue._TURN", 1)
    others_done = Event()

    class Waits(Service):
        def handle(self, batch: CommandBatch) -> CommandResult:
            assert others_done.wait(20)
            return super().handle(batch)

    service = Waits(lambda batches: [Busy() if one == attendance("a") else CommandResult(1, ()) for one in batches])

    async def ask() -> Any:
        queue = CommandQueue(service, abreast=1)
        asked = asyncio.create_task(queue.run(attendance("a"), LONG))
        await begun(service, 1)
        await queue.run(attendance("b"), LONG)
        await asyncio.sleep(0.02)
        others_done.set()
        return await asked

    assert asyncio.run(ask()) == CommandResult(99, ())


def test_a_busy_agency_leaves_threads_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has one goes to the end of those who wait for one, and what waits meanwhile is done all the same."""
    monkeypatch.setattr("neraca.api.command_queue._TURN", 1)
    service = Service()

    async def ask() -> list[Any]:
        queue = CommandQueue(service, most=1)
        return await all_of(queue, [attendance(f"a{n}") for n in range(20)])

    assert all(isinstance(one, CommandResult) for one in asyncio.run(ask()))
    assert len(service.groups) == 20


def test_an_outcome_that_is_none_is_told_at_once_and_keeps_nobody_waiting() -> None:
    service = Stalled()
    service._does = lambda batches: ["done" if one == attendance("b") else CommandResult(7, ()) for one in batches]

    async def ask() -> list[Any]:
        queue = CommandQueue(service, abreast=1)
        first = asyncio.create_task(queue.run(attendance("a"), LONG))
        await begun(service, 1)
        rest = asyncio.create_task(all_of(queue, [attendance("b"), attendance("c")]))
        await asyncio.sleep(0)
        service.gate.set()
        return [await first, *await rest]

    done, told, after = asyncio.run(ask())
    assert done == after == CommandResult(7, ())
    assert (type(told), str(told)) == (TypeError, "str is no outcome of a command")
