"""What an assessor found of somebody's potential: the second axis of talents, never computed from results."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct, field

from neraca.domain import validation
from neraca.domain.assignments import named_in_service
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotAllowed, TooEarly
from neraca.domain.text_kinds import Name, Nip, Title, Uri

LEAST, MOST = Decimal(0), Decimal(100)


class OfPotential(Struct, frozen=True, kw_only=True, omit_defaults=True):
    employee: str


class PotentialAssessed(OfPotential, frozen=True, tag="potential.assessed"):
    """`value` is from 0 to 100, as the `assessor` found it on a day; `source` is how, such as an assessment centre."""

    value: Decimal
    source: str
    assessor: str
    on: date
    document: str | None = None


PotentialEvent: TypeAlias = PotentialAssessed


class ToPotential(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip


class AssessPotential(ToPotential, frozen=True, tag="assess-potential"):
    """Of the assessments recorded, that of the last day counts; of two of a day the one recorded later."""

    value: Decimal
    source: Title
    assessor: Name
    on: date
    document: Uri | None = None


PotentialCommand: TypeAlias = AssessPotential


class State(Struct):
    """In order of the log. Changes in place."""

    assessed: list[PotentialAssessed] = field(default_factory=list[PotentialAssessed])


def evolve(state: State, event: PotentialEvent) -> State:
    state.assessed.append(event)
    return state


def decide(command: PotentialCommand, state: State, context: Context) -> list[PotentialEvent]:
    if context.actor.id == command.employee:
        raise NotAllowed("nobody records their own potential; another official does")
    named_in_service(command.employee, command.on, "/employee", context.people)
    if command.on > context.today:
        raise TooEarly(f"/on: {command.on} is still to come; record what was found by {context.today}", field="/on")
    validation.exact(command.value, "/value")
    if not LEAST <= command.value <= MOST or command.value != command.value.quantize(Decimal("0.01")):
        raise Invalid(
            f"/value: {command.value} is no potential; it is from {LEAST} to {MOST} and has two decimals at most",
            field="/value",
        )
    validation.written(command.source, "/source", "the source")
    validation.written(command.assessor, "/assessor", "the assessor")
    found = PotentialAssessed(
        employee=command.employee,
        value=command.value,
        source=command.source,
        assessor=command.assessor,
        on=command.on,
        document=command.document,
    )
    if state.assessed and state.assessed[-1] == found:
        raise AlreadyDone(f"/on: that is recorded of {command.on} already", field="/on")
    return [found]
