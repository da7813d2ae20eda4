"""What the doors say while the database is away, stopping, overloaded or full: come again, and when."""

from neraca.api.problems import Problem
from neraca.service import Busy
from neraca.store.errors import ClockSkewed, Unreachable
from neraca.store.outage import full, passing
from neraca.store.shares import AgencyBusy


def outage(error: BaseException | None) -> Problem | None:
    """None for what is no outage. What the database said stays in the log."""
    match error:
        case None:
            return None
        case Busy() | AgencyBusy():
            return Problem("unavailable", str(error), headers={"Retry-After": "1"})
        case Unreachable():
            # What follows the colon is the driver's, and may name hosts and users.
            return Problem("unavailable", str(error).partition(": ")[0], headers={"Retry-After": "1"})
        case ClockSkewed():
            return Problem("unavailable", str(error), headers={"Retry-After": "60"})
        case _ if full(error):
            told = "the database has no room left and nothing was stored: tell the operator, and send it again later"
            return Problem("out-of-space", told, headers={"Retry-After": "60"})
        case _ if passing(error):
            told = "the database does not answer just now: ask again; what is written, with the same Idempotency-Key"
            return Problem("unavailable", told, headers={"Retry-After": "2"})
        case _:
            return None
