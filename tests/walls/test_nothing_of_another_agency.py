"""Nobody of Uji learns anything of Coba, by any way that takes an id, a name or a cursor; nor that it is there.

There are two worlds alike in Uji. In one of them Coba is there and full of texts that are nowhere else, in the other
nobody ever heard of it. Each request goes to both: no answer may hold such a text, and both must answer the same. The
requests are made by `intruder.py`; `NERACA_WALLS` says how many attempts are made, `NERACA_WALLS_FROM` with which
number they begin and `NERACA_WALLS_STEP` how far the next is, so that several processes share them out; a failure says
its number.
"""

import asyncio
import json
import logging
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pytest
from litestar.testing import TestClient
from msgspec import Struct, structs

from neraca.api import dependencies
from neraca.api.authentication import access_scope
from neraca.api.graphql.schema import build
from neraca.api.graphql.support import context
from neraca.api.telemetry import json_lines
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, PlannedResult, Target
from neraca.domain.attendance import RecordAttendance
from neraca.domain.contexts import Actor
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.service_point.commands import OpenServicePoint
from neraca.domain.survey import OpenSurvey
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation, Role, Scope, ServicePointKind
from neraca.web import site
from tests.asking import answered, conversed
from tests.walls.intruder import KINDS, OURS, SOCKET, THEIRS, Intruder, Loot, Sent

ATTEMPTS = int(os.environ.get("NERACA_WALLS", "200"))
STEP = int(os.environ.get("NERACA_WALLS_STEP", "1"))
FIRST = int(os.environ.get("NERACA_WALLS_FROM", "0"))
"""The number of the first request: a long run may be made in parts."""

TOLD = 10_000
PERIOD = "2025-Q1"
DOCUMENTS = "documents { number code sha256 }"
NOW = datetime(2025, 4, 8, 5, tzinfo=UTC)
CANARY = "kenari"
"""In every text of Coba that is not an id, and nowhere in Uji."""

NUMBER = "73.19"
SURVEY: dict[str, Any] = {"unit": "disdik", "period": "2025-Q2", "survey": "skm"}
FOLLOWED = 40
"""Requests that are sent together, after which the read models follow."""

PUBLIC = ("/health/", "/metrics", "/openapi.json", "/survey/", "/receipts/")
"""For whoever comes, without a token. What health tells of agencies is public; links and receipts are a kind of their
own, as whoever has one whole may use it."""

ENDLESS = "/stream"
"""An answer that goes on where it is for the reader; a kind of its own too."""

INSIDE = {role.value: Actor(role.value, frozenset({role}), OURS) for role in Role if role is not Role.EMPLOYEE}
INTRUDERS = {
    **INSIDE,
    **{nip: Actor(nip, frozenset({Role.EMPLOYEE}), OURS) for nip in ("agus", "sri", "budi", "zaki")},
    "every-scope": Actor("every-scope", frozenset({Role.INTEGRATOR}), OURS, frozenset(Scope)),
    "every-role": Actor("every-role", frozenset(Role), OURS),
}
HELD_BY_SCOPE = {*KINDS} - {"survey links and receipts", "fields of ours, by what is theirs"}
"""Kinds that find a hole in who may ask of an agency: who has a link asks as nobody, and of ours they may."""

INSIDER = Actor("every-role", frozenset(Role), THEIRS, frozenset(Scope))
"""Of the same name as one of Uji: what is kept for whoever asked for it is kept by agency as well."""

_MASKED = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32,}\b|\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|\+00:00)"
    r"|whsec_[\w+/=]+"
)
"""Of each world its own: requests' numbers, digests over salts, secrets, and when something was recorded."""


PATIENCE = 60
"""Seconds: whatever is answered for longer is a stream, and it was opened."""

Answer: TypeAlias = tuple[int, bytes, dict[str, str]]


class World(Struct, frozen=True):
    client: TestClient[Any]
    house: Any

    def answering(self, several: Sequence[Sent]) -> "Future[list[Answer]]":
        """One after the other, while the other world does the same."""
        return self.client.blocking_portal.start_task_soon(self._answers, several)

    async def _answers(self, several: Sequence[Sent]) -> list[Answer]:
        answers = list[Answer]()
        for one in several:
            try:
                answers.append(await asyncio.wait_for(_answer(self.client.app, one), PATIENCE))
            except TimeoutError:
                raise AssertionError(f"no end of an answer to {one}") from None
        return answers


async def _answer(app: Any, sent: Sent) -> Answer:
    if sent.method == SOCKET:
        code, told = await conversed(app, sent.path, sent.headers, sent.body.decode().split("\n"), _is_last)
        return code, "\n".join(sorted(told)).encode(), {}
    answer = await answered(app, sent.method, sent.path, sent.headers, sent.body)
    told = {name: answer.headers.get(name, "") for name in ("etag", "link", "location", "content-type")}
    return answer.status, answer.body, told


