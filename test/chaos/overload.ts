import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeTenant } from '#test/support/make.ts'
import { addressOf } from './lab.ts'
import { countBy, createClient, pour, quantile } from './load.ts'
import type { Outcome } from './outcome.ts'
import { type Rig, startRig } from './rig.ts'

const writesPerMinute = 6000
const allowedPerSecond = writesPerMinute / 60

/** One tenant sends ten times what it may, for so long: it gets what it may, the rest is said no to; another tenant notices nothing, and afterwards all is as before. */
export async function overload({ seconds }: { seconds: number }): Promise<Outcome> {
  const env = { WRITES_PER_MINUTE: String(writesPerMinute), QUEUED_SCANS: '1000000' }
  const rig = await startRig({ backend: 'pg', apis: 1, workers: 1, silentMillis: () => 50, env })
  const client = createClient(Number(new URL(rig.urls[0]!).port), 300)
  try {
    const [noisy, quiet] = [await makeTenant(rig.db), await makeTenant(rig.db)]
    const submission = (key: string, n: number) => ({
      method: 'POST' as const,
      path: '/v1/scans',
      key,
      body: JSON.stringify({ target: addressOf(n), scanners: { ports: { ports: [rig.lab.port] } } }),
    })
    const ask = (n: number) => client.send(submission(quiet, n))
    const before = (await pour({ perSecond: 5, seconds: 5 }, ask)).map(({ millis }) => millis)
    // As much as is usual when there is something to do.
    await pour({ perSecond: allowedPerSecond, seconds: 10 }, (n) => client.send(submission(quiet, 9000 + n)))
    const memoryBefore = residentMiB(rig)
    const [flood, meanwhile] = await Promise.all([
      pour({ perSecond: allowedPerSecond * 10, seconds }, (n) => client.send(submission(noisy, 1000 + (n % 5000)))),
      pour({ perSecond: 2, seconds }, ask),
    ])
    const memoryAfter = residentMiB(rig)
    await sleep(10_000)
    const after = (await pour({ perSecond: 5, seconds: 5 }, ask)).map(({ millis }) => millis)
    const counts = countBy(flood)
    const accepted = counts['202'] ?? 0
    const others = flood.length - accepted - (counts['429'] ?? 0) - (counts['503'] ?? 0)
    const slowest = Math.max(...meanwhile.map(({ millis }) => millis))
    const refused = meanwhile.filter(({ status }) => status !== 202)
    // A bucket that was full, and what falls into it meanwhile.
    const goodput = accepted / Math.min(flood.length, writesPerMinute + allowedPerSecond * seconds)
    const growth = memoryAfter / memoryBefore
    return {
      figures: {
        sent: flood.length,
        accepted,
        'said no': flood.length - accepted,
        'goodput %': Math.round(goodput * 100),
        'quiet tenant, slowest ms': Math.round(slowest),
        'memory MiB before': Math.round(memoryBefore),
        'and after': Math.round(memoryAfter),
        'p95 ms before': Math.round(quantile(before, 0.95)),
        'and 10 s after': Math.round(quantile(after, 0.95)),
      },
      broken: [
        goodput < 0.8 && `only ${Math.round(goodput * 100)} % of what the tenant may was taken`,
        others > 0 && `${others} were answered neither 202, 429 nor 503: ${JSON.stringify(counts)}`,
        slowest > 1000 && `a request of the quiet tenant took ${Math.round(slowest)} ms`,
        refused.length > 0 &&
          `${refused.length} requests of the quiet tenant were refused: ${JSON.stringify(countBy(refused))}`,
        growth > 1.5 && `memory grew ${growth.toFixed(2)} times`,
        quantile(after, 0.95) > Math.max(2 * quantile(before, 0.95), 100) && 'ten seconds after it is not as before',
      ].filter((sentence) => sentence !== false),
      nothing:
        flood.length < seconds * allowedPerSecond * 8
          ? [`only ${flood.length} requests were sent: this machine cannot make the load`]
          : [],
    }
  } finally {
    client.close()
    await rig.close()
  }
}

const residentMiB = (rig: Rig): number => {
  const [, pages] = readFileSync(`/proc/${rig.apis[0]!.pid()}/statm`, 'utf8').split(' ')
  return (Number(pages) * 4096) / 1024 ** 2
}
