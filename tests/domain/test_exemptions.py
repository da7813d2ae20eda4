"""Days of an exemption owe no plan and no appraisal; study by order of the agency is recorded and owes both."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import roster
from neraca.domain.appraisal.commands import DraftPlan, JoinParts, OpenAppraisal
from neraca.domain.appraisal.consolidation import months_weighed
from neraca.domain.appraisal.events import JoinedPart
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import Assignment, Exemption, Study, Tenure, months_owed
from neraca.domain.contexts import Part
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound
from neraca.domain.exemptions import (
    AssignStudy,
    EmployeeExempted,
    EndExemption,
    EndStudy,
    ExemptEmployee,
    ExemptionEnded,
    ExemptionWithdrawn,
    ExtendStudy,
    StudyAssigned,
    StudyEnded,
    StudyExtended,
    WithdrawExemption,
)
from neraca.domain.period import parse
from neraca.domain.roster import EmployeeRegistered
from neraca.domain.vocabulary import EmploymentType, ExemptionKind, PositionClass, StudyOutcome

NIP = "198501012010011001"
DECREE = "SK 7/2025"
REGISTERED = EmployeeRegistered(
    employee=NIP,
    name="Budi",
    employment_type=EmploymentType.CIVIL_SERVANT,
    position="Perawat",
    position_class=PositionClass.FUNCTIONAL,
    since=date(2024, 3, 1),
)
SPRING: dict[str, Any] = {
    "kind": ExemptionKind.UNPAID_LEAVE,
    "since": date(2025, 4, 1),
    "until": date(2025, 6, 30),
    "decree": DECREE,
}
EXEMPT = ExemptEmployee(employee=NIP, **SPRING)
EXEMPTED = EmployeeExempted(**SPRING)
END = EndExemption(employee=NIP, decree=DECREE, until=date(2025, 5, 31), reason="Kembali lebih awal")
ENDED = ExemptionEnded(decree=DECREE, until=date(2025, 5, 31), reason="Kembali lebih awal")
WITHDRAW = WithdrawExemption(employee=NIP, decree=DECREE, reason="Salah catat")
WITHDRAWN = ExemptionWithdrawn(decree=DECREE, reason="Salah catat")
STUDY: dict[str, Any] = {
    "programme": "Magister Kebijakan Publik",
    "since": date(2024, 9, 1),
    "until": date(2026, 8, 31),
    "decree": "SK TB 1/2024",
}
ASSIGNED = StudyAssigned(**STUDY)
OPEN = OpenAppraisal(employee="budi", period="2025")


def test_somebody_is_exempted_and_that_is_ended_or_withdrawn(after):
    assert after(REGISTERED, when=EXEMPT, by="hr") == [EXEMPTED]
    assert after(REGISTERED, EXEMPTED, when=END, by="hr") == [ENDED]
    assert after(REGISTERED, EXEMPTED, ENDED, when=replace(END, until=date(2025, 7, 31)), by="hr")
    assert after(REGISTERED, EXEMPTED, ENDED, when=WITHDRAW, by="hr") == [WITHDRAWN]
    # what was withdrawn leaves its days free
    assert after(REGISTERED, EXEMPTED, WITHDRAWN, when=replace(EXEMPT, decree="SK 8/2025"), by="hr")


@pytest.mark.parametrize(
    ("events", "command", "kind", "message"),
    [
        ((), replace(EXEMPT, since=date(2024, 2, 1)), Invalid, "/since: 2024-02-01 is before registration"),
        ((), replace(EXEMPT, until=date(2025, 3, 31)), Invalid, "/until: 2025-03-31 is before 2025-04-01"),
        ((), replace(EXEMPT, decree=" "), Invalid, "/decree: the decree is empty"),
        ((EXEMPTED,), EXEMPT, AlreadyDone, f"/decree: '{DECREE}' is recorded"),
        (
            (EXEMPTED,),
            replace(EXEMPT, decree="SK 8/2025", since=date(2025, 6, 30), until=None),
            Conflict,
            f"/since: '{DECREE}' exempts from 2025-04-01 to 2025-06-30; end or withdraw that, or name other days",
        ),
        ((EXEMPTED,), replace(END, until=date(2025, 6, 30)), AlreadyDone, "/until: it ends on 2025-06-30 already"),
        ((EXEMPTED,), replace(END, until=date(2025, 3, 31)), Invalid, "/until: 2025-03-31 is before 2025-04-01"),
        ((EXEMPTED, WITHDRAWN), END, NotFound, f"/decree: {NIP} has no exemption by '{DECREE}'"),
        ((), WITHDRAW, NotFound, f"/decree: {NIP} has no exemption by '{DECREE}'"),
        ((EXEMPTED,), replace(WITHDRAW, reason=""), Invalid, "/reason: the reason is empty"),
    ],
)
def test_an_exemption_must_make_sense(after, events, command, kind, message):
    with pytest.raises(kind) as refused:
        after(REGISTERED, *events, when=command, by="hr")
    assert refused.value.message.startswith(message)


def test_nobody_exempts_themselves(after):
    with pytest.raises(NotAllowed, match="nobody may exempt themselves; ask another HR officer"):
        after(REGISTERED, when=EXEMPT, by="hr", deputy=NIP)


def on_leave(since, until):
    return Tenure(
        date(2024, 1, 1),
        None,
        [(date(2024, 1, 1), Assignment("dinkes", "sri"))],
        exemptions=[Exemption(DECREE, ExemptionKind.UNPAID_LEAVE, since, until)],
    )


def test_of_whoever_is_exempt_all_through_nothing_is_opened_and_the_decree_is_named(after):
    budi = on_leave(date(2024, 11, 1), None)
    with pytest.raises(NotFound) as refused:
        after(when=OPEN, by="hr", people={"budi": budi})
    assert refused.value.message == (
        f"budi owes no appraisal in 2025: exempt by '{DECREE}'; end or withdraw that, or open one that has other days"
    )

    budi.exemptions[0].withdrawn = True
    assert after(when=OPEN, by="hr", people={"budi": budi})


def test_an_appraisal_begins_on_the_first_day_that_is_not_exempt(after):
    [opened] = after(when=OPEN, by="hr", people={"budi": on_leave(date(2024, 11, 1), date(2025, 2, 28))})

    assert (opened.since, opened.starts) == (date(2025, 3, 1), date(2025, 1, 1))


def test_whoever_is_exempt_may_draft_all_the_same(after, past, results):
    draft = DraftPlan(employee="budi", period="2025", results=results)

    assert after(*past.opened, when=draft, people={"budi": on_leave(date(2025, 1, 1), None)})


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2025, 4, 1), date(2025, 6, 30), 0),
        (date(2025, 4, 2), date(2025, 6, 30), 1),
        (date(2025, 4, 2), date(2025, 6, 29), 2),
        (date(2025, 4, 15), date(2025, 5, 15), 3),
        (date(2025, 4, 30), date(2025, 6, 1), 2),
        (date(2025, 5, 1), date(2025, 5, 31), 2),
        (date(2025, 6, 1), None, 2),
        (date(2024, 1, 1), date(2025, 3, 31), 3),
    ],
)
def test_a_month_that_is_exempt_from_first_to_last_counts_for_nothing(since, until, months):
    for yearly in (True, False):
        assert months_weighed(parse("2025-Q2"), on_leave(since, until), yearly=yearly) == months


def test_several_exemptions_leave_what_is_between_them():
    budi = on_leave(date(2025, 1, 1), date(2025, 3, 31))
    budi.exemptions.insert(0, Exemption("SK 9/2025", ExemptionKind.SUSPENDED, date(2025, 8, 10), date(2025, 10, 31)))
    budi.exemptions.append(Exemption("SK 10/2025", ExemptionKind.PRE_RETIREMENT_LEAVE, date(2025, 12, 1), None))

    assert months_owed(budi, date(2025, 1, 1), date(2025, 12, 31)) == {4, 5, 6, 7, 8, 11}


def test_a_year_counts_no_month_of_unpaid_leave_and_has_a_gap_there(after, past, rules):
    def final(label, position):
        period, state = parse(label), Appraisal()
        opened = replace(past.opened[0], period=label, starts=period.starts, ends=period.ends)
        finalised = replace(past.finalised, score=Decimal(80), nodes={}, position=position - 1)
        for event in (opened, *past.running[1:], finalised):
            state = evolve(state, event)
        return Part(label, state, position)

    def year(*labels):
        parts = tuple(final(label, 10 * at) for at, label in enumerate(labels, 1))
        command = JoinParts(employee="budi", period="2025", parts=[*labels])
        by_quarters = replace(rules, cycle="quarter", annual=True)
        people = {"budi": on_leave(date(2025, 3, 20), date(2025, 7, 31))}
        return after(when=command, parts=parts, rules=by_quarters, by="sri", on=date(2025, 12, 31), people=people)

    _, joined = year("2025-Q1", "2025-Q3", "2025-Q4")
    assert [(part.period, part.months) for part in joined.parts if isinstance(part, JoinedPart)] == [
        ("2025-Q1", 3),
        ("2025-Q3", 2),
        ("2025-Q4", 3),
    ]
    with pytest.raises(Invalid, match="/parts/1: budi did not serve in 2025-Q2, or was exempt; leave it out"):
        year("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
    with pytest.raises(Invalid, match=r"/parts: budi served in 2025-08..09 as well"):
        year("2025-Q1", "2025-Q4")


def test_study_is_assigned_extended_and_ends(after):
    assign = AssignStudy(employee=NIP, **STUDY)
    extend = ExtendStudy(employee=NIP, decree="SK TB 1/2024", until=date(2027, 2, 28), reason="Penelitian")
    end = EndStudy(
        employee=NIP, decree="SK TB 1/2024", on=date(2025, 6, 1), outcome=StudyOutcome.BROKEN_OFF, reason="Mundur"
    )
    extended = StudyExtended(decree="SK TB 1/2024", until=date(2027, 2, 28), reason="Penelitian")
    ended = StudyEnded(decree="SK TB 1/2024", on=date(2025, 6, 1), outcome=StudyOutcome.BROKEN_OFF, reason="Mundur")

    assert after(REGISTERED, when=assign, by="hr") == [ASSIGNED]
    assert after(REGISTERED, ASSIGNED, when=extend, by="hr") == [extended]
    assert after(REGISTERED, ASSIGNED, extended, when=end, by="hr") == [ended]
    state = roster.State()
    for event in (REGISTERED, ASSIGNED, extended, ended):
        state = roster.evolve(state, event)
    assert state.studies == [
        Study(
            "SK TB 1/2024",
            "Magister Kebijakan Publik",
            date(2024, 9, 1),
            date(2027, 2, 28),
            date(2025, 6, 1),
            StudyOutcome.BROKEN_OFF,
        )
    ]

    for events, command, kind, message in (
        ((ASSIGNED,), assign, AlreadyDone, "/decree: 'SK TB 1/2024' is recorded; study is changed by extend-study"),
        ((ASSIGNED,), replace(extend, until=date(2026, 8, 31)), Conflict, "/until: it may last to 2026-08-31 already"),
        ((ASSIGNED, ended), extend, Conflict, "/decree: that study ended on 2025-06-01; assign another"),
        ((ASSIGNED, ended), end, AlreadyDone, "/on: it ended on 2025-06-01 already"),
        (
            (ASSIGNED,),
            replace(end, on=date(2025, 7, 2)),
            Conflict,
            "/on: 2025-07-02 is not within 2024-09-01 to 2025-07-01",
        ),
        ((), end, NotFound, f"/decree: {NIP} has no study by 'SK TB 1/2024'"),
    ):
        with pytest.raises(kind) as refused:
            after(REGISTERED, *events, when=command, by="hr")
        assert refused.value.message.startswith(message)


def test_whoever_studies_is_appraised_all_the_same(after, placed):
    budi = placed("dinkes", "sri")
    budi.studies.append(Study("SK TB 1/2024", "Magister", date(2024, 9, 1), date(2026, 8, 31)))

    assert after(when=OPEN, by="hr", people={"budi": budi})
