"""How deep, how wide and how dear a query may be, decided before anything is read and once for each text.

Everything counts: aliases, fragments wherever they are spread, introspection, and lists by the rows they may have.
"""

from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import Any, NamedTuple, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
    Visitor,
    get_named_type,
    visit,
)

from neraca.api.graphql.support.connections import DEFAULT, MOST

DEEPEST = 16
DEAREST = 200_000
"""Fields of an answer, estimated: a page counts as many rows as it asks for, any other list as `LIST`."""

DEAREST_OF_THE_SCHEMA = 300_000
"""The same of a question about the schema alone: the usual one of tools grows with it, and is answered once for all."""

LIST = 5

COMPUTED = {"repair": 250, "explain": 250, "evaluate": 250, "components": 20, "simulate": 150_000}
"""Fields whose answer is computed, not read: what they cost beside their own fields. Simulate once in a query."""

READ = {
    "Query.agency": 20,
    "Query.node": 100,
    "Agency.allowances": 100,
    "Agency.ceilings": 100,
    "Agency.appraisal": 100,
    "Agency.appraisals": 100,
    "Agency.employees": 100,
    "Agency.events": 100,
    "Agency.cohorts": 100,
    "Agency.due": 250,
    "Agency.heads": 100,
    "Appraisal.cohort": 100,
    "Appraisal.feedback": 100,
    "Appraisal.assignments": 100,
    "Agency.competencyStandards": 100,
    "Employee.ratingsOwed": 100,
    "Agency.feedbackAskedByMe": 100,
    "Agency.feedbackAskedOfMe": 100,
    "Agency.feedbackGivenByMe": 100,
    "CohortConnection.totalCount": 1_000,
    "Agency.policies": 100,
    "Agency.policy": 100,
    "Agency.policyProposals": 100,
    "Agency.summary": 10_000,
    "Agency.plan": 200,
    "Agency.programme": 100,
    "Agency.programmes": 100,
    **{
        f"Programme.{field}": 50
        for field in ("indicators", "lead", "members", "outcomes", "owner", "periods", "reports", "version")
    },
    "ProgrammePeriod.outdated": 50,
    "PlanNode.goal": 50,
    "PlanNode.loads": 50,
    "PlanNode.loose": 50,
    "PlanNode.offices": 50,
    "PlanNode.people": 50,
    "PlanNode.serves": 50,
    "PlanTree.changes": 100,
    "PlanTree.loose": 1_000,
    "PlanTree.matrix": 500,
    "PlanTree.results": 100,
    "PlanTree.talks": 50,
    "PlanTree.units": 100,
    "PlanTree.vision": 50,
    "RegionalGoal.servedBy": 50,
    "Agency.workPlans": 100,
    "AgencyReports.budget": 20_000,
    "AgencyReports.forensics": 20_000,
    "AgencyReports.shadow": 20_000,
    "AgencyReports.shadows": 100,
    "AgencyReports.participation": 5_000,
    "AgencyReports.beforeAfter": 10_000,
    "AgencyReports.duties": 10_000,
    "AgencyReports.indicators": 10_000,
    "AgencyReports.ownPlace": 10_000,
    "AgencyReports.rankedGroups": 10_000,
    "AgencyReports.ranking": 10_000,
    "AgencyReports.strengths": 5_000,
    "AgencyReports.strengthsOfUnit": 10_000,
    "AgencyReports.trend": 10_000,
    "AgencyReports.trendOfEmployee": 100,
    "AgencyReports.satisfaction": 2_000,
    "AgencyReports.agencySatisfaction": 1_000,
    "AgencyReports.servicePoints": 100,
    "AgencyReports.comments": 100,
    "AgencyReports.publicSurveys": 500,
    "AgencyReports.units": 10_000,
    "Appraisal.allowances": 500,
    "Appraisal.credit": 500,
    "Employee.allowances": 500,
    "Employee.credit": 500,
    "Agency.candidacies": 100,
    "Agency.nineBox": 10_000,
    "Candidacy.history": 50,
    "Employee.box": 200,
    "Employee.candidacies": 200,
    "Employee.potential": 50,
    "Employee.attendance": 50,
    "Employee.development": 200,
    "Employee.programmes": 100,
    "Employee.record": 100,
    "Employee.sanctions": 50,
    "OrganisationalUnit.trainingPlans": 200,
    "OrganisationalUnit.withoutTraining": 200,
    "TrainingParticipant.effects": 100,
    "AppraisalConnection.totalCount": 1_000,
    "EmployeeConnection.totalCount": 1_000,
    "EventConnection.totalCount": 1_000,
}
"""What a statement costs beside the fields it answers with."""

