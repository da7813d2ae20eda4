"""How a mistake is said, in which order, and which word was meant."""

import pytest

from neraca.policy.findings import (
    Finding,
    Origin,
    errors,
    finding,
    in_order,
    meant,
    mistakes,
    nearest,
    plain,
    suggestion,
    unmatched,
)

AT = Origin("x.yaml", 3, 7)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (finding(AT, "/a/b", "is wrong", "mend it"), "x.yaml:3:7: a/b: is wrong - mend it"),
        (finding(AT, "", "is wrong", "mend it"), "x.yaml:3:7: is wrong - mend it"),
        (finding(AT, "/a", "is odd", "look", "warning"), "x.yaml:3:7: a: warning: is odd - look"),
        (finding(AT, "/a", "is unfit", "mend it", "unfit"), "x.yaml:3:7: a: is unfit - mend it"),
    ],
)
def test_a_finding_is_one_line(made: Finding, said: str) -> None:
    assert str(made) == said


def test_an_error_keeps_a_policy_from_use_what_is_unfit_from_force_a_warning_from_neither() -> None:
    found = [
        finding(AT, "", "a", ""),
        finding(AT, "", "b", "", "unfit", "hukum"),
        finding(AT, "", "c", "", "warning"),
        Finding("x.yaml", 1, 1, "", "d", ""),
    ]

    assert [one.what for one in errors(found)] == ["a", "d"]
    assert [one.what for one in mistakes(found)] == ["a", "b", "d"]
    assert [one.ref for one in found] == [None, "hukum", None, None]


def test_findings_come_once_each_by_file_line_column_path_and_words() -> None:
    ordered = [
        Finding("a", 2, 1, "", "", ""),
        Finding("b", 1, 9, "", "", ""),
        Finding("b", 2, 1, "/z", "z", ""),
        Finding("b", 2, 3, "/a", "b", ""),
        Finding("b", 2, 3, "/b", "a", "", "warning"),
        Finding("b", 2, 3, "/b", "b", "z"),
        Finding("b", 10, 1, "/a", "a", ""),
    ]

    assert in_order([*reversed(ordered), ordered[2], Finding("b", 2, 3, "/b", "b", "z")]) == ordered


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("nilay", ["nilai", "bobot"], "did you mean 'nilai'?"),
        ("nilai", ["nilai"], "did you mean 'nilai'?"),
        ("x", [], "there is none like it: declare it, or name another"),
        ("x", ["a", "b", "a"], "write one of: a, b"),
        ("x", [f"k{n}" for n in range(12)], "write one of: k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11"),
        ("x", [f"k{n}" for n in range(13)], "write one of: k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, ..."),
    ],
)
def test_a_remedy_names_the_nearest_word_or_all_there_are(word: str, known: list[str], said: str) -> None:
    assert suggestion(word, iter(known)) == said


def test_a_remedy_names_as_many_words_as_are_asked_for() -> None:
    assert [suggestion("x", "abc", most=most) for most in (2, 3)] == [
        "write one of: a, b, ...",
        "write one of: a, b, c",
    ]


def test_the_nearest_word_is_near_or_none() -> None:
    assert [nearest(word, iter(["rekan", "rekam", "atasan"])) for word in ("rekn", "atasn", "warga", "")] == [
        "rekan",
        "atasan",
        None,
        None,
    ]


def test_a_word_means_itself_where_it_is_known_else_the_nearest_else_itself() -> None:
    assert [meant(word, iter(["rekan", "rekam", "atasan"])) for word in ("rekam", "rekn", "warga")] == [
        "rekam",
        "rekan",
        "warga",
    ]


@pytest.mark.parametrize(
    ("given", "wanted", "odd", "missing"),
    [
        ("", "", [], []),
        ("rekan", "rekan", [], []),
        ("rekan", "", ["rekan"], []),
        ("", "rekan", [], ["rekan"]),
        ("rekn", "rekan atasan", ["rekn"], ["atasan"]),
        ("warga", "rekan", ["warga"], ["rekan"]),
        # What is there under its right name is not what the misspelt word was meant to be.
        ("rekan rekn", "rekan atasan", ["rekn"], ["atasan"]),
    ],
)
def test_words_that_do_not_match(given: str, wanted: str, odd: list[str], missing: list[str]) -> None:
    assert unmatched(iter(given.split()), iter(wanted.split())) == (odd, missing)


@pytest.mark.parametrize(
    ("number", "written"),
    [("105.00", "105"), ("0.50", "0.5"), ("100", "100"), ("a.b0", "a.b"), ("1200", "1200")],
)
def test_a_number_is_written_as_people_do(number: str, written: str) -> None:
    assert plain(number) == written
