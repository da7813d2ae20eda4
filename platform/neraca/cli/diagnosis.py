"""What `neraca doctor` looks at. It changes nothing; each finding says what is to be done, and whether by a person."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import Literal

import psycopg
from msgspec import Struct
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege, UndefinedTable

from neraca.domain.agency import Agency
from neraca.domain.authorisation import OPERATOR
from neraca.domain.contexts import Actor
from neraca.domain.text_kinds import counted
from neraca.projecting.projection import Projection
from neraca.projecting.projection_status import ProjectionStatus, look, set_aside
from neraca.service.statements import statement
from neraca.store.clock import MOST_APART, read
from neraca.store.errors import ClockSkewed
from neraca.store.statements import migrations

Kind = Literal["away", "stuck", "set aside", "behind", "webhook", "not as configured"]

_PAUSE = timedelta(seconds=1)
_SHORTEST_TOKEN = 20
_NOT_SET_UP = "it is not set up for Neraca"
_OLDEST = 150_000
"""PostgreSQL 15, as `server_version_num` has it."""

_SAFE = {"fsync": "on", "full_page_writes": "on"}
"""Without these a power failure may take what was acknowledged."""


class Finding(Struct, frozen=True):
    """`person`: nobody but a person will put it right."""

    kind: Kind
    where: str
    what: str
    remedy: str
    person: bool = True


def examine(
    url: str, agencies: Mapping[str, Agency], projections: Sequence[Projection], pause: timedelta = _PAUSE
) -> list[Finding]:
    """`pause` is how long a read model that is behind is given to move."""
    try:
        # Not through our pool: the roles it takes may be the very thing that is missing.
        with psycopg.connect(url, autocommit=True, connect_timeout=5, options="-c timezone=UTC") as connection:
            return [
                *_server(connection),
                *_clock(connection),
                *_ledger(connection, agencies),
                *_read_models(connection, projections, pause),
                *_webhooks(connection, agencies),
            ]
    except psycopg.OperationalError as error:
        what = str(error).strip().partition("\n")[0]
        return [Finding("away", "database", what, "start it, or set NERACA_DATABASE_URL to where it is")]


def connecting_user(url: str, agencies: Mapping[str, Agency]) -> list[Finding]:
    """Whether whoever connects to a server of its own, for agencies in production, may pass by row security."""
    if all(agency.stage != "production" for agency in agencies.values()):
        return []
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        name, *passes_by = connection.execute(statement("connecting-user")).fetchone() or ("",)
    whys = (
        "is a superuser: row security does not hold the one who connects",
        "has BYPASSRLS: row security does not hold the one who connects",
        "owns the tables or may make some: it may lift row security",
    )
    remedy = (
        "run `neraca migrate` as their owner, and serve as a member of neraca_app and neraca_projector who is nothing "
        "else; deploy/logins.sql makes both"
    )
    for why, does in zip(whys, passes_by, strict=False):
        if does:
            return [Finding("not as configured", "database", f"{name} {why}", remedy)]
    return []


def can_be_asked(found: Sequence[Finding]) -> bool:
    """Whether there was a log to look into."""
    return not any(one.kind == "away" or one.what == _NOT_SET_UP for one in found)


def tokens(file: Path) -> list[Finding]:
    if file.exists() and file.stat().st_mode & 0o077:
        return [Finding("not as configured", str(file), "others may read the tokens", f"chmod 600 {file}")]
    return []


def holders(file: Path, known: Mapping[str, Actor]) -> list[Finding]:
    """Of the tokens in the file: those that may be guessed, and an operator's as an older program made it."""
    found: list[Finding] = []
    short = sorted({actor.id for token, actor in known.items() if len(token) < _SHORTEST_TOKEN})
    if short:
        what = f"{counted(len(short), 'token')} may be guessed: {', '.join(short[:5])}{', …' if len(short) > 5 else ''}"
        remedy = f"replace each by {_SHORTEST_TOKEN} letters or more by chance, such as openssl rand -base64 24 gives"
        found.append(Finding("not as configured", str(file), what, remedy))
    more = {role.value for actor in known.values() if _is_operator(actor) for role in actor.roles - OPERATOR.roles}
    if more:
        what = f"the token of {OPERATOR.id} has more than whoever runs the server needs: {', '.join(sorted(more))}"
        remedy = f"leave it {' and '.join(sorted(OPERATOR.roles))}; the rest is for people of each agency"
        found.append(Finding("not as configured", str(file), what, remedy))
    return found


def _is_operator(actor: Actor) -> bool:
    return actor.id == OPERATOR.id and actor.agency is None


def _server(connection: Connection) -> list[Finding]:
    found: list[Finding] = []
    if connection.info.server_version < _OLDEST:
        what = f"this PostgreSQL is {connection.info.server_version // 10_000}"
        found.append(Finding("not as configured", "database", what, "Neraca needs 15 or later: upgrade it"))
    for name, wanted in _SAFE.items():
        row = connection.execute("select current_setting(%s)", (name,)).fetchone()
        if row != (wanted,):
            what = f"{name} is {row and row[0]}: a power failure may lose what was acknowledged"
            found.append(Finding("not as configured", "database", what, f"set {name} = {wanted} in postgresql.conf"))
    if connection.info.encoding != "utf-8":
        what = f"its encoding is {connection.info.encoding}"
        found.append(Finding("not as configured", "database", what, "create it with encoding 'UTF8' and restore"))
    return found


