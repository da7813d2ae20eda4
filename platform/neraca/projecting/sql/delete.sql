delete from {table}
where agency = %s
  and ({keys}) in (select * from unnest({key_marks}) as gone ({keys}))
