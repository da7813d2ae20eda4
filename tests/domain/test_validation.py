"""What a rule asks of a value first: exact, written out, of no person, known by name."""

from decimal import Decimal

import pytest

from neraca.domain import validation
from neraca.domain.command_rules import PolicyRef
from neraca.domain.errors import Invalid


def refusal(kind: str, *given: object) -> tuple[str, str | None] | None:
    """Message and field of the refusal of a value by one of the rules; None where it is taken."""
    try:
        getattr(validation, kind)(*given)
    except Invalid as refused:
        return refused.message, refused.field
    return None


TOO_LARGE = "is not a number below 10^18"
TOO_FINE = "has more than six decimals; round it where it is recorded"


@pytest.mark.parametrize(
    ("number", "micro"),
    [
        ("0", 0),
        ("-1.5", -1_500_000),
        ("0.000001", 1),
        ("999999999999999999.999999", 999_999_999_999_999_999_999_999),
        ("-999999999999999999", -999_999_999_999_999_999_000_000),
        ("12.500000", 12_500_000),
    ],
)
def test_a_number_is_kept_to_its_sixth_decimal(number: str, micro: int) -> None:
    assert validation.exact(Decimal(number), "/actual") == micro


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("1000000000000000000", TOO_LARGE),
        ("-1000000000000000000", TOO_LARGE),
        ("1E+18", TOO_LARGE),
        ("NaN", TOO_LARGE),
        ("Infinity", TOO_LARGE),
        ("1E-7", TOO_FINE),
        ("1.0000005", TOO_FINE),
        ("0.1234567890123456789012345", TOO_FINE),
        ("1.000000000000000000000000", TOO_FINE),
        ("999999999999999999.9999999", TOO_FINE),
    ],
)
def test_a_number_that_cannot_be_kept_is_refused_never_rounded(number: str, why: str) -> None:
    assert refusal("exact", Decimal(number), "/actual") == (f"/actual: {number} {why}", "/actual")


def test_twenty_four_digits_are_kept_where_six_of_them_are_decimals() -> None:
    assert validation.exact(Decimal("123456789012345678.123456"), "/actual") == 123456789012345678123456


def test_a_text_of_blanks_is_not_written_out() -> None:
    assert validation.written(" sebab ", "/reason", "the reason") == " sebab "
    for text in ("", " \n\t"):
        assert refusal("written", text, "/reason", "the reason") == (
            "/reason: the reason is empty; write it out",
            "/reason",
        )


@pytest.mark.parametrize(
    ("written", "counts_as"),
    [
        ("W1", "w1"),
        (" w1 ", "w1"),
        ("Ｗ１", "w1"),
        ("w\u200d1", "w1"),
        ("a \t b", "a b"),
        ("Straße", "strasse"),
        ("ﬃ", "ffi"),
        ("\u1e9b\u0323", "\u1e69"),
    ],
)
def test_a_token_counts_once_however_it_is_written(written: str, counts_as: str) -> None:
    assert validation.token(written) == counts_as


@pytest.mark.parametrize(
    ("token", "tells"),
    [
        ("1" * 15, False),
        ("1" * 16, True),
        ("1" * 17, True),
        ("1" * 18, True),
        ("1" * 19, False),
        ("19850101 201001 1 001", True),
        ("1985.0101-2010_01/1001", True),
        ("a" + "1" * 18, False),
        ("kwitansi-17", False),
    ],
)
def test_the_number_of_a_person_is_known_however_it_is_divided(token: str, tells: bool) -> None:
    assert validation.of_a_person(token) is tells


@pytest.mark.parametrize("text", ["a", "9", "A.b_c-9"])
def test_an_id_that_makes_a_stream_is_plain(text: str) -> None:
    assert validation.key(text, "/report", "a report's id") == text


@pytest.mark.parametrize("text", ["", "-a", "a b", "a/b", "é", "a\n"])
def test_no_other_makes_one(text: str) -> None:
    quoted = {"a\n": r"'a\u000a'"}.get(text, f"'{text}'")
    said = f"/report: {quoted} can't be a report's id: use letters, digits, '.', '_' and '-'"
    assert refusal("key", text, "/report", "a report's id") == (said, "/report")


def test_a_period_is_written_as_a_period() -> None:
    assert validation.period("2025-Q1").label == "2025-Q1"
    assert refusal("period", "2101") == (
        "/period: '2101' can't be a period: "
        "write 2025, 2025-S1, 2025-Q3, 2025-07 or 2025-01..05, of a year from 1945 to 2100",
        "/period",
    )
    message, field = refusal("period", "Mei") or ("", None)
    assert (message.startswith("/period: no period 'Mei'"), field) == (True, "/period")


def test_an_unknown_name_is_refused_with_the_nearest_there_is() -> None:
    names = {"berkas", "acara"}
    assert refusal("known", "berkas", names, "/target", "the plan has no target {} yet") is None
    assert refusal("known", "bekas", names, "/target", "the plan has no target {} yet") == (
        "/target: the plan has no target 'bekas' yet; did you mean 'berkas'?",
        "/target",
    )
    assert refusal("known", "zzz", names, "/target", "the plan has no target {} yet") == (
        "/target: the plan has no target 'zzz' yet; there are acara, berkas",
        "/target",
    )
    assert refusal("known", "zzz", set(), "/target", "the plan has no target {} yet") == (
        "/target: the plan has no target 'zzz' yet; there are none",
        "/target",
    )


def test_a_pointer_writes_out_what_would_divide_a_name() -> None:
    assert validation.pointer("answers", "a/b~c", 0) == "/answers/a~1b~0c/0"
    assert validation.pointer("") == "/"


@pytest.mark.parametrize(
    ("written", "parsed"),
    [
        ("kota-uji@12", ("kota-uji", 12)),
        ("kota-uji@0", ("kota-uji", 0)),
        ("kota-uji", ("kota-uji", None)),
        ("kota-uji@", ("kota-uji", None)),
        ("kota-uji@x", ("kota-uji@x", None)),
        ("kota-uji@-1", ("kota-uji@-1", None)),
        ("kota@uji@1", ("kota@uji@1", None)),
        ("", ("", None)),
    ],
)
def test_a_policy_is_named_by_id_and_version(written: str, parsed: tuple[str, int | None]) -> None:
    assert PolicyRef.parsed(written) == parsed


def test_the_name_of_a_reference_is_read_as_it_is_written() -> None:
    ref = PolicyRef("kota-uji", 3, "aa", "bb")
    assert (ref.name, PolicyRef.written("kota-uji", 3)) == ("kota-uji@3", "kota-uji@3")
    assert PolicyRef.parsed(ref.name) == ("kota-uji", 3)
