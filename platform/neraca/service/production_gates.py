"""An agency goes from demonstration to production by a word in its file; what ruled until then goes on ruling.

So whatever came into force by easier gates is named, until people have put it through those of production.
"""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from msgspec import Struct

from neraca.domain import policy_register, streams
from neraca.domain.agency import Agency
from neraca.domain.policy_register.approval import ungated
from neraca.domain.policy_register.proposal import PRODUCTION
from neraca.domain.vocabulary import Purpose
from neraca.service.event_reader import EventReader


class Ungated(Struct, frozen=True):
    agency: str
    version: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.agency}: {self.what}; {self.remedy}"


def in_force_ungated(history: EventReader, agency: Agency, today: date) -> Iterator[Ungated]:
    """Versions that rule in production, today or later, without what production asks for."""
    if agency.stage != PRODUCTION:
        return
    register = policy_register.State()
    for past in history.stream(agency.id, streams.policy_register(agency.id)):
        register = policy_register.evolve(register, past.event)
    spans = [span for purpose in get_args(Purpose) for span in register.of(purpose)]
    ruling = {span.hash for span in spans if span.until is None or span.until >= today}
    for _, published in sorted(register.versions.items(), key=lambda one: one[0]):
        why = ungated(published.policy, register, agency.approvals.quorum) if published.policy.hash in ruling else None
        if why is not None:
            name = published.policy.name
            yield Ungated(
                agency.id,
                name,
                f"it is in production, and {name} rules by the easier gates of a demonstration: {why}",
                f"propose it again (neraca policy restore {name} --agency {agency.id} --since DATE --reason WHY), "
                "attach its impact, and let others approve it",
            )
