"""A report asked about a name that is nowhere refuses it; one that has nothing to tell says why."""

from collections.abc import Callable
from typing import Any

import pytest

from neraca.domain.errors import Invalid, NotFound

Neraca = Callable[..., Any]
WHERE = ("--agency", "surakarta")
OF = (*WHERE, "--period", "2025")
NOBODY = "199901012020011999"

UNIT = (Invalid, "unit: surakarta has no unit 'disdukcapl'; did you mean 'disdukcapil'?")
MEASURE = (Invalid, "measure: no result of surakarta has a measure 'skore'; did you mean 'score'?")
EMPLOYEE = (NotFound, f"surakarta has no employee '{NOBODY}'; write the NIP of one of its roster")
PROGRAMME = (NotFound, "there is no programme 'tiada' in surakarta; its id is that of start-programme")
SURVEY = (Invalid, "survey: surakarta has opened no survey 'skm_units'; did you mean 'skm_unit'?")
WRONG_UNIT = ("--unit", "disdukcapl")
BOTH = (*WHERE, "--before", "2025-S1", "--after", "2025-S2")


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (("lateness", *OF, *WRONG_UNIT), UNIT),
        (("ranking", *OF, *WRONG_UNIT), UNIT),
        (("training", *OF, *WRONG_UNIT), UNIT),
        (("low-rated", *OF, *WRONG_UNIT), UNIT),
        (("strengths", *OF, *WRONG_UNIT), UNIT),
        (("strengths", *OF, "--duties", *WRONG_UNIT), UNIT),
        (("strengths", *OF, "--employee", NOBODY), EMPLOYEE),
        (("satisfaction", *WHERE, *WRONG_UNIT), UNIT),
        (("satisfaction", *WHERE, "--survey", "skm_units"), SURVEY),
        (("satisfaction", *WHERE, "--all-units", "--survey", "skm_units"), SURVEY),
        (("trend", *WHERE, *WRONG_UNIT), UNIT),
        (("trend", *WHERE, "--measure", "skore"), MEASURE),
        (("trend", *WHERE, "--employee", NOBODY), EMPLOYEE),
        (("indicators", *OF, "--measure", "skore"), MEASURE),
        (("before-after", *BOTH, *WRONG_UNIT), UNIT),
        (("before-after", *BOTH, "--measure", "skore"), MEASURE),
        (("before-after", *BOTH, "--unit", "disdukcapil", "--measure", "skore"), MEASURE),
        (("before-after", *BOTH, "--programme", "tiada"), PROGRAMME),
        (("programme", *WHERE, "--id", "tiada"), PROGRAMME),
        (("forensics", *OF, "--judge", NOBODY), EMPLOYEE),
    ],
    ids=lambda one: " ".join(one) if isinstance(one[0], str) else "",
)
def test_a_name_that_is_nowhere_is_refused(
    neraca: Neraca, seeded_year: Any, words: tuple[str, ...], refused: tuple[type[Exception], str]
) -> None:
    kind, told = refused

    with pytest.raises(kind) as no:
        neraca("report", *words, DATABASE_URL=seeded_year.url)
    assert str(no.value) == told


def test_an_employee_has_no_measure_that_no_result_has(neraca: Neraca, seeded_year: Any) -> None:
    """Their results would be listed all the same, each without a value."""
    words = ("trend", *WHERE, "--json")
    everybody = neraca("report", "low-rated", *OF, "--json", DATABASE_URL=seeded_year.url).lines[0]
    nip = everybody[0]["employee"]

    with pytest.raises(Invalid) as no:
        neraca("report", *words, "--employee", nip, "--measure", "skore", DATABASE_URL=seeded_year.url)
    assert str(no.value) == MEASURE[1]
    assert neraca("report", *words, "--employee", nip, DATABASE_URL=seeded_year.url).lines[0]


@pytest.mark.parametrize(
    "verb",
    [
        ("consider", "--for", "talent", "--period", "2025"),
        ("fix", "credit", "--period", "2025"),
        ("fix", "allowance", "--month", "2025-12"),
    ],
    ids=" ".join,
)
def test_a_batch_of_a_unit_that_is_nowhere_is_refused(
    neraca: Neraca, seeded_year: Any, tmp_path: Any, verb: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "tokens.json").write_text('{"t": {"id": "hr-1", "roles": ["hr"], "agency": "surakarta"}}')
    (home / "tokens.json").chmod(0o600)

    with pytest.raises(Invalid) as no:
        neraca(*verb, *WHERE, *WRONG_UNIT, DATABASE_URL=seeded_year.url, TOKEN="t")
    assert str(no.value) == UNIT[1]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("indicators", *WHERE, "--period", "2031"), "2031, surakarta: nobody is appraised"),
        (("participation", *WHERE, "--period", "2031"), "2031, surakarta: nobody is appraised"),
        (("strengths", *WHERE, "--period", "2031", "--unit", "disdukcapil"), "2031, disdukcapil: nobody is appraised"),
        (("lateness", *WHERE, "--period", "2031-03"), "nobody owes a report of 2031-03 by now"),
        (("cascade", *WHERE, "--year", "2031"), "surakarta has no plan of 2031"),
        (
            ("training", *WHERE, "--period", "2031"),
            "no training is planned from results of 2031; a head plans it with propose-training-plan",
        ),
        (
            ("boxes", *WHERE, "--period", "2031"),
            "nobody is listed for talent by results of 2031; neraca consider lists what a policy makes of all",
        ),
        (
            ("satisfaction", *WHERE, "--period", "2031"),
            "no such survey is closed yet, or fewer than ten citizens answered",
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_a_report_with_nothing_to_tell_says_why(
    neraca: Neraca, seeded_year: Any, words: tuple[str, ...], why: str
) -> None:
    said = neraca("report", *words, DATABASE_URL=seeded_year.url, LANGUAGE="en")
    assert (said.code, said.out.splitlines()[-1], said.err) == (0, "0 rows", f"neraca: {why}\n")
    in_json = neraca("report", *words, "--json", DATABASE_URL=seeded_year.url, LANGUAGE="en")
    assert (in_json.out, in_json.err) == ("[]\n", said.err)
