"""What can go wrong between a program and the log. Those the library would also raise descend from its own classes.

StoreError
├── VersionConflict    somebody appended to the stream first (an `IntegrityError`)
├── KeyReused          the idempotency key already stands for another request (an `IntegrityError`)
├── MalformedAppend    the versions given do not follow one another (an `IntegrityError`)
├── UnknownAgency      the agency is not registered in this database
├── Unreachable        the database cannot be reached; nothing was stored (an `OperationalError`)
│   └── OutcomeUnknown     the connection was lost and did not come back in time; events may be stored
├── ClockSkewed        this server's clock is far from the database's: no day can be told
├── UnreadableEvent    a stored event this program cannot read
│   ├── UnknownType        its tag is not in the registry
│   └── NewerSchema        a newer program wrote it
└── MigrationError
    ├── ChangedMigration   an applied file was changed
    ├── OwnerNeeded        something is to be done that whoever connects may not do
    └── NewerDatabase      the database knows migrations this program does not
"""

from datetime import timedelta
from uuid import UUID

from eventsourcing.persistence import IntegrityError, MapperDeserialisationError, OperationalError


class StoreError(Exception):
    pass


class VersionConflict(StoreError, IntegrityError):
    """`current` is the version the stream is at, 0 if it has no events."""

    def __init__(self, stream: UUID, expected: int, current: int) -> None:
        super().__init__(f"stream {stream}: expected at version {expected}, is at {current}; read it again")
        self.stream = stream
        self.expected = expected
        self.current = current


class KeyReused(StoreError, IntegrityError):
    def __init__(self, key: str) -> None:
        super().__init__(f"idempotency key {key!r} was used for another request; send a new key")
        self.key = key


class MalformedAppend(StoreError, IntegrityError):
    pass


class UnknownAgency(StoreError):
    def __init__(self, agency: str) -> None:
        super().__init__(f"agency {agency!r} is not registered in this database; run `neraca migrate`")
        self.agency = agency


class Unreachable(StoreError, OperationalError):
    pass


class OutcomeUnknown(Unreachable):
    pass


class ClockSkewed(StoreError):
    """`apart`: how far the server's clock is ahead."""

    def __init__(self, apart: timedelta) -> None:
        seconds, side = round(abs(apart.total_seconds())), "ahead of" if apart > timedelta(0) else "behind"
        super().__init__(
            f"this server's clock is {seconds} s {side} the database's, and "
            "nothing is written until they agree: set both by NTP (chronyc tracking, timedatectl), then try again"
        )
        self.apart = apart


class UnreadableEvent(StoreError, MapperDeserialisationError):
    pass


class UnknownType(UnreadableEvent):
    pass


class NewerSchema(UnreadableEvent):
    pass


class MigrationError(StoreError):
    pass


class ChangedMigration(MigrationError):
    pass


class OwnerNeeded(MigrationError):
    def __init__(self, lacking: str) -> None:
        super().__init__(
            f"the database lacks {lacking}, and whoever connects may not make it; "
            "run `neraca migrate` as its owner, and start again"
        )


class NewerDatabase(MigrationError):
    pass
