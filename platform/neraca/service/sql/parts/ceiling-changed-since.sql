-- That the ceiling which `{of}` was paid by was withdrawn, set anew, or followed by one that begins within the month.
select
from read_remuneration.ceilings paid
join read_remuneration.ceilings later
  on later.agency = paid.agency
  and later.post is not distinct from paid.post
  and later.position_class is not distinct from paid.position_class
  and later.career_level is not distinct from paid.career_level
  and later.since >= paid.since
  and later.since <= ({of}.month || '-01')::date + interval '1 month - 1 day'
  and later.position > {of}.position
  and ({position}::bigint is null or later.position <= {position})
where paid.agency = {of}.agency
  and paid.position in (select (jsonb_array_elements_text({of}.facts -> 'sources' -> 'pagu_tpp'))::bigint)
