"""Lives the years: sends every step through the service, and knows by its keys which were done before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from msgspec import Struct

from neraca.demo.year import Year
from neraca.domain.errors import Refusal
from neraca.service import Service, Unit

KEY = "demo/"


class Told(Struct):
    """How one agency's year went: steps done now, done before, and refused as the story wants it."""

    agency: str
    done: int = 0
    before: int = 0
    refused: int = 0


def live(service: Service, years: list[Year], told: Callable[[str, int], None]) -> list[Told]:
    """Each agency on a thread of its own. `told` hears of every step: agency and how many.

    An error in one agency stops the others at their next step, and is raised here.
    """
    stop = Event()
    with ThreadPoolExecutor(len(years)) as pool:
        running = [pool.submit(_live, service, year, told, stop) for year in years]
        try:
            return [one.result() for one in running]
        except BaseException:
            stop.set()
            raise


def _live(service: Service, year: Year, told: Callable[[str, int], None], stop: Event) -> Told:
    agency = year.agency.id
    story = Told(agency)
    known = service.keys(agency, KEY)
    for number, step in enumerate(year.steps):
        if stop.is_set():
            break
        key = f"{KEY}{number:06}"
        if key in known:
            story.before += 1
        else:
            unit = Unit(agency=agency, actor=step.actor, commands=step.commands, now=step.at, key=key)
            try:
                service.handle(unit)
                story.done += 1
            except Refusal as refusal:
                if not step.may_fail:
                    names = ", ".join(str(command.__struct_config__.tag) for command in step.commands[:3])
                    raise RuntimeError(f"{agency}, step {number} ({names}): {refusal}") from refusal
                story.refused += 1
        told(agency, 1)
    return story
