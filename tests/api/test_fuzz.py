"""Thousands of requests that know the grammar, and what breaks it: nothing that comes in is answered with 500.

Commands are made by walking their types, queries by walking the schema; most values are ones that the ledger knows,
some are of the right kind and unknown, some are what has broken a server before. The seed is fixed, so that a failure
comes back. `make fuzz` sends twenty times as many; `NERACA_FUZZ` says how many times.
"""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import Enum
from random import Random
from typing import Any
from urllib.parse import quote, unquote

import graphql
import psycopg
import pytest
from litestar import Litestar
from msgspec import Struct, inspect

from neraca.api import command_decoding
from neraca.api.graphql.schema import build
from neraca.api.problems import Problem
from neraca.domain import text_kinds
from neraca.domain.authorisation import ROLES
from neraca.domain.registry import COMMANDS, EVENTS

SEED = 20261129
ANI, BOSS, HEAD, PEER = "198501012010011001", "197001011995031001", "196501011990031001", "198601012010011001"
WHO = {
    "employee": ("ani", "boss", "head", "peer0", "peer1", "stranger"),
    "hr": ("hr", "operator", "bandung"),
    "official": ("official",),
    "surveyor": ("surveyor",),
    "integrator": ("integrator",),
    "policy": ("policy", "founder"),
    "auditor": ("auditor",),
}
NASTY_TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\x85",
    "\ud800",
    "\udfff\ud800",
    "\u202eabc",
    "\ufeff",
    "\uffff",
    "a\n",
    "٢٠٢٥",
    "２０２５-Q1",
    "9999-Q4",
    "0000",
    "x" * 3_000,
    "é" * 120_000,
    "'; drop table ledger.events; --",
    "../../etc/passwd",
    "%s%n{0}$1\\",
    "e\u0301",
    "👩‍💻",
    "1e400",
    "NaN",
    "null",
)
NASTY_THINGS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**9 + 1,
    2**63,
    10**40,
    1.5,
    1e300,
    [],
    {},
    [None],
    {"": ""},
    {"\x00": 1},
    [[[[]]]],
    "1E+2",
    "1e-400",
    "-0",
    "Infinity",
    "99999999999999999999999999999999",
    "0.0000001",
    "0001-01-01",
    "9999-12-31",
    "2025-02-30",
    "2025-03-01\n",
)
NASTY_BODIES = (
    b"",
    b"[]",
    b"null",
    b"[" * 5_000 + b"]" * 5_000,
    b'{"command":' * 200 + b"1" + b"}" * 200,
    b'{"command": "rate", "command": "rate"}',
    b"\xff\xfe{\x00}\x00",
    b'{"command": "rate\xed\xa0\x80"}',
    b'{"command": 1e999999}',
    b"9" * 5_000,
    b'["' + b"x" * 100_000 + b'"]',
    b"[null, [], {}, 1, true]",
)
NASTY_QUERIES = ("", " ", "mutation{x}", "subscription{x}", "{", "{" * 3_000, "\x00", "fragment F on X {a}")
NASTY_HEADERS = (
    b"",
    b" ",
    b"\xff\xfe",
    b"\x85",
    b"9" * 5_000,
    b"x" * 5_000,
    b'"v' + b"9" * 5_000 + b'"',
    b'"v1", "v2", "v3"',
    b"v1",
    b"*",
    b'"v-1"',
    b'"v\xb2"',
    b'W/"v1"',
    b"bytes=0-1",
    b"text/html;q=nan",
    b"application/json; charset=utf-7",
    b"-1",
    b"1.5",
    b"\xd9\xa3",
    b"Bearer",
    b"Basic YTpi",
    b"1000000000000000000000",
)
KNOWN: Mapping[str, tuple[str, ...]] = {
    "an employee number": (ANI, ANI, BOSS, HEAD, PEER, "199901012020011001"),
    "a period": ("2025-Q1", "2025-Q1", "2025-Q2", "2025", "2025-01", "2025-01..02", "2100-Q4", "1945"),
    "a month": ("2025-01", "2025-02", "2025-12", "2100-12", "1945-01"),
    "a name": ("Ni Luh", "berkas", "Ahli Muda"),
    "a title": ("KTP terbit", "u1", "u2", "baik"),
    "a text": ("sesuai", "dua\nbaris"),
    "an address": ("https://contoh.go.id/rekap", "arsip:1"),
    "a comment": ("ramah", "antrean\npanjang"),
    "hours": ("08:00-15:30", "00:00-23:59"),
    "a file name": ("surabaya/kota-surabaya.yaml", "x.yaml"),
    "a policy's text": ("schema: asn-policy/1\n", "a: &b [1]\n", "{", "- 1\n"),
    "an id": (
        "r1",
        "t1",
        "r2",
        "t2",
        "l1",
        "a1",
        "skp",
        "disdukcapil",
        "dinkes",
        "akuntabel",
        "inovasi_diterapkan",
        "sesuai_ekspektasi",
        "skm",
        "p1",
        "id.jatim.kota-surabaya",
        ANI,
        "0" * 64,
    ),
}

