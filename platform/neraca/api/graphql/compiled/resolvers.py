"""How a field of the schema is found: an attribute of what has it, or what a function of its type says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    is_leaf_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path
from graphql.type.definition import GraphQLResolveInfoHelpers
from msgspec import Struct, field
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from neraca.api.graphql.compiled.values import Otherwise
from neraca.api.graphql.compiled.variables import nullable
from neraca.api.graphql.schema import Schema
from neraca.api.graphql.support.selection import PlannedInfo

_SHAPES = 32
"""Choices of variables that are left out, of which what the others are is kept."""


class NotCompiled(Exception):
    """A field that works in a way which the library alone knows."""


class Run(Struct, frozen=True, eq=False):
    """One answering of a compiled query. `given` is what each of its functions is given, made once and not by row."""

    context: Any
    variables: VariableValues
    given: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])


Given: TypeAlias = tuple[str, ...]
"""To what a function is given: the name of an argument, and of a field within it."""

Find: TypeAlias = Callable[[Any, Run], Any]
"""From what has the field."""


class Place(Struct, frozen=True, eq=False):
    """Where a field is asked for."""

    schema: Schema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    parent: GraphQLObjectType
    definition: GraphQLField
    nodes: Sequence[FieldNode]
    in_sql: Callable[[tuple[str, ...]], str | None]
    chosen: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict[tuple[str, ...], frozenset[str]])


class Finder(Struct, frozen=True, eq=False):
    """`waits` where what is found is to be awaited. `attribute` is the name of what is no more than that."""

    find: Find
    waits: bool
    attribute: str | None = None


def finder(place: Place) -> Finder:
    """Raises NotCompiled."""
    written = place.definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(written, StrawberryField) or written.extensions or getattr(written, "permission_classes", ()):
        raise NotCompiled
    resolver: StrawberryResolver[Any] | None = cast(Any, written).base_resolver
    if resolver is None:
        name = written.python_name
        return Finder(lambda source, run: getattr(source, name), waits=False, attribute=name)
    if resolver.parent_parameter is not None or resolver.root_parameter is not None:
        raise NotCompiled
    return Finder(_function(place, written, resolver), waits=resolver.is_async)


def _function(place: Place, written: StrawberryField, resolver: StrawberryResolver[Any]) -> Find:
    call: Callable[..., Any] = cast(Any, resolver).wrapped_func
    if not written.arguments and resolver.info_parameter is None:
        return (lambda source, run: call(source)) if resolver.self_parameter else (lambda source, run: call())

    given = _Arguments(place, written, resolver)
    if resolver.self_parameter:
        return lambda source, run: call(source, **given.of(run))
    return lambda source, run: call(**given.of(run))


class _Arguments:
    """What the function of a field is given. Literals are converted once; its nodes have the same arguments."""

    def __init__(self, place: Place, written: StrawberryField, resolver: StrawberryResolver[Any]) -> None:
        self._place = place
        self._written = written
        self._info = None if resolver.info_parameter is None else resolver.info_parameter.name
        given = {one.name.value: one.value for one in place.nodes[0].arguments or ()}
        vary = any(map(_varies, given.values()))
        self._constant = None if vary else self._converted(VariableValues({}, {}))
        self._direct = _direct(place, written, given)
        self._others: dict[frozenset[tuple[Given, bool]], dict[str, Any]] = {}

    def of(self, run: Run) -> dict[str, Any]:
        found = run.given.get(id(self))
        if found is None:
            found = run.given[id(self)] = self._made(run)
        return found

    def _made(self, run: Run) -> dict[str, Any]:
        found = self._varied(run.variables) if self._constant is None else self._constant
        if self._info is None:
            return found
        info = PlannedInfo(_raw_info=cast(Any, _LateInfo(self._place, run)), _field=self._written)
        info.chosen, info.in_sql = self._place.chosen, self._place.in_sql
        return {**found, self._info: info}

    def _varied(self, variables: VariableValues) -> dict[str, Any]:
        if self._direct is None:
            return self._converted(variables)
        values = variables.coerced
        given = {path: value for path, asked in self._direct.items() if (value := values.get(asked)) is not None}
        # What is null or not there at all, and so has its default, is as constant as a literal.
        left_out = frozenset((path, asked in values) for path, asked in self._direct.items() if path not in given)
        others = self._others.get(left_out)
        if others is None:
            others = self._converted(variables)
            if len(self._others) < _SHAPES:
                self._others[left_out] = others
        found, within = {**others}, dict[str, dict[str, Any]]()
        for (name, *field_), value in given.items():
            if field_:
                within.setdefault(name, {})[field_[0]] = value
            else:
                found[name] = value
        return {**found, **{name: replace(found[name], **said) for name, said in within.items()}}

    def _converted(self, variables: VariableValues) -> dict[str, Any]:
        converter = self._place.schema.schema_converter
        values = get_argument_values(self._place.definition, self._place.nodes[0], variables)
        return convert_arguments(values, self._written.arguments, converter.scalar_registry, converter.config)


def _direct(place: Place, written: StrawberryField, given: Mapping[str, ValueNode]) -> dict[Given, str] | None:
    """By the name of what the function is given, or of a field of it, the variable whose value it is, as it is; None
    where more is to be done of any that varies.
    """
    found: dict[Given, str] = {}
    for argument in written.arguments:
        name = place.schema.config.name_converter.get_graphql_name(argument)
        value = given.get(name)
        if value is None or not _varies(value):
            continue
        _, type_ = nullable(cast(Any, place.definition.args[name]).type)
        within = _within(place, argument.python_name, type_, value)
        if within is None:
            return None
        found |= within
    return found


def _within(place: Place, name: str, type_: Any, value: ValueNode) -> dict[Given, str] | None:
    """Of one argument that varies."""
    if isinstance(value, VariableNode):
        return {(name,): value.name.value} if is_leaf_type(type_) else None
    definition = getattr(type_, "extensions", {}).get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(value, ObjectValueNode) or definition is None or definition.is_one_of:
        return None
    names = {place.schema.config.name_converter.get_graphql_name(one): one.python_name for one in definition.fields}
    found: dict[Given, str] = {}
    for one in value.fields:
        if _varies(one.value):
            _, inner = nullable(type_.fields[one.name.value].type)
            if not isinstance(one.value, VariableNode) or not is_leaf_type(inner):
                return None
            found[name, names[one.name.value]] = one.value.name.value
    return found


def _varies(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(_varies, value.values))
        case ObjectValueNode():
            return any(_varies(one.value) for one in value.fields)
        case _:
            return False


class _LateInfo:
    """What the library knows of a field, made if anybody asks for more of it than the context: few do."""

    __slots__ = ("_made", "_place", "_run", "context")

    def __init__(self, place: Place, run: Run) -> None:
        self._place = place
        self._run = run
        self._made: Any = None
        self.context = run.context

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = _info(self._place, self._run)
        return getattr(self._made, name)


def _info(place: Place, run: Run) -> Any:
    name = place.nodes[0].name.value
    return cast(Any, GraphQLResolveInfo)(
        field_name=name,
        field_nodes=[*place.nodes],
        return_type=cast(Any, place.definition).type,
        parent_type=place.parent,
        # Of errors alone, which are told by the library's executor.
        path=Path(None, name, place.parent.name),
        schema=place.schema.core,
        fragments=dict(place.fragments),
        root_value=None,
        operation=place.operation,
        variable_values=run.variables,
        context=run.context,
        is_awaitable=_unknown,
        abort_signal=None,
        async_helpers=GraphQLResolveInfoHelpers(gather=_unknown, track=_unknown),
    )


def _unknown(*_: Any) -> Any:
    """No field of ours asks the executor."""
    raise Otherwise
