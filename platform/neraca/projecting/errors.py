"""What can go wrong between the log and a read model.

ProjectingError
├── WrongTable        the DDL and the row type of a projection do not fit together
├── PoisonEvent          one event cannot be folded; it is set aside, or the projection stops before it
├── CorruptRow         a row in the tables is not what the projection once put there
├── ForeignRow        a fold put a row of one agency among those of another
├── Superseded        another version of the projection owns its tables
└── RebuildRunning    the projection is being rebuilt by somebody else
"""

from collections.abc import Mapping
from typing import Any


class ProjectingError(Exception):
    def __reduce__(self) -> tuple[Any, ...]:
        """So that each can come out of a process of its own: by its words, not made again of them."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[ProjectingError], args: tuple[Any, ...], state: Mapping[str, Any]) -> ProjectingError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class WrongTable(ProjectingError):
    pass


class PoisonEvent(ProjectingError):
    """`position` is that of the event; everything before it can be folded."""

    def __init__(self, projection: str, agency: str, position: int, reason: str) -> None:
        super().__init__(
            f"projection {projection}: event {agency}:{position} cannot be folded: {reason}; "
            f"correct the projection and start it again"
        )
        self.projection = projection
        self.agency = agency
        self.position = position
        self.reason = reason

    @classmethod
    def by(cls, cause: Exception, projection: str, agency: str, position: int) -> "PoisonEvent":
        return cls(projection, agency, position, f"{type(cause).__name__}: {str(cause).strip() or 'no message'}")


class CorruptRow(ProjectingError):
    def __init__(self, table: str, cause: Exception) -> None:
        super().__init__(f"a row of {table} cannot be read: {cause}; run `neraca rebuild` for its projection")


class ForeignRow(ProjectingError, ValueError):
    pass


class Superseded(ProjectingError):
    def __init__(self, projection: str) -> None:
        super().__init__(
            f"projection {projection}: its tables belong to another version of this program; "
            f"restart this one, or run `neraca rebuild {projection}` with the version that should win"
        )


class RebuildRunning(ProjectingError):
    def __init__(self, projection: str) -> None:
        super().__init__(f"projection {projection} is being rebuilt already; wait until that has ended")
