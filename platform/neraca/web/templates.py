"""Templates to pages: everything is escaped, a missing name is an error, and a browser may load only our style."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from litestar.datastructures import Cookie

from neraca.web.words import say
from neraca.wording import explained
from neraca.wording.language import Language

HERE = Path(__file__).parent
STYLE = (HERE / "style.css").read_bytes()
STYLE_PATH = f"/pages/style-{sha256(STYLE).hexdigest()[:12]}.css"
"""Named by its content, so that a browser keeps it for good."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def number(value: str | None, language: Language) -> str:
    """With the decimal sign of the language; a dash where there is none."""
    if value is None:
        return "–"
    return value.replace(".", ",") if language == "id" else value


def told(sentence: str, language: Language) -> str:
    """What a step of a score says, in the language of the page."""
    return explained(sentence).text if language == "id" else sentence


def local_time(instant: str, zone: str) -> str:
    """An instant as the clocks of the agency had it: `2025-03-03 09:00 WIB`."""
    there = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
    return f"{there:%Y-%m-%d %H:%M} {_ZONES.get(zone, zone)}"


def position_of(event: str) -> str:
    """Of an event's id, its place in the log."""
    return event.rpartition(":")[-1]


def page(
    template: str,
    language: Language,
    values: Mapping[str, Any],
    *,
    status: int = 200,
    cookies: tuple[Cookie, ...] = (),
) -> Response[bytes]:
    said = _ENVIRONMENT.get_template(template).render(
        {
            **values,
            "language": language,
            "style": STYLE_PATH,
            "say": partial(say, language=language),
            "told": partial(told, language=language),
            "number": partial(number, language=language),
            "local_time": local_time,
            "position_of": position_of,
        }
    )
    return Response(
        said.encode(),
        status_code=status,
        media_type="text/html; charset=utf-8",
        headers={**HEADERS, "Content-Language": language, "Vary": "Accept-Language, Cookie"},
        cookies=list(cookies),
    )


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
)
