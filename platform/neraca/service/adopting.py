"""Takes the policies that an agency's file names into its policy book, once each."""

from collections.abc import Mapping
from datetime import datetime

from neraca.domain.agency import Agency
from neraca.domain.given import Actor
from neraca.domain.policy_book import PublishPolicy, SchedulePolicy
from neraca.domain.vocabulary import Role
from neraca.policy.library import Library
from neraca.service.handling import Service
from neraca.service.unit import Unit

OPERATOR = Actor("neraca-migrate", frozenset({Role.POLICY}))


def adopt(service: Service, agency: Agency, library: Library, now: datetime) -> list[str]:
    """What was published now, as `id@version`. Raises NoSuchPolicy, Unsound, and what `handle` raises."""
    adopted: list[str] = []
    for adoption in agency.policies:
        name = f"{adoption.id}@{adoption.version}"
        resolved = library.get(adoption.id, adoption.version)
        if service.shelf.knows(agency.id, adoption.id, adoption.version):
            continue
        texts: Mapping[str, str] = resolved.sources
        publish = PublishPolicy(file=resolved.file, texts=dict(texts), reason=f"adopted in agencies/{agency.id}")
        schedule = SchedulePolicy(id=adoption.id, version=adoption.version, since=adoption.from_, until=adoption.to)
        unit = Unit(agency=agency.id, actor=OPERATOR, commands=(publish, schedule), now=now, key=f"adopt/{name}")
        service.handle(unit)
        adopted.append(name)
    return adopted
