"""Passes on what came in at the public doors of surveys: of many together, and after the last day all of it.

However often and wherever this runs: what is passed on together has a name, under which the log takes it once.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from secrets import token_bytes
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.domain.registry import Command
from neraca.domain.survey import PassedAnswer, PassedComment, PassOnAnswers, ShutDoor
from neraca.domain.vocabulary import FEWEST_CITIZENS, Burst, Role
from neraca.service.command_batch import CommandBatch, CommandResult
from neraca.service.command_handler import CommandHandler
from neraca.service.statements import statement
from neraca.store.pool import fetch, open_pool
from neraca.store.public_door import PublicDoor, decoded

DOOR = "neraca:door"
"""Who passes it on, as it stands in the log. No token has this name."""

MOST = 500
"""Answers that go into the log at once."""

_WAITING = 2 * FEWEST_CITIZENS
"""Answers that must wait: as many go as stay, and which is left to chance. So who came last is not among the next."""

_POINTS = msgspec.json.Decoder(list[str])
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


class OpenDoor(Struct, frozen=True):
    """Of a survey. `closes` is the last day on which it takes answers."""

    stream: UUID
    unit: str
    period: str
    survey: str
    points: Sequence[str]
    opens: date
    closes: date


class PassedOn(Struct, frozen=True):
    """How much of an agency went into the log, and how many doors were shut."""

    agency: str
    answers: int = 0
    comments: int = 0
    shut: int = 0


def secret() -> str:
    """128 bits by chance, in letters and digits that nobody takes for others."""
    number = int.from_bytes(token_bytes(17)) >> 6
    return "".join(_ALPHABET[number >> 5 * at & 31] for at in range(26))


def pass_on(service: CommandHandler, url: str, agency: Agency, now: datetime) -> PassedOn:
    """What may be passed on today. Surveys that the read model has not taken in yet are found the next time."""
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    answers = comments = shut = 0
    with open_pool(url, largest=1) as pool:
        with pool.connection() as connection:
            rows = fetch(connection, agency.id, statement("open-doors"), {"agency": agency.id})
        door = PublicDoor(pool)
        for stream, unit, period, survey, points, opens, closes in rows:
            one = OpenDoor(stream, unit, period, survey, _POINTS.decode(points), opens, closes)
            last = today > closes
            if last:
                door.shut(agency.id, stream, one.points)
            for batch, command in _batches(door, agency.id, one, last=last):
                _sent(service, agency.id, command, now, f"door-{batch}")
                door.passed_on(agency.id, batch)
                answers += len(command.answers)
                comments += len(command.comments)
            if last:
                shut_door = ShutDoor(unit=unit, period=period, survey=survey)
                _sent(service, agency.id, shut_door, now, f"door-shut-{stream}")
                shut += 1
    return PassedOn(agency.id, answers, comments, shut)


def _batches(door: PublicDoor, agency: str, of: OpenDoor, *, last: bool) -> Iterator[tuple[UUID, PassOnAnswers]]:
    least, kept = (0, 0) if last else (_WAITING, FEWEST_CITIZENS)
    for point in of.points:
        while batch := door.batch(agency, of.stream, point, least=least, kept=kept, most=MOST):
            yield batch, _command(door, agency, of, point, batch)


def _command(door: PublicDoor, agency: str, of: OpenDoor, point: str, batch: UUID) -> PassOnAnswers:
    waiting = door.answers(agency, batch)
    noticed = Counter(kind for one in waiting for kind in one.noticed)
    return PassOnAnswers(
        unit=of.unit,
        period=of.period,
        survey=of.survey,
        point=point,
        answers=[
            PassedAnswer(
                respondent=str(one.id),
                answers={element: Decimal(value) for element, value in sorted(decoded(one.answers).items())},
                unverified=one.unverified,
            )
            for one in waiting
        ],
        receipts=sorted(one.receipt for one in waiting),
        comments=[PassedComment(comment=str(one.id), words=one.words) for one in door.comments(agency, batch)],
        flagged={kind: noticed[kind.value] for kind in Burst if noticed[kind.value]},
    )


def _sent(service: CommandHandler, agency: str, command: Command, now: datetime, key: str) -> CommandResult:
    actor = Actor(DOOR, frozenset({Role.DOOR}), agency)
    return service.handle(CommandBatch(agency=agency, actor=actor, commands=(command,), now=now, key=key))
