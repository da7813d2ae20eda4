"""What the policy's own tests leave untried: asked only of one that has no mistakes, for its cases are judged."""

from collections.abc import Iterable

from neraca.policy.check.subject import Subject
from neraca.policy.compiled.compilation import compile_steps
from neraca.policy.findings import Finding
from neraca.policy.testing.cases import of_test


def each_indicator_gets_a_value(subject: Subject) -> Iterable[Finding]:
    """One that is missing in every test may be wrong in every line, and no test would tell."""
    policy = subject.policy
    if not policy.tests or policy.abstract:
        return
    indicators, _ = compile_steps(policy, subject.origins)
    silent = {step.name: step for step in indicators}
    for test in policy.tests:
        if not silent:
            return
        case = of_test(test)
        for step in list(silent.values()):
            if isinstance(step.value(case, [], None), int):
                del silent[step.name]
    for name, step in silent.items():
        inputs = [path for path in step.measuring.reads if not path.endswith("/*")]
        what, remedy = "no test ever gives this indicator a value", f"add a case that has {', '.join(inputs)}"
        yield subject.at(f"/indicators/{name}", what, remedy, severity="warning")
