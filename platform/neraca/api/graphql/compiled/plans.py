"""A query as one function: what it chooses, found and told, without asking the schema again."""

from asyncio import TaskGroup, sleep
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, TypeAlias, cast

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationDefinitionNode,
    SelectionSetNode,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.values import VariableValues
from msgspec import Struct

from neraca.api.graphql.compiled import values
from neraca.api.graphql.compiled.resolvers import Find, Finder, NotCompiled, Place, Run, finder
from neraca.api.graphql.compiled.selections import Query, deciding
from neraca.api.graphql.compiled.statements import expression
from neraca.api.graphql.compiled.values import Leaf, Otherwise
from neraca.api.graphql.compiled.variables import VariableCoercion
from neraca.api.graphql.schema import Schema
from neraca.api.graphql.support.told import Told

_SHAPES = 4
"""Plans that are kept of a text: what directives leave out of it makes another."""

_PART = 50
"""Rows of a page that are told in one go: a few milliseconds of the largest."""

Tell: TypeAlias = Callable[[Any, Run], Any]


class Teller(Struct, frozen=True, eq=False):
    """Makes of a value what is told of it; `waits` where that is to be awaited. Of a leaf there is `leaf` as well."""

    tell: Tell
    waits: bool
    leaf: Leaf | None = None


class Column(Struct, frozen=True, eq=False):
    """One name of an answer, shown of what has it; `waits` where that is to be awaited."""

    name: str
    show: Tell
    waits: bool


class Plan(Struct, frozen=True, eq=False):
    """Answers with what `data` holds. Raises Otherwise, or whatever a field raises: then the library's executor has the
    query from the beginning, and tells what is wrong.
    """

    teller: Teller

    async def answer(self, run: Run) -> Any:
        told = self.teller.tell(None, run)
        return await told if self.teller.waits else told


