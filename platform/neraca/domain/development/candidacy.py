"""For what an employee is considered by the results of several periods: a reward, a promotion, a box of talents, what
follows from poor results.

A policy says what it makes of the facts; that is recorded with each step, so that it can be reckoned again. Who lists,
nominates, answers, decides, and revises a decision is always a person, never of themselves.
"""

from enum import Enum, auto
from typing import TypeAlias, assert_never

from msgspec import Struct

from neraca.domain import validation
from neraca.domain.assignments import named_in_service
from neraca.domain.contexts import Context, having
from neraca.domain.development.considered import Considered
from neraca.domain.development.contexts import CandidacyContext, WeighingContext
from neraca.domain.errors import AlreadyDone, Blocked, NotAllowed, NotFound, NotOpen, TooEarly
from neraca.domain.text_kinds import Nip, PeriodLabel, Prose, ProseIfAny, Title
from neraca.domain.vocabulary import CandidacyKind, Role


class OfCandidacy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    employee: str
    kind: CandidacyKind
    period: str


class CandidacyAssessed(OfCandidacy, frozen=True, tag="candidacy.assessed"):
    """What the policy makes of the employee, for a list: nobody has nominated them by that."""

    considered: Considered


class CandidateNominated(OfCandidacy, frozen=True, tag="candidacy.nominated"):
    """Anew, where they were refused without having accepted: they are asked again."""

    considered: Considered
    by: str
    reason: str


class CandidacyAnswered(OfCandidacy, frozen=True, tag="candidacy.answered"):
    """By the candidate. Of discipline it is what they say to it; nothing hangs on whether they accept."""

    accepted: bool
    answer: str = ""


class CandidacyDecided(OfCandidacy, frozen=True, tag="candidacy.decided"):
    """`granted`: they get it, or of discipline it follows. `decree` is what enacts it."""

    granted: bool
    considered: Considered
    reason: str
    decree: str | None = None


class CandidacyRevised(OfCandidacy, frozen=True, tag="candidacy.revised"):
    """Takes the place of the decision before; that stays readable."""

    granted: bool
    considered: Considered
    reason: str
    decree: str | None = None


class CandidacyWithdrawn(OfCandidacy, frozen=True, tag="candidacy.withdrawn"):
    """Before a decision. They may be nominated anew."""

    reason: str


CandidacyEvent: TypeAlias = (
    CandidacyAssessed
    | CandidateNominated
    | CandidacyAnswered
    | CandidacyDecided
    | CandidacyRevised
    | CandidacyWithdrawn
)


class ToCandidacy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    employee: Nip
    kind: CandidacyKind
    period: PeriodLabel


class AssessCandidacy(ToCandidacy, frozen=True, tag="assess-candidacy"):
    """Records what the policy makes of the employee, for lists and boxes. By HR or an official."""


class NominateCandidate(ToCandidacy, frozen=True, tag="nominate-candidate"):
    """By the head of the employee's unit or HR; only of whom the policy makes a candidate."""

    reason: Prose


class AnswerCandidacy(ToCandidacy, frozen=True, tag="answer-candidacy"):
    accepted: bool
    answer: ProseIfAny = ""


class DecideCandidacy(ToCandidacy, frozen=True, tag="decide-candidacy"):
    """By an official who did not nominate. What the policy makes of the facts by now is recorded with it."""

    granted: bool
    reason: Prose
    decree: Title | None = None


class ReviseCandidacy(ToCandidacy, frozen=True, tag="revise-candidacy"):
    """Another decision in the place of the one before, or the same one by the facts of now."""

    granted: bool
    reason: Prose
    decree: Title | None = None


class WithdrawCandidacy(ToCandidacy, frozen=True, tag="withdraw-candidacy"):
    reason: Prose


CandidacyCommand: TypeAlias = (
    AssessCandidacy | NominateCandidate | AnswerCandidacy | DecideCandidacy | ReviseCandidacy | WithdrawCandidacy
)
Weighing: TypeAlias = AssessCandidacy | NominateCandidate | DecideCandidacy | ReviseCandidacy
"""Commands that ask what the policy makes of the facts."""


class Stage(Enum):
    NONE = auto()
    NOMINATED = auto()
    DECIDED = auto()


class State(Struct):
    """`considered` is what was recorded last. Changes in place."""

    stage: Stage = Stage.NONE
    considered: Considered | None = None
    nominated_by: str | None = None
    accepted: bool | None = None
    granted: bool | None = None


