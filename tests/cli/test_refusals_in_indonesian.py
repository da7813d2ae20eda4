"""Whoever works in an Indonesian terminal reads there in Indonesian why something was refused."""

import click
import pytest

from neraca import main
from neraca.domain.errors import NotFound


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("id_ID.UTF-8", "neraca: tidak ada usulan 'p9'; yang ada: p1\n"),
        ("en_GB.UTF-8", "neraca: no proposal 'p9'; there are p1\n"),
        ("C", "neraca: no proposal 'p9'; there are p1\n"),
    ],
)
def test_a_refusal_is_told_in_the_language_of_the_terminal(
    said: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refusing() -> None:
        raise NotFound("no proposal 'p9'; there are p1")

    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", said)
    monkeypatch.setattr("neraca.cli.build", lambda _application: refusing)

    with pytest.raises(SystemExit) as left:
        main.run()

    assert left.value.code == 1
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("id", "Error: '2025' tidak menyebut versi; tulis id@versi\n"),
        ("en", "Error: '2025' names no version; write id@version\n"),
    ],
)
def test_so_is_what_a_verb_refuses_before_it_asks_anything(
    said: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """NERACA_LANGUAGE comes before what the terminal says."""

    @click.group()
    def neraca() -> None: ...

    @neraca.command()
    def verb() -> None:
        raise click.UsageError("'2025' names no version; write id@version")

    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("NERACA_LANGUAGE", said)
    monkeypatch.setattr("sys.argv", ["neraca", "verb"])
    monkeypatch.setattr("neraca.cli.build", lambda _application: neraca)

    with pytest.raises(SystemExit) as left:
        main.run()

    assert left.value.code == 2
    assert capsys.readouterr().err.endswith(told)
