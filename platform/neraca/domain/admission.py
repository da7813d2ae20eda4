"""What every value of a command must be before anything is looked up: of its kind, bounded, and written plainly.

Commands are walked by their types, so a field that is added is held to the rule of its kind, and one of text without a
kind (text_kinds) is a TypeError that the tests find. All faults of a command are told at once. Nothing here knows an
agency, a policy or a day: what a value means is the decision's business.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias, cast

from msgspec import Struct, inspect, structs

from neraca.domain import text_kinds, validation
from neraca.domain.errors import Fault, Invalid
from neraca.domain.registry import COMMANDS, Command

MOST_ITEMS = 1_000
"""Of one list or mapping."""

LARGEST_COUNT = 10**9

# That of Python's default decimal context, beyond which sums and products are rounded in silence.
_EXACT = 28
"""Digits of a number that arithmetic keeps; a longer one is refused before it is written anywhere."""

_PLAIN = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]+)?")
_NUMBER = "write it plainly, such as 12 or 93.5, with a dot and no exponent"

Found: TypeAlias = list[tuple[str, str]]
"""JSON pointer and what is wrong there."""

_Check: TypeAlias = Callable[[Any, str, Found], Any]
"""Takes a value and its pointer, adds what is wrong, and returns the value in its stated form.

