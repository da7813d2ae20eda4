"""From ratings to what each group gave to each indicator."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import UNSET

from neraca.domain.appraisal import events as appraisal
from neraca.domain.case import Micro, micro
from neraca.domain.facts.kept import Rater
from neraca.domain.facts.state import Changed, FactsState
from neraca.domain.vocabulary import RATER_GROUP, Relation

_NOWHERE: tuple[int, ...] = ()
_NO_GROUPS: Mapping[str, list[Micro]] = MappingProxyType({})


def rate(facts: FactsState, event: appraisal.Rated, position: int) -> Changed:
    scores = {indicator: micro(value) for indicator, value in event.scores.items()}
    new = event.rater not in facts.raters
    sealed = event.sealed or UNSET
    rater = Rater(RATER_GROUP[event.relation], scores, dict.fromkeys(scores, position), event.hidden, sealed)
    facts.raters[event.rater] = rater
    if new:
        # The usual case without sorting: a service rated by thousands would cost their square.
        return [_add_rating(facts, f"ratings/{i}", i, rater.group, score, position) for i, score in scores.items()]
    return [_show_rating(facts, indicator, rater.group) for indicator in scores]


def assign(facts: FactsState, raters: Iterable[tuple[str, Relation]], gone: str | None = None) -> None:
    known = {} if facts.assigned is UNSET else facts.assigned
    left = {rater: group for rater, group in known.items() if rater != gone}
    facts.assigned = left | {rater: RATER_GROUP[relation] for rater, relation in raters}


def _add_rating(facts: FactsState, moved: str, indicator: str, group: str, score: Micro, position: int) -> str:
    """What `_show_rating` comes to where the rating is the last of all."""
    path = f"{moved}/{group}"
    at = facts.sources.get(path, _NOWHERE)
    given = facts.case.ratings.get(indicator, _NO_GROUPS).get(group, _NOWHERE)
    if len(given) != len(at) or (at and at[-1] >= position):
        return _show_rating(facts, indicator, group)
    facts.case.ratings.setdefault(indicator, {})[group] = [*given, score]
    facts.sources[path] = [*at, position]
    return moved


def revise(facts: FactsState, event: appraisal.RatingRevised, position: int) -> Changed:
    rater = facts.raters[event.rater]
    for indicator, value in event.scores.items():
        rater.scores[indicator] = micro(value)
        rater.at[indicator] = position
    return [_show_rating(facts, indicator, rater.group) for indicator in event.scores]


def withdraw(facts: FactsState, name: str) -> Changed:
    rater = facts.raters.pop(name)
    return [_show_rating(facts, indicator, rater.group) for indicator in rater.scores]


def _show_rating(facts: FactsState, indicator: str, group: str) -> str:
    given = [r for r in facts.raters.values() if r.group == group and indicator in r.scores]
    given.sort(key=lambda rater: rater.at[indicator])
    groups = facts.case.ratings.setdefault(indicator, {})
    path = f"ratings/{indicator}/{group}"
    if given:
        groups[group] = [rater.scores[indicator] for rater in given]
        facts.sources[path] = [rater.at[indicator] for rater in given]
    else:
        groups.pop(group, None)
        facts.sources.pop(path, None)
        if not groups:
            del facts.case.ratings[indicator]
    return f"ratings/{indicator}"
