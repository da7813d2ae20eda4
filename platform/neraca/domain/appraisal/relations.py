"""Who stands how to an appraisal: its employee, its appraiser, its reviewer, an authorised official.

A role (authorisation.py) opens the door to a kind of command; a relation to this one person decides whether it may be
used.
"""

from datetime import date, timedelta

from msgspec import Struct

from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.assignments import (
    People,
    Roster,
    first_superior,
    is_exempt,
    is_state_official,
    left_post,
    registered,
    serves,
    upwards,
)
from neraca.domain.command_rules import APPRAISER, EMPLOYEE, FIXING_STEP, OFFICIAL, REVIEWER, Rulebook
from neraca.domain.contexts import Actor, AppraisalContext, Context, FinalisingContext, Unruled
from neraca.domain.errors import Blocked, NotAllowed, NotOneInForce
from neraca.domain.vocabulary import Relation, Role


def rules(context: AppraisalContext) -> Rulebook:
    """The rules of the policy that applies. Raises NotOneInForce."""
    if isinstance(context.ruling, Unruled):
        raise NotOneInForce(f"no policy is in force in {context.agency.id} for this period; {context.ruling.why}")
    return context.ruling


def the_employee(state: Appraisal, context: Context, doing: str) -> None:
    if context.actor.id != state.employee:
        raise NotAllowed(f"only {state.employee} may {doing}; you are {context.actor.id}")


def not_the_employee(state: Appraisal, context: Context, doing: str) -> None:
    if state.employee in actors(context):
        raise NotAllowed(f"nobody may {doing} in their own appraisal; ask another official")


class Acting(Struct, frozen=True):
    """Who acts as appraiser and as reviewer today; None where nobody is above who left."""

    appraiser: str | None
    reviewer: str | None


def acting(state: Appraisal, context: Context) -> Acting:
    return acting_on(state, roster_of(context))


def roster_of(context: Context) -> Roster:
    return Roster(context.people, context.today)


def acting_on(state: Appraisal, roster: Roster | None) -> Acting:
    """Those named when the appraisal was opened or reassigned, or who is above them since they left, and for as long
    as an exemption keeps them away.

    Each serves today and is no party: the reviewer is not the appraiser, nor an official who rated.
    """
    # Without a roster those named are taken as they stand; the decision asks with one.
    if roster is None:
        return Acting(state.appraiser, state.reviewer)
    people, today, since = roster.people, roster.today, named_since(state, roster.people)
    holder = state.acting_for or state.appraiser
    if state.acting_for is None and evaluates_still(state.appraiser, since, state.ends, roster):
        appraiser = state.appraiser
    else:
        appraiser = first_superior(upwards(people, holder, since, today), {state.employee})
    if state.reviewer is None:
        return Acting(appraiser, None)
    if appraiser is None:
        appraiser = first_superior(upwards(people, state.reviewer, since, today), {state.employee})
    return Acting(appraiser, first_superior(upwards(people, state.reviewer, since, today), _parties(state, appraiser)))


def _parties(state: Appraisal, appraiser: str | None) -> set[str | None]:
    """Who is judged, or judged before. A rating as a superior bars nobody who reviews, as long as nobody objects to it:
    it is their own, given in the place of a silent appraiser or by their decision on an objection.
    """
    rated = {rater for rater in raters(state) if state.ratings[rater].relation is not Relation.SUPERVISOR}
    return {state.employee, state.appraiser, appraiser, *rated, *state.barred}


def enacts(state: Appraisal, found: Acting, actor: Actor) -> bool:
    """Whether the actor enacts the decision on an objection: the reviewer, or an official where nobody is one."""
    if state.amending is None:
        return False
    if found.reviewer is not None:
        return actor.id == found.reviewer
    return Role.OFFICIAL in actor.roles and actor.id not in _parties(state, found.appraiser)


def _not_enacting(state: Appraisal, found: Acting, context: Context, doing: str) -> NotAllowed:
    whom = f"the reviewer {found.reviewer}" if found.reviewer else "an authorised official, who is no party,"
    return NotAllowed(
        f"the objection was decided as amended on {state.amending}: {whom} may {doing}, as whoever decides enacts it; "
        f"you are {context.actor.id}"
    )


def evaluates_still(appraiser: str, since: date, ends: date, roster: Roster) -> bool:
    """Whether an appraiser who was named on `since` moved to another unit within the evaluation of the period that
    ends so: then they evaluate it all the same (PermenPANRB 6/2022, annex p. 91-92).
    """
    tenure = roster.people(appraiser)
    if tenure is None or not serves(tenure, roster.today) or is_exempt(tenure, roster.today):
        return False
    left = left_post(tenure, since, roster.today)
    if left is None:
        return False
    first, last = deadlines.window_of_moves(ends)
    return first <= left + timedelta(days=1) <= last


def named_since(state: Appraisal, people: People | None) -> date:
    """The day whose roster named unit, appraiser and reviewer. An opening from before that was written down took them
    from the first day of the period, or of service where that began later.
    """
    if state.named_since is not None:
        return state.named_since
    tenure = people(state.employee) if people else None
    return max(state.starts, tenure.since) if tenure and tenure.since else state.starts


def raters(state: Appraisal) -> set[str]:
    """Employees who judged under their name. An anonymous rating makes nobody a party: that would tell who gave it."""
    return {name for name, one in state.ratings.items() if not one.hidden and one.relation is not Relation.SELF}


def actors(context: Context) -> set[str]:
    """Who acts, and who does it in their place."""
    return {context.actor.id} if context.deputy is None else {context.actor.id, context.deputy}


