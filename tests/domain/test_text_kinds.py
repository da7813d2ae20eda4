"""How a text is shown in a message, and which digits are a number."""

import sys
import unicodedata
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain import text_kinds, validation
from neraca.domain.errors import Invalid
from neraca.domain.period import parse

SCHEMAS: dict[str, tuple[Any, text_kinds.Kind]] = {
    "key": (text_kinds.Key, text_kinds.KEY),
    "nip": (text_kinds.Nip, text_kinds.NIP),
    "name": (text_kinds.Name, text_kinds.NAME),
    "title": (text_kinds.Title, text_kinds.TITLE),
    "prose": (text_kinds.Prose, text_kinds.PROSE),
    "prose if any": (text_kinds.ProseIfAny, text_kinds.PROSE_IF_ANY),
    "uri": (text_kinds.Uri, text_kinds.URI),
    "period": (text_kinds.PeriodLabel, text_kinds.PERIOD),
    "month": (text_kinds.MonthLabel, text_kinds.MONTH),
    "file": (text_kinds.PolicyFile, text_kinds.POLICY_FILE),
    "policy": (text_kinds.PolicyText, text_kinds.POLICY_TEXT),
}
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


LEFT_OUT = "or leave the field out where it may be missing"
AN_ID = "use letters a to z, digits, '.', '_' and '-', beginning with a letter or a digit"
A_FILE = "use letters a to z, digits, '.', '_', '-' and '/'"
A_PERIOD = "write 2025, 2025-S1, 2025-Q3, 2025-07 or 2025-01..05, of a year from 1945 to 2100"
A_MONTH = "write 2025-07, of a year from 1945 to 2100"
AN_ADDRESS = "write its scheme first, such as https: or arsip:, and no space"
A_VALUE = "use letters a to z, digits and punctuation, with no space before or after"
A_MILLION = "at most 1,000,000 are taken"
UNSEEN = "which is not seen; take it out"
IT_RUNS = "can't be an address: it would run a program; name where the thing is kept"


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        (text_kinds.KEY, "", f"an id is empty; {AN_ID}, {LEFT_OUT}"),
        (text_kinds.KEY, "Kerja_9.a-b", None),
        (text_kinds.KEY, "9", None),
        (text_kinds.KEY, "z" * 100, None),
        (text_kinds.KEY, "z" * 101, "an id has 101 characters; at most 100 are taken"),
        (text_kinds.KEY, "-a", f"'-a' can't be an id: {AN_ID}"),
        (text_kinds.KEY, "a b", f"'a b' can't be an id: {AN_ID}"),
        (text_kinds.KEY, " a", f"' a' can't be an id: {AN_ID}"),
        (text_kinds.KEY, "a/b", f"'a/b' can't be an id: {AN_ID}"),
        (text_kinds.KEY, "é", f"'é' can't be an id: {AN_ID}"),
        (text_kinds.KEY, "a\n", "an id has the control character U+000A as character 2; take it out"),
        (text_kinds.NIP, " ", f"an employee number is empty; {AN_ID}, {LEFT_OUT}"),
        (text_kinds.NIP, "1" * 64, None),
        (text_kinds.NIP, "1" * 65, "an employee number has 65 characters; at most 64 are taken"),
        (text_kinds.NIP, "warga:1", f"'warga:1' can't be an employee number: {AN_ID}"),
        (text_kinds.NAME, "\t", f"a name is empty; write it on one line, {LEFT_OUT}"),
        (text_kinds.NAME, "n" * 200, None),
        (text_kinds.NAME, "n" * 201, "a name has 201 characters; at most 200 are taken"),
        (text_kinds.NAME, "a\tb", "a name has the control character U+0009 as character 2; take it out"),
        (text_kinds.NAME, "a b", None),
        (text_kinds.NAME, " a", "a name begins or ends with a space; take it away"),
        (text_kinds.NAME, "a ", "a name begins or ends with a space; take it away"),
        (text_kinds.NAME, "é ", "a name begins or ends with a space; take it away"),
        (text_kinds.NAME, "é", None),
        (text_kinds.NAME, "e\u0301", "a name has a letter and its mark apart; send it composed (Unicode NFC)"),
        (
            text_kinds.NAME,
            "a\u200d",
            "a name has U+200D (zero width joiner) as character 2, which is not seen; take it out",
        ),
        (text_kinds.NAME, "ab\ue000", f"a name has a character without a name (U+E000) as character 3, {UNSEEN}"),
        (text_kinds.NAME, "\u0378", f"a name has a character without a name (U+0378) as character 1, {UNSEEN}"),
        (text_kinds.NAME, "a\u202e", "a name has U+202E (right-to-left override) as character 2; take it out"),
        (text_kinds.TITLE, "", f"a title is empty; write it on one line, {LEFT_OUT}"),
        (text_kinds.TITLE, "t" * 500, None),
        (text_kinds.TITLE, "t" * 501, "a title has 501 characters; at most 500 are taken"),
        (text_kinds.TITLE, " t", "a title begins or ends with a space; take it away"),
        (text_kinds.TITLE, "t\rt", "a title has the control character U+000D as character 2; take it out"),
        (text_kinds.PROSE, "", f"a text is empty; write it out, {LEFT_OUT}"),
        (text_kinds.PROSE, " \n ", f"a text is empty; write it out, {LEFT_OUT}"),
        (text_kinds.PROSE, " a\r\n\tb e\u0301 \u200d", None),
        (text_kinds.PROSE, "p" * 10_000, None),
        (text_kinds.PROSE, "p" * 10_001, "a text has 10,001 characters; at most 10,000 are taken"),
        (text_kinds.PROSE, "a\x0bb", "a text has the control character U+000B as character 2; take it out"),
        (text_kinds.PROSE, "a\ud800", "a text has half a character (U+D800) as character 2; take it out"),
        (text_kinds.PROSE, "\udfffa", "a text has half a character (U+DFFF) as character 1; take it out"),
        (text_kinds.PROSE_IF_ANY, "", None),
        (text_kinds.PROSE_IF_ANY, " ", f"a text is empty; write it out, {LEFT_OUT}"),
        (text_kinds.PROSE_IF_ANY, "a\nb", None),
        (text_kinds.PROSE_IF_ANY, "p" * 10_001, "a text has 10,001 characters; at most 10,000 are taken"),
        (text_kinds.URI, "", f"an address is empty; {AN_ADDRESS}, {LEFT_OUT}"),
        (text_kinds.URI, "s3+x.y-z:a", None),
        (text_kinds.URI, "arsip:" + "u" * 1_994, None),
        (text_kinds.URI, "arsip:" + "u" * 1_995, "an address has 2,001 characters; at most 2,000 are taken"),
        (text_kinds.URI, "9:a", f"'9:a' can't be an address: {AN_ADDRESS}"),
        (text_kinds.URI, "arsip:", f"'arsip:' can't be an address: {AN_ADDRESS}"),
        (text_kinds.URI, "arsip:a b", f"'arsip:a b' can't be an address: {AN_ADDRESS}"),
        (text_kinds.URI, "arsip:a\u200d", f"an address has U+200D (zero width joiner) as character 8, {UNSEEN}"),
        (text_kinds.URI, "JavaScript:x", f"'JavaScript:x' {IT_RUNS}"),
        (text_kinds.URI, "vbscript:x", f"'vbscript:x' {IT_RUNS}"),
        (text_kinds.URI, "data:x", f"'data:x' {IT_RUNS}"),
        (text_kinds.URI, "xdata:x", None),
        (text_kinds.MONTH, "", f"a month is empty; {A_MONTH}, {LEFT_OUT}"),
        (text_kinds.MONTH, "2025-07x", "a month has 8 characters; at most 7 are taken"),
        (text_kinds.POLICY_FILE, "", f"a file name is empty; {A_FILE}, {LEFT_OUT}"),
        (text_kinds.POLICY_FILE, "a/b-_9.yaml", None),
        (text_kinds.POLICY_FILE, "/a", f"'/a' can't be a file name: {A_FILE}"),
        (text_kinds.POLICY_FILE, "a//b", f"'a//b' can't be a file name: {A_FILE}"),
        (text_kinds.POLICY_FILE, "f" * 200, None),
        (text_kinds.POLICY_FILE, "f" * 201, "a file name has 201 characters; at most 200 are taken"),
        (text_kinds.POLICY_TEXT, "", f"a policy's text is empty; write the policy in YAML, {LEFT_OUT}"),
        (text_kinds.POLICY_TEXT, "a:\n\tb", None),
        (text_kinds.POLICY_TEXT, "p" * 1_000_000, None),
        (text_kinds.POLICY_TEXT, "p" * 1_000_001, f"a policy's text has 1,000,001 characters; {A_MILLION}"),
        (text_kinds.TOKEN, "", f"a value is empty; {A_VALUE}, {LEFT_OUT}"),
        (text_kinds.TOKEN, "!", None),
        (text_kinds.TOKEN, "a b~", None),
        (text_kinds.TOKEN, " a", f"' a' can't be a value: {A_VALUE}"),
        (text_kinds.TOKEN, "a ", f"'a ' can't be a value: {A_VALUE}"),
        (text_kinds.TOKEN, "é", f"'é' can't be a value: {A_VALUE}"),
        (text_kinds.TOKEN, "v" * 255, None),
        (text_kinds.TOKEN, "v" * 256, "a value has 256 characters; at most 255 are taken"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)  # fmt: skip
