"""Recomputes fixed results from the log alone and compares them with what was recorded, digit for digit."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from neraca.domain import roster, streams
from neraca.domain.appraisal import distribution
from neraca.domain.appraisal.consolidation import is_fixing, months_weighed
from neraca.domain.appraisal.events import Finalised, Joined, JoinedPart, Opened
from neraca.domain.appraisal.reuse import digest_taken_over
from neraca.domain.assignments import Tenure
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import ScoringResult
from neraca.domain.development.candidacy import (
    CandidacyAssessed,
    CandidacyDecided,
    CandidacyRevised,
    CandidateNominated,
)
from neraca.domain.period import parse
from neraca.domain.remuneration.allowance import AllowanceFixed, AllowanceRevised
from neraca.domain.remuneration.credit import CreditFixed, CreditRevised
from neraca.policy.published import PolicyAltered, PublishedPolicy
from neraca.service.candidacies import WEIGHED, candidacy_differences
from neraca.service.cohort_context import standing_of
from neraca.service.command_handler import CommandHandler
from neraca.service.event_reader import RecordedEvent
from neraca.service.remuneration_replay import ALLOWANCE, CREDIT, allowance_differences, credit_differences
from neraca.service.scoring import ENGINE, gather, joined, score_under, scored
from neraca.store.errors import UnreadableEvent

WeighedEvent: TypeAlias = CandidacyAssessed | CandidateNominated | CandidacyDecided | CandidacyRevised
"""An event that says what a policy made of somebody who is considered for something."""

Fixed: TypeAlias = Finalised | Joined | CreditFixed | CreditRevised | AllowanceFixed | AllowanceRevised | WeighedEvent
"""An event with a number that people's pay and career hang on."""


class Replay(Struct, frozen=True):
    """`differences` say in words what is not as recorded; a policy other than the recorded one may well differ."""

    employee: str
    period: str
    position: int
    recorded: Fixed
    recomputed: ScoringResult
    differences: tuple[str, ...]


class NoSuchPolicyPublished(LookupError):
    """The agency's policy register has no such version; the message lists those it has."""


def replay(
    service: CommandHandler, agency: str, *, policy: tuple[str, int] | None = None, until: int | None = None
) -> Iterator[Replay]:
    """Every finalisation up to the log position `until`, oldest first, then every joining of parts, and what followed
    from results in credit points and allowance.

    Under another policy only finalisations: what is joined, credited or paid rests on recorded results. Raises
    NoSuchPolicyPublished.
    """
    other = _other(service, agency, policy) if policy else None
    for past in service.reader.of_type(agency, "appraisal.finalised", until):
        yield _again(service, agency, past, lambda one: _replayed(service, agency, one, other))
    if other is None:
        for past in service.reader.of_type(agency, "appraisal.joined", until):
            yield _again(service, agency, past, lambda one: _rejoined(service, agency, one))
        for past in _of_all(service, agency, CREDIT, until):
            yield _again(service, agency, past, lambda one: _credited(service, agency, one))
        for past in _of_all(service, agency, ALLOWANCE, until):
            yield _again(service, agency, past, lambda one: _paid(service, agency, one))
        for past in _of_all(service, agency, WEIGHED, until):
            yield _again(service, agency, past, lambda one: _considered(service, agency, one))


def _of_all(service: CommandHandler, agency: str, tags: Sequence[str], until: int | None) -> Iterator[RecordedEvent]:
    for past in service.reader.of_types(agency, tags):
        if until is None or past.position <= until:
            yield past


def _credited(service: CommandHandler, agency: str, past: RecordedEvent) -> Replay:
    recorded: CreditFixed | CreditRevised = past.event
    again, differences = credit_differences(service.reader, service.policies, agency, past)
    scored = (
        _nothing(recorded, differences[0])
        if again is None
        else replace(again.scored, score=again.points, predicate=again.predicate)
    )
    return Replay(recorded.employee, recorded.period, past.position, recorded, scored, tuple(differences))


def _paid(service: CommandHandler, agency: str, past: RecordedEvent) -> Replay:
    recorded: AllowanceFixed | AllowanceRevised = past.event
    zone = ZoneInfo(service.agency(agency).time_zone)
    scored, differences = allowance_differences(service.reader, service.policies, agency, zone, past)
    return Replay(recorded.employee, recorded.month, past.position, recorded, scored, tuple(differences))


def _considered(service: CommandHandler, agency: str, past: RecordedEvent) -> Replay:
    recorded: WeighedEvent = past.event
    now, differences = candidacy_differences(service.reader, service.policies, agency, past)
    scored = replace(
        _nothing(recorded, ""), predicate=now.outcome, score=now.score, nodes=now.nodes, blocked=now.blocked
    )
    period = f"{recorded.period} {recorded.kind.value.lower()}"
    return Replay(recorded.employee, period, past.position, recorded, scored, tuple(differences))


