"""Dates are days of the calendar, and a policy rules from one to a later one."""

from collections.abc import Iterable

from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding
from neraca.policy.source.binding import as_day


def days_exist(subject: Subject) -> Iterable[Finding]:
    effective, period = subject.policy.effective, subject.policy.period
    days = {"/effective/from": effective.from_, "/period/start": f"2001-{period.start}"}
    if effective.to is not None:
        days["/effective/to"] = effective.to
    steps = {} if subject.policy.workflow is None else subject.policy.workflow.steps
    days |= {
        f"/workflow/steps/{name}/until": f"2001-{step.until}" for name, step in steps.items() if step.until is not None
    }
    for path, day in days.items():
        if as_day(day) is None:
            text = day if path.startswith("/effective") else day.removeprefix("2001-")
            yield subject.value(path, f"there is no day {text}", "write a day of the calendar")


def end_is_not_before_start(subject: Subject) -> Iterable[Finding]:
    effective = subject.policy.effective
    if effective.to is not None and effective.to < effective.from_:
        what = f"ends {effective.to}, before it starts on {effective.from_}"
        yield subject.value("/effective/to", what, "write a later day, or null")


CHECKS: tuple[Check, ...] = (days_exist, end_is_not_before_start)
