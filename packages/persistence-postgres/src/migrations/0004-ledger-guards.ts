/**
 * What keeps the books of a user that may insert: entries join a transfer of their own transaction alone, and holds and
 * balances are added and taken away, never changed. A bank's reference may be that of several payouts.
 */
export const ledgerGuards = `drop index ledger_transfers_movement;
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
  for each statement execute function ledger_refuse_change();`
