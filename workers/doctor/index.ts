import { connect, createPool } from '#db/connect.ts'
import type { Check, Diagnosis, DoctorSettings } from './check.ts'
import { certificate, disk, masterKey, node } from './machine.ts'
import { canary, mail, resolvers } from './outward.ts'
import { clocks, logins, postgres, queue, work } from './stores.ts'

export type { Diagnosis } from './check.ts'

/** What is looked at, in this order. */
const checks: readonly Check[] = [
  node,
  disk,
  masterKey,
  certificate,
  postgres,
  clocks,
  logins,
  queue,
  work,
  resolvers,
  canary,
  mail,
]

/** Looks at everything that a Portlight on this machine needs, side by side; each line comes in the order of the table. */
export async function* examine(
  settings: DoctorSettings,
  databaseUrl: string,
  signal: AbortSignal,
): AsyncGenerator<Diagnosis & { readonly name: string }> {
  const pool = createPool({
    url: databaseUrl,
    max: 4,
    name: 'portlight-doctor',
    timeoutMillis: 5000,
    onError: () => {},
  })
  const db = connect(pool)
  try {
    const running = checks.map(async (check) => ({
      name: check.name,
      ...(await check.run({ settings, databaseUrl, db, signal })),
    }))
    for (const one of running) yield await one
  } finally {
    await db.destroy()
  }
}
