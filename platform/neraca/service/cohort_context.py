"""What decisions about a cohort may know besides its own stream: looked up in the log and among the policies."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from secrets import token_bytes
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from neraca.domain import headship, rater_privacy, streams
from neraca.domain.achievement import OfAchievement
from neraca.domain.agency import Agency
from neraca.domain.appraisal.events import AppraisalEvent
from neraca.domain.appraisal.state import Appraisal, Stage
from neraca.domain.appraisal.state import evolve as evolve_appraisal
from neraca.domain.assignments import People, assignments_between
from neraca.domain.cohort.achievements import Achieved, LedUnit, year_before
from neraca.domain.cohort.events import CohortClosed, CohortMember, Judged, PredicateCalibrated
from neraca.domain.cohort.state import Cohort, evolve
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import CohortStanding, ScoringResult, Unruled
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import Period
from neraca.domain.vocabulary import PositionClass
from neraca.policy.compiled.classification import modified
from neraca.policy.engine.evaluation import replacing
from neraca.policy.published import PublishedPolicy
from neraca.service.appraiser_index import AppraiserIndex, HeldAppraisal
from neraca.service.event_reader import EventReader, RecordedEvent
from neraca.service.policies import PolicyRepository
from neraca.service.scoring import GatheredFacts, gather, scored, since_opened

PolicyOf: TypeAlias = Callable[[str, PositionClass | None], PublishedPolicy]
"""The policy that judges a period for a class. Raises NotOneInForce."""


class CohortLookups:
    """Of one agency, at one moment: what is asked of it reads the log each time."""

    def __init__(
        self,
        reader: EventReader,
        policies: PolicyRepository,
        appraisers: AppraiserIndex,
        agency: Agency,
        people: People,
        policy_of: PolicyOf,
    ) -> None:
        self._reader = reader
        self._policies = policies
        self._appraisers = appraisers
        self._agency = agency
        self._people = people
        self._policy_of = policy_of

    def held(self, appraiser: str, period: str) -> list[HeldAppraisal]:
        return self._appraisers.of(self._agency.id, appraiser, period)

    def members(self, held: Iterable[HeldAppraisal]) -> tuple[CohortMember, ...]:
        return tuple(CohortMember(one.employee, one.position) for one in held)

    def ruling(self, held: Iterable[HeldAppraisal], period: str) -> Rulebook | Unruled:
        """The rules that judge most of them."""
        found: dict[str, Rulebook] = {}
        people: Counter[str] = Counter()
        why = "schedule one first"
        for position_class, n in Counter(one.position_class for one in held).items():
            try:
                rules = self._policy_of(period, position_class).rules
            except NotOneInForce as none:
                why = none.message
                continue
            found[rules.policy.hash] = rules
            people[rules.policy.hash] += n
        # Sorted, so that of two with as many people it is the same one each time.
        return found[max(sorted(people), key=people.__getitem__)] if people else Unruled(why)

    def units(self, appraiser: str, period: Period) -> tuple[LedUnit, ...]:
        """Those that the appraiser heads on the last day of the period, or else where they served last in it."""
        agency = self._agency.id
        where = {streams.organisation(agency, unit): unit for unit in self._agency.units}
        states: dict[UUID, headship.State] = {stream: headship.State() for stream in where}
        for past in self._reader.streams(agency, list(where))[1]:
            headship.evolve(states[past.stream], past.event)
        heads = {where[stream]: headship.head_on(state, period.ends) for stream, state in states.items()}
        led = tuple(
            LedUnit(unit, "acting" if head.acting else "head")
            for unit, head in sorted(heads.items())
            if head is not None and head.employee == appraiser
        )
        if led:
            return led
        served = [place for _, _, place in assignments_between(self._people(appraiser), period.starts, period.ends)]
        return (LedUnit(served[-1].unit, "served"),) if served else ()

    def achieved(self, units: Sequence[LedUnit], period: Period) -> tuple[Achieved, ...]:
        """What they published for the period, and for the year before, in order."""
        agency = self._agency.id
        labels = {period.label, year_before(period).label}
        wanted = [streams.achievement(agency, one.unit, label) for one in units for label in sorted(labels)]
        zone = ZoneInfo(self._agency.time_zone)
        found: list[Achieved] = []
        for past in self._reader.streams(agency, wanted)[1] if wanted else ():
            event: OfAchievement = past.event
            on: date = past.at.astimezone(zone).date()
            found.append(Achieved(event.unit, event.period, event.predicate, past.position, on))
        return tuple(found)

    def outcomes(
        self, employees: Iterable[str], period: str, closings: Mapping[str, AppraisalEvent]
    ) -> Mapping[str, Judged | str]:
        """What the facts of each come to, or why to nothing; a result that is final as it was fixed. `closings` are
        about to be stored.
        """
        agency = self._agency.id
        where = {streams.appraisal(agency, employee, period): employee for employee in employees}
        past = self._reader.streams(agency, list(where))[1]
        found: dict[str, Judged | str] = {}
        for stream, employee in where.items():
            own = since_opened([one for one in past if one.stream == stream])
            state = Appraisal()
            for one in own:
                evolve_appraisal(state, one.event)
            if employee in closings:
                evolve_appraisal(state, closings[employee])
            found[employee] = self._outcome(employee, period, state, own[-1].position if own else 0)
        return found

    def final(self, employees: Iterable[str], period: str) -> Mapping[str, str]:
        """The predicates of those whose result is final."""
        agency, found = self._agency.id, dict[str, str]()
        for employee in employees:
            state = Appraisal()
            for one in since_opened(self._reader.stream(agency, streams.appraisal(agency, employee, period))):
                evolve_appraisal(state, one.event)
            fixed = state.finalised or state.joined
            if state.stage is Stage.FINAL and fixed is not None:
                found[employee] = fixed.predicate
        return found

    def standing(self, appraiser: str, period: str, employee: str) -> CohortStanding:
        own = self._reader.stream(self._agency.id, streams.cohort(self._agency.id, appraiser, period))
        return standing_of(own, employee)

    def _outcome(self, employee: str, period: str, state: Appraisal, position: int) -> Judged | str:
        final = state.finalised or state.joined
        if final is not None:
            return Judged(final.predicate, position, final.score, final=True)
        if state.stage is Stage.UNOPENED:
            return "the appraisal was cancelled"
        try:
            policy = self._policy_of(period, state.position_class)
        except NotOneInForce as none:
            return none.message
        closing = None if state.closed_by is None else self._policies.by_hash(self._agency.id, state.closed_by.hash)
        # Judged again, a predicate that has moved with one of them would tell it.
        if closing is None and rater_privacy.anonymous_groups(policy.rules.ratings):
            return "anonymous ratings may still come in; send close-ratings first"
        gathered = gather(self._reader, self._agency.id, employee, period, tuple(policy.rules.surveys), None)
        # With a salt that is thrown away: what finalising would count is judged, and nothing of it is kept.
        return _judged(scored(gathered, policy, token_bytes(1).hex(), closing), gathered, policy)


def standing_of(own: Iterable[RecordedEvent], employee: str) -> CohortStanding:
    """What the events of a cohort come to for an employee."""
    cohort, closed, calibrated = Cohort(), 0, 0
    for past in own:
        evolve(cohort, past.event)
        if isinstance(past.event, CohortClosed):
            closed = past.position
        elif isinstance(past.event, PredicateCalibrated) and past.event.employee == employee:
            calibrated = past.position
    return CohortStanding(cohort, closed, calibrated)


def _judged(result: ScoringResult, gathered: GatheredFacts, policy: PublishedPolicy) -> Judged | str:
    if result.predicate is None or result.blocked is not None:
        return result.blocked or "the policy gives no predicate"
    return Judged(result.predicate, result.position, result.score, allowed=allowed(result.predicate, gathered, policy))


def allowed(predicate: str, gathered: GatheredFacts, policy: PublishedPolicy) -> tuple[str, ...]:
    """The predicates that what is recorded of a person leaves them, from the best down; none where it leaves all."""
    plan, case = policy.plan, gathered.facts.case
    best_first = sorted(plan.ranks, key=plan.ranks.__getitem__, reverse=True)
    alone = replacing(plan, case)
    within = best_first if alone is None else [one for one in best_first if one in alone[1].predicates.values()]
    left = tuple(one for one in within if modified(plan.modifiers, plan.ranks, one, case, None) == one)
    return () if left == tuple(best_first) else left or (predicate,)
