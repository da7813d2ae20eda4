-- Time never runs backwards within an agency, so the last position up to an instant is found by halving.
with recursive halving as (
  select 0::bigint as low, h.position as high
  from ledger.heads h
  where h.agency = %(agency)s
  union all
  select
    case when e.recorded_at <= %(instant)s then e.position else s.low end,
    case when e.recorded_at <= %(instant)s then s.high else e.position - 1 end
  from halving s
  join ledger.events e
    on e.agency = %(agency)s
    and e.position = (s.low + s.high + 1) / 2
  where s.low < s.high
)
select low
from halving
where low = high
