"""The environment is read once, and refused by name."""

from pathlib import Path

import pytest

from neraca.settings import NAMES, Account, Settings, SettingsRefused, read

SOMEBODY = Account(1000, Path("/home/somebody"))


def everywhere(_: Path) -> bool:
    return True


def nowhere(_: Path) -> bool:
    return False


def test_nothing_need_be_set() -> None:
    assert read({}, SOMEBODY) == Settings(
        database_url=None,
        home=Path("/home/somebody/.local/share/neraca"),
        root=Path("."),
        host="127.0.0.1",
        port=8000,
        log="info",
    )


def test_everything_can_be_set() -> None:
    env = {
        "NERACA_DATABASE_URL": "postgresql://neraca:secret@db.example:5432/neraca",
        "NERACA_HOME": "/srv/neraca",
        "NERACA_ROOT": "/srv/rules",
        "NERACA_HOST": "::1",
        "NERACA_PORT": "80",
        "NERACA_LOG": "DEBUG",
        "NERACA_TOKEN": "abc",
        "NERACA_TICK": "60",
        "NERACA_METRICS_TOKEN": "0123456789abcdef",
        "NERACA_DOCUMENTS": "/srv/documents",
        "NERACA_QUERIES": "Documents",
        "NERACA_GRAPHIQL": "On",
    }

    assert read(env, SOMEBODY, everywhere) == Settings(
        database_url="postgresql://neraca:secret@db.example:5432/neraca",
        home=Path("/srv/neraca"),
        root=Path("/srv/rules"),
        host="::1",
        port=80,
        log="debug",
        token="abc",
        tick=60,
        metrics_token="0123456789abcdef",
        documents=Path("/srv/documents"),
        queries="documents",
        graphiql="on",
    )


@pytest.mark.parametrize("written", ["en", "id", "ID", "id_ID.UTF-8", "in"])
def test_a_language_of_the_messages_is_taken(written: str) -> None:
    assert read({"NERACA_LANGUAGE": written}, SOMEBODY) == read({}, SOMEBODY)


def test_a_language_that_nobody_wrote_the_messages_in_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="NERACA_LANGUAGE: jawa is no language of these messages; write en or id"):
        read({"NERACA_LANGUAGE": "jawa"}, SOMEBODY)


@pytest.mark.parametrize(("written", "found"), [("public", "public"), ("Anywhere", "anywhere"), ("", "public")])
def test_where_webhooks_may_go_is_taken(written: str, found: str) -> None:
    assert read({"NERACA_WEBHOOKS": written}, SOMEBODY).webhooks == found


def test_anywhere_else_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="NERACA_WEBHOOKS: all says not where receivers may be; write public or"):
        read({"NERACA_WEBHOOKS": "all"}, SOMEBODY)


def test_the_readme_lists_every_setting() -> None:
    table = (Path(__file__).parents[1] / "README.md").read_text().partition("## Settings")[2]
    assert [name for name in NAMES if f"`{name}`" not in table] == []


@pytest.mark.parametrize(
    ("env", "account", "home"),
    [
        ({"XDG_DATA_HOME": "/data", "HOME": "/home/x"}, SOMEBODY, "/data/neraca"),
        ({"XDG_DATA_HOME": "not/absolute", "HOME": "/home/x"}, SOMEBODY, "/home/x/.local/share/neraca"),
        ({"HOME": ""}, SOMEBODY, "/home/somebody/.local/share/neraca"),
        ({"HOME": "/root"}, Account(0, Path("/root")), "/var/lib/neraca"),
        ({"HOME": ""}, Account(0), "/var/lib/neraca"),
        ({"NERACA_HOME": "/root/x"}, Account(0), "/root/x"),
        ({"HOME": "/home/x"}, None, "/home/x/.local/share/neraca"),
    ],
)
def test_the_home_is_the_users_data_folder(env: dict[str, str], account: Account | None, home: str) -> None:
    assert read(env, account).home == Path(home)


