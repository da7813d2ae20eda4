"""Where the server's things are, whose they are, and that nobody else reaches them."""

import os
import pwd
import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from neraca.store import embedded
from neraca.store.embedded import layout
from neraca.store.embedded.layout import Layout, ServerUser

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
NOBODY_KNOWS = 54_321


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(refusal: pytest.ExceptionInfo[embedded.ServerDidNotStart]) -> tuple[str, str, str]:
    return str(refusal.value.place), refusal.value.cause, refusal.value.remedy


def test_all_is_beneath_the_home(tmp_path: Path) -> None:
    place = Layout(Path("/srv/neraca"), None)

    assert [str(path) for path in (place.folder, place.data, place.log, place.socket, place.lock("users"))] == [
        "/srv/neraca/postgres",
        "/srv/neraca/postgres/data",
        "/srv/neraca/postgres/server.log",
        "/srv/neraca/postgres/socket",
        "/srv/neraca/postgres/users.lock",
    ]
    assert place.url == "postgresql://postgres@/neraca?host=%2Fsrv%2Fneraca%2Fpostgres%2Fsocket&port=5432"
    assert layout.of(Path("here")).home == Path.cwd() / "here"


def test_a_home_of_any_name_is_told_whole_in_the_url() -> None:
    place = Layout(Path("/srv/one & two?"), None)

    assert parse_qs(urlsplit(place.url).query) == {"host": ["/srv/one & two?/postgres/socket"], "port": ["5432"]}


def test_the_socket_is_elsewhere_from_the_first_byte_that_the_kernel_does_not_take() -> None:
    beside = len("/postgres/socket/.s.PGSQL.5432")
    fits, too_long = (Path("/" + "h" * (length - beside - 1)) for length in (107, 108))

    assert Layout(fits, None).socket == fits / "postgres" / "socket"
    far = Layout(too_long, None).socket
    assert far.parent == Path("/tmp")
    assert far.name.startswith(f"neraca-{os.geteuid()}-")
    assert len(far.name.rpartition("-")[2]) == 16
    assert Layout(too_long, ServerUser(7, 8)).socket.name.startswith("neraca-7-")
    assert Layout(too_long / "other", None).socket != far
    for letters, elsewhere in ((38, False), (39, True)):  # bytes count, of which each has two
        assert (Layout(Path("/" + "é" * letters), None).socket.parent == Path("/tmp")) is elsewhere


def test_folders_are_made_for_their_owner_only_and_once(tmp_path: Path) -> None:
    place = Layout(tmp_path / "deep" / "home", None)

    layout.prepare(place)
    layout.prepare(place)

    assert [mode(path) for path in (place.home, place.folder, place.socket)] == [0o700] * 3


def test_a_folder_that_others_may_read_is_closed(tmp_path: Path) -> None:
    place = Layout(tmp_path, None)
    layout.prepare(place)
    for open_to in (0o701, 0o710, 0o777):
        place.folder.chmod(open_to)
        layout.prepare(place)
        assert mode(place.folder) == 0o700
    place.folder.chmod(0o500)
    layout.prepare(place)
    assert mode(place.folder) == 0o500, "what is closed already is left as it is"


def test_a_link_in_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "postgres").symlink_to(tmp_path / "elsewhere")
    us = os.geteuid()

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        layout.prepare(Layout(tmp_path, None))

    assert refused(refusal) == (
        str(tmp_path / "postgres"),
        f"this is not a folder of user {us}",
        f"remove it, or give it to user {us}",
    )


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        layout.prepare(Layout(tmp_path / "file" / "home", None))

    assert refused(refusal) == (
        str(tmp_path / "file" / "home" / "postgres"),
        f"Not a directory ({tmp_path / 'file' / 'home'})",
        "set NERACA_HOME to a folder this user may write in",
    )


@as_root
def test_root_gives_each_folder_to_whom_it_serves(tmp_path: Path) -> None:
    os.chown(tmp_path, 12, 13)
    place = Layout(tmp_path, ServerUser(14, 15))

    layout.prepare(place)

    assert [(path.stat().st_uid, path.stat().st_gid) for path in (place.folder, place.socket)] == [(12, 13), (14, 15)]


@as_root
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    place = Layout(tmp_path, ServerUser(14, 15))
    layout.prepare(place)
    os.chown(place.socket, 16, 16)

    with pytest.raises(embedded.ServerDidNotStart, match="this is not a folder of user 14") as refusal:
        layout.prepare(place)

    assert refusal.value.place == place.socket
    assert (place.socket.stat().st_uid, place.socket.stat().st_gid) == (16, 16)


