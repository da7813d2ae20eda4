"""Who comes with a token of their agency's sign-in: an employee by the roster, and in which roles by the appointments
of that day. Both are asked at each request, so that one withdrawn is so at the next.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from neraca.api.database_reads import Reads
from neraca.api.key_admission import unauthenticated
from neraca.api.problems import Problem
from neraca.domain import appointments, streams
from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.domain.registry import EVENTS
from neraca.domain.vocabulary import Role
from neraca.service.identity_provider import Identified, IdentityProviders, NotBelieved, Unavailable
from neraca.store.mapper import EventMapper


class PersonAdmission:
    def __init__(self, reads: Reads, agencies: Mapping[str, Agency], clock: Callable[[], datetime]) -> None:
        self._reads = reads
        self._zones = {id_: ZoneInfo(agency.time_zone) for id_, agency in agencies.items()}
        self._clock = clock
        self._mapper = EventMapper(EVENTS)
        self.providers = IdentityProviders(agencies, clock)

    async def actor(self, token: str) -> Actor | None:
        """None for what is no token of a sign-in here. Raises Problem `unauthenticated` or `unavailable`."""
        try:
            found = await self.providers.identified(token)
        except NotBelieved as wrong:
            raise unauthenticated(str(wrong)) from None
        except Unavailable as unavailable:
            raise Problem("unavailable", str(unavailable), headers={"Retry-After": "30"}) from None
        return None if found is None else await self.standing(found)

    async def standing(self, who: Identified) -> Actor:
        """Raises Problem `unauthenticated` for one who is nobody in the agency."""
        stream = streams.appointments(who.agency, who.person)
        params = {"agency": who.agency, "person": who.person, "stream": stream}
        rows = await self._reads.rows(who.agency, "standing", params)
        given = appointments.State()
        for row in rows:
            if row["type"] is not None:
                appointments.evolve(given, self._mapper.decode(row["type"], row["data"]).body)
        roles = appointments.roles_on(given, self._today(who.agency))
        if rows[0]["on_roster"]:
            roles |= {Role.EMPLOYEE}
        if not roles:
            raise unauthenticated(
                f"{who.person} is neither on the roster of {who.agency} nor appointed there today; ask its staff"
            )
        return Actor(who.person, roles, who.agency)

    def _today(self, agency: str) -> date:
        return self._clock().astimezone(self._zones[agency]).date()
