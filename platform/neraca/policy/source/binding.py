"""Fills a Struct from a tree and says everything that does not fit, each with its place.

msgspec itself stops at the first mistake and knows no lines; so the types are walked here. A leaf that does not fit is
reported, remembered as broken, and stood in for by something neutral, so that one slip never hides the next.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin

from msgspec import Meta, Struct
from msgspec.structs import fields

from neraca.policy.findings import Finding, Origin, finding, nearest, plain, suggestion
from neraca.policy.source.yaml_tree import Entry, Leaf, Map, Refused, Seq, Tree

T = TypeVar("T")

PLACES = 6
LARGEST = Decimal(10) ** 15


class Scalars(Struct, frozen=True):
    """What a leaf may be: any of some kinds, or one of some words or whole numbers."""

    kinds: frozenset[type]
    words: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    pattern: re.Pattern[str] | None = None
    advice: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None


class Slot(Struct, frozen=True):
    name: str
    key: str
    shape: "Shape"
    required: bool


class Record(Struct, frozen=True):
    type: type[Struct]
    slots: dict[str, Slot]


class Choice(Struct, frozen=True):
    """One of several records; the value under `tag` tells which."""

    tag: str
    records: dict[str, Record]


class MapOf(Struct, frozen=True):
    key: Scalars
    value: "Shape"


class ListOf(Struct, frozen=True):
    item: "Shape"
    into: type[list[object]] | type[tuple[object, ...]]


class Maybe(Struct, frozen=True):
    """A shape, or null."""

    shape: "Shape"


Shape: TypeAlias = Scalars | Record | Choice | MapOf | ListOf | Maybe


def fill(tree: Map, into: type[T]) -> tuple[T, list[Finding], frozenset[str]]:
    """The value, what is wrong with it, and the paths where a stand-in stands for what was wrong."""
    filling = _Filling(partial=False)
    value = filling.value(tree, shape_of(into), "", tree.at)
    return cast("T", value), filling.found, frozenset(filling.broken)


def correct_keys(tree: Map, of: type[Struct]) -> tuple[Map, list[Finding]]:
    """The document with misspelt keys put right, each reported: what inherits from it is not to suffer from a slip."""
    found: list[Finding] = []
    return cast("Map", _respelt(tree, shape_of(of), "", found)), found


def survey(tree: Map, of: type[Struct]) -> list[Finding]:
    """What is wrong with the leaves that are there: for part of a document, whose missing keys come from elsewhere."""
    filling = _Filling(partial=True)
    filling.value(tree, shape_of(of), "", tree.at)
    return filling.found


@cache
def shape_of(kind: object) -> Shape:
    """The shape of a Struct, a map, a list, a scalar, or a union of scalars or of tagged Structs."""
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *metas = get_args(kind)
        return _bounded(shape_of(inner), [meta for meta in metas if isinstance(meta, Meta)])
    if origin is Literal:
        words = get_args(kind)
        return Scalars(
            frozenset(), tuple(w for w in words if isinstance(w, str)), tuple(w for w in words if isinstance(w, int))
        )
    if origin in (Union, UnionType):
        return _union(get_args(kind))
    if origin is dict:
        key, value = get_args(kind)
        return MapOf(cast("Scalars", shape_of(key)), shape_of(value))
    if origin is list or origin is tuple:
        return ListOf(shape_of(get_args(kind)[0]), cast("type[list[object]]", origin))
    if isinstance(kind, type) and issubclass(kind, Struct):
        slots = (Slot(f.name, f.encode_name, shape_of(f.type), f.required) for f in fields(kind))
        return Record(kind, {slot.key: slot for slot in slots})
    if kind in (str, int, bool, Decimal, date):
        return Scalars(frozenset({cast("type", kind)}))
    raise TypeError(f"no shape for {kind}")


def _bounded(shape: Shape, metas: list[Meta]) -> Shape:
    if not isinstance(shape, Scalars):
        return shape
    pattern, advice, least, most = shape.pattern, shape.advice, shape.least, shape.most
    for meta in metas:
        pattern = re.compile(meta.pattern) if meta.pattern is not None else pattern
        advice = meta.description or advice
        least = Decimal(str(meta.ge)) if meta.ge is not None else least
        most = Decimal(str(meta.le)) if meta.le is not None else most
    return Scalars(shape.kinds, shape.words, shape.numbers, pattern, advice, least, most)


def _union(options: tuple[object, ...]) -> Shape:
    shapes = [shape_of(option) for option in options if option is not type(None)]
    if len(shapes) == 1:
        whole = shapes[0]
    elif all(isinstance(shape, Record) for shape in shapes):
        records = [shape for shape in shapes if isinstance(shape, Record)]
        whole = Choice(
            cast("str", records[0].type.__struct_config__.tag_field),
            {str(record.type.__struct_config__.tag): record for record in records},
        )
    else:
        whole = _either([shape for shape in shapes if isinstance(shape, Scalars)])
    return Maybe(whole) if type(None) in options else whole


def _either(scalars: list[Scalars]) -> Scalars:
    return Scalars(
        frozenset(kind for shape in scalars for kind in shape.kinds),
        tuple(word for shape in scalars for word in shape.words),
        tuple(number for shape in scalars for number in shape.numbers),
        next((shape.pattern for shape in scalars if shape.pattern), None),
        next((shape.advice for shape in scalars if shape.advice), None),
        next((shape.least for shape in scalars if shape.least is not None), None),
        next((shape.most for shape in scalars if shape.most is not None), None),
    )


def _respelt(tree: Tree, shape: Shape, path: str, found: list[Finding]) -> Tree:
    if isinstance(shape, Maybe):
        return _respelt(tree, shape.shape, path, found)
    if isinstance(tree, Seq) and isinstance(shape, ListOf):
        items = (_respelt(item, shape.item, f"{path}/{index}", found) for index, item in enumerate(tree.items))
        return Seq(tree.at, tuple(items))
    if not isinstance(tree, Map):
        return tree
    entries: dict[str, Entry] = {}
    if isinstance(shape, MapOf):
        for key, entry in tree.entries.items():
            entries[key] = Entry(entry.key, _respelt(entry.value, shape.value, f"{path}/{key}", found))
        return Map(tree.at, entries)
    slots = _slots(tree, shape)
    for key, entry in tree.entries.items():
        right = key
        if key not in slots and (close := nearest(key, slots)) is not None and close not in tree.entries:
            found.append(finding(entry.key, f"{path}/{key}", f"unknown key '{key}'", f"did you mean '{close}'?"))
            right = close
        slot = slots.get(right)
        value = entry.value if slot is None else _respelt(entry.value, slot, f"{path}/{right}", found)
        entries.setdefault(right, Entry(entry.key, value))
    return Map(tree.at, entries)


def _slots(tree: Map, shape: Shape) -> dict[str, Shape]:
    """The keys there may be: of a block that doesn't say which it is, those of any, with only the shapes they share."""
    if isinstance(shape, Record):
        return {key: slot.shape for key, slot in shape.slots.items()}
    if not isinstance(shape, Choice):
        return {key: Scalars(frozenset()) for key in tree.entries}
    chosen = shape.records.get(str(tree.leaf(shape.tag)))
    records = [chosen] if chosen is not None else list(shape.records.values())
    slots: dict[str, Shape] = {shape.tag: Scalars(frozenset())}
    for record in records:
        for key, slot in record.slots.items():
            slots[key] = slot.shape if slots.get(key, slot.shape) == slot.shape else Scalars(frozenset())
    return slots


