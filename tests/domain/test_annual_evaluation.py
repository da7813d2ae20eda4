"""A year out of the periods that a policy appraises: which of them make it up, by how many months, and when."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import FileObjection, Finalise, JoinParts
from neraca.domain.appraisal.consolidation import months_served
from neraca.domain.appraisal.events import Joined, JoinedPart, Opened
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import Assignment, Tenure
from neraca.domain.contexts import Part
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound, NotOpen, TooEarly
from neraca.domain.period import parse

QUARTERS = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
NEW_YEARS_EVE = date(2025, 12, 31)


@pytest.fixture
def final(past):
    """A period of Budi's that was finalised."""

    def final(label, position, score="80", **changes):
        period, value = parse(label), Decimal(score)
        opened = replace(past.opened[0], period=label, starts=period.starts, ends=period.ends, **changes)
        finalised = replace(past.finalised, score=value, nodes={"skp": value}, position=position - 1)
        state = Appraisal()
        for event in (opened, *past.running[1:], finalised):
            state = evolve(state, event)
        return Part(label, state, position)

    return final


@pytest.fixture
def yearly(after, rules, final):
    """Join-parts for 2025 of these periods, all final, under a policy by quarters that make the year."""

    def yearly(labels, *events, parts=None, **known):
        found = tuple(final(label, 10 * at) for at, label in enumerate(labels, 1)) if parts is None else parts
        told = {"rules": replace(rules, cycle="quarter", annual=True), "by": "sri", "on": NEW_YEARS_EVE}
        command = JoinParts(employee="budi", period="2025", parts=[*labels])
        return after(*events, when=command, parts=found, **(told | known))

    return yearly


def serving(since, retired=None):
    """Budi in dinkes under Sri, from one day to another."""
    return {"budi": Tenure(since, retired, [(since, Assignment("dinkes", "sri"))])}


def months(events):
    return [(part.period, part.months) for part in events[-1].parts]


def test_four_quarters_are_the_year(yearly, scored):
    opened, joined = yearly(QUARTERS)

    assert opened == Opened(
        employee="budi",
        period="2025",
        starts=date(2025, 1, 1),
        ends=date(2025, 12, 31),
        unit="dinkes",
        appraiser="sri",
        reviewer="agus",
        since=date(2025, 10, 1),
    )
    assert isinstance(joined, Joined)
    assert joined.parts == [
        JoinedPart(
            period=label,
            months=3,
            position=10 * at,
            predicate="baik",
            policy=scored.policy,
            score=Decimal(80),
            nodes={"skp": Decimal(80)},
        )
        for at, label in enumerate(QUARTERS, 1)
    ]
    assert (joined.on, joined.predicate, joined.score) == (NEW_YEARS_EVE, "baik", Decimal("92.50"))


def test_parts_of_a_quarter_in_two_posts_are_parts_of_the_year(yearly):
    labels = ["2025-Q1", "2025-04..05", "2025-06", "2025-Q3", "2025-Q4"]

    assert months(yearly(labels)) == [(label, parse(label).months) for label in labels]


def test_whoever_was_hired_in_may_has_eight_months(yearly):
    people = serving(date(2025, 5, 12))

    assert months(yearly(QUARTERS[1:], people=people)) == [("2025-Q2", 2), ("2025-Q3", 3), ("2025-Q4", 3)]
    assert months(yearly(["2025-05..06", *QUARTERS[2:]], people=people)) == [
        ("2025-05..06", 2),
        ("2025-Q3", 3),
        ("2025-Q4", 3),
    ]


def test_of_whoever_retired_in_august_the_year_has_eight_months_and_is_evaluated_in_its_time(yearly):
    people = serving(date(2024, 1, 1), date(2025, 8, 31))

    assert months(yearly(QUARTERS[:3], people=people)) == [("2025-Q1", 3), ("2025-Q2", 3), ("2025-Q3", 2)]
    with pytest.raises(TooEarly, match="2025 ends on 2025-12-31; no year is evaluated before"):
        yearly(QUARTERS[:3], people=people, on=date(2025, 12, 30))


