"""What happens in the year: a step is a batch of commands that somebody sends at a moment."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from neraca.domain.agency import Agency, is_working_day
from neraca.domain.contexts import Actor
from neraca.domain.registry import Command
from neraca.domain.vocabulary import Relation, Role
from neraca.policy.model import Policy
from neraca.service.observation import CLOCK

CLERKS = {
    Role.HR: "petugas-kepegawaian",
    Role.OFFICIAL: "pejabat-berwenang",
    Role.SURVEYOR: "petugas-survei",
    Role.POLICY: "staf-kebijakan",
}


class Place(Struct, frozen=True):
    """One of those who are assigned to rate somebody, by number, as they stand when the step is sent."""

    employee: str
    period: str
    relation: Relation
    number: int


class Step(Struct, frozen=True):
    """`may_fail`: it may be refused as part of the story (no score for missing facts, and what would follow one).

    `instead_of`: who delegated to the actor what is done. `makes` is what comes about by it, if it is not refused;
    where what it `needs` did not come about, nobody sends it. With a `place`, whoever has it sends it in the place of
    the actor, and nobody where nobody does.
    """

    at: datetime
    actor: Actor
    commands: tuple[Command, ...]
    may_fail: bool = False
    instead_of: str | None = None
    makes: str | None = None
    needs: str | None = None
    place: Place | None = None


class Simulation(Struct, frozen=True):
    """The agency, its policy in force, and its own rng, which was made of `seed`."""

    agency: Agency
    policy: Policy
    rng: Random
    seed: str = ""

    def at(self, day: date, hour: int = 9) -> datetime:
        """Some minute of the hour, local time of the agency, as UTC."""
        minute = self.rng.randrange(60)
        return datetime.combine(day, time(hour, minute), ZoneInfo(self.agency.time_zone)).astimezone(UTC)

    def beside(self, whose: str) -> "Simulation":
        """The same with chance of its own, so that nothing drawn there changes the rest of the year."""
        return Simulation(self.agency, self.policy, Random(f"{self.seed}/{whose}"), self.seed)  # noqa: S311 -- a story

    def clerk(self, role: Role) -> Actor:
        return Actor(f"{CLERKS[role]}-{self.agency.id}", frozenset({role}), self.agency.id)

    def board(self) -> Actor:
        """Another official, who decides where nobody is above the appraiser."""
        return Actor(f"pejabat-keberatan-{self.agency.id}", frozenset({Role.OFFICIAL}), self.agency.id)

    def clock(self) -> Actor:
        return Actor(CLOCK, frozenset({Role.CLOCK}), self.agency.id)

    def person(self, nip: str) -> Actor:
        return Actor(nip, frozenset({Role.EMPLOYEE}), self.agency.id)

    def working(self, day: date) -> date:
        """The day itself or the next working day."""
        while not is_working_day(self.agency, day):
            day += timedelta(days=1)
        return day

    def probability(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def around(self, talent: int, low: int, high: int) -> Decimal:
        """Between low and high in hundredths, nearer the top for talent."""
        spread = high - low
        middle = low * 100 + spread * talent
        drawn = middle + self.rng.randint(-spread * 20, spread * 20)
        return Decimal(min(max(drawn, low * 100), high * 100)).scaleb(-2)


def months(starts: date, ends: date) -> Iterable[date]:
    """The last day of each month of a span of whole months."""
    day = starts
    while day <= ends:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield following - timedelta(days=1)
        day = following