OF_ANI = {"employee": ANI, "period": "2025-Q1"}
STORIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ani", {"command": "report-activity", **OF_ANI, "report": "f#", "day": "2025-03-03", "activity": "Loket"}),
    (
        "ani",
        {
            "command": "report-progress",
            **OF_ANI,
            "report": "g#",
            "result": "r1",
            "target": "t1",
            "until": "2025-03-01",
            "actual": "12.50",
            "evidence": [{"title": "Rekap", "uri": "arsip:#"}],
            "note": "tambahan",
        },
    ),
    ("boss", {"command": "accept-report", **OF_ANI, "report": "f#", "feedback": "sesuai"}),
    ("official", {"command": "establish-fact", **OF_ANI, "fact": "inovasi_diterapkan", "basis": "SK #", "number": "3"}),
    (
        "hr",
        {
            "command": "register-employee",
            "employee": "200001012025#",
            "name": "Pegawai #",
            "employment_type": "CIVIL_SERVANT",
            "position": "Analis",
            "position_class": "FUNCTIONAL",
            "since": "2025-01-01",
            "career_level": "Ahli Muda",
        },
    ),
    (
        "hr",
        {"command": "sanction-employee", "employee": PEER, "severity": "ringan", "on": "2025-02-03", "decree": "SK #"},
    ),
    (
        "official",
        {
            "command": "revise-achievement",
            "unit": "disdukcapil",
            "period": "2025-Q1",
            "index": "97.10",
            "predicate": "baik",
            "reason": "hitung ulang #",
        },
    ),
)
"""Who can send it, and what; `#` is another number each time."""


class Sent(Struct, frozen=True):
    """`passes` whether what is sent is right in form, None where only the answer tells."""

    method: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    passes: bool | None = None


class Answer(Struct, frozen=True):
    status: int
    kind: str
    body: bytes


