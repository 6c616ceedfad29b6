/**
 * Tips, beside the ledger that they are booked in.
 *
 * A tip's row is changed in place and found by its id; what it is listed by never changes, so its indexes are not touched
 * when it is paid. Payments' references and the times to look at a tip have tables of their own for the same reason. Sums
 * for goals and leaderboards are added up from rows that are only added, as balances are.
 */
export const tips = `create table tips (
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
end $function$;`
