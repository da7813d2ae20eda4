"""From each event that concerns an appraisal to its facts."""

from collections.abc import Collection
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from neraca.domain.achievement import AchievementEvent, AchievementPublished, AchievementRevised
from neraca.domain.appraisal import events as appraisal
from neraca.domain.attendance import AttendanceCorrected, AttendanceEvent, AttendanceRecorded
from neraca.domain.case import MICRO, Case, digest_of, micro
from neraca.domain.event_facets import WithoutFacts
from neraca.domain.facts import attendance, plan, ratings, sanctions, targets, unit
from neraca.domain.facts.kept import KeptReport
from neraca.domain.facts.ledger_facts import (
    ALIGNED_RESULTS,
    PLANNED_RESULTS,
    REPORTS_ACCEPTED,
    UNIT_INDEX,
    UNIT_PREDICATE,
)
from neraca.domain.facts.state import NOTHING, Changed, FactsState
from neraca.domain.programme.member_facts import MemberFacts
from neraca.domain.roster import EmployeeSanctioned, RosterEvent, SanctionLifted, SanctionRevised
from neraca.domain.service_times.events import ServiceTimesConfirmed, ServiceTimesEvent
from neraca.domain.survey import SurveyClosed, SurveyEvent

FactsEvent: TypeAlias = (
    appraisal.AppraisalEvent
    | AttendanceEvent
    | RosterEvent
    | SurveyEvent
    | AchievementEvent
    | ServiceTimesEvent
    | MemberFacts
)
"""What the streams hold from which an appraisal's facts are gathered; of a programme, what it says of the employee."""


class Facts(FactsState):
    """What is folded of one appraisal, event by event."""

    def apply(self, event: FactsEvent, position: int) -> Changed:
        """Takes an event that concerns this appraisal into the facts, and returns the inputs that moved."""
        match event:
            case appraisal.ActivityReported():
                self.pending[event.report] = KeptReport(position, event.day, working_day=event.working_day)
            case appraisal.ProgressReported():
                self.pending[event.report] = KeptReport(
                    position, event.until, event.result, event.target, micro(event.actual)
                )
            case appraisal.ReportAccepted():
                return targets.accept(self, self.pending.pop(event.report), position)
            case appraisal.ReportReturned():
                self.pending.pop(event.report)
            case appraisal.Rated():
                return ratings.rate(self, event, position)
            case appraisal.RatingRevised():
                return ratings.revise(self, event, position)
            case appraisal.RatingWithdrawn():
                return ratings.withdraw(self, event.rater)
            case appraisal.RatersAssigned():
                ratings.assign(self, ((rater, group.relation) for group in event.groups for rater in group.raters))
            case appraisal.RaterNamed():
                ratings.assign(self, [(event.rater, event.relation)])
            case appraisal.RaterDeclined() | appraisal.RaterReplaced():
                ratings.assign(
                    self, [] if event.instead is None else [(event.instead, event.relation)], gone=event.rater
                )
            case AttendanceRecorded() | AttendanceCorrected():
                return attendance.attend(self, event, position)
            case appraisal.PlanDrafted():
                self.drafted, self.drafted_at = event.results, position
            case appraisal.PlanApproved():
                return plan.adopt(self, position)
            case appraisal.PlanTaken():
                return plan.take(self, event, position)
            case appraisal.PlanChangeAgreed():
                return plan.change(self, event, position)
            case appraisal.TargetRevised():
                return plan.revise_target(self, event, position)
            case appraisal.ResultTakenOver():
                return plan.take_over(self, event, position)
            case appraisal.TakeOverRevised():
                return plan.revise_take_over(self, event, position)
            case appraisal.LevelJudged():
                return plan.judge(self, event, position)
            case appraisal.AlignmentCounted():
                aligned = self.fact(ALIGNED_RESULTS, event.aligned * MICRO, [*event.links, position])
                return (aligned, self.fact(PLANNED_RESULTS, event.planned * MICRO, [position]))
            case appraisal.CompetenciesAssessed():
                return plan.assess(self, event, position)
            case appraisal.FactEstablished():
                return targets.establish(self, event, position)
            case appraisal.FactWithdrawn():
                return targets.withdraw_fact(self, event)
            case SurveyClosed():
                return unit.survey(self, event, position)
            case AchievementPublished() | AchievementRevised():
                self.fact(UNIT_PREDICATE, event.predicate, [position])
                return (f"facts/{UNIT_PREDICATE}", self.fact(UNIT_INDEX, micro(event.index), [position]))
            case ServiceTimesConfirmed():
                return unit.measure(self, event, position)
            case EmployeeSanctioned():
                return sanctions.sanction(self, event, position)
            case SanctionRevised() | SanctionLifted():
                return sanctions.revise(self, event, position)
            case MemberFacts():
                return unit.member(self, event, position)
            case WithoutFacts():
                pass
            case _:
                assert_never(event)
        return NOTHING

    def leave_unit(self) -> Changed:
        """The employee moved: what the old unit's survey, achievement and times said no longer counts here."""
        return unit.leave(self)

    def remarks(self) -> dict[str, str]:
        """What is to be said of an input besides its value, by its path in the case."""
        if not self.off_days:
            return {}
        return {f"facts/{REPORTS_ACCEPTED}": f"accepted reports of no working day, not counted: {len(self.off_days)}"}

    def digest(self, surveys: Collection[str] | None = None, ranked: Collection[str] = ()) -> str:
        """Hex sha256 of the case in canonical JSON (keys sorted, numbers in micro), as a policy sees it that asks only
        of the lists in `ranked` which results are main.

        With `surveys`, of the case as a policy sees it that reads these only: a unit may hold others.
        """
        case = self.case
        if surveys is not None and case.surveys.keys() - surveys:
            case = replace(case, surveys={k: v for k, v in case.surveys.items() if k in surveys})
        return digest_of(ranked_in(case, ranked))


def ranked_in(case: Case, ranked: Collection[str]) -> Case:
    """The case as a policy sees it that reads which results are main of these lists only.

    What a policy does not read must not be in a digest of what it judged: before items had a priority, none was.
    """
    plain = {
        source: [replace(item, priority="utama") for item in items]
        for source, items in case.items.items()
        if source not in ranked and any(item.priority != "utama" for item in items)
    }
    return replace(case, items=case.items | plain) if plain else case
