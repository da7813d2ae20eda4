"""What a decision may know besides the state of its own stream: looked up in the log and among the policies."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property, partial
from secrets import token_bytes
from typing import Any, Protocol, TypeAlias, TypedDict, assert_never, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import structs

from neraca.domain import authorisation, deputy, headship, policy_register, record_uses, roster, streams
from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.acting_officials import AppointActing
from neraca.domain.agency import Agency, in_rhythm, is_working_day
from neraca.domain.appraisal import commands as appraisal
from neraca.domain.appraisal import consolidation, division, raters, reuse
from neraca.domain.appraisal.division import Happened
from neraca.domain.appraisal.documents import issuable
from neraca.domain.appraisal.events import AppraisalEvent, Finalised, Joined, Opened, RatingsClosed, Reopened
from neraca.domain.appraisal.result import finalisable
from neraca.domain.appraisal.state import Appraisal, Stage, evolve
from neraca.domain.assignments import People, Roster, Tenure, assignment_on, class_on
from neraca.domain.attendance import ToAttendance
from neraca.domain.cascade import links, mission, unit_plan
from neraca.domain.cascade.links import LinkResult, LinksContext, RelinkResult, ToLinks
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
from neraca.domain.command_rules import AssigningRule, Rulebook
from neraca.domain.competency_standards import ToCompetencyStandard
from neraca.domain.contexts import (
    Actor,
    Alignment,
    AlignmentContext,
    AllowanceContext,
    AppraisalContext,
    AssessingContext,
    BringingContext,
    CohortClosingContext,
    CohortJudgingContext,
    CohortMovingContext,
    CohortOpeningContext,
    CohortStanding,
    Context,
    CreditContext,
    DelegationContext,
    Draft,
    DraftContext,
    DrawContext,
    DrawOpeningContext,
    EstablishingContext,
    FinalisingContext,
    HeadedUnit,
    ImpactContext,
    IssuingContext,
    JoiningContext,
    Measured,
    OpeningContext,
    Part,
    PartsContext,
    PublicationContext,
    RecallContext,
    RecordContext,
    ReuseContext,
    ScoringResult,
    SurveyOpeningContext,
    TakingContext,
    Unruled,
    VouchingContext,
    WorkPlanContext,
)
from neraca.domain.development import candidacy, training_plan
from neraca.domain.development.candidacy import ToCandidacy
from neraca.domain.development.contexts import (
    CandidacyContext,
    CompletingContext,
    ProposingContext,
    TrainingContext,
    WeighingContext,
)
from neraca.domain.development.own_plan import ToOwnPlan
from neraca.domain.development.potential import ToPotential
from neraca.domain.development.training_plan import ToTraining
from neraca.domain.errors import Blocked, Invalid, NotOneInForce
from neraca.domain.facts import ALIGNED_RESULTS, HEADED_UNIT_PREDICATE, PLANNED_RESULTS
from neraca.domain.forensics.answers import ToForensics
from neraca.domain.headship import ToOrganisation
from neraca.domain.improvement import ToImprovement
from neraca.domain.period import PART, Period, containing, following, meeting, parse
from neraca.domain.policy_register import (
    ApprovePolicy,
    AttachImpact,
    EndShadow,
    NameShadow,
    PolicyPublished,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    UnschedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.policy_register.approval import approvable
from neraca.domain.policy_register.decide import schedulable
from neraca.domain.policy_register.recall import recallable
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
    ReviseProgrammeTarget,
    ReviseShare,
    StartProgramme,
    ToProgramme,
)
from neraca.domain.programme.contexts import ConcludingContext, FeedingContext
from neraca.domain.programme.state import Programme
from neraca.domain.rater_draw import ToRaterDraw
from neraca.domain.registry import Command
from neraca.domain.remuneration import allowance, credit
from neraca.domain.remuneration.allowance import ToAllowance
from neraca.domain.remuneration.ceilings import ToCeilings
from neraca.domain.remuneration.credit import ToCredit
from neraca.domain.remuneration.unpaid_days import counting
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
from neraca.domain.vocabulary import PositionClass, Purpose, Relation
from neraca.domain.workplan import state as workplan
from neraca.domain.workplan.commands import ToWorkPlan
from neraca.domain.workplan.state import WorkPlans
from neraca.policy.published import PublishedPolicy
from neraca.service import cohorts, drafts, improvement_context, remuneration, service_times_context, survey_context
from neraca.service.appraiser_index import AppraiserIndex
from neraca.service.cascade_context import CascadeLookups
from neraca.service.cohort_context import CohortLookups, allowed
from neraca.service.command_batch import CommandBatch
from neraca.service.competency_standards import required_competencies
from neraca.service.development_context import DevelopmentLookups
from neraca.service.draw_context import COMING_IN, DrawLookups, PlaceIndex
from neraca.service.evaluation_documents import EvaluationDocuments
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository
from neraca.service.programme_context import ProgrammeLookups
from neraca.service.scoring import gather, joined, judged, scored
from neraca.store.ledger import Unless

Measuring: TypeAlias = Callable[[str, AttachImpact, policy_register.State], Measured]
"""Gives the report that an attachment is of. Raises Conflict where none can be computed."""

_Fixing: TypeAlias = Opened | Finalised | Joined | Reopened
_FIXING = tuple(str(kind.__struct_config__.tag) for kind in get_args(_Fixing))
_CASCADE = (links.State, mission.State, unit_plan.State)
_SALT = 32
"""Bytes."""


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


class StreamSoFar(Protocol):
    """A stream as the commands before have left it, and what they added."""

    @property
    def state(self) -> Any: ...

    @property
    def news(self) -> Sequence[Any]: ...


class _Common(TypedDict):
    """What every context has."""

    today: date
    actor: Actor
    agency: Agency
    people: People
    deputy: str | None


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
        agency: Agency,
        batch: CommandBatch,
        loaded: Mapping[UUID, StreamSoFar],
    ) -> None:
        self._reader = reader
        self._policies = policies
        self._documents = documents
        self._recorded_employee = employee
        self._measure = measure
        self._loaded = loaded
        self._agency = agency
        self._batch = batch
        self._today = batch.now.astimezone(ZoneInfo(agency.time_zone)).date()
        self._ruling: dict[tuple[str, PositionClass | None], PublishedPolicy] = {}
        self._employees: dict[str, roster.State] = {}
        self._development = DevelopmentLookups(reader, policies, of_units, agency)
        self.roster = Roster(self._tenure, self._today)
        self._draws = DrawLookups(reader, places, agency)
        self.unless: Unless | None = None
        self._programmes = ProgrammeLookups(reader, policies, agency, loaded)
        self._cohorts = CohortLookups(reader, policies, appraisers, agency, self._tenure, self._policy)
        self._cascade = CascadeLookups(reader, policies, agency, loaded)

    @cached_property
    def actor(self) -> Actor:
        """Whoever sends the batch, or in whose place they do. Raises NotAllowed."""
        sender, whom = self._batch.actor, self._batch.on_behalf_of
        if whom is None:
            return sender
        return deputy.acting(sender, whom, self._employee(whom).delegations, self.roster)

    @cached_property
    def _common(self) -> _Common:
        sent_by = None if self._batch.on_behalf_of is None else self._batch.actor.id
        return _Common(today=self._today, actor=self.actor, agency=self._agency, people=self._tenure, deputy=sent_by)

    @cached_property
    def _context(self) -> Context:
        return Context(**self._common)

    def of(self, command: Command, stream: StreamSoFar) -> Context:
        """The context of the kind that the command needs. Raises a Refusal."""
        authorisation.in_service(command, self._context)
        match command:
            case appraisal.ToAppraisal():
                return self._of_appraisal(command, stream)
            case policy_register.ToPolicyRegister():
                return self._of_policy_register(command, stream)
            case ToCohort():
                return self._of_cohort(command, stream)
            case ToProgramme():
                return self._of_programme(command, stream)
            case OpenSurvey():
                applied = self._policies.judging(self._batch.agency, _period(command.period))
                points = survey_context.service_points(self._reader, self._agency.id, command.points, self._loaded)
                return SurveyOpeningContext(**self._common, applied=applied, points=points)
            case ToImprovement():
                return improvement_context.improvement(
                    self._reader, self._batch.agency, command, self._today, self._common
                )
            case ImportServiceTimes() | WithdrawServiceTimes():
                return service_times_context.times(
                    self._reader, self._policies, self._batch.agency, command, self._common
                )
            case PublishAchievement() | ReviseAchievement() | ConfirmServiceTimes():
                applied = self._policies.judging(self._batch.agency, _period(command.period))
                return RecordContext(**self._common, applied=applied)
            case Delegate() | AppointActing():
                return DelegationContext(**self._common, leads=self._leads(command.to, command.since))
            case (
                RecordResponse()
                | CloseSurvey()
                | ReopenSurvey()
                | IssueTokens()
                | PassOnAnswers()
                | ShutDoor()
                | ReleaseComment()
                | RefuseComment()
                | ToServicePoint()
                | ToEmployee()
                | ToAttendance()
                | ToOrganisation()
                | ToOwnPlan()
                | ToPotential()
                | ToCeilings()
                | ToCompetencyStandard()
                | ToMission()
                | ToForensics()
                | ToTimeSource()
            ):
                return self._context
            case ToUnitPlan():
                return self._of_unit_plan(command, stream.state)
            case ToLinks():
                return self._of_links(command)
            case ToWorkPlan():
                return WorkPlanContext(**self._common, ruling=self._ruling_plan(command))
            case ToCandidacy():
                return self._of_candidacy(command, stream)
            case ToTraining():
                return self._of_training(command, stream)
            case ToCredit():
                return self._of_credit(command, stream)
            case ToAllowance():
                return self._of_allowance(command, stream)
            case ToRaterDraw():
                return DrawOpeningContext(**self._common, salt=token_bytes(_SALT).hex())
            case _:
                assert_never(command)

    def _of_unit_plan(self, command: unit_plan.UnitPlanCommand, state: unit_plan.State) -> UnitPlanContext:
        head = self._head(command.unit, self._today)
        results = command.results if isinstance(command, DraftUnitPlan | ReviseUnitPlan) else state.results
        return UnitPlanContext(
            **self._common,
            head=None if head is None else head.employee,
            span=self._cascade.span(command.year),
            above=self._cascade.above(unit_plan.named_above(results), command.year),
            ruling=self._cascade.ruling(None if head is None else self._tenure(head.employee), command.year),
        )

    def _alignment(self, command: appraisal.ToAppraisal, state: Appraisal) -> Alignment:
        """As the log has it, which has nothing yet of what the batch links or plans."""
        unsaved = [own for own in self._loaded.values() if own.news and isinstance(own.state, _CASCADE)]
        if unsaved:
            raise Invalid(
                "what leads to a goal is counted from the log: send it in a batch of its own, after the links"
            )
        return self._cascade.alignment(command.employee, command.period, state)

    def _of_links(self, command: ToLinks) -> LinksContext:
        if not isinstance(command, LinkResult | RelinkResult):
            return LinksContext(**self._common)
        own, year = self._cascade.own(command.employee, command.period), _period(command.period).starts.year
        return LinksContext(
            **self._common,
            own=own,
            served=self._cascade.served(command.serves, year),
            circular=self._cascade.serves_itself(command.serves, command.employee, command.period, command.result),
        )

    def _of_candidacy(self, command: candidacy.CandidacyCommand, stream: StreamSoFar) -> Context:
        match command:
            case candidacy.AnswerCandidacy() | candidacy.WithdrawCandidacy():
                return self._context
            case (
                candidacy.AssessCandidacy()
                | candidacy.NominateCandidate()
                | candidacy.DecideCandidacy()
                | candidacy.ReviseCandidacy()
            ):
                held = assignment_on(self._tenure(command.employee), self._today)
                head = None if held is None else self._head(held.unit, self._today)
                context = CandidacyContext(**self._common, head=None if head is None else head.employee)
                candidacy.weighable(command, stream.state, context)
                self._in_the_log(stream)
                position_class = class_on(self._employee(command.employee), _period(command.period).ends)
                weighed, asks = self._development.considered(command, position_class)
                return WeighingContext(**self._common, head=context.head, considered=weighed, asks=asks)
            case _:
                assert_never(command)

    def _of_training(self, command: training_plan.TrainingCommand, stream: StreamSoFar) -> Context:
        head = self._head(command.unit, self._today)
        context = TrainingContext(**self._common, head=None if head is None else head.employee)
        match command:
            case training_plan.ProposeTrainingPlan():
                training_plan.proposable(command, stream.state, context)
                needs = self._development.needs(command.unit, command.period)
                return ProposingContext(**self._common, head=context.head, needs=needs)
            case training_plan.CompleteTraining():
                training_plan.completable(command, stream.state, context)
                follow_ups = self._development.follow_ups(command)
                return CompletingContext(**self._common, head=context.head, follow_ups=follow_ups)
            case (
                training_plan.ApproveTrainingPlan()
                | training_plan.ReturnTrainingPlan()
                | training_plan.CancelTraining()
            ):
                return context
            case _:
                assert_never(command)

    def _of_credit(self, command: credit.CreditCommand, stream: StreamSoFar) -> Context:
        if isinstance(command, credit.BringForwardCredit):
            return self._bringing(command)
        agency, period = self._batch.agency, _period(command.period)
        appraised = remuneration.appraisal_found(self._reader, agency, command.employee, command.period)
        context = CreditContext(**self._common, appraisal=appraised.part)
        credit.fixable(command, stream.state, context)
        self._in_the_log(stream)
        policy = self._paying(period, "credit", appraised.part.state.position_class)
        reads = policy.rules.facts
        gathered = remuneration.gather_credit(self._reader, agency, command.employee, command.period, reads, None)
        return CreditContext(
            **self._common,
            appraisal=gathered.appraisal.part,
            levels=remuneration.credit_of(gathered, policy),
            touched=gathered.touched,
        )

    def _bringing(self, command: credit.BringForwardCredit) -> BringingContext:
        of_class = class_on(self._employee(command.employee), command.on)
        policy = self._policies.in_force(self._batch.agency, command.on, "credit", of_class)
        if policy is None:
            why = f"no policy for credit is in force on {command.on}; give the points instead"
            return BringingContext(**self._common, policy=None, yearly=None, unruled=why)
        scored = remuneration.yearly_points(policy, command.level)
        why = f"{policy.ref.name} gives no points in {command.level}: {scored.blocked}"
        return BringingContext(**self._common, policy=policy.ref, yearly=scored.score, unruled=why)

    def _of_allowance(self, command: allowance.AllowanceCommand, stream: StreamSoFar) -> AllowanceContext:
        agency, month = self._batch.agency, _period(command.month)
        appraised = remuneration.appraisal_found(self._reader, agency, command.employee, command.appraisal)
        later = self._later(command.employee, _period(command.appraisal), month)
        context = AllowanceContext(**self._common, appraisal=appraised.part, later=later)
        allowance.fixable(command, stream.state, context)
        self._in_the_log(stream)
        policy = self._paying(month, "allowance", appraised.part.state.position_class)
        tenure, zone = self._employee(command.employee), ZoneInfo(self._agency.time_zone)
        within = self._appraised(command.employee, month, appraised.part.state.position_class)
        rule = remuneration.report_rule(
            self._reporting(month, appraised.part.state.position_class), policy, month, tenure, within
        )
        gathered = remuneration.gather_allowance(
            self._reader,
            agency,
            command.employee,
            command.month,
            command.appraisal,
            policy.rules.facts,
            rule,
            counting(month, partial(is_working_day, self._agency)),
            zone,
            None,
        )
        result = gathered.appraisal.result
        return AllowanceContext(
            **self._common,
            appraisal=gathered.appraisal.part,
            later=later,
            predicate="" if result is None else result.predicate,
            facts=gathered.facts,
            reports=rule,
            scored=judged(gathered.facts.case, policy, gathered.position),
            lacking=gathered.lacking,
            unpaid=gathered.unpaid,
            touched=gathered.touched,
        )

    def _appraised(self, employee: str, month: Period, position_class: PositionClass | None) -> Period:
        """The months whose appraisal takes the reports of a month."""
        if self._reporting(month, position_class).reporting.cadence != "weekly":
            return month
        whole = self._cycle(month, position_class)
        found = self._appraisals(employee, [one.label for one in meeting(whole)])
        return remuneration.reporting_months(month, whole, found)

    def _cycle(self, month: Period, position_class: PositionClass | None) -> Period:
        """The period in which a month is appraised by the policy in force at its end."""
        policy = self._appraising(month, position_class)
        return month if policy is None else containing(month.starts, policy.rules.cycle)

    def _reporting(self, month: Period, position_class: PositionClass | None) -> Agency:
        """The agency in the rhythm of reports of the policy in force at the end of a month."""
        policy = self._appraising(month, position_class)
        return self._agency if policy is None else in_rhythm(self._agency, policy.rules.reporting)

    def _appraising(self, month: Period, position_class: PositionClass | None) -> PublishedPolicy | None:
        try:
            return self._policies.in_force(self._batch.agency, month.ends, "predicate", position_class)
        except NotOneInForce:
            # No reason to refuse pay: who is not appraised in the month reports nothing in it.
            return None

    def _later(self, employee: str, named: Period, month: Period) -> tuple[str, ...]:
        """Labels of final results after the named one, of the same length and ended by the end of the month."""
        if named.cycle == PART:
            return ()
        labels: list[str] = []
        one = following(named)
        while one.ends <= month.ends and len(labels) < allowance.STALE:
            labels.append(one.label)
            one = following(one)
        found = self._appraisals(employee, labels) if labels else []
        return tuple(part.period for part in found if part.state.stage is Stage.FINAL)

    def _paying(self, period: Period, purpose: Purpose, position_class: PositionClass | None) -> PublishedPolicy:
        """Raises NotOneInForce."""
        policy = self._policies.by_policy_date(self._batch.agency, period, purpose, position_class)
        if policy is None:
            raise NotOneInForce(f"no policy for {purpose} is in force in {period.label}; adopt one, and do this again")
        return policy

    def _in_the_log(self, stream: StreamSoFar) -> None:
        """What it rests on is read from the log, which has nothing yet of what the batch does."""
        if stream.news or any(own.news for own in self._loaded.values() if not _fixes(own.state)):
            raise Invalid(
                "what is paid or credited rests on what is in the log: send it in a batch of its own, after the others "
                "are done"
            )

    def _of_appraisal(self, command: appraisal.AppraisalCommand, stream: StreamSoFar) -> AppraisalContext:
        match command:
            case appraisal.OpenAppraisal():
                return self._opening(command, stream)
            case appraisal.Finalise():
                return self._finalising(command, stream)
            case appraisal.JoinParts():
                return self._joining(command, stream)
            case appraisal.ProposeReuse():
                return self._reusing(command, stream.state, command.of)
            case appraisal.AgreeToReuse():
                ruling = self._applying(command.period, stream.state)
                proposed = reuse.proposal(stream.state, AppraisalContext(**self._common, ruling=ruling))
                return self._reusing(command, stream.state, proposed.of)
            case appraisal.IssueDocument():
                return self._issuing(command, stream)
            case appraisal.EstablishFact():
                return self._establishing(command, self._applying(command.period, stream.state))
            case appraisal.AssessCompetencies():
                return self._assessing(command, stream.state)
            case appraisal.AssignRaters() | appraisal.DeclineAssignment() | appraisal.ReplaceRater():
                return self._drawing(command, stream.state)
            case appraisal.CountAlignment():
                ruling = self._applying(command.period, stream.state)
                return AlignmentContext(**self._common, ruling=ruling, alignment=self._alignment(command, stream.state))
            case appraisal.TakePlan():
                ruling = self._applying(command.period, stream.state)
                return TakingContext(**self._common, ruling=ruling, plans=self._plans(command))
            case (
                appraisal.CancelAppraisal()
                | appraisal.CutAppraisal()
                | appraisal.DraftPlan()
                | appraisal.SubmitPlan()
                | appraisal.ReturnPlan()
                | appraisal.ApprovePlan()
                | appraisal.ReviseTarget()
                | appraisal.ReviseTerms()
                | appraisal.ProposePlanChange()
                | appraisal.AgreeToPlanChange()
                | appraisal.DeclinePlanChange()
                | appraisal.TakeOverResult()
                | appraisal.ReviseTakeOver()
                | appraisal.AddSpecialExpectation()
                | appraisal.RecordGuidance()
                | appraisal.AnswerGuidance()
                | appraisal.ReportProgress()
                | appraisal.ReportActivity()
                | appraisal.AcceptReport()
                | appraisal.ReturnReport()
                | appraisal.Rate()
                | appraisal.ReviseRating()
                | appraisal.WithdrawRating()
                | appraisal.GiveFeedback()
                | appraisal.WithdrawFeedback()
                | appraisal.RequestFeedback()
                | appraisal.DeclineFeedback()
                | appraisal.NameRater()
                | appraisal.CloseRatings()
                | appraisal.JudgeLevel()
                | appraisal.WithdrawFact()
                | appraisal.ReassignAppraisal()
                | appraisal.ReceiveDocument()
                | appraisal.DeliverDocument()
                | appraisal.ReturnDocument()
                | appraisal.RefuseDocument()
                | appraisal.ReportDocument()
                | appraisal.FileObjection()
                | appraisal.ExplainObjection()
                | appraisal.DecideObjection()
                | appraisal.ObserveDeadlines()
                | appraisal.RecordFollowUp()
            ):
                return AppraisalContext(**self._common, ruling=self._applying(command.period, stream.state))
            case _:
                assert_never(command)

    def _of_policy_register(self, command: policy_register.PolicyCommand, stream: StreamSoFar) -> Context:
        state: policy_register.State = stream.state
        match command:
            case PublishPolicy():
                policy = drafts.fit(command.file, command.texts)
                return PublicationContext(**self._common, policy=policy.ref, purpose=policy.resolved.policy.decides)
            case AttachImpact():
                return ImpactContext(**self._common, impact=self._measure(self._batch.agency, command, state))
            case UnschedulePolicy():
                recallable(command, policy_register.published(command, state), state)
                resting = _resting(self._reader, self._batch.agency, command.id, command.version)
                return RecallContext(**self._common, resting=resting)
            case ProposePolicy():
                draft = self._draft(command.file, command.texts, command.since)
                return DraftContext(**self._common, draft=draft)
            case ApprovePolicy():
                proposed = approvable(command, state, self._context)[0].proposed
                draft = self._draft(proposed.file, proposed.texts, proposed.since)
                return DraftContext(**self._common, draft=draft)
            case SchedulePolicy():
                return DraftContext(**self._common, draft=self._scheduled(command, stream))
            case WithdrawPolicy() | NameShadow() | EndShadow():
                return self._context
            case _:
                assert_never(command)

    def _of_cohort(self, command: CohortCommand, stream: StreamSoFar) -> Context:
        cohort: Cohort = stream.state
        match command:
            case OpenCohort():
                openable(command, cohort, self._context)
                return self._opening_cohort(command)
            case JudgeCohort():
                judgeable(command, cohort, self._context)
                present = frozenset(one.employee for one in self._cohorts.held(command.appraiser, command.period))
                outcomes = self._cohorts.outcomes(cohort.members, command.period, self._closings(command, cohort))
                return CohortJudgingContext(**self._common, present=present, outcomes=outcomes)
            case CloseCohort():
                opened = closable(command, cohort, self._context)
                present = frozenset(one.employee for one in self._cohorts.held(command.appraiser, command.period))
                found = cohorts.spread(cohort, self._policies.by_hash(self._batch.agency, opened.policy.hash))
                moved = [name for name, standing in cohort.members.items() if standing.calibrated is not None]
                return CohortClosingContext(
                    **self._common,
                    present=present,
                    breaches=found.breaches,
                    unchecked=found.unchecked,
                    small=found.small,
                    final=self._cohorts.final(moved, command.period),
                )
            case CalibratePredicate():
                # Of a member alone: whoever is none, or is no number at all, is told so by the rule.
                named = [command.employee] if command.employee in cohort.members else []
                return CohortMovingContext(**self._common, final=self._cohorts.final(named, command.period))
            case ReopenCohort():
                return self._context
            case _:
                assert_never(command)

    def _of_programme(self, command: ProgrammeCommand, stream: StreamSoFar) -> Context:
        state: Programme = stream.state
        match command:
            case ConcludePeriod() | CorrectPeriod():
                conclusion.concludable(command, state, self._context)
                positions = self._programmes.positions(command, stream)
                applied = self._policies.judging(self._batch.agency, _period(command.period))
                return ConcludingContext(**self._common, positions=positions, applied=applied)
            case JoinProgramme():
                membership.joinable(command, state, self._context)
                typed = self._programmes.typed_of_joining(command, state)
                return FeedingContext(**self._common, applied={}, fed={}, typed=typed)
            case DefineIndicator() | ReviseProgrammeTarget():
                if isinstance(command, DefineIndicator):
                    indicators.definable(command, state, self._context)
                else:
                    indicators.revisable(command, state, self._context)
                fed_in = self._programmes.fed_in(command, state)
                return FeedingContext(
                    **self._common,
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
                | ReportProgrammeProgress()
                | AcceptProgrammeReport()
                | ReturnProgrammeReport()
                | EndProgramme()
            ):
                return self._context
            case _:
                assert_never(command)

    def _closings(self, command: JudgeCohort, cohort: Cohort) -> dict[str, AppraisalEvent]:
        """Whose anonymous groups the batch itself closes: it is stored only where nobody has rated meanwhile."""
        found: dict[str, AppraisalEvent] = {}
        for employee in cohort.members:
            own = self._loaded.get(streams.appraisal(self._batch.agency, employee, command.period))
            if own is None or not own.news:
                continue
            if len(own.news) > 1 or not isinstance(own.news[0], RatingsClosed):
                raise Invalid(
                    "judge-cohort judges what is in the log: send it in a batch of its own, or with close-ratings alone"
                )
            found[employee] = own.news[0]
        return found

    def _opening_cohort(self, command: OpenCohort) -> CohortOpeningContext:
        period = _period(command.period)
        held = self._cohorts.held(command.appraiser, command.period)
        units = self._cohorts.units(command.appraiser, period)
        return CohortOpeningContext(
            **self._common,
            ruling=self._cohorts.ruling(held, command.period),
            members=self._cohorts.members(held),
            units=units,
            achieved=self._cohorts.achieved(units, period),
        )

    def _standing(
        self, command: appraisal.Finalise, state: Appraisal, ruling: Rulebook | Unruled
    ) -> CohortStanding | None:
        """None where no distribution is asked, which spares the look-up."""
        rule = None if isinstance(ruling, Unruled) else ruling.distribution
        if rule is None or rule.mode == "off":
            return None
        own = self._loaded.get(streams.cohort(self._batch.agency, state.appraiser, command.period))
        if own is not None and own.news:
            raise Invalid(
                "finalise rests on the cohort in the log: send it in a batch of its own, after the cohort is closed"
            )
        return self._cohorts.standing(state.appraiser, command.period, command.employee)

    def _headed(self, command: appraisal.Finalise, ruling: Rulebook | Unruled) -> HeadedUnit | None:
        """None where the policy asks for no head's unit, which spares the look-up."""
        if isinstance(ruling, Unruled) or HEADED_UNIT_PREDICATE not in ruling.facts:
            return None
        period = _period(command.period)
        units = tuple(one for one in self._cohorts.units(command.employee, period) if one.leading == "head")
        gathered = gather(self._reader, self._batch.agency, command.employee, command.period, (), None)
        told = gathered.facts.case.facts.get(HEADED_UNIT_PREDICATE)
        return HeadedUnit(units, self._cohorts.achieved(units, period), told if isinstance(told, str) else None)

    def _assessing(self, command: appraisal.AssessCompetencies, state: Appraisal) -> AssessingContext:
        """With the standard of the post that the employee had on most days of the period."""
        person, agency = self._employee(command.employee), self._batch.agency
        standard = required_competencies(self._reader, agency, person, state.starts, state.ends)
        ruling = self._applying(command.period, state)
        return AssessingContext(**self._common, ruling=ruling, standard=standard)

    def _drawing(
        self, command: appraisal.AssignRaters | appraisal.DeclineAssignment | appraisal.ReplaceRater, state: Appraisal
    ) -> DrawContext:
        """Of whoever is put in a place later, by the roster of the draw."""
        context = AppraisalContext(**self._common, ruling=self._applying(command.period, state))
        match command:
            case appraisal.AssignRaters():
                raters.assignable(state, context)
            case appraisal.DeclineAssignment():
                raters.declinable(command, state, context)
            case appraisal.ReplaceRater():
                raters.replaceable(command, state, context)
            case _:
                assert_never(command)
        rule, drawn = raters.assigning(context), state.assigned.drawn
        if drawn is not None:
            # The next is of the same draw, whatever a later version of the rules would draw.
            rule = self._policies.by_hash(self._batch.agency, drawn.policy.hash).rules.assigning or rule
        head = self._settled(command, rule)
        found = self._draws.of(command.period, state, rule, head if drawn is None else drawn.position)
        colleagues = found.candidates.get(Relation.PEER, ())
        rated = self._draws.rated(command.employee, colleagues, command.period, rule, head)
        return DrawContext(
            **self._common,
            ruling=context.ruling,
            candidates=found.candidates,
            position=found.position,
            rated=frozenset(rated),
            salt=found.salt,
            salt_at=found.salt_at,
        )

    def _settled(self, command: appraisal.ToAppraisal, rule: AssigningRule) -> int:
        """The head of the log, which draws rest on. Where no two may rate each other, nobody may come to rate between
        the look at it and the append.
        """
        head = self._reader.streams(self._batch.agency, [])[0]
        if not rule.mutual:
            if any(one.__struct_config__.tag in COMING_IN for own in self._loaded.values() for one in own.news):
                tag = command.__struct_config__.tag
                raise Invalid(
                    f"{tag} rests on what is in the log: send it in a batch of its own, after the others are done"
                )
            self.unless = Unless(COMING_IN, head)
        return head

    def _establishing(self, command: appraisal.EstablishFact, ruling: Rulebook | Unruled) -> AppraisalContext:
        """Which units somebody heads is looked up for the one fact that tells of them."""
        if command.fact != HEADED_UNIT_PREDICATE:
            cycle = None if isinstance(ruling, Unruled) else ruling.cycle
            told = self._programmes.telling(command.fact, command.employee, _period(command.period), cycle)
            return VouchingContext(**self._common, ruling=ruling, programme=told)
        units = self._cohorts.units(command.employee, _period(command.period))
        heading = tuple(one for one in units if one.leading == "head")
        return EstablishingContext(**self._common, ruling=ruling, heading=heading)

    def _opening(self, command: appraisal.OpenAppraisal, stream: StreamSoFar) -> OpeningContext:
        person = self._employee(command.employee)
        # Of the first day in the period: who is promoted later is judged by the rule of the class they began it with.
        position_class = class_on(person, max(_period(command.period).starts, person.since or date.min))
        ruling = self._applying(command.period, stream.state, position_class)
        # Also where a rule opens whole periods of one cycle: those of another rule may share a day with them.
        others = self._others(command, ruling) if isinstance(ruling, Rulebook) else []
        overlapping = tuple(one.period for one in others if self._counts_days(one.period, one.state))
        return OpeningContext(
            **self._common,
            ruling=ruling,
            position_class=position_class,
            overlapping=overlapping,
            plans=self._plans_of_year(command, ruling),
            carried=self._carried(command, others, ruling),
        )

    def _finalising(self, command: appraisal.Finalise, stream: StreamSoFar) -> FinalisingContext:
        ruling = self._applying(command.period, stream.state)
        finalisable(command, stream.state, AppraisalContext(**self._common, ruling=ruling))
        # The score is folded from the log, which does not have them yet.
        if stream.news:
            raise Invalid(
                "finalise judges what is in the log: send it in a batch of its own, after the others are done"
            )
        unsettled = self._unsettled(command, ruling)
        standing = self._standing(command, stream.state, ruling)
        scored = self._score(command, stream.state)
        plans = self._plans_of_year(command, ruling)
        return FinalisingContext(
            **self._common,
            ruling=ruling,
            scored=scored,
            unsettled=unsettled,
            plans=plans,
            standing=standing,
            heads_independent_unit=self._heads_independent_unit(stream.state),
            headed=self._headed(command, ruling),
            allowed=self._allowed(command, stream.state, scored),
            alignment=self._alignment_read(command, stream.state, ruling),
        )

    def _alignment_read(
        self, command: appraisal.Finalise, state: Appraisal, ruling: Rulebook | Unruled
    ) -> Alignment | None:
        """None where the policy does not ask for it, which spares the look-up."""
        if isinstance(ruling, Unruled) or not ruling.facts & {ALIGNED_RESULTS, PLANNED_RESULTS}:
            return None
        return self._alignment(command, state)

    def _heads_independent_unit(self, state: Appraisal) -> bool:
        """Not of one who only acts for a head (Plt): they are appraised in their own post."""
        unit = self._agency.units.get(state.unit)
        if unit is None or not unit.independent:
            return False
        head = self._head(state.unit, state.ends)
        return head is not None and head.employee == state.employee and not head.acting

    def _plans_of_year(self, command: appraisal.ToAppraisal, ruling: Rulebook | Unruled) -> WorkPlans | None:
        return self._plans(command) if isinstance(ruling, Rulebook) and ruling.plan.of_year else None

    def _plans(self, command: appraisal.ToAppraisal) -> WorkPlans:
        """The work plans of the year of an appraisal, as the batch has left them so far, or as the log has them."""
        year = _period(command.period).starts.year
        id_ = streams.workplans(self._batch.agency, command.employee, year)
        if id_ in self._loaded:
            return self._loaded[id_].state
        plans = WorkPlans()
        for past in self._reader.stream(self._batch.agency, id_):
            plans = workplan.evolve(plans, past.event)
        return plans

    def _ruling_plan(self, command: ToWorkPlan) -> Rulebook | Unruled:
        """The rules in force on the first day of the plan for the class that the employee's post has now."""
        day = _period(command.period).starts
        position_class = class_on(self._employee(command.employee), day)
        try:
            return self._policies.require_in_force(self._batch.agency, day, position_class=position_class).rules
        except NotOneInForce as none:
            return Unruled(none.message)

    def _reusing(
        self, command: appraisal.ProposeReuse | appraisal.AgreeToReuse, state: Appraisal, of: str
    ) -> ReuseContext:
        ruling = self._applying(command.period, state)
        [source] = self._appraisals(command.employee, [of])
        return ReuseContext(**self._common, ruling=ruling, source=source)

    def _issuing(self, command: appraisal.IssueDocument, stream: StreamSoFar) -> IssuingContext:
        context = AppraisalContext(**self._common, ruling=self._applying(command.period, stream.state))
        issuable(command, stream.state, context)
        # It is printed from the log, which does not have them yet.
        if stream.news:
            raise Invalid("issue-document prints what is in the log: send it in a batch of its own")
        printed = self._documents.prepared(command, stream.state, context)
        return IssuingContext(**self._common, ruling=context.ruling, printed=printed)

    def _joining(self, command: appraisal.JoinParts, stream: StreamSoFar) -> JoiningContext:
        """By the rule of the last part, where all of them are final."""
        parts = self._parts(command)
        last = parts[-1]
        is_split = self._is_split(command.period, last.state.position_class)
        ruling = self._applying_to_last(last)
        context = PartsContext(**self._common, ruling=ruling, parts=parts, is_split=is_split)
        consolidation.joinable(command, stream.state, context)
        if stream.news:
            raise Blocked("there is no result for these parts yet; send join-parts in a batch of its own")
        recorded = consolidation.recorded(command, context)
        agency = self._batch.agency
        policies = [self._policies.by_hash(agency, part.policy.hash) for part in recorded]
        outcome = joined(self._reader, agency, command.employee, command.period, recorded, policies, None)
        return JoiningContext(**self._common, ruling=ruling, parts=parts, is_split=is_split, scored=outcome)

    def _applying_to_last(self, part: Part) -> Rulebook | Unruled:
        final = part.state.finalised
        if final is not None:
            return self._policies.by_hash(self._batch.agency, final.policy.hash).rules
        try:
            return self._policy(part.period, part.state.position_class).rules
        except NotOneInForce:
            return Unruled("schedule one first")

    def _applying(
        self, period: str, state: Appraisal, position_class: PositionClass | None = None
    ) -> Rulebook | Unruled:
        """The rules by which an appraisal is judged: of the class it was opened with, or is to be opened with; a later
        move doesn't change by which policy a period is judged.

        A result that is fixed keeps the rules it was fixed by where another rule has come to split its period.
        """
        of_class = position_class or state.position_class
        try:
            return self._policy(period, of_class).rules
        except NotOneInForce as none:
            fixed = state.finalised or state.joined
            if fixed is None or not self._is_split(period, of_class):
                return Unruled(none.message)
            return self._policies.by_hash(self._batch.agency, fixed.policy.hash).rules

    def _policy(self, label: str, position_class: PositionClass | None) -> PublishedPolicy:
        """The one in force at the period's policy date, which the policy itself sets at its start or end.

        Raises NotOneInForce.
        """
        key = (label, position_class)
        if key not in self._ruling:
            self._ruling[key] = self._policies.ruling(self._batch.agency, _period(label), position_class)
        return self._ruling[key]

    def _is_split(self, label: str, position_class: PositionClass | None) -> bool:
        try:
            return self._policies.cut(self._batch.agency, _period(label), position_class)
        except NotOneInForce:
            return False

    def _others(self, command: appraisal.OpenAppraisal, ruling: Rulebook) -> list[Part]:
        """All that the employee could have beside this one with a day of it; of a year over its periods none."""
        period = _period(command.period)
        if record_uses.is_over_its_periods(ruling, period):
            return []
        return self._appraisals(command.employee, [one.label for one in meeting(period) if one.label != command.period])

    def _carried(
        self, command: appraisal.OpenAppraisal, others: Sequence[Part], ruling: Rulebook | Unruled
    ) -> tuple[AppraisalEvent, ...]:
        """What belongs to a part of the whole that was cut into it and another."""
        whole = next((one.period for one in others if one.state.cut and command.period in one.state.cut), None)
        if whole is None or isinstance(ruling, Unruled):
            return ()
        id_, zone = streams.appraisal(self._batch.agency, command.employee, whole), ZoneInfo(self._agency.time_zone)
        happened = [
            Happened(past.event, past.at.astimezone(zone).date())
            for past in self._reader.stream(self._batch.agency, id_)
        ]
        if id_ in self._loaded:
            happened += [Happened(event, self._today) for event in self._loaded[id_].news]
        of_whole = division.since_opened(happened)
        return tuple(division.belonging(_period(command.period), of_whole, of_year=ruling.plan.of_year))

    def _counts_days(self, label: str, state: Appraisal) -> bool:
        """Whether the days of an appraisal are taken, so that no other may have them: not of one that can't be
        finalised any more because another rule has come to cut its period, nor of a year that is over its periods.
        """
        if state.stage is Stage.UNOPENED:
            return False
        if state.stage is not Stage.FINAL and self._is_split(label, state.position_class):
            return False
        ruling = self._applying(label, state)
        return not (isinstance(ruling, Rulebook) and record_uses.is_over_its_periods(ruling, _period(label)))

    def _unsettled(self, command: appraisal.Finalise, ruling: Rulebook | Unruled) -> tuple[str, ...]:
        """Of a year that is judged beside its periods, those that were opened and have no result that stands."""
        year = _period(command.period)
        if isinstance(ruling, Unruled) or not (ruling.judged_year and year.cycle == "year"):
            return ()
        wanted = [one.label for one in meeting(year) if one.label != command.period]
        return tuple(
            part.period
            for part in self._appraisals(command.employee, wanted)
            if part.state.stage not in (Stage.UNOPENED, Stage.FINAL)
            or (part.state.objection is not None and not part.state.objection_decided)
        )

    def _parts(self, command: appraisal.JoinParts) -> tuple[Part, ...]:
        # Whether they make up the whole is for the policy of the last to say, which isn't known yet.
        consolidation.named(command.parts, _period(command.period))
        parts = self._appraisals(command.employee, command.parts)
        if any(self._unsaved(command.employee, label) for label in command.parts):
            raise Invalid(
                "join-parts takes what is in the log: send it in a batch of its own, after the parts are done"
            )
        return tuple(parts)

    def _unsaved(self, employee: str, label: str) -> bool:
        own = self._loaded.get(streams.appraisal(self._batch.agency, employee, label))
        return own is not None and bool(own.news)

    def _appraisals(self, employee: str, labels: Sequence[str]) -> list[Part]:
        """As the log has them, or as the batch has left them so far."""
        agency = self._batch.agency
        ids = [streams.appraisal(agency, employee, label) for label in labels]
        found = {id_: Part(label, Appraisal(), 0) for id_, label in zip(ids, labels, strict=True)}
        for past in self._reader.streams(agency, ids)[1]:
            one = found[past.stream]
            position = past.position if consolidation.is_fixing(past.event) else one.position
            found[past.stream] = Part(one.period, evolve(one.state, past.event), position)
        return [
            structs.replace(found[id_], state=self._loaded[id_].state) if id_ in self._loaded else found[id_]
            for id_ in ids
        ]

    def _draft(self, file: str, texts: Mapping[str, str], since: date) -> Draft:
        """The text as proposed; checked again on the day of its approval by what the checks are then."""
        agency, day_before = self._batch.agency, since - timedelta(days=1)
        cycles, prorating = self._policies.cycles(agency, day_before), self._policies.joining(agency, day_before)
        draft = drafts.checked(file, texts, cycles, prorating)
        before = self._policies.latest(agency, draft.policy.id)
        return structs.replace(draft, tests_before=len(before.resolved.policy.tests) if before else 0)

    def _scheduled(self, command: SchedulePolicy, stream: StreamSoFar) -> Draft:
        """What decides whether it may begin then, by the register as the batch has left it so far."""
        state: policy_register.State = stream.state
        version = schedulable(command, state, self._context)
        day_before = command.since - timedelta(days=1)
        holding = {span.hash for spans in state.spans.values() for span in spans if span.holds(day_before)}
        before = {hash_: self._published(hash_, stream).rules for hash_ in holding}
        cycles = {hash_: rules.cycle for hash_, rules in before.items()}
        prorating = frozenset(hash_ for hash_, rules in before.items() if rules.segments)
        return drafts.drafted(self._published(version.policy.hash, stream), cycles, prorating)

    def _published(self, hash_: str, stream: StreamSoFar) -> PublishedPolicy:
        for event in stream.news:
            if isinstance(event, PolicyPublished) and event.policy.hash == hash_:
                return drafts.read(event.file, event.texts)
        return self._policies.by_hash(self._batch.agency, hash_)

    def _score(self, command: appraisal.Finalise, state: Appraisal) -> ScoringResult:
        policy = self._policy(command.period, state.position_class)
        surveys = tuple(policy.rules.surveys)
        agency = self._batch.agency
        gathered = gather(self._reader, agency, command.employee, command.period, surveys, None)
        closing = None if state.closed_by is None else self._policies.by_hash(agency, state.closed_by.hash)
        # From the system's chance: whoever could guess the salt could try which ratings make the digest.
        return scored(gathered, policy, token_bytes(_SALT).hex(), closing)

    def _allowed(self, command: appraisal.Finalise, state: Appraisal, scored: ScoringResult) -> tuple[str, ...]:
        """Asked only of a result that amends one which was moved."""
        if state.calibration is None or state.amending is None or scored.predicate is None:
            return ()
        policy = self._policy(command.period, state.position_class)
        gathered = gather(self._reader, self._batch.agency, command.employee, command.period, (), None)
        return allowed(scored.predicate, gathered, policy)

    def _leads(self, nip: str, day: date) -> bool:
        """Whether somebody is the head of the unit in which they serve on a day."""
        held = assignment_on(self._tenure(nip), day)
        if held is None:
            return False
        head = self._head(held.unit, day)
        return head is not None and head.employee == nip

    def _head(self, unit: str, day: date) -> headship.Head | None:
        """As the batch has left the unit so far, or as the log has it."""
        stream = streams.organisation(self._batch.agency, unit)
        own = self._loaded.get(stream)
        state = headship.State() if own is None else own.state
        if own is None:
            for past in self._reader.stream(self._batch.agency, stream):
                state = headship.evolve(state, past.event)
        return headship.head_on(state, day)

    def _tenure(self, nip: str) -> Tenure | None:
        """As the log has it, or as the batch has left it so far."""
        tenure = self._employee(nip)
        return None if tenure.since is None else tenure

    def _employee(self, nip: str) -> roster.State:
        """As the batch has left them so far, or as the log has them."""
        own = self._loaded.get(streams.employee(self._batch.agency, nip))
        if own is not None:
            return own.state
        if nip not in self._employees:
            self._employees[nip] = self._recorded_employee(self._batch.agency, nip)
        return self._employees[nip]


def _fixes(state: object) -> bool:
    return isinstance(state, credit.State | allowance.State)


def _resting(reader: EventReader, agency: str, id_: str, version: int) -> tuple[str, ...]:
    """The final results, as employee/period, that were fixed by a version of a policy and still stand."""
    fixed: dict[UUID, tuple[str, int]] = {}
    whose: dict[UUID, str] = {}
    for past in reader.of_types(agency, _FIXING):
        event: _Fixing = past.event
        match event:
            case Opened():
                whose[past.stream] = f"{event.employee}/{event.period}"
            case Finalised() | Joined():
                fixed[past.stream] = (event.policy.id, event.policy.version)
            case Reopened():
                fixed.pop(past.stream, None)
            case _:
                assert_never(event)
    return tuple(sorted(whose[stream] for stream, by in fixed.items() if by == (id_, version)))


def _period(label: str) -> Period:
    try:
        return parse(label)
    except ValueError as unknown:
        raise Invalid(str(unknown), field="/period") from None
