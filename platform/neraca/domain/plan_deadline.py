"""By when a plan is to be fixed, so that it promises what will be done, and does not report what was."""

from calendar import monthrange
from datetime import date

from neraca.domain.command_rules import PlanRule, Rulebook
from neraca.domain.errors import TooLate
from neraca.domain.period import Period


def fixed_by(plan: Period, rule: PlanRule) -> date | None:
    """The last day on which a plan for these months is in time; None where the policy asks nobody when it came.

    The policy's month and day are those of a plan that begins with the year (31 January, PermenPANRB 6/2022 ps 14(1));
    one that begins later has as many months, which no text says. Without a day it is the last of the plan itself.
    """
    if rule.late is None:
        return None
    if rule.by is None:
        return plan.ends
    month, day = rule.by
    shifted = plan.starts.month - 1 + month
    if shifted > 12:
        return plan.ends
    due = date(plan.starts.year, shifted, min(day, monthrange(plan.starts.year, shifted)[1]))
    return min(due, plan.ends)


def missed(plan: Period, rulebook: Rulebook, today: date) -> date | None:
    """The day by which the plan was to be fixed, where that is over and the policy marks it; None while it is in time.
    Raises TooLate where the policy takes no plan after it.
    """
    due = fixed_by(plan, rulebook.plan)
    if due is None or today <= due:
        return None
    if rulebook.plan.late == "refuse":
        raise TooLate(
            f"the plan for {plan.label} was to be fixed by {due}, and policy {rulebook.policy.id} takes none later"
        )
    return due