The value is typed, or as JSON had it: what is not of the type is passed over, as whoever decodes it says so.
"""


def admitted(commands: Sequence[Command]) -> tuple[Command, ...]:
    """The commands with every number in its stated form. Raises Invalid with all that is wrong in all of them."""
    faults: list[Fault] = []
    good: list[Command] = []
    for at, command in enumerate(commands):
        found: Found = []
        good.append(_check(type(command))(command, "", found))
        faults.extend(Fault(at, field, f"{field}: {what}") for field, what in found)
    if faults:
        refused = Invalid(faults[0].message, field=faults[0].field, faults=faults)
        refused.at = faults[0].at
        raise refused
    return tuple(good)


def wrong(raw: object) -> Found:
    """What is wrong in a command as JSON had it: floats as the text they were, for `1e2` is lost in a decimal."""
    found: Found = []
    if isinstance(raw, Mapping):
        fields = cast("Mapping[str, Any]", raw)
        tag = fields.get("command")
        kind = COMMANDS.get(tag) if isinstance(tag, str) else None
        if kind is not None:
            _check(kind)(fields, "", found)
    return found


def plain(number: Decimal) -> Decimal:
    """The one form in which a number goes into the log: no exponent, no zeros after the last digit, no minus zero."""
    if not number.is_finite() or number == 0:
        return Decimal(0) if number == 0 else number
    # normalize() rounds to the context's digits, so a longer number keeps its form and is refused as too long.
    short = number.normalize() if len(number.as_tuple().digits) <= _EXACT else number
    return short.quantize(Decimal(1)) if cast(int, short.as_tuple().exponent) > 0 else short


@cache
def _check(kind: type[Struct]) -> _Check:
    return _of(inspect.type_info(kind), None)


def _of(type_: inspect.Type, kind: text_kinds.Kind | None) -> _Check:
    match type_:
        case inspect.Metadata():
            extra = cast("dict[str, text_kinds.Kind]", type_.extra or {})  # pyright: ignore[reportUnknownMemberType]
            return _year if "year" in extra else _of(type_.type, extra.get("kind", kind))
        case inspect.StrType():
            if kind is None:
                raise TypeError("a text without a kind: annotate it with one of neraca.domain.text_kinds")
            return _text(kind)
        case inspect.DecimalType():
            return _number
        case inspect.IntType():
            return _count
        case inspect.DateType():
            return _day
        case inspect.DateTimeType():
            return _instant
        case inspect.ListType() | inspect.VarTupleType():
            return _items(_of(type_.item_type, None))
        case inspect.DictType():
            return _mapping(_of(type_.key_type, None), _of(type_.value_type, None))
        case inspect.UnionType():
            (one,) = (each for each in type_.types if not isinstance(each, inspect.NoneType))
            return _maybe(_of(one, kind))
        case inspect.StructType():
            return _struct(type_)
        case inspect.EnumType():
            return _one_of(tuple(str(one.value) for one in type_.cls))
        case inspect.LiteralType():
            return _one_of(tuple(map(str, type_.values)))
        case inspect.BoolType():
            return _as_it_is
        case _:
            raise TypeError(f"no rule for {type_}: add one to neraca.domain.admission")


def _as_it_is(value: Any, at: str, found: Found) -> Any:
    return value


def _one_of(choices: Sequence[str]) -> _Check:
    def check(value: Any, at: str, found: Found) -> Any:
        if isinstance(value, str) and value not in choices:
            found.append((at, f"no choice {text_kinds.shown(value)}; {validation.suggestion(value, choices)}"))
        return value

    return check


def _text(kind: text_kinds.Kind) -> _Check:
    def check(value: Any, at: str, found: Found) -> Any:
        if isinstance(value, str) and (what := text_kinds.fault(kind, value)) is not None:
            found.append((at, what))
        return value

    return check


def _number(value: Any, at: str, found: Found) -> Any:
    """Its size and decimals are judged where it is known what it counts (validation.exact)."""
    if isinstance(value, str):
        if not _PLAIN.fullmatch(value):
            found.append((at, f"{text_kinds.shown(value)} is not a number; {_NUMBER}"))
    elif isinstance(value, Decimal):
        if not value.is_finite() or len(value.as_tuple().digits) > _EXACT or value.adjusted() >= _EXACT:
            found.append((at, f"{text_kinds.shown(str(value))} is not a number of at most {_EXACT} digits; {_NUMBER}"))
        elif cast(int, value.as_tuple().exponent) > 0:
            found.append((at, f"{value} has an exponent; {_NUMBER}"))
        else:
            return plain(value)
    return value


def _count(value: Any, at: str, found: Found) -> Any:
    # To Python True is an int.
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_COUNT:
        found.append((at, f"the number is beyond {LARGEST_COUNT:,}; send what was counted"))
    return value


def _year(value: Any, at: str, found: Found) -> Any:
    if isinstance(value, int) and not text_kinds.FIRST_YEAR <= value <= text_kinds.LAST_YEAR:
        found.append((at, f"{value} is no year of service; send {text_kinds.FIRST_YEAR} to {text_kinds.LAST_YEAR}"))
    return value


def _day(value: Any, at: str, found: Found) -> Any:
    if isinstance(value, date) and not text_kinds.FIRST_YEAR <= value.year <= text_kinds.LAST_YEAR:
        found.append(
            (at, f"{value} is no day of service: send one from {text_kinds.FIRST_YEAR} to {text_kinds.LAST_YEAR}")
        )
    return value


def _instant(value: Any, at: str, found: Found) -> Any:
    """That it says a time zone is asked where it is decided on; kept is the instant, in UTC."""
    if not isinstance(value, datetime):
        return value
    if not text_kinds.FIRST_YEAR < value.year < text_kinds.LAST_YEAR:
        found.append((at, f"{value.isoformat()} is no time of a service that was given; send when it was"))
        return value
    return value if value.tzinfo in (None, UTC) else value.astimezone(UTC)


def _items(item: _Check) -> _Check:
    def check(value: Any, at: str, found: Found) -> Any:
        if not isinstance(value, list | tuple):
            return value
        several = cast("Sequence[Any]", value)
        if len(several) > MOST_ITEMS:
            found.append((at, f"{len(several):,} items; at most {MOST_ITEMS:,} are taken"))
            return several
        return _same(several, [item(one, f"{at}/{nth}", found) for nth, one in enumerate(several)])

    return check


def _mapping(key: _Check, item: _Check) -> _Check:
    def check(value: Any, at: str, found: Found) -> Any:
        if not isinstance(value, Mapping):
            return value
        named = cast("Mapping[Any, Any]", value)
        if len(named) > MOST_ITEMS:
            found.append((at, f"{len(named):,} entries; at most {MOST_ITEMS:,} are taken"))
            return named
        new: dict[Any, Any] = {}
        for name, one in named.items():
            before = len(found)
            key(name, at, found)
            new[name] = item(one, at if len(found) > before else f"{at}{validation.pointer(name)}", found)
        # What nothing changed in stays the same object: most commands are passed on as they came, uncopied.
        return cast("Any", named) if all(new[name] is one for name, one in named.items()) else new

    return check


def _maybe(one: _Check) -> _Check:
    def check(value: Any, at: str, found: Found) -> Any:
        return None if value is None else one(value, at, found)

    return check


def _struct(type_: inspect.StructType) -> _Check:
    fields = [(field.name, field.encode_name, _of(field.type, None)) for field in type_.fields]

    def check(value: Any, at: str, found: Found) -> Any:
        if isinstance(value, Mapping):
            named = cast("Mapping[str, Any]", value)
            for _, name, of in fields:
                if name in named:
                    of(named[name], f"{at}/{name}", found)
        elif isinstance(value, type_.cls):
            new = {
                name: after
                for name, encoded, of in fields
                if (after := of(before := getattr(value, name), f"{at}/{encoded}", found)) is not before
            }
            return structs.replace(value, **new) if new else value
        return cast("Any", value)

    return check


def _same(before: Sequence[Any], after: list[Any]) -> Sequence[Any]:
    if all(one is other for one, other in zip(before, after, strict=True)):
        return before
    return tuple(after) if isinstance(before, tuple) else after
