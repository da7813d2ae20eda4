"""Computes what a proposal would do to people, for the report that is attached to it."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from neraca.domain import policy_register
from neraca.domain.contexts import Measured
from neraca.domain.errors import Conflict
from neraca.domain.policy_register import AttachImpact
from neraca.domain.policy_register.proposal import attachable
from neraca.service.policies import PolicyRepository

if TYPE_CHECKING:
    from neraca.service.simulation import Simulation

Measure: TypeAlias = Callable[[PolicyRepository, str, str, str | None], "Simulation"]
"""What a proposal of an agency would do to people, of a period or the last that has final results."""


class ImpactMeasurement:
    """Safe to share between threads, which come one after the other: each judges a city."""

    def __init__(self, measure: Measure | None, policies: PolicyRepository) -> None:
        self._measure = measure
        self._policies = policies
        self._one_at_a_time = Lock()

    def of(self, agency: str, command: AttachImpact, book: policy_register.State) -> Measured:
        """The report that an attachment is of. Raises Conflict where none can be computed."""
        # Only who measures needs the vectorised engine, and its numbers are slow to load.
        from neraca.policy.impact.report import canonical, summary

        attachable(command, book)
        if self._measure is None:
            raise Conflict("this server computes no impact reports; attach it where simulations run")
        with self._one_at_a_time:
            simulation = self._measure(self._policies, agency, command.proposal, command.period)
        text, words = canonical(simulation.impact).decode(), summary(simulation.impact)
        return Measured(simulation.hash, text, simulation.impact.period, words, simulation.position)
