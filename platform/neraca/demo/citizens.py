"""Citizens answer surveys themselves, in the period after the year: by links over HTTP, as from any telephone.

It moves nobody's result: what they say then counts for a period that the demo does not judge. Nor does the survey that
is open on the day on which the demo is tried, for whoever tries it.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from neraca.demo.steps import Simulation
from neraca.demo.visits import Visit, visits
from neraca.demo.year import Year
from neraca.domain import streams
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.period import containing, following
from neraca.domain.registry import Command
from neraca.domain.service_point.commands import OpenServicePoint
from neraca.domain.survey import CloseSurvey, CommentReceived, OpenSurvey, RefuseComment, ReleaseComment
from neraca.domain.vocabulary import Role, ServicePointKind
from neraca.policy.model import SurveyIndex
from neraca.service import CommandBatch, CommandHandler
from neraca.service.public_door import pass_on

_KEY = "citizens/"


class Point(Struct, frozen=True):
    """A service point, how many tokens are given out there and how many let an answer in, and what hours it has."""

    id: str
    name: str
    kind: ServicePointKind
    tokens: int
    answers: int
    comments: tuple[str, ...] = ()
    stuffed: int = 0


class Asked(Struct, frozen=True):
    unit: str
    survey: str
    points: tuple[Point, ...]


ASKED: Mapping[str, tuple[Asked, ...]] = {
    "surakarta": (
        Asked(
            "disdukcapil",
            "skm_unit",
            (
                Point(
                    "loket-ktp-el",
                    "Loket KTP-el",
                    ServicePointKind.COUNTER,
                    tokens=40,
                    answers=33,
                    comments=("Petugasnya ramah, antreannya cepat.", "Bu Contoh di loket 2 lama sekali."),
                    stuffed=6,
                ),
                Point("mal-pelayanan-publik", "Mal Pelayanan Publik", ServicePointKind.OFFICE, tokens=15, answers=12),
            ),
        ),
        Asked(
            "disdukcapil",
            "umpan_balik_digital",
            (
                Point(
                    "aplikasi-dukcapil",
                    "Aplikasi Dukcapil",
                    ServicePointKind.ONLINE,
                    tokens=20,
                    answers=14,
                    comments=("Selesai dari rumah.",),
                ),
            ),
        ),
    ),
    "gajahmungkur": (
        Asked(
            "puskesmas",
            "skm_pasien",
            (
                Point(
                    "poli-umum",
                    "Poli Umum Puskesmas",
                    ServicePointKind.HEALTH_CENTER,
                    tokens=30,
                    answers=24,
                    comments=("Obatnya dijelaskan dengan sabar.",),
                ),
                Point("poli-kia", "Poli KIA Puskesmas", ServicePointKind.HEALTH_CENTER, tokens=10, answers=4),
            ),
        ),
        Asked(
            "pendidikan",
            "skm_unit",
            (
                Point(
                    "sd-contoh",
                    "SD Contoh",
                    ServicePointKind.SCHOOL,
                    tokens=40,
                    answers=32,
                    comments=("Gurunya mudah dihubungi.",),
                ),
            ),
        ),
    ),
}
"""Invented, as all of the demo is."""


class OpenLink(Struct, frozen=True):
    """Where whoever comes by may answer for a service point, until the end of a day."""

    agency: str
    point: str
    address: str
    until: date


_HOURS, _LASTING, _HOURLY = "08:00-15:00", timedelta(days=20), 10


def ask(service: CommandHandler, url: str, catch_up: Callable[[], object], years: Iterable[Year], seed: int) -> None:
    """In each agency that has such a service, once."""
    waiting = [(year, wanted) for year in years for wanted in _wanted(year) if not service.keys(year.agency.id, _KEY)]
    if not waiting:
        return
    agencies = {year.agency.id: year.agency for year, _ in waiting}
    clerks = [stage.clerk(Role.SURVEYOR) for stage in (_stage(year, seed) for year, _ in waiting)]
    with visits(service, url, agencies, clerks) as visit:
        for year, wanted in waiting:
            _Story(service, url, catch_up, visit, _stage(year, seed), wanted, year).live()


def open_today(
    service: CommandHandler,
    url: str,
    catch_up: Callable[[], object],
    years: Iterable[Year],
    seed: int,
    address: str,
    now: datetime,
) -> OpenLink | None:
    """A link of a survey that runs now by the clock, and not by the story. None where no citizens were asked before,
    or that of these months has ended.
    """
    lived = [(year, wanted) for year in years for wanted in _wanted(year) if service.keys(year.agency.id, _KEY)]
    if not lived:
        return None
    year, asked = lived[0]
    stage, agency, point = _stage(year, seed), year.agency, asked.points[0]
    clerk = stage.clerk(Role.SURVEYOR)
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    period = containing(today, year.part.periods[-1].cycle)
    which = {"unit": asked.unit, "period": period.label, "survey": asked.survey}
    survey = OpenSurvey(
        **which,
        elements=_elements(stage, asked),
        points=[point.id],
        opens=today,
        closes=period.ends,
        hourly=_HOURLY,
    )
    # Refused where it was opened by an earlier run.
    with suppress(Refusal):
        service.handle(CommandBatch(agency=agency.id, actor=clerk, commands=(survey,), now=now))
    catch_up()
    wanted = msgspec.json.encode({**which, "point": point.id, "open": True, "address": address})
    with visits(service, url, {agency.id: agency}, [clerk]) as visit:
        status, answer = visit("POST", f"/agencies/{agency.id}/survey-tokens", wanted, now, clerk)
    if status >= 300:
        return None
    [token] = msgspec.json.decode(answer)["tokens"]
    return OpenLink(agency.id, point.name, token["link"], period.ends)


def _elements(stage: Simulation, asked: Asked) -> list[str]:
    return next(
        [*one.measure.elements]
        for one in stage.policy.indicators.values()
        if isinstance(one.measure, SurveyIndex) and one.measure.survey == asked.survey
    )


def _stage(year: Year, seed: int) -> Simulation:
    own = Random(f"{seed}/{year.agency.id}/citizens")  # noqa: S311 -- a story
    return Simulation(year.agency, year.part.policy, own)


def _wanted(year: Year) -> list[Asked]:
    read = {one.measure.survey for one in year.part.policy.indicators.values() if isinstance(one.measure, SurveyIndex)}
    asked = ASKED.get(year.agency.id, ()) if year.steps else ()
    return [one for one in asked if one.unit in year.agency.units and one.survey in read]


class _Story:
    def __init__(
        self,
        service: CommandHandler,
        url: str,
        catch_up: Callable[[], object],
        visit: Visit,
        stage: Simulation,
        asked: Asked,
        year: Year,
    ) -> None:
        self._service = service
        self._url = url
        self._catch_up = catch_up
        self._visit = visit
        self._stage = stage
        self._asked = asked
        self._period = following(year.part.periods[-1])
        self._clerk = stage.clerk(Role.SURVEYOR)
        self._which = {"unit": asked.unit, "period": self._period.label, "survey": asked.survey}
        self._elements = _elements(stage, asked)
        self._sent = 0
        self._opens = stage.working(self._period.starts + timedelta(days=11))
        self._closes = stage.working(self._opens + _LASTING)

    def live(self) -> None:
        stage, closes = self._stage, self._closes
        self._open()
        for at, point in enumerate(self._asked.points):
            self._answer(point, self._links(point), self._opens + timedelta(days=1 + at))
        if self._asked.points[0].stuffed:
            self._stuff(self._asked.points[0])
        for day in (self._opens + timedelta(days=3), closes + timedelta(days=1)):
            self._catch_up()
            pass_on(self._service, self._url, stage.agency, self._at(day, time(1)))
        self._moderate(closes + timedelta(days=2))
        self._send(closes + timedelta(days=3), CloseSurvey(**self._which))
        self._catch_up()

    def _open(self) -> None:
        points = self._asked.points
        opened = [
            OpenServicePoint(
                point=one.id,
                unit=self._asked.unit,
                name=one.name,
                kind=one.kind,
                since=date(self._period.starts.year, 1, 1),
                hours=_HOURS,
            )
            for one in points
        ]
        self._send(self._opens - timedelta(days=7), *opened)
        survey = OpenSurvey(
            **self._which,
            elements=self._elements,
            points=[one.id for one in points],
            opens=self._opens,
            closes=self._closes,
            hourly=_HOURLY,
        )
        self._send(self._opens - timedelta(days=7), survey)
        self._catch_up()

    def _links(self, point: Point, *, open_: bool = False) -> list[str]:
        wanted = {**self._which, "point": point.id, "count": 1 if open_ else point.tokens, "open": open_}
        path = f"/agencies/{self._stage.agency.id}/survey-tokens"
        issued = self._asked_for("POST", path, wanted, self._at(self._opens, time(7)), self._clerk)
        self._catch_up()
        return ["/survey/" + one["link"].rpartition("/")[2] for one in issued["tokens"]]

    def _answer(self, point: Point, links: list[str], day: date) -> None:
        day = self._stage.working(day)
        mood = self._stage.rng.randint(55, 95)
        for at, link in enumerate(links[: point.answers]):
            # A quarter of an hour between them: nobody would look twice.
            when = self._at(day + timedelta(days=at // 24), time(8)) + timedelta(minutes=15 * (at % 24))
            given = {name: self._given(mood) for name in self._elements}
            comment = point.comments[at] if at < len(point.comments) else None
            self._asked_for("POST", link, {"answers": given, "comment": comment}, when)

    def _given(self, mood: int) -> int:
        return min(4, max(1, (mood + self._stage.rng.randint(-25, 35)) // 25 + 1))

    def _stuff(self, point: Point) -> None:
        """Somebody praises the counter at night, by the link on its wall: told apart, and noticed."""
        (link,) = self._links(point, open_=True)
        for at in range(point.stuffed):
            when = self._at(self._opens + timedelta(days=2), time(21, at))
            self._asked_for("POST", link, {"answers": dict.fromkeys(self._elements, 4)}, when)

    def _moderate(self, day: date) -> None:
        """Who praises nobody by name is released; who blames somebody by name is not, and the reason is told."""
        agency = self._stage.agency.id
        where = streams.survey(agency, self._asked.unit, self._period.label, self._asked.survey)
        for past in self._service.reader.stream(agency, where):
            if isinstance(past.event, CommentReceived):
                named = past.event.words.startswith("Bu ")
                judged: Command = (
                    RefuseComment(**self._which, comment=past.event.comment, reason="menyebut nama orang (contoh)")
                    if named
                    else ReleaseComment(**self._which, comment=past.event.comment)
                )
                self._send(day, judged)

    def _send(self, day: date, *commands: Command) -> None:
        self._sent += 1
        self._service.handle(
            CommandBatch(
                agency=self._stage.agency.id,
                actor=self._clerk,
                commands=commands,
                now=self._at(day, time(9)),
                key=f"{_KEY}{self._asked.survey}/{self._sent:03}",
            )
        )

    def _asked_for(
        self, method: str, path: str, body: Mapping[str, object], at: datetime, by: Actor | None = None
    ) -> Mapping[str, list[dict[str, str]]]:
        status, answer = self._visit(method, path, msgspec.json.encode(body), at, by)
        if status >= 300:
            where = f"{self._stage.agency.id}, {method} {path.partition('.')[0]}"
            raise RuntimeError(f"{where}: {status} {answer.decode()}")
        return msgspec.json.decode(answer)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, ZoneInfo(self._stage.agency.time_zone)).astimezone(UTC)
