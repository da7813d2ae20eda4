"""For each event type, every place that must handle it: whoever adds one learns here where, and forgets none.

A place handles an event if it names its class, or a facet (event_facets) that the class claims for itself.
"""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any, get_args

import pytest

from neraca.api import redaction
from neraca.domain import (
    achievement,
    appointments,
    attendance,
    competency_standards,
    dispatch,
    headship,
    improvement,
    rater_draw,
    rater_privacy,
    roster,
    survey,
)
from neraca.domain.achievement import AchievementEvent
from neraca.domain.appointments import AppointmentEvent
from neraca.domain.appraisal import state as appraisal_state
from neraca.domain.appraisal.events import AppraisalEvent, OfFeedback
from neraca.domain.attendance import AttendanceEvent
from neraca.domain.cascade import links, mission, unit_plan
from neraca.domain.cascade.links import LinksEvent
from neraca.domain.cascade.mission import MissionEvent
from neraca.domain.cascade.unit_plan import UnitPlanEvent
from neraca.domain.cohort import state as cohort_state
from neraca.domain.cohort.events import CohortEvent
from neraca.domain.competency_standards import CompetencyStandardEvent
from neraca.domain.development import candidacy, own_plan, training_plan
from neraca.domain.development.candidacy import CandidacyEvent
from neraca.domain.development.own_plan import DevelopmentEvent
from neraca.domain.development.potential import PotentialEvent
from neraca.domain.development.training_plan import TrainingEvent
from neraca.domain.event_facets import ReadableWhole, WithoutDossier
from neraca.domain.facts import Facts
from neraca.domain.forensics import answers
from neraca.domain.forensics.answers import ForensicsEvent
from neraca.domain.headship import HeadshipEvent
from neraca.domain.improvement import ImprovementEvent
from neraca.domain.policy_register import PolicyEvent
from neraca.domain.policy_register import state as register_state
from neraca.domain.programme import state as programme_state
from neraca.domain.programme.events import ProgrammeEvent
from neraca.domain.rater_draw import RaterDrawEvent
from neraca.domain.registry import EVENTS, Event
from neraca.domain.remuneration import allowance, ceilings, credit
from neraca.domain.remuneration.allowance import AllowanceEvent
from neraca.domain.remuneration.ceilings import CeilingEvent
from neraca.domain.remuneration.credit import CreditEvent
from neraca.domain.roster import RosterEvent
from neraca.domain.service_point import state as service_point_state
from neraca.domain.service_point.events import ServicePointEvent
from neraca.domain.service_times import source as time_source
from neraca.domain.service_times import state as service_times_state
from neraca.domain.service_times.events import ServiceTimesEvent
from neraca.domain.service_times.source import TimeSourceEvent
from neraca.domain.survey import ResponseRecorded, SurveyEvent
from neraca.domain.workplan import state as workplan_state
from neraca.domain.workplan.events import WorkPlanEvent
from neraca.store.mapper import EventMapper
from projections import (
    ALL,
    achievements,
    cascade,
    dossier,
    programmes,
    remuneration,
    service_times,
    timeline,
    workplans,
)
from projections.achievements import rows as achievements_rows
from projections.cascade import planned
from projections.cascade import rows as cascade_rows
from projections.cohorts import rows as cohorts_rows
from projections.development import rows as development_rows
from projections.dossier import fold as dossier_fold
from projections.feedback import rows as feedback_rows
from projections.programmes import rows as programmes_rows
from projections.remuneration import rows as remuneration_rows
from projections.roster import rows as roster_rows
from projections.satisfaction import rows as satisfaction_rows
from projections.scores import fold as scores_fold
from projections.scores import withheld as scores_withheld
from projections.service_times import rows as service_times_rows
from projections.timeline import rows as timeline_rows
from projections.workplans import rows as workplans_rows

GOLDEN = Path(__file__).parent / "golden" / "events"


