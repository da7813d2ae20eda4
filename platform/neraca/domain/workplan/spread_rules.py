"""What a plan of the year must be for its targets to be spread, and what is asked of it beside its numbers."""

from neraca.domain import validation
from neraca.domain.appraisal.events import PlanTerms
from neraca.domain.appraisal.plan_rules import check_perspectives, check_terms
from neraca.domain.assignments import class_on
from neraca.domain.contexts import WorkPlanContext
from neraca.domain.errors import Invalid
from neraca.domain.faults import Faults
from neraca.domain.period import Period, parse
from neraca.domain.vocabulary import Spread
from neraca.domain.workplan import commands as ask
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.domain.workplan.spread import micro
from neraca.domain.workplan.stages import rules
from neraca.domain.workplan.state import months_before


def check_beside(
    results: list[YearResult],
    terms: PlanTerms | None,
    plan: Period,
    command: ask.ToWorkPlan,
    context: WorkPlanContext,
) -> None:
    """What is asked of a plan beside its numbers, by the class of the post on its first day in it."""
    rulebook, tenure = rules(command, context), context.people(command.employee)
    first = plan.starts if tenure is None or tenure.since is None else max(plan.starts, tenure.since)
    wrong = Faults()
    with wrong:
        check_terms(terms, rulebook)
    with wrong:
        check_perspectives(
            [one.perspective for one in results], None if tenure is None else class_on(tenure, first), rulebook
        )
    wrong.tell()


def same_kind(after: list[YearResult], before: list[YearResult]) -> None:
    spreads = {(result.id, target.id): target.spread for result in before for target in result.targets}
    for at, result in enumerate(after):
        for nth, target in enumerate(result.targets):
            if spreads.get((result.id, target.id), target.spread) is not target.spread:
                field = f"/results/{at}/targets/{nth}/spread"
                raise Invalid(
                    f"{field}: '{target.id}' was spread by {spreads[result.id, target.id]}; what is spread otherwise "
                    "is another target and has an id of its own",
                    field=field,
                )


def check_spread(target: YearTarget, at: str, plan: Period, first: int, reached: int) -> None:
    if target.target is None:
        if target.amounts:
            raise Invalid(f"{at}/amounts: '{target.id}' has no target to be shared out", field=f"{at}/amounts")
        return
    goal = micro(target.target)
    if target.spread is Spread.EACH:
        if target.amounts:
            raise Invalid(
                f"{at}/amounts: each period has the target of '{target.id}'; leave the amounts out, or spread it as "
                "CUMULATIVE",
                field=f"{at}/amounts",
            )
        return
    if goal < reached:
        raise Invalid(
            f"{at}/target: more than {target.target} of '{target.id}' is planned for periods that have ended; plan at "
            "least that",
            field=f"{at}/target",
        )
    if target.amounts:
        _check_amounts(target, f"{at}/amounts", plan, first, goal, reached)


def _check_amounts(target: YearTarget, at: str, plan: Period, first: int, goal: int, reached: int) -> None:
    named: list[tuple[Period, int]] = []
    for label, amount in target.amounts.items():
        field = f"{at}{validation.pointer(label)}"
        try:
            period = parse(label)
        except ValueError as unknown:
            raise Invalid(f"{field}: {unknown}", field=field) from None
        if period.starts < plan.starts or period.ends > plan.ends:
            raise Invalid(f"{field}: {label} is not within {plan.label}", field=field)
        if months_before(plan, period.starts) < first:
            raise Invalid(f"{field}: {label} has ended; what was planned for it stays", field=field)
        if (exact := validation.exact(amount, field)) < 0:
            raise Invalid(f"{field}: {amount} is below 0; leave out what has nothing", field=field)
        if any(period.meets(other) for other, _ in named):
            raise Invalid(f"{field}: {label} shares days with another; each month counts once", field=field)
        named.append((period, exact))
    named.sort(key=lambda one: one[0].starts)
    if target.spread is Spread.SUM:
        if reached + sum(amount for _, amount in named) != goal:
            kept = " with what ended periods have" if reached else ""
            raise Invalid(f"{at}: the amounts of '{target.id}'{kept} do not make up {target.target}", field=at)
        return
    amounts = [reached, *(amount for _, amount in named)]
    if amounts != sorted(amounts) or amounts[-1] != goal or named[-1][0].ends != plan.ends:
        raise Invalid(
            f"{at}: what is to be reached of '{target.id}' never falls, and is {target.target} by {plan.ends}; name "
            "the last period with it",
            field=at,
        )
