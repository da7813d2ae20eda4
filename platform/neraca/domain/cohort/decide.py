"""Which rule answers which command to a cohort."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import assert_never

from neraca.domain import validation
from neraca.domain.assignments import Roster, upwards
from neraca.domain.cohort.achievements import led, organisation_of
from neraca.domain.cohort.commands import (
    CalibratePredicate,
    CloseCohort,
    CohortCommand,
    JudgeCohort,
    OpenCohort,
    ReopenCohort,
    ToCohort,
)
from neraca.domain.cohort.events import (
    CohortClosed,
    CohortEvent,
    CohortJudged,
    CohortOpened,
    CohortReopened,
    CurveBreach,
    Judged,
    PredicateCalibrated,
)
from neraca.domain.cohort.state import Cohort, CohortStage, counts
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import (
    Actor,
    CohortClosingContext,
    CohortJudgingContext,
    CohortMovingContext,
    CohortOpeningContext,
    Context,
    Unruled,
    having,
)
from neraca.domain.errors import (
    AlreadyDone,
    Blocked,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotOneInForce,
    NotOpen,
    TooEarly,
)
from neraca.domain.text_kinds import counted
from neraca.domain.vocabulary import Role

_NAMED = 5
"""People whom a refusal names at the most."""


def permit(command: CohortCommand, actor: Actor, roster: Roster | None = None) -> None:
    """The appraiser, who is next above, and HR, but that HR judges nobody anew. Raises NotAllowed, alike for a cohort
    that is not there.
    """
    if Role.HR in actor.roles and not isinstance(command, CalibratePredicate):
        return
    if roster is None or actor.id in leaders(command, roster):
        return
    tag = command.__struct_config__.tag
    raise NotAllowed(
        f"only the appraiser {command.appraiser} or their superior may send {tag} for their people; you are {actor.id}"
    )


def leaders(command: ToCohort, roster: Roster) -> tuple[str, ...]:
    """Whoever holds the post of the appraiser in the period, and the next superior; in the place of one who left
    comes who is above.
    """
    since = min(validation.period(command.period).ends, roster.today)
    return tuple(islice(upwards(roster.people, command.appraiser, since, roster.today), 2))


def decide(command: CohortCommand, state: Cohort, context: Context) -> list[CohortEvent]:
    permit(command, context.actor, Roster(context.people, context.today))
    match command:
        case OpenCohort():
            return [_open(command, state, having(CohortOpeningContext, context))]
        case JudgeCohort():
            return [_judge(command, state, having(CohortJudgingContext, context))]
        case CalibratePredicate():
            return [_calibrate(command, state, having(CohortMovingContext, context))]
        case CloseCohort():
            return [_close(command, state, having(CohortClosingContext, context))]
        case ReopenCohort():
            return [_reopen(command, state, context)]
        case _:
            assert_never(command)


def _open(command: OpenCohort, state: Cohort, context: CohortOpeningContext) -> CohortOpened:
    openable(command, state, context)
    if not context.members:
        # Before the rule is asked for, as it is that of most members.
        raise NotFound(
            f"{command.appraiser} appraises nobody in {command.period}; HR opens appraisals first; a year that is "
            "joined of its periods comes about by join-parts"
        )
    rulebook = _rules(context.ruling, context)
    rule = rulebook.distribution
    if rule is None or rule.mode == "off":
        raise Conflict(
            f"{rulebook.policy.name} asks for no distribution over the people of an appraiser; results are finalised "
            "one by one"
        )
    period = validation.period(command.period)
    unit = led(command, context.units)
    organisation = organisation_of(unit, period, context.achieved, context.today, last_year=command.last_year)
    if organisation is None and rule.mode == "enforce":
        raise Blocked(
            f"no predicate of {unit.unit} for {command.period} is published, and without one no curve can be kept; an "
            "official sends publish-achievement"
        )
    return CohortOpened(
        appraiser=command.appraiser,
        period=command.period,
        unit=unit.unit,
        members=list(context.members),
        policy=rulebook.policy,
        mode=rule.mode,
        predicates=sorted(rulebook.ranks, key=rulebook.ranks.__getitem__, reverse=True),
        on=context.today,
        organisation=organisation,
    )


def openable(command: OpenCohort, state: Cohort, context: Context) -> None:
    """Raises all that can be refused before its members are looked up."""
    period = validation.period(command.period)
    if context.today < period.ends:
        raise TooEarly(f"{command.period} ends on {period.ends}; nobody is judged before")
    if state.stage is CohortStage.CLOSED:
        raise NotOpen("the cohort is closed; HR must send reopen-cohort first")
    # Judged again and again, a predicate that moves would tell what an anonymous rater has given since.
    if state.judgements and Role.HR not in context.actor.roles:
        raise NotAllowed("the cohort was judged already; HR must open it again")


def _judge(command: JudgeCohort, state: Cohort, context: CohortJudgingContext) -> CohortJudged:
    judgeable(command, state, context)
    _same_members(state, context.present)
    blocked = [name for name, outcome in context.outcomes.items() if not isinstance(outcome, Judged)]
    if blocked:
        why = context.outcomes[blocked[0]]
        raise Blocked(
            f"{_listed(blocked)} have no predicate yet; {blocked[0]}: {why}; of whoever owes no appraisal, as an "
            "exempt one, HR cancels it, and the cohort is opened again"
        )
    return CohortJudged(
        outcomes={name: outcome for name, outcome in context.outcomes.items() if isinstance(outcome, Judged)}
    )


def judgeable(command: JudgeCohort, state: Cohort, context: Context) -> None:
    """Raises all that can be refused before anybody is judged."""
    _opened(command, state)
    _no_member(state, context)
    if state.stage is not CohortStage.OPEN:
        raise AlreadyDone("the cohort was judged already; HR must open it again where facts have changed")


def _calibrate(command: CalibratePredicate, state: Cohort, context: CohortMovingContext) -> PredicateCalibrated:
    opened = _opened(command, state)
    _no_member(state, context)
    _judged(state)
    validation.known(
        command.employee, state.members.keys(), "/employee", f"the cohort of {command.appraiser} has no {{}}"
    )
    validation.known(command.predicate, opened.predicates, "/predicate", f"{opened.policy.id} has no predicate {{}}")
    validation.written(command.reason, "/reason", "the reason")
    standing = state.members[command.employee]
    before, judged = standing.predicate, standing.judged
    if judged is None or before is None:
        raise NotOpen("the cohort is not judged; send judge-cohort first")
    if judged.final or command.employee in context.final:
        raise Conflict(
            f"/employee: the result of {command.employee} is final; an objection may change it", field="/employee"
        )
    if command.predicate == before:
        raise AlreadyDone(f"/predicate: {command.employee} has {before} already", field="/predicate")
    if judged.allowed and command.predicate not in judged.allowed:
        raise Invalid(
            f"/predicate: what is recorded of {command.employee} leaves only {', '.join(judged.allowed)}",
            field="/predicate",
        )
    return PredicateCalibrated(
        employee=command.employee,
        before=before,
        after=command.predicate,
        by=context.actor.id,
        reason=command.reason,
    )


def _close(command: CloseCohort, state: Cohort, context: CohortClosingContext) -> CohortClosed:
    opened = closable(command, state, context)
    _same_members(state, context.present)
    _as_fixed(state, context.final)
    if opened.mode == "enforce" and context.breaches:
        raise Blocked(
            f"{opened.policy.name} enforces its curve: {'; '.join(map(told, context.breaches))}; calibrate-predicate "
            "mends it, and `neraca policy distribution --appraisers` tells the fewest changes"
        )
    if opened.mode == "enforce" and context.unchecked is not None and not context.small:
        raise Blocked(f"{opened.policy.name} enforces its curve, which could not be asked: {context.unchecked}")
    return CohortClosed(
        on=context.today,
        counts=counts(state),
        breaches=list(context.breaches),
        unchecked=context.unchecked,
    )


def _as_fixed(state: Cohort, final: Mapping[str, str]) -> None:
    """Raises Conflict where a result was fixed while its predicate was moved, and is not what it was moved to."""
    other = next((name for name, predicate in final.items() if state.members[name].predicate != predicate), None)
    if other is not None:
        raise Conflict(
            f"the result of {other} became final with {final[other]}, and the cohort has it moved to "
            f"{state.members[other].predicate}; HR must send open-cohort, and it is judged again"
        )


def closable(command: CloseCohort, state: Cohort, context: Context) -> CohortOpened:
    """The opening. Raises all that can be refused before the curve is asked."""
    opened = _opened(command, state)
    _no_member(state, context)
    if state.stage is CohortStage.CLOSED:
        raise AlreadyDone("the cohort is closed already")
    _judged(state)
    return opened


def _reopen(command: ReopenCohort, state: Cohort, context: Context) -> CohortReopened:
    _opened(command, state)
    if state.stage is not CohortStage.CLOSED:
        raise NotOpen("the cohort is not closed; there is nothing to reopen")
    return CohortReopened(reason=validation.written(command.reason, "/reason", "the reason"))


def told(breach: CurveBreach) -> str:
    """A breach in words: «at most 7 of sangat_baik, found 9»."""
    most = "at most" if breach.kind in ("max", "none_of") else "at least"
    return f"{most} {breach.limit} of {' or '.join(breach.predicates)}, found {breach.found}"


def _rules(ruling: Rulebook | Unruled, context: Context) -> Rulebook:
    if isinstance(ruling, Unruled):
        raise NotOneInForce(f"no policy is in force in {context.agency.id} for this period; {ruling.why}")
    return ruling


def _opened(command: ToCohort, state: Cohort) -> CohortOpened:
    if state.opened is None:
        raise NotFound(f"{command.appraiser} has no cohort for {command.period}; send open-cohort first")
    return state.opened


def _judged(state: Cohort) -> None:
    if state.stage is CohortStage.CLOSED:
        raise NotOpen("the cohort is closed; HR must send reopen-cohort first")
    if state.stage is not CohortStage.JUDGED:
        raise NotOpen("the cohort is not judged; send judge-cohort first")


def _no_member(state: Cohort, context: Context) -> None:
    """Raises NotAllowed for one who would judge those whom they are judged beside, as a deputy may."""
    actors = {context.actor.id, context.deputy}
    own = next((name for name in state.members if name in actors), None)
    if own is not None:
        raise NotAllowed(f"{own} is of this cohort, and judges nobody in it; the superior must do it")


def _same_members(state: Cohort, present: Iterable[str]) -> None:
    now = set(present)
    came, left = sorted(now - state.members.keys()), sorted(state.members.keys() - now)
    if came or left:
        changes = [f"{_listed(came)} came" if came else "", f"{_listed(left)} left" if left else ""]
        raise Conflict(f"the cohort is not as it was opened: {' and '.join(filter(None, changes))}; open it again")


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {counted(more, 'other')}" if more > 0 else "")
