"""Ratings: who may rate in which relation, on which scale, and how a rater takes back what they gave.

Whether somebody may ask is decided before any look at who rated, and nobody learns from a refusal what others gave.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from neraca.domain import rater_privacy, validation
from neraca.domain.appraisal import deadlines, raters
from neraca.domain.appraisal.commands import CloseRatings, Rate, ReviseRating, WithdrawRating
from neraca.domain.appraisal.events import AppraisalEvent, Rated, RatingRevised, RatingsClosed, RatingWithdrawn
from neraca.domain.appraisal.relations import (
    acting,
    named_since,
    not_the_employee,
    rules,
    the_appraiser,
    the_employee,
)
from neraca.domain.appraisal.stages import unfinished
from neraca.domain.appraisal.state import Appraisal, Rating, Stage
from neraca.domain.assignments import Assignment, assignments_between, registered
from neraca.domain.command_rules import RatingRule, Rulebook
from neraca.domain.contexts import AppraisalContext, Unruled
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.text_kinds import counted
from neraca.domain.vocabulary import RATER_GROUP, AssignmentStanding, Relation, Role


def rate(command: Rate, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Places come first: who has none beside the employee is told nothing of an appraisal."""
    rater = _rater(command.rater, command.relation, context)
    if command.relation in (Relation.PEER, Relation.SUBORDINATE):
        _on_the_roster(rater, command.relation, context)
    if not _is_assigned(rater, command.relation, state, context):
        if command.relation is Relation.PEER:
            _colleague(command, state, context)
        elif command.relation is Relation.SUBORDINATE:
            _works_under(command, state, context)
    unfinished(state)
    if context.today < state.starts:
        raise TooEarly(f"the period starts on {state.starts}; there is nothing to rate before")
    _related(command.relation, state, context)
    gone = _replaced(rater, command.relation, state, context)
    _open_to(rater_privacy.is_anonymous(command.relation), state)
    known = _recorded(rater, state) if command.relation is Relation.CITIZEN else rater
    if known in state.ratings and known not in gone:
        _rated_already(rater, state.ratings[known], command.relation)
    rulebook = rules(context)
    asked = (
        groups.get(RATER_GROUP[command.relation]) for name, groups in rulebook.ratings.items() if name in command.scores
    )
    promised = rater_privacy.promised(command.relation, [rule for rule in asked if rule is not None])
    hidden = promised or rater_privacy.is_anonymous(command.relation)
    _open_to(promised, state)
    # Those the command itself withdraws leave room for it.
    others = {name: rating for name, rating in state.ratings.items() if name not in gone}
    _check_scores(command.scores, command.relation, hidden, others, rulebook)
    why = "rates as the appraiser" if state.amending is None else "enacts the decision on the objection"
    return [
        *(RatingWithdrawn(rater=name, reason=f"{rater} {why}") for name in gone),
        Rated(
            rater=rater,
            relation=command.relation,
            scores=command.scores,
            note=command.note,
            anonymous=promised,
            sealed=_is_sealed(command.relation, state, rulebook),
        ),
    ]


def _is_sealed(relation: Relation, state: Appraisal, rulebook: Rulebook) -> bool:
    rule = rulebook.assigning
    return rule is not None and rule.sealed and relation in rule.groups and not state.closed


def _replaced(rater: str, relation: Relation, state: Appraisal, context: AppraisalContext) -> list[str]:
    """Whose ratings an appraiser's takes the place of: what they gave as a colleague, and that of one who has left.

    Where a decision on an objection is enacted, every other superior's.
    """
    if relation is not Relation.SUPERVISOR:
        return []
    own = state.ratings.get(rater)
    gone = [rater] if own is not None and own.relation is not relation else []
    # Withdrawn, it would change what a closed group came to; kept beside this one, one person would count twice.
    if own is not None and own.hidden and state.closed:
        remedy = (
            "ask HR to name another appraiser by reassign-appraisal"
            if state.amending is None
            else "the appraiser's stands too, so enact the decision by what else is judged"
        )
        raise NotOpen(f"{rater} rated as {own.relation} in a group that is closed, and that rating stands; {remedy}")
    if state.amending is not None:
        return gone + [name for name, one in state.ratings.items() if one.relation is relation and name != rater]
    found = acting(state, context)
    if rater == found.appraiser:
        still = {rater, found.reviewer}
        gone += [name for name, one in state.ratings.items() if one.relation is relation and name not in still]
    return gone


