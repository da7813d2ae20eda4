"""The fixtures other tests stand on."""

import psycopg
from psycopg.conninfo import conninfo_to_dict


def test_a_database_is_migrated_and_empty(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert connection.execute("select count(*) from ledger.events").fetchone() == (0,)


def test_each_test_has_its_own_and_a_file_shares_one(database: str, file_database: str, server_url: str) -> None:
    names = {conninfo_to_dict(url)["dbname"] for url in (database, file_database, server_url)}

    assert len(names) == 3


def test_the_server_is_supported(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert connection.info.server_version >= 150000
        assert connection.execute("show server_encoding").fetchone() == ("UTF8",)
