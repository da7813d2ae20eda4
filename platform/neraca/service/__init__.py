"""handle(batch of commands): read, decide, append. The one way anything is ever written."""

from typing import TYPE_CHECKING

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
from neraca.service.decision_context import is_brief
from neraca.service.stream_locks import Busy

if TYPE_CHECKING:
    from neraca.service import (
        acting_parties,
        adoption,
        as_of,
        cohorts,
        commencement,
        distribution,
        drafts,
        drift,
        evaluation_documents,
        event_reader,
        impact_measurement,
        log_integrity,
        observation,
        open_deadlines,
        payroll,
        payroll_files,
        plan_deadlines,
        policies,
        policy_lifecycle,
        production_gates,
        remuneration_batch,
        replay,
        simulation,
        statements,
    )

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
    "acting_parties",
    "adoption",
    "as_of",
    "cohorts",
    "commencement",
    "distribution",
    "drafts",
    "drift",
    "evaluation_documents",
    "event_reader",
    "impact_measurement",
    "is_brief",
    "log_integrity",
    "observation",
    "open_deadlines",
    "payroll",
    "payroll_files",
    "plan_deadlines",
    "policies",
    "policy_lifecycle",
    "production_gates",
    "remuneration_batch",
    "replay",
    "simulation",
    "statements",
]