def the_appraiser(state: Appraisal, context: AppraisalContext, doing: str) -> None:
    """The appraiser, or who stands in for one; nobody but the superior where a decision on an objection is enacted."""
    found = acting(state, context)
    if state.amending is not None:
        if enacts(state, found, context.actor):
            return
        raise _not_enacting(state, found, context, doing)
    if context.actor.id == found.appraiser or _past_the_window(found, state, context):
        return
    if found.appraiser == state.appraiser:
        whom = f"you are {context.actor.id}{_later(found, state, context)}"
        raise NotAllowed(f"only the appraiser {state.appraiser} may {doing}; {whom}")
    instead = _instead(found.appraiser, state, context)
    raise NotAllowed(
        f"{_vacancy(state, context)}: {instead} may {doing}, or whom HR names by "
        f"reassign-appraisal; you are {context.actor.id}"
    )


def _instead(name: str | None, state: Appraisal, context: Context) -> str:
    if name is None:
        return "nobody above"
    return f"{name}, who acts in the post," if _acts(name, state, context) else f"{name}, the next superior,"


def _acts(name: str, state: Appraisal, context: Context) -> bool:
    """Whether they do so by an appointment to the post of the appraiser that holds today."""
    tenure = context.people(state.acting_for or state.appraiser)
    return tenure is not None and any(one.to == name and one.holds(context.today) for one in tenure.acting)


def some_appraiser(state: Appraisal, context: Context) -> None:
    """Raises Blocked where nobody can act as the appraiser."""
    if acting(state, context).appraiser is None:
        mend = "" if registered(state.appraiser, context.people) else "register them, or "
        raise Blocked(
            f"{_vacancy(state, context)}, and nobody is above; the draft is kept, and HR must {mend}name another by "
            "reassign-appraisal"
        )


def _vacancy(state: Appraisal, context: Context) -> str:
    """Why the appraiser who was named does not act. A log may name one whom nobody registered."""
    if not registered(state.appraiser, context.people):
        return f"the appraiser {state.appraiser} is not on the roster"
    tenure = context.people(state.appraiser)
    since = named_since(state, context.people)
    away = tenure is not None and state.acting_for is None and left_post(tenure, since, context.today) is None
    return f"the appraiser {state.appraiser} {'is away' if away else 'has left the post'}"


def _later(found: Acting, state: Appraisal, context: AppraisalContext) -> str:
    """When the reviewer may, who asks within the window."""
    if context.actor.id != found.reviewer or isinstance(context.ruling, Unruled):
        return ""
    window = deadlines.evaluation(state, context.ruling, context.agency)
    own = deadlines.evaluation_by_superior(state, context.ruling, context.agency)
    if window is None:
        return ""
    return f", who may after {window.last}" + ("" if own is None else f", and has until {own.last}")


def stands_in(state: Appraisal, context: AppraisalContext, *, annual: bool | None = None) -> bool:
    """Past the policy's window the reviewer evaluates for a silent appraiser (PermenPANRB 6/2022, annex p. 90)."""
    return _past_the_window(acting(state, context), state, context, annual)


def final_by_status(state: Appraisal, context: FinalisingContext) -> bool:
    """Whether no objection lies against the result because of whose it is (PermenPANRB 6/2022, annex p. 90.12).

    The law says so of the head of an independent unit, and of high officials, the head of an agency and whoever else
    the head of the region rates, who have in common that a state official appraises them. The class of a post does not
    tell: most senior executives of a city are rated by its secretary, and may object.
    """
    if context.heads_independent_unit:
        return True
    appraiser = acting(state, context).appraiser
    return appraiser is not None and is_state_official(appraiser, context.people)


def _past_the_window(found: Acting, state: Appraisal, context: AppraisalContext, annual: bool | None = None) -> bool:
    if context.actor.id != found.reviewer or isinstance(context.ruling, Unruled):
        return False
    window = deadlines.evaluation(state, context.ruling, context.agency, annual=annual)
    return window is not None and context.today > window.last


def may_finalise(state: Appraisal, context: AppraisalContext) -> None:
    """Whoever may fix a result; nobody but the superior where a decision on an objection is enacted."""
    if state.amending is None:
        may_fix(state, context)
        return
    found = acting(state, context)
    if not enacts(state, found, context.actor):
        raise _not_enacting(state, found, context, "finalise")
    not_the_employee(state, context, "finalise")


def may_fix(
    state: Appraisal, context: AppraisalContext, doing: str = "finalise", *, annual: bool | None = None
) -> None:
    """Whoever the policy's fixing step names may finalise, an official always; but nobody it keeps distinct.

    `annual` is said where it is the year that is fixed, though its periods are shorter.
    """
    step = rules(context).steps.get(FIXING_STEP)
    held = _held(state, context)
    fixing = step.role if step else APPRAISER
    if not held & {fixing, OFFICIAL} and not (fixing == APPRAISER and stands_in(state, context, annual=annual)):
        raise NotAllowed(f"only {_who(fixing, state)} or an official may {doing}; you are {context.actor.id}")
    apart = held & {EMPLOYEE, *(step.distinct_from if step else ())}
    if apart:
        raise NotAllowed(f"who finalises may not be {_who(min(apart), state)}; an official must do it")


def _held(state: Appraisal, context: AppraisalContext) -> set[str]:
    """The policy's roles that the actor holds towards this appraisal."""
    actor, found = context.actor, acting(state, context)
    held = {
        EMPLOYEE: state.employee in actors(context),
        APPRAISER: actor.id == found.appraiser,
        REVIEWER: actor.id == found.reviewer,
        OFFICIAL: Role.OFFICIAL in actor.roles,
    }
    return {role for role, holds in held.items() if holds}


def _who(role: str, state: Appraisal) -> str:
    person = {EMPLOYEE: state.employee, APPRAISER: state.appraiser, REVIEWER: state.reviewer}.get(role)
    return f"the {role} {person}" if person else role
