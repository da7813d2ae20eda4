"""Whoever works in an Indonesian terminal reads there in Indonesian why something was refused."""

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
