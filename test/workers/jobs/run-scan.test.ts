import { spellingGuard } from '#workers/queue/submit-scan.ts'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { sql } from 'kysely'
import { recordNothing } from '#workers/metrics/metrics.ts'
import { traceNothing } from '#workers/tracing/tracer.ts'
import { beforeEach, expect, test } from 'vitest'
import { pauseScans, resumeScans } from '#db/queries/blackouts.ts'
import { claimScan } from '#db/queries/claims.ts'
import { findingsOfScan, findScan, runsOf } from '#db/queries/scans.ts'
import { labDoor, strangersDoor } from '#test/support/lab-door.ts'
import { attest } from '#db/queries/proofs.ts'
import type { Authority } from '#workers/network/authority.ts'
import { lapse, makeScan, queuedRun } from '#test/support/make.ts'
import { useDatabase } from '#test/support/use-database.ts'
import { cancelScan } from '#workers/queue/cancel-scan.ts'
import { createSlots } from '#workers/jobs/slots.ts'
import { runJob } from '#workers/jobs/index.ts'
import { reachOf } from '#db/queries/targets.ts'

const { db, actor } = await useDatabase()

// Each ring brings the scan whose turn it is: there is one.
beforeEach(() => sql`truncate scans cascade`.execute(db))

/** A server that says its banner at once, or where it has none waits until the test speaks for it. */
async function startServer(banner: string | null = null) {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    sockets.push(socket)
    if (banner !== null) socket.end(banner)
    server.emit('visited')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const visits = (count: number) =>
    new Promise<void>((done) => {
      const look = () => sockets.length >= count && done()
      server.on('visited', look)
      look()
    })
  return { port: (server.address() as AddressInfo).port, sockets, visits, close: () => server.close() }
}

function workerContext(leaseSeconds = 10) {
  const stop = new AbortController()
  const logged: string[] = []
  const handedBack: string[] = []
  const cancels = new Set<() => void>()
  const pauses = new Set<() => void>()
  const write = (_about: object, message: string) => void logged.push(message)
  const context = {
    db,
    guard: spellingGuard(['127.0.0.0/8']),
    log: { info: write, warn: write, error: write },
    channels: {
      post: () => Promise.reject(new Error('no channel here')),
      secretsOf: () => Promise.reject(new Error('no channel here')),
      sealedUrlOf: () => Promise.reject(new Error('no channel here')),
    },
    openDoor: (signal: AbortSignal) => labDoor({ signal }),
    mail: null as never,
    leaseSeconds,
    signal: stop.signal,
    workerId: null,
    isOutwardOff: () => false,
    onHandedBack: (id: string) => void handedBack.push(id),
    isStopping: () => stop.signal.aborted,
    slots: createSlots(8),
    recorder: recordNothing,
    tracer: traceNothing,
    onCancel: (_id: string, listener: () => void) => {
      cancels.add(listener)
      return () => void cancels.delete(listener)
    },
    onPause: (_id: string, listener: () => void) => {
      pauses.add(listener)
      return () => void pauses.delete(listener)
    },
  }
  return { context, stop, logged, handedBack, cancels, pauses }
}
const portsOf = (...ports: number[]) => [queuedRun('ports', { ports })]
const scanOf = async (id: string) => (await findScan(db, reachOf(actor), id))!
const fail = (error: unknown) => {
  throw error
}
const job = (scanId: string) => ({ name: 'run-scan', data: { scanId } })

test('a scan is run, its result kept and judged, and it ends', async () => {
  const server = await startServer('220 lab.example FTP server ready\r\n')
  const { id } = await makeScan(db, actor, { runs: portsOf(server.port) })
  const { context } = workerContext()
  await runJob(job(id), context)
  server.close()
  expect(await scanOf(id)).toMatchObject({ status: 'completed', attempt: 1, result_count: '1', reason: null })
  expect(await runsOf(db, id)).toMatchObject([{ status: 'completed', coverage: { unit: 'ports', asked: 1 } }])
  expect(await findingsOfScan(db, id)).toMatchObject([
    { rule: 'ports/cleartext-protocol', subject: `${server.port}/tcp`, verdict: 'present' },
  ])
})

test('a bell that rings again for a scan that ended, or never was, does nothing', async () => {
  const { id } = await makeScan(db, actor, { runs: portsOf(9) })
  const { context } = workerContext()
  await runJob(job(id), context)
  const before = await scanOf(id)
  await runJob(job(id), context)
  await runJob(job('01a214f8-b1cd-7897-8894-d4816eaefac4'), context)
  expect(await scanOf(id)).toEqual(before)
})

