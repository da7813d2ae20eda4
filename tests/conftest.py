"""A real PostgreSQL for every test that wants one.

`database` is a fresh, migrated database for one test, and in `followed_database` the read models are made as well;
`file_database` is one for a whole test file, to be used in transactions that are rolled back. All are URLs, and cheap
copies of one template. `server_url` is the server itself: the one in NERACA_DATABASE_URL, whose user must be a
superuser, else the embedded one on fast storage.

`fixture_agencies` are two agencies of a few people, `fixture_agency` is one of them.
`shipped` are this repository's policies and agencies, `open_service` puts the service over a database, and
`seeded_year` is a whole synthetic year of the five agencies, to be read only: it is made once.
"""

import gc
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from threading import Event as Signal
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from litestar.testing import TestClient
from msgspec import Struct, structs
from psycopg import sql
from xdist.scheduler import LoadFileScheduling

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.demo.run import DemoContext, play
from neraca.demo.simulation import Size
from neraca.domain import streams
from neraca.domain.agency import Agency, Reporting
from neraca.domain.agency import Unit as Office
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, Feeds, PlannedResult, Target
from neraca.domain.contexts import Actor
from neraca.domain.envelope import Envelope
from neraca.domain.policy_register import NameShadow, ProposePolicy, PublishPolicy, SchedulePolicy
from neraca.domain.registry import EVENTS, Command, Event
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Relation, Role
from neraca.policy.library import Library
from neraca.projecting.follower import Follower, FollowerStatus
from neraca.projecting.rebuild import ensure
from neraca.service import CommandBatch as Sent
from neraca.service import CommandHandler, CommandResult
from neraca.service.adoption import adopt
from neraca.service.policies import PolicyRepository
from neraca.service.simulation import Simulation, Simulator
from neraca.store import embedded
from neraca.store.ledger import Append, Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from projections import ALL

ROOT = Path(__file__).parents[1]
FAST = Path("/dev/shm")
FOLDER = re.compile(r"neraca-tests-(\d+)-.*")
LONGEST = (
    "tests/readme/test_readmes.py",
    "tests/demo/test_default_size.py",
    "tests/api/test_rater_privacy.py",
    "tests/projections/test_older_ledgers.py",
    "tests/api/test_fuzz.py",
    "tests/store/embedded/test_embedded.py",
    "tests/service/test_altered_logs.py",
    "tests/api/test_as_of.py",
    "tests/demo/test_demo.py",
    "tests/years/test_random_years.py",
    "tests/api/test_schemathesis.py",
    "tests/demo/test_any_agency.py",
    "tests/policy/test_engine_against_reference.py",
    "tests/anonymity/test_raters.py",
    "tests/projecting/test_crashes.py",
    "tests/cli/test_doctor.py",
    "tests/store/embedded/test_supervisor.py",
    "tests/api/test_plan_tree_as_of.py",
    "tests/anonymity/test_citizens.py",
    "tests/policy/test_effects.py",
)
"""Files that take longest, in that order: begun last, one worker would be at them when the others have nothing left."""


class Schedule(LoadFileScheduling):
    """A file to a worker, but all that read the seeded year to one: it is lived once, and not in each of them."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "seeded_year" if _reads_the_seeded_year(file) else file


@cache
def _reads_the_seeded_year(file: str) -> bool:
    return "seeded_year: " in (ROOT / file).read_text("utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Schedule | None:
    return Schedule(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: to look it through for garbage, again and again, takes seconds."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Every other worker begins with the last file: in a fresh clone each is then compiled by one of them only."""
    report = yield
    if isinstance(collector, pytest.Dir) and _number(collector.config) % 2:
        report.result = [*reversed(report.result or [])]
    return report


