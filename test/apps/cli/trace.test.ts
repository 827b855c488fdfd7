import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Settings } from '#apps/cli/context.ts'
import { runProgram } from '#apps/cli/program.ts'
import { bareContext, fakeTerminal } from './support/fake-terminal.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'portlight-trace-'))
const logs = join(dataDir, 'logs')
mkdirSync(logs)
const write = (file: string, ...lines: (object | string)[]) =>
  writeFileSync(
    join(logs, file),
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  )
const scanId = '01a21d84-258b-7214-b1a6-fd1e51fa3447'
const about = { scanId, attempt: 1, requestId: 'req-1' }

// The API's line lies in an older part, and the worker's clock is what orders them.
write('api.log.1', {
  level: 30,
  time: '2026-05-01T12:00:00.010Z',
  name: 'api',
  requestId: 'req-1',
  method: 'POST',
  path: '/v1/scans',
  status: 202,
  millis: 9,
  msg: 'request',
})
write('api.log', {
  level: 30,
  time: '2026-05-01T12:00:00.000Z',
  name: 'api',
  requestId: 'req-2',
  method: 'GET',
  path: '/v1/scans',
  status: 200,
  millis: 1,
  msg: 'request',
})
write('worker-1.log', 'no JSON at all', '{"cut', {
  level: 30,
  time: '2026-05-01T12:00:00.050Z',
  name: 'worker',
  ...about,
  msg: 'scan begins',
})
write('worker-2.log', {
  level: 30,
  time: '2026-05-01T12:00:09.000Z',
  name: 'worker',
  scanId,
  attempt: 2,
  msg: 'scan \u001b[31mends',
})
write('worker-2.log.1', {
  level: 30,
  time: '2026-05-01T12:00:10.000Z',
  name: 'worker',
  mailId: 'm-1',
  kind: 'alert',
  requestId: 'req-1',
  status: 'sent',
  msg: 'mail',
})
write(
  'postgres.log',
  '2026-05-01 12:00:00 UTC LOG: req-1',
  '2026-05-01 12:00:00.020 UTC [4711] portlight-api req-1 +2 LOG:  duration: 1007.310 ms  execute p0_3:',
  '\tinsert into scans',
  '\t  (id) values ($1)',
  '2026-05-01 12:00:00.030 UTC [4711] portlight-api req-2 ERROR:  canceling statement due to statement timeout',
  '2026-05-01 12:00:00.040 UTC [4712] portlight-api LOG:  duration: 2007.310 ms  statement: select req-1',
)

async function run(...words: string[]) {
  const terminal = fakeTerminal()
  const context = { ...bareContext(terminal), settings: async () => ({ dataDir }) as Settings }
  return { code: await runProgram(['trace', ...words], context), out: terminal.said.out }
}

const told = [
  '2026-05-01T12:00:00.010Z  api       request  (method POST, path /v1/scans, status 202, millis 9)',
  '2026-05-01T12:00:00.020Z  postgres  LOG: duration: 1007.310 ms execute p0_3: insert into scans (id) values ($1)',
  `2026-05-01T12:00:00.050Z  worker    scan begins  (scanId ${scanId}, attempt 1)`,
  `2026-05-01T12:00:09.000Z  worker    scan \\x1b[31mends  (scanId ${scanId}, attempt 2)`,
  '2026-05-01T12:00:10.000Z  worker    mail  (mailId m-1, kind alert, status sent)',
  '',
].join('\n')

test.each([
  ['a request', 'req-1'],
  ['a scan', scanId],
])('by %s all that became of it is told, over processes and parts, in the order of time', async (_what, id) => {
  expect(await run(id)).toEqual({ code: 0, out: told })
})

test('what the logs do not know is said so, and what is no id is refused', async () => {
  await expect(run('req-3')).rejects.toThrow(/say nothing of req-3/)
  await expect(run('../../etc')).rejects.toThrow('An id has letters')
})
