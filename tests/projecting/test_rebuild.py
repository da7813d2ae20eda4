from collections.abc import Callable
from datetime import timedelta
from itertools import count
from threading import Event as Signal
from threading import Thread
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from psycopg.errors import InsufficientPrivilege

from neraca.projecting import rebuild as rebuilding
from neraca.projecting import schemas
from neraca.projecting.errors import PoisonEvent, RebuildRunning, Superseded, WrongTable
from neraca.projecting.event_pages import decoder
from neraca.projecting.follower import Follower
from neraca.projecting.projection import Projection
from neraca.projecting.rebuild import Difference, ensure, rebuild
from projections import roster

Steps = Callable[[], dict[str, list[int]]]


def catch_up(database: str, *projections: Projection) -> None:
    assert all(s.failure is None for s in Follower(database, projections, decoder(), batch=5).catch_up())


def some_history(journal: Any) -> None:
    for agency in ("solo", "biak"):
        for person in ("a", "b", "c"):
            journal.register(agency, person)
            journal.sanction(agency, person, 4)


def test_a_rebuild_gives_the_same_rows(ready: Any, database: str, walking: Projection, rows: Any) -> None:
    some_history(ready)
    catch_up(database, walking)
    live = rows("read_walk.people"), rows("read_walk.steps")

    report = rebuild(database, walking)

    assert report == rebuilding.Report("walk", {"solo": 15, "biak": 15}, equal=True, differing=[])
    assert (rows("read_walk.people"), rows("read_walk.steps")) == live


def test_two_processes_give_the_same_rows(ready: Any, database: str, steps: Steps) -> None:
    ensure(database, [roster.PROJECTION])
    some_history(ready)
    catch_up(database, roster.PROJECTION)

    assert rebuild(database, roster.PROJECTION, workers=2).equal


def test_wrong_rows_are_named_and_put_right_only_when_told(
    ready: Any, database: str, walking: Projection, rows: Any
) -> None:
    some_history(ready)
    catch_up(database, walking)
    with psycopg.connect(database) as connection:
        connection.execute("update read_walk.steps set tag = 'wrong' where agency = 'solo' and position = 3")
        connection.execute("delete from read_walk.steps where agency = 'solo' and position = 5")
        connection.execute("insert into read_walk.steps values ('biak', 99, 'invented')")

    wrong = rows("read_walk.steps")

    for switch in ("never", "if equal"):
        report = rebuild(database, walking, switch=switch)
        assert (report.equal, report.differ, report.switched) == (False, 3, False)
        assert report.differing == [
            Difference("steps", "biak", (99,), only="live", positions=(99,)),
            Difference("steps", "solo", (3,), columns=("tag",), positions=(3,)),
            Difference("steps", "solo", (5,), only="log", positions=(5,)),
        ]
        assert rows("read_walk.steps") == wrong

    assert rebuild(database, walking, switch="always").switched
    assert rebuild(database, walking, switch="never") == rebuilding.Report(
        "walk", {"biak": 15, "solo": 15}, equal=True, differing=[], switched=False
    )


def test_all_rows_that_differ_are_counted_though_few_are_named(
    ready: Any, database: str, walking: Projection, steps: Steps
) -> None:
    some_history(ready)
    catch_up(database, walking)
    with psycopg.connect(database) as connection:
        connection.execute("update read_walk.steps set tag = 'wrong'")

    report = rebuild(database, walking, switch="never")

    assert (report.differ, len(report.differing)) == (30, 20)


def test_one_agency_is_rebuilt_alone(ready: Any, database: str, walking: Projection, steps: Steps) -> None:
    some_history(ready)
    catch_up(database, walking)
    with psycopg.connect(database) as connection:
        connection.execute("delete from read_walk.steps where position = 5")

    report = rebuild(database, walking, agency="solo", switch="always")

    gone = Difference("steps", "solo", (5,), only="log", positions=(5,))
    assert report == rebuilding.Report("walk", {"solo": 15}, equal=False, differing=[gone], differ=1)
    assert [len(positions) for _, positions in sorted(steps().items())] == [14, 15]

    ready.sanction("solo", "a")
    catch_up(database, walking)

    assert steps()["solo"] == list(range(1, 17))


