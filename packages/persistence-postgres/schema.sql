-- The tables of @stagedoor/persistence-postgres, as a new database gets them. `stagedoor migrate` makes the same, and
-- goes on from here. For another schema than stagedoor, replace its name in the first two statements.
begin;
create schema stagedoor;
set local search_path to stagedoor;

create table migrations (
  version integer primary key,
  name text not null,
  applied_at timestamptz not null default now()
);

create table streams (
  id text collate "C" primary key,
  creator_id text collate "C" not null,
  status text collate "C" not null,
  is_open boolean not null,
  adapter_id text collate "C" not null,
  channel_id text collate "C",
  created_at text collate "C" not null,
  version integer not null,
  last_seq integer not null,
  viewers_current integer not null,
  viewers_peak integer not null,
  live_ms bigint not null,
  viewer_ms bigint not null,
  metered_until text collate "C",
  metered_ms bigint,
  closed_at timestamptz,
  log_pruned boolean not null default false,
  document jsonb not null
) with (fillfactor = 80);
create unique index streams_one_open on streams (creator_id) where is_open;
create index streams_newest on streams (created_at desc, id desc);
create index streams_of_creator on streams (creator_id, created_at desc, id desc);
create index streams_of_status on streams (status, created_at desc, id desc);
create index streams_of_channel on streams (adapter_id, channel_id) where channel_id is not null;
create index streams_unsettled on streams (id) where is_open or channel_id is not null;
create index streams_log_due on streams (closed_at) where closed_at is not null and not log_pruned;

create table stream_events (
  stream_id text collate "C" not null,
  seq integer not null,
  at text collate "C" not null,
  body jsonb not null,
  primary key (stream_id, seq)
);

create table inbox (
  adapter_id text collate "C" not null,
  event_id text collate "C" not null,
  received_at timestamptz not null,
  primary key (adapter_id, event_id)
);
create index inbox_received on inbox (received_at);

create table idempotency_keys (
  key text collate "C" primary key,
  fingerprint text collate "C" not null,
  claimed_at timestamptz not null,
  response jsonb
);
create index idempotency_keys_claimed on idempotency_keys (claimed_at);

create table denied_viewers (
  stream_id text collate "C" not null,
  user_id text collate "C" not null,
  denied_at timestamptz not null,
  primary key (stream_id, user_id)
);

insert into migrations (version, name) values (1, 'streams');

create table ledger_transfers (
  seq bigint generated always as identity primary key,
  key text collate "C" not null,
  kind text collate "C" not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  reference text collate "C",
  gateway text collate "C",
  gateway_ref text collate "C",
  reverses text collate "C"
);
create unique index ledger_transfers_key on ledger_transfers (key);
create unique index ledger_transfers_movement on ledger_transfers (gateway, gateway_ref, kind, (reverses is null))
  where gateway_ref is not null;

create table ledger_entries (
  transfer bigint not null,
  position smallint not null,
  account text collate "C" not null,
  owner text collate "C" not null,
  currency text collate "C" not null,
  amount bigint not null check (amount <> 0),
  available_at timestamptz,
  recorded_at timestamptz not null,
  primary key (transfer, position)
);
create index ledger_entries_of_owner on ledger_entries (owner, recorded_at, transfer, position);

create table ledger_balances (
  owner text collate "C" not null,
  account text collate "C" not null,
  currency text collate "C" not null,
  kind text collate "C" not null,
  amount bigint not null
);
create index ledger_balances_of_owner on ledger_balances (owner, account, currency, kind);

create table ledger_holds (
  owner text collate "C" not null,
  currency text collate "C" not null,
  account text collate "C" not null,
  available_at timestamptz not null,
  amount bigint not null
);
create index ledger_holds_due on ledger_holds (available_at);
create index ledger_holds_of_owner on ledger_holds (owner, available_at);

create table ledger_payout_locks (
  owner text collate "C" not null,
  currency text collate "C" not null,
  payouts bigint not null,
  primary key (owner, currency)
);

