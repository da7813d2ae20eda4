"""Which finalised parts make a result of the whole, and which do not."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import JoinParts, RecordFollowUp
from neraca.domain.appraisal.consolidation import in_order
from neraca.domain.appraisal.events import Joined, JoinedPart, Opened
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import Assignment
from neraca.domain.contexts import Part
from neraca.domain.errors import AlreadyDone, Blocked, Conflict, Invalid, NotAllowed, NotFound, NotOpen
from neraca.domain.period import parse
from neraca.domain.vocabulary import FollowUpKind, PositionClass

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
    def joining(*events, when=JOIN, **known):
        told = {"rules": replace(rules, segments=True), "parts": parts, "scored": scored, "by": "sri", "on": AFTER}
        return after(*events, when=when, **(told | known))

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


@pytest.fixture
def halves(past):
    """Sri appraised the first half in dinkes; on 1 July Budi went to disdik, under Tono."""

    def final(opened, position, predicate, score):
        state = Appraisal()
        finalised = replace(past.finalised, predicate=predicate, score=score, nodes={"skp": score}, position=position)
        for event in (opened, *past.running[1:], finalised):
            state = evolve(state, event)
        return Part(opened.period, state, position + 1)

    first = replace(past.opened[0], period="2025-S1", ends=date(2025, 6, 30))
    second = Opened(
        employee="budi",
        period="2025-S2",
        starts=date(2025, 7, 1),
        ends=date(2025, 12, 31),
        unit="disdik",
        appraiser="tono",
        reviewer="agus",
        position_class=PositionClass.FUNCTIONAL,
        since=date(2025, 7, 1),
    )
    return final(first, 40, "kurang", Decimal("61.5")), final(second, 90, "baik", Decimal(92))


OPENED = Opened(
    employee="budi",
    period="2025",
    starts=date(2025, 1, 1),
    ends=date(2025, 12, 31),
    unit="disdik",
    appraiser="tono",
    reviewer="agus",
    position_class=PositionClass.FUNCTIONAL,
    since=date(2025, 7, 1),
)


def test_the_whole_is_opened_as_the_last_part_was_and_its_result_says_what_it_was_made_of(joining, halves, scored):
    assert joining(parts=halves, by="tono") == [
        OPENED,
        Joined(
            on=AFTER,
            parts=[
                JoinedPart(
                    period="2025-S1",
                    months=6,
                    position=41,
                    predicate="kurang",
                    policy=scored.policy,
                    score=Decimal("61.5"),
                    nodes={"skp": Decimal("61.5")},
                ),
                JoinedPart(
                    period="2025-S2",
                    months=6,
                    position=91,
                    predicate="baik",
                    policy=scored.policy,
                    score=Decimal(92),
                    nodes={"skp": Decimal(92)},
                ),
            ],
            predicate="baik",
            policy=scored.policy,
            position=17,
            facts_digest="cc" * 32,
            engine="explain/1",
            score=Decimal("92.50"),
            nodes={"skp": Decimal("92.50"), "perilaku": None},
            documented=True,
        ),
    ]


def test_months_are_those_of_the_part(joining, halves):
    first, second = replace(halves[0], period="2025-Q1"), replace(halves[1], period="2025-04..12")

    _, joined = joining(when=replace(JOIN, parts=["2025-Q1", "2025-04..12"]), parts=(first, second), by="tono")

    assert [part.months for part in joined.parts] == [3, 9]


def test_an_appraiser_who_came_to_their_unit_before_the_last_part_has_not_left_the_whole(joining, halves, placed):
    """Tono moved to disdik in March: the first part knew nothing of him, and the last named him there."""
    tono = placed("dinkes", "agus")
    tono.places.append((date(2025, 3, 1), Assignment("disdik", "agus")))
    follow_up = RecordFollowUp(employee="budi", period="2025", kind=FollowUpKind.TRAINING, note="Pelatihan")

    for since in (date(2025, 7, 1), None):
        last = replace(halves[1], state=replace(halves[1].state, named_since=since))
        events = joining(parts=(halves[0], last), by="tono", people={"tono": tono})
        assert events[0] == OPENED
        assert joining(*events, when=follow_up, by="tono", people={"tono": tono})


def test_who_has_a_part_in_no_part_is_told_as_if_there_were_none(joining, halves):
    unopened = replace(halves[1], state=Appraisal())

    for parts in (halves, (halves[0], unopened)):
        with pytest.raises(NotAllowed) as refused:
            joining(parts=parts, by="wati")
        assert refused.value.message == "there is no appraisal of budi for 2025 in which wati may send join-parts"


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("budi", "nobody may join the parts in their own appraisal; ask another official"),
        ("sri", "only the pejabat_penilai tono or an official may join the parts; you are sri"),
        ("agus", "only the pejabat_penilai tono or an official may join the parts; you are agus"),
    ],
)
def test_whoever_may_finalise_the_last_part_joins(joining, halves, by, message):
    assert joining(parts=halves, by="tono") == joining(parts=halves, by="official")
    with pytest.raises(NotAllowed) as refused:
        joining(parts=halves, by=by)
    assert refused.value.message == message


def test_the_reviewer_of_the_whole_joins_once_the_appraisers_time_is_over(joining, halves):
    """14 working days from 31 December 2025, with the holiday of 16 January, end on 21 January."""
    with pytest.raises(NotAllowed, match="may join the parts"):
        joining(parts=halves, by="agus", on=date(2026, 1, 21))
    assert joining(parts=halves, by="agus", on=date(2026, 1, 22))


def test_whoever_has_a_part_in_the_whole_alone_is_told_what_is_wrong_with_the_parts(joining, past, halves):
    last = replace(halves[1], state=Appraisal())

    with pytest.raises(NotFound) as refused:
        joining(replace(past.opened[0], appraiser="joko"), parts=(halves[0], last), by="joko")

    assert refused.value.message == "/parts/1: no appraisal for 2025-S2; HR opens it"
    assert refused.value.field == "/parts/1"


def _with(part, **changes):
    return replace(part, state=replace(part.state, **changes))


def test_each_part_must_be_there_final_and_uncontested(joining, halves, past):
    first, second = halves
    objection = past.objected[-1]
    for parts, refusal, message, field in (
        ((replace(first, state=Appraisal()), second), NotFound, "/parts/0: no appraisal for 2025-S1; HR opens it", 0),
        ((_with(first, finalised=None), second), NotOpen, "/parts: 2025-S1 is not final; finalise it first", None),
        ((first, _with(second, finalised=None)), NotOpen, "/parts: 2025-S2 is not final; finalise it first", None),
        (
            (_with(first, objection=objection), second),
            NotOpen,
            "/parts: an objection to 2025-S1 is pending; join when it is decided",
            None,
        ),
        (
            (first, _with(second, objection=objection)),
            NotOpen,
            "/parts: an objection to 2025-S2 is pending; join when it is decided",
            None,
        ),
    ):
        with pytest.raises(refusal) as refused:
            joining(parts=parts, by="official")
        assert (refused.value.message, refused.value.field) == (
            message,
            "/parts" if field is None else f"/parts/{field}",
        )
    assert joining(parts=(first, _with(second, objection=objection, objection_decided=True)), by="official")


def test_joining_the_same_parts_again_is_refused_before_a_result_is_computed(joining, halves, scored):
    blocked = replace(scored, predicate=None, blocked="segment 1, 6 months: it has no score to join")
    joined = joining(parts=halves, by="tono")

    with pytest.raises(AlreadyDone) as refused:
        joining(*joined, parts=halves, by="tono", scored=blocked)

    assert refused.value.message == "2025 was joined from these parts, and none was finalised again since"


def test_a_part_that_was_not_joined_before_is_named_among_those_that_are_joined_again(joining, halves):
    joined = joining(parts=halves, by="tono")
    quarters = (replace(halves[0], period="2025-Q1"), replace(halves[0], period="2025-Q2"), halves[1])

    (again,) = joining(*joined, when=replace(JOIN, parts=["2025-Q1", "2025-Q2", "2025-S2"]), parts=quarters, by="tono")

    assert again.replaces == ("2025-Q1", "2025-Q2")


def test_a_result_needs_a_predicate_and_nothing_that_blocks_it(joining, scored):
    for blocked, message in (
        (replace(scored, predicate=None), "there is no result: the policy gives no predicate"),
        (replace(scored, blocked="perilaku: no rating"), "there is no result: perilaku: no rating"),
    ):
        with pytest.raises(Blocked) as refused:
            joining(scored=blocked)
        assert refused.value.message == message


def test_labels_that_do_not_make_up_the_whole_are_refused_before_any_part_is_looked_at(joining, parts):
    with pytest.raises(Invalid) as refused:
        joining(when=replace(JOIN, parts=["2025-S1", "2025-Q3"]), parts=parts, by="wati")

    assert refused.value.field == "/parts"