test('a worker that lost its scan writes nothing, and says that it was fenced', async () => {
  const server = await startServer()
  const { id } = await makeScan(db, actor, { runs: portsOf(server.port) })
  const { context, logged } = workerContext()
  const running = runJob(job(id), context)
  await server.visits(1)
  await lapse(db, id)
  const other = (await claimScan(db, id, 10))!
  for (const socket of server.sockets) socket.end('220 late\r\n')
  await running
  server.close()
  expect(logged.at(-1)).toMatch(/^fenced/)
  expect(await scanOf(id)).toMatchObject({ status: 'running', attempt: other.attempt, result_count: '0' })
  expect(await findingsOfScan(db, id)).toEqual([])
})

test('a scan that shall rest closes its sockets, waits for its window to close, and goes on then', async () => {
  const server = await startServer()
  const { id } = await makeScan(db, actor, { runs: portsOf(server.port) })
  const { context, logged, handedBack, pauses } = workerContext()
  const running = runJob(job(id), context)
  await server.visits(1)
  const before = await scanOf(id)
  const closed = new Promise((close) =>
    server.sockets[0]!.on('error', () => {})
      .resume()
      .on('close', close),
  )
  const inAnHour = new Date(Date.now() + 3_600_000)
  await pauseScans(db, { organisationId: actor.organisationId, targetId: null, from: new Date(), until: inAnHour })
  for (const pause of pauses) pause()
  await Promise.all([running, closed])
  expect(logged.at(-1)).toBe('scan paused')
  expect(handedBack).toEqual([])
  const resting = await scanOf(id)
  expect(resting).toMatchObject({ status: 'queued', paused_until: inAnHour, result_count: '0' })
  expect(Math.round((resting.deadline.getTime() - before.deadline.getTime()) / 60_000)).toBe(60)
  await runJob(job(id), context)
  expect(await scanOf(id)).toMatchObject({ status: 'queued', attempt: 1 })
  await resumeScans(db, actor.organisationId)
  const again = runJob(job(id), context)
  await server.visits(2)
  server.sockets[1]!.end('220 lab\r\n')
  await again
  server.close()
  expect(await scanOf(id)).toMatchObject({ status: 'completed', attempt: 2, result_count: '1' })
})

test('a worker with no more time closes its sockets and hands its scan back', async () => {
  const server = await startServer()
  const { id } = await makeScan(db, actor, { runs: portsOf(server.port) })
  const { context, stop, handedBack } = workerContext()
  const running = runJob(job(id), context)
  await server.visits(1)
  const closed = once(server.sockets[0]!.resume(), 'close')
  stop.abort()
  await Promise.all([running, closed])
  server.close()
  expect(handedBack).toEqual([id])
  expect(await scanOf(id)).toMatchObject({ status: 'queued', result_count: '0' })
  expect(await runsOf(db, id)).toMatchObject([{ status: 'queued' }])
})

test('a cancelled scan closes its sockets, then ends; what was found by then stays and says what it is', async () => {
  const [done, open] = [await startServer('220 lab.example FTP server ready\r\n'), await startServer()]
  const { id } = await makeScan(db, actor, {
    runs: [...portsOf(done.port), queuedRun('tls', { port: open.port })],
  })
  const { context, cancels, logged } = workerContext()
  const running = runJob(job(id), context)
  await open.visits(1)
  await expect.poll(async () => (await scanOf(id)).result_count).toBe('1')
  const closed = once(open.sockets[0]!.resume(), 'close')
  expect(await cancelScan(db, reachOf(actor), id, fail)).toBe(true)
  expect(await scanOf(id)).toMatchObject({ status: 'running' })
  for (const hear of cancels) hear()
  await closed
  await running
  for (const server of [done, open]) server.close()
  expect(logged.at(-1)).toBe('scan cancelled')
  expect(cancels.size).toBe(0)
  expect(await scanOf(id)).toMatchObject({ status: 'cancelled', reason: 'cancelled', result_count: '2' })
  const runs = await runsOf(db, id)
  expect(runs.map(({ scanner, status, reason }) => `${scanner} ${status} ${reason}`).sort()).toEqual([
    'ports completed null',
    'tls cancelled cancelled',
  ])
  expect(await findingsOfScan(db, id)).toMatchObject([{ rule: 'ports/cleartext-protocol' }])
})

test('a scanner that is cancelled in the middle keeps what it was answered, and calls the rest not asked', async () => {
  const [quick, slow] = [await startServer('220 lab.example FTP server ready\r\n'), await startServer()]
  const { id } = await makeScan(db, actor, { runs: portsOf(quick.port, slow.port) })
  const { context, cancels } = workerContext()
  const running = runJob(job(id), context)
  await Promise.all([quick.visits(1), slow.visits(1)])
  await cancelScan(db, reachOf(actor), id, fail)
  for (const hear of cancels) hear()
  await running
  for (const server of [quick, slow]) server.close()
  expect(await scanOf(id)).toMatchObject({ status: 'cancelled', reason: 'cancelled', result_count: '1' })
  const [run] = await runsOf(db, id)
  expect(run).toMatchObject({ status: 'cancelled', reason: 'cancelled' })
  // Both answered that they are open; what a port said is a question of its own.
  expect(run!.coverage).toMatchObject({ unit: 'ports', asked: 2 })
})

