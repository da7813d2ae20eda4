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

import msgspec
import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type, is_object_type
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.contexts import Actor
from neraca.domain.registry import EVENTS
from neraca.domain.service_times.records import figures, joined
from neraca.domain.service_times.state import State as Times
from neraca.domain.service_times.state import counting
from neraca.domain.service_times.state import evolve as evolve_times
from neraca.domain.vocabulary import Role
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


def alignments_again(house: Any, agency: str) -> list[Any]:
    """As many results as links that the event names, each of the same employee."""
    links = {past.position: past.event for past in house.service.reader.of_types(agency, ["link.made"])}
    opened = {past.stream: past.event.employee for past in house.service.reader.of_types(agency, ["appraisal.opened"])}
    return [
        past.position
        for past in house.service.reader.of_types(agency, ["appraisal.alignment-counted"])
        if past.event.aligned != len(past.event.links)
        or {links[at].employee for at in past.event.links} - {opened[past.stream]}
    ]


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

RECKONED: dict[str, Again | str] = {
    "allowance.fixed": results_again,
    "allowance.revised": results_again,
    "appraisal.alignment-counted": alignments_again,
    "appraisal.finalised": results_again,
    "appraisal.joined": results_again,
    "appraisal.plan-taken": "service/test_work_plans.py::test_a_year_is_planned_once_and_its_quarters_take_their_share",
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
"""Events with numbers that the program made: how they are made again here, or which test does it."""

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
    for named in (one for one in RECKONED.values() if isinstance(one, str)):
        file, _, test = named.partition("::")
        assert f"def {test}(" in (TESTS / file).read_text(), named


@pytest.mark.parametrize("agency", AGENCIES)
def test_what_was_reckoned_comes_out_the_same_again(seeded_year: Any, agency: str) -> None:
    ways = {one for one in RECKONED.values() if not isinstance(one, str)}

    assert {way.__name__: found for way in ways if (found := way(seeded_year, agency))} == {}


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
def client(seeded_year: Any) -> Iterator[TestClient[Any]]:
    app = create(
        service=seeded_year.service,
        url=seeded_year.url,
        agencies=seeded_year.agencies,
        tokens=Tokens({"operator": Actor("operator", frozenset(Role))}),
        clock=lambda: datetime(2026, 3, 1, tzinfo=UTC),
        simulator=Simulator(seeded_year.url, seeded_year.service.policies, seeded_year.agencies),
    )
    with TestClient(app, raise_server_exceptions=False) as client:
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