def _named_in(function: Callable[..., Any]) -> frozenset[str]:
    """Returns the names of all classes in the patterns and `isinstance` calls of a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(dedent(inspect.getsource(function)))):
        if isinstance(node, ast.MatchClass):
            names.add(ast.unparse(node.cls).rpartition(".")[2])
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
            names |= {ast.unparse(part).rpartition(".")[2] for part in ast.walk(node.args[1])}
    return frozenset(names)


def _handles(function: Callable[..., Any]) -> Callable[[type], bool]:
    named = _named_in(function)
    return lambda kind: not named.isdisjoint(ancestor.__name__ for ancestor in kind.__mro__)


def _redacted_knowingly(kind: Any) -> bool:
    tag = kind.__struct_config__.tag
    return issubclass(kind, ReadableWhole) != (tag in redaction.ALIKE)


ALWAYS: dict[str, Callable[[type], bool]] = {
    "registry.Event": lambda kind: EVENTS[kind.__struct_config__.tag] is kind,
    "a golden file": lambda kind: (GOLDEN / f"{kind.__struct_config__.tag}.json").exists(),
    "the mapper of the store": lambda kind: kind in EventMapper(EVENTS)._types.values(),
    "dispatch.evolve": _handles(dispatch.evolve),
    "redaction: readable whole, withheld, or in part": _redacted_knowingly,
    "the journal, which takes every event": lambda kind: ALL[-1].name == "journal" and ALL[-1].tags is None,
}
FACTS = {"Facts.apply": _handles(Facts.apply)}
PAY = {
    "projections.remuneration": _handles(remuneration_rows.apply),
    "projections.remuneration: its tags": lambda kind: (
        kind.__struct_config__.tag in (remuneration.PROJECTION.tags or ())
    ),
}
ACHIEVED = {
    "projections.achievements": _handles(achievements_rows.apply),
    "projections.achievements: its tags": lambda kind: (
        kind.__struct_config__.tag in (achievements.PROJECTION.tags or ())
    ),
}
TIMES = {
    "projections.service_times": _handles(service_times_rows.apply),
    "projections.service_times: its tags": lambda kind: (
        kind.__struct_config__.tag in (service_times.PROJECTION.tags or ())
    ),
}
PLANNED = {
    "projections.cascade, what is planned": lambda kind: (
        _handles(planned._plan_period)(kind) or _handles(planned._plan_year)(kind)
    ),
}
PLACES: dict[Any, dict[str, Callable[[type], bool]]] = {
    AppraisalEvent: FACTS
    | PLANNED
    | {
        "appraisal.state.evolve": _handles(appraisal_state.evolve),
        "rater_privacy.is_hidden": _handles(rater_privacy.is_hidden),
        "rater_privacy.may_name_actor": _handles(rater_privacy.may_name_actor),
        "rater_privacy.Shown.take": _handles(rater_privacy.Shown.take),
        "projections.scores": _handles(scores_fold.Fold.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
        "projections.dossier": _handles(dossier_fold.apply),
        "projections.dossier: its tags": lambda kind: (
            (kind.__struct_config__.tag in (dossier.PROJECTION.tags or ())) != issubclass(kind, WithoutDossier)
        ),
        "projections.feedback, and its tags": lambda kind: (
            not issubclass(kind, OfFeedback)
            or (_handles(feedback_rows.apply)(kind) and kind.__struct_config__.tag in feedback_rows.TAGS)
        ),
        "projections.timeline": _handles(timeline_rows._summary),
        "projections.timeline: its tags": lambda kind: kind.__struct_config__.tag in (timeline.PROJECTION.tags or ()),
    },
    RosterEvent: FACTS
    | {
        "roster.evolve": _handles(roster.evolve),
        "projections.roster": _handles(roster_rows.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    AttendanceEvent: FACTS
    | {
        "attendance.evolve": _handles(attendance.evolve),
        "projections.scores": _handles(scores_fold.Fold.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    SurveyEvent: FACTS
    | {
        "survey.evolve": _handles(survey.evolve),
        "projections.satisfaction": lambda kind: (
            kind is ResponseRecorded or _handles(satisfaction_rows._of_survey)(kind)
        ),
        "projections.satisfaction: its tags": lambda kind: (
            (kind is ResponseRecorded) != (kind.__struct_config__.tag in satisfaction_rows.TAGS)
        ),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    ServicePointEvent: {
        "service_point.state.evolve": _handles(service_point_state.evolve),
        "projections.satisfaction": _handles(satisfaction_rows.apply),
        "projections.satisfaction: its tags": lambda kind: kind.__struct_config__.tag in satisfaction_rows.TAGS,
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    ImprovementEvent: ACHIEVED
    | {
        "improvement.evolve": _handles(improvement.evolve),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    AchievementEvent: FACTS
    | ACHIEVED
    | {
        "achievement.evolve": _handles(achievement.evolve),
        "projections.scores": _handles(scores_fold.Fold.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    TimeSourceEvent: TIMES
    | {
        "time_source.evolve": _handles(time_source.evolve),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    ServiceTimesEvent: FACTS
    | TIMES
    | {
        "service_times.state.evolve": _handles(service_times_state.evolve),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    HeadshipEvent: {
        "headship.evolve": _handles(headship.evolve),
        "projections.cohorts": _handles(cohorts_rows.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    TrainingEvent: {
        "training_plan.evolve": _handles(training_plan.evolve),
        "projections.development": _handles(development_rows.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    CandidacyEvent: {
        "candidacy.evolve": _handles(candidacy.evolve),
        "projections.development": _handles(development_rows.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    PotentialEvent: {
        "projections.development": _handles(development_rows.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    DevelopmentEvent: {
        "own_plan.evolve": _handles(own_plan.evolve),
        "projections.development": _handles(development_rows.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    WorkPlanEvent: PLANNED
    | {
        "workplan.evolve": _handles(workplan_state.evolve),
        "projections.workplans": _handles(workplans_rows.apply),
        "projections.workplans: its tags": lambda kind: kind.__struct_config__.tag in (workplans.PROJECTION.tags or ()),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    CohortEvent: {
        "cohort.state.evolve": _handles(cohort_state.evolve),
        "projections.cohorts": _handles(cohorts_rows.apply),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    ForensicsEvent: {
        "answers.evolve": _handles(answers.evolve),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    MissionEvent: {
        "mission.evolve": _handles(mission.evolve),
        "projections.cascade": _handles(cascade_rows.apply),
        "projections.cascade: its tags": lambda kind: kind.__struct_config__.tag in (cascade.PROJECTION.tags or ()),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    UnitPlanEvent: {
        "unit_plan.evolve": _handles(unit_plan.evolve),
        "projections.cascade": _handles(cascade_rows.apply),
        "projections.cascade: its tags": lambda kind: kind.__struct_config__.tag in (cascade.PROJECTION.tags or ()),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    LinksEvent: {
        "links.evolve": _handles(links.evolve),
        "projections.cascade": _handles(cascade_rows.apply),
        "projections.cascade: its tags": lambda kind: kind.__struct_config__.tag in (cascade.PROJECTION.tags or ()),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    CompetencyStandardEvent: {
        "competency_standards.evolve": _handles(competency_standards.evolve),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    AppointmentEvent: {
        "appointments.evolve": _handles(appointments.evolve),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    RaterDrawEvent: {
        "rater_draw.evolve": _handles(rater_draw.evolve),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    ProgrammeEvent: {
        "programme.state.evolve": _handles(programme_state.evolve),
        "projections.programmes": _handles(programmes_rows.apply),
        "projections.programmes: its tags": lambda kind: (
            kind.__struct_config__.tag in (programmes.PROJECTION.tags or ())
        ),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
    CeilingEvent: PAY | {"ceilings.evolve": _handles(ceilings.evolve)},
    CreditEvent: PAY | {"credit.evolve": _handles(credit.evolve)},
    AllowanceEvent: PAY | {"allowance.evolve": _handles(allowance.evolve)},
    PolicyEvent: {
        "policy_register.state.evolve": _handles(register_state.evolve),
        "projections.scores, set aside": _handles(scores_withheld.missed),
    },
}


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__struct_config__.tag)
def test_every_place_that_must_handle_an_event_does(kind):
    places = ALWAYS | next(places for union, places in PLACES.items() if kind in (get_args(union) or (union,)))

    forgotten = [name for name, handles in places.items() if not handles(kind)]

    assert forgotten == [], f"{kind.__name__} is not handled by {', '.join(forgotten)}"


def test_an_event_that_nobody_handles_is_missed_everywhere():
    class Unheard:
        pass

    for places in PLACES.values():
        assert not any(handles(Unheard) for name, handles in places.items() if not name.endswith("its tags"))


def test_each_tag_that_moves_scores_is_taken_by_their_fold():
    handles = _handles(scores_fold.Fold.apply)

    assert [tag for tag in scores_fold.TAGS if not handles(EVENTS[tag])] == []