def _again(
    service: CommandHandler, agency: str, past: RecordedEvent, recompute: Callable[[RecordedEvent], Replay]
) -> Replay:
    """A log that was tampered with may make no sense at all: then that is what differs, and the others are told too."""
    try:
        return recompute(past)
    # A database that is away says nothing of the log.
    except (OperationalError, PoolTimeout):
        raise
    except Exception as error:
        why = f"the log before it makes no sense: {type(error).__name__}: {error}"
        who, period = _of_whom(service, agency, past)
        return Replay(who, period, past.position, past.event, _nothing(past.event, why), (why,))


def _of_whom(service: CommandHandler, agency: str, past: RecordedEvent) -> tuple[str, str]:
    match past.event:
        case CreditFixed() | CreditRevised():
            return past.event.employee, past.event.period
        case AllowanceFixed() | AllowanceRevised():
            return past.event.employee, past.event.month
        case CandidacyAssessed() | CandidateNominated() | CandidacyDecided() | CandidacyRevised():
            return past.event.employee, past.event.period
        case Finalised() | Joined():
            return _of_the_first(service, agency, past)
        case _:
            raise TypeError(f"{type(past.event).__name__} fixes nothing")


def _of_the_first(service: CommandHandler, agency: str, past: RecordedEvent) -> tuple[str, str]:
    try:
        opened: Opened = service.reader.first(agency, past.stream).event
        return opened.employee, opened.period
    except (UnreadableEvent, LookupError, AttributeError):
        return str(past.stream), "unknown"


def _rejoined(service: CommandHandler, agency: str, past: RecordedEvent) -> Replay:
    recorded: Joined = past.event
    opened: Opened = service.reader.stream(agency, past.stream)[0].event
    who, period = opened.employee, opened.period
    if recorded.reused:
        return _reused(service, agency, past, opened)
    try:
        policies = [service.policies.by_hash(agency, part.policy.hash) for part in recorded.parts]
    except (KeyError, PolicyAltered) as gone:
        why = str(gone) if isinstance(gone, PolicyAltered) else f"the policy of a part was never published here: {gone}"
        return Replay(who, period, past.position, recorded, _nothing(recorded, why), (f"policy: {why}",))
    again = joined(service.reader, agency, who, period, recorded.parts, policies, recorded.position)
    yearly = parse(period).cycle == "year" and policies[-1].rules.annual
    tenure = _tenure(service, agency, who, past.position)
    parts_differ = _parts_differ(service, agency, who, recorded.parts, tenure, yearly=yearly)
    differences = [*parts_differ, *_differences(recorded, again)]
    if again.policy != recorded.policy:
        differences.insert(0, f"policy is {again.policy}, recorded was {recorded.policy}")
    return Replay(who, period, past.position, recorded, again, tuple(differences))


def _tenure(service: CommandHandler, agency: str, employee: str, until: int) -> Tenure:
    """The service of an employee as the log had it at a position."""
    state = roster.State()
    for past in service.reader.streams(agency, [streams.employee(agency, employee)], until)[1]:
        state = roster.evolve(state, past.event)
    return state


def _reused(service: CommandHandler, agency: str, past: RecordedEvent, opened: Opened) -> Replay:
    """What was taken over must be the result of the part, which is recomputed where it was finalised."""
    recorded: Joined = past.event
    [part] = recorded.parts
    source = _fixed_at(service, agency, opened.employee, part)
    again = replace(
        _nothing(recorded, ""),
        facts_digest=digest_taken_over(source) if isinstance(source, Finalised) else "",
        blocked=None,
        predicate=part.predicate,
        score=part.score,
        nodes=part.nodes,
    )
    tenure = _tenure(service, agency, opened.employee, past.position)
    differences = [*_parts_differ(service, agency, opened.employee, recorded.parts, tenure, yearly=False)]
    differences += _differences(recorded, again)
    return Replay(opened.employee, opened.period, past.position, recorded, again, tuple(differences))


def _parts_differ(
    service: CommandHandler, agency: str, employee: str, parts: list[JoinedPart], tenure: Tenure, *, yearly: bool
) -> Iterator[str]:
    """What was joined must be what the parts' own streams recorded, by the months that `tenure` gives them."""
    for part in parts:
        final = _fixed_at(service, agency, employee, part)
        if final is None:
            yield f"{part.period} was not finalised at {part.position}"
        elif (final.score, final.predicate, final.nodes, final.policy) != (
            part.score,
            part.predicate,
            part.nodes,
            part.policy,
        ):
            yield f"{part.period} is not as finalised at {part.position}"
        elif (months := months_weighed(parse(part.period), tenure, yearly=yearly)) != part.months:
            yield f"{part.period} has {months} months, recorded was {part.months}"


