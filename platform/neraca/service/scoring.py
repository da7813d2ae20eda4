"""The facts of one appraisal read from the log alone, and what its policy makes of them."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct, structs

from neraca.domain import rater_privacy, streams
from neraca.domain.appraisal.events import Cancelled, JoinedPart, Opened, Reassigned
from neraca.domain.case import Case, Fact
from neraca.domain.contexts import ScoringResult
from neraca.domain.errors import NotFound
from neraca.domain.facts import REPORTS_ACCEPTED, UNIT_INDEX, UNIT_PREDICATE, Facts, digest_of, micro, ranked_in
from neraca.domain.period import parse
from neraca.domain.programme import member_facts
from neraca.domain.programme.events import PeriodConcluded, PeriodCorrected
from neraca.policy.compiled.result import EvaluationResult
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.engine.segments import Segment
from neraca.policy.engine.segments import joined as join_segments
from neraca.policy.numbers import printed
from neraca.policy.published import PublishedPolicy
from neraca.service.event_reader import EventReader, RecordedEvent, StreamReader

ENGINE = "explain/1"
"""The arithmetic that made a result; another name if it ever gives another digit for the same facts and policy."""


class GatheredFacts(Struct, frozen=True):
    """`position` is the log position up to which the facts are complete."""

    facts: Facts
    position: int
    unit: str


def gather(
    history: StreamReader, agency: str, employee: str, period: str, surveys: tuple[str, ...], until: int | None
) -> GatheredFacts:
    """Folds everything the log says of the appraisal up to `until` (None: now), in one snapshot. Raises NotFound."""
    stream = streams.appraisal(agency, employee, period)
    at, own = history.streams(agency, [stream], until)
    own = since_opened(own)
    if not own:
        raise NotFound(f"{employee} has no appraisal for {period}; open it first")
    first, opened = own[0].position, own[0].event
    if not isinstance(opened, Opened):
        raise TypeError(f"stream {stream} does not begin with appraisal.opened")
    unit = next((past.event.unit for past in reversed(own) if isinstance(past.event, Reassigned)), opened.unit)
    wanted: list[UUID] = [
        stream,
        streams.employee(agency, employee),
        *(streams.attendance(agency, employee, year) for year in range(opened.starts.year, opened.ends.year + 1)),
        *(streams.survey(agency, unit, period, name) for name in surveys),
        streams.achievement(agency, unit, period),
        streams.service_times(agency, unit, period),
    ]
    # The unit had to be known before its survey could be asked for; this second look goes no further than the first.
    position, past = history.streams(agency, wanted, at)
    facts = Facts(starts=opened.starts, ends=opened.ends)
    for one in sorted((*past, *history.concluded(agency, employee, position)), key=_position):
        # What came before the last opening was cancelled with it.
        if one.stream != stream or one.position >= first:
            _apply(facts, one, employee)
    return GatheredFacts(facts, position, unit)


def _apply(facts: Facts, one: RecordedEvent, employee: str) -> None:
    if not isinstance(one.event, PeriodConcluded | PeriodCorrected):
        facts.apply(one.event, one.position)
    elif (said := member_facts.of_members(one.event).get(employee)) is not None:
        facts.apply(said, one.position)


def _position(one: RecordedEvent) -> int:
    return one.position


def since_opened(own: Sequence[RecordedEvent]) -> Sequence[RecordedEvent]:
    """What counts of an appraisal's own events: those from its last opening on, none where that was cancelled."""
    last = next((at for at in reversed(range(len(own))) if isinstance(own[at].event, Opened | Cancelled)), 0)
    return () if own and isinstance(own[last].event, Cancelled) else own[last:]


def scored(
    gathered: GatheredFacts, policy: PublishedPolicy, salt: str | None, closing: PublishedPolicy | None = None
) -> ScoringResult:
    """Of the facts as gathered; a blocked sheet says why and has no result. `closing` is the policy with which the
    anonymous groups closed before: they count as what they came to under it, whatever judges now.

    Without salt (hex), as before results had any: also anonymous groups below their floor counted.
    """
    facts, rules = gathered.facts, policy.rules.ratings
    digest = facts.digest(ranked=policy.plan.ranked)
    if salt is None:
        return _scored(evaluate(policy.plan, facts.case), policy, gathered.position, digest)
    case = rater_privacy.counted(facts, rules)
    if closing is not None:
        case = rater_privacy.disclosed(facts, closing.rules.ratings, closed=True).case
    sheet = evaluate(policy.plan, case)
    return structs.replace(
        _scored(sheet, policy, gathered.position, digest),
        sealed_digest=rater_privacy.sealed_digest(ranked_in(facts.case, policy.plan.ranked), salt),
        salt=salt,
        closed=rater_privacy.closed_groups(facts, closing.rules.ratings if closing else rules),
        closed_by=closing.ref if closing else None,
    )


