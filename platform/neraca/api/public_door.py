"""The public door: where citizens answer a survey by a token, and see by a receipt that their answer was counted.

No login, no cookie, no script. Nothing is kept of who asks: the log of requests has a route and a status, no address.
"""

from asyncio import Semaphore
from collections import defaultdict
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post, route
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from neraca.api import answer_queue, json_input, survey_page
from neraca.api.answer_queue import AnswerQueue, AskedPoint
from neraca.api.dependencies import Dependencies
from neraca.api.headers import is_json
from neraca.api.micro_batches import MicroBatches
from neraca.api.position_waiter import PositionWaiter
from neraca.api.problems import Problem
from neraca.api.survey_page import AskedElement, SurveyDescription
from neraca.domain.survey.questionnaire import SCALE, asked, outside
from neraca.domain.text_kinds import COMMENT, fault, shown
from neraca.service import receipts
from neraca.service.public_door import secret
from neraca.service.receipts import ReceiptStanding, hashed

SURVEY = "/survey/{token:str}"
RECEIPT = "/receipts/{code:str}"
_OURS = ("/survey/", "/receipts/")

LARGEST = 16_000
"""Bytes of an answer."""

AT_ONCE, MOST_WAITING = 4, 200
"""Questions of the door of an agency that the database has at the same moment, and requests that may wait for one."""

PATIENCE = timedelta(seconds=5)
"""How long a link or code waits for the read model to take in what was in the log when it was asked."""

_FORM = "application/x-www-form-urlencoded"
_HEADERS = dict(survey_page.HEADERS)
_ELEMENTS = msgspec.json.Decoder(list[str])

T = TypeVar("T")


class SentAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Element -> 1, 2, 3 or 4."""

    answers: dict[str, int]
    comment: str | None = None


class Taken(Struct, frozen=True):
    """`receipt` is told once, and kept nowhere but as its hash."""

    receipt: str


class _Link(Struct, frozen=True):
    stream: UUID
    point: str
    token: str
    is_open_link: bool
    unit: str
    period: str
    survey: str
    elements: str
    opens: date
    closes: date
    hourly: int
    shut: bool
    name: str
    hours: str
    used: bool


class _Wrong(Exception):
    """What the citizen is to put right, in their words and in those of programs."""

    def __init__(self, told: str, english: str) -> None:
        super().__init__(english)
        self.told = told
        self.english = english


def routes(parts: Dependencies) -> list[HTTPRouteHandler]:
    door = PublicDoor(parts)

    @route(SURVEY, http_method=HttpMethod.OPTIONS, status_code=204, include_in_schema=False, sync_to_thread=False)
    def methods(token: FromPath[str]) -> Response[None]:
        """The framework's own knows but the first of several methods."""
        return Response(None, headers={"Allow": "GET, OPTIONS, POST"})

    @get(SURVEY, summary="What a survey asks, for who has a token: a form for people, JSON for programs")
    async def description(token: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        return await door.describe(token, request)

    @post(
        SURVEY,
        summary="Answers a survey once, and gives a receipt",
        description="As a form, or as JSON: answers by element and a comment. Of who sends it nothing is kept.",
        request_max_body_size=LARGEST,
        status_code=201,
    )
    async def answer(token: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        return await door.answer(token, request)

    @get(RECEIPT, summary="Whether the answer that a receipt was given for is received or counted; not what it was")
    async def receipt(code: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        return await door.receipt(code, request)

    return [methods, description, answer, receipt]


class PublicDoor:
    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts
        self._taking: dict[str, Semaphore] = defaultdict(lambda: Semaphore(AT_ONCE))
        self._waiting: dict[str, int] = defaultdict(int)
        self._answers = AnswerQueue(parts.reads, self._turn)
        self._links = MicroBatches[str, str, _Link | None](self._found, self._turn)
        self._passed = PositionWaiter(parts.reads.surveys_passed)

    async def describe(self, token: str, request: Request[Any, Any, Any]) -> Response[bytes]:
        agency, link = await self._link(token)
        try:
            self._open(agency, link)
        except _Wrong as wrong:
            return _refused(request, "too-late", wrong)
        told = self._description(agency, link)
        return _said(request, survey_page.form(told), told)

    async def answer(self, token: str, request: Request[Any, Any, Any]) -> Response[bytes]:
        agency, link = await self._link(token)
        body = await request.body()
        try:
            self._open(agency, link)
        except _Wrong as wrong:
            return _refused(request, "too-late", wrong)
        told = self._description(agency, link)
        is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
        fields: dict[str, str] = {}
        try:
            if is_form:
                fields = _fields(body)
            sent = _from_form(fields) if is_form else _from_json(request.headers, body)
            answers, comment = _sound(sent, _ELEMENTS.decode(link.elements))
        except _Wrong as wrong:
            if not is_form:
                raise Problem("invalid", wrong.english) from None
            page = survey_page.form(told, wrong.told, fields, fields.get("comment", ""))
            return Response(page, status_code=422, media_type="text/html", headers=_HEADERS)
        return await self._take(agency, link, answers, comment, request)

    async def receipt(self, code: str, request: Request[Any, Any, Any]) -> Response[bytes]:
        agency, _ = self._named(code)
        params = {"agency": agency, "receipt": hashed(code)}

        async def look() -> ReceiptStanding | None:
            async with self._turn(agency):
                rows = await self._parts.reads.rows(agency, f"service/{receipts.STATEMENT}", params)
            return receipts.standing_of([[*row.values()] for row in rows])

        standing = await self._there(agency, look)
        told = _in_words(standing, ", ".join(self._office(agency, standing.unit)))
        return _said(request, survey_page.told("Tanda terima", told), standing)

    async def _take(
        self, agency: str, link: _Link, answers: Mapping[str, int], comment: str | None, request: Request[Any, Any, Any]
    ) -> Response[bytes]:
        code = f"{agency}.{secret()}"
        now = self._parts.clock()
        of = self._parts.agencies[agency]
        sent = answer_queue.SentAnswer(
            token=None if link.is_open_link else link.token,
            receipt=hashed(code),
            answers=msgspec.json.encode(answers).decode(),
            comment=comment,
            outside_hours=outside(link.hours, now.astimezone(ZoneInfo(of.time_zone)), of),
            now=now,
        )
        with self._counted(agency):
            outcome = await self._answers.take(AskedPoint(agency, link.stream, link.point, link.hourly), sent)
        if outcome != "taken":
            kind, wrong = _NOT_TAKEN[outcome]
            return _refused(request, kind, wrong)
        return _said(request, survey_page.thanks(self._description(agency, link), code), Taken(code), status=201)

    def _turn(self, agency: str) -> Semaphore:
        """Few at a time, in turn."""
        return self._taking[agency]

    @contextmanager
    def _counted(self, agency: str) -> Generator[None]:
        """Among those who wait; raises Problem where too many do already. A flood here keeps no reader out."""
        if self._waiting[agency] >= MOST_WAITING:
            later = {"Retry-After": "2"}
            raise Problem("unavailable", "too many answers come at once; send it again in a moment", headers=later)
        self._waiting[agency] += 1
        try:
            yield
        finally:
            self._waiting[agency] -= 1

    async def _link(self, token: str) -> tuple[str, _Link]:
        agency, secret_ = self._named(token)
        return agency, await self._there(agency, lambda: self._links.take(agency, secret_))

    async def _there(self, agency: str, look: Callable[[], Awaitable[T | None]]) -> T:
        """What `look` finds, by now or once the read model has what is in the log by now: a link is handed out, and an
        answer passed on, before it is followed. Raises Problem, the same whether there is such a thing or not.
        """
        with self._counted(agency):
            found = await look()
        if found is None:
            head = await self._parts.heads.latest(agency)
            # Not counted: what waits here asks nothing of the database for itself, and keeps no answer out.
            if await self._passed.reached(agency, head, PATIENCE) is None:
                raise Problem("not-caught-up", _BEHIND, headers={"Retry-After": "5"})
            with self._counted(agency):
                found = await look()
        if found is None:
            raise _unknown()
        return found

    async def _found(self, agency: str, secrets: Sequence[str]) -> list[_Link | None]:
        rows = await self._parts.reads.rows(agency, "survey-links", {"agency": agency, "secrets": secrets})
        found = {row.pop("nth"): _Link(**row) for row in rows}
        return [found.get(nth) for nth in range(1, len(secrets) + 1)]

    def _named(self, text: str) -> tuple[str, str]:
        """Agency and secret of a token or code. What can be none is answered as one that is unknown."""
        agency, _, secret_ = text.strip().lower().partition(".")
        if agency not in self._parts.agencies or not (len(secret_) == 26 and secret_.isascii() and secret_.isalnum()):
            raise _unknown()
        return agency, secret_

    def _open(self, agency: str, link: _Link) -> None:
        """Raises _Wrong for a survey that takes no answers today, or a token that let one in before."""
        today = self._parts.today(agency)
        if today < link.opens:
            raise _Wrong(
                f"Survei ini baru dapat dijawab mulai {link.opens}.", f"this survey can be answered from {link.opens}"
            )
        if link.shut or today > link.closes:
            raise _Wrong(
                f"Survei ini sudah berakhir pada {link.closes}. Terima kasih.", f"this survey ended on {link.closes}"
            )
        if link.used:
            raise _NOT_TAKEN["used"][1]

    def _description(self, agency: str, link: _Link) -> SurveyDescription:
        unit, whole = self._office(agency, link.unit)
        return SurveyDescription(
            agency=whole,
            unit=unit,
            point=link.name,
            period=link.period,
            elements=[AskedElement(one, asked(one)) for one in _ELEMENTS.decode(link.elements)],
            scale={str(value): meaning for value, meaning in SCALE.items()},
            until=link.closes.isoformat(),
            comment=COMMENT.longest,
        )

    def _office(self, agency: str, unit: str) -> tuple[str, str]:
        """Names of the unit and of the agency."""
        of = self._parts.agencies[agency]
        there = of.units.get(unit)
        return (unit if there is None else there.name.get("id", unit), of.name.get("id", agency))


_NOT_TAKEN: Mapping[str, tuple[str, _Wrong]] = {
    "used": (
        "already-done",
        _Wrong("Token ini sudah dipakai untuk menjawab. Setiap token satu jawaban.", "this token has let an answer in"),
    ),
    "full": (
        "unavailable",
        _Wrong(
            "Terlalu banyak jawaban lewat tautan ini dalam satu jam. Coba lagi nanti, atau minta token kepada petugas.",
            "this open link has taken as many answers as it may in an hour; try again later, or with a token",
        ),
    ),
    "shut": ("too-late", _Wrong("Survei ini sudah berakhir. Terima kasih.", "this survey has ended")),
}


_BEHIND = "the surveys of this agency are not up to date yet; open this link or code again in a moment"


def _unknown() -> Problem:
    """The same for whatever leads nowhere: it tells nothing of what there is."""
    return Problem("not-found", "there is nothing here for this link or code; look whether it is written whole")


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100, strict_parsing=bool(body))
    except ValueError:
        raise _Wrong("Formulir tidak dapat dibaca. Kirim sekali lagi.", "the form can't be read") from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Wrong("Satu pertanyaan dijawab dua kali. Pilih satu jawaban.", "a field of the form is there twice")
    return found


def _from_form(fields: Mapping[str, str]) -> SentAnswer:
    answers = {name: value for name, value in fields.items() if name != "comment"}
    if not all(value in {"1", "2", "3", "4"} for value in answers.values()):
        raise _Wrong("Pilih 1, 2, 3, atau 4 untuk setiap pertanyaan.", "an answer is 1, 2, 3 or 4")
    comment = fields.get("comment", "").replace("\r\n", "\n").strip()
    return SentAnswer({name: int(value) for name, value in answers.items()}, comment or None)


def _from_json(headers: Mapping[str, str], body: bytes) -> SentAnswer:
    is_json(headers)
    try:
        return json_input.decoded(msgspec.json.Decoder(SentAnswer), body)
    except json_input.Malformed as wrong:
        raise Problem("malformed", str(wrong)) from None
    except json_input.Misshapen as wrong:
        raise Problem("invalid", str(wrong)) from None


def _sound(sent: SentAnswer, elements: list[str]) -> tuple[dict[str, int], str | None]:
    if not sent.answers:
        raise _Wrong("Jawab dahulu pertanyaannya.", "there is no answer; answer at least one element")
    for name, value in sent.answers.items():
        if name not in elements:
            raise _Wrong("Formulir ini bukan untuk survei ini.", f"the survey has no element {shown(name)}")
        if value not in SCALE:
            raise _Wrong("Pilih 1, 2, 3, atau 4 untuk setiap pertanyaan.", f"{name}: an answer is 1, 2, 3 or 4")
    if sent.comment is not None and (wrong := fault(COMMENT, sent.comment)) is not None:
        raise _Wrong("Saran terlalu panjang atau memuat huruf yang tidak dapat disimpan.", f"comment: {wrong}")
    return dict(sorted(sent.answers.items())), sent.comment


def _in_words(standing: ReceiptStanding, office: str) -> str:
    of = f"survei kepuasan masyarakat {standing.period} pada {standing.name}, {office}"
    if standing.position is None:
        when = "" if standing.counted_by is None else f", paling lambat pada {standing.counted_by}"
        return f"Jawaban Anda untuk {of} sudah diterima dan menunggu dihitung bersama jawaban lain{when}."
    counted = f"Jawaban Anda untuk {of} sudah dihitung, tercatat pada posisi {standing.position} dalam log."
    return counted if standing.index is None else f"{counted} Indeksnya ditetapkan pada posisi {standing.index}."


def page_of(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes] | None:
    """What a citizen sees in the place of a problem; None for programs, and where no citizen goes."""
    if not request.scope["path"].startswith(_OURS) or not _wants_page(request):
        return None
    page = survey_page.trouble(problem.status)
    return Response(page, status_code=problem.status, media_type="text/html", headers=_HEADERS | problem.headers)


def _wants_page(request: Request[Any, Any, Any]) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _said(request: Request[Any, Any, Any], page: bytes, told: Struct, status: int = 200) -> Response[bytes]:
    if _wants_page(request):
        return Response(page, status_code=status, media_type="text/html", headers=_HEADERS)
    return Response(msgspec.json.encode(told), status_code=status, media_type="application/json", headers=_HEADERS)


def _refused(request: Request[Any, Any, Any], kind: str, wrong: _Wrong) -> Response[bytes]:
    later = {"Retry-After": "600"} if kind == "unavailable" else {}
    problem = Problem(kind, wrong.english, headers=later)
    if not _wants_page(request):
        raise problem
    page = survey_page.told("Jawaban tidak dapat diterima", wrong.told)
    return Response(page, status_code=problem.status, media_type="text/html", headers=_HEADERS | later)
