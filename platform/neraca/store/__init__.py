"""The event log: the one floor that knows the library `eventsourcing` and the SQL of the lasting tables.

The face is loaded when something of it is asked for: the supervisor of the embedded server needs none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neraca.store import (
        api_keys,
        clock,
        embedded,
        errors,
        group_commit,
        kept_exports,
        migrate,
        outage,
        page_sessions,
        pool,
        public_door,
        recorded_reads,
        shares,
        statements,
    )
    from neraca.store.clock import DatabaseClock
    from neraca.store.ledger import Append, AppendReceipt, Idempotency, Ledger, NewEvent, Unless
    from neraca.store.log import Log, LoggedEvent
    from neraca.store.mapper import EventMapper
    from neraca.store.notifier import Listener, Notifier
    from neraca.store.pool import AgencyPool, connection_for, open_connection, open_pool
    from neraca.store.shares import NOBODYS, AgencyBusy, Shares

__all__ = [
    "NOBODYS",
    "AgencyBusy",
    "AgencyPool",
    "Append",
    "AppendReceipt",
    "DatabaseClock",
    "EventMapper",
    "Idempotency",
    "Ledger",
    "Listener",
    "Log",
    "LoggedEvent",
    "NewEvent",
    "Notifier",
    "Shares",
    "Unless",
    "api_keys",
    "clock",
    "connection_for",
    "embedded",
    "errors",
    "group_commit",
    "kept_exports",
    "migrate",
    "open_connection",
    "open_pool",
    "outage",
    "page_sessions",
    "pool",
    "public_door",
    "recorded_reads",
    "shares",
    "statements",
]

_MODULES = {
    "clock": ("DatabaseClock",),
    "ledger": ("Append", "AppendReceipt", "Idempotency", "Ledger", "NewEvent", "Unless"),
    "log": ("Log", "LoggedEvent"),
    "mapper": ("EventMapper",),
    "notifier": ("Listener", "Notifier"),
    "pool": ("AgencyPool", "connection_for", "open_connection", "open_pool"),
    "shares": ("NOBODYS", "AgencyBusy", "Shares"),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"neraca.store.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
