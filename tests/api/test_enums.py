"""The closed sets of the schema are those of the floors below, word for word, and every member says what it means."""

from enum import StrEnum
from typing import Any, get_args, get_type_hints

import graphql
import pytest

from neraca.api.graphql import schema
from neraca.api.graphql.support import enums
from neraca.domain import vocabulary
from neraca.domain.achievement import OrgPredicate
from neraca.domain.agency import Agency
from neraca.domain.case import Item
from neraca.domain.cohort import events as cohort_events
from neraca.domain.cohort import state as cohort
from neraca.domain.improvement import Outcome
from neraca.domain.reporting_rhythms import Cadence
from neraca.domain.service_times.records import Measure, TimeUnit
from neraca.policy import model
from neraca.policy.compiled import result
from neraca.policy.impact.distribution import Breach
from neraca.service import durations, lateness
from projections.cascade import rows as cascade
from projections.dossier import rows
from projections.scores import fold
from projections.workplans import rows as workplans

SDL = schema.build().core


def words(struct: type, field: str) -> set[str]:
    return set(get_args(get_type_hints(struct)[field]))


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        (enums.AgencyKind, words(Agency, "kind")),
        (enums.AgencyStage, words(Agency, "stage")),
        (enums.AppraisalStage, set(fold._STAGE.values())),  # pyright: ignore[reportPrivateUsage]
        (enums.EvaluationStatus, words(result.EvaluationResult, "status")),
        (enums.PlanStatus, words(rows.Dossier, "plan")),
        (enums.Polarity, words(Item, "polarity")),
        (enums.ReportKind, words(rows.Report, "kind")),
        (enums.ReportStatus, words(rows.Report, "status")),
        (enums.RatingStatus, words(rows.Rating, "status")),
        (enums.PolicyPurpose, set(get_args(vocabulary.Purpose))),
        (enums.PeriodCycle, words(model.Period, "cycle")),
        (enums.Combination, words(model.Node, "combine")),
        (enums.MissingRule, set(get_args(model.Missing))),
        # Who moves a predicate in a cohort is no policy: the last step is told from the log.
        (enums.StepKind, {*get_args(result.Kind), "calibration", "taken-over"}),
        (enums.CohortStage, {one.name.lower() for one in cohort.CohortStage} - {"unopened"}),
        (enums.CurveMode, words(cohort_events.CohortOpened, "mode")),
        (enums.UnitLeading, words(cohort_events.Organisation, "leading")),
        (enums.WorkPlanStatus, words(workplans.WorkPlan, "status")),
        (enums.PlanChangeStatus, words(cascade.PlanChange, "status")),
        (enums.UnitPlanStatus, words(cascade.UnitPlan, "status")),
        (enums.OrganisationPredicate, set(get_args(OrgPredicate))),
        (enums.ServiceMeasure, set(get_args(Measure))),
        (enums.ReportingCadence, set(get_args(Cadence))),
        (enums.LatenessStanding, set(lateness.STANDINGS)),
        (enums.AppraisalStep, set(get_args(durations.Step))),
        (enums.ImprovementOutcome, set(get_args(Outcome))),
        (enums.TimeUnit, set(get_args(TimeUnit))),
        (enums.QuotaKind, words(Breach, "kind")),
    ],
)
def test_each_word_that_is_stored_has_a_name_in_the_schema(kind: type[StrEnum], stored: set[str]) -> None:
    assert {one.value for one in kind} == stored


@pytest.mark.parametrize("name", enums.__all__)
def test_an_enum_of_the_schema_has_upper_case_names_and_says_what_each_means(name: str) -> None:
    kind = SDL.type_map[name]

    assert isinstance(kind, graphql.GraphQLEnumType)
    assert kind.description
    assert kind.values.keys() == getattr(enums, name).__members__.keys()
    assert all(value == value.upper() and told.description for value, told in kind.values.items())


def test_what_is_called_status_stage_kind_or_the_like_is_no_text_anywhere() -> None:
    closed = {"status", "stage", "relation", "kind", "priority", "aspect", "positionClass", "employmentType", "cycle"}
    closed |= {"polarity", "purpose", "missing", "combine", "openGroups", "roles", "classes"}
    given: list[tuple[str, Any]] = []
    for kind in SDL.type_map.values():
        if isinstance(kind, graphql.GraphQLObjectType) and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                given += [
                    (f"{kind.name}.{name}", field),
                    *((f"{kind.name}.{name}({one})", arg) for one, arg in field.args.items()),
                ]

    open_ = [
        path
        for path, one in given
        if path.rstrip(")").split("(")[-1].split(".")[-1] in closed
        and not isinstance(graphql.get_named_type(one.type), graphql.GraphQLEnumType)
    ]
    assert open_ == []
