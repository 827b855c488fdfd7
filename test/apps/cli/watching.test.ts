import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { afterAll, expect, test } from 'vitest'
import { newSince } from '#apps/cli/gate-new.ts'
import { runProgram } from '#apps/cli/program.ts'
import type { ScanDocument } from '#apps/cli/scan-document.ts'
import { hashApiKey } from '#db/model/api-key.ts'
import type { SignedRecord } from '#db/model/record.ts'
import { findKeyActor } from '#db/queries/api-keys.ts'
import { useApi } from '#test/support/api.ts'
import { useCalendar } from '#test/support/calendar.ts'
import { endedPortScan } from '#test/support/port-scan.ts'
import type { WorkerContext } from '#workers/jobs/job.ts'
import { readBatch } from '#workers/jobs/read-batch.ts'
import { feedBatches } from '#workers/queue/feed-batches.ts'
import { spellingGuard } from '#workers/queue/submit-scan.ts'
import { keepSchedules } from '#workers/queue/schedules/keep-schedules.ts'
import { bareContext, fakeTerminal } from './support/fake-terminal.ts'

const { db, api } = await useApi()
const calendar = await useCalendar(db, '2026-03-27T12:00:00Z')
const server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port: 0 })
await once(server, 'listening')
afterAll(() => server.close())
const instance = ['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--key', api.key]
const { actor } = (await findKeyActor(db, hashApiKey(api.key)))!

async function run(...words: string[]): Promise<{ code: number; out: string }> {
  const terminal = fakeTerminal()
  const code = await runProgram([...words, ...instance], bareContext(terminal))
  return { code, out: terminal.said.out }
}
async function scan(open: string, closed: string, filtered = ''): Promise<string> {
  await api.send('POST', '/v1/targets', { target: '127.0.0.1' })
  return endedPortScan(db, actor, { open, closed, filtered })
}

const before = await scan('5432', '23')
const after = await scan('23', '', '5432')

test('findings are listed, one on a line, with what was not tested again', async () => {
  const { code, out } = await run('findings')
  expect(code).toBe(0)
  expect(out.split('\n')).toEqual([
    'high      A database can be reached: 127.0.0.1, 5432/tcp at 127.0.0.1 (open since 2026-03-27; not re-tested by the last scan)',
    'medium    A protocol without encryption is offered: 127.0.0.1, 23/tcp at 127.0.0.1 (open since 2026-03-27)',
    '',
  ])
  expect(
    (await run('findings', '--severity', 'high', '--json')).out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { severity: string }).severity),
  ).toEqual(['high'])
  expect((await run('findings', '--state', 'fixed')).out).toBe('')
})

test('what to fix first is said with why and how', async () => {
  const { code, out } = await run('risk')
  expect(code).toBe(0)
  expect(out).toContain(
    '1. high: A database can be reached\n   It is high at 1 target.\n   The last scan did not re-test 1 finding: scan again before you call it done.\n   Fix: ',
  )
  expect(out).toContain('2. medium: A protocol without encryption is offered\n')
})

test('the difference of two scans ends with 1 where something new is wrong', async () => {
  const { code, out } = await run('diff', before, after)
  expect(code).toBe(1)
  expect(out).toContain('Findings: 1 new, 1 not re-tested.\n')
  expect(out).toContain('+ medium    A protocol without encryption is offered: 23/tcp at 127.0.0.1\n')
  expect(out).toContain('? high      A database can be reached: 5432/tcp at 127.0.0.1 (not re-tested)\n')
  expect((await run('diff', before, before)).code).toBe(0)
})

test('a gate stops for what is new alone, at the severity that was named, and never for what could not be told', async () => {
  const gate = async (id: string, failOn: 'medium' | 'high') => {
    const scan = (await (await api.send('GET', `/v1/scans/${id}`)).json()) as ScanDocument
    return newSince({ url: instance[1]!, key: api.key }, scan, failOn, new AbortController().signal)
  }
  expect(await gate(before, 'medium')).toEqual({ since: null, news: [] })
  expect(await gate(after, 'medium')).toEqual({
    since: before,
    news: ['medium: A protocol without encryption is offered (23/tcp at 127.0.0.1)'],
  })
  expect(await gate(after, 'high')).toEqual({ since: before, news: [] })
})

test('schedules are listed, previewed across a change of the clock, and say why a run did not happen', async () => {
  const made = (await (
    await api.send('POST', '/v1/schedules', { name: 'nightly', cron: '30 2 * * *', zone: 'Europe/Berlin' })
  ).json()) as { id: string }
  expect((await run('schedules', 'list')).out).toBe(
    `${made.id}  nightly  30 2 * * * Europe/Berlin  next 2026-03-28T02:30:00+01:00\n`,
  )
  const { out } = await run('schedules', 'preview', '30 2 * * *', '--zone', 'Europe/Berlin')
  expect(out.split('\n').slice(0, 3)).toEqual([
    '2026-03-28T02:30:00+01:00',
    '2026-03-29T03:00:00+02:00',
    '2026-03-30T02:30:00+02:00',
  ])
  await api.send('PATCH', `/v1/schedules/${made.id}`, { pausedReason: 'moving house' })
  await calendar.set('2026-03-28T01:30:10Z')
  await keepSchedules(api.deps)
  expect((await run('schedules', 'runs', made.id)).out).toBe('2026-03-28T02:30:00+01:00  missed: paused\n')
  await expect(run('schedules', 'preview', 'often')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('is no schedule') as string,
  })
})

