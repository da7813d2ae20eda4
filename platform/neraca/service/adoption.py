"""Takes the policies that an agency's file names into its policy register, once each.

Only for a demonstration: in production the file puts nothing in force, and what it wants is said to people.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from neraca.domain.agency import Adoption, Agency
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.errors import Conflict
from neraca.domain.policy_register import PublishPolicy, SchedulePolicy
from neraca.domain.policy_register.proposal import PRODUCTION
from neraca.domain.vocabulary import PositionClass, Role
from neraca.policy.library import Library
from neraca.service.command_batch import CommandBatch
from neraca.service.command_handler import CommandHandler

OPERATOR = Actor("neraca-migrate", frozenset({Role.POLICY}))


class Adopted(Struct, frozen=True):
    """Each as `id@version`. `waiting` are those a file names that people have yet to propose and approve. `crossed` are
    those for which what rules in the log leaves no room, as the file has since cut another: each with the refusal.
    """

    now: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    crossed: tuple[tuple[str, str], ...] = ()


def adopt(service: CommandHandler, agency: Agency, library: Library, now: datetime) -> Adopted:
    """Raises NoSuchPolicy, Unsound, and what `handle` raises."""
    wanted = [
        adoption for adoption in agency.policies if not service.policies.knows(agency.id, adoption.id, adoption.version)
    ]
    if agency.stage == PRODUCTION:
        return Adopted(waiting=tuple(map(_name, wanted)))
    done, crossed = list[str](), list[tuple[str, str]]()
    for adoption in wanted:
        resolved = library.get(adoption.id, adoption.version)
        texts: Mapping[str, str] = resolved.sources
        publish = PublishPolicy(file=resolved.file, texts=dict(texts), reason=f"adopted in agencies/{agency.id}")
        # The file is the word: whoever wrote both versions there meant the cut between them.
        schedule = SchedulePolicy(
            id=adoption.id,
            version=adoption.version,
            since=adoption.from_,
            until=adoption.to,
            classes=None if adoption.classes is None else tuple(map(PositionClass, adoption.classes)),
            in_parts=True,
        )
        # Two servers that start at once adopt it once.
        key = f"adopt/{_name(adoption)}"
        batch = CommandBatch(agency=agency.id, actor=OPERATOR, commands=(publish, schedule), now=now, key=key)
        try:
            service.handle(batch)
        except Conflict as refusal:
            crossed.append((_name(adoption), str(refusal)))
        else:
            done.append(_name(adoption))
    return Adopted(now=tuple(done), crossed=tuple(crossed))


def _name(adoption: Adoption) -> str:
    return PolicyRef.written(adoption.id, adoption.version)
