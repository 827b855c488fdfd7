import { expect, test } from 'vitest'
import { openMetrics } from '#workers/metrics/metrics.ts'

test('what a process counts stands in its text, and a method that somebody made up is one more series at most', async () => {
  const metrics = await openMetrics(false)
  const { recorder } = metrics
  recorder.request('/v1/scans', 'GET', 200, 0.01)
  for (const method of ['PROPFIND', 'PURGE', 'SUBSCRIBE']) recorder.request('/v1/scans', method, 405, 0.01)
  recorder.job('run-scan', 'done', 1)
  recorder.outward('connect', 'connected', 0.1)
  recorder.fenced()
  recorder.takenOver()
  recorder.told('webhook', 'later')
  const lines = (await metrics.text()).split('\n')
  for (const line of [
    'portlight_http_request_duration_seconds_count{route="/v1/scans",method="GET",status="200"} 1',
    'portlight_http_request_duration_seconds_count{route="/v1/scans",method="other",status="405"} 3',
    'portlight_job_duration_seconds_count{name="run-scan",outcome="done"} 1',
    'portlight_outward_duration_seconds_count{kind="connect",outcome="connected"} 1',
    'portlight_fenced_writes_total 1',
    'portlight_scans_taken_over_total 1',
    'portlight_messages_total{channel="webhook",outcome="later"} 1',
    // Before the first, so that it is an increase.
    'portlight_messages_total{channel="mail",outcome="refused"} 0',
  ])
    expect(lines).toContain(line)
})

test('what nobody knows is absent, and not 0', async () => {
  const metrics = await openMetrics(false)
  let ends: number | null = null
  metrics.gauge('by_kind', 'By kind.', ['kind'], () => [])
  metrics.gauge('ends', 'When it ends.', [], () => (ends === null ? [] : [{ labels: {}, value: ends }]))
  expect(await metrics.text()).not.toMatch(/^ends /m)
  ends = 5
  expect(await metrics.text()).toMatch(/^ends 5$/m)
  ends = null
  expect(await metrics.text()).not.toMatch(/^ends /m)
})
