"""What the log says of how people judged, for auditors and HR, and for each person what is found of themselves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.enums import FindingKind
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.forensics import findings as domain
from neraca.domain.forensics.findings import Answered, words
from neraca.domain.period import Period
from neraca.domain.vocabulary import Role
from neraca.service import forensics as service
from neraca.service import judged_results
from neraca.service.forensics import MarkRow, Raters, RatingRow, RulesByHash

MOST_ANSWERS = 50
"""Of a finding, the last of them."""

MAY_SEE = frozenset({Role.HR, Role.AUDITOR})


@strawberry.type(description="An appraisal that a finding rests on.")
class FindingCase:
    employee_number: str = strawberry.field(description="Whose.")
    position: Position = strawberry.field(description="Position of its finalisation in the log.")


@strawberry.type(description="What the person concerned said to a finding, or what HR made of it.")
class FindingAnswer:
    position: Position = strawberry.field(description="Position in the log.")
    by: str = strawberry.field(description="Whose words.")
    at: datetime = strawberry.field(description="When.")
    closes: bool = strawberry.field(description="Whether HR closed it with them.")
    words: str = strawberry.field(description="An explanation, or a reason.")


@strawberry.type(
    description="A reason to look at how somebody judged, and no judgement: no number, pay or sanction rests on it, "
    "and its thresholds are illustrative. Chance is reckoned as if cases had nothing to do with each other."
)
class Finding:
    kind: FindingKind = strawberry.field(description="What was looked at.")
    judge: str = strawberry.field(description="Employee number of who judged.")
    other: str | None = strawberry.field(description="The other of a pair.")
    anonymous: bool = strawberry.field(description="Whether it rests on anonymous ratings: for auditors alone.")
    cases: int = strawberry.field(description="How many cases there are.")
    found: int = strawberry.field(description="In how many of them it shows.")
    expected: Decimal = strawberry.field(description="In how many chance alone gives it.")
    chance: Decimal = strawberry.field(description="How often chance alone gives as many or more; 1 is always.")
    measure: Decimal | None = strawberry.field(description="How far, in per cent of the scale; null where it has none.")
    since: datetime | None = strawberry.field(description="The first moment of what was done at once.")
    until: datetime | None = strawberry.field(description="The last one.")
    said: str = strawberry.field(description="All of it in a sentence.")
    of: list[FindingCase] = strawberry.field(description="The appraisals it rests on, fifty at most.")
    events: list[Position] = strawberry.field(description="Their events, by position in the log, fifty at most.")
    further_events: int = strawberry.field(description="How many events more it rests on than are named.")
    answers: list[FindingAnswer] = strawberry.field(description="What was said to it, oldest first, fifty at most.")
    closed: bool = strawberry.field(description="Whether HR closed it, and nothing was said to it since.")


async def read(
    context: RequestContext, access_scope: AccessScope, period: Period, judge: str | None, *, anonymous: bool
) -> list[Finding]:
    """By judge and kind."""
    _permit(context, access_scope, judge, anonymous=anonymous)
    agency = access_scope.agency
    asked = service.params(period) | {"agency": agency}
    found = await _named(context, agency, period, asked)
    if anonymous:
        found = [*found, *await _hidden(context, agency, asked)]
    said = await _answers(context, agency, period)
    ordered = sorted(found, key=lambda one: (one.judge, one.kind, one.events))
    # Either of a pair is concerned, and may answer.
    return [_told(one, _answers_of(one, said)) for one in ordered if judge in (None, one.judge, one.other)]


def _permit(context: RequestContext, access_scope: AccessScope, judge: str | None, *, anonymous: bool) -> None:
    if not context.actor.roles & MAY_SEE and judge != context.actor.id:
        raise client_error(
            "NOT_ALLOWED", "how people judged is for HR and auditors; of yourself name judge, your own number"
        )
    if anonymous and not access_scope.raters:
        raise client_error("NOT_ALLOWED", "anonymous raters are for those who read the log with its raters: auditors")


async def _named(
    context: RequestContext, agency: str, period: Period, asked: Mapping[str, Any]
) -> list[domain.Finding]:
    """Those that rest on named people."""
    threads, longest = context.parts.threads, context.parts.longest

    async def read(statement: str, **further: object) -> list[dict[str, Any]]:
        return await context.parts.reads.rows(agency, f"service/{statement}", {**asked, **further})

    [columns] = await read(service.JUDGED)
    results = await threads.run(agency, partial(judged_results.read, [[*columns.values()]]), longest)
    looked_for = await threads.run(agency, partial(service.look, results), longest)
    [raters] = await read(service.RATERS)
    streams = await threads.run(agency, partial(service.returned, Raters(**raters)), longest)
    counted = service.Counted(
        results=results,
        looked_for=looked_for,
        marks=[MarkRow(**row) for row in await read(service.MARKS, judges=looked_for.one_mark)],
        answered=[Answered(**row) for row in await read(service.ANSWERS)],
        returned=[RatingRow(**row) for row in await read(service.RETURNED, streams=streams)],
    )
    rules = await _rules(context, agency, {one.policy_hash for one in counted.returned})
    return await threads.run(agency, partial(service.told, counted, rules), longest)


async def _rules(context: RequestContext, agency: str, hashes: Iterable[str]) -> RulesByHash:
    return {hash_: one.rules.ratings for hash_ in hashes if (one := await context.policies.by_hash(agency, hash_))}


async def _hidden(context: RequestContext, agency: str, asked: Mapping[str, Any]) -> list[domain.Finding]:
    rows = await context.parts.reads.rows(agency, f"service/{service.STREAMS}", asked)
    of = {row["stream"]: (row["employee"], row["policy_hash"]) for row in rows}
    rules = await _rules(context, agency, {hash_ for _, hash_ in of.values()})
    call = partial(service.hidden_pairs, context.parts.service.reader, agency, of, rules)
    return await context.parts.threads.run(agency, call, context.parts.longest)


async def _answers(context: RequestContext, agency: str, period: Period) -> dict[tuple[str, str], list[FindingAnswer]]:
    rows = await context.parts.reads.rows(agency, "graphql/finding-answers", {"agency": agency, "period": period.label})
    found: dict[tuple[str, str], list[FindingAnswer]] = {}
    for row in rows:
        answer = FindingAnswer(
            position=Position(row["position"]), by=row["by"], at=row["at"], closes=row["closed"], words=row["words"]
        )
        found.setdefault((row["judge"], row["finding"]), []).append(answer)
    return found


def _answers_of(one: domain.Finding, said: Mapping[tuple[str, str], list[FindingAnswer]]) -> list[FindingAnswer]:
    both = [answer for who in (one.judge, one.other) if who for answer in said.get((who, one.kind), [])]
    return sorted(both, key=lambda answer: answer.position)


def _told(one: domain.Finding, answers: list[FindingAnswer]) -> Finding:
    return Finding(
        kind=FindingKind(one.kind),
        judge=one.judge,
        other=one.other,
        anonymous=one.anonymous,
        cases=one.cases,
        found=one.found,
        expected=Decimal(f"{one.expected:f}"),
        chance=Decimal(f"{one.chance:f}"),
        measure=None if one.measure is None else Decimal(f"{one.measure:f}"),
        since=one.since,
        until=one.until,
        said=words(one),
        of=[FindingCase(employee_number=case.employee, position=Position(case.position)) for case in one.of],
        events=[Position(at) for at in one.events],
        further_events=one.further,
        answers=answers[-MOST_ANSWERS:],
        closed=bool(answers) and answers[-1].closes,
    )
