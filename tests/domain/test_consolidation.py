"""Which finalised parts make a result of the whole, and which do not."""

from datetime import date

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import JoinParts
from neraca.domain.appraisal.consolidation import in_order
from neraca.domain.appraisal.events import Joined, Opened
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.contexts import Part
from neraca.domain.errors import Blocked, Conflict, Invalid
from neraca.domain.period import parse

JOIN = JoinParts(employee="budi", period="2025", parts=["2025-S1", "2025-S2"])
AFTER = date(2026, 1, 5)


@pytest.fixture
def parts(past):
    found = []
    for position, label in ((40, "2025-S1"), (90, "2025-S2")):
        state = Appraisal()
        for event in past.final:
            state = evolve(state, event)
        found.append(Part(label, state, position))
    return tuple(found)


@pytest.fixture
def joining(after, rules, scored, parts):
    def joining(*events, **known):
        told = {"rules": replace(rules, segments=True), "parts": parts, "scored": scored, "by": "sri", "on": AFTER}
        return after(*events, when=JOIN, **(told | known))

    return joining


def test_joining_opens_the_whole_and_records_what_was_joined(joining):
    opened, joined = joining()

    assert isinstance(opened, Opened)
    assert (opened.period, opened.starts, opened.ends) == ("2025", date(2025, 1, 1), date(2025, 12, 31))
    assert (opened.unit, opened.appraiser, opened.reviewer) == ("dinkes", "sri", "agus")
    assert isinstance(joined, Joined)
    assert [(part.period, part.months, part.position) for part in joined.parts] == [
        ("2025-S1", 6, 40),
        ("2025-S2", 6, 90),
    ]
    assert (joined.on, joined.predicate, joined.replaces) == (AFTER, "baik", ())


def test_a_policy_that_does_not_say_how_joins_nothing(joining, rules):
    with pytest.raises(Conflict, match=r"kota-uji@1, which rules at the end of 2025, .* needs period.segments"):
        joining(rules=rules)
    with pytest.raises(Invalid, match="appraises by the quarter, and 2025 is a year"):
        joining(rules=replace(rules, cycle="quarter", segments=True))


def test_what_is_appraised_as_a_whole_is_not_joined_unless_a_rule_cuts_it(joining, past):
    with pytest.raises(Conflict, match="2025 is appraised as a whole; finalise it"):
        joining(*past.running)
    with pytest.raises(Conflict, match="2025 was finalised as a whole"):
        joining(*past.final, is_split=True)
    assert [type(event) for event in joining(*past.running, is_split=True)] == [Joined]


def test_without_a_result_nothing_is_joined(joining, scored):
    with pytest.raises(Blocked, match="segment 1"):
        joining(scored=replace(scored, predicate=None, blocked="segment 1, 6 months: it has no score to join"))


def test_only_parts_that_were_finalised_anew_are_joined_anew(joining, parts):
    first = joining()
    (again,) = joining(*first, parts=(parts[0], replace(parts[1], position=120)))

    assert again.replaces == ("2025-S2",)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["2025-S1", "Mei"], "/parts/1: no period 'Mei': write 2025, 2025-S1, 2025-Q3, 2025-07 or 2025-01..05"),
        (["2025"], "/parts: name at least two parts of 2025; one alone is finalised"),
        (
            ["2025-S1", "2025-Q3"],
            "/parts: they are 2025-01-01 to 2025-09-30, and 2025 is 2025-01-01 to 2025-12-31;"
            " name all of its parts, in order of time",
        ),
        (
            ["2025-Q2", "2025-S2"],
            "/parts: they are 2025-04-01 to 2025-12-31, and 2025 is 2025-01-01 to 2025-12-31;"
            " name all of its parts, in order of time",
        ),
        (
            ["2025-S1", "2025-Q2", "2025-S2"],
            "/parts/1: 2025-Q2 overlaps 2025-S1; each month counts once, in order of time",
        ),
        (
            ["2025-Q1", "2025-Q3", "2025-Q4"],
            "/parts/1: 2025-Q3 leaves a gap after 2025-Q1; each month counts once, in order of time",
        ),
        (
            ["2025-Q1", "2025-Q2", "2025-Q4"],
            "/parts/2: 2025-Q4 leaves a gap after 2025-Q2; each month counts once, in order of time",
        ),
    ],
)
def test_parts_are_the_whole_each_month_once_in_order_of_time(labels, message):
    with pytest.raises(Invalid) as refused:
        in_order(labels, parse("2025"))

    assert (refused.value.message, refused.value.field) == (message, message.partition(":")[0])


def test_parts_in_order_are_the_periods_they_name():
    assert in_order(["2025-Q1", "2025-Q2", "2025-S2"], parse("2025")) == [
        *map(parse, ("2025-Q1", "2025-Q2", "2025-S2"))
    ]
