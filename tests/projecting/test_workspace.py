from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from msgspec import Struct

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
