"""How a field of the schema is found: an attribute of what has it, or what a function of its type says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
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
from neraca.api.graphql.schema import Schema


class NotCompiled(Exception):
    """A field that works in a way which the library alone knows."""


class Run(Struct, frozen=True, eq=False):
    """One answering of a compiled query. `given` is what each of its functions is given, made once and not by row."""

    context: Any
    variables: VariableValues
    given: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])


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

    def given(run: Run) -> dict[str, Any]:
        # The nodes of one field have the same arguments.
        found = run.given.get(id(call_with))
        if found is None:
            found = run.given[id(call_with)] = _given(place, written, resolver, run)
        return found

    def call_with(source: Any, run: Run) -> Any:
        return call(source, **given(run)) if resolver.self_parameter else call(**given(run))

    return call_with


def _given(place: Place, written: StrawberryField, resolver: StrawberryResolver[Any], run: Run) -> dict[str, Any]:
    converter = place.schema.schema_converter
    values = get_argument_values(place.definition, place.nodes[0], run.variables)
    found = convert_arguments(values, written.arguments, converter.scalar_registry, converter.config)
    if resolver.info_parameter is not None:
        found[resolver.info_parameter.name] = converter.config.info_class(_raw_info=_info(place, run), _field=written)
    return found


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
