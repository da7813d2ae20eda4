"""How a text is shown in a message, and which digits are a number."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain import text_kinds, validation
from neraca.domain.errors import Invalid
from neraca.domain.period import parse

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


@given(ANY)
def test_what_a_message_quotes_is_seen_and_brief(written: str) -> None:
    shown = text_kinds.shown(written)

    assert shown.isprintable()
    assert len(shown) <= 2 + 61 * 10


@given(ANY)
def test_a_text_that_is_taken_holds_nothing_that_hides_or_breaks(written: str) -> None:
    if text_kinds.fault(text_kinds.PROSE, written) is None:
        written.encode()
        assert written.strip()
        assert not any(unicodedata.category(one) == "Cc" for one in written if one not in "\t\n\r")
        assert not {unicodedata.bidirectional(one) for one in written} & {"LRE", "RLE", "LRO", "RLO", "LRI", "RLI"}
    if text_kinds.fault(text_kinds.NAME, written) is None:
        assert {unicodedata.category(one) for one in written}.isdisjoint({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
        assert unicodedata.is_normalized("NFC", written)
    if text_kinds.fault(text_kinds.KEY, written) is None:
        assert written.isascii()
        assert len(written.encode()) <= 100


def test_every_control_and_half_character_there_is_is_found() -> None:
    for code in range(sys.maxunicode + 1):
        one = chr(code)
        if unicodedata.category(one) in ("Cc", "Cs") and one not in "\t\n\r":
            assert text_kinds.misfit(f"a{one}b", lines=True) is not None, hex(code)


@pytest.mark.parametrize(
    "name", ["Ni Luh Putu Ayu, S.E., M.Si.", "Dr. H. M. Ali al-Ḥabsyī", "I Gusti Ngurah ꦒꦸ", "O’Brien"]
)
def test_names_of_people_are_names(name: str) -> None:
    assert text_kinds.fault(text_kinds.NAME, name) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [("0", 0), ("17", 17), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), ("-1", None), ("٣", None),
     ("²", None), ("1_0", None), (" 1", None), ("1\n", None), ("1.0", None)],
)  # fmt: skip
def test_a_number_is_in_ascii_digits_and_bounded(written: str, number: int | None) -> None:
    assert text_kinds.digits(written) == number


@pytest.mark.parametrize("label", ["2025\n", "٢٠٢٥", "1944", "2101-Q1", "9999-Q4", "0001"])
def test_a_label_that_comes_in_is_held_to_more_than_one_that_is_in_the_log(label: str) -> None:
    assert parse(label).label == label

    with pytest.raises(Invalid, match="/period: "):
        validation.period(label)


def test_one_thing_is_counted_in_the_singular() -> None:
    assert [text_kinds.counted(number, "test") for number in (0, 1, 2)] == ["0 tests", "1 test", "2 tests"]
    assert text_kinds.counted(1, "policy", "policies") == "1 policy"
    assert text_kinds.counted(12000, "person", "people", ",") == "12,000 people"
