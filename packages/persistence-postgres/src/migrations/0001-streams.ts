/**
 * Streams, their log, the inbox, idempotency keys and removed viewers.
 *
 * Ids and times are compared as JavaScript compares them, whatever the database's locale: `collate "C"`. Times that are
 * given back are text, so that they come back to the letter. `streams` leaves room in its pages, and no index holds what
 * a reading changes, so readings rewrite one page.
 */
export const streams = `create table streams (
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
);`
