"""What is asked of a day's entry is asked only where days are reported, and only of people who are appraised."""

from collections.abc import Iterable

from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding


def days_are_reported_where_entries_are_asked(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    reporting = policy.reporting
    if reporting is None:
        return
    if policy.purpose != "predicate":
        what = f"a policy for {policy.purpose} is no appraisal, and nobody reports under it (silent no-effect)"
        yield subject.at("/reporting", what, "take it away, or write it in the policy that gives the predicate")
    if reporting.requires and reporting.cadence != "daily":
        what = "only a day's entry must hold these (silent no-effect)"
        yield subject.at("/reporting/requires", what, "take it away, or write cadence: daily")
    for index, part in enumerate(reporting.requires):
        if part in reporting.requires[:index]:
            yield subject.at(f"/reporting/requires/{index}", f"'{part}' is there twice", "name it once")


CHECKS: tuple[Check, ...] = (days_are_reported_where_entries_are_asked,)
