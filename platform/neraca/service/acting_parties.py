"""Who acts on a day in the place of whoever a deadline names: an acting official, or the next above who is there."""

from collections.abc import Collection, Iterable
from datetime import date

from msgspec.structs import replace

from neraca.domain.agency import Agency
from neraca.domain.appraisal.relations import acting_on
from neraca.domain.appraisal.state import Stage
from neraca.domain.assignments import Roster, Tenure
from neraca.domain.command_rules import APPRAISER, REVIEWER
from neraca.domain.workplan import parties
from neraca.service.as_of import AsOfReader
from neraca.service.open_deadlines import OpenDeadline
from neraca.service.open_deadlines import open_deadlines as named
from neraca.service.policies import PolicyRepository
from neraca.service.statements import statement
from neraca.store.pool import fetch, open_pool


class ActingParties:
    """What the log of an agency says of it for a day, at a position or as it is now."""

    def __init__(self, reader: AsOfReader, agency: str, today: date, position: int | None = None) -> None:
        self._reader = reader
        self._agency = agency
        self._roster = Roster(self._person, today)
        self._position = position
        self._people: dict[str, Tenure] = {}

    def told(self, found: Iterable[OpenDeadline], unsettled: Collection[str]) -> list[OpenDeadline]:
        """The same with who acts. Only a reviewer, and an appraiser who is unsettled, is looked for in the log."""
        return [self._acting(one) if _may_differ(one, unsettled) else one for one in found]

    def _acting(self, one: OpenDeadline) -> OpenDeadline:
        state = self._reader.appraisal(self._agency, one.employee, one.period, self._position)
        # A plan of the year is wanted before anything is opened, by whoever is above.
        if state.stage is Stage.UNOPENED:
            return replace(one, acts=parties.appraiser(one.employee, self._roster))
        acting = acting_on(state, self._roster)
        return replace(one, acts=acting.appraiser if one.role == APPRAISER else acting.reviewer)

    def _person(self, employee: str) -> Tenure:
        if employee not in self._people:
            self._people[employee] = self._reader.employee(self._agency, employee, self._position)
        return self._people[employee]


def concerns(one: OpenDeadline, person: str | None) -> bool:
    """Whether it is the person's, or theirs to act on; with nobody asked for, any is."""
    return person in (None, one.employee, one.person, one.acts)


def open_deadlines(
    url: str,
    policies: PolicyRepository,
    reader: AsOfReader,
    agency: Agency,
    person: str | None,
    today: date,
    position: int | None = None,
) -> list[OpenDeadline]:
    """What is open, with who acts; of a person also what they owe in the place of another."""
    with open_pool(url, largest=1) as pool, pool.connection() as connection:
        [(unsettled,)] = fetch(connection, agency.id, statement("unsettled"), {"agency": agency.id})
    found = named(url, policies, agency, person, today, position, unsettled)
    acting = ActingParties(reader, agency.id, today, position)
    return [one for one in acting.told(found, unsettled) if concerns(one, person)]


def _may_differ(one: OpenDeadline, unsettled: Collection[str]) -> bool:
    return one.role == REVIEWER or (one.role == APPRAISER and one.person in unsettled)
