"""The year of the demo ends with annual predicates, in the cities that appraise shorter periods too."""

from collections import defaultdict
from typing import Any

import pytest
from rich.console import Console

from neraca.demo.output import Outcome, Sample, questions, tables
from neraca.domain.appraisal.events import Finalised, Joined
from neraca.domain.period import parse

PERIODS = {"surabaya": 4, "bandung": 2, "surakarta": 4}


@pytest.mark.parametrize("agency", PERIODS)
def test_whoever_has_every_period_final_has_the_year(seeded_year: Any, agency: str) -> None:
    reader = seeded_year.service.reader
    final: dict[str, set[str]] = defaultdict(set)
    annual: dict[str, Joined] = {}
    whose = {past.stream: past.event for past in reader.of_type(agency, "appraisal.opened")}
    for past in reader.of_types(agency, ["appraisal.finalised", "appraisal.joined"]):
        opened = whose[past.stream]
        if isinstance(past.event, Finalised) or past.event.reused:
            final[opened.employee].add(opened.period)
        else:
            annual[opened.employee] = past.event

    assert annual.keys() == {who for who, periods in final.items() if len(periods) == PERIODS[agency]}
    assert annual
    for whole in annual.values():
        assert sum(part.months for part in whole.parts) == 12
        assert whole.predicate


def test_the_year_comes_after_its_periods(capsys: pytest.CaptureFixture[str]) -> None:
    labels = ["2025", "2025-Q1", "2025-Q2", "2025-Q4"]

    tables(Console(), "Kota Uji", 1, [Outcome(label, "baik", 1) for label in labels], {"baik": "Baik"})

    printed = capsys.readouterr().out
    assert [word for word in printed.split() if word in labels] == ["2025-Q1", "2025-Q2", "2025-Q4", "2025"]
    assert parse("2025").ends == parse("2025-Q4").ends


def test_where_there_is_a_year_over_periods_it_is_asked_about() -> None:
    sample, year = (
        Sample("uji", "budi", "2025-Q1", None, None, "ani"),
        Sample("coba", "ani", "2025", None, "baik", "budi"),
    )

    assert questions("", str, sample, None).count("curl") == 3
    asked = questions("", str, sample, year).split("\n\n")[3]
    assert asked.startswith("A year over its periods:\n")
    assert r"agency(id: \"coba\") { appraisal(employee: \"ani\", period: \"2025\") { score predicate explain" in asked