def test_one_period_is_a_year_of_whoever_came_in_it(yearly):
    assert months(yearly(QUARTERS[3:], people=serving(date(2025, 11, 3)))) == [("2025-Q4", 2)]


@pytest.mark.parametrize(
    ("labels", "people", "message"),
    [
        (QUARTERS[1:], {}, "/parts: budi served in 2025-Q1 as well"),
        (QUARTERS[:2], {}, "/parts: budi served in 2025-S2 as well"),
        (QUARTERS[2:], serving(date(2025, 5, 12)), "/parts: budi served in 2025-05..06 as well"),
        ([*QUARTERS[:2], QUARTERS[3]], {}, "/parts: budi served in 2025-Q3 as well"),
        (QUARTERS, serving(date(2025, 5, 12)), "/parts/0: budi did not serve in 2025-Q1, or was exempt; leave it out"),
        ([*QUARTERS[:3], "2025-Q3", QUARTERS[3]], {}, "/parts/3: 2025-Q3 overlaps 2025-Q3"),
        (["2024-Q4", *QUARTERS], {}, "/parts/0: 2024-Q4 is no period within 2025"),
        (["2025"], {}, "/parts/0: 2025 is no period within 2025"),
        ([], {}, "/parts: name the finalised parts of 2025, in order of time"),
        (
            [f"2025-{month:02}" for month in (*range(1, 13), 12)],
            {},
            "/parts: 2025 has no more parts than its 12 months",
        ),
    ],
)
def test_a_year_has_every_month_of_service_once_and_a_gap_is_told(yearly, final, labels, people, message):
    # Without any part the policy is told by none: the words are those for labels alone.
    parts = None if labels else (final("2025-Q4", 10),)
    with pytest.raises(Invalid) as refused:
        yearly(labels, parts=parts, people=people)

    assert refused.value.message.startswith(message)
    assert refused.value.field == message.partition(":")[0]


def test_nothing_is_due_from_a_time_without_a_superior_or_in_a_unit_that_took_no_part(yearly):
    for first in (Assignment("dinkes", None), Assignment("dishub", "sri")):
        places = [(date(2024, 1, 1), first), (date(2025, 7, 1), Assignment("dinkes", "sri"))]
        people = {"budi": Tenure(date(2024, 1, 1), None, places)}
        assert months(yearly(QUARTERS[2:], people=people)) == [("2025-Q3", 3), ("2025-Q4", 3)]

    # disdik takes part from July on
    people = {"budi": Tenure(date(2024, 1, 1), None, [(date(2024, 1, 1), Assignment("disdik", "sri"))])}
    assert months(yearly(QUARTERS[2:], people=people)) == [("2025-Q3", 3), ("2025-Q4", 3)]


@pytest.mark.parametrize(
    ("since", "retired", "served"),
    [
        (date(2020, 1, 1), None, 3),
        (date(2025, 4, 30), None, 3),
        (date(2025, 5, 1), None, 2),
        (date(2025, 6, 30), None, 1),
        (date(2025, 7, 1), None, 0),
        (date(2020, 1, 1), date(2025, 3, 31), 0),
        (date(2020, 1, 1), date(2025, 4, 1), 1),
        (date(2020, 1, 1), date(2025, 8, 1), 3),
        (date(2025, 5, 1), date(2025, 5, 2), 1),
        (None, None, 0),
    ],
)
def test_a_month_begun_is_a_month_served(since, retired, served):
    assert months_served(parse("2025-Q2"), Tenure(since, retired)) == served
    assert months_served(parse("2025-Q2"), None) == 0


def test_a_policy_that_does_not_say_how_makes_no_year(yearly, rules):
    with pytest.raises(Invalid, match=r"by the quarter, and 2025 is a year; for a year .* it needs period.annual"):
        yearly(QUARTERS, rules=replace(rules, cycle="quarter", segments=True))


