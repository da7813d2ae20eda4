"""What a decision on credit points or an allowance may know: the appraisal beneath, and what a policy makes of it."""

from functools import partial
from zoneinfo import ZoneInfo

from neraca.domain.agency import Agency, in_rhythm, is_working_day
from neraca.domain.appraisal.state import Stage
from neraca.domain.assignments import class_on
from neraca.domain.contexts import (
    AllowanceContext,
    BringingContext,
    Context,
    CreditContext,
)
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import PART, Period, containing, following, meeting
from neraca.domain.remuneration import allowance, credit
from neraca.domain.remuneration.unpaid_days import counting
from neraca.domain.vocabulary import PositionClass, Purpose
from neraca.policy.published import PublishedPolicy
from neraca.service import remuneration
from neraca.service.batch_state import BatchState, StreamSoFar, period_named
from neraca.service.scoring import judged


class RemunerationContexts:
    """Read from the log after the domain has refused all that it can without."""

    def __init__(self, batch: BatchState) -> None:
        self._batch = batch

    def of_credit(self, command: credit.CreditCommand, stream: StreamSoFar) -> Context:
        if isinstance(command, credit.BringForwardCredit):
            return self._bringing(command)
        agency, period = self._batch.agency.id, period_named(command.period)
        appraised = remuneration.appraisal_found(self._batch.reader, agency, command.employee, command.period)
        context = CreditContext(**self._batch.common, appraisal=appraised.part)
        credit.fixable(command, stream.state, context)
        self._batch.in_the_log(stream)
        policy = self._paying(period, "credit", appraised.part.state.position_class)
        reads = policy.rules.facts
        gathered = remuneration.gather_credit(self._batch.reader, agency, command.employee, command.period, reads, None)
        return CreditContext(
            **self._batch.common,
            appraisal=gathered.appraisal.part,
            levels=remuneration.credit_of(gathered, policy),
            touched=gathered.touched,
        )

    def _bringing(self, command: credit.BringForwardCredit) -> BringingContext:
        of_class = class_on(self._batch.employee(command.employee), command.on)
        policy = self._batch.policies.in_force(self._batch.agency.id, command.on, "credit", of_class)
        if policy is None:
            why = f"no policy for credit is in force on {command.on}; give the points instead"
            return BringingContext(**self._batch.common, policy=None, yearly=None, unruled=why)
        scored = remuneration.yearly_points(policy, command.level)
        why = f"{policy.ref.name} gives no points in {command.level}: {scored.blocked}"
        return BringingContext(**self._batch.common, policy=policy.ref, yearly=scored.score, unruled=why)

    def of_allowance(self, command: allowance.AllowanceCommand, stream: StreamSoFar) -> AllowanceContext:
        agency, month = self._batch.agency.id, period_named(command.month)
        appraised = remuneration.appraisal_found(self._batch.reader, agency, command.employee, command.appraisal)
        later = self._later(command.employee, period_named(command.appraisal), month)
        context = AllowanceContext(**self._batch.common, appraisal=appraised.part, later=later)
        allowance.fixable(command, stream.state, context)
        self._batch.in_the_log(stream)
        policy = self._paying(month, "allowance", appraised.part.state.position_class)
        tenure, zone = self._batch.employee(command.employee), ZoneInfo(self._batch.agency.time_zone)
        within = self._appraised(command.employee, month, appraised.part.state.position_class)
        rule = remuneration.report_rule(
            self._reporting(month, appraised.part.state.position_class), policy, month, tenure, within
        )
        gathered = remuneration.gather_allowance(
            self._batch.reader,
            agency,
            command.employee,
            command.month,
            command.appraisal,
            policy.rules.facts,
            rule,
            counting(month, partial(is_working_day, self._batch.agency)),
            zone,
            None,
        )
        result = gathered.appraisal.result
        return AllowanceContext(
            **self._batch.common,
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
        found = self._batch.appraisals(employee, [one.label for one in meeting(whole)])
        return remuneration.reporting_months(month, whole, found)

    def _cycle(self, month: Period, position_class: PositionClass | None) -> Period:
        """The period in which a month is appraised by the policy in force at its end."""
        policy = self._appraising(month, position_class)
        return month if policy is None else containing(month.starts, policy.rules.cycle)

    def _reporting(self, month: Period, position_class: PositionClass | None) -> Agency:
        """The agency in the rhythm of reports of the policy in force at the end of a month."""
        policy = self._appraising(month, position_class)
        return self._batch.agency if policy is None else in_rhythm(self._batch.agency, policy.rules.reporting)

    def _appraising(self, month: Period, position_class: PositionClass | None) -> PublishedPolicy | None:
        try:
            return self._batch.policies.in_force(self._batch.agency.id, month.ends, "predicate", position_class)
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
        found = self._batch.appraisals(employee, labels) if labels else []
        return tuple(part.period for part in found if part.state.stage is Stage.FINAL)

    def _paying(self, period: Period, purpose: Purpose, position_class: PositionClass | None) -> PublishedPolicy:
        """Raises NotOneInForce."""
        policy = self._batch.policies.by_policy_date(self._batch.agency.id, period, purpose, position_class)
        if policy is None:
            raise NotOneInForce(f"no policy for {purpose} is in force in {period.label}; adopt one, and do this again")
        return policy
