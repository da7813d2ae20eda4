"""What was typed in a form, as the command it asks for. Whether it may be is for the command to say."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from neraca.domain.text_kinds import digits
from neraca.web.forms import number

Typed: TypeAlias = Mapping[str, str]
Command: TypeAlias = dict[str, Any]


def _progress(typed: Typed, key: str) -> Command:
    result, _, target = typed.get("target", "").partition(" ")
    return {
        "command": "report-progress",
        "report": key,
        "result": result,
        "target": target,
        "until": typed.get("until", ""),
        "actual": number(typed.get("actual", "")),
        **_evidence(typed),
        **_if_any(typed, "note"),
    }


def _activity(typed: Typed, key: str) -> Command:
    minutes = typed.get("minutes", "")
    return {
        "command": "report-activity",
        "report": key,
        "day": typed.get("day", ""),
        "activity": typed.get("activity", ""),
        **({"minutes": found if (found := digits(minutes)) is not None else minutes} if minutes else {}),
        **_evidence(typed),
        **_if_any(typed, "result"),
    }


def _answer(typed: Typed, _: str) -> Command:
    report = {"report": typed.get("report", "")}
    if typed.get("answer") == "return":
        return {"command": "return-report", **report, "feedback": typed.get("feedback", "")}
    return {"command": "accept-report", **report, **_if_any(typed, "feedback")}


def _rate(typed: Typed, _: str) -> Command:
    scores = {name.removeprefix("score-"): number(value) for name, value in typed.items() if name.startswith("score-")}
    return {"command": "rate", "relation": "SUPERVISOR", "scores": scores, **_if_any(typed, "note")}


FORMS: Mapping[str, Callable[[Typed, str], Command]] = MappingProxyType(
    {"report-progress": _progress, "report-activity": _activity, "answer-report": _answer, "rate": _rate}
)
"""The last part of a form's address -> the command, which the key of the form names where it makes something new."""


def _evidence(typed: Typed) -> Command:
    title, uri = typed.get("evidence-title", ""), typed.get("evidence-uri", "")
    return {"evidence": [{"title": title, "uri": uri}]} if title or uri else {}


def _if_any(typed: Typed, field: str) -> Command:
    return {field: typed[field]} if typed.get(field) else {}
