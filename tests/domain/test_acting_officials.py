"""Who acts in a vacant post (Plt) or for one who is away (Plh) appraises there; and only who may appraise does so."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.acting_officials import ActingAppointed, ActingEnded, AppointActing, EndActing
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Opened, PlanApproved, Rated
from neraca.domain.assignments import ActingAppointment, Assignment, Exemption, Tenure
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound
from neraca.domain.roster import Delegate, EmployeeAssigned, EmployeeRegistered, EmployeeRetired
from neraca.domain.vocabulary import (
    ActingKind,
    EmploymentType,
    ExemptionKind,
    ObjectionOutcome,
    PositionClass,
    Relation,
)

WHO: dict[str, Any] = {"employee": "budi", "period": "2025"}
APPROVE = ask.ApprovePlan(**WHO)
START = date(2024, 1, 1)
REGISTERED = EmployeeRegistered(
    employee="sri",
    name="Sri",
    employment_type=EmploymentType.CIVIL_SERVANT,
    position="Kepala Bidang",
    position_class=PositionClass.ADMINISTRATOR,
    since=START,
)
ASSIGNED = EmployeeAssigned(unit="dinkes", since=START, supervisor="agus")
APPOINT: dict[str, Any] = {
    "to": "wati",
    "kind": ActingKind.PLH,
    "unit": "dinkes",
    "since": date(2025, 6, 16),
    "until": date(2025, 7, 31),
    "decree": "SP 3/2025",
}
COMMAND = AppointActing(employee="sri", **APPOINT)
APPOINTED = ActingAppointed(**APPOINT)
END = EndActing(employee="sri", decree="SP 3/2025", until=date(2025, 7, 4), reason="Kembali bertugas")
ENDED = ActingEnded(decree="SP 3/2025", until=date(2025, 7, 4), reason="Kembali bertugas")


def holder(kind: ActingKind, retired: date | None = None, to: str = "wati") -> Tenure:
    """Sri, under Agus, in whose post somebody acts in the second half of June and in July."""
    acting = ActingAppointment("SP 3/2025", to, kind, "dinkes", date(2025, 6, 16), date(2025, 7, 31))
    return Tenure(START, retired, [(START, Assignment("dinkes", "agus"))], acting=[acting])


def of_class(held: PositionClass) -> Tenure:
    return Tenure(START, None, [(START, Assignment("dinkes", "sri"))], classes=[(START, held)])


def test_somebody_is_appointed_and_ended(after):
    assert after(REGISTERED, ASSIGNED, when=COMMAND, by="hr") == [APPOINTED]
    assert after(REGISTERED, ASSIGNED, APPOINTED, when=END, by="hr") == [ENDED]


@pytest.mark.parametrize(
    ("events", "command", "kind", "message"),
    [
        ((), replace(COMMAND, to="sri"), Invalid, "/to: that is the same person"),
        ((), replace(COMMAND, to="nobody"), Invalid, "/to: nobody is not on the roster; register them first"),
        ((), replace(COMMAND, unit="disdik"), Invalid, "/unit: sri has had no post in 'disdik'; name theirs"),
        ((), replace(COMMAND, until=date(2025, 6, 15)), Invalid, "/until: 2025-06-15 is before 2025-06-16"),
        ((), replace(COMMAND, until=date(2026, 6, 18)), Invalid, "/until: 2026-06-18 is after 2026-06-17"),
        ((), replace(COMMAND, since=date(2023, 12, 31)), Invalid, "/since: 2023-12-31 is before registration"),
        ((EmployeeRetired(on=date(2025, 5, 31)),), COMMAND, Invalid, "/kind: sri does not serve on 2025-06-16"),
        ((APPOINTED,), COMMAND, AlreadyDone, "/decree: 'SP 3/2025' is recorded; end it by end-acting"),
        (
            (APPOINTED,),
            replace(COMMAND, decree="SP 4/2025", to="joko", since=date(2025, 7, 31)),
            Conflict,
            "/since: wati acts there from 2025-06-16 to 2025-07-31 by 'SP 3/2025'; end that first",
        ),
        ((), END, NotFound, "/decree: nobody acts for sri by 'SP 3/2025'"),
        ((APPOINTED,), replace(END, until=date(2025, 7, 31)), Invalid, "/until: 2025-07-31 is not from 2025-06-16 to"),
    ],
)
def test_an_appointment_must_make_sense(after, events, command, kind, message):
    with pytest.raises(kind) as refused:
        after(REGISTERED, ASSIGNED, *events, when=command, by="hr")
    assert refused.value.message.startswith(message)


def test_a_vacant_post_has_a_plt_after_its_holder_retired(after):
    retired = EmployeeRetired(on=date(2025, 5, 31))

    assert after(REGISTERED, ASSIGNED, retired, when=replace(COMMAND, kind=ActingKind.PLT), by="hr")


def test_while_the_appraiser_is_away_who_acts_in_the_post_appraises_and_nobody_else(after, past):
    people = {"sri": holder(ActingKind.PLH)}

    assert after(*past.submitted, when=APPROVE, by="wati", people=people) == [PlanApproved()]
    with pytest.raises(NotAllowed) as refused:
        after(*past.submitted, when=APPROVE, by="sri", people=people)
    assert refused.value.message == (
        "the appraiser sri is away: wati, who acts in the post, may approve the plan, or whom HR names by "
        "reassign-appraisal; you are sri"
    )
    # before the first and after the last day the holder appraises
    for day in (date(2025, 6, 15), date(2025, 8, 1)):
        assert after(*past.submitted, when=APPROVE, by="sri", people=people, on=day) == [PlanApproved()]


def exempt(kind: ExemptionKind = ExemptionKind.SUSPENDED, until: date | None = date(2025, 7, 31)) -> Tenure:
    """Sri, under Agus, whom an exemption keeps from her post from the middle of June on."""
    away = Exemption("SK 5/2025", kind, date(2025, 6, 16), until)
    return Tenure(START, None, [(START, Assignment("dinkes", "agus"))], exemptions=[away])


@pytest.mark.parametrize("kind", ExemptionKind)
def test_an_exempt_appraiser_is_away_and_the_next_superior_appraises(after, past, placed, kind):
    people = {"sri": exempt(kind), "agus": placed("dinkes", "ratna"), "ratna": placed("dinkes", None)}

    assert after(*past.submitted, when=APPROVE, by="agus", people=people) == [PlanApproved()]
    with pytest.raises(NotAllowed) as refused:
        after(*past.submitted, when=APPROVE, by="sri", people=people)
    assert refused.value.message == (
        "the appraiser sri is away: agus, the next superior, may approve the plan, or whom HR names by "
        "reassign-appraisal; you are sri"
    )
    for day in (date(2025, 6, 15), date(2025, 8, 1)):
        assert after(*past.submitted, when=APPROVE, by="sri", people=people, on=day) == [PlanApproved()]
        with pytest.raises(NotAllowed, match="only the appraiser sri may approve the plan; you are agus"):
            after(*past.submitted, when=APPROVE, by="agus", people=people, on=day)


def test_who_acts_for_an_exempt_appraiser_comes_before_the_next_superior_unless_they_are_away_too(after, past):
    acting = holder(ActingKind.PLH).acting
    people = {"sri": replace(exempt(), acting=acting)}
    both = people | {"wati": replace(exempt(), places=[(START, Assignment("dinkes", "sri"))])}

    assert after(*past.submitted, when=APPROVE, by="wati", people=people)
    assert after(*past.submitted, when=APPROVE, by="agus", people=both)
    for by, known in (("agus", people), ("wati", both)):
        with pytest.raises(NotAllowed, match="the appraiser sri is away"):
            after(*past.submitted, when=APPROVE, by=by, people=known)


def test_what_is_evaluated_while_the_appraiser_is_exempt_may_be_objected_to_above(after, past, placed, scored):
    """Within the window: nobody was silent, and who decides is above whoever evaluated."""
    day = date(2026, 1, 5)
    people = {"sri": exempt(until=None), "agus": placed("dinkes", "ratna"), "ratna": placed("dinkes", None)}
    rate = ask.Rate(**WHO, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})

    rated = after(*past.running, when=rate, by="agus", people=people, on=day)
    [fixed] = after(*past.running, *rated, when=ask.Finalise(**WHO), by="agus", people=people, on=day, scored=scored)

    assert (fixed.final, fixed.finality) == (False, None)
    objected = (*past.running, *rated, fixed, *past.objected[len(past.final) :])
    decide = ask.DecideObjection(**WHO, outcome=ObjectionOutcome.UPHELD, reason="Bukti terlambat")
    assert after(*objected, when=decide, by="ratna", people=people, on=date(2026, 1, 22))
    with pytest.raises(NotAllowed, match="is a party to the objection"):
        after(*objected, when=decide, by="agus", people=people, on=date(2026, 1, 22))


def test_who_is_exempt_when_an_appraisal_is_opened_is_named_all_the_same(after):
    [opened] = after(when=ask.OpenAppraisal(**WHO), by="hr", people={"sri": exempt()})

    assert (opened.appraiser, opened.acting_for, opened.reviewer) == ("sri", None, "agus")


def test_who_is_away_when_an_appraisal_is_opened_is_named_all_the_same(after):
    [opened] = after(when=ask.OpenAppraisal(**WHO), by="hr", people={"sri": holder(ActingKind.PLH)})

    assert (opened.appraiser, opened.acting_for, opened.reviewer) == ("sri", None, "agus")


def test_who_acts_in_a_vacant_post_is_named_with_it_and_appraises_as_long_as_that_holds(after, past):
    people = {"sri": holder(ActingKind.PLT, retired=date(2025, 5, 31))}
    [opened] = after(when=ask.OpenAppraisal(**WHO), by="hr", people=people)
    assert isinstance(opened, Opened)
    assert (opened.appraiser, opened.acting_for, opened.reviewer) == ("wati", "sri", "agus")

    submitted = (opened, *past.submitted[1:])
    assert after(*submitted, when=APPROVE, by="wati", people=people) == [PlanApproved()]
    # when it has ended, another acts, or the next superior
    later = {"on": date(2025, 8, 4), "people": people}
    with pytest.raises(NotAllowed, match="the appraiser wati has left the post: agus, the next superior"):
        after(*submitted, when=APPROVE, by="wati", **later)
    assert after(*submitted, when=APPROVE, by="agus", **later)
    other = ActingAppointment("SP 9/2025", "joko", ActingKind.PLT, "dinkes", date(2025, 8, 1), date(2025, 9, 30))
    people["sri"].acting.append(other)
    rate = ask.Rate(**WHO, relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})
    rated = Rated(rater="joko", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)})
    assert after(*submitted, when=rate, by="joko", **later) == [rated]


def test_whoever_acts_but_does_not_serve_is_passed_over(after, past, placed):
    people = {"sri": holder(ActingKind.PLH), "wati": placed("dinkes", "sri", retired=date(2025, 6, 20))}

    assert after(*past.submitted, when=APPROVE, by="sri", people=people) == [PlanApproved()]


DELEGATE = Delegate(employee="sri", to="wati", since=date(2025, 7, 1), until=date(2025, 7, 11), reason="Dinas luar")


@pytest.mark.parametrize("command", [DELEGATE, COMMAND])
@pytest.mark.parametrize("held", PositionClass)
@pytest.mark.parametrize("leads", [True, False])
def test_only_who_may_appraise_is_delegated_to_or_appointed(after, command, held, leads):
    """At the lowest a supervisor, or a functional official who leads a unit (PermenPANRB 6/2022, annex p. 89)."""
    high = held in (PositionClass.SENIOR_EXECUTIVE, PositionClass.ADMINISTRATOR, PositionClass.SUPERVISOR)
    known = {"by": "hr", "leads": leads, "people": {"wati": of_class(held)}}
    if high or (held is PositionClass.FUNCTIONAL and leads):
        assert after(REGISTERED, ASSIGNED, when=command, **known)
        return
    with pytest.raises(NotAllowed) as refused:
        after(REGISTERED, ASSIGNED, when=command, **known)
    day = command.since
    if held is PositionClass.FUNCTIONAL:
        assert refused.value.message == (
            f"/to: wati is FUNCTIONAL on {day}, and leads no unit: at the lowest a SUPERVISOR appraises (annex p. 89); "
            "appoint them its head by appoint-head first, or name another"
        )
    else:
        assert refused.value.message == (
            f"/to: wati is OPERATIONAL on {day}: at the lowest a SUPERVISOR appraises (annex p. 89); name another"
        )
