"""handle(batch of commands): read, decide, append. The one way anything is ever written."""

from neraca.service.command_batch import (
    CommandBatch,
    CommandResult,
    EventReference,
    KeyReused,
    KeyRunning,
    NoSuchAgency,
    PreconditionFailed,
    Unseen,
)
from neraca.service.command_handler import CommandHandler
from neraca.service.stream_locks import Busy

__all__ = [
    "Busy",
    "CommandBatch",
    "CommandHandler",
    "CommandResult",
    "EventReference",
    "KeyReused",
    "KeyRunning",
    "NoSuchAgency",
    "PreconditionFailed",
    "Unseen",
]
