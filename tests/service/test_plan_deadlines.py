"""Whose plan of the year is wanted: told of people who serve, whatever appraisal is open, once, and read as it was."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.exemptions import EndExemption, ExemptEmployee
from neraca.domain.roster import AssignEmployee, RegisterEmployee, RehireEmployee, RetireEmployee
from neraca.domain.vocabulary import DeadlineKind, EmploymentType, ExemptionKind, PositionClass
from neraca.domain.workplan import commands as plan
from neraca.domain.workplan.events import PlanDeadlinePassed, PlanDeadlineReminded, YearResult, YearTarget
from neraca.projecting.rebuild import rebuild
from neraca.service.observation import Observed, observe
from neraca.service.open_deadlines import OpenDeadline, open_deadlines
from projections import workplans

JAKARTA = ZoneInfo("Asia/Jakarta")
RESULTS = [YearResult("kerja", "Kerja", [YearTarget("berkas", "Berkas", "berkas", Decimal(400), Decimal(100))])]
YEAR: Any = {"employee": "budi", "period": "2026"}
NEW_YEAR, NEAR, LAST, AFTER = date(2026, 1, 5), date(2026, 1, 24), date(2026, 1, 31), date(2026, 2, 1)
PLAN = DeadlineKind.PLAN


@pytest.fixture
def planning(fixture_agency: Any, policy: str) -> Any:
    """From 2026 on there is one plan for the year, by the end of January."""
    text = policy.replace("workflow:\n", 'workflow:\n  plan: {of: year, by: "01-31", late: mark}\n')
    fixture_agency.publish(text, version=2, since=date(2026, 1, 1))
    return fixture_agency


def looked(agency: Any, day: date) -> Observed:
    agency.house.follow()
    at = datetime(day.year, day.month, day.day, 1, tzinfo=JAKARTA)
    return observe(agency.service, agency.house.url, agency.house.agencies[agency.id], at)


def due(agency: Any, day: date, person: str | None = None, position: int | None = None) -> dict[str, OpenDeadline]:
    agency.house.follow()
    known = agency.house.agencies[agency.id]
    found = open_deadlines(agency.house.url, agency.service.policies, known, person, day, position)
    return {one.employee: one for one in found if one.kind is PLAN}


def told(agency: Any, nip: str) -> list[Any]:
    past = agency.service.reader.stream(agency.id, streams.workplans(agency.id, nip, 2026))
    return [one.event for one in past if isinstance(one.event, PlanDeadlineReminded | PlanDeadlinePassed)]


def fix(agency: Any, on: date = NEW_YEAR) -> None:
    agency.tell("budi", plan.DraftWorkPlan(**YEAR, results=RESULTS), plan.SubmitWorkPlan(**YEAR), on=on)
    agency.tell("sri", plan.ApproveWorkPlan(**YEAR), on=on)


def test_whoever_has_no_approved_plan_is_told_once_near_the_last_day_and_once_after_it(planning: Any) -> None:
    fix(planning)
    people = due(planning, NEW_YEAR).keys()

    assert "budi" not in people
    assert {"sri", "agus"} <= people
    assert looked(planning, date(2026, 1, 23)).reminded == 0
    assert looked(planning, NEAR) == Observed(planning.id, NEAR, opened=0, reminded=len(people), passed=0)
    assert looked(planning, LAST).reminded == 0
    assert looked(planning, AFTER).passed == len(people)
    assert looked(planning, AFTER).passed == looked(planning, date(2026, 6, 1)).passed == 0
    assert looked(planning, LAST).reminded == 0
    since = {"period": "2026", "role": "pegawai", "since": date(2026, 1, 1), "last": LAST, "superior": "agus"}
    assert told(planning, "sri") == [
        PlanDeadlineReminded(employee="sri", **since),
        PlanDeadlinePassed(employee="sri", **since),
    ]
    assert told(planning, "budi") == []
    planning.house.follow()
    assert rebuild(planning.house.url, workplans.PROJECTION, switch="never").equal


def test_it_is_shown_to_the_person_and_to_whoever_is_above_and_as_it_was(planning: Any) -> None:
    before = planning.house.log.head(planning.id)
    wanted = OpenDeadline("budi", "2026", PLAN, "pegawai", "budi", date(2026, 1, 1), LAST, late=True, acts="budi")

    assert due(planning, AFTER, "budi") == {"budi": wanted}
    assert due(planning, AFTER, "sri")["budi"] == wanted
    assert "budi" not in due(planning, AFTER, "agus")
    planning.tell("budi", plan.DraftWorkPlan(**YEAR, results=RESULTS), plan.SubmitWorkPlan(**YEAR), on=AFTER)
    submitted = due(planning, AFTER, "sri")["budi"]
    assert (submitted.role, submitted.person) == ("pejabat_penilai", "sri")
    planning.tell("sri", plan.ApproveWorkPlan(**YEAR), on=AFTER)
    assert due(planning, AFTER, "budi") == {}
    assert due(planning, AFTER, "budi", before) == {"budi": wanted}


def test_an_appraisal_opened_before_the_plan_was_fixed_is_told_of_none(planning: Any) -> None:
    planning.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-Q1"), on=NEW_YEAR)
    fix(planning, date(2026, 1, 20))

    assert due(planning, AFTER, "budi") == {}
    looked(planning, AFTER)
    past = planning.service.reader.stream(planning.id, streams.appraisal(planning.id, "budi", "2026-Q1"))
    assert [one.event for one in past if "deadline" in one.event.__struct_config__.tag] == []


def test_days_of_service_and_of_exemption_tell_from_when_a_plan_is_owed(planning: Any) -> None:
    """Out of service, on leave without pay, come within the year, taken in again."""
    planning.tell("hr", RetireEmployee(employee="budi", on=date(2025, 12, 31)), on=date(2025, 12, 1))
    leave = ExemptEmployee(employee="sri", kind=ExemptionKind.UNPAID_LEAVE, since=date(2025, 12, 1), decree="SK 1")
    planning.tell("hr", leave, on=date(2025, 12, 1))
    register = RegisterEmployee(
        employee="baru",
        name="Baru",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis",
        position_class=PositionClass.FUNCTIONAL,
        since=date(2026, 3, 16),
    )
    assign = AssignEmployee(employee="baru", unit="dinkes", since=date(2026, 3, 16), supervisor="agus")
    planning.tell("hr", register, assign, on=NEW_YEAR)

    assert not {"budi", "sri", "baru"} & due(planning, AFTER).keys()
    planning.tell("hr", EndExemption(employee="sri", decree="SK 1", until=date(2026, 2, 10), reason="x"), on=AFTER)
    rehire = RehireEmployee(employee="budi", unit="dinkes", since=date(2026, 4, 1), decree="SK 2", supervisor="agus")
    planning.tell("hr", rehire, on=date(2026, 4, 1))
    found = due(planning, date(2026, 4, 2))
    days = {nip: (one.period, one.since, one.last) for nip, one in found.items()}
    assert days["sri"] == ("2026-02..12", date(2026, 2, 1), date(2026, 2, 28))
    assert days["baru"] == ("2026-03..12", date(2026, 3, 16), date(2026, 3, 31))
    assert days["budi"] == ("2026-04..12", date(2026, 4, 1), date(2026, 4, 30))


def test_where_no_policy_has_a_plan_of_the_year_nobody_lacks_one(fixture_agency: Any) -> None:
    assert due(fixture_agency, AFTER) == {}
    assert looked(fixture_agency, AFTER).passed == 0
