"""Who may know how far somebody's development is."""

from neraca.domain.assignments import Roster
from neraca.domain.authorisation import sees_appraisals
from neraca.domain.contexts import Actor
from neraca.domain.development.own_plan import leader


def sees(employee: str, actor: Actor, roster: Roster | None) -> bool:
    """Whether the actor may know how far the plans of the employee are."""
    if sees_appraisals(actor) or actor.id == employee:
        return True
    return roster is not None and actor.id == leader(employee, roster)
