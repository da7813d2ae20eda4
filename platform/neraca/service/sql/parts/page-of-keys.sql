-- with above
and ({key}) > ({above})
-- end
-- with below
and ({key}) < ({below})
-- end
order by
  -- with upwards
  {key}
  -- end
  -- with downwards
  {downwards}
  -- end
limit %(limit)s
