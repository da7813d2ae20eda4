"""Which stream a thing lives in.

Ids are derived from natural keys, so there is one plan per employee and period by construction.
"""

from functools import lru_cache
from typing import assert_never
from uuid import UUID, uuid5

from neraca.domain import competency_standards, validation
from neraca.domain.achievement import ToAchievement
from neraca.domain.appointments import ToAppointments
from neraca.domain.appraisal.commands import ToAppraisal
from neraca.domain.attendance import ToAttendance
from neraca.domain.cascade.links import ToLinks
from neraca.domain.cascade.mission import ToMission
from neraca.domain.cascade.unit_plan import ToUnitPlan
from neraca.domain.cohort.commands import ToCohort
from neraca.domain.competency_standards import ToCompetencyStandard
from neraca.domain.development.candidacy import ToCandidacy
from neraca.domain.development.own_plan import ToOwnPlan
from neraca.domain.development.potential import ToPotential
from neraca.domain.development.training_plan import ToTraining
from neraca.domain.forensics.answers import ToForensics
from neraca.domain.headship import ToOrganisation
from neraca.domain.improvement import ToImprovement
from neraca.domain.policy_register import ToPolicyRegister
from neraca.domain.programme.commands import ToProgramme
from neraca.domain.rater_draw import ToRaterDraw
from neraca.domain.registry import Command
from neraca.domain.remuneration.allowance import ToAllowance
from neraca.domain.remuneration.ceilings import ToCeilings
from neraca.domain.remuneration.credit import ToCredit
from neraca.domain.roster import ToEmployee
from neraca.domain.service_point.commands import ToServicePoint
from neraca.domain.service_times.commands import ToServiceTimes
from neraca.domain.service_times.source import ToTimeSource
from neraca.domain.survey import ToSurvey
from neraca.domain.vocabulary import CandidacyKind
from neraca.domain.workplan.commands import ToWorkPlan

# Every stream of every ledger hangs on it and on the words below: changed, nobody would find their events again.
_NERACA = UUID("6d0d2b0e-3c55-5a0b-9f7b-0d6f1f8f9a11")


@lru_cache(20_000)
def _stream(agency: str, *key: str) -> UUID:
    return uuid5(_NERACA, "/".join((agency, *key)))


def appraisal(agency: str, employee: str, period: str) -> UUID:
    return _stream(agency, "appraisal", employee, period)


def employee(agency: str, nip: str) -> UUID:
    return _stream(agency, "employee", nip)


def attendance(agency: str, nip: str, year: int) -> UUID:
    return _stream(agency, "attendance", nip, str(year))


def appointments(agency: str, person: str) -> UUID:
    return _stream(agency, "appointments", person)


def survey(agency: str, unit: str, period: str, name: str) -> UUID:
    return _stream(agency, "survey", unit, period, name)


def service_point(agency: str, point: str) -> UUID:
    return _stream(agency, "service-point", point)


def achievement(agency: str, unit: str, period: str) -> UUID:
    return _stream(agency, "achievement", unit, period)


def training(agency: str, unit: str, period: str) -> UUID:
    return _stream(agency, "training", unit, period)


def candidacy(agency: str, employee: str, kind: CandidacyKind, period: str) -> UUID:
    return _stream(agency, "candidacy", employee, kind.value, period)


def potential(agency: str, employee: str) -> UUID:
    return _stream(agency, "potential", employee)


def own_plan(agency: str, employee: str, year: int) -> UUID:
    return _stream(agency, "development", employee, str(year))


def organisation(agency: str, unit: str) -> UUID:
    return _stream(agency, "organisation", unit)


def workplans(agency: str, employee: str, year: int) -> UUID:
    return _stream(agency, "workplan", employee, str(year))


def cohort(agency: str, appraiser: str, period: str) -> UUID:
    return _stream(agency, "cohort", appraiser, period)


def competency_standard(agency: str, key: competency_standards.Key) -> UUID:
    return _stream(agency, "competency-standard", *key)


