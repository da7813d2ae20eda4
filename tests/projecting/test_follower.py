from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Thread
from time import monotonic
from typing import Any

import psycopg
import pytest
from msgspec import Struct, structs
from psycopg import sql

from neraca.projecting import follower as follower_module
from neraca.projecting.connections import connect_projector
from neraca.projecting.event_pages import Pages, decoder
from neraca.projecting.follower import Follower
from neraca.projecting.projection import Missed, Projection, Workspace
from neraca.projecting.projector import BatchProjector
from neraca.projecting.rebuild import ensure, rebuild
from neraca.store.migrate import migrate
from neraca.store.notifier import Notifier

SOON = timedelta(milliseconds=20)


class Step(Struct):
    """A row of the small projection's appended table, as conftest has it."""

    agency: str
    position: int
    tag: str


def follower(database: str, *projections: Projection, batch: int = 7) -> Follower:
    return Follower(database, projections, decoder(), batch=batch, poll=SOON, first_retry=SOON)


def test_every_event_of_every_agency_is_taken_in_once(
    ready: Any, database: str, walking: Projection, steps: Any
) -> None:
    for person in ("a", "b", "c"):
        ready.register("solo", person)
        ready.sanction("solo", person, 10)
    ready.register("biak", "a")

    standings = follower(database, walking).catch_up()

    assert steps() == {"solo": list(range(1, 34)), "biak": [1]}
    assert [(s.agency, s.position, s.lag, s.failure) for s in standings] == [
        ("biak", 1, 0, None),
        ("solo", 33, 0, None),
    ]


def test_rows_follow_their_events(ready: Any, database: str, walking: Projection, rows: Any) -> None:
    ready.register("solo", "a", "Ayu")
    ready.sanction("solo", "a", 9)
    ready.register("solo", "b", "Budi")
    ready.register("solo", "b", "leaves")
    followed = follower(database, walking, batch=3)
    followed.catch_up()
    ready.register("solo", "a", "Ayu Lestari")

    followed.catch_up()

    assert [(row[2], row[3]) for row in rows("read_walk.people")] == [("Ayu Lestari", [*range(1, 11), 13])]


def test_a_follower_on_its_thread_hears_the_bell(
    ready: Any, database: str, walking: Projection, steps: Any, eventually: Any
) -> None:
    patient = Follower(database, [walking], decoder(), poll=timedelta(seconds=5))
    with Notifier(database) as notifier, patient:
        eventually(lambda: len(patient.status()) == 2)
        began = monotonic()

        for count in range(1, 5):
            ready.register("solo", f"p{count}")
            eventually(lambda n=count: [notifier.notify("solo"), steps().get("solo", [])][1] == list(range(1, n + 1)))

        assert timedelta(seconds=monotonic() - began) < timedelta(seconds=5)
        patient.stop()


def test_an_agency_that_joins_later_is_followed_too(ready: Any, database: str, walking: Projection, steps: Any) -> None:
    followed = follower(database, walking)
    followed.catch_up()
    migrate(database, ["gajahmungkur"])
    ready.register("gajahmungkur", "a")

    followed.catch_up()

    assert steps() == {"gajahmungkur": [1]}


