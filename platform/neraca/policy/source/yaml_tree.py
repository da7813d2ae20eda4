"""YAML text to a tree that knows the place of everything, under a strict subset of YAML 1.2.

Built from PyYAML's events rather than its objects: only there are numbers still raw text, and repeated keys and
anchors still to be seen. What the subset refuses is what has cost others money: `no` read as false, `012` as 10,
`12:30` as 750, `60.10` as a binary fraction, and the last of two equal keys winning in silence.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TypeAlias, cast

import yaml
from msgspec import Struct
from yaml import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from neraca.domain import text_kinds as words
from neraca.policy.findings import Finding, Origin, finding

# The one in C is many times as fast; an installation without libyaml has only the other.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LONGEST = 1_000_000
DEEPEST = 40
LONGEST_NUMBER = 100
"""Characters; of a few hundred there is no word for a message, and of a few thousand no number."""

NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+(?:\.[0-9]*)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")
SEXAGESIMAL = re.compile(r"[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?")
COMMA = re.compile(r"[-+]?[0-9]+(?:\.[0-9]{3})*,[0-9]+")
BYTE = re.compile(r"[\udc80-\udcff]")
"""A byte that is no UTF-8, as `surrogateescape` decodes it."""
ODD_NUMBER = re.compile(
    r"[-+]?(?:0[xXoObB][0-9a-fA-F_]+|\.(?:inf|Inf|INF|nan|NaN|NAN)"
    r"|(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?)"
)
OTHER_WORDS = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON", "True", "TRUE"), "true"),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF", "False", "FALSE"), "false"),
    **dict.fromkeys(("Null", "NULL"), "null"),
}
CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
NUMERIC = frozenset("+-.0123456789")
SHORTHAND = {"int": "!!int", "str": "!!str", "float": "!!float", "bool": "!!bool", "map": "!!map", "seq": "!!seq"}

Scalar: TypeAlias = bool | Decimal | str | None


class Leaf(Struct, frozen=True, gc=False):
    at: Origin
    value: Scalar


class Refused(Struct, frozen=True, gc=False):
    """A value that was found wrong and reported; later checks pass over it in silence."""

    at: Origin


class Seq(Struct, frozen=True, gc=False):
    at: Origin
    items: tuple["Tree", ...]


class Entry(Struct, frozen=True, gc=False):
    key: Origin
    value: "Tree"


class Map(Struct, frozen=True, gc=False):
    at: Origin
    entries: dict[str, Entry]

    def leaf(self, key: str) -> Scalar:
        """The scalar under a key; None if there is no such key or it is no scalar."""
        entry = self.entries.get(key)
        return entry.value.value if entry is not None and isinstance(entry.value, Leaf) else None


Tree: TypeAlias = Leaf | Refused | Seq | Map


def read(file: str, text: str) -> tuple[Map | None, list[Finding]]:
    """The document in this text, and everything wrong with it as YAML; no document if it cannot be read as one."""
    start = Origin(file, 1, 1)
    if len(text) > LONGEST:
        return None, [finding(start, "", f"the file is longer than {LONGEST:,} characters", "split it")]
    # Before the parser, which would name another place, or nothing at all. Of plain ASCII, as most files are, one look
    # tells that nothing is odd.
    if not text.replace("\n", "").isprintable() and (odd := _odd_character(file, text)):
        return None, odd
    building = _Building(file)
    try:
        building.build(_events(text))
        if building.stopped:
            return None, building.found
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        at = start if mark is None else Origin(file, mark.line + 1, mark.column + 1)
        return None, [*building.found, finding(at, "", *_syntax(broken, text))]
    root = building.root
    if root is None or (isinstance(root, Leaf) and root.value is None):
        return None, [*building.found, finding(start, "", "the file is empty", "write the document, or delete it")]
    if not isinstance(root, Map):
        at = root.at
        return None, [*building.found, finding(at, "", "the document is not a map", "start with 'schema: ...'")]
    return root, building.found


def _odd_character(file: str, text: str) -> list[Finding]:
    """What no file may hold, as the first check finds it that finds any."""
    if BYTE.search(text) is not None:
        return [*_not_utf8(file, text)]
    if (odd := yaml.reader.Reader.NON_PRINTABLE.search(text)) is not None:
        line = text.count("\n", 0, odd.start()) + 1
        at = Origin(file, line, odd.start() - (text.rfind("\n", 0, odd.start()) + 1) + 1)
        return [finding(at, "", f"unprintable character {odd.group()!a}", "take it away")]
    if (misfit := words.misfit(text, lines=True)) is not None:
        place, name = misfit
        at = Origin(file, text.count("\n", 0, place) + 1, place - (text.rfind("\n", 0, place) + 1) + 1)
        return [finding(at, "", f"it has {name}, which hides or turns what is read", "take it away")]
    return []


def _events(text: str) -> Iterator[yaml.Event]:
    """What `yaml.parse` gives, without asking before each event whether there is one."""
    get_event = cast("Callable[[], yaml.Event | None]", Loader(text).get_event)  # pyright: ignore[reportUnknownMemberType]
    return iter(get_event, None)


def _not_utf8(file: str, text: str) -> Iterator[Finding]:
    """The first such byte of each line that has one."""
    for number, line in enumerate(text.split("\n"), 1):
        if (odd := BYTE.search(line)) is not None:
            what = f"byte 0x{ord(odd.group()) - 0xDC00:02x} is not UTF-8"
            yield finding(Origin(file, number, odd.start() + 1), "", what, "save the file as UTF-8")


class Places(Mapping[str, Origin]):
    """Every path of a tree with its place: that of the key, or of the item in a list.

    A path is looked up in the tree, as no more than one in a hundred is ever asked for; they are listed for whoever
    goes through them all.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __getitem__(self, path: str) -> Origin:
        here, place = self._tree, None
        for part in path.split("/")[1:]:
            entry = here.entries.get(part) if isinstance(here, Map) else None
            if entry is None:
                return self._unusual(path)
            place, here = entry.key, entry.value
        return self._all[path] if place is None else place

    def _unusual(self, path: str) -> Origin:
        """Of a path that leads through a list, through a key that has a slash in it, or nowhere."""
        here = self._tree
        for part in path.split("/")[1:]:
            if not isinstance(here, Map) or any("/" in key for key in here.entries):
                return self._all[path]
            if part not in here.entries:
                break
            here = here.entries[part].value
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _all(self) -> dict[str, Origin]:
        places: dict[str, Origin] = {}
        _add_paths(self._tree, "", places)
        return places


