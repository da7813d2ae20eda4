"""An appraiser who moves within the evaluation of a period evaluates it, and one who moved before does not.

PermenPANRB 6/2022, annex p. 91-92: Purnama, moved on 25 August, does not evaluate the third quarter; moved on 25
September, he does.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.deadlines import window_of_moves
from neraca.domain.appraisal.events import Rated
from neraca.domain.assignments import Assignment, Tenure
from neraca.domain.errors import Invalid, NotAllowed
from neraca.domain.period import parse
from neraca.domain.vocabulary import Relation

AUGUST, SEPTEMBER = date(2025, 8, 25), date(2025, 9, 25)
Q3: dict[str, Any] = {"employee": "budi", "period": "2025-Q3"}
RATE = ask.Rate(**Q3, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})
RATED = Rated(rater="purnama", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})
EVALUATING = date(2025, 10, 3)


@pytest.fixture
def quarter(past):
    """The third quarter of Budi under Purnama, with an approved plan."""
    opened, *rest = past.running
    period = parse("2025-Q3")
    first = replace(
        opened, period="2025-Q3", starts=period.starts, ends=period.ends, appraiser="purnama", since=date(2025, 7, 1)
    )
    return (first, *rest)


def moving(on: date | None, retired: date | None = None) -> dict[str, Tenure]:
    """Purnama leads part of dinkes under Agus, until he goes to disdik."""
    places = [(date(2024, 1, 1), Assignment("dinkes", "agus"))]
    if on is not None:
        places.append((on, Assignment("disdik", "tono")))
    return {
        "purnama": Tenure(date(2024, 1, 1), retired, places),
        "budi": Tenure(date(2024, 1, 1), None, [(date(2024, 1, 1), Assignment("dinkes", "purnama"))]),
    }


def test_an_appraiser_who_moved_on_25_august_does_not_evaluate_the_third_quarter(after, quarter, rules):
    people, by_quarters = moving(AUGUST), replace(rules, cycle="quarter")

    with pytest.raises(NotAllowed, match="the appraiser purnama has left the post: agus, the next superior"):
        after(*quarter, when=RATE, by="purnama", on=EVALUATING, people=people, rules=by_quarters)
    assert after(*quarter, when=RATE, by="agus", on=EVALUATING, people=people, rules=by_quarters) == [
        replace(RATED, rater="agus")
    ]


def test_an_appraiser_who_moved_on_25_september_evaluates_the_third_quarter(after, quarter, rules, scored):
    people, by_quarters = moving(SEPTEMBER), replace(rules, cycle="quarter")
    known = {"on": EVALUATING, "people": people, "rules": by_quarters}

    assert after(*quarter, when=RATE, by="purnama", **known) == [RATED]
    with pytest.raises(NotAllowed, match="only the appraiser purnama may rate as SUPERVISOR"):
        after(*quarter, when=RATE, by="agus", **known)
    [final] = after(*quarter, RATED, when=ask.Finalise(**Q3), by="purnama", scored=scored, **known)
    assert not final.final


def test_opened_after_the_move_it_names_who_evaluates(after, rules):
    def opened(people):
        by_quarters = replace(rules, cycle="quarter")
        [event] = after(when=ask.OpenAppraisal(**Q3), by="hr", on=EVALUATING, people=people, rules=by_quarters)
        return event.appraiser, event.reviewer

    assert opened(moving(None)) == ("purnama", "agus")
    assert opened(moving(AUGUST)) == ("agus", None)
    assert opened(moving(SEPTEMBER)) == ("purnama", "agus")


def test_whoever_retired_within_the_evaluation_evaluates_nothing(after, quarter, rules):
    people = moving(None, retired=SEPTEMBER)

    with pytest.raises(NotAllowed, match="purnama retired on 2025-09-25"):
        after(*quarter, when=RATE, by="purnama", on=EVALUATING, people=people, rules=replace(rules, cycle="quarter"))


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2025-Q3", date(2025, 9, 21), date(2025, 10, 31)),
        ("2025", date(2025, 12, 21), date(2026, 1, 31)),
        ("2025-02", date(2025, 2, 21), date(2025, 3, 31)),
    ],
)
def test_the_window_is_the_end_of_the_last_month_and_the_month_that_follows(period, first, last):
    assert window_of_moves(parse(period).ends) == (first, last)


@pytest.mark.parametrize(
    ("moved", "evaluates"),
    [
        (date(2025, 9, 20), False),
        (date(2025, 9, 21), True),
        (date(2025, 10, 1), True),
        (date(2025, 10, 31), True),
        (date(2025, 11, 1), False),
    ],
)
def test_the_first_and_the_last_day_of_the_window_are_within_it(after, quarter, rules, moved, evaluates):
    by = "purnama" if evaluates else "agus"
    rated = after(
        *quarter, when=RATE, by=by, on=date(2025, 11, 3), people=moving(moved), rules=replace(rules, cycle="quarter")
    )
    assert rated[-1] == replace(RATED, rater=by)


def test_an_employee_who_moved_within_the_evaluation_goes_to_the_new_unit_and_appraiser(after, past, placed):
    """Also for the year (annex p. 91): moved in January, the new appraiser evaluates the year that ended."""
    reassign = ask.ReassignAppraisal(
        employee="budi", period="2025", unit="disdik", appraiser="tono", since=date(2026, 1, 12), reason="mutasi"
    )

    [moved] = after(*past.running, when=reassign, by="hr", on=date(2026, 1, 12))
    assert (moved.unit, moved.appraiser, moved.since) == ("disdik", "tono", date(2026, 1, 12))
    with pytest.raises(Invalid, match="/since: 2026-02-01 is outside 2025-01-01 to 2026-01-31; name a day within"):
        after(*past.running, when=replace(reassign, since=date(2026, 2, 1)), by="hr", on=date(2026, 2, 2))