def _is_last(message: str) -> bool:
    return json.loads(message)["type"] in ("complete", "error")


class Pair(Struct, frozen=True):
    """The world with Coba and the one without."""

    both: World
    alone: World
    intruder: Intruder
    secrets: tuple[str, ...]

    def attempts(self, numbers: Sequence[int]) -> Iterator[tuple[Sent, int]]:
        """Each with how many attempts it held: what was refused as a whole is one."""
        several = [self.intruder.request(number) for number in numbers]
        yield from zip(several, self.send(several, numbers), strict=True)
        for world in (self.both, self.alone):
            world.house.follow()

    def send(self, several: Sequence[Sent], numbers: Sequence[int]) -> list[int]:
        """Fails where anything came back; how many attempts each was that was judged by itself."""
        there, nowhere = [world.answering(several) for world in (self.both, self.alone)]
        told = zip(several, numbers, there.result(), nowhere.result(), strict=True)
        return [self._held(*one) for one in told]

    def _held(self, sent: Sent, number: int, there: Answer, nowhere: Answer) -> int:
        raw = there[1] + str(there[2]).encode()
        # What the reader asked before is told again there, the ids that they tried with it.
        told = sent.path.partition("?")[0].endswith("/reads")
        leaked = [one for one in self.secrets if one.encode() in raw.lower() and not (told or sent.says(one))]
        assert not leaked, (number, sent, leaked, raw)
        if any(one[0] == 503 or b'"code":"TOO_SLOW"' in one[1] for one in (there, nowhere)):
            return 0  # of a machine that has other work, no attempt
        assert _masked(there) == _masked(nowhere), (number, sent)
        return min(sent.attempts, _judged(there, sent.attempts))


def _judged(answer: Answer, attempts: int) -> int:
    """How many things that were tried were answered, or refused, each by itself."""
    status, body, _ = answer
    if status == 1000:  # a conversation
        return attempts
    told = json.loads(body) if body.startswith(b"{") else {}
    if status < 300 and ("errors" not in told or told.get("data")):
        return attempts
    return max(1, len(told.get("errors", ())))


def _masked(answer: Answer) -> tuple[int, str, str]:
    status, body, headers = answer
    return status, _MASKED.sub("", _in_order(body)), _MASKED.sub("", str(headers))


def _in_order(body: bytes) -> str:
    """Several fields of a query may fail in any order."""
    if not body.startswith(b'{"errors":'):
        return body.decode(errors="replace")
    told = json.loads(body)
    told["errors"].sort(key=json.dumps)
    return json.dumps(told)


def _ours(agency: Any) -> None:
    agency.publish()
    agency.hire()
    agency.score("budi")
    agency.finalise("budi")
    agency.plan("ani")


def _theirs(agency: Any, policy: str) -> None:
    """With ids that Uji has as well and ids that it has not, and a text like no other in every field."""
    agency.publish(policy.replace("id: Kebijakan uji", f"id: {CANARY} kebijakan").replace("Baik", f"{CANARY} baik"))
    for nip, boss in (("agus", None), ("budi", "agus"), ("zaki", "agus"), ("ani", "zaki")):
        register = RegisterEmployee(
            employee=nip,
            name=f"{CANARY} {nip}",
            employment_type=EmploymentType.CIVIL_SERVANT,
            position=f"{CANARY} analis",
            position_class=PositionClass.FUNCTIONAL,
            since=date(2025, 1, 1),
        )
        agency.tell(
            "hr", register, AssignEmployee(employee=nip, unit="disdik", since=date(2025, 1, 1), supervisor=boss)
        )
    target = Target("berkas", f"{CANARY} berkas", f"{CANARY} buah", Decimal(100), Decimal(100))
    for nip in ("budi", "zaki"):
        which: dict[str, Any] = {"employee": nip, "period": PERIOD}
        agency.tell("hr", ask.OpenAppraisal(**which))
        results = [PlannedResult("layanan", f"{CANARY} layanan", [target])]
        agency.tell(nip, ask.DraftPlan(**which, results=results), ask.SubmitPlan(**which))
        agency.tell("agus", ask.ApprovePlan(**which))
        agency.tell(
            nip,
            ask.ReportProgress(
                **which,
                report="rahasia1",
                result="layanan",
                target="berkas",
                until=date(2025, 3, 1),
                actual=Decimal(NUMBER),
                evidence=[Evidence(f"{CANARY} rekap", f"arsip:{CANARY}")],
            ),
        )
        agency.tell("agus", ask.AcceptReport(**which, report="rahasia1", feedback=f"{CANARY} sesuai"))
        scores = {"layanan": Decimal(80), "disiplin": Decimal(80)}
        agency.tell("agus", ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores, note=f"{CANARY} catatan"))
    attendance = RecordAttendance(employee="zaki", month="2025-01", required_days=21)
    agency.tell("hr", attendance)
    agency.tell("agus", ask.Finalise(employee="zaki", period=PERIOD), on=date(2025, 4, 8))
    agency.tell("agus", ask.IssueDocument(employee="zaki", period=PERIOD), on=date(2025, 4, 8))
    _ask_citizens(agency)


