"""A period appraised in parts: each finalised by itself, then joined by months into the result of the whole."""

from itertools import pairwise

from neraca.domain import validation
from neraca.domain.appraisal import parties
from neraca.domain.appraisal.commands import JoinParts
from neraca.domain.appraisal.events import AppraisalEvent, Finalised, Joined, JoinedPart, Opened
from neraca.domain.appraisal.relations import may_fix, named_since, not_the_employee, roster_of, rules
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.contexts import JoiningContext, Part, PartsContext
from neraca.domain.errors import AlreadyDone, Blocked, Conflict, Invalid, NotFound, NotOpen
from neraca.domain.period import Period, parse


def join(command: JoinParts, state: Appraisal, context: JoiningContext) -> list[AppraisalEvent]:
    whole = joinable(command, state, context)
    scored = context.scored
    if scored.predicate is None or scored.blocked is not None:
        raise Blocked(f"there is no result: {scored.blocked or 'the policy gives no predicate'}")
    parts = [recorded(part) for part in context.parts]
    joined = Joined(
        on=context.today,
        parts=parts,
        predicate=scored.predicate,
        policy=scored.policy,
        position=scored.position,
        facts_digest=scored.facts_digest,
        engine=scored.engine,
        score=scored.score,
        nodes=scored.nodes,
        replaces=_finalised_again(command, state, parts),
    )
    return [whole, joined] if state.stage is Stage.UNOPENED else [joined]


def joinable(command: JoinParts, state: Appraisal, context: PartsContext) -> Opened:
    """Whoever may finalise the last part may join: its unit, appraiser and reviewer are those of the whole, which is
    returned as it would be opened.

    Raises all that can be refused before the result is computed.
    """
    period = validation.period(command.period)
    in_order(command.parts, period)
    last = context.parts[-1].state
    # Any part will do to be told why: whoever led an earlier part knows of the appraisal anyhow.
    asked = (state, *(part.state for part in context.parts))
    if not any(parties.sees(command.employee, one, context.actor, roster_of(context)) for one in asked):
        raise parties.no_part(command, context.actor)
    _known(context.parts)
    as_opened = Opened(
        employee=command.employee,
        period=command.period,
        starts=period.starts,
        ends=period.ends,
        unit=last.unit,
        appraiser=last.appraiser,
        reviewer=last.reviewer,
        position_class=last.position_class,
        # Else who has left would be told from the first day of the whole, where the last part named somebody else.
        since=named_since(last, context.people),
    )
    not_the_employee(last, context, "join the parts")
    may_fix(last, context, "join the parts")
    _by_months(command, period, context)
    _not_judged_whole(command, state, context)
    for part in context.parts:
        _settled(part)
    # Before the result is computed, though it is asked again with it: joining twice the same is refused cheaply.
    _finalised_again(command, state, [recorded(part) for part in context.parts])
    return as_opened


def in_order(labels: list[str], whole: Period) -> list[Period]:
    """Raises Invalid where they are not the whole, each month once, in order of time."""
    parts: list[Period] = []
    for at, label in enumerate(labels):
        try:
            parts.append(parse(label))
        except ValueError as unknown:
            raise Invalid(f"/parts/{at}: {unknown}", field=f"/parts/{at}") from None
    if len(parts) < 2:
        raise Invalid(f"/parts: name at least two parts of {whole.label}; one alone is finalised", field="/parts")
    if parts[0].starts != whole.starts or parts[-1].ends != whole.ends:
        said = f"{parts[0].starts} to {parts[-1].ends}, and {whole.label} is {whole.starts} to {whole.ends}"
        raise Invalid(f"/parts: they are {said}; name all of its parts, in order of time", field="/parts")
    for at, (one, other) in enumerate(pairwise(parts), 1):
        if (other.starts - one.ends).days != 1:
            fault = "overlaps" if other.starts <= one.ends else "leaves a gap after"
            raise Invalid(
                f"/parts/{at}: {other.label} {fault} {one.label}; each month counts once, in order of time",
                field=f"/parts/{at}",
            )
    return parts


def _known(parts: tuple[Part, ...]) -> None:
    for at, part in enumerate(parts):
        if part.state.stage is Stage.UNOPENED:
            raise NotFound(f"/parts/{at}: no appraisal for {part.period}; HR opens it", field=f"/parts/{at}")


def _by_months(command: JoinParts, period: Period, context: PartsContext) -> None:
    rulebook = rules(context)
    if not rulebook.segments:
        raise Conflict(
            f"{rulebook.policy.name}, which rules at the end of {command.period}, doesn't say how "
            "parts are joined; it needs period.segments, or the period is appraised as a whole"
        )
    if period.cycle != rulebook.cycle:
        raise Invalid(
            f"/period: policy {rulebook.policy.id} appraises by the {rulebook.cycle}, and {command.period} is a "
            f"{period.cycle}",
            field="/period",
        )


def _not_judged_whole(command: JoinParts, state: Appraisal, context: PartsContext) -> None:
    """An appraisal of a period that a rule has come to cut can't be finalised any more; only then it may be joined."""
    if state.stage is Stage.UNOPENED or state.joined is not None:
        return
    if state.stage is Stage.FINAL:
        raise Conflict(f"{command.period} was finalised as a whole; what counts is that result")
    if not context.is_split:
        raise Conflict(f"{command.period} is appraised as a whole; finalise it, and don't join parts")


def recorded(part: Part) -> JoinedPart:
    """What is joined of a finalised part. Raises NotOpen for another."""
    final = _finalised(part)
    return JoinedPart(
        period=part.period,
        months=parse(part.period).months,
        position=part.position,
        predicate=final.predicate,
        policy=final.policy,
        score=final.score,
        nodes=final.nodes,
    )


def _finalised(part: Part) -> Finalised:
    if part.state.finalised is None:
        raise NotOpen(f"/parts: {part.period} is not final; finalise it first", field="/parts")
    return part.state.finalised


def _settled(part: Part) -> None:
    state = part.state
    # The whole would rest on what may yet be amended.
    if state.objection is not None and not state.objection_decided:
        raise NotOpen(f"/parts: an objection to {part.period} is pending; join when it is decided", field="/parts")


def _finalised_again(command: JoinParts, state: Appraisal, parts: list[JoinedPart]) -> tuple[str, ...]:
    """Which parts were finalised since they were joined."""
    if state.joined is None:
        return ()
    before = {part.period: part.position for part in state.joined.parts}
    again = tuple(part.period for part in parts if before.get(part.period) != part.position)
    if not again:
        raise AlreadyDone(f"{command.period} was joined from these parts, and none was finalised again since")
    return again
