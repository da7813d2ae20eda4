"""Where the embedded server keeps its things, and as which user it runs.

All is in `<home>/postgres`: `data/`, `server.log`, `socket/` and the locks. Only where the socket's path would be
longer than the kernel takes is it in a private folder of `/tmp` instead. Connections need no password: they come only
through that socket, and only its owner and root can reach it.

PostgreSQL refuses to run as root. Started by root it runs as the owner of the data, else as the owner of the home, else
as the user `neraca` where there is one, else as `nobody`. Only `data/` and `socket/` then belong to that user, and both
stay closed to all others; no folder above them is opened to anybody. The server reaches them by inherited descriptors,
so a home beneath `/root` works as well as any other.
"""

import hashlib
import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import msgspec

from neraca.store.embedded.errors import ServerDidNotStart

LONGEST_SOCKET = 107  # bytes of sun_path, less the closing zero
PORT = 5432
DATABASE = "neraca"
SUPERUSER = "postgres"


class ServerUser(msgspec.Struct, frozen=True):
    uid: int
    gid: int


class Layout(msgspec.Struct, frozen=True):
    """`user` is whom the server must become; None where it runs as whoever starts it."""

    home: Path
    user: ServerUser | None

    @property
    def folder(self) -> Path:
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def socket(self) -> Path:
        near = self.folder / "socket"
        if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
            return near
        owner = self.user.uid if self.user else os.geteuid()
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"neraca-{owner}-{digest}"  # noqa: S108 -- made private and checked to be ours

    @property
    def url(self) -> str:
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(self.socket), safe='')}&port={PORT}"

    def lock(self, name: str) -> Path:
        """`opening`: one opener at a time. `users`: shared by all who use the server. `supervisor` and `ready`: held
        while there is one, and while the server answers. `server`: inherited by every process of PostgreSQL."""
        return self.folder / f"{name}.lock"


def of(home: Path) -> Layout:
    home = home.absolute()
    return Layout(home, _ordinary_user(home) if os.geteuid() == 0 else None)


def prepare(place: Layout) -> None:
    """Makes the folders that are missing, each for its owner only."""
    try:
        place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = place.home.stat()
        _private(place.folder, ServerUser(owner.st_uid, owner.st_gid))
        _private(place.socket, place.user or ServerUser(os.geteuid(), os.getegid()))
    except OSError as error:
        raise ServerDidNotStart(
            place.folder,
            f"{error.strerror} ({error.filename})",
            "set NERACA_HOME to a folder this user may write in",
        ) from error


def tidy(place: Layout) -> None:
    """Takes away the socket's folder where it is in `/tmp`."""
    if place.socket.parent != place.folder:
        place.socket.rmdir()


def private_file(path: Path, flags: int) -> int:
    """A descriptor of the file, which if missing is made for the owner of its folder only."""
    # No link is followed, and only a file made here changes hands: root must not give away what somebody linked to.
    flags |= os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, flags)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


def _private(folder: Path, owner: ServerUser) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner.uid, os.geteuid()):
        raise ServerDidNotStart(
            folder, f"this is not a folder of user {owner.uid}", f"remove it, or give it to user {owner.uid}"
        )
    if os.geteuid() == 0 and found.st_uid != owner.uid:
        os.chown(folder, owner.uid, owner.gid, follow_symlinks=False)
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def _ordinary_user(home: Path) -> ServerUser:
    """With that user's own group, whatever the folder's is: it may be root's."""
    for path in (home / "postgres" / "data", home):
        if path.exists() and (uid := path.stat().st_uid) != 0:
            try:
                account = pwd.getpwuid(uid)
            except KeyError:
                cause = f"it belongs to user {uid}, whom this system does not know"
                raise ServerDidNotStart(path, cause, f"add that user, or give {path} to another") from None
            return ServerUser(account.pw_uid, account.pw_gid)
    for name in ("neraca", "nobody"):
        with suppress(KeyError):
            account = pwd.getpwnam(name)
            return ServerUser(account.pw_uid, account.pw_gid)
    raise ServerDidNotStart(home, "root may not run PostgreSQL and there is no other user", "add a user named neraca")
