"""Random years: a demo's year of another seed, some of it lost, late or sent twice, and among it whatever else a
command can ask, time that passes, servers that stop, and read models that fall behind.

A year is written whole before it is lived, each happening by a chance of its own: so a year that shows a fault may be
cut down to the few happenings that it takes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import groupby
from random import Random
from threading import Thread
from typing import Any, TypeAlias

import msgspec
import pytest
from msgspec import Struct, inspect, structs

from neraca.demo.scope import Part, part
from neraca.demo.year import write
from neraca.domain.agency import Adoption, Agency
from neraca.domain.appraisal.commands import AcceptReport, JoinParts, OpenAppraisal, ReportActivity
from neraca.domain.authorisation import ROLES
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.registry import COMMANDS, Command
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import Role
from neraca.policy.library import Library
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import ensure
from neraca.service import CommandBatch, CommandResult
from neraca.service.observation import observe
from projections import ALL

LAW = "id.nasional.permenpanrb-6-2022"
BEGIN = date(2025, 1, 1)
AFTER = date(2026, 4, 30)
"""When all that a year brings with it is done."""


class Send(Struct, frozen=True):
    """By the first server or the second; `again` is how often it is sent once more under its key."""

    actor: Actor
    commands: tuple[Command, ...]
    server: int = 0
    again: int = 0


class Tick(Struct, frozen=True):
    """By so many servers at the same moment, whose clocks are off by `off`."""

    servers: int = 1
    off: timedelta = timedelta()


class Follow(Struct, frozen=True):
    batch: int


class Read(Struct, frozen=True):
    """What can be read then is kept, to be read as of then at the end."""


class Restart(Struct, frozen=True):
    server: int


Act: TypeAlias = Send | Tick | Follow | Read | Restart


class Happening(Struct, frozen=True):
    at: datetime
    act: Act


class Year(Struct, frozen=True):
    """`people` are those whose appraisals are lived."""

    agency: Agency
    people: frozenset[str]
    happenings: list[Happening]


def agencies(library: Library) -> list[Agency]:
    """Those that are shipped, and one that goes by the nation's rule alone, by the quarter, in two forms."""
    found = [one for one in library.agencies.values() if one.stage != "production"]
    [plain] = [one for one in found if one.id == "bandung"]
    others = tuple(one for one in plain.policies if "tpp" in one.id or "kredit" in one.id)
    for form in ("triwulan", "harian.triwulan"):
        by_law = Adoption(f"{LAW}.{form}", 1, BEGIN)
        found.append(structs.replace(plain, policies=(by_law, *others)))
    return found


def written(library: Library, seed: int) -> Year:
    chance = Random(f"years/{seed}")
    agency = chance.choice(agencies(library))
    told = part(agency, lambda adoption: library.get(adoption.id, adoption.version).policy)
    assert isinstance(told, Part), told
    people = chance.randint(8, 12)
    steps = write(told, people, seed, 365, "").steps
    everybody = sorted({one.employee for step in steps for one in step.commands if isinstance(one, RegisterEmployee)})
    followed = frozenset(chance.sample(everybody, 3))
    meddling = Meddling(steps, agency, library)
    happenings: list[Happening] = []
    for number, step in enumerate(steps):
        own = Random(f"{seed}/{number}")
        if _is_of_others(step.commands[0], followed) or (_is_daily(step.commands[0]) and own.random() < 0.9):
            continue
        happenings += _disturbed(step, own)
    for number in range(chance.randint(30, 50)):
        own = Random(f"{seed}/meddling/{number}")
        happenings += meddling.burst(own, _some_time(own), followed)
    for number in range(chance.randint(8, 14)):
        own = Random(f"{seed}/clock/{number}")
        off = timedelta(days=own.randint(-40, 40)) if own.random() < 0.3 else timedelta()
        happenings.append(Happening(_some_time(own), Tick(own.choice((1, 1, 2)), off)))
    for number in range(chance.randint(6, 10)):
        own = Random(f"{seed}/follow/{number}")
        happenings.append(Happening(_some_time(own), Follow(own.choice((1, 7, 100)))))
    happenings += [Happening(_some_time(chance), Read()) for _ in range(2)]
    happenings += [Happening(_some_time(chance), Restart(chance.randrange(2))) for _ in range(2)]
    happenings.sort(key=lambda one: one.at)
    return Year(agency, followed, happenings)


