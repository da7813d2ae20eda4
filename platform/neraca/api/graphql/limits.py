"""How deep and how wide a query may be, decided before anything is read and once for each text."""

from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    get_named_type,
)

from neraca.api.graphql.paging import DEFAULT, MOST

DEEPEST = 16
DEAREST = 200_000
"""Fields of an answer, estimated: a page counts as many rows as it asks for, any other list as `LIST`."""

LIST = 5

COMPUTED = {"explain": 250, "evaluate": 250, "components": 20, "simulate": 150_000}
"""Fields whose answer is computed, not read: what they cost beside their own fields. Simulate once in a query."""


class Limits(ValidationRule):
    """Fragments are weighed once each; the fields of introspection are free."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[tuple[str, str], tuple[int, int]] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        root = self.context.schema.query_type
        if root is None:
            return
        depth, cost = self._weigh(node.selection_set, root, frozenset())
        if depth > DEEPEST:
            self.report_error(_too_much(node, f"the query is {depth} levels deep; ask for at most {DEEPEST}"))
        if cost > DEAREST:
            what = f"the query may answer with {cost:,} fields; ask for at most {DEAREST:,}, with a smaller `first`"
            self.report_error(_too_much(node, what))

    def _weigh(self, selections: SelectionSetNode | None, parent: Any, seen: frozenset[str]) -> tuple[int, int]:
        depth = cost = 0
        for one in selections.selections if selections else ():
            match one:
                case FieldNode():
                    deep, dear = self._weigh_field(one, parent, seen)
                case FragmentSpreadNode():
                    deep, dear = self._weigh_fragment(one.name.value, parent, seen)
                case InlineFragmentNode():
                    on = self.context.schema.get_type(one.type_condition.name.value) if one.type_condition else parent
                    deep, dear = self._weigh(one.selection_set, on, seen)
                case _:
                    continue
            depth, cost = max(depth, deep), cost + dear
        return depth, cost

    def _weigh_field(self, node: FieldNode, parent: Any, seen: frozenset[str]) -> tuple[int, int]:
        name = node.name.value
        if name.startswith("__") or not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return 0, 0
        field = parent.fields.get(name)
        if field is None:
            return 0, 0
        rows = 1
        if "first" in field.args:
            rows = _first(node)
        elif name != "edges" and _is_list(field.type):
            rows = LIST
        deep, dear = self._weigh(node.selection_set, get_named_type(field.type), seen)
        return deep + 1, 1 + COMPUTED.get(name, 0) + rows * dear

    def _weigh_fragment(self, name: str, parent: Any, seen: frozenset[str]) -> tuple[int, int]:
        fragment = self.context.get_fragment(name)
        if fragment is None or name in seen:
            return 0, 0
        on = self.context.schema.get_type(fragment.type_condition.name.value)
        key = (name, str(on))
        if key not in self._fragments:
            self._fragments[key] = self._weigh(fragment.selection_set, on, seen | {name})
        return self._fragments[key]


def _first(node: FieldNode) -> int:
    """As written, else the most it may be where a variable says it."""
    for argument in node.arguments or ():
        if argument.name.value == "first":
            return int(argument.value.value) if isinstance(argument.value, IntValueNode) else MOST
    return DEFAULT


def _is_list(type_: object) -> bool:
    return str(type_).startswith("[")


def _too_much(node: OperationDefinitionNode, message: str) -> GraphQLError:
    return GraphQLError(message, node, extensions={"code": "TOO_MUCH"})
