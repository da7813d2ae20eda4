"""What a query may cost: everything counts, nothing holds the event loop, and an answer ends in time and in size."""

import asyncio
import json
import threading
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, get_introspection_query

from neraca.api.database_reads import Reads
from neraca.api.graphql.schema import build
from neraca.api.graphql.support import execution, prepared_queries
from neraca.api.graphql.support.prepared_queries import QueryPreparation

ANI = "198501012010011001"
ONE = f'appraisal(employee: "{ANI}", period: "2025-Q1")'

BOUNDED = {
    "Query.agencies",
    "Agency.languages",
    *(f"Budget.{field}" for field in ("byMonth", "byUnit", "byPredicate", "byPredicateAfter", "uncounted")),
    "BudgetLine.events",
    *(f"Finding.{field}" for field in ("answers", "events", "of")),
    "Appraisal.components",
    "Appraisal.explain",
    "Appraisal.levels",
    "Appraisal.openGroups",
    "Appraisal.periods",
    "Appraisal.questions",
    "Appraisal.raterGroups",
    "Appraisal.credit",
    "Employee.credit",
    *(f"Cohort.{field}" for field in ("counts", "curve", "recordedBreaches")),
    "Improvement.steps",
    "ServiceTimes.facts",
    "ServiceTimes.services",
    "TimeSource.importers",
    "CohortMember.allowed",
    *(f"{one}Satisfaction.elements" for one in ("Point", "Unit")),
    *(f"{one}.flagged" for one in ("PublicSurvey", "UnitSatisfaction")),
    "ConcludedProgrammeIndicator.events",
    "MemberPart.stretches",
    "Programme.units",
    "ProgrammeMember.shares",
    *(f"ProgrammeOutcome.{field}" for field in ("events", "units")),
    "ProgrammeReport.evidence",
    "CurveLimit.predicates",
    "Repair.contradiction",
    "Candidacy.explain",
    "Candidacy.facts",
    "Development.own",
    "Development.trainings",
    "OwnPlanItem.addresses",
    *(f"TrainingItemOfPlan.{field}" for field in ("addresses", "people")),
    *(f"TrainingNeedsOfUnit.{field}" for field in ("low", "weak")),
    "TrainingParticipant.effects",
    "TrainingPlan.items",
    "WeakIndicatorOfUnit.people",
    "WorkPlan.results",
    "RegionalVision.missions",
    "RegionalMission.goals",
    "UnitPlan.results",
    *(f"PlanNode.{field}" for field in ("indicators", "loads")),
    "LoadOfTarget.events",
    "RoleMatrix.columns",
    *(f"MatrixRow.{field}" for field in ("beside", "cells")),
    "MatrixCell.planned",
    *(f"PlanChange.{field}" for field in ("dropped", "events", "results")),
    "ChangedResult.indicators",
    "YearResultOfPlan.targets",
    "YearTargetOfPlan.amounts",
    *(f"ServiceRecord.{field}" for field in ("acting", "breaks", "delegations", "exemptions", "posts", "studies")),
    "CreditLevel.points",
    *(f"{one}.{field}" for one in ("Allowance", "CreditPoints") for field in ("events", "explain", "facts")),
    "PayFact.events",
    "ScoreNode.components",
    "ScoreNode.indicators",
    "IndicatorValue.guides",
    "RatingQuestion.guides",
    "Input.events",
    "Explanation.components",
    "Explanation.explain",
    "Explanation.levels",
    "FinalResult.outdatedParts",
    "Objection.explanations",
    "Policy.inForce",
    "Policy.texts",
    "PolicyProposal.approvals",
    "PolicyProposal.authors",
    "PolicyProposal.doubtful",
    "PolicyProposal.locked",
    "PolicyProposal.warnings",
    "Rating.values",
    "Report.evidence",
    "Standing.events",
    "Step.inputs",
    "Target.revisions",
    *(f"UnpaidDaysOfMonth.{field}" for field in ("decrees", "events")),
    "Viewer.roles",
}
"""As long as a policy, an agency's file, a career, a year or one command makes them; a simulation's come with its
report.
"""

OF_A_SIMULATION = {
    "AffectedPerson",
    "BlockingReason",
    "CohortImpact",
    "CutPeriod",
    "GroupImpact",
    "PaidImpact",
    "QuotaBreach",
    "QuotaImpact",
    "SimulatedStart",
    "Simulation",
    "BlockingChange",
}


@pytest.fixture(scope="module")
def core() -> GraphQLSchema:
    return build().core


@pytest.fixture(scope="module")
def preparing() -> QueryPreparation:
    return QueryPreparation(build())


def aliases(times: int, field: str) -> str:
    return " ".join(f"a{n}: {field}" for n in range(times))


def of_surabaya(fields: str) -> str:
    return f'{{ agency(id: "surabaya") {{ {fields} }} }}'


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer["errors"]}


