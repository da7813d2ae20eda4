"""Computes what a proposal would do to people, for the report that is attached to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from neraca.domain import policy_register
from neraca.domain.contexts import Measured
from neraca.domain.errors import Conflict
from neraca.domain.policy_register import AttachImpact
from neraca.domain.policy_register.proposal import attachable
from neraca.service.policies import PolicyRepository
from neraca.store.shares import Shares

if TYPE_CHECKING:
    from neraca.service.simulation import Simulation

Measure: TypeAlias = Callable[[PolicyRepository, str, str, str | None], "Simulation"]
"""What a proposal of an agency would do to people, of a period or the last that has final results."""

AT_ONCE = 2
"""Cities that are judged at a time, of each agency one. So few for the memory of it: each is all its people with all
their facts, in columns, hundreds of megabytes for a large city. And yet no agency waits for another that stalls.
"""


class ImpactMeasurement:
    """Safe to share between threads."""

    def __init__(self, measure: Measure | None, policies: PolicyRepository) -> None:
        self._measure = measure
        self._policies = policies
        self._shares = Shares(AT_ONCE, each=1, kept=0)

    def of(self, agency: str, command: AttachImpact, register: policy_register.State) -> Measured:
        """The report that an attachment is of. Raises Conflict where none can be computed."""
        # Only who measures needs the vectorised engine, and its numbers are slow to load.
        from neraca.policy.impact.report import canonical, summary

        attachable(command, register)
        if self._measure is None:
            raise Conflict("this server computes no impact reports; attach it where simulations run")
        with self._shares.held(agency, None):
            simulation = self._measure(self._policies, agency, command.proposal, command.period)
        text, words = canonical(simulation.impact).decode(), summary(simulation.impact)
        return Measured(simulation.hash, text, simulation.impact.period, words, simulation.position)