def test_an_empty_setting_is_not_set() -> None:
    empty = {"NERACA_DATABASE_URL": "", "NERACA_HOME": "", "NERACA_ROOT": " ", "NERACA_PORT": "", "NERACA_LOG": ""}

    assert read(empty, SOMEBODY) == read({}, SOMEBODY)


def test_all_that_is_wrong_is_said_at_once_with_a_remedy_and_without_a_secret() -> None:
    env = {
        "NERACA_DATABSE_URL": "postgresql://db/neraca",
        "NERACA_DATABASE_URL": "mysql://root:secret@db/neraca",
        "NERACA_HOME": "~/neraca",
        "NERACA_ROOT": "/srv/rules",
        "NERACA_HOST": "http://localhost",
        "NERACA_PORT": "80000",
        "NERACA_LOG": "loud",
        "NERACA_TICK": "0",
        "NERACA_METRICS_TOKEN": "secret",
        "NERACA_QUERIES": "few",
        "NERACA_GRAPHIQL": "yes",
    }

    with pytest.raises(SettingsRefused) as refused:
        read(env, SOMEBODY, nowhere)

    assert refused.value.problems == (
        "NERACA_DATABSE_URL: no such setting; did you mean NERACA_DATABASE_URL?",
        "NERACA_DATABASE_URL: not an address of a PostgreSQL; write postgresql://user:password@host:5432/database",
        "NERACA_HOME: ~/neraca is not an absolute path; write it from / on, without ~",
        "NERACA_ROOT: no folder policies or agencies in /srv/rules; name the folder that holds both",
        "NERACA_HOST: http://localhost is neither a host name nor an address; write 127.0.0.1 or 0.0.0.0,"
        " no scheme, no port",
        "NERACA_PORT: 80000 is not a port; write a number from 0 (any free one) to 65535",
        "NERACA_LOG: loud is not a level; there are debug, info, warning, error",
        "NERACA_TICK: 0 is no pace; write off, or how many seconds apart, from 1 to 86400",
        "NERACA_METRICS_TOKEN: it must be 16 to 255 letters, digits and punctuation;"
        " make one with openssl rand -hex 16",
        "NERACA_QUERIES: few says not which queries are answered; write any or documents",
        "NERACA_GRAPHIQL: yes is neither; write on or off",
    )


def test_documents_alone_are_answered_only_where_there_are_some() -> None:
    with pytest.raises(SettingsRefused, match="say in NERACA_DOCUMENTS where they are"):
        read({"NERACA_QUERIES": "documents"}, SOMEBODY, everywhere)


def test_a_server_is_told_not_to_look_what_deadlines_passed() -> None:
    assert read({"NERACA_TICK": "off"}, SOMEBODY, everywhere).tick is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NERACA_PROT", "NERACA_PORT"),
        ("NERACA_ROTO", "NERACA_ROOT"),
        ("NERACA_HOTS", "NERACA_HOST"),
        ("NERACA_HOEM", "NERACA_HOME"),
        ("NERACA_LGO", "NERACA_LOG"),
        ("NERACA_DATABASE", "NERACA_DATABASE_URL"),
        ("NERACA_URL", "NERACA_DATABASE_URL"),
    ],
)
def test_an_unknown_setting_is_told_the_nearest_there_is(written: str, meant: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read({written: "1"}, SOMEBODY)

    assert refused.value.problems[0].startswith(f"{written}: no such setting; did you mean {meant}?")


@pytest.mark.parametrize("url", ["postgresql://u:secret@h:port/d", "postgresql://[u:secret", "postgresql://secret@h"])
def test_a_broken_database_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsRefused, match="NERACA_DATABASE_URL") as refused:
        read({"NERACA_DATABASE_URL": url}, SOMEBODY)

    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_user_without_a_home_is_told_to_name_one() -> None:
    with pytest.raises(SettingsRefused, match="set NERACA_HOME"):
        read({}, Account(1000))
