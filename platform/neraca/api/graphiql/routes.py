"""The page and its files. Nothing is fetched from elsewhere, and nothing that stands in the page itself runs.

Styles alone may stand in it: its editor sets them on what it shows. That holds for this page and for no other.
"""

from collections.abc import Mapping
from gzip import decompress
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from neraca.api.problems import Problem
from neraca.domain.text_kinds import shown

PATH = "/graphiql"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_HERE = files(__name__.rpartition(".")[0])
_PACKED = ("graphiql.css", "graphiql.js", "react-dom.js", "react.js")
_PLAIN = ("page.css", "start.js")
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_KEPT = {"Cache-Control": "public, max-age=86400", "Vary": "Accept-Encoding"}


def routes() -> list[HTTPRouteHandler]:
    page = (_HERE / "page.html").read_bytes()
    packed = {name: (_HERE / f"{name}.gz").read_bytes() for name in _PACKED}
    plain = {name: (_HERE / name).read_bytes() for name in _PLAIN}
    tags = {name: f'"{sha256(data).hexdigest()[:32]}"' for name, data in (packed | plain).items()}

    @get(PATH, summary="GraphiQL", include_in_schema=False, sync_to_thread=False)
    def graphiql() -> Response[bytes]:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return Response(page, media_type="text/html", headers=headers)

    @get(f"{PATH}/{{name:str}}", summary="A file of GraphiQL", include_in_schema=False, sync_to_thread=False)
    def file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        if name not in tags:
            path = shown(request.scope["path"])
            raise Problem("not-found", f"there is nothing at {path}; /openapi.json tells what there is")
        headers = _KEPT | {"ETag": tags[name]}
        if request.headers.get("If-None-Match") == tags[name]:
            return Response(b"", status_code=304, headers=headers)
        data, headers = _as_taken(name, packed, plain, request.headers.get("Accept-Encoding", ""), headers)
        return Response(data, media_type=_TYPES[PurePath(name).suffix], headers=headers)

    return [graphiql, file]


def _as_taken(
    name: str, packed: Mapping[str, bytes], plain: Mapping[str, bytes], taken: str, headers: dict[str, str]
) -> tuple[bytes, dict[str, str]]:
    """The large files lie packed, so that none is packed for each who asks."""
    if name in plain:
        return plain[name], headers
    if "gzip" in taken:
        return packed[name], headers | {"Content-Encoding": "gzip"}
    return decompress(packed[name]), headers
