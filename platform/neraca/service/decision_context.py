"""What a decision may know besides the state of its own stream: looked up in the log and among the policies."""

from collections.abc import Callable, Mapping
from typing import assert_never
from uuid import UUID

from neraca.domain import authorisation, policy_register, roster, streams
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.acting_officials import AppointActing
from neraca.domain.agency import Agency
from neraca.domain.appointments import ToAppointments
from neraca.domain.appraisal import commands as appraisal
from neraca.domain.appraisal.events import AppraisalEvent, RatingsClosed
from neraca.domain.assignments import assignment_on, class_on
from neraca.domain.attendance import ToAttendance
from neraca.domain.cascade import unit_plan
from neraca.domain.cascade.links import LinkResult, LinksContext, RelinkResult, TakenLoads, ToLinks
from neraca.domain.cascade.mission import ToMission
from neraca.domain.cascade.unit_plan import DraftUnitPlan, ReviseUnitPlan, ToUnitPlan, UnitPlanContext
from neraca.domain.cohort.commands import (
    CalibratePredicate,
    CloseCohort,
    CohortCommand,
    JudgeCohort,
    OpenCohort,
    ReopenCohort,
    ToCohort,
)
from neraca.domain.cohort.decide import closable, judgeable, openable
from neraca.domain.cohort.state import Cohort
from neraca.domain.command_rules import Rulebook
from neraca.domain.competency_standards import ToCompetencyStandard
from neraca.domain.contexts import (
    Actor,
    CohortClosingContext,
    CohortJudgingContext,
    CohortMovingContext,
    CohortOpeningContext,
    Context,
    DelegationContext,
    DrawOpeningContext,
    RecordContext,
    SurveyOpeningContext,
    TokensContext,
    Unruled,
    WorkPlanContext,
)
from neraca.domain.development import candidacy, own_plan, training_plan
from neraca.domain.development.candidacy import ToCandidacy
from neraca.domain.development.contexts import (
    CandidacyContext,
    CompletingContext,
    OwnPlanContext,
    ProposingContext,
    TrainingContext,
    WeighingContext,
)
from neraca.domain.development.own_plan import ToOwnPlan
from neraca.domain.development.potential import ToPotential
from neraca.domain.development.training_plan import ToTraining
from neraca.domain.errors import Invalid, NotOneInForce
from neraca.domain.forensics.answers import ToForensics
from neraca.domain.headship import ToOrganisation
from neraca.domain.improvement import ToImprovement
from neraca.domain.programme import conclusion, indicators, membership
from neraca.domain.programme.commands import (
    AcceptProgrammeReport,
    ConcludePeriod,
    CorrectPeriod,
    DefineIndicator,
    EndProgramme,
    JoinProgramme,
    LeaveProgramme,
    ProgrammeCommand,
    ReassignProgramme,
    ReportProgrammeProgress,
    ReturnProgrammeReport,
    ReviseProgramme,
    ReviseProgrammeBaseline,
    ReviseProgrammeTarget,
    ReviseShare,
    StartProgramme,
    ToProgramme,
)
from neraca.domain.programme.contexts import ConcludingContext, FeedingContext
from neraca.domain.programme.state import Programme
from neraca.domain.rater_draw import ToRaterDraw
from neraca.domain.registry import Command
from neraca.domain.remuneration.allowance import ToAllowance
from neraca.domain.remuneration.ceilings import ToCeilings
from neraca.domain.remuneration.credit import ToCredit
from neraca.domain.roster import Delegate, ToEmployee
from neraca.domain.service_point.commands import ToServicePoint
from neraca.domain.service_times.commands import ConfirmServiceTimes, ImportServiceTimes, WithdrawServiceTimes
from neraca.domain.service_times.source import ToTimeSource
from neraca.domain.survey import (
    CloseSurvey,
    IssueTokens,
    OpenSurvey,
    PassOnAnswers,
    RecordResponse,
    RefuseComment,
    ReleaseComment,
    ReopenSurvey,
    ShutDoor,
)
from neraca.domain.workplan.commands import ToWorkPlan
from neraca.service import cohorts, improvement_context, service_times_context, survey_context
from neraca.service.appraisal_context import AppraisalContexts
from neraca.service.appraiser_index import AppraiserIndex
from neraca.service.batch_state import BatchState, StreamSoFar, new_salt, period_named
from neraca.service.cascade_context import CascadeLookups
from neraca.service.cohort_context import CohortLookups
from neraca.service.command_batch import CommandBatch
from neraca.service.development_context import DevelopmentLookups
from neraca.service.draw_context import DrawLookups, PlaceIndex
from neraca.service.evaluation_documents import EvaluationDocuments
from neraca.service.event_reader import EventReader
from neraca.service.load_index import LoadIndex
from neraca.service.policies import PolicyRepository
from neraca.service.policy_context import Measuring, PolicyContexts
from neraca.service.programme_context import ProgrammeLookups
from neraca.service.remuneration_context import RemunerationContexts
from neraca.store.ledger import Unless