test('a signed record is verified offline, by our command line and by openssl, and one that was changed is not genuine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portlight-record-'))
  const write = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const record = (await (await api.send('GET', `/v1/scans/${after}/record`)).json()) as SignedRecord
  const verify = async (...words: string[]) => {
    const terminal = fakeTerminal()
    return { code: await runProgram(['verify', ...words], bareContext(terminal)), out: terminal.said.out }
  }
  const file = write('record.json', JSON.stringify(record))
  const key = write('key.pem', record.publicKey)
  expect(await verify(file)).toMatchObject({
    code: 0,
    out: expect.stringContaining('Unchanged since it was signed.') as string,
  })
  expect(await verify(file, '--key', key)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`Scan ${after} of 127.0.0.1, completed`) as string,
  })

  const payload = Buffer.from(record.payload, 'base64')
  write(
    'bytes',
    Buffer.concat([
      Buffer.from(`DSSEv1 ${record.payloadType.length} ${record.payloadType} ${payload.length} `),
      payload,
    ]),
  )
  write('signature', Buffer.from(record.signatures[0]!.sig, 'base64'))
  const openssl = [
    'pkeyutl',
    '-verify',
    '-pubin',
    '-inkey',
    'key.pem',
    '-rawin',
    '-in',
    'bytes',
    '-sigfile',
    'signature',
  ]
  expect(execFileSync('openssl', openssl, { cwd: folder }).toString()).toContain('Verified Successfully')

  const changed = Buffer.from(payload.toString().replace('completed', 'cancelled')).toString('base64')
  expect(await verify(write('changed.json', JSON.stringify({ ...record, payload: changed })))).toMatchObject({
    code: 1,
  })
  const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString()
  expect(await verify(file, '--key', write('other.pem', other))).toMatchObject({ code: 1 })
  await expect(verify(write('none.json', '{}'))).rejects.toMatchObject({ exitCode: 2 })
  await expect(verify(join(folder, 'absent.json'))).rejects.toMatchObject({ exitCode: 2 })
})

test('a report goes to standard output or to a new file', async () => {
  expect((await run('report')).out).toContain('A database can be reached')
  expect((await run('report', '127.0.0.1', '--format', 'csv')).out).toMatch(/^"severity"/)
  const file = join(mkdtempSync(join(tmpdir(), 'portlight-report-')), 'report.sarif')
  expect((await run('report', '--scan', after, '--format', 'sarif', '--output', file)).out).toBe(
    `Written to ${file}.\n`,
  )
  expect((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version).toBe('2.1.0')
  await expect(run('report', '--output', file)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('EEXIST') as string,
  })
  await expect(run('report', 'other.example')).rejects.toMatchObject({ exitCode: 2 })
})

test('a host is watched from a word on, and saying it again changes nothing', async () => {
  const words = ['watch', '127.0.0.9', '--cron', '30 4 * * *', '--zone', 'Europe/Amsterdam']
  const { code, out } = await run(...words)
  expect(code).toBe(0)
  expect(out).toMatch(
    /^127\.0\.0\.9 is watched: 30 4 \* \* \* Europe\/Amsterdam, next at 20\d\d-\d\d-\d\dT04:30:00\+0\d:00\.\n$/,
  )
  const first = JSON.parse((await run(...words, '--json')).out) as { id: string }
  const again = JSON.parse((await run(...words, '--json')).out) as { id: string }
  expect(again.id).toBe(first.id)
  await expect(run('watch', '127.0.0.9', '--cron', 'now and then')).rejects.toThrow()
})

test('rows of a file become targets, after they were shown, and what is bad says why', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'import-')), 'hosts.csv')
  writeFileSync(file, 'target,tags\n127.0.0.21,web\nnot a host,\n127.0.0.22,web\n127.0.0.22,web\n')
  const context = {
    db,
    guard: spellingGuard(['127.0.0.0/8']),
    log: { info: () => {} },
    isStopping: () => false,
  } as unknown as WorkerContext
  const work = async (words: string[]) => {
    const over = new AbortController()
    const running = run(...words).finally(() => over.abort())
    while (!over.signal.aborted) {
      for (const { id } of await db.selectFrom('batches').select('id').where('status', '=', 'reading').execute())
        await readBatch({ batchId: id }, context)
      await feedBatches(api.deps)
      await setImmediate()
    }
    return running
  }
  const shown = await work(['targets', 'import', file, '--dry-run'])
  expect(shown.code).toBe(1)
  expect(shown.out).toMatch(/^2 of 4 rows would be targets; 1 bad, 1 said twice\.\n {2}line 3: not a host,: .+\n$/)
  expect((await run('targets', 'list')).out).not.toContain('127.0.0.21')
  const done = await work(['targets', 'import', file])
  expect(done.out).toContain('2 of 4 rows are targets; 1 bad, 1 said twice.\n')
  expect((await run('targets', 'list')).out).toContain('127.0.0.22  #web\n')
  await expect(run('targets', 'import', '/nowhere.csv')).rejects.toThrow('/nowhere.csv cannot be read (ENOENT)')
})
