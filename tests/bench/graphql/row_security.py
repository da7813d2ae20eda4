"""What row security costs: the same server over the same tables, with it and without.

Of each question it is measured three times in a row, with it, without and with it, in the next round without, with and
without: what is in the middle is compared with the mean of both beside it, so that a machine that gets slower or faster
makes nothing cheaper or dearer. How far those two are apart, though nothing changed, is told beside the cost: a cost
below it is none.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from statistics import mean, median
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

GOAL = 0.15
"""Of requests a second it may cost at most."""

_TABLES = """
select n.nspname, c.relname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relrowsecurity
order by 1, 2
"""


class Turn(NamedTuple):
    """`apart` is by how much one was more than the other of the two that were the same."""

    kept: float
    bare: float
    apart: float

    @property
    def more(self) -> float:
        return self.kept / self.bare - 1


@contextmanager
def lifted(url: str) -> Generator[None]:
    """No table has it; each has it again afterwards. Connections plan anew by themselves."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = [sql.Identifier(*row) for row in connection.execute(_TABLES).fetchall()]
        try:
            for table in tables:
                connection.execute(sql.SQL("alter table {} disable row level security").format(table))
            yield
        finally:
            for table in tables:
                connection.execute(sql.SQL("alter table {} enable row level security").format(table))


def measure(url: str, names: Sequence[str], load: Callable[[str], Any], rounds: int) -> None:
    """`load` asks the question of a name for a while and tells its `rate` and what processors `worked`."""
    found: dict[str, list[tuple[Turn, Turn]]] = {name: [] for name in names}
    for number in range(rounds + 1):  # the first is to warm up
        for name in names:
            turns = _turns(url, partial(load, name), bare_first=number % 2 == 1)
            found[name] += [turns] if number else []
    print(f"{'with:without':22} {'requests/s':>15} {'cost':>6} {'apart':>6} {'worked ms':>15} {'cost':>6} {'apart':>6}")
    for name, each in found.items():
        rates, works = zip(*each, strict=True)
        print(
            f"{name:22} {_pair(rates, 0)} {-median(one.more for one in rates):6.1%} {_apart(rates):6.1%}"
            f" {_pair(works, 2)} {median(one.more for one in works):6.1%} {_apart(works):6.1%}"
        )
    print(f"in requests/s it may cost {GOAL:.0%}")


def _turns(url: str, load: Callable[[], Any], *, bare_first: bool) -> tuple[Turn, Turn]:
    """Of requests a second, and of what processors worked."""
    without: Callable[[], AbstractContextManager[None]] = partial(lifted, url)
    outer, inner = (without, nullcontext) if bare_first else (nullcontext, without)
    first, middle, last = [_loaded(state(), load) for state in (outer, inner, outer)]

    def turn(name: str) -> Turn:
        beside, between = (getattr(first, name), getattr(last, name)), getattr(middle, name)
        kept, bare = (between, mean(beside)) if bare_first else (mean(beside), between)
        return Turn(kept, bare, max(beside) / min(beside) - 1)

    return turn("rate"), turn("worked")


def _loaded(state: AbstractContextManager[None], load: Callable[[], Any]) -> Any:
    with state:
        load()  # plans are made anew
        return load()


def _pair(turns: Sequence[Turn], digits: int) -> str:
    kept, bare = median(one.kept for one in turns), median(one.bare for one in turns)
    return f"{kept:7,.{digits}f}:{bare:7,.{digits}f}"


def _apart(turns: Sequence[Turn]) -> float:
    return median(one.apart for one in turns)
