"""Who does what: no one judges their own work, and every role spoken of is one that acts."""

from collections.abc import Iterable, Sequence
from datetime import date

from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding

EMPLOYEE = "pegawai"


def roles_differ(subject: Subject) -> Iterable[Finding]:
    if subject.policy.workflow is None:
        return
    steps = subject.policy.workflow.steps
    roles = list(dict.fromkeys([EMPLOYEE, *(step.role for step in steps.values())]))
    for name, step in steps.items():
        for index, role in enumerate(step.distinct_from):
            path = f"/workflow/steps/{name}/distinct_from/{index}"
            if role == step.role:
                yield subject.value(path, f"'{role}' can't be distinct from itself", "name another role")
            else:
                yield from subject.unknown(path, "role", role, [known for known in roles if known != step.role])


def every_step_has_time(subject: Subject) -> Iterable[Finding]:
    workflow = subject.policy.workflow
    if workflow is None:
        return
    intervals = {f"/workflow/steps/{name}/within": step.within for name, step in workflow.steps.items()}
    intervals |= {
        f"/workflow/steps/{name}/superior_within": step.superior_within
        for name, step in workflow.steps.items()
        if step.superior_within is not None
    }
    if workflow.reminders is not None:
        intervals["/workflow/reminders"] = workflow.reminders
    if workflow.raters is not None:
        intervals |= {
            "/workflow/raters/opens": workflow.raters.opens,
            "/workflow/raters/within": workflow.raters.within,
        }
    intervals["/workflow/objection/within"] = workflow.objection.within
    if workflow.objection.decide_within is not None:
        intervals["/workflow/objection/decide_within"] = workflow.objection.decide_within
    for path, span in intervals.items():
        if not any(digit in span for digit in "123456789"):
            yield subject.value(path, f"{span} leaves no time", "write at least one day")


def somebody_else_judges(subject: Subject) -> Iterable[Finding]:
    workflow = subject.policy.workflow
    if workflow is None:
        return
    if all(step.role == EMPLOYEE for step in workflow.steps.values()):
        what = "no step is anybody's but the employee's"
        remedy = "add the step of who appraises, such as pejabat_penilai"
        yield subject.at("/workflow/steps", what, remedy, severity="warning")
    if workflow.objection.to == EMPLOYEE:
        what = f"an objection goes to '{EMPLOYEE}', who made it"
        yield subject.value("/workflow/objection/to", what, "name who decides, such as atasan_pejabat_penilai")


def _is_a_day(written: str) -> bool:
    """Of some year: 2024 has every day that there is."""
    try:
        return bool(date.fromisoformat(f"2024-{written}"))
    except ValueError:
        return False


def _named_once(path: str, names: Sequence[str], subject: Subject) -> Iterable[Finding]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield subject.at(f"{path}/{index}", f"'{name}' is there twice", "name it once")


def a_plan_has_its_day(subject: Subject) -> Iterable[Finding]:
    rule = None if subject.policy.workflow is None else subject.policy.workflow.plan
    if rule is None:
        return
    yield from _named_once("/workflow/plan/requires", rule.requires, subject)
    if rule.perspectives is not None:
        if not rule.perspectives.of:
            what = "nobody plans by it (silent no-effect)"
            yield subject.at("/workflow/plan/perspectives/of", what, "name a class of posts, or take it away")
        yield from _named_once("/workflow/plan/perspectives/of", rule.perspectives.of, subject)
        yield from _named_once("/workflow/plan/perspectives/required", rule.perspectives.required, subject)
    says_nothing = rule.late is None and not rule.requires and rule.perspectives is None and rule.loads == "told"
    if rule.of == "period" and says_nothing:
        what = "a plan of each period is what there is without it, and nothing is said of late ones (silent no-effect)"
        yield subject.at("/workflow/plan", what, "take it away, or add 'of: year' or 'late'")
    if rule.by is None:
        return
    if not _is_a_day(rule.by):
        yield subject.value("/workflow/plan/by", f"there is no day {rule.by}", "write month and day, such as 01-31")
    elif rule.late is None:
        what = "nothing becomes of a plan that comes later (silent no-effect)"
        yield subject.at("/workflow/plan/by", what, "add 'late: mark' or 'late: refuse'")
    elif rule.of == "period" and subject.policy.period.cycle != "year":
        what = "it is the day of a plan of the year, and each period has its own here (silent no-effect)"
        yield subject.at("/workflow/plan/by", what, "take it away, or add 'of: year'")


_FROM_SHORT_TO_LONG = ("weekly", "monthly", "quarterly", "half-yearly", "yearly")
_OF_CYCLE = {"month": "monthly", "quarter": "quarterly", "semester": "half-yearly", "year": "yearly"}


def feedback_is_due_within_a_period(subject: Subject) -> Iterable[Finding]:
    """It is given in an appraisal: of a longer rhythm only the last period of each stretch would be asked."""
    policy = subject.policy
    rule = None if policy.workflow is None else policy.workflow.feedback
    if rule is None or rule.by_appraiser == "period":
        return
    place, cycle = _FROM_SHORT_TO_LONG.index, policy.period.cycle
    if place(rule.by_appraiser) > place(_OF_CYCLE[cycle]):
        what = f"a {cycle} is shorter than '{rule.by_appraiser}', so most periods would ask for none"
        yield subject.value("/workflow/feedback/by_appraiser", what, "write period, or a shorter rhythm")


CHECKS: tuple[Check, ...] = (
    roles_differ,
    every_step_has_time,
    somebody_else_judges,
    a_plan_has_its_day,
    feedback_is_due_within_a_period,
)
