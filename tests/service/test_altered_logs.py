"""What a superuser changes in the log behind its back is found by a replay and by a comparison, and named."""

import re
import shutil
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from neraca.cli import build
from neraca.composition import CompositionRoot
from projections import ALL

ROOT = Path(__file__).parents[2]
CITY = "surakarta"
Neraca = Callable[..., Result]


@pytest.fixture(scope="module")
def lived(new_database: Callable[[], str], open_service: Any, shipped: Any) -> str:
    """One city through five months: final results, returned reports, surveys, attendance, a policy adopted."""
    url = new_database()
    with open_service(url, {CITY: shipped.agencies[CITY]}) as house:
        house.adopt(shipped)
        house.play(shipped, people=10, days=140)
    return url


@pytest.fixture
def year(new_database: Callable[[str], str], lived: str) -> str:
    return new_database(lived)


@pytest.fixture
def neraca(year: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Neraca:
    shutil.copytree(ROOT / "agencies" / CITY, tmp_path / "agencies" / CITY)
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.setenv("NERACA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NERACA_ROOT", str(tmp_path))
    monkeypatch.setenv("NERACA_DATABASE_URL", year)
    return lambda *words: CliRunner().invoke(build(CompositionRoot()), words, catch_exceptions=False)


@contextmanager
def altered(url: str, tag: str, change: str, number: int = 0) -> Generator[int]:
    """An event of this type, the first unless told, changed by whoever may do anything, and changed back afterwards."""
    with psycopg.connect(url, autocommit=True) as connection:
        where = f"agency = 'surakarta' and type = %s order by position offset {number} limit 1"
        found = connection.execute(f"select position, data, recorded_at from ledger.events where {where}", (tag,))  # type: ignore[arg-type]
        position, data, recorded_at = found.fetchone() or (0, b"", None)
        after = connection.execute(
            f"update ledger.events set {change} where agency = 'surakarta' and position = %s"  # type: ignore[arg-type]
            " returning data, recorded_at",
            (position,),
        ).fetchone()
        assert after not in (None, (data, recorded_at)), "nothing was changed, so nothing could be found"
        try:
            yield position
        finally:
            connection.execute(
                "update ledger.events set data = %s, recorded_at = %s where agency = 'surakarta' and position = %s",
                (data, recorded_at, position),
            )


def replaced(old: str, new: str) -> str:
    return f"data = convert_to(regexp_replace(convert_from(data, 'UTF8'), '{old}', '{new}'), 'UTF8')"


CHANGES = {
    "the date of a rating": ("appraisal.rated", replaced('"at":"2025-0.', '"at":"2024-01')),
    "who rated": ("appraisal.rated", replaced('"rater":"[0-9]{4}', '"rater":"1111')),
    "the name of a person": ("employee.registered", replaced("Pegawai Contoh", "Pegawai Lain")),
    "the reason of a correction": ("attendance.corrected", replaced('"reason":"[^"]*', '"reason":"tanpa alasan')),
    "an answer to a survey": ("survey.response-recorded", replaced('"respondent":"warga', '"respondent":"siapa')),
    "the evidence of a report": ("appraisal.progress-reported", replaced("arsip:", "berkas:")),
    "why a policy was adopted": ("policy.published", replaced('"reason":"[^"]*', '"reason":"tanpa alasan')),
    "to what an event belongs": ("appraisal.opened", replaced('"correlation":"..', '"correlation":"zz')),
    "when an event was recorded": ("appraisal.opened", "recorded_at = recorded_at + interval '1 microsecond'"),
}


def test_any_change_is_named_by_its_position(neraca: Neraca, year: str) -> None:
    """Each is of an event of its own, and nothing else is named."""
    tags = [tag for tag, _ in CHANGES.values()]
    with ExitStack() as changed:
        positions = [
            changed.enter_context(altered(year, tag, change, tags[:before].count(tag)))
            for before, (tag, change) in enumerate(CHANGES.values())
        ]
        said = neraca("replay", "--agency", CITY)

    assert said.exit_code == 1
    assert len({*positions}) == len(CHANGES)
    assert [line for line in said.output.splitlines() if line.startswith("    journal: ")] == [
        f"    journal: events of surakarta, {position}: digest differs (event {position})"
        for position in sorted(positions)
    ]


def test_an_unchanged_log_is_told_to_be_so(neraca: Neraca) -> None:
    said = neraca("replay", "--agency", CITY)

    assert said.exit_code == 0
    assert said.output.splitlines()[1:] == [
        f"{said.output.splitlines()[1].split()[0]} events, 0 out of place or unreadable",
        f"read models {', '.join(one.name for one in ALL)}: 0 rows differ",
    ]


def test_a_narrower_question_is_not_answered_for_the_whole_log(neraca: Neraca, year: str) -> None:
    with psycopg.connect(year) as connection:
        (last,) = connection.execute("select max(position) from ledger.events where agency = 'surakarta'").fetchall()[0]
    with altered(year, *CHANGES["the name of a person"]):
        said = neraca("replay", "--agency", CITY, "--as-of", str(last))

    assert said.exit_code == 0
    assert len(said.output.splitlines()) == 1


def test_what_does_not_fit_the_frame_is_found_from_the_log_alone(neraca: Neraca, year: str) -> None:
    tag, change = "employee.registered", replaced('"employee":"9999', '"employee":"1111')
    with altered(year, tag, f"recorded_at = recorded_at - interval '1 day', {change}") as position:
        said = neraca("replay", "--agency", CITY).output

    assert f"    event {position}: recorded at " in said
    assert f"    event {position}: employee.registered of another employee, unit or period than its stream is" in said
    assert ", its request at " in said
    assert " events, 4 out of place or unreadable" in said or " events, 3 out of place or unreadable" in said


def test_an_event_taken_out_is_missed(neraca: Neraca, year: str) -> None:
    with psycopg.connect(year, autocommit=True) as connection:
        gone = connection.execute(
            "delete from ledger.events where agency = 'surakarta' and position = 40"
            " returning agency, position, stream, version, type, data, recorded_at"
        ).fetchone()
        try:
            said = neraca("replay", "--agency", CITY)
        finally:
            connection.execute("insert into ledger.events values (%s, %s, %s, %s, %s, %s, %s)", gone)

    assert said.exit_code == 1
    assert "    event 40: missing, and all up to 40" in said.output.splitlines()
    assert "    journal: events of surakarta, 40: only in the live table (event 40)" in said.output.splitlines()


@pytest.mark.parametrize("words", [[], ["--compare"]], ids=["rebuild", "rebuild --compare"])
def test_a_changed_log_does_not_become_the_truth_unasked(neraca: Neraca, year: str, words: list[str]) -> None:
    with altered(year, *CHANGES["the name of a person"]) as position:
        for _ in range(2):
            said = neraca("rebuild", "--agency", CITY, *words)

            assert said.exit_code == 1
            assert f"    journal: events of surakarta, {position}: digest differs (event {position})" in said.output
            assert ": name differs (events " in said.output
            assert "1 row DIFFERS from the live rows, which stay" in said.output

    assert neraca("rebuild", "--agency", CITY, "--compare").exit_code == 0


def test_a_changed_log_is_taken_for_the_truth_when_told(neraca: Neraca, year: str) -> None:
    with altered(year, *CHANGES["the reason of a correction"]):
        assert neraca("rebuild", "--agency", CITY, "--accept").exit_code == 0
        assert neraca("replay", "--agency", CITY).exit_code == 0

    # And back, where the log is what it was.
    assert neraca("replay", "--agency", CITY).exit_code == 1
    assert neraca("rebuild", "--agency", CITY, "--accept").exit_code == 0
    assert neraca("replay", "--agency", CITY).exit_code == 0


def test_what_documents_were_signed_of_is_found_also_where_the_changed_log_was_taken_for_the_truth(
    neraca: Neraca, year: str
) -> None:
    with altered(year, *CHANGES["the name of a person"]):
        assert neraca("rebuild", "--agency", CITY, "--accept").exit_code == 0
        said = neraca("replay", "--agency", CITY)

    assert said.exit_code == 1
    assert re.search(
        r"^    at \d+: DEK-\S+ is printed as [0-9a-f]{12}, signed was [0-9a-f]{12}$", said.output, re.MULTILINE
    )
    assert neraca("rebuild", "--agency", CITY, "--accept").exit_code == 0
    assert neraca("replay", "--agency", CITY).exit_code == 0
