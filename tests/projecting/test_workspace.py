import weakref
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from msgspec import Struct

from neraca.projecting import workspace
from neraca.projecting.projection import Table
from neraca.projecting.workspace import Keys, Rows


class Box(Struct):
    agency: str
    shelf: str
    place: int
    content: str


BOXES = Table("boxes", Box, key=("shelf", "place"))
NOTES = Table("notes", Box, key=("place",), append=True)


class Shop:
    """Stored boxes, and what was asked of them."""

    def __init__(self, *boxes: Box) -> None:
        self.boxes: dict[Keys, Box] = {(box.shelf, box.place): box for box in boxes}
        self.asked: list[list[Keys]] = []

    def load(self, table: Table[Any], keys: Sequence[Keys]) -> Iterable[Struct]:
        self.asked.append(list(keys))
        return [self.boxes[key] for key in keys if key in self.boxes]


def box(place: int, content: str = "salt") -> Box:
    return Box("solo", "top", place, content)


def test_a_row_is_loaded_once() -> None:
    shop = Shop(box(1))
    work = Rows("solo", [BOXES], shop.load)

    assert work.get(BOXES, "top", 1) == box(1)
    assert work.get(BOXES, "top", 2) is None
    assert work.get(BOXES, "top", 1) is work.get(BOXES, "top", 1)
    assert work.get(BOXES, "top", 2) is None
    assert shop.asked == [[("top", 1)], [("top", 2)]]


def test_rows_are_prefetched_in_one_go() -> None:
    shop = Shop(box(1), box(3))
    work = Rows("solo", [BOXES], shop.load)
    work.put(BOXES, box(3, "sugar"))

    work.prefetch(BOXES, [("top", 1), ("top", 2), ("top", 3), ("top", 1)])

    assert [work.get(BOXES, "top", n) for n in (1, 2, 3)] == [box(1), None, box(3, "sugar")]
    assert shop.asked == [[("top", 1), ("top", 2)]]


def test_a_row_that_was_replaced_or_dropped_may_come_back() -> None:
    work = Rows("solo", [BOXES])
    first, second = box(1), box(1, "sugar")

    for row in (first, first, second, first):
        work.put(BOXES, row)
    assert work.get(BOXES, "top", 1) is first
    assert list(work.changed(BOXES)) == [first]

    work.drop(BOXES, "top", 1)
    assert list(work.changed(BOXES)) == []
    work.put(BOXES, first)
    assert work.get(BOXES, "top", 1) is first

    work.settle()
    assert list(work.changed(BOXES)) == []
    work.put(BOXES, first)
    assert list(work.changed(BOXES)) == [first]


def test_changes_are_the_last_word_on_each_row() -> None:
    work = Rows("solo", [BOXES, NOTES])
    work.put(BOXES, box(1))
    work.put(BOXES, box(1, "sugar"))
    work.put(BOXES, box(2))
    work.drop(BOXES, "top", 2)
    work.put(NOTES, box(9))

    boxes, notes = work.changes()

    assert (boxes.put, boxes.dropped, boxes.appended) == ([box(1, "sugar")], [("top", 2)], [])
    assert (notes.put, notes.dropped, notes.appended) == ([], [], [box(9)])
    work.settle()
    assert list(work.changes()) == []
    assert work.get(BOXES, "top", 1) == box(1, "sugar")
    assert work.get(BOXES, "top", 2) is None


def test_rows_long_out_of_use_are_forgotten() -> None:
    shop = Shop(*[box(n) for n in range(10)])
    work = Rows("solo", [BOXES], shop.load, keep=2)
    for n in range(10):
        work.get(BOXES, "top", n)
        work.get(BOXES, "top", 0)
        work.settle()
    asked = len(shop.asked)

    work.get(BOXES, "top", 0)
    assert len(shop.asked) == asked
    work.get(BOXES, "top", 1)
    assert len(shop.asked) == asked + 1


class Crate(Struct, weakref=True):
    agency: str
    place: int
    content: list[str]


CRATES = Table("crates", Crate, key=("place",))


def test_rows_that_grow_are_forgotten_when_they_hold_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "WEIGHED", 2 * workspace.AT_LEAST)
    stored: dict[Keys, list[str]] = {(n,): [] for n in range(10)}
    here: list[weakref.ref[Crate]] = []

    def load(_: Table[Any], keys: Sequence[Keys]) -> list[Struct]:
        crates = [Crate("solo", int(str(key[0])), [*stored[key]]) for key in keys]
        here.extend(map(weakref.ref, crates))
        return [*crates]

    work = Rows("solo", [CRATES], load, keep=40)
    for n in [*range(10)] * 20:
        crate = work.get(CRATES, n)
        assert crate is not None
        assert crate.content == stored[n,]
        crate.content.append("salt")
        work.put(CRATES, crate)
        stored[n,].append("salt")
        work.settle()

    held = [len(crate.content) for one in here if (crate := one()) is not None]
    assert 20 <= sum(held) <= 2 * (40 + 20), held