create function ledger_refuse_change() returns trigger language plpgsql as $function$
begin
  raise exception 'the ledger is append-only: % of % is refused', tg_op, tg_table_name
    using errcode = 'restrict_violation', hint = 'Post a reversal.';
end $function$;
create trigger ledger_transfers_append_only before update or delete or truncate on ledger_transfers
  for each statement execute function ledger_refuse_change();
create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
  for each statement execute function ledger_refuse_change();

create function ledger_check_sums() returns trigger language plpgsql as $function$
declare
  wrong record;
begin
  select transfer, currency, sum(amount) as amount into wrong
  from added group by transfer, currency having sum(amount) <> 0 limit 1;
  if found then
    raise exception 'transfer % sums to % %, not to zero', wrong.transfer, wrong.amount, wrong.currency
      using errcode = 'check_violation';
  end if;
  return null;
end $function$;
create trigger ledger_entries_sum_to_zero after insert on ledger_entries
  referencing new table as added for each statement execute function ledger_check_sums();

create function ledger_post(transfers text, entries text, recorded timestamptz)
returns table (booked_key text, booked_seq bigint) language plpgsql set search_path from current as $function$
begin
  -- By key, so that two batches with the same transfers wait for one another and never each for the other.
  return query with added as (
    insert into ledger_transfers
      (key, kind, occurred_at, recorded_at, reference, gateway, gateway_ref, reverses)
    select g.key, g.kind, g.at, recorded, g.reference, g.gateway, g.ref, g.reverses
    from json_to_recordset(transfers::json) as g
      (key text, kind text, at timestamptz, reference text, gateway text, ref text, reverses text)
    order by g.key collate "C"
    on conflict do nothing returning ledger_transfers.seq, ledger_transfers.key, ledger_transfers.kind
  ), lines as materialized (
    select a.seq, a.kind, e.position, e.account, e.owner, e.currency, e.amount, e.due
    from json_to_recordset(entries::json) as e
      (key text, position smallint, account text, owner text, currency text, amount bigint, due timestamptz)
    join added a on a.key = e.key
  ), entered as (
    insert into ledger_entries
      (transfer, position, account, owner, currency, amount, available_at, recorded_at)
    select l.seq, l.position, l.account, l.owner, l.currency, l.amount, l.due, recorded from lines l
  ), held as (
    insert into ledger_holds (owner, currency, account, available_at, amount)
    select l.owner, l.currency, l.account, l.due, l.amount from lines l where l.due is not null
  ), counted as (
    insert into ledger_balances (owner, account, currency, kind, amount)
    select l.owner, l.account, l.currency, l.kind, sum(l.amount)::bigint from lines l
    group by l.owner, l.account, l.currency, l.kind having sum(l.amount) <> 0
  )
  select a.key, a.seq from added a;
end $function$;

create function ledger_payout(
  payout_key text, creator text, payout_currency text, wanted bigint, minimum bigint,
  occurred timestamptz, recorded timestamptz, payout_reference text
) returns table (outcome text, available bigint) language plpgsql set search_path from current as $function$
declare
  present bigint;
  paid bigint;
  moved bigint;
