"""The one refusal of this package, `ServerDidNotStart`: its text names the place, the cause and the remedy."""

from pathlib import Path

ELSEWHERE = "or name another PostgreSQL (15 or newer) in NERACA_DATABASE_URL"


class ServerDidNotStart(Exception):
    """The embedded PostgreSQL did not start. Nothing that was committed before is lost by that."""

    def __init__(self, place: Path, cause: str, remedy: str) -> None:
        super().__init__(f"{place}: the embedded PostgreSQL did not start: {cause}\nRemedy: {remedy}, {ELSEWHERE}.")
        self.place = place
        self.cause = cause
        self.remedy = remedy
