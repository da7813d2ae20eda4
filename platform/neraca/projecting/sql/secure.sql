alter table {table} enable row level security;
create policy own_agency on {table}
  using (agency = current_setting('neraca.agency', true));
