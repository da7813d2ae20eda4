"""Which parameters a route takes in its URL: any other is refused; a misspelt one would be passed over in silence."""

from typing import Any

from litestar import Request

from neraca.api.problems import Problem
from neraca.domain.text import shown
from neraca.domain.values import suggestion

TAKES = "takes"
"""The option of a route that names them."""


def known(request: Request[Any, Any, Any]) -> None:
    """Raises Problem `wrong-parameter` for one that the route does not take, or that is there twice."""
    takes: frozenset[str] = frozenset(request.route_handler.opt.get(TAKES, ()))
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in takes:
            raise Problem("wrong-parameter", f"no parameter {shown(name)} here; {suggestion(name, takes)}")
        if name in seen:
            raise Problem("wrong-parameter", f"the parameter {name} is there twice; say it once")
        seen.add(name)
