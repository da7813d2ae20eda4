"""What the strict reader takes, and what it refuses with a place and a remedy."""

from decimal import Decimal

import pytest

from neraca.policy.findings import Origin
from neraca.policy.source.yaml_tree import Leaf, Map, find, paths, read, value_of


def refusals(text: str) -> list[str]:
    return [str(one) for one in read("x.yaml", text)[1]]


def value(text: str) -> object:
    document, found = read("x.yaml", text)
    assert found == []
    assert document is not None
    return value_of(document)


def test_numbers_are_exact_as_written():
    document, _ = read("x.yaml", "a: 60.10\n")

    assert document is not None
    assert find(document, "/a") == Leaf(Origin("x.yaml", 1, 4), Decimal("60.10"))


def test_scalars_are_those_of_yaml_1_2():
    text = """
        whole: 12
        less: -0.5
        yes_: true
        no_: false
        none: null
        empty:
        word: tidak ada
        quoted: "12"
        code: '0012'
        version: 1.2.3
    """

    assert value(text) == {
        "whole": 12,
        "less": Decimal("-0.5"),
        "yes_": True,
        "no_": False,
        "none": None,
        "empty": None,
        "word": "tidak ada",
        "quoted": "12",
        "code": "0012",
        "version": "1.2.3",
    }


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("012", """number 012 starts with a zero - write 12, or "012" for a code"""),
        ("12:30", """12:30 without quotes can be read as a number to base 60 - write "12:30\""""),
        ("2025-01-01", """date 2025-01-01 without quotes - write "2025-01-01\""""),
        ("no", """'no' reads differently from tool to tool - write false, or "no" for text"""),
        ("Yes", """'Yes' reads differently from tool to tool - write true, or "Yes" for text"""),
        ("1_000", """number 1_000 is not in plain decimal - write it with digits and a point, or "1_000" for text"""),
        ("1e3", """number 1e3 is not in plain decimal - write it with digits and a point, or "1e3" for text"""),
        ("0x1F", """number 0x1F is not in plain decimal - write it with digits and a point, or "0x1F" for text"""),
        (".nan", """number .nan is not in plain decimal - write it with digits and a point, or ".nan" for text"""),
        ("9" * 5_000, "a number of 5,000 characters - write at most 100, or quote it for text"),
        ("!!str 5", "tag '!!str' - take it away; quote a value that is to be text"),
        ("&b 5", "anchor '&b' - take it away and write the value out where it is needed"),
    ],
)
def test_what_tools_read_differently_is_refused(written: str, refusal: str):
    assert refusals(f"a: {written}\n") == [f"x.yaml:1:4: a: {refusal}"]


def test_aliases_and_merge_keys_are_refused_but_the_rest_is_read():
    document, found = read("x.yaml", "a: &b {c: 1}\nd: *b\n<<: *b\ne: 5\n")

    assert [str(one) for one in found] == [
        "x.yaml:1:4: a: anchor '&b' - take it away and write the value out where it is needed",
        "x.yaml:2:4: d: alias '*b' - write the value out: policies use no aliases",
        "x.yaml:3:1: merge key '<<' - write the keys out, or inherit with 'extends'",
        "x.yaml:3:5: alias '*b' - write the value out: policies use no aliases",
    ]
    assert isinstance(document, Map)
    assert list(document.entries) == ["a", "d", "e"]


def test_of_two_equal_keys_the_first_is_kept_and_the_second_told():
    document, found = read("x.yaml", "a: 1\nb: 2\na: 3\n")

    assert [str(one) for one in found] == ["x.yaml:3:1: a: duplicate key 'a', first at line 1 - keep one of the two"]
    assert isinstance(document, Map)
    assert value_of(document) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", "x.yaml:1:1: the file is empty - write the document, or delete it"),
        ("# only a comment\n", "x.yaml:1:1: the file is empty - write the document, or delete it"),
        ("- a\n", "x.yaml:1:1: the document is not a map - start with 'schema: ...'"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document in the file - give it a file of its own"),
        ("a: b\x07\n", "x.yaml:1:5: unprintable character '\\x07' - take it away"),
        ("a: \ud800\n", "x.yaml:1:4: unprintable character '\\ud800' - take it away"),
        (
            "a: b\nc: d \u202e\n",
            "x.yaml:2:6: it has U+202E (right-to-left override), which hides or turns what is read - take it away",
        ),
        (
            "a: \U000e0061\n",
            "x.yaml:1:4: it has U+E0061 (tag latin small letter a), which hides or turns what is read - take it away",
        ),
        ("? [a]\n: 1\nb: 2\n", "x.yaml:1:3: a key that is not a word - write a plain word before the colon"),
        (
            "a:\n\tb: 1\n",
            "x.yaml:2:1: not YAML: found character that cannot start any token - indent with spaces, not tabs",
        ),
        (
            "a: [1, 2\nb: 3\n",
            "x.yaml:2:2: not YAML: while parsing a flow sequence, did not find expected ',' or ']' - "
            "look at the indentation, brackets and quotes here and just above",
        ),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(text: str, refusal: str):
    assert refusals(text) == [refusal]


def test_nesting_and_length_have_a_limit():
    assert refusals("a: " + "[" * 5000)[0].endswith("nested deeper than 40 levels - flatten it")
    assert refusals("a: " + "b" * 1_000_001) == ["x.yaml:1:1: the file is longer than 1,000,000 characters - split it"]


def test_every_path_has_its_place():
    document, _ = read("x.yaml", "a:\n  b: {c: 1, d: [5, {e: 6}]}\n")

    assert document is not None
    assert {path: (at.line, at.col) for path, at in paths(document).items()} == {
        "/a": (1, 1),
        "/a/b": (2, 3),
        "/a/b/c": (2, 7),
        "/a/b/d": (2, 13),
        "/a/b/d/0": (2, 17),
        "/a/b/d/1": (2, 20),
        "/a/b/d/1/e": (2, 21),
    }


@pytest.mark.parametrize(
    "written", ["a/b: {c: 1}\nd: 2", "d: 2\na/b: {c: 1}", "a: {b/c: {d: [1]}, e: 2}\nf: 3", "a/b: 1"]
)
def test_a_path_is_found_where_it_is_listed_also_through_keys_with_a_slash(written: str):
    document, _ = read("x.yaml", written)

    assert document is not None
    places = paths(document)
    assert {path: places[path] for path in places} == dict(places.items())
    assert {path: paths(document)[path] for path in places} == dict(places)


@pytest.mark.parametrize("written", ["a: 0,5", "a: {b: 0,5}", "a: {b: 0,5, c: 1}", "a: {b: {c: 0,5}, d: 2}"])
def test_a_decimal_comma_is_told_once_and_as_what_it_is(written: str):
    (told,) = refusals(written)

    assert "number 0,5 has a decimal comma - write 0.5" in told


@pytest.mark.parametrize(
    "written", ["a: [0,5]", "a: {b: 0, '5': 1}", "a: {b: x,5: 1}", 'a: "0,5"', "a: {'5': 1, b: 0,'5': 2}"]
)
def test_a_comma_between_two_things_is_no_decimal_comma(written: str):
    assert not any("decimal comma" in told for told in refusals(written))


def test_what_is_no_utf8_is_told_by_its_line():
    text = b"a: 1\nb: caf\xe9 \xe9\nc: \xc3\xa9\nd: \xff\n".decode(errors="surrogateescape")

    assert refusals(text) == [
        "x.yaml:2:7: byte 0xe9 is not UTF-8 - save the file as UTF-8",
        "x.yaml:4:4: byte 0xff is not UTF-8 - save the file as UTF-8",
    ]
