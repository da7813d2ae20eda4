"""What must hold of a resolved policy beyond its shape: one small function each, listed at the foot of its module."""

from typing import TYPE_CHECKING

from neraca.policy.check import (
    candidacies,
    cases,
    classes,
    coverage,
    dates,
    effects,
    facts,
    inherited,
    measures,
    nodes,
    panels,
    periods,
    products,
    purpose,
    ranks,
    raters,
    reachability,
    references,
    reports,
    scales,
    tables,
    weaknesses,
    workflow,
)
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, errors

if TYPE_CHECKING:
    from neraca.policy.check import intervals, subject

__all__ = ["cases", "check", "facts", "intervals", "purpose", "subject"]

CHECKS: tuple[Check, ...] = (
    *references.CHECKS,
    *reports.CHECKS,
    *ranks.CHECKS,
    *weaknesses.CHECKS,
    *scales.CHECKS,
    *panels.CHECKS,
    *measures.CHECKS,
    *tables.CHECKS,
    *nodes.CHECKS,
    *products.CHECKS,
    *purpose.CHECKS,
    *candidacies.CHECKS,
    *classes.CHECKS,
    *facts.CHECKS,
    *workflow.CHECKS,
    *raters.CHECKS,
    *dates.CHECKS,
    *periods.CHECKS,
    *effects.CHECKS,
    *inherited.CHECKS,
    *cases.CHECKS,
)


def check(subject: Subject) -> list[Finding]:
    """Everything the checks find, save what only follows from a leaf already reported as broken."""
    lacks = list(purpose.lacks(subject))
    if lacks or any(path.count("/") == 1 for path in subject.broken):
        return lacks
    found = [one for check in CHECKS for one in check(subject) if not subject.follows_from_broken(one.path)]
    wrong = errors(found)
    untried = () if wrong or subject.broken else coverage.each_indicator_gets_a_value(subject)
    return [*found, *untried, *reachability.within(subject, wrong)]
