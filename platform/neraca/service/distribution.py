"""How predicates are spread over each unit of a period, against the curve of the policy that ruled there.

The smallest changes that would satisfy a curve are advice for those who decide; nothing is ever applied.
"""

from collections import Counter
from decimal import Decimal
from itertools import groupby

from msgspec import Struct

from neraca.domain.facts import UNIT_PREDICATE
from neraca.policy.impact.distribution import NoSuchCurve
from neraca.policy.impact.rebalancing import Person, Rebalancing, smallest_changes
from neraca.policy.numbers import micro
from neraca.service.policies import PolicyRepository
from neraca.service.statements import statement
from neraca.store.pool import fetch, open_pool


class Distribution(Struct, frozen=True, omit_defaults=True):
    """One unit, or the cohort of one `appraiser` who leads it, with its stage. `organisation` is the predicate of the
    unit as an organisation, which picks the curve; `unfinished` are people without a final result. `why` says why
    nothing could be checked.
    """

    unit: str
    people: int
    unfinished: int
    organisation: str | None
    counts: dict[str, int]
    rebalancing: Rebalancing | None
    why: str | None
    appraiser: str | None = None
    stage: str | None = None


class _Row(Struct):
    unit: str
    employee: str
    status: str
    predicate: str | None
    score: Decimal | None
    policy_hash: str | None
    organisation: str | None


def distributions(url: str, policies: PolicyRepository, agency: str, period: str) -> list[Distribution]:
    """By unit; empty if nobody is appraised in the period. The rule of a unit is that of most people in it."""
    params = {"agency": agency, "period": period, "organisation": UNIT_PREDICATE}
    with open_pool(url) as pool, pool.connection() as connection:
        rows = [_Row(*row) for row in fetch(connection, agency, statement("distribution"), params)]
    return [
        _distribution(policies, agency, unit, list(people)) for unit, people in groupby(rows, key=lambda row: row.unit)
    ]


def _distribution(policies: PolicyRepository, agency: str, unit: str, rows: list[_Row]) -> Distribution:
    judged = [row for row in rows if row.predicate is not None]
    organisation = next((row.organisation for row in rows if row.organisation is not None), None)
    rebalancing, why = _rebalanced(policies, agency, organisation, judged)
    return Distribution(
        unit=unit,
        people=len(rows),
        unfinished=sum(row.status != "final" for row in rows),
        organisation=organisation,
        counts=dict(Counter(row.predicate or "" for row in judged)),
        rebalancing=rebalancing,
        why=why,
    )


def _rebalanced(
    policies: PolicyRepository, agency: str, organisation: str | None, judged: list[_Row]
) -> tuple[Rebalancing | None, str | None]:
    hashes = Counter(row.policy_hash for row in judged if row.policy_hash is not None)
    if not hashes:
        return None, "nobody has a predicate yet"
    # Sorted, so that of two with as many people it is the same one each time.
    most = max(sorted(hashes), key=hashes.__getitem__)
    ruling = policies.by_hash(agency, most)
    rule = ruling.resolved.policy.distribution
    if rule is None or rule.mode == "off":
        return None, f"{ruling.ref.name} asks for no distribution"
    if organisation is None:
        return None, "the unit's achievement as an organisation is not published"
    people = [
        Person(row.employee, row.predicate or "", None if row.score is None else micro(row.score)) for row in judged
    ]
    if len(people) < rule.min_cohort:
        return None, f"fewer than {rule.min_cohort} people: the rule does not bind so small a unit"
    try:
        return smallest_changes(rule, organisation, people, ruling.plan.ranks), None
    except NoSuchCurve as missing:
        return None, str(missing)