test('a worker that missed the word to cancel hears it with the next renewal of its lease', async () => {
  const server = await startServer()
  const { id } = await makeScan(db, actor, { runs: portsOf(server.port) })
  const { context } = workerContext(0.3)
  const running = runJob(job(id), context)
  await server.visits(1)
  await cancelScan(db, reachOf(actor), id, fail)
  await running
  server.close()
  expect(await scanOf(id)).toMatchObject({ status: 'cancelled' })
})

test('a bug in one scanner fails its run and no other', async () => {
  const { id } = await makeScan(db, actor, { runs: [...portsOf(9), queuedRun('tls', { port: 'not a port' })] })
  const { context, logged } = workerContext()
  await runJob(job(id), context)
  expect(logged).toContain('a bug of ours')
  const runs = await runsOf(db, id)
  expect(runs.find(({ scanner }) => scanner === 'tls')).toMatchObject({ status: 'failed', reason: 'internal' })
  expect(runs.find(({ scanner }) => scanner === 'ports')).toMatchObject({ status: 'completed' })
  expect(await scanOf(id)).toMatchObject({ status: 'completed' })
})

test('a target that the guard refuses ends refused with the rule, and nothing is dialled', async () => {
  const target = { kind: 'address', canonical: '192.0.2.1', display: '192.0.2.1' } as const
  const { id } = await makeScan(db, actor, { target, runs: [queuedRun('ports', { ports: [80] })] })
  const { context } = workerContext()
  await runJob(job(id), context)
  expect(await scanOf(id)).toMatchObject({ status: 'refused', reason: 'documentation' })
})

test('the lease is renewed while the scan runs', async () => {
  const server = await startServer()
  const { id } = await makeScan(db, actor, { runs: portsOf(server.port) })
  const { context } = workerContext(0.3)
  const running = runJob(job(id), context)
  await server.visits(1)
  const leaseOf = async () =>
    (await sql<{ lease: string }>`select lease_until::text as lease from scans where id = ${id}::uuid`.execute(db))
      .rows[0]!.lease
  const first = await leaseOf()
  let later = first
  while (later === first) later = await leaseOf()
  for (const socket of server.sockets) socket.end('220 lab\r\n')
  await running
  server.close()
  expect(later > first).toBe(true)
  expect(await scanOf(id)).toMatchObject({ status: 'completed', attempt: 1 })
})

const amongStrangers = () => {
  const { context } = workerContext()
  return { ...context, openDoor: (signal: AbortSignal, authority: Authority) => strangersDoor(signal, authority) }
}

test('without proof nothing active is asked: the run says what is missing, and the others go on', async () => {
  const server = await startServer('')
  const runs = [
    queuedRun('ports', { ports: [server.port] }),
    queuedRun('http', { httpPort: server.port, httpsPort: 9 }),
  ]
  const { id } = await makeScan(db, actor, { runs })
  await runJob(job(id), amongStrangers())
  server.close()
  const ended = await runsOf(db, id)
  const [ports, http] = ['ports', 'http'].map((name) => ended.find(({ scanner }) => scanner === name))
  expect(ports).toMatchObject({ status: 'refused', reason: 'no-proof', tier: 'active' })
  expect(ports!.detail).toMatch(/Missing: that 127\.0\.0\.1 is yours\. Serve the token/)
  expect(ports!.authority).toMatchObject({ basis: 'passive', missing: [{ what: 'that 127.0.0.1 is yours' }] })
  expect(http).toMatchObject({ tier: 'passive' })
  expect(http!.status).not.toBe('refused')
  const { rows } =
    await sql`select host(address) as address, connections from touches where run_id = ${http!.id}::uuid`.execute(db)
  expect(rows).toMatchObject([{ address: '127.0.0.1' }])
})

test('a stated authority opens it, and is shown as stated', async () => {
  const server = await startServer('')
  const { id } = await makeScan(db, actor, { runs: portsOf(server.port) })
  const { target_id: targetId } = await db
    .selectFrom('scans')
    .select('target_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const sentence = 'This machine is mine.'
  await attest(db, { organisationId: actor.organisationId, targetId, attestedBy: {}, sentence })
  await runJob(job(id), amongStrangers())
  server.close()
  expect(await runsOf(db, id)).toMatchObject([
    { status: 'completed', tier: 'active', authority: { basis: 'attested', proof: null, sentence } },
  ])
})
