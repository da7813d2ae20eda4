"""What the verbs need of the rest of the house; `main` provides it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from neraca.cli.examination import Finding
from neraca.domain.given import Actor
from neraca.service.desk import Desk
from neraca.service.simulating import Progress, Question, Simulation
from neraca.service.spreading import Spread
from neraca.settings import Settings


class DemoOrder(Struct, frozen=True):
    """`days` of the year are lived, `people` are spread over the agencies by their planning sizes."""

    people: int
    seed: int
    days: int
    once: bool
    port: int | None


class RebuildResult(Struct, frozen=True):
    """`equal` is None where there was nothing to compare with; `differing` names some rows that were not alike.

    `set_aside` events could not be taken in, or wait for one that could not.
    """

    projection: str
    agency: str | None
    events: int
    equal: bool | None
    differing: list[str]
    set_aside: int = 0


class ReplayResult(Struct, frozen=True):
    """One recorded finalisation recomputed from the log alone; `same` is digit for digit, facts digest included."""

    agency: str
    employee: str
    period: str
    position: int
    policy: str
    recorded: dict[str, str | None]
    recomputed: dict[str, str | None]
    same: bool
    differences: list[str]


class Wiring(Protocol):
    def migrate(self, settings: Settings, say: Callable[[str], None]) -> None: ...

    def serve(self, settings: Settings, *, follow: bool) -> None: ...

    def follow(self, settings: Settings) -> None: ...

    def demo(self, settings: Settings, order: DemoOrder) -> None: ...

    def rebuild(
        self, settings: Settings, projections: Sequence[str], agency: str | None
    ) -> Sequence[RebuildResult]: ...

    def doctor(self, settings: Settings) -> Sequence[Finding]: ...

    def replay(
        self,
        settings: Settings,
        agency: str,
        appraisal: str | None,
        policy: str | None,
        as_of: str | None,
    ) -> Sequence[ReplayResult]: ...

    def simulate(self, settings: Settings, asked: Question, say: Progress) -> Simulation: ...

    def spreads(self, settings: Settings, agency: str, period: str) -> Sequence[Spread]: ...

    def actor(self, settings: Settings, token: str) -> Actor: ...

    def desk(self, settings: Settings) -> AbstractContextManager[Desk]: ...

    def schema(self) -> str: ...