class _Filling:
    def __init__(self, *, partial: bool) -> None:
        self.partial = partial
        self.found: list[Finding] = []
        self.broken: set[str] = set()

    def report(self, at: Origin, path: str, what: str, remedy: str) -> None:
        self.found.append(finding(at, path, what, remedy))

    def wrong(self, at: Origin, path: str, shape: Shape, what: str, remedy: str) -> object:
        self.report(at, path, what, remedy)
        self.broken.add(path)
        return placeholder(shape)

    def value(self, tree: Tree, shape: Shape, path: str, key: Origin) -> object:
        """`key` is where the key of this value stands: missing keys are reported there."""
        if isinstance(tree, Refused):
            self.broken.add(path)
            return placeholder(shape)
        match shape:
            case Maybe():
                if isinstance(tree, Leaf) and tree.value is None:
                    return None
                return self.value(tree, shape.shape, path, key)
            case Scalars():
                return self.scalar(tree, shape, path)
            case MapOf():
                if isinstance(tree, Map):
                    return self.map_of(tree, shape, path)
            case ListOf():
                if isinstance(tree, Seq):
                    return shape.into(
                        self.value(item, shape.item, f"{path}/{index}", item.at)
                        for index, item in enumerate(tree.items)
                    )
            case Record():
                if isinstance(tree, Map):
                    return self.record(tree, shape, path, key)
            case Choice():
                if isinstance(tree, Map):
                    return self.choice(tree, shape, path, key)
        return self.wrong(tree.at, path, shape, f"must be {expected(shape)}, found {seen(tree)}", how(shape))

    def scalar(self, tree: Tree, shape: Scalars, path: str) -> object:
        value = tree.value if isinstance(tree, Leaf) else None
        if isinstance(value, bool):
            if bool in shape.kinds:
                return value
        elif isinstance(value, Decimal):
            if shape.numbers and value in shape.numbers:
                return int(value)
            if Decimal in shape.kinds or (int in shape.kinds and value == value.to_integral_value()):
                return self.number(value, tree, shape, path)
        elif isinstance(value, str):
            if value in shape.words:
                return value
            if date in shape.kinds and (day := as_day(value)) is not None:
                return day
            if str in shape.kinds:
                if shape.pattern is None or shape.pattern.fullmatch(value):
                    return value
                advice = f"write {shape.advice}" if shape.advice else f"it must match {shape.pattern.pattern}"
                return self.wrong(tree.at, path, shape, f"'{value}' is not understood", advice)
        what, remedy = f"must be {expected(shape)}, found {seen(tree)}", how(shape)
        if str in shape.kinds and isinstance(value, bool | Decimal):
            remedy = f'put it in quotes: "{plain(value) if isinstance(value, Decimal) else str(value).lower()}"'
        elif isinstance(value, str):
            if shape.words and (close := nearest(value, shape.words)) is not None:
                self.report(tree.at, path, what, f"did you mean '{close}'?")
                return close
            if shape.kinds & {Decimal, int} and re.fullmatch(r"-?[0-9]+,[0-9]+", value):
                remedy = f"write {value.replace(',', '.')}"
            elif shape.kinds & {Decimal, int} and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
                remedy = f"write it without quotes: {value}"
        return self.wrong(tree.at, path, shape, what, remedy)

    def number(self, value: Decimal, tree: Tree, shape: Scalars, path: str) -> object:
        exponent = value.normalize().as_tuple().exponent
        if shape.least is not None and value < shape.least:
            what, remedy = f"must be at least {plain(shape.least)}, found {plain(value)}", "write a larger number"
        elif shape.most is not None and value > shape.most:
            what, remedy = f"must be at most {plain(shape.most)}, found {plain(value)}", "write a smaller number"
        elif abs(value) >= LARGEST:
            what, remedy = f"{plain(value)} has more than 15 digits", "use a larger unit, such as thousands"
        elif isinstance(exponent, int) and -exponent > PLACES:
            what, remedy = f"{plain(value)} has more than {PLACES} decimals", f"write at most {PLACES}"
        else:
            return value if Decimal in shape.kinds else int(value)
        return self.wrong(tree.at, path, shape, what, remedy)

    def map_of(self, tree: Map, shape: MapOf, path: str) -> dict[object, object]:
        filled: dict[object, object] = {}
        known = shape.key.words
        for key, entry in tree.entries.items():
            below = f"{path}/{key}"
            if known and key not in known:
                self.report(entry.key, below, f"unknown key '{key}'", suggestion(key, known))
                continue
            if date in shape.key.kinds:
                if (day := as_day(key)) is None:
                    self.report(entry.key, below, f"'{key}' is no day", how(shape.key))
                    self.broken.add(below)
                else:
                    filled[day] = self.value(entry.value, shape.value, below, entry.key)
                continue
            if shape.key.pattern is not None and not shape.key.pattern.fullmatch(key):
                self.report(entry.key, below, f"unknown key '{key}'", f"write {shape.key.advice}")
                if isinstance(entry.value, Leaf) and entry.value.value is None:
                    continue
            filled[key] = self.value(entry.value, shape.value, below, entry.key)
        return filled

    def record(self, tree: Map, shape: Record, path: str, key: Origin, *, tag: str | None = None) -> object:
        entries = self.known_entries(tree, shape.slots, path, tag)
        filled: dict[str, object] = {}
        for slot in shape.slots.values():
            below = f"{path}/{slot.key}"
            entry = entries.get(slot.key)
            if entry is not None:
                filled[slot.name] = self.value(entry.value, slot.shape, below, entry.key)
            elif slot.required:
                if not self.partial:
                    self.report(key, path, f"missing key '{slot.key}'", f"add it: {expected(slot.shape)}")
                self.broken.add(below)
                filled[slot.name] = placeholder(slot.shape)
        return shape.type(**filled)

    def known_entries(self, tree: Map, slots: Mapping[str, object], path: str, tag: str | None) -> Mapping[str, Entry]:
        """The entries by their right names: a misspelt key is reported, and read as the one that was meant."""
        if all(key in slots or key == tag for key in tree.entries):
            return tree.entries
        entries: dict[str, Entry] = {}
        for key, entry in tree.entries.items():
            if key in slots or key == tag:
                entries[key] = entry
                continue
            close = nearest(key, slots)
            remedy = suggestion(key, slots)
            if close is None and isinstance(entry.value, Leaf) and entry.value.value is None:
                remedy = "put a text that has a comma in quotes, and write decimals with a point"
            self.report(entry.key, f"{path}/{key}", f"unknown key '{key}'", remedy)
            if close is not None and close not in tree.entries:
                entries.setdefault(close, entry)
        return entries

    def choice(self, tree: Map, shape: Choice, path: str, key: Origin) -> object:
        known = ", ".join(shape.records)
        entry = tree.entries.get(shape.tag)
        if entry is None:
            if self.partial:
                return self.some_choice(tree, shape, path)
            return self.wrong(key, path, shape, f"missing key '{shape.tag}'", f"add it: one of {known}")
        word = tree.leaf(shape.tag)
        if isinstance(word, str) and word in shape.records:
            return self.record(tree, shape.records[word], path, key, tag=shape.tag)
        if isinstance(entry.value, Refused):
            return self.value(entry.value, shape, path, key)
        place, below = entry.value.at, f"{path}/{shape.tag}"
        meant = nearest(word, shape.records) if isinstance(word, str) else None
        if meant is None:
            self.broken.add(path)
            return self.wrong(place, below, shape, f"no {shape.tag} {seen(entry.value)}", f"write one of: {known}")
        self.report(place, below, f"no {shape.tag} {seen(entry.value)}", f"did you mean '{meant}'?")
        return self.record(tree, shape.records[meant], path, key, tag=shape.tag)

    def some_choice(self, tree: Map, shape: Choice, path: str) -> object:
        """A part of a block that does not say which it is: its keys must be known to one of them at least."""
        slots = {slot.key: slot for record in shape.records.values() for slot in record.slots.values()}
        self.known_entries(tree, slots, path, shape.tag)
        return placeholder(shape)


