"""A period appraised in parts: each finalised by itself, then joined by months into the result of the whole.

So is a year of which the policy appraises the quarters, months or halves, where it says how they become the year.
"""

from itertools import pairwise

from neraca.domain import validation
from neraca.domain.appraisal import parties
from neraca.domain.appraisal.commands import JoinParts
from neraca.domain.appraisal.events import AppraisalEvent, Finalised, Joined, JoinedPart, Opened
from neraca.domain.appraisal.relations import may_fix, named_since, not_the_employee, roster_of, rules
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.assignments import Tenure, assignments_owed, months_exempt, months_owed
from neraca.domain.contexts import JoiningContext, Part, PartsContext, Unruled
from neraca.domain.errors import AlreadyDone, Blocked, Conflict, Invalid, NotFound, NotOpen, TooEarly
from neraca.domain.period import Period, of_months, parse


def join(command: JoinParts, state: Appraisal, context: JoiningContext) -> list[AppraisalEvent]:
    whole = joinable(command, state, context)
    scored = context.scored
    if scored.predicate is None or scored.blocked is not None:
        raise Blocked(f"there is no result: {scored.blocked or 'the policy gives no predicate'}")
    parts = recorded(command, context)
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
        documented=True,
    )
    return [whole, joined] if state.stage is Stage.UNOPENED else [joined]


def joinable(command: JoinParts, state: Appraisal, context: PartsContext) -> Opened:
    """Whoever may finalise the last part may join: its unit, appraiser and reviewer are those of the whole, which is
    returned as it would be opened.

    Raises all that can be refused before the result is computed.
    """
    period = validation.period(command.period)
    yearly = is_annual(period, context)
    in_order(command.parts, period, yearly=yearly)
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
        acting_for=last.acting_for,
    )
    not_the_employee(last, context, "join the parts")
    may_fix(last, context, "join the parts", annual=yearly or None)
    if yearly:
        _all_months(command, period, context)
    else:
        _by_months(command, period, context)
    _not_judged_whole(command, state, context)
    for part in context.parts:
        _settled(part)
    # Before the result is computed, though it is asked again with it: joining twice the same is refused cheaply.
    _finalised_again(command, state, recorded(command, context))
    return as_opened


def is_annual(whole: Period, context: PartsContext) -> bool:
    """Whether it is a year whose periods are appraised, and the policy of the last says how they become the year."""
    return whole.cycle == "year" and not isinstance(context.ruling, Unruled) and context.ruling.annual


def months_served(period: Period, tenure: Tenure | None) -> int:
    """Those of its months in which the employee was in service and not exempt, be it for a day.

    The texts count a part of a year by its months and don't say when one counts: that a month begun does is ours.
    """
    return len(months_owed(tenure, period.starts, period.ends))


def months_weighed(period: Period, tenure: Tenure | None, *, yearly: bool) -> int:
    """By how many months a part weighs: in a year out of its periods those served, else all but those exempt."""
    if yearly:
        return months_served(period, tenure)
    return period.months - len(months_exempt(tenure, period.starts, period.ends))


def named(labels: list[str], whole: Period) -> list[Period]:
    """The parts that the labels name, whether they make up the whole or not. Raises Invalid for none or too many."""
    if not labels:
        raise Invalid(f"/parts: name the finalised parts of {whole.label}, in order of time", field="/parts")
    if len(labels) > whole.months:
        raise Invalid(f"/parts: {whole.label} has no more parts than its {whole.months} months", field="/parts")
    parts: list[Period] = []
    for at, label in enumerate(labels):
        try:
            parts.append(parse(label))
        except ValueError as unknown:
            raise Invalid(f"/parts/{at}: {unknown}", field=f"/parts/{at}") from None
    return parts


def in_order(labels: list[str], whole: Period, *, yearly: bool = False) -> list[Period]:
    """Raises Invalid where they are not the whole, each month once, in order of time; or, of a year that is made of its
    periods, some of it: whoever came late, left early or was exempt has no others.
    """
    parts = named(labels, whole)
    if yearly:
        _within(parts, whole)
    elif len(parts) < 2:
        raise Invalid(f"/parts: name at least two parts of {whole.label}; one alone is finalised", field="/parts")
    elif parts[0].starts != whole.starts or parts[-1].ends != whole.ends:
        said = f"{parts[0].starts} to {parts[-1].ends}, and {whole.label} is {whole.starts} to {whole.ends}"
        raise Invalid(f"/parts: they are {said}; name all of its parts, in order of time", field="/parts")
    for at, (one, other) in enumerate(pairwise(parts), 1):
        # Of a year it is asked once it is known what is due: months of an exemption are not.
        if (other.starts - one.ends).days != 1 and not (yearly and one.ends < other.starts):
            fault = "overlaps" if other.starts <= one.ends else "leaves a gap after"
            raise Invalid(
                f"/parts/{at}: {other.label} {fault} {one.label}; each month counts once, in order of time",
                field=f"/parts/{at}",
            )
    return parts


def _within(parts: list[Period], whole: Period) -> None:
    for at, part in enumerate(parts):
        if part == whole or not (whole.starts <= part.starts and part.ends <= whole.ends):
            raise Invalid(f"/parts/{at}: {part.label} is no period within {whole.label}", field=f"/parts/{at}")


def _known(parts: tuple[Part, ...]) -> None:
    for at, part in enumerate(parts):
        if part.state.stage is Stage.UNOPENED:
            raise NotFound(f"/parts/{at}: no appraisal for {part.period}; HR opens it", field=f"/parts/{at}")


