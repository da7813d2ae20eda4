"""A rule comes into force from the command line: proposed, simulated, approved by another, and listed."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from neraca.api.authentication import TokensRefused
from neraca.domain.errors import Conflict, NotAllowed, NotFound

Neraca = Callable[..., Any]
ROOT = Path(__file__).parents[2]
WHERE = ("--agency", "bandung")
NEXT_YEAR = f"{datetime.now(UTC).year + 1}-01-01"
WHEN = ("--since", NEXT_YEAR, "--reason", "Perwali 12")
REF = "id.jabar.kota-bandung"


PEOPLE = {
    "token-of-tini": {"id": "tini", "roles": ["policy"], "agency": "bandung"},
    "token-of-rina": {"id": "rina", "roles": ["policy-approver"], "agency": "bandung"},
    "token-of-sari": {"id": "sari", "roles": ["policy"], "agency": "surabaya"},
}


@pytest.fixture
def tokens(neraca: Neraca, tmp_path: Path) -> Path:
    """The home's tokens, with some of the people of Bandung and one of Surabaya."""
    file = tmp_path / "home" / "tokens.json"
    file.parent.mkdir()
    file.write_text(json.dumps(PEOPLE))
    return file


@pytest.fixture
def told(neraca: Neraca, followed_database: str, tokens: Path) -> Callable[..., Any]:
    """Runs `neraca policy` verbs in the book of Bandung and gives what they print as JSON, or the complaint."""

    def run(*words: str, by: str | None = None, code: int = 0) -> Any:
        who = {} if by is None else {"TOKEN": f"token-of-{by}"}
        said = neraca("policy", *words, *WHERE, "--json", DATABASE_URL=followed_database, **who)
        assert said.code == code, said.err
        return json.loads(said.out) if code == 0 else said.err

    return run


@pytest.fixture
def second(tmp_path: Path) -> str:
    """A file beside the root: the next version of Bandung's policy."""
    text = (ROOT / "policies/bandung/kota-bandung.yaml").read_text()
    file = tmp_path / "kota-bandung-2.yaml"
    file.write_text(text.replace("\nversion: 1\n", "\nversion: 2\n"))
    return str(file)


def report(tmp_path: Path, hash_: str) -> str:
    """As `neraca policy simulate --json` prints it."""
    file = tmp_path / "report.json"
    file.write_text(json.dumps({"impact_hash": hash_, "summary": "0 of 0", "impact": {}, "position": 7}))
    return str(file)


def test_a_version_goes_from_a_file_into_the_book(told: Any, second: str, tmp_path: Path) -> None:
    proposed = told("propose", second, *WHEN, by="tini")
    hash_ = proposed["policy"]["hash"]
    assert (proposed["proposal"], proposed["stage"], proposed["waits_for"]) == ("p1", "draft", "an impact report")

    with pytest.raises(Conflict, match=r"/report: the impact of p1 on \d{4}, .* is [0-9a-f]{64}: 0 of 0") as refused:
        told("attach-impact", "p1", "--report", report(tmp_path, "6e" * 32), by="tini")
    impact = refused.value.message.partition(", is ")[2][:64]
    attached = told("attach-impact", "p1", "--report", report(tmp_path, impact), by="tini")
    assert (attached["stage"], attached["waits_for"]) == ("proposed", "1 more approval")

    approved = told("approve", "p1", "--policy-hash", hash_, "--impact-hash", impact, by="rina")
    assert (approved["stage"], approved["approvals"]) == ("scheduled", ["rina"])

    restored = told("restore", f"{REF}@1", *WHEN[:1], f"{int(NEXT_YEAR[:4]) + 1}-01-01", *WHEN[2:], by="tini")
    assert (restored["policy"]["version"], restored["reason"]) == (3, f"restores {REF}@1: Perwali 12")
    assert told("withdraw", "p2", "--reason", "keliru", by="tini")["stage"] == "withdrawn"
    listed = [(one["proposal"], one["policy"]["id"], one["policy"]["version"], one["stage"]) for one in told("list")]
    assert listed[:2] == [("p1", REF, 2, "scheduled"), ("p2", REF, 3, "withdrawn")]
    assert {*listed[2:]} == {
        (None, REF, 1, "in force"),
        (None, f"{REF}.tpp", 2, "in force"),
        (None, "id.nasional.angka-kredit.akumulasi", 2, "in force"),
    }


def test_the_book_is_told_in_words(neraca: Neraca, told: Any, second: str, followed_database: str) -> None:
    told("propose", second, *WHEN, by="tini")

    said = neraca("policy", "list", *WHERE, DATABASE_URL=followed_database)

    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].startswith(f"p1  {REF}@2  predicate  draft  policy ")
    assert lines[1:3] == [
        "    by tini: Perwali 12",
        f"    to rule from {NEXT_YEAR}; waits for an impact report",
    ]
    assert lines[3].startswith(f"adopted  {REF}@1  predicate  in force  policy ")
    assert lines[4] == f"    {REF}@1 rules from 2025-01-01 on without end"


