"""What a decision on an appraisal may know besides its own stream: looked up in the log and among the policies."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from neraca.domain import record_uses, streams
from neraca.domain.appraisal import commands as appraisal
from neraca.domain.appraisal import consolidation, division, raters, reuse
from neraca.domain.appraisal.division import Happened
from neraca.domain.appraisal.documents import issuable
from neraca.domain.appraisal.events import AppraisalEvent
from neraca.domain.appraisal.result import finalisable
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.assignments import class_on
from neraca.domain.cascade import links, mission, unit_plan
from neraca.domain.command_rules import AssigningRule, Rulebook
from neraca.domain.contexts import (
    Alignment,
    AlignmentContext,
    AppraisalContext,
    AssessingContext,
    CohortStanding,
    DrawContext,
    EstablishingContext,
    FinalisingContext,
    HeadedUnit,
    IssuingContext,
    JoiningContext,
    OpeningContext,
    Part,
    PartsContext,
    ReuseContext,
    ScoringResult,
    TakingContext,
    Unruled,
    VouchingContext,
)
from neraca.domain.errors import Blocked, Invalid, NotOneInForce
from neraca.domain.facts import ALIGNED_RESULTS, HEADED_UNIT_PREDICATE, PLANNED_RESULTS
from neraca.domain.period import meeting
from neraca.domain.vocabulary import Relation
from neraca.domain.workplan.state import WorkPlans
from neraca.service import service_times_context
from neraca.service.batch_state import BatchState, StreamSoFar, new_salt, period_named
from neraca.service.cascade_context import CascadeLookups
from neraca.service.cohort_context import CohortLookups, allowed
from neraca.service.competency_standards import required_competencies
from neraca.service.draw_context import COMING_IN, DrawLookups
from neraca.service.evaluation_documents import EvaluationDocuments
from neraca.service.programme_context import ProgrammeLookups
from neraca.service.scoring import gather, joined, scored
from neraca.store.ledger import Unless

_CASCADE = (links.State, mission.State, unit_plan.State)


class AppraisalContexts:
    """Whatever costs more than a look at the roster is looked up after the domain has refused what it can without."""

    def __init__(
        self,
        batch: BatchState,
        documents: EvaluationDocuments,
        cohorts: CohortLookups,
        draws: DrawLookups,
        programmes: ProgrammeLookups,
        cascade: CascadeLookups,
    ) -> None:
        self._batch = batch
        self._documents = documents
        self._cohorts = cohorts
        self._draws = draws
        self._programmes = programmes
        self._cascade = cascade
        self.unless: Unless | None = None

    def of(self, command: appraisal.AppraisalCommand, stream: StreamSoFar) -> AppraisalContext:
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
                ruling = self._batch.applying(command.period, stream.state)
                proposed = reuse.proposal(stream.state, AppraisalContext(**self._batch.common, ruling=ruling))
                return self._reusing(command, stream.state, proposed.of)
            case appraisal.IssueDocument():
                return self._issuing(command, stream)
            case appraisal.EstablishFact():
                return self._establishing(command, stream.state)
            case appraisal.AssessCompetencies():
                return self._assessing(command, stream.state)
            case appraisal.AssignRaters() | appraisal.DeclineAssignment() | appraisal.ReplaceRater():
                return self._drawing(command, stream.state)
            case appraisal.CountAlignment():
                ruling = self._batch.applying(command.period, stream.state)
                counted = self._alignment(command, stream.state)
                return AlignmentContext(**self._batch.common, ruling=ruling, alignment=counted)
            case appraisal.TakePlan():
                ruling = self._batch.applying(command.period, stream.state)
                return TakingContext(**self._batch.common, ruling=ruling, plans=self._batch.plans(command))
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
                return AppraisalContext(**self._batch.common, ruling=self._batch.applying(command.period, stream.state))
            case _:
                assert_never(command)

    def _opening(self, command: appraisal.OpenAppraisal, stream: StreamSoFar) -> OpeningContext:
        person = self._batch.employee(command.employee)
        # Of the first day in the period: who is promoted later is judged by the rule of the class they began it with.
        position_class = class_on(person, max(period_named(command.period).starts, person.since or date.min))
        ruling = self._batch.applying(command.period, stream.state, position_class)
        # Also where a rule opens whole periods of one cycle: those of another rule may share a day with them.
        others = self._others(command, ruling) if isinstance(ruling, Rulebook) else []
        overlapping = tuple(one.period for one in others if self._counts_days(one.period, one.state))
        return OpeningContext(
            **self._batch.common,
            ruling=ruling,
            position_class=position_class,
            overlapping=overlapping,
            plans=self._plans_of_year(command, ruling),
            carried=self._carried(command, others, ruling),
        )

    def _finalising(self, command: appraisal.Finalise, stream: StreamSoFar) -> FinalisingContext:
        ruling = self._batch.applying(command.period, stream.state)
        finalisable(command, stream.state, AppraisalContext(**self._batch.common, ruling=ruling))
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
            **self._batch.common,
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

    def _joining(self, command: appraisal.JoinParts, stream: StreamSoFar) -> JoiningContext:
        """By the rule of the last part, where all of them are final."""
        parts = self._parts(command)
        last = parts[-1]
        is_split = self._batch.is_split(command.period, last.state.position_class)
        ruling = self._applying_to_last(last)
        context = PartsContext(**self._batch.common, ruling=ruling, parts=parts, is_split=is_split)
        consolidation.joinable(command, stream.state, context)
        if stream.news:
            raise Blocked("there is no result for these parts yet; send join-parts in a batch of its own")
        recorded = consolidation.recorded(command, context)
        agency = self._batch.agency.id
        policies = [self._batch.policies.by_hash(agency, part.policy.hash) for part in recorded]
        outcome = joined(self._batch.reader, agency, command.employee, command.period, recorded, policies, None)
        return JoiningContext(**self._batch.common, ruling=ruling, parts=parts, is_split=is_split, scored=outcome)

    def _reusing(
        self, command: appraisal.ProposeReuse | appraisal.AgreeToReuse, state: Appraisal, of: str
    ) -> ReuseContext:
        ruling = self._batch.applying(command.period, state)
        [source] = self._batch.appraisals(command.employee, [of])
        return ReuseContext(**self._batch.common, ruling=ruling, source=source)

    def _issuing(self, command: appraisal.IssueDocument, stream: StreamSoFar) -> IssuingContext:
        context = AppraisalContext(**self._batch.common, ruling=self._batch.applying(command.period, stream.state))
        issuable(command, stream.state, context)
        # It is printed from the log, which does not have them yet.
        if stream.news:
            raise Invalid("issue-document prints what is in the log: send it in a batch of its own")
        printed = self._documents.prepared(command, stream.state, context)
        return IssuingContext(**self._batch.common, ruling=context.ruling, printed=printed)

    def _settled(self, command: appraisal.ToAppraisal, rule: AssigningRule) -> int:
        """The head of the log, which draws rest on. Where no two may rate each other, nobody may come to rate between
        the look at it and the append.
        """
        head = self._batch.reader.streams(self._batch.agency.id, [])[0]
        if not rule.mutual:
            if any(one.__struct_config__.tag in COMING_IN for own in self._batch.loaded.values() for one in own.news):
                tag = command.__struct_config__.tag
                raise Invalid(
                    f"{tag} rests on what is in the log: send it in a batch of its own, after the others are done"
                )
            self.unless = Unless(COMING_IN, head)
        return head

    def _establishing(self, command: appraisal.EstablishFact, state: Appraisal) -> AppraisalContext:
        """Which units somebody heads is looked up for the one fact that tells of them."""
        ruling = self._batch.applying(command.period, state)
        if command.fact != HEADED_UNIT_PREDICATE:
            cycle = None if isinstance(ruling, Unruled) else ruling.cycle
            told = self._programmes.telling(command.fact, command.employee, period_named(command.period), cycle)
            measured = service_times_context.measured_in(
                self._batch.reader,
                self._batch.agency.id,
                state.unit,
                command.period,
                command.fact,
                self._batch.loaded,
            )
            return VouchingContext(**self._batch.common, ruling=ruling, programme=told, measured_in=measured)
        units = self._cohorts.units(command.employee, period_named(command.period))
        heading = tuple(one for one in units if one.leading == "head")
        return EstablishingContext(**self._batch.common, ruling=ruling, heading=heading)

    def _assessing(self, command: appraisal.AssessCompetencies, state: Appraisal) -> AssessingContext:
        """With the standard of the post that the employee had on most days of the period."""
        person, agency = self._batch.employee(command.employee), self._batch.agency.id
        standard = required_competencies(self._batch.reader, agency, person, state.starts, state.ends)
        ruling = self._batch.applying(command.period, state)
        return AssessingContext(**self._batch.common, ruling=ruling, standard=standard)

    def _drawing(
        self, command: appraisal.AssignRaters | appraisal.DeclineAssignment | appraisal.ReplaceRater, state: Appraisal
    ) -> DrawContext:
        """Of whoever is put in a place later, by the roster of the draw."""
        context = AppraisalContext(**self._batch.common, ruling=self._batch.applying(command.period, state))
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
            rule = self._batch.policies.by_hash(self._batch.agency.id, drawn.policy.hash).rules.assigning or rule
        head = self._settled(command, rule)
        found = self._draws.of(command.period, state, rule, head if drawn is None else drawn.position)
        colleagues = found.candidates.get(Relation.PEER, ())
        rated = self._draws.rated(command.employee, colleagues, command.period, rule, head)
        return DrawContext(
            **self._batch.common,
            ruling=context.ruling,
            candidates=found.candidates,
            position=found.position,
            rated=frozenset(rated),
            salt=found.salt,
            salt_at=found.salt_at,
        )

    def _alignment(self, command: appraisal.ToAppraisal, state: Appraisal) -> Alignment:
        """As the log has it, which has nothing yet of what the batch links or plans."""
        unsaved = [own for own in self._batch.loaded.values() if own.news and isinstance(own.state, _CASCADE)]
        if unsaved:
            raise Invalid(
                "what leads to a goal is counted from the log: send it in a batch of its own, after the links"
            )
        return self._cascade.alignment(command.employee, command.period, state)

    def _alignment_read(
        self, command: appraisal.Finalise, state: Appraisal, ruling: Rulebook | Unruled
    ) -> Alignment | None:
        """None where the policy does not ask for it, which spares the look-up."""
        if isinstance(ruling, Unruled) or not ruling.facts & {ALIGNED_RESULTS, PLANNED_RESULTS}:
            return None
        return self._alignment(command, state)

    def _standing(
        self, command: appraisal.Finalise, state: Appraisal, ruling: Rulebook | Unruled
    ) -> CohortStanding | None:
        """None where no distribution is asked, which spares the look-up."""
        rule = None if isinstance(ruling, Unruled) else ruling.distribution
        if rule is None or rule.mode == "off":
            return None
        own = self._batch.loaded.get(streams.cohort(self._batch.agency.id, state.appraiser, command.period))
        if own is not None and own.news:
            raise Invalid(
                "finalise rests on the cohort in the log: send it in a batch of its own, after the cohort is closed"
            )
        return self._cohorts.standing(state.appraiser, command.period, command.employee)

    def _headed(self, command: appraisal.Finalise, ruling: Rulebook | Unruled) -> HeadedUnit | None:
        """None where the policy asks for no head's unit, which spares the look-up."""
        if isinstance(ruling, Unruled) or HEADED_UNIT_PREDICATE not in ruling.facts:
            return None
        period = period_named(command.period)
        units = tuple(one for one in self._cohorts.units(command.employee, period) if one.leading == "head")
        gathered = gather(self._batch.reader, self._batch.agency.id, command.employee, command.period, (), None)
        told = gathered.facts.case.facts.get(HEADED_UNIT_PREDICATE)
        return HeadedUnit(units, self._cohorts.achieved(units, period), told if isinstance(told, str) else None)

    def _heads_independent_unit(self, state: Appraisal) -> bool:
        """Not of one who only acts for a head (Plt): they are appraised in their own post."""
        unit = self._batch.agency.units.get(state.unit)
        if unit is None or not unit.independent:
            return False
        head = self._batch.head(state.unit, state.ends)
        return head is not None and head.employee == state.employee and not head.acting

    def _plans_of_year(self, command: appraisal.ToAppraisal, ruling: Rulebook | Unruled) -> WorkPlans | None:
        return self._batch.plans(command) if isinstance(ruling, Rulebook) and ruling.plan.of_year else None

    def _applying_to_last(self, part: Part) -> Rulebook | Unruled:
        final = part.state.finalised
        if final is not None:
            return self._batch.policies.by_hash(self._batch.agency.id, final.policy.hash).rules
        try:
            return self._batch.policy(part.period, part.state.position_class).rules
        except NotOneInForce:
            return Unruled("schedule one first")

    def _others(self, command: appraisal.OpenAppraisal, ruling: Rulebook) -> list[Part]:
        """All that the employee could have beside this one with a day of it; of a year over its periods none."""
        period = period_named(command.period)
        if record_uses.is_over_its_periods(ruling, period):
            return []
        labels = [one.label for one in meeting(period) if one.label != command.period]
        return self._batch.appraisals(command.employee, labels)

    def _carried(
        self, command: appraisal.OpenAppraisal, others: Sequence[Part], ruling: Rulebook | Unruled
    ) -> tuple[AppraisalEvent, ...]:
        """What belongs to a part of the whole that was cut into it and another."""
        whole = next((one.period for one in others if one.state.cut and command.period in one.state.cut), None)
        if whole is None or isinstance(ruling, Unruled):
            return ()
        agency = self._batch.agency
        id_, zone = streams.appraisal(agency.id, command.employee, whole), ZoneInfo(agency.time_zone)
        happened = [
            Happened(past.event, past.at.astimezone(zone).date()) for past in self._batch.reader.stream(agency.id, id_)
        ]
        if id_ in self._batch.loaded:
            happened += [Happened(event, self._batch.today) for event in self._batch.loaded[id_].news]
        of_whole = division.since_opened(happened)
        return tuple(division.belonging(period_named(command.period), of_whole, of_year=ruling.plan.of_year))

    def _counts_days(self, label: str, state: Appraisal) -> bool:
        """Whether the days of an appraisal are taken, so that no other may have them: not of one that can't be
        finalised any more because another rule has come to cut its period, nor of a year that is over its periods.
        """
        if state.stage is Stage.UNOPENED:
            return False
        if state.stage is not Stage.FINAL and self._batch.is_split(label, state.position_class):
            return False
        ruling = self._batch.applying(label, state)
        return not (isinstance(ruling, Rulebook) and record_uses.is_over_its_periods(ruling, period_named(label)))

    def _unsettled(self, command: appraisal.Finalise, ruling: Rulebook | Unruled) -> tuple[str, ...]:
        """Of a year that is judged beside its periods, those that were opened and have no result that stands."""
        year = period_named(command.period)
        if isinstance(ruling, Unruled) or not (ruling.judged_year and year.cycle == "year"):
            return ()
        wanted = [one.label for one in meeting(year) if one.label != command.period]
        return tuple(
            part.period
            for part in self._batch.appraisals(command.employee, wanted)
            if part.state.stage not in (Stage.UNOPENED, Stage.FINAL)
            or (part.state.objection is not None and not part.state.objection_decided)
        )

    def _parts(self, command: appraisal.JoinParts) -> tuple[Part, ...]:
        # Whether they make up the whole is for the policy of the last to say, which isn't known yet.
        consolidation.named(command.parts, period_named(command.period))
        parts = self._batch.appraisals(command.employee, command.parts)
        if any(self._batch.unsaved(command.employee, label) for label in command.parts):
            raise Invalid(
                "join-parts takes what is in the log: send it in a batch of its own, after the parts are done"
            )
        return tuple(parts)

    def _score(self, command: appraisal.Finalise, state: Appraisal) -> ScoringResult:
        policy = self._batch.policy(command.period, state.position_class)
        surveys = tuple(policy.rules.surveys)
        agency = self._batch.agency.id
        gathered = gather(self._batch.reader, agency, command.employee, command.period, surveys, None)
        closing = None if state.closed_by is None else self._batch.policies.by_hash(agency, state.closed_by.hash)
        return scored(gathered, policy, new_salt(), closing)

    def _allowed(self, command: appraisal.Finalise, state: Appraisal, scored: ScoringResult) -> tuple[str, ...]:
        """Asked only of a result that amends one which was moved."""
        if state.calibration is None or state.amending is None or scored.predicate is None:
            return ()
        policy = self._batch.policy(command.period, state.position_class)
        gathered = gather(self._batch.reader, self._batch.agency.id, command.employee, command.period, (), None)
        return allowed(scored.predicate, gathered, policy)
