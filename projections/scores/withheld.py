"""What an event that was set aside takes away: no number is shown that lacks it."""

from typing import assert_never
from uuid import UUID

from neraca.domain import streams
from neraca.domain.achievement import AchievementPublished, AchievementRevised
from neraca.domain.appointments import OfAppointments
from neraca.domain.appraisal import events as appraisal
from neraca.domain.attendance import OfAttendance
from neraca.domain.cascade.links import OfLinks
from neraca.domain.cascade.mission import OfMission
from neraca.domain.cascade.unit_plan import OfUnitPlan
from neraca.domain.cohort.events import OfCohort
from neraca.domain.competency_standards import OfCompetencyStandard
from neraca.domain.development.candidacy import OfCandidacy
from neraca.domain.development.own_plan import OfOwnPlan
from neraca.domain.development.potential import OfPotential
from neraca.domain.development.training_plan import OfTraining
from neraca.domain.forensics.answers import OfForensics
from neraca.domain.headship import OfOrganisation
from neraca.domain.improvement import OfImprovement
from neraca.domain.policy_register import (
    OfPolicyRegister,
    PolicyPublished,
    PolicyScheduled,
    PolicyScheduleWithdrawn,
    PolicySuperseded,
)
from neraca.domain.programme.events import OfConclusion, OfProgramme
from neraca.domain.rater_draw import OfRaterDraw
from neraca.domain.remuneration.allowance import OfAllowance
from neraca.domain.remuneration.ceilings import OfCeilings
from neraca.domain.remuneration.credit import OfCredit
from neraca.domain.roster import EmployeeSanctioned, OfEmployee, SanctionLifted, SanctionRevised
from neraca.domain.service_point.events import OfServicePoint
from neraca.domain.service_times.events import OfServiceTimes, ServiceTimesConfirmed
from neraca.domain.service_times.source import OfTimeSource
from neraca.domain.survey import OfSurvey, SurveyClosed
from neraca.domain.workplan.events import OfWorkPlan
from neraca.projecting.projection import Missed, Workspace
from projections.scores.outcomes import FIXED, withhold
from projections.scores.reach import appraisals, register_of, subject_of, unit_period_of
from projections.scores.rows import (
    APPRAISAL,
    COMPARISON,
    POLICY_REGISTER,
    SUBJECT,
    UNIT_PERIOD,
    Appraisal,
)


def missed(work: Workspace, missed: Missed) -> None:
    """Takes the scores away that the event would have changed, and marks what later appraisals will draw on."""
    own = work.get(APPRAISAL, missed.stream)
    if own is not None:
        own.cut_off = True
        _doubt(work, missed, own)
    match missed.body:
        case OfAttendance() as body:
            _doubt_subject(work, missed, streams.employee(missed.agency, body.employee))
        case EmployeeSanctioned() | SanctionRevised() | SanctionLifted():
            _doubt_subject(work, missed, missed.stream)
        case SurveyClosed() | AchievementPublished() | AchievementRevised() | ServiceTimesConfirmed() as body:
            unit = unit_period_of(work, body.unit, body.period)
            unit.lacks = unit.lacks or missed.position
            work.put(UNIT_PERIOD, unit)
            for row in appraisals(work, unit.appraisals):
                _doubt(work, missed, row)
        case OfConclusion() as body:
            for employee in body.members:
                _doubt_subject(work, missed, streams.employee(missed.agency, employee))
        case PolicyPublished() | PolicyScheduled() | PolicySuperseded() | PolicyScheduleWithdrawn():
            _doubt_all(work, missed)
        case None if missed.tag.startswith("employee."):
            _doubt_subject(work, missed, missed.stream)
        case None if not missed.tag.startswith("appraisal."):
            _doubt_all(work, missed)  # it cannot be read, so nobody can say whom it is about
        case None | appraisal.OfAppraisal():
            pass  # its own row was told above
        case (
            OfEmployee()
            | OfSurvey()
            | OfServicePoint()
            | OfOrganisation()
            | OfTraining()
            | OfOwnPlan()
            | OfCandidacy()
            | OfPotential()
            | OfPolicyRegister()
            | OfWorkPlan()
            | OfMission()
            | OfUnitPlan()
            | OfLinks()
            | OfForensics()
            | OfCeilings()
            | OfCredit()
            | OfAllowance()
            | OfCohort()
            | OfTimeSource()
            | OfServiceTimes()
            | OfImprovement()
            | OfRaterDraw()
            | OfCompetencyStandard()
            | OfAppointments()
            | OfProgramme()
        ):
            pass  # no score rests on the others of these
        case _:
            assert_never(missed.body)


def _doubt_subject(work: Workspace, missed: Missed, stream: UUID) -> None:
    subject = subject_of(work, stream)
    subject.lacks = subject.lacks or missed.position
    work.put(SUBJECT, subject)
    for row in appraisals(work, subject.appraisals):
        _doubt(work, missed, row)


def _doubt_all(work: Workspace, missed: Missed) -> None:
    register = register_of(work)
    register.lacks = register.lacks or missed.position
    work.put(POLICY_REGISTER, register)
    for unit, period in register.units:
        for row in appraisals(work, unit_period_of(work, unit, period).appraisals):
            _doubt(work, missed, row)


def _doubt(work: Workspace, missed: Missed, row: Appraisal) -> None:
    row.lacks = row.lacks or missed.position
    if row.status == "final":
        work.drop(COMPARISON, row.stream)
    if row.cut_off or row.stage not in FIXED:
        withhold(work, missed, row)
    work.put(APPRAISAL, row)
