"""The head of an independent unit, by the agency's file and their decree, on the last day of the period."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import streams
from neraca.domain.headship import AppointHead
from neraca.domain.vocabulary import Finality

LAST = date(2025, 3, 31)


@pytest.mark.parametrize(
    ("independent", "head", "finality"),
    [
        (True, {"employee": "sri", "since": LAST}, Finality.STATUS),
        (False, {"employee": "sri", "since": LAST}, None),
        (True, {"employee": "sri", "since": date(2025, 4, 1)}, None),
        (True, {"employee": "sri", "since": LAST, "acting": True}, None),
        (True, {"employee": "ani", "since": LAST}, None),
    ],
)
def test_the_result_of_whoever_heads_an_independent_unit_when_the_period_ends_is_final(
    fixture_agency: Any, monkeypatch: pytest.MonkeyPatch, independent: bool, head: Any, finality: Finality | None
) -> None:
    agency = fixture_agency.house.agencies["uji"]
    units = {**agency.units, "dinkes": replace(agency.units["dinkes"], independent=independent)}
    monkeypatch.setitem(fixture_agency.house.agencies, "uji", replace(agency, units=units))
    fixture_agency.score("sri")
    fixture_agency.tell("hr", AppointHead(unit="dinkes", decree="SK 1", **head))

    fixture_agency.finalise("sri")

    stream = streams.appraisal("uji", "sri", "2025-Q1")
    fixed = fixture_agency.service.reader.stream("uji", stream)[-1].event
    assert (fixed.final, fixed.finality) == (finality is not None, finality)
