"""From the bytes of a body to commands, telling what is wrong by JSON pointer: one fault for each wrong command."""

import re

import msgspec

from neraca.api.problems import Fault, Problem
from neraca.domain.catalogue import COMMANDS, Command
from neraca.domain.values import suggestion

MOST = 1_000
"""Commands in one unit."""

_COMMAND = msgspec.json.Decoder(Command)
_UNIT = msgspec.json.Decoder(list[msgspec.Raw])
_MISSING = re.compile(r"missing required field `([^`]+)`")
_UNKNOWN = re.compile(r"contains unknown field `([^`]+)`")
_NO_TAG = re.compile(r"Invalid value '([^']*)'")
_PART = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


def read(body: bytes) -> tuple[Command, ...]:
    """One command, or a list of them as one unit. Raises Problem `malformed` or `invalid`."""
    if not is_list(body):
        return _read([(msgspec.Raw(body), "")])
    try:
        each = _UNIT.decode(body)
    except msgspec.DecodeError as broken:
        raise _malformed(broken) from None
    if not each:
        raise Problem("invalid", "the list is empty: send at least one command", faults=[Fault("", "no command")])
    if len(each) > MOST:
        raise Problem("invalid", f"{len(each)} commands in one unit: send at most {MOST} at a time")
    return _read([(raw, f"/{at}") for at, raw in enumerate(each)])


def is_list(body: bytes) -> bool:
    return body.lstrip().startswith(b"[")


def _read(parts: list[tuple[msgspec.Raw, str]]) -> tuple[Command, ...]:
    commands: list[Command] = []
    faults: list[Fault] = []
    for raw, at in parts:
        try:
            commands.append(_COMMAND.decode(raw))
        except msgspec.ValidationError as wrong:
            faults.append(_fault(str(wrong), at))
        except msgspec.DecodeError as broken:
            raise _malformed(broken) from None
    if faults:
        raise Problem("invalid", faults[0].detail, faults=faults)
    return tuple(commands)


def _malformed(broken: msgspec.DecodeError) -> Problem:
    return Problem("malformed", f"the body is not JSON: {broken}; send one command, or a list of commands")


def _fault(message: str, at: str) -> Fault:
    what, _, path = message.partition(" - at `")
    pointer = at + _pointer(path.rstrip("`"))
    if missing := _MISSING.search(what):
        return Fault(f"{pointer}/{missing[1]}", f"'{missing[1]}' is missing: add it")
    if unknown := _UNKNOWN.search(what):
        return Fault(f"{pointer}/{unknown[1]}", f"no field '{unknown[1]}': take it away")
    if pointer == f"{at}/command" and (tag := _NO_TAG.search(what)):
        return Fault(pointer, f"no command '{tag[1]}'; {suggestion(tag[1], COMMANDS)}")
    return Fault(pointer, what)


def _pointer(path: str) -> str:
    """msgspec writes `$.results[...].id` where it does not know which one; the pointer stops at what is known."""
    known = path.partition("[...]")[0].removeprefix("$").removeprefix("key in ")
    return "".join(f"/{name or index}" for name, index in _PART.findall(known))