def test_every_list_is_asked_for_in_part_or_bounded_by_what_it_belongs_to(core: GraphQLSchema) -> None:
    whole = {
        f"{name}.{field}"
        for name, one in core.type_map.items()
        if isinstance(one, GraphQLObjectType) and not name.startswith("__") and name not in OF_A_SIMULATION
        for field, how in one.fields.items()
        if str(how.type).startswith("[") and field != "edges" and not {"first", "after"} <= how.args.keys()
    }

    assert whole == BOUNDED


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ viewer { id }", "SYNTAX"),
        ("", "NO_SUCH_OPERATION"),
        ("{ nothing }", "INVALID"),
        ("mutation { x }", "NO_SUCH_OPERATION"),
        ('subscription { eventAppended(agency: "surabaya") { id } }', "NO_SUCH_OPERATION"),
        ("query ($x: Int!) { __typename }", "INVALID"),
        ("query A { __typename } query B { __typename }", "NO_SUCH_OPERATION"),
        ("{ a" * 900 + " }" * 900, "SYNTAX"),
        ("{ " + "viewer { id } " * 101 + "}", "TOO_MUCH"),
        ("{ " + aliases(2_000, "__typename") + " }", "SYNTAX"),
    ],
)
def test_whatever_is_wrong_with_a_text_has_a_code(world: Any, query: str, code: str) -> None:
    assert codes(world.ask("hr", query)) == {code}


@pytest.mark.parametrize(
    "query",
    [
        "{ " + aliases(100, "__schema { types { fields { type { kind } } } }") + " }",
        "{ __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 4 + " } } }",
        of_surabaya(aliases(30, ONE + " { timeline { version } }")),
        of_surabaya(ONE + " { " + aliases(11, "timeline { type }") + " }"),
        of_surabaya(ONE + " { ...f ...g ...f }")
        + " fragment f on Appraisal { b: explain { path } }"
        + " fragment g on Appraisal { "
        + aliases(10, "explain { path }")
        + " }",
        of_surabaya("appraisals(first: 100) { edges { node { timeline(first: 1000) { type by data } } } }"),
        "{ " + aliases(41, 'agency(id: "surabaya") { id }') + " }",
        of_surabaya(aliases(35, 'summary(period: "x") { people }')),
        '{ a: agency(id: "surabaya") { units(first: -2000000000) { id } } b: agency(id: "surabaya") '
        "{ appraisals(first: 1000) { edges { node { explain { path } } } } } }",
    ],
)
def test_no_alias_fragment_or_look_at_the_schema_escapes_the_limits(preparing: QueryPreparation, query: str) -> None:
    found = preparing.prepare(query)

    assert {(error.extensions or {})["code"] for error in found.errors} == {"TOO_MUCH"}


def test_tools_may_ask_for_the_whole_schema(preparing: QueryPreparation) -> None:
    whole = preparing.prepare(get_introspection_query(input_value_deprecation=True))

    assert whole.errors == ()
    assert whole.of_the_schema


