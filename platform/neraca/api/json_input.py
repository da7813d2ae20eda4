"""JSON as it comes in, read strictly: a key twice, a bad byte or a pit of brackets is refused, never half understood.

The typed decoders keep the last of two equal keys in silence, and forget how a number was written.
"""

import json
from typing import Any, cast

import msgspec

from neraca.api.shape_faults import shape_fault
from neraca.domain.text_kinds import shown

JSON = "application/json"
DEEPEST = 64
"""Levels of arrays and objects; nothing that is asked here needs ten."""


class Malformed(ValueError):
    """The message says what is wrong with the text as JSON."""


class Misshapen(ValueError):
    """It is JSON, but not of the type it must be of; the message names the place and what to write there."""


def read(text: bytes | str) -> Any:
    """Numbers with a fraction or an exponent come as the text they were. Raises Malformed."""
    try:
        written = text.decode() if isinstance(text, bytes) else text
        if written.startswith(_MARK):
            raise Malformed("there is a byte order mark at line 1, column 1; send it without")
        found = _STRICT.decode(written)
    except UnicodeDecodeError as wrong:
        raise Malformed(f"byte {wrong.start + 1} is not UTF-8") from None
    except RecursionError:
        raise Malformed(f"it is nested too deep; at most {DEEPEST} levels are read") from None
    except json.JSONDecodeError as wrong:
        raise Malformed(f"{wrong.msg} at line {wrong.lineno}, column {wrong.colno}") from None
    # As deep as it has brackets, at the most: few have so many.
    if written.count("[") + written.count("{") > DEEPEST:
        _not_deeper(found)
    return found


def decoded(decoder: msgspec.json.Decoder[Any], text: bytes | str) -> Any:
    """Typed, after it was read strictly. Raises Malformed, or Misshapen."""
    # Twice on purpose: the strict look finds what the typed decoder passes over, and that one is what counts.
    read(text)
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as wrong:
        raise Misshapen(str(shape_fault(wrong))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Malformed(str(wrong)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise Malformed(f"the key {shown(twice)} is there twice; say each once")
    return found


def _whole(digits: str) -> int | str:
    # Python takes the time of a square over long digits, and of some thousands it makes no number at all.
    return int(digits) if len(digits) <= 30 else digits


def _no_number(name: str) -> Any:
    raise Malformed(f"{name} is no number in JSON")


_MARK = "\ufeff"
_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_float=str, parse_int=_whole, parse_constant=_no_number)


def _not_deeper(found: Any) -> None:
    level: list[Any] = [found] if isinstance(found, dict | list) else []
    for _ in range(DEEPEST + 1):
        level = [one for each in level for one in _inside(each)]
        if not level:
            return
    raise Malformed(f"it is nested too deep; at most {DEEPEST} levels are read")


def _inside(each: Any) -> list[Any]:
    """The arrays and objects right within."""
    inner = cast("dict[str, Any]", each).values() if isinstance(each, dict) else cast("list[Any]", each)
    return [one for one in inner if isinstance(one, dict | list)]
