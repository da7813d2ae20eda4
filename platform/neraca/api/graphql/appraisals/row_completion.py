"""What the tables don't keep of an appraisal, folded from the log: as of a position, and the facts of a fixed score.

A score that was fixed while other events came in stands on the facts before them; only the log still has these.
"""

from collections.abc import Callable
from typing import TypeVar

from msgspec import structs

from neraca.api.graphql.appraisals.rows import AppraisalRow
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.enums import ScoreStatus
from neraca.domain.errors import NotOneInForce
from neraca.domain.facts import Facts
from neraca.policy.engine.evaluation import evaluate
from neraca.policy.published import PolicyAltered, PublishedPolicy
from neraca.service.as_of import AsOfReader

MOST = 200
"""Appraisals folded for one page: each reads its streams."""

_FACTS = frozenset({"components", "explain", "evaluate", "levels"})

FoundT = TypeVar("FoundT")


async def completed(context: RequestContext, rows: list[AppraisalRow], fields: frozenset[str]) -> list[AppraisalRow]:
    """The rows with all that `fields` ask for. Those of the present are complete, but for a few fixed ones."""
    lacking = [row for row in rows if _lacks(row, fields)]
    if not lacking:
        return rows
    # Before any is folded: the cost of a query is weighed by its text, which can't tell how many rows are of this kind.
    if (folded := sum(_is_folded(row, fields) for row in lacking)) > MOST:
        raise client_error(
            "TOO_MUCH", f"{folded} appraisals would be folded from the log; ask for at most {MOST} at a time"
        )
    as_of_reader = context.parts.service.as_of_reader
    done: dict[int, AppraisalRow] = {}
    for agency in {row.agency for row in lacking}:
        done |= await _in_a_thread(
            context,
            agency,
            lambda agency=agency: {
                id(row): _completed(as_of_reader, row, fields) for row in lacking if row.agency == agency
            },
        )
    return [done.get(id(row), row) for row in rows]


async def facts(context: RequestContext, row: AppraisalRow, judge: PublishedPolicy) -> Facts:
    """What the score stands on, with the surveys that `judge` reads."""
    if row.status is ScoreStatus.CANCELLED:
        raise client_error(
            "CANCELLED", f"the appraisal of {row.employee} for {row.period} was cancelled; nothing is judged of it"
        )
    if row.facts is not None and row.as_of is None and row.facts_position is None:
        return row.facts
    if row.joined is not None:
        parts = ", ".join(part.period for part in row.joined.parts)
        raise client_error(
            "JOINED", f"the result of {row.period} is joined from {parts}; ask what a policy makes of each part"
        )
    position, as_of_reader = _position(row), context.parts.service.as_of_reader

    def gathered() -> Facts:
        closed = row.closed is not None
        ruling = _judge(as_of_reader, row)
        return as_of_reader.facts(row.whose, tuple(judge.rules.surveys), position, ruling, closed=closed)

    return await _in_a_thread(context, row.agency, gathered)


def _lacks(row: AppraisalRow, fields: frozenset[str]) -> bool:
    if row.as_of is None:
        return row.facts_position is not None
    return _is_folded(row, fields)


def _is_folded(row: AppraisalRow, fields: frozenset[str]) -> bool:
    return not fields.isdisjoint(_FACTS) or ("reason" in fields and row.status is ScoreStatus.BLOCKED)


def _completed(as_of_reader: AsOfReader, row: AppraisalRow, fields: frozenset[str]) -> AppraisalRow:
    if row.status is ScoreStatus.CANCELLED:
        return row
    judge = _judge(as_of_reader, row)
    if judge is None:
        return structs.replace(row, reason=_why_none_judges(as_of_reader, row))
    if not _is_folded(row, fields):
        return row
    joined = as_of_reader.joined(row.whose, row.as_of) if row.status is ScoreStatus.FINAL else None
    if joined is not None:
        return structs.replace(row, facts=None, joined=joined)
    closed = row.closed is not None
    found = as_of_reader.facts(row.whose, tuple(judge.rules.surveys), _position(row), judge, closed=closed)
    sheet = evaluate(judge.plan, found.case)
    row = structs.replace(row, facts=found, levels=sheet.levels)
    if row.status is ScoreStatus.FINAL:
        return row
    nodes: dict[str, str | None] = sheet.to_builtins()["nodes"]  # pyright: ignore[reportAssignmentType] -- its own line
    return structs.replace(row, nodes=nodes, reason=sheet.reason)


def _judge(as_of_reader: AsOfReader, row: AppraisalRow) -> PublishedPolicy | None:
    return None if row.policy_hash is None else as_of_reader.policy(row.agency, row.policy_hash)


def _why_none_judges(as_of_reader: AsOfReader, row: AppraisalRow) -> str:
    try:
        as_of_reader.ruling(row.whose, _position(row))
    except NotOneInForce as several:
        return several.message
    return f"no policy is in force on {row.ends}"


def _position(row: AppraisalRow) -> int:
    position = row.as_of if row.facts_position is None else row.facts_position
    if position is None:
        raise TypeError("the facts were not read")
    return position


async def _in_a_thread(context: RequestContext, agency: str, find: Callable[[], FoundT]) -> FoundT:
    try:
        return await context.parts.threads.run(agency, find, context.parts.longest)
    except PolicyAltered as altered:
        raise client_error("POLICY_ALTERED", str(altered)) from None