def paths(tree: Tree) -> Mapping[str, Origin]:
    """Every path of a tree with its place: that of the key, or of the item in a list."""
    return Places(tree)


def _add_paths(tree: Tree, above: str, places: dict[str, Origin]) -> None:
    if isinstance(tree, Map):
        for key, entry in tree.entries.items():
            path = f"{above}/{key}"
            places[path] = entry.key
            if type(entry.value) is not Leaf:
                _add_paths(entry.value, path, places)
    elif isinstance(tree, Seq):
        for index, item in enumerate(tree.items):
            path = f"{above}/{index}"
            places[path] = item.at
            if type(item) is not Leaf:
                _add_paths(item, path, places)


def find(tree: Tree, path: str) -> Tree | None:
    """What stands at a path, or None."""
    here: Tree = tree
    for part in path.split("/")[1:]:
        if isinstance(here, Map) and part in here.entries:
            here = here.entries[part].value
        elif isinstance(here, Seq) and (at := words.digits(part)) is not None and at < len(here.items):
            here = here.items[at]
        else:
            return None
    return here


def value_of(tree: Tree | None) -> object:
    """The bare value, numbers in their shortest form: 105.0, 105.00 and 105 are the same. Nothing there is None."""
    if isinstance(tree, Leaf):
        return _shortest(tree.value) if isinstance(tree.value, Decimal) else tree.value
    if isinstance(tree, Map):
        return {key: value_of(entry.value) for key, entry in tree.entries.items()}
    if isinstance(tree, Seq):
        return [value_of(item) for item in tree.items]
    return None


def say_the_same(one: Tree | None, other: Tree | None) -> bool:
    """Whether two trees have one bare value; what a child inherits whole is the very tree of its parent."""
    if one is other:
        return True
    if isinstance(one, Map) and isinstance(other, Map):
        return one.entries.keys() == other.entries.keys() and all(
            say_the_same(entry.value, other.entries[key].value) for key, entry in one.entries.items()
        )
    if isinstance(one, Seq) and isinstance(other, Seq):
        return len(one.items) == len(other.items) and all(map(say_the_same, one.items, other.items))
    return value_of(one) == value_of(other)


