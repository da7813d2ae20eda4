"""Shares of what there is little of: half at the most for one agency, and the last quarter for those that have none."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from neraca.store.pool import connection_for, open_pool
from neraca.store.shares import AgencyBusy, Shares

AT_ONCE, LONG = timedelta(0), timedelta(seconds=20)


def never() -> None:
    raise AssertionError


def taken(shares: Shares, agency: str) -> int:
    """How many places it had until it had to wait."""
    for had in range(100):
        if not shares.take(agency, never):
            assert shares.forget(agency, never)
            return had
    raise AssertionError


@pytest.mark.parametrize(
    ("most", "had"),
    [(1, [1, 0, 0]), (2, [1, 1, 0]), (4, [2, 1, 1, 0]), (8, [4, 2, 1, 1, 0]), (40, [20, 10, *[1] * 10, 0])],
)
def test_one_agency_has_half_and_the_last_quarter_goes_one_by_one(most: int, had: list[int]) -> None:
    shares = Shares(most)

    assert [taken(shares, f"agency-{n}") for n in range(len(had))] == had


def test_a_share_may_be_another() -> None:
    assert [taken(shares, name) for shares in [Shares(4, each=3, kept=1)] for name in "abc"] == [3, 1, 0]


def test_whoever_waits_is_served_in_order_and_agencies_take_turns() -> None:
    shares, served = Shares(1), list[str]()

    def wait(agency: str, name: str) -> None:
        assert not shares.take(agency, lambda: served.append(name))

    assert shares.take("a", never)
    for agency, name in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("b", "b2")):
        wait(agency, name)
    for agency in ("a", "a", "b", "a"):
        shares.leave(agency)

    assert served == ["a1", "b1", "a2", "b2"]


def test_whoever_is_forgotten_is_passed_over_and_who_has_a_place_is_not_forgotten() -> None:
    shares, served = Shares(1), list[str]()
    asked: list[Callable[[], None]] = [lambda: served.append("first"), lambda: served.append("second")]
    assert shares.take("a", never)
    for ready in asked:
        assert not shares.take("a", ready)

    assert shares.forget("a", asked[0])
    assert not shares.forget("a", asked[0])
    shares.leave("a")

    assert served == ["second"]
    assert not shares.forget("a", asked[1])


def test_one_place_given_up_may_serve_two() -> None:
    """Of the agency that gave it up, which has none now, and of another, for which one more is free."""
    shares, served = Shares(4, each=3, kept=1), list[str]()
    assert [shares.take(agency, never) for agency in "abb"] == [True] * 3
    assert not shares.take("b", lambda: served.append("b"))
    assert not shares.take("a", lambda: served.append("a"))

    shares.leave("a")

    assert served == ["b", "a"]


def test_who_waits_too_long_is_told_that_the_agency_is_busy_and_leaves_nothing_behind() -> None:
    shares = Shares(2)
    with shares.held("uji", AT_ONCE):
        with pytest.raises(AgencyBusy, match="uji is busy: ") as busy, shares.held("uji", AT_ONCE):
            raise AssertionError
        with shares.held("coba", AT_ONCE):
            pass
    with shares.held("uji", AT_ONCE):
        pass

    # Whoever waits for a connection or for time knows it by that.
    assert isinstance(busy.value, PoolTimeout)
    assert isinstance(busy.value, TimeoutError)


def test_one_interrupted_while_it_waits_leaves_neither_its_place_in_the_line_nor_one_it_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares = Shares(1)

    class Interrupted:
        """Acquired once, and the second time somebody presses Ctrl-C: before, or just as, a place is given up."""

        def __init__(self) -> None:
            self.asked = 0

        def acquire(self, timeout: float = -1) -> bool:
            self.asked += 1
            if self.asked == 2:
                if given_up:
                    shares.leave("a")
                raise KeyboardInterrupt
            return True

        def release(self) -> None: ...

    for given_up in (False, True):
        assert shares.take("a", never)
        with monkeypatch.context() as patched:
            patched.setattr("neraca.store.shares.Lock", Interrupted)
            with pytest.raises(KeyboardInterrupt):
                shares.enter("a", None)
        if not given_up:
            shares.leave("a")
        assert taken(shares, "a") == 1, "the one place is free again, and nobody waits for it"
        shares.leave("a")


def test_whose_places_were_held_is_told() -> None:
    assert [str(AgencyBusy(agency)).partition(":")[0] for agency in ("surabaya", "")] == [
        "surabaya is busy",
        "the server is busy",
    ]


def test_a_thread_goes_on_as_soon_as_there_is_a_place() -> None:
    shares, done = Shares(2), Event()

    def work() -> None:
        with shares.held("uji", None):
            done.set()

    with shares.held("uji", AT_ONCE):
        waiting = Thread(target=work, daemon=True)
        waiting.start()
        assert not done.wait(0.02)
    assert done.wait(20)
    waiting.join(20)


def test_on_a_loop_it_is_the_same() -> None:
    shares = Shares(2)
    order: list[str] = []

    async def hold(name: str, patience: timedelta) -> None:
        async with shares.awaited("uji", patience):
            order.append(name)

    async def ask() -> None:
        async with shares.awaited("uji"):
            with pytest.raises(AgencyBusy, match="uji is busy: "):
                await hold("late", AT_ONCE)
            waiting = [asyncio.create_task(hold(name, LONG)) for name in ("given up", "first", "second")]
            await asyncio.sleep(0)
            waiting[0].cancel()
            await asyncio.sleep(0)
            assert order == []
        await asyncio.gather(*waiting, return_exceptions=True)
        async with shares.awaited("uji", AT_ONCE):
            order.append("last")

    asyncio.run(ask())
    assert order == ["first", "second", "last"]


def test_one_given_up_at_the_moment_when_it_had_a_place_leaves_it() -> None:
    shares = Shares(2)

    async def hold() -> None:
        async with shares.awaited("uji"):
            raise AssertionError

    async def ask() -> None:
        async with shares.awaited("uji"):
            waiting = asyncio.create_task(hold())
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(ask())
    assert taken(shares, "uji") == 1


def test_of_a_pool_an_agency_has_its_share_of_connections(file_database: str) -> None:
    with open_pool(file_database, largest=2, timeout=timedelta(seconds=0.05)) as pool:
        with connection_for(pool, "uji") as held:
            with pytest.raises(AgencyBusy), connection_for(pool, "uji"):
                raise AssertionError
            with connection_for(pool, "coba") as other:
                assert other is not held
        with connection_for(pool, "uji") as again:
            assert again.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
