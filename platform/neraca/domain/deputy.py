"""What an appraiser or reviewer hands on to another for a time (pelaksana harian), and what is done in their place.

Whoever acts for another has that other's relation to an appraisal and their own roles; the event names both. A rating
as a peer, one's own plan or objection are personal and are never done for another; nor does anybody act for another
where they have a part of their own. What is handed on is not handed on again.
"""

from collections.abc import Iterable

from neraca.domain.appraisal import commands as ask
from neraca.domain.assignments import Roster, serves
from neraca.domain.cascade import links
from neraca.domain.cohort import commands as of_cohort
from neraca.domain.contexts import Actor
from neraca.domain.delegation import Delegation
from neraca.domain.development.own_plan import AnswerDevelopment
from neraca.domain.errors import NotAllowed
from neraca.domain.registry import Command
from neraca.domain.vocabulary import Relation
from neraca.domain.workplan import commands as work

BY_EITHER_OF_TWO = (
    ask.ProposePlanChange,
    ask.AgreeToPlanChange,
    ask.DeclinePlanChange,
    work.ProposeWorkPlanChange,
    work.AgreeToWorkPlanChange,
    work.DeclineWorkPlanChange,
    links.LinkResult,
    links.RelinkResult,
    links.UnlinkResult,
    links.NotePlanTalk,
)
"""What the employee or whoever is above does with a plan: personal for the one, handed on by the other."""

IN_THE_PLACE_OF = (
    *BY_EITHER_OF_TWO,
    ask.ReturnPlan,
    ask.ApprovePlan,
    ask.ReviseTarget,
    ask.ReviseTerms,
    ask.TakeOverResult,
    ask.ReviseTakeOver,
    ask.AddSpecialExpectation,
    ask.RecordGuidance,
    ask.AcceptReport,
    ask.ReturnReport,
    ask.Rate,
    ask.GiveFeedback,
    ask.RequestFeedback,
    ask.CloseRatings,
    ask.JudgeLevel,
    ask.AssessCompetencies,
    ask.Finalise,
    ask.JoinParts,
    ask.ProposeReuse,
    ask.IssueDocument,
    ask.DeliverDocument,
    ask.ReportDocument,
    ask.ExplainObjection,
    ask.DecideObjection,
    ask.RecordFollowUp,
    work.ReturnWorkPlan,
    work.ApproveWorkPlan,
    work.ReviseWorkPlan,
    work.TakeOverPlannedResult,
    AnswerDevelopment,
    of_cohort.OpenCohort,
    of_cohort.JudgeCohort,
    of_cohort.CalibratePredicate,
    of_cohort.CloseCohort,
)
"""What an appraiser or reviewer does as such."""


def acting(actor: Actor, whom: str, handed_on: Iterable[Delegation], roster: Roster) -> Actor:
    """Who the actor is while acting for another. Raises NotAllowed, alike for whoever is not there to delegate."""
    holds = any(one.to == actor.id and one.holds(roster.today) for one in handed_on)
    # One who has left has nothing to hand on: who stands in is then told by the roster.
    if not holds or not serves(roster.people(whom), roster.today) or not serves(roster.people(actor.id), roster.today):
        raise NotAllowed(
            f"{whom} has delegated nothing to {actor.id} that holds on {roster.today}; {whom} or HR must send delegate"
        )
    return Actor(whom, actor.roles, actor.agency)


def may_be_handed_on(command: Command, whom: str) -> None:
    """Raises NotAllowed for what everybody does for themselves, as `whom` would here, and for what a role does."""
    match command:
        case ask.Rate():
            personal = command.relation is not Relation.SUPERVISOR
        case _ if isinstance(command, BY_EITHER_OF_TWO):
            personal = command.employee == whom
        case _:
            personal = not isinstance(command, IN_THE_PLACE_OF)
    if personal:
        tag = command.__struct_config__.tag
        raise NotAllowed(f"{tag} is not done for another; send it without Neraca-On-Behalf-Of")


def apart(command: Command, deputy: str) -> None:
    """Raises NotAllowed for who would answer their own plan in the place of whoever is above them."""
    if getattr(command, "employee", None) == deputy:
        raise NotAllowed(f"{deputy} has a part of their own in this plan, and acts for nobody else in it")