def test_a_year_that_is_judged_anew_is_opened_and_not_joined(yearly, rules):
    with pytest.raises(Invalid, match=r"2025 is a year; it judges the year anew, so open-appraisal for it$"):
        yearly(QUARTERS, rules=replace(rules, cycle="quarter", segments=True, judged_year=True))


def test_a_year_that_is_judged_anew_waits_for_the_results_of_its_periods(after, past, rules):
    judged = replace(rules, cycle="quarter", judged_year=True)
    finalise = Finalise(employee="budi", period="2025")
    with pytest.raises(NotOpen) as waits:
        after(*past.running, when=finalise, by="sri", on=NEW_YEARS_EVE, rules=judged, unsettled=("2025-Q2", "2025-Q4"))
    assert waits.value.message == (
        "the year is judged beside the results of its periods, and 2025-Q2, 2025-Q4 has none that stands; finalise it "
        "and let its objection be decided, or let HR cancel it where it was opened wrongly"
    )

    [final] = after(*past.running, when=finalise, by="sri", on=NEW_YEARS_EVE, rules=judged)

    assert final.predicate == "baik"


def test_it_makes_nothing_but_years(after, rules, final, scored):
    half = JoinParts(employee="budi", period="2025-S1", parts=["2025-Q1", "2025-Q2"])
    parts = (final("2025-Q1", 10), final("2025-Q2", 20))
    with pytest.raises(Invalid, match=r"appraises by the quarter, and 2025-S1 is a semester$"):
        after(when=half, parts=parts, scored=scored, by="sri", rules=replace(rules, cycle="quarter", annual=True))


def test_periods_are_there_final_and_uncontested(yearly, final, past):
    every = tuple(final(label, 10) for label in QUARTERS)
    contested = replace(every[1].state, objection=past.objected[-1])
    part = JoinedPart(
        period="2025-04", months=1, position=4, predicate="baik", policy=past.finalised.policy, score=None, nodes={}
    )
    joined = Joined(
        on=NEW_YEARS_EVE,
        parts=[part, replace(part, period="2025-05..06")],
        predicate="baik",
        policy=past.finalised.policy,
        position=4,
        facts_digest="cc" * 32,
        engine="explain/1",
    )
    for state, refusal, message in (
        (Appraisal(), NotFound, "/parts/1: no appraisal for 2025-Q2; HR opens it"),
        (replace(every[1].state, finalised=None), NotOpen, "/parts: 2025-Q2 is not final; finalise it first"),
        (contested, NotOpen, "/parts: an objection to 2025-Q2 is pending; join when it is decided"),
        (
            replace(every[1].state, finalised=None, joined=joined),
            NotOpen,
            "/parts: 2025-Q2 is itself joined from 2025-04, 2025-05..06; name those instead",
        ),
    ):
        with pytest.raises(refusal) as refused:
            yearly(QUARTERS, parts=(every[0], replace(every[1], state=state), *every[2:]))
        assert refused.value.message == message


def test_an_objection_goes_to_a_period_and_the_year_follows(yearly, after, final):
    events = yearly(QUARTERS)
    with pytest.raises(AlreadyDone, match="2025 was joined from these parts, and none was finalised again since"):
        yearly(QUARTERS, *events)
    with pytest.raises(NotOpen, match="joined from 2025-Q1, 2025-Q2, 2025-Q3, 2025-Q4; object to a part"):
        after(*events, when=FileObjection(employee="budi", period="2025", grounds="Bukti"), by="budi")

    amended = tuple(final(label, 99 if label == "2025-Q3" else 10 * at) for at, label in enumerate(QUARTERS, 1))
    (again,) = yearly(QUARTERS, *events, parts=amended)

    assert again.replaces == ("2025-Q3",)


def test_a_year_that_was_appraised_as_a_whole_stays(yearly, past):
    with pytest.raises(Conflict, match="2025 was finalised as a whole"):
        yearly(QUARTERS, *past.final)
    with pytest.raises(Conflict, match="2025 is appraised as a whole"):
        yearly(QUARTERS, *past.running)
