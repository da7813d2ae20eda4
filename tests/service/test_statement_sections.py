"""Sections of a statement that are left out where they are not wanted."""

import re
from collections.abc import Iterator

import pytest

from neraca.api.graphql.appraisals import search
from neraca.api.graphql.appraisals.appraisal import SECTIONS
from neraca.api.graphql.support.connections import Order, Page
from neraca.api.statements import statement
from neraca.service.statements import PAST, PRESENT, with_sections

TEXT = """select
  -- with a
  1 as a,
  -- with b
  2 as b,
  -- end
  3 as c,
  -- end
  -- with b
  4 as d,
  -- end
  5 as e
"""


@pytest.mark.parametrize(("wanted", "left"), [("", "5 as e"), ("a", "1 as a, 3 as c, 5 as e"), ("b", "4 as d, 5 as e")])
def test_only_what_is_wanted_is_left(wanted: str, left: str) -> None:
    assert " ".join(with_sections(TEXT, {wanted}).split()) == f"select {left}"


def test_all_of_it_is_left_where_all_is_wanted() -> None:
    kept = [line for line in TEXT.splitlines() if "--" not in line]
    assert with_sections(TEXT, {"a", "b"}).splitlines() == kept


def test_what_ends_nothing_is_refused() -> None:
    with pytest.raises(IndexError):
        with_sections("  -- end\n", ())


def test_every_section_of_a_page_is_there_for_some_field() -> None:
    sections = set(re.findall(r"^ *-- with ([a-z_]+)$", statement("graphql/appraisals"), re.MULTILINE))
    pages = {name for page in _pages() for name in page.sections}
    assert sections == {
        *SECTIONS,
        *search.SECTIONS,
        *pages,
        "total",
        "whole",
        "told",
        "each",
        "edges",
        "own",
        *PRESENT,
        *PAST,
    }


def _pages() -> Iterator[Page]:
    for by in (None, "name", "score", "changed"):
        for descending in (False, True):
            for backwards in (False, True):
                order = Order(by, descending=descending)
                yield Page(1, ("1", "a", "b"), ("2", "a", "b"), backwards=backwards, order=order)