def _rated_already(rater: str, before: Rating, relation: Relation) -> None:
    if before.relation is relation:
        raise AlreadyDone(f"/rater: {rater} has rated already; revise that rating with a reason", field="/rater")
    raise AlreadyDone(
        f"/relation: {rater} has rated as {before.relation}; withdraw that rating, then rate as {relation}",
        field="/relation",
    )


def revise(command: ReviseRating, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    rater, rating = _own(command.rater, state, context)
    _still(rating.relation, state, context, "revise")
    validation.written(command.reason, "/reason", "the reason")
    others = {name: other for name, other in state.ratings.items() if name != rater}
    _check_scores(command.scores, rating.relation, rating.hidden, others, rules(context))
    return [RatingRevised(rater=rater, scores=command.scores, reason=command.reason)]


def withdraw(command: WithdrawRating, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """As if never given; the rater may rate again."""
    rater, rating = _own(command.rater, state, context)
    if rating.relation is Relation.SUPERVISOR:
        _still(rating.relation, state, context, "withdraw")
    return [RatingWithdrawn(rater=rater, reason=validation.written(command.reason, "/reason", "the reason"))]


def close(command: CloseRatings, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    """Before the appraiser's people are judged beside one another: a predicate that is judged twice, and moved with one
    hidden rating between, would tell it.
    """
    unfinished(state)
    not_the_employee(state, context, "close ratings")
    if context.today < state.ends:
        raise TooEarly(f"{command.period} ends on {state.ends}; whoever may rate has until then")
    rulebook = rules(context)
    if state.closed:
        raise AlreadyDone("the anonymous groups are closed already")
    still_rated(state, context)
    if not rater_privacy.anonymous_groups(rulebook.ratings):
        raise Conflict(f"{rulebook.policy.name} hears nobody anonymous; judge-cohort needs no closing")
    return [closing(state, context)]


def still_rated(state: Appraisal, context: AppraisalContext) -> None:
    """Raises TooEarly while those who are assigned may rate: nothing that rests on ratings comes before."""
    due = deadlines.rating(state.ends, rules(context), context.agency)
    if due is not None and not state.closed and context.today <= due.last:
        raise TooEarly(f"the time to rate ends with {due.last}; whoever is assigned has until then")


def closing(state: Appraisal, context: AppraisalContext) -> RatingsClosed:
    rulebook = rules(context)
    rated = {name: rating for name, rating in state.ratings.items() if rating.hidden}
    assigned = {
        name: RATER_GROUP[one.relation]
        for name, one in state.assigned.raters.items()
        if one.standing is AssignmentStanding.ASSIGNED
    }
    lacks = rater_privacy.lacking(assigned, {name: one.scores for name, one in rated.items()}, rulebook.ratings)
    hidden = ((RATER_GROUP[rating.relation], rating.scores.keys()) for rating in rated.values())
    closed = rater_privacy.groups_closed(hidden, rulebook.ratings, lacks)
    return RatingsClosed(on=context.today, policy=rulebook.policy, closed=closed)


def _rater(named: str | None, relation: Relation, context: AppraisalContext) -> str:
    if relation is Relation.CITIZEN:
        if named is None:
            raise Invalid("/rater: a citizen's rating comes under a token; give it", field="/rater")
        token = _token(validation.written(named, "/rater", "the token"))
        if not token.removeprefix(rater_privacy.CITIZEN_PREFIX):
            raise Invalid("/rater: the token is empty; write it out", field="/rater")
        if validation.of_a_person(token.removeprefix(rater_privacy.CITIZEN_PREFIX)):
            raise Invalid("/rater: the number of a person is no token; make one up for the citizen", field="/rater")
        return token
    if named not in (None, context.actor.id):
        raise NotAllowed(
            f"/rater: {context.actor.id} can't rate for {named}; each rates for themselves", field="/rater"
        )
    return context.actor.id


def _token(written: str) -> str:
    """A citizen's token as it goes into the log: in a name space that no employee number is in."""
    return rater_privacy.CITIZEN_PREFIX + validation.token(written).removeprefix(rater_privacy.CITIZEN_PREFIX)


def _recorded(token: str, state: Appraisal) -> str:
    """As the log has it, which may be in another spelling, and from before tokens had a name space of their own."""
    of_citizens = (name for name, rating in state.ratings.items() if rating.relation is Relation.CITIZEN)
    return next((name for name in of_citizens if _token(name) == token), token)


def _open_to(hidden: bool, state: Appraisal) -> None:
    """An anonymous group closes for good: two results that differ by one rating would tell it."""
    if hidden and state.closed_early:
        raise NotOpen(
            "anonymous ratings closed when the appraiser's people were to be judged beside one another; who had rated "
            "by then counts"
        )
    if hidden and state.closed:
        raise NotOpen(
            "anonymous ratings closed when the result was first final; an objection reopens the appraiser's judgement"
        )


def _related(relation: Relation, state: Appraisal, context: AppraisalContext) -> None:
    """The relation is of the rater to the person rated, as the roster has it in the days of the period."""
    match relation:
        case Relation.SUPERVISOR:
            the_appraiser(state, context, "rate as SUPERVISOR")
        case Relation.SELF:
            the_employee(state, context, "rate as SELF")
        case Relation.PEER:
            _no_party(state, context, "a peer")
        case Relation.SUBORDINATE:
            _no_party(state, context, "a subordinate")
        case Relation.QUALITY_ASSURER:
            not_the_employee(state, context, "assure quality")
            _no_party(state, context, "a quality assurer")
        case Relation.CITIZEN:
            pass
        case _:
            # Whom no rule knows must not pass for somebody whom none forbids.
            assert_never(relation)


def _held(nip: str, command: Rate, state: Appraisal, context: AppraisalContext) -> list[Assignment]:
    """The places one had in the days of the period in which the unit had the appraisal, up to today."""
    period = validation.period(command.period)
    first = period.starts if state.stage is Stage.UNOPENED else max(period.starts, named_since(state, context.people))
    return [place for *_, place in assignments_between(context.people(nip), first, min(period.ends, context.today))]


def _on_the_roster(rater: str, relation: Relation, context: AppraisalContext) -> None:
    """A colleague is known by their place; of the appraisal nothing is told."""
    if not registered(rater, context.people):
        raise NotAllowed(
            f"{rater} is not on the roster, so no place tells that they may rate as {relation}; HR registers and "
            "assigns them first"
        )


def _colleague(command: Rate, state: Appraisal, context: AppraisalContext) -> None:
    """In the unit of the appraisal, or of the employee while there is none."""
    units = {state.unit} if state.unit else {place.unit for place in _held(command.employee, command, state, context)}
    if not any(place.unit in units for place in _held(context.actor.id, command, state, context)):
        raise NotAllowed(f"only who was a colleague in the unit of {command.employee} in the period may rate as PEER")


def _works_under(command: Rate, state: Appraisal, context: AppraisalContext) -> None:
    if not any(place.supervisor == command.employee for place in _held(context.actor.id, command, state, context)):
        raise NotAllowed(f"only who worked directly under {command.employee} in the period may rate as SUBORDINATE")


def _no_party(state: Appraisal, context: AppraisalContext, whom: str) -> None:
    """Appraiser and reviewer judge, and so do those who stand in for them."""
    found = acting(state, context)
    if context.actor.id == state.employee:
        raise NotAllowed(f"{context.actor.id} is the employee and not {whom}; rate as SELF")
    if context.actor.id in (state.appraiser, found.appraiser):
        raise NotAllowed(f"{context.actor.id} is the appraiser and not {whom}; rate as SUPERVISOR")
    if context.actor.id in (state.reviewer, found.reviewer):
        raise NotAllowed(f"{context.actor.id} is the reviewer, who decides objections, and not {whom}; others rate")


def _is_assigned(rater: str, relation: Relation, state: Appraisal, context: AppraisalContext) -> bool:
    """Whoever is assigned stood so when they were; where the policy assigns and they are not, they are told so."""
    return not isinstance(context.ruling, Unruled) and raters.may_rate(rater, relation, state, context)


def _still(relation: Relation, state: Appraisal, context: AppraisalContext, doing: str) -> None:
    """Whether the relation in which a rating was given holds."""
    match relation:
        case Relation.SUPERVISOR:
            the_appraiser(state, context, f"{doing} a rating as SUPERVISOR")
        case Relation.PEER | Relation.SUBORDINATE:
            if context.actor.id == acting(state, context).appraiser:
                raise NotAllowed(
                    f"{context.actor.id} is the appraiser now; rate as SUPERVISOR, which replaces this rating"
                )
        case Relation.SELF | Relation.QUALITY_ASSURER | Relation.CITIZEN:
            pass
        case _:
            assert_never(relation)


def _own(named: str | None, state: Appraisal, context: AppraisalContext) -> tuple[str, Rating]:
    """A rating belongs to its rater; those of citizens are in the surveyor's care, who has no business with others."""
    own = named in (None, context.actor.id)
    if not own and Role.SURVEYOR not in context.actor.roles:
        raise NotAllowed(f"/rater: only the rater may change a rating; you are {context.actor.id}", field="/rater")
    unfinished(state)
    rater = context.actor.id if own else _recorded(_token(named), state)
    rating = state.ratings.get(rater)
    # The same words for a colleague's rating as for none: a surveyor must not find out who has rated.
    if rating is None or (rating.relation is Relation.CITIZEN) is own:
        whom = "you" if own else f"a citizen under '{named}'"
        raise NotFound(f"/rater: there is no rating by {whom}; it was never given or is withdrawn", field="/rater")
    _open_to(rating.hidden, state)
    _in_time(rating.relation, state, context)
    return rater, rating


def _in_time(relation: Relation, state: Appraisal, context: AppraisalContext) -> None:
    rule = None if isinstance(context.ruling, Unruled) else context.ruling.assigning
    if rule is not None and relation in rule.groups and relation in raters.BY_ASSIGNMENT:
        raters.in_time(rule, state, context)


def _check_scores(
    scores: Mapping[str, Decimal], relation: Relation, hidden: bool, others: Mapping[str, Rating], rulebook: Rulebook
) -> None:
    """`others` are the ratings there are beside this one. No hidden rater is told that there are enough: of more than
    the policy takes, the first count.
    """
    if not scores:
        raise Invalid("/scores: there are no scores; rate at least one indicator", field="/scores")
    group = RATER_GROUP[relation]
    for indicator, score in scores.items():
        field = validation.pointer("scores", indicator)
        validation.known(
            indicator, rulebook.ratings.keys(), field, f"policy {rulebook.policy.id} has no rated indicator {{}}"
        )
        rule = rulebook.ratings[indicator].get(group)
        if rule is None:
            asked = ", ".join(sorted(rulebook.ratings[indicator]))
            raise Invalid(f"{field}: policy {rulebook.policy.id} asks {asked}, not {group}", field=field)
        _on_scale(score, rule, field)
        there = sum(other.relation is relation and indicator in other.scores for other in others.values())
        # Refusing a hidden rater would tell how many there are.
        if rule.most is not None and there >= rule.most and not hidden:
            raise Conflict(
                f"{field}: {group} has {counted(there, 'rater')}, and the policy takes {rule.most} at most", field=field
            )


def _on_scale(score: Decimal, rule: RatingRule, field: str) -> None:
    value = validation.exact(score, field)
    if not rule.min <= value <= rule.max:
        raise Invalid(f"{field}: {score} is not within {_plain(rule.min)} to {_plain(rule.max)}", field=field)
    if rule.step and (value - rule.min) % rule.step:
        raise Invalid(
            f"{field}: {score} is off the scale, which goes from {_plain(rule.min)} by {_plain(rule.step)}", field=field
        )


def _plain(micro: int) -> str:
    return f"{Decimal(micro).scaleb(-6).normalize():f}"
