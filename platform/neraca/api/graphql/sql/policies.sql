-- Every version the agency ever published, with the spans in which it is in force.
select coalesce(json_agg(row_to_json(x) order by x.id, x.version, x.position), '[]') as rows
from (
  select
    p.id,
    p.version,
    p.hash,
    p.calc_hash,
    p.purpose,
    p.file,
    p.reason,
    p.position,
    p.recorded_at as published_at,
    case when %(with_texts)s then p.texts end as texts,
    (
      select coalesce(json_agg(s order by s ->> 'since', s ->> 'until', s::text), '[]')
      from read_scores.book b, jsonb_array_elements(b.spans) as s
      where b.agency = p.agency
        and s ->> 'hash' = p.hash
    ) as spans
  from read_scores.policy p
  where p.agency = %(agency)s
    and (
      %(ref)s::text is null
      or p.hash = %(ref)s
      or p.id = %(id)s and (%(version)s::bigint is null or p.version = %(version)s)
    )
    and (%(position)s::bigint is null or p.position <= %(position)s)
) x
