"""All events and all commands, each once: the closed registry that storage, doors and docs are built from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, get_args

from msgspec import Struct

from neraca.domain.achievement import AchievementCommand, AchievementEvent
from neraca.domain.appointments import AppointmentCommand, AppointmentEvent
from neraca.domain.appraisal.commands import AppraisalCommand
from neraca.domain.appraisal.events import AppraisalEvent
from neraca.domain.attendance import AttendanceCommand, AttendanceEvent
from neraca.domain.cascade.links import LinksCommand, LinksEvent
from neraca.domain.cascade.mission import MissionCommand, MissionEvent
from neraca.domain.cascade.unit_plan import UnitPlanCommand, UnitPlanEvent
from neraca.domain.cohort.commands import CohortCommand
from neraca.domain.cohort.events import CohortEvent
from neraca.domain.competency_standards import CompetencyStandardCommand, CompetencyStandardEvent
from neraca.domain.development.candidacy import CandidacyCommand, CandidacyEvent
from neraca.domain.development.own_plan import DevelopmentCommand, DevelopmentEvent
from neraca.domain.development.potential import PotentialCommand, PotentialEvent
from neraca.domain.development.training_plan import TrainingCommand, TrainingEvent
from neraca.domain.forensics.answers import ForensicsCommand, ForensicsEvent
from neraca.domain.headship import HeadshipCommand, HeadshipEvent
from neraca.domain.improvement import ImprovementCommand, ImprovementEvent
from neraca.domain.policy_register import PolicyCommand, PolicyEvent
from neraca.domain.programme.commands import ProgrammeCommand
from neraca.domain.programme.events import ProgrammeEvent
from neraca.domain.rater_draw import RaterDrawCommand, RaterDrawEvent
from neraca.domain.remuneration.allowance import AllowanceCommand, AllowanceEvent
from neraca.domain.remuneration.ceilings import CeilingCommand, CeilingEvent
from neraca.domain.remuneration.credit import CreditCommand, CreditEvent
from neraca.domain.roster import RosterCommand, RosterEvent
from neraca.domain.service_point.commands import ServicePointCommand
from neraca.domain.service_point.events import ServicePointEvent
from neraca.domain.service_times.commands import ServiceTimesCommand
from neraca.domain.service_times.events import ServiceTimesEvent
from neraca.domain.service_times.source import TimeSourceCommand, TimeSourceEvent
from neraca.domain.survey import SurveyCommand, SurveyEvent
from neraca.domain.workplan.commands import WorkPlanCommand
from neraca.domain.workplan.events import WorkPlanEvent

Event: TypeAlias = (
    AppraisalEvent
    | RosterEvent
    | SurveyEvent
    | ServicePointEvent
    | AttendanceEvent
    | AchievementEvent
    | HeadshipEvent
    | TrainingEvent
    | DevelopmentEvent
    | CandidacyEvent
    | PotentialEvent
    | PolicyEvent
    | CeilingEvent
    | CreditEvent
    | AllowanceEvent
    | WorkPlanEvent
    | CohortEvent
    | MissionEvent
    | UnitPlanEvent
    | LinksEvent
    | ForensicsEvent
    | TimeSourceEvent
    | ServiceTimesEvent
    | ImprovementEvent
    | RaterDrawEvent
    | CompetencyStandardEvent
    | AppointmentEvent
    | ProgrammeEvent
)
Command: TypeAlias = (
    AppraisalCommand
    | RosterCommand
    | SurveyCommand
    | ServicePointCommand
    | AttendanceCommand
    | AchievementCommand
    | HeadshipCommand
    | TrainingCommand
    | DevelopmentCommand
    | CandidacyCommand
    | PotentialCommand
    | CohortCommand
    | PolicyCommand
    | CeilingCommand
    | CreditCommand
    | AllowanceCommand
    | WorkPlanCommand
    | MissionCommand
    | UnitPlanCommand
    | LinksCommand
    | ForensicsCommand
    | TimeSourceCommand
    | ServiceTimesCommand
    | ImprovementCommand
    | RaterDrawCommand
    | CompetencyStandardCommand
    | AppointmentCommand
    | ProgrammeCommand
)


def _by_tag(union: Any) -> Mapping[str, type[Struct]]:
    return MappingProxyType({kind.__struct_config__.tag: kind for kind in get_args(union)})


EVENTS: Mapping[str, type[Struct]] = _by_tag(Event)
"""Stored type -> event Struct."""

COMMANDS: Mapping[str, type[Struct]] = _by_tag(Command)
