"""What is stuck, set aside, behind and not as configured is told with its remedy, and following the remedy cures it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec import structs
from psycopg import sql
from psycopg.conninfo import make_conninfo

from neraca.cli import diagnosis
from neraca.domain.authorisation import OPERATOR
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role

ROOT = Path(__file__).parents[2]
Neraca = Callable[..., Any]


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of the tests runs without fsync, which is told in a test of its own."""
    monkeypatch.setattr(diagnosis, "_SAFE", {})


@pytest.fixture
def lived_in(neraca: Neraca, followed_database: str) -> str:
    assert neraca("demo", "--once", "--people", "5", "--days", "2", DATABASE_URL=followed_database).code == 0
    return followed_database


def test_all_is_well(neraca: Neraca, lived_in: str, durable: None) -> None:
    said = neraca("doctor", DATABASE_URL=lived_in)

    assert (said.code, said.out) == (0, "all is well\n")
    assert neraca("doctor", "--json", DATABASE_URL=lived_in).lines == [[]]


def test_each_trouble_is_told_with_its_remedy(neraca: Neraca, lived_in: str, durable: None) -> None:
    with psycopg.connect(lived_in) as connection:
        connection.execute(
            "insert into read.set_aside (agency, projection, position, stream, tag, waits_for, reason, program)"
            " values ('surabaya', 'dossier', 3, gen_random_uuid(), 'appraisal.rated', null, 'too large', '0'),"
            " ('surabaya', 'dossier', 5, gen_random_uuid(), 'appraisal.rated', 3, 'it waits for surabaya:3', '0')"
        )
        connection.execute("update read.positions set position = position - 1 where agency in ('bandung', 'samarinda')")
        connection.execute(
            "insert into read.failures (agency, projection, position, reason, attempts)"
            " select agency, projection, position, 'a row is spoilt', 3 from read.positions"
            " where agency = 'bandung' and projection = 'roster'"
        )

        connection.execute(
            "insert into webhook.subscription"
            " (agency, id, owner, url, types, secret, made_at, position, attempts, trouble, disabled_at)"
            " select 'bandung', gen_random_uuid(), owner, 'https://x.example', null, sha256(''), now(), 1, attempts,"
            " 'it answered ' || answered, case answered when 410 then now() end"
            " from (values ('gone', 0, 410), ('slow', 2, 503)) one (owner, attempts, answered)"
        )
        connection.execute(
            "insert into webhook.dead_letter (agency, subscription, position, reason, died_at)"
            " select agency, id, 1, 'it answered 500', now() from webhook.subscription where owner = 'slow'"
        )

    (found,) = neraca("doctor", "--json", DATABASE_URL=lived_in).lines
    said = neraca("doctor", DATABASE_URL=lived_in)

    assert said.code == 1
    assert {(one["kind"], one["where"]) for one in found} == {
        ("stuck", "bandung"),
        ("set aside", "surabaya:3"),
        ("webhook", "bandung"),
        ("behind", "bandung"),
        ("behind", "samarinda"),
    }
    assert "stuck: bandung: roster stopped before event bandung:" in said.out
    assert ": a row is spoilt\n    `neraca rebuild roster --agency bandung`" in said.out
    assert "dossier cannot hold this appraisal.rated: too large (1 later event" in said.out
    assert " of gone sends nothing more after 1: it answered 410\n    `neraca webhook redeliver " in said.out
    assert " of slow is at 1 after 2 attempts: it answered 503\n    wait: it is tried again" in said.out
    assert " of slow has given up 1 event; `neraca webhook dead` says why\n" in said.out
    assert "does not move: nobody follows\n    start `neraca serve` or `neraca follow`" in said.out

    for agency, projection in (("bandung", "roster"), ("surabaya", "dossier")):
        neraca("rebuild", projection, "--agency", agency, DATABASE_URL=lived_in)
    (left,) = neraca("doctor", "--json", DATABASE_URL=lived_in).lines
    assert {one["kind"] for one in left} == {"behind", "webhook"}


def test_what_is_not_as_configured(neraca: Neraca, database: str, durable: None, tmp_path: Path) -> None:
    assert "read models: they are not built\n    run `neraca migrate`" in neraca("doctor", DATABASE_URL=database).out
    neraca("migrate", DATABASE_URL=database)
    with psycopg.connect(database) as connection:
        connection.execute("insert into ledger.agencies (agency) values ('atlantis')")
        connection.execute("insert into ledger.heads (agency) values ('atlantis')")
        connection.execute("update read.projections set digest = 'another' where projection = 'roster'")
        connection.execute("insert into ledger.migrations (name, sha256) values ('9999-later.sql', '')")
    tokens = tmp_path / "home" / "tokens.json"
    tokens.parent.mkdir(exist_ok=True)
    tokens.write_text("{}")
    tokens.chmod(0o644)

    said = neraca("doctor", DATABASE_URL=database)

    assert said.code == 1
    assert "atlantis: it has a ledger here and no agencies/*/agency.yaml" in said.out
    assert "roster: its tables are another program's" in said.out
    assert "a newer program has applied 9999-later.sql" in said.out
    assert f"{tokens}: others may read the tokens\n    chmod 600 {tokens}" in said.out


