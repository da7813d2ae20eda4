-- A secret that another one follows, and until when messages are signed by it as well.
alter table webhook.subscription
  add column former_secret bytea check (length(former_secret) = 32),
  add column former_until timestamptz,
  add check ((former_secret is null) = (former_until is null));
