"""Answers that are not what was asked for, as RFC 9457 problem details with a stable type.

The types are URNs `urn:neraca:problem:<name>`; the names are the keys of `KINDS`. A client may rely on them.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec import Struct, field

MEDIA_TYPE = "application/problem+json"

KINDS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "malformed": (400, "The body can't be read"),
        "wrong-parameter": (400, "A parameter is wrong"),
        "idempotency-key-missing": (400, "Idempotency-Key is missing"),
        "unauthenticated": (401, "No valid token"),
        "not-allowed": (403, "Not allowed"),
        "not-found": (404, "Not found"),
        "method-not-allowed": (405, "No such method here"),
        "conflict": (409, "It does not fit the state of things"),
        "not-open": (409, "Not open for this"),
        "already-done": (409, "Already done"),
        "too-late": (409, "The legal period is over"),
        "too-early": (409, "Its day has not come"),
        "blocked": (409, "The facts do not suffice for a score"),
        "key-running": (409, "The same request is being worked on"),
        "stale": (412, "The stream has moved on"),
        "too-large": (413, "The body is too large"),
        "beyond-the-head": (416, "The log has not come so far"),
        "unsupported-media-type": (415, "Not a media type this can read"),
        "invalid": (422, "A value is not allowed"),
        "key-reused": (422, "Idempotency-Key was used for something else"),
        "if-match-missing": (428, "If-Match is missing"),
        "too-many-streams": (429, "Too many streams at once"),
        "internal": (500, "It failed here"),
        "unavailable": (503, "Not available just now"),
        "not-caught-up": (503, "The projections are behind"),
        "out-of-space": (507, "The database has no room left"),
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
    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[Fault, ...] = ()
    current_versions: tuple[int, ...] = field(default=(), name="currentVersions")
    head: int | None = None


def body(problem: Problem, request: str | None) -> bytes:
    """`request` is the id the log knows the request by."""
    return msgspec.json.encode(
        Details(
            type=f"urn:neraca:problem:{problem.kind}",
            title=problem.title,
            status=problem.status,
            detail=problem.detail,
            instance=None if request is None else f"urn:neraca:request:{request}",
            errors=problem.faults,
            current_versions=tuple(problem.current or ()),
            head=problem.head,
        )
    )
