/**
 * What the stores need of a database: one statement, one answer. A `Pool` of `pg` and a `PGlite` both are one.
 *
 * No verb holds a connection over two statements, so nothing about transactions or sessions is asked, and a pooler in
 * transaction mode between them does no harm. The pool belongs to the caller, who opens and ends it.
 */
export interface PostgresPool {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

/** Writes a name so that any character may be in it. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Writes a text constant, for statements that take no values. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