def test_a_follower_goes_on_where_the_rebuild_ended(
    ready: Any, database: str, walking: Projection, steps: Steps
) -> None:
    followed = Follower(database, [walking], decoder())
    ready.register("solo", "a")
    followed.catch_up()
    for _ in range(3):
        ready.sanction("solo", "a", 3)

        rebuild(database, walking)

        ready.sanction("solo", "a")
        followed.catch_up()

    assert steps() == {"solo": list(range(1, 14))}
    assert rebuild(database, walking).equal


def test_readers_and_followers_go_on_during_a_rebuild(ready: Any, database: str, walking: Projection) -> None:
    some_history(ready)
    catch_up(database, walking)
    done = Signal()
    seen: list[int] = []

    def read() -> None:
        query = "select count(*), count(distinct position), max(position) from read_walk.steps where agency = 'solo'"
        with psycopg.connect(database, autocommit=True) as connection:
            while not done.is_set():
                row = connection.execute(query, prepare=True).fetchone()
                assert row
                assert row[0] == row[1] == row[2]
                seen.append(row[0])

    def write() -> None:
        for n in count():
            if done.is_set():
                return
            ready.register("solo", f"new-{n}")

    failed: list[BaseException] = []

    def watched(run: Callable[[], None]) -> Thread:
        def guarded() -> None:
            try:
                run()
            except BaseException as error:
                failed.append(error)

        thread = Thread(target=guarded)
        thread.start()
        return thread

    with Follower(database, [walking], decoder(), poll=timedelta(milliseconds=5)):
        threads = [watched(read), watched(write)]
        reports = [rebuild(database, walking, agency=agency) for agency in (None, "solo", None)]
        done.set()
        for thread in threads:
            thread.join()

    assert failed == []
    assert [report.equal for report in reports] == [True, True, True]
    assert len(seen) > 50
    assert seen == sorted(seen)


def test_changed_tables_are_built_anew(ready: Any, database: str, walking: Projection, rows: Any) -> None:
    some_history(ready)
    catch_up(database, walking)
    wider = structs.replace(walking, ddl=walking.ddl + "create index on people (agency, name);\n")

    reports = ensure(database, [wider])

    assert [(report.projection, report.equal) for report in reports] == [("walk", None)]
    assert len(rows("read_walk.steps")) == 30
    catch_up(database, wider)
    assert ensure(database, [wider]) == []


def test_a_corrected_fold_takes_in_what_was_set_aside(
    ready: Any, database: str, walking: Projection, cured: Projection, steps: Steps
) -> None:
    ready.register("solo", "a")
    ready.register("solo", "b", "poison")
    catch_up(database, walking)
    assert steps() == {"solo": [1]}

    reports = ensure(database, [structs.replace(cured, version=2)])

    assert (reports[0].positions, reports[0].set_aside) == ({"solo": 2, "biak": 0}, 0)
    assert steps() == {"solo": [1, 2]}


def test_a_standing_projection_is_compared_where_it_stands_and_goes_on(
    ready: Any, database: str, walking: Projection, cured: Projection, steps: Steps
) -> None:
    """As an earlier program left it, before the first event that it could not take in."""
    ready.register("solo", "a")
    catch_up(database, walking)
    ready.register("solo", "b", "poison")
    ready.register("solo", "c")
    ready.sanction("solo", "b")

    report = rebuild(database, walking)

    assert (report.equal, report.set_aside) == (True, 2)
    assert steps() == {"solo": [1, 3]}
    assert rebuild(database, cured, switch="always").set_aside == 0
    assert steps() == {"solo": [1, 2, 3, 4]}


def test_what_the_database_refuses_is_set_aside_by_a_rebuild_too(
    ready: Any, database: str, walking: Projection, steps: Steps
) -> None:
    for number in range(10):
        ready.register("solo", f"p{number}", "no text may hold \0" if number in (2, 7) else "good")
    ready.sanction("solo", "p7")
    catch_up(database, walking)
    live = steps()

    report = rebuild(database, walking)

    assert (report.equal, report.set_aside) == (True, 3)
    assert steps() == live == {"solo": [1, 2, 4, 5, 6, 7, 9, 10]}


