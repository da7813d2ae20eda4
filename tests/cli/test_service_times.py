"""`neraca import service-times`: a file from an outside system, all of it or nothing, and once."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neraca.domain.contexts import Actor
from neraca.domain.errors import Conflict, NotAllowed
from neraca.domain.service_times.source import RegisterTimeSource
from neraca.domain.vocabulary import Role
from neraca.policy.library import Library
from neraca.service import CommandBatch

FILE = """unit,service,started,finished
disdukcapil,ktp,2025-02-03 09:00,2025-02-03 09:12
disdukcapil,ktp,2025-02-03 09:30,2025-02-03 09:51
dinkes,rujukan,2025-02-03 09:30,2025-02-03 09:51
"""


@pytest.fixture
def registered(tmp_path: Path, followed_database: str, open_service: Any, shipped: Library) -> tuple[str, ...]:
    """Surabaya knows the source, and the system's token may import; the words of the verb."""
    home = tmp_path / "home"
    home.mkdir()
    tokens = {
        "rahasia": {"id": "antrean", "roles": ["integrator"], "agency": "surabaya"},
        "lain": {"id": "loket", "roles": ["integrator"], "agency": "surabaya", "scopes": ["write-service-times"]},
    }
    (home / "tokens.json").write_bytes(msgspec.json.encode(tokens))
    with open_service(followed_database, shipped.agencies) as house:
        house.adopt(shipped)
        register = RegisterTimeSource(source="antrean", system="Sistem antrean", importers=["antrean"])
        official = Actor("official-1", frozenset({Role.OFFICIAL}), "surabaya")
        now = datetime(2025, 3, 1, tzinfo=UTC)
        house.service.handle(CommandBatch(agency="surabaya", actor=official, commands=(register,), now=now))
    file = tmp_path / "2025-02.csv"
    file.write_text(FILE)
    return ("import", "service-times", str(file), "--agency", "surabaya", "--source", "antrean", "--period", "2025-Q1")


def test_a_file_is_imported_once_and_replaced_for_a_reason(
    neraca: Callable[..., Any], followed_database: str, registered: tuple[str, ...]
) -> None:
    def again(*more: str) -> tuple[int, str]:
        said = neraca(*registered, *more, DATABASE_URL=followed_database, TOKEN="rahasia")
        return said.code, said.out

    told = "surabaya 2025-Q1: {}; an official confirms them (confirm-service-times)\n"
    taken = "dinkes: 1 records taken\ndisdukcapil: 2 records taken\n"
    assert again() == (0, taken + told.format("2 taken, 0 replaced, 0 unchanged"))
    same = "dinkes: 1 records unchanged\ndisdukcapil: 2 records unchanged\n"
    assert again() == (0, same + told.format("0 taken, 0 replaced, 2 unchanged"))
    with pytest.raises(NotAllowed, match="loket does not import from 'antrean'"):
        neraca(*registered, DATABASE_URL=followed_database, TOKEN="lain")

    Path(registered[2]).write_text(FILE.replace("rujukan,2025-02-03 09:30", "rujukan,2025-02-03 09:40"))
    with pytest.raises(Conflict, match="batch '2025-02' of antrean is there with other records"):
        again()
    moved = "dinkes: 1 records replaced\ndisdukcapil: 2 records unchanged\n"
    assert again("--reason", "Jam salah") == (0, moved + told.format("0 taken, 1 replaced, 1 unchanged"))

    # Of a large file the first thousand lines may stay as they were.
    large = FILE + "dinkes,rujukan,2025-02-04 09:30,2025-02-04 09:51\n" * 1_000
    for file, records in ((large, 1_001), (large + FILE.splitlines(keepends=True)[-1], 1_002), (large, 1_001)):
        Path(registered[2]).write_text(file)
        with pytest.raises(Conflict, match="is there with other records"):
            again()
        assert f"dinkes: {records:,} records replaced\n" in again("--reason", "Ada yang kurang")[1]

    # What was of another unit counts there no more.
    Path(registered[2]).write_text(large.replace("disdukcapil,", "dinkes,"))
    told = again("--reason", "Salah unit", "--others", "withdraw")[1].splitlines()
    assert told[:2] == ["dinkes: 1,003 records replaced", "disdukcapil: 0 records withdrawn"]
    assert told[2].startswith("surabaya 2025-Q1: 0 taken, 1 replaced, 0 unchanged, 1 withdrawn; ")