@lru_cache(maxsize=1024)
def _shortest(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number.normalize()


class _Open(Struct, gc=False):
    """A map or list whose end has not come yet. `key` waits for its value; a key without `name` drops the pair."""

    at: Origin
    entries: dict[str, Entry] | None
    items: list[Tree]
    key: Origin | None = None
    name: str | None = None


class _Building:
    """Builds the frozen tree of one file while its events come in. There are some thousands of them a file, so what is
    only asked where something is wrong, such as the path, is worked out there.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []
        self.root: Tree | None = None
        self.stopped = False
        self.stack: list[_Open] = []
        self.documents = 0
        self.before: yaml.ScalarEvent | None = None

    def build(self, events: Iterator[yaml.Event]) -> None:
        """Takes the events in, until one of them says that the document can't be read to its end.

        Four of five are plain words and numbers in a map or a list. They are put in their place here, with what
        `scalar` asks of them but without its calls; whatever is odd about one is for `scalar` to tell.
        """
        file, stack = self.file, self.stack
        top: _Open | None = None
        entries: dict[str, Entry] | None = None
        key: Origin | None = None
        name: str | None = None
        for event in events:
            if type(event) is ScalarEvent and top is not None and event.tag is None and event.anchor is None:
                word, plain, mark = event.value, event.implicit[0], event.start_mark
                if entries is not None and key is None:
                    if word not in entries and not (plain and (word == "<<" or word.isdecimal())):
                        key, name = Origin(file, mark.line + 1, mark.column + 1), word
                        self.before = event
                        continue
                else:
                    value = word if not plain else _plain(word) if len(word) <= LONGEST_NUMBER else _plainly(word)
                    if type(value) is not _Odd:
                        leaf = Leaf(Origin(file, mark.line + 1, mark.column + 1), cast("Scalar", value))
                        if entries is None or key is None:
                            top.items.append(leaf)
                        else:
                            if name is not None:
                                entries[name] = Entry(key, leaf)
                            key = name = None
                        self.before = event
                        continue
            if top is not None:
                top.key, top.name = key, name
            self.take(event)
            if self.stopped:
                return
            top = stack[-1] if stack else None
            if top is not None:
                entries, key, name = top.entries, top.key, top.name

    def take(self, event: yaml.Event) -> None:
        match event:
            case ScalarEvent():
                self.scalar(event)
            case CollectionEndEvent():
                self.close()
            case MappingStartEvent():
                self.open(event, {})
            case SequenceStartEvent():
                self.open(event, None)
            case AliasEvent():
                at = self.place(event)
                self.report(at, f"alias '*{event.anchor}'", "write the value out: policies use no aliases")
                self.put(Refused(at))
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self.report(self.place(event), "a second document in the file", "give it a file of its own")
                    self.stopped = True
            case _:
                pass

    def place(self, event: yaml.Event) -> Origin:
        mark = event.start_mark
        return Origin(self.file, mark.line + 1, mark.column + 1)

    def here(self) -> str:
        """The path of the value about to come."""
        parts: list[str | int] = []
        for each in self.stack:
            if each.entries is None:
                parts.append(len(each.items))
            elif each.name is not None:
                parts.append(each.name)
        return "".join(f"/{part}" for part in parts)

    def report(self, at: Origin, what: str, remedy: str, path: str | None = None) -> None:
        self.found.append(finding(at, self.here() if path is None else path, what, remedy))

    def properties(self, event: yaml.NodeEvent, tag: str | None) -> None:
        if event.anchor is not None:
            at = self.place(event)
            self.report(at, f"anchor '&{event.anchor}'", "take it away and write the value out where it is needed")
        if tag is not None:
            short = SHORTHAND.get(tag.rpartition(":")[2], tag)
            self.report(self.place(event), f"tag '{short}'", "take it away; quote a value that is to be text")

    def open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, entries: dict[str, Entry] | None) -> None:
        if event.anchor is not None or event.tag is not None:
            self.properties(event, event.tag)
        mark = event.start_mark
        at = Origin(self.file, mark.line + 1, mark.column + 1)
        # The parser knows no bound, and what walks the tree afterwards is recursive.
        if len(self.stack) >= DEEPEST:
            self.report(at, f"nested deeper than {DEEPEST} levels", "flatten it")
            self.stopped = True
        if self.stack and self.stack[-1].entries is not None and self.stack[-1].key is None:
            self.report(at, "a key that is not a word", "write a plain word before the colon")
        self.stack.append(_Open(at, entries, []))

    def close(self) -> None:
        done = self.stack.pop()
        if done.entries is None:
            self.put(Seq(done.at, tuple(done.items)))
        else:
            self.put(Map(done.at, done.entries))

    def put(self, value: Tree) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if top.entries is None:
            top.items.append(value)
        elif top.key is None:  # an odd key, reported by whoever made it: the pair is dropped
            top.key, top.name = value.at, None
        else:
            if top.name is not None:
                top.entries[top.name] = Entry(top.key, value)
            top.key = top.name = None

    def scalar(self, event: yaml.ScalarEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self.properties(event, event.tag)
        mark, word, plain = event.start_mark, event.value, event.implicit[0]
        at = Origin(self.file, mark.line + 1, mark.column + 1)
        before, self.before = self.before, event
        top = self.stack[-1] if self.stack else None
        if top is not None and top.key is None and top.entries is not None:
            if word in top.entries or (plain and (word == "<<" or word.isdecimal())):
                self.odd_key(event, before, at, top, top.entries)
            else:
                top.key, top.name = at, word
            return
        value = _plainly(word) if plain else word
        if isinstance(value, _Odd):
            self.report(at, value.what, value.remedy)
            self.put(Refused(at))
        else:
            self.put(Leaf(at, value))

    def odd_key(
        self,
        event: yaml.ScalarEvent,
        before: yaml.ScalarEvent | None,
        at: Origin,
        top: _Open,
        entries: dict[str, Entry],
    ) -> None:
        """A key that is there already, that merges, or that may be the rest of a number."""
        word, plain = event.value, event.implicit[0]
        if plain and self.is_cut_decimal(event, before, top):
            return
        top.key = at
        if plain and word == "<<":
            self.report(at, "merge key '<<'", "write the keys out, or inherit with 'extends'")
        elif word in entries:
            what = f"duplicate key '{word}', first at line {entries[word].key.line}"
            self.report(at, what, "keep one of the two", f"{self.here()}/{word}")
        else:
            top.name = word

    def is_cut_decimal(self, event: yaml.ScalarEvent, before: yaml.ScalarEvent | None, top: _Open) -> bool:
        """Whether `{points: 0,5}` was cut at its comma into a number and a key: told once, of the number as meant."""
        if before is None or not top.entries:
            return False
        ends, starts = before.end_mark, event.start_mark
        if not before.implicit[0] or (ends.line, ends.column + 1) != (starts.line, starts.column):
            return False
        name, entry = next(reversed(top.entries.items()))
        if not isinstance(entry.value, Leaf):
            return False
        raw = f"{before.value},{event.value}"
        if not COMMA.fullmatch(raw):
            return False
        what, remedy = _comma(raw)
        self.report(entry.value.at, what, remedy, path=f"{self.here()}/{name}")
        top.entries[name] = Entry(entry.key, Refused(entry.value.at))
        top.key, top.name = self.place(event), None
        return True


class _Odd(Struct, frozen=True, gc=False):
    """Why a plain scalar is refused."""

    what: str
    remedy: str


def _plainly(raw: str) -> Scalar | _Odd:
    """The value of a scalar without quotes."""
    if raw in CONSTANTS:
        return CONSTANTS[raw]
    if raw[0] in NUMERIC:
        if NUMBER.fullmatch(raw):
            return Decimal(raw) if len(raw) <= LONGEST_NUMBER else _Odd(*_long_number(raw))
        trouble = _odd_number(raw)
        return raw if trouble is None else _Odd(*trouble)
    word = OTHER_WORDS.get(raw)
    return _Odd(f"'{raw}' reads differently from tool to tool", f'write {word}, or "{raw}" for text') if word else raw


_plain = lru_cache(maxsize=4096)(_plainly)
"""The same few hundred words and weights make up most of a policy, so each is looked at once."""


def _comma(raw: str) -> tuple[str, str]:
    return f"number {raw} has a decimal comma", f"write {raw.replace('.', '').replace(',', '.')}"


def _long_number(raw: str) -> tuple[str, str]:
    return f"a number of {len(raw):,} characters", f"write at most {LONGEST_NUMBER}, or quote it for text"


def _odd_number(raw: str) -> tuple[str, str] | None:
    if COMMA.fullmatch(raw):
        what, remedy = _comma(raw)
        return what, f'{remedy}, or "{raw}" for text'
    if DATE.fullmatch(raw):
        return f"date {raw} without quotes", f'write "{raw}"'
    if LEADING_ZERO.fullmatch(raw):
        return f"number {raw} starts with a zero", f'write {_without_zeros(raw)}, or "{raw}" for a code'
    if SEXAGESIMAL.fullmatch(raw):
        return f"{raw} without quotes can be read as a number to base 60", f'write "{raw}"'
    if ODD_NUMBER.fullmatch(raw):
        return f"number {raw} is not in plain decimal", f'write it with digits and a point, or "{raw}" for text'
    return None


def _without_zeros(raw: str) -> str:
    """The same number without zeros before it: -1.5 for -01.5."""
    whole, _, rest = raw.replace("_", "").lstrip("+-").partition(".")
    minus = "-" if raw.startswith("-") else ""
    return f"{minus}{whole.lstrip('0') or '0'}" + (f".{rest}" if rest else "")


def _syntax(broken: yaml.MarkedYAMLError, text: str) -> tuple[str, str]:
    problem, mark = broken.problem or "it cannot be read", broken.problem_mark
    lines = text.splitlines()
    if mark is not None and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t":
        return f"not YAML: {problem}", "indent with spaces, not tabs"
    context = f"{broken.context}, " if broken.context else ""
    return f"not YAML: {context}{problem}", "look at the indentation, brackets and quotes here and just above"
