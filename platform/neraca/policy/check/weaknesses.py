"""Training is asked for by values that there are, below a number that they can be above and below."""

from collections.abc import Iterable, Mapping

from neraca.domain.case import MICRO
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, plain, suggestion
from neraca.policy.interval import Interval
from neraca.policy.numbers import text


def weak_values_are_of_what_is_measured(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if policy.training is None or subject.broken_in("/training", "/purpose"):
        return
    if policy.purpose != "predicate":
        what = f"a policy for {policy.purpose} asks nobody to be trained (silent no-effect)"
        yield subject.at("/training", what, "take it away, or write it in the policy that gives the predicate")
        return
    if subject.broken_in("/indicators", "/nodes"):
        return
    for name in policy.training.weak:
        if name not in policy.indicators and name not in policy.nodes:
            known = [*policy.indicators, *policy.nodes]
            yield subject.at(f"/training/weak/{name}", f"unknown indicator or node '{name}'", suggestion(name, known))


def weak_values_are_met_and_missed(subject: Subject, spans: Mapping[str, Interval]) -> Iterable[Finding]:
    rule = subject.policy.training
    if rule is None:
        return
    for name, below in rule.weak.items():
        span, limit = spans.get(name), below * MICRO
        if span is None:
            continue
        low, high = span.low, span.high
        if (low is not None and limit <= low) or (high is not None and limit > high):
            ends = f"from {_end(low)} to {_end(high)}"
            what = f"{name} goes {ends}: {plain(below)} tells none of its values from the others"
            yield subject.value(f"/training/weak/{name}", what, "write a number that some are below and some are not")


def _end(value: int | None) -> str:
    return "no end" if value is None else text(value)


CHECKS: tuple[Check, ...] = (weak_values_are_of_what_is_measured,)
