"""Queries that know the schema and the people of the test city: fragments, aliases, variables, directives, pages, asOf.

Most have no errors, and what is asked for is mostly there.
"""

import json
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

ANI, BOSS, HEAD, PEER = "198501012010011001", "197001011995031001", "196501011990031001", "198601012010011001"
DEEPEST = 6
SELDOM = frozenset({"simulate", "evaluate", "explain", "reports", "events", "forensics"})
"""Fields that take long, and are asked for less often."""

GIVEN: dict[str, tuple[Any, ...]] = {
    "id": (
        "surabaya",
        "surabaya",
        "bandung",
        f"surabaya/appraisal/{ANI}/2025-Q1",
        f"surabaya@12/appraisal/{ANI}/2025-Q1",
        f"surabaya/employee/{BOSS}",
        "surabaya:3",
        "x/y",
    ),
    "employee": (ANI, ANI, BOSS),
    "person": (ANI, BOSS, HEAD),
    "appraiser": (BOSS, HEAD),
    "judge": (BOSS,),
    "period": ("2025-Q1", "2025-Q1", "2025"),
    "year": (2025, 2026),
    "unit": ("disdukcapil",),
    "first": (1, 2, 3, 50),
    "last": (1, 2, 3),
    "position": ("1", "9", "20", "40"),
    "recordedAt": ("2025-03-03T00:00:00Z", "2030-01-01T00:00:00+07:00"),
    "types": ("appraisal.opened", "appraisal.rated"),
    "ref": ("id.jatim.kota-surabaya", "id.jatim.kota-surabaya@1"),
    "language": ("id", "en"),
}


class RandomQueries:
    """`query` gives a text and its variables."""

    def __init__(self, schema: GraphQLSchema, chance: Random) -> None:
        self.schema = schema
        self.chance = chance

    def query(self) -> tuple[str, dict[str, Any]]:
        return _Text(self.schema, self.chance).query()


class _Text:
    def __init__(self, schema: GraphQLSchema, chance: Random) -> None:
        self.schema = schema
        self.chance = chance
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}
        self.fragments: list[str] = []

    def query(self) -> tuple[str, dict[str, Any]]:
        root = self.schema.query_type
        assert root is not None
        chosen = ["agency"] if self.luck(75) else self.chance.sample(sorted(root.fields), 2)
        fields = " ".join(self.field(name, root.fields[name], DEEPEST) for name in chosen)
        head = f"query Q({', '.join(self.declared)})" if self.declared else "query Q"
        return "\n".join([f"{head} {{ {fields} }}", *self.fragments]), self.variables

    def luck(self, per_cent: float) -> bool:
        return self.chance.random() * 100 < per_cent

    def selection(self, of: GraphQLObjectType | GraphQLInterfaceType, deep: int) -> str:
        names = [
            name
            for name, field in of.fields.items()
            if (deep > 0 or is_leaf_type(get_named_type(field.type))) and (name not in SELDOM or self.luck(8))
        ]
        # A page is more often asked for its rows than for itself.
        if "edges" in names and self.luck(90):
            chosen = ["edges", *self.chance.sample(names, 1)]
        else:
            chosen = self.chance.sample(names, min(len(names), self.chance.choice((1, 2, 3, 5, 8))))
        said = [self.field(name, of.fields[name], deep) for name in dict.fromkeys(chosen)]
        if self.luck(15):
            said.append("__typename" if self.luck(50) else "kind: __typename")
        if isinstance(of, GraphQLInterfaceType):
            one = self.chance.choice(self.schema.get_possible_types(of))
            said.append(f"... on {one.name} {self.selection(one, deep)}")
        return "{ " + self.wrapped(of, " ".join(said) or "__typename") + " }"

    def wrapped(self, of: GraphQLObjectType | GraphQLInterfaceType, said: str) -> str:
        """In a fragment, named or not, now and then twice."""
        if self.luck(80):
            return said
        if self.luck(50):
            return f"... {f'on {of.name} ' if self.luck(50) else ''}{self.directive()}{{ {said} }}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {of.name} {{ {said} }}")
        # Beside it something that is always there: a selection may not come to nothing.
        return f"...{name} {self.directive()}__typename" + (f" ...{name}" if self.luck(30) else "")

    def directive(self) -> str:
        if self.luck(60):
            return ""
        name, value = self.chance.choice(("skip", "include")), self.luck(50)
        if self.luck(50):
            return f"@{name}(if: {json.dumps(value)}) "
        return f"@{name}(if: ${self.variable('Boolean!', value)}) "

    def field(self, name: str, field: GraphQLField, deep: int) -> str:
        inner: Any = get_named_type(field.type)
        arguments = [one for key, arg in field.args.items() if (one := self.argument(key, arg)) is not None]
        alias = f"a{self.chance.randrange(1_000_000)}: " if self.luck(10) else ""
        directive = self.directive() if self.luck(12) else ""
        below = "" if is_leaf_type(inner) else self.selection(inner, deep - 1)
        given = f"({', '.join(arguments)})" if arguments else ""
        return f"{alias}{name}{given} {directive}{below}"

    def argument(self, name: str, of: Any) -> str | None:
        if name == "id" and not self.luck(10):
            return 'id: "surabaya"'
        if not is_required_argument(of) and self.luck(85 if name == "asOf" else 65):
            return None
        if name in ("after", "before", "atLeast"):
            return None
        # Of a page the first rows or the last: seldom both.
        if name == "last" and not self.luck(20):
            return None
        value = self.value(name, of.type)
        if self.luck(40):
            return f"{name}: ${self.variable(str(of.type), value)}"
        return f"{name}: {_literal(value, of.type)}"

    def variable(self, type_: str, value: Any) -> str:
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}: {type_}")
        self.variables[name] = value
        return name

    def value(self, name: str, type_: Any) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self.value(name, type_.of_type)
        if isinstance(type_, GraphQLList):
            return [self.value(name, type_.of_type) for _ in range(self.chance.choice((1, 1, 2)))]
        if isinstance(type_, GraphQLEnumType):
            return self.chance.choice(sorted(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            one = self.chance.choice([key for key in type_.fields if key in GIVEN] or [*type_.fields])
            asked = {one, *(key for key, field in type_.fields.items() if is_required_input_field(field))}
            return {key: self.value(key, type_.fields[key].type) for key in type_.fields if key in asked}
        usual: dict[str, tuple[Any, ...]] = {
            "Int": (0, 1, 3),
            "Boolean": (True, False),
            "Date": ("2025-03-03", "2026-01-31"),
            "Position": ("1", "9"),
        }
        return self.chance.choice(GIVEN.get(name) or usual.get(type_.name, ("baik", "x")))


def _literal(value: Any, type_: Any) -> str:
    if isinstance(type_, GraphQLNonNull):
        return _literal(value, type_.of_type)
    if isinstance(type_, GraphQLList):
        return f"[{', '.join(_literal(one, type_.of_type) for one in value)}]"
    if isinstance(type_, GraphQLEnumType):
        return str(value)
    if isinstance(type_, GraphQLInputObjectType):
        return f"{{{', '.join(f'{key}: {_literal(one, type_.fields[key].type)}' for key, one in value.items())}}}"
    return json.dumps(value)
