"""Who is to rate whom and has not, and where the answers are that citizens have receipts for."""

from datetime import UTC, date, datetime, time, timedelta
from typing import LiteralString

from aggregates.city import AGENCY, City, Report, agency

from neraca.domain.command_rules import AssigningRule, PolicyRef, Rulebook, TimeLimit
from neraca.domain.vocabulary import AssignmentStanding
from neraca.service import rater_deadlines, receipts

ASSIGNED: LiteralString = """
insert into read_raters.rater
select
  a.agency, a.stream, 'p' || 1 + (n * 13 + k) %% %(people)s::int, 'PEER', 'ASSIGNED', 4 * n + k, a.ends - 20, null,
  null,
  case when (n + k) %% 4 > 0 then jsonb_build_array(a.ends + interval '12 hours') else '[]' end,
  false
from read_scores.appraisal a
cross join lateral (select substr(a.employee, 2)::int as n) of
cross join generate_series(1, 4) k
where a.period = %(last)s || '-Q4'
"""
# Of two thirds of the people as many citizens as answer a survey of each unit in three years.
RECEIPTS: LiteralString = """
insert into read_satisfaction.receipt
select %(agency)s, encode(sha256(convert_to(%(agency)s || '.' || n, 'utf8')), 'hex'), gen_random_uuid(), 'point1-1', n
from generate_series(1, 4 * %(people)s) n
"""
FILLS: tuple[LiteralString, ...] = (ASSIGNED, RECEIPTS)


def reports(city: City) -> dict[str, Report]:
    week = TimeLimit(7, working=False)
    rules = Rulebook(
        policy=PolicyRef("city", 1, "h", "c"),
        cycle="quarter",
        policy_date="end",
        ratings={},
        items={},
        facts=frozenset(),
        surveys={},
        steps={},
        objection=None,
        ranks={},
        assigning=AssigningRule({}, week, week),
    )
    ends = city.period.ends
    code = f"{AGENCY}.77"

    def owed(day: date) -> object:
        rows = city.rows("rater-deadlines", {"person": None, "assigned": AssignmentStanding.ASSIGNED.value})
        now = datetime.combine(day, time(12), UTC)
        return rater_deadlines.still_due(rater_deadlines.read_rows(rows), lambda *_: rules, agency(), now)

    return {
        "who is to rate": lambda: owed(ends - timedelta(days=3)),
        "who has not rated": lambda: owed(ends + timedelta(days=8)),
        "receipt of a survey": lambda: receipts.standing_of(
            city.rows(receipts.STATEMENT, {"receipt": receipts.hashed(code)})
        ),
    }
