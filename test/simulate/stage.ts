import { sql } from 'kysely'
import { recordNothing } from '#workers/metrics/metrics.ts'
import { traceNothing } from '#workers/tracing/tracer.ts'
import type { Db } from '#db/connect.ts'
import { Secret } from '#db/model/secret.ts'
import { takeDueWebhooks } from '#db/queries/deliveries.ts'
import { sealedUrlOf, secretsOf } from '#db/queries/webhooks.ts'
import { labDoor } from '#test/support/lab-door.ts'
import { runJob } from '#workers/jobs/index.ts'
import type { WorkerContext } from '#workers/jobs/job.ts'
import { createSlots } from '#workers/jobs/slots.ts'
import { createChannelPost } from '#workers/network/channel-post.ts'
import type { BeginDeps } from '#workers/queue/begin-scan.ts'
import { createQueueBound } from '#workers/queue/queue-bound.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'
import { scanners } from '#workers/scanners/index.ts'
import { ScanFailure } from '#workers/scanners/scanner.ts'
import type { World } from './world.ts'

// The product's own parts, put up so that the scanners see a world that is written down, in place of a network.

const atOnce = 8

/** What a world has to say for itself. */
export type Seen = Pick<World, 'ports' | 'tls' | 'whois' | 'versionAt' | 'isSilent'> & {
  isOut(what: 'resolver', at: number): boolean
}

/** What jobs and chores need, on this database. */
export function stageOn(
  db: Db,
  masterKey: Secret<Buffer> = new Secret(Buffer.alloc(32, 7)),
): { readonly deps: BeginDeps; readonly context: WorkerContext } {
  const onBug = (error: unknown) => {
    throw error
  }
  const bell = {
    transactional: true,
    enqueue: async () => {},
    enqueueAll: async () => {},
    ring: async () => {},
    ringAll: async () => {},
  }
  const deps = { db, bell, guard: spellingGuard(['127.0.0.0/8']), bound: createQueueBound(db, 100_000), onBug }
  const signal = new AbortController().signal
  const log = {
    info: () => {},
    warn: () => {},
    error: (about: object, message: string) => onBug(new Error(message, { cause: about })),
  }
  const context = {
    db,
    guard: deps.guard,
    log,
    channels: {
      post: createChannelPost({
        allow: ['127.0.0.0/8'],
        own: [],
        dnsServers: [{ address: '127.0.0.1', port: 9 }],
        extraRoots: null,
      }),
      secretsOf: (id: string) => secretsOf(db, masterKey, id),
      sealedUrlOf: (id: string) => sealedUrlOf(db, masterKey, id),
    },
    openDoor: (signal: AbortSignal) => labDoor({ signal }),
    mail: null as never,
    leaseSeconds: 60,
    signal,
    workerId: null,
    isOutwardOff: () => false,
    isStopping: () => false,
    slots: createSlots(atOnce),
    recorder: recordNothing,
    tracer: traceNothing,
    onCancel: () => () => {},
    onPause: () => () => {},
    onHandedBack: () => {},
  } satisfies WorkerContext
  return { deps, context }
}

type Reason = ConstructorParameters<typeof ScanFailure>[0]
const seen = <Result>(
  unit: string,
  result: Result | null,
  { reason, isSilent }: { reason: Reason; isSilent: boolean },
) => {
  if (result === null) throw new ScanFailure(reason, 'simulated')
  const [answered, silent] = isSilent ? [0, 1] : [1, 0]
  return { result, coverage: { unit, asked: 1, answered, silent, unanswered: [], leftOut: [] } }
}

/** Lets the scanners see the world in place of a network, until the returned function is called. */
export function lookAt(world: Seen, now: () => number): () => void {
  const { ports, tls, whois } = scanners as unknown as Record<
    string,
    { scan: unknown; version: number; accepts: readonly string[] }
  >
  const before = [ports, tls, whois].map((scanner) => ({ ...scanner! }))
  // Never mind `readonly`: a release is simulated.
  Object.defineProperty(ports!, 'version', { get: () => world.versionAt(now()), configurable: true })
  const isSilent = (address: string) => world.isSilent(address, now())
  const whyNot = (): Reason => (world.isOut('resolver', now()) ? 'resolver-failed' : 'unreachable')
  Object.assign(ports!, {
    scan: async ({ canonical }: { canonical: string }) =>
      seen('ports', world.ports(canonical, now(), world.versionAt(now())), {
        reason: whyNot(),
        isSilent: isSilent(canonical),
      }),
  })
  Object.assign(tls!, {
    scan: async ({ canonical }: { canonical: string }) =>
      seen('handshakes', world.tls(canonical, now()), { reason: whyNot(), isSilent: isSilent(canonical) }),
  })
  Object.assign(whois!, {
    accepts: ['address', 'name'],
    scan: async ({ canonical }: { canonical: string }) =>
      seen('queries', world.whois(canonical, now()), { reason: 'timed-out', isSilent: false }),
  })
  return () => {
    for (const [i, scanner] of [ports, tls, whois].entries())
      for (const [name, value] of Object.entries(before[i]!))
        Object.defineProperty(scanner!, name, { value, writable: true, configurable: true, enumerable: true })
  }
}

/** Does what a worker would, until no scan waits. */
export async function work(db: Db, context: WorkerContext): Promise<void> {
  for (;;) {
    const queued = await db.selectFrom('scans').select('id').where('status', '=', 'queued').limit(200).execute()
    if (queued.length === 0) return
    const left = queued.map(({ id }) => id)
    const one = async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop())
        await runJob({ name: 'run-scan', data: { scanId: id } }, context)
    }
    await Promise.all(Array.from({ length: atOnce }, one))
  }
}

/** Sends what is due, until nothing is; the pauses between tries are machine time, and let pass. `before` is called ahead of each. */
export async function deliver(db: Db, context: WorkerContext, before: () => void = () => {}): Promise<void> {
  for (;;) {
    const due = await takeDueWebhooks(db, 100)
    if (due.length === 0) return
    for (const webhookId of due) {
      before()
      await runJob({ name: 'tell-webhook', data: { webhookId } }, context)
    }
    await sql`update webhook_deliveries set try_after = now() where status = 'waiting'`.execute(db)
    await sql`update webhooks set resume_at = null, rung_at = null`.execute(db)
  }
}
