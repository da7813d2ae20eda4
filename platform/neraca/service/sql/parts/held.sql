-- The rows of `{of}` that hold now, or held at the position that is asked for.
select {columns}
from {of}
-- with past
where holds_from <= %(position)s
union all
select {columns}
from {of}_past
where holds_from <= %(position)s
  and held_until > %(position)s
-- end