class Making:
    """What is sent, drawn from one source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.schema = build()._schema
        self.numbers = 0

    def some(self, of: Any) -> Any:
        return self.chance.choice(of)

    def luck(self, percent: float) -> bool:
        return self.chance.random() * 100 < percent

    # Commands

    def command(self) -> tuple[dict[str, Any], str]:
        return self.told() if self.luck(35) else self.drawn()

    def told(self) -> tuple[dict[str, Any], str]:
        """What would be done as it stands, with one text in it replaced half of the time: by anything there is."""
        self.numbers += 1
        who, story = self.some(STORIES)
        made = json.loads(json.dumps(story).replace("#", f"{self.numbers:06}"))
        if self.luck(50):
            inside: Any = made["evidence"][0] if "evidence" in made and self.luck(50) else made
            name = self.some(sorted(name for name in inside if isinstance(inside[name], str) and name != "command"))
            inside[name] = self.some(NASTY_TEXTS) if self.luck(30) else self.anything(inside[name])
        return made, who

    def anything(self, good: str) -> str:
        codes = (self.chance.randrange(128), self.chance.randrange(0x3000), self.chance.randrange(0x110000))
        at = self.chance.randrange(len(good) + 1)
        return good[:at] + chr(self.some(codes)) + good[at:]

    def drawn(self) -> tuple[dict[str, Any], str]:
        tag = self.some(sorted(COMMANDS))
        role = self.some(sorted(ROLES[tag])) if self.luck(90) else self.some(sorted(WHO))
        rate = 0 if self.luck(60) else 8
        kind = inspect.type_info(COMMANDS[tag])
        assert isinstance(kind, inspect.StructType)
        made = self.struct(kind, rate)
        return {**made, "command": tag}, self.some(WHO.get(role, ("ani",)))

    def value(self, type_: inspect.Type, kind: text_kinds.Kind | None, nasty: float) -> Any:
        if self.luck(nasty):
            return self.some(NASTY_TEXTS) if self.luck(50) else self.some(NASTY_THINGS)
        match type_:
            case inspect.Metadata():
                return self.value(type_.type, (type_.extra or {}).get("kind", kind), nasty)
            case inspect.StrType():
                assert kind is not None
                if self.luck(3):
                    return self.some(("x" * kind.longest, "x"))
                return self.some(KNOWN[kind.what])
            case inspect.DecimalType():
                return self.some(("1", "2", "3.5", "100", "0", "-1", "0.000001", "999999999999999999", 4, 60, 40))
            case inspect.IntType():
                return self.some((0, 1, 2, 20, 31, 10**9))
            case inspect.DateType():
                days = (date(2025, 1, 1), date(2025, 3, 1), date(1945, 1, 1), date(2100, 12, 31))
                return str(self.some((*days, date(2025, 1, 1) + timedelta(days=self.chance.randrange(90)))))
            case inspect.DateTimeType():
                times = (
                    "2025-03-03T02:00:00Z",
                    "2025-03-03T09:00:00+07:00",
                    "2025-03-03T09:00:00",
                    "2100-12-31T23:59:59Z",
                )
                return self.some(times)
            case inspect.BoolType():
                return self.luck(50)
            case inspect.ListType() | inspect.VarTupleType():
                return [self.value(type_.item_type, None, nasty) for _ in range(self.some((0, 1, 1, 2)))]
            case inspect.DictType():
                names = [self.value(type_.key_type, None, 0) for _ in range(self.some((0, 1, 1, 2)))]
                if self.luck(nasty):
                    names.append(self.some(NASTY_TEXTS))
                return {name: self.value(type_.value_type, None, nasty) for name in names}
            case inspect.EnumType():
                members: list[Enum] = list(type_.cls)
                return self.some(members).value
            case inspect.LiteralType():
                return self.some(type_.values)
            case inspect.UnionType():
                one = next(one for one in type_.types if not isinstance(one, inspect.NoneType))
                return None if self.luck(40) else self.value(one, kind, nasty)
            case inspect.StructType():
                return self.struct(type_, nasty)
            case _:
                raise AssertionError(type_)

    def struct(self, type_: inspect.StructType, nasty: float) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for field in type_.fields:
            if (field.required and not self.luck(nasty / 4)) or (not field.required and self.luck(50)):
                made[field.encode_name] = self.value(field.type, None, nasty)
        if self.luck(nasty / 4):
            made[self.some(("tambahan", "", "\x00", "__class__"))] = 1
        return made

    def commands(self) -> Sent:
        one, who = self.command()
        body: Any = one
        if self.luck(20):
            body = [one, *(self.command()[0] for _ in range(self.chance.randrange(3)))]
        raw = json.dumps(body, ensure_ascii=self.luck(50) or "\\ud" in json.dumps(body)).encode()
        if self.luck(3):
            raw = self.some(NASTY_BODIES)
        elif self.luck(4):
            raw = self.torn(raw)
        self.numbers += 1
        headers = {
            b"authorization": f"Bearer {who}-token".encode(),
            b"idempotency-key": f"fuzz-{self.numbers if self.luck(95) else self.chance.randrange(50)}".encode(),
            b"content-type": b"application/json",
        }
        if self.luck(70):
            headers[b"if-match"] = f'"v{self.chance.randrange(30)}"'.encode()
        clean = not self.spoilt(headers, 8, extra=(b"neraca-on-behalf-of", b"neraca-correlation"))
        path = "/agencies/" + ("surabaya" if self.luck(95) else self.address(self.some(NASTY_TEXTS))) + "/commands"
        return Sent("POST", path, tuple(headers.items()), raw, clean and _reads(raw))

    def seen(self, sent: Sent, versions: list[int]) -> Sent:
        self.numbers += 1
        headers = {
            **dict(sent.headers),
            b"idempotency-key": f"fuzz-{self.numbers}".encode(),
            b"if-match": ", ".join(f'"v{version}"' for version in versions).encode(),
        }
        return Sent(sent.method, sent.path, tuple(headers.items()), sent.body, sent.passes)

    # Queries

    def query(self) -> Sent:
        variables: dict[str, Any] = {}
        declared: list[str] = []
        root = self.schema.query_type
        assert root is not None
        written = self.selection(root, 4, variables, declared)
        head = f"query Q({', '.join(declared)})" if declared else self.some(("", "query", "query Q"))
        document = f"{head} {written}"
        if self.luck(3):
            document = self.some(NASTY_QUERIES)
        elif self.luck(6):
            document = self.torn(document.encode()).decode("utf-8", "replace")
        asked: dict[str, Any] = {"query": document, "variables": variables}
        if self.luck(5):
            asked[self.some(("operationName", "extensions", "variables", "query"))] = self.some(NASTY_THINGS)
        who = self.some(("auditor", "hr", "ani", "boss", "official", "operator", "policy"))
        headers = {b"authorization": f"Bearer {who}-token".encode(), b"content-type": b"application/json"}
        self.spoilt(headers, 4, extra=(b"neraca-position", b"accept"))
        if self.luck(15):
            values = self.address(json.dumps(variables)) if self.luck(90) else self.address(self.some(NASTY_TEXTS))
            path = f"/graphql?query={self.address(document)}&variables={values}"
            return Sent("GET", path[:60_000], tuple(headers.items()), b"")
        return Sent("POST", "/graphql", tuple(headers.items()), json.dumps(asked).encode())

    def selection(self, of: Any, deep: int, variables: dict[str, Any], declared: list[str]) -> str:
        if isinstance(of, graphql.GraphQLUnionType) or not of.fields:
            return "{ __typename }"
        said: list[str] = []
        for name in self.chance.sample(sorted(of.fields), min(len(of.fields), self.some((1, 1, 2, 3)))):
            field = of.fields[name]
            inner = graphql.get_named_type(field.type)
            leaf = graphql.is_leaf_type(inner)
            if (not leaf and deep == 0) or (name in ("simulate", "evaluate", "explain") and not self.luck(4)):
                continue
            arguments = [self.argument(each, one, variables, declared) for each, one in field.args.items()]
            given = ", ".join(one for one in arguments if one)
            below = "" if leaf else " " + self.selection(inner, deep - 1, variables, declared)
            said.append(f"{name}{f'({given})' if given else ''}{below}")
        return "{ " + (" ".join(said) or "__typename") + " }"

    def argument(self, name: str, of: Any, variables: dict[str, Any], declared: list[str]) -> str | None:
        required = graphql.is_required_argument(of)
        if not required and self.luck(50):
            return None
        value = self.given(name, of.type)
        if self.luck(50):
            variable = f"v{len(declared)}"
            declared.append(f"${variable}: {of.type}")
            variables[variable] = value
            return f"{name}: ${variable}"
        return f"{name}: {_literal(value, of.type)}"

    def given(self, name: str, of: Any) -> Any:
        if self.luck(6):
            return self.some(NASTY_TEXTS) if self.luck(60) else self.some(NASTY_THINGS)
        if isinstance(of, graphql.GraphQLNonNull):
            return self.given(name, of.of_type)
        if isinstance(of, graphql.GraphQLList):
            return [self.given(name, of.of_type) for _ in range(self.some((0, 1, 2)))]
        if isinstance(of, graphql.GraphQLEnumType):
            return self.some(sorted(of.values))
        if isinstance(of, graphql.GraphQLInputObjectType):
            return {each: self.given(each, one.type) for each, one in of.fields.items() if self.luck(60)}
        known: dict[str, tuple[Any, ...]] = {
            "id": (
                "surabaya",
                "bandung",
                f"surabaya/appraisal/{ANI}/2025-Q1",
                "surabaya:3",
                "surabaya@9",
                "@",
                "a/b/c",
            ),
            "employee": (ANI, BOSS, "x"),
            "period": ("2025-Q1", "2025", "1945", "2025-01..05"),
            "unit": ("disdukcapil", "x"),
            "first": (1, 3, 50, 0, -1, 1001),
            "after": ("WyIxIl0=", "WyIxIiwiMiJd", "x", "=", "W10="),
            "position": ("1", "9", "0", "999999999999999999"),
            "atLeast": ("1", "5"),
            "recordedAt": (
                "2025-03-03T00:00:00Z",
                "2025-03-03",
                "0001-01-01T00:00:00+14:00",
                "9999-12-31T23:59:59-12:00",
            ),
            "since": ("2025-04-01", "0001-01-01", "9999-12-31"),
            "types": tuple(sorted(EVENTS)),
            "ref": ("id.jatim.kota-surabaya", "id.jatim.kota-surabaya@1", "x@9999999999999999999999"),
            "candidate": ("id.jatim.kota-surabaya@1", "surabaya", "p1"),
            "language": ("id", "en", "zz"),
        }
        return self.some(known.get(name, ("baik", "x", 1, True)))

    # Addresses

    def reading(self) -> Sent:
        path = self.some(
            (
                "/agencies/surabaya/events",
                "/agencies/surabaya/events",
                "/agencies/bandung/events",
                "/agencies/surabaya/events/stream",
                "/agencies/surabaya/commands",
                "/graphql",
                "/graphql/schema.graphql",
                "/health/live",
                "/openapi.json",
                "/",
            )
        )
        if self.luck(10):
            path = "/agencies/" + self.address(self.some(NASTY_TEXTS)) + "/events"
        numbers = ("-1", "1.5", "9" * 30, "", "x", "٣", "9" * 5_000, "%00", "%FF", "%ED%A0%80", "999999")
        parameters: list[str] = []
        if path.endswith("/events") or self.luck(10):
            for _ in range(self.some((0, 1, 1, 2))):
                name = self.some(("after", "limit")) if self.luck(90) else self.some(("apa", "%00", "query", "wait"))
                parameters.append(f"{name}={self.some(('1', '2', '7', '9')) if self.luck(75) else self.some(numbers)}")
        who = self.some(("auditor", "integrator", "ani", "operator"))
        headers = {b"authorization": f"Bearer {who}-token".encode()}
        self.spoilt(headers, 15, extra=(b"last-event-id", b"if-none-match", b"accept", b"cookie", b"accept-encoding"))
        method = "GET" if self.luck(92) else self.some(("POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "X"))
        return Sent(method, path + ("?" + "&".join(parameters) if parameters else ""), tuple(headers.items()), b"")

    # What spoils

    def spoilt(self, headers: dict[bytes, bytes], percent: float, *, extra: tuple[bytes, ...]) -> bool:
        spoilt = False
        for name in (*headers, *extra):
            if self.luck(percent / 2):
                headers[name] = self.some(NASTY_HEADERS)
                spoilt = True
        return spoilt

    def torn(self, raw: bytes) -> bytes:
        at = self.chance.randrange(len(raw) + 1)
        wedge = self.some((b"", b"\x00", b"\xff", b'"', b"}", b"[", b"\\u0000", b"\\ud800", b","))
        return raw[:at] + wedge + raw[at + 1 :]

    def address(self, written: str) -> str:
        return quote(written.encode("utf-8", "surrogatepass")[:4_000], safe="")


def _reads(raw: bytes) -> bool:
    try:
        command_decoding.read(raw)
    except Problem:
        return False
    return True


def _literal(value: Any, of: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name or 'x'}: {_literal(one, None)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(one, None) for one in value) + "]"
    if isinstance(value, str) and isinstance(graphql.get_named_type(of), graphql.GraphQLEnumType):
        return value or "X"
    return json.dumps(value)


async def _send(app: Litestar, sent: Sent) -> Answer:
    """One request, without a socket or a client that would mend it; a stream is left after its first piece."""
    raw_path, _, query = sent.path.encode().partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": sent.method,
        "scheme": "http",
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"uji"), *sent.headers, (b"content-length", str(len(sent.body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("uji", 80),
        "extensions": {},
    }
    status, kind, pieces, finished = 0, "", list[bytes](), asyncio.Event()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": sent.body, "more_body": False}
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status, kind
        if message["type"] == "http.response.start":
            status = message["status"]
            kind = next((value.decode() for name, value in message["headers"] if name.lower() == b"content-type"), "")
        else:
            pieces.append(message.get("body", b""))
            if not message.get("more_body") or kind.startswith("text/event-stream"):
                finished.set()

    running = asyncio.ensure_future(app(scope, receive, send))  # type: ignore[arg-type]
    waiting = asyncio.ensure_future(finished.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not running.done() and kind.startswith("text/event-stream"):
        running.cancel()
    await asyncio.gather(running, return_exceptions=kind.startswith("text/event-stream"))
    waiting.cancel()
    return Answer(status, kind, b"".join(pieces))


async def _all(app: Litestar, making: Making, what: str, judge: Callable[[Sent, Answer], None]) -> None:
    """What was refused for its version is sent again with the version it was told, so that more is decided."""
    again: Sent | None = None
    async with app.lifespan():
        for _ in range(HOW_MANY[what]):
            sent, again = again or getattr(making, what)(), None
            answer = await asyncio.wait_for(_send(app, sent), 60)
            judge(sent, answer)
            if answer.status == 412:
                again = making.seen(sent, json.loads(answer.body)["currentVersions"])


_TIMES = int(os.environ.get("NERACA_FUZZ", "1"))
HOW_MANY = {what: count * _TIMES for what, count in {"commands": 1_800, "query": 800, "reading": 700}.items()}


@pytest.mark.parametrize("what", HOW_MANY)
def test_nothing_that_comes_in_is_answered_with_500(world: Any, what: str, capfd: pytest.CaptureFixture[str]) -> None:
    making = Making(Random(f"{SEED}/{what}"))
    passed = 0
    seen: Counter[int] = Counter()
    failed: list[tuple[Sent, Answer]] = []

    def judge(sent: Sent, answer: Answer) -> None:
        nonlocal passed
        if not 200 <= answer.status < 500 or b'"INTERNAL"' in answer.body or not _is_problem(sent, answer):
            failed.append((sent, answer))
        seen[answer.status] += 1
        passed += _passed(what, sent, answer)

    count = HOW_MANY[what]
    asyncio.run(_all(world.again(), making, what, judge))
    capfd.readouterr()

    assert failed[:3] == [], (len(failed), seen)
    assert passed >= count / 3, (passed, seen)
    world.follow()
    with psycopg.connect(world.url) as connection:
        assert connection.execute("select agency, projection, position, reason from read.set_aside").fetchall() == []


def _is_problem(sent: Sent, answer: Answer) -> bool:
    """What was refused says so in the one form, wherever it was refused."""
    if answer.status < 400 or sent.method == "HEAD" or "graphql" in answer.kind:
        return True
    return answer.kind == "application/problem+json" and json.loads(answer.body)["status"] == answer.status


def _passed(what: str, sent: Sent, answer: Answer) -> bool:
    """Whether it was right in form, so that something was looked up or decided for it."""
    if sent.passes is not None:
        return sent.passes and answer.status not in (400, 401, 415)
    if what == "query":
        return (answer.status == 200 and answer.body.startswith(b'{"data"')) or b'"path"' in answer.body
    return answer.status in (200, 304)