def _clock(connection: Connection) -> list[Finding]:
    apart = read(connection).apart
    if abs(apart) <= MOST_APART:
        return []
    what, _, remedy = str(ClockSkewed(apart)).partition(": ")
    return [Finding("not as configured", "clock", what, remedy)]


def _ledger(connection: Connection, agencies: Mapping[str, Agency]) -> list[Finding]:
    try:
        applied = {row[0] for row in connection.execute("select name from ledger.applied()").fetchall()}
        registered = {row[0] for row in connection.execute("select agency from ledger.positions()").fetchall()}
    except (UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedFunction):
        return [Finding("not as configured", "database", _NOT_SET_UP, "run `neraca migrate`")]
    except InsufficientPrivilege as error:
        what = error.diag.message_primary or "rights are missing"
        return [Finding("not as configured", "database", what, "connect as the owner; deploy/README.md says whom")]
    found = [
        Finding("not as configured", "database", f"migration {name} is not applied", "run `neraca migrate`")
        for name in migrations()
        if name not in applied
    ]
    found += [
        Finding("not as configured", "database", f"a newer program has applied {name}", "run that program here too")
        for name in sorted(applied - migrations().keys())
    ]
    found += [
        Finding("not as configured", id_, "its ledger does not exist yet", "run `neraca migrate`")
        for id_ in sorted(agencies.keys() - registered)
    ]
    found += [
        Finding(
            "not as configured",
            id_,
            "it has a ledger here and no agencies/*/agency.yaml: nobody can reach it",
            "restore its file, or set NERACA_ROOT to where it is",
        )
        for id_ in sorted(registered - agencies.keys())
    ]
    return found


def _read_models(connection: Connection, projections: Sequence[Projection], pause: timedelta) -> list[Finding]:
    try:
        places = look(connection)
        digests = dict(connection.execute("select projection, digest from read.projections").fetchall())
        asides = set_aside(connection)
    except (UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedFunction):
        return [Finding("not as configured", "read models", "they are not built", "run `neraca migrate`")]
    found = [
        Finding(
            "not as configured",
            one.name,
            "there are no tables for it" if one.name not in digests else "its tables are another program's",
            "run `neraca migrate` with the program that should serve, and restart the others",
        )
        for one in projections
        if digests.get(one.name) != one.digest
    ]
    found += [_stuck(one) for one in places if one.stuck is not None]
    found += [
        Finding(
            "set aside",
            f"{one.agency}:{one.position}",
            f"{one.projection} cannot hold this {one.tag}: {one.reason}"
            + (f" ({_waiting(one.waiting)})" if one.waiting else ""),
            "upgrade: a program that can hold it takes it in at its first start; "
            f"or have it mended and run `neraca rebuild {one.projection} --agency {one.agency}`",
        )
        for one in asides
    ]
    return found + _behind(connection, [one for one in places if one.lag and one.stuck is None], pause)


def _webhooks(connection: Connection, agencies: Mapping[str, Agency]) -> list[Finding]:
    """Those that send nothing, or have not sent all: of whoever has them, and no address, which may hold a secret."""
    found: list[Finding] = []
    for agency in sorted(agencies):
        with connection.transaction():
            try:
                connection.execute("select set_config('neraca.agency', %s, true)", (agency,))
                rows = connection.execute(statement("webhook-list"), {"agency": agency, "owner": None}).fetchall()
            except (UndefinedTable, psycopg.errors.InvalidSchemaName):
                return found
        for id_, owner, _, _, _, position, attempts, _, trouble, disabled_at, dead in rows:
            named = f"webhook {id_} of {owner}"
            again = f"`neraca webhook redeliver {id_} --agency {agency}`"
            if disabled_at is not None:
                what = f"{named} sends nothing more after {position}: {trouble}"
                found.append(Finding("webhook", agency, what, f"{again} once it is there, or `neraca webhook remove`"))
            elif attempts:
                what = f"{named} is at {position} after {counted(attempts, 'attempt')}: {trouble}"
                found.append(Finding("webhook", agency, what, "wait: it is tried again", person=False))
            if dead:
                what = f"{named} has given up {counted(dead, 'event')}; `neraca webhook dead` says why"
                found.append(Finding("webhook", agency, what, f"{again} once its receiver takes them"))
    return found


def _waiting(number: int) -> str:
    return counted(number, "later event of its stream waits for it", "later events of its stream wait for it")


def _stuck(one: ProjectionStatus) -> Finding:
    return Finding(
        "stuck",
        one.agency,
        f"{one.projection} stopped before event {one.agency}:{one.position + 1} since {one.since:%Y-%m-%d %H:%M}Z:"
        f" {one.stuck}",
        f"`neraca rebuild {one.projection} --agency {one.agency}`; if that fails too, its message says why",
    )


def _behind(connection: Connection, places: Sequence[ProjectionStatus], pause: timedelta) -> list[Finding]:
    """Who moves catches up by himself."""
    if not places:
        return []
    # One look can't tell standing still from being on the way.
    sleep(pause.total_seconds())
    later = {(one.agency, one.projection): one for one in look(connection)}
    found: list[Finding] = []
    for one in places:
        now = later.get((one.agency, one.projection), one)
        name = one.projection or "every read model"
        if now.lag == 0:
            continue
        if now.position > one.position:
            what = f"{name} is {counted(now.lag, 'event')} behind and catching up"
            found.append(Finding("behind", one.agency, what, "wait", person=False))
        else:
            what = f"{name} is {counted(now.lag, 'event')} behind and does not move: nobody follows"
            found.append(Finding("behind", one.agency, what, "start `neraca serve` or `neraca follow`"))
    return found
