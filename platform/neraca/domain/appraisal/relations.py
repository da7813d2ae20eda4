"""Who stands how to an appraisal: its employee, its appraiser, its reviewer, an authorised official.

A role (access.py) opens the door to a kind of command; a relation to this one person decides whether it may be used.
"""

from neraca.domain.agency import deadline
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.errors import NotAllowed, NotOneInForce
from neraca.domain.given import Given
from neraca.domain.rulebook import Rulebook
from neraca.domain.vocabulary import Role

EVALUATION_STEP = "nilai"
FIXING_STEP = "tetapkan"
"""Steps of a policy's workflow that the platform acts on."""

EMPLOYEE = "pegawai"
APPRAISER = "pejabat_penilai"
REVIEWER = "atasan_pejabat_penilai"
OFFICIAL = "pejabat_berwenang"
"""Roles of a policy's workflow."""


def rules(given: Given) -> Rulebook:
    if given.rules is None:
        why = given.unruled or "schedule one first"
        raise NotOneInForce(f"no policy is in force in {given.agency.id} for this period; {why}")
    return given.rules


def the_employee(state: Appraisal, given: Given, doing: str) -> None:
    if given.actor.id != state.employee:
        raise NotAllowed(f"only {state.employee} may {doing}; you are {given.actor.id}")


def not_the_employee(state: Appraisal, given: Given, doing: str) -> None:
    if given.actor.id == state.employee:
        raise NotAllowed(f"nobody may {doing} in their own appraisal; ask another official")


def the_appraiser(state: Appraisal, given: Given, doing: str) -> None:
    """The appraiser, or who stands in for one."""
    if given.actor.id != state.appraiser and not stands_in(state, given):
        raise NotAllowed(f"only the appraiser {state.appraiser} may {doing}; you are {given.actor.id}")


def stands_in(state: Appraisal, given: Given) -> bool:
    """Past the policy's window the reviewer evaluates for a silent appraiser (PermenPANRB 6/2022, annex p. 90)."""
    if given.actor.id != state.reviewer or given.rules is None:
        return False
    window = given.rules.steps.get(EVALUATION_STEP)
    return window is not None and given.today > deadline(given.agency, state.ends, window.within)


def may_fix(state: Appraisal, given: Given, doing: str = "finalise") -> None:
    """Whoever the policy's fixing step names may finalise, an official always; but nobody it keeps distinct."""
    step = rules(given).steps.get(FIXING_STEP)
    held = _held(state, given)
    fixing = step.role if step else APPRAISER
    if not held & {fixing, OFFICIAL} and not (fixing == APPRAISER and stands_in(state, given)):
        raise NotAllowed(f"only {_who(fixing, state)} or an official may {doing}; you are {given.actor.id}")
    apart = held & {EMPLOYEE, *(step.distinct_from if step else ())}
    if apart:
        raise NotAllowed(f"who finalises may not be {_who(min(apart), state)}; an official must do it")


def _held(state: Appraisal, given: Given) -> set[str]:
    """The policy's roles that the actor holds towards this appraisal."""
    actor = given.actor
    held = {
        EMPLOYEE: actor.id == state.employee,
        APPRAISER: actor.id == state.appraiser,
        REVIEWER: actor.id == state.reviewer,
        OFFICIAL: Role.OFFICIAL in actor.roles,
    }
    return {role for role, holds in held.items() if holds}


def _who(role: str, state: Appraisal) -> str:
    person = {EMPLOYEE: state.employee, APPRAISER: state.appraiser, REVIEWER: state.reviewer}.get(role)
    return f"the {role} {person}" if person else f"a {role}"
