"""Every kind of number leads to events that are there, and comes out the same when it is reckoned again from them.

Two lists: what the log holds, by event, and what is told, by type of the schema. A number of a new kind has no place in
them, and fails until it is said who said it, or how it is reckoned again, and by which field it leads to the log.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import msgspec
import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type, is_object_type
from litestar.testing import TestClient

from neraca.domain import streams
from neraca.domain.appraisal.events import AlignmentCounted, AppraisalEvent, Opened, PlanTaken
from neraca.domain.appraisal.state import Appraisal
from neraca.domain.appraisal.state import evolve as evolve_appraisal
from neraca.domain.cascade import mission, unit_plan
from neraca.domain.cascade.links import LinksEvent, ResultLinked, ResultUnlinked, Served
from neraca.domain.contexts import Actor
from neraca.domain.period import parse
from neraca.domain.registry import EVENTS
from neraca.domain.service_times.records import figures, joined
from neraca.domain.service_times.state import State as Times
from neraca.domain.service_times.state import counting
from neraca.domain.service_times.state import evolve as evolve_times
from neraca.domain.vocabulary import Role
from neraca.domain.workplan.events import WorkPlanEvent
from neraca.domain.workplan.state import Stage, WorkPlans
from neraca.domain.workplan.state import evolve as evolve_plans
from neraca.service.candidacies import candidacy_differences
from neraca.service.draws import redrawn
from neraca.service.replay import replay
from neraca.service.simulation import Simulator
from neraca.service.training_needs import needs_altered

TESTS = Path(__file__).parents[1]
AGENCIES = ("bandung", "gajahmungkur", "samarinda", "surabaya", "surakarta")
SAID = {
    "achievement.published",
    "achievement.revised",
    "appraisal.competencies-assessed",
    "appraisal.fact-established",
    "appraisal.plan-change-agreed",
    "appraisal.plan-change-proposed",
    "appraisal.plan-drafted",
    "appraisal.progress-reported",
    "appraisal.rated",
    "appraisal.rating-revised",
    "appraisal.result-taken-over",
    "appraisal.take-over-revised",
    "appraisal.target-revised",
    "ceiling.set",
    "competency-standard.set",
    "credit.brought-forward",
    "link.made",
    "plan.change-agreed",
    "plan.change-proposed",
    "plan.drafted",
    "plan.revised",
    "potential.assessed",
    "programme.indicator-defined",
    "programme.member-joined",
    "programme.progress-reported",
    "programme.share-revised",
    "programme.target-revised",
    "programme.baseline-revised",
    "service-times.imported",
    "survey.response-recorded",
    "unit-plan.drafted",
    "unit-plan.revised",
}
"""Events with numbers that somebody said, or measured elsewhere: where every other number ends."""


def results_again(house: Any, agency: str) -> list[Any]:
    """Final and joined results, credit points, allowances and candidacies, of which the program does each again."""
    return [one.differences for one in replay(house.service, agency) if one.differences]


def candidacies_again(house: Any, agency: str) -> list[Any]:
    done = (
        candidacy_differences(house.service.reader, house.service.policies, agency, past)[1]
        for past in house.service.reader.of_types(agency, ("candidacy.assessed", "candidacy.nominated"))
    )
    return [one for one in done if one]


def trainings_again(house: Any, agency: str) -> list[Any]:
    return [*needs_altered(house.service.reader, house.service.policies, agency)]


def draws_again(house: Any, agency: str) -> list[Any]:
    found = redrawn(house.service.reader, house.service.policies, house.agencies[agency])
    return [one for one in found if one.difference]


def programmes_again(house: Any, agency: str) -> list[Any]:
    """Each indicator has the number of a report at the places it names, and the parts of it are all of it."""
    wrong: list[Any] = []
    reports: dict[int, Decimal] = {}
    tags = ("programme.progress-reported", "programme.period-concluded", "programme.period-corrected")
    for past in house.service.reader.of_types(agency, tags):
        if past.event.__struct_config__.tag == tags[0]:
            reports[past.position] = past.event.actual
            continue
        for one in past.event.indicators:
            said, parts = [reports[at] for at in one.at if at in reports], [*one.actuals.values()]
            if said != [one.actual] or (parts and sum(parts) != one.actual):
                wrong.append((past.position, one.indicator))
    return wrong


def times_again(house: Any, agency: str) -> list[Any]:
    wrong: list[Any] = []
    states: dict[Any, Times] = {}
    tags = ("service-times.imported", "service-times.withdrawn", "service-times.confirmed")
    for past in house.service.reader.of_types(agency, tags):
        state = states.setdefault(past.stream, Times())
        if past.event.__struct_config__.tag == "service-times.confirmed":
            tallies = joined(part.tallies for part in counting(state))
            again = [figures(one.service, tallies[one.service], one.standard) for one in past.event.services]
            if again != past.event.services:
                wrong.append(past.position)
        states[past.stream] = evolve_times(state, past.event)
    return wrong


def surveys_again(house: Any, agency: str) -> list[Any]:
    """What was answered under a token once, summed by element."""
    wrong: list[Any] = []
    answers: dict[Any, dict[str, Any]] = {}
    for past in house.service.reader.of_types(agency, ("survey.response-recorded", "survey.closed")):
        given = answers.setdefault(past.stream, {})
        if past.event.__struct_config__.tag == "survey.response-recorded":
            if not past.event.unverified:
                given.setdefault(past.event.respondent, past.event.answers)
            continue
        counted = {name: [one[name] for one in given.values() if name in one] for name in past.event.sums}
        if {name: (sum(one, Decimal(0)), len(one)) for name, one in counted.items()} != {
            name: (total, past.event.counts[name]) for name, total in past.event.sums.items()
        }:
            wrong.append(past.position)
    return wrong


def tags_of(events: Any) -> list[str]:
    return [str(one.__struct_config__.tag) for one in get_args(events)]


def plans_taken_again(house: Any, agency: str) -> list[Any]:
    """Each period took its share in the plan of the year as that stood then."""
    wrong: list[Any] = []
    whose: dict[UUID, tuple[str, str]] = {}
    plans: dict[UUID, WorkPlans] = {}
    tags = [*tags_of(WorkPlanEvent), "appraisal.opened", "appraisal.plan-taken"]
    for past in house.service.reader.of_types(agency, tags):
        event = past.event
        if isinstance(event, Opened):
            whose[past.stream] = event.employee, event.period
        elif isinstance(event, PlanTaken):
            employee, period = whose[past.stream]
            found = plans[streams.workplans(agency, employee, int(period[:4]))].share(parse(period))
            taken = (event.plan, event.version, event.results)
            if found is None or taken != (found.plan, found.version.number, found.results):
                wrong.append(past.position)
        else:
            plans[past.stream] = evolve_plans(plans.get(past.stream) or WorkPlans(), event)
    return wrong


class Planned:
    """What is planned and linked up to a place in the log: by stream, and each link that holds with its place."""

    FOLDS: tuple[tuple[Any, Any, Any], ...] = (
        (get_args(AppraisalEvent), Appraisal, evolve_appraisal),
        (get_args(WorkPlanEvent), WorkPlans, evolve_plans),
        (get_args(unit_plan.UnitPlanEvent), unit_plan.State, unit_plan.evolve),
        (get_args(mission.MissionEvent), mission.State, mission.evolve),
    )

    def __init__(self, agency: str) -> None:
        self.agency = agency
        self.states: dict[UUID, Any] = {}
        self.links: dict[tuple[str, str, str], tuple[int, Served]] = {}

    def take(self, past: Any) -> None:
        event = past.event
        if isinstance(event, ResultLinked):
            self.links[event.employee, event.period, event.result] = past.position, event.serves
        elif isinstance(event, ResultUnlinked):
            del self.links[event.employee, event.period, event.result]
        for kinds, begin, fold in self.FOLDS:
            if isinstance(event, kinds):
                self.states[past.stream] = fold(self.states.get(past.stream) or begin(), event)

    def aligned(self, employee: str, period: str) -> tuple[int, list[int]]:
        """How many results the appraisal has, and the places of the links of those that lead to a goal."""
        appraisal = self.states[streams.appraisal(self.agency, employee, period)]
        label = period if appraisal.taken is None else appraisal.taken[0]
        found = [self.links[employee, label, one] for one in appraisal.results if (employee, label, one) in self.links]
        return len(appraisal.results), sorted(at for at, serves in found if self.reaches(serves, label))

    def reaches(self, serves: Served, label: str) -> bool:
        year = int(label[:4])
        if serves.unit is not None:
            return self.unit_reaches(serves.unit, serves.result, year)
        assert serves.employee is not None
        assert serves.period is not None
        above = self.links.get((serves.employee, serves.period, serves.result))
        there = serves.result in self.fixed(serves.employee, serves.period)
        return there and above is not None and self.reaches(above[1], serves.period)

    def unit_reaches(self, unit: str, result: str, year: int) -> bool:
        state = self.states.get(streams.unit_plan(self.agency, unit, year))
        planned = None if state is None or state.fixed is None else state.fixed.get(result)
        if planned is None:
            return False
        if planned.above is not None:
            return self.unit_reaches(planned.above.unit, planned.above.result, year)
        span = mission.span_of(self.states[streams.mission(self.agency)], year)
        return span is not None and planned.goal in span.goals

    def fixed(self, employee: str, period: str) -> set[str]:
        """The results of the plan that is approved under a label."""
        plans = self.states.get(streams.workplans(self.agency, employee, int(period[:4])))
        plan = None if plans is None else plans.plans.get(period)
        if plan is not None:
            return {one.id for one in plan.versions[-1].results} if plan.stage is Stage.APPROVED else set()
        appraisal = self.states.get(streams.appraisal(self.agency, employee, period))
        return set() if appraisal is None or not appraisal.planned or appraisal.taken else {*appraisal.results}


def alignments_again(house: Any, agency: str) -> list[Any]:
    """Counted once more from the plans and links as they stood then, up to the goals of the region."""
    if not [*house.service.reader.of_types(agency, ["appraisal.alignment-counted"])]:
        return []
    planned, wrong, whose = Planned(agency), list[Any](), dict[UUID, tuple[str, str]]()
    kinds = [kind for kinds, _, _ in Planned.FOLDS for kind in kinds]
    tags = [*(str(kind.__struct_config__.tag) for kind in kinds), *tags_of(LinksEvent)]
    for past in house.service.reader.of_types(agency, tags):
        event = past.event
        if isinstance(event, Opened):
            whose[past.stream] = event.employee, event.period
        if isinstance(event, AlignmentCounted):
            results, links = planned.aligned(*whose[past.stream])
            if (event.planned, event.aligned, event.links) != (results, len(links), links):
                wrong.append(past.position)
        planned.take(past)
    return wrong


def improvements_again(house: Any, agency: str) -> list[Any]:
    """The index is the one that was published last before."""
    published: dict[Any, Decimal] = {}
    wrong: list[Any] = []
    for past in house.service.reader.of_types(
        agency, ("achievement.published", "achievement.revised", "improvement.planned")
    ):
        whose = (past.event.unit, past.event.period)
        if past.event.__struct_config__.tag != "improvement.planned":
            published[whose] = past.event.index
        elif published[whose] != past.event.index:
            wrong.append(past.position)
    return wrong


Again = Callable[[Any, str], list[Any]]

RECKONED: dict[str, Again] = {
    "allowance.fixed": results_again,
    "allowance.revised": results_again,
    "appraisal.alignment-counted": alignments_again,
    "appraisal.finalised": results_again,
    "appraisal.joined": results_again,
    "appraisal.plan-taken": plans_taken_again,
    "appraisal.raters-assigned": draws_again,
    "candidacy.assessed": candidacies_again,
    "candidacy.decided": results_again,
    "candidacy.nominated": candidacies_again,
    "candidacy.revised": results_again,
    "cohort.judged": results_again,
    "credit.fixed": results_again,
    "credit.revised": results_again,
    "improvement.planned": improvements_again,
    "programme.period-concluded": programmes_again,
    "programme.period-corrected": programmes_again,
    "service-times.confirmed": times_again,
    "survey.closed": surveys_again,
    "training.plan-proposed": trainings_again,
}
"""Events with numbers that the program made, and how they are made again here."""

COUNTS_ALONE = {"appraisal.alignment-counted", "appraisal.raters-assigned"}
"""Made of whole numbers, which many events have that count nothing."""


@cache
def has_decimal(kind: Any) -> bool:
    if get_origin(kind) in (Union, UnionType) or get_args(kind):
        return any(has_decimal(one) for one in get_args(kind) if not isinstance(one, str | int))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return any(has_decimal(one.type) for one in msgspec.structs.fields(kind))
    return kind is Decimal


def test_every_event_with_a_number_is_said_by_somebody_or_reckoned_again() -> None:
    numbers = {tag for tag, kind in EVENTS.items() if has_decimal(kind)}

    assert numbers | COUNTS_ALONE == SAID | RECKONED.keys()
    assert SAID & RECKONED.keys() == set()


@pytest.mark.parametrize("agency", AGENCIES)
def test_what_was_reckoned_comes_out_the_same_again(seeded_year: Any, agency: str) -> None:
    assert {way.__name__: found for way in {*RECKONED.values()} if (found := way(seeded_year, agency))} == {}


class Altered:
    """A log of which one event is another."""

    def __init__(self, house: Any, position: int, event: Any) -> None:
        self.service = self.reader = self
        self._house, self._position, self._event = house, position, event

    def of_types(self, agency: str, types: Any) -> Iterator[Any]:
        for past in self._house.service.reader.of_types(agency, types):
            yield msgspec.structs.replace(past, event=self._event) if past.position == self._position else past


@pytest.mark.parametrize(
    ("tag", "again", "alter"),
    [
        ("appraisal.plan-taken", plans_taken_again, lambda one: {"results": one.results[1:]}),
        ("appraisal.plan-taken", plans_taken_again, lambda one: {"version": one.version + 1}),
        ("appraisal.alignment-counted", alignments_again, lambda one: {"aligned": one.aligned + 1}),
        ("appraisal.alignment-counted", alignments_again, lambda one: {"planned": one.planned + 1}),
        ("mission.set", alignments_again, lambda one: {"missions": one.missions[1:]}),
    ],
)
def test_what_was_not_so_is_found_when_it_is_reckoned_again(
    seeded_year: Any, tag: str, again: Again, alter: Callable[[Any], dict[str, Any]]
) -> None:
    past = next(iter(seeded_year.service.reader.of_types("bandung", [tag])))
    altered = Altered(seeded_year, past.position, msgspec.structs.replace(past.event, **alter(past.event)))

    assert again(altered, "bandung") != []


LEADING = {"event", "events", "explain", "resultEvent"}
"""Fields by which a type leads to the log, beside each of the kind Position."""

ELSEWHERE = {
    "BeforeAfter": "ComparedNumbers.position",
    "Cohort": "Cohort.members",
    "CohortMember": "Appraisal.history",
    "ConsideredCount": "Agency.candidacies",
    "CreditLevel": "CreditLevel.points",
    "Duration": "Appraisal.timeline",
    "LatenessCount": "AgencyReports.lateness",
    "OutcomeCount": "Agency.appraisals",
    "Participation": "Agency.appraisals",
    "PlanIndicator": "Agency.workPlans",
    "PlannedOfUnit": "PlanTree.planned",
    "PredicateCount": "Cohort.members",
    "ProgrammeShare": "ConcludedProgrammeIndicator.members",
    "ProgrammeTarget": "ConcludedProgrammeIndicator.events",
    "RankedGroup": "AgencyReports.ranking",
    "TrainingItemOfPlan": "TrainingPlan.history",
}
"""Types with numbers that name no event, nor does what they are read in: counts of what is listed there, and what was
said there. A later field of theirs that does so takes them out.
"""


@cache
def schema() -> Mapping[str, GraphQLObjectType]:
    text = (TESTS / "golden" / "schema.graphql").read_text()
    return {name: kind for name, kind in build_schema(text).type_map.items() if is_object_type(kind)}


def named(field: Any) -> str:
    return get_named_type(field.type).name


def leads(name: str, met: frozenset[str] = frozenset()) -> bool:
    """Whether the type, or else each type that it is read in, has a field that leads to the log."""
    fields = schema()[name].fields
    if any(field in LEADING or named(one) == "Position" for field, one in fields.items()):
        return name != "Agency"
    above = [one for one, kind in schema().items() for field in kind.fields.values() if named(field) == name]
    return bool({*above} - met) and all(leads(one, met | {name}) for one in {*above} - met)


def test_every_number_that_is_told_leads_to_events_or_is_counted_of_what_is_listed() -> None:
    numbers = {
        name
        for name, kind in schema().items()
        if any(
            named(one) == "Decimal" or (field == "people" and named(one) == "Int") for field, one in kind.fields.items()
        )
    }

    assert sorted(name for name in numbers if not leads(name)) == sorted(ELSEWHERE)
    for place in ELSEWHERE.values():
        kind, _, field = place.partition(".")
        assert field in schema()[kind].fields, place


TOLD = {
    "a programme, before and since": (
        "bandung",
        "programmes { edges { node { outcomes(first: 9) { after position events } } } }",
    ),
    "what each had of a programme": (
        "surabaya",
        "programmes { edges { node { periods(first: 4) { position indicators { actual events } } } } }",
    ),
    "service times": (
        "surakarta",
        'unit(id: "disdukcapil") { serviceTimes { event services { mean } batches { event } } }',
    ),
    "public satisfaction": (
        "surakarta",
        "reports { satisfaction { index position } agencySatisfaction { index position } }",
    ),
    "achievements": ("samarinda", "units(first: 20) { achievements { index event improvement { event } } }"),
    "training": (
        "surabaya",
        "units(first: 9) { trainingPlans(first: 1) { needs { readUntil weak { people { value resultEvent } } } } }",
    ),
    "candidacies": (
        "gajahmungkur",
        "candidacies { edges { node { score event explain { origin { file line } inputs { events } } } } }",
    ),
    "potential": ("gajahmungkur", "employees { edges { node { potential { value event } } } }"),
    "ranking": ("gajahmungkur", 'reports { ranking(period: "2025") { score position } }'),
    "before and after": (
        "surakarta",
        'reports { beforeAfter(firstPeriod: "2025-Q3", secondPeriod: "2025-Q4") { after { mean position } } }',
    ),
    "trend": ("bandung", "reports { trend { median position } }"),
    "indicators": ("bandung", 'reports { indicators(period: "2025-S1") { median position } }'),
    "offices": ("bandung", 'reports { units(period: "2025-S1") { median position } }'),
    "duties": ("bandung", 'reports { duties(period: "2025-S1") { met position } }'),
    "how people judge": ("samarinda", 'reports { forensics(period: "2025-12") { found expected events } }'),
    "a rule that is tried": ("surakarta", 'reports { shadow(id: "s1", period: "2025-Q4") { changed position } }'),
    "the budget": ("surabaya", "reports { budget(year: 2025) { position total { paid } } }"),
    "pay": ("surabaya", "allowances { edges { node { amount event resultEvent explain { origin { file line } } } } }"),
}
"""What is read where each number is told, in an agency whose year has such."""


@pytest.fixture(scope="module")
def client(seeded_year: Any, served: Any) -> Iterator[TestClient[Any]]:
    simulator = Simulator(seeded_year.url, seeded_year.service.policies, seeded_year.agencies)
    operator = {"operator": Actor("operator", frozenset(Role))}
    with served(seeded_year, operator, datetime(2026, 3, 1, tzinfo=UTC), simulator=simulator) as client:
        yield client


def positions(answer: Any) -> Iterator[int]:
    """Every place in the log that an answer names."""
    match answer:
        case dict():
            for key, value in answer.items():
                if key in {"position", "readUntil", *LEADING} and key != "explain":
                    for one in value if isinstance(value, list) else [value]:
                        if one is not None:
                            yield int(str(one).rpartition(":")[2])
                else:
                    yield from positions(value)
        case list():
            for one in answer:
                yield from positions(one)
        case _:
            pass


def lines(answer: Any) -> Iterator[tuple[str, int]]:
    match answer:
        case {"file": file, "line": line}:
            yield file, line
        case dict():
            for value in answer.values():
                yield from lines(value)
        case list():
            for one in answer:
                yield from lines(one)
        case _:
            pass


@pytest.mark.parametrize("what", TOLD)
def test_what_is_told_names_events_that_are_there_and_lines_of_the_published_text(
    seeded_year: Any, client: TestClient[Any], what: str
) -> None:
    agency, fields = TOLD[what]
    query = f'{{ agency(id: "{agency}") {{ {fields} }} }}'
    answer = client.post("/graphql", json={"query": query}, headers={"Authorization": "Bearer operator"}).json()
    assert "errors" not in answer, answer

    found = {*positions(answer)}
    assert found
    assert min(found) > 0
    assert max(found) <= seeded_year.log.head(agency)
    if "origin" in fields:
        assert {line > 0 and file.endswith(".yaml") for file, line in lines(answer)} == {True}
