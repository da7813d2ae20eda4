"""One simulation at a time: each judges a whole city, and a server has other things to do."""

import asyncio

from neraca.service.simulating import Question, Simulation, Simulator


class Simulations:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._one = asyncio.Lock()

    async def run(self, question: Question) -> Simulation:
        """In a thread, so that the event loop answers others meanwhile. Raises what the simulator raises."""
        async with self._one:
            return await asyncio.to_thread(self._simulator.run, question)
