import type { Migration } from './migrations.ts'
import { quoteIdentifier, quoteLiteral } from './postgres-pool.ts'

const indent = (text: string, by: string) => text.replaceAll(/^(?=.)/gm, by)

/**
 * One statement that takes every step that the database has not taken: all or none. It waits for the lock that others who
 * migrate the same schema take, and only then looks at what has been done.
 */
export function migrationSql(
  schema: string,
  steps: readonly Migration[],
  lockTimeoutSeconds: number,
): string {
  const name = quoteIdentifier(schema)
  const lock = quoteLiteral(`stagedoor migrate ${schema}`)
  const takeSteps = steps.map(
    ({ version, name: step, sql }) => `if not exists (select from migrations where version = ${version}) then
${indent(sql, '  ')}
  insert into migrations (version, name) values (${version}, ${quoteLiteral(step)});
end if;`,
  )
  const body = `perform set_config('lock_timeout', '${Math.round(lockTimeoutSeconds * 1000)}', true);
perform pg_advisory_xact_lock(hashtextextended(${lock}, 0));
if to_regnamespace(${quoteLiteral(name)}) is null then
  create schema ${name};
end if;
perform set_config('search_path', ${quoteLiteral(name)}, true);
if to_regclass('migrations') is null then
  create table migrations (
    version integer primary key,
    name text not null,
    applied_at timestamptz not null default now()
  );
end if;
${takeSteps.join('\n')}`
  const text = `begin\n${indent(body, '  ')}\nend`
  const quote = dollarQuote(text)
  return `do ${quote}\n${text}\n${quote};\n`
}

/** A quote that the text does not hold, whatever the schema's name is. */
function dollarQuote(text: string): string {
  let tag = 'stagedoor'
  while (text.includes(`$${tag}$`)) tag += '_'
  return `$${tag}$`
}
