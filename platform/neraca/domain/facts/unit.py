"""What is said of the unit: surveys, service times, and what programmes tell of the employee."""

from msgspec import UNSET

from neraca.domain.case import SurveyElement, micro
from neraca.domain.facts.ledger_facts import UNIT_INDEX, UNIT_PREDICATE
from neraca.domain.facts.state import NOTHING, Changed, FactsState
from neraca.domain.measured_facts import Measured
from neraca.domain.programme.member_facts import MemberFacts, Programmes
from neraca.domain.service_times.events import ServiceTimesConfirmed
from neraca.domain.survey import SurveyClosed


def leave(facts: FactsState) -> Changed:
    """The employee moved: what the old unit's survey, achievement and times said no longer counts here."""
    gone = [f"facts/{name}" for name in (UNIT_INDEX, UNIT_PREDICATE) if facts.case.facts.pop(name, None) is not None]
    gone += [f"surveys/{name}" for name in facts.case.surveys]
    facts.case.surveys.clear()
    for path in gone:
        facts.sources.pop(path, None)
    hidden = _hide_programmes(facts)
    return [*gone, *hidden, *_unmeasured(facts), *_show_programmes(facts)]


def member(facts: FactsState, event: MemberFacts, position: int) -> Changed:
    """What programmes come to for the employee, of whose periods one has been concluded or corrected."""
    if not event.counts_in(facts.starts, facts.ends):
        return NOTHING
    hidden = _hide_programmes(facts)
    facts.programmes = (facts.programmes or Programmes()).hearing(event, position)
    # In the order of names, as nothing may hang on that of a set.
    return sorted({*hidden, *_show_programmes(facts)})


def _hide_programmes(facts: FactsState) -> list[str]:
    return facts.programmes.hide(facts.case, facts.sources) if facts.programmes else []


def _show_programmes(facts: FactsState) -> list[str]:
    if not facts.programmes:
        return []
    return facts.programmes.show(facts.starts, facts.ends, facts.case, facts.sources)


def measure(facts: FactsState, event: ServiceTimesConfirmed, position: int) -> Changed:
    """In the place of what was confirmed before."""
    hidden = _hide_programmes(facts)
    moved, now = _unmeasured(facts), Measured()
    taken = [now.take(one.fact, micro(one.number), [position], facts.case, facts.sources) for one in event.facts]
    facts.measured = now if now.names else UNSET
    return {*hidden, *moved, *taken, *_show_programmes(facts)}


def _unmeasured(facts: FactsState) -> list[str]:
    if not facts.measured:
        return []
    moved, facts.measured = facts.measured.leave(facts.case, facts.sources), UNSET
    return moved


def survey(facts: FactsState, event: SurveyClosed, position: int) -> Changed:
    path = f"surveys/{event.survey}"
    facts.case.surveys[event.survey] = {
        element: SurveyElement(micro(total), event.counts[element]) for element, total in event.sums.items()
    }
    facts.sources[path] = [position]
    return (path,)
