import { setTimeout as sleep } from 'node:timers/promises'
import { makeTenant } from '#test/support/make.ts'
import { addressOf } from './lab.ts'
import { countBy, createClient, pour, quantile, type Told } from './load.ts'
import type { Outcome } from './outcome.ts'
import { startRig } from './rig.ts'
import { residentMiB } from './supervise.ts'

/** As many as one machine can ask beside the product. */
const askedAtMost = 1500

/** One tenant asks ten times as much as can be served, for so long: it is served as well as before, the rest is said no to; another tenant notices nothing, and afterwards all is as it was. */
export async function overload({ seconds }: { seconds: number }): Promise<Outcome> {
  const env = { WRITES_PER_MINUTE: '1000000', QUEUED_SCANS: '1000000' }
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
    const capacity = await capacityOf((n) => client.send(submission(noisy, 9000 + n)))
    const memoryBefore = residentMiB(rig.apis[0]!)
    let memoryEarly = 0
    const [flood, meanwhile] = await Promise.all([
      pour({ perSecond: Math.min(capacity * 10, askedAtMost), seconds }, (n) =>
        client.send(submission(noisy, 1000 + (n % 5000))),
      ),
      pour({ perSecond: 2, seconds }, ask),
      sleep((seconds * 1000) / 3).then(() => (memoryEarly = residentMiB(rig.apis[0]!))),
    ])
    const memoryAfter = residentMiB(rig.apis[0]!)
    await sleep(10_000)
    const after = (await pour({ perSecond: 5, seconds: 5 }, ask)).map(({ millis }) => millis)
    const counts = countBy(flood)
    const accepted = counts['202'] ?? 0
    const others = flood.length - accepted - (counts['429'] ?? 0) - (counts['503'] ?? 0)
    const slowest = Math.max(...meanwhile.map(({ millis }) => millis))
    const refused = meanwhile.filter(({ status }) => status !== 202)
    const goodput = accepted / seconds / capacity
    const growth = memoryAfter / memoryEarly
    return {
      figures: {
        'served a second before': Math.round(capacity),
        sent: flood.length,
        accepted,
        'said no': flood.length - accepted,
        'goodput %': Math.round(goodput * 100),
        'quiet tenant, slowest ms': Math.round(slowest),
        'memory MiB before': Math.round(memoryBefore),
        'after a third': Math.round(memoryEarly),
        'and at the end': Math.round(memoryAfter),
        'p95 ms before': Math.round(quantile(before, 0.95)),
        'and 10 s after': Math.round(quantile(after, 0.95)),
      },
      broken: [
        goodput < 0.8 && `only ${Math.round(goodput * 100)} % of what can be served was`,
        others > 0 && `${others} were answered neither 202, 429 nor 503: ${JSON.stringify(counts)}`,
        slowest > 1000 && `a request of the quiet tenant took ${Math.round(slowest)} ms`,
        refused.length > 0 &&
          `${refused.length} requests of the quiet tenant were refused: ${JSON.stringify(countBy(refused))}`,
        growth > 1.25 && `memory went on growing, ${growth.toFixed(2)} times after the first third`,
        quantile(after, 0.95) > Math.max(2 * quantile(before, 0.95), 100) && 'ten seconds after it is not as before',
      ].filter((sentence) => sentence !== false),
      nothing:
        flood.length < seconds * capacity * 3 ? [`only ${flood.length} requests were sent: that is no overload`] : [],
    }
  } finally {
    client.close()
    await rig.close()
  }
}

const capacitySeconds = 8
const atOnce = 12

/** How many a second are served to a client that waits for each answer, once everything is warm. */
async function capacityOf(ask: (n: number) => Promise<Told>): Promise<number> {
  let n = 0
  const serve = async (seconds: number) => {
    let served = 0
    const until = performance.now() + seconds * 1000
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (performance.now() < until) if ((await ask(n++)).status === 202) served++
      }),
    )
    return served / seconds
  }
  await serve(capacitySeconds)
  return serve(capacitySeconds)
}