def test_several_followers_share_the_work(ready: Any, database: str, walking: Projection, steps: Any) -> None:
    for number in range(30):
        for agency in ("solo", "biak"):
            ready.register(agency, f"p{number % 10}")

    threads = [Thread(target=follower(database, walking, batch=2).catch_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert steps() == {"solo": list(range(1, 31)), "biak": list(range(1, 31))}


def test_what_another_follower_did_is_seen_before_going_on(
    ready: Any, database: str, walking: Projection, rows: Any
) -> None:
    with connect_projector(database) as one, connect_projector(database) as two:
        first, second = (BatchProjector(c, walking, Pages(c, decoder())) for c in (one, two))
        ready.register("solo", "a")
        assert first.advance("solo") == 1
        ready.sanction("solo", "a")
        assert second.advance("solo") == 2
        ready.sanction("solo", "a")

        assert first.advance("solo") == 3

    assert [row[3] for row in rows("read_walk.people")] == [[1, 2, 3]]


def test_a_batch_in_hand_elsewhere_is_left_alone(ready: Any, database: str, walking: Projection, steps: Any) -> None:
    ready.register("solo", "a")
    follower(database, walking).catch_up()
    ready.register("solo", "b")

    with psycopg.connect(database) as other, connect_projector(database) as connection:
        other.execute("select from read.positions where agency = 'solo' for update")
        projector = BatchProjector(connection, walking, Pages(connection, decoder()))

        assert projector.advance("solo") is None
        assert steps() == {"solo": [1]}


def test_events_of_which_it_wants_none_are_passed_by(ready: Any, database: str, walking: Projection, rows: Any) -> None:
    few = structs.replace(walking, name="few", tags=frozenset({"employee.sanctioned"}))
    ensure(database, [walking, few])
    with connect_projector(database) as connection, psycopg.connect(database, autocommit=True) as other:
        pages = Pages(connection, decoder())
        everything, some = BatchProjector(connection, walking, pages), BatchProjector(connection, few, pages)

        def both() -> tuple[int | None, int | None]:
            return everything.advance("solo"), some.advance("solo")

        ready.sanction("solo", "a")
        assert both() == (1, 1)
        ready.register("solo", "a")
        assert both() == (2, 2)  # by one statement of its own
        ready.sanction("solo", "a")
        assert both() == (3, 3)
        assert [row[3] for row in rows("read_few.people")] == [[1, 3]]

        # Somebody else is at work on it, and has come further when they are done.
        ready.register("solo", "a")
        with other.transaction():
            other.execute("select from read.positions where projection = 'few' for update")
            assert both() == (4, None)
            other.execute("update read.positions set position = 4 where projection = 'few' and agency = 'solo'")
        ready.register("solo", "a")
        assert both() == (5, 5)

        # Built anew meanwhile, of which nothing remembered holds: not even the position.
        ready.register("solo", "a")
        rebuild(database, few, switch="always")
        other.execute("update read.positions set position = 0 where projection = 'few'")
        other.execute("truncate read_few.people, read_few.steps")
        assert both() == (6, 6)
        assert [row[3] for row in rows("read_few.people")] == [[1, 3]]


def asides(database: str) -> list[tuple[Any, ...]]:
    """Agency, position, what it waits for, and the reason."""
    with psycopg.connect(database) as connection:
        query = "select agency, position, waits_for, reason from read.set_aside order by agency, position"
        return connection.execute(query).fetchall()


def test_an_event_that_cannot_be_folded_is_set_aside_with_its_stream(
    ready: Any, database: str, walking: Projection, cured: Projection, steps: Any
) -> None:
    for person in ("a", "b", "c"):
        ready.register("solo", person)
    ready.register("solo", "d", "poison")
    ready.register("solo", "e")
    ready.sanction("solo", "d", 2)
    ready.register("solo", "f")
    ready.register("biak", "d")

    standings = follower(database, walking).catch_up()

    assert [(s.agency, s.lag, s.failure) for s in standings] == [("biak", 0, None), ("solo", 0, None)]
    assert steps() == {"solo": [1, 2, 3, 5, 8], "biak": [1]}
    assert asides(database) == [
        ("solo", 4, None, "ValueError: poisoned"),
        ("solo", 6, 4, "it waits for solo:4"),
        ("solo", 7, 4, "it waits for solo:4"),
    ]

    ready.sanction("solo", "d")
    follower(database, walking).catch_up()
    assert asides(database)[3:] == [("solo", 9, 4, "it waits for solo:4")]

    assert not rebuild(database, cured, agency="solo").switched
    assert rebuild(database, cured, agency="solo", switch="always").set_aside == 0
    assert steps() == {"solo": list(range(1, 10)), "biak": [1]}
    assert asides(database) == []


def test_a_program_of_another_version_tries_again_by_itself(
    ready: Any, database: str, walking: Projection, cured: Projection, steps: Any
) -> None:
    ready.register("solo", "d", "poison")
    ready.register("biak", "a")
    follower(database, walking).catch_up()
    assert ensure(database, [cured]) == []
    with psycopg.connect(database) as connection:
        connection.execute("update read.set_aside set program = '0.0.1'")

    reports = ensure(database, [cured])

    assert [(report.positions, report.set_aside) for report in reports] == [({"solo": 1}, 0)]
    assert steps() == {"solo": [1], "biak": [1]}


def test_what_would_have_changed_is_marked(ready: Any, database: str, walking: Projection, rows: Any) -> None:
    def mark(work: Workspace, missed: Missed) -> None:
        assert missed.body is not None
        work.put(walking.tables[1], Step(missed.agency, missed.position, "missed"))

    ready.register("solo", "d", "poison")
    ready.sanction("solo", "d")
    ready.register("solo", "a")

    follower(database, structs.replace(walking, missed=mark)).catch_up()

    assert [row[2] for row in rows("read_walk.steps")] == ["missed", "missed", "employee.registered"]


def test_where_no_mark_can_be_set_a_projection_stands_still_in_one_agency(
    ready: Any, database: str, walking: Projection, steps: Any
) -> None:
    def mark(work: Workspace, missed: Missed) -> None:
        raise LookupError("nothing to mark")

    ready.register("solo", "a")
    ready.register("solo", "d", "poison")
    ready.register("biak", "a")

    standings = follower(database, structs.replace(walking, missed=mark), batch=1).catch_up()

    assert [(s.agency, s.position, s.failure and s.failure.position) for s in standings] == [
        ("biak", 1, None),
        ("solo", 1, 2),
    ]
    with psycopg.connect(database) as connection:
        noted = connection.execute("select agency, position, reason from read.failures").fetchall()
    assert [row[:2] for row in noted] == [("solo", 1)]
    assert "LookupError: nothing to mark" in noted[0][2]


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_an_event_whose_row_the_database_refuses_is_set_aside(
    ready: Any, database: str, walking: Projection, steps: Any, batch: int
) -> None:
    for number in range(20):
        ready.register("solo", f"p{number}", "no text may hold \0" if number in (3, 4, 11) else "good")
    ready.sanction("solo", "p11")

    standing = follower(database, walking, batch=batch).catch_up()[1]

    assert standing.lag == 0
    assert [aside[1:3] for aside in asides(database)] == [(4, None), (5, None), (12, None), (21, 12)]
    assert all(not any(c < " " for c in aside[3]) for aside in asides(database))
    assert steps() == {"solo": [n for n in range(1, 21) if n not in (4, 5, 12)]}


def test_a_row_too_large_for_its_index_is_set_aside(
    journal: Any, database: str, walking: Projection, steps: Any
) -> None:
    indexed = structs.replace(walking, ddl=walking.ddl + "create index on people (name);")
    ensure(database, [indexed])
    journal.register("solo", "a")
    journal.register("solo", "b", "".join(chr(n) for n in range(0x4E00, 0x4E00 + 9_000)))
    journal.register("solo", "c")
    journal.register("biak", "a")

    assert [s.lag for s in follower(database, indexed).catch_up()] == [0, 0]

    assert [aside[:2] for aside in asides(database)] == [("solo", 2)]
    assert "index" in asides(database)[0][3]
    assert steps() == {"solo": [1, 3], "biak": [1]}


@pytest.mark.parametrize("state", ["53100", "53200", "40P01", "57014", "58030", "42P01", "XX001", "25006"])
def test_what_is_the_database_s_fault_is_tried_again_and_sets_nothing_aside(
    ready: Any, database: str, walking: Projection, steps: Any, state: str
) -> None:
    """A trigger stands in for a full disk and the like; once it is gone everything is taken in."""
    with psycopg.connect(database) as connection:
        connection.execute(
            sql.SQL(
                "create function fail() returns trigger language plpgsql as"
                " $$ begin raise exception 'no' using errcode = {}; end $$"
            ).format(sql.Literal(state))
        )
        connection.execute("create trigger fail before insert on read_walk.steps execute function fail()")
    ready.register("solo", "a")
    ready.register("solo", "b")

    with suppress(psycopg.Error):
        follower(database, walking).catch_up()
    assert (steps(), asides(database)) == ({}, [])

    with psycopg.connect(database) as connection:
        connection.execute("drop function fail cascade")
    follower(database, walking).catch_up()
    assert (steps(), asides(database)) == ({"solo": [1, 2]}, [])


def test_a_spoilt_row_stops_one_projection_in_one_agency(
    ready: Any, database: str, walking: Projection, steps: Any
) -> None:
    ready.register("solo", "a")
    ready.register("biak", "a")
    follower(database, walking).catch_up()
    with psycopg.connect(database) as connection:
        connection.execute("update read_walk.people set seen = '\"spoilt\"' where agency = 'biak'")
    ready.sanction("biak", "a")
    ready.sanction("solo", "a")

    spoilt, sound = follower(database, walking).catch_up()

    assert spoilt.failure
    assert "Expected `array`, got `str`" in spoilt.failure.message
    assert sound.failure is None
    assert steps() == {"biak": [1], "solo": [1, 2]}


def test_before_there_are_tables_a_follower_waits(
    journal: Any, database: str, walking: Projection, steps: Any, eventually: Any
) -> None:
    journal.register("solo", "a")
    with follower(database, walking) as followed:
        eventually(lambda: followed.lost is not None)

        ensure(database, [walking])

        eventually(lambda: steps() == {"solo": [1]})
        eventually(lambda: followed.lost is None)


def test_an_unreadable_event_is_set_aside_by_those_who_want_it(ready: Any, database: str, walking: Projection) -> None:
    ready.register("solo", "a")
    with psycopg.connect(database) as connection:
        connection.execute(
            "insert into ledger.events select agency, 2, stream, 2, 'moon.landed', data, recorded_at from ledger.events"
        )
        connection.execute("update ledger.heads set position = 2 where agency = 'solo'")

    indifferent = structs.replace(walking, tags=frozenset({"employee.registered"}))

    assert [s.position for s in follower(database, indifferent).catch_up()] == [0, 2]
    assert asides(database) == []
    with psycopg.connect(database) as connection:
        connection.execute("update read.positions set position = 1 where agency = 'solo'")
    assert [s.position for s in follower(database, walking).catch_up()] == [0, 2]
    assert [aside[:3] for aside in asides(database)] == [("solo", 2, None)]


def test_trouble_is_tried_again(ready: Any, database: str, walking: Projection, eventually: Any) -> None:
    ready.register("solo", "a")
    with psycopg.connect(database) as connection:
        connection.execute("drop table read_walk.steps")

    with follower(database, walking) as followed:
        eventually(lambda: any(s.failure and s.failure.attempts > 2 for s in followed.status()))


def test_a_lost_connection_is_sought_again(
    ready: Any, database: str, walking: Projection, steps: Any, eventually: Any
) -> None:
    with follower(database, walking) as followed:
        eventually(lambda: len(followed.status()) == 2)
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                " and pid <> pg_backend_pid() and query like '%%read.positions%%'"
            )
            ready.register("solo", "a")

            eventually(lambda: steps() == {"solo": [1]})
            assert followed.lost is None


def test_tables_of_another_version_are_not_touched(ready: Any, database: str, walking: Projection, steps: Any) -> None:
    ready.register("solo", "a")
    follower(database, walking).catch_up()
    ready.register("solo", "b")

    other = structs.replace(walking, version=2)
    standing = follower(database, other).catch_up()[1]

    assert standing.failure
    assert "another version" in standing.failure.message
    assert steps() == {"solo": [1]}


def test_rows_of_one_agency_stay_out_of_the_workspace_of_another(
    ready: Any, database: str, walking: Projection, steps: Callable[[], dict[str, list[int]]]
) -> None:
    def misplace(work: Any, entry: Any) -> None:
        walking.apply(work, structs.replace(entry, agency="biak"))

    ready.register("solo", "a")

    standing = follower(database, structs.replace(walking, apply=misplace)).catch_up()[1]

    assert standing.failure
    assert "a row of agency 'biak' in the workspace of 'solo'" in standing.failure.message
    assert steps() == {}


class Script:
    """Rounds that go as they are told, and everything that is waited for meanwhile, in seconds."""

    def __init__(self, *rounds: tuple[bool, bool], seconds: float = 0) -> None:
        self.rounds = list(rounds)
        self.seconds = timedelta(seconds=seconds)
        self.now = timedelta(0)
        self.full = False
        self.did: list[str] = []

    def run(self) -> bool:
        self.did.append("round")
        self.now += self.seconds
        moved, self.full = self.rounds.pop(0)
        return moved

    def is_set(self) -> bool:
        return not self.rounds

    def wait(self, seconds: float | timedelta) -> bool:
        """Of the signal to stop, by seconds; and of the listener, by timedelta: a notification comes at once."""
        if isinstance(seconds, timedelta):
            self.did.append("listen")
            return True
        self.did.append(f"{seconds:.3f}")
        self.now += timedelta(seconds=seconds)
        return False


@pytest.mark.parametrize(
    ("script", "did"),
    [
        (Script((True, False), (True, False)), ["0.100", "round", "0.100", "round"]),
        (Script((True, False), (True, False), seconds=0.03), ["0.100", "round", "0.070", "round"]),
        (Script((True, False), (True, False), seconds=0.3), ["0.100", "round", "0.000", "round"]),
        (Script((True, True), (True, True), (True, False)), ["0.100", "round", "round", "round"]),
        (Script((False, False), (True, False)), ["0.100", "round", "listen", "round"]),
    ],
)
def test_it_draws_breath_while_little_comes_and_none_in_a_backlog(
    script: Script, did: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    breathing = Follower("postgresql://nowhere", [], decoder())
    monkeypatch.setattr(follower_module, "_now", lambda: script.now)
    monkeypatch.setattr(breathing, "_stopping", script)

    stand_in: Any = script
    breathing._follow(stand_in, stand_in, moved=True)

    assert script.did == did
