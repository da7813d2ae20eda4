"""Whose planned results a reader may see: their own chain upwards, whom they lead, or everybody's."""

from datetime import date

from msgspec import Struct

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.visibility import reach


class Sight(Struct, frozen=True):
    """`people` are whose results the reader sees with all that serves them, None for everybody; of who is `above` those
    that are approved. `headed` are the offices whose head the reader is, and `below` who is directly below them. All of
    that is of today; plans are read as of `position`, and the roster of its `day`.
    """

    agency: str
    year: int
    day: date
    position: int | None
    reader: str | None
    people: frozenset[str] | None = None
    above: frozenset[str] = frozenset()
    headed: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()

    def of_year(self) -> dict[str, object]:
        """What statements ask for that read plans of the year."""
        return {"agency": self.agency, "year": self.year, "position": self.position}

    def sees(self, employee: str) -> bool:
        return self.people is None or employee in self.people

    def talks_with(self, employee: str) -> bool:
        """Whether the reader is one of the two who agree on the plan, or sees the agency."""
        return self.people is None or employee == self.reader or employee in self.below

    def heads(self, unit: str | None) -> bool:
        return self.people is None or unit in self.headed


async def of_reader(context: RequestContext, access_scope: AccessScope, year: int, position: int | None) -> Sight:
    agency, reader = access_scope.agency, access_scope.reader
    known = await reach(context, agency, reader, position)
    day = known["day"]
    if reader is None:
        return Sight(agency, year, day, position, None)
    heads = known | {"day": known["today"], "below": list[str](), "position": None}
    rows = await context.parts.reads.rows(agency, "graphql/unit-heads", heads) if known["serves"] else []
    headed = [row["unit"] for row in rows]
    found = await context.parts.reads.one(agency, "graphql/above-reader", known | {"headed": headed})
    below = frozenset[str](known["below"])
    people = below | {reader, *found["led"]}
    return Sight(agency, year, day, position, reader, people, frozenset(found["above"]), frozenset(headed), below)