def test_what_is_remembered_of_texts_is_bounded(preparing: QueryPreparation, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = QueryPreparation(build())
    texts = [f"{{ a{n}: __typename }}" + " " * 49_000 for n in range(20)]
    for text in texts:
        ours.prepare(text)

    kept = [text for text in texts if ours.kept(text)]
    assert kept == texts[-len(kept) :]
    assert 0 < sum(map(len, kept)) <= prepared_queries.ROOM


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """In which threads the heavy work was done."""
    found: dict[str, list[str]] = {}
    for owner, name in (
        (execution, "encoded"),
        (QueryPreparation, "prepare"),
        (execution, "by_plan"),
        (execution, "by_library"),
        (Reads, "rows"),
        (Reads, "one"),
    ):
        monkeypatch.setattr(owner, name, _noting(getattr(owner, name), found, name))
    return found


def _noting(work: Any, found: dict[str, list[str]], name: str) -> Any:
    def noted(*given: Any, **named: Any) -> Any:
        found.setdefault(name, []).append(threading.current_thread().name)
        return work(*given, **named)

    return noted


def test_what_is_heavy_runs_in_a_thread_and_reads_where_the_connections_are(
    world: Any, seen: dict[str, list[str]]
) -> None:
    light = '{ agency(id: "surabaya") { id } }'
    heavy = '{ agency(id: "surabaya") { appraisals { edges { node { explain { path } components { node } } } } } }'
    world.data("hr", light)
    (loop,) = seen["by_plan"]
    assert seen["encoded"] == [loop]
    assert "by_library" not in seen
    assert seen["prepare"] != [loop]

    seen.clear()
    world.data("hr", heavy)

    assert loop not in {*seen["prepare"], *seen["by_plan"], *seen["encoded"]}
    # The texts of a policy are read for the first query only.
    assert {*seen.get("rows", ()), *seen["one"]} == {loop}


def test_the_schema_is_asked_once_in_a_thread_and_then_remembered(world: Any, seen: dict[str, list[str]]) -> None:
    query = "query ($type: String!) { __type(name: $type) { name fields { name } } __schema { types { name } } }"

    answers = [world.data(who, query, {"type": "Agency"}) for who in ("ani", "hr", "auditor")]
    other = world.data("ani", query, {"type": "OrganisationalUnit"})

    assert answers[0] == answers[1] == answers[2]
    assert (answers[0]["__type"]["name"], other["__type"]["name"]) == ("Agency", "OrganisationalUnit")
    assert len(seen["by_library"]) == 2


def test_a_query_ends_in_time(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(execution, "PATIENCE", 0.2)
    monkeypatch.setattr(Reads, "one", slow)

    for fields in ("employees(first: 1) { totalCount }", "appraisals { edges { node { explain { path } } } }"):
        assert codes(world.ask("hr", of_surabaya(fields))) == {"TOO_SLOW"}


def test_an_answer_is_bounded_in_bytes_and_so_is_what_is_read(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    query = '{ agency(id: "surabaya") { appraisals { edges { node { explain { path formula } } } } } }'
    with monkeypatch.context() as small:
        small.setattr(execution, "LARGEST", 1_000)
        assert "bytes, at most 1,000 are sent" in world.ask("hr", query)["errors"][0]["message"]
    with monkeypatch.context() as small:
        small.setattr(execution, "MOST_READ", 1_000)
        assert "more than 1,000 bytes would be read" in world.ask("hr", query)["errors"][0]["message"]


def test_parts_of_a_list_are_the_list(world: Any) -> None:
    names = {
        "timeline": "version",
        "history": "position",
        "reports": "report",
        "targets": "target",
        "results": "result",
    }
    for name, key in names.items():
        whole = world.data("ani", f'{{ agency(id: "surabaya") {{ {ONE} {{ {name} {{ {key} }} }} }} }}')
        rows = whole["agency"]["appraisal"][name]
        parts = (
            f"a: {name}(first: 1) {{ {key} }} b: {name}(first: 2, after: 1) {{ {key} }}"
            f" c: {name}(first: $n, after: $m) {{ {key} }}"
        )

        query = f'query ($n: Int!, $m: Int!) {{ agency(id: "surabaya") {{ {ONE} {{ {parts} }} }} }}'
        found = world.data("ani", query, {"n": 3, "m": 1})

        assert rows
        assert found["agency"]["appraisal"] == {"a": rows[:1], "b": rows[1:3], "c": rows[1:4]}


@pytest.mark.parametrize("as_of", ["", ', asOf: { recordedAt: "2100-01-01T00:00:00Z" }'])
@pytest.mark.parametrize(("name", "key"), [("timeline", "version"), ("history", "position"), ("reports", "position")])
def test_a_page_reads_none_of_those_before_it(
    world: Any, monkeypatch: pytest.MonkeyPatch, as_of: str, name: str, key: str
) -> None:
    read: list[Any] = []
    unwatched = Reads.one

    async def watched(reads: Reads, agency: str, statement: str, params: Any, *wanted: Any) -> Any:
        row = await unwatched(reads, agency, statement, params, *wanted)
        if statement.startswith("graphql/appraisals"):
            read.extend(line[key] for one in json.loads(row["rows"]) for part in one[name] for line in part["rows"])
        return row

    monkeypatch.setattr(Reads, "one", watched)

    found = world.data(
        "ani", f'{{ agency(id: "surabaya"{as_of}) {{ {ONE} {{ {name}(first: 1, after: 1) {{ {key} }} }} }} }}'
    )

    assert [str(row[key]) for row in found["agency"]["appraisal"][name]] == [str(row) for row in read]
    assert len(read) == 1


@pytest.mark.parametrize("part", ["first: 0", "first: 1001", "after: -1", "first: 1, after: 2000000"])
def test_what_is_no_part_of_a_list_is_told(world: Any, part: str) -> None:
    answer = world.ask("ani", f'{{ agency(id: "surabaya") {{ {ONE} {{ timeline({part}) {{ version }} }} }} }}')

    assert codes(answer) == {"BAD_PAGE"}


def test_the_weight_is_of_the_operation_that_runs(preparing: QueryPreparation) -> None:
    found = preparing.prepare("query A { viewer { id } } query B { agencies { units { id } } }")

    assert found.chosen("A")[1].cost < found.chosen("B")[1].cost
    for nobody in (None, "C"):
        with pytest.raises(GraphQLError, match="operation"):
            found.chosen(nobody)


def test_a_text_that_is_refused_takes_no_room() -> None:
    preparing = QueryPreparation(build())
    runs, refused = "{ agencies { id } }", "{ nothing }"

    assert preparing.prepare(refused).errors
    assert not preparing.prepare(runs).errors

    assert preparing.kept(refused) is None
    assert preparing.kept(runs) is not None
