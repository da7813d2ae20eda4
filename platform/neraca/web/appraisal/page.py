"""One appraisal: the employee reports, whoever appraises answers reports and rates, and both read what it comes to.

A form carries a key, so that sent twice it is one event, and the version that the page was made from, so that what
changed meanwhile is seen first. What is refused comes back with what was typed.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from neraca.domain.text_kinds import digits
from neraca.web import forms
from neraca.web.appraisal.form_commands import FORMS
from neraca.web.doors import Clock, Doors
from neraca.web.request import Failure, Visit, visit
from neraca.web.templates import HEADERS, page
from neraca.web.words import say

QUERY = (Path(__file__).parent / "query.graphql").read_text()
MOST_CHOICES = 11
"""Values that are shown side by side; a finer scale is typed."""

_AT = "at"
_OPEN = frozenset({"RUNNING", "REOPENED"})


def routes(doors: Doors, now: Clock) -> list[HTTPRouteHandler]:
    @get(
        "/pages/{employee:str}/{period:str}",
        summary="One appraisal",
        media_type="text/html",
        opt={"takes": (_AT,)},
    )
    async def shown(employee: FromPath[str], period: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        who = await visit(doors, request)
        if not isinstance(who, Visit):
            return who
        return await _shown(who, employee, period, now, at_least=digits(request.query_params.get(_AT, "")))

    @get("/pages/{employee:str}/{period:str}/{form:str}", summary="Back to the appraisal of a form", status_code=303)
    async def left(employee: FromPath[str], period: FromPath[str], form: FromPath[str]) -> Response[Any]:
        """What is refused is told at the form's own address, and whoever opens that again asks for it by GET."""
        if form not in FORMS:
            raise Failure(404, f"there is no form {form[:40]!r}")
        return Redirect(f"/pages/{employee}/{period}", status_code=303, headers=HEADERS)

    @post("/pages/{employee:str}/{period:str}/{form:str}", summary="A form of an appraisal", status_code=303)
    async def sent(
        employee: FromPath[str], period: FromPath[str], form: FromPath[str], request: Request[Any, Any, Any]
    ) -> Response[Any]:
        who = await visit(doors, request)
        return (
            await _sent(who, employee, period, form, await forms.read(request), now) if isinstance(who, Visit) else who
        )

    return [shown, left, sent]


async def _sent(
    who: Visit, employee: str, period: str, form: str, typed: Mapping[str, str], now: Clock
) -> Response[Any]:
    asked = FORMS.get(form)
    if asked is None:
        raise Failure(404, f"there is no form {form[:40]!r}")
    key = typed.get("key", "")
    command = {**asked(typed, key), "employee": employee, "period": period}
    done = await who.doors.do(
        who.actor, who.agency, command, f"page-{key}", digits(typed.get("version", "")), who.language
    )
    if isinstance(done, int):
        return Redirect(f"/pages/{employee}/{period}?{_AT}={done}#reports", status_code=303, headers=HEADERS)
    told = [sentence for _, sentence in done.faults] or [done.told]
    if done.kind == "stale":
        told = [say("stale", who.language)]
    return await _shown(who, employee, period, now, status=done.status, typed=(form, typed), refusal=told)


async def _shown(
    who: Visit,
    employee: str,
    period: str,
    now: Clock,
    *,
    at_least: int | None = None,
    status: int = 200,
    typed: tuple[str, Mapping[str, str]] = ("", {}),
    refusal: list[str] | None = None,
) -> Response[bytes]:
    variables = {"employee": employee, "period": period, "language": who.language}
    # The position is text on the wire.
    found = await who.read(QUERY, variables if at_least is None else {**variables, _AT: str(at_least)})
    one = found["appraisal"]
    if one is None:
        raise Failure(404, "there is no such appraisal for you; /pages lists those there are")
    me, zone = who.actor.id, found["timeZone"]
    given = [one_ for one_ in one["ratings"] if one_["relation"] == "SUPERVISOR" and one_["status"] == "GIVEN"]
    values: dict[str, Any] = {
        "me": me,
        "one": {**one, "questions": [_with_choices(question) for question in one["questions"]]},
        "zone": zone,
        "today": now().astimezone(ZoneInfo(zone)).date().isoformat(),
        "mine": employee == me,
        "judge": me in (one["appraiser"], one["reviewer"]) and employee != me,
        "open": one["stage"] in _OPEN,
        "rated": given[0] if given else None,
        "key": token_hex(8),
        "typed": partial(_typed, typed),
        "refusal": refusal,
    }
    return page("appraisal/page.html", who.language, values, status=status)


def _typed(sent: tuple[str, Mapping[str, str]], form: str, field: str) -> str:
    """What was typed in a field of the form that comes back; nothing in others."""
    return sent[1].get(field, "") if form == sent[0] else ""


def _with_choices(question: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the values that may be given, lowest first; none where there are too many to choose from."""
    least, most, step = (Decimal(question[name]) for name in ("least", "most", "step"))
    steps = int((most - least) / step) + 1
    choices = [f"{(least + step * n).normalize():f}" for n in range(steps)] if steps <= MOST_CHOICES else []
    return {**question, "choices": choices}
