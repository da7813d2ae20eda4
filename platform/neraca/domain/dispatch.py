"""The one door to every aggregate: what a command makes happen, and what an event makes of a state."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from neraca.domain import (
    achievement,
    appointments,
    attendance,
    authorisation,
    headship,
    improvement,
    policy_register,
    rater_draw,
    roster,
    survey,
)
from neraca.domain import competency_standards as standards
from neraca.domain.achievement import OfAchievement, ToAchievement
from neraca.domain.appointments import OfAppointments, ToAppointments
from neraca.domain.appraisal import decide as appraisal
from neraca.domain.appraisal import parties
from neraca.domain.appraisal import state as appraisal_state
from neraca.domain.appraisal.commands import ToAppraisal
from neraca.domain.appraisal.events import OfAppraisal
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.assignments import Roster
from neraca.domain.attendance import OfAttendance, ToAttendance
from neraca.domain.cascade import links, mission, unit_plan
from neraca.domain.cascade.links import LinksContext, OfLinks, ToLinks
from neraca.domain.cascade.mission import OfMission, ToMission
from neraca.domain.cascade.unit_plan import OfUnitPlan, ToUnitPlan, UnitPlanContext
from neraca.domain.cohort import decide as cohort
from neraca.domain.cohort import state as cohort_state
from neraca.domain.cohort.commands import ToCohort
from neraca.domain.cohort.events import OfCohort
from neraca.domain.cohort.state import Cohort
from neraca.domain.competency_standards import OfCompetencyStandard, ToCompetencyStandard
from neraca.domain.contexts import (
    Actor,
    AllowanceContext,
    AppraisalContext,
    Context,
    DrawOpeningContext,
    ImprovementContext,
    RecordContext,
    WorkPlanContext,
    having,
)
from neraca.domain.development import candidacy, own_plan, potential, training_plan
from neraca.domain.development import parties as development_parties
from neraca.domain.development.candidacy import OfCandidacy, ToCandidacy
from neraca.domain.development.own_plan import OfOwnPlan, ToOwnPlan
from neraca.domain.development.potential import OfPotential, ToPotential
from neraca.domain.development.training_plan import OfTraining, ToTraining
from neraca.domain.forensics import answers
from neraca.domain.forensics.answers import OfForensics, ToForensics
from neraca.domain.headship import OfOrganisation, ToOrganisation
from neraca.domain.improvement import OfImprovement, ToImprovement
from neraca.domain.policy_register import OfPolicyRegister, ToPolicyRegister
from neraca.domain.programme import decide as programme
from neraca.domain.programme import parties as programme_parties
from neraca.domain.programme import state as programme_state
from neraca.domain.programme.commands import ToProgramme
from neraca.domain.programme.events import OfProgramme
from neraca.domain.programme.state import Programme
from neraca.domain.rater_draw import OfRaterDraw, ToRaterDraw
from neraca.domain.registry import Command, Event
from neraca.domain.remuneration import allowance, ceilings, credit
from neraca.domain.remuneration.allowance import OfAllowance, ToAllowance
from neraca.domain.remuneration.ceilings import OfCeilings, ToCeilings
from neraca.domain.remuneration.credit import OfCredit, ToCredit
from neraca.domain.roster import OfEmployee, ToEmployee
from neraca.domain.service_point import decide as service_point
from neraca.domain.service_point import state as service_point_state
from neraca.domain.service_point.commands import ToServicePoint
from neraca.domain.service_point.events import OfServicePoint
from neraca.domain.service_point.state import ServicePoint
from neraca.domain.service_times import decide as service_times
from neraca.domain.service_times import source as time_source
from neraca.domain.service_times import state as service_times_state
from neraca.domain.service_times.commands import ToServiceTimes
from neraca.domain.service_times.events import OfServiceTimes
from neraca.domain.service_times.source import OfTimeSource, ToTimeSource
from neraca.domain.survey import OfSurvey, ToSurvey
from neraca.domain.workplan import decide as workplan
from neraca.domain.workplan import parties as workplan_parties
from neraca.domain.workplan import state as workplan_state
from neraca.domain.workplan.commands import ToWorkPlan
from neraca.domain.workplan.events import OfWorkPlan
from neraca.domain.workplan.state import WorkPlans

State: TypeAlias = (
    Appraisal
    | roster.State
    | survey.State
    | ServicePoint
    | attendance.State
    | achievement.State
    | headship.State
    | training_plan.State
    | own_plan.State
    | candidacy.State
    | potential.State
    | Cohort
    | policy_register.State
    | ceilings.State
    | credit.State
    | allowance.State
    | WorkPlans
    | mission.State
    | unit_plan.State
    | links.State
    | answers.State
    | time_source.State
    | service_times_state.State
    | improvement.State
    | rater_draw.State
    | standards.State
    | appointments.State
    | Programme
)


def initial(command: Command) -> State:
    """The empty state of the aggregate that a command goes to."""
    match command:
        case ToAppraisal():
            return Appraisal()
        case ToEmployee():
            return roster.State()
        case ToSurvey():
            return survey.State()
        case ToServicePoint():
            return ServicePoint()
        case ToAttendance():
            return attendance.State()
        case ToAchievement():
            return achievement.State()
        case ToOrganisation():
            return headship.State()
        case ToTraining():
            return training_plan.State()
        case ToOwnPlan():
            return own_plan.State()
        case ToCandidacy():
            return candidacy.State()
        case ToPotential():
            return potential.State()
        case ToCohort():
            return Cohort()
        case ToPolicyRegister():
            return policy_register.State()
        case ToCeilings():
            return ceilings.State()
        case ToCredit():
            return credit.State()
        case ToAllowance():
            return allowance.State()
        case ToWorkPlan():
            return WorkPlans()
        case ToMission():
            return mission.State()
        case ToUnitPlan():
            return unit_plan.State()
        case ToLinks():
            return links.State()
        case ToForensics():
            return answers.State()
        case ToTimeSource():
            return time_source.State()
        case ToServiceTimes():
            return service_times_state.State()
        case ToImprovement():
            return improvement.State()
        case ToRaterDraw():
            return rater_draw.State()
        case ToCompetencyStandard():
            return standards.State()
        case ToAppointments():
            return appointments.State()
        case ToProgramme():
            return Programme()
        case _:
            assert_never(command)


def evolve(state: State, event: Event) -> State:
    """Changes the state it is given, and returns it. TypeError if the event is another aggregate's."""
    # One after the other: pairs of all states and all events are more than the type checker goes through.
    match state:
        case Appraisal() if isinstance(event, OfAppraisal):
            return appraisal_state.evolve(state, event)
        case roster.State() if isinstance(event, OfEmployee):
            return roster.evolve(state, event)
        case survey.State() if isinstance(event, OfSurvey):
            return survey.evolve(state, event)
        case ServicePoint() if isinstance(event, OfServicePoint):
            return service_point_state.evolve(state, event)
        case attendance.State() if isinstance(event, OfAttendance):
            return attendance.evolve(state, event)
        case achievement.State() if isinstance(event, OfAchievement):
            return achievement.evolve(state, event)
        case headship.State() if isinstance(event, OfOrganisation):
            return headship.evolve(state, event)
        case training_plan.State() if isinstance(event, OfTraining):
            return training_plan.evolve(state, event)
        case own_plan.State() if isinstance(event, OfOwnPlan):
            return own_plan.evolve(state, event)
        case candidacy.State() if isinstance(event, OfCandidacy):
            return candidacy.evolve(state, event)
        case potential.State() if isinstance(event, OfPotential):
            return potential.evolve(state, event)
        case Cohort() if isinstance(event, OfCohort):
            return cohort_state.evolve(state, event)
        case policy_register.State() if isinstance(event, OfPolicyRegister):
            return policy_register.evolve(state, event)
        case ceilings.State() if isinstance(event, OfCeilings):
            return ceilings.evolve(state, event)
        case credit.State() if isinstance(event, OfCredit):
            return credit.evolve(state, event)
        case allowance.State() if isinstance(event, OfAllowance):
            return allowance.evolve(state, event)
        case WorkPlans() if isinstance(event, OfWorkPlan):
            return workplan_state.evolve(state, event)
        case mission.State() if isinstance(event, OfMission):
            return mission.evolve(state, event)
        case unit_plan.State() if isinstance(event, OfUnitPlan):
            return unit_plan.evolve(state, event)
        case links.State() if isinstance(event, OfLinks):
            return links.evolve(state, event)
        case answers.State() if isinstance(event, OfForensics):
            return answers.evolve(state, event)
        case time_source.State() if isinstance(event, OfTimeSource):
            return time_source.evolve(state, event)
        case service_times_state.State() if isinstance(event, OfServiceTimes):
            return service_times_state.evolve(state, event)
        case improvement.State() if isinstance(event, OfImprovement):
            return improvement.evolve(state, event)
        case rater_draw.State() if isinstance(event, OfRaterDraw):
            return rater_draw.evolve(state, event)
        case standards.State() if isinstance(event, OfCompetencyStandard):
            return standards.evolve(state, event)
        case appointments.State() if isinstance(event, OfAppointments):
            return appointments.evolve(state, event)
        case Programme() if isinstance(event, OfProgramme):
            return programme_state.evolve(state, event)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of {type(state).__name__}")