begin
  -- One after the other. What follows is a statement of its own each, so it sees all that was committed before.
  insert into ledger_payout_locks as l (owner, currency, payouts) values (creator, payout_currency, 1)
    on conflict (owner, currency) do update set payouts = l.payouts + 1;
  if exists (select from ledger_transfers t where t.key = payout_key) then
    return query select 'exists', null::bigint;
    return;
  end if;
  with due as (
    delete from ledger_holds h
    where h.owner = creator and h.currency = payout_currency and h.available_at <= recorded
    returning h.account, h.amount
  ), summed as (
    select d.account, sum(d.amount)::bigint as amount from due d group by d.account having sum(d.amount) <> 0
  ), named as (
    select s.account, s.amount, 'maturity:' || gen_random_uuid() as key from summed s
  ), booked as (
    insert into ledger_transfers (key, kind, occurred_at, recorded_at)
    select n.key, 'maturity', recorded, recorded from named n returning seq, ledger_transfers.key
  ), lines as (
    select b.seq, l.position, l.account, l.amount from named n join booked b on b.key = n.key
    cross join lateral (values (0::smallint, n.account, -n.amount), (1::smallint, 'creator_available', n.amount))
      as l (position, account, amount)
  ), entered as (
    insert into ledger_entries (transfer, position, account, owner, currency, amount, recorded_at)
    select l.seq, l.position, l.account, creator, payout_currency, l.amount, recorded from lines l
  )
  insert into ledger_balances (owner, account, currency, kind, amount)
  select creator, l.account, payout_currency, 'maturity', sum(l.amount)::bigint from lines l group by l.account;

  select coalesce(sum(b.amount), 0)::bigint into present from ledger_balances b
  where b.owner = creator and b.account = 'creator_available' and b.currency = payout_currency;
  paid := coalesce(wanted, present);
  if paid < minimum or paid > present then
    return query select 'insufficient', present;
    return;
  end if;
  insert into ledger_transfers (key, kind, occurred_at, recorded_at, reference)
  values (payout_key, 'payout', occurred, recorded, payout_reference)
  on conflict (key) do nothing returning seq into moved;
  if moved is null then
    return query select 'exists', null::bigint;
    return;
  end if;
  insert into ledger_entries (transfer, position, account, owner, currency, amount, recorded_at)
  values (moved, 0, 'creator_available', creator, payout_currency, -paid, recorded),
    (moved, 1, 'creator_in_transit', creator, payout_currency, paid, recorded);
  insert into ledger_balances (owner, account, currency, kind, amount)
  values (creator, 'creator_available', payout_currency, 'payout', -paid),
    (creator, 'creator_in_transit', payout_currency, 'payout', paid);
  return query select 'posted', present;
end $function$;

insert into migrations (version, name) values (2, 'ledger');

create table tips (
  id text collate "C" primary key,
  creator_id text collate "C" not null,
  payer_id text collate "C" not null,
  stream_id text collate "C",
  status text collate "C" not null,
  currency text collate "C" not null,
  amount bigint not null,
  created_at timestamptz not null,
  version integer not null,
  document json not null
) with (fillfactor = 60);
create index tips_of_creator on tips (creator_id, created_at, id);
create index tips_of_payer on tips (payer_id, created_at, id);
create index tips_of_stream on tips (stream_id, created_at, id) where stream_id is not null;

create table tip_charges (
  gateway text collate "C" not null,
  charge_ref text collate "C" not null,
  tip_id text collate "C" not null,
  primary key (gateway, charge_ref)
);

create table tip_checks (
  tip_id text collate "C" primary key,
  check_at timestamptz not null
);
create index tip_checks_due on tip_checks (check_at);

create table tip_inbox (
  gateway text collate "C" not null,
  event_id text collate "C" not null,
  type text collate "C" not null,
  received_at timestamptz not null,
  primary key (gateway, event_id)
);
create index tip_inbox_received on tip_inbox using brin (received_at);

create table tip_outbox (
  seq bigint generated always as identity,
  id text collate "C" primary key,
  event json not null,
  attempts integer not null default 0,
  free_at timestamptz not null default '-infinity'
);
create index tip_outbox_seq on tip_outbox (seq);

create table tip_tallies (
  creator_id text collate "C" not null,
  day date not null,
  stream_id text collate "C",
  goal_id text collate "C",
  payer_id text collate "C",
  payer_name text,
  -- When that name was given: of several the newest is shown.
  named_at timestamptz,
  currency text collate "C" not null,
  amount bigint not null,
  tips integer not null,
  -- False until it has been added to the sum of those that differ in nothing else.
  is_sum boolean not null default false
);
create index tip_tallies_new on tip_tallies (day) where not is_sum;
create index tip_tallies_of_creator on tip_tallies (creator_id, currency, day, payer_id);
create index tip_tallies_of_goal on tip_tallies (goal_id) where goal_id is not null;