def test_appended_rows_are_spilled_when_they_are_many() -> None:
    work = Rows("solo", [NOTES])
    work.put(NOTES, box(1))
    assert list(work.spill(1)) == []
    work.put(NOTES, box(2))

    assert list(work.spill(1)) == [(NOTES, [box(1), box(2)])]
    assert list(work.changes()) == []


@pytest.mark.parametrize(
    ("row", "key", "message"),
    [
        (type("Nameless", (Struct,), {"__annotations__": {"name": str}}), ("name",), "agency must be its first field"),
        (Box, ("drawer",), "key drawer is no field of Box"),
        (Box, (), "key is empty"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(row: Any, key: tuple[str, ...], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Table("boxes", row, key=key)


class Jar(Struct):
    agency: str
    place: int
    content: str
    label: str = ""
    seen: int = 0
    holds_from: int = 0


class PastJar(Struct):
    agency: str
    place: int
    holds_from: int
    held_until: int
    content: str
    label: str


PAST_JARS = Table("jars_past", PastJar, key=("place", "holds_from"), append=True)
JARS = Table("jars", Jar, key=("place",), past=PAST_JARS)


class Pantry:
    """A workspace of jars, told event by event."""

    def __init__(self, *stored: Jar) -> None:
        self.work = Rows("solo", [JARS, PAST_JARS], lambda _, keys: [jar for jar in stored if (jar.place,) in keys])

    def at(self, position: int, *puts: Jar, drops: Sequence[int] = (), **changes: Any) -> None:
        for place in drops:
            self.work.drop(JARS, place)
        for jar in puts:
            self.work.put(JARS, jar)
        if changes:
            jar = self.work.get(JARS, 1)
            assert jar is not None
            for name, value in changes.items():
                setattr(jar, name, value)
            self.work.put(JARS, jar)
        self.work.passed(position)

    def past(self) -> list[tuple[int, int, str]]:
        rows: list[Any] = [row for one in self.work.changes() for row in one.appended]
        return [(row.holds_from, row.held_until, row.content) for row in rows]

    def since(self) -> int | None:
        jar = self.work.get(JARS, 1)
        return None if jar is None else jar.holds_from


def jar(content: str, **also: Any) -> Jar:
    return Jar("solo", 1, content, **also)


def test_what_a_row_was_is_kept_with_the_positions_at_which_it_held() -> None:
    pantry = Pantry()
    pantry.at(3, jar("salt"))
    pantry.at(5, content="sugar")
    pantry.at(9, drops=[1])
    pantry.at(12, jar("rice"))

    assert pantry.past() == [(3, 5, "salt"), (5, 9, "sugar")]
    assert pantry.since() == 12


def test_what_the_past_does_not_keep_moves_nothing() -> None:
    pantry = Pantry()
    pantry.at(3, jar("salt"))
    pantry.at(5, seen=1)
    pantry.at(6, content="salt")

    assert (pantry.past(), pantry.since()) == ([], 3)


def test_a_row_that_comes_anew_as_it_was_has_held_all_the_time() -> None:
    pantry = Pantry()
    pantry.at(3, jar("salt"))
    pantry.at(5, jar("salt"), drops=[1])

    assert (pantry.past(), pantry.since()) == ([], 3)


def test_what_is_stored_is_looked_up_before_it_is_replaced_or_dropped() -> None:
    replaced, dropped = (Pantry(jar("salt", holds_from=2)) for _ in range(2))
    replaced.at(7, jar("rice"))
    dropped.at(8, drops=[1])

    assert (replaced.past(), replaced.since()) == ([(2, 7, "salt")], 7)
    assert (dropped.past(), dropped.since()) == ([(2, 8, "salt")], None)


def test_some_columns_alone_may_begin_another_row() -> None:
    turning = Table("jars", Jar, key=("place",), past=PAST_JARS, turns=("label",))
    work = Rows("solo", [turning, PAST_JARS])
    work.put(turning, jar("salt", label="a"))
    work.passed(1)
    work.put(turning, jar("sugar", label="a"))
    work.passed(2)
    work.put(turning, jar("rice", label="b"))
    work.passed(3)

    kept: list[Any] = [row for one in work.changes() for row in one.appended]
    assert [(row.holds_from, row.held_until, row.content, row.label) for row in kept] == [(1, 3, "sugar", "a")]


def test_what_was_remembered_of_rows_that_cannot_be_trusted_is_forgotten() -> None:
    pantry = Pantry(jar("salt", holds_from=2))
    known = pantry.work.get(JARS, 1)
    assert known is not None
    known.content = "sand"
    pantry.work.clear()
    pantry.at(7, seen=1)

    assert pantry.past() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"past": Table("jars_past", PastJar, key=("holds_from",), append=True)},
        {"past": Table("jars_past", PastJar, key=("place", "holds_from"))},
        {"past": Table("jars_past", Jar, key=("place", "holds_from"), append=True)},
        {"past": PAST_JARS, "turns": ("seen",)},
    ],
)
def test_a_past_that_cannot_be_kept_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="jars_past"):
        Table("jars", Jar, key=("place",), **wrong)
