"""What a curve finds wrong in a cohort as it is, and the fewest changes that would keep it."""

from typing import get_args
from uuid import UUID

from msgspec import Struct

from neraca.domain.cohort.events import CohortEvent, CurveBreach, Judged
from neraca.domain.cohort.state import Cohort, CohortStage, counts, evolve
from neraca.policy.impact.distribution import Breach, NoSuchCurve, kept, limits
from neraca.policy.impact.rebalancing import Person, Rebalancing, smallest_changes
from neraca.policy.model import Distribution as Rule
from neraca.policy.numbers import micro
from neraca.policy.published import PublishedPolicy
from neraca.service.distribution import Distribution
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository

_TAGS = tuple(str(kind.__struct_config__.tag) for kind in get_args(CohortEvent))


class Spread(Struct, frozen=True):
    """`repair` has the breaches and the fewest changes; without it `unchecked` says why the curve was not asked, and
    `small` that they are fewer than the policy binds.
    """

    counts: dict[str, int]
    repair: Rebalancing | None = None
    unchecked: str | None = None
    small: bool = False

    @property
    def breaches(self) -> tuple[CurveBreach, ...]:
        return () if self.repair is None else tuple(map(breach, self.repair.breached))


def spread(cohort: Cohort, policy: PublishedPolicy) -> Spread:
    """Of a cohort that was judged, under the policy that it was opened with. Whose result is final, or whom a modifier
    leaves no choice of predicates, is moved by no repair.
    """
    rule, opened = policy.resolved.policy.distribution, cohort.opened
    found = counts(cohort)
    if rule is None or opened is None:
        return Spread(found, unchecked=f"{policy.ref.name} asks for no distribution")
    if len(cohort.members) < rule.min_cohort:
        why = f"fewer than {rule.min_cohort} people: the rule does not bind so small a cohort"
        return Spread(found, unchecked=why, small=True)
    if opened.organisation is None:
        return Spread(found, unchecked=f"no predicate of {opened.unit} is published for {opened.period}")
    return _repaired(cohort, found, rule, opened.organisation.predicate, policy)


def cohorts_of(reader: EventReader, policies: PolicyRepository, agency: str, period: str) -> list[Distribution]:
    """The cohorts of a period by appraiser, from the log, each with the fewest changes that would keep its curve."""
    found: dict[UUID, Cohort] = {}
    for past in reader.of_types(agency, _TAGS):
        evolve(found.setdefault(past.stream, Cohort()), past.event)
    told = (
        _told(cohort, policies, agency) for cohort in found.values() if cohort.opened and cohort.opened.period == period
    )
    return sorted(told, key=lambda one: one.appraiser or "")


def _told(cohort: Cohort, policies: PolicyRepository, agency: str) -> Distribution:
    opened = cohort.opened
    if opened is None:
        raise LookupError("a cohort begins with its opening")
    judged = cohort.stage in (CohortStage.JUDGED, CohortStage.CLOSED)
    how = spread(cohort, policies.by_hash(agency, opened.policy.hash)) if judged else None
    return Distribution(
        unit=opened.unit,
        people=len(cohort.members),
        unfinished=sum(one.judged is None or not one.judged.final for one in cohort.members.values()),
        organisation=None if opened.organisation is None else opened.organisation.predicate,
        counts=counts(cohort),
        rebalancing=None if how is None else how.repair,
        why="it is not judged yet" if how is None else how.unchecked,
        appraiser=opened.appraiser,
        stage=cohort.stage.name.lower(),
    )


def asked(cohort: Cohort, policy: PublishedPolicy) -> list[tuple[CurveBreach, bool]]:
    """Everything that the curve asks of so many people, and whether it is kept; nothing where it is not asked."""
    rule, opened = policy.resolved.policy.distribution, cohort.opened
    if rule is None or opened is None or opened.organisation is None or len(cohort.members) < rule.min_cohort:
        return []
    curve = rule.curves.get(opened.organisation.predicate)
    if curve is None:
        return []
    return [(breach(one), kept(one)) for one in limits(rule, curve, len(cohort.members), counts(cohort))]


def _repaired(cohort: Cohort, found: dict[str, int], rule: Rule, curve: str, policy: PublishedPolicy) -> Spread:
    people = [
        Person(
            employee,
            standing.predicate or "",
            None if standing.judged is None or standing.judged.score is None else micro(standing.judged.score),
            fixed=_is_fixed(standing.judged),
        )
        for employee, standing in sorted(cohort.members.items())
    ]
    try:
        return Spread(found, smallest_changes(rule, curve, people, policy.plan.ranks))
    except NoSuchCurve as missing:
        return Spread(found, unchecked=str(missing))


def _is_fixed(judged: Judged | None) -> bool:
    return judged is None or judged.final or bool(judged.allowed)


def breach(one: Breach) -> CurveBreach:
    return CurveBreach(one.kind, one.predicates, one.limit, one.found)
