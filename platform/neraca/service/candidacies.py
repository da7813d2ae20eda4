"""What the log says of somebody who is considered for something, and what the policy makes of it; and the same again.

Everything is read in one snapshot of the log up to a position, so that a replay gathers the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from neraca.domain import streams
from neraca.domain.assignments import class_on, level_on
from neraca.domain.attendance import AttendanceCorrected, AttendanceRecorded
from neraca.domain.case import MICRO, micro
from neraca.domain.development.candidacy import (
    CandidacyAssessed,
    CandidacyDecided,
    CandidacyRevised,
    CandidateNominated,
)
from neraca.domain.development.candidacy_facts import (
    CLASS,
    COUNTED,
    LEVEL_NEED,
    MONTHS_IN_POST,
    POINTS,
    POTENTIAL,
    RANK_NEED,
    RESULTS,
    TRAINING_HOURS,
    TRAININGS,
    YEARS_OF_SERVICE,
    back,
)
from neraca.domain.development.considered import Considered
from neraca.domain.development.own_plan import DevelopmentCompleted
from neraca.domain.development.potential import PotentialAssessed
from neraca.domain.development.training_plan import TrainingCompleted
from neraca.domain.facts import SANCTION, Facts
from neraca.domain.period import Period, parse, preceding
from neraca.domain.remuneration.credit import CreditFixed, CreditRevised
from neraca.domain.remuneration.told_facts import LEVEL, OF_A_NODE, PREDICATE, SCORE, ToldFacts, level_word, told
from neraca.domain.roster import EmployeeSanctioned, SanctionLifted, SanctionRevised
from neraca.policy.published import PublishedPolicy
from neraca.service.event_reader import EventReader, RecordedEvent
from neraca.service.final_results import FinalResult, final_results
from neraca.service.policies import PolicyRepository
from neraca.service.remuneration import FoundFacts, employee_of
from neraca.service.scoring import judged
from neraca.service.training_index import Completed

_WEIGHED = (CandidacyAssessed, CandidateNominated, CandidacyDecided, CandidacyRevised)
WEIGHED = tuple(str(kind.__struct_config__.tag) for kind in _WEIGHED)
_AT_ONCE = 500
"""People."""


class Gathered(Struct, frozen=True):
    position: int
    facts: ToldFacts


class _Streams(NamedTuple):
    """Where what is told of somebody stands; `results` are their appraisals, the last first."""

    results: list[UUID]
    employee: UUID
    points: UUID
    assessed: UUID
    attended: list[UUID]
    own: list[UUID]

    @classmethod
    def of(cls, agency: str, employee: str, periods: Sequence[Period], reads: frozenset[str]) -> "_Streams":
        years = range(periods[-1].starts.year, periods[0].ends.year + 2)
        return cls(
            [streams.appraisal(agency, employee, one.label) for one in periods],
            streams.employee(agency, employee),
            streams.credit(agency, employee),
            streams.potential(agency, employee),
            [streams.attendance(agency, employee, year) for year in years] if reads & COUNTED - {SANCTION} else [],
            [streams.own_plan(agency, employee, year) for year in years] if _trained(reads) else [],
        )

    @property
    def others(self) -> list[UUID]:
        return [self.employee, self.points, self.assessed, *self.attended, *self.own]


def periods_of(label: str, count: int) -> list[Period]:
    """The period and those before it of the same length, the last first."""
    found: list[Period] = []
    one: Period | None = parse(label)
    while one is not None and len(found) < count:
        found.append(one)
        one = preceding(one)
    return found


def considered(
    reader: EventReader, agency: str, employee: str, period: str, policy: PublishedPolicy, until: int | None
) -> Considered:
    """What the policy makes of the facts up to a log position, None for now."""
    return next(considered_all(reader, agency, [employee], period, policy, until))


def considered_all(
    reader: EventReader, agency: str, people: Iterable[str], period: str, policy: PublishedPolicy, until: int | None
) -> Iterator[Considered]:
    """The same of each of them, in their order, and all up to the same position."""
    asked = policy.resolved.policy.candidacy
    periods = periods_of(period, 1 if asked is None else asked.periods)
    for gathered in gather_candidates(reader, agency, people, periods, policy.rules.facts, until):
        scored = judged(gathered.facts.case, policy, gathered.position)
        yield Considered(
            policy=policy.ref,
            position=gathered.position,
            facts=gathered.facts,
            facts_digest=scored.facts_digest,
            engine=scored.engine,
            outcome=None if scored.blocked is not None else scored.predicate,
            eligible=scored.blocked is None and asked is not None and scored.predicate in asked.eligible,
            score=scored.score,
            nodes=scored.nodes,
            blocked=scored.blocked,
        )


def gather_candidates(
    reader: EventReader,
    agency: str,
    people: Iterable[str],
    periods: Sequence[Period],
    reads: frozenset[str],
    until: int | None,
) -> Iterator[Gathered]:
    """What is to be told of each of them; `periods` are those whose results are looked at, the last first, and `reads`
    the policy's facts. Many are read together: what is asked of the log for one takes longer than what is read of them.
    """
    coming = iter(people)
    while some := [*islice(coming, _AT_ONCE)]:
        of_each = {employee: _Streams.of(agency, employee, periods, reads) for employee in some}
        until, past = reader.streams(agency, [one for of in of_each.values() for one in of.others], until)
        by_stream: dict[UUID, list[RecordedEvent]] = {}
        for one in past:
            by_stream.setdefault(one.stream, []).append(one)
        final = final_results(reader, agency, [one for of in of_each.values() for one in of.results], until)
        for employee, of in of_each.items():
            trained = reader.trainings.of(agency, employee, until) if _trained(reads) else ()
            facts = _facts(of, periods, by_stream, final, trained)
            yield Gathered(until, told({name: facts[name] for name in facts if name in reads}))


def _facts(
    of: "_Streams",
    periods: Sequence[Period],
    by_stream: Mapping[UUID, Sequence[RecordedEvent]],
    final: Mapping[UUID, FinalResult],
    trained: Sequence[Completed],
) -> FoundFacts:
    def past(*streams: UUID) -> Iterator[RecordedEvent]:
        return (one for stream in streams for one in by_stream.get(stream, ()))

    first, last = periods[-1].starts, periods[0].ends
    facts = _results([final.get(stream) for stream in of.results])
    facts |= _service(past(of.employee), last)
    facts |= _points(past(of.points))
    facts |= _counted(past(of.employee, *of.attended), first, last)
    facts |= _potential(past(of.assessed))
    return facts | _training([*trained, *past(*of.own)], first)


def _results(results: Sequence[FinalResult | None]) -> FoundFacts:
    """The last first; None of a period without."""
    facts: FoundFacts = {}
    for n, found in enumerate(results):
        if found is None:
            continue
        result, at = found.event, [found.position]
        score = None if result.score is None else micro(result.score)
        facts |= {back(PREDICATE, n): (result.predicate, at), back(SCORE, n): (score, at)}
        for name, value in result.nodes.items() if n == 0 else ():
            facts[f"{OF_A_NODE}{name}"] = (None if value is None else micro(value), at)
    final = sorted(found.position for found in results if found is not None)
    return facts | {RESULTS: (len(final) * MICRO, final)}


def candidacy_differences(
    reader: EventReader, policies: PolicyRepository, agency: str, past: RecordedEvent
) -> tuple[Considered, list[str]]:
    """What the policy makes of somebody again, and how that is not as recorded. Raises KeyError and PolicyAltered."""
    event: CandidacyAssessed | CandidateNominated | CandidacyDecided | CandidacyRevised = past.event
    recorded = event.considered
    policy = policies.by_hash(agency, recorded.policy.hash)
    now = considered(reader, agency, event.employee, event.period, policy, recorded.position)
    return now, [*_differences(recorded, now)]


def _trained(reads: frozenset[str]) -> bool:
    return bool(reads & {TRAININGS, TRAINING_HOURS})


def _service(past: Iterable[RecordedEvent], day: date) -> FoundFacts:
    """Level, class and post on a day, and how long they have served and held that post, in whole years and months."""
    tenure, named_at, served_at = employee_of(past)
    level, of_class = level_on(tenure, day), class_on(tenure, day)
    found: FoundFacts = {
        LEVEL: (level and level_word(level), named_at),
        CLASS: (None if of_class is None else of_class.value.lower(), named_at),
    }
    if tenure.since is not None and tenure.since <= day:
        found[YEARS_OF_SERVICE] = (_months(tenure.since, day) // 12 * MICRO, sorted({*named_at, *served_at}))
    held = [since for since, _ in tenure.posts if since <= day]
    if held:
        found[MONTHS_IN_POST] = (_months(held[-1], day) * MICRO, named_at)
    return found


def _months(since: date, day: date) -> int:
    return (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day)


def _points(past: Iterable[RecordedEvent]) -> FoundFacts:
    """The credit points of the level that was credited last, and what the next rank and level ask for."""
    found: FoundFacts = {}
    for one in past:
        if isinstance(one.event, CreditFixed | CreditRevised):
            at = [one.position]
            found = {POINTS: (micro(one.event.accumulated), at)}
            needs = {RANK_NEED: one.event.rank_need, LEVEL_NEED: one.event.level_need}
            found |= {name: (micro(need), at) for name, need in needs.items() if need is not None}
    return found


def _counted(past: Iterable[RecordedEvent], first: date, last: date) -> FoundFacts:
    """What the ledger counts for everybody, over all the periods: sanctions and attendance."""
    counted = Facts(starts=first, ends=last)
    for one in sorted(past, key=lambda one: one.position):
        if isinstance(
            one.event, AttendanceRecorded | AttendanceCorrected | EmployeeSanctioned | SanctionRevised | SanctionLifted
        ):
            counted.apply(one.event, one.position)
    return {name: (counted.case.facts.get(name), counted.sources.get(f"facts/{name}", [])) for name in COUNTED}


def _potential(past: Iterable[RecordedEvent]) -> FoundFacts:
    """That of the last day; of two of a day the one recorded later."""
    last: tuple[PotentialAssessed, int] | None = None
    for one in past:
        if last is None or one.event.on >= last[0].on:
            last = one.event, one.position
    return {} if last is None else {POTENTIAL: (micro(last[0].value), [last[1]])}


def _training(past: Iterable[RecordedEvent | Completed], since: date) -> FoundFacts:
    """What was completed since the first day that is looked at, by plans of units and of their own."""
    done = [
        one
        for one in sorted(past, key=lambda one: one.position)
        if isinstance(one.event, TrainingCompleted | DevelopmentCompleted) and one.event.on >= since
    ]
    at = [one.position for one in done]
    if not done:
        return {}
    return {
        TRAININGS: (len(done) * MICRO, at),
        TRAINING_HOURS: (sum(one.event.hours for one in done) * MICRO, at),
    }


def _differences(recorded: Considered, now: Considered) -> Iterator[str]:
    if recorded.facts.digest != recorded.facts_digest:
        yield f"facts as recorded have digest {recorded.facts.digest[:12]}, recorded was {recorded.facts_digest[:12]}"
    if now.facts_digest != recorded.facts_digest:
        yield f"facts have digest {now.facts_digest[:12]}, recorded was {recorded.facts_digest[:12]}"
    elif now.facts.sources != recorded.facts.sources:
        yield "facts come from other events than recorded"
    for name, before, after in (
        ("policy", recorded.policy, now.policy),
        ("outcome", recorded.outcome, now.outcome),
        ("eligible", recorded.eligible, now.eligible),
        ("score", recorded.score, now.score),
        ("blocked", recorded.blocked, now.blocked),
        *(
            (node, recorded.nodes.get(node), now.nodes.get(node))
            for node in dict.fromkeys((*now.nodes, *recorded.nodes))
        ),
    ):
        if before != after:
            yield f"{name} is {_said(after)}, recorded was {_said(before)}"


def _said(value: object) -> str:
    return "missing" if value is None else str(value)
