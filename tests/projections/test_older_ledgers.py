"""Ledgers that an older build left are followed, replayed and rebuilt with no difference from what that build made."""

import gzip
import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from neraca.domain.registry import EVENTS
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import replay
from projections import ALL

LEDGERS = Path(__file__).parents[1] / "golden" / "ledgers"
FILES = sorted(LEDGERS.glob("*.jsonl.gz"))
keeping = runpy.run_path(str(LEDGERS / "keep.py"))
digest, texts = keeping["digest"], keeping["texts"]
"""As the older build's rows were kept."""

ADDITIONAL = re.compile(r'(, )?"priority": "tambahan"')
"""What a later build keeps beside, in the facts of a score: which planned results are additional ones.

It is taken out before the bytes are compared, and held to the log itself by `is_told_of`.
"""


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def additional(kept: list[dict[str, Any]]) -> dict[str, set[str]]:
    """By stream: the planned results that the log itself calls additional ones."""
    drafted = [line["event"] for line in kept if "event" in line and line["event"][4] == "appraisal.plan-drafted"]
    return {
        stream: {one["id"] for one in json.loads(text)["body"]["results"] if one.get("priority") == "ADDITIONAL"}
        for _, _, stream, _, _, text, _ in drafted
    }


def is_told_of(value: Any, names: set[str]) -> bool:
    """Whether within a score's facts, at any depth, exactly the planned results so named are told to be additional."""
    match value:
        case {"id": name, "targets": _}:
            return (value.get("priority") == "tambahan") == (name in names)
        case {"priority": priority}:
            return priority == "tambahan" and bool(names)
        case dict():
            return all(is_told_of(one, names) for one in value.values())
        case list():
            return all(is_told_of(one, names) for one in value)
        case _:
            return True


@pytest.fixture(params=FILES, ids=lambda file: file.name.removesuffix(".jsonl.gz"))
def kept(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return lines(request.param)


@pytest.fixture
def house(
    kept: list[dict[str, Any]], followed_database: str, open_service: Any, shipped: Any, invented: Any
) -> Iterator[Any]:
    """The service over a database that has the kept log, byte for byte, and read models that have followed nothing."""
    log = [line["event"] for line in kept if "event" in line]
    heads = {event[0]: (event[0], event[1], event[6]) for event in log}
    agencies = {id_: shipped.agencies.get(id_) or invented(id_) for id_ in heads}
    with open_service(followed_database, agencies) as house:
        with psycopg.connect(followed_database) as connection, connection.cursor() as cursor:
            connection.execute("delete from ledger.heads where agency = any(%s)", ([*heads],))
            cursor.executemany("insert into ledger.heads values (%s, %s, %s)", [*heads.values()])
            cursor.executemany("insert into ledger.events values (%s, %s, %s, %s, %s, convert_to(%s, 'UTF8'), %s)", log)
        yield house


def test_every_event_type_of_that_build_is_in_one_of_them() -> None:
    there = {line["event"][4] for file in FILES for line in lines(file) if "event" in line}

    assert len(there) == 50
    assert there <= EVENTS.keys()


def test_an_older_ledger_is_followed_replayed_and_rebuilt_with_no_difference(house: Any, kept: Any) -> None:
    planned = additional(kept)
    house.follow()

    with psycopg.connect(house.url) as connection:
        connection.execute("set time zone 'UTC'")
        assert connection.execute("select * from read.set_aside").fetchall() == []
        for table in [line for line in kept if "table" in line]:
            _, rows = texts(connection, *table["table"].split("."), table["agency"], table["columns"])
            if table["table"] == "read_scores.appraisal":
                for row in (dict(zip(table["columns"], values, strict=True)) for values in rows):
                    names = planned.get(row["stream"], set())
                    assert is_told_of([json.loads(row[name] or "null") for name in ("facts", "final")], names)
                rows = sorted([ADDITIONAL.sub("", value) for value in row] for row in rows)
            assert (table["table"], len(rows)) == (table["table"], table["count"])
            if "rows" in table:
                assert rows == table["rows"]
            else:
                assert digest(rows) == table["digest"], table["table"]
    for agency in house.agencies:
        again = [*replay(house.service, agency)]
        finals = {"appraisal.finalised", "appraisal.joined"}
        log = [line["event"] for line in kept if "event" in line]
        assert len(again) == sum(event[0] == agency and event[4] in finals for event in log)
        assert [(one.employee, one.differences) for one in again if one.differences] == []
    for projection in ALL:
        report = rebuild(house.url, projection, switch="never")
        assert (projection.name, report.equal, report.differing, report.switched) == (projection.name, True, [], False)