create table tip_goals (
  creator_id text collate "C" primary key,
  goal_id text collate "C" not null,
  goal json not null,
  announced_level integer not null default 0
);
create table tip_menus (
  creator_id text collate "C" primary key,
  items json not null
);
create table tip_blocks (
  creator_id text collate "C" not null,
  -- The payer's, or that of the tip by which the payer was blocked.
  id text collate "C" not null,
  payer_id text collate "C" not null,
  blocked_at timestamptz not null,
  primary key (creator_id, id)
);
create index tip_blocks_of_payer on tip_blocks (creator_id, payer_id);
create table tip_alert_settings (
  creator_id text collate "C" primary key,
  settings json not null
);
create table tip_alerts (
  seq bigint generated always as identity,
  creator_id text collate "C" not null,
  id text collate "C" not null,
  at timestamptz not null,
  body json not null,
  primary key (creator_id, seq)
);
create unique index tip_alerts_id on tip_alerts (creator_id, id);

create function tips_create(tip json, limits json)
returns table (outcome text, found json, limit_index integer, retry_seconds double precision)
language plpgsql set search_path from current as $function$
declare
  given record;
  rule record;
  own numeric;
  blocker timestamptz;
  since timestamptz;
begin
  select * into given from json_to_record(tip) as g (id text, creator text, payer text, stream text,
    status text, currency text, amount bigint, created timestamptz, version integer, document json, "check" timestamptz);
  -- A payer's tips one after the other, so that limits hold. What follows sees what was committed before.
  perform pg_advisory_xact_lock(hashtextextended('tips of ' || given.payer, 0));
  return query select 'exists', t.document, null::integer, null::double precision from tips t where t.id = given.id;
  if found then return; end if;
  if exists (select from tip_blocks b where b.creator_id = given.creator and b.payer_id = given.payer) then
    return query select 'blocked', null::json, null::integer, null::double precision;
    return;
  end if;
  for rule in select r.ordinality, r.value ->> 'scope' as scope, r.value ->> 'counts' as counts,
    (r.value ->> 'seconds')::double precision as seconds, (r.value ->> 'limit')::numeric as most
    from json_array_elements(limits) with ordinality r
  loop
    since := given.created - make_interval(secs => rule.seconds);
    own := case when rule.counts = 'amount' then given.amount else 1 end;
    -- The newest tip that must leave the window for this one to fit: with all that are newer it is too much.
    if own > rule.most then
      blocker := given.created;
    elsif rule.scope = 'creator' then
      -- No lock is taken for a popular creator's viewers, and no more is counted than is needed.
      select max(c.created_at) into blocker from (
        select t.created_at, sum(case when rule.counts = 'amount' then t.amount else 1 end)
          over (order by t.created_at desc, t.id desc) as used
        from (
          select * from tips t
          where t.creator_id = given.creator and t.created_at > since
            and (rule.counts <> 'declines' or t.status = 'failed')
            and (rule.counts <> 'amount' or t.currency = given.currency and t.status in ('pending', 'completed'))
          order by t.created_at desc, t.id desc
          limit case when rule.counts = 'amount' then null else rule.most::bigint end
        ) t
      ) c where c.used + own > rule.most;
    else
      select max(c.created_at) into blocker from (
        select t.created_at, sum(case when rule.counts = 'amount' then t.amount else 1 end)
          over (order by t.created_at desc, t.id desc) as used
        from tips t
        where t.payer_id = given.payer and t.created_at > since
          and (rule.scope = 'payer' or t.creator_id = given.creator)
          and (rule.counts <> 'declines' or t.status = 'failed')
          and (rule.counts <> 'amount' or t.currency = given.currency and t.status in ('pending', 'completed'))
      ) c where c.used + own > rule.most;
    end if;
    if blocker is not null then
      return query select 'limited', null::json, rule.ordinality::integer - 1,
        greatest(1, ceil(extract(epoch from least(blocker, given.created) - since)))::double precision;
      return;
    end if;
  end loop;
  insert into tips (id, creator_id, payer_id, stream_id, status, currency, amount, created_at, version, document)
  values (given.id, given.creator, given.payer, given.stream, given.status, given.currency, given.amount,
    given.created, given.version, given.document)
  on conflict do nothing;
  if not found then
    -- Another payer's, who came at the same moment.
    return query select 'exists', t.document, null::integer, null::double precision from tips t where t.id = given.id;
    return;
  end if;
  insert into tip_checks (tip_id, check_at) values (given.id, given."check");
  return query select 'created', null::json, null::integer, null::double precision;