def test_a_failed_rebuild_leaves_everything_as_it_was(
    ready: Any, database: str, walking: Projection, cured: Projection, steps: Steps
) -> None:
    def mark(*_: Any) -> None:
        raise LookupError("nothing to mark")

    ready.register("solo", "a")
    ready.register("solo", "b", "poison")
    catch_up(database, cured)

    with pytest.raises(PoisonEvent, match="event solo:2 cannot be folded"):
        rebuild(database, structs.replace(walking, missed=mark))

    assert steps() == {"solo": [1, 2]}
    with schemas.builder(database) as connection:
        assert not schemas.exists(connection, "read_walk_next")
    assert rebuild(database, cured).equal


def test_what_a_killed_rebuild_left_is_no_hindrance(ready: Any, database: str, walking: Projection) -> None:
    some_history(ready)
    catch_up(database, walking)
    with schemas.builder(database) as connection:
        schemas.make(connection, walking, "read_walk_next")
        schemas.make(connection, walking, "read_walk_old")

    assert rebuild(database, walking).equal


def test_only_one_rebuild_at_a_time(ready: Any, database: str, walking: Projection) -> None:
    with (
        schemas.builder(database) as connection,
        rebuilding._alone(connection, walking),
        pytest.raises(RebuildRunning, match="walk is being rebuilt already"),
    ):
        rebuild(database, walking)


def test_one_agency_cannot_have_tables_of_its_own_version(ready: Any, database: str, walking: Projection) -> None:
    with pytest.raises(Superseded):
        rebuild(database, structs.replace(walking, version=2), agency="solo")


def test_two_programs_may_start_at_once(journal: Any, database: str, walking: Projection, steps: Steps) -> None:
    some_history(journal)
    reports: list[list[rebuilding.Report]] = []

    threads = [Thread(target=lambda: reports.append(ensure(database, [walking]))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(len, reports)) == [0, 0, 1]
    assert {agency: len(positions) for agency, positions in steps().items()} == {"solo": 15, "biak": 15}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("tag text not null,", "tag text not null, note text,"), "only table.sql has note"),
        (("tag text not null,", ""), "only Step has tag"),
        (("tag text not null,", "tag int not null,"), "column tag: .* cannot be kept in a column of type int4"),
        (("create table steps", "create table stairs"), "table.sql does not create steps"),
    ],
)
def test_tables_and_rows_that_do_not_fit_are_refused(
    journal: Any, database: str, walking: Projection, change: tuple[str, str], message: str
) -> None:
    with pytest.raises(WrongTable, match=message):
        ensure(database, [structs.replace(walking, ddl=walking.ddl.replace(*change))])


def test_the_application_reads_one_agency_at_a_time_and_writes_nothing(
    ready: Any, database: str, walking: Projection
) -> None:
    some_history(ready)
    catch_up(database, walking)

    with psycopg.connect(database, autocommit=True, options="-c role=neraca_app") as connection:
        query = "select distinct agency from read_walk.steps"
        assert connection.execute(query).fetchall() == []
        with connection.transaction():
            connection.execute("set local neraca.agency = 'solo'")
            assert connection.execute(query).fetchall() == [("solo",)]
        with pytest.raises(InsufficientPrivilege):
            connection.execute("delete from read_walk.steps")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("update read.positions set position = 0")


def test_the_memory_of_a_fold_is_closed_to_the_application(journal: Any, database: str, walking: Projection) -> None:
    people, steps = walking.tables
    closed = structs.replace(walking, tables=(structs.replace(people, private=True), steps))
    ensure(database, [closed])

    with (
        psycopg.connect(database, options="-c role=neraca_app") as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute("select from read_walk.people")


HISTORY = st.lists(
    st.tuples(
        st.sampled_from(["solo", "biak"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["register", "leaves", "sanction", "follow", "rebuild"]),
    ),
    max_size=25,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY)
def test_whatever_happens_a_rebuild_equals_the_live_rows(
    ready: Any, database: str, walking: Projection, history: list[tuple[str, str, str]]
) -> None:
    """The log only grows from example to example, which makes later ones longer histories."""
    followed = Follower(database, [walking], decoder(), batch=3)
    for agency, person, act in history:
        match act:
            case "register":
                ready.register(agency, person)
            case "leaves":
                ready.register(agency, person, "leaves")
            case "sanction":
                ready.sanction(agency, person, 2)
            case "follow":
                followed.catch_up()
            case _:
                assert rebuild(database, walking, agency=agency).equal
    followed.catch_up()

    assert rebuild(database, walking).equal
