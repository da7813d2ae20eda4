"""What the strict reader makes of texts, and what it says of them, to the letter."""

import re
from pathlib import Path
from typing import NotRequired, TypedDict

import msgspec
import pytest
import yaml

from neraca.policy.source.yaml_tree import Leaf, Map, Refused, Seq, Tree, find, read, say_the_same, value_of

AS_JSON = msgspec.json.Encoder(decimal_format="number")


class Text(TypedDict):
    text: str
    read: NotRequired[str]
    found: NotRequired[list[str]]


TEXTS: list[Text] = yaml.safe_load((Path(__file__).parent / "yaml_texts.yaml").read_text())
REMEDIES = [
    (said, remedy.group(1))
    for text in TEXTS
    for said in text.get("found", [])
    if (remedy := re.search(r" - write ([-+.\w]+)(?:, or \"|$)", said))
]


@pytest.mark.parametrize("text", TEXTS, ids=[repr(text["text"]) for text in TEXTS])
def test_a_text_is_read_or_refused_to_the_letter(text: Text):
    document, found = read("x.yaml", text["text"])

    assert [str(one).removeprefix("x.yaml:") for one in found] == text.get("found", [])
    made = None if document is None else AS_JSON.encode(value_of(document)).decode()
    assert made == text.get("read")


@pytest.mark.parametrize(("said", "remedy"), REMEDIES)
def test_what_a_remedy_says_to_write_is_taken(said: str, remedy: str):
    assert read("x.yaml", f"a: {remedy}\n")[1] == []


def test_texts_depths_and_numbers_have_a_limit():
    deep = [f"a: {'[' * lists}{']' * lists}\n" for lists in (39, 40)]
    long = [f"a: {' ' * (spaces - 5)}b\n" for spaces in (1_000_000, 1_000_001)]
    numbers = [f"a: {'9' * digits}\n" for digits in (100, 101)]
    words = [f"a: {'9' * 101}x\n", f'a: "{"9" * 101}"\n']

    assert [[str(one) for one in read("x.yaml", text)[1]] for text in (*deep, *long, *numbers, *words)] == [
        [],
        [f"x.yaml:1:43: a{'/0' * 39}: nested deeper than 40 levels - flatten it"],
        [],
        ["x.yaml:1:1: the file is longer than 1,000,000 characters - split it"],
        [],
        ["x.yaml:1:4: a: a number of 101 characters - write at most 100, or quote it for text"],
        [],
        [],
    ]
    assert [read("x.yaml", text)[0] is None for text in (*deep, *long)] == [False, True, False, True]


TREE = """
a: [b, {c: 1}]
d: {"0": e, f: null, g: yes}
"""


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", {"a": ["b", {"c": 1}], "d": {"0": "e", "f": None, "g": None}}),
        ("/a", ["b", {"c": 1}]),
        ("/a/0", "b"),
        ("/a/1", {"c": 1}),
        ("/a/1/c", 1),
        ("/a/2", "nothing"),
        ("/a/-1", "nothing"),
        ("/a/c", "nothing"),
        ("/a/\u0661", "nothing"),
        ("/a/0/b", "nothing"),
        ("/d/0", "e"),
        ("/d/f", None),
        ("/d/g", None),
        ("/d/g/h", "nothing"),
        ("/d/1", "nothing"),
        ("/x", "nothing"),
        ("/", "nothing"),
    ],
)
def test_what_stands_at_a_path(path: str, found: object):
    document, _ = read("x.yaml", TREE)
    assert document is not None

    there = find(document, path)

    assert ("nothing" if there is None else value_of(there)) == found


def test_a_leaf_is_the_scalar_under_a_key():
    document, _ = read("x.yaml", "a: 1\nb: [1]\nc: no\nd: false\n")

    assert document is not None
    assert {key: document.leaf(key) for key in "abcde"} == {"a": 1, "b": None, "c": None, "d": False, "e": None}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("{b: 1, c: [2]}", "{c: [2.0], b: 1.00}", True),
        ("{b: 1, c: 2}", "{b: 1, c: 3}", False),
        ("{b: 1}", "{b: 1, c: null}", False),
        ("{b: 1}", "{c: 1}", False),
        ("[1, 2]", "[1, 2]", True),
        ("[1, 2]", "[2, 1]", False),
        ("[1, 2]", "[1]", False),
        ("[]", "{}", False),
        ("{}", "[]", False),
        ("[]", "[]", True),
        ("[1]", "1", False),
        ("{b: 1}", "1", False),
        ("5", "5.00", True),
        ("5", '"5"', False),
        ("5", "6", False),
        ("a", "a", True),
        ("null", '""', False),
        ("[{b: [1]}]", "[{b: [1.0]}]", True),
        ("[{b: [1]}]", "[{b: [2]}]", False),
    ],
)
def test_trees_say_the_same_where_their_bare_values_do(one: str, other: str, same: bool):
    first, second = (read("x.yaml", f"a: {text}\n")[0] for text in (one, other))
    assert first is not None
    assert second is not None

    assert say_the_same(first, second) is same
    assert say_the_same(first, first)


def test_everything_has_its_place():
    text = """--- # a
a: 1
"b" : {c: [x, [y], {d: }], e: "f"}
g:
    h:
      - i: 2
        j: |
          k

      -
        - l
    m: [
      {n: 1.50},
      [],
      {} ]
"o": yes
"""
    document, found = read("x.yaml", text)

    assert document is not None
    assert [str(one) for one in found] == [
        "x.yaml:16:6: o: 'yes' reads differently from tool to tool - write true, or \"yes\" for text"
    ]
    assert placed(document) == PLACES


PLACES = [
    "/ 2:1 map",
    "/a 2:4 Decimal('1') of the key at 2:1",
    "/b 3:7 map of the key at 3:1",
    "/b/c 3:11 list of the key at 3:8",
    "/b/c/0 3:12 'x'",
    "/b/c/1 3:15 list",
    "/b/c/1/0 3:16 'y'",
    "/b/c/2 3:20 map",
    "/b/c/2/d 3:24 None of the key at 3:21",
    "/b/e 3:31 'f' of the key at 3:28",
    "/g 5:5 map of the key at 4:1",
    "/g/h 6:7 list of the key at 5:5",
    "/g/h/0 6:9 map",
    "/g/h/0/i 6:12 Decimal('2') of the key at 6:9",
    "/g/h/0/j 7:12 'k\\n' of the key at 7:9",
    "/g/h/1 11:9 list",
    "/g/h/1/0 11:11 'l'",
    "/g/m 12:8 list of the key at 12:5",
    "/g/m/0 13:7 map",
    "/g/m/0/n 13:11 Decimal('1.50') of the key at 13:8",
    "/g/m/1 14:7 list",
    "/g/m/2 15:7 map",
    "/o 16:6 refused of the key at 16:1",
]


def placed(tree: Tree, path: str = "") -> list[str]:
    """A tree as lines: each value's path and place, and behind a key that of the key."""
    here = f"{path or '/'} {tree.at.line}:{tree.at.col}"
    match tree:
        case Map():
            return [
                f"{here} map",
                *(
                    f"{line} of the key at {entry.key.line}:{entry.key.col}"
                    if line.startswith(f"{path}/{key} ")
                    else line
                    for key, entry in tree.entries.items()
                    for line in placed(entry.value, f"{path}/{key}")
                ),
            ]
        case Seq():
            return [
                f"{here} list",
                *(line for at, item in enumerate(tree.items) for line in placed(item, f"{path}/{at}")),
            ]
        case Leaf():
            return [f"{here} {tree.value!r}"]
        case Refused():
            return [f"{here} refused"]