_LENGTHY = (
    appraisal.OpenAppraisal,
    appraisal.Finalise,
    appraisal.JoinParts,
    appraisal.ProposeReuse,
    appraisal.AgreeToReuse,
    appraisal.IssueDocument,
    appraisal.AssessCompetencies,
    appraisal.AssignRaters,
    appraisal.DeclineAssignment,
    appraisal.ReplaceRater,
    policy_register.ToPolicyRegister,
    ToTraining,
    ToCandidacy,
    ToCredit,
    ToAllowance,
    ToCohort,
    ToUnitPlan,
    ToLinks,
    ConcludePeriod,
    CorrectPeriod,
    DefineIndicator,
    JoinProgramme,
    ReviseProgrammeTarget,
)


def is_brief(command: Command) -> bool:
    """Whether deciding it looks up no more than the roster and the rules in force, which are at hand."""
    return not isinstance(command, _LENGTHY)


class DecisionContexts:
    """What the commands of one batch may know; each thing is looked up once, when a command needs it.

    Whatever costs more than a look at the roster is looked up after the domain has refused all that it can without.
    """

    def __init__(
        self,
        reader: EventReader,
        policies: PolicyRepository,
        documents: EvaluationDocuments,
        employee: Callable[[str, str], roster.State],
        measure: Measuring,
        appraisers: AppraiserIndex,
        places: PlaceIndex,
        of_units: AppraiserIndex,
        loads: LoadIndex,
        agency: Agency,
        batch: CommandBatch,
        loaded: Mapping[UUID, StreamSoFar],
    ) -> None:
        known = BatchState(reader, policies, employee, agency, batch, loaded)
        self._batch = known
        self.roster = known.roster
        self._development = DevelopmentLookups(reader, policies, of_units, agency)
        self._programmes = ProgrammeLookups(reader, policies, agency, loaded)
        self._cohorts = CohortLookups(reader, policies, appraisers, agency, known.tenure, known.policy)
        self._cascade = CascadeLookups(reader, policies, agency, loaded, loads)
        draws = DrawLookups(reader, places, agency)
        self._appraisals = AppraisalContexts(known, documents, self._cohorts, draws, self._programmes, self._cascade)
        self._register = PolicyContexts(known, measure)
        self._remuneration = RemunerationContexts(known)

    @property
    def actor(self) -> Actor:
        """Whoever sends the batch, or in whose place they do. Raises NotAllowed."""
        return self._batch.actor

    @property
    def unless(self) -> Unless | None:
        """Of which events none may come in between the look at the log and the append."""
        found = [one for one in (self._appraisals.unless, self._cascade.unless) if one is not None]
        if not found:
            return None
        return Unless([name for one in found for name in one.types], min(one.after for one in found))

    def of(self, command: Command, stream: StreamSoFar) -> Context:
        """The context of the kind that the command needs. Raises a Refusal."""
        batch = self._batch
        authorisation.in_service(command, batch.context)
        match command:
            case appraisal.ToAppraisal():
                return self._appraisals.of(command, stream)
            case policy_register.ToPolicyRegister():
                return self._register.of(command, stream)
            case ToCohort():
                return self._of_cohort(command, stream)
            case ToProgramme():
                return self._of_programme(command, stream)
            case OpenSurvey():
                applied = batch.policies.judging(batch.agency.id, period_named(command.period))
                points = survey_context.service_points(batch.reader, batch.agency.id, command.points, batch.loaded)
                return SurveyOpeningContext(**batch.common, applied=applied, points=points)
            case IssueTokens():
                points = survey_context.service_points(batch.reader, batch.agency.id, [command.point], batch.loaded)
                return TokensContext(**batch.common, point=points.get(command.point))
            case ToImprovement():
                return improvement_context.improvement(
                    batch.reader, batch.agency.id, command, batch.today, batch.common
                )
            case ImportServiceTimes() | WithdrawServiceTimes():
                return service_times_context.times(batch.reader, batch.policies, batch.agency.id, command, batch.common)
            case PublishAchievement() | ReviseAchievement() | ConfirmServiceTimes():
                applied = batch.policies.judging(batch.agency.id, period_named(command.period))
                return RecordContext(**batch.common, applied=applied)
            case Delegate() | AppointActing():
                return DelegationContext(**batch.common, leads=batch.leads(command.to, command.since))
            case (
                RecordResponse()
                | CloseSurvey()
                | ReopenSurvey()
                | PassOnAnswers()
                | ShutDoor()
                | ReleaseComment()
                | RefuseComment()
                | ToServicePoint()
                | ToEmployee()
                | ToAttendance()
                | ToOrganisation()
                | ToPotential()
                | ToCeilings()
                | ToCompetencyStandard()
                | ToAppointments()
                | ToMission()
                | ToForensics()
                | ToTimeSource()
            ):
                return batch.context
            case ToOwnPlan():
                return self._of_own_plan(command)
            case ToUnitPlan():
                return self._of_unit_plan(command, stream.state)
            case ToLinks():
                return self._of_links(command)
            case ToWorkPlan():
                return WorkPlanContext(**batch.common, ruling=self._ruling_plan(command))
            case ToCandidacy():
                return self._of_candidacy(command, stream)
            case ToTraining():
                return self._of_training(command, stream)
            case ToCredit():
                return self._remuneration.of_credit(command, stream)
            case ToAllowance():
                return self._remuneration.of_allowance(command, stream)
            case ToRaterDraw():
                return DrawOpeningContext(**batch.common, salt=new_salt())
            case _:
                assert_never(command)

    def _of_unit_plan(self, command: unit_plan.UnitPlanCommand, state: unit_plan.State) -> UnitPlanContext:
        head = self._batch.head(command.unit, self._batch.today)
        results = command.results if isinstance(command, DraftUnitPlan | ReviseUnitPlan) else state.results
        return UnitPlanContext(
            **self._batch.common,
            head=None if head is None else head.employee,
            span=self._cascade.span(command.year),
            above=self._cascade.above(unit_plan.named_above(results), command.year),
            ruling=self._cascade.ruling(None if head is None else self._batch.tenure(head.employee), command.year),
        )

    def _of_links(self, command: ToLinks) -> LinksContext:
        if not isinstance(command, LinkResult | RelinkResult):
            return LinksContext(**self._batch.common)
        own, year = self._cascade.own(command.employee, command.period), period_named(command.period).starts.year
        return LinksContext(
            **self._batch.common,
            own=own,
            served=self._cascade.served(command.serves, year),
            circular=self._cascade.serves_itself(command.serves, command.employee, command.period, command.result),
            taken=self._taken(command),
        )

    def _taken(self, command: LinkResult | RelinkResult) -> TakenLoads | None:
        """By the rule for whose target it is: a superior, or whoever heads the unit."""
        whose = command.serves.employee
        if command.serves.unit is not None and command.serves.unit in self._batch.agency.units:
            head = self._batch.head(command.serves.unit, self._batch.today)
            whose = None if head is None else head.employee
        tenure = None if whose is None else self._batch.tenure(whose)
        return self._cascade.taken(command, tenure, self._batch.linking)

    def _of_candidacy(self, command: candidacy.CandidacyCommand, stream: StreamSoFar) -> Context:
        match command:
            case candidacy.AnswerCandidacy() | candidacy.WithdrawCandidacy():
                return self._batch.context
            case (
                candidacy.AssessCandidacy()
                | candidacy.NominateCandidate()
                | candidacy.DecideCandidacy()
                | candidacy.ReviseCandidacy()
            ):
                held = assignment_on(self._batch.tenure(command.employee), self._batch.today)
                head = None if held is None else self._batch.head(held.unit, self._batch.today)
                context = CandidacyContext(**self._batch.common, head=None if head is None else head.employee)
                candidacy.weighable(command, stream.state, context)
                self._batch.in_the_log(stream)
                position_class = class_on(self._batch.employee(command.employee), period_named(command.period).ends)
                weighed, asks = self._development.considered(command, position_class)
                return WeighingContext(**self._batch.common, head=context.head, considered=weighed, asks=asks)
            case _:
                assert_never(command)

    def _of_own_plan(self, command: ToOwnPlan) -> Context:
        if not isinstance(command, own_plan.ProposeDevelopment):
            return self._batch.context
        measured = self._development.measured(period_named(str(command.year)))
        return OwnPlanContext(**self._batch.common, measured=measured)

    def _of_training(self, command: training_plan.TrainingCommand, stream: StreamSoFar) -> Context:
        head = self._batch.head(command.unit, self._batch.today)
        context = TrainingContext(**self._batch.common, head=None if head is None else head.employee)
        match command:
            case training_plan.ProposeTrainingPlan():
                training_plan.proposable(command, context)
                needs = self._development.needs(command.unit, command.period)
                measured = self._development.measured(period_named(command.period))
                return ProposingContext(**self._batch.common, head=context.head, needs=needs, measured=measured)
            case training_plan.CompleteTraining():
                training_plan.completable(command, stream.state, context)
                follow_ups = self._development.follow_ups(command)
                return CompletingContext(**self._batch.common, head=context.head, follow_ups=follow_ups)
            case (
                training_plan.ApproveTrainingPlan()
                | training_plan.ReturnTrainingPlan()
                | training_plan.CancelTraining()
            ):
                return context
            case _:
                assert_never(command)

    def _of_cohort(self, command: CohortCommand, stream: StreamSoFar) -> Context:
        cohort: Cohort = stream.state
        match command:
            case OpenCohort():
                openable(command, cohort, self._batch.context)
                return self._opening_cohort(command)
            case JudgeCohort():
                judgeable(command, cohort, self._batch.context)
                present = frozenset(one.employee for one in self._cohorts.held(command.appraiser, command.period))
                outcomes = self._cohorts.outcomes(cohort.members, command.period, self._closings(command, cohort))
                return CohortJudgingContext(**self._batch.common, present=present, outcomes=outcomes)
            case CloseCohort():
                opened = closable(command, cohort, self._batch.context)
                present = frozenset(one.employee for one in self._cohorts.held(command.appraiser, command.period))
                found = cohorts.spread(cohort, self._batch.policies.by_hash(self._batch.agency.id, opened.policy.hash))
                moved = [name for name, standing in cohort.members.items() if standing.calibrated is not None]
                return CohortClosingContext(
                    **self._batch.common,
                    present=present,
                    breaches=found.breaches,
                    unchecked=found.unchecked,
                    small=found.small,
                    final=self._cohorts.final(moved, command.period),
                )
            case CalibratePredicate():
                # Of a member alone: whoever is none, or is no number at all, is told so by the rule.
                named = [command.employee] if command.employee in cohort.members else []
                return CohortMovingContext(**self._batch.common, final=self._cohorts.final(named, command.period))
            case ReopenCohort():
                return self._batch.context
            case _:
                assert_never(command)

    def _of_programme(self, command: ProgrammeCommand, stream: StreamSoFar) -> Context:
        state: Programme = stream.state
        match command:
            case ConcludePeriod() | CorrectPeriod():
                conclusion.concludable(command, state, self._batch.context)
                positions = self._programmes.positions(command, stream)
                applied = self._batch.policies.judging(self._batch.agency.id, period_named(command.period))
                return ConcludingContext(**self._batch.common, positions=positions, applied=applied)
            case JoinProgramme():
                membership.joinable(command, state, self._batch.context)
                typed = self._programmes.typed_of_joining(command, state)
                return FeedingContext(**self._batch.common, applied={}, fed={}, typed=typed)
            case DefineIndicator() | ReviseProgrammeTarget():
                if isinstance(command, DefineIndicator):
                    indicators.definable(command, state, self._batch.context)
                else:
                    indicators.revisable(command, state, self._batch.context)
                fed_in = self._programmes.fed_in(command, state)
                return FeedingContext(
                    **self._batch.common,
                    applied=self._programmes.applied(fed_in),
                    fed=self._programmes.fed(command.programme) if fed_in else {},
                    typed=self._programmes.typed_of_members(command, state, fed_in),
                )
            case (
                StartProgramme()
                | ReviseProgramme()
                | ReassignProgramme()
                | ReviseShare()
                | LeaveProgramme()
                | ReviseProgrammeBaseline()
                | ReportProgrammeProgress()
                | AcceptProgrammeReport()
                | ReturnProgrammeReport()
                | EndProgramme()
            ):
                return self._batch.context
            case _:
                assert_never(command)

    def _closings(self, command: JudgeCohort, cohort: Cohort) -> dict[str, AppraisalEvent]:
        """Whose anonymous groups the batch itself closes: it is stored only where nobody has rated meanwhile."""
        found: dict[str, AppraisalEvent] = {}
        for employee in cohort.members:
            own = self._batch.loaded.get(streams.appraisal(self._batch.agency.id, employee, command.period))
            if own is None or not own.news:
                continue
            if len(own.news) > 1 or not isinstance(own.news[0], RatingsClosed):
                raise Invalid(
                    "judge-cohort judges what is in the log: send it in a batch of its own, or with close-ratings alone"
                )
            found[employee] = own.news[0]
        return found

    def _opening_cohort(self, command: OpenCohort) -> CohortOpeningContext:
        period = period_named(command.period)
        held = self._cohorts.held(command.appraiser, command.period)
        units = self._cohorts.units(command.appraiser, period)
        return CohortOpeningContext(
            **self._batch.common,
            ruling=self._cohorts.ruling(held, command.period),
            members=self._cohorts.members(held),
            units=units,
            achieved=self._cohorts.achieved(units, period),
        )

    def _ruling_plan(self, command: ToWorkPlan) -> Rulebook | Unruled:
        """The rules in force on the first day of the plan for the class that the employee's post has now."""
        day = period_named(command.period).starts
        position_class = class_on(self._batch.employee(command.employee), day)
        try:
            return self._batch.policies.require_in_force(
                self._batch.agency.id, day, position_class=position_class
            ).rules
        except NotOneInForce as none:
            return Unruled(none.message)
