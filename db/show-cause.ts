import type pg from 'pg'
import { causeNow, nameFor } from './cause.ts'

/**
 * Shows in `pg_stat_activity`, and by `%a` in Postgres' log, for which request or scan a connection works: by its name, which is sent in one go with the first
 * statement for another cause. A comment in each statement would cost its plan, and no value can break out of a parameter.
 */
export function showCause(client: pg.Client, own: string): void {
  const ask = client.query.bind(client) as (...given: unknown[]) => unknown
  let shown = own
  const showing = (...given: unknown[]): unknown => {
    const name = nameFor(own, causeNow())
    // Inside a transaction a rollback would take it back.
    if (name !== shown && client.getTransactionStatus() === 'I') {
      shown = name
      const told = ask("select set_config('application_name', $1, false)", [name]) as Promise<unknown>
      told.catch(() => (shown = ''))
    }
    return ask(...given)
  }
  client.query = showing as typeof client.query
}
