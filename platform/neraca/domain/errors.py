"""Why a command is refused. Each says what is wrong and what to do instead; the door turns the kind into an answer.

Refusal
├── NotAllowed      the actor's role or relation does not permit it
├── NotFound        it names something that does not exist
│   └── NotOneInForce   no rule, or more than one, is in force where there must be one
├── Invalid         a value is outside what the policy or the law allows
└── Conflict        it does not fit the state of things
    ├── NotOpen         no plan, not approved, or already final
    ├── AlreadyDone     the same thing was done before
    ├── TooLate         a legal period is over
    ├── TooEarly        its day has not come
    └── Blocked         the facts do not suffice for a score
"""

from collections.abc import Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """One of several: in which command of a unit, counted from 0, at which JSON pointer into it, and what."""

    at: int
    field: str
    message: str


class Refusal(Exception):
    """`field` points into the command (a JSON pointer) where one field is at fault.

    `at` says which command of a unit was refused, counted from 0; None where it was none in particular. `faults` are
    all there are, where more than one is told at once.
    """

    def __init__(self, message: str, *, field: str | None = None, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.at: int | None = None

    def came_of(self, at: int) -> None:
        """Notes which command of a unit was refused."""
        self.at = at
        self.faults = tuple(one._replace(at=at) for one in self.faults)


class NotAllowed(Refusal):
    pass


class NotFound(Refusal):
    pass


class NotOneInForce(NotFound):
    pass


class Invalid(Refusal):
    pass


class Conflict(Refusal):
    pass


class NotOpen(Conflict):
    pass


class AlreadyDone(Conflict):
    pass


class TooLate(Conflict):
    pass


class TooEarly(Conflict):
    pass


class Blocked(Conflict):
    pass
