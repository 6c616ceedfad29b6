/**
 * The paywall. Entries are only added: a viewer's access is read from theirs to one stream and its creator, by one index.
 * What a viewer is given and what they buy comes one after the other for that viewer, and waits for nobody else.
 */
export const paywall = `create table paywall_entries (
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
end $function$;`
