"""One simulation at a time: each judges a whole city, and a server has other things to do."""

import asyncio

from neraca.service.simulation import Simulation, SimulationRequest, Simulator


class SimulationQueue:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._one = asyncio.Lock()

    async def run(self, question: SimulationRequest) -> Simulation:
        """In a thread, so that the event loop answers others meanwhile. Raises what the simulator raises."""
        async with self._one:
            return await asyncio.to_thread(self._simulator.run, question)
