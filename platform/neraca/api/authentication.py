"""Who asks, and what they may see.

A token stands for an actor. What an actor may read in an agency is its access scope: everyone there, or only the
appraisals that are the actor's own, or of people the actor appraises or reviews. Other agencies do not exist for it.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Lock

import msgspec
from msgspec import Struct

from neraca.api import json_input
from neraca.domain.authorisation import SEE_APPOINTMENTS
from neraca.domain.contexts import Actor
from neraca.domain.text_kinds import TOKEN, fault, shown
from neraca.domain.vocabulary import Role, Scope

_ACTORS = msgspec.json.Decoder(dict[str, Actor])

SEE_PEOPLE = frozenset({Role.HR, Role.OFFICIAL, Role.AUDITOR})
"""They read everybody's appraisal; the auditor no more of it than others."""

SEE_COUNTS = SEE_PEOPLE | {Role.POLICY, Role.POLICY_APPROVER, Role.NATIONAL}
"""They read how many have which outcome, and what a policy would do."""

SEE_SURVEYS = frozenset({Role.SURVEYOR, Role.OFFICIAL, Role.AUDITOR})
"""They read what citizens wrote before it is released, and what was noticed of their answers."""

UNNAMED = frozenset({Scope.AGGREGATES, Scope.LOG})
"""What an integrator may whose token names no scopes."""


class TokensRefused(ValueError):
    """The message names the file and what is wrong in it."""


class AccessScope(Struct, frozen=True):
    """What one actor sees of one agency.

    `reader` None reads every appraisal, and `people` None the whole roster; else one's own and of those one appraises
    or reviews. `counts` are for whoever may know how many have which outcome. `raters` tells who rated, in the log
    only. `pay` are for whoever may know what everybody is credited with and paid,
    `payroll` for whoever may write it out. `surveys` are for whoever runs or checks surveys of citizens: comments that
    nobody has released, and what was noticed of how answers came. `appointments` are for whoever says or checks who has
    which role.
    """

    agency: str
    reader: str | None
    people: str | None
    counts: bool
    log: bool
    raters: bool
    pay: bool = False
    payroll: bool = False
    surveys: bool = False
    appointments: bool = False


class Tokens:
    """Bearer tokens, kept as digests only."""

    def __init__(self, actors: Mapping[str, Actor]) -> None:
        self._actors = digests(actors)

    def reads_log(self, agency: str, name: str) -> bool:
        """Whether somebody of that name has a token by which an integrator reads the log of the agency."""
        named = [actor for actor in self._actors.values() if actor.id == name and Role.INTEGRATOR in actor.roles]
        return any((seen := access_scope(actor, agency)) is not None and seen.log for actor in named)

    def actor(self, token: str) -> Actor | None:
        # By digest: neither a dump of memory nor the time of a comparison tells a token.
        return self._actors.get(_digest(token))


class TokenFile(Tokens):
    """The tokens of a file as it stands: one that is added is known at the next request, one that goes is not.

    A file that can't be read as it now is leaves in force what was read last, and `trouble` says so until it is mended.
    Raises TokensRefused where it can't be read at first.
    """

    def __init__(self, file: Path, complain: Callable[[str], None]) -> None:
        super().__init__(read_actors(file))
        self.trouble: str | None = None
        self._file = file
        self._complain = complain
        self._seen = _stamp(file)
        self._mutex = Lock()

    def actor(self, token: str) -> Actor | None:
        self._look()
        return super().actor(token)

    def reads_log(self, agency: str, name: str) -> bool:
        self._look()
        return super().reads_log(agency, name)

    def _look(self) -> None:
        if _stamp(self._file) != self._seen:
            with self._mutex:
                self._read_again()

    def _read_again(self) -> None:
        """The stamp is taken first: what changes while it is read is read once more."""
        seen = _stamp(self._file)
        if seen == self._seen:
            return
        try:
            self._actors = digests(read_actors(self._file))
            self.trouble = None
        except TokensRefused as refused:
            self.trouble = f"{refused}. Until it is mended, the tokens read before count on, also those taken out"
            self._complain(self.trouble)
        # Also where it could not be read: it is complained of once, and not at every request.
        self._seen = seen


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """Changes with the file; None where it is away."""
    try:
        found = file.stat()
    except OSError:
        return None
    # The inode too: a file put in its place may have the same size and, on coarse clocks, the same time.
    return found.st_mtime_ns, found.st_size, found.st_ino


def digests(actors: Mapping[str, Actor]) -> dict[bytes, Actor]:
    return {_digest(token): actor for token, actor in actors.items()}


def read_actors(file: Path) -> dict[str, Actor]:
    """A JSON object: token -> `{"id": ..., "roles": ["hr", ...], "agency": ...}`; agency null acts in all of them."""
    try:
        actors: dict[str, Actor] = json_input.decoded(_ACTORS, file.read_bytes())
    except (OSError, json_input.Malformed, json_input.Misshapen) as wrong:
        raise TokensRefused(f'{file}: {wrong}; write {{"<token>": {{"id": "...", "roles": ["hr"]}}}}') from None
    for token, actor in actors.items():
        said = {"the token": token, "id": actor.id, "agency": actor.agency}
        for name, value in said.items():
            if value is not None and (wrong := fault(TOKEN, value)) is not None:
                raise TokensRefused(f"{file}: {name} of {shown(actor.id)}: {wrong}")
    return actors


def access_scope(actor: Actor, agency: str) -> AccessScope | None:
    """None where the agency is none of the actor's business."""
    if actor.agency not in (None, agency):
        return None
    scopes = _scopes(actor)
    everyone = bool(actor.roles & SEE_PEOPLE)
    dossiers = everyone or Scope.DOSSIERS in scopes
    return AccessScope(
        agency,
        None if dossiers else actor.id,
        None if dossiers or Scope.ROSTER in scopes else actor.id,
        counts=bool(actor.roles & SEE_COUNTS) or Scope.AGGREGATES in scopes,
        log=Role.AUDITOR in actor.roles or Scope.LOG in scopes,
        raters=Role.AUDITOR in actor.roles,
        pay=everyone,
        payroll=Role.HR in actor.roles or Scope.PAYROLL in scopes,
        surveys=bool(actor.roles & SEE_SURVEYS),
        appointments=bool(actor.roles & SEE_APPOINTMENTS),
    )


def bulk(actor: Actor) -> bool:
    """Whether pages may be as long as lists are."""
    return Scope.BULK in _scopes(actor)


def _scopes(actor: Actor) -> frozenset[Scope]:
    if Role.INTEGRATOR not in actor.roles:
        return frozenset()
    return UNNAMED if actor.scopes is None else actor.scopes


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
