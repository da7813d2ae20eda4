"""Fills a Struct from a tree and says everything that does not fit, each with its place.

msgspec itself stops at the first mistake and knows no lines; so the types are walked here. A leaf that does not fit is
reported, remembered as broken, and stood in for by something neutral, so that one mistake never hides the next.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from types import UnionType
from typing import Annotated, Literal, TypeAlias, TypeVar, Union, assert_never, cast, get_args, get_origin

from msgspec import Meta, Struct
from msgspec.structs import fields, force_setattr

from neraca.policy.findings import Finding, Origin, finding, nearest, plain, suggestion
from neraca.policy.source.yaml_tree import NUMBER, Entry, Leaf, Map, Refused, Scalar, Seq, Tree

T = TypeVar("T")

PLACES = 6
LARGEST = Decimal(10) ** 15
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Shape(Struct, frozen=True, kw_only=True):
    """`at_once` are the types of leaf it takes whatever they say, a Decimal if it is one that fits."""

    at_once: frozenset[type] = frozenset()


class Scalars(_Shape, frozen=True):
    """What a leaf may be: any of some kinds, or one of some words or whole numbers."""

    kinds: frozenset[type]
    words: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    pattern: re.Pattern[str] | None = None
    advice: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None

    def __post_init__(self) -> None:
        free = {
            str: self.pattern is None and date not in self.kinds,
            Decimal: self.least is None and self.most is None and not self.numbers,
            bool: True,
        }
        force_setattr(self, "at_once", frozenset(kind for kind in self.kinds if free.get(kind)))


class Slot(Struct, frozen=True):
    name: str
    key: str
    shape: "Shape"
    required: bool


class Record(_Shape, frozen=True):
    """`shapes` are those of the slots, by key."""

    type: type[Struct]
    slots: dict[str, Slot]
    shapes: "dict[str, Shape]"
    required: tuple[Slot, ...]


class Choice(_Shape, frozen=True):
    """One of several records; the value under `tag` tells which. `shapes` are those of the slots of each record, and
    under None of a block that doesn't say which it is: the keys of any, with only the shapes they share.
    """

    tag: str
    records: dict[str, Record]
    shapes: "dict[str | None, dict[str, Shape]]"


class MapOf(_Shape, frozen=True):
    key: Scalars
    value: "Shape"


class ListOf(_Shape, frozen=True):
    item: "Shape"
    into: type[list[object]] | type[tuple[object, ...]]


class Maybe(_Shape, frozen=True):
    """A shape, or null."""

    shape: "Shape"

    def __post_init__(self) -> None:
        force_setattr(self, "at_once", self.shape.at_once | {type(None)})


Shape: TypeAlias = Scalars | Record | Choice | MapOf | ListOf | Maybe

ANYTHING = Scalars(frozenset())
"""Where nothing is known of what stands below a key."""


def fill(tree: Map, into: type[T], filled: dict[int, object] | None = None) -> tuple[T, list[Finding], frozenset[str]]:
    """The value, what is wrong with it, and the paths where a stand-in stands for what was wrong.

    `filled` has the sound blocks of trees that still live, by the identity of each: what a child inherits is the very
    tree of its parent, and need not be filled again.
    """
    filling = _Filling(partial=False, filled=filled)
    value = filling.value(tree, shape_of(into), "", tree.at)
    return cast("T", value), filling.found, frozenset(filling.broken)


def correct_keys(tree: Map, of: type[Struct]) -> tuple[Map, list[Finding]]:
    """The document with misspelt keys put right, each reported: what inherits from it is not to suffer."""
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
        return record_of(kind, [Slot(f.name, f.encode_name, shape_of(f.type), f.required) for f in fields(kind)])
    if kind in (str, int, bool, Decimal, date):
        return Scalars(frozenset({cast("type", kind)}))
    raise TypeError(f"no shape for {kind}")


def record_of(kind: type[Struct], slots: list[Slot]) -> Record:
    named, shapes = {slot.key: slot for slot in slots}, {slot.key: slot.shape for slot in slots}
    return Record(kind, named, shapes, tuple(slot for slot in slots if slot.required))


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
    records = [shape for shape in shapes if isinstance(shape, Record)]
    if len(shapes) == 1:
        whole = shapes[0]
    elif records:
        whole = _choice(records)
    else:
        whole = _either([shape for shape in shapes if isinstance(shape, Scalars)])
    return Maybe(whole) if type(None) in options else whole


def _choice(records: list[Record]) -> Choice:
    tag = cast("str", records[0].type.__struct_config__.tag_field)
    named = {str(record.type.__struct_config__.tag): record for record in records}
    shared: dict[str, Shape] = {tag: ANYTHING}
    for record in records:
        for key, shape in record.shapes.items():
            shared[key] = shape if shared.get(key, shape) == shape else ANYTHING
    shapes: dict[str | None, dict[str, Shape]] = {word: {tag: ANYTHING} | one.shapes for word, one in named.items()}
    return Choice(tag, named, shapes | {None: shared})


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


_OF_MAPS = (MapOf, Record, Choice)


def _respelt(tree: Tree, shape: Shape, path: str, found: list[Finding]) -> Tree:
    """The tree itself where nothing in it is misspelt, which is nearly always so."""
    if isinstance(shape, Maybe):
        shape = shape.shape
    if isinstance(tree, Map) and isinstance(shape, _OF_MAPS):
        return _respelt_map(tree, shape, path, found)
    if isinstance(tree, Seq) and isinstance(shape, ListOf):
        return _respelt_list(tree, shape, path, found)
    return tree


def _respelt_list(tree: Seq, shape: ListOf, path: str, found: list[Finding]) -> Seq:
    changed = False
    items: list[Tree] = []
    for index, item in enumerate(tree.items):
        right = item if isinstance(item, Leaf) else _respelt(item, shape.item, f"{path}/{index}", found)
        changed |= right is not item
        items.append(right)
    return Seq(tree.at, tuple(items)) if changed else tree


def _respelt_map(tree: Map, shape: MapOf | Record | Choice, path: str, found: list[Finding]) -> Map:
    changed: dict[str, Entry] = {}
    shapes = _shapes(tree, shape)
    if isinstance(shapes, dict) and not tree.entries.keys() <= shapes.keys():
        tree = _rekeyed(tree, shapes, path, found)
    for key, entry in tree.entries.items():
        if isinstance(entry.value, Leaf):
            continue
        below = shapes.get(key, ANYTHING) if isinstance(shapes, dict) else shapes
        value = _respelt(entry.value, below, f"{path}/{key}", found)
        if value is not entry.value:
            changed[key] = Entry(entry.key, value)
    return Map(tree.at, {**tree.entries, **changed}) if changed else tree


def _rekeyed(tree: Map, shapes: Mapping[str, Shape], path: str, found: list[Finding]) -> Map:
    entries: dict[str, Entry] = {}
    for key, entry in tree.entries.items():
        right = key
        # Not where the right key is there too: then one of the two is too many, and that is what is told.
        if key not in shapes and (close := nearest(key, shapes)) is not None and close not in tree.entries:
            found.append(finding(entry.key, f"{path}/{key}", f"unknown key '{key}'", f"did you mean '{close}'?"))
            right = close
        entries.setdefault(right, entry)
    return Map(tree.at, entries)


def _shapes(tree: Map, shape: MapOf | Record | Choice) -> dict[str, Shape] | Shape:
    """The keys there may be with their shapes, or the one shape of all."""
    match shape:
        case MapOf():
            return shape.value
        case Record():
            return shape.shapes
        case Choice():
            word = tree.leaf(shape.tag)
            return shape.shapes[word if isinstance(word, str) and word in shape.records else None]
        case _:
            assert_never(shape)


class _Filling:
    def __init__(self, *, partial: bool, filled: dict[int, object] | None = None) -> None:
        self.partial = partial
        self.filled = {} if filled is None else filled
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
        if isinstance(tree, Map):
            if isinstance(shape, Record):
                return self.record(tree, shape, path, key)
            if isinstance(shape, MapOf):
                return self.map_of(tree, shape, path)
            if isinstance(shape, Choice):
                return self.choice(tree, shape, path, key)
        elif isinstance(tree, Refused):
            self.broken.add(path)
            return placeholder(shape)
        if isinstance(shape, Scalars):
            return self.scalar(tree, shape, path)
        if isinstance(shape, Maybe):
            return None if isinstance(tree, Leaf) and tree.value is None else self.value(tree, shape.shape, path, key)
        if isinstance(shape, ListOf) and isinstance(tree, Seq):
            return shape.into([self.item(tree, shape.item, path, index) for index in range(len(tree.items))])
        return self.wrong(tree.at, path, shape, f"must be {expected(shape)}, found {seen(tree)}", how(shape))

    def item(self, tree: Seq, shape: Shape, path: str, index: int) -> object:
        item = tree.items[index]
        if type(item) is Leaf and _at_once(item.value, shape):
            return item.value
        return self.value(item, shape, f"{path}/{index}", item.at)

    def scalar(self, tree: Tree, shape: Scalars, path: str) -> object:
        value = tree.value if isinstance(tree, Leaf) else None
        if isinstance(value, Decimal):
            if value in shape.numbers:
                return int(value)
            if Decimal in shape.kinds or (int in shape.kinds and value == value.to_integral_value()):
                return self.number(value, tree, shape, path)
        elif isinstance(value, bool):
            if bool in shape.kinds:
                return value
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
                # With the word that was meant, so that one mistake is one finding and not a trail of them.
                return close
            if (number := _number_meant(value, shape)) is not None:
                remedy = f"write {number}" if "," in value else f"write it without quotes: {number}"
        return self.wrong(tree.at, path, shape, what, remedy)

    def number(self, value: Decimal, tree: Tree, shape: Scalars, path: str) -> object:
        if shape.least is not None and value < shape.least:
            what, remedy = f"must be at least {plain(shape.least)}, found {plain(value)}", "write a larger number"
        elif shape.most is not None and value > shape.most:
            what, remedy = f"must be at most {plain(shape.most)}, found {plain(value)}", "write a smaller number"
        elif _fits(value):
            return value if Decimal in shape.kinds else int(value)
        elif abs(value) >= LARGEST:
            what, remedy = f"{plain(value)} has more than 15 digits", "use a larger unit, such as thousands"
        else:
            what, remedy = f"{plain(value)} has more than {PLACES} decimals", f"write at most {PLACES}"
        return self.wrong(tree.at, path, shape, what, remedy)

    def map_of(self, tree: Map, shape: MapOf, path: str) -> dict[object, object]:
        filled: dict[object, object] = {}
        known, pattern, is_dated = shape.key.words, shape.key.pattern, date in shape.key.kinds
        for key, entry in tree.entries.items():
            value = entry.value
            if (
                pattern is not None
                and type(value) is Leaf
                and _at_once(value.value, shape.value)
                and pattern.fullmatch(key)
            ):
                filled[key] = value.value
                continue
            below = f"{path}/{key}"
            if known and key not in known:
                self.report(entry.key, below, f"unknown key '{key}'", suggestion(key, known))
                continue
            if is_dated:
                if (day := as_day(key)) is None:
                    self.report(entry.key, below, f"'{key}' is no day", how(shape.key))
                    self.broken.add(below)
                else:
                    filled[day] = self.value(entry.value, shape.value, below, entry.key)
                continue
            if pattern is not None and not pattern.fullmatch(key):
                self.report(entry.key, below, f"unknown key '{key}'", f"write {shape.key.advice}")
                if isinstance(entry.value, Leaf) and entry.value.value is None:
                    continue
            filled[key] = self.value(entry.value, shape.value, below, entry.key)
        return filled

    def record(self, tree: Map, shape: Record, path: str, key: Origin, *, tag: str | None = None) -> object:
        known = self.filled.get(id(tree))
        if type(known) is shape.type:
            return known
        troubles = len(self.found) + len(self.broken)
        entries = self.known_entries(tree, shape.slots, path, tag)
        filled: dict[str, object] = {}
        for name, entry in entries.items():
            slot = shape.slots.get(name)
            if slot is None:
                continue  # the tag
            value = entry.value
            if type(value) is Leaf and _at_once(value.value, slot.shape):
                filled[slot.name] = value.value
            else:
                filled[slot.name] = self.value(value, slot.shape, f"{path}/{name}", entry.key)
        for slot in shape.required:
            if slot.name not in filled:
                if not self.partial:
                    self.report(key, path, f"missing key '{slot.key}'", f"add it: {expected(slot.shape)}")
                self.broken.add(f"{path}/{slot.key}")
                filled[slot.name] = placeholder(slot.shape)
        record = shape.type(**filled)
        if len(self.found) + len(self.broken) == troubles:
            self.filled[id(tree)] = record
        return record

    def known_entries(self, tree: Map, slots: Mapping[str, object], path: str, tag: str | None) -> Mapping[str, Entry]:
        """The entries by their right names: a misspelt key is reported, and read as the one that was meant."""
        if tree.entries.keys() <= slots.keys() or all(key in slots or key == tag for key in tree.entries):
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


def _at_once(value: Scalar, shape: Shape) -> bool:
    """Whether the shape takes this value with nothing more to ask, as it takes most: then its path is never needed."""
    kind = type(value)
    return kind in shape.at_once and (kind is not Decimal or _fits(cast("Decimal", value)))


@lru_cache(maxsize=1024)
def _fits(number: Decimal) -> bool:
    return abs(number) < LARGEST and _decimals(number) <= PLACES


def _decimals(number: Decimal) -> int:
    """How many there are behind the point, without zeros at the end."""
    return -cast("int", number.normalize().as_tuple().exponent)


def _number_meant(text: str, shape: Scalars) -> str | None:
    """The number that a text would be without quotes and with a point, where the shape takes such a number."""
    number = text.replace(",", ".")
    takes = Decimal in shape.kinds or (int in shape.kinds and "." not in number)
    return number if takes and NUMBER.fullmatch(number) else None


def as_day(text: str) -> date | None:
    """The day written as year-month-day, if there is such a day."""
    # Not by fromisoformat alone, which takes days by their week, too.
    if DAY.fullmatch(text) is None:
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
        case _:
            assert_never(shape)


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
        case _:
            assert_never(shape)


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
        case Scalars():
            return f"write {expected(shape)}"
        case _:
            assert_never(shape)


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
        case _:
            assert_never(tree)


def _listed(slots: Mapping[str, Slot]) -> str:
    return ", ".join(slot.key for slot in slots.values() if slot.required) or ", ".join(slots)