def score_under(gathered: GatheredFacts, ruled: PublishedPolicy, other: PublishedPolicy) -> ScoringResult:
    """What another policy makes of what may be known of the facts, once they were fixed by the one that ruled."""
    facts = rater_privacy.disclosed(gathered.facts, ruled.rules.ratings, closed=True)
    # Told by what the first one read: what another reads of the same facts doesn't alter them.
    digest = gathered.facts.digest(ranked=ruled.plan.ranked)
    return _scored(evaluate(other.plan, facts.case), other, gathered.position, digest)


def judged(case: Case, policy: PublishedPolicy, position: int) -> ScoringResult:
    """What a policy makes of a case that nobody rated in, read up to a log position."""
    return _scored(evaluate(policy.plan, case), policy, position, digest_of(case))


def _scored(sheet: EvaluationResult, policy: PublishedPolicy, position: int, digest: str) -> ScoringResult:
    return ScoringResult(
        policy=policy.ref,
        position=position,
        facts_digest=digest,
        engine=ENGINE,
        predicate=sheet.predicate,
        score=None if sheet.score is None else _decimal(sheet.score, sheet),
        nodes={name: None if value is None else _decimal(value, sheet) for name, value in sheet.nodes.items()},
        blocked=sheet.reason if sheet.status == "blocked" else None,
    )


def joined(
    history: EventReader,
    agency: str,
    employee: str,
    period: str,
    parts: Sequence[JoinedPart],
    policies: Sequence[PublishedPolicy],
    until: int | None,
) -> ScoringResult:
    """The parts' recorded values by months, under the last of their `policies`, each in the order of the parts."""
    last = policies[-1]
    case, position = facts_of_all(history, agency, employee, period, [part.period for part in parts], until)
    segments = [
        Segment(part.months, policy.plan, _as_recorded(part, policy))
        for part, policy in zip(parts, policies, strict=True)
    ]
    sheet = join_segments(segments, case)
    return _scored(sheet, last, position, digest_of(case))


def _as_recorded(part: JoinedPart, policy: PublishedPolicy) -> EvaluationResult:
    nodes = {name: None if value is None else micro(value) for name, value in part.nodes.items()}
    score = None if part.score is None else micro(part.score)
    return EvaluationResult("final", None, None, score, part.predicate, {}, nodes, policy.plan.places)


def facts_of_all(
    history: EventReader, agency: str, employee: str, period: str, parts: Sequence[str], until: int | None
) -> tuple[Case, int]:
    """Facts of the whole period, for bands and modifiers: what the log counts over all of it (attendance, sanctions,
    what programmes tell, the achievement of the last unit); the daily reports of all parts; what was established, as
    the latest part has it.
    """
    position, _ = history.streams(agency, [streams.appraisal(agency, employee, period)], until)
    facts: dict[str, Fact] = {}
    reports, unit = 0, ""
    measured: list[str] = []
    for label in parts:
        part = gather(history, agency, employee, label, (), position)
        unit = part.unit
        # Achievement and times are those of the last unit, also where it has published none yet.
        for name in (UNIT_INDEX, UNIT_PREDICATE, *measured):
            facts.pop(name, None)
        facts |= part.facts.case.facts
        measured = part.facts.measured.names if part.facts.measured else []
        told = part.facts.case.facts.get(REPORTS_ACCEPTED)
        reports += told if isinstance(told, int) else 0
    if reports:
        facts[REPORTS_ACCEPTED] = reports
    named = parse(period)
    whole = Facts(starts=named.starts, ends=named.ends)
    wanted = [
        streams.employee(agency, employee),
        streams.attendance(agency, employee, named.starts.year),
        streams.achievement(agency, unit, period),
        streams.service_times(agency, unit, period),
    ]
    # A part has of a programme what its days have: of all days it is said anew.
    told = (*history.streams(agency, wanted, position)[1], *history.concluded(agency, employee, position))
    for one in sorted(told, key=_position):
        _apply(whole, one, employee)
    return Case(facts=facts | whole.case.facts), position


def _decimal(value: int, sheet: EvaluationResult) -> Decimal:
    return Decimal(printed(value, sheet.places))
