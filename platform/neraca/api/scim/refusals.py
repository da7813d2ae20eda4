"""Problems as SCIM tells them (RFC 7644, 3.12)."""

from typing import Any

import msgspec
from litestar import Request, Response

from neraca import wording
from neraca.api.problems import Problem
from neraca.wording.language import accepted

MEDIA_TYPE = "application/scim+json"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
UNDER = "/scim/v2"

_KINDS = {"malformed": "invalidSyntax", "invalid": "invalidValue", "already-done": "uniqueness"}


class ScimRefusal(Problem):
    """What SCIM has a word for: `scim_type`."""

    def __init__(self, scim_type: str, detail: str) -> None:
        super().__init__("wrong-parameter", detail)
        self.scim_type = scim_type


def answer(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes] | None:
    """None where SCIM was not asked."""
    path: str = request.scope["path"]
    if f"{UNDER}/" not in f"{path}/":
        return None
    # What SCIM has no own status for is to it a wrong value.
    status = 400 if problem.status == 422 else problem.status
    told = {"schemas": [ERROR], "status": str(status), "detail": _spoken(request, problem.detail)}
    if (kind := _kind(request, problem)) is not None:
        told["scimType"] = kind
    headers = {**problem.headers, "Vary": "Accept-Language"}
    return Response(msgspec.json.encode(told), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def _kind(request: Request[Any, Any, Any], problem: Problem) -> str | None:
    if isinstance(problem, ScimRefusal):
        return problem.scim_type
    # Elsewhere than in a registration something else is done already than that there is such a user.
    if problem.kind == "already-done" and request.method != "POST":
        return None
    return _KINDS.get(problem.kind)


def _spoken(request: Request[Any, Any, Any], detail: str) -> str:
    english = accepted(request.headers.get("Accept-Language")) == "en"
    return detail if english else wording.translated(detail).text