TOGETHER = 10
"""Computed and long fields in a query, however they are called: rows do not count, aliases do."""

LONG = frozenset({"daysWithoutEntry", "evaluate", "explain", "history", "reports", "simulate", "timeline", "workDays"})

STATEMENTS = 40
"""Fields in a query that read the database."""

ALIKE = 100
"""How often a name may stand in a text: whether equal names mean the same is asked of every two of them."""


class Weight(NamedTuple):
    """`long` counts the fields of `LONG`, `statements` those of `READ`, `computed` those of `COMPUTED`, as written."""

    depth: int = 0
    cost: int = 0
    long: int = 0
    statements: int = 0
    computed: int = 0

    def beside(self, other: "Weight") -> "Weight":
        return Weight(
            max(self.depth, other.depth),
            self.cost + other.cost,
            self.long + other.long,
            self.statements + other.statements,
            self.computed + other.computed,
        )


def repeated(document: DocumentNode) -> list[GraphQLError]:
    """To be asked before the text is validated."""
    names = _Names()
    visit(document, names)
    often = [name for name, times in names.seen.items() if times > ALIKE]
    return [_too_much(f"'{name}' stands more than {ALIKE} times in the query", document) for name in often]


def weigh(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Weight:
    """Of a validated text."""
    root = schema.get_root_type(operation.operation)
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    return _Scales(schema, fragments).of(operation.selection_set, root, frozenset())


def beyond(weight: Weight, operation: OperationDefinitionNode, dearest: int = DEAREST) -> list[GraphQLError]:
    """What of it is too much."""
    wrong: list[str] = []
    if weight.depth > DEEPEST:
        wrong.append(f"the query is {weight.depth} levels deep; ask for at most {DEEPEST}")
    if weight.cost > dearest:
        wrong.append(
            f"the query may answer with {weight.cost:,} fields; ask for at most {dearest:,}, with a smaller `first`"
        )
    if weight.long > TOGETHER:
        names = ", ".join(sorted(LONG))
        wrong.append(f"the query has {weight.long} of the fields {names}; ask for at most {TOGETHER} at a time")
    if weight.statements > STATEMENTS:
        wrong.append(f"the query reads {weight.statements} times; ask for at most {STATEMENTS} things at a time")
    return [_too_much(one, operation) for one in wrong]


def told(weight: Weight) -> dict[str, dict[str, int]]:
    """What a query weighs, beside the most that any may."""
    return {
        name: {"of": of, "most": most}
        for name, of, most in (
            ("fields", weight.cost, DEAREST),
            ("depth", weight.depth, DEEPEST),
            ("reads", weight.statements, STATEMENTS),
            ("long", weight.long, TOGETHER),
        )
    }


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.seen[(node.alias or node.name).value] += 1


class _Scales:
    """A fragment is weighed once, and counts wherever it is spread."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._weighed: dict[tuple[str, int], Weight] = {}
        self._rows = _introspected(schema)

    def of(self, selections: SelectionSetNode | None, parent: Any, seen: frozenset[str], edges: int = 1) -> Weight:
        """`edges` are the rows of the connection that the selections are of."""
        whole = Weight()
        for one in selections.selections if selections else ():
            match one:
                case FieldNode():
                    whole = whole.beside(self._field(one, parent, seen, edges))
                case FragmentSpreadNode():
                    whole = whole.beside(self._fragment(one.name.value, seen, edges))
                case InlineFragmentNode():
                    on = self._schema.get_type(one.type_condition.name.value) if one.type_condition else parent
                    whole = whole.beside(self.of(one.selection_set, on, seen, edges))
                case _:
                    raise TypeError(f"a selection of a kind that nothing here weighs: {one.kind}")
        return whole

    def _field(self, node: FieldNode, parent: Any, seen: frozenset[str], edges: int) -> Weight:
        name = node.name.value
        field = _definition(parent, name)
        if field is None:
            return Weight(1, 1)
        type_: Any = cast(Any, field).type
        path = f"{getattr(parent, 'name', '')}.{name}"
        rows, pages = self._rows_of(node, path, type_, field), 1
        if name == "edges":
            rows = edges
        elif not str(type_).startswith("["):
            rows, pages = 1, rows
        within = self.of(node.selection_set, get_named_type(type_), seen, pages)
        return Weight(
            within.depth + 1,
            1 + COMPUTED.get(name, 0) + READ.get(path, 0) + rows * within.cost,
            within.long + (name in LONG),
            within.statements + (path in READ),
            within.computed + (name in COMPUTED),
        )

    def _rows_of(self, node: FieldNode, path: str, type_: Any, field: GraphQLField) -> int:
        if "first" in field.args:
            return _first(node, field)
        return self._rows.get(path, LIST) if str(type_).startswith("[") else 1

    def _fragment(self, name: str, seen: frozenset[str], edges: int) -> Weight:
        fragment = self._fragments.get(name)
        # Circles and unknown names are for validation to tell, which comes after.
        if fragment is None or name in seen:
            return Weight()
        key = (name, edges)
        # Weighed once for each number of rows: fragments that spread fragments would else take exponential time.
        if key not in self._weighed:
            on = self._schema.get_type(fragment.type_condition.name.value)
            self._weighed[key] = self.of(fragment.selection_set, on, seen | {name}, edges)
        return self._weighed[key]


def _definition(parent: Any, name: str) -> GraphQLField | None:
    match name:
        case "__schema":
            return SchemaMetaFieldDef
        case "__type":
            return TypeMetaFieldDef
        case "__typename":
            return TypeNameMetaFieldDef
        case _:
            return parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None


def _introspected(schema: GraphQLSchema) -> dict[str, int]:
    """Rows of the lists that tell of the schema itself: all types, the mean of the fields that each has, so that a look
    at all of them weighs what it brings, and of the rest twice the mean.
    """
    types = [*schema.type_map.values()]
    objects = [one for one in types if isinstance(one, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for one in objects for field in one.fields.values()]
    inputs = [one for one in types if isinstance(one, GraphQLInputObjectType)]
    return {
        "__Schema.types": len(types),
        "__Schema.directives": len(schema.directives),
        # Of all types, many of which have none: an enum, a scalar.
        "__Type.fields": ceil(len(fields) / len(types)),
        "__Type.inputFields": _mean(len(one.fields) for one in inputs),
        "__Type.interfaces": 1,
        "__Type.possibleTypes": 2,
        "__Field.args": _mean(len(one.args) for one in fields),
        "__Directive.args": 2,
    }


def _mean(sizes: Iterable[int]) -> int:
    found = [*sizes] or [1]
    return ceil(2 * sum(found) / len(found))


def _first(node: FieldNode, field: GraphQLField) -> int:
    """As written, else the most it may be where a variable says it. No list takes away from what others cost."""
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            return max(1, int(argument.value.value)) if isinstance(argument.value, IntValueNode) else MOST
    return int(field.args["first"].default_value or DEFAULT)


def _too_much(message: str, node: Node) -> GraphQLError:
    return GraphQLError(message, node, extensions={"code": "TOO_MUCH"})