def test_a_text_that_is_not_of_its_kind_is_refused_in_these_words(
    kind: text_kinds.Kind, text: str, fault: str | None
) -> None:
    assert text_kinds.fault(kind, text) == fault


@pytest.mark.parametrize("kind", [text_kinds.PERIOD, text_kinds.MONTH])
def test_a_label_is_of_a_year_in_which_anybody_serves(kind: text_kinds.Kind) -> None:
    what, written = (kind.what, A_PERIOD if kind is text_kinds.PERIOD else A_MONTH)
    for year in (1945, 1949, 1950, 1999, 2000, 2099, 2100):
        assert text_kinds.fault(kind, f"{year}-07") is None
    for year in ("1944", "1939", "2101", "2200", "0025", "25"):
        assert text_kinds.fault(kind, f"{year}-07") == f"'{year}-07' can't be {what}: {written}"


@pytest.mark.parametrize(
    "label",
    ["2025", "2025-S1", "2025-S2", "2025-Q1", "2025-Q4", "2025-01", "2025-09", "2025-10", "2025-12", "2025-01..12"],
)
def test_a_period_is_written_in_one_of_five_ways(label: str) -> None:
    assert text_kinds.fault(text_kinds.PERIOD, label) is None


@pytest.mark.parametrize(
    "label",
    ["2025-", "2025-S0", "2025-S3", "2025-Q0", "2025-Q5", "2025-00", "2025-13", "2025-1", "2025-01..13", "2025..01"],
)
def test_no_other_way_is_a_period(label: str) -> None:
    assert text_kinds.fault(text_kinds.PERIOD, label) == f"'{label}' can't be a period: {A_PERIOD}"