def _by_months(command: JoinParts, period: Period, context: PartsContext) -> None:
    rulebook = rules(context)
    if period.cycle != rulebook.cycle:
        needs = "; for a year of its periods it needs period.annual" if period.cycle == "year" else ""
        if needs and rulebook.judged_year:
            needs = "; it judges the year anew, so open-appraisal for it"
        raise Invalid(
            f"/period: policy {rulebook.policy.id} appraises by the {rulebook.cycle}, and {command.period} is a "
            f"{period.cycle}{needs}",
            field="/period",
        )
    if not rulebook.segments:
        raise Conflict(
            f"{rulebook.policy.name}, which rules at the end of {command.period}, doesn't say how "
            "parts are joined; it needs period.segments, or the period is appraised as a whole"
        )


def _all_months(command: JoinParts, year: Period, context: PartsContext) -> None:
    """Who names the periods could else leave out a bad one. Raises Invalid for a month of which an appraisal is due and
    none is named, and for a period without a month of service.
    """
    # Annual evaluation begins with the end of December (PermenPANRB 6/2022, annex p. 90), also of who left before.
    if context.today < year.ends:
        raise TooEarly(f"{command.period} ends on {year.ends}; no year is evaluated before")
    tenure = context.people(command.employee)
    parts = [parse(label) for label in command.parts]
    for at, part in enumerate(parts):
        if months_served(part, tenure) == 0:
            raise Invalid(
                f"/parts/{at}: {command.employee} did not serve in {part.label}, or was exempt; leave it out",
                field=f"/parts/{at}",
            )
    due = _months_due(year, tenure, context)
    covered = {month for part in parts for month in range(part.starts.month, part.ends.month + 1)}
    missing = [month for month in due if month not in covered]
    if missing:
        until = next(month for month in missing if month + 1 not in missing)
        label = of_months(year.starts.year, missing[0], until).label
        raise Invalid(
            f"/parts: {command.employee} served in {label} as well; finalise that too and name it, as the year counts "
            "all months of service",
            field="/parts",
        )


def _months_due(year: Period, tenure: Tenure | None, context: PartsContext) -> list[int]:
    """In which the employee could be appraised: under a superior, in a unit that took part."""
    due: set[int] = set()
    for begins, ends, place in assignments_owed(tenure, year.starts, year.ends):
        unit = context.agency.units.get(place.unit)
        if place.supervisor is not None and unit is not None and unit.activated is not None and unit.activated <= ends:
            due.update(range(max(begins, unit.activated).month, ends.month + 1))
    return sorted(due)


def _not_judged_whole(command: JoinParts, state: Appraisal, context: PartsContext) -> None:
    """An appraisal of a period that a rule has come to cut can't be finalised any more; only then it may be joined."""
    if state.stage is Stage.UNOPENED or state.joined is not None:
        return
    if state.stage is Stage.FINAL:
        raise Conflict(f"{command.period} was finalised as a whole; what counts is that result")
    if not context.is_split:
        raise Conflict(f"{command.period} is appraised as a whole; finalise it, and don't join parts")


def recorded(command: JoinParts, context: PartsContext) -> list[JoinedPart]:
    """What is joined of the finalised parts. Raises NotOpen where one is not final."""
    yearly, tenure = is_annual(validation.period(command.period), context), context.people(command.employee)
    return [_recorded(part, months_weighed(parse(part.period), tenure, yearly=yearly)) for part in context.parts]


def _recorded(part: Part, months: int) -> JoinedPart:
    final = _fixed(part)
    return JoinedPart(
        period=part.period,
        months=months,
        position=part.position,
        predicate=final.predicate,
        policy=final.policy,
        score=final.score,
        nodes=final.nodes,
    )


def is_fixing(event: object) -> bool:
    """Whether an event gives a part the result that may be joined: evaluated, or taken over from the period before."""
    return isinstance(event, Finalised) or (isinstance(event, Joined) and event.reused)


def _fixed(part: Part) -> Finalised | Joined:
    if part.state.joined is not None and part.state.joined.reused:
        return part.state.joined
    if part.state.joined is not None:
        names = ", ".join(one.period for one in part.state.joined.parts)
        raise NotOpen(f"/parts: {part.period} is itself joined from {names}; name those instead", field="/parts")
    if part.state.finalised is None:
        raise NotOpen(f"/parts: {part.period} is not final; finalise it first", field="/parts")
    return part.state.finalised


def _settled(part: Part) -> None:
    state = part.state
    # The whole would rest on what may yet be amended.
    if state.objection is not None and not state.objection_decided:
        raise NotOpen(f"/parts: an objection to {part.period} is pending; join when it is decided", field="/parts")


def _finalised_again(command: JoinParts, state: Appraisal, parts: list[JoinedPart]) -> tuple[str, ...]:
    """Which parts were finalised since they were joined: none where only months count otherwise, as service or an
    exemption was corrected. Raises AlreadyDone where the same would be joined.
    """
    if state.joined is None:
        return ()
    before = {part.period: part.position for part in state.joined.parts}
    again = tuple(part.period for part in parts if before.get(part.period) != part.position)
    if not again and _weighed(parts) == _weighed(state.joined.parts):
        raise AlreadyDone(f"{command.period} was joined from these parts, and none was finalised again since")
    return again


def _weighed(parts: list[JoinedPart]) -> list[tuple[str, int]]:
    return [(part.period, part.months) for part in parts]
