-- Comments of citizens: those that were released, or with what nobody has released yet for who may judge them.
select
  c.unit,
  c.survey,
  c.period,
  c.point,
  c.comment,
  c.standing,
  case when %(judging)s then c.words end as words,
  c.released,
  c.reason,
  c.position
from read_satisfaction.comment c
where c.agency = %(agency)s
  and c.standing = %(standing)s
  and (%(unit)s::text is null or c.unit = %(unit)s)
order by c.unit, c.position, c.comment
limit %(first)s offset %(after)s
