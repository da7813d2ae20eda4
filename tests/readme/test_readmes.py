"""No tour goes stale: the READMEs are followed as a reader follows them.

Their shell blocks are run, and what they print is compared with what stands
below them.

A block after ```sh is run by bash, in a folder that has policies/, agencies/ and deploy/ as they are here, with a
database in which the demo of README.md was lived and a server over it. All blocks of one README run in one shell, so
that what one sets another has. The next fence without a language, if any, is what the block prints on both outputs.
`<!-- not run: why -->` before a block says why it cannot run here; `<!-- by hand: commands -->` does what the text asks
of a reader with an editor.

What is compared leaves out blank lines. `...` stands for anything in a line, alone in a line for any lines. These are
equal to any of their kind: hashes (12 hexadecimal digits or more), instants, positions in the log and counts of events,
and the day that «is not after» names. localhost:8000 is where the server is.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from msgspec import Struct

from neraca.cli import build
from neraca.composition import CompositionRoot

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
READMES = ("README.md", "policies/README.md", "agencies/README.md", "deploy/README.md", "platform/INTEGRATORS.md")
_FENCE = re.compile(r"^```(\w*)$")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_BY_HAND = "<!-- by hand:"
_NOT_RUN = re.compile(r"^<!-- not run: (.+) -->$")
_INLINE = re.compile(r"`(neraca [^`]+)`", re.DOTALL)
_SEVERAL = "..."
_MARK = "\x01"
_PATIENCE = 280


class Block(Struct, frozen=True):
    """Commands of a README, from the line after the fence on; `printed` None where nothing is said of it."""

    file: str
    line: int
    commands: str
    printed: str | None
    not_run: str | None

    @property
    def is_demo(self) -> bool:
        return self.not_run is None and self.commands.lstrip().startswith("neraca demo ")

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def blocks(file: str) -> list[Block]:
    found: list[Block] = []
    open_at, language, body, reason, hand = 0, "", list[str](), None, 0
    for number, line in enumerate((ROOT / file).read_text().splitlines(), 1):
        fence = _FENCE.match(line)
        if hand:
            if line == "-->":
                found.append(Block(file, hand + 1, "\n".join(body) + "\n", "", None))
                body, hand = [], 0
            else:
                body.append(line)
        elif open_at and fence:
            text = "\n".join(body) + "\n"
            if language == "sh":
                found.append(Block(file, open_at + 1, text, None, reason))
            elif language == "" and found and found[-1].printed is None:
                last = found[-1]
                found[-1] = Block(last.file, last.line, last.commands, text, last.not_run)
            open_at, body, reason = 0, [], None
        elif open_at:
            body.append(line)
        elif line == _BY_HAND:
            hand = number
        elif fence:
            open_at, language = number, fence[1]
        elif line.strip():
            reason = said[1] if (said := _NOT_RUN.match(line)) else None
    assert (open_at, hand) == (0, 0), f"{file}:{open_at or hand}: not closed"
    return found


def differs(printed: str, expected: str) -> str | None:
    """Where what was printed is not what was expected, for a person to read; None if it is."""
    lines, wanted = _normal(printed), _normal(expected)
    if _fits(lines, wanted):
        return None
    shown = "\n".join(f"    {line}" for line in printed.splitlines())
    return f"it printed:\n{shown}\n  and says:\n" + "\n".join(f"    {line}" for line in expected.splitlines())


def _fits(lines: list[str], wanted: list[str]) -> bool:
    if not wanted:
        return not lines
    if wanted[0] == _SEVERAL:
        return any(_fits(lines[n:], wanted[1:]) for n in range(len(lines) + 1))
    pattern = ".*".join(map(re.escape, wanted[0].split(_SEVERAL)))
    return bool(lines) and re.fullmatch(pattern, lines[0]) is not None and _fits(lines[1:], wanted[1:])


_KINDS = (
    (re.compile(r"\b\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)"), "<instant>"),
    (re.compile(r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\b"), "<hash>"),
    (re.compile(r"(is not after) \d{4}-\d\d-\d\d"), r"\1 <today>"),
    (re.compile(r'("position": ?"?|[a-z]:| at )\d+(?=["\],:}])'), r"\1<position>"),
    (re.compile(r"\b\d+ events"), "<n> events"),
)


def _normal(text: str) -> list[str]:
    for pattern, name in _KINDS:
        text = pattern.sub(name, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


class Desk(Struct, frozen=True):
    """Where a reader sits: a folder, an environment, a server, and what the demo printed."""

    folder: Path
    env: dict[str, str]
    port: int
    demo: str

    def run(self, wanted: list[Block]) -> dict[Block, str]:
        """All in one shell; what each printed."""
        script = ["exec 2>&1"]
        for number, block in enumerate(wanted):
            file = self.folder / f".block-{number}"
            file.write_text(block.commands.replace("localhost:8000", f"localhost:{self.port}"))
            script += [f". ./{file.name}", f"printf '\\n{_MARK}'"]
        call = ["bash", "-c", "\n".join(script)]
        done = subprocess.run(
            call, cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        parts = done.stdout.split(_MARK)
        assert len(parts) == len(wanted) + 1, f"{wanted[len(parts) - 1]}: the shell ended there:\n{parts[-1]}"
        return dict(zip(wanted, parts, strict=False))


@pytest.fixture(scope="session")
def desk(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if missing := [name for name in ("bash", "curl") if shutil.which(name) is None]:
        pytest.skip(f"{' and '.join(missing)} are not here, and the READMEs use them")
    folder = tmp_path_factory.mktemp("reader")
    for name in ("policies", "agencies", "deploy"):
        shutil.copytree(ROOT / name, folder / name)
    port = _free_port()
    env = {key: value for key, value in os.environ.items() if not key.startswith("NERACA_")}
    env |= {
        "PATH": f"{BIN}:{env['PATH']}",
        "NERACA_DATABASE_URL": new_database(),
        "NERACA_HOME": str(folder / "home"),
        "NERACA_PORT": str(port),
        "COLUMNS": "120",
        "LC_ALL": "C.UTF-8",
    }
    (demo,) = [block for block in blocks("README.md") if block.is_demo]
    lived = subprocess.run(
        ["bash", "-c", demo.commands], cwd=folder, env=env, capture_output=True, text=True, timeout=200, check=False
    )
    assert lived.returncode == 0, lived.stderr
    server = subprocess.Popen(
        ["neraca", "serve"], cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, server)
        yield Desk(folder, env, port, lived.stdout + lived.stderr)
    finally:
        server.terminate()
        server.wait(30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
                if json.load(answer)["status"] == "ready":
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server was not ready within a minute")


@pytest.mark.parametrize("file", READMES)
def test_every_block_prints_what_stands_below_it(desk: Desk, file: str) -> None:
    wanted = [block for block in blocks(file) if block.not_run is None and not block.is_demo]
    printed = {block: desk.demo for block in blocks(file) if block.is_demo} | desk.run(wanted)

    wrong = [
        f"{block}: {difference}"
        for block, text in printed.items()
        if block.printed is not None and (difference := differs(text, block.printed))
    ]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("file", READMES)
def test_what_is_not_run_says_why(file: str) -> None:
    for block in blocks(file):
        if block.not_run is not None:
            assert re.match(r"(needs|sets up|starts|is) ", block.not_run), f"{block}: say what it needs"


@pytest.mark.parametrize("file", READMES)
def test_commands_stand_in_blocks_that_are_run(file: str) -> None:
    """A fence without a language is what was printed, not what was typed."""
    for language, text in _FENCED.findall((ROOT / file).read_text()):
        if language == "":
            assert not re.match(r"(\$ |neraca |make |curl |docker |sudo )", text), f"{file}: mark it sh:\n{text}"


@pytest.mark.parametrize("file", READMES)
def test_every_command_named_in_the_text_is_there_with_its_options(file: str) -> None:
    for command in _INLINE.findall((ROOT / file).read_text()):
        _look_up(command.replace("\n", " "))


def _look_up(command: str) -> None:
    words = [word for word in shlex.split(command)[1:] if word not in ("...", "[...]")]
    here: Any = build(CompositionRoot())
    while words and isinstance(here, click.Group):
        verb = words.pop(0)
        here = here.get_command(click.Context(here), verb)
        assert here is not None, f"`{command}`: there is no {verb}"
    options = {name for option in here.params for name in option.opts} | {"--help", "--version"}
    for word in words:
        if word.startswith("--"):
            assert word.strip("[],.").partition("=")[0] in options, f"`{command}`: {word} is no option of it"


@pytest.mark.parametrize(
    ("printed", "expected", "same"),
    [
        ("a\n\nb\n", "a\nb\n", True),
        ("a\nx\ny\nb\n", "a\n...\nb\n", True),
        ("a\nb\n", "a\n...\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a\n", "a\nb\n", False),
        ("score 12.50 of 3\n", "score ... of 3\n", True),
        ("score 12.50 of 4\n", "score ... of 3\n", False),
        ("policy 4aa07b9e02e5\n", "policy 0123456789ab\n", True),
        ("999925000000000002\n", "999925000000000003\n", False),
        ('{"position":12}\n', '{"position":99}\n', True),
        ("score 1.25\n", "score 1.26\n", False),
        ("by tini.kota\n", "by tini+kota\n", False),
    ],
)
def test_what_is_the_same(printed: str, expected: str, same: bool) -> None:
    assert (differs(printed, expected) is None) is same


def test_a_readme_is_taken_apart_as_it_is_meant() -> None:
    found = blocks("README.md")

    assert len([block for block in found if block.is_demo]) == 1
    assert all(isinstance(block, Block) and block.commands.strip() for block in found)
