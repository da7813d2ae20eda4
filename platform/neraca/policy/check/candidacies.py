"""Whom to consider: by outcomes that the policy gives, and facts that are told of a candidate."""

from collections.abc import Iterable

from neraca.domain.development.candidacy_facts import told_of_candidates
from neraca.domain.remuneration.told_facts import OF_A_NODE
from neraca.policy.check.facts import uses
from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, suggestion


def candidates_are_of_outcomes_that_there_are(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    one = policy.candidacy
    if one is None:
        return
    if policy.purpose != "candidacy":
        what = f"candidacy of a policy for {policy.purpose} (silent no-effect)"
        yield subject.at("/candidacy", what, "take it away, or write purpose: candidacy")
        return
    if not one.eligible:
        yield subject.at("/candidacy/eligible", "nobody could ever be nominated", "name an outcome, or more")
    for index, outcome in enumerate(one.eligible):
        path = f"/candidacy/eligible/{index}"
        yield from subject.unknown(path, "outcome", outcome, policy.predicates)
        if outcome in one.eligible[:index]:
            yield subject.at(path, f"'{outcome}' is there twice", "name it once")


def facts_of_candidates_are_told(subject: Subject) -> Iterable[Finding]:
    """Nobody establishes a fact of a candidate: what is not told would be missing for ever."""
    policy = subject.policy
    if policy.candidacy is None or policy.purpose != "candidacy":
        return
    told = told_of_candidates(policy.candidacy.periods)
    for use in uses(policy):
        if use.fact not in told and not use.fact.startswith(OF_A_NODE):
            what = f"nobody is told '{use.fact}' of a candidate"
            yield subject.value(use.path, what, suggestion(use.fact, sorted(told)))


CHECKS: tuple[Check, ...] = (candidates_are_of_outcomes_that_there_are, facts_of_candidates_are_told)
