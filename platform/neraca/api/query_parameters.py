"""Which parameters a route takes in its URL: any other is refused; a misspelt one would be passed over in silence.

Those that are numbers are written in digits: the framework takes `1e3` for a thousand.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request

from neraca.api.problems import Problem
from neraca.domain.text_kinds import digits, shown
from neraca.domain.validation import suggestion

TAKES = "takes"
"""The option of a route that names them."""

ANY = "any"
"""The option of a route that others send readers to, with what they will."""

COUNTS = "counts"
"""The option that has the least and the most of those of them that are numbers."""


async def known(request: Request[Any, Any, Any]) -> None:
    """Raises Problem `wrong-parameter` for one that the route does not take, that is there twice, or is no number of
    those it takes.
    """
    if request.route_handler.opt.get(ANY):
        return
    takes: frozenset[str] = frozenset(request.route_handler.opt.get(TAKES, ()))
    counts: Mapping[str, tuple[int, int]] = request.route_handler.opt.get(COUNTS, {})
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in takes:
            raise Problem("wrong-parameter", f"no parameter {shown(name)} here; {suggestion(name, takes)}")
        if name in seen:
            raise Problem("wrong-parameter", f"the parameter {name} is there twice; say it once")
        if name in counts:
            least, most = counts[name]
            number = digits(value, 19)
            if number is None or not least <= number <= most:
                told = f"{name}: {shown(value)} is no whole number from {least} to {most}; write one in digits"
                raise Problem("wrong-parameter", told)
        seen.add(name)
