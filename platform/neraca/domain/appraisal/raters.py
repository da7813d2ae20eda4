"""Who is to rate: taken as the policy says, drawn where it draws, and replaced by the next of the draw.

No decision here hangs on whether somebody has rated, but for their own declining: nobody learns of it by trying.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias, assert_never

from neraca.domain import rater_draw, validation
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.commands import AssignRaters, DeclineAssignment, NameRater, ReplaceRater
from neraca.domain.appraisal.events import (
    AppraisalEvent,
    AssignedRaters,
    RaterDeclined,
    RaterNamed,
    RaterReplaced,
    RatersAssigned,
)
from neraca.domain.appraisal.relations import acting_on, not_the_employee, rules
from neraca.domain.appraisal.stages import unfinished
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.assignments import (
    Assignment,
    Roster,
    Tenure,
    assignments_between,
    is_exempt,
    named_in_service,
    serves,
)
from neraca.domain.command_rules import OF_PROGRAMMES, AssignedGroup, AssigningRule
from neraca.domain.contexts import AppraisalContext, DrawContext
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, NotFound, NotOpen, TooEarly, TooLate
from neraca.domain.vocabulary import AssignmentStanding, Relation

BY_ASSIGNMENT = frozenset({Relation.PEER, Relation.SUBORDINATE, Relation.QUALITY_ASSURER})
"""Whom only an assignment lets rate, where the policy assigns them. Whoever appraises does so by law, and everybody
may rate themselves.
"""


def assign(command: AssignRaters, state: Appraisal, context: DrawContext) -> list[AppraisalEvent]:
    rule = assignable(state, context)
    by_roster_of, _ = deadlines.rating_window(state.ends, rule, context.agency)
    groups = [_taken(relation, group, command, state, context) for relation, group in rule.groups.items()]
    return [
        RatersAssigned(
            on=context.today,
            by_roster_of=by_roster_of,
            policy=rules(context).policy,
            position=context.position,
            groups=[one for one in groups if one is not None],
            salt=context.salt_at if any(one is not None and one.seed for one in groups) else None,
        )
    ]


def assignable(state: Appraisal, context: AppraisalContext) -> AssigningRule:
    """Raises all that can be refused before it is looked up who is there."""
    unfinished(state)
    not_the_employee(state, context, "assign raters")
    rule = assigning(context)
    _open(rule, state, context)
    if state.assigned.drawn is not None:
        raise AlreadyDone(f"raters of {state.employee} were assigned on {state.assigned.drawn.on}; replace one of them")
    return rule


def name_rater(command: NameRater, state: Appraisal, context: AppraisalContext) -> list[AppraisalEvent]:
    unfinished(state)
    not_the_employee(state, context, "name a rater")
    rule = assigning(context)
    group = rule.groups.get(command.relation)
    if group is None or group.source != "named":
        named = ", ".join(relation for relation, one in rule.groups.items() if one.source == "named")
        raise Invalid(
            f"/relation: {rules(context).policy.name} has nobody named to rate as {command.relation}; "
            + (f"name one for {named}" if named else "its raters are drawn, and replace-rater takes the next"),
            field="/relation",
        )
    _open(rule, state, context)
    named_in_service(command.rater, context.today, "/rater", context.people)
    if command.rater in _parties(state, Roster(context.people, context.today)):
        raise Invalid(
            f"/rater: {command.rater} is the employee, or appraises or reviews; name somebody else", field="/rater"
        )
    before = state.assigned.raters.get(command.rater)
    if before is not None and before.standing is AssignmentStanding.ASSIGNED:
        raise AlreadyDone(f"/rater: {command.rater} is assigned already, as {before.relation}", field="/rater")
    validation.written(command.reason, "/reason", "the reason")
    by = context.actor.id
    on = context.today
    return [RaterNamed(on=on, rater=command.rater, relation=command.relation, by=by, reason=command.reason)]


def decline(command: DeclineAssignment, state: Appraisal, context: DrawContext) -> list[AppraisalEvent]:
    relation = declinable(command, state, context)
    return [
        RaterDeclined(
            on=context.today,
            rater=context.actor.id,
            relation=relation,
            reason=validation.written(command.reason, "/reason", "the reason"),
            instead=_next(relation, command.period, state, context),
        )
    ]


def declinable(command: DeclineAssignment, state: Appraisal, context: AppraisalContext) -> Relation:
    rater = context.actor.id
    one = state.assigned.raters.get(rater)
    if one is None or one.standing is not AssignmentStanding.ASSIGNED:
        raise NotFound(f"{rater} is not assigned to rate {command.employee} in {command.period}")
    unfinished(state)
    _open(assigning(context), state, context)
    _a_colleague(one.relation)
    if rater in state.ratings:
        raise AlreadyDone(f"{rater} has rated; withdraw that rating first, then decline")
    return one.relation


def replace_rater(command: ReplaceRater, state: Appraisal, context: DrawContext) -> list[AppraisalEvent]:
    relation = replaceable(command, state, context)
    return [
        RaterReplaced(
            on=context.today,
            rater=command.rater,
            relation=relation,
            by=context.actor.id,
            reason=validation.written(command.reason, "/reason", "the reason"),
            instead=_next(relation, command.period, state, context),
        )
    ]


def replaceable(command: ReplaceRater, state: Appraisal, context: AppraisalContext) -> Relation:
    unfinished(state)
    not_the_employee(state, context, "replace a rater")
    _open(assigning(context), state, context)
    one = state.assigned.raters.get(command.rater)
    if one is None or one.standing is not AssignmentStanding.ASSIGNED:
        raise NotFound(f"/rater: {command.rater} is not assigned to rate here; name one who is", field="/rater")
    _a_colleague(one.relation)
    return one.relation


def assigning(context: AppraisalContext) -> AssigningRule:
    """Raises Conflict where the policy assigns nobody."""
    rulebook = rules(context)
    if rulebook.assigning is None:
        raise Conflict(f"{rulebook.policy.name} assigns nobody; whoever stands so to the employee may rate")
    return rulebook.assigning


def may_rate(rater: str, relation: Relation, state: Appraisal, context: AppraisalContext) -> bool:
    """Whether the policy lets somebody rate by an assignment. Raises NotAllowed, TooEarly or TooLate where it would
    have them assigned and they are not, or it is not the time.
    """
    rule = rules(context).assigning
    if rule is None or relation not in rule.groups or relation not in BY_ASSIGNMENT:
        return False
    one = state.assigned.raters.get(rater)
    if one is None or one.relation is not relation or one.standing is not AssignmentStanding.ASSIGNED:
        raise NotAllowed(
            f"{rater} is not assigned to rate as {relation} here, and {rules(context).policy.name} assigns who does; "
            "HR assigns, and replaces who can't"
        )
    in_time(rule, state, context)
    return True


def in_time(rule: AssigningRule, state: Appraisal, context: AppraisalContext) -> None:
    """Raises TooEarly or TooLate outside of the days on which those who are assigned rate."""
    first, last = deadlines.rating_window(state.ends, rule, context.agency)
    if context.today < first:
        raise TooEarly(f"the time to rate begins on {first}, and ends with {last}")
    if context.today > last:
        raise TooLate(f"the time to rate ended with {last}; who had rated by then counts")


def _open(rule: AssigningRule, state: Appraisal, context: AppraisalContext) -> None:
    in_time(rule, state, context)
    if state.closed:
        raise NotOpen("the anonymous groups are closed, and nobody is assigned to rate any more")


def _a_colleague(relation: Relation) -> None:
    if relation not in BY_ASSIGNMENT:
        raise Conflict(f"who rates as {relation} does so by their place, and nobody comes in it by a draw")


def _taken(
    relation: Relation, group: AssignedGroup, command: AssignRaters, state: Appraisal, context: DrawContext
) -> AssignedRaters | None:
    """None of a group whose raters are named one by one."""
    match group.source:
        case "named":
            return None
        case "self":
            return AssignedRaters(relation, group.source, (state.employee,))
        case "superior":
            appraiser = acting_on(state, Roster(context.people, context.today)).appraiser
            return AssignedRaters(relation, group.source, () if appraiser is None else (appraiser,))
        case "unit" | "programme" | "unit_or_programme" | "subordinates":
            return _among(relation, group, command, state, context)
        case _:
            assert_never(group.source)


def _among(
    relation: Relation, group: AssignedGroup, command: AssignRaters, state: Appraisal, context: DrawContext
) -> AssignedRaters:
    there = context.candidates.get(relation, ())
    seed, order = None, sorted(there)
    if group.count is not None:
        seed, order = _order(relation, command.period, state, context)
    return AssignedRaters(
        relation,
        group.source,
        tuple(order[: group.count]),
        count=group.count,
        candidates=len(there),
        candidates_sha256=rater_draw.digest_of(there),
        seed=seed,
    )


def _order(relation: Relation, period: str, state: Appraisal, context: DrawContext) -> tuple[str, list[str]]:
    """The seed and the candidates in the order of the draw."""
    if context.salt is None:
        raise NotOpen(
            f"no draw of raters is open for {period}; send open-rater-draw before, so that its salt is in the log "
            "when the first is drawn"
        )
    seed = rater_draw.seed(context.agency.id, period, state.employee, relation, context.salt)
    return seed, rater_draw.drawn(context.candidates.get(relation, ()), seed)


def _next(relation: Relation, period: str, state: Appraisal, context: DrawContext) -> str | None:
    """None of a group where nobody is drawn."""
    drawn = state.assigned.drawn
    group = next((one for one in drawn.groups if one.relation is relation), None) if drawn else None
    if group is None or group.seed is None:
        return None
    _, order = _order(relation, period, state, context)
    return next_of(order, relation, state, Roster(context.people, context.today), context.rated)


def next_of(
    order: Iterable[str], relation: Relation, state: Appraisal, roster: Roster, rated: Collection[str]
) -> str | None:
    """The first of the draw who was never assigned here and serves on the day, and is not of the colleagues `rated` by
    the employee, where no two may rate each other; None where nobody is left.
    """
    passed = rated if relation is Relation.PEER else ()
    return next(
        (
            one
            for one in order
            if one not in state.assigned.raters and one not in passed and _there(roster.people(one), roster.today)
        ),
        None,
    )


def _there(tenure: Tenure | None, day: date) -> bool:
    return serves(tenure, day) and not is_exempt(tenure, day)


Span: TypeAlias = tuple[date, date]
"""A first and a last day."""


def candidates(
    relation: Relation,
    rule: AssigningRule,
    state: Appraisal,
    among: Iterable[str],
    roster: Roster,
    companions: Mapping[str, Sequence[Span]],
) -> Iterator[str]:
    """Who may be taken to rate, by the roster of the day on which the time to rate begins: who serves that day, is not
    exempt, is no party, and stood so to the employee on enough days of the period up to then.

    A colleague is in the unit of the appraisal, or in a programme with the employee, on the days that `companions` has;
    and neither above nor directly below them.
    """
    parties, people = _parties(state, roster), roster.people
    source = rule.groups[relation].source
    until = min(state.ends, roster.today)
    own = [*assignments_between(people(state.employee), state.starts, until)]
    above = {place.supervisor for _, _, place in own}
    least = max(rule.together, 1)
    for one in among:
        tenure = people(one)
        if one in parties or not _may_be_taken(tenure, roster.today):
            continue
        held = [*assignments_between(tenure, state.starts, until)]
        below = sum(_days(first, last) for first, last, place in held if place.supervisor == state.employee)
        if source == "subordinates":
            if below >= least:
                yield one
        elif not below and one not in above:
            in_unit = () if source == "programme" else _together(own, held, state.unit)
            in_programme = companions.get(one, ()) if source in OF_PROGRAMMES else ()
            if _days_in((*in_unit, *in_programme)) >= least:
                yield one


def _may_be_taken(tenure: Tenure | None, day: date) -> bool:
    return tenure is not None and serves(tenure, day) and not is_exempt(tenure, day) and not tenure.state_official


def _together(
    own: Iterable[tuple[date, date, Assignment]], others: Iterable[tuple[date, date, Assignment]], unit: str
) -> list[Span]:
    """On which days both were in the unit."""
    there = [(first, last) for first, last, place in others if place.unit == unit]
    return [
        (max(first, since), min(last, until))
        for first, last, place in own
        if place.unit == unit
        for since, until in there
        if first <= until and since <= last
    ]


def _days_in(spans: Iterable[Span]) -> int:
    """How many days there are in any of them: a day in several counts once."""
    days, counted = 0, date.min
    for first, last in sorted(spans):
        first = max(first, counted)
        if first <= last:
            days += _days(first, last)
            counted = last + timedelta(days=1)
    return days


def _days(first: date, last: date) -> int:
    return (last - first + timedelta(days=1)).days


def _parties(state: Appraisal, roster: Roster) -> set[str | None]:
    found = acting_on(state, roster)
    return {state.employee, state.appraiser, state.reviewer, found.appraiser, found.reviewer}


def rates_as_colleague(rater: str, state: Appraisal) -> bool:
    """Whether somebody is assigned to rate here as a colleague."""
    one = state.assigned.raters.get(rater)
    return one is not None and one.relation is Relation.PEER and one.standing is AssignmentStanding.ASSIGNED