def test_offices_import_under_one_name_and_leave_each_others_alone(
    neraca: Callable[..., Any], followed_database: str, registered: tuple[str, ...]
) -> None:
    head, queue, clinic = FILE.splitlines()[0], FILE.splitlines()[1:3], FILE.splitlines()[3]

    def brought(lines: Sequence[str], *more: str) -> list[str]:
        Path(registered[2]).write_text("\n".join([head, *lines, ""]))
        return neraca(*registered, *more, DATABASE_URL=followed_database, TOKEN="rahasia").out.splitlines()[:-1]

    assert brought(queue) == ["disdukcapil: 2 records taken"]
    assert brought([clinic]) == ["dinkes: 1 records taken"]
    assert brought(queue) == ["disdukcapil: 2 records unchanged"]
    # One that is corrected replaces its own alone, also where a unit falls out of it.
    assert brought(queue[:1], "--reason", "Baris ganda") == ["disdukcapil: 1 records replaced"]
    moved = clinic.replace("dinkes", "dpmptsp")
    with pytest.raises(Conflict) as refused:
        brought([moved], "--reason", "Salah unit")
    assert refused.value.message == (
        "/reason: batch '2025-02' of antrean is of dinkes and disdukcapil so far, and of none that is in the file; "
        "leave the reason out where theirs stays, or withdraw it first by withdraw-service-times"
    )
    assert brought([clinic, moved], "--reason", "Dua unit") == [
        "dinkes: 1 records unchanged",
        "dpmptsp: 1 records taken",
    ]


def test_what_is_not_in_a_file_any_more_is_withdrawn_or_stays_as_its_sender_says(
    neraca: Callable[..., Any], followed_database: str, registered: tuple[str, ...]
) -> None:
    def brought(*more: str) -> list[str]:
        return neraca(*registered, *more, DATABASE_URL=followed_database, TOKEN="rahasia").out.splitlines()[:-1]

    brought()
    # An office corrects its own of a file of two.
    Path(registered[2]).write_text("\n".join([*FILE.splitlines()[:2], ""]))
    with pytest.raises(Conflict) as refused:
        brought("--reason", "Baris ganda")
    assert refused.value.message == (
        "batch '2025-02' of antrean has had records of dinkes by the same file as those in this one, which has none of "
        "theirs; say --others keep where theirs stay as they are, or --others withdraw where they no longer hold"
    )
    assert brought("--reason", "Baris ganda", "--others", "keep") == ["disdukcapil: 1 records replaced"]
    assert brought("--others", "keep") == ["disdukcapil: 1 records unchanged"]
    # What is another's all the same is withdrawn where that is said.
    assert brought("--reason", "Bukan layanan dinkes", "--others", "withdraw") == [
        "dinkes: 0 records withdrawn",
        "disdukcapil: 1 records unchanged",
    ]
    assert brought() == ["disdukcapil: 1 records unchanged"]


def test_whatever_is_wrong_in_a_file_is_told_and_nothing_is_imported(
    neraca: Callable[..., Any], followed_database: str, registered: tuple[str, ...]
) -> None:
    Path(registered[2]).write_text(FILE + "dishub,x,,\nsiluman,ktp,2025-02-03 09:00,kelak\n")

    said = neraca(*registered, DATABASE_URL=followed_database, TOKEN="rahasia")

    assert (said.code, said.out) == (1, "")
    assert [line.split(": ")[0].rpartition("/")[2] for line in said.err.splitlines()[:-1]] == [
        "2025-02.csv:5:0",
        "2025-02.csv:5:0",
        "2025-02.csv:5:0",
        "2025-02.csv:6:1",
        "2025-02.csv:6:4",
    ]
    assert said.err.splitlines()[-1] == "5 wrong, nothing was imported"

    said = neraca(*registered, DATABASE_URL=followed_database, TOKEN="rahasia", LANGUAGE="id")

    assert [line.partition(".csv:")[2] for line in said.err.splitlines()[-2:-1]] == [
        "6:4: finished: 'kelak' bukan waktu, misalnya 2025-03-31 09:15"
    ]
    assert said.err.splitlines()[-1] == "5 salah, tidak ada yang diimpor"
