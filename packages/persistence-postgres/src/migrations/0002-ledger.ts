/**
 * The ledger: transfers and their entries, which are only ever added; what balances are read from; holds that wait for
 * their time; and the locks of payouts.
 *
 * A balance is the sum of an account's rows in `ledger_balances`. Each statement that books adds its own rows, so no
 * credit waits for another one, and a snapshot is a statement that replaces rows by their sum. What a snapshot holds is
 * exactly what it took away, so no number has to mark how far it goes: rows of a transaction that is still running are
 * not seen, stay, and are counted when they commit.
 */
export const ledger = `create table ledger_transfers (
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
end $function$;`
