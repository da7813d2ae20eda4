"""From log entries to scores: facts gather in their appraisal; what moves a score leaves a change with its cause.

Hidden ratings (rater_privacy) move nothing: they wait in a table of the fold's own until their groups close, and then
only what they came to together is there.

An appraisal sees its own stream, its employee's attendance and sanctions, what programmes say of them, and the survey
and achievement of its unit and period. The last two reach many appraisals; `Subject` and `UnitPeriod` remember what to
tell those that come later.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast, get_args
from uuid import UUID

import msgspec
from cachetools import LRUCache
from msgspec import Raw

from neraca.domain import rater_privacy, streams
from neraca.domain.achievement import AchievementPublished, AchievementRevised
from neraca.domain.appraisal import events as appraisal
from neraca.domain.attendance import AttendanceEvent, OfAttendance
from neraca.domain.errors import NotOneInForce
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.facts import Changed, Facts
from neraca.domain.period import parse
from neraca.domain.policy_register import (
    PolicyPublished,
    PolicyScheduled,
    PolicyScheduleWithdrawn,
    PolicySuperseded,
    applicability,
    validity,
)
from neraca.domain.programme import member_facts
from neraca.domain.programme.events import OfConclusion, PeriodConcluded, PeriodCorrected
from neraca.domain.roster import (
    EmployeeCorrected,
    EmployeeRegistered,
    EmployeeSanctioned,
    SanctionLifted,
    SanctionRevised,
)
from neraca.domain.service_times.events import ServiceTimesConfirmed
from neraca.domain.survey import SurveyClosed
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.numbers import printed
from neraca.policy.published import COMPILED, MOST, PublishedPolicy, terms
from neraca.projecting.projection import Entry, Key, Table, Workspace, tags
from projections.scores.outcomes import FIXED, Outcome, cancel, comparison, count, settle, withhold
from projections.scores.reach import REGISTER, all_facts, appraisals, register_of, subject_of, unit_period_of, unseal
from projections.scores.rows import (
    APPRAISAL,
    COMPARISON,
    NONE,
    PERSON,
    POLICY,
    POLICY_REGISTER,
    SEALED,
    SUBJECT,
    UNIT_PERIOD,
    Appraisal,
    Final,
    HiddenEvent,
    HiddenRating,
    KnownOfPerson,
    KnownOfUnit,
    Person,
    PersonalFact,
    Policy,
    Sealed,
    Superseded,
    UnitFact,
)
from projections.scores.scoring import AppraisalEvaluation, EvaluationCache

TAGS = tags(
    *get_args(appraisal.AppraisalEvent),
    *get_args(AttendanceEvent),
    EmployeeRegistered,
    EmployeeCorrected,
    EmployeeSanctioned,
    SanctionRevised,
    SanctionLifted,
    SurveyClosed,
    AchievementPublished,
    AchievementRevised,
    ServiceTimesConfirmed,
    PeriodConcluded,
    PeriodCorrected,
    PolicyPublished,
    PolicyScheduled,
    PolicySuperseded,
    PolicyScheduleWithdrawn,
)
_STAGE: dict[type, str] = {
    appraisal.PlanDrafted: "planning",
    appraisal.PlanSubmitted: "submitted",
    appraisal.PlanReturned: "planning",
    appraisal.PlanApproved: "running",
    appraisal.PlanTaken: "running",
    appraisal.Finalised: "final",
    appraisal.Joined: "final",
    appraisal.ObjectionFiled: "objected",
    appraisal.Reopened: "reopened",
    appraisal.Cancelled: "cancelled",
    appraisal.Cut: "cancelled",
}
_OWN = frozenset(get_args(appraisal.AppraisalEvent)) - {appraisal.Opened}
_RATINGS = frozenset({appraisal.Rated, appraisal.RatingRevised, appraisal.RatingWithdrawn})
_SEALS = _RATINGS | {appraisal.RatingsClosed, appraisal.Finalised}
_TELLS_FACTS = _RATINGS | {
    appraisal.ActivityReported,
    appraisal.ProgressReported,
    appraisal.ReportAccepted,
    appraisal.ReportReturned,
    appraisal.FactEstablished,
}
"""The most frequent of those that move nothing but facts."""

_PLAIN = frozenset(kind for kind in _TELLS_FACTS if issubclass(kind, ReadableWhole))
"""Those of them of which none is hidden."""

_JSON = msgspec.json.Encoder()
TO_COME: dict[Any, Any] = {}
"""In the place of levels and nodes that nobody asks for before the batch ends."""


class Fold:
    """Holds nothing but caches: every decision is made from the rows and the entry."""

    def __init__(self) -> None:
        self._policies: LRUCache[str, PublishedPolicy] = LRUCache(MOST)
        self._evaluations = EvaluationCache()

    def __reduce__(self) -> tuple[type["Fold"], tuple[()]]:
        """Another process fills caches of its own."""
        return Fold, ()

    def apply(self, work: Workspace, entry: Entry) -> None:
        body = entry.body
        if type(body) in _OWN:
            own: Any = body  # not by `cast`, which is a call, once for each event of the log
            self._advance(work, entry, own)
            return
        match body:
            case appraisal.Opened():
                self._open(work, entry, body)
            case EmployeeRegistered() | EmployeeCorrected():
                _name(work, entry, body)
            case OfAttendance():
                self._tell_subject(work, entry, streams.employee(entry.agency, body.employee), body)
            case EmployeeSanctioned() | SanctionRevised() | SanctionLifted():
                self._tell_subject(work, entry, entry.stream, body)
            case SurveyClosed() | AchievementPublished() | AchievementRevised() | ServiceTimesConfirmed():
                self._tell_unit(work, entry, body)
            case PeriodConcluded() | PeriodCorrected():
                self._tell_members(work, entry, body)
            case PolicyPublished():
                work.put(POLICY, _published(entry, body))
            case PolicyScheduled() | PolicySuperseded() | PolicyScheduleWithdrawn():
                self._schedule(work, entry, body)
            case appraisal.OfAppraisal():
                self._advance(work, entry, body)
            case _:
                raise TypeError(f"{entry.tag} moves no score; handle it here, or take it out of TAGS")

    def _open(self, work: Workspace, entry: Entry, body: appraisal.Opened) -> None:
        before = work.get(APPRAISAL, entry.stream)
        whose = streams.employee(entry.agency, body.employee)
        person = work.get(PERSON, whose)
        row = Appraisal(
            agency=entry.agency,
            stream=entry.stream,
            employee=body.employee,
            name="" if person is None else person.name,
            period=body.period,
            starts=body.starts,
            ends=body.ends,
            unit=body.unit,
            appraiser=body.appraiser,
            reviewer=body.reviewer,
            position_class=body.position_class,
            stage="planning",
            version=before.version + 1 if before else 1,
            policy_id=None,
            policy_version=None,
            policy_hash=None,
            status="new",
            reason=None,
            score=None,
            predicate=None,
            levels={},
            nodes={},
            facts=Facts(starts=body.starts, ends=body.ends),
            closed=None,
            closed_by=None,
            final=None,
            superseded_rule=None,
            lacks=register_of(work).lacks,
            cut_off=False,
            position=entry.position,
            recorded_at=entry.recorded_at,
        )
        subject = subject_of(work, whose)
        subject.appraisals.append(entry.stream)
        work.put(SUBJECT, subject)
        for known in subject.facts:
            row.facts.apply(known.event, known.position)
        row.lacks = row.lacks or subject.lacks
        self._enter_unit(work, row)
        self._adopt(work, row, self._rule(work, row))
        self._rescore(work, entry, row, ())

    def _advance(self, work: Workspace, entry: Entry, body: appraisal.AppraisalEvent) -> None:
        """An event of the appraisal's own stream."""
        row = work.get(APPRAISAL, entry.stream)
        if row is None:
            raise LookupError(f"{entry.agency}:{entry.position} {entry.tag}: no appraisal was opened in {entry.stream}")
        kind = type(body)
        # Before the version counts on: to everybody else it must be as if nothing had happened.
        if kind not in _PLAIN and rater_privacy.is_hidden(body, row.facts.raters):
            if isinstance(body, appraisal.OfFeedback):
                return  # it is in no number, not even when it is told
            sealed = work.get(SEALED, entry.stream) or Sealed(entry.agency, entry.stream, [])
            sealed.ratings.append(HiddenRating(entry.position, cast(HiddenEvent, body)))
            work.put(SEALED, sealed)
            return
        row.version, row.position, row.recorded_at = row.version + 1, entry.position, entry.recorded_at
        if kind in _TELLS_FACTS:
            changed: Changed | None = row.facts.apply(body, entry.position)
            if row.closed is not None and kind in _RATINGS:
                # A group that was promised to be anonymous halfway has named raters beside what the others came to.
                row.facts, changed = self._disclosed(work, row, all_facts(work, row)), None
            self._rescore(work, entry, row, changed)
            return
        if (stage := _STAGE.get(kind)) is not None:
            if row.nodes is TO_COME and stage in FIXED:
                self._complete(work, row)
            row.stage = stage
        match body:
            case appraisal.Finalised():
                self._finalise(work, entry, row, body)
            case appraisal.RatingsClosed():
                row.closed, row.closed_by = dict(body.closed), body.policy.hash
                row.facts = self._disclosed(work, row, all_facts(work, row))
                unseal(work, row)
                self._rescore(work, entry, row, None)
            case appraisal.Joined():
                self._join(work, entry, row, body)
            case appraisal.Cancelled():
                cancel(work, entry, row)
            case appraisal.Reassigned():
                self._rescore(work, entry, row, self._reassign(work, row, body))
            case appraisal.ObjectionDecided():
                row.stage = "final"
                work.put(APPRAISAL, row)
            case appraisal.Reopened():
                # Another rule may have come to hold while the result was fixed.
                self._adopt(work, row, self._rule(work, row))
                self._rescore(work, entry, row, None)
            case _:
                self._rescore(work, entry, row, row.facts.apply(body, entry.position))

    def _tell_subject(self, work: Workspace, entry: Entry, stream: UUID, event: PersonalFact) -> None:
        subject = subject_of(work, stream)
        subject.facts.append(KnownOfPerson(entry.position, event))
        work.put(SUBJECT, subject)
        for row in appraisals(work, subject.appraisals):
            changed = row.facts.apply(event, entry.position)
            if changed:
                self._rescore(work, entry, row, changed)
            elif not isinstance(event, OfAttendance):
                # A lighter sanction beside a heavier moves nothing, until the heavier goes.
                work.put(APPRAISAL, row)

    def _tell_members(self, work: Workspace, entry: Entry, event: PeriodConcluded | PeriodCorrected) -> None:
        for employee, said in member_facts.of_members(event).items():
            self._tell_subject(work, entry, streams.employee(entry.agency, employee), said)

    def _tell_unit(self, work: Workspace, entry: Entry, event: UnitFact) -> None:
        unit = unit_period_of(work, event.unit, event.period)
        unit.facts.append(KnownOfUnit(entry.position, event))
        work.put(UNIT_PERIOD, unit)
        for row in appraisals(work, unit.appraisals):
            self._rescore(work, entry, row, row.facts.apply(event, entry.position))

    def _enter_unit(self, work: Workspace, row: Appraisal) -> list[str]:
        unit = unit_period_of(work, row.unit, row.period)
        unit.appraisals.append(row.stream)
        work.put(UNIT_PERIOD, unit)
        if len(unit.appraisals) == 1:
            register = register_of(work)
            # So that a new rule finds the periods it bears on, without reading every appraisal of the agency.
            if (row.unit, row.period) not in register.units:
                register.units.append((row.unit, row.period))
                work.put(POLICY_REGISTER, register)
        row.lacks = row.lacks or unit.lacks
        return [path for known in unit.facts for path in row.facts.apply(known.event, known.position)]

    def _reassign(self, work: Workspace, row: Appraisal, event: appraisal.Reassigned) -> Changed:
        row.appraiser, row.reviewer = event.appraiser, event.reviewer
        if event.unit == row.unit:
            return ()
        old = unit_period_of(work, row.unit, row.period)
        old.appraisals.remove(row.stream)
        work.put(UNIT_PERIOD, old)
        count(work, row, -1)
        row.unit = event.unit
        count(work, row, +1)
        left = list(row.facts.leave_unit())
        return [*left, *self._enter_unit(work, row)]

    def _schedule(
        self, work: Workspace, entry: Entry, body: PolicyScheduled | PolicySuperseded | PolicyScheduleWithdrawn
    ) -> None:
        policy = work.get(POLICY, body.policy.hash)
        if policy is None or policy.purpose != "predicate":
            return
        register = register_of(work)
        if isinstance(body, PolicySuperseded):
            # The schedule that supersedes it follows in the same unit, and moves the scores once.
            register.spans = validity.supersede(register.spans, body)
            work.put(POLICY_REGISTER, register)
            return
        scheduled = isinstance(body, PolicyScheduled)
        register.spans = (
            validity.schedule(register.spans, body) if scheduled else validity.withdraw(register.spans, body)
        )
        work.put(POLICY_REGISTER, register)
        for unit, period in register.units:
            for row in appraisals(work, unit_period_of(work, unit, period).appraisals):
                if row.stage in FIXED:
                    self._flag(work, entry, row)
                else:
                    self._follow(work, entry, row)

    def _follow(self, work: Workspace, entry: Entry, row: Appraisal) -> None:
        """An open appraisal is scored by the rule that now holds for it."""
        before = (row.policy_hash, row.reason)
        rule = self._rule(work, row)
        after = (None, rule) if isinstance(rule, str) else (rule.hash, row.reason)
        if after != before:
            self._adopt(work, row, rule)
            self._rescore(work, entry, row, None)

    def _flag(self, work: Workspace, entry: Entry, row: Appraisal) -> None:
        """A fixed score stays as it is, and says when another rule has come to hold for its period."""
        rule = self._rule(work, row)
        other = None if isinstance(rule, str) or rule.hash == row.policy_hash else rule.hash
        known = row.superseded_rule.policy_hash if row.superseded_rule else None
        if other != known:
            row.superseded_rule = Superseded(other, entry.position) if other else None
            work.put(APPRAISAL, row)

    def _adopt(self, work: Workspace, row: Appraisal, rule: Policy | str) -> None:
        """What the row is judged by from now on, or why by nothing; and with it, what closed groups came to."""
        if isinstance(rule, str):
            row.policy_hash = row.policy_id = row.policy_version = None
            row.reason = rule
        else:
            row.policy_hash, row.policy_id, row.policy_version = rule.hash, rule.id, rule.version
        row.superseded_rule = None
        if row.closed is not None:
            row.facts = self._disclosed(work, row, all_facts(work, row))

    def _rule(self, work: Workspace, row: Appraisal) -> Policy | str:
        """The policy in force at the period's policy date for the class of the employee, or why there is none."""
        try:
            span = applicability.applicable(
                register_of(work).spans, parse(row.period), row.position_class, lambda one: self._terms(work, one)
            )
        except NotOneInForce as why:
            return why.message
        policy = None if span is None else work.get(POLICY, span.hash)
        return policy or f"no policy is in force on {row.ends}"

    def _terms(self, work: Workspace, span: validity.ValidityPeriod) -> applicability.Terms:
        policy = work.get(POLICY, span.hash)
        if policy is None:
            return applicability.Terms(at_start=False, prorates=False)
        return terms(self._compiled(policy))

    def _disclosed(self, work: Workspace, row: Appraisal, facts: Facts) -> Facts:
        """As under the policy with which its groups closed, whichever judges now: another would tell more of them."""
        ready = self._ready(work, row.closed_by)
        return rater_privacy.disclosed(facts, ready.rules.ratings if ready else None, closed=row.closed is not None)

    def _plan(self, work: Workspace, row: Appraisal) -> CompiledPolicy | None:
        ready = self._ready(work, row.policy_hash)
        return ready.plan if ready else None

    def _ready(self, work: Workspace, policy_hash: str | None) -> PublishedPolicy | None:
        if policy_hash is None:
            return None
        policy = work.get(POLICY, policy_hash)
        return self._compiled(policy) if policy else None

    def _compiled(self, policy: Policy) -> PublishedPolicy:
        # By the hash alone what was had once: to compare the texts again would take longer than to judge by them.
        ready = self._policies.get(policy.hash)
        if ready is None:
            ready = self._policies[policy.hash] = COMPILED.get(policy.hash, policy.file, policy.texts)
        return ready

    def _rescore(self, work: Workspace, entry: Entry, row: Appraisal, changed: Changed | None) -> None:
        """Judges the facts as they are now; None means everything may have moved. A fixed score does not move."""
        if row.cut_off or (row.lacks is not None and row.stage not in FIXED):
            withhold(work, entry, row)
        # Many events move no fact (drafts, reports that wait): they must cost no judging.
        elif row.stage not in FIXED and (changed != () or row.status == "new"):
            self._judge(work, entry, row, changed)
        work.put(APPRAISAL, row)

    def _judge(self, work: Workspace, entry: Entry, row: Appraisal, changed: Changed | None) -> None:
        kept = None
        # Not where all may have moved: while no rule held, or the score was fixed, no evaluation was told what did.
        if changed is not None:
            kept = self._evaluations.get(row.stream, row.facts.case, row.policy_hash)
        if kept is None:
            plan = self._plan(work, row)
            if plan is None:
                row.levels, row.nodes = {}, {}
                settle(work, entry, row, Outcome("blocked", row.reason, None, None))
                return
            kept = self._evaluations.begin(row.stream, row.facts.case, plan)
        if kept.scoring.touch(changed or ()) or row.status == "new" or changed is None:
            self._show(work, entry, row, kept)

    def _show(self, work: Workspace, entry: Entry, row: Appraisal, kept: AppraisalEvaluation) -> None:
        """Only what a change of the score is told by; the rest of the row waits for `complete`."""
        row.levels, row.nodes = TO_COME, TO_COME
        # For most of a period one missing rating blocks: until it comes, the others need not be looked at one by one.
        if row.status == "blocked" and kept.scoring.still_blocked():
            return
        if (block := kept.scoring.blocked()) is not None:
            # Where it was blocked before, `complete` tells what blocks it now.
            if row.status != "blocked":
                settle(work, entry, row, Outcome("blocked", block.reason, None, None))
            return
        sheet = kept.scoring.result()
        score = None if sheet.score is None else Decimal(printed(sheet.score, sheet.places))
        status = "provisional" if sheet.status == "final" else "blocked"
        settle(work, entry, row, Outcome(status, sheet.reason, score, sheet.predicate))

    def complete(self, work: Workspace) -> None:
        """Levels, nodes and the reason of a block are of the last event of a batch: nobody sees those between."""
        for row in work.changed(APPRAISAL):
            if row.nodes is TO_COME:
                self._complete(work, row)

    def _complete(self, work: Workspace, row: Appraisal) -> None:
        plan = self._plan(work, row)
        if plan is None:
            raise LookupError(f"{row.agency} {row.stream}: judged by {row.policy_hash}, which is not there")
        kept = self._evaluations.get(row.stream, row.facts.case, plan.policy_hash)
        kept = kept or self._evaluations.begin(row.stream, row.facts.case, plan)
        sheet = kept.scoring.result()
        row.reason, row.levels, row.nodes = sheet.reason, sheet.levels, kept.texts(sheet)

    def _finalise(self, work: Workspace, entry: Entry, row: Appraisal, event: appraisal.Finalised) -> None:
        row.policy_hash, row.policy_id, row.policy_version = event.policy.hash, event.policy.id, event.policy.version
        row.superseded_rule = None
        if row.closed is None:
            row.closed, row.closed_by = dict(event.closed), event.policy.hash
        plan, every = self._plan(work, row), all_facts(work, row)
        read = [name for name in every.case.surveys if plan is None or f"surveys/{name}" in plan.affected]
        row.facts = self._disclosed(work, row, every)
        unseal(work, row)
        same = every.digest(read, plan.ranked if plan else ()) == event.facts_digest
        row.final = Final(entry.position, event.position, Raw(_JSON.encode(row.facts)) if same else NONE, entry.at)
        row.nodes = {name: None if value is None else str(value) for name, value in event.nodes.items()}
        if plan is not None:
            sheet = evaluate(plan, row.facts.case)
            row.levels = sheet.levels
            # Before closings were kept, it counted them under another rule than they are shown by.
            otherwise = event.closed_by is None and row.closed_by != event.policy.hash
            if same and (event.sealed_digest is None or otherwise):
                # It counted what may not be shown: what came of that is left out, but for the result itself.
                known = AppraisalEvaluation(plan, row.facts.case).texts(sheet)
                row.nodes = {name: value if known.get(name) == value else None for name, value in row.nodes.items()}
        settle(work, entry, row, Outcome("final", None, event.score, event.predicate))
        if row.lacks is None:
            closed_by = self._ready(work, row.closed_by)
            work.put(COMPARISON, comparison(row, closed_by.rules.ratings if closed_by else {}))
        work.put(APPRAISAL, row)

    def _join(self, work: Workspace, entry: Entry, row: Appraisal, event: appraisal.Joined) -> None:
        """The facts that count are those of the parts."""
        row.policy_hash, row.policy_id, row.policy_version = event.policy.hash, event.policy.id, event.policy.version
        row.superseded_rule = None
        row.final = Final(entry.position, event.position, NONE, entry.at)
        row.levels = {}
        unshown = {name for one in event.parts for name in _unshown(work, row, one)}
        row.nodes = {
            name: None if value is None or name in unshown else str(value) for name, value in event.nodes.items()
        }
        settle(work, entry, row, Outcome("final", None, event.score, event.predicate))
        work.put(APPRAISAL, row)


