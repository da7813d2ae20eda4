"""Of each agency one simulation at a time, and few in all: each judges a whole city, which takes memory."""

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import TypeVar

from neraca.api.worker_threads import WorkerThreads
from neraca.service.impact_measurement import AT_ONCE
from neraca.service.simulation import ShadowReport, Simulation, SimulationRequest, Simulator

ResultT = TypeVar("ResultT")

_LONGEST = timedelta(hours=1)
"""Whoever asks has less patience, and gives up before."""


class SimulationQueue:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._threads = WorkerThreads(AT_ONCE, each=1, kept=0)

    async def run(self, question: SimulationRequest) -> Simulation:
        """On a thread, so that the event loop answers others meanwhile. Its place is held until it ends, even where
        nobody waits for it any more. Raises what the simulator raises.
        """
        return await self._threads.run(question.agency, partial(self._simulator.run, question), _LONGEST)

    async def shadowed(self, agency: str, shadow: str, periods: Collection[str]) -> ShadowReport:
        """As `run`, of a rule that is tried beside the one in force."""
        return await self._threads.run(agency, partial(self._simulator.shadowed, agency, shadow, periods), _LONGEST)

    async def counted(self, agency: str, count: Callable[[], ResultT]) -> ResultT:
        """What `count` gives, which takes as long: in the place of a simulation of the agency."""
        return await self._threads.run(agency, count, _LONGEST)
