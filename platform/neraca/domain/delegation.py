"""That something was handed on to somebody for a time: what the roster keeps of it."""

from datetime import date, timedelta

from msgspec import Struct

LONGEST = timedelta(days=366)
"""From its first day to its last: what lasts longer is a transfer."""


class Delegation(Struct, frozen=True):
    to: str
    since: date
    until: date

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until


def last_possible_day(since: date) -> date:
    """Returns the last day that a delegation may have which begins on `since`."""
    return since + LONGEST
