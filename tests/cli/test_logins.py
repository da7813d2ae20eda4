"""The logins of deploy/logins.sql: one makes what is there, the other serves and may do no more than its two roles."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from click import ClickException
from litestar.testing import TestClient
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.composition import CompositionRoot, open_dependencies, prepare
from neraca.domain.contexts import Actor
from neraca.domain.roster import RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Role
from neraca.projecting.follower import Follower
from neraca.service import CommandBatch
from neraca.settings import Settings
from neraca.store.errors import MigrationError, OwnerNeeded
from neraca.store.migrate import migrate
from neraca.store.statements import migrations
from projections import ALL
from tests.cli.conftest import AGENCY

NOW = datetime(2025, 3, 3, 5, tzinfo=UTC)
HR = Actor("hr", frozenset({Role.HR}), "uji")
LOGINS = (Path(__file__).parents[2] / "deploy" / "logins.sql").read_bytes()


@pytest.fixture
def logins(server_url: str) -> Iterator[dict[str, str]]:
    """URLs of a database with nothing in it."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        name = f"logins_{connection.info.backend_pid}"
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    url = make_conninfo(server_url, dbname=name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(LOGINS)
        connection.execute(LOGINS)
        for login in ("neraca_owner", "neraca"):
            connection.execute(sql.SQL("alter role {} password 'test'").format(sql.Identifier(login)))
    users = {login: make_conninfo(url, user=login, password="test") for login in ("neraca_owner", "neraca")}
    yield {"superuser": url, **users}
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        connection.execute("drop role neraca, neraca_owner")


@pytest.fixture
def production(tmp_path: Path) -> Path:
    """A folder with the file of a city in production."""
    root = tmp_path / "production"
    (root / "policies").mkdir(parents=True)
    (root / "agencies" / "uji").mkdir(parents=True)
    file = root / "agencies" / "uji" / "agency.yaml"
    file.write_text(AGENCY.replace("stage: demonstration", "stage: production"))
    return root


def _settings(url: str, root: Path, home: Path) -> Settings:
    return Settings(database_url=url, home=home, root=root, host="127.0.0.1", port=0, log="error")


def test_who_serves_in_production_owns_nothing_and_what_is_made_is_the_owners(
    logins: dict[str, str], production: Path, tmp_path: Path
) -> None:
    said = list[str]()
    settings = {login: _settings(url, production, tmp_path / "home") for login, url in logins.items()}

    def refused(login: str) -> str:
        with pytest.raises((ClickException, MigrationError, InsufficientPrivilege)) as told:
            CompositionRoot().serve(settings[login], follow=True)
        return str(told.value.message if isinstance(told.value, ClickException) else told.value)

    remedy = "run `neraca migrate` as their owner, and serve as a member of neraca_app and neraca_projector"
    for login, why in (("neraca_owner", "neraca_owner owns the tables or may make some"), ("superuser", "a superuser")):
        assert why in (text := refused(login))
        assert remedy in text
    assert "permission denied for database" in refused("neraca")  # nothing is there yet

    CompositionRoot().migrate(settings["neraca_owner"], said.append)

    assert said[-1] == f"ready: 1 agency, {len(ALL)} read models"
    assert "neraca_owner owns the tables" in refused("neraca_owner")
    with open_dependencies(settings["neraca"], lasting=True) as dependencies:
        prepare(dependencies, said.append, said.append)
        dependencies.service.handle(_hired())
        Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up()
        app = create(
            service=dependencies.service,
            url=dependencies.url,
            agencies=dependencies.agencies,
            tokens=Tokens({"hr": HR}),
            clock=lambda: NOW,
        )
        with TestClient(app) as client:
            asked = {"query": '{ agency(id: "uji") { employees { edges { node { name } } } } }'}
            told = client.post("/graphql", json=asked, headers={"Authorization": "Bearer hr"}).json()
    assert told["data"]["agency"]["employees"]["edges"] == [{"node": {"name": "Ani"}}]


def test_who_may_not_make_what_a_newer_program_needs_is_told_who_may(
    logins: dict[str, str], production: Path, tmp_path: Path
) -> None:
    CompositionRoot().migrate(_settings(logins["neraca_owner"], production, tmp_path / "home"), lambda _: None)
    newer = migrations() | {"9999-later.sql": b"create table ledger.later ()"}

    assert migrate(logins["neraca"], ["uji"]) == []
    for agencies, files, lacking in (
        (["uji"], newer, "migration 9999-later.sql"),
        (["uji", "coba"], migrations(), "the agency coba"),
    ):
        with pytest.raises(OwnerNeeded, match=f"the database lacks {lacking}, and whoever connects may not make it"):
            migrate(logins["neraca"], agencies, files=files)
    with psycopg.connect(logins["superuser"], autocommit=True) as connection:
        connection.execute("delete from read.projections where projection = 'roster'")
    with (
        pytest.raises(OwnerNeeded, match="lacks read models of this program"),
        open_dependencies(_settings(logins["neraca"], production, tmp_path / "home"), lasting=True) as dependencies,
    ):
        prepare(dependencies, lambda _: None, lambda _: None)
    with psycopg.connect(logins["superuser"], autocommit=True) as connection:
        connection.execute("drop function ledger.applied()")
    with pytest.raises(OwnerNeeded, match="lacks migrations of this program"):
        migrate(logins["neraca"], ["uji"])


def _hired() -> CommandBatch:
    register = RegisterEmployee(
        employee="ani",
        name="Ani",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis",
        position_class=PositionClass.FUNCTIONAL,
        since=date(2025, 1, 1),
    )
    return CommandBatch(agency="uji", actor=HR, commands=(register,), now=NOW, key="ani")
