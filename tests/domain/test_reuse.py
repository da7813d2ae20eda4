"""Whoever moved may have the result of the period before, if the new appraiser proposes it and they agree.

PermenPANRB 6/2022, annex p. 91.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.commands import AgreeToReuse, FileObjection, JoinParts, ProposeReuse
from neraca.domain.appraisal.events import Joined, JoinedPart, Reassigned, ReuseProposed
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.contexts import Part
from neraca.domain.errors import Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.period import parse

WHO: dict[str, Any] = {"employee": "budi", "period": "2025-Q3"}
PROPOSE = ProposeReuse(**WHO, of="2025-Q2", reason="Baru dua minggu di unit baru")
AGREE = AgreeToReuse(**WHO)
PROPOSED = ReuseProposed(of="2025-Q2", position=40, reason="Baru dua minggu di unit baru")
MOVED = Reassigned(unit="disdik", appraiser="tono", since=date(2025, 9, 25), reason="mutasi")
DAY = date(2025, 10, 1)


def quarter(past, label, *events):
    period = parse(label)
    opened = replace(past.opened[0], period=label, starts=period.starts, ends=period.ends)
    return (opened, *past.running[1:], *events)


def part(label, events, position):
    state = Appraisal()
    for event in events:
        state = evolve(state, event)
    return Part(label, state, position)


@pytest.fixture
def before(past):
    """The second quarter, evaluated in the old unit."""
    return part("2025-Q2", quarter(past, "2025-Q2", replace(past.finalised, on=date(2025, 7, 4))), 40)


@pytest.fixture
def asked(after, past, rules, before):
    def asked(command, *events, moved=True, by="tono", on=DAY, source=before, **known):
        story = quarter(past, "2025-Q3", *((MOVED,) if moved else ()), *events)
        told = {"rules": replace(rules, cycle="quarter"), "by": by, "on": on, "source": source}
        return after(*story, when=command, **(told | known))

    return asked


def test_the_new_appraiser_proposes_and_the_employee_agrees(asked, past):
    assert asked(PROPOSE) == [PROPOSED]

    [taken] = asked(AGREE, PROPOSED, by="budi")

    final = past.finalised
    of = JoinedPart(
        period="2025-Q2",
        months=3,
        position=40,
        predicate="baik",
        policy=final.policy,
        score=final.score,
        nodes=final.nodes,
    )
    assert taken == Joined(
        on=DAY,
        parts=[of],
        predicate="baik",
        policy=final.policy,
        position=final.position,
        facts_digest="",
        engine=final.engine,
        score=final.score,
        nodes=final.nodes,
        reused=True,
        documented=True,
    )


def test_the_digest_of_a_finalisation_that_is_for_auditors_alone_goes_nowhere(asked, past):
    sealed = replace(past.finalised, sealed_digest="ee" * 32, salt="0f" * 16)
    [taken] = asked(AGREE, PROPOSED, by="budi", source=part("2025-Q2", quarter(past, "2025-Q2", sealed), 40))

    assert taken.facts_digest == sealed.sealed_digest
    assert past.finalised.facts_digest not in str(taken)


def test_what_was_taken_over_is_taken_over_anew_where_it_was_fixed_again_since(asked, past, before):
    [taken] = asked(AGREE, PROPOSED, by="budi")
    amended = part("2025-Q2", quarter(past, "2025-Q2", replace(past.finalised, predicate="sangat_baik")), 90)

    for settled in (PROPOSE, AGREE):
        with pytest.raises(NotOpen, match="the result is final"):
            asked(settled, PROPOSED, taken, by="budi" if settled is AGREE else "tono")
    [again] = asked(PROPOSE, PROPOSED, taken, source=amended)
    [anew] = asked(AGREE, PROPOSED, taken, again, by="budi", source=amended)

    assert (anew.predicate, anew.parts[0].position, anew.replaces) == ("sangat_baik", 90, ("2025-Q2",))
    with pytest.raises(NotOpen, match="the result is final"):
        asked(PROPOSE, PROPOSED, taken, again, anew, source=amended)


def test_nothing_is_taken_over_that_nobody_proposed_or_the_employee_does_not_agree_to(asked):
    with pytest.raises(NotFound, match="no result is proposed to be taken over; the appraiser sends propose-reuse"):
        asked(AGREE, by="budi")
    for stranger in ("tono", "sri", "wati"):
        with pytest.raises(NotAllowed, match="only budi may agree to a result that is taken over"):
            asked(AGREE, PROPOSED, by=stranger)
    with pytest.raises(NotAllowed, match="only the appraiser tono may propose to take over a result; you are sri"):
        asked(PROPOSE, by="sri")
    # another move takes the proposal back
    with pytest.raises(NotFound, match="no result is proposed"):
        asked(AGREE, PROPOSED, replace(MOVED, appraiser="agus", unit="dinkes"), by="budi")


def test_only_the_last_periodic_result_of_one_who_moved_is_taken_over(asked, rules, before):
    with pytest.raises(NotOpen, match="budi did not move in 2025-Q3: evaluate it, or let HR send reassign-appraisal"):
        asked(PROPOSE, moved=False, by="sri")
    with pytest.raises(Conflict, match="a year is evaluated by the new appraiser"):
        asked(PROPOSE, rules=rules)
    with pytest.raises(TooEarly, match="2025-Q3 ends on 2025-09-30; nothing is final before"):
        asked(PROPOSE, on=date(2025, 9, 29))
    for other in ("2025-Q1", "2025-Q3", "2024", "2025-06"):
        with pytest.raises(Invalid, match=f"/of: {other} is not the quarter before 2025-Q3"):
            asked(replace(PROPOSE, of=other))


def test_what_is_taken_over_was_evaluated_is_uncontested_and_still_as_it_was_proposed(asked, past, before):
    open_ = part("2025-Q2", quarter(past, "2025-Q2"), 0)
    contested = part(
        "2025-Q2", quarter(past, "2025-Q2", past.finalised, replace(past.objected[-1], filed=date(2025, 7, 10))), 40
    )
    with pytest.raises(NotOpen, match="/of: 2025-Q2 has no result of its own; evaluate this period"):
        asked(PROPOSE, source=open_)
    with pytest.raises(NotOpen, match="/of: an objection to 2025-Q2 is pending; wait until it is decided"):
        asked(AGREE, PROPOSED, by="budi", source=contested)
    with pytest.raises(Conflict, match="2025-Q2 was finalised again since; tono must send propose-reuse again"):
        asked(AGREE, PROPOSED, by="budi", source=replace(before, position=55))


def test_who_objects_objects_to_the_result_that_was_taken_over(asked):
    [taken] = asked(AGREE, PROPOSED, by="budi")

    with pytest.raises(NotOpen, match="this result is joined from 2025-Q2; object to a part"):
        asked(FileObjection(**WHO, grounds="?"), PROPOSED, taken, by="budi")


def test_a_year_takes_it_like_any_other_period(after, past, rules, before, asked):
    [taken] = asked(AGREE, PROPOSED, by="budi")
    third = part("2025-Q3", quarter(past, "2025-Q3", MOVED, PROPOSED, taken), 61)
    parts = tuple(
        part(label, quarter(past, label, replace(past.finalised, score=Decimal(90))), 10 * at)
        for at, label in enumerate(("2025-Q1", "2025-Q2", "2025-Q4"), 1)
    )
    every = (parts[0], parts[1], third, parts[2])
    command = JoinParts(employee="budi", period="2025", parts=[one.period for one in every])

    _, year = after(
        when=command,
        parts=every,
        rules=replace(rules, cycle="quarter", annual=True),
        by="sri",
        on=date(2025, 12, 31),
    )

    assert [(one.period, one.position, one.score) for one in year.parts][2] == ("2025-Q3", 61, taken.score)
