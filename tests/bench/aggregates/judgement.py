"""When and by whom each appraisal was judged, and what ratings say."""

from typing import LiteralString

from aggregates.city import City, Report

from neraca.domain.case import MICRO
from neraca.domain.command_rules import RatingRule
from neraca.domain.forensics.findings import Answered
from neraca.service import forensics, judged_results
from neraca.service.forensics import MarkRow, Raters, RatingRow

JUDGED: LiteralString = """
insert into read_forensics.judged
select
  r.agency, r.stream, r.employee, r.period, r.ends, 3 + n %% 5, n * 7 %% 4, n %% 2, jsonb_build_object('r1', level),
  '["' || level || '"]', 'p' || n / 12,
  r.starts + interval '95 days' + make_interval(mins => n * (case n / 12 %% 10 when 0 then 1 else 37 end) %% 9000),
  r.position, 'p' || n / 12, r.starts + interval '96 days', r.position, n %% 2
from read_results.result r
cross join lateral (select substr(r.employee, 2)::int as n) of
cross join lateral (select (array['baik', 'cukup', 'sangat_baik'])[1 + n %% 3] as level) given
where r.starts >= %(since)s
"""
RATED: LiteralString = """
update read_scores.appraisal a
set
  facts = jsonb_build_object('case', jsonb_build_object('ratings', (
    select jsonb_object_agg('item' || k, jsonb_build_object(
      'atasan', jsonb_build_array((60 + (n * 31 + k * 7) %% 40) * 1000000),
      'rekan', (
        select jsonb_agg((60 + (n * (17 + m) + k * 5) %% 40) * 1000000)
        from generate_series(1, 3) m
      )
    ))
    from generate_series(1, 7) k
  )))
from (select x.stream, substr(x.employee, 2)::int as n from read_scores.appraisal x) of
where of.stream = a.stream
  and a.starts >= %(since)s
"""
# What the fold makes of these ratings: seven elements of the superior, and of three peers together, in hundredths.
COMPARED: LiteralString = """
insert into read_scores.comparison
select
  a.agency, a.stream, a.period, a.employee, a.predicate, jsonb_build_array('p' || n / 12), given.words, 7, false,
  given.own, 700, 3 * given.own - given.peers, 21
from read_scores.appraisal a
cross join lateral (select substr(a.employee, 2)::int as n) of
cross join lateral (
  select
    jsonb_agg('item' || k || '=' || 60 + (n * 31 + k * 7) %% 40 || '/100')::text as words,
    sum(60 + (n * 31 + k * 7) %% 40) as own,
    sum((select sum(60 + (n * (17 + m) + k * 5) %% 40) from generate_series(1, 3) m)) as peers
  from generate_series(1, 7) k
) given
where a.starts >= %(since)s
"""
FILLS: tuple[LiteralString, ...] = (JUDGED, RATED, COMPARED)


def reports(city: City) -> dict[str, Report]:
    scale = RatingRule(0, 100 * MICRO, MICRO, 1, None, anonymous=False)
    rules = {f"h{city.last}": {f"item{n}": {"atasan": scale, "rekan": scale} for n in range(8)}}

    def found() -> object:
        asked = forensics.params(city.period)
        results = judged_results.read(city.rows(forensics.JUDGED, asked))
        looked_for = forensics.look(results)
        [raters] = city.rows(forensics.RATERS, asked)
        streams = forensics.returned(Raters(*raters))
        counted = forensics.Counted(
            results=results,
            looked_for=looked_for,
            marks=[MarkRow(*row) for row in city.rows(forensics.MARKS, asked | {"judges": looked_for.one_mark})],
            answered=[Answered(*row) for row in city.rows(forensics.ANSWERS, asked)],
            returned=[RatingRow(*row) for row in city.rows(forensics.RETURNED, asked | {"streams": streams})],
        )
        return forensics.told(counted, rules)

    return {"findings of forensics": found}
