"""Tells what windows opened and what time limits came near or passed, in all appraisals of an agency, each once.

However often and wherever this runs: the read model says where there may be something to tell, and each appraisal's own
stream decides what. Two that look at once meet at the version of the stream, and the second finds nothing left to tell.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from threading import Event, Thread
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import asdict, replace

from neraca.domain.agency import Agency
from neraca.domain.appraisal import deadlines
from neraca.domain.appraisal.commands import AssignRaters, ObserveDeadlines
from neraca.domain.appraisal.events import DeadlinePassed, DeadlineReminded, WindowOpened
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.rater_draw import OpenRaterDraw
from neraca.domain.registry import Command
from neraca.domain.vocabulary import DeadlineKind, Role
from neraca.domain.workplan.commands import ObserveWorkPlan
from neraca.domain.workplan.events import PlanDeadlinePassed, PlanDeadlineReminded
from neraca.service.command_batch import CommandBatch, CommandResult
from neraca.service.command_handler import CommandHandler
from neraca.service.open_deadlines import ClockGroup, Deadlines, late_with_reports, read_group, without_plan
from neraca.service.plan_deadlines import WantedPlans
from neraca.service.statements import statement
from neraca.service.stream_locks import Busy
from neraca.store.pool import fetch, open_pool

CLOCK = "neraca:clock"
"""Who tells it, as it stands in the log. No token has this name."""

_TOGETHER = 64
"""Appraisals whose news go into the log at once."""

_OPENED, _REMINDED, _PASSED = (
    frozenset(str(one.__struct_config__.tag) for one in kinds)
    for kinds in ((WindowOpened,), (DeadlineReminded, PlanDeadlineReminded), (DeadlinePassed, PlanDeadlinePassed))
)

T = TypeVar("T")


class Observed(Struct, frozen=True):
    """How much was told of an agency on a day: 0 of everything where all had been told. Who is late with a
    report by then is counted where somebody asks (`with_reports`), and told to no log.
    """

    agency: str
    day: date
    opened: int
    reminded: int
    passed: int
    late_with_reports: int | None = None


def with_reports(told: Observed, service: CommandHandler, url: str, agency: Agency) -> Observed:
    """The same with how many are late with a report on its day, by what the log says of them now."""
    return replace(told, late_with_reports=late_with_reports(url, service.policies, agency, told.day))


def observe(service: CommandHandler, url: str, agency: Agency, now: datetime) -> Observed:
    """Asks each appraisal of which the read model says that something is due. What the read model has not taken in yet
    is found the next time.
    """
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    told = Counter[str]()
    # First, so that the salt is in the log when the first are drawn.
    for several in _drawing(service, url, agency, today):
        for together in _by(_TOGETHER, several):
            _tell(service, agency.id, [_batch(agency.id, command, now) for command in together])
    asked = [*_of_appraisals(service, url, agency, today), *_of_plans(service, url, agency, today)]
    for several in _by(_TOGETHER, asked):
        told += _tell(service, agency.id, [_batch(agency.id, command, now) for command in several])
    opened, reminded, passed = (sum(told[tag] for tag in tags) for tags in (_OPENED, _REMINDED, _PASSED))
    return Observed(agency.id, today, opened, reminded, passed)


def _of_plans(service: CommandHandler, url: str, agency: Agency, today: date) -> list[Command]:
    """Of whom a plan of the year is wanted of which something is to be told."""
    wanted = WantedPlans(service.policies, agency, today)
    if not wanted.asked():
        return []
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        found = [wanted.of(one) for one in without_plan(connection, agency.id, today)]
    return [ObserveWorkPlan(employee=one.employee, period=one.period) for one in found if one is not None and one.news]


def _of_appraisals(service: CommandHandler, url: str, agency: Agency, today: date) -> list[Command]:
    """Each appraisal once."""
    lasting = Deadlines(service.policies, agency)
    found: dict[tuple[str, str], None] = {}
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        for row in fetch(connection, agency.id, statement("running-clocks"), {"agency": agency.id}):
            group = read_group(row)
            due = lasting.of(group)
            if due is None or not lasting.is_news(group, due, today):
                continue
            known = _params(agency.id, group) | {"today": today}
            there = fetch(connection, agency.id, statement("clocks-of-group"), known)
            found |= dict.fromkeys((employee, group.period) for (employee,) in there)
    return [ObserveDeadlines(employee=employee, period=period) for employee, period in found]


def _drawing(service: CommandHandler, url: str, agency: Agency, today: date) -> Iterator[list[Command]]:
    """What assigns raters where the time to rate has begun: for each period its salt, then each appraisal in which
    nobody is assigned.
    """
    lasting = Deadlines(service.policies, agency)
    found: dict[str, list[Command]] = {}
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        for row in fetch(connection, agency.id, statement("running-clocks"), {"agency": agency.id}):
            group = read_group(row)
            rules = lasting.judging(group.period, group.position_class)
            if group.kind is not DeadlineKind.EVALUATION or rules is None or rules.assigning is None:
                continue
            first, last = deadlines.rating_window(group.ends, rules.assigning, agency)
            if first <= today <= last:
                kinds = {"evaluation": DeadlineKind.EVALUATION, "rating": DeadlineKind.RATING}
                there = fetch(connection, agency.id, statement("raters-to-assign"), _params(agency.id, group) | kinds)
                wanted = (AssignRaters(employee=employee, period=group.period) for (employee,) in there)
                found.setdefault(group.period, []).extend(wanted)
    for period, commands in found.items():
        if commands:
            yield [OpenRaterDraw(period=period)]
            yield commands


def _params(agency: str, group: ClockGroup) -> dict[str, Any]:
    return {"agency": agency} | asdict(group)


def _batch(agency: str, command: Command, now: datetime) -> CommandBatch:
    actor = Actor(CLOCK, frozenset({Role.CLOCK}), agency)
    return CommandBatch(agency=agency, actor=actor, commands=(command,), now=now)


def _tell(service: CommandHandler, agency: str, batches: Sequence[CommandBatch]) -> Counter[str]:
    told = Counter[str]()
    for batch, outcome in zip(batches, service.handle_together(agency, batches), strict=True):
        done = _again(service, batch) if isinstance(outcome, Busy) else outcome
        match done:
            case CommandResult():
                told.update(one.type for one in done.events)
            case Refusal():
                pass  # told already, or cancelled or under no rule since the read model was made
            case _:
                raise done
    return told


def _again(service: CommandHandler, batch: CommandBatch) -> CommandResult | Exception:
    """By itself, after whoever was at the appraisal."""
    try:
        return service.handle(batch)
    except Refusal as refused:
        return refused


def _by(most: int, of: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(of)
    while several := list(islice(rest, most)):
        yield several


class Watch:
    """Looks again and again, on a thread of its own. What fails is said, and tried again the next time."""

    def __init__(self, look: Callable[[], None], every: timedelta, failed: Callable[[Exception], None]) -> None:
        self._look = look
        self._every = every
        self._failed = failed
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="neraca-clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the look in hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every.total_seconds()):
            try:
                self._look()
            except Exception as error:
                self._failed(error)
