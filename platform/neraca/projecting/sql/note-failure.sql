-- Since when it is stopped is kept as long as it is at the same place, however often it is tried.
insert into read.failures (agency, projection, position, reason, attempts)
values (%(agency)s, %(projection)s, %(position)s, %(reason)s, %(attempts)s)
on conflict (agency, projection) do update
set
  position = excluded.position,
  reason = excluded.reason,
  attempts = excluded.attempts,
  noted_at = case
    when read.failures.position = excluded.position then read.failures.noted_at
    else excluded.noted_at
  end