def _some_time(chance: Random) -> datetime:
    first = datetime.fromisoformat("2025-01-01T01:00:00+00:00")
    return first + timedelta(minutes=chance.randrange(int((AFTER - BEGIN) / timedelta(minutes=1))))


def _is_of_others(command: Command, followed: frozenset[str]) -> bool:
    """All are hired, but few are appraised: a year costs by its events."""
    return (hasattr(command, "period") or hasattr(command, "month")) and getattr(
        command, "employee", None
    ) not in followed | {None}


def _is_daily(command: Command) -> bool:
    return isinstance(command, ReportActivity) or (isinstance(command, AcceptReport) and "harian" in command.report)


def _disturbed(step: Any, own: Random) -> Iterator[Happening]:
    """Lost, late, sent again under its key or another, or as it is."""
    sent = Send(step.actor, step.commands, own.randrange(2), again=own.choice((0, 0, 0, 0, 1)))
    luck = own.random()
    if isinstance(step.commands[0], RegisterEmployee | AssignEmployee):
        luck = 0.5  # who is not there has no year
    if luck < 0.01:
        return
    late = timedelta(hours=own.randint(1, 20 * 24)) if luck < 0.03 else timedelta()
    yield Happening(step.at + late, sent)
    if luck > 0.97:
        yield Happening(step.at + timedelta(hours=own.randint(1, 60 * 24)), sent)


def _next_version(library: Library, adoption: Adoption) -> dict[str, Any]:
    """What publishes and schedules the same text as another version."""
    found = library.get(adoption.id, adoption.version)
    texts = dict(found.sources)
    was, next_ = f"\nversion: {found.policy.version}\n", f"\nversion: {found.policy.version + 1}\n"
    texts[found.file] = texts[found.file].replace(was, next_)
    return {"file": found.file, "texts": texts, "id": adoption.id, "version": found.policy.version + 1}


