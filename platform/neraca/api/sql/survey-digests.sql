select door.digest(%(agency)s, secret) as digest from unnest(%(secrets)s::text[]) with ordinality as s (secret, n) order by n
