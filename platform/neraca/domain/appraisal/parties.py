"""Who has a part in an appraisal: asked before a version is compared or anything else is looked up. Its own state tells
it; only whether somebody acts in the place of one who left is asked of the roster.

Whoever has none is told the same whether the appraisal is there or not, so a refusal tells nobody what they may not
see. The decision then looks closer: at stand-ins, at places on the roster, at what the policy keeps apart.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.relations import acting_on, enacts
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.assignments import Roster
from neraca.domain.authorisation import sees_appraisals
from neraca.domain.command_rules import APPRAISER, EMPLOYEE, OFFICIAL, REVIEWER
from neraca.domain.contexts import Actor
from neraca.domain.errors import NotAllowed
from neraca.domain.vocabulary import Relation, Role

_HR = "hr"
_THE_EMPLOYEE = frozenset({EMPLOYEE})
_THE_APPRAISER = frozenset({APPRAISER, REVIEWER})
_EITHER = _THE_EMPLOYEE | _THE_APPRAISER

_MAY: Mapping[type[ask.ToAppraisal], frozenset[str]] = MappingProxyType(
    {
        ask.DraftPlan: _THE_EMPLOYEE,
        ask.SubmitPlan: _THE_EMPLOYEE,
        ask.ReturnPlan: _THE_APPRAISER,
        ask.ApprovePlan: _THE_APPRAISER,
        ask.TakePlan: frozenset({EMPLOYEE, APPRAISER, REVIEWER, _HR}),
        ask.ReviseTarget: _THE_APPRAISER,
        ask.ReviseTerms: _THE_APPRAISER,
        ask.ProposePlanChange: _EITHER,
        ask.AgreeToPlanChange: _EITHER,
        ask.DeclinePlanChange: _EITHER,
        ask.CountAlignment: frozenset({EMPLOYEE, APPRAISER, REVIEWER, _HR}),
        ask.TakeOverResult: _THE_APPRAISER,
        ask.ReviseTakeOver: _THE_APPRAISER,
        ask.AddSpecialExpectation: _THE_APPRAISER,
        ask.RecordGuidance: _THE_APPRAISER,
        ask.AnswerGuidance: _THE_EMPLOYEE,
        ask.ReportProgress: _THE_EMPLOYEE,
        ask.ReportActivity: _THE_EMPLOYEE,
        ask.AcceptReport: _THE_APPRAISER,
        ask.ReturnReport: _THE_APPRAISER,
        ask.RequestFeedback: frozenset({EMPLOYEE, APPRAISER, REVIEWER}),
        ask.CloseRatings: frozenset({APPRAISER, REVIEWER, _HR}),
        ask.JudgeLevel: _THE_APPRAISER,
        ask.AssessCompetencies: _THE_APPRAISER,
        ask.EstablishFact: frozenset({OFFICIAL}),
        ask.WithdrawFact: frozenset({OFFICIAL}),
        ask.Finalise: frozenset({APPRAISER, REVIEWER, OFFICIAL}),
        ask.ProposeReuse: _THE_APPRAISER,
        ask.AgreeToReuse: _THE_EMPLOYEE,
        ask.ReceiveDocument: _THE_EMPLOYEE,
        ask.IssueDocument: frozenset({APPRAISER, REVIEWER, OFFICIAL}),
        ask.DeliverDocument: frozenset({APPRAISER, REVIEWER, _HR}),
        ask.ReturnDocument: _THE_EMPLOYEE,
        ask.RefuseDocument: _THE_EMPLOYEE,
        ask.ReportDocument: frozenset({APPRAISER, REVIEWER, _HR}),
        ask.FileObjection: _THE_EMPLOYEE,
        ask.ExplainObjection: frozenset({EMPLOYEE, APPRAISER}),
        ask.DecideObjection: frozenset({REVIEWER, OFFICIAL}),
        ask.RecordFollowUp: frozenset({APPRAISER, OFFICIAL, _HR}),
    }
)
"""Who may at the most. A command that is neither here nor below is a KeyError, and passes nobody."""

_TOLD_ELSEWHERE = frozenset(
    {
        ask.OpenAppraisal,
        ask.CancelAppraisal,
        ask.CutAppraisal,
        ask.ReassignAppraisal,
        ask.JoinParts,
        ask.ObserveDeadlines,
        ask.GiveFeedback,
        ask.AssignRaters,
        ask.NameRater,
        ask.ReplaceRater,
    }
)
"""Whoever has the role may, or it must be looked up who has a part: opening, cancelling, reassigning and joining,
assigning raters, and feedback, which anybody of the agency may give.
"""

_NAMES = {
    EMPLOYEE: "the employee",
    APPRAISER: "the appraiser",
    REVIEWER: "the reviewer",
    OFFICIAL: "an official",
    _HR: "HR",
}


def permit(command: ask.AppraisalCommand, state: Appraisal, actor: Actor, roster: Roster | None = None) -> None:
    """Raises NotAllowed where it is plain that the actor may not."""
    match command:
        case ask.ReviseRating() | ask.WithdrawRating():
            _own_rating(command, state, actor, roster)
        case ask.WithdrawFeedback():
            _had_a_say(command, state, actor, roster, any(giver == actor.id for giver, _ in state.feedback.given))
        case ask.DeclineFeedback():
            _had_a_say(command, state, actor, roster, any(one.asked == actor.id for one in state.feedback.asked))
        case ask.DeclineAssignment():
            _had_a_say(command, state, actor, roster, actor.id in state.assigned.raters)
        case ask.Rate(relation=relation):
            if command.rater not in (None, actor.id) and relation is not Relation.CITIZEN:
                raise _only_for_themselves(actor)
            _may_rate(relation, command, state, actor, roster)
        case _:
            if type(command) not in _TOLD_ELSEWHERE:
                _among(_MAY[type(command)], command, state, actor, roster)


def apart(command: ask.ToAppraisal, state: Appraisal, deputy: Actor, roster: Roster | None = None) -> None:
    """Raises NotAllowed for who would act for another in an appraisal in which they have a part of their own."""
    if _held(command.employee, state, deputy, roster) & {EMPLOYEE, APPRAISER, REVIEWER}:
        raise NotAllowed(f"{deputy.id} has a part of their own in this appraisal, and acts for nobody else in it")


def sees(employee: str, state: Appraisal, actor: Actor, roster: Roster | None = None) -> bool:
    """Whether the actor may know of the appraisal of the employee, and how far its stream is."""
    return sees_appraisals(actor) or bool(_held(employee, state, actor, roster))


def _among(
    may: frozenset[str], command: ask.ToAppraisal, state: Appraisal, actor: Actor, roster: Roster | None
) -> None:
    held = _held(command.employee, state, actor, roster)
    # The decision tells that there is none, and only to those who would see it if there were.
    if state.stage is Stage.UNOPENED:
        if held & may or sees_appraisals(actor):
            return
    elif held & may:
        return
    elif sees(command.employee, state, actor, roster):
        who = " or ".join(_NAMES[one] for one in sorted(may))
        raise NotAllowed(f"only {who} of this appraisal may send {command.__struct_config__.tag}; you are {actor.id}")
    raise no_part(command, actor)


def no_part(command: ask.ToAppraisal, actor: Actor) -> NotAllowed:
    """In the same words for an appraisal that is not there."""
    return NotAllowed(
        f"there is no appraisal of {command.employee} for {command.period} in which {actor.id} may send "
        f"{command.__struct_config__.tag}"
    )


def _may_rate(
    relation: Relation, command: ask.ToAppraisal, state: Appraisal, actor: Actor, roster: Roster | None
) -> None:
    match relation:
        case Relation.SUPERVISOR:
            _among(_THE_APPRAISER, command, state, actor, roster)
        case Relation.SELF:
            _among(_THE_EMPLOYEE, command, state, actor, roster)
        case Relation.PEER | Relation.SUBORDINATE | Relation.CITIZEN | Relation.QUALITY_ASSURER:
            pass  # who stands so is looked up, and the decision does
        case _:
            assert_never(relation)


def _own_rating(
    command: ask.ReviseRating | ask.WithdrawRating, state: Appraisal, actor: Actor, roster: Roster | None
) -> None:
    # Citizens' ratings are in the surveyor's care; which one it is, the decision asks.
    if Role.SURVEYOR in actor.roles:
        return
    if command.rater not in (None, actor.id):
        raise _only_for_themselves(actor)
    if actor.id not in state.ratings and not sees(command.employee, state, actor, roster):
        raise no_part(command, actor)


def _had_a_say(command: ask.ToAppraisal, state: Appraisal, actor: Actor, roster: Roster | None, has: bool) -> None:
    """Whoever gave feedback or was asked for it knows of the appraisal; nobody else is told more than that it is not
    theirs.
    """
    if not has and not sees(command.employee, state, actor, roster):
        raise no_part(command, actor)


def _only_for_themselves(actor: Actor) -> NotAllowed:
    return NotAllowed(
        f"/rater: each rates, revises and withdraws for themselves only; you are {actor.id}", field="/rater"
    )


def _held(employee: str, state: Appraisal, actor: Actor, roster: Roster | None) -> frozenset[str]:
    """Those named hold their part, and so do those who act in the place of one who left."""
    # The roster is asked only for those whom it can give a part: most commands come from the employee or the appraiser.
    # A reviewer may have become the appraiser since.
    named = actor.id in (employee, state.appraiser) or state.stage is Stage.UNOPENED
    found = None if named else acting_on(state, roster)
    roles = {
        EMPLOYEE: actor.id == employee,
        APPRAISER: actor.id in (state.appraiser, found and found.appraiser),
        REVIEWER: actor.id in (state.reviewer, found and found.reviewer)
        or (found is not None and enacts(state, found, actor)),
        OFFICIAL: Role.OFFICIAL in actor.roles,
        _HR: Role.HR in actor.roles,
    }
    return frozenset(name for name, holds in roles.items() if holds)
