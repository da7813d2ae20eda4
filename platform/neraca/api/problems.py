"""Answers that are not what was asked for, as RFC 9457 problem details with a stable type.

The types are URNs `urn:neraca:problem:<name>`; the names are the keys of `KINDS`. A client may rely on them. Title and
details are in the language that Accept-Language asks for, of English and Indonesian.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import assert_never

import msgspec
from msgspec import Struct, field

from neraca import wording
from neraca.wording.language import Language

MEDIA_TYPE = "application/problem+json"

KINDS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "malformed": (400, "Malformed request"),
        "wrong-parameter": (400, "Invalid parameter"),
        "idempotency-key-missing": (400, "Idempotency key missing"),
        "unauthenticated": (401, "Unauthenticated"),
        "not-allowed": (403, "Not allowed"),
        "not-found": (404, "Not found"),
        "method-not-allowed": (405, "Method not allowed"),
        "too-slow": (408, "Request timeout"),
        "conflict": (409, "Conflict"),
        "not-open": (409, "Not open"),
        "already-done": (409, "Already done"),
        "too-late": (409, "Too late"),
        "too-early": (409, "Too early"),
        "blocked": (409, "Score blocked"),
        "key-running": (409, "Request in progress"),
        "stale": (412, "Version conflict"),
        "too-large": (413, "Content too large"),
        "beyond-the-head": (416, "Position beyond the log"),
        "unsupported-media-type": (415, "Unsupported media type"),
        "invalid": (422, "Invalid value"),
        "key-reused": (422, "Idempotency key reused"),
        "if-match-missing": (428, "Precondition required"),
        "too-many-exports": (429, "Too many exports"),
        "too-many-streams": (429, "Too many streams"),
        "too-many-wrong-keys": (429, "Too many wrong keys"),
        "internal": (500, "Internal error"),
        "unavailable": (503, "Service unavailable"),
        "not-caught-up": (503, "Projections not caught up"),
        "out-of-space": (507, "Out of space"),
    }
)
"""Name -> HTTP status and title."""


class Fault(Struct, frozen=True, omit_defaults=True):
    """`pointer` is a JSON pointer into what was sent."""

    pointer: str
    detail: str


class Problem(Exception):
    """`current` are the versions the streams are at, and `head` the end of the log, where that is what was wrong."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        current: Sequence[int] | None = None,
        head: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.faults = tuple(faults)
        self.current = current
        self.head = head
        self.headers = dict(headers or {})
        self.status, self.title = KINDS[kind]


class Details(Struct, frozen=True, omit_defaults=True):
    """`english` is `detail` as the log and the manuals have it, where the answer is in another language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[Fault, ...] = ()
    current_versions: tuple[int, ...] = field(default=(), name="currentVersions")
    head: int | None = None
    english: str | None = None


class Told(Struct, frozen=True):
    """A problem as it goes out."""

    body: bytes
    headers: Mapping[str, str]


def told(problem: Problem, request: str | None, language: Language) -> Told:
    """`request` is the id the log knows the request by."""
    title, detail, faults, spoken = problem.title, problem.detail, problem.faults, "en"
    match language:
        case "en":
            english = None
        case "id":
            said = (wording.translated(title), wording.translated(detail))
            each = [wording.translated(fault.detail) for fault in faults]
            title, detail, english = said[0].text, said[1].text, problem.detail
            faults = tuple(Fault(fault.pointer, one.text) for fault, one in zip(faults, each, strict=True))
            # Where a part of it has no other words than the English ones, it is for readers of both.
            spoken = "id" if all(one.whole for one in (*said, *each)) else "id, en"
        case _:
            assert_never(language)
    body = msgspec.json.encode(
        Details(
            type=f"urn:neraca:problem:{problem.kind}",
            title=title,
            status=problem.status,
            detail=detail,
            instance=None if request is None else f"urn:neraca:request:{request}",
            errors=faults,
            current_versions=tuple(problem.current or ()),
            head=problem.head,
            english=english,
        )
    )
    return Told(body, {**problem.headers, "Content-Language": spoken, "Vary": "Accept-Language"})
