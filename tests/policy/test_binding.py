"""What is made of a tree by its types, and what is said of whatever does not fit, to the letter."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import msgspec
import pytest
import yaml
from msgspec import Meta, Struct, field

from neraca.policy.source.binding import correct_keys, expected, fill, shape_of, survey
from neraca.policy.source.yaml_tree import Map, read, value_of

Code = Annotated[str, Meta(pattern=r"^[a-z]+$", description="a code of small letters")]
Bare = Annotated[str, Meta(pattern=r"^[0-9]{4}$")]


class _Part(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    pass


class Inner(_Part, frozen=True):
    size: Decimal
    colour: Literal["red", "green", "blue"]
    note: str = "-"


class Circle(_Part, frozen=True, tag_field="kind", tag="circle"):
    radius: Decimal
    unit: str = "-"
    inner: Inner | None = None
    part: dict[str, Inner] | None = None


class Square(_Part, frozen=True, tag_field="kind", tag="square"):
    side: Annotated[int, Meta(ge=1)]
    unit: str = "-"
    radius: str = "-"
    part: Inner | None = None


class Form(_Part, frozen=True):
    """Each shape there is, under a key of its own."""

    title: str
    text: str = "-"
    number: Decimal = Decimal(-99)
    whole: int = -99
    flag: bool = False
    day: date = date(1, 1, 2)
    word: Literal["red", "green", "blue"] = "blue"
    lone: Literal["only"] | None = None
    digit: Literal[6, 8] | None = None
    either: Decimal | Literal["min"] = Decimal(-99)
    anything: bool | Decimal | str | None = "-"
    code: Code = "-"
    codes: Code | Decimal = "-"
    year: Bare = "-"
    rank: Annotated[int, Meta(ge=1, le=5)] | None = None
    percent: Annotated[Decimal, Meta(ge=0, le=100)] = Decimal(-99)
    above: Annotated[Decimal, Meta(ge=0)] = Decimal(99)
    below: Annotated[Decimal, Meta(le=9)] = Decimal(-99)
    perhaps: Decimal | None = Decimal(-99)
    names: dict[Code, str] = {}
    weights: dict[Code, Decimal | None] = {}
    days: dict[date, str] = {}
    ends: dict[Literal["least", "most"], Decimal] = {}
    tables: dict[Code, dict[Code, Inner]] = {}
    list_: list[Decimal] = field(name="list", default_factory=list)
    tuple_: tuple[Inner, ...] = field(name="tuple", default=())
    inner: Inner | None = None
    shape: Circle | Square | None = None
    shapes: list[Circle | Square] = []


@pytest.fixture(autouse=True)
def shapes_made_anew():
    """So that what makes shapes of types is run by the test that needs them, and not by whichever came first."""
    shape_of.cache_clear()


class Slip(TypedDict):
    text: str
    filled: NotRequired[str]
    found: NotRequired[list[str]]
    broken: NotRequired[list[str]]
    corrected: NotRequired[str]
    corrections: NotRequired[list[str]]
    surveyed: NotRequired[list[str]]


SLIPS: list[Slip] = yaml.load((Path(__file__).parent / "binding.yaml").read_text(), yaml.CSafeLoader)
AS_JSON = msgspec.json.Encoder(decimal_format="number")


def tree(text: str) -> Map:
    document, _ = read("x.yaml", text)
    assert document is not None
    return document


def outcome(text: str) -> dict[str, Any]:
    """What each way to read a tree gives: all that is not empty, and not the same as what another gave."""
    document = tree(text)
    value, found, broken = fill(document, Form)
    corrected, corrections = correct_keys(document, Form)
    told = [str(one).removeprefix("x.yaml:") for one in found]
    surveyed = [str(one).removeprefix("x.yaml:") for one in survey(document, Form)]
    made: dict[str, Any] = {
        "text": text,
        "filled": AS_JSON.encode(value).decode(),
        "found": told,
        "broken": sorted(broken),
        "corrected": "" if corrected is document else AS_JSON.encode(value_of(corrected)).decode(),
        "corrections": [str(one).removeprefix("x.yaml:") for one in corrections],
    }
    return {key: part for key, part in made.items() if part} | ({} if surveyed == told else {"surveyed": surveyed})


@pytest.mark.parametrize("slip", SLIPS, ids=[repr(slip["text"]) for slip in SLIPS])
def test_a_slip_is_told_to_the_letter(slip: Slip):
    assert outcome(slip["text"]) == slip


def test_a_sound_block_is_filled_once():
    document = tree(
        "title: a\ninner: {size: 1, colour: red}\ntuple: [{size: x, colour: red}, {size: 2, colour: no}]\n"
        "tables: {a: {b: {size: 3}}}\n"
    )
    known: dict[int, object] = {}

    first, again = fill(document, Form, known), fill(document, Form, known)

    assert again == first
    assert [str(one) for one in again[1]] == [
        "x.yaml:3:16: tuple/0/size: must be a number, found 'x' - write a number",
        "x.yaml:4:14: tables/a/b: missing key 'colour' - add it: one of red, green, blue",
    ]
    assert again[2] == {"/tuple/0/size", "/tuple/1/colour", "/tables/a/b/colour"}
    assert again[0].inner is first[0].inner
    assert fill(document, Form)[0].inner is not first[0].inner


def test_a_block_is_filled_anew_as_another_type():
    document = tree("{size: 1, colour: red}\n")
    known: dict[int, object] = {}

    assert fill(document, Inner, known)[0] == Inner(size=Decimal(1), colour="red")
    assert fill(document, Loose, known)[0] == Loose(size=Decimal(1), colour="red")


class Loose(_Part, frozen=True):
    size: Decimal
    colour: str


@pytest.mark.parametrize("kind", [float, list[float], set[str], dict[str, bytes], object])
def test_what_has_no_shape_is_told(kind: object):
    with pytest.raises(TypeError, match=r"^no shape for "):
        shape_of(kind)


def test_what_may_be_nothing_is_said_to_be() -> None:
    assert expected(shape_of(Decimal | None)) == "a number or null"
    assert expected(shape_of(list[str] | None)) == "a list or null"
