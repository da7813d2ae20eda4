"""Lives the years: sends every step through the service, and knows by its keys which were done before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from msgspec import Struct
from msgspec.structs import replace

from neraca.demo.steps import Step
from neraca.demo.year import Year
from neraca.domain import streams
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.vocabulary import AssignmentStanding
from neraca.service import CommandBatch, CommandHandler

_KEY = "demo/"


class Size(Struct, frozen=True):
    """What a year is written from; its keys carry it, so a database knows which year it holds."""

    people: int
    seed: int

    def prefix(self, count: int) -> str:
        """`count` people of them are in the agency: it stays, whoever joins later with people of their own."""
        return f"{_KEY}{self.seed}-{self.people}x{count}/"


class Begun(Struct, frozen=True):
    """The year that an agency has begun to live. `count` or `story` None: it was begun when keys did not carry that."""

    size: Size
    count: int | None
    prefix: str
    story: str | None


class Told(Struct):
    """How one agency's year went: steps done now, done before, and refused as the story wants it."""

    agency: str
    done: int = 0
    before: int = 0
    refused: int = 0


def begun(service: CommandHandler, agency: str) -> Begun | None:
    for key in service.keys(agency, _KEY):
        written, _, rest = key.removeprefix(_KEY).partition("/")
        story, told, _ = rest.partition("/")
        seed, _, people = written.rpartition("-")
        people, _, count = people.partition("x")
        size = Size(int(people), int(seed))
        return Begun(size, int(count) if count else None, f"{_KEY}{written}/", story if told else None)
    return None


def live(service: CommandHandler, years: list[Year], told: Callable[[str], None]) -> list[Told]:
    """Each agency on a thread of its own. `told` hears the agency of every step.

    An error in one agency stops the others at their next step, and is raised here.
    """
    stop = Event()
    with ThreadPoolExecutor(max(1, len(years))) as pool:
        running = [pool.submit(_live, service, year, told, stop) for year in years]
        try:
            return [one.result() for one in running]
        except BaseException:
            stop.set()
            raise


def _live(service: CommandHandler, year: Year, told: Callable[[str], None], stop: Event) -> Told:
    """One step after the other, so that all up to the last one known were done, or refused, before."""
    agency = year.agency.id
    story = Told(agency)
    known = service.keys(agency, year.prefix)
    last = max(known, default="")
    lacking = set[str]()
    for number, step in enumerate(year.steps):
        if stop.is_set():
            break
        # Of one width, so that keys sort as the steps do.
        key = f"{year.prefix}{number:06}"
        if step.needs in lacking:
            lacking.add(step.makes or step.needs)
        elif key in known:
            story.before += 1
        elif key <= last:
            if step.place is None:  # else nobody had it
                _refused(step, story, lacking)
        elif (actor := _sender(service, agency, step)) is not None:
            batch = CommandBatch(
                agency=agency,
                actor=actor,
                commands=step.commands,
                now=step.at,
                key=key,
                on_behalf_of=step.instead_of,
            )
            try:
                service.handle(batch)
                story.done += 1
            except Refusal as refusal:
                # Any other refusal is a mistake of the story or of a rule, and must not pass for life.
                if not step.may_fail:
                    names = ", ".join(str(command.__struct_config__.tag) for command in step.commands[:3])
                    raise RuntimeError(f"{agency}, step {number} ({names}): {refusal}") from refusal
                _refused(step, story, lacking)
        told(agency)
    return story


def _sender(service: CommandHandler, agency: str, step: Step) -> Actor | None:
    """None where it is sent by whoever is assigned to rate in a place that nobody has."""
    place = step.place
    if place is None:
        return step.actor
    state = Appraisal()
    for past in service.reader.stream(agency, streams.appraisal(agency, place.employee, place.period)):
        state = evolve(state, past.event)
    there = [
        rater
        for rater, one in state.assigned.raters.items()
        if one.relation is place.relation and one.standing is AssignmentStanding.ASSIGNED
    ]
    return replace(step.actor, id=there[place.number]) if place.number < len(there) else None


def _refused(step: Step, story: Told, lacking: set[str]) -> None:
    story.refused += 1
    if step.makes is not None:
        lacking.add(step.makes)
