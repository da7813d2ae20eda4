"""The heaviest sanction of the period that stands."""

from neraca.domain.facts.kept import KeptSanction
from neraca.domain.facts.ledger_facts import SANCTION
from neraca.domain.facts.state import NOTHING, Changed, FactsState
from neraca.domain.roster import EmployeeSanctioned, SanctionLifted, SanctionRevised
from neraca.domain.vocabulary import Severity

_SEVERITY = [Severity.LIGHT, Severity.MODERATE, Severity.SEVERE]


def sanction(facts: FactsState, event: EmployeeSanctioned, position: int) -> Changed:
    if not facts.starts <= event.on <= facts.ends:
        return NOTHING
    facts.sanctions.append(KeptSanction(event.decree, event.severity, [position]))
    return _show_sanctions(facts)


def revise(facts: FactsState, event: SanctionRevised | SanctionLifted, position: int) -> Changed:
    concerned = [one for one in facts.sanctions if one.decree == event.decree]
    for one in concerned:
        if isinstance(event, SanctionRevised):
            one.severity = event.severity
            one.at.append(position)
        else:
            # As if it had never been, and no lighter one in its place: that is what annulling means.
            facts.sanctions.remove(one)
    return _show_sanctions(facts) if concerned else NOTHING


def _show_sanctions(facts: FactsState) -> Changed:
    """The heaviest that stands, of those alike the first."""
    path = f"facts/{SANCTION}"
    if not facts.sanctions:
        facts.case.facts.pop(SANCTION, None)
        facts.sources.pop(path, None)
        return (path,)
    heaviest = max(facts.sanctions, key=lambda one: _SEVERITY.index(one.severity))
    # Whatever changes it, a revision of it or another's going, changes the events that it rests on.
    moved = heaviest.at != facts.sources.get(path)
    facts.fact(SANCTION, heaviest.severity.value, list(heaviest.at))
    return (path,) if moved else NOTHING
