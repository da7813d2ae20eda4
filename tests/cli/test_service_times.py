"""`neraca import service-times`: a file from an outside system, all of it or nothing, and once."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neraca.domain.contexts import Actor
from neraca.domain.errors import NotAllowed
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


COUNTS = "surabaya: {} lines: {} new, {} changed, {} same, 0 refused"


@pytest.fixture
def brought(neraca: Callable[..., Any], followed_database: str, registered: tuple[str, ...]) -> Callable[..., Any]:
    """Imports lines as the file: what was said last, or what was refused."""

    def run(file: str, *more: str, token: str = "rahasia", **settings: str) -> str:
        Path(registered[2]).write_text(file)
        said = neraca(*registered, "--apply", *more, DATABASE_URL=followed_database, TOKEN=token, **settings)
        assert said.code == (1 if said.err else 0)
        return said.err or said.out.splitlines()[-1]

    return run


def test_a_file_is_imported_once_and_replaced_for_a_reason(brought: Callable[..., Any]) -> None:
    assert brought(FILE) == COUNTS.format(3, 3, 0, 0)
    assert brought(FILE) == COUNTS.format(3, 0, 0, 3)
    with pytest.raises(NotAllowed, match="loket does not import from 'antrean'"):
        brought(FILE, token="lain")

    moved = FILE.replace("rujukan,2025-02-03 09:30", "rujukan,2025-02-03 09:40")
    assert "2025-02.csv:2:0: batch: batch '2025-02' of antrean is there with other records" in brought(moved)
    assert brought(moved, "--reason", "Jam salah") == COUNTS.format(3, 0, 1, 2)

    # Of a large file the first thousand lines may stay as they were.
    large = FILE + "dinkes,rujukan,2025-02-04 09:30,2025-02-04 09:51\n" * 1_000
    for file, lines in ((large, 1_003), (large + FILE.splitlines(keepends=True)[-1], 1_004), (large, 1_003)):
        assert "is there with other records" in brought(file)
        assert brought(file, "--reason", "Ada yang kurang") == COUNTS.format(f"{lines:,}", 0, f"{lines - 2:,}", 2)

    # What was of another unit counts there no more.
    other = large.replace("disdukcapil,", "dinkes,")
    assert brought(other, "--reason", "Salah unit", "--others", "withdraw") == COUNTS.format("1,003", 0, "1,003", 0)
    assert brought(FILE, "--reason", "Kembali") == COUNTS.format(3, 2, 1, 0)


def test_it_is_shown_first_with_a_mapping_of_its_source_in_the_language_of_whoever_asks(
    neraca: Callable[..., Any], followed_database: str, registered: tuple[str, ...], tmp_path: Path
) -> None:
    copy = tmp_path / "salinan.csv"
    known = {"DATABASE_URL": followed_database, "TOKEN": "rahasia", "LANGUAGE": "id"}
    mapping = tmp_path / "antrean.yaml"
    mapping.write_text("columns: {service: LAYANAN}\nconstants: {source: antrean}\n")
    head, *lines = FILE.replace("service", "LAYANAN").splitlines()
    Path(registered[2]).write_text("\n".join([f"{head},Catatan", *(f"{line},x" for line in lines), ""]))
    said = ("--map", str(mapping), "--annotated", str(copy))

    shown = neraca(*registered[:5], *registered[7:], *said, **known)

    assert (shown.code, shown.out.splitlines()) == (
        0,
        [
            "2: 2025-02 disdukcapil ktp baru",
            "3: 2025-02 disdukcapil ktp baru",
            "4: 2025-02 dinkes rujukan baru",
            "tidak dibaca: Catatan",
            "surabaya: 3 baris: 3 baru, 0 berubah, 0 sama, 0 ditolak",
            "belum ada yang dilakukan; tambahkan --apply untuk melakukannya",
        ],
    )
    assert [line.rpartition(",")[2] for line in copy.read_text().splitlines()[1:]] == ["baru"] * 3


def test_offices_import_under_one_name_and_leave_each_others_alone(brought: Callable[..., Any]) -> None:
    head, *lines = FILE.splitlines(keepends=True)
    queue, clinic = "".join([head, *lines[:2]]), head + lines[2]

    assert brought(queue) == COUNTS.format(2, 2, 0, 0)
    assert brought(clinic) == COUNTS.format(1, 1, 0, 0)
    assert brought(queue) == COUNTS.format(2, 0, 0, 2)
    # One that is corrected replaces its own alone, also where a unit falls out of it.
    assert brought(head + lines[0], "--reason", "Baris ganda") == COUNTS.format(1, 0, 1, 0)
    moved = clinic.replace("dinkes", "dpmptsp")
    assert brought(moved, "--reason", "Salah unit").splitlines()[0].partition(": ")[2] == (
        "reason: batch '2025-02' of antrean is of dinkes and disdukcapil so far, and of none that is in the file; "
        "leave the reason out where theirs stays, or withdraw it first by withdraw-service-times"
    )
    assert brought(clinic + moved.splitlines()[1], "--reason", "Dua unit") == COUNTS.format(2, 1, 0, 1)


def test_what_is_not_in_a_file_any_more_is_withdrawn_or_stays_as_its_sender_says(brought: Callable[..., Any]) -> None:
    brought(FILE)
    # An office corrects its own of a file of two.
    own = "".join(FILE.splitlines(keepends=True)[:2])
    assert brought(own, "--reason", "Baris ganda").splitlines()[0].partition(": batch: ")[2] == (
        "batch '2025-02' of antrean has had records of dinkes by the same file as those in this one, which has none of "
        "theirs; say --others keep where theirs stay as they are, or --others withdraw where they no longer hold"
    )
    assert brought(own, "--reason", "Baris ganda", "--others", "keep") == COUNTS.format(1, 0, 1, 0)
    assert brought(own, "--others", "keep") == COUNTS.format(1, 0, 0, 1)
    # What is another's all the same is withdrawn where that is said.
    gone = ("--reason", "Bukan layanan dinkes", "--others", "withdraw", "--json")
    assert '"same":1' in brought(own, *gone)
    assert brought(own) == COUNTS.format(1, 0, 0, 1)


def test_whatever_is_wrong_in_a_file_is_told_and_nothing_is_imported(brought: Callable[..., Any]) -> None:
    wrong = FILE + "dishub,x,,\nsiluman,ktp,2025-02-03 09:00,kelak\n"

    said = brought(wrong).splitlines()

    assert [line.split(": ")[0].rpartition("/")[2] for line in said[:-1]] == [
        "2025-02.csv:5:0",
        "2025-02.csv:5:0",
        "2025-02.csv:5:0",
        "2025-02.csv:6:1",
        "2025-02.csv:6:4",
    ]
    assert said[-1] == "5 wrong, nothing was imported"
    *_, last, counted = brought(wrong, LANGUAGE="id").splitlines()
    assert last.partition(".csv:")[2] == "6:4: finished: 'kelak' bukan waktu, misalnya 2025-03-31 09:15"
    assert counted == "5 salah, tidak ada yang diimpor"
