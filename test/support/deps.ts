import { randomBytes } from 'node:crypto'
import type { Deps } from '#apps/api/app.ts'
import { openCredentials } from '#apps/api/credentials/credentials.ts'
import type { Site } from '#apps/api/site.ts'
import { openBus } from '#db/bus.ts'
import type { Db } from '#db/connect.ts'
import { Secret } from '#db/model/secret.ts'
import type { Queues } from '#workers/queue/backend.ts'
import { createBell } from '#workers/queue/enqueue.ts'
import { createQueueBound } from '#workers/queue/queue-bound.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'

/** What the settings say where a test says nothing else. */
export const testSite: Site = {
  publicUrl: 'http://localhost:3000',
  trustedProxies: [],
  corsOrigins: [],
  signUp: 'open',
  mail: 'smtp',
  writesPerMinute: 1_000_000,
  attestation: true,
  abuseContact: 'mailto:abuse@example.org',
  providerName: null,
}

interface Given {
  readonly db: Db
  readonly url: string
  readonly queues: () => Promise<Queues>
  readonly log: Deps['log']
  readonly allow?: readonly string[]
  readonly site?: Partial<Site>
}

/** All that an API is made of, over this database; the bus is to be closed. */
export async function openDeps({ db, url, queues, log, allow = [], site = {} }: Given): Promise<Deps> {
  const masterKey = new Secret(randomBytes(32))
  return {
    db,
    bell: createBell(true, queues),
    queues,
    bus: openBus({ url, name: 'test', onError: () => {} }),
    masterKey,
    provider: null,
    metrics: null,
    tracer: null,
    credentials: await openCredentials(db, masterKey, testSite.publicUrl),
    site: { ...testSite, ...site },
    guard: spellingGuard(allow),
    outboundGuard: spellingGuard(allow),
    bound: createQueueBound(db, 10_000),
    log,
    onBug: (error) => {
      throw error
    },
    isDraining: () => false,
  }
}
