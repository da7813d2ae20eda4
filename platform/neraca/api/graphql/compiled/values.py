"""Values as they are told, by the type that the schema has for them: exactly what the library's executor tells."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, cast

from graphql import GraphQLEnumType, GraphQLLeafType, GraphQLScalarType
from msgspec import Struct
from strawberry.schema.schema_converter import CustomGraphQLEnumType

Told: TypeAlias = Callable[[Any], Any]

_INT = 2**31


class Otherwise(Exception):
    """What is met is no usual answer: the library's executor is to say what it is."""


class Leaf(Struct, frozen=True, eq=False):
    """`told` tells any value. What is of the class `same` is told as it is, which need not be asked of `told`."""

    told: Told
    same: type | None


def leaf(type_: GraphQLLeafType, *, required: bool) -> Leaf:
    same = _same(type_)
    return Leaf((_required if required else _optional)(_present(type_)), same)


def _same(type_: GraphQLLeafType) -> type | None:
    match type_:
        case GraphQLScalarType(name="String" | "ID"):
            return str
        case GraphQLScalarType(name="Boolean"):
            return bool
        case GraphQLScalarType() if type_.serialize is str:
            return str
        case _:
            return None


def _present(type_: GraphQLLeafType) -> Told:
    match type_:
        case GraphQLEnumType():
            return _named(type_)
        case GraphQLScalarType(name="Int"):
            return _int
        case _:
            return type_.serialize


def _named(type_: GraphQLEnumType) -> Told:
    if not isinstance(type_, CustomGraphQLEnumType):
        return type_.serialize
    by_value = {value.value: name for name, value in type_.values.items()}
    # There is one of each member, and an enum's own hash is a function of Python's.
    members: Iterable[Any] = cast(Any, type_).wrapped_cls
    names = {id(member): by_value[member.value] for member in members if member.value in by_value}

    def named(value: Any) -> str:
        if (name := names.get(id(value))) is None:
            raise Otherwise
        return name

    return named


def _int(value: Any) -> int:
    if type(value) is int and -_INT <= value < _INT:
        return value
    raise Otherwise


def _required(told: Told) -> Told:
    def required(value: Any) -> Any:
        if value is None:
            raise Otherwise
        return told(value)

    return required


def _optional(told: Told) -> Told:
    def optional(value: Any) -> Any:
        return None if value is None else told(value)

    return optional
