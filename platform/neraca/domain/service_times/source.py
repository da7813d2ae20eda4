"""A system outside that measures service times (sumber data), and who may bring what it measured."""

from typing import TypeAlias, assert_never

from msgspec import Struct

from neraca.domain import validation
from neraca.domain.contexts import Context
from neraca.domain.errors import AlreadyDone, Invalid, NotFound
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.text_kinds import Key, Prose, Sender, Title


class OfTimeSource(Struct, frozen=True, kw_only=True, omit_defaults=True):
    source: str
    system: str
    importers: list[str]


class TimeSourceRegistered(OfTimeSource, ReadableWhole, frozen=True, tag="time-source.registered"):
    """`system` is what the source is called; `importers` are the ids of whose tokens it may be imported with."""


class TimeSourceRevised(OfTimeSource, ReadableWhole, frozen=True, tag="time-source.revised"):
    """Without importers nothing more is taken from it; what was taken stays."""

    reason: str


TimeSourceEvent: TypeAlias = TimeSourceRegistered | TimeSourceRevised


class ToTimeSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    source: Key
    system: Title
    importers: list[Sender]


class RegisterTimeSource(ToTimeSource, frozen=True, tag="register-time-source"):
    """`importers` are ids of integrators, of programs as `key:<program>`, or of officials who import its files."""


class ReviseTimeSource(ToTimeSource, frozen=True, tag="revise-time-source"):
    """Takes the place of what was registered; with no importers nothing more is taken from the source."""

    reason: Prose


TimeSourceCommand: TypeAlias = RegisterTimeSource | ReviseTimeSource


class State(Struct):
    """`system` is empty as long as it is not registered. Changes in place."""

    system: str = ""
    importers: tuple[str, ...] = ()


def evolve(state: State, event: TimeSourceEvent) -> State:
    match event:
        case TimeSourceRegistered() | TimeSourceRevised():
            state.system, state.importers = event.system, tuple(event.importers)
        case _:
            assert_never(event)
    return state


def decide(command: TimeSourceCommand, state: State, context: Context) -> list[TimeSourceEvent]:
    for at, importer in enumerate(command.importers):
        if importer in command.importers[:at]:
            raise Invalid(f"/importers/{at}: '{importer}' is there twice; name each once", field=f"/importers/{at}")
    match command:
        case RegisterTimeSource():
            if state.system:
                raise AlreadyDone(f"source '{command.source}' is registered; send revise-time-source with the reason")
            if not command.importers:
                raise Invalid("/importers: nobody could import from it; name whose token may", field="/importers")
            return [
                TimeSourceRegistered(source=command.source, system=command.system, importers=list(command.importers))
            ]
        case ReviseTimeSource():
            if not state.system:
                raise NotFound(f"there is no source '{command.source}'; an official must register it first")
            return [
                TimeSourceRevised(
                    source=command.source,
                    system=command.system,
                    importers=list(command.importers),
                    reason=validation.written(command.reason, "/reason", "the reason"),
                )
            ]
        case _:
            assert_never(command)
