-- For the application's role, as over the ledger: without the name of an agency in the transaction it sees nothing.
alter table {table} enable row level security;
create policy own_agency on {table}
  using (agency = current_setting('neraca.agency', true));
