"""Recomputes finalised results from the log alone and compares them with what was recorded, digit for digit."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from neraca.domain.appraisal.events import Finalised, Opened
from neraca.domain.given import Scored
from neraca.service.handling import Service
from neraca.service.history import Past
from neraca.service.judging import ENGINE, gather, scored
from neraca.service.shelf import PolicyAltered, Shelved


class Replayed(Struct, frozen=True):
    """`differences` say in words what is not as recorded; a policy other than the recorded one may well differ."""

    employee: str
    period: str
    position: int
    recorded: Finalised
    recomputed: Scored
    differences: tuple[str, ...]


class NoSuchPolicyPublished(LookupError):
    """The agency's policy book has no such version; the message lists those it has."""


def replay(
    service: Service, agency: str, *, policy: tuple[str, int] | None = None, until: int | None = None
) -> Iterator[Replayed]:
    """Every finalisation up to the log position `until`, oldest first. Raises NoSuchPolicyPublished."""
    other = _other(service, agency, policy) if policy else None
    for past in service.history.of_type(agency, "appraisal.finalised", until):
        yield _replayed(service, agency, past, other)


def _replayed(service: Service, agency: str, past: Past, other: Shelved | None) -> Replayed:
    final: Finalised = past.event
    opened: Opened = service.history.stream(agency, past.stream)[0].event
    try:
        judge = other or service.shelf.by_hash(agency, final.policy.hash)
    except (KeyError, PolicyAltered) as gone:
        why = str(gone) if isinstance(gone, PolicyAltered) else _never_published(final)
        return Replayed(opened.employee, opened.period, past.position, final, _nothing(final, why), (f"policy: {why}",))
    gathered = gather(
        service.history, agency, opened.employee, opened.period, tuple(judge.rules.surveys), final.position
    )
    again = scored(gathered, judge)
    differences = [*_differences(final, again)]
    if other is None and again.policy != final.policy:
        differences.insert(0, f"policy is {again.policy}, recorded was {final.policy}")
    return Replayed(opened.employee, opened.period, past.position, final, again, tuple(differences))


def _never_published(final: Finalised) -> str:
    return f"{final.policy.id}@{final.policy.version} with hash {final.policy.hash[:12]} was never published here"


def _nothing(final: Finalised, why: str) -> Scored:
    """What comes out where there is no policy to judge by."""
    return Scored(
        policy=final.policy,
        position=final.position,
        facts_digest=final.facts_digest,
        engine=ENGINE,
        predicate=None,
        score=None,
        nodes={},
        blocked=why,
    )


def _differences(final: Finalised, again: Scored) -> Iterator[str]:
    if again.facts_digest != final.facts_digest:
        yield f"facts have digest {again.facts_digest[:12]}, recorded was {final.facts_digest[:12]}"
    if again.blocked:
        yield f"blocked: {again.blocked}"
    if again.predicate != final.predicate:
        yield f"predicate is {again.predicate}, recorded was {final.predicate}"
    if again.score != final.score:
        yield f"score is {again.score}, recorded was {final.score}"
    for name in dict.fromkeys((*again.nodes, *final.nodes)):
        now, then = again.nodes.get(name), final.nodes.get(name)
        if now != then:
            yield f"{name} is {_said(now)}, recorded was {_said(then)}"


def _said(value: Decimal | None) -> str:
    return "missing" if value is None else str(value)


def _other(service: Service, agency: str, ref: tuple[str, int]) -> Shelved:
    try:
        return service.shelf.by_ref(agency, *ref)
    except KeyError:
        there = ", ".join(service.shelf.refs(agency)) or "none"
        raise NoSuchPolicyPublished(f"{agency} never published {ref[0]}@{ref[1]}; there are {there}") from None
