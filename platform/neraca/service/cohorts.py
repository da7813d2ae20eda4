"""What a curve finds wrong in a cohort as it is, and the fewest changes that would keep it."""

from msgspec import Struct

from neraca.domain.cohort.events import CurveBreach, Judged
from neraca.domain.cohort.state import Cohort, counts
from neraca.policy.impact.distribution import Breach, NoSuchCurve, kept, limits
from neraca.policy.impact.rebalancing import Person, Rebalancing, smallest_changes
from neraca.policy.model import Distribution
from neraca.policy.numbers import micro
from neraca.policy.published import PublishedPolicy


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


def asked(cohort: Cohort, policy: PublishedPolicy) -> list[tuple[CurveBreach, bool]]:
    """Everything that the curve asks of so many people, and whether it is kept; nothing where it is not asked."""
    rule, opened = policy.resolved.policy.distribution, cohort.opened
    if rule is None or opened is None or opened.organisation is None or len(cohort.members) < rule.min_cohort:
        return []
    curve = rule.curves.get(opened.organisation.predicate)
    if curve is None:
        return []
    return [(breach(one), kept(one)) for one in limits(rule, curve, len(cohort.members), counts(cohort))]


def _repaired(cohort: Cohort, found: dict[str, int], rule: Distribution, curve: str, policy: PublishedPolicy) -> Spread:
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