def test_tokens_that_may_be_guessed_and_an_operators_that_may_too_much_are_told() -> None:
    file, long = Path("tokens.json"), "x" * 20
    sound = {f"{long}1": OPERATOR, f"{long}2": Actor("operator", frozenset({Role.HR}), "uji")}
    assert diagnosis.holders(file, sound) == []

    older = Actor("operator", frozenset({Role.ADMIN, Role.POLICY, Role.HR, Role.AUDITOR}))
    weak = {f"hr-{n}": Actor(f"hr-{n}", frozenset({Role.HR}), "uji") for n in range(6)}
    told = [(one.what, one.remedy) for one in diagnosis.holders(file, {long: older, **weak})]
    assert told == [
        (
            "6 tokens may be guessed: hr-0, hr-1, hr-2, hr-3, hr-4, …",
            "replace each by 20 letters or more by chance, such as openssl rand -base64 24 gives",
        ),
        (
            "the token of operator has more than whoever runs the server needs: auditor, hr",
            "leave it admin and policy; the rest is for people of each agency",
        ),
    ]


def test_what_rules_in_production_by_easier_gates_is_told(
    neraca: Neraca, database: str, durable: None, tmp_path: Path
) -> None:
    neraca("migrate", DATABASE_URL=database)
    for folder in ("policies", "agencies"):
        shutil.copytree(ROOT / folder, tmp_path / "root" / folder)
    file = tmp_path / "root" / "agencies" / "samarinda" / "agency.yaml"
    file.write_text(file.read_text().replace("stage: demonstration", "stage: production"))
    settings = {"DATABASE_URL": database, "ROOT": str(tmp_path / "root")}

    said, moved = neraca("doctor", **settings), neraca("migrate", **settings)

    told = "samarinda: it is in production, and id.kaltim.kota-samarinda@1 rules by the easier gates of a demonstration"
    assert told in said.out
    assert "neraca policy restore id.kaltim.kota-samarinda@1 --agency samarinda" in said.out
    assert told in moved.err
    assert "bandung: it is in production" not in said.out
    assert "is a superuser: row security does not hold" in said.out


def test_in_production_it_is_told_that_a_superuser_connects(database: str, invented: Any) -> None:
    city = invented("uji")
    production = {"uji": structs.replace(city, stage="production")}
    with psycopg.connect(database, autocommit=True) as connection:
        user = f"plain_{connection.info.dbname}"
        connection.execute(sql.SQL("create role {} login").format(sql.Identifier(user)))
        plain = make_conninfo(database, user=user)

        (found,) = diagnosis.connecting_user(database, production)
        assert "is a superuser: row security does not hold" in found.what
        assert diagnosis.connecting_user(database, {"uji": city}) == []
        assert diagnosis.connecting_user(plain, production) == []

        connection.execute(sql.SQL("alter role {} bypassrls").format(sql.Identifier(user)))
        (found,) = diagnosis.connecting_user(plain, production)
        assert found.what.startswith(f"{user} has BYPASSRLS")
        connection.execute(sql.SQL("drop role {}").format(sql.Identifier(user)))


def test_a_database_that_may_forget_and_one_that_is_away(
    neraca: Neraca, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = neraca("doctor", DATABASE_URL=database)
    assert said.code == 1
    with psycopg.connect(database) as connection:
        forgets = connection.execute("select current_setting('fsync')").fetchone() == ("off",)
    assert ("fsync is off: a power failure may lose what was acknowledged" in said.out) is forgets

    away = neraca("doctor", DATABASE_URL="postgresql://x@127.0.0.1:1/y")
    assert away.code == 1
    assert away.out.startswith("away: database: ")
    assert caplog.messages == [], "the finding says it; what a pool complains of is for nobody"


def test_a_clock_that_is_off_is_told(neraca: Neraca, database: str, durable: None) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("create schema shifted")
        connection.execute(
            "create function shifted.clock_timestamp() returns timestamptz language sql as"
            " $$ select pg_catalog.clock_timestamp() + interval '5 minutes' $$"
        )
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("alter database {} set search_path = shifted, pg_catalog").format(name))

    said = neraca("doctor", DATABASE_URL=database)

    assert "clock: this server's clock is 300 s behind the database's" in said.out
    assert "set both by NTP" in said.out
