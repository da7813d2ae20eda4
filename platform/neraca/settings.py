"""What the environment says, read once at the start: every wrong value is refused by name, all of them together."""

import os
import pwd
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

Level = Literal["debug", "info", "warning", "error"]
Webhooks = Literal["public", "anywhere"]
Queries = Literal["any", "documents"]
Switch = Literal["on", "off"]
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")
NAMES = (
    "NERACA_DATABASE_URL",
    "NERACA_HOME",
    "NERACA_ROOT",
    "NERACA_HOST",
    "NERACA_PORT",
    "NERACA_LOG",
    "NERACA_TOKEN",
    "NERACA_TICK",
    "NERACA_LANGUAGE",
    "NERACA_WEBHOOKS",
    "NERACA_METRICS_TOKEN",
    "NERACA_DOCUMENTS",
    "NERACA_QUERIES",
    "NERACA_GRAPHIQL",
)
HOME_OF_ROOT = Path("/var/lib/neraca")
HOST = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
METRICS_TOKEN = re.compile("[!-~]{16,255}")
LANGUAGE = re.compile(r"(en|id|in)([-_.].*)?", re.IGNORECASE)

TICK = 600
"""Seconds: deadlines are days, and who waits for a reminder waits no longer than this after midnight."""

_FEW = 3
"""Mistyped letters in a name that is still plainly meant."""

T = TypeVar("T")


class Settings(msgspec.Struct, frozen=True):
    """`database_url` None means the embedded server under `home`; `root` holds `policies/` and `agencies/`; `token` is
    that of whoever asks on the command line; every `tick` seconds a server looks what deadlines passed, never if None;
    `webhooks` says whether receivers may be in this machine's own networks; `documents` is where trusted documents of
    GraphQL are, and `queries` whether others are answered as well; `graphiql`, whether a page to write them is there.
    """

    database_url: str | None
    home: Path
    root: Path
    host: str
    port: int
    log: Level
    token: str | None = None
    tick: int | None = TICK
    webhooks: Webhooks = "public"
    metrics_token: str | None = None
    documents: Path | None = None
    queries: Queries = "any"
    graphiql: Switch = "off"


class Account(msgspec.Struct, frozen=True):
    """Who runs this; `folder` is the home folder the system knows for them, if any."""

    uid: int
    folder: Path | None = None