def admit(command: Command, actor: Actor, agency: str) -> None:
    """By agency and role. Raises NotAllowed before anything is read."""
    authorisation.belongs(actor, agency)
    authorisation.check(command, actor)


def permit(command: Command, state: State, actor: Actor, people: Roster | None = None) -> None:
    """By what the state itself tells of the actor. Raises NotAllowed before a version is compared or a thing looked up.

    The decision asks again, and closer.
    """
    match command, state:
        case ToAppraisal(), Appraisal():
            parties.permit(command, state, actor, people)
        case ToEmployee(), _:
            roster.permit(command, actor)
        case ToOwnPlan(), _:
            own_plan.permit(command, actor, people)
        case ToCohort(), Cohort():
            cohort.permit(command, actor, people)
        case ToPolicyRegister(), policy_register.State():
            policy_register.permit(command, state, actor)
        case ToWorkPlan(), _:
            workplan_parties.permit(command, actor, people)
        case ToLinks(), _:
            links.permit(command, actor, people)
        case ToProgramme(), Programme():
            programme_parties.permit(command, state, actor)
        case (
            (
                ToSurvey()
                | ToServicePoint()
                | ToAttendance()
                | ToAchievement()
                | ToOrganisation()
                | ToTraining()
                | ToCandidacy()
                | ToPotential()
                | ToCeilings()
                | ToCredit()
                | ToAllowance()
                | ToMission()
                | ToUnitPlan()
                | ToForensics()
                | ToTimeSource()
                | ToServiceTimes()
                | ToImprovement()
                | ToRaterDraw()
                | ToCompetencyStandard()
                | ToAppointments()
            ),
            _,
        ):
            pass  # whoever has the role may, whatever the state is
        case _:
            raise TypeError(f"{type(command).__name__} does not go to {type(state).__name__}")


