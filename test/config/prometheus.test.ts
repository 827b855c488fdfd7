import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '#apps/up/free-port.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts'
import { type OwnProcess, startProcess, untilReady } from '#test/support/processes.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const has = (program: string) => spawnSync(program, ['--version']).status === 0
const hasPrometheus = has('prometheus') && has('promtool')
if (!hasPrometheus) console.log('skipped: there is no Prometheus on this machine')

const folder = 'config/prometheus'
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly annotations: Record<string, string>
    }[]
  }[]
}
const rulesText = readFileSync(join(folder, 'portlight-rules.yml'), 'utf8')
const rules = (parse(rulesText) as Rules).groups.flatMap(({ rules }) => rules)
const board = JSON.parse(readFileSync('config/grafana/portlight.json', 'utf8')) as {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
}

test('every alert has a test in which it fires', () => {
  const tests = parse(readFileSync(join(folder, 'portlight-rules.test.yml'), 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: object[] }[] }[]
  }
  const fired = tests.tests
    .flatMap((one) => one.alert_rule_test)
    .filter(({ exp_alerts }) => exp_alerts.length > 0)
    .map(({ alertname }) => alertname)
  expect(rules.filter(({ alert }) => !fired.includes(alert)).map(({ alert }) => alert)).toEqual([])
})

test('every alert says what is so and what to do', () => {
  for (const { annotations } of rules) expect(Object.keys(annotations)).toEqual(['summary', 'action'])
})