class SettingsRefused(Exception):
    """One problem a line: the setting, what is wrong, the remedy. A value that may hold a secret is never shown."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load() -> Settings:
    """The settings of this process. Raises SettingsRefused."""
    uid = os.geteuid()
    try:
        folder = Path(pwd.getpwuid(uid).pw_dir)
    except KeyError:
        folder = None
    return read(os.environ, Account(uid, folder))


def read(
    env: Mapping[str, str], account: Account | None = None, is_folder: Callable[[Path], bool] = Path.is_dir
) -> Settings:
    """The settings in these variables; an empty one counts as not set. Raises SettingsRefused.

    The home is `NERACA_HOME`, else `neraca` in the user's data folder (`XDG_DATA_HOME`, `HOME`, the account's folder).
    For root it is `/var/lib/neraca` whatever HOME says: root's HOME differs between a shell, sudo and a service.
    """
    given = {name: value.strip() for name, value in env.items() if value.strip()}
    # A misspelt name would otherwise leave the default in force, and nobody would be told.
    problems = [_unknown(name) for name in sorted(given) if name.startswith("NERACA_") and name not in NAMES]

    def setting(name: str, understand: Callable[[str], T], default: Callable[[], T]) -> T | None:
        try:
            return understand(given[name]) if name in given else default()
        except ValueError as wrong:
            problems.append(f"{name}: {wrong}")
            return None

    def root(value: str) -> Path:
        folder = Path(value)
        missing = [name for name in ("policies", "agencies") if not is_folder(folder / name)]
        if missing:
            raise ValueError(f"no folder {' or '.join(missing)} in {value}; name the folder that holds both")
        return folder

    database_url = setting("NERACA_DATABASE_URL", _database_url, lambda: None)
    home = setting("NERACA_HOME", _home, lambda: _default_home(given, account))
    root_folder = setting("NERACA_ROOT", root, lambda: Path("."))
    host = setting("NERACA_HOST", _host, lambda: "127.0.0.1")
    port = setting("NERACA_PORT", _port, lambda: 8000)
    log = setting("NERACA_LOG", _level, _info)
    tick = setting("NERACA_TICK", _tick, lambda: TICK)
    webhooks = setting("NERACA_WEBHOOKS", _webhooks, _public)
    metrics_token = setting("NERACA_METRICS_TOKEN", _metrics_token, lambda: None)
    documents = setting("NERACA_DOCUMENTS", Path, lambda: None)
    queries = setting("NERACA_QUERIES", _queries, _any)
    graphiql = setting("NERACA_GRAPHIQL", _switch, _off)
    if queries == "documents" and documents is None:
        problems.append("NERACA_QUERIES: there are no documents; say in NERACA_DOCUMENTS where they are")
    setting("NERACA_LANGUAGE", _language, lambda: "")

    if problems or home is None or root_folder is None or host is None or port is None or log is None or tick is None:
        raise SettingsRefused(tuple(problems))
    token = given.get("NERACA_TOKEN")
    return Settings(
        database_url,
        home,
        root_folder,
        host,
        port,
        log,
        token,
        tick or None,
        webhooks or "public",
        metrics_token,
        documents,
        queries or "any",
        graphiql or "off",
    )


def _unknown(name: str) -> str:
    """Names the nearest setting, and all of them where even that is far."""
    part = name.removeprefix("NERACA_")
    # What was written without its whole prefix comes before what merely looks alike.
    near = min(NAMES, key=lambda known: (part not in known, _edits(name, known)))
    others = "" if _edits(name, near) <= _FEW else f" There are {', '.join(NAMES)}"
    return f"{name}: no such setting; did you mean {near}?{others}"


def _edits(a: str, b: str) -> int:
    """How many letters to add, leave out, change, or swap with their neighbour, to make one word of the other."""
    rows = [list(range(len(b) + 1))]
    for i, one in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            least = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (one != other))
            if i > 1 and j > 1 and (one, a[i - 2]) == (b[j - 2], other):
                least = min(least, rows[-2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]


def _database_url(value: str) -> str | None:
    example = "write postgresql://user:password@host:5432/database"
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError as wrong:
        raise ValueError(f"not an address of a database; {example}") from wrong
    if url.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"not an address of a PostgreSQL; {example}")
    if not url.path.strip("/") and "dbname=" not in url.query:
        raise ValueError(f"it names no database; {example}")
    return value


def _home(value: str) -> Path:
    if not Path(value).is_absolute():
        raise ValueError(f"{value} is not an absolute path; write it from / on, without ~")
    return Path(value)


def _default_home(given: Mapping[str, str], account: Account | None) -> Path:
    if account and account.uid == 0:
        return HOME_OF_ROOT
    data = given.get("XDG_DATA_HOME", "")
    if Path(data).is_absolute():
        return Path(data) / "neraca"
    folders = [Path(given.get("HOME", "")), account.folder if account else None]
    for folder in folders:
        if folder and folder.is_absolute():
            return folder / ".local" / "share" / "neraca"
    raise ValueError("this user has no home folder; set NERACA_HOME to an absolute path for the data")


def _host(value: str) -> str:
    if not HOST.fullmatch(value):
        raise ValueError(
            f"{value} is neither a host name nor an address; write 127.0.0.1 or 0.0.0.0, no scheme, no port"
        )
    return value


def _port(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 5 and int(value) <= 65535):
        raise ValueError(f"{value} is not a port; write a number from 0 (any free one) to 65535")
    return int(value)


def _tick(value: str) -> int:
    """0 for never."""
    if value.lower() == "off":
        return 0
    if not (value.isascii() and value.isdecimal() and len(value) <= 5 and 1 <= int(value) <= 86_400):
        raise ValueError(f"{value} is no pace; write off, or how many seconds apart, from 1 to 86400")
    return int(value)


def _webhooks(value: str) -> Webhooks:
    match value.lower():
        case "public" | "anywhere" as where:
            return where
        case _:
            raise ValueError(f"{value} says not where receivers may be; write public or anywhere")


def _public() -> Webhooks:
    return "public"


def _off() -> Switch:
    return "off"


def _switch(value: str) -> Switch:
    match value.lower():
        case "on" | "off" as which:
            return which
        case _:
            raise ValueError(f"{value} is neither; write on or off")


def _queries(value: str) -> Queries:
    match value.lower():
        case "any" | "documents" as which:
            return which
        case _:
            raise ValueError(f"{value} says not which queries are answered; write any or documents")


def _any() -> Queries:
    return "any"


def _metrics_token(value: str) -> str | None:
    if not METRICS_TOKEN.fullmatch(value):
        raise ValueError("it must be 16 to 255 letters, digits and punctuation; make one with openssl rand -hex 16")
    return value


def _language(value: str) -> str:
    """Only that it is one: `wording` reads it, also where a wrong setting is what is to be told."""
    if not LANGUAGE.fullmatch(value):
        raise ValueError(f"{value} is no language of these messages; write en or id")
    return value


def _level(value: str) -> Level:
    for level in LEVELS:
        if value.lower() == level:
            return level
    raise ValueError(f"{value} is not a level; there are {', '.join(LEVELS)}")


def _info() -> Level:
    return "info"
