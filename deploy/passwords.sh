# Run by the image of PostgreSQL after logins.sql.
psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=neraca \
  --set=owner="$(cat /run/secrets/owner)" --set=server="$(cat /run/secrets/password)" <<'END'
alter role neraca_owner password :'owner';
alter role neraca password :'server';
END
