"""From plan and reports to a result that stands: who does what, within how long."""

from typing import Annotated, Literal

from msgspec import Meta, field

from neraca.domain.reporting_rhythms import Cadence
from neraca.policy.blocks import Id
from neraca.policy.model.kinds import Block, MonthDay, TimeLimit


class Reporting(Block, frozen=True):
    """How progress is documented.

    cadence: daily: each working day wants an entry; else each week, month, quarter, half-year or year wants a report of
        progress
    requires: what a day's entry must hold beside what was done
    ref: the reference it rests on
    """

    cadence: Cadence
    requires: list[Literal["duration", "result", "evidence"]] = []
    ref: str | None = None


class WorkflowStep(Block, frozen=True):
    """Who does what, within how long.

    role: whose step it is
    within: how long they have after the end of the period
    until: the last month and day for it where a year is evaluated, in the year that follows, in quotes: "01-31"
    superior_within: how long the appraiser's superior has after that, where the appraiser let it pass
    may_change: what they may change
    distinct_from: roles that must be other people
    """

    role: str
    within: TimeLimit
    until: MonthDay | None = None
    superior_within: TimeLimit | None = None
    may_change: list[str] = []
    distinct_from: list[str] = []


class ObjectionRule(Block, frozen=True):
    """How somebody objects to a result.

    within: how long after being told
    to: who decides
    decide_within: how long they have
    grounds_required: reasons must be given
    final: nothing comes after the decision
    ref: the reference it rests on
    """

    within: TimeLimit
    to: str
    decide_within: TimeLimit | None = None
    grounds_required: bool = True
    final: bool = True
    ref: str | None = None


class PerspectiveRule(Block, frozen=True):
    """Whose planned results each carry one of four perspectives: who is served, the process of the work, the strength
    of the organisation, its budget.

    of: the classes of posts whose results do
    required: the perspectives of which there is at least one result
    ref: the reference it rests on
    """

    of: list[Literal["SENIOR_EXECUTIVE", "ADMINISTRATOR", "SUPERVISOR", "OPERATIONAL", "FUNCTIONAL"]]
    required: list[Literal["SERVICE_RECIPIENT", "BUSINESS_PROCESS", "INTERNAL_STRENGTHENING", "BUDGET"]] = []
    ref: str | None = None


class PlanRule(Block, frozen=True):
    """What a plan is of, and by when it is fixed.

    of: period: each appraisal has its own; year: one work plan for the year, of which each period takes its share
    by: the month and day by which a plan that begins with the year is fixed, in quotes: "01-31"
    late: what becomes of one that is not, or that comes after its period: mark or refuse
    requires: what each plan says beside results: resources, how it is accounted for, what follows from it
    perspectives: whose results each carry a perspective
    loads: what becomes of loads that come to more than the target they share in: told, or kept within it
    ref: the reference it rests on
    """

    of: Literal["period", "year"] = "period"
    by: (
        Annotated[str, Meta(pattern=r"^[0-9]{2}-[0-9]{2}$", description='a month and day in quotes, "01-31"')] | None
    ) = None
    late: Literal["mark", "refuse"] | None = None
    requires: list[Literal["resources", "accountability", "consequences"]] = []
    perspectives: PerspectiveRule | None = None
    loads: Literal["told", "within_target"] = "told"
    ref: str | None = None


class FeedbackRule(Block, frozen=True):
    """How often a leader says in words how the work goes; it is in no number.

    by_appraiser: once a period, or at least once in each week, month, quarter, half-year or year
    ref: the reference it rests on
    """

    by_appraiser: Literal["period", "weekly", "monthly", "quarterly", "half-yearly", "yearly"]
    ref: str | None = None


class AssignedGroup(Block, frozen=True):
    """Where the raters of a group are taken from.

    from: unit: colleagues of the unit; programme: of a programme or team; unit_or_programme: of either; subordinates:
        who works directly under the employee; superior: whoever appraises; self: the employee; named: whom HR or an
        official names
    count: how many are drawn; all there are where nothing is said
    """

    from_: Literal["unit", "programme", "unit_or_programme", "subordinates", "superior", "self", "named"] = field(
        name="from"
    )
    count: Annotated[int, Meta(ge=1)] | None = None


class AssigningRule(Block, frozen=True):
    """Who is assigned to rate, and when they do. Nobody else rates in a group that is named here.

    opens: how long before the end of the period the time to rate begins
    within: how long after the end of the period it lasts
    groups: the groups whose raters are assigned
    together: on how many days of the period a colleague must have been with the employee
    mutual: whether two colleagues may rate each other
    appraiser_told: whether whoever appraises may know who is assigned
    sealed: whether nobody reads what any of them gave, by name or not, before the time to rate is over
    ref: the reference it rests on
    """

    opens: TimeLimit
    within: TimeLimit
    groups: dict[Id, AssignedGroup]
    together: Annotated[int, Meta(ge=1)] = 1
    mutual: bool = True
    appraiser_told: bool = False
    sealed: bool = False
    ref: str | None = None


class Workflow(Block, frozen=True):
    """From evidence to a result that stands.

    steps: in the order they are taken
    objection: what comes after
    plan: what plans are of, and by when they are fixed
    reminders: how long before a last day whoever has to act is reminded; seven days where nothing is said
    feedback: how often the appraiser gives feedback; nobody is asked where nothing is said
    raters: who is assigned to rate; whoever stands so to the employee may where nothing is said
    """

    steps: dict[Id, WorkflowStep]
    objection: ObjectionRule
    plan: PlanRule | None = None
    reminders: TimeLimit | None = None
    feedback: FeedbackRule | None = None
    raters: AssigningRule | None = None