def shows_version(command: Command, state: State, actor: Actor, roster: Roster | None = None) -> bool:
    """Whether the actor may know how far the stream is that the command goes to: a rater may not."""
    match command, state:
        case ToAppraisal(), Appraisal():
            return parties.sees(command.employee, state, actor, roster)
        case ToOwnPlan(), _:
            return development_parties.sees(command.employee, actor, roster)
        case ((ToWorkPlan() | ToLinks()), _):
            return workplan_parties.sees(command.employee, actor, roster)
        case ToProgramme(), Programme():
            return programme_parties.sees(state, actor)
        case _:
            return True


def settle(state: State, news: Sequence[Event], context: Context) -> None:
    """Asks the rules on a whole, which single commands of a list may break on the way; `news` are the list's events.

    Raises a Refusal.
    """
    if isinstance(state, Appraisal):
        appraisal.settle(state, news, having(AppraisalContext, context))


def decide(command: Command, state: State, context: Context) -> list[Event]:
    """Raises a Refusal. TypeError if the state is another aggregate's."""
    # Asked at the door already; asked again, so that no caller reaches a decision past the roles.
    admit(command, context.actor, context.agency.id)
    authorisation.in_service(command, context)
    match state:
        case Appraisal() if isinstance(command, ToAppraisal):
            return [*appraisal.decide(command, state, having(AppraisalContext, context))]
        case roster.State() if isinstance(command, ToEmployee):
            return [*roster.decide(command, state, context)]
        case survey.State() if isinstance(command, ToSurvey):
            return [*survey.decide(command, state, context)]
        case ServicePoint() if isinstance(command, ToServicePoint):
            return [*service_point.decide(command, state, context)]
        case attendance.State() if isinstance(command, ToAttendance):
            return [*attendance.decide(command, state, context)]
        case achievement.State() if isinstance(command, ToAchievement):
            return [*achievement.decide(command, state, having(RecordContext, context))]
        case answers.State() if isinstance(command, ToForensics):
            return [*answers.decide(command, state, context)]
        case headship.State() if isinstance(command, ToOrganisation):
            return [*headship.decide(command, state, context)]
        case training_plan.State() if isinstance(command, ToTraining):
            return [*training_plan.decide(command, state, context)]
        case own_plan.State() if isinstance(command, ToOwnPlan):
            return [*own_plan.decide(command, state, context)]
        case candidacy.State() if isinstance(command, ToCandidacy):
            return [*candidacy.decide(command, state, context)]
        case potential.State() if isinstance(command, ToPotential):
            return [*potential.decide(command, state, context)]
        case Cohort() if isinstance(command, ToCohort):
            return [*cohort.decide(command, state, context)]
        case policy_register.State() if isinstance(command, ToPolicyRegister):
            return [*policy_register.decide(command, state, context)]
        case ceilings.State() if isinstance(command, ToCeilings):
            return [*ceilings.decide(command, state, context)]
        case credit.State() if isinstance(command, ToCredit):
            return [*credit.decide(command, state, context)]
        case allowance.State() if isinstance(command, ToAllowance):
            return [*allowance.decide(command, state, having(AllowanceContext, context))]
        case WorkPlans() if isinstance(command, ToWorkPlan):
            return [*workplan.decide(command, state, having(WorkPlanContext, context))]
        case mission.State() if isinstance(command, ToMission):
            return [*mission.decide(command, state, context)]
        case unit_plan.State() if isinstance(command, ToUnitPlan):
            return [*unit_plan.decide(command, state, having(UnitPlanContext, context))]
        case links.State() if isinstance(command, ToLinks):
            return [*links.decide(command, state, having(LinksContext, context))]
        case time_source.State() if isinstance(command, ToTimeSource):
            return [*time_source.decide(command, state, context)]
        case service_times_state.State() if isinstance(command, ToServiceTimes):
            return [*service_times.decide(command, state, having(RecordContext, context))]
        case improvement.State() if isinstance(command, ToImprovement):
            return [*improvement.decide(command, state, having(ImprovementContext, context))]
        case rater_draw.State() if isinstance(command, ToRaterDraw):
            return [*rater_draw.decide(command, state, having(DrawOpeningContext, context))]
        case standards.State() if isinstance(command, ToCompetencyStandard):
            return [*standards.decide(command, state, context)]
        case appointments.State() if isinstance(command, ToAppointments):
            return [*appointments.decide(command, state, context)]
        case Programme() if isinstance(command, ToProgramme):
            return [*programme.decide(command, state, context)]
        case _:
            raise TypeError(f"{type(command).__name__} does not go to {type(state).__name__}")