class Meddling:
    """Any command there is, of values that the year's own commands have in fields of the name, and others that fit."""

    def __init__(self, steps: list[Any], agency: Agency, library: Library) -> None:
        self.agency = agency
        self.drafts = [_next_version(library, one) for one in agency.policies]
        self.known: defaultdict[str, list[Any]] = defaultdict(list)
        self.bosses: dict[str, set[str]] = defaultdict(set)
        self.clerks = {role: step.actor for step in steps for role in step.actor.roles if role is not Role.EMPLOYEE}
        self.opened: list[tuple[str, str, datetime]] = []
        for step in steps:
            for command in step.commands:
                self._learn(command)
                if isinstance(command, OpenAppraisal | JoinParts):
                    self.opened.append((command.employee, command.period, step.at))
                if (boss := getattr(command, "supervisor", None)) is not None:
                    self.bosses[command.employee].add(boss)
        self.known["appraiser"] = sorted({boss for all_ in self.bosses.values() for boss in all_})
        self.known["proposal"] = ["p1"]
        self.known["parts"] += [[f"2025-Q{n}" for n in (1, 2, 3, 4)], ["2025-S1", "2025-S2"]]
        for same, as_ in SAME.items():
            self.known[same] += self.known[as_]

    def _learn(self, value: Struct) -> None:
        for name, one in structs.asdict(value).items():
            kept = self.known[name]
            if one not in (None, [], ()) and len(kept) < 500 and one not in kept[-3:]:
                kept.append(one)

    def burst(self, own: Random, at: datetime, followed: frozenset[str]) -> Iterator[Happening]:
        """A few commands to the same aggregate, of the same thing, within days."""
        family = own.choice([*FAMILIES, *OFTEN * (len(FAMILIES) // 2)])
        begun = sorted(one for one in self.opened if one[0] in followed and one[2] <= at)
        employee, period, _ = own.choice(begun) if begun else (own.choice(sorted(followed)), "2025", at)
        bosses = sorted(self.bosses[employee])
        about: dict[str, Any] = {"employee": employee, "period": period, "decree": own.choice(("SK 1", "SK 2"))}
        about |= {
            name: own.choice(self.known[name]) for name in ("unit", "survey", "report", "guidance") if self.known[name]
        }
        if "draft-work-plan" in family or "fix-credit" in family:
            about["period"] = "2025"
        about |= own.choice(self.drafts)
        about |= {"appraiser": own.choice(bosses), "month": f"{at:%Y-%m}"} if bosses else {}
        for _ in range(own.choice((1, 2, 3, 5, 8))):
            tag = own.choice([one for one in family if one not in RARE or own.random() < 0.1] or family)
            given = {name: value for name, value in about.items() if own.random() < 0.9}
            made = self.command(tag, own, at.date(), given)
            sent = Send(self._actor(own, tag, made), (made,), own.randrange(2), again=own.choice((0, 0, 0, 1)))
            yield Happening(at, sent)
            at += timedelta(hours=own.choice((0, 1, 24, 24 * 7)))

    def command(self, tag: str, own: Random, day: date, about: Mapping[str, Any]) -> Any:
        kind = inspect.type_info(COMMANDS[tag])
        assert isinstance(kind, inspect.StructType)
        for _ in range(100):
            made = self._struct(kind, own, day)
            made |= {name: value for name, value in about.items() if name in made}
            try:
                return msgspec.convert(made | {"command": tag}, COMMANDS[tag])
            except msgspec.ValidationError:
                pass  # another command has a field of the name, of another kind
        raise AssertionError(f"nothing fits {tag}")

    def _actor(self, own: Random, tag: str, made: Any) -> Actor:
        roles = sorted(ROLES[tag])
        role = Role.EMPLOYEE if Role.EMPLOYEE in roles and own.random() < 0.8 else own.choice(roles)
        if role is Role.CLOCK:
            return Actor("neraca:clock", frozenset({role}), self.agency.id)
        if role is Role.POLICY and own.random() < 0.8:
            return Actor("operator", frozenset({role}))
        if role is not Role.EMPLOYEE:
            return self.clerks.get(role) or Actor(f"{role}", frozenset({role}), self.agency.id)
        appraiser = getattr(made, "appraiser", None)
        who = getattr(made, "employee", None) or appraiser or own.choice(self.known["employee"])
        boss = appraiser or own.choice(sorted(self.bosses[who]) or [who])
        above = own.choice(sorted(self.bosses[boss]) or [boss])
        around = [who] * 4 + [boss] * 4 + [above] * 2 + [own.choice(self.known["employee"])]
        return Actor(own.choice(around), frozenset({Role.EMPLOYEE}), self.agency.id)

    def _struct(self, kind: inspect.StructType, own: Random, day: date) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for field in kind.fields:
            if field.required or own.random() < 0.5:
                made[field.encode_name] = self._field(field.name, field.type, own, day)
        return made

    def _field(self, name: str, type_: inspect.Type, own: Random, day: date) -> Any:
        seen = self.known[name]
        if isinstance(type_, inspect.DateTimeType):
            return datetime.combine(day, time(own.randrange(24)), UTC)
        if isinstance(type_, inspect.DateType):
            return self._date(own, day)
        # Another command may have a field of the name, of another shape.
        if seen and own.random() < 0.8 and _is_shaped(one := own.choice(seen), type_):
            return msgspec.to_builtins(one, builtin_types=(Decimal, date, datetime))
        return self._value(name, type_, own, day)

    def _date(self, own: Random, day: date) -> date:
        month = day.replace(day=1)
        near = [day, day, day, month, (month + timedelta(days=32)).replace(day=1), month - timedelta(days=1)]
        near += [day + timedelta(days=own.randint(-90, 90)), date(2025, 12, 31), BEGIN]
        return own.choice(near)

    def _value(self, name: str, type_: inspect.Type, own: Random, day: date) -> Any:
        match type_:
            case inspect.Metadata():
                if "year" in (type_.extra or {}):
                    return own.choice((2024, 2025, 2026))
                is_text = "kind" in (type_.extra or {})
                return self._text(type_, own) if is_text else self._value(name, type_.type, own, day)
            case inspect.StrType():
                return own.choice(("satu", "dua", "tiga"))
            case inspect.DecimalType():
                return Decimal(own.choice(("1", "2", "3", "4", "50", "80", "100", "0", "37.5")))
            case inspect.IntType():
                return own.choice((0, 1, 5, 20, 60, 300))
            case inspect.DateType():
                return self._date(own, day)
            case inspect.BoolType():
                return own.random() < 0.5
            case inspect.ListType() | inspect.VarTupleType():
                return [self._field(name, type_.item_type, own, day) for _ in range(own.choice((1, 2, 3)))]
            case inspect.DictType():
                return {
                    self._value(name, type_.key_type, own, day): self._value(name, type_.value_type, own, day)
                    for _ in range(own.choice((1, 2)))
                }
            case inspect.EnumType():
                members: list[Enum] = list(type_.cls)
                return own.choice(members).value
            case inspect.LiteralType():
                return own.choice(type_.values)
            case inspect.UnionType():
                one = next(one for one in type_.types if not isinstance(one, inspect.NoneType))
                return self._field(name, one, own, day)
            case inspect.StructType():
                return self._struct(type_, own, day)
            case _:
                raise AssertionError(type_)

    def _text(self, type_: inspect.Metadata, own: Random) -> str:
        """Of a kind that is told by its words (text_kinds)."""
        return own.choice(WORDS.get((type_.extra or {})["kind"].what, ("satu", "satu", "dua")))


def _is_shaped(value: object, type_: inspect.Type) -> bool:
    match type_:
        case inspect.Metadata():
            return _is_shaped(value, type_.type)
        case inspect.UnionType():
            return any(_is_shaped(value, one) for one in type_.types)
        case inspect.StructType():
            return isinstance(value, type_.cls)
        case inspect.DictType():
            return isinstance(value, dict)
        case inspect.ListType() | inspect.VarTupleType():
            return isinstance(value, list | tuple)
        case _:
            return not isinstance(value, list | tuple | dict | Struct)


WORDS = {
    "a period": (
        "2025",
        "2025-Q1",
        "2025-Q2",
        "2025-Q3",
        "2025-Q4",
        "2025-01",
        "2025-07",
        "2025-01..06",
        "2025-07..12",
    ),
    "a month": ("2025-01", "2025-03", "2025-06", "2025-12"),
    "an address": ("arsip:uji/1", "https://contoh.go.id/rekap"),
    "a file name": ("uji.yaml",),
}
SAME = {"to": "employee", "of": "period", "respondent": "rater", "by": "decree"}
"""Fields whose values are those of another."""

RARE = frozenset({"retire-employee", "cancel-appraisal", "exempt-employee", "assign-study", "cut-appraisal"})
"""Commands after which little else can be sent of the employee."""

FAMILIES = [
    sorted(tags)
    for _, tags in groupby(
        sorted(COMMANDS, key=lambda tag: COMMANDS[tag].__mro__[1].__name__), lambda tag: COMMANDS[tag].__mro__[1]
    )
]
"""What can be asked of each aggregate."""

OFTEN = [one for one in FAMILIES if "finalise" in one or "register-employee" in one or "draft-work-plan" in one]


DRAWING = frozenset({"rater-draw.opened", "appraisal.raters-assigned", "appraisal.ratings-closed"})
"""What the clock does about raters, which is no news of a time limit and is not counted among it."""


class Living:
    """A year as it is lived, on two servers over one database."""

    drawing = DRAWING

    def __init__(self, first: Any, second: Any, agency: Agency, read: Callable[[date], Any]) -> None:
        self.servers = [first, second]
        self.agency = agency
        self.last = datetime.min.replace(tzinfo=UTC)
        self.read = read
        self.held = ExitStack()
        self.kept: list[tuple[date, int, Any]] = []
        self.accepted: defaultdict[str, int] = defaultdict(int)
        self.refused: defaultdict[str, int] = defaultdict(int)
        self.told: list[int] = []

    def live(self, year: Year) -> None:
        ensure(self.servers[0].url, ALL)
        self.last = year.happenings[-1].at
        for number, one in enumerate(year.happenings):
            self.happen(one.act, one.at, f"year/{number}")

    def happen(self, act: Act, at: datetime, key: str) -> None:
        match act:
            case Send():
                self.send(act, at, key)
            case Tick():
                self.tick(act, at)
            case Follow():
                self.follow(act.batch)
            case Read():
                self.follow(1_000)
                position = self.servers[0].log.head(self.agency.id)
                self.kept.append((at.date(), position, self.read(at.date())))
            case Restart():
                self.servers[act.server] = self.held.enter_context(self.servers[0].again())

    def send(self, sent: Send, at: datetime, key: str) -> None:
        batch = CommandBatch(agency=self.agency.id, actor=sent.actor, commands=sent.commands, now=at, key=key)
        tags = [str(one.__struct_config__.tag) for one in sent.commands]
        try:
            done = self.servers[sent.server].service.handle(batch)
        except Refusal as refused:
            for tag in tags:
                self.refused[f"{tag}: {refused}"] += 1
            return
        for tag in tags:
            self.accepted[tag] += 1
        if Role.CLOCK in sent.actor.roles:
            self.told.append(sum(one.type not in DRAWING for one in done.events))
        for _ in range(sent.again):
            again: CommandResult = self.servers[1 - sent.server].service.handle(batch)
            assert (again.replayed or not done.events, again.events, again.position) == (
                True,
                done.events,
                done.position,
            )

    def tick(self, act: Tick, at: datetime) -> None:
        failed: list[Exception] = []

        def look(house: Any) -> None:
            try:
                told = observe(house.service, house.url, self.agency, at + act.off)
                self.told.append(told.opened + told.reminded + told.passed)
            except Exception as error:
                failed.append(error)

        looking = [Thread(target=look, args=(house,)) for house in self.servers[: act.servers]]
        for one in looking:
            one.start()
        for one in looking:
            one.join()
        if failed:
            raise failed[0]

    def tick_again(self) -> int:
        """How much is told the second time of one moment, once read models know of the first."""
        self.tick(Tick(servers=2), self.last)
        self.follow(1_000)
        before = sum(self.told)
        self.tick(Tick(servers=2), self.last)
        return sum(self.told) - before

    def follow(self, batch: int) -> None:
        house = self.servers[0]
        for one in Follower(house.url, ALL, house.mapper.decode, batch=batch).catch_up():
            assert one.failure is None, one.failure
            assert one.lag == 0


@pytest.fixture
def write_year(shipped: Library) -> Callable[[int], Year]:
    return lambda seed: written(shipped, seed)


@pytest.fixture
def living() -> type[Living]:
    return Living


@pytest.fixture(scope="module")
def meddling(shipped: Library) -> Callable[[str], Any]:
    """Makes a command by its tag."""
    agency = agencies(shipped)[0]
    told = part(agency, lambda adoption: shipped.get(adoption.id, adoption.version).policy)
    assert isinstance(told, Part)
    steps = write(told, 8, 1, 365, "").steps
    chance = Random("meddling")
    made = Meddling(steps, agency, shipped)
    return lambda tag: made.command(tag, chance, BEGIN, {"employee": "budi"})
