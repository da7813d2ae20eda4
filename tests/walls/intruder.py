"""Requests by which somebody of Uji reaches for what is of Coba, by every way that takes an id, a name or a cursor.

What is tried may be known to the intruder already (ids are echoed in refusals); what must never come back is what
stands behind it. A request holds as many attempts as it has aliases, rows or commands.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from random import Random
from typing import Any, TypeAlias
from urllib.parse import quote

from graphql import (
    GraphQLField,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_input_object_type,
    is_leaf_type,
    is_non_null_type,
)
from msgspec import Struct, inspect, structs

from neraca.domain.registry import COMMANDS
from neraca.web.session import NAME as COOKIE

OURS, THEIRS = "uji", "coba"
ALIASES = 12
"""In one query. More would be refused for what they might cost."""

NODES = 40
"""Of as many things at once their types may be asked."""

EVALUATIONS = 6
"""Of as many appraisals at once: each takes a reading of its facts."""

ROWS = 200
"""Of the longest file."""

FORMS = 48
"""Of the documents of each kind, which are sent again and again with other ids; one in eight is like no other."""

WAYS = {
    "as of another time": re.compile(r"asOf: "),
    "by a cursor": re.compile(r"after: (?:\$|\")"),
    "by a filter": re.compile(r"filter: "),
    "evaluate": re.compile(r"evaluate\("),
    "simulate": re.compile(r"simulate\("),
}
"""What of a query is counted beside its kind."""

SOCKET = "WEBSOCKET"
"""In the place of a method; the body is what is said, a message a line."""

_UNKNOWN = {"position": "999", "period": "2025-Q3", "month": "2025-02", "year": "2025"}
"""What is of the kind, and nowhere; of others it is a name that nothing has."""
_SLOW = frozenset({"simulate", "plan"})

Loot: TypeAlias = Mapping[str, tuple[str, ...]]
"""By kind, what an insider of Coba knows by which its things are asked for."""


class Sent(Struct, frozen=True):
    kind: str
    method: str
    path: str
    who: str
    headers: dict[str, str]
    body: bytes
    attempts: int
    ways: Mapping[str, int] = {}
    """How many of the attempts are by one of `WAYS`."""

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

    def request_of(self, kind: str, number: int) -> Sent:
        return self._attempt(number).of_kind(kind)

    def sweep(self) -> Iterator[Sent]:
        """Every route with every id, in their agency and in ours, by whoever may do everything in ours."""
        for number, (method, path) in enumerate(self._routes, 1):
            parts = [part for part in path.split("/") if part.startswith("{")]
            kinds = [part.strip("{}").split(":")[0] for part in parts]
            known = [(THEIRS, OURS) if kind == "agency" else self._loot.get(kind, ("zaki",)) for kind in kinds]
            for values in product(*known):
                attempt = self._attempt(-number)
                attempt.who, attempt.kind = self._who[-1], "every route"
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
        self.kind = ""
        self.fresh = self.luck(12)
        self.variables: dict[str, tuple[str, Any]] = {}
        # Who may see everything of Uji comes farther than who may see little.
        self.who = self.some(who if self.luck(50) else who[-1:])

    def made(self) -> Sent:
        (kind,) = self.chance.choices([*KINDS], [weight for _, weight in KINDS.values()])
        return self.of_kind(kind)

    def of_kind(self, kind: str) -> Sent:
        make, _ = KINDS[kind]
        self.kind = kind
        self.form = Random(f"{kind} {self.number if self.fresh else self.number % FORMS}")
        return make(self)

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

    # GraphQL: the form of a document is of few, what is stolen are its variables

    def formed(self, per_cent: int) -> bool:
        return self.form.randrange(100) < per_cent

    def given(self, type_: str, value: str) -> str:
        if self.fresh:
            return json.dumps(value)
        name = f"v{len(self.variables)}"
        self.variables[name] = (type_, value)
        return f"${name}"

    def asked(self, fields: Iterable[str], within: str = "") -> tuple[dict[str, Any], int]:
        """A query of these fields, and how many they are."""
        said = [f"a{n}: {field}" for n, field in enumerate(fields)]
        head = ", ".join(f"${name}: {type_}" for name, (type_, _) in self.variables.items())
        inner = f"{within} {{ {' '.join(said)} }}" if within else " ".join(said)
        text = f"query Q{f'({head})' if head else ''} {{ {inner} }}"
        return {"query": text, "variables": {name: value for name, (_, value) in self.variables.items()}}, len(said)

    def query(self, fields: Iterable[str], within: str = "") -> Sent:
        asked, attempts = self.asked(fields, within)
        ways = {way: min(attempts, len(found)) for way, mark in WAYS.items() if (found := mark.findall(asked["query"]))}
        if "asOf" in within:
            ways["as of another time"] = attempts
        if self.formed(15):
            told = f"query={quote(asked['query'])}&variables={quote(json.dumps(asked['variables']))}"
            return self.sent("GET", f"/graphql?{told}", attempts=attempts, ways=ways)
        return self.sent("POST", "/graphql", json.dumps(asked).encode(), attempts=attempts, ways=ways)

    def aliases(self) -> Sent:
        return self.query(self.one_alias() for _ in range(ALIASES))

    def one_alias(self) -> str:
        root = self.schema.query_type
        assert root is not None
        if not self.formed(60):
            return f"node(id: {self.given('ID!', self.stolen('node'))}) {{ __typename id }}"
        which = self.given("ID!", self.some((THEIRS, THEIRS, THEIRS, "COBA", "coba/", "coba@3")))
        moment = self.moment()
        return f"agency(id: {which}{moment}) {self.selection(get_named_type(root.fields['agency'].type), 2)}"

    def moment(self) -> str:
        match self.form.choice(("", "", "position", "recordedAt", "effectiveAt", "atLeast")):
            case "position":
                return f", asOf: {{position: {self.given('Position', self.stolen('position'))}}}"
            case "recordedAt":
                return f", asOf: {{recordedAt: {self.given('DateTime', self.stolen('recordedAt'))}}}"
            case "effectiveAt":
                return ', asOf: {effectiveAt: "2025-03-03"}'
            case "atLeast":
                return ', atLeast: "1"'
            case _:
                return ""

    def ids(self) -> Sent:
        """The same document each time, so that what is remembered of it is asked as well."""
        self.fresh = False
        known = ("appraisal/zaki", "appraisal/budi", "employee/zaki", "employee/ani", "event/3", "proposal/p1")
        made = [
            f"{self.some((THEIRS, OURS))}@{self.chance.randrange(1, 60)}/{one}/{_UNKNOWN['period']}" for one in known
        ]
        chosen = [self.some(made) if self.luck(10) else self.stolen("node") for _ in range(NODES)]
        return self.query(f"node(id: {self.given('ID!', one)}) {{ __typename id }}" for one in chosen)

    def evaluations(self) -> Sent:
        """By their policy what is ours, by any what is theirs."""
        if self.formed(8):
            candidate = self.given("String!", self.stolen("candidate"))
            return self.query([f"simulate(candidate: {candidate}) {{ __typename }}"], f'agency(id: "{OURS}")')
        told = "{ policyId policyHash status reason score levels { __typename } components { __typename } }"
        return self.query(
            f"node(id: {self.given('ID!', self.stolen('appraisal'))}) {{ ... on Appraisal "
            f"{{ evaluate(policy: {self.given('String!', self.stolen('ref'))}) {told} }} }}"
            for _ in range(EVALUATIONS)
        )

    def subscription(self) -> Sent:
        body = {"query": f"subscription {{ {self.followed()} }}"}
        return self.sent("POST", "/graphql/stream", json.dumps(body).encode())

    def followed(self) -> str:
        return self.some(
            (
                f'eventAppended(agency: "{THEIRS}", after: "{self.stolen("position")}") {{ id type }}',
                f'scoreChanged(agency: "{THEIRS}", employee: "{self.stolen("employee")}") {{ employeeNumber }}',
            )
        )

    def socket(self) -> Sent:
        """Several questions at once, over a connection that is held."""
        said, attempts = list[dict[str, Any]]([{"type": "connection_init"}]), 0
        for number in range(self.some((1, 4, 7))):
            if self.luck(30):
                asked, held = {"query": f"subscription {{ {self.followed()} }}"}, 1
            else:
                self.variables = {}
                asked, held = self.asked(
                    f"node(id: {self.given('ID!', self.stolen('node'))}) {{ __typename id }}" for _ in range(5)
                )
            said.append({"type": "subscribe", "id": f"q{number}", "payload": asked})
            attempts += held
        return self.sent(SOCKET, "/graphql/stream", "\n".join(map(json.dumps, said)).encode(), attempts=attempts)

    def inside_ours(self) -> Sent:
        """Our own agency, asked by what is theirs."""
        agency: Any = self.schema.type_map["Agency"]
        asked = [name for name, field in agency.fields.items() if field.args and name not in _SLOW]
        when = f", asOf: {{position: {self.given('Position', self.stolen('position'))}}}" if self.formed(25) else ""
        return self.query(
            (self.field(name, agency.fields[name], 3) for name in self.form.choices(asked, k=ALIASES)),
            f'agency(id: "{OURS}"{when})',
        )

    def selection(self, of: Any, deep: int) -> str:
        leaves = [name for name, field in of.fields.items() if is_leaf_type(get_named_type(field.type))]
        deeper = [name for name in of.fields if name not in leaves and name not in _SLOW] if deep else []
        # Rows rather than what is about them.
        chosen = ["edges"] if "edges" in deeper else []
        chosen += self.form.sample(leaves, min(3, len(leaves))) + self.form.sample(deeper, min(1, len(deeper)))
        said = [self.field(name, of.fields[name], deep - 1) for name in dict.fromkeys(chosen)]
        return "{ " + (" ".join(said) or "__typename") + " }"

    def field(self, name: str, field: GraphQLField, deep: int) -> str:
        given = self.arguments(name, field.args)
        inner = get_named_type(field.type)
        below = "" if is_leaf_type(inner) else f" {self.selection(inner, deep)}" if deep > 0 else " { __typename }"
        return f"{name}{f'({given})' if given else ''}{below}"

    def arguments(self, of_field: str, known: Mapping[str, Any]) -> str:
        said = ((key, self.argument(of_field, key, one)) for key, one in known.items())
        return ", ".join(f"{key}: {value}" for key, value in said if value is not None)

    def argument(self, of_field: str, name: str, of: Any) -> str | None:
        type_, inner = str(of.type), get_named_type(of.type)
        required = is_non_null_type(of.type) and of.default_value is Undefined
        if name == "first":  # always, for a page of fifty in a page of fifty would be too much
            return str(self.form.choice((1, 2)))
        if not required and not self.formed(10 if of.deprecation_reason else 60):
            return None
        if name == "after":
            known = self.loot.get(f"cursor of {of_field}")
            return self.given(type_, self.some(known)) if known else None
        if name in ("atLeast", "year"):
            return '"1"' if name == "atLeast" else "2025"
        if is_input_object_type(inner):
            return f"{{{self.arguments(of_field, inner.fields)}}}"
        if hasattr(inner, "values"):
            values: Any = inner
            return self.form.choice(sorted(values.values))
        if name == "types":
            return json.dumps([self.form.choice(("appraisal.opened", "employee.registered"))])
        match inner.name:
            case "Boolean":
                return self.form.choice(("true", "false"))
            case "Date":
                return '"2025-03-03"'
            case _:
                pass
        if (stolen := _CALLED.get(name, name)) in self.loot:
            return self.given(type_, self.stolen(stolen))
        if required:
            return self.given(type_, self.stolen("name")) if inner.name in ("String", "ID") else '"1"'
        return None

    # HTTP

    def route(self, among: str = "") -> Sent:
        """Any of the routes, in their agency or with their ids in ours."""
        method, path = self.some([one for one in self.routes if among in one[1]])
        parts = {part: part.strip("{}").split(":")[0] for part in path.split("/") if part.startswith("{")}
        agency = self.some((THEIRS, THEIRS, OURS))
        sent = self.to(
            method, path, {part: agency if kind == "agency" else self.stolen(kind) for part, kind in parts.items()}
        )
        if method == "GET" and self.luck(10):
            asked = self.some(("after=0", "at=3", "employee=zaki", "position=2"))
            return structs.replace(sent, path=f"{sent.path}?{asked}")
        return sent

    def exports(self) -> Sent:
        return self.route("/exports")

    def webhooks(self) -> Sent:
        return self.route("/webhooks")

    def verification(self) -> Sent:
        """Of their documents, whose numbers and codes stand on the paper."""
        asked = f"number={quote(self.stolen('number'), safe='')}&code={quote(self.stolen('code'), safe='')}"
        if self.luck(30):
            asked += f"&sha256={self.stolen('sha256')}"
        return self.sent("GET", f"/agencies/{self.some((THEIRS, OURS))}/documents?{asked}")

    def public(self) -> Sent:
        """Links and receipts under another agency's name, or all but right: who has one whole may use it."""
        of, secret = self.some(self.loot["link"]).split(".")
        changed = self.chance.randrange(len(secret))
        guessed = f"{secret[:changed]}{self.some('abcdefgh234567')}{secret[changed + 1 :]}"
        named = self.some((f"{OURS}.{secret}", f"{OURS}.{guessed}", f"{of}.{guessed}", f"{of}.{secret[::-1]}", of))
        if named == f"{of}.{secret}":
            named = of
        door, page = self.some(("survey", "survey", "receipts")), self.some(("text/html", "application/json"))
        if door == "survey" and self.luck(40):
            body = json.dumps({"answers": {"u1": 4}}).encode()
            sent = self.sent("POST", f"/survey/{named}", body)
        else:
            sent = self.sent("GET", f"/{door}/{named}")
        del sent.headers["Authorization"]
        sent.headers["Accept"] = page
        return sent

    def stream(self) -> Sent:
        sent = self.sent("GET", f"/agencies/{self.some((THEIRS, 'COBA'))}/events/stream")
        sent.headers["Last-Event-ID"] = self.stolen("position")
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
        return self.sent("POST", path, body, media_type="text/csv", attempts=len(rows))

    def sent(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        media_type: str = "application/json",
        attempts: int = 1,
        ways: Mapping[str, int] | None = None,
    ) -> Sent:
        headers = {"Authorization": f"Bearer {self.who}", "Idempotency-Key": f"wall-{self.number}"}
        if path.startswith("/pages"):
            headers["Cookie"] = f"{COOKIE}={urlsafe_b64encode(self.who.encode()).decode()}"
        if body:
            headers["Content-Type"] = media_type
        return Sent(self.kind, method, path, self.who, headers, body, attempts, ways or {})


KINDS: Mapping[str, tuple[Callable[[_Attempt], Sent], int]] = {
    "ids, forty at once": (_Attempt.ids, 22),
    "agencies and ids, by aliases": (_Attempt.aliases, 7),
    "fields of ours, by what is theirs": (_Attempt.inside_ours, 7),
    "evaluations and simulations": (_Attempt.evaluations, 4),
    "questions over WebSocket": (_Attempt.socket, 6),
    "subscriptions": (_Attempt.subscription, 5),
    "open streams of events": (_Attempt.stream, 5),
    "pages of events": (_Attempt.events, 6),
    "commands and batches": (_Attempt.commands, 9),
    "rows of files": (_Attempt.file, 8),
    "exports": (_Attempt.exports, 7),
    "webhooks": (_Attempt.webhooks, 7),
    "survey links and receipts": (_Attempt.public, 7),
    "verification of documents": (_Attempt.verification, 6),
    "any route": (_Attempt.route, 12),
}
"""How each is made, and how many of a hundred requests it is."""

_CALLED = {"supervisor": "employee"}
"""Arguments that take what goes by another name."""
