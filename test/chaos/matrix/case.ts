import { setTimeout as sleep } from 'node:timers/promises'
import type { Scan } from '#apps/client/index.ts'
import { type Backend, type Rig, type RigOptions, startRig } from '../rig.ts'

/** How long the lease, outages and repetitions of a run are. */
export interface Size {
  readonly leaseSeconds: number
  readonly outageMillis: number
  readonly repetitions: number
}
export const fullSize: Size = { leaseSeconds: 10, outageMillis: 60_000, repetitions: 20 }
export const cutSize: Size = { leaseSeconds: 3, outageMillis: 6000, repetitions: 1 }

export interface Measured {
  /** From the end of the fault until all is as it should be. */
  readonly recoveryMillis: number
  readonly note?: string
}

/** One line of the fault matrix. */
export interface Case {
  /** Rows of the matrix in the guide. */
  readonly row: string
  readonly name: string
  readonly backends: readonly Backend[]
  readonly atMostMillis: (size: Size) => number
  /** On these backends it is part of the small cut that CI runs. */
  readonly inCut?: readonly Backend[]
  /** @throws Broken for a promise that was broken, Skipped where this machine cannot */
  run(backend: Backend, size: Size): Promise<Measured>
}

export class Broken extends Error {
  override name = 'Broken'
}
export class Skipped extends Error {
  override name = 'Skipped'
}

export function must(isHeld: boolean, sentence: string): void {
  if (!isHeld) throw new Broken(sentence)
}

export async function withRig<Answer>(options: RigOptions, use: (rig: Rig) => Promise<Answer>): Promise<Answer> {
  const rig = await startRig(options)
  try {
    return await use(rig)
  } finally {
    await rig.close()
  }
}

/** Asks until it is true; the time that it took. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  patienceMillis = 60_000,
): Promise<number> {
  const began = performance.now()
  while (!(await Promise.resolve(isSo()).catch(() => false))) {
    if (performance.now() - began > patienceMillis) throw new Broken(`not within ${patienceMillis} ms: ${what}`)
    await sleep(25)
  }
  return performance.now() - began
}

export const untilStatus = (rig: Rig, id: string, ...statuses: Scan['status'][]) =>
  until(`scan ${id} is ${statuses.join(' or ')}`, async () => {
    const row = await rig.db.selectFrom('scans').select('status').where('id', '=', id).executeTakeFirst()
    return row !== undefined && statuses.includes(row.status)
  })

/** It has ended as it should: completed, with one result that the lab has seen. */
export async function mustBeWhole(rig: Rig, id: string, address: string, patienceMillis = 60_000): Promise<Scan> {
  const scan = await rig.untilEnded(id, patienceMillis)
  must(scan.status === 'completed', `scan ${id} ended ${scan.status} (${scan.reason})`)
  must(scan.resultCount === 1, `scan ${id} has ${scan.resultCount} results`)
  const connections = rig.lab.connectionsTo(address)
  must(connections >= 1 && connections <= scan.attempt, `${connections} connections for ${scan.attempt} attempts`)
  return scan
}

/** What one API answers, and how long it took; null where it does not. */
export async function ask(url: string, path: string, init: RequestInit = {}) {
  const began = performance.now()
  const answer = await fetch(url + path, { ...init, signal: AbortSignal.timeout(20_000) }).catch(() => null)
  const millis = performance.now() - began
  if (answer === null) return { status: 0, millis, retryAfter: null, body: null }
  const text = await answer.text()
  const body = (text === '' ? null : JSON.parse(text)) as { id?: string } | null
  return { status: answer.status, millis, retryAfter: answer.headers.get('retry-after'), body }
}

export const submission = (rig: Rig, address: string, idempotencyKey: string): RequestInit => ({
  method: 'POST',
  headers: {
    authorization: `Bearer ${rig.key}`,
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
  },
  body: JSON.stringify({ target: address, scanners: { ports: { ports: [rig.lab.port] } } }),
})

/** Says no in time, whatever is away: 503, or 409 where a try before is still at work, and when to ask again, within two seconds and a little. */
export async function mustSayLater(
  rig: Rig,
  url: string,
  { address, key, isAgain = false }: { address: string; key: string; isAgain?: boolean },
): Promise<void> {
  const { status, millis, retryAfter } = await ask(url, '/v1/scans', submission(rig, address, key))
  must(status === 503 || (isAgain && status === 409), `a submission was answered ${status}`)
  must(retryAfter !== null, `a ${status} had no Retry-After`)
  must(millis < 2500, `a ${status} took ${Math.round(millis)} ms`)
}