def _name(work: Workspace, entry: Entry, event: EmployeeRegistered | EmployeeCorrected) -> None:
    """Moves no score: only by what it is found in order of names."""
    if event.name is None:
        return
    work.put(PERSON, Person(entry.agency, entry.stream, event.name))
    for row in appraisals(work, subject_of(work, entry.stream).appraisals):
        row.name = event.name
        work.put(APPRAISAL, row)


def _unshown(work: Workspace, whole: Appraisal, part: appraisal.JoinedPart) -> Iterable[str]:
    """The values of a part that its own row leaves out, since they rest on what may not be shown of hidden ratings."""
    row = work.get(APPRAISAL, streams.appraisal(whole.agency, whole.employee, part.period))
    if row is None or row.final is None or row.final.position != part.position:
        return part.nodes
    return [name for name, value in part.nodes.items() if value is not None and row.nodes.get(name) is None]


def _published(entry: Entry, body: PolicyPublished) -> Policy:
    return Policy(
        agency=entry.agency,
        hash=body.policy.hash,
        id=body.policy.id,
        version=body.policy.version,
        calc_hash=body.policy.calc_hash,
        purpose=body.purpose,
        file=body.file,
        texts=body.texts,
        reason=body.reason,
        position=entry.position,
        recorded_at=entry.recorded_at,
    )


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    """What a batch loads at once. Rows reached through others (a unit's people) are loaded when they are met."""
    kind = type(entry.body)
    if kind in _OWN:
        yield APPRAISAL, (entry.stream,)
        if kind in _SEALS:
            yield SEALED, (entry.stream,)
        return
    match entry.body:
        case appraisal.Opened() as body:
            yield APPRAISAL, (entry.stream,)
            yield SUBJECT, (streams.employee(entry.agency, body.employee),)
            yield PERSON, (streams.employee(entry.agency, body.employee),)
            yield UNIT_PERIOD, (body.unit, body.period)
        case OfAttendance() as body:
            yield SUBJECT, (streams.employee(entry.agency, body.employee),)
        case EmployeeRegistered() | EmployeeCorrected() | EmployeeSanctioned() | SanctionRevised() | SanctionLifted():
            yield SUBJECT, (entry.stream,)
        case OfConclusion() as body:
            subjects = [streams.employee(entry.agency, employee) for employee in body.members]
            yield from ((SUBJECT, (subject,)) for subject in subjects)
        case SurveyClosed() | AchievementPublished() | AchievementRevised() | ServiceTimesConfirmed() as body:
            yield UNIT_PERIOD, (body.unit, body.period)
        case PolicyPublished() | PolicyScheduled() | PolicySuperseded() | PolicyScheduleWithdrawn():
            yield POLICY_REGISTER, (REGISTER,)
        case _:
            yield APPRAISAL, (entry.stream,)
