import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HostLab, startHostLab } from '#test/lab/host.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { freePort } from '#apps/up/free-port.ts'
import { type OwnProcess, startProcess, untilReady } from '#test/support/processes.ts'
import { takeTestRedis } from '#test/support/redis.ts'
import type { ScanAnswer } from '#test/support/scan-answers.ts'

const redisUrl = await takeTestRedis()
let lab: HostLab
beforeAll(async () => {
  lab = await startHostLab()
})
afterAll(() => lab.close())

describe.each([
  ['Postgres', null],
  ['Redis', redisUrl],
])('with the queue on %s, real processes and a whole lab host', (name, queueUrl) => {
  describe.runIf(name === 'Postgres' || queueUrl !== null)('from POST to the report', () => {
    let database: TestDatabase
    let api: OwnProcess
    let worker: OwnProcess
    let base: string
    let headers: Record<string, string>

    beforeAll(async () => {
      database = await createTestDatabase()
      const dataDir = mkdtempSync(join(tmpdir(), 'portlight-journey-'))
      const caFile = join(dataDir, 'lab-root.pem')
      writeFileSync(caFile, lab.rootPem)
      const port = await freePort()
      base = `http://127.0.0.1:${port}`
      const env = {
        ...lab.settings,
        DATABASE_URL: database.url,
        DATA_DIR: dataDir,
        PORT: String(port),
        CA_FILE: caFile,
        ...(queueUrl === null ? {} : { QUEUE_URL: queueUrl }),
      }
      expect(await startProcess('apps/migrate/main.ts', env).ended).toBe(0)
      api = startProcess('apps/api/main.ts', env)
      worker = startProcess('workers/main.ts', env)
      headers = {
        authorization: `Bearer ${readFileSync(join(dataDir, 'api-key'), 'utf8').trim()}`,
        'content-type': 'application/json',
      }
      await untilReady(`${base}/readyz`, api)
    })
    afterAll(async () => {
      expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0])
      await database.drop()
    })

    async function scan(body: object): Promise<ScanAnswer> {
      const answer = await fetch(`${base}/v1/scans`, { method: 'POST', headers, body: JSON.stringify(body) })
      expect(answer.status).toBe(202)
      const location = answer.headers.get('location')!
      for (;;) {
        const polled = await fetch(base + location, { headers })
        const document = (await polled.json()) as ScanAnswer
        const retryAfter = polled.headers.get('retry-after')
        if (retryAfter === null) return document
        await sleep(Number(retryAfter) * 100)
      }
    }
    /** A rule may be present at both origins of a web server: each counts once here. */
    const rulesOf = (document: ScanAnswer, verdict: string): string[] => {
      const findings = document.findings.filter((finding) => finding.verdict === verdict)
      return [...new Set(findings.map(({ rule }) => rule))].sort()
    }
    const statesOf = (document: ScanAnswer) =>
      document.runs.map((run) => `${run.scanner} ${run.status} ${run.reason ?? ''}`.trim())

    const allCompleted = ['ports completed', 'tls completed', 'dns completed', 'whois completed', 'http completed']

    test('the clean host has no finding, and nothing about it could not be told', async () => {
      const { target, scanners } = lab.clean
      const document = await scan({ target, scanners })
      expect(statesOf(document)).toEqual(allCompleted)
      expect(document).toMatchObject({ status: 'completed', reason: null, attempt: 1, resultCount: 5 })
      expect(rulesOf(document, 'present')).toEqual([])
      expect(rulesOf(document, 'unknown')).toEqual([])
    })

    test('the planted host has exactly what was planted', async () => {
      const { target, scanners, findings } = lab.planted
      const document = await scan({ target, scanners })
      expect(statesOf(document)).toEqual(allCompleted)
      expect(rulesOf(document, 'present')).toEqual([...findings].sort())
      for (const finding of document.findings)
        expect(finding).toMatchObject({
          title: expect.any(String),
          remedy: expect.any(String),
          reference: expect.any(String),
        })
    })

    test('a name that leads to a refused address is taken, and every run that would dial it ends refused', async () => {
      const document = await scan({ target: 'private.test', scanners: { ports: {}, tls: {}, http: {} } })
      expect(document).toMatchObject({ status: 'refused', reason: 'private-use' })
      expect(statesOf(document)).toEqual([
        'ports refused private-use',
        'tls refused private-use',
        'http refused private-use',
      ])
    })

    test('a name that does not exist has failed, and is not called safe', async () => {
      const document = await scan({ target: 'nowhere.test', scanners: { ports: {}, http: {} } })
      expect(document).toMatchObject({ status: 'failed', reason: 'name-not-found' })
      expect(document.findings).toEqual([])
    })

    test('the key stands in no log', async () => {
      await Promise.all([api.saying('"request"'), worker.saying('scan ends')])
      const logs = `${api.output()}${worker.output()}`
      expect(logs).not.toContain(headers['authorization']!.slice('Bearer '.length))
    })
  })
})