end $function$;

create function tips_commit(
  ids text[], versions integer[], statuses text[], documents text[], checks text[],
  extras json, transfers text, entries text, transfer_count integer, recorded timestamptz
) returns table (stale_id text) language plpgsql set search_path from current as $function$
declare
  stale text[];
  booked bigint;
begin
  -- In the order of ids, so that two batches wait for one another and never each for the other.
  with locked as materialized (
    select t.id, t.version from tips t where t.id = any (ids) order by t.id for update
  )
  select array_agg(g.id) into stale from unnest(ids, versions) as g (id, version)
  left join locked l on l.id = g.id and l.version = g.version - 1 where l.id is null;
  if stale is not null then
    return query select unnest(stale);
    return;
  end if;
  update tips t set status = g.status, version = g.version, document = g.document::json
  from unnest(ids, versions, statuses, documents) as g (id, version, status, document) where t.id = g.id;
  delete from tip_checks c using unnest(ids, checks) as g (id, at) where c.tip_id = g.id and g.at is null;
  insert into tip_checks (tip_id, check_at)
  select g.id, g.at::timestamptz from unnest(ids, checks) as g (id, at) where g.at is not null
  on conflict (tip_id) do update set check_at = excluded.check_at;
  insert into tip_charges (gateway, charge_ref, tip_id)
  select g.gateway, g.ref, g.tip from json_to_recordset(extras -> 'charges') as g (gateway text, ref text, tip text)
  on conflict do nothing;
  insert into tip_inbox (gateway, event_id, type, received_at)
  select g.gateway, g.id, g.type, recorded
  from json_to_recordset(extras -> 'inbox') as g (gateway text, id text, type text)
  on conflict do nothing;
  insert into tip_tallies (creator_id, day, stream_id, goal_id, payer_id, payer_name, named_at, currency, amount,
    tips)
  select g."creatorId", g.day, g."streamId", g."goalId", g."payerId", g."payerName", g."namedAt", g.currency, g.amount,
    g.tips
  from json_to_recordset(extras -> 'tallies') as g ("creatorId" text, day date, "streamId" text, "goalId" text,
    "payerId" text, "payerName" text, "namedAt" timestamptz, currency text, amount bigint, tips integer);
  insert into tip_outbox (id, event) select e ->> 'id', e from json_array_elements(extras -> 'events') e;
  if transfer_count > 0 then
    select count(*) into booked from ledger_post(transfers, entries, recorded);
    if booked <> transfer_count then
      raise exception 'the ledger has % of % transfers already', transfer_count - booked, transfer_count
        using errcode = 'unique_violation', constraint = 'ledger_transfers_key';
    end if;
  end if;
end $function$;

create function tips_add_alerts(alerts json) returns void language plpgsql set search_path from current as $function$
declare
  creator text;
begin
  -- A creator's alerts one after the other, so that their numbers are committed in their order.
  for creator in select distinct a ->> 'creatorId' from json_array_elements(alerts) a order by 1 loop
    perform pg_advisory_xact_lock(hashtextextended('alerts of ' || creator, 0));
  end loop;
  insert into tip_alerts (creator_id, id, at, body)
  select a.value ->> 'creatorId', a.value ->> 'id', (a.value ->> 'at')::timestamptz, a.value -> 'body'
  from json_array_elements(alerts) with ordinality a order by a.ordinality
  on conflict do nothing;
end $function$;

insert into migrations (version, name) values (3, 'tips');

