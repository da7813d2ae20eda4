"""Tokens of a survey, for whoever prints them or hands one to each visitor: their secrets are in this answer alone."""

from io import BytesIO
from typing import Annotated, Any
from uuid import uuid4

import msgspec
import segno
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Meta, Struct

from neraca.api import json_input
from neraca.api.commands import Commands
from neraca.api.dependencies import Dependencies
from neraca.api.headers import is_json
from neraca.api.problems import Problem
from neraca.domain.survey import IssueTokens
from neraca.domain.text_kinds import KEY, PERIOD, Key, PeriodLabel, fault
from neraca.service.public_door import secret

ROUTE = "/agencies/{agency:str}/survey-tokens"

MOST = 500
"""Tokens at once."""

LARGEST = 4_000
"""Bytes."""

_ADDRESS = r"^https?://[!-~]+\Z"


class WantedTokens(Struct, frozen=True, forbid_unknown_fields=True):
    """Tokens of a service point of a survey; `open` is a link that lets in whoever comes by, unverified.

    `address` is where citizens reach this server, if not by the name that this request was sent to; `qr` asks for each
    link as an SVG too.
    """

    unit: Key
    period: PeriodLabel
    survey: Key
    point: Key
    count: Annotated[int, Meta(ge=1, le=MOST)] = 1
    open: bool = False
    address: Annotated[str, Meta(pattern=_ADDRESS, max_length=500)] | None = None
    qr: bool = False


class IssuedToken(Struct, frozen=True, omit_defaults=True):
    """`link` holds the secret, which is kept nowhere."""

    link: str
    svg: str | None = None


class IssuedTokens(Struct, frozen=True):
    position: int
    tokens: tuple[IssuedToken, ...]


# As JSON Schema has it, 20.0 is a whole number too.
_WANTED = msgspec.json.Decoder(WantedTokens, strict=False)


def routes(parts: Dependencies, commands: Commands) -> list[HTTPRouteHandler]:
    @post(
        ROUTE,
        summary="Issues tokens of a survey, as links and QR codes; only their hashes are kept",
        description="For the roles surveyor and integrator. Asked again it issues others: no secret is told twice.",
        request_max_body_size=LARGEST,
        status_code=201,
    )
    async def issue(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[IssuedTokens]:
        actor = await parts.actor(request.headers, request.scope)
        parts.access_scope(actor, agency)
        is_json(request.headers)
        wanted = _read(await request.body())
        secrets = [secret() for _ in range(wanted.count)]
        rows = await parts.reads.rows(agency, "survey-digests", {"agency": agency, "secrets": secrets})
        command = IssueTokens(
            unit=wanted.unit,
            period=wanted.period,
            survey=wanted.survey,
            point=wanted.point,
            tokens=[row["digest"] for row in rows],
            open=wanted.open,
        )
        key = {"idempotency-key": f"survey-tokens-{uuid4()}"}
        done = await commands.do(agency, actor, key, msgspec.json.encode(command))
        address = (wanted.address or str(request.base_url)).rstrip("/")
        links = [f"{address}/survey/{agency}.{one}" for one in secrets]
        tokens = tuple(IssuedToken(link, _qr(link) if wanted.qr else None) for link in links)
        told = {"Cache-Control": "no-store", "Neraca-Position": str(done.written.position)}
        return Response(IssuedTokens(done.written.position, tokens), status_code=201, headers=told)

    return [issue]


def _read(body: bytes) -> WantedTokens:
    """Raises Problem."""
    try:
        wanted: WantedTokens = json_input.decoded(_WANTED, body)
    except json_input.Malformed as wrong:
        raise Problem("malformed", str(wrong)) from None
    except json_input.Misshapen as wrong:
        raise Problem("invalid", str(wrong)) from None
    for name, kind in (("unit", KEY), ("period", PERIOD), ("survey", KEY), ("point", KEY)):
        if (what := fault(kind, getattr(wanted, name))) is not None:
            raise Problem("invalid", f"/{name}: {what}")
    return wanted


def _qr(link: str) -> str:
    """As SVG. Not the small kind, which many telephones can't read."""
    out = BytesIO()
    segno.make_qr(link, error="m").save(out, kind="svg", xmldecl=False, scale=4, border=4)
    return out.getvalue().decode()
