"""What a query chooses of a type, through fragments and past what directives leave out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)
from graphql.execution.values import VariableValues, get_directive_values
from msgspec import Struct

Chosen: TypeAlias = dict[str, list[FieldNode]]
"""By the name in the answer, in its order. Several nodes of one name are of the same field, and choose together."""


class Query(Struct, frozen=True, eq=False):
    """A validated text with the values of its variables, of which only those in directives count here."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues

    def chosen(self, of: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Chosen:
        found: Chosen = {}
        spread: set[str] = set()
        for one in sets:
            self._collect(of, one.selections, found, spread)
        return found

    def _collect(
        self, of: GraphQLObjectType, selections: Sequence[SelectionNode], found: Chosen, spread: set[str]
    ) -> None:
        for one in selections:
            if not self._included(one):
                continue
            match one:
                case FieldNode():
                    found.setdefault((one.alias or one.name).value, []).append(one)
                case InlineFragmentNode():
                    if one.type_condition is None or self._is(of, one.type_condition.name.value):
                        self._collect(of, one.selection_set.selections, found, spread)
                case FragmentSpreadNode():
                    fragment = self.fragments[one.name.value]
                    if one.name.value not in spread and self._is(of, fragment.type_condition.name.value):
                        spread.add(one.name.value)
                        self._collect(of, fragment.selection_set.selections, found, spread)
                case _:
                    raise TypeError(f"{type(one).__name__} chooses nothing")

    def _included(self, one: SelectionNode) -> bool:
        if not one.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, one, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, one, self.variables)
        return not (skip and skip["if"]) and (include is None or include["if"])

    def _is(self, of: GraphQLObjectType, name: str) -> bool:
        condition = self.schema.get_type(name)
        return condition is of or (is_abstract_type(condition) and self.schema.is_sub_type(condition, of))


def deciding(document: DocumentNode) -> frozenset[str]:
    """The variables on which it depends what is chosen."""
    found = _Deciding()
    visit(document, found)
    return frozenset(found.names)


class _Deciding(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)