describe.runIf(hasPrometheus)('with Prometheus itself', () => {
  test('the rules are well formed, and fire when they should and not before', () => {
    execFileSync('promtool', ['check', 'rules', 'portlight-rules.yml'], { cwd: folder })
    execFileSync('promtool', ['test', 'rules', 'portlight-rules.test.yml'], { cwd: folder })
  })

  const token = 'a token for scrapers'
  const work = mkdtempSync(join(tmpdir(), 'portlight-prometheus-'))
  let database: TestDatabase
  let api: OwnProcess
  let worker: OwnProcess
  let startWorker: () => OwnProcess
  let ports: { api: number; worker: number; prometheus: number }
  let stopPrometheus: () => void

  beforeAll(async () => {
    database = await createTestDatabase()
    ports = { api: await freePort(), worker: await freePort(), prometheus: await freePort() }
    const settings = {
      DATABASE_URL: database.url,
      DATA_DIR: join(work, 'data'),
      PORT: String(ports.api),
      SCAN_ALLOW: '127.0.0.0/8',
      DNS_SERVERS: '127.0.0.1:9',
      METRICS_TOKEN: token,
      METRICS_PORT: String(ports.worker),
    }
    expect(await startProcess('apps/migrate/main.ts', settings).ended).toBe(0)
    api = startProcess('apps/api/main.ts', settings)
    startWorker = () => startProcess('workers/main.ts', settings)
    worker = startWorker()
    await untilReady(`http://127.0.0.1:${ports.api}/readyz`, api)

    // The example, at the pace of a test.
    writeFileSync(join(work, 'metrics-token'), token)
    writeFileSync(join(work, 'portlight-rules.yml'), rulesText.replaceAll(/for: \d+m/g, 'for: 1s'))
    const example = readFileSync(join(folder, 'prometheus.yml'), 'utf8')
      .replaceAll('15s', '1s')
      .replaceAll('localhost:3000', `127.0.0.1:${ports.api}`)
      .replaceAll('localhost:9464', `127.0.0.1:${ports.worker}`)
    writeFileSync(join(work, 'prometheus.yml'), example)
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${join(work, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(work, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      ],
      { stdio: 'ignore' },
    )
    stopPrometheus = () => void prometheus.kill()
  })
  afterAll(async () => {
    stopPrometheus()
    await Promise.all([api.stop(), worker.stop()])
    await database.drop()
    rmSync(work, { recursive: true, force: true })
  })

  const ask = async <Data>(path: string): Promise<Data | null> => {
    const answer = await fetch(`http://127.0.0.1:${ports.prometheus}/api/v1${path}`).catch(() => null)
    if (answer === null || answer.status === 503) return null
    const { status, data } = (await answer.json()) as { status: string; data: Data }
    expect(`${path} ${status}`).toBe(`${path} success`)
    return data
  }
  const query = async (expr: string) =>
    (await ask<{ result: { value: [number, string] }[] }>(`/query?query=${encodeURIComponent(expr)}`))?.result ?? []
  const alerts = async () =>
    ((await ask<{ alerts: { state: string; labels: { alertname: string } }[] }>('/alerts'))?.alerts ?? [])
      .filter(({ state }) => state === 'firing')
      .map(({ labels }) => labels.alertname)

  test('a real run is scraped: requests by route, jobs, ways out, what waits', async () => {
    const key = readFileSync(join(work, 'data', 'api-key'), 'utf8').trim()
    const send = (path: string, body?: object) =>
      fetch(`http://127.0.0.1:${ports.api}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const made = await send('/v1/scans', {
      target: '127.0.0.1',
      scanners: { ports: { ports: [ports.api, ports.worker, 9] } },
    })
    const { id } = (await made.json()) as { id: string }
    await expect
      .poll(async () => ((await (await send(`/v1/scans/${id}`)).json()) as { status: string }).status, {
        timeout: 30_000,
      })
      .toBe('completed')
    const { runs } = (await (await send(`/v1/scans/${id}`)).json()) as {
      runs: { coverage: { asked: number; leftOut: { what: string; reason: string }[] } }[]
    }
    // Where a worker shows its metrics is ours, as the API is: of the three ports one was asked.
    const { asked, leftOut } = runs[0]!.coverage
    expect([asked, [...new Set(leftOut.map(({ reason }) => reason))]]).toEqual([1, ['own-socket']])
    await send('/nowhere/at/all')
    await fetch(`http://127.0.0.1:${ports.api}/v1/scans`, { method: 'PROPFIND' })
    for (const [expr, least] of [
      ['sum(portlight_http_request_duration_seconds_count{route="/v1/scans/:id",status="200"})', 1],
      ['sum(portlight_http_request_duration_seconds_count{route="none",status="404"})', 1],
      ['sum(portlight_job_duration_seconds_count{name="run-scan",outcome="done"})', 1],
      ['sum(portlight_outward_duration_seconds_count{kind="connect"})', 1],
      ['portlight_last_scan_ended_seconds', 0],
      ['sum(portlight_http_request_duration_seconds_count{method="other"})', 1],
      ['count(portlight_pool_waiting)', 2],
      ['sum(portlight_fenced_writes_total) + sum(portlight_scans_taken_over_total)', 0],
      ['count(nodejs_eventloop_lag_p99_seconds)', 2],
      ['count(portlight_scans_waiting)', 3],
    ] as const)
      await expect
        .poll(async () => Number((await query(expr))[0]?.value[1] ?? -1), { timeout: 20_000 })
        .toBeGreaterThanOrEqual(least)
    // An id in a label would be a new series for each scan.
    const text = await (
      await fetch(`http://127.0.0.1:${ports.api}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    ).text()
    expect(text).not.toContain(id)
  })

  test('without the token nobody sees them', async () => {
    for (const url of [
      `http://127.0.0.1:${ports.api}/metrics`,
      `http://127.0.0.1:${ports.api}/metrics/instance`,
      `http://127.0.0.1:${ports.worker}/metrics`,
    ])
      for (const authorization of ['', 'Bearer another token of that length'])
        expect((await fetch(url, { headers: { authorization } })).status).toBe(401)
  })

  test('every query of the board and of the rules is one that Prometheus takes', async () => {
    await expect.poll(() => ask('/status/buildinfo'), { timeout: 20_000 }).not.toBeNull()
    for (const { targets } of board.panels) for (const { expr } of targets) await query(expr)
    for (const { expr } of rules) await query(expr)
    const known = new Set((await ask<string[]>('/label/__name__/values')) ?? [])
    const named = [...board.panels.flatMap(({ targets }) => targets), ...rules].flatMap(({ expr }) => [
      ...expr.matchAll(/\b(?:portlight|nodejs|process)_\w+/g),
    ])
    // These come with what a run of a second has none of.
    const rare = /^portlight_(ticks_missed_last_day|own_certificate_\w+)$/
    for (const [name] of named) if (!rare.test(name)) expect([...known]).toContain(name)
  })

  test('workers that stop are an alarm, which ends when they are back', async () => {
    await expect.poll(alerts, { timeout: 20_000 }).not.toContain('PortlightNoWorkers')
    await worker.stop()
    await expect.poll(alerts, { timeout: 30_000 }).toContain('PortlightNoWorkers')
    worker = startWorker()
    await expect.poll(alerts, { timeout: 30_000 }).not.toContain('PortlightNoWorkers')
  })
})
