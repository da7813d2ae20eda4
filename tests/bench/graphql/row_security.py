"""What row security costs: the same server over the same tables, with it and without."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

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


@contextmanager
def lifted(url: str) -> Iterator[None]:
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
    found: dict[str, list[tuple[Any, Any]]] = {name: [] for name in names}
    for number in range(rounds + 1):  # the first is to warm up
        kept = {name: load(name) for name in names}
        with lifted(url):
            for name in names:
                load(name)  # plans are made anew
            bare = {name: load(name) for name in names}
        for name in names:
            load(name)
            if number:
                found[name].append((kept[name], bare[name]))
    print(f"{'with:without':22} {'requests/s':>15} {'cost':>6} {'goal':>6} {'worked ms':>15} {'cost':>6}")
    for name, pairs in found.items():
        rates = [median(each.rate for each in side) for side in zip(*pairs, strict=True)]
        worked = [median(each.worked for each in side) for side in zip(*pairs, strict=True)]
        slower = 1 - median(one.rate / other.rate for one, other in pairs)
        more = median(one.worked / other.worked for one, other in pairs) - 1
        print(
            f"{name:22} {rates[0]:7,.0f}:{rates[1]:7,.0f} {slower:6.1%} {GOAL:6.0%}"
            f" {worked[0]:7.2f}:{worked[1]:7.2f} {more:6.1%}"
        )
