"""A small Surabaya: told once through the service, followed, and asked over HTTP by people of every role."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from litestar import Litestar
from litestar.testing import TestClient
from msgspec import Struct

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.connection_limits import LARGEST_MESSAGE, Limits, guarded, guarded_sockets
from neraca.domain import vocabulary as words
from neraca.domain.achievement import PublishAchievement
from neraca.domain.agency import Agency, Reporting, Unit
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, PlannedResult, Target
from neraca.domain.attendance import RecordAttendance
from neraca.domain.contexts import Actor
from neraca.domain.policy_register import PublishPolicy, SchedulePolicy
from neraca.domain.registry import EVENTS, Command
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import Relation, Role, Scope
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import ensure
from neraca.service import CommandBatch as Sent
from neraca.service import CommandHandler, CommandResult
from neraca.service.simulation import Simulator
from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from neraca.web import site
from projections import ALL

POLICIES = Path(__file__).parents[2] / "policies"
PERIOD = "2025-Q1"
NOW = datetime(2025, 3, 3, 2, tzinfo=UTC)

HEAD, BOSS, ANI = "196501011990031001", "197001011995031001", "198501012010011001"
PEERS = ("198601012010011001", "198701012010011001", "198801012010011001", "198901012010011001")
STRANGER = "199001012015011001"


def agency(id_: str) -> Agency:
    return Agency(
        schema="neraca-agency/1",
        id=id_,
        name={"id": f"Pemerintah Kota {id_.title()}", "en": f"City of {id_.title()}"},
        kind="city",
        time_zone="Asia/Jakarta",
        languages=("id", "en"),
        stage="demonstration",
        units={
            name: Unit(name={"id": f"Dinas {name}"}, activated=date(2025, 1, 1)) for name in ("disdukcapil", "dinkes")
        },
        working_week=("mon", "tue", "wed", "thu", "fri"),
        holidays={},
        reporting=Reporting(cadence="monthly"),
        policies=(),
    )


def actor(id_: str, *roles: Role, of: str | None = "surabaya") -> Actor:
    return Actor(id_, frozenset(roles), of)


ACTORS = {
    "ani": actor(ANI, Role.EMPLOYEE),
    "boss": actor(BOSS, Role.EMPLOYEE),
    "head": actor(HEAD, Role.EMPLOYEE),
    **{f"peer{n}": actor(nip, Role.EMPLOYEE) for n, nip in enumerate(PEERS)},
    "stranger": actor(STRANGER, Role.EMPLOYEE),
    "hr": actor("hr-1", Role.HR),
    "official": actor("official-1", Role.OFFICIAL),
    "surveyor": actor("surveyor-1", Role.SURVEYOR),
    "policy": actor("policy-1", Role.POLICY),
    "auditor": actor("auditor-1", Role.AUDITOR),
    "approver": actor("approver-1", Role.POLICY_APPROVER),
    "admin": actor("admin-1", Role.ADMIN),
    "national": actor("national-1", Role.NATIONAL),
    "integrator": actor("integrator-1", Role.INTEGRATOR),
    **{
        name: Actor(name, frozenset({Role.INTEGRATOR}), "surabaya", frozenset(scopes))
        for name, scopes in {
            "hr-system": {Scope.ROSTER},
            "pay-system": {Scope.DOSSIERS},
            "counter": {Scope.AGGREGATES},
            "archive": {Scope.LOG},
            "bulk": {Scope.DOSSIERS, Scope.LOG, Scope.BULK},
            "nothing": set[Scope](),
        }.items()
    },
    "operator": actor("operator-1", Role.HR, Role.AUDITOR, of=None),
    "platform": actor("operator", Role.ADMIN, Role.POLICY, of=None),
    "founder": actor("operator-2", Role.POLICY, of=None),
    "bandung": actor("hr-2", Role.HR, of="bandung"),
    "everybody": actor("everybody", *Role, of=None),
}


TOKENS = Tokens({f"{who}-token": one for who, one in ACTORS.items()})


class World(Struct, frozen=True):
    """`tell` sends a batch of commands as somebody, past HTTP; `follow` brings the projections up to date."""

    url: str
    client: TestClient[Any]
    service: CommandHandler
    tell: Callable[..., CommandResult]
    follow: Callable[[], None]
    rating: Callable[..., ask.Rate]
    again: Callable[[], Litestar]
    agencies: dict[str, Agency]
    stored: Callable[[int], bytes]
    tokens: Tokens
    now: datetime

    def get(self, path: str, who: str, **headers: str) -> Any:
        return self.client.get(path, headers={"Authorization": f"Bearer {who}-token", **headers})

    def ask(self, who: str, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
        answer = self.client.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {who}-token", **headers},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def data(self, who: str, query: str, variables: dict[str, Any] | None = None) -> Any:
        answer = self.ask(who, query, variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


class Asked(Struct, frozen=True):
    """Called with who asks and the fields: what Uji answers over GraphQL, or the code of the refusal."""

    client: TestClient[Any]

    def __call__(self, who: str, fields: str, as_of: int | None = None) -> Any:
        when = "" if as_of is None else f', asOf: {{position: "{as_of}"}}'
        query = f'{{ agency(id: "uji"{when}) {{ {fields} }} }}'
        answer = self.client.post("/graphql", json={"query": query}, headers={"Authorization": f"Bearer {who}"}).json()
        return answer["errors"][0]["extensions"]["code"] if "errors" in answer else answer["data"]["agency"]


@pytest.fixture
def asked(served: Any) -> Iterator[Callable[..., Asked]]:
    """Has Uji asked at an instant: by these people of it, by officials, and by programs by their scopes."""
    roles = {role.value: role for role in (Role.HR, Role.AUDITOR, Role.OFFICIAL, Role.POLICY)}
    programs = {scope.value: [scope] for scope in Scope}
    with ExitStack() as opened:

        def ask(city: Any, people: Iterable[str], now: datetime, **more: Sequence[Scope]) -> Asked:
            everybody = roles | dict.fromkeys(people, Role.EMPLOYEE)
            actors = {who: actor(who, role, of="uji") for who, role in everybody.items()}
            for name, scopes in (programs | more).items():
                actors[name] = Actor(name, frozenset({Role.INTEGRATOR}), "uji", frozenset(scopes))
            return Asked(opened.enter_context(served(city.house, actors, now)))

        yield ask


AGENCIES = {name: agency(name) for name in ("surabaya", "bandung")}


@pytest.fixture(scope="session")
def told_quarter(new_database: Callable[..., str]) -> str:
    """The database in which the quarter was told and followed: once, and each file has a copy."""
    url = new_database()
    migrate(url, AGENCIES)
    ensure(url, ALL)
    with open_pool(url) as pool:
        mapper = EventMapper(EVENTS)
        _tell_the_quarter(_teller(CommandHandler(Ledger(pool), Log(pool), mapper, AGENCIES), "quarter"))
        assert [one for one in Follower(url, ALL, mapper.decode).catch_up() if one.failure] == []
    return url


def _teller(service: CommandHandler, key: str) -> Callable[..., CommandResult]:
    numbers = count(1)

    def tell(who: str, *commands: Command, now: datetime = NOW) -> CommandResult:
        batch = Sent(
            agency=ACTORS[who].agency or "surabaya",
            actor=ACTORS[who],
            commands=commands,
            now=now,
            key=f"{key}-{next(numbers)}",
        )
        return service.handle(batch)

    return tell


@pytest.fixture(scope="module")
def world(new_database: Callable[..., str], told_quarter: str) -> Iterator[World]:
    url, agencies = new_database(told_quarter), {**AGENCIES}
    mapper = EventMapper(EVENTS)
    with open_pool(url) as pool, Follower(url, ALL, mapper.decode).connected() as catch_up:
        service = CommandHandler(Ledger(pool), Log(pool), mapper, agencies)
        tell = _teller(service, "told")

        def follow() -> None:
            assert [one for one in catch_up(None) if one.failure] == []

        def app() -> Litestar:
            return create(
                service=service,
                url=url,
                agencies=agencies,
                tokens=TOKENS,
                clock=lambda: NOW,
                simulator=Simulator(url, service.policies, agencies),
                more=lambda doors: site.routes(doors, lambda: NOW),
            )

        def stored(position: int) -> bytes:
            return Log(pool).read("surabaya", position - 1, 1)[0].data

        with TestClient(app(), raise_server_exceptions=False) as client:
            yield World(url, client, service, tell, follow, rating, app, agencies, stored, TOKENS, NOW)


@contextmanager
def _behind_a_port(app: Litestar) -> Iterator[str]:
    # Said to be TCP, or else each answer waits 40 ms for the last one's to be acknowledged.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        limits = Limits(reading=timedelta(seconds=0.5))
        config = uvicorn.Config(
            app,
            log_config=None,
            lifespan="on",
            http=guarded(limits),
            ws=guarded_sockets(limits),
            ws_max_size=LARGEST_MESSAGE,
        )
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        while not running.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.should_exit = True
        running.force_exit = True
        thread.join()


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[str]:
    """The same application, opened a second time behind a port."""
    with _behind_a_port(world.again()) as address:
        yield address


@pytest.fixture
def serving() -> Callable[[Litestar], AbstractContextManager[str]]:
    """Puts an application behind a port, as long as the context is open, whose value is the address."""
    return _behind_a_port


def _tell_the_quarter(tell: Callable[..., CommandResult]) -> None:
    tell("founder", publish("surabaya/kota-surabaya.yaml"))
    tell("founder", SchedulePolicy(id="id.jatim.kota-surabaya", version=1, since=date(2025, 1, 1)))
    for name, nip, supervisor in (
        ("Kepala", HEAD, None),
        ("Budi", BOSS, HEAD),
        ("Ani", ANI, BOSS),
        *((f"Rekan {n}", nip, BOSS) for n, nip in enumerate(PEERS)),
    ):
        _hire(tell, "hr", name, nip, "disdukcapil", supervisor)
    _hire(tell, "hr", "Orang Lain", STRANGER, "dinkes", HEAD)
    _hire(tell, "bandung", "Cecep", "197501012000031001", "disdukcapil", None)
    for nip in (ANI, *PEERS, STRANGER):
        tell("hr", ask.OpenAppraisal(employee=nip, period=PERIOD))
    tell(
        "ani", ask.DraftPlan(employee=ANI, period=PERIOD, results=RESULTS), ask.SubmitPlan(employee=ANI, period=PERIOD)
    )
    tell("boss", ask.ApprovePlan(employee=ANI, period=PERIOD))
    for report, result, target, actual in (("l1", "r1", "t1", "330"), ("l2", "r2", "t2", "18")):
        tell(
            "ani",
            ask.ReportProgress(
                employee=ANI,
                period=PERIOD,
                report=report,
                result=result,
                target=target,
                until=date(2025, 3, 1),
                actual=Decimal(actual),
                evidence=[Evidence("Rekap layanan", "https://contoh.go.id/rekap")],
            ),
        )
        tell("boss", ask.AcceptReport(employee=ANI, period=PERIOD, report=report, feedback="sesuai"))
    tell("ani", ask.ReportActivity(employee=ANI, period=PERIOD, report="a1", day=date(2025, 3, 3), activity="Loket"))
    tell("boss", rating(Relation.SUPERVISOR, 2))
    tell("peer0", rating(Relation.PEER, 2, note="rajin"))
    tell("peer1", rating(Relation.PEER, 3))
    tell("official", fact("inovasi_diterapkan", "1"))
    tell("hr", RecordAttendance(employee=ANI, month="2025-01", required_days=21, late=1))
    tell(
        "official",
        PublishAchievement(unit="disdukcapil", period=PERIOD, index=Decimal("98.5"), predicate="baik", source="LKjIP"),
    )


RESULTS = [
    PlannedResult("r1", "KTP terbit", [Target("t1", "KTP terbit", "berkas", Decimal(300), Decimal(60))]),
    PlannedResult(
        "r2", "Pengaduan turun", [Target("t2", "Pengaduan", "buah", Decimal(20), Decimal(40), polarity="min")]
    ),
]
RATED: tuple[str, ...] = (
    "berorientasi_pelayanan",
    "akuntabel",
    "kompeten",
    "harmonis",
    "loyal",
    "adaptif",
    "kolaboratif",
    "interaksi_masyarakat",
    "interaksi_kolega",
)


def rating(relation: Relation, value: int, note: str | None = None) -> ask.Rate:
    scores = dict.fromkeys(RATED, Decimal(value))
    return ask.Rate(employee=ANI, period=PERIOD, relation=relation, scores=scores, note=note)


def fact(name: str, number: str) -> ask.EstablishFact:
    return ask.EstablishFact(employee=ANI, period=PERIOD, fact=name, basis="SK 1/2025", number=Decimal(number))


def publish(file: str) -> PublishPolicy:
    """A shipped policy, but with a plan for each appraisal: what is told here is told of one quarter."""
    texts = {name: (POLICIES / name).read_text() for name in ("nasional/permenpanrb-6-2022.yaml", file)}
    texts[file] = re.sub(r"\nworkflow:\n(?:  .*\n)+", "\n", texts[file])
    return PublishPolicy(file=file, texts=texts, reason="contoh")


def _hire(tell: Callable[..., CommandResult], who: str, name: str, nip: str, unit: str, supervisor: str | None) -> None:
    tell(
        who,
        RegisterEmployee(
            employee=nip,
            name=name,
            employment_type=words.EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=words.PositionClass.FUNCTIONAL,
            since=date(2025, 1, 1),
        ),
        AssignEmployee(employee=nip, unit=unit, since=date(2025, 1, 1), supervisor=supervisor),
    )
