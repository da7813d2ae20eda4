"""Who is to rate and, as far as it may be told, has not: of each who is assigned until when, by the rules of today."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from neraca.domain import rater_privacy
from neraca.domain.agency import Agency
from neraca.domain.appraisal import deadlines
from neraca.domain.command_rules import Rulebook
from neraca.domain.vocabulary import PositionClass
from neraca.service.open_deadline import OpenDeadline


class AssignedRow(Struct, frozen=True):
    """A column each, in the order of the statement."""

    employee: str
    period: str
    starts: date
    ends: date
    position_class: PositionClass | None
    rater: str
    moves: list[datetime]


class _Term(Struct, frozen=True):
    """Until when it is to be rated, and the moments of it."""

    due: deadlines.Deadline
    near: datetime
    over: datetime


_MOVES = msgspec.json.Decoder(list[datetime])

RulesOf: TypeAlias = Callable[[str, PositionClass | None], Rulebook | None]
"""The rules that judge a period for a class of posts, None where none are in force."""


def read_rows(rows: Iterable[Iterable[Any]]) -> list[AssignedRow]:
    found: list[AssignedRow] = []
    for employee, period, starts, ends, position_class, rater, moves in rows:
        of_class = None if position_class is None else PositionClass(position_class)
        found.append(AssignedRow(employee, period, starts, ends, of_class, rater, _MOVES.decode(moves)))
    return found


def still_due(
    rows: Iterable[AssignedRow], rules_of: RulesOf, agency: Agency, now: datetime, reader: str | None = None
) -> list[OpenDeadline]:
    """Of the reader what they have not rated by now; of all others who is not known to have (rater_privacy)."""
    found: list[OpenDeadline] = []
    terms: dict[tuple[str, date, PositionClass | None], _Term | None] = {}
    for row in rows:
        of = row.period, row.ends, row.position_class
        if of not in terms:
            # Of few periods and classes: a calendar is slower than all else that is asked of a row.
            terms[of] = _term(row, rules_of, agency)
        term = terms[of]
        if term is None:
            continue
        due, late = term.due, now >= term.over
        rated = bool(len(row.moves) % 2)
        if row.rater != reader:
            rated = bool(rater_privacy.rating_told(row.moves, term.near, over=late, now=now))
        if not rated:
            found.append(
                OpenDeadline(
                    row.employee, row.period, due.kind, due.role, row.rater, due.since, due.last, late, row.rater
                )
            )
    return found


def _term(row: AssignedRow, rules_of: RulesOf, agency: Agency) -> _Term | None:
    rules = rules_of(row.period, row.position_class)
    due = None if rules is None else deadlines.rating(row.ends, rules, agency)
    return None if rules is None or due is None else _Term(due, *moments(due, rules, agency))


def moments(due: deadlines.Deadline, rules: Rulebook, agency: Agency) -> tuple[datetime, datetime]:
    """When the day begins from which raters are reminded, and when the time to rate is over."""
    zone, near = ZoneInfo(agency.time_zone), deadlines.reminder(due, rules, agency)
    return datetime.combine(near, time(), zone), datetime.combine(due.last + timedelta(days=1), time(), zone)
