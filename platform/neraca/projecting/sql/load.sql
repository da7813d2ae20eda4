select {columns}
from {table}
join unnest({key_marks}) as wanted ({keys})
  using ({keys})
where agency = %s
