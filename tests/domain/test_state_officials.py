"""The head of a region appraises the heads of its agencies and is appraised by nobody."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlanApproved, Rated
from neraca.domain.assignments import Tenure
from neraca.domain.errors import Invalid, NotAllowed, NotOpen
from neraca.domain.roster import EmployeeRegistered, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation

MAYOR = Tenure(date(2025, 2, 20), None, state_official=True)
PEOPLE: dict[str, Any] = {"walikota": MAYOR}
WHO: dict[str, Any] = {"employee": "agus", "period": "2025"}
REGISTER: dict[str, Any] = {
    "employee": "walikota",
    "name": "Wali Kota",
    "employment_type": EmploymentType.STATE_OFFICIAL,
    "position": "Wali Kota",
    "since": date(2025, 2, 20),
}


@pytest.fixture
def head(placed: Any) -> Any:
    """Agus leads dinkes under the mayor."""
    return PEOPLE | {"agus": placed("dinkes", "walikota", date(2025, 3, 1))}


def test_a_state_official_is_registered_without_a_class_of_posts_and_all_others_with_one(after):
    assert after(when=RegisterEmployee(**REGISTER), by="hr") == [EmployeeRegistered(**REGISTER)]
    with pytest.raises(Invalid, match="/position_class: a state official is in no class of posts; leave it out"):
        after(when=RegisterEmployee(**REGISTER, position_class=PositionClass.SENIOR_EXECUTIVE), by="hr")
    with pytest.raises(
        Invalid, match=r"/position_class: it is missing; give one of SENIOR_EXECUTIVE, .*STATE_OFFICIAL"
    ):
        after(when=RegisterEmployee(**dict(REGISTER, employment_type=EmploymentType.CONTRACT)), by="hr")


def test_the_head_of_an_agency_is_opened_under_the_head_of_the_region(after, head):
    [opened] = after(when=ask.OpenAppraisal(**WHO), by="hr", people=head)

    assert (opened.unit, opened.appraiser, opened.reviewer) == ("dinkes", "walikota", None)
    assert opened.since == date(2025, 3, 1)


def test_a_state_official_plans_nothing_and_is_not_appraised(after, placed):
    mayor = placed("dinkes", "agus")
    mayor.state_official = True

    with pytest.raises(NotAllowed, match="walikota is a state official, who plans and is appraised by nobody"):
        after(when=ask.OpenAppraisal(employee="walikota", period="2025"), by="hr", people={"walikota": mayor})


def test_the_result_of_the_head_of_an_agency_is_final(after, past, head, scored):
    opened, *rest = past.running
    of_agus = (replace(opened, employee="agus", appraiser="walikota", reviewer=None, since=date(2025, 3, 1)), *rest)
    rated = Rated(rater="walikota", relation=Relation.SUPERVISOR, scores={})

    # given a plan that the mayor approved, and a rating
    assert after(*of_agus[:-1], when=ask.ApprovePlan(**WHO), by="walikota", people=head) == [PlanApproved()]
    # when the mayor fixes the result
    [final] = after(
        *of_agus, rated, when=ask.Finalise(**WHO), by="walikota", on=date(2026, 1, 5), scored=scored, people=head
    )
    # then it is final, and nobody can be objected to
    assert final.final
    with pytest.raises(NotOpen, match="final"):
        after(
            *of_agus,
            rated,
            final,
            when=ask.FileObjection(**WHO, grounds="?"),
            by="agus",
            on=date(2026, 1, 6),
            people=head,
        )
