"""A year is made only of periods that are shorter, and only where they have predicates."""

from collections.abc import Iterable

from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding


def a_year_is_made_of_shorter_periods(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if policy.period.annual is None:
        return
    if policy.period.cycle == "year":
        what = "the period is a year already, and nothing is combined into it (silent no-effect)"
        yield subject.at("/period/annual", what, "take it away, or let 'cycle' be semester, quarter or month")
    if policy.purpose != "predicate":
        what = f"a policy for {policy.purpose} is no appraisal, and has no annual evaluation (silent no-effect)"
        yield subject.at("/period/annual", what, "take it away, or write it in the policy that gives the predicate")


CHECKS: tuple[Check, ...] = (a_year_is_made_of_shorter_periods,)
