"""What may be asked of a work plan. `employee` and `period` say which one; who asks and when come with the request."""

from datetime import date
from typing import TypeAlias

from msgspec import Struct

from neraca.domain.appraisal.events import PlanTerms
from neraca.domain.text_kinds import Key, Nip, PeriodLabel, Prose
from neraca.domain.workplan.events import YearResult


class ToWorkPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip
    period: PeriodLabel


class DraftWorkPlan(ToWorkPlan, frozen=True, tag="draft-work-plan"):
    """`period` is a year, such as 2025, or the months of it in which the post is held, such as 2025-06..12. `terms` is
    what it says beside results; the policy may ask for some of that.
    """

    results: list[YearResult]
    terms: PlanTerms | None = None


class SubmitWorkPlan(ToWorkPlan, frozen=True, tag="submit-work-plan"):
    pass


class ReturnWorkPlan(ToWorkPlan, frozen=True, tag="return-work-plan"):
    feedback: Prose


class ApproveWorkPlan(ToWorkPlan, frozen=True, tag="approve-work-plan"):
    pass


class ReviseWorkPlan(ToWorkPlan, frozen=True, tag="revise-work-plan"):
    """The whole plan as it is to be from the current period on. Periods that have ended keep what they had.
    Without `terms` those of the plan stay.
    """

    results: list[YearResult]
    reason: Prose
    terms: PlanTerms | None = None


class TakeOverPlannedResult(ToWorkPlan, frozen=True, tag="take-over-planned-result"):
    """The leader does a planned result themselves: it leaves the plan from the current period on. Periods that have
    ended keep what they had of it. The weights of what is left stay as they are, and count in proportion, until the
    plan is revised.
    """

    result: Key
    note: Prose


class ProposeWorkPlanChange(ToWorkPlan, frozen=True, tag="propose-work-plan-change"):
    """By the employee or by who is above, for the other to agree to. `results` are new, or as they are to be in the
    place of those of the same id; `drop` names those that are to go. `change` is an id of its own.
    """

    change: Key
    reason: Prose
    results: list[YearResult] = []
    drop: list[Key] = []


class AgreeToWorkPlanChange(ToWorkPlan, frozen=True, tag="agree-to-work-plan-change"):
    """By the other than who proposed it: it holds from the current period on. Periods that have ended keep what they
    had.
    """

    change: Key


class DeclineWorkPlanChange(ToWorkPlan, frozen=True, tag="decline-work-plan-change"):
    """By the other, or by who proposed it and wants it no more."""

    change: Key
    reason: Prose


class EndWorkPlan(ToWorkPlan, frozen=True, tag="end-work-plan"):
    """`until` is the last day of a month: the plan of the next post begins with the one after."""

    until: date
    reason: Prose


class WithdrawWorkPlan(ToWorkPlan, frozen=True, tag="withdraw-work-plan"):
    reason: Prose


class ObserveWorkPlan(ToWorkPlan, frozen=True, tag="observe-work-plan"):
    """Tells what has come near or passed of the plan for these months, from the first that lacks one to December."""


WorkPlanCommand: TypeAlias = (
    DraftWorkPlan
    | SubmitWorkPlan
    | ReturnWorkPlan
    | ApproveWorkPlan
    | ReviseWorkPlan
    | TakeOverPlannedResult
    | ProposeWorkPlanChange
    | AgreeToWorkPlanChange
    | DeclineWorkPlanChange
    | EndWorkPlan
    | WithdrawWorkPlan
    | ObserveWorkPlan
)