drop index ledger_transfers_movement;
create unique index ledger_transfers_movement on ledger_transfers (gateway, gateway_ref, kind, (reverses is null))
  where gateway_ref is not null and kind not in ('payout_paid', 'payout_returned');

create or replace function ledger_check_sums() returns trigger language plpgsql set search_path from current as $function$
declare
  own constant bigint := pg_current_xact_id()::text::bigint;
  line record;
  ahead bigint;
begin
  for line in
    select a.transfer, a.currency, a.amount, (select t.xmin from ledger_transfers t where t.seq = a.transfer) as writer
    from (select transfer, currency, sum(amount) as amount from added group by transfer, currency) a
    where a.amount <> 0
      or (select t.xmin from ledger_transfers t where t.seq = a.transfer) is distinct from pg_current_xact_id()::xid
  loop
    if line.amount <> 0 then
      raise exception 'transfer % sums to % %, not to zero', line.transfer, line.amount, line.currency
        using errcode = 'check_violation';
    end if;
    -- A savepoint has a number of its own, after that of its transaction. It is still running, and of those that run only
    -- rows of this transaction are seen. Numbers of rows have 32 bits: what is behind is older.
    ahead := (line.writer::text::bigint - own % 4294967296 + 4294967296) % 4294967296;
    if ahead is null or ahead >= 2147483648 or pg_xact_status((own + ahead)::text::xid8) <> 'in progress' then
      raise exception 'the ledger is append-only: transfer % is not of this transaction, so nothing is added to it', line.transfer
        using errcode = 'restrict_violation', hint = 'Post another transfer.';
    end if;
  end loop;
  return null;
end $function$;

create trigger ledger_holds_unchanged before update or truncate on ledger_holds
  for each statement execute function ledger_refuse_change();
create trigger ledger_balances_unchanged before update or truncate on ledger_balances
  for each statement execute function ledger_refuse_change();

insert into migrations (version, name) values (4, 'ledger guards');

create table paywall_entries (
  seq bigint generated always as identity,
  user_id text collate "C" not null,
  source_ref text collate "C" not null,
  kind text collate "C" not null,
  -- The resource of a grant; from when a revocation counts.
  detail text collate "C" not null,
  entry json not null,
  primary key (user_id, source_ref, kind, detail)
);
create index paywall_entries_of_resource on paywall_entries (user_id, detail);
create index paywall_entries_of_source on paywall_entries (source_ref, seq);
create index paywall_entries_of_user on paywall_entries (user_id, seq);

create table paywall_offers (
  id text collate "C" primary key,
  creator_id text collate "C" not null,
  is_on_sale boolean not null,
  created_at timestamptz not null,
  version integer not null,
  document json not null
);
create index paywall_offers_of_creator on paywall_offers (creator_id, created_at, id);

create table paywall_sales (
  id text collate "C" primary key,
  user_id text collate "C" not null,
  creator_id text collate "C" not null,
  offer_id text collate "C" not null,
  -- Of a viewer's sales of an offer one is the present one.
  is_present boolean not null,
  created_at timestamptz not null,
  document json not null
);
create unique index paywall_sales_present on paywall_sales (user_id, offer_id) where is_present;
create index paywall_sales_of_user on paywall_sales (user_id, created_at, id);
create index paywall_sales_of_creator on paywall_sales (creator_id, created_at, id);

create table paywall_bans (
  user_id text collate "C" not null,
  -- Empty for the whole platform.
  creator_id text collate "C" not null,
  ban json not null,
  primary key (user_id, creator_id)
);
create index paywall_bans_of_creator on paywall_bans (creator_id, user_id);

create table paywall_previews (
  user_id text collate "C" not null,
  stream_id text collate "C" not null,
  started_at text collate "C" not null,
  primary key (user_id, stream_id)
);

create table paywall_audit (
  seq bigint generated always as identity,
  id text collate "C" primary key,
  creator_id text collate "C",
  record json not null
);
create index paywall_audit_seq on paywall_audit (seq);
create index paywall_audit_of_creator on paywall_audit (creator_id, seq);

