"""From the bytes of a body to commands, telling all that is wrong by JSON pointer."""

import json
import re
from collections.abc import Mapping
from itertools import islice
from typing import cast

import msgspec

from neraca.api import json_input
from neraca.api.problems import Fault, Problem
from neraca.api.shape_faults import fields_at_fault, shape_fault
from neraca.domain import admission
from neraca.domain.registry import COMMANDS, Command
from neraca.domain.validation import suggestion

MOST = 1_000
"""Commands in one unit."""

MOST_FIELDS = 100
"""Missing and unknown fields of one command that are told."""

_COMMAND = msgspec.json.Decoder(Command)
_UNIT = msgspec.json.Decoder(list[msgspec.Raw])
_NO_TAG = re.compile(r"Invalid value '([^']*)'")


def read(body: bytes) -> tuple[Command, ...]:
    """One command, or a list of them as one unit. Raises Problem `malformed` or `invalid` with all that is wrong."""
    try:
        raw = json_input.read(body)
    except json_input.Malformed as broken:
        raise _malformed(broken) from None
    if not isinstance(raw, list):
        return _read([msgspec.Raw(body)], [raw], [""])
    several = cast("list[object]", raw)
    if not several:
        raise Problem("invalid", "the list is empty: send at least one command", faults=[Fault("", "no command")])
    if len(several) > MOST:
        raise Problem("invalid", f"{len(several)} commands in one unit: send at most {MOST} at a time")
    return _read(_each(body, several), several, [f"/{at}" for at in range(len(several))])


def is_list(body: bytes) -> bool:
    return body.lstrip().startswith(b"[")


def _read(bodies: list[msgspec.Raw], as_json: list[object], places: list[str]) -> tuple[Command, ...]:
    commands: list[Command] = []
    faults: list[Fault] = []
    for body, raw, at in zip(bodies, as_json, places, strict=True):
        found = [Fault(f"{at}{pointer}", what) for pointer, what in admission.wrong(raw)]
        try:
            commands.append(_COMMAND.decode(body))
        except msgspec.ValidationError as wrong:
            found = [*_of_fields(raw, at), *found]
            fault = _fault(wrong, at)
            # The typed decoder stops at its first mistake; what the walks said of that place says it better.
            if not any(other.pointer.startswith(fault.pointer) for other in found):
                faults.append(fault)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
            if not found:
                raise _malformed(broken) from None
        faults += found
    if faults:
        raise Problem("invalid", f"{faults[0].pointer}: {faults[0].detail}", faults=faults)
    return tuple(commands)


def _each(body: bytes, as_json: list[object]) -> list[msgspec.Raw]:
    try:
        return _UNIT.decode(body)
    except msgspec.DecodeError:
        # Half a character somewhere spoils the whole list for the typed decoder: each is written again to find where.
        return [msgspec.Raw(json.dumps(one).encode()) for one in as_json]


def _malformed(broken: Exception) -> Problem:
    return Problem("malformed", f"the body is not JSON: {broken}; send one command, or a list of commands")


def _of_fields(raw: object, at: str) -> list[Fault]:
    """Those that are missing, or that there are none such, some of them where there are a great many."""
    fields: Mapping[str, object] = cast("Mapping[str, object]", raw) if isinstance(raw, Mapping) else {}
    tag = fields.get("command")
    kind = COMMANDS.get(tag) if isinstance(tag, str) else None
    faults = () if kind is None else islice(fields_at_fault(kind, fields), MOST_FIELDS)
    return [Fault(f"{at}{one.pointer}", one.detail) for one in faults]


def _fault(wrong: msgspec.ValidationError, at: str) -> Fault:
    found = shape_fault(wrong)
    if found.pointer == "/command" and (tag := _NO_TAG.search(str(wrong))):
        return Fault(f"{at}/command", f"no command '{tag[1]}'; {suggestion(tag[1], COMMANDS)}")
    return Fault(f"{at}{found.pointer}", found.detail)