class Plans:
    """Of one text. Safe to share between threads: at worst one is made twice."""

    def __init__(self, schema: Schema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._deciding = sorted(deciding(document))
        self._variables = {
            id(one): VariableCoercion(schema.core, one)
            for one in document.definitions
            if isinstance(one, OperationDefinitionNode)
        }
        self._kept: LRUCache[tuple[object, ...], Plan | None] = LRUCache(_SHAPES)
        self._mutex = Lock()

    def variables(
        self, operation: OperationDefinitionNode, sent: Mapping[str, Any]
    ) -> VariableValues | Sequence[GraphQLError]:
        """What they are coerced to, or what is wrong with them."""
        return self._variables[id(operation)].coerced(sent)

    def plan(self, operation: OperationDefinitionNode, variables: VariableValues) -> Plan | None:
        key = (operation.name and operation.name.value, *map(variables.coerced.get, self._deciding))
        with self._mutex:
            if key in self._kept:
                return self._kept[key]
        made = plan(self._schema, self._document, operation, variables)
        with self._mutex:
            self._kept[key] = made
        return made


def plan(
    schema: Schema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
) -> Plan | None:
    """Of a validated text; None where it has something that is not compiled. Holds for all variables that choose the
    same (`selections.deciding`).
    """
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    root = schema.core.query_type
    if root is None:
        return None
    try:
        compiler = _Compiler(schema, operation, fragments, Query(schema.core, fragments, variables))
        return Plan(compiler.object(root, [operation.selection_set]))
    except (NotCompiled, GraphQLError):
        # The library tells what is wrong with an argument.
        return None


class _Compiler(Struct, frozen=True, eq=False):
    schema: Schema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    query: Query

    def object(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Teller:
        columns = [self._column(type_, name, nodes) for name, nodes in self.query.chosen(type_, sets).items()]
        if any(one.waits for one in columns):
            return Teller(_told_later(columns), waits=True)
        return Teller(_told(columns), waits=False)

    def _column(self, parent: GraphQLObjectType, name: str, nodes: Sequence[FieldNode]) -> Column:
        asked = nodes[0].name.value
        if asked == "__typename":
            return Column(name, lambda source, run: parent.name, waits=False)
        definition: Any = parent.fields.get(asked)
        if definition is None:
            raise NotCompiled
        by_path = dict[tuple[str, ...], str | None]()

        def told(path: tuple[str, ...]) -> str | None:
            if path not in by_path:
                by_path[path] = expression(self.query, definition.type, nodes, path)
            return by_path[path]

        found = finder(Place(self.schema, self.operation, self.fragments, parent, definition, nodes, told))
        return _shown(name, found, self._told(definition.type, nodes))

    def _told(self, type_: Any, nodes: Sequence[FieldNode]) -> Teller:
        if isinstance(type_, GraphQLNonNull):
            return self._of(cast(Any, type_).of_type, nodes, required=True)
        return self._of(type_, nodes, required=False)

    def _of(self, type_: Any, nodes: Sequence[FieldNode], *, required: bool) -> Teller:
        if is_leaf_type(type_):
            leaf = values.leaf(type_, required=required)
            return Teller(lambda value, run: leaf.told(value), waits=False, leaf=leaf)
        if isinstance(type_, GraphQLList):
            rows = self._told(cast(Any, type_).of_type, nodes)
            paged = nodes[0].name.value == "edges"
            return _there(_page(rows) if paged and not rows.waits else _list(rows), required=required)
        sets = [one.selection_set for one in nodes if one.selection_set is not None]
        if isinstance(type_, GraphQLObjectType):
            return _there(_maybe_in_sql(self.object(type_, sets)), required=required)
        if is_abstract_type(type_):
            by_type = {one.name: self.object(one, sets) for one in self.schema.core.get_possible_types(type_)}
            return _there(_by_type(by_type), required=required)
        raise NotCompiled


def _shown(name: str, found: Finder, teller: Teller) -> Column:
    """Found and told in one call, as far as can be: a page has some thousand fields."""
    find, tell = found.find, teller.tell
    if found.waits or teller.waits:
        return Column(name, _awaited(found, teller), waits=True)
    if teller.leaf is None:
        return Column(name, lambda source, run: tell(find(source, run), run), waits=False)
    if found.attribute is not None:
        return Column(name, _attribute_told(found.attribute, teller.leaf), waits=False)
    return Column(name, _found_told(find, teller.leaf), waits=False)


def _attribute_told(attribute: str, leaf: Leaf) -> Tell:
    told, same = leaf.told, leaf.same

    def shown(source: Any, run: Run) -> Any:
        value = getattr(source, attribute)
        return value if type(value) is same else told(value)

    return shown


def _found_told(find: Find, leaf: Leaf) -> Tell:
    told, same = leaf.told, leaf.same

    def shown(source: Any, run: Run) -> Any:
        value = find(source, run)
        return value if type(value) is same else told(value)

    return shown


def _awaited(found: Finder, teller: Teller) -> Tell:
    find, tell = found.find, teller.tell

    async def shown(source: Any, run: Run) -> Any:
        value = find(source, run)
        if found.waits:
            value = await value
        told = tell(value, run)
        return await told if teller.waits else told

    return shown


def _told(columns: Iterable[Column]) -> Tell:
    every = [(one.name, one.show) for one in columns]
    return lambda source, run: {name: show(source, run) for name, show in every}


def _told_later(columns: Sequence[Column]) -> Tell:
    # All that can be told at once is told before anything is waited for: what goes wrong in it leaves nothing behind.
    at_once = [one for one in columns if not one.waits]
    later = [one for one in columns if one.waits]
    names = [one.name for one in columns]

    async def told(source: Any, run: Run) -> Any:
        found = dict[str, Any].fromkeys(names)
        for one in at_once:
            found[one.name] = one.show(source, run)
        if len(later) == 1:
            found[later[0].name] = await later[0].show(source, run)
            return found
        for one, value in zip(later, await _together(one.show(source, run) for one in later), strict=True):
            found[one.name] = value
        return found

    return told


async def _together(work: Iterable[Awaitable[Any]]) -> list[Any]:
    """What each comes to. Of what is raised the first; the others are not left running."""
    try:
        async with TaskGroup() as group:
            tasks = [group.create_task(_coroutine(one)) for one in work]
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in tasks]


async def _coroutine(one: Awaitable[Any]) -> Any:
    return await one


def _there(teller: Teller, *, required: bool) -> Teller:
    tell = teller.tell

    def told(value: Any, run: Run) -> Any:
        if value is not None:
            return tell(value, run)
        if required:
            raise Otherwise
        return None

    async def told_later(value: Any, run: Run) -> Any:
        if value is not None:
            return await tell(value, run)
        if required:
            raise Otherwise
        return None

    return Teller(told_later if teller.waits else told, waits=teller.waits)


def _maybe_in_sql(teller: Teller) -> Teller:
    """What a statement has told needs no telling; it is never of what is to be awaited."""
    if teller.waits:
        return teller
    tell = teller.tell
    return Teller(lambda value, run: value.json if type(value) is Told else tell(value, run), waits=False)


def _list(teller: Teller) -> Teller:
    tell = teller.tell

    def told(value: Any, run: Run) -> Any:
        return [tell(one, run) for one in _listed(value)]

    async def told_later(value: Any, run: Run) -> Any:
        return await _together(tell(one, run) for one in _listed(value))

    return Teller(told_later if teller.waits else told, waits=teller.waits)


def _page(teller: Teller) -> Teller:
    """A list that may be long: others have their turn between its parts."""
    tell = teller.tell

    async def told(value: Any, run: Run) -> Any:
        if type(value) is Told:
            return value.json
        found: list[Any] = []
        for nth, one in enumerate(_listed(value), start=1):
            found.append(tell(one, run))
            if not nth % _PART:
                await sleep(0)
        return found

    return Teller(told, waits=True)


def _listed(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Otherwise
    return value  # pyright: ignore[reportUnknownVariableType]


def _by_type(tellers: Mapping[str, Teller]) -> Teller:
    """Of an interface, by what the value is."""

    def teller(value: Any) -> Teller:
        definition = getattr(value, "__strawberry_definition__", None)
        found = None if definition is None else tellers.get(definition.name)
        if found is None:
            raise Otherwise
        return found

    if not any(one.waits for one in tellers.values()):
        return Teller(lambda value, run: teller(value).tell(value, run), waits=False)

    async def told_later(value: Any, run: Run) -> Any:
        found = teller(value)
        told = found.tell(value, run)
        return await told if found.waits else told

    return Teller(told_later, waits=True)
