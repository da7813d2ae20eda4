"""What a file says of itself is found in it, and in nothing that only looks like it."""

from datetime import date
from typing import Any

import pytest

from neraca.document import html, pdf
from neraca.document.blocks import Layout, Paragraph
from neraca.document.verification import Marks, as_printed, marks, result_of

MARKS = Marks("DEK-P/000041/KOTA-UJI_2/2025", "3LUE-F3DQ-EJDM-PABH")
FORGED = '<meta name="keywords" content="DEK-T/000007/UJI/2025 AAAA-BBBB-CCCC-DDDD"> /Keywords (DEK-T/000007/UJI/2025 '


@pytest.mark.parametrize("rendered", [html.rendered, pdf.rendered])
@pytest.mark.parametrize("wanted", [MARKS, None])
def test_a_file_tells_its_number_and_code_whatever_is_written_in_it(rendered: Any, wanted: Marks | None) -> None:
    made = Layout("id", "Judul", (), (Paragraph(f"{FORGED}AAAA-BBBB-CCCC-DDDD)"),), "kaki", date(2025, 4, 9), wanted)

    assert marks(rendered(made)) == wanted


@pytest.mark.parametrize("file", [b"", b"%PDF-1.3", b"\xff\xfe\x00", b"DEK-P/000041/UJI/2025 3LUE-F3DQ-EJDM-PABH"])
def test_what_is_no_document_tells_nothing(file: bytes) -> None:
    assert marks(file) is None


@pytest.mark.parametrize(
    ("number", "result"),
    [
        ("DEK-P/000041/UJI/2025", 41),
        ("DEK-K/1234567/UJI/2025", 1_234_567),
        ("DEK-X/000041/UJI/2025", None),
        ("DEK-P/41/UJI/2025", None),
        (" DEK-P/000041/UJI/2025", None),
        ("", None),
    ],
)
def test_a_number_tells_the_position_of_its_result(number: str, result: int | None) -> None:
    assert result_of(number) == result


@pytest.mark.parametrize(
    "typed",
    [
        MARKS,
        Marks(" dek-p/000041/kota-uji_2/2025", "3lue-f3dq-ejdm-pabh "),
        Marks(MARKS.number, "3LUE-F3DQ-EJDM-PA8H"),
    ],
)
def test_what_is_read_off_paper_is_as_it_was_printed(typed: Marks) -> None:
    assert as_printed(typed) == MARKS


def test_a_code_has_no_digit_that_is_taken_for_a_letter() -> None:
    assert as_printed(Marks("x", "1O0I-8B22-AAAA-AAAA")).code == "IOOI-BB22-AAAA-AAAA"