def as_day(text: str) -> date | None:
    """The day written as year-month-day, if there is such a day."""
    if len(text) != len("2025-01-31"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def placeholder(shape: Shape) -> object:
    match shape:
        case Maybe():
            return None
        case MapOf():
            return {}
        case ListOf():
            return shape.into()
        case Choice():
            return placeholder(next(iter(shape.records.values())))
        case Record():
            return shape.type(**{slot.name: placeholder(slot.shape) for slot in shape.slots.values() if slot.required})
        case Scalars():
            if shape.words:
                return shape.words[0]
            if shape.numbers:
                return shape.numbers[0]
            if date in shape.kinds:
                return date.min
            return next(kind() for kind in (Decimal, int, str, bool) if kind in shape.kinds)


def expected(shape: Shape) -> str:
    match shape:
        case Maybe():
            return f"{expected(shape.shape)} or null"
        case MapOf():
            return "a map"
        case ListOf():
            return "a list"
        case Record():
            return f"a map with {_listed(shape.slots)}"
        case Choice():
            return f"a map with {shape.tag}: one of {', '.join(shape.records)}"
        case Scalars():
            names = {Decimal: "a number", int: "a whole number", bool: "true or false", date: "a day", str: "text"}
            kinds = [name for kind, name in names.items() if kind in shape.kinds]
            words = [*shape.words, *map(str, shape.numbers)]
            if len(words) > 1:
                words = [f"one of {', '.join(words)}"]
            return " or ".join([*kinds, *words])


def how(shape: Shape) -> str:
    match shape:
        case Maybe():
            return how(shape.shape)
        case Scalars() if shape.advice:
            return f"write {shape.advice}"
        case Scalars() if date in shape.kinds:
            return 'write a day of the calendar as year-month-day in quotes, "2025-01-31"'
        case MapOf() | Record() | Choice():
            return "write keys and values, as in {key: value}"
        case ListOf():
            return "write it in brackets, as in [a, b]"
        case _:
            return f"write {expected(shape)}"


def seen(tree: Tree) -> str:
    match tree:
        case Leaf(value=None):
            return "nothing"
        case Leaf(value=bool() as flag):
            return str(flag).lower()
        case Leaf(value=Decimal() as number):
            return plain(number)
        case Leaf(value=word):
            return f"'{word}'"
        case Map():
            return "a map"
        case Seq():
            return "a list"
        case Refused():
            return "something refused"


def _listed(slots: Mapping[str, Slot]) -> str:
    return ", ".join(slot.key for slot in slots.values() if slot.required) or ", ".join(slots)
