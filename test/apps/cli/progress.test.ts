import { expect, test } from 'vitest'
import { liveProgress, progressLines } from '#apps/cli/progress.ts'
import { fakeTerminal } from './support/fake-terminal.ts'
import { aRun, aScan } from './support/make.ts'

const scan = aScan({
  status: 'running',
  runs: [
    aRun({ scanner: 'ports', status: 'running', progress: { done: 250, total: 1000 }, coverage: null }),
    aRun({ scanner: 'tls', status: 'running', progress: null, coverage: null }),
    aRun({ scanner: 'dns' }),
    aRun({ scanner: 'whois', status: 'queued', coverage: null }),
    aRun({ scanner: 'http', status: 'failed', reason: 'no-address', coverage: null }),
    aRun({ scanner: 'x', status: 'not-asked', reason: 'wrong-kind', coverage: null }),
    aRun({ scanner: 'y', status: 'refused', reason: 'private-use', coverage: null }),
    aRun({ scanner: 'z', status: 'cancelled', reason: 'cancelled', coverage: null }),
  ],
})

test('every scanner says its state, how far it is and what it does', () => {
  const now = new Date(2026, 10, 25, 9, 5, 7)
  const [head, ...lines] = progressLines({ ...scan, deadline: new Date(2026, 10, 25, 9, 15).toISOString() }, now)
  expect(head).toBe('shop.lab: will have ended by 09:15:00, now 09:05:07')
  expect(lines).toEqual([
    '  ports  asking    ━━━━━─────────────── 250 of 1,000',
    '  tls    asking',
    '  dns    finished  4 of 4 queries answered',
    '  whois  waiting for its turn',
    '  http   could not tell: the name has no address (no-address)',
    '  x      not asked: it does not take this kind of target (wrong-kind)',
    '  y      refused: private-use',
    '  z      cancelled',
  ])
})

test('an end on another day says which', () => {
  const deadline = new Date(2026, 10, 26, 0, 15).toISOString()
  const [head] = progressLines({ ...scan, deadline }, new Date(2026, 10, 25, 23, 59))
  expect(head).toBe('shop.lab: will have ended by Thu Nov 26 2026, 00:15:00, now 23:59:00')
})

test('the block is drawn over itself, and leaves nothing behind', () => {
  const terminal = fakeTerminal({ isWatched: true })
  const progress = liveProgress(terminal)
  progress.draw(scan)
  progress.draw(scan)
  progress.clear()
  progress.clear()
  const [first, second, rest, ...more] = terminal.said.err.split('\x1b[9A\x1b[J')
  expect(first?.split('\n')).toHaveLength(10)
  expect(second?.split('\n')).toHaveLength(10)
  expect({ rest, more }).toEqual({ rest: '', more: [] })
  expect(terminal.said.out).toBe('')
})

test('no line reaches the edge, where a terminal would break it and the next drawing miss one', () => {
  const terminal = fakeTerminal({ isWatched: true, columns: 30 })
  liveProgress(terminal).draw({ ...scan, target: { canonical: 'x', display: '日本'.repeat(40) } })
  for (const line of terminal.said.err.split('\n')) expect(line.length).toBeLessThan(30)
})

test('nothing that was sent moves the cursor', () => {
  const terminal = fakeTerminal({ isWatched: true })
  const hostile = '\x1b[2J\r\u202e'
  const coverage = { unit: hostile, asked: 1, answered: 1, silent: 0, unanswered: [], leftOut: [] }
  const runs = [aRun({ scanner: hostile, coverage }), aRun({ scanner: hostile, status: 'failed', reason: hostile })]
  liveProgress(terminal).draw({ ...scan, target: { canonical: hostile, display: hostile }, runs })
  expect(terminal.said.err.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})

test('where nobody watches there is no progress', () => {
  const terminal = fakeTerminal({ isWatched: false })
  const progress = liveProgress(terminal)
  progress.draw(scan)
  progress.clear()
  expect(terminal.said.err).toBe('')
})
