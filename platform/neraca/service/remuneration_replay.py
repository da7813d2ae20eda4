"""Recomputes credit points and allowances from the log alone and compares them with what was recorded."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from neraca.domain.contexts import CreditOfLevel, ScoringResult
from neraca.domain.remuneration.allowance import AllowanceFixed, AllowanceRevised
from neraca.domain.remuneration.credit import CreditFixed, CreditRevised
from neraca.domain.remuneration.told_facts import ToldFacts
from neraca.domain.remuneration.unpaid_days import UnpaidDays, paid_part
from neraca.policy.published import PublishedPolicy
from neraca.service.event_reader import EventReader, RecordedEvent
from neraca.service.policies import PolicyRepository
from neraca.service.remuneration import credit_of, gather_allowance, gather_credit
from neraca.service.scoring import judged

CREDIT = ("credit.fixed", "credit.revised")
ALLOWANCE = ("allowance.fixed", "allowance.revised")


def credit_differences(
    reader: EventReader, policies: PolicyRepository, agency: str, past: RecordedEvent
) -> tuple[CreditOfLevel | None, list[str]]:
    """What the points of a level come to now, and how that is not as recorded. Raises KeyError and PolicyAltered."""
    recorded: CreditFixed | CreditRevised = past.event
    policy = policies.by_hash(agency, recorded.policy.hash)
    reads = policy.rules.facts
    gathered = gather_credit(reader, agency, recorded.employee, recorded.period, reads, recorded.position)
    again = next((one for one in credit_of(gathered, policy) if one.level == recorded.level), None)
    if again is None:
        return None, [f"{recorded.employee} was not in {recorded.level} in {recorded.period}"]
    found = [
        *_of_facts(recorded.facts, recorded.facts_digest, again.facts),
        *_of_policy(recorded.policy, policy),
        *_number("result", recorded.appraisal, gathered.appraisal.part.position),
        *_number("predicate", recorded.predicate, again.predicate),
        *_number("months", recorded.months, again.months),
        *_number("points", recorded.points, again.points),
        *_number("accumulated", recorded.accumulated, again.before + again.points),
        *_number("need for the next rank", recorded.rank_need, again.rank_need),
        *_number("need for the next level", recorded.level_need, again.level_need),
        *_nodes(recorded.nodes, again.scored.nodes),
    ]
    return again, found


def allowance_differences(
    reader: EventReader, policies: PolicyRepository, agency: str, zone: ZoneInfo, past: RecordedEvent
) -> tuple[ScoringResult, list[str]]:
    """What an allowance comes to now, and how that is not as recorded. Raises KeyError and PolicyAltered."""
    recorded: AllowanceFixed | AllowanceRevised = past.event
    policy = policies.by_hash(agency, recorded.policy.hash)
    reads = policy.rules.facts
    gathered = gather_allowance(
        reader,
        agency,
        recorded.employee,
        recorded.month,
        recorded.appraisal,
        reads,
        recorded.reports,
        None if recorded.unpaid is None else recorded.unpaid.days,
        zone,
        recorded.position,
    )
    scored = judged(gathered.facts.case, policy, gathered.position)
    result = gathered.appraisal.result
    found = [
        *_of_facts(recorded.facts, recorded.facts_digest, gathered.facts),
        *_of_policy(recorded.policy, policy),
        *_number("result", recorded.result, gathered.appraisal.part.position),
        *_number("predicate", recorded.predicate, "" if result is None else result.predicate),
        *_number("amount", recorded.amount, None if scored.score is None else paid_part(scored.score, gathered.unpaid)),
        *_unpaid(recorded.unpaid, gathered.unpaid),
        *_nodes(recorded.nodes, scored.nodes),
    ]
    return scored, found


def _of_facts(recorded: ToldFacts, digest: str, now: ToldFacts) -> Iterator[str]:
    if recorded.digest != digest:
        yield f"facts as recorded have digest {recorded.digest[:12]}, recorded was {digest[:12]}"
    if now.digest != digest:
        yield f"facts have digest {now.digest[:12]}, recorded was {digest[:12]}"
    elif now.sources != recorded.sources:
        yield "facts come from other events than recorded"


def _of_policy(recorded: Any, policy: PublishedPolicy) -> Iterator[str]:
    if policy.ref != recorded:
        yield f"policy is {policy.ref}, recorded was {recorded}"


def _unpaid(recorded: UnpaidDays | None, now: UnpaidDays | None) -> Iterator[str]:
    yield from _number("unpaid days", recorded and recorded.unpaid, now and now.unpaid)
    if recorded is not None and now is not None and recorded != now:
        yield "unpaid days come from other days or events than recorded"


def _nodes(recorded: dict[str, Decimal | None], now: dict[str, Decimal | None]) -> Iterator[str]:
    for name in dict.fromkeys((*now, *recorded)):
        yield from _number(name, recorded.get(name), now.get(name))


def _number(name: str, recorded: object, now: object) -> Iterator[str]:
    if recorded != now:
        yield f"{name} is {_said(now)}, recorded was {_said(recorded)}"


def _said(value: object) -> str:
    return "missing" if value is None else str(value)
