"""People are ranked by a score that there is, and the parts of a ranking are the whole of it."""

from collections.abc import Iterable

from neraca.policy.check.subject import Check, Subject
from neraca.policy.findings import Finding, plain

_WHOLE = 100


def people_are_ranked_by_a_score(subject: Subject) -> Iterable[Finding]:
    policy = subject.policy
    if policy.ranking is None or subject.broken_in("/ranking", "/score", "/purpose"):
        return
    if policy.purpose != "predicate":
        what = f"a policy for {policy.purpose} ranks nobody (silent no-effect)"
        yield subject.at("/ranking", what, "take it away, or write it in the policy that gives the predicate")
    elif policy.score is None:
        what = "people are ranked by their score, and this policy shows none"
        yield subject.at("/ranking", what, "add 'score', or take ranking away")


def parts_of_a_ranking_are_the_whole(subject: Subject) -> Iterable[Finding]:
    ranking = subject.policy.ranking
    if ranking is None or ranking.shares is None or subject.broken_in("/ranking"):
        return
    shares = ranking.shares
    if (total := shares.top + shares.middle + shares.bottom) != _WHOLE:
        yield subject.at("/ranking/shares", f"the shares sum to {plain(total)}", "make them 100 together")


CHECKS: tuple[Check, ...] = (people_are_ranked_by_a_score, parts_of_a_ranking_are_the_whole)
