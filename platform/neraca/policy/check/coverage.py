"""What the policy's own tests leave untried: asked only of one that has no mistakes, for its cases are judged."""

from collections.abc import Iterable

from neraca.policy.check.subject import Subject
from neraca.policy.compiled.compilation import compile_policy
from neraca.policy.engine.evaluation import computed
from neraca.policy.findings import Finding
from neraca.policy.testing.cases import CaseRefused, of_test


def each_indicator_gets_a_value(subject: Subject) -> Iterable[Finding]:
    """One that is missing in every test may be wrong in every line, and no test would tell."""
    policy = subject.policy
    if not policy.tests or policy.abstract:
        return
    plan = compile_policy(policy, subject.origins, "", "")
    silent = dict.fromkeys(policy.indicators)
    for test in policy.tests:
        if not silent:
            return
        try:
            values = computed(plan, of_test(test), None)
        except CaseRefused:
            continue
        for name, value in zip(plan.names, values, strict=True):
            if isinstance(value, int):
                silent.pop(name, None)
    inputs = {step.name: [path for path in step.measuring.reads if not path.endswith("/*")] for step in plan.indicators}
    for name in silent:
        what, remedy = "no test ever gives this indicator a value", f"add a case that has {', '.join(inputs[name])}"
        yield subject.at(f"/indicators/{name}", what, remedy, severity="warning")
