"""Ratings: who may rate in which relation, on which scale, and how a rater takes back what they gave."""

from collections.abc import Mapping
from decimal import Decimal

from neraca.domain import values
from neraca.domain.appraisal.commands import Rate, ReviseRating, WithdrawRating
from neraca.domain.appraisal.events import AppraisalEvent, Rated, RatingRevised, RatingWithdrawn
from neraca.domain.appraisal.relations import not_the_employee, rules, the_appraiser, the_employee
from neraca.domain.appraisal.stages import unfinished
from neraca.domain.appraisal.state import Appraisal, Rating
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, TooEarly
from neraca.domain.given import Given
from neraca.domain.rulebook import RatingRule, Rulebook
from neraca.domain.vocabulary import RATER_GROUP, Relation, Role


def rate(command: Rate, state: Appraisal, given: Given) -> list[AppraisalEvent]:
    """Places come first: who has none beside the employee is told nothing of an appraisal."""
    rater = _rater(command.rater, command.relation, given)
    if command.relation is Relation.PEER:
        _colleague(command.employee, state, given)
    elif command.relation is Relation.SUBORDINATE:
        _works_under(command.employee, given)
    unfinished(state)
    if given.today < state.starts:
        raise TooEarly(f"the period starts on {state.starts}; there is nothing to rate before")
    _related(command.relation, state, given)
    if _recorded(rater, state) in state.ratings:
        raise AlreadyDone(f"{rater} has rated already; revise that rating with a reason")
    _check_scores(command.scores, rater, command.relation, state, rules(given))
    return [Rated(rater=rater, relation=command.relation, scores=command.scores, note=command.note)]


def revise(command: ReviseRating, state: Appraisal, given: Given) -> list[AppraisalEvent]:
    rater, rating = _own(command.rater, state, given)
    values.written(command.reason, "/reason", "the reason")
    _check_scores(command.scores, rater, rating.relation, state, rules(given))
    return [RatingRevised(rater=rater, scores=command.scores, reason=command.reason)]


def withdraw(command: WithdrawRating, state: Appraisal, given: Given) -> list[AppraisalEvent]:
    """As if never given; the rater may rate anew."""
    rater, _ = _own(command.rater, state, given)
    return [RatingWithdrawn(rater=rater, reason=values.written(command.reason, "/reason", "the reason"))]


def _rater(named: str | None, relation: Relation, given: Given) -> str:
    if relation is Relation.CITIZEN:
        if named is None:
            raise Invalid("/rater: a citizen's rating comes under a token; give it", field="/rater")
        return values.token(values.written(named, "/rater", "the token"))
    if named not in (None, given.actor.id):
        raise NotAllowed(f"/rater: {given.actor.id} can't rate for {named}; each rates for themselves", field="/rater")
    return given.actor.id


def _recorded(rater: str, state: Appraisal) -> str:
    """As the log has a citizen's token, which may be in another spelling; any other rater as named."""
    token = values.token(rater)
    of_citizens = (name for name, rating in state.ratings.items() if rating.relation is Relation.CITIZEN)
    return next((name for name in of_citizens if values.token(name) == token), rater)


def _related(relation: Relation, state: Appraisal, given: Given) -> None:
    """The relation is of the rater to the person rated, as the roster has it today."""
    match relation:
        case Relation.SUPERVISOR:
            the_appraiser(state, given, "rate as SUPERVISOR")
        case Relation.SELF:
            the_employee(state, given, "rate as SELF")
        case Relation.PEER:
            _no_superior(state, given)
        case Relation.QUALITY_ASSURER:
            not_the_employee(state, given, "assure quality")
        case Relation.SUBORDINATE | Relation.CITIZEN:
            pass


def _colleague(employee: str, state: Appraisal, given: Given) -> None:
    """In the unit of the appraisal, or of the employee while there is none."""
    unit = state.unit or (given.place.unit if given.place else None)
    if given.rater_place is None or given.rater_place.unit != unit:
        raise NotAllowed(f"only colleagues in the unit of {employee} may rate as PEER")


def _works_under(employee: str, given: Given) -> None:
    if given.rater_place is None or given.rater_place.supervisor != employee:
        raise NotAllowed(f"only who works directly under {employee} may rate as SUBORDINATE")


def _no_superior(state: Appraisal, given: Given) -> None:
    if given.actor.id in (state.employee, state.appraiser):
        raise NotAllowed(f"{given.actor.id} is the employee or the appraiser and no peer; rate as SELF or SUPERVISOR")


def _own(named: str | None, state: Appraisal, given: Given) -> tuple[str, Rating]:
    """A rating belongs to its rater; those of citizens are in the surveyor's care."""
    unfinished(state)
    rater = named or given.actor.id
    if rater not in state.ratings:
        rater = _recorded(rater, state)
    if rater not in state.ratings:
        raise NotFound(f"/rater: there is no rating by {rater}; it was never given or is withdrawn", field="/rater")
    rating = state.ratings[rater]
    keeper = Role.SURVEYOR in given.actor.roles if rating.relation is Relation.CITIZEN else rater == given.actor.id
    if not keeper:
        raise NotAllowed(f"/rater: only the rater may change this rating; you are {given.actor.id}", field="/rater")
    return rater, rating


def _check_scores(
    scores: Mapping[str, Decimal], rater: str, relation: Relation, state: Appraisal, book: Rulebook
) -> None:
    if not scores:
        raise Invalid("/scores: there are no scores; rate at least one indicator", field="/scores")
    group = RATER_GROUP[relation]
    for indicator, score in scores.items():
        field = f"/scores/{indicator}"
        values.known(indicator, book.ratings.keys(), field, f"rated indicator in policy {book.policy.id}")
        rule = book.ratings[indicator].get(group)
        if rule is None:
            asked = ", ".join(sorted(book.ratings[indicator]))
            raise Invalid(f"{field}: policy {book.policy.id} asks {asked}, not {group}", field=field)
        _on_scale(score, rule, field)
        others = sum(
            name != rater and other.relation is relation and indicator in other.scores
            for name, other in state.ratings.items()
        )
        if rule.most is not None and others >= rule.most:
            raise Conflict(
                f"{field}: {group} has {others} raters, and the policy takes {rule.most} at most", field=field
            )


def _on_scale(score: Decimal, rule: RatingRule, field: str) -> None:
    value = values.exact(score, field)
    if not rule.min <= value <= rule.max:
        raise Invalid(f"{field}: {score} is not within {_plain(rule.min)} to {_plain(rule.max)}", field=field)
    if rule.step and (value - rule.min) % rule.step:
        raise Invalid(
            f"{field}: {score} is off the scale, which goes from {_plain(rule.min)} by {_plain(rule.step)}", field=field
        )


def _plain(micro: int) -> str:
    return f"{Decimal(micro).scaleb(-6).normalize():f}"
