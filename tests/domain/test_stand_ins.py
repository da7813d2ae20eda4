"""Who has left acts no more, and the next superior up does; nobody decides where they are a party."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlanApproved, Rated, RatingWithdrawn
from neraca.domain.assignments import Assignment
from neraca.domain.contexts import Actor
from neraca.domain.errors import Invalid, NotAllowed, NotFound, TooEarly
from neraca.domain.vocabulary import ObjectionOutcome, Relation, Role

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
OPEN = ask.OpenAppraisal(**WHO)
APPROVE = ask.ApprovePlan(**WHO)
DECIDE = ask.DecideObjection(**WHO, outcome=ObjectionOutcome.UPHELD, reason="Bukti cukup")
GONE = date(2025, 3, 31)
"""Last day of service of whoever retires here; most is told on 1 July 2025."""


def rate(relation: Relation, value: int = 4) -> ask.Rate:
    return ask.Rate(**WHO, relation=relation, scores={"layanan": Decimal(value)})


@pytest.fixture
def moved(placed: Any) -> Any:
    """Sri went from dinkes to disdik on 1 March 2025."""
    sri = placed("dinkes", "agus")
    sri.places.append((date(2025, 3, 1), Assignment("disdik", "agus")))
    return sri


@pytest.fixture
def retired(placed: Any) -> Any:
    return placed("dinkes", "agus", retired=GONE)


def test_the_next_superior_is_taken_over_where_the_supervisor_has_left(after, placed, moved, retired):
    boss = placed("dinkes", None)
    agus = placed("dinkes", "ratna")
    for left in (moved, retired):
        [opened] = after(when=OPEN, by="hr", people={"sri": left, "agus": agus, "ratna": boss})
        assert (opened.appraiser, opened.reviewer) == ("agus", "ratna")
    [opened] = after(when=OPEN, by="hr", people={"sri": retired}, on=date(2025, 3, 31))
    assert (opened.appraiser, opened.reviewer) == ("sri", "agus")
    with pytest.raises(NotFound, match="sri, the supervisor of budi on 2025-01-01, has left, and nobody is above"):
        after(when=OPEN, by="hr", people={"sri": placed("dinkes", None, retired=GONE)})


def test_an_appraisal_is_opened_only_for_a_period_with_days_of_service(after, placed):
    with pytest.raises(NotFound, match="serves from 2026-02-01 on, and 2025 has no day of that"):
        after(when=OPEN, by="hr", people={"budi": placed("dinkes", "sri", date(2026, 2, 1))})
    with pytest.raises(NotFound, match="serves from 2024-01-01 to 2024-12-31, and 2025 has no day of that"):
        after(when=OPEN, by="hr", people={"budi": placed("dinkes", "sri", retired=date(2024, 12, 31))})
    [opened] = after(when=OPEN, by="hr", people={"budi": placed("dinkes", "sri", date(2025, 11, 3))})
    assert opened.since == date(2025, 11, 3)


def test_a_unit_that_takes_part_only_after_the_service_opens_nothing(after, placed):
    with pytest.raises(TooEarly, match="'disdik' takes part from 2025-07-01, after 2025-06-30"):
        after(when=OPEN, by="hr", people={"budi": placed("disdik", "sri", retired=date(2025, 6, 30))})


@pytest.mark.parametrize("how", ["moved", "retired"])
def test_in_the_place_of_an_appraiser_who_left_the_next_superior_acts(after, past, request, how):
    people = {"sri": request.getfixturevalue(how)}

    assert after(*past.submitted, when=APPROVE, by="agus", people=people) == [PlanApproved()]
    with pytest.raises(NotAllowed, match=r"sri retired on 2025-03-31|has left the post: agus, the next superior, may"):
        after(*past.submitted, when=APPROVE, by="sri", people=people)
    with pytest.raises(NotAllowed, match="only the appraiser sri"):
        after(*past.submitted, when=APPROVE, by="agus")


def test_the_rating_of_one_who_left_is_replaced_by_that_of_the_next_superior(after, past, moved):
    events = after(*past.rated, when=rate(Relation.SUPERVISOR, 3), by="agus", people={"sri": moved})

    assert events == [
        RatingWithdrawn(rater="sri", reason="agus rates as the appraiser"),
        Rated(rater="agus", relation=Relation.SUPERVISOR, scores=rate(Relation.SUPERVISOR, 3).scores),
    ]


def test_a_result_of_the_next_superior_can_be_objected_to_and_who_is_above_decides(after, past, moved, placed, scored):
    people = {"sri": moved, "agus": placed("dinkes", "ratna"), "ratna": placed("dinkes", None)}
    late = date(2026, 2, 20)
    rated = (*past.running, Rated(rater="agus", relation=Relation.SUPERVISOR, scores={}))

    [final] = after(*rated, when=ask.Finalise(**WHO), by="agus", on=late, scored=scored, people=people)
    assert not final.final
    with pytest.raises(NotAllowed, match="is a party to the objection"):
        after(*past.objected, when=DECIDE, by="agus", people=people)
    assert after(*past.objected, when=DECIDE, by="ratna", people=people)


def test_a_reviewer_who_retired_does_not_decide_and_the_superior_does(after, past, placed):
    left = placed("dinkes", "ratna", retired=GONE)
    people = {"agus": left, "ratna": placed("dinkes", None)}

    with pytest.raises(NotAllowed, match="agus retired on 2025-03-31"):
        after(*past.objected, when=DECIDE, by="agus", people=people)
    assert after(*past.objected, when=DECIDE, by="ratna", people=people)
    with pytest.raises(NotAllowed, match="only the reviewer ratna, in the place of agus, may decide"):
        after(*past.objected, when=DECIDE, by="official", people=people)


def test_where_nobody_is_above_an_official_decides_who_is_no_party_and_acts_for_none(after, past, placed):
    people = {"agus": placed("dinkes", None, retired=GONE)}

    assert after(*past.objected, when=DECIDE, by="official", people=people)
    for party in ("budi", "sri"):
        with pytest.raises(NotAllowed, match=r"own appraisal|is a party"):
            after(*past.objected, when=DECIDE, by="official", deputy=party, people=people)
        with pytest.raises(NotAllowed, match=r"own appraisal|is a party"):
            after(*past.objected, when=DECIDE, by=Actor(party, frozenset({Role.OFFICIAL}), "uji"), people=people)


def test_an_official_who_rated_is_a_party(after, past, placed):
    people = {"agus": placed("dinkes", None, retired=GONE)}
    opened, *rest = past.objected
    rated = Rated(rater="official", relation=Relation.QUALITY_ASSURER, scores={})

    with pytest.raises(NotAllowed, match="whoever rated, is a party"):
        after(opened, rated, *rest, when=DECIDE, by="official", people=people)


def test_whoever_retired_acts_for_nobody_but_keeps_what_is_theirs(after, past, placed):
    gone = placed("dinkes", "sri", retired=date(2025, 12, 31))
    late = date(2026, 1, 20)
    objection = ask.FileObjection(**WHO, grounds="Bukti Mei tidak dihitung")

    assert after(*past.received, when=objection, by="budi", on=late, people={"budi": gone})
    with pytest.raises(NotAllowed, match="wati retired on 2025-12-31 and may not act for others"):
        after(*past.running, when=rate(Relation.PEER), by="wati", on=late, people={"wati": gone})


def test_a_colleague_is_who_served_in_the_unit_in_the_period(after, past, placed):
    before = placed("dinkes", "sri")
    before.places.append((date(2025, 1, 1), Assignment("disdik", "tono")))
    later = placed("dinkes", "sri", date(2026, 1, 1))
    now = placed("dinkes", "sri")
    now.places.append((date(2026, 1, 2), Assignment("disdik", "tono")))
    today = date(2026, 1, 5)

    for stranger in (before, later):
        with pytest.raises(NotAllowed, match="who was a colleague in the unit of budi in the period"):
            after(*past.running, when=rate(Relation.PEER), by="wati", on=today, people={"wati": stranger})
    assert after(*past.running, when=rate(Relation.PEER), by="wati", on=today, people={"wati": now})


def test_the_reviewer_is_no_colleague(after, past):
    with pytest.raises(NotAllowed, match="agus is the reviewer, who decides objections"):
        after(*past.running, when=rate(Relation.PEER), by="agus")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"appraiser": "nobody"}, "/appraiser: nobody is not on the roster"),
        ({"appraiser": "rini"}, "/appraiser: rini retires on 2025-03-31, before 2025-07-01; name their successor"),
        ({"appraiser": "dewi"}, "/appraiser: dewi is below budi; name somebody above"),
        ({"reviewer": "rini"}, "/reviewer: rini retires on"),
        ({"reviewer": "sri", "appraiser": "agus"}, "/reviewer: sri is below agus"),
    ],
)
def test_whoever_is_named_by_a_reassignment_serves_and_is_above(after, past, placed, changes, message):
    command = ask.ReassignAppraisal(**WHO, unit="dinkes", appraiser="tono", since=date(2025, 2, 1), reason="mutasi")
    people = {"rini": placed("disdik", "tono", retired=GONE)}

    assert after(*past.running, when=command, by="hr", people=people)
    with pytest.raises(Invalid, match=message):
        after(*past.running, when=replace(command, **changes), by="hr", people=people)
