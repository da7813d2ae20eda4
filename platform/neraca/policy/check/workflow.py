"""Who does what: no one judges their own work, and every role spoken of is one that acts."""

from collections.abc import Iterable

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


CHECKS: tuple[Check, ...] = (roles_differ, every_step_has_time, somebody_else_judges)
