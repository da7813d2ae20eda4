"""What holds a log together, whatever its events say: places, order, shape. Part of a replay.

It finds what was taken out, put in, moved or made unreadable. A text or a number exchanged for another of the same
shape fits any frame; that is found only where something else recorded it: a final result, or a read model.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never
from uuid import UUID

from msgspec import Struct

from neraca.domain import competency_standards, streams
from neraca.domain.achievement import OfAchievement
from neraca.domain.appointments import OfAppointments
from neraca.domain.appraisal.events import OfAppraisal, Opened
from neraca.domain.attendance import OfAttendance
from neraca.domain.cascade.links import OfLinks
from neraca.domain.cascade.mission import OfMission
from neraca.domain.cascade.unit_plan import OfUnitPlan
from neraca.domain.cohort.events import CohortOpened, OfCohort
from neraca.domain.competency_standards import OfCompetencyStandard
from neraca.domain.development.candidacy import OfCandidacy
from neraca.domain.development.own_plan import OfOwnPlan
from neraca.domain.development.potential import OfPotential
from neraca.domain.development.training_plan import OfTraining
from neraca.domain.forensics.answers import OfForensics
from neraca.domain.headship import OfOrganisation
from neraca.domain.improvement import OfImprovement
from neraca.domain.period import parse
from neraca.domain.policy_register import OfPolicyRegister
from neraca.domain.programme.events import OfProgramme
from neraca.domain.rater_draw import OfRaterDraw
from neraca.domain.registry import Event
from neraca.domain.remuneration.allowance import OfAllowance
from neraca.domain.remuneration.ceilings import OfCeilings
from neraca.domain.remuneration.credit import OfCredit
from neraca.domain.roster import EmployeeRegistered, OfEmployee
from neraca.domain.service_point.events import OfServicePoint
from neraca.domain.service_times.events import OfServiceTimes
from neraca.domain.service_times.source import OfTimeSource
from neraca.domain.survey import OfSurvey, SurveyClosed, SurveyOpened, SurveyReopened
from neraca.domain.workplan.events import OfWorkPlan
from neraca.store.errors import UnreadableEvent
from neraca.store.log import Log, LoggedEvent
from neraca.store.mapper import EventMapper


class LogDefect(Struct, frozen=True):
    position: int
    what: str

    def __str__(self) -> str:
        return f"event {self.position}: {self.what}"


def log_defects(log: Log, mapper: EventMapper, agency: str) -> Iterator[LogDefect]:
    """Every event that is not where, when or how it must be, in order."""
    position, before = 0, None
    versions: dict[UUID, int] = {}
    for one in log.replay(agency):
        if one.position != position + 1:
            yield LogDefect(position + 1, f"missing, and all up to {one.position - 1}")
        if one.version != versions.get(one.stream, 0) + 1:
            yield LogDefect(one.position, f"version {one.version} of its stream, after {versions.get(one.stream, 0)}")
        yield from _of(mapper, agency, one, before)
        position, before, versions[one.stream] = one.position, one.recorded_at, one.version
    # The head is another row than the events, so it shows where the end of a log was cut off.
    if position != (head := log.head(agency)):
        yield LogDefect(position + 1, f"missing, and all up to {head}")
    for place, recorded, asked in log.out_of_step(agency):
        yield LogDefect(place, f"recorded at {recorded.isoformat()}, its request at {asked.isoformat()}")


def _of(mapper: EventMapper, agency: str, one: LoggedEvent, before: datetime | None) -> Iterator[LogDefect]:
    if before is not None and one.recorded_at < before:
        yield LogDefect(one.position, f"recorded at {one.recorded_at.isoformat()}, the one before it later")
    try:
        own = _stream_of(agency, mapper.decode(one.type, one.data).body)
    except (UnreadableEvent, ValueError) as error:
        yield LogDefect(one.position, str(error))
        return
    if own is not None and own != one.stream:
        yield LogDefect(one.position, f"{one.type} of another employee, unit or period than its stream is of")


def _stream_of(agency: str, body: Event) -> UUID | None:
    """The stream of an event that names what it is of; many leave that to the first of their stream. Raises
    ValueError for a month that is none.
    """
    match body:
        case Opened():
            return streams.appraisal(agency, body.employee, body.period)
        case EmployeeRegistered():
            return streams.employee(agency, body.employee)
        case OfAttendance():
            return streams.attendance(agency, body.employee, parse(body.month).starts.year)
        case SurveyOpened() | SurveyClosed() | SurveyReopened():
            return streams.survey(agency, body.unit, body.period, body.survey)
        case OfServicePoint():
            return streams.service_point(agency, body.point)
        case OfTimeSource():
            return streams.time_source(agency, body.source)
        case OfImprovement():
            return streams.improvement(agency, body.unit, body.period)
        case OfServiceTimes():
            return streams.service_times(agency, body.unit, body.period)
        case OfAchievement():
            return streams.achievement(agency, body.unit, body.period)
        case CohortOpened():
            return streams.cohort(agency, body.appraiser, body.period)
        case OfProgramme():
            return streams.programme(agency, body.programme)
        case OfOrganisation():
            return streams.organisation(agency, body.unit)
        case OfTraining():
            return streams.training(agency, body.unit, body.period)
        case OfCandidacy():
            return streams.candidacy(agency, body.employee, body.kind, body.period)
        case OfPotential():
            return streams.potential(agency, body.employee)
        case OfOwnPlan():
            return streams.own_plan(agency, body.employee, body.year)
        case OfCeilings():
            return streams.ceilings(agency)
        case OfCredit():
            return streams.credit(agency, body.employee)
        case OfAllowance():
            return streams.allowance(agency, body.employee, parse(body.month).starts.year)
        case OfPolicyRegister():
            return streams.policy_register(agency)
        case OfWorkPlan():
            return streams.workplans(agency, body.employee, parse(body.period).starts.year)
        case OfForensics():
            return streams.forensics(agency, body.judge, body.period)
        case OfMission():
            return streams.mission(agency)
        case OfUnitPlan():
            return streams.unit_plan(agency, body.unit, body.year)
        case OfLinks():
            return streams.links(agency, body.employee, parse(body.period).starts.year)
        case OfRaterDraw():
            return streams.rater_draw(agency, body.period)
        case OfAppointments():
            return streams.appointments(agency, body.person)
        case OfCompetencyStandard():
            return streams.competency_standard(agency, competency_standards.key(body))
        case OfAppraisal() | OfEmployee() | OfCohort() | OfSurvey():
            return None
        case _:
            assert_never(body)
