"""What an appraiser or reviewer hands on to another for a time (pelaksana harian), and what is done in their place.

Whoever acts for another has that other's relation to an appraisal and their own roles; the event names both. A rating
as a peer, one's own plan or objection are personal and are never done for another; nor does anybody act for another
where they have a part of their own. What is handed on is not handed on again.
"""

from collections.abc import Iterable

from neraca.domain.appraisal import commands as ask
from neraca.domain.assignments import Roster, serves
from neraca.domain.cohort import commands as of_cohort
from neraca.domain.contexts import Actor
from neraca.domain.delegation import Delegation
from neraca.domain.errors import NotAllowed
from neraca.domain.registry import Command
from neraca.domain.vocabulary import Relation
from neraca.domain.workplan.commands import ApproveWorkPlan, ReturnWorkPlan, ReviseWorkPlan, TakeOverPlannedResult

IN_THE_PLACE_OF = (
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
    ReturnWorkPlan,
    ApproveWorkPlan,
    ReviseWorkPlan,
    TakeOverPlannedResult,
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


def may_be_handed_on(command: Command) -> None:
    """Raises NotAllowed for what everybody does for themselves, and for what a role does."""
    personal = isinstance(command, ask.Rate) and command.relation is not Relation.SUPERVISOR
    if personal or not isinstance(command, IN_THE_PLACE_OF):
        tag = command.__struct_config__.tag
        raise NotAllowed(f"{tag} is not done for another; send it without Neraca-On-Behalf-Of")
