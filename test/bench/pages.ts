import { sql } from 'kysely'
import { createApp } from '#apps/api/app.ts'
import { openDeps } from '#test/support/deps.ts'
import { makeActor } from '#test/support/make.ts'
import { medianOf } from './instance.ts'
import { fillWorld } from './pages-world.ts'
import { type BenchStore, openStore } from './store.ts'

const world = { targets: 10_000, findings: 10 }
const goalMillis = 100
const rounds = 15

/** What no page may read from end to end, however it is asked. */
const never = ['scans', 'scan_runs', 'observations', 'results'] as const
/** What a page of rows may not either: it has an order, and an index that leads it. */
const neverOfRows = [...never, 'findings', 'finding_changes'] as const

/** Every answer that the dashboard's pages ask for, at 10,000 targets and 100,000 findings of one organisation; and that none of them reads what grows for ever, by Postgres' own plan. */
export async function bench(): Promise<void> {
  const store = await openStore({ connections: 8 })
  const { key, organisationId } = await makeActor(store.db)
  await fillWorld(store.db, { organisationId, ...world })
  const api = await openApi(store, key)
  const missed: string[] = []
  const { median: unit } = await timed(async () =>
    JSON.stringify(await sql`select count(*) from generate_series(1, 1000000)`.execute(store.db)),
  )
  console.log(`${unit.toFixed(1).padStart(7)} ms   for Postgres to count to a million: 100 on two idle cores`)
  for (const [path, tables] of await asks(api.read)) {
    const { median, worst, bytes } = await timed(() => api.read(path))
    const scanned = (await store.scannedBy(() => api.read(path))).filter((table) => tables.includes(table))
    const mark = median > goalMillis ? '  over' : ''
    console.log(
      `${median.toFixed(1).padStart(7)} ms   worst ${worst.toFixed(1).padStart(6)}   ${String(Math.round(bytes / 1024)).padStart(4)} KiB   ${path}${mark}`,
    )
    if (scanned.length > 0) missed.push(`${path} reads all ${scanned.join(', ')}`)
  }
  await api.close()
  await store.stop()
  if (missed.length > 0) throw new Error(missed.join('; '))
}

type Read = (path: string) => Promise<string>

async function asks(read: Read): Promise<[path: string, never: readonly string[]][]> {
  const list = async (path: string) => JSON.parse(await read(path)) as { next: string; targets: { id: string }[] }
  const day = 86_400_000
  const ago = (days: number) => new Date(Date.now() - days * day).toISOString()
  const { targets } = await list('/v1/targets?limit=1')
  const id = targets[0]!.id
  // Far into the list, so that a cursor is shown to be no offset.
  const far = async (path: string) => {
    let next = ''
    for (let page = 0; page < 20; page++) ({ next } = await list(`${path}&limit=100${next && `&cursor=${next}`}`))
    return `${path}&cursor=${next}`
  }
  const sorts = ['urgency', 'changed', 'newest', 'oldest', 'lastConfirmed', 'target']
  const rows = (path: string) => [path, neverOfRows] as [string, readonly string[]]
  const sums = (path: string) => [path, never] as [string, readonly string[]]
  return [
    sums('/v1/overview'),
    sums(`/v1/overview?since=${ago(1)}`),
    sums('/v1/trends?days=90'),
    sums('/v1/trends?days=366'),
    ...sorts.map((sort) => rows(`/v1/findings?sort=${sort}`)),
    rows(await far('/v1/findings?sort=urgency')),
    rows(await far('/v1/findings?sort=target')),
    rows('/v1/findings?state=open,regressed&decision=none'),
    rows('/v1/findings?retested=false'),
    rows('/v1/findings?tag=web'),
    sums(`/v1/findings?openedSince=${ago(7)}`),
    sums(`/v1/findings?fixedSince=${ago(7)}`),
    sums('/v1/findings?text=host-99'),
    sums('/v1/findings?text=certificate'),
    sums('/v1/findings?text=nothing+of+the+kind'),
    sums('/v1/findings/counts'),
    sums('/v1/findings/counts?state=open,regressed&tag=web'),
    sums('/v1/findings/counts?text=host-99'),
    sums('/v1/risk'),
    rows('/v1/targets'),
    rows('/v1/targets?sort=name'),
    sums('/v1/targets?sort=urgency'),
    sums(await far('/v1/targets?sort=urgency')),
    rows('/v1/targets?text=host-99&proof=lapsed'),
    rows('/v1/targets?untold=true'),
    sums('/v1/targets/counts'),
    rows(`/v1/targets/${id}`),
    rows(`/v1/targets/${id}/timeline`),
    rows(`/v1/targets/${id}/ports`),
    rows('/v1/certificates'),
    rows(await far('/v1/certificates?renewal=in-time')),
    sums('/v1/certificates?hasSuccessor=true'),
    sums('/v1/certificates?retested=false'),
    sums('/v1/certificates?text=host-99'),
    sums('/v1/certificates/counts'),
    sums('/v1/search?q=host-99'),
    sums('/v1/search?q=nothing+of+the+kind'),
    rows('/v1/search?q=0199aaaa'),
    rows('/v1/expiries'),
    rows('/v1/expiries?of=registrations'),
    rows('/v1/scans?status=failed'),
    ['/v1/scans/counts', ['scan_runs', 'observations', 'results']],
  ]
}

const noQueues = () => Promise.reject(new Error('a page rings nobody'))

async function openApi({ db, url }: BenchStore, key: string): Promise<{ read: Read; close: () => Promise<void> }> {
  const log = { info: () => {}, warn: () => {}, error: console.error }
  const deps = await openDeps({ db, url, queues: noQueues, log })
  const app = createApp(deps)
  return {
    read: async (path) => {
      const answer = await app.request(path, { headers: { authorization: `Bearer ${key}` } })
      const text = await answer.text()
      // One that took too long is a 503, and its time says so.
      if (answer.status !== 200 && answer.status !== 503) throw new Error(`${path} answers ${answer.status}: ${text}`)
      return text
    },
    close: () => deps.bus.close(),
  }
}

async function timed(ask: () => Promise<string>) {
  const millis: number[] = []
  let bytes = (await ask()).length
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    bytes = (await ask()).length
    millis.push(performance.now() - began)
  }
  return { median: medianOf(millis), worst: Math.max(...millis), bytes }
}
