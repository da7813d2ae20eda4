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


CHECKS: tuple[Check, ...] = (roles_differ,)
