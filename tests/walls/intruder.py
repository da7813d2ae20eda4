"""Requests by which somebody of Uji reaches for what is of Coba, by every way that takes an id, a name or a cursor.

What is tried may be known to the intruder already (ids are echoed in refusals); what must never come back is what
stands behind it. A request holds as many attempts as it has aliases, rows or commands.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from random import Random
from typing import Any, TypeAlias
from urllib.parse import quote

from graphql import GraphQLField, GraphQLSchema, get_named_type, is_leaf_type, is_required_argument
from msgspec import Struct, inspect, structs

from neraca.domain.registry import COMMANDS
from neraca.web.session import NAME as COOKIE

OURS, THEIRS = "uji", "coba"
ALIASES = 12
"""In one query. More would be refused for what they might cost."""

NODES = 40
"""Of as many things at once their types may be asked."""

ROWS = 60
"""Of the longest file."""

_UNKNOWN = {"position": "999", "period": "2025-Q3", "month": "2025-02", "year": "2025"}
"""What is of the kind, and nowhere; of others it is a name that nothing has."""
_SLOW = frozenset({"simulate", "plan"})

Loot: TypeAlias = Mapping[str, tuple[str, ...]]
"""By kind, what an insider of Coba knows by which its things are asked for."""


class Sent(Struct, frozen=True):
    method: str
    path: str
    who: str
    headers: dict[str, str]
    body: bytes
    attempts: int

    def says(self, text: str) -> bool:
        return text in self.path or text.encode() in self.body or text in str(self.headers)


class Intruder:
    """`request(n)` is the same for the same number."""

    def __init__(self, schema: GraphQLSchema, routes: Iterable[tuple[str, str]], loot: Loot, who: tuple[str, ...]):
        self._schema = schema
        self._routes = sorted(routes)
        self._loot = loot
        self._who = who

    def request(self, number: int) -> Sent:
        return self._attempt(number).made()

    def sweep(self) -> Iterator[Sent]:
        """Every route with every id, in their agency and in ours, by whoever may do everything in ours."""
        for number, (method, path) in enumerate(self._routes, 1):
            parts = [part for part in path.split("/") if part.startswith("{")]
            kinds = [part.strip("{}").split(":")[0] for part in parts]
            known = [(THEIRS, OURS) if kind == "agency" else self._loot.get(kind, ("zaki",)) for kind in kinds]
            for values in product(*known):
                attempt = self._attempt(-number)
                attempt.who = self._who[-1]
                yield attempt.to(method, path, dict(zip(parts, values, strict=True)))

    def _attempt(self, number: int) -> "_Attempt":
        return _Attempt(self._schema, self._routes, self._loot, self._who, number)


class _Attempt:
    def __init__(
        self, schema: GraphQLSchema, routes: list[tuple[str, str]], loot: Loot, who: tuple[str, ...], number: int
    ) -> None:
        self.schema = schema
        self.routes = routes
        self.loot = loot
        self.number = number
        self.chance = Random(number)
        # Who may see everything of Uji comes farther than who may see little.
        self.who = self.some(who if self.luck(50) else who[-1:])

    def made(self) -> Sent:
        kinds: tuple[tuple[Callable[[], Sent], int], ...] = (
            (self.agencies_and_nodes, 6),
            (self.nodes, 10),
            (self.subscription, 1),
            (self.inside_ours, 8),
            (self.route, 8),
            (self.commands, 3),
            (self.file, 2),
            (self.events, 2),
        )
        (kind,) = self.chance.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        return kind()

    # What to try

    def some(self, of: Any) -> Any:
        return self.chance.choice(of)

    def luck(self, per_cent: int) -> bool:
        return self.chance.randrange(100) < per_cent

    def stolen(self, kind: str) -> str:
        """Mostly what is there; now and then what is nowhere, which must look the same."""
        if self.luck(85):
            return self.some(self.loot.get(kind, self.loot["name"]))
        return _UNKNOWN.get(kind, "tiada")

    # GraphQL

    def query(self, fields: Iterable[str], variables: Mapping[str, Any] | None = None, head: str = "") -> Sent:
        said = [f"a{n}: {field}" for n, field in enumerate(fields)]
        asked = {"query": f"query Q{head} {{ {' '.join(said)} }}", "variables": dict(variables or {})}
        if self.luck(15) and not variables:
            return self.sent("GET", f"/graphql?query={quote(asked['query'])}", attempts=len(said))
        return self.sent("POST", "/graphql", json.dumps(asked).encode(), attempts=len(said))

    def agencies_and_nodes(self) -> Sent:
        root = self.schema.query_type
        assert root is not None
        agency = root.fields["agency"]
        fields: list[str] = []
        for _ in range(ALIASES):
            if self.luck(50):
                when = self.some(("", "", f', asOf: {{position: "{self.stolen("position")}"}}', ', atLeast: "1"'))
                below = self.selection(get_named_type(agency.type), 2)
                fields.append(f'agency(id: "{self.some((THEIRS, THEIRS, "COBA", "coba/", "coba@3"))}"{when}) {below}')
            else:
                fields.append(f"node(id: {json.dumps(self.stolen('node'))}) {{ __typename id }}")
        if self.luck(20):
            return self.query(
                ["agency(id: $id) { id }", "node(id: $node) { id }"],
                {"id": THEIRS, "node": self.stolen("node")},
                "($id: ID!, $node: ID!)",
            )
        return self.query(fields)

    def nodes(self) -> Sent:
        """The same document each time, so that what is remembered of it is asked as well."""
        names = [f"n{number}" for number in range(NODES)]
        head = ", ".join(f"${name}: ID!" for name in names)
        fields = (f"node(id: ${name}) {{ __typename id }}" for name in names)
        known = ("appraisal/zaki", "appraisal/budi", "employee/zaki", "employee/ani", "event/3", "proposal/p1")
        made = [
            f"{self.some((THEIRS, OURS))}@{self.chance.randrange(1, 60)}/{one}/{_UNKNOWN['period']}" for one in known
        ]
        chosen = {name: self.some(made) if self.luck(40) else self.stolen("node") for name in names}
        return self.query(fields, chosen, f"({head})")

    def subscription(self) -> Sent:
        field = self.some(
            (
                f'eventAppended(agency: "{THEIRS}", after: "{self.stolen("position")}") {{ id type }}',
                f'scoreChanged(agency: "{THEIRS}", employee: "{self.stolen("employee")}") {{ employeeNumber }}',
            )
        )
        return self.sent("POST", "/graphql/stream", json.dumps({"query": f"subscription {{ {field} }}"}).encode())

    def inside_ours(self) -> Sent:
        """Our own agency, asked by what is theirs."""
        agency: Any = self.schema.type_map["Agency"]
        asked = [name for name, field in agency.fields.items() if field.args and (name not in _SLOW or self.luck(4))]
        said = " ".join(
            f"b{n}: {self.field(name, agency.fields[name], 3)}"
            for n, name in enumerate(self.chance.choices(asked, k=ALIASES))
        )
        when = f', asOf: {{position: "{self.stolen("position")}"}}' if self.luck(25) else ""
        sent = self.query([f'agency(id: "{OURS}"{when}) {{ {said} }}'])
        return Sent(sent.method, sent.path, sent.who, sent.headers, sent.body, ALIASES)

    def selection(self, of: Any, deep: int) -> str:
        leaves = [name for name, field in of.fields.items() if is_leaf_type(get_named_type(field.type))]
        deeper = [name for name in of.fields if name not in leaves and name not in _SLOW] if deep else []
        # Rows rather than what is about them.
        chosen = ["edges"] if "edges" in deeper else []
        chosen += self.chance.sample(leaves, min(3, len(leaves))) + self.chance.sample(deeper, min(1, len(deeper)))
        said = [self.field(name, of.fields[name], deep - 1) for name in dict.fromkeys(chosen)]
        return "{ " + (" ".join(said) or "__typename") + " }"

    def field(self, name: str, field: GraphQLField, deep: int) -> str:
        given = [
            f"{key}: {value}"
            for key, argument in field.args.items()
            if (value := self.argument(name, key, argument)) is not None
        ]
        inner = get_named_type(field.type)
        below = "" if is_leaf_type(inner) else f" {self.selection(inner, deep)}" if deep > 0 else " { __typename }"
        return f"{name}{f'({_joined(given)})' if given else ''}{below}"

    def argument(self, of_field: str, name: str, of: Any) -> str | None:
        type_ = str(of.type).rstrip("!")
        if name == "first":  # always, for a page of fifty in a page of fifty would be too much
            return str(self.some((1, 2)))
        if not is_required_argument(of) and self.luck(40):
            return None
        if name == "after":
            return json.dumps(self.some(cursors)) if (cursors := self.loot.get(f"cursor of {of_field}")) else None
        if name in ("atLeast", "year"):
            return '"1"' if name == "atLeast" else "2025"
        if type_ == "Boolean":
            return self.some(("true", "false"))
        if name == "types":
            return json.dumps([self.some(("appraisal.opened", "employee.registered"))])
        if type_ in self.schema.type_map and hasattr(enum := self.schema.type_map[type_], "values"):
            values: Any = enum
            return self.some(sorted(values.values))
        if type_ == "Date":
            return '"2025-03-03"'
        if name in self.loot:
            return json.dumps(self.stolen(name))
        if is_required_argument(of):
            return json.dumps(self.stolen("name")) if type_ in ("String", "ID") else '"1"'
        return None

    # HTTP

    def route(self) -> Sent:
        """Any of the routes, in their agency or with their ids in ours."""
        method, path = self.some(self.routes)
        parts = {part: part.strip("{}").split(":")[0] for part in path.split("/") if part.startswith("{")}
        agency = self.some((THEIRS, THEIRS, OURS))
        sent = self.to(
            method, path, {part: agency if kind == "agency" else self.stolen(kind) for part, kind in parts.items()}
        )
        if method == "GET" and self.luck(10):
            asked = self.some(("after=0", "at=3", "employee=zaki", "position=2"))
            return structs.replace(sent, path=f"{sent.path}?{asked}")
        return sent

    def to(self, method: str, path: str, values: Mapping[str, str]) -> Sent:
        for part, value in values.items():
            path = path.replace(part, quote(value, safe=""), 1)
        last = path.rsplit("/", 1)[1]
        body = b"" if method in ("GET", "DELETE") else json.dumps(self.body(last)).encode()
        return self.sent(method, path, body)

    def body(self, last: str) -> dict[str, Any]:
        match last:
            case "exports":
                return {"data_set": self.some(("employees", "appraisals")), "format": "csv"}
            case "redelivery":
                return {"position": self.stolen("position")}
            case "Users" | ".search":
                return {"userName": self.stolen("employee"), "filter": f'userName eq "{self.stolen("employee")}"'}
            case "sign-in":
                return {"token": self.stolen("key")}
            case _:
                return self.some(({}, {"survey": self.stolen("survey"), "count": 1}, {"key": self.stolen("key")}))

    def events(self) -> Sent:
        agency = self.some((THEIRS, THEIRS, OURS))
        asked = f"after={self.stolen('position')}&limit={self.some((1, 5))}"
        return self.sent("GET", f"/agencies/{agency}/events?{asked}")

    def commands(self) -> Sent:
        """In their agency, and in ours about who is theirs; with the keys under which theirs were sent, too."""
        said = [self.command() for _ in range(self.some((1, 1, 2, 5, 20)))]
        sent = self.sent(
            "POST",
            f"/agencies/{self.some((THEIRS, OURS, OURS))}/commands",
            json.dumps(said if len(said) > 1 else said[0]).encode(),
            attempts=len(said),
        )
        if self.luck(25):
            sent.headers["Idempotency-Key"] = self.stolen("sent")
        if self.luck(25):
            sent.headers["If-Match"] = f'"v{self.some((0, 1, 2, 5))}"'
        if self.luck(15):
            sent.headers["Neraca-On-Behalf-Of"] = self.stolen("employee")
        return sent

    def command(self) -> Any:
        """Any there is, of their people and things."""
        return self.struct(inspect.type_info(COMMANDS[self.some(sorted(COMMANDS))]))

    def struct(self, type_: Any) -> dict[str, Any]:
        made = {
            field.encode_name: self.value(field.encode_name, field.type)
            for field in type_.fields
            if field.required or self.luck(30)
        }
        return made | ({type_.tag_field: type_.tag} if type_.tag else {})

    def value(self, name: str, type_: inspect.Type) -> Any:
        match type_:
            case inspect.UnionType():
                return self.value(name, next(one for one in type_.types if not isinstance(one, inspect.NoneType)))
            case inspect.StructType():
                return self.struct(type_)
            case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
                return [self.value(name, type_.item_type)]
            case inspect.DictType():
                return {self.value("result", type_.key_type): self.value("score", type_.value_type)}
            case inspect.EnumType():
                return self.some([one.value for one in type_.cls])
            case inspect.LiteralType():
                return self.some(type_.values)
            case inspect.BoolType():
                return True
            case inspect.IntType():
                return 1
            case inspect.DecimalType():
                return "1"
            case inspect.DateType():
                return "2025-03-03"
            case inspect.DateTimeType():
                return "2025-03-03T05:00:00+07:00"
            case _:
                return self.stolen(name)

    def file(self) -> Sent:
        longest = self.some((ALIASES, ROWS))
        rows = [(self.stolen("employee"), self.stolen("employee"), self.stolen("unit")) for _ in range(longest)]
        kind = self.some(("employees", "attendance", "targets", "reports", "ratings", "achievements"))
        head = {
            "employees": "NIP;NIP atasan;unit kerja",
            "attendance": "NIP;bulan;hari kerja",
            "targets": "NIP;periode;hasil kerja",
            "reports": "NIP;periode;laporan",
            "ratings": "NIP;periode;layanan",
            "achievements": "unit kerja;periode;indeks",
        }[kind]
        body = "\n".join([head, *(";".join(row) for row in rows)]).encode()
        path = f"/agencies/{self.some((THEIRS, OURS, OURS))}/imports/{kind}"
        return self.sent("POST", path, body, kind="text/csv", attempts=len(rows))

    def sent(
        self, method: str, path: str, body: bytes = b"", *, kind: str = "application/json", attempts: int = 1
    ) -> Sent:
        headers = {"Authorization": f"Bearer {self.who}", "Idempotency-Key": f"wall-{self.number}"}
        if path.startswith("/pages"):
            headers["Cookie"] = f"{COOKIE}={urlsafe_b64encode(self.who.encode()).decode()}"
        if body:
            headers["Content-Type"] = kind
        return Sent(method, path, self.who, headers, body, attempts)


def _joined(given: list[str]) -> str:
    return ", ".join(given)
