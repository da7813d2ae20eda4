"""Whose plan of the year is wanted: whoever serves, owes one and has none that is approved, drafted or not.

PermenPANRB 6/2022 ps 14(1) has it fixed by the end of January. It is asked of the person, not of an appraisal: one may
be opened before there is a plan, and nobody need open one.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from neraca.domain.appraisal.deadlines import Deadline
from neraca.domain.assignments import Tenure, is_exempt, months_owed, serves
from neraca.domain.command_rules import APPRAISER, EMPLOYEE, PlanRule
from neraca.domain.period import Period, of_months
from neraca.domain.plan_deadline import fixed_by
from neraca.domain.vocabulary import DeadlineKind
from neraca.domain.workplan.state import Stage, WorkPlans


class StandingPlan(Struct, frozen=True):
    """The months of a plan, and how far it is."""

    months: Period
    stage: Stage


class WantedPlan(Struct, frozen=True):
    """`months` are those that it would be for, to the end of the year; `submitted` whether one waits for approval."""

    months: Period
    since: date
    submitted: bool


def standing(plans: WorkPlans) -> list[StandingPlan]:
    return [StandingPlan(one.months, one.stage) for one in plans.plans.values()]


def wanted(tenure: Tenure | None, plans: Iterable[StandingPlan], today: date) -> WantedPlan | None:
    """What somebody owes on a day: from the first month of that year that has begun, in which they serve and are not
    exempt, and that no approved plan has. None of who does not serve on the day, or is exempt.
    """
    if tenure is None or tenure.state_official or not serves(tenure, today) or is_exempt(tenure, today):
        return None
    year, known = today.year, [*plans]
    held = {
        month
        for one in known
        if one.stage is Stage.APPROVED
        for month in range(one.months.starts.month, one.months.ends.month + 1)
    }
    owed = months_owed(tenure, date(year, 1, 1), date(year, 12, 31))
    month = min((one for one in owed - held if one <= today.month), default=None)
    if month is None or tenure.since is None:
        return None
    first = date(year, month, 1)
    submitted = any(one.stage is Stage.SUBMITTED and one.months.holds(first) for one in known)
    return WantedPlan(of_months(year, month, 12), max(first, tenure.since), submitted)


def due(plan: WantedPlan, rule: PlanRule) -> Deadline | None:
    """None where the policy has no plans of the year, or asks nobody when one came."""
    last = fixed_by(plan.months, rule) if rule.of_year else None
    if last is None:
        return None
    return Deadline(DeadlineKind.PLAN, APPRAISER if plan.submitted else EMPLOYEE, plan.since, last)