@as_root
def test_an_ordinary_user_gives_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of somebody else in which this user may write."""
    place = Layout(tmp_path, None)
    layout.prepare(place)
    for path in (place.folder, place.socket):
        os.chown(path, 14, 15)
    monkeypatch.setattr(layout.os, "geteuid", lambda: 14)

    layout.prepare(place)

    assert {path.stat().st_uid for path in (place.folder, place.socket)} == {14}


@as_root
def test_what_belongs_to_its_user_keeps_its_group(tmp_path: Path) -> None:
    place = Layout(tmp_path, ServerUser(14, 15))
    layout.prepare(place)
    os.chown(place.socket, 14, 16)

    layout.prepare(place)

    assert (place.socket.stat().st_uid, place.socket.stat().st_gid) == (14, 16)


@as_root
def test_a_file_of_an_ordinary_user_is_not_given_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(tmp_path, 12, 13)
    for user, owner in ((0, 12), (1, 0), (1_000, 0)):
        monkeypatch.setattr(layout.os, "geteuid", lambda user=user: user)
        path = tmp_path / str(user)
        os.close(layout.private_file(path, os.O_WRONLY))
        assert path.stat().st_uid == owner


@as_root
def test_the_server_runs_as_the_owner_of_the_data_else_of_the_home_else_as_a_known_user(tmp_path: Path) -> None:
    daemon, games, nobody = (pwd.getpwnam(name) for name in ("daemon", "games", "nobody"))
    assert layout.of(tmp_path).user == ServerUser(nobody.pw_uid, nobody.pw_gid)
    assert layout.of(tmp_path / "to be made").user == ServerUser(nobody.pw_uid, nobody.pw_gid)

    os.chown(tmp_path, daemon.pw_uid, 0)
    assert layout.of(tmp_path).user == ServerUser(daemon.pw_uid, daemon.pw_gid)

    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    assert layout.of(tmp_path).user == ServerUser(daemon.pw_uid, daemon.pw_gid)
    os.chown(data, games.pw_uid, 0)
    assert layout.of(tmp_path).user == ServerUser(games.pw_uid, games.pw_gid)

    os.chown(data, NOBODY_KNOWS, 0)
    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        layout.of(tmp_path)
    assert refused(refusal) == (
        str(data),
        f"it belongs to user {NOBODY_KNOWS}, whom this system does not know",
        f"add that user, or give {data} to another",
    )


@as_root
def test_without_any_other_user_root_is_told_to_add_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def nobody_here(name: str) -> pwd.struct_passwd:
        asked.append(name)
        raise KeyError(name)

    monkeypatch.setattr(layout.pwd, "getpwnam", nobody_here)

    with pytest.raises(embedded.ServerDidNotStart) as refusal:
        layout.of(tmp_path)

    assert asked == ["neraca", "nobody"]
    assert refused(refusal) == (
        str(tmp_path),
        "root may not run PostgreSQL and there is no other user",
        "add a user named neraca",
    )


def test_an_ordinary_user_stays_who_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout.os, "geteuid", lambda: 1_000)

    assert layout.of(tmp_path) == Layout(tmp_path, None)


def test_a_private_file_is_made_once_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    os.close(layout.private_file(path, os.O_WRONLY))
    path.chmod(0o640)
    path.write_text("kept")

    opened = layout.private_file(path, os.O_RDWR)

    assert os.read(opened, 10) == b"kept"
    assert not os.get_inheritable(opened)
    assert mode(path) == 0o640, "only a file that is made here has its rights set"
    os.close(opened)


def test_a_private_file_is_never_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("other")
    for name, target in {"link": "target", "dangling": "nothing"}.items():
        (tmp_path / name).symlink_to(tmp_path / target)
        with pytest.raises(OSError, match="symbolic links"):
            layout.private_file(tmp_path / name, os.O_WRONLY)
    assert not (tmp_path / "nothing").exists()


@as_root
def test_a_private_file_that_is_made_belongs_to_the_owner_of_its_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 12, 13)
    (tmp_path / "before").touch(0o600)

    for name in ("before", "made"):
        os.close(layout.private_file(tmp_path / name, os.O_WRONLY))

    owners = {path.name: (path.stat().st_uid, path.stat().st_gid, mode(path)) for path in tmp_path.iterdir()}
    assert owners == {"before": (0, 0, 0o600), "made": (12, 13, 0o600)}


def test_only_a_socket_folder_that_is_elsewhere_is_taken_away(tmp_path: Path) -> None:
    near, far = Layout(tmp_path, None), Layout(tmp_path / ("long" * 30), None)
    for place in (near, far):
        layout.prepare(place)

    for place in (near, far):
        layout.tidy(place)

    assert (near.socket.exists(), far.socket.exists()) == (True, False)