def test_a_long_period_is_refused_for_its_length() -> None:
    assert text_kinds.fault(text_kinds.PERIOD, "2025-01..012") == "a period has 12 characters; at most 11 are taken"


@pytest.mark.parametrize("lines", [True, False])
def test_the_characters_that_no_text_may_hold_are_these(lines: bool) -> None:
    ranges = [
        *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xD800, 0xDFFF), (0x2028, 0x202E)),
        *((0x2066, 0x2069), (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xFFFE, 0xFFFF), (0xE0000, 0xE007F)),
    ]
    never = {code for first, last in ranges for code in range(first, last + 1)} | ({9, 10, 13} if not lines else set())

    found = {code for code in range(0xE0100) if text_kinds.misfit(chr(code), lines=lines) is not None}

    assert found == never


def test_a_message_shows_sixty_characters_and_writes_out_what_is_not_seen() -> None:
    assert text_kinds.shown("x" * 60) == f"'{'x' * 60}'"
    assert text_kinds.shown("x" * 61) == f"'{'x' * 60}…'"
    assert text_kinds.shown("a\nb\u202e") == r"'a\u000ab\u202e'"


def test_the_schema_of_the_commands_tells_what_a_text_may_be() -> None:
    """Read from the interface's description, where clients are made from it."""
    told: dict[str, tuple[Any, ...]] = {}
    for name, (alias, kind) in SCHEMAS.items():
        schema = msgspec.json.schema(Annotated[str, text_kinds._annotation(kind)])
        assert msgspec.json.schema(alias) == schema
        told[name] = (schema["description"], schema["minLength"], schema["maxLength"], schema.get("pattern"))
    an_id = "^(?:[0-9A-Za-z][0-9A-Za-z._-]*)$"
    year, month = "(?:194[5-9]|19[5-9][0-9]|20[0-9]{2}|2100)", "(?:0[1-9]|1[0-2])"
    assert told == {
        "key": (f"an id: {AN_ID}", 1, 100, an_id),
        "nip": (f"an employee number: {AN_ID}", 1, 64, an_id),
        "name": ("a name: write it on one line", 1, 200, None),
        "title": ("a title: write it on one line", 1, 500, None),
        "prose": ("a text: write it out", 1, 10_000, None),
        "prose if any": ("a text: write it out", 0, 10_000, None),
        "uri": (f"an address: {AN_ADDRESS}", 1, 2_000, r"^(?:[A-Za-z][A-Za-z0-9+.-]*:\S+)$"),
        "period": (
            f"a period: {A_PERIOD}", 1, 11, rf"^(?:{year}(?:-(?:S[12]|Q[1-4]|{month}(?:\.\.{month})?))?)$",
        ),
        "month": (f"a month: {A_MONTH}", 1, 7, f"^(?:{year}-{month})$"),
        "file": (f"a file name: {A_FILE}", 1, 200, "^(?:[0-9A-Za-z._-]+(?:/[0-9A-Za-z._-]+)*)$"),
        "policy": ("a policy's text: write the policy in YAML", 1, 1_000_000, None),
    }  # fmt: skip