def evolve(state: State, event: CandidacyEvent) -> State:
    match event:
        case CandidacyAssessed():
            state.considered = event.considered
        case CandidateNominated():
            state.stage, state.considered = Stage.NOMINATED, event.considered
            state.nominated_by, state.accepted = event.by, None
        case CandidacyAnswered():
            state.accepted = event.accepted
        case CandidacyDecided() | CandidacyRevised():
            state.stage, state.considered, state.granted = Stage.DECIDED, event.considered, event.granted
        case CandidacyWithdrawn():
            state.stage, state.nominated_by, state.accepted = Stage.NONE, None, None
        case _:
            assert_never(event)
    return state


def decide(command: CandidacyCommand, state: State, context: Context) -> list[CandidacyEvent]:
    match command:
        case AssessCandidacy():
            return [_assessed(command, state, having(WeighingContext, context))]
        case NominateCandidate():
            return [_nominated(command, state, having(WeighingContext, context))]
        case AnswerCandidacy():
            return [_answered(command, state, context)]
        case DecideCandidacy():
            return [_decided(command, state, having(WeighingContext, context))]
        case ReviseCandidacy():
            return [_revised(command, state, having(WeighingContext, context))]
        case WithdrawCandidacy():
            return [_withdrawn(command, state, context)]
        case _:
            assert_never(command)


def weighable(command: Weighing, state: State, context: CandidacyContext) -> None:
    """Raises all that can be refused before the facts are gathered."""
    period = validation.period(command.period)
    if context.actor.id == command.employee:
        raise NotAllowed("nobody lists, nominates or decides on themselves; another does")
    if context.today < period.ends:
        raise TooEarly(f"/period: {command.period} ends on {period.ends}; its results come after", field="/period")
    match command:
        case AssessCandidacy():
            named_in_service(command.employee, context.today, "/employee", context.people)
            if state.stage is not Stage.NONE:
                raise NotOpen(f"{command.employee} is nominated already; what holds is told with that")
        case NominateCandidate():
            named_in_service(command.employee, context.today, "/employee", context.people)
            _head_or_hr(command, context)
            validation.written(command.reason, "/reason", "the reason")
            _nominable(command, state)
        case DecideCandidacy():
            validation.written(command.reason, "/reason", "the reason")
            _decidable(command, state, context)
            _serves_still(command, state, context)
        case ReviseCandidacy():
            validation.written(command.reason, "/reason", "the reason")
            if state.stage is not Stage.DECIDED:
                raise NotFound(f"nothing was decided on {command.employee} for {command.period}; decide first")
            _not_by_nominator(command, state, context)
            _serves_still(command, state, context)
        case _:
            assert_never(command)


def _serves_still(command: DecideCandidacy | ReviseCandidacy, state: State, context: CandidacyContext) -> None:
    """Nothing is newly granted to somebody who has left since they were nominated."""
    if command.granted and not state.granted:
        named_in_service(command.employee, context.today, "/employee", context.people)


def _nominable(command: NominateCandidate, state: State) -> None:
    if state.stage is Stage.NOMINATED:
        raise AlreadyDone(f"/employee: {command.employee} is nominated already", field="/employee")
    # Who was refused without their word is asked for it anew: a revision grants nothing that they have not accepted.
    if state.stage is Stage.DECIDED and (state.granted or state.accepted):
        raise AlreadyDone(
            f"/employee: {command.employee} was decided on already; revise-candidacy changes that", field="/employee"
        )


def _decidable(command: DecideCandidacy, state: State, context: CandidacyContext) -> None:
    if state.stage is Stage.DECIDED:
        raise AlreadyDone(
            f"/employee: {command.employee} was decided on already; revise-candidacy changes that", field="/employee"
        )
    if state.stage is not Stage.NOMINATED:
        raise NotOpen(f"{command.employee} is not nominated; nominate-candidate comes first")
    _not_by_nominator(command, state, context)


def _not_by_nominator(command: DecideCandidacy | ReviseCandidacy, state: State, context: CandidacyContext) -> None:
    if context.actor.id == state.nominated_by:
        raise NotAllowed(f"{context.actor.id} nominated {command.employee}, and nobody decides on what they proposed")


