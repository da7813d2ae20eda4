"""People whose class, post or service changes within a year, through the ledger: what is opened, acted and replayed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.acting_officials import AppointActing
from neraca.domain.appraisal import commands as ask
from neraca.domain.careers import ChangePosition, CorrectEmployee
from neraca.domain.errors import NotAllowed, NotFound
from neraca.domain.exemptions import ExemptEmployee
from neraca.domain.headship import AppointHead
from neraca.domain.roster import Delegate, RetireEmployee
from neraca.domain.vocabulary import ActingKind, ExemptionKind, PositionClass, Relation

DURING = date(2025, 3, 3)


def opened(agency: Any, period: str, on: date = DURING) -> Any:
    agency.tell("hr", ask.OpenAppraisal(employee="budi", period=period), on=on)
    return agency.service.reader.stream(agency.id, streams.appraisal(agency.id, "budi", period))[0].event


def test_an_appraisal_is_opened_with_the_class_of_the_first_day_in_its_period(fixture_agency: Any) -> None:
    promoted = ChangePosition(
        employee="budi",
        since=date(2025, 5, 1),
        position_class=PositionClass.SUPERVISOR,
        decree="SK 12/2025",
        reason="promosi",
    )
    fixture_agency.tell("hr", promoted)

    of = {label: opened(fixture_agency, label).position_class for label in ("2025-Q1", "2025-Q2", "2025-Q3")}
    assert of == {
        "2025-Q1": PositionClass.FUNCTIONAL,
        "2025-Q2": PositionClass.FUNCTIONAL,
        "2025-Q3": PositionClass.SUPERVISOR,
    }


def test_a_correction_reaches_what_is_opened_after_it_and_nothing_before(fixture_agency: Any) -> None:
    corrected = CorrectEmployee(employee="budi", position_class=PositionClass.OPERATIONAL, reason="salah catat")
    before = opened(fixture_agency, "2025-Q1")
    fixture_agency.tell("hr", corrected)

    assert before.position_class is PositionClass.FUNCTIONAL
    assert opened(fixture_agency, "2025-Q2").position_class is PositionClass.OPERATIONAL
    stream = streams.appraisal(fixture_agency.id, "budi", "2025-Q1")
    assert fixture_agency.service.reader.stream(fixture_agency.id, stream)[0].event == before


def test_of_a_quarter_of_unpaid_leave_nothing_is_opened(fixture_agency: Any) -> None:
    leave = ExemptEmployee(
        employee="budi",
        kind=ExemptionKind.UNPAID_LEAVE,
        since=date(2025, 3, 15),
        until=date(2025, 7, 31),
        decree="SK 7/2025",
    )
    fixture_agency.tell("hr", leave)

    with pytest.raises(NotFound, match="budi owes no appraisal in 2025-Q2: exempt by 'SK 7/2025'"):
        opened(fixture_agency, "2025-Q2")
    assert opened(fixture_agency, "2025-Q1").since == date(2025, 1, 1)
    assert opened(fixture_agency, "2025-Q3").since == date(2025, 8, 1)


def test_who_acts_in_the_vacant_post_appraises_and_a_functional_official_does_who_heads_the_unit(
    fixture_agency: Any,
) -> None:
    act = AppointActing(
        employee="sri",
        to="cici",
        kind=ActingKind.PLT,
        unit="dinkes",
        since=DURING,
        until=date(2025, 3, 31),
        decree="SP 3/2025",
    )
    fixture_agency.plan("budi")
    fixture_agency.tell("hr", RetireEmployee(employee="sri", on=date(2025, 3, 2)))
    with pytest.raises(NotAllowed, match="/to: cici is FUNCTIONAL on 2025-03-03, and leads no unit"):
        fixture_agency.tell("hr", act)

    fixture_agency.tell("hr", AppointHead(unit="dinkes", employee="cici", since=date(2025, 3, 1), decree="SK 2/2025"))
    fixture_agency.tell("hr", act)
    scores = {"layanan": Decimal(70), "disiplin": Decimal(70)}
    rate = ask.Rate(employee="budi", period="2025-Q1", relation=Relation.SUPERVISOR, scores=scores)
    with pytest.raises(NotAllowed, match="the appraiser sri has left the post: cici, who acts in the post, may rate"):
        fixture_agency.tell("agus", rate)
    assert [one.type for one in fixture_agency.tell("cici", rate).events] == ["appraisal.rated"]
    hand_on = Delegate(employee="agus", to="cici", since=DURING, until=DURING, reason="dinas luar")
    assert fixture_agency.tell("agus", hand_on)
