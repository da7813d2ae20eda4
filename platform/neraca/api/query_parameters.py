"""Which parameters a route takes in its URL: any other is refused; a misspelt one would be passed over in silence.

Those that are numbers are written in digits: the framework takes `1e3` for a thousand.
"""

from typing import Any

from litestar import Request

from neraca.api.problems import Problem
from neraca.domain.text_kinds import digits, shown
from neraca.domain.validation import suggestion

TAKES = "takes"
"""The option of a route that names them."""

COUNTS = "counts"
"""The option that names those of them that are numbers."""


async def known(request: Request[Any, Any, Any]) -> None:
    """Raises Problem `wrong-parameter` for one that the route does not take, that is there twice, or is no number."""
    takes: frozenset[str] = frozenset(request.route_handler.opt.get(TAKES, ()))
    counts: frozenset[str] = frozenset(request.route_handler.opt.get(COUNTS, ()))
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in takes:
            raise Problem("wrong-parameter", f"no parameter {shown(name)} here; {suggestion(name, takes)}")
        if name in seen:
            raise Problem("wrong-parameter", f"the parameter {name} is there twice; say it once")
        if name in counts and digits(value, 19) is None:
            raise Problem("wrong-parameter", f"{name}: {shown(value)} is no number; write it in digits")
        seen.add(name)