def _ask_citizens(agency: Any) -> None:
    kind = ServicePointKind.HEALTH_CENTER
    point = OpenServicePoint(point="loket", unit="disdik", name=f"{CANARY} loket", kind=kind, since=date(2025, 1, 1))
    opens, closes = date(2025, 4, 1), date(2025, 4, 30)
    survey = OpenSurvey(**SURVEY, elements=["u1", "u2", "u3"], points=["loket"], opens=opens, closes=closes)
    agency.tell("surveyor", point)
    agency.tell("surveyor", survey, on=date(2025, 4, 8))


@pytest.fixture(scope="module")
def pair(
    new_database: Callable[[], str], open_service: Any, served: Any, invented: Any, desk: Any, policy_text: str
) -> Iterator[Pair]:
    with ExitStack() as opened:

        def world(*names: str) -> World:
            house = opened.enter_context(open_service(new_database(), {name: invented(name) for name in names}))
            _ours(desk(house, OURS))
            if THEIRS in names:
                _theirs(desk(house, THEIRS), policy_text)
            house.follow()
            client = opened.enter_context(
                served(
                    house,
                    INTRUDERS | {"insider": INSIDER},
                    NOW,
                    more=lambda doors: site.routes(doors, lambda: NOW),
                    log=json_lines(logging.ERROR),
                )
            )
            return World(client, house)

        both, alone = world(OURS, THEIRS), world(OURS)
        loot = _looted(both)
        routes = _routes(both.client.app)
        secrets = (CANARY, NUMBER, *loot["stream"], *loot["webhook"], *loot["key"])
        yield Pair(both, alone, Intruder(build().core, routes, loot, tuple(INTRUDERS)), secrets)


@pytest.fixture(scope="module")
def policy_text() -> str:
    from pathlib import Path

    return (Path(__file__).parents[1] / "fixture_agency" / "kota-uji.yaml").read_text()


def _routes(app: Any) -> list[tuple[str, str]]:
    return [
        (method, route.path_format if hasattr(route, "path_format") else route.path)
        for route in app.routes
        if not route.path.startswith(PUBLIC) and not route.path.endswith(ENDLESS)
        for method in route.methods
        if method not in ("OPTIONS", "HEAD")
    ]


