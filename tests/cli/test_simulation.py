"""`neraca policy simulate` over a seeded year: a file, a reference, JSON whose hash can be checked, exit codes."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neraca.cli.simulation import progress
from neraca.main import run

ROOT = Path(__file__).parents[2]
NIP = "99992500000000"
WEIGHTS = "rencana_hasil_kerja: 50, kontribusi_tim: 20, dampak_organisasi: 20"


@pytest.fixture
def simulate(neraca: Callable[..., Any], seeded_year: Any) -> Callable[..., Any]:
    return lambda *words: neraca("policy", "simulate", *words, DATABASE_URL=seeded_year.url)


@pytest.fixture
def heavier(tmp_path: Path) -> str:
    """Bandung's policy as its next version, with more weight on the team and without its tests."""
    text, _, _ = (ROOT / "policies/bandung/kota-bandung.yaml").read_text().partition("\ntests:")
    assert WEIGHTS in text
    file = tmp_path / "kota-bandung-2.yaml"
    heavier = WEIGHTS.replace("50, kontribusi_tim: 20", "20, kontribusi_tim: 50")
    file.write_text(text.replace("\nversion: 1\n", "\nversion: 2\n").replace(WEIGHTS, heavier))
    return str(file)


def test_a_file_is_compared_with_what_is_in_force(simulate: Callable[..., Any], heavier: str) -> None:
    said = simulate("--agency", "bandung", "--candidate", heavier)

    assert said.code == 0
    assert said.out.startswith("bandung 2025-S2: id.jabar.kota-bandung@1 -> id.jabar.kota-bandung@2, ")
    assert "before \\ after" in said.out
    assert "Score shift by unit\n" in said.out
    assert NIP not in said.out, "nobody is named unless asked"
    assert said.err == ""


def test_people_are_named_when_asked(simulate: Callable[..., Any], heavier: str) -> None:
    assert NIP in simulate("--agency", "bandung", "--candidate", heavier, "--names").out


def test_json_holds_the_very_bytes_that_were_hashed(simulate: Callable[..., Any], heavier: str) -> None:
    said = simulate("--agency", "bandung", "--candidate", heavier, "--period", "2025-S1", "--json")

    class Answer(msgspec.Struct):
        impact_hash: str
        impact: msgspec.Raw
        names: list[str] | None

    answer = msgspec.json.decode(said.out, type=Answer)
    assert answer.impact_hash == sha256(bytes(answer.impact)).hexdigest()
    assert answer.names is None
    assert msgspec.json.decode(answer.impact)["period"] == "2025-S1"


def test_another_agency_may_be_named_as_the_candidate(simulate: Callable[..., Any]) -> None:
    said = simulate(
        "--agency", "bandung", "--candidate", "surakarta", "--credit", "policies/nasional/angka-kredit.yaml"
    )

    assert "-> id.jateng.kota-surakarta@1" in said.out
    assert "Credit points under id.nasional.angka-kredit@1, by the year\n" in said.out


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (
            ("--agency", "bandung", "--candidate", "id.jabar.kota-bandung@7"),
            1,
            "did you mean 'id.jabar.kota-bandung@1'?",
        ),
        (("--agency", "bandung", "--candidate", "nothing.yaml"), 1, "no policy in 'nothing.yaml'"),
        (("--agency", "bandung", "--candidate", "bandung", "--period", "2031"), 1, "there are 2025-S2, 2025-S1"),
        (("--agency", "bandung"), 2, "Missing option '--candidate'"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_exit_code(
    seeded_year: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    why: str,
) -> None:
    monkeypatch.setattr("sys.argv", ["neraca", "policy", "simulate", *words])
    monkeypatch.setenv("NERACA_DATABASE_URL", seeded_year.url)
    monkeypatch.setenv("NERACA_ROOT", str(ROOT))

    with pytest.raises(SystemExit) as ended:
        run()

    assert ended.value.code == code
    assert why in capsys.readouterr().err


def test_where_no_bar_can_be_drawn_there_is_a_line_from_time_to_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([0, 5, 10, 12, 21])
    monkeypatch.setattr("neraca.cli.simulation.monotonic", lambda: next(seconds))

    with progress() as say:
        for done in (100, 200, 300, 400):
            say(done, 400)

    assert capsys.readouterr().err.splitlines() == ["judged 200 of 400 people", "judged 400 of 400 people"]
