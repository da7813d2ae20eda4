"""Who has a token is known at the next request, without a restart; a file with mistakes takes nobody's away."""

import json
from pathlib import Path
from typing import Any

import pytest

from neraca.api.authentication import TokenFile


def person(name: str) -> dict[str, Any]:
    return {"id": name, "roles": ["policy"], "agency": "surabaya"}


def test_a_token_that_is_added_or_taken_out_is_so_at_the_next_request(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(json.dumps({"one": person("tini")}))
    tokens = TokenFile(file, pytest.fail)

    file.write_text(json.dumps({"one": person("tini"), "two": person("rina")}))
    found = tokens.actor("two")
    assert found is not None
    assert found.id == "rina"

    (tmp_path / "new").write_text(json.dumps({"two": person("rina")}))
    (tmp_path / "new").replace(file)
    assert tokens.actor("one") is None
    assert tokens.trouble is None


@pytest.mark.parametrize("broken", ["{", '{"two": {"id": "x", "roles": ["king"]}}', None])
def test_a_file_that_cannot_be_read_leaves_the_old_tokens_and_says_so(tmp_path: Path, broken: str | None) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(json.dumps({"secret-one": person("tini")}))
    said: list[str] = []
    tokens = TokenFile(file, said.append)

    if broken is None:
        file.unlink()
    else:
        file.write_text(broken)

    for _ in range(2):
        assert tokens.actor("secret-one")
    assert said == [tokens.trouble]
    assert said[0].startswith(f"{file}: ")
    assert "the tokens read before count on" in said[0]
    assert "secret" not in said[0]

    file.write_text(json.dumps({"secret-two": person("rina")}))
    assert tokens.actor("secret-two")
    assert (tokens.actor("secret-one"), tokens.trouble) == (None, None)