def _looted(world: World) -> Loot:
    """What an insider of Coba comes by: ids, names, cursors, keys and positions of its things."""
    told = {"Authorization": "Bearer insider"}

    def call(method: str, path: str, **more: Any) -> Any:
        answer = world.client.request(method, f"/agencies/{THEIRS}{path}", headers=told, **more)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json()

    lists = ("employees", "appraisals", "events")
    pages = " ".join(f"{name}(first: 1) {{ pageInfo {{ endCursor }} edges {{ node {{ id }} }} }}" for name in lists)
    query = f'{{ agency(id: "{THEIRS}") {{ id {pages} }} }}'
    answer = world.client.post("/graphql", json={"query": query}, headers=told).json()
    assert "errors" not in answer, answer
    agency = answer["data"]["agency"]
    events = call("GET", "/events?after=0&limit=200")["events"]
    tokens = call("POST", "/survey-tokens", json=SURVEY | {"point": "loket", "count": 9})["tokens"]
    world.house.follow()
    links = [urlsplit(one["link"]).path.rsplit("/", 1)[1] for one in tokens]
    [receipt] = [world.client.post(f"/survey/{links.pop()}", json={"answers": {"u1": 4}}).json()["receipt"]]
    asked = f'{{ agency(id: "{THEIRS}") {{ appraisal(employee: "zaki", period: "{PERIOD}") {{ {DOCUMENTS} }} }} }}'
    answer = world.client.post("/graphql", json={"query": asked}, headers=told).json()
    [document] = answer["data"]["agency"]["appraisal"]["documents"]
    key = call("POST", "/keys", json={"program": f"{CANARY}-kunci", "scopes": ["log"], "until": "2026-01-01"})
    webhook = call("POST", "/webhooks", json={"url": f"https://203.0.113.9/{CANARY}"})
    export = call("POST", "/exports", json={"data_set": "employees", "format": "csv"})
    ids = [edge["node"]["id"] for name in lists for edge in agency[name]["edges"]]
    return {
        "node": (
            *ids,
            f"{THEIRS}@9/appraisal/zaki/{PERIOD}",
            f"{THEIRS}/employee/zaki",
            f"{OURS}/employee/zaki",
            THEIRS,
        ),
        "id": (THEIRS, "zaki", "disdik"),
        **{f"cursor of {name}": (agency[name]["pageInfo"]["endCursor"],) for name in lists},
        "employee": ("zaki", "zaki", "budi", "ani"),
        "person": ("zaki", "budi"),
        "appraiser": ("agus", "zaki"),
        "user": ("zaki", "budi"),
        "period": (PERIOD, PERIOD, "2025"),
        "unit": ("disdik", "dinkes"),
        "ref": ("kota-uji", "kota-uji@1"),
        "candidate": ("kota-uji@1", "p1"),
        "proposal": ("p1",),
        "name": ("zaki", "p1"),
        "kind": ("employees", "attendance"),
        "report": ("rahasia1",),
        "survey": ("s1",),
        "form": ("report", "rate"),
        "position": ("1", "9", str(events[-1]["position"])),
        "recordedAt": ("2030-01-01T00:00:00Z",),
        "sent": tuple(f"key-{n}" for n in range(1, 9)),
        "stream": tuple(sorted({event["stream"] for event in events})),
        "webhook": (webhook["id"],),
        "export": (export["id"],),
        "key": (key["id"],),
        "appraisal": (
            *(f"{THEIRS}/appraisal/{nip}/{PERIOD}" for nip in ("zaki", "budi")),
            *(f"{OURS}/appraisal/{nip}/{PERIOD}" for nip in ("budi", "ani", "zaki")),
        ),
        "link": (*links, receipt),
        **{f"{name}": (document[name],) for name in ("number", "code", "sha256")},
    }


def test_no_route_takes_an_id_of_another_agency(pair: Pair) -> None:
    sent = list(pair.intruder.sweep())
    pair.send(sent, [-1] * len(sent))
    assert len(sent) > 100


def test_no_attempt_brings_a_byte_of_another_agency(pair: Pair) -> None:
    made, kinds, ways, requests = 0, Counter[str](), Counter[str](), Counter[str]()
    began, used = time.monotonic(), time.process_time()
    numbers = count(FIRST, STEP)
    number = FIRST
    while made < ATTEMPTS:
        before = made
        for sent, attempts in pair.attempts([number := next(numbers) for _ in range(FOLLOWED)]):
            made += attempts
            kinds[sent.kind] += attempts
            requests[sent.kind] += 1
            ways.update({way: min(attempts, times) for way, times in sent.ways.items()})
        if made // TOLD != before // TOLD or made >= ATTEMPTS:
            print(f"{made} attempts, up to request {number}, nothing came back", flush=True)
            print(_table(kinds, requests, ways), flush=True)
    took = time.monotonic() - began
    print(
        f"{made} attempts in {requests.total()} requests, {made / took:.0f} a second"
        f" ({made / (time.process_time() - used):.0f} a second of processor time), no answer"
    )
    # Rare kinds are not all among the few attempts of the suite.
    assert len(kinds) > len(KINDS) // 2


def _table(kinds: Counter[str], requests: Counter[str], ways: Counter[str]) -> str:
    rows = [f"  {kind:36} {kinds[kind]:>9,} in {requests[kind]:>8,} requests" for kind in KINDS]
    return "\n".join([*rows, *(f"  of them {way:28} {times:>9,}" for way, times in sorted(ways.items()))])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_judged(pair: Pair, kind: str) -> None:
    several = [pair.intruder.request_of(kind, number) for number in range(2)]
    assert sum(pair.send(several, range(2))) >= 2


def test_a_hole_in_the_wall_is_found_by_each_kind_that_it_is_in_the_way_of(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Last, for what is sent through it changes one world and not the other."""

    def holed(actor: Actor, agency: str) -> Any:
        return access_scope(structs.replace(actor, agency=agency), agency)

    for asked in (dependencies, context):
        monkeypatch.setattr(asked, "access_scope", holed)
    # What is opened here goes on.
    monkeypatch.setattr(sys.modules[__name__], "PATIENCE", 1)
    assert {
        kind for kind in HELD_BY_SCOPE if any(_comes_through(pair, kind, number) for number in range(30))
    } == HELD_BY_SCOPE


def _comes_through(pair: Pair, kind: str, number: int) -> bool:
    try:
        pair.send([pair.intruder.request_of(kind, number)], [number])
    except AssertionError:
        return True
    return False