def rater_draw(agency: str, period: str) -> UUID:
    return _stream(agency, "rater-draw", period)


def programme(agency: str, programme: str) -> UUID:
    return _stream(agency, "programme", programme)


def policy_register(agency: str) -> UUID:
    # The word of older ledgers for what is called the policy register now.
    return _stream(agency, "policy-book")


def ceilings(agency: str) -> UUID:
    return _stream(agency, "ceilings")


def credit(agency: str, nip: str) -> UUID:
    return _stream(agency, "credit", nip)


def allowance(agency: str, nip: str, year: int) -> UUID:
    return _stream(agency, "allowance", nip, str(year))


def mission(agency: str) -> UUID:
    return _stream(agency, "mission")


def unit_plan(agency: str, unit: str, year: int) -> UUID:
    return _stream(agency, "unit-plan", unit, str(year))


def links(agency: str, employee: str, year: int) -> UUID:
    return _stream(agency, "links", employee, str(year))


def time_source(agency: str, source: str) -> UUID:
    return _stream(agency, "time-source", source)


def improvement(agency: str, unit: str, period: str) -> UUID:
    return _stream(agency, "improvement", unit, period)


def service_times(agency: str, unit: str, period: str) -> UUID:
    return _stream(agency, "service-times", unit, period)


def forensics(agency: str, judge: str, period: str) -> UUID:
    return _stream(agency, "forensics", judge, period)


def stream_of(agency: str, command: Command) -> UUID:
    """Where the events go that a command makes happen. Raises Invalid for a month that is none."""
    match command:
        case ToAppraisal():
            return appraisal(agency, command.employee, command.period)
        case ToEmployee():
            return employee(agency, command.employee)
        case ToAttendance():
            # One stream a year: twelve months are read at once, and no stream grows with a career.
            return attendance(agency, command.employee, validation.period(command.month).starts.year)
        case ToSurvey():
            return survey(agency, command.unit, command.period, command.survey)
        case ToServicePoint():
            return service_point(agency, command.point)
        case ToAchievement():
            return achievement(agency, command.unit, command.period)
        case ToOrganisation():
            return organisation(agency, command.unit)
        case ToTraining():
            return training(agency, command.unit, command.period)
        case ToCandidacy():
            return candidacy(agency, command.employee, command.kind, command.period)
        case ToPotential():
            return potential(agency, command.employee)
        case ToOwnPlan():
            return own_plan(agency, command.employee, command.year)
        case ToCohort():
            return cohort(agency, command.appraiser, command.period)
        case ToProgramme():
            return programme(agency, command.programme)
        case ToPolicyRegister():
            return policy_register(agency)
        case ToRaterDraw():
            return rater_draw(agency, command.period)
        case ToCompetencyStandard():
            return competency_standard(agency, competency_standards.key(command))
        case ToAppointments():
            return appointments(agency, command.person)
        case ToCeilings():
            return ceilings(agency)
        case ToCredit():
            return credit(agency, command.employee)
        case ToAllowance():
            return allowance(agency, command.employee, validation.period(command.month).starts.year)
        case ToWorkPlan():
            # All of a year in one, so that no two hold for one month, and a period finds its own by one look.
            return workplans(agency, command.employee, validation.period(command.period).starts.year)
        case ToMission():
            return mission(agency)
        case ToForensics():
            return forensics(agency, command.judge, command.period)
        case ToUnitPlan():
            return unit_plan(agency, command.unit, command.year)
        case ToLinks():
            # Beside the plans that they are of, so that no plan is held up by what it serves.
            return links(agency, command.employee, validation.period(command.period).starts.year)
        case ToTimeSource():
            return time_source(agency, command.source)
        case ToImprovement():
            return improvement(agency, command.unit, command.period)
        case ToServiceTimes():
            return service_times(agency, command.unit, command.period)
        case _:
            assert_never(command)