def test_who_asks_is_the_person_of_the_token_and_nobody_else(
    neraca: Neraca, told: Any, second: str, followed_database: str, tmp_path: Path
) -> None:
    propose = ("policy", "propose", second, *WHERE, *WHEN)

    def asked(*more: str, **settings: str) -> Any:
        return neraca(*propose, *more, DATABASE_URL=followed_database, **settings)

    nobody = asked()
    assert (nobody.code, "who asks? put your token" in nobody.err) == (2, True)
    assert "No such option '--as'" in asked("--as", "tini", TOKEN="token-of-rina").err
    with pytest.raises(TokensRefused, match=r"tokens\.json has no such token") as unknown:
        asked(TOKEN="made-up-token")
    assert "made-up" not in str(unknown.value)
    with pytest.raises(NotAllowed, match="propose-policy needs the role policy; rina has policy-approver"):
        asked(TOKEN="token-of-rina")
    with pytest.raises(NotAllowed, match="sari belongs to surabaya"):
        asked(TOKEN="token-of-sari")

    mine = tmp_path / "mine"
    mine.write_text("token-of-tini\n")
    assert asked("--token-file", str(mine), TOKEN="token-of-rina").out.splitlines()[1] == "    by tini: Perwali 12"


def test_tokens_that_cannot_be_read_are_a_finding(
    neraca: Neraca, told: Any, followed_database: str, tokens: Path
) -> None:
    told("list")
    tokens.write_text('{"token-of-tini": {"id": "tini", "roles": ["king"]}}')

    said = neraca("doctor", DATABASE_URL=followed_database)

    assert said.code == 1
    assert f"not as configured: {tokens}: " in said.out
    assert "who was taken out still is" in said.out
    assert "token-of" not in said.out


def test_a_person_who_is_added_is_known_at_once(told: Any, second: str, tokens: Path) -> None:
    both = {"id": "tono", "roles": ["policy", "policy-approver"], "agency": "bandung"}
    tokens.write_text(json.dumps(PEOPLE | {"token-of-tono": both}))

    assert told("propose", second, *WHEN, by="tono")["author"] == "tono"
    told("attach-impact", "p1", by="tono")
    with pytest.raises(NotAllowed, match="tono wrote p1; another person must approve it"):
        told("approve", "p1", by="tono")
    assert told("approve", "p1", by="rina")["approvals"] == ["rina"]


WEIGHTS = "rencana_hasil_kerja: 50, kontribusi_tim: 20, dampak_organisasi: 20, program_kota: 10"
EDITED = "rencana_hasil_kerja: 40, kontribusi_tim: 30, dampak_organisasi: 20, program_kota: 10"


def test_a_file_that_is_edited_in_force_is_told_by_every_verb(
    neraca: Neraca, told: Any, followed_database: str, tmp_path: Path
) -> None:
    told("list")
    root = tmp_path / "root"
    for folder in ("policies", "agencies"):
        shutil.copytree(ROOT / folder, root / folder)
    file = root / "policies/bandung/kota-bandung.yaml"
    text = file.read_text()
    assert WEIGHTS in text
    file.write_text(text.replace(WEIGHTS, EDITED))
    said = "warning: id.jabar.kota-bandung@1 rules in bandung as the log has it"
    settings = {"DATABASE_URL": followed_database, "ROOT": str(root)}

    assert said in neraca("check", **settings).out
    assert said in neraca("migrate", **settings).err
    assert said.removeprefix("warning: ") in neraca("doctor", **settings).out
    assert said in neraca("policy", "list", *WHERE, **settings).err
    alone = neraca("check", ROOT=str(root))
    assert said not in alone.out
    assert "not compared with what rules in a log" in alone.err

    shown = neraca("policy", "diff", REF, str(file), *WHERE, **settings)
    assert "/nodes/hasil_kerja/of/rencana_hasil_kerja: 50 -> 40 (-10)" in shown.out
    assert "0 differences" in neraca("policy", "diff", REF, str(file), **settings).out, "files alone don't know"


def test_a_proposal_is_tried_for_a_year_and_ended_before(told: Any, second: str) -> None:
    told("propose", second, *WHEN, by="tini")

    named = told("name-shadow", "p1", "--since", NEXT_YEAR, "--reason", "dicoba", by="tini")
    assert (named["named"]["shadow"], named["named"]["policy"]["version"], named["ended"]) == ("s1", 2, None)

    ended = told("end-shadow", "s1", "--reason", "cukup", by="tini")
    assert ended["ended"]["reason"] == "cukup"
    with pytest.raises(NotFound, match=r"no policy 'tidak\.ada@9' is published"):
        told("name-shadow", "tidak.ada@9", "--since", NEXT_YEAR, "--reason", "dicoba", by="tini")
