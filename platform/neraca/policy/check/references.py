"""Every `ref` names a legal reference the policy lists."""

from collections.abc import Iterable, Iterator

from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding


def refs_exist(subject: Subject) -> Iterable[Finding]:
    for path, ref in _refs(subject):
        if ref is not None:
            yield from subject.unknown(path, "reference", ref, subject.policy.references)


def _refs(subject: Subject) -> Iterator[tuple[str, str | None]]:
    policy = subject.policy
    for section, things in (
        ("indicators", policy.indicators),
        ("nodes", policy.nodes),
        ("modifiers", policy.modifiers),
        ("constraints", policy.constraints),
        ("thresholds", policy.thresholds),
    ):
        for name, thing in things.items():
            yield f"/{section}/{name}/ref", thing.ref
    for name, indicator in policy.indicators.items():
        if indicator.guides is not None:
            yield f"/indicators/{name}/guides/ref", indicator.guides.ref
    yield "/period/ref", policy.period.ref
    for index, lock in enumerate(policy.locks):
        yield f"/locks/{index}/ref", lock.ref
    if policy.distribution is not None:
        yield "/distribution/ref", policy.distribution.ref
    if policy.ranking is not None:
        yield "/ranking/ref", policy.ranking.ref
    if policy.training is not None:
        yield "/training/ref", policy.training.ref
    if policy.reporting is not None:
        yield "/reporting/ref", policy.reporting.ref
    if policy.workflow is not None:
        yield "/workflow/objection/ref", policy.workflow.objection.ref
        if policy.workflow.plan is not None:
            yield "/workflow/plan/ref", policy.workflow.plan.ref
            if policy.workflow.plan.perspectives is not None:
                yield "/workflow/plan/perspectives/ref", policy.workflow.plan.perspectives.ref
        if policy.workflow.feedback is not None:
            yield "/workflow/feedback/ref", policy.workflow.feedback.ref
        if policy.workflow.raters is not None:
            yield "/workflow/raters/ref", policy.workflow.raters.ref


CHECKS: tuple[Check, ...] = (refs_exist,)