def _number(config: pytest.Config) -> int:
    """Of this worker; 0 where there are none."""
    worker: str = getattr(config, "workerinput", {}).get("workerid", "gw0")
    return int(worker.removeprefix("gw"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker the longest come first; else the order is that of the files."""
    if of_two := [item.nodeid for item in items if _has_two_databases(item)]:
        raise pytest.UsageError(
            f"a city has a database of its own, its house.url; so no other is to be asked for: {of_two}"
        )
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _has_two_databases(item: pytest.Item) -> bool:
    asked = {*getattr(item, "fixturenames", ())}
    return "fixture_agencies" in asked and not asked.isdisjoint({"database", "followed_database", "file_database"})


def _turn(item: pytest.Item) -> tuple[int, list[str]]:
    """Of its file; by its name too, since workers collect in different orders and are to say the same."""
    file = item.nodeid.split("::", 1)[0]
    if _reads_the_seeded_year(file):
        return 0, file.split("/")
    return LONGEST.index(file) + 1 if file in LONGEST else len(LONGEST) + 1, file.split("/")


@pytest.fixture(scope="session")
def fast_folder() -> Iterator[Path]:
    """A folder in memory where there is one, gone after the session; those of killed sessions go too."""
    parent = FAST if os.access(FAST, os.W_OK) else Path(tempfile.gettempdir())
    for left in parent.iterdir():
        if (named := FOLDER.fullmatch(left.name)) and not Path("/proc", named[1]).exists():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"neraca-tests-{os.getpid()}-", dir=parent) as folder:
        yield Path(folder)


def _programs_in(*folders: Path) -> dict[int, str]:
    found: dict[int, str] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or is another user's
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            told = f"{place.joinpath('cwd').readlink()}/ {words}"
            if any(f"{folder}/" in told for folder in folders):
                found[int(place.name)] = words.strip()
    found.pop(os.getpid(), None)
    return found


@pytest.fixture(scope="session")
def programs_in() -> Callable[..., dict[int, str]]:
    """The command lines, by process, of what runs in one of these folders or was told of something in it."""
    return _programs_in


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_running(fast_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fails the last test of a session that leaves a server, or whatever else, at work in the folders of its tests."""
    yield
    folders, pause = (fast_folder, tmp_path_factory.getbasetemp()), Signal()
    left = _programs_in(*folders)
    for _ in range(150):  # a server goes a moment after those who used it
        if not left:
            return
        pause.wait(timedelta(milliseconds=200).total_seconds())
        left = _programs_in(*folders)
    pytest.fail(f"left running: {left}")


@pytest.fixture(scope="session")
def server_url(fast_folder: Path) -> Iterator[str]:
    """A superuser's URL of a running server."""
    if given := os.environ.get("NERACA_DATABASE_URL"):
        yield given
        return
    home = fast_folder / "session"
    with embedded.open(home, fsync=False, linger_seconds=0) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            # It would go round hundreds of databases that nobody reads again.
            connection.execute("alter system set autovacuum = off")
            connection.execute("select pg_reload_conf()")
        yield server.url
    assert embedded.stopped(home, within_seconds=30)


@pytest.fixture(scope="session")
def new_database(server_url: str) -> Iterator[Callable[..., str]]:
    """Makes one more migrated database and says its URL: an empty one, or a copy of one to which nobody is connected.
    What was made on a server not ours goes after the session.
    """
    prefix = f"neraca_test_{os.getpid()}"
    numbers = itertools.count(1)
    made: list[str] = []

    def create(name: str, clause: sql.SQL | sql.Composed) -> str:
        server.execute(sql.SQL("create database {} {}").format(sql.Identifier(name), clause))
        made.append(name)
        address = urlsplit(server_url)
        return f"{address.scheme}://{address.netloc}/{name}?{address.query}"  # urlunsplit drops the // of an empty host

    def copy(of: str = f"/{prefix}") -> str:
        clause = sql.SQL("template {} strategy file_copy").format(sql.Identifier(urlsplit(of).path[1:]))
        return create(f"{prefix}_{next(numbers)}", clause)

    with psycopg.connect(server_url, autocommit=True) as server:
        migrate(create(prefix, sql.SQL("template template0 encoding 'UTF8'")))
        yield copy
        if os.environ.get("NERACA_DATABASE_URL"):
            for name in made:
                server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture(scope="session")
def empty_read_models(new_database: Callable[..., str]) -> str:
    url = new_database()
    ensure(url, ALL)
    return url


@pytest.fixture
def followed_database(new_database: Callable[..., str], empty_read_models: str) -> str:
    """A `database` whose read models are made, and empty: to make them takes longer than a short story."""
    return new_database(empty_read_models)


@pytest.fixture(scope="module")
def file_database(new_database: Callable[[], str]) -> str:
    return new_database()


class House(Struct, frozen=True):
    """The service over one database, and the read models it has."""

    url: str
    agencies: Mapping[str, Agency]
    log: Log
    ledger: Ledger
    mapper: EventMapper
    service: CommandHandler
    followed: Callable[[], Sequence[FollowerStatus]]

    def again(self) -> "AbstractContextManager[House]":
        """The same as another process would open it: nothing remembered."""
        return _opened(self.url, self.agencies)

    def adopt(self, library: Library) -> None:
        for agency in self.agencies.values():
            adopted = adopt(self.service, agency, library, datetime(2024, 12, 1, tzinfo=UTC))
            assert not adopted.waiting or agency.stage == "production"
            assert not adopted.crossed

    def follow(self, batch: int | None = None) -> None:
        """As a server does: on one connection, which remembers rows. With `batch`, as one that has just begun."""
        for one in self.followed() if batch is None else self._begun(batch):
            assert one.failure is None, one.failure
            assert one.lag == 0

    def _begun(self, batch: int) -> Sequence[FollowerStatus]:
        ensure(self.url, ALL)
        return Follower(self.url, ALL, self.mapper.decode, batch=batch).catch_up()

    def play(self, library: Library, people: int, days: int, *, seed: int = 2025, serving: bool = False) -> None:
        stagehands = DemoContext(
            service=self.service,
            agencies=self.agencies,
            library=library,
            url=self.url,
            catch_up=self.follow,
            address="http://127.0.0.1:8000",
            token=lambda agency: "operator",
            sign_in=lambda person: f"{person.id}-token",
            now=lambda: datetime(2026, 11, 30, 2, tzinfo=UTC),
        )
        play(stagehands, Size(people, seed), days, serving=serving)


OpenService: TypeAlias = Callable[[str, Mapping[str, Agency]], AbstractContextManager[House]]


@contextmanager
def _opened(url: str, agencies: Mapping[str, Agency], *, migrated: bool = False) -> Generator[House]:
    """`migrated`: it is a copy of a database in which these agencies were opened before."""
    if not migrated:
        migrate(url, agencies)
    with open_pool(url, largest=8) as pool, ExitStack() as kept:
        log, mapper = Log(pool), EventMapper(EVENTS)

        @cache
        def follower() -> Callable[[str | None], Sequence[FollowerStatus]]:
            ensure(url, ALL)
            return kept.enter_context(Follower(url, ALL, mapper.decode).connected())

        def measure(policies: PolicyRepository, agency: str, proposal: str, period: str | None) -> Simulation:
            ensure(url, ALL)
            Follower(url, ALL, mapper.decode).catch_up()
            return Simulator(url, policies, agencies).measured(agency, proposal, period)

        ledger = Ledger(pool)
        service = CommandHandler(ledger, log, mapper, agencies, measure)
        yield House(url, agencies, log, ledger, mapper, service, lambda: follower()(None))


@pytest.fixture(scope="session")
def open_service() -> OpenService:
    return _opened


@pytest.fixture(scope="session")
def served() -> Callable[..., AbstractContextManager[TestClient[Any]]]:
    """Opens the HTTP interface over a house at an instant; whom a token is of, `actors` say by the token."""

    @contextmanager
    def serve(house: House, actors: Mapping[str, Actor], now: datetime, **more: Any) -> Generator[TestClient[Any]]:
        app = create(
            service=house.service,
            url=house.url,
            agencies=house.agencies,
            tokens=Tokens(actors),
            clock=lambda: now,
            **more,
        )
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client

    return serve


@pytest.fixture(scope="session")
def shipped() -> Library:
    files = sorted(file for folder in ("policies", "agencies") for file in (ROOT / folder).rglob("*.yaml"))
    library, _ = Library.read({str(file.relative_to(ROOT)): file.read_text() for file in files}, available_timezones())
    return library


@pytest.fixture(scope="session")
def seeded_year(new_database: Callable[[], str], shipped: Library) -> Iterator[House]:
    with _opened(new_database(), shipped.agencies) as house:
        house.adopt(shipped)
        house.play(shipped, people=10, days=365)
        yield house


POLICY = (Path(__file__).parent / "fixture_agency" / "kota-uji.yaml").read_text()
YEARLY = (Path(__file__).parent / "fixture_agency" / "kota-uji-tahunan.yaml").read_text()
PERIOD = "2025-Q1"
DURING, AFTER = date(2025, 3, 3), date(2025, 4, 8)
PEOPLE = {
    "agus": ("dinkes", None),
    "sri": ("dinkes", "agus"),
    "budi": ("dinkes", "sri"),
    "ani": ("dinkes", "sri"),
    "cici": ("dinkes", "sri"),
    "dedi": ("dinkes", "sri"),
    "tono": ("disdik", "agus"),
    "eko": ("disdik", "tono"),
}
RESULTS = [
    PlannedResult("layanan", "Layanan", [Target("berkas", "Berkas", "berkas", Decimal(100), Decimal(100))]),
    PlannedResult(
        "tim", "Tim", [Target("acara", "Acara", "acara", Decimal(20), feeds=Feeds("realisasi_tim", "target_tim"))]
    ),
]


class FixtureAgency:
    """An agency of eight people under one policy. Offices go by their role: hr, official, surveyor.

    The operator of the deployment goes by policy.
    """

    def __init__(self, house: House, id_: str) -> None:
        self.house = house
        self.id = id_
        self.service = house.service
        told = (int(key.removeprefix("key-")) for key in house.service.keys(id_, "key-"))
        self._keys = itertools.count(max(told, default=0) + 1)

    def tell(self, by: str, *commands: Command, on: date = DURING, **told: Any) -> CommandResult:
        """A batch of commands at noon (UTC+7) of a day, under a key of its own unless one is told."""
        batch = Sent(
            agency=self.id,
            actor=self.actor(by),
            commands=commands,
            now=datetime.combine(on, time(5), UTC),
            key=f"key-{next(self._keys)}",
        )
        return self.service.handle(structs.replace(batch, **told))

    def actor(self, by: str, role: str | None = None) -> Actor:
        """The office's or a person's; with a role, somebody of the agency who has it."""
        if role is None and by == "policy":
            return Actor(by, frozenset({Role.POLICY}), None)
        roles = {Role(role or by)} if role or by in set(Role) else {Role.EMPLOYEE}
        return Actor(by, frozenset(roles), self.id)

    def stream(self, command: Command) -> UUID:
        return streams.stream_of(self.id, command)

    def keep(self, by: str, stream: UUID, *events: Event, on: date = DURING, after: int = 0) -> None:
        """As an older release stored them, whose rules at the door were others, after as many as there are."""
        at = datetime.combine(on, time(5), UTC)
        encoded = [
            self.house.mapper.encode(Envelope(at=at, by=by, correlation=f"dulu-{next(self._keys)}", body=event))
            for event in events
        ]
        stored = [StoredEvent(stream, version, tag, data) for version, (tag, data) in enumerate(encoded, after + 1)]
        self.house.ledger.append(self.id, Append(stored))

    def publish(
        self, text: str = POLICY, *, since: date = date(2025, 1, 1), version: int = 1, **span: Any
    ) -> CommandResult:
        """`span` may have `until`, `classes` and `in_parts`."""
        texts = {"kota-uji.yaml": text.replace("\nversion: 1\n", f"\nversion: {version}\n")}
        return self.tell(
            "policy",
            PublishPolicy(file="kota-uji.yaml", texts=texts, reason="uji"),
            SchedulePolicy(id="kota-uji", version=version, since=since, **span),
        )

    def hire(self) -> None:
        for nip, (unit, supervisor) in PEOPLE.items():
            self.tell(
                "hr",
                RegisterEmployee(
                    employee=nip,
                    name=nip.title(),
                    employment_type=EmploymentType.CIVIL_SERVANT,
                    position="Analis",
                    position_class=PositionClass.OPERATIONAL if unit == "disdik" else PositionClass.FUNCTIONAL,
                    since=date(2025, 1, 1),
                ),
                AssignEmployee(employee=nip, unit=unit, since=date(2025, 1, 1), supervisor=supervisor),
            )

    def plan(self, employee: str, period: str = PERIOD) -> None:
        """Opened, drafted, submitted, approved."""
        which: dict[str, Any] = {"employee": employee, "period": period}
        boss = PEOPLE[employee][1] or ""
        self.tell("hr", ask.OpenAppraisal(**which))
        self.tell(employee, ask.DraftPlan(**which, results=RESULTS), ask.SubmitPlan(**which))
        self.tell(boss, ask.ApprovePlan(**which))

    def report(self, employee: str, actual: int, report: str = "l1", until: date = date(2025, 3, 1)) -> None:
        """Progress of the planned files, accepted."""
        which = {"employee": employee, "period": PERIOD}
        progress = ask.ReportProgress(
            **which,
            report=report,
            result="layanan",
            target="berkas",
            until=until,
            actual=Decimal(actual),
            evidence=[Evidence("Rekap", "arsip:rekap")],
        )
        self.tell(employee, progress)
        self.tell(PEOPLE[employee][1] or "", ask.AcceptReport(**which, report=report))

    def rate(self, employee: str, score: int | str, by: str | None = None) -> CommandResult:
        rater = by or PEOPLE[employee][1] or ""
        relation = Relation.PEER if by else Relation.SUPERVISOR
        scores = {"layanan": Decimal(score), "disiplin": Decimal(score)}
        return self.tell(rater, ask.Rate(employee=employee, period=PERIOD, relation=relation, scores=scores))

    def judge(self, period: str, value: int, on: date, employee: str = "fitri", by: str = "sri") -> None:
        """From opening to a final result, by the fact that an official establishes."""
        which: Any = {"employee": employee, "period": period}
        self.tell("hr", ask.OpenAppraisal(**which), on=on)
        fact = ask.EstablishFact(**which, fact="hasil", number=Decimal(value), basis="uji")
        self.tell("official", fact, on=on)
        self.tell(by, ask.Finalise(**which), on=on)

    def finalise(self, employee: str, on: date = AFTER, by: str | None = None) -> CommandResult:
        return self.tell(by or PEOPLE[employee][1] or "", ask.Finalise(employee=employee, period=PERIOD), on=on)

    def rate_amended(self, period: str = PERIOD, *, layanan: int, disiplin: int = 80, on: date = AFTER) -> None:
        """As Agus, who decided Budi's objection as amended, enacts it; finalising is his as well."""
        scores = {"layanan": Decimal(layanan), "disiplin": Decimal(disiplin)}
        rated = ask.Rate(employee="budi", period=period, relation=Relation.SUPERVISOR, scores=scores)
        self.tell("agus", rated, on=on)

    def score(self, employee: str, actual: int = 90, rating: int = 80) -> None:
        """Everything up to a provisional score."""
        self.plan(employee)
        self.report(employee, actual)
        self.rate(employee, rating)


def _agency(id_: str) -> Agency:
    return Agency(
        schema="neraca-agency/1",
        id=id_,
        name={"id": f"Kota {id_.title()}", "en": f"City of {id_.title()}"},
        kind="city",
        time_zone="Asia/Jakarta",
        languages=("id", "en"),
        stage="demonstration",
        units={unit: Office(name={"id": unit}, activated=date(2025, 1, 1)) for unit in ("dinkes", "disdik")},
        working_week=("mon", "tue", "wed", "thu", "fri"),
        holidays={},
        reporting=Reporting(cadence="monthly"),
        policies=(),
    )


@pytest.fixture(scope="session")
def invented() -> Callable[[str], Agency]:
    """What the file of an invented city says, by the name of its ledger."""
    return _agency


INVENTED = {id_: _agency(id_) for id_ in ("uji", "coba")}


def _hired(agencies: Mapping[str, FixtureAgency], shipped: Library) -> None:
    for one in agencies.values():
        one.publish()
        one.hire()


@pytest.fixture(scope="session")
def staged(new_database: Callable[..., str], shipped: Library) -> Callable[[str], str]:
    """The database of Uji and Coba as a fixture of `STAGES` leaves it: it is lived once, and each test has a copy.

    Read models are there and have followed: to make them takes a test longer than most of what it is about.
    """

    @cache
    def database(stage: str) -> str:
        before, live = STAGES[stage]
        url = new_database() if before is None else new_database(database(before))
        with _opened(url, INVENTED) as house:
            live({id_: FixtureAgency(house, id_) for id_ in INVENTED}, shipped)
            house.follow()
        return url

    return database


@pytest.fixture
def fixture_agencies(
    request: pytest.FixtureRequest, new_database: Callable[..., str], staged: Callable[[str], str]
) -> Iterator[dict[str, FixtureAgency]]:
    """Uji and Coba, with their people and the policy of tests/fixture_agency in force, and what else the test asks."""
    stage = next(one for one in STAGES if one in request.fixturenames)
    with _opened(new_database(staged(stage)), INVENTED, migrated=True) as house:
        yield {id_: FixtureAgency(house, id_) for id_ in INVENTED}


@pytest.fixture(scope="session")
def desk() -> Callable[[House, str], FixtureAgency]:
    """The same to an agency of any house, by the name of its ledger; nobody is hired yet."""
    return FixtureAgency


@pytest.fixture
def fixture_agency(fixture_agencies: dict[str, FixtureAgency]) -> FixtureAgency:
    return fixture_agencies["uji"]


def _paying(agencies: Mapping[str, FixtureAgency], shipped: Library) -> None:
    """Uji, which from April on appraises by the year and by one fact, and credits and pays by policies that are
    shipped. Fitri is an Analis Ahli Pertama there.
    """
    fixture_agency, begin = agencies["uji"], date(2025, 1, 1)
    fixture_agency.publish(YEARLY, version=2, since=date(2025, 4, 1), in_parts=True)
    for ref in ("id.nasional.angka-kredit.akumulasi", "id.jatim.kota-surabaya.tpp"):
        found = shipped.get(ref)
        publish = PublishPolicy(file=found.file, texts=dict(found.sources), reason="uji")
        schedule = SchedulePolicy(id=ref, version=found.policy.version, since=begin)
        fixture_agency.tell("policy", publish, schedule)
    register = RegisterEmployee(
        employee="fitri",
        name="Fitri",
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis Kepegawaian",
        position_class=PositionClass.FUNCTIONAL,
        since=begin,
        career_level="Ahli Pertama",
    )
    fixture_agency.tell("hr", register, AssignEmployee(employee="fitri", unit="dinkes", since=begin, supervisor="sri"))


def _shadowing(agencies: Mapping[str, FixtureAgency], shipped: Library) -> None:
    """A stricter text is proposed and tried in 2026, in which Fitri is judged 93 and Budi 96."""
    city, december, january = agencies["uji"], date(2025, 12, 1), date(2027, 1, 4)
    text = YEARLY.replace("\nversion: 2\n", "\nversion: 3\n").replace("baik: {from: 90}", "baik: {from: 95}")
    propose = ProposePolicy(
        file="kota-uji.yaml", texts={"kota-uji.yaml": text}, reason="Lebih ketat", since=date(2027, 1, 1)
    )
    city.tell("policy", propose, on=december)
    city.tell("policy", NameShadow(proposal="p1", reason="Dicoba setahun", since=date(2026, 1, 1)), on=december)
    city.judge("2025", 91, date(2026, 1, 5))
    city.judge("2026", 93, january)
    city.judge("2026", 96, january, "budi")


def _hasty(agencies: Mapping[str, FixtureAgency], shipped: Library) -> None:
    """Sri judges ten people alike within a moment, Agus ten on as many days and each otherwise."""
    city, since, first = agencies["uji"], date(2025, 1, 1), date(2026, 1, 5)
    for name, supervisor in [*((f"s{n}", "sri") for n in range(10)), *((f"t{n}", "agus") for n in range(10))]:
        register = RegisterEmployee(
            employee=name,
            name=name,
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=PositionClass.FUNCTIONAL,
            since=since,
        )
        place = AssignEmployee(employee=name, unit="dinkes", since=since, supervisor=supervisor)
        city.tell("hr", register, place, on=since)
    for n in range(10):
        city.judge("2025", 95, first, f"s{n}")
        city.judge("2025", 115 if n % 2 else 80, first + timedelta(days=n), f"t{n}", by="agus")


STAGES: Mapping[str, tuple[str | None, Callable[[Mapping[str, FixtureAgency], Library], None]]] = {
    "shadowing_agency": ("paying_agency", _shadowing),
    "hasty_agency": ("paying_agency", _hasty),
    "paying_agency": ("fixture_agencies", _paying),
    "fixture_agencies": (None, _hired),
}
"""What a fixture begins with and what happens then; those that come later first."""


@pytest.fixture
def paying_agency(fixture_agency: FixtureAgency) -> FixtureAgency:
    return fixture_agency


@pytest.fixture
def shadowing_agency(paying_agency: FixtureAgency) -> FixtureAgency:
    return paying_agency


@pytest.fixture
def hasty_agency(paying_agency: FixtureAgency) -> FixtureAgency:
    return paying_agency


@pytest.fixture
def policy() -> str:
    """The text of tests/fixture_agency."""
    return POLICY


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits until it is so; fails after 20 seconds."""

    def wait(so: Callable[[], bool]) -> None:
        pause = Signal()
        for _ in range(1_000):
            if so():
                return
            pause.wait(timedelta(milliseconds=20).total_seconds())
        pytest.fail("it never became so")

    return wait