def _assessed(command: AssessCandidacy, state: State, context: WeighingContext) -> CandidacyAssessed:
    weighable(command, state, context)
    before, now = state.considered, context.considered
    if before is not None and (before.facts_digest, before.policy, before.outcome) == (
        now.facts_digest,
        now.policy,
        now.outcome,
    ):
        raise AlreadyDone(f"/period: nothing that was recorded of {command.period} has changed", field="/period")
    return CandidacyAssessed(
        employee=command.employee, kind=command.kind, period=command.period, considered=context.considered
    )


def _nominated(command: NominateCandidate, state: State, context: WeighingContext) -> CandidateNominated:
    weighable(command, state, context)
    _eligible(command, context.considered)
    return CandidateNominated(
        employee=command.employee,
        kind=command.kind,
        period=command.period,
        considered=context.considered,
        by=context.actor.id,
        reason=command.reason,
    )


def _answered(command: AnswerCandidacy, state: State, context: Context) -> CandidacyAnswered:
    if context.actor.id != command.employee:
        raise NotAllowed(f"there is nothing that {context.actor.id} may answer for {command.employee}")
    if state.stage is not Stage.NOMINATED:
        raise NotOpen(f"there is nothing that {command.employee} is asked for {command.period}")
    if state.accepted is not None:
        raise AlreadyDone(f"/accepted: {command.employee} gave an answer before", field="/accepted")
    return CandidacyAnswered(
        employee=command.employee,
        kind=command.kind,
        period=command.period,
        accepted=command.accepted,
        answer=command.answer,
    )


def _decided(command: DecideCandidacy, state: State, context: WeighingContext) -> CandidacyDecided:
    weighable(command, state, context)
    if command.granted:
        _eligible(command, context.considered)
        _accepted(command, state, context)
    return CandidacyDecided(
        employee=command.employee,
        kind=command.kind,
        period=command.period,
        granted=command.granted,
        considered=context.considered,
        reason=command.reason,
        decree=command.decree,
    )


def _revised(command: ReviseCandidacy, state: State, context: WeighingContext) -> CandidacyRevised:
    weighable(command, state, context)
    before, now = state.considered, context.considered
    same = before is not None and (before.facts_digest, before.policy) == (now.facts_digest, now.policy)
    if same and command.granted == state.granted:
        raise AlreadyDone(
            f"/granted: that is decided of {command.employee} already, by the same facts", field="/granted"
        )
    if command.granted:
        _eligible(command, now)
        if not state.granted:
            _accepted(command, state, context)
    return CandidacyRevised(
        employee=command.employee,
        kind=command.kind,
        period=command.period,
        granted=command.granted,
        considered=now,
        reason=command.reason,
        decree=command.decree,
    )


def _accepted(command: DecideCandidacy | ReviseCandidacy, state: State, context: WeighingContext) -> None:
    if context.asks and command.kind is not CandidacyKind.DISCIPLINE and not state.accepted:
        said = "has not answered yet" if state.accepted is None else "has declined"
        remedy = "; nominate-candidate asks them again" if state.stage is Stage.DECIDED else ""
        raise NotOpen(f"{command.employee} {said}; nothing is granted that the candidate has not accepted{remedy}")


def _withdrawn(command: WithdrawCandidacy, state: State, context: Context) -> CandidacyWithdrawn:
    if context.actor.id != state.nominated_by and Role.HR not in context.actor.roles:
        raise NotAllowed(f"only who nominated {command.employee}, or HR, may withdraw that; you are {context.actor.id}")
    if context.actor.id == command.employee:
        raise NotAllowed("nobody lists, nominates or decides on themselves; another does")
    validation.written(command.reason, "/reason", "the reason")
    if state.stage is not Stage.NOMINATED:
        raise NotOpen(f"{command.employee} is not nominated for {command.period}, so there is nothing to withdraw")
    return CandidacyWithdrawn(
        employee=command.employee, kind=command.kind, period=command.period, reason=command.reason
    )


def _eligible(command: Weighing, considered: Considered) -> None:
    if considered.outcome is None:
        raise Blocked(f"{command.employee} can't be considered: {considered.blocked or 'the policy gives no outcome'}")
    if not considered.eligible:
        raise Blocked(
            f"{considered.policy.name} makes {considered.outcome} of {command.employee}, with which nobody is "
            "nominated or granted anything"
        )


def _head_or_hr(command: NominateCandidate, context: CandidacyContext) -> None:
    if Role.HR not in context.actor.roles and context.actor.id != context.head:
        raise NotAllowed(
            f"only the head of the unit of {command.employee} or HR may nominate them; you are {context.actor.id}"
        )
