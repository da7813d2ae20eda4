"""The salt by which raters are drawn in a period, and the draw: the same for everybody who knows the salt.

The salt comes from the system's chance and is in the log before anybody is drawn by it, once for a period: nobody
chooses it, nobody has it changed, and whoever drew can't try another. Its digest may be known to all; the salt is for
auditors, as with it and the roster everybody could work out who rates whom.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import TypeAlias, assert_never

from msgspec import Struct

from neraca.domain import validation
from neraca.domain.contexts import DrawOpeningContext
from neraca.domain.errors import AlreadyDone, TooLate
from neraca.domain.event_facets import WithoutFacts
from neraca.domain.text_kinds import PeriodLabel
from neraca.domain.vocabulary import Relation

_ALGORITHM = "neraca/rater-draw/1"


class OfRaterDraw(Struct, frozen=True, kw_only=True, omit_defaults=True):
    period: str


class RaterDrawOpened(OfRaterDraw, WithoutFacts, frozen=True, tag="rater-draw.opened"):
    """`salt` is hex, for auditors; `salt_sha256` is the hex sha256 of its bytes, for all."""

    on: date
    salt: str
    salt_sha256: str


RaterDrawEvent: TypeAlias = RaterDrawOpened


class ToRaterDraw(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    period: PeriodLabel


class OpenRaterDraw(ToRaterDraw, frozen=True, tag="open-rater-draw"):
    """Puts the salt of a period into the log, once, from the system's chance."""


RaterDrawCommand: TypeAlias = OpenRaterDraw


class State(Struct):
    """The salt that was put into the log, None before. Changes in place."""

    salt: str | None = None


def evolve(state: State, event: RaterDrawEvent) -> State:
    match event:
        case RaterDrawOpened():
            state.salt = event.salt
        case _:
            assert_never(event)
    return state


def decide(command: RaterDrawCommand, state: State, context: DrawOpeningContext) -> list[RaterDrawEvent]:
    match command:
        case OpenRaterDraw():
            period = validation.period(command.period)
            if state.salt is not None:
                raise AlreadyDone(f"raters of {command.period} are drawn by a salt that is in the log; there is one")
            if context.today > period.ends:
                raise TooLate(f"{command.period} ended on {period.ends}; a draw is opened before its period ends")
            digest = sha256(bytes.fromhex(context.salt)).hexdigest()
            return [RaterDrawOpened(period=command.period, on=context.today, salt=context.salt, salt_sha256=digest)]
        case _:
            assert_never(command)


def seed(agency: str, period: str, employee: str, relation: Relation, salt: str) -> str:
    """Hex sha256 of what the draw of one employee's raters in a relation rests on, each on a line of its own."""
    return _digest((_ALGORITHM, agency, period, employee, relation.value, salt))


def drawn(candidates: Iterable[str], seed: str) -> list[str]:
    """The candidates in the order of the draw: by the hex sha256 of seed and number, the smallest first."""
    return sorted(candidates, key=lambda one: (_digest((seed, one)), one))


def digest_of(candidates: Iterable[str]) -> str:
    """Hex sha256 of the candidates in order, each on a line of its own."""
    return _digest(sorted(candidates))


def _digest(lines: Sequence[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()
