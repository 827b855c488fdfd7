import { setTimeout as sleep } from 'node:timers/promises'
import { openInstance } from './instance.ts'

const rows = 100_000

interface Batch {
  readonly status: string
  readonly counts: Readonly<Record<string, number>>
}

/** A list of 100,000 hosts: how long until it is received, and read; how long the status takes; how fast rows get scans that nobody takes. */
export async function bench(): Promise<void> {
  const instance = await openInstance()
  try {
    const base = await instance.startApi()
    const worker = instance.startWorker()
    await worker.saying('"working"')
    const headers = { authorization: `Bearer ${instance.key}` }
    const lines = Array.from({ length: rows }, (_, i) =>
      i % 100 === 0 ? `10.0.${i >> 8}.1` : `127.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
    )
    const body = `target\n${lines.join('\n')}\n`
    let began = performance.now()
    const since = () => `${((performance.now() - began) / 1000).toFixed(2)} s`
    const upload = await fetch(`${base}/v1/batches?dryRun=true&scanners=ports`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'text/csv' },
      body,
    })
    const { links } = (await upload.json()) as { links: { self: string } }
    console.log(
      `received   ${rows} rows, ${(body.length / 1024 ** 2).toFixed(1)} MiB, answered ${upload.status} in ${since()}`,
    )
    const read = async () => (await (await fetch(base + links.self, { headers })).json()) as Batch
    began = performance.now()
    let batch = await read()
    while (batch.status === 'reading') {
      await sleep(50)
      batch = await read()
    }
    console.log(`read       in ${since()}: ${JSON.stringify(batch.counts)}`)
    began = performance.now()
    for (let i = 0; i < 20; i++) await read()
    console.log(`status     ${((performance.now() - began) / 20).toFixed(1)} ms an answer`)
    began = performance.now()
    const results = await (await fetch(`${base}${links.self}/results`, { headers })).text()
    console.log(`results    ${results.trimEnd().split('\n').length - 1} rows in ${since()}`)
  } finally {
    await instance.stop()
  }
}
