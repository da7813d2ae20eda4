"""Rows that are made of something else than before are made again, though the tables are as they were."""

from datetime import date
from typing import Any, Literal

from msgspec import Struct, defstruct

from neraca.projecting.projection import Projection, Table
from neraca.projecting.row_schemas import shape


class Tree(Struct):
    name: str
    below: "list[Tree]"
    told: set[tuple[Literal["opened", "passed"], date | None]]


def projection(**fields: Any) -> Projection:
    part = defstruct("Part", list(fields.items()))
    row = defstruct("Row", [("agency", str), ("id", int), ("parts", dict[str, part])])
    return Projection("one", "create table x ()", (Table("x", row, ("id",)),), lambda work, entry: None)


def test_a_field_of_what_a_row_holds_makes_another_digest() -> None:
    before = projection(name=str, weight=int).digest

    assert projection(name=str, weight=int).digest == before
    others = [projection(name=str), projection(name=str, weight=int | None), projection(name=str, height=int)]
    assert len({before, *(one.digest for one in others)}) == 4


def test_each_class_is_told_once_with_the_types_of_its_fields() -> None:
    assert shape([Tree, Tree]) == (
        "Tree(name: str, below: list[Tree], told: set[tuple[Literal[opened, passed], date | NoneType]])"
    )