create table paywall_outbox (
  seq bigint generated always as identity,
  id text collate "C" primary key,
  event json not null,
  free_at timestamptz not null default '-infinity'
);
create index paywall_outbox_seq on paywall_outbox (seq);

create function paywall_commit(change json) returns text language plpgsql set search_path from current as $function$
declare
  offer json := change -> 'offer';
  ban json := change -> 'ban';
  unban json := change -> 'unban';
  viewer text;
  found_new boolean := json_array_length(change -> 'entries') = 0 and offer is null and ban is null and unban is null;
  added bigint;
begin
  if offer is not null then
    if (offer ->> 'version')::integer = 1 then
      insert into paywall_offers (id, creator_id, is_on_sale, created_at, version, document)
      values (offer ->> 'id', offer ->> 'creatorId', (offer ->> 'isOnSale')::boolean,
        (offer ->> 'createdAt')::timestamptz, 1, offer)
      on conflict do nothing;
    else
      update paywall_offers o set is_on_sale = (offer ->> 'isOnSale')::boolean, version = (offer ->> 'version')::integer,
        document = offer
      where o.id = offer ->> 'id' and o.version = (offer ->> 'version')::integer - 1;
    end if;
    get diagnostics added = row_count;
    if added = 0 then return 'stale'; end if;
    found_new := true;
  end if;
  -- A viewer's entries one after the other, so that who reads them page by page misses none.
  for viewer in select distinct e ->> 'userId' from json_array_elements(change -> 'entries') e order by 1 loop
    perform pg_advisory_xact_lock(hashtextextended('access of ' || viewer, 0));
  end loop;
  insert into paywall_entries (user_id, source_ref, kind, detail, entry)
  select e.value ->> 'userId', e.value ->> 'sourceRef', e.value ->> 'kind',
    coalesce(e.value ->> 'resource', e.value ->> 'from'), e.value
  from json_array_elements(change -> 'entries') with ordinality e order by e.ordinality
  on conflict do nothing;
  get diagnostics added = row_count;
  found_new := found_new or added > 0;
  if ban is not null then
    insert into paywall_bans (user_id, creator_id, ban)
    values (ban ->> 'userId', coalesce(ban ->> 'creatorId', ''), ban) on conflict do nothing;
    get diagnostics added = row_count;
    found_new := found_new or added > 0;
  end if;
  if unban is not null then
    delete from paywall_bans b
    where b.user_id = unban ->> 'userId' and b.creator_id = coalesce(unban ->> 'creatorId', '');
    get diagnostics added = row_count;
    found_new := found_new or added > 0;
  end if;
  if not found_new then return 'unchanged'; end if;
  insert into paywall_audit (id, creator_id, record)
  select a.value ->> 'id', a.value ->> 'creatorId', a.value
  from json_array_elements(change -> 'audit') with ordinality a order by a.ordinality;
  insert into paywall_outbox (id, event)
  select v.value ->> 'id', v.value
  from json_array_elements(change -> 'events') with ordinality v order by v.ordinality;
  return 'committed';
end $function$;

create function paywall_start_sale(sale json, replacing text) returns json language plpgsql set search_path from current as $function$
declare
  present paywall_sales;
begin
  perform pg_advisory_xact_lock(hashtextextended('sales to ' || (sale ->> 'userId'), 0));
  select s.* into present from paywall_sales s where s.id = sale ->> 'id';
  if found then return present.document; end if;
  select s.* into present from paywall_sales s
  where s.user_id = sale ->> 'userId' and s.offer_id = sale ->> 'offerId' and s.is_present;
  if found then
    if present.id is distinct from replacing then return present.document; end if;
    update paywall_sales s set is_present = false where s.id = present.id;
  end if;
  insert into paywall_sales (id, user_id, creator_id, offer_id, is_present, created_at, document)
  values (sale ->> 'id', sale ->> 'userId', sale ->> 'creatorId', sale ->> 'offerId', true,
    (sale ->> 'createdAt')::timestamptz, sale);
  return sale;
end $function$;

insert into migrations (version, name) values (5, 'paywall');
commit;
