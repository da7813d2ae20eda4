"""Which language is answered in: RFC 9110, 12.5.4, and the environment of a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.wording import language


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, "en"),
        ("", "en"),
        ("id", "id"),
        ("ID-id", "id"),
        ("in", "id"),
        ("en", "en"),
        ("*", "en"),
        ("de", "en"),
        ("de, id;q=0.1", "id"),
        ("id, en", "id"),
        ("en, id", "en"),
        ("en;q=0.5, id;q=0.8", "id"),
        ("en-GB,en;q=0.9,id;q=0.8", "en"),
        ("*, id", "id"),
        ("*, en;q=0", "id"),
        ("en;q=0", "en"),
        ("id;q=0", "en"),
        ("id;q=nonsense", "en"),
        (" id ; q=1 ", "id"),
        ("id," * 500, "en"),
    ],
)
def test_the_language_liked_best_of_those_there_are(header: str | None, wanted: str) -> None:
    assert language.accepted(header) == wanted


@given(st.text(max_size=60))
def test_nobody_is_refused_for_how_they_ask(header: str) -> None:
    assert language.accepted(header) in language.LANGUAGES


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "in"}, "id"),
        ({"LANG": "id_ID", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_ALL": "en_US.UTF-8", "NERACA_LANGUAGE": "id"}, "id"),
        ({"LANG": "id_ID", "NERACA_LANGUAGE": "en"}, "en"),
        ({"LANG": "en_US", "LC_ALL": "", "LC_MESSAGES": "id_ID"}, "id"),
    ],
)
def test_the_language_of_a_terminal(variables: dict[str, str], wanted: str) -> None:
    assert language.of_environment(variables) == wanted
