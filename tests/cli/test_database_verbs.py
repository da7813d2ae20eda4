"""The verbs that need a database, over a year that was lived, and over none."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from graphql import build_schema

from neraca.api.sockets import CannotListen, bound, listen
from neraca.cli import build
from neraca.composition import CompositionRoot
from projections import ALL

Neraca = Callable[..., Any]
ROOT = Path(__file__).parents[2]


def verbs(of: Any, *words: str) -> Iterator[list[str]]:
    """All there are, each with those it stands under; a group may know its own only when it is asked."""
    yield [*words]
    if isinstance(of, click.Group):
        context = click.Context(of)
        for name in of.list_commands(context):
            yield from verbs(of.get_command(context, name), *words, name)


VERBS = [*verbs(build(CompositionRoot()))]


def program(*words: str, **settings: str) -> "subprocess.Popen[str]":
    """The installed command, as a process of its own."""
    env = os.environ | {f"NERACA_{name}": value for name, value in settings.items()}
    call = [sys.executable, "-c", "from neraca.main import run; run()", *words]
    return subprocess.Popen(call, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.mark.parametrize("words", VERBS, ids=lambda words: " ".join(words) or "neraca")
def test_every_verb_says_what_it_does(neraca: Neraca, words: list[str]) -> None:
    said = neraca(*words, "--help")

    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[2].strip()


def test_a_list_of_verbs_says_each_in_whole_words(neraca: Neraca) -> None:
    for words in ([], ["policy"], ["fix"], ["export"], ["report"]):
        listed = neraca(*words, "--help").out.partition("Commands:\n")[2]
        assert [line for line in listed.splitlines() if line.endswith("...")] == []


@pytest.mark.parametrize("words", [["check"], ["policy", "test"], ["policy", "list"]], ids=" ".join)
def test_where_no_policies_are_nothing_is_called_right(
    neraca: Neraca, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    said = neraca(*words, ROOT="")

    assert (said.code, said.out) == (2, "")
    assert f"no policies/ or agencies/ in {tmp_path}; go where they are, or name that folder with --root" in said.err


@pytest.mark.parametrize(
    ("words", "settings", "complaint"),
    [
        (["migrate"], {"PORT": "abc"}, "NERACA_PORT: abc is not a port"),
        (["migrate"], {"DATABASE_URL": "mysql://x/y"}, "NERACA_DATABASE_URL: not an address of a PostgreSQL"),
        (["check"], {"ROOT": "/nowhere"}, "NERACA_ROOT: no folder policies or agencies in /nowhere"),
        (["serve"], {"LOG": "loud"}, "NERACA_LOG: loud is not a level"),
        (["follow"], {"HOST": "http://x"}, "NERACA_HOST: http://x is neither"),
        (["rebuild"], {"HOME": "data"}, "NERACA_HOME: data is not an absolute path"),
        (["replay", "--agency", "surabaya"], {"DATABASE": "x"}, "NERACA_DATABASE: no such setting; did you mean"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    neraca: Neraca, words: list[str], settings: dict[str, str], complaint: str
) -> None:
    said = neraca(*words, **settings)

    assert said.code == 2
    assert complaint in said.err


def test_all_wrong_settings_are_told_at_once(neraca: Neraca) -> None:
    said = neraca("migrate", PORT="x", LOG="y", HOST="z:")

    assert all(f"NERACA_{name}:" in said.err for name in ("PORT", "LOG", "HOST"))


@pytest.mark.parametrize(
    "words", [["demo", "--people", "2"], ["demo", "--days", "0"], ["replay"], ["fly"], ["check", "/nowhere"]]
)
def test_wrong_use_is_exit_code_two(neraca: Neraca, words: list[str]) -> None:
    assert neraca(*words).code == 2


def test_the_schema_is_printed(neraca: Neraca) -> None:
    said = neraca("schema")

    assert said.code == 0
    query = build_schema(said.out).query_type
    assert query is not None
    assert {"agency", "agencies", "node", "viewer"} <= query.fields.keys()


def test_migrating_says_what_it_did_and_may_be_repeated(neraca: Neraca, database: str) -> None:
    first, second = (neraca("migrate", DATABASE_URL=database) for _ in range(2))

    assert (first.code, second.code) == (0, 0)
    assert "surabaya: adopted id.jatim.kota-surabaya@1" in first.out.splitlines()
    assert "built the read model scores" in first.out.splitlines()
    assert second.out == f"ready: 5 agencies, {len(ALL)} read models\n"


def test_an_older_home_whose_policy_the_file_has_since_cut_warns_and_goes_on(
    neraca: Neraca, database: str, tmp_path: Path
) -> None:
    """Surakarta had one rule for all, and has one of their own for high officials since, from the same day on."""
    newer = (ROOT / "agencies/surakarta/agency.yaml").read_text()
    older = re.sub(r", classes: \[ADMIN.*\]}\n.*pimpinan.*\n", "}\n", newer)
    assert (older.count("id.jateng.kota-surakarta,"), older.count("pimpinan")) == (1, 0)
    for name, text in (("older", older), ("newer", newer)):
        (tmp_path / name / "agencies" / "surakarta").mkdir(parents=True)
        (tmp_path / name / "agencies" / "surakarta" / "agency.yaml").write_text(text)
        shutil.copytree(ROOT / "policies", tmp_path / name / "policies")
    played = ("demo", "--once", "--people", "10", "--days", "6")
    before = neraca(*played, ROOT=str(tmp_path / "older"), DATABASE_URL=database)
    with psycopg.connect(database) as connection:
        head = connection.execute("select max(position) from ledger.events").fetchone()

        told = {"ROOT": str(tmp_path / "newer"), "DATABASE_URL": database}
        migrated, after = neraca("migrate", **told), neraca(*played, **told)

        assert connection.execute("select max(position) from ledger.events").fetchone() == head
    assert (before.code, before.err.count("warning")) == (0, 0)
    crossed = (
        "surakarta: id.jateng.kota-surakarta.pimpinan@1 of its agency.yaml is not adopted, as an earlier file's policy "
        "rules here: /since: id.jateng.kota-surakarta@1 rules from 2025-01-01 on without end"
    )
    assert (migrated.code, after.code) == (0, 0)
    assert crossed in migrated.err
    assert crossed in after.err
    assert "The year of City of Surakarta was begun by another release or other files: shown as it is." in after.out
    assert "0 steps done now, 0 before, 0 refused" in after.out


def test_two_may_migrate_at_once(database: str) -> None:
    running = [program("migrate", DATABASE_URL=database) for _ in range(2)]
    said = [one.communicate(timeout=120) for one in running]

    assert [(one.returncode, err) for one, (_, err) in zip(running, said, strict=True)] == [(0, ""), (0, "")]
    with psycopg.connect(database) as connection:
        published = connection.execute(
            "select agency, count(*) from ledger.events where type = 'policy.published' group by 1 order by 1"
        ).fetchall()
    # As many as the file of each agency names: its predicate, and in two of them credit points and allowance.
    assert published == [("bandung", 3), ("gajahmungkur", 3), ("samarinda", 2), ("surabaya", 3), ("surakarta", 3)]


def test_a_database_that_is_not_there_is_a_message(tmp_path: Path) -> None:
    one = program("migrate", DATABASE_URL="postgresql://x@127.0.0.1:1/y", HOME=str(tmp_path))
    out, err = one.communicate(timeout=60)

    assert (one.returncode, out) == (1, "")
    assert err.startswith("neraca: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [["serve"], ["demo"], ["demo", "--port"]], ids=" ".join)
def test_a_port_that_is_taken_is_found_before_anything_else_is_done(tmp_path: Path, words: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        given, told = ([*words, port], "8000") if words[-1] == "--port" else (words, port)
        one = program(*given, HOME=str(tmp_path / "home"), PORT=told)
        out, err = one.communicate(timeout=60)

    assert (one.returncode, out) == (1, "")
    assert err == (
        f"neraca: cannot listen on 127.0.0.1 port {port}: another program listens there; end it (`ss -ltnp` names it),"
        " or set NERACA_PORT to a free port\n"
    )
    assert not (tmp_path / "home").exists()


def test_a_port_is_held_while_a_year_is_lived_before_anybody_listens_there() -> None:
    with bound("127.0.0.1", 0) as first:
        port = first[0].getsockname()[1]
        with pytest.raises(CannotListen, match="another program listens there"), bound("127.0.0.1", port):
            pass
        listen(first)
        with socket.create_connection(("127.0.0.1", port)) as asking:
            first[0].accept()[0].close()
            asking.recv(1)
    # A server that ended just now, with a connection of its own not yet forgotten, keeps nobody from its port.
    with bound("127.0.0.1", port) as next_one:
        listen(next_one)


def test_the_help_of_a_rebuild_names_every_read_model(neraca: Neraca) -> None:
    said = " ".join(neraca("rebuild", "--help").out.split())
    *others, last = [one.name for one in ALL]
    assert f"PROJECTIONS are {', '.join(others)} and {last}; without any, all." in said


@pytest.mark.parametrize(
    ("host", "why"),
    [("192.0.2.1", "no such address is on this machine"), ("tidak.ada.invalid", "no such host is known here")],
)
def test_an_address_that_is_not_ours_is_told_with_a_remedy(tmp_path: Path, host: str, why: str) -> None:
    one = program("serve", HOME=str(tmp_path / "home"), HOST=host)
    _, err = one.communicate(timeout=60)

    assert one.returncode == 1
    assert err.startswith(f"neraca: cannot listen on {host}")
    assert f"{why}; set NERACA_HOST to " in err
    assert not (tmp_path / "home").exists()


def test_a_demo_that_does_not_serve_needs_no_port(neraca: Neraca, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert neraca("demo", "--once", "--people", "5", "--days", "1", DATABASE_URL=database, PORT=port).code == 0


def test_a_year_is_replayed_digit_for_digit(neraca: Neraca, seeded_year: Any) -> None:
    said = neraca("replay", "--agency", "surakarta", DATABASE_URL=seeded_year.url)
    assert said.code == 0
    count = int(said.out.split()[0])
    head = seeded_year.log.head("surakarta")
    assert said.out.splitlines() == [
        f"{count} finalised results, 0 differ",
        f"{head} events, 0 out of place or unreadable",
        f"read models {', '.join(one.name for one in ALL)}: 0 rows differ",
    ]
    assert count > 20

    rows, log = neraca("replay", "--agency", "surakarta", "--json", DATABASE_URL=seeded_year.url).lines
    assert (log["events"], log["misfits"], [one["differ"] for one in log["compared"]]) == (head, [], [0] * len(ALL))
    assert len(rows) == count
    one = rows[0]
    assert one["same"] is True
    assert one["recorded"] == one["recomputed"]

    name = f"{one['employee']}/{one['period']}"
    said = neraca("replay", "--agency", "surakarta", "--appraisal", name, DATABASE_URL=seeded_year.url)
    assert said.out.splitlines()[0].startswith(f"{name} at {one['position']}: {one['recorded']['score']}")
    assert said.out.splitlines()[0].endswith(": same")

    said = neraca("replay", "--agency", "surakarta", "--as-of", str(one["position"]), DATABASE_URL=seeded_year.url)
    assert said.out == "1 finalised result, 0 differ\n"
    said = neraca("replay", "--agency", "surakarta", "--as-of", "2001-01-01T00:00:00Z", DATABASE_URL=seeded_year.url)
    assert said.out == "0 finalised results, 0 differ\n"


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (["--agency", "surakarta", "--policy", "apa"], 2, "names no version; write id@version"),
        (["--agency", "surakarta", "--as-of", "kemarin"], 2, "neither a log position nor an instant"),
        (["--agency", "surakarta", "--as-of", "2025-01-01T00:00:00"], 2, "has no time zone"),
        (
            ["--agency", "surakarta", "--as-of", "20250101"],
            2,
            ", before 20250101; for an instant write one such as 2026",
        ),
        (
            ["--agency", "surakarta", "--appraisal", "x/2025"],
            2,
            "no finalised appraisal 'x/2025'; write NIP/PERIOD of a final result",
        ),
    ],
)
def test_a_replay_of_nothing_says_what_there_is(
    neraca: Neraca, seeded_year: Any, words: list[str], code: int, complaint: str
) -> None:
    said = neraca("replay", *words, DATABASE_URL=seeded_year.url)

    assert said.code == code
    assert complaint in said.err


def test_a_replay_in_an_agency_or_by_a_policy_that_is_not_there_is_a_message(seeded_year: Any, tmp_path: Path) -> None:
    asked = (
        ("surakarto", ()),
        ("surakarta", ("--policy", "id.jateng.kota-surakarta@9")),
    )
    running = [
        program("replay", "--agency", agency, *more, DATABASE_URL=seeded_year.url, HOME=str(tmp_path))
        for agency, more in asked
    ]
    said = [one.communicate(timeout=60)[1] for one in running]

    assert [one.returncode for one in running] == [1, 1]
    assert said[0].startswith("neraca: no agency 'surakarto'; there are bandung, ")
    assert said[1].startswith("neraca: surakarta never published id.jateng.kota-surakarta@9; there are ")


def test_a_rebuild_says_that_the_rows_are_equal(neraca: Neraca, seeded_year: Any) -> None:
    said = neraca("rebuild", "roster", "--agency", "bandung", DATABASE_URL=seeded_year.url)
    head = seeded_year.log.head("bandung")
    assert (said.code, said.out) == (0, f"roster  bandung: {head} events, equal to the live rows\n")

    (rows,) = neraca("rebuild", "timeline", "--json", DATABASE_URL=seeded_year.url).lines
    assert rows == [
        {
            "projection": "timeline",
            "agency": None,
            "events": sum(seeded_year.log.positions().values()),
            "equal": True,
            "differing": [],
            "set_aside": 0,
            "differ": 0,
            "switched": True,
        }
    ]


def test_a_rebuild_names_rows_that_were_altered(neraca: Neraca, database: str) -> None:
    neraca("migrate", DATABASE_URL=database)
    neraca("demo", "--once", "--people", "5", "--days", "2", DATABASE_URL=database)
    with psycopg.connect(database) as connection:
        connection.execute("update read_roster.employees set name = 'Lain' where agency = 'bandung'")

    for words in ([], ["--compare"], []):
        said = neraca("rebuild", "roster", *words, DATABASE_URL=database)
        assert said.code == 1
        assert "22 rows DIFFER from the live rows, which stay\n" in said.out
        assert "    roster: employees of bandung, 9999" in said.out
        assert ": name differs (events " in said.out
        assert ("--accept" in said.err) is (words == [])

    said = neraca("rebuild", "roster", "--accept", DATABASE_URL=database)
    assert said.code == 0
    assert "22 rows DIFFER from the live rows, which were replaced\n" in said.out
    assert neraca("rebuild", "roster", DATABASE_URL=database).code == 0
    assert neraca("rebuild", "--accept", "--compare", DATABASE_URL=database).code == 2


def test_a_comparison_takes_nothing_from_another_version_of_the_program(neraca: Neraca, database: str) -> None:
    neraca("migrate", DATABASE_URL=database)
    neraca("demo", "--once", "--people", "5", "--days", "2", DATABASE_URL=database)
    state = (
        "select (select count(*) from ledger.events),"
        " (select digest from read.projections where projection = 'roster'),"
        " (select string_agg(name, ',' order by agency, employee) from read_roster.employees)"
    )
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("update read.projections set digest = 'of another version' where projection = 'roster'")
        connection.execute("update read_roster.employees set name = 'Lain' where agency = 'bandung'")
        before = connection.execute(state).fetchone()

        said = neraca("rebuild", "roster", "--compare", DATABASE_URL=database)
        after = connection.execute(state).fetchone()

    assert (said.code, after) == (1, before)
    assert "not compared, for want of rows of this version; run `neraca migrate` first\n" in said.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [(["scorez"], "no projection 'scorez'; there are scores, "), (["--agency", "x"], "no agency 'x'; there are ")],
)
def test_a_rebuild_of_what_is_not_there_says_what_is(
    neraca: Neraca, seeded_year: Any, words: list[str], complaint: str
) -> None:
    said = neraca("rebuild", *words, DATABASE_URL=seeded_year.url)

    assert said.code == 2
    assert complaint in said.err
