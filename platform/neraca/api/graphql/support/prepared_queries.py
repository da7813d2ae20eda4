"""A query's text, parsed, weighed and validated: once for each text, and never on the event loop.

What can run is kept while there is room, counted in characters: a text of ten thousand fields is no small thing, and
each thing that lives is looked at again by Python's collector, while everybody waits. What is refused is not kept,
since its errors hold on to the whole text.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from threading import Lock

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from msgspec import Struct
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from neraca.api.graphql.compiled.plans import Plans
from neraca.api.graphql.schema import Schema
from neraca.api.graphql.support import limits
from neraca.api.graphql.support.arguments import Literals, long_numbers, no_operation
from neraca.api.graphql.support.deprecations import first_to_go
from neraca.api.graphql.support.limits import Weight
from neraca.domain.text_kinds import shown

TOKENS = 5_000
ROOM = 150_000
"""Characters of the texts that are kept."""

_NOTHING = DocumentNode(definitions=())
_ERRORS = 20
_RULES = [*specified_rules, Literals, MaybeNullValidationRule, OneOfInputValidationRule]
_OF_THE_SCHEMA = frozenset({"__schema", "__type", "__typename"})


class PreparedQuery(Struct, frozen=True, eq=False):
    """A text that was looked at. `errors` are why it can't run; `of_the_schema` tells that whoever asks gets the same
    answer; `length` is that of the text in characters, and `until` the last day of what it says that is deprecated.
    """

    errors: Sequence[GraphQLError]
    document: DocumentNode = _NOTHING
    operations: Mapping[str | None, OperationDefinitionNode] = {}
    weights: Mapping[str | None, Weight] = {}
    of_the_schema: bool = False
    length: int = 0
    plans: Plans | None = None
    until: date | None = None

    def chosen(self, operation: str | None) -> tuple[OperationDefinitionNode, Weight]:
        """The operation of that name, or the only one, and its weight. Raises an error with code NO_SUCH_OPERATION."""
        if operation is None:
            if len(self.weights) > 1:
                raise no_operation("there is more than one operation: name one in operationName")
            operation = next(iter(self.weights))
        elif operation not in self.weights:
            raise no_operation(f"there is no operation {shown(operation)} in the query")
        return self.operations[operation], self.weights[operation]


class QueryPreparation:
    """Safe to share between threads."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._kept: LRUCache[str, PreparedQuery] = LRUCache(ROOM, getsizeof=lambda prepared: prepared.length)
        self._mutex = Lock()

    def kept(self, text: str) -> PreparedQuery | None:
        with self._mutex:
            return self._kept.get(text)

    def prepare(self, text: str) -> PreparedQuery:
        prepared = self._prepare(text)
        if not prepared.errors and len(text) <= ROOM:
            with self._mutex:
                self._kept[text] = prepared
        return prepared

    def _prepare(self, text: str) -> PreparedQuery:
        if not text.strip():
            return _refused([no_operation("the query is empty: ask for something")])
        try:
            document = parse(text, max_tokens=TOKENS)
            return self._examined(document, len(text))
        except GraphQLSyntaxError as wrong:
            return _refused([_coded("SYNTAX", wrong)])
        except RecursionError:
            return _refused([GraphQLError("the query is nested too deep", extensions={"code": "TOO_MUCH"})])

    def _examined(self, document: DocumentNode, length: int) -> PreparedQuery:
        if often := limits.repeated(document):
            return _refused(often)
        if long := long_numbers(document):
            return _refused(long[:_ERRORS])
        operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        if not operations:
            return _refused([no_operation("there is no operation in the query: ask for something")])
        for one in operations:
            if one.operation is OperationType.MUTATION:
                told = f"there is no {one.operation.value} here: queries read, and commands go by POST"
                return _refused([no_operation(told)])
        # Before it is validated: a text that is too large must not cost what validating it does.
        weighed = [(one, limits.weigh(self._schema.core, document, one)) for one in operations]
        wrong = [error for one, weight in weighed for error in limits.beyond(weight, one, _dearest(one))]
        if not wrong:
            found = validate(self._schema.core, document, _RULES, max_errors=_ERRORS)
            wrong = [one if one.extensions else _coded("INVALID", one) for one in found]
        if wrong:
            return _refused(wrong)
        return PreparedQuery(
            (),
            document=document,
            operations={_name(one): one for one in operations},
            weights={_name(one): weight for one, weight in weighed},
            of_the_schema=all(_asks_the_schema(one) for one in operations),
            length=length,
            plans=Plans(self._schema, document),
            until=first_to_go(self._schema.core, document),
        )


def _refused(errors: Sequence[GraphQLError]) -> PreparedQuery:
    return PreparedQuery(tuple(errors))


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None


def _asks_the_schema(operation: OperationDefinitionNode) -> bool:
    fields = operation.selection_set.selections
    return all(isinstance(one, FieldNode) and one.name.value in _OF_THE_SCHEMA for one in fields)


def _dearest(operation: OperationDefinitionNode) -> int:
    return limits.DEAREST_OF_THE_SCHEMA if _asks_the_schema(operation) else limits.DEAREST


def _coded(code: str, error: GraphQLError) -> GraphQLError:
    return GraphQLError(
        error.message, error.nodes, error.source, error.positions, error.path, extensions={"code": code}
    )