def _fixed_at(service: CommandHandler, agency: str, employee: str, part: JoinedPart) -> Finalised | Joined | None:
    """What gave a part its result; None where the log has nothing of the kind at that position."""
    own = service.reader.stream(agency, streams.appraisal(agency, employee, part.period))
    found = next((past.event for past in own if past.position == part.position), None)
    return found if isinstance(found, Finalised | Joined) and is_fixing(found) else None


def _replayed(service: CommandHandler, agency: str, past: RecordedEvent, other: PublishedPolicy | None) -> Replay:
    final: Finalised = past.event
    opened: Opened = service.reader.stream(agency, past.stream)[0].event
    try:
        ruled = service.policies.by_hash(agency, final.policy.hash)
        closing = service.policies.by_hash(agency, final.closed_by.hash) if final.closed_by else None
    except (KeyError, PolicyAltered) as gone:
        why = str(gone) if isinstance(gone, PolicyAltered) else _never_published(final)
        return Replay(opened.employee, opened.period, past.position, final, _nothing(final, why), (f"policy: {why}",))
    surveys = tuple((other or ruled).rules.surveys)
    gathered = gather(service.reader, agency, opened.employee, opened.period, surveys, final.position)
    again = (
        scored(gathered, ruled, final.salt, closing)
        if other is None
        else score_under(gathered, closing or ruled, other)
    )
    differences = [*_differences(final, again)]
    if other is None:
        differences += _cohort_differs(service, agency, opened, final)
    if other is None and again.policy != final.policy:
        differences.insert(0, f"policy is {again.policy}, recorded was {final.policy}")
    return Replay(opened.employee, opened.period, past.position, final, again, tuple(differences))


def _cohort_differs(service: CommandHandler, agency: str, opened: Opened, final: Finalised) -> Iterator[str]:
    """What was taken from the cohort must be what its own stream recorded."""
    held = final.cohort
    if held is None:
        return
    own = service.reader.stream(agency, streams.cohort(agency, held.appraiser, opened.period))
    standing = standing_of([past for past in own if past.position <= held.position], opened.employee)
    try:
        predicate, recorded = distribution.recorded(opened.employee, standing)
    except LookupError:
        yield f"the cohort of {held.appraiser} was not closed with {opened.employee} at {held.position}"
        return
    if final.move is not None and recorded.calibrated is not None and held.calibrated is not None:
        # Kept by who amended the result, for a reason of theirs, of what is computed now.
        kept = replace(held.calibrated, position=recorded.calibrated.position)
        recorded = replace(recorded, calibrated=kept)
    if recorded != held:
        yield f"the cohort of {held.appraiser} is not as recorded at {held.position}"
    elif held.calibrated is not None and predicate != final.predicate:
        yield f"the predicate was moved to {predicate}, recorded was {final.predicate}"


def _never_published(final: Finalised) -> str:
    return f"{final.policy.name} with hash {final.policy.hash[:12]} was never published here"


def _nothing(final: Fixed, why: str) -> ScoringResult:
    """What comes out where there is no policy to judge by."""
    weighed = (CandidacyAssessed, CandidateNominated, CandidacyDecided, CandidacyRevised)
    rests_on = final.considered if isinstance(final, weighed) else final
    return ScoringResult(
        policy=rests_on.policy,
        position=rests_on.position,
        facts_digest=rests_on.facts_digest,
        engine=ENGINE,
        predicate=None,
        score=None,
        nodes={},
        blocked=why,
    )


def _differences(final: Finalised | Joined, again: ScoringResult) -> Iterator[str]:
    if again.facts_digest != final.facts_digest:
        yield f"facts have digest {again.facts_digest[:12]}, recorded was {final.facts_digest[:12]}"
    sealed = getattr(final, "sealed_digest", None)
    if again.sealed_digest is not None and again.sealed_digest != sealed:
        yield f"facts have sealed digest {again.sealed_digest[:12]}, recorded was {sealed}"
    if again.blocked:
        yield f"blocked: {again.blocked}"
    computed = final.computed if isinstance(final, Finalised) else final.predicate
    if again.predicate != computed:
        yield f"predicate is {again.predicate}, recorded was {computed}"
    if again.score != final.score:
        yield f"score is {again.score}, recorded was {final.score}"
    for name in dict.fromkeys((*again.nodes, *final.nodes)):
        now, then = again.nodes.get(name), final.nodes.get(name)
        if now != then:
            yield f"{name} is {_said(now)}, recorded was {_said(then)}"


def _said(value: Decimal | None) -> str:
    return "missing" if value is None else str(value)


def _other(service: CommandHandler, agency: str, ref: tuple[str, int]) -> PublishedPolicy:
    try:
        return service.policies.by_ref(agency, *ref)
    except KeyError:
        there = ", ".join(service.policies.refs(agency)) or "none"
        raise NoSuchPolicyPublished(f"{agency} never published {PolicyRef.written(*ref)}; there are {there}") from None
