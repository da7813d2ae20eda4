"""Variables as the library coerces them, without asking the schema again what each is."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    specified_scalar_types,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from msgspec import Struct

_PLAIN: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool}
"""What JSON has for a scalar, where the library takes it as it is."""


class Declared(Struct, frozen=True, eq=False):
    """`plain` is the class of the values that are taken as they are, None where the library is to look at each."""

    signature: GraphQLVariableSignature
    plain: type | None
    required: bool
    defaults: bool


class VariableCoercion:
    """Of one operation of a validated document."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._nodes = operation.variable_definitions or ()
        signatures = [get_variable_signature(schema, node) for node in self._nodes]
        self._declared = [_declared(one) for one in signatures if not isinstance(one, GraphQLError)]
        self._whole = len(self._declared) == len(signatures)

    def coerced(self, sent: Mapping[str, Any]) -> VariableValues | Sequence[GraphQLError]:
        found = self._plain(sent) if self._whole else None
        return found or get_variable_values(self._schema, self._nodes, dict(sent))

    def _plain(self, sent: Mapping[str, Any]) -> VariableValues | None:
        """None where anything is not quite usual."""
        sources: dict[str, VariableValueSource] = {}
        values: dict[str, Any] = {}
        for one in self._declared:
            name = one.signature.name
            if name in sent:
                value = sent[name]
                if type(value) is not one.plain and (value is not None or one.required):
                    return None
                sources[name] = VariableValueSource(one.signature, value)
                values[name] = value
            elif one.required or one.defaults:
                return None
            else:
                sources[name] = VariableValueSource(one.signature)
        return VariableValues(sources, values)


def _declared(signature: GraphQLVariableSignature) -> Declared:
    required, named = nullable(cast(Any, signature).type)
    plain = _PLAIN.get(str(named)) if named is specified_scalar_types.get(str(named)) else None
    return Declared(signature, plain, required, signature.default is not None)


def nullable(type_: Any) -> tuple[bool, Any]:
    """Whether it excludes null, and the type without that."""
    required = isinstance(cast(object, type_), GraphQLNonNull)
    return required, type_.of_type if required else type_
